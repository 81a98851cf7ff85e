//! The host's `fetch`, or one that was given in its place.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{RequestInit, RequestRedirect};

use super::{Asked, Incoming, Lost, Outgoing, Reply, no_answer, status};
use crate::error::DomoError;
use crate::js::host;
use crate::js::limit::Limit;

pub fn ask(own: &JsValue, outgoing: &Outgoing<'_>, limit: &Limit) -> Result<Asked, DomoError> {
    let fetch = if own.is_undefined() {
        host::global("fetch")
    } else {
        own.clone()
    };
    if !fetch.is_function() {
        return Err(DomoError::config(
            "this host has no fetch: give one in the configuration (fetch), or axios",
        ));
    }
    let init = RequestInit::new();
    init.set_method(outgoing.method);
    // A redirect would take the token to another place.
    init.set_redirect(RequestRedirect::Manual);
    init.set_headers(&outgoing.headers);
    if let Some(body) = outgoing.body {
        init.set_body(body);
    }
    let signal = limit.host_signal();
    if !signal.is_undefined() {
        init.set_signal(Some(signal.unchecked_ref()));
    }
    Ok(host::call(
        &fetch,
        &JsValue::UNDEFINED,
        &Array::of2(&outgoing.url().into(), &init),
    ))
}

/// The response is only ever asked, never taken for an instance of the host's class.
pub fn read(response: &JsValue) -> Result<Reply, Lost> {
    let hidden_redirect = host::get(response, "type").as_string().as_deref() == Some("opaqueredirect");
    match status(&host::get(response, "status")) {
        Some(status) if status > 0 || hidden_redirect => Ok(Reply {
            response: Some(response.clone()),
            ..Incoming::whole(status, host::get(response, "headers"), JsValue::UNDEFINED)
        }),
        _ => Err(no_answer("a Response", response)),
    }
}

/// What reads the body as it comes; `None` where this host, or what stands in for its `fetch`, has only whole bodies.
pub fn reader(response: &JsValue) -> Option<JsValue> {
    host::call_method(&host::get(response, "body"), "getReader", &Array::new())
        .ok()
        .filter(|reader| host::get(reader, "read").is_function())
}
