//! The js layer in Node.
#![cfg(target_arch = "wasm32")]

mod wasm_layer;

// As an ES module: those in src/wasm/host are.
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_node_experimental);
