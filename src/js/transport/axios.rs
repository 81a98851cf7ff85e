//! axios, for hosts that offer nothing else.

use wasm_bindgen::prelude::*;

use super::Outgoing;
use crate::js::limit::{Tell, Wait};

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = viaAxios)]
    fn via_axios(
        tell: &Tell,
        number: u32,
        axios: &JsValue,
        method: &str,
        url: &str,
        headers: &JsValue,
        body: &JsValue,
        controller: &JsValue,
        signal: &JsValue,
        timeout_ms: u32,
    ) -> Result<(), JsValue>;
}

pub fn ask(axios: &JsValue, outgoing: &Outgoing<'_>) -> Wait {
    let controller = outgoing.controller();
    Wait::begin(&|tell, number| {
        via_axios(
            tell,
            number,
            axios,
            outgoing.method,
            &outgoing.url(),
            &outgoing.headers,
            &outgoing.body,
            &controller,
            &outgoing.signal.0,
            outgoing.timeout_ms,
        )
    })
}
