//! The host's `fetch`, or one that was given in its place.

use wasm_bindgen::prelude::*;

use super::{Asked, Outgoing};
use crate::error::DomoError;
use crate::js::host;

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = viaFetch)]
    fn via_fetch(
        own: &JsValue,
        method: &str,
        url: &str,
        headers: &JsValue,
        body: &JsValue,
        signal: &JsValue,
        as_it_comes: bool,
    ) -> Result<JsValue, JsValue>;
}

pub fn ask(own: &JsValue, outgoing: &Outgoing<'_>) -> Result<Asked, DomoError> {
    if own.is_undefined() && !host::has("fetch") {
        return Err(DomoError::config(
            "this host has no fetch: give one in the configuration (fetch), or axios",
        ));
    }
    Ok(via_fetch(
        own,
        outgoing.method,
        &outgoing.url(),
        &outgoing.headers,
        &outgoing.body,
        &outgoing.signal,
        outgoing.as_it_comes,
    ))
}
