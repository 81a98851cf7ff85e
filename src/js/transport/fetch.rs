//! The host's `fetch`, or one that was given in its place.

use wasm_bindgen::prelude::*;

use super::Outgoing;
use crate::js::limit::{Tell, Wait};

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = viaFetch)]
    fn via_fetch(
        tell: &Tell,
        number: u32,
        own: &JsValue,
        method: &str,
        url: &str,
        headers: &JsValue,
        body: &JsValue,
        controller: &JsValue,
        signal: &JsValue,
        timeout_ms: u32,
        as_it_comes: bool,
    ) -> Result<(), JsValue>;
}

pub fn ask(own: &JsValue, outgoing: &Outgoing<'_>) -> Wait {
    let controller = outgoing.controller();
    Wait::begin(&|tell, number| {
        via_fetch(
            tell,
            number,
            own,
            outgoing.method,
            &outgoing.url(),
            &outgoing.headers,
            &outgoing.body,
            &controller,
            &outgoing.signal.0,
            outgoing.timeout_ms,
            outgoing.as_it_comes,
        )
    })
}
