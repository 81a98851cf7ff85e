//! The js layer in Node.
#![cfg(target_arch = "wasm32")]

mod js_layer;
