//! The js layer in Node.
#![cfg(target_arch = "wasm32")]

mod js_layer;

// As an ES module: those in src/js/host are.
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_node_experimental);
