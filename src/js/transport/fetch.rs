//! The host's `fetch`, or one that was given in its place.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{RequestInit, RequestRedirect};

use super::{Incoming, Lost, Outgoing, status};
use crate::error::{Code, DomoError};
use crate::js::body::Body;
use crate::js::host;
use crate::js::input::given;
use crate::js::limit::Limit;

/// One attempt. The response is only ever asked, never taken for an instance of the host's class.
pub async fn send(own: Option<&JsValue>, outgoing: &Outgoing<'_>, limit: &Limit) -> Result<Incoming, Lost> {
    let fetch = own.cloned().unwrap_or_else(|| host::global("fetch"));
    if !fetch.is_function() {
        return Err(Lost::Unusable(DomoError::config(
            "this host has no fetch: give one in the configuration (fetch), or axios",
        )));
    }
    let init = RequestInit::new();
    init.set_method(outgoing.method);
    // A redirect would take the token to another place.
    init.set_redirect(RequestRedirect::Manual);
    init.set_headers(&outgoing.header_object());
    if let Some(body) = outgoing.body {
        init.set_body(body);
    }
    let signal = limit.host_signal();
    if !signal.is_undefined() {
        init.set_signal(Some(signal.unchecked_ref()));
    }
    let asked = host::call(&fetch, &JsValue::UNDEFINED, &Array::of2(&outgoing.url().into(), &init));
    let response = limit.wait_for(asked).await?;
    let Some(status) = status(&host::get(&response, "status")) else {
        return Err(no_response(&response));
    };
    if status == 0 && host::get(&response, "type").as_string().as_deref() != Some("opaqueredirect") {
        return Err(no_response(&response));
    }
    let headers = host::get(&response, "headers");
    let text = limit
        .wait_for(host::call_method(&response, "text", &Array::new()))
        .await?;
    if !text.is_string() {
        return Err(no_response(&response));
    }
    Ok(Incoming {
        status,
        headers,
        body: Body::Text(text),
    })
}

fn no_response(got: &JsValue) -> Lost {
    Lost::Unusable(DomoError::new(
        Code::BadResponse,
        format!(
            "fetch must resolve to a Response, with a status and a text(); got {}. Check the fetch that is used here",
            given(got)
        ),
    ))
}
