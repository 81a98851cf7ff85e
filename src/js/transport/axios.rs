//! axios, for hosts that offer nothing else.

use wasm_bindgen::prelude::*;

use super::{Asked, Outgoing};

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = viaAxios)]
    fn via_axios(
        axios: &JsValue,
        method: &str,
        url: &str,
        headers: &JsValue,
        body: &JsValue,
        signal: &JsValue,
        timeout_ms: u32,
    ) -> Result<JsValue, JsValue>;
}

pub fn ask(axios: &JsValue, outgoing: &Outgoing<'_>) -> Asked {
    via_axios(
        axios,
        outgoing.method,
        &outgoing.url(),
        &outgoing.headers,
        &outgoing.body,
        &outgoing.signal,
        outgoing.timeout_ms,
    )
}
