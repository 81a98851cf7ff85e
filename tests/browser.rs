//! The js layer in a browser's main thread.
#![cfg(target_arch = "wasm32")]

mod wasm_layer;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_token_in_a_page_must_be_allowed() {
    let config = js_sys::JSON::parse(r#"{"instance":"acme","developerToken":"canary"}"#).unwrap();
    let error = domo_users::wasm::exports::users::connect(&config).unwrap_err();
    let message: String = js_sys::Reflect::get(&error, &"message".into())
        .unwrap()
        .as_string()
        .unwrap();
    assert!(message.contains("allowBrowserToken") && !message.contains("canary"));
}
