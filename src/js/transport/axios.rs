//! axios, for hosts that offer nothing else.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::{Incoming, Lost, Outgoing, status};
use crate::error::{Code, DomoError};
use crate::js::body::Body;
use crate::js::host;
use crate::js::input::given;
use crate::js::limit::{Limit, Stop};

/// One attempt, set up so that axios neither follows redirects, nor judges the status, nor touches the body.
pub async fn send(axios: &JsValue, outgoing: &Outgoing<'_>, limit: &Limit, timeout_ms: u32) -> Result<Incoming, Lost> {
    let config = Object::new();
    let body = outgoing.body.cloned().unwrap_or(JsValue::UNDEFINED);
    let fields: [(&str, JsValue); 10] = [
        ("method", outgoing.method.into()),
        ("url", outgoing.url().into()),
        ("headers", outgoing.header_object().into()),
        ("data", body),
        ("responseType", "text".into()),
        ("transformResponse", Array::new().into()),
        ("validateStatus", JsValue::NULL),
        ("maxRedirects", 0.into()),
        ("timeout", timeout_ms.into()),
        ("signal", limit.host_signal()),
    ];
    for (name, value) in fields {
        if !value.is_undefined() {
            let _ = Reflect::set(&config, &name.into(), &value);
        }
    }
    let asked = host::call(axios, &JsValue::UNDEFINED, &Array::of1(&config));
    let response = match limit.wait_for(asked).await {
        Ok(response) => response,
        // Some builds reject for a status all the same; the answer is then in `response`.
        Err(Stop::Thrown(thrown)) if host::get(&thrown, "response").is_object() => host::get(&thrown, "response"),
        Err(stop) => return Err(stop.into()),
    };
    let Some(status) = status(&host::get(&response, "status")) else {
        return Err(Lost::Unusable(DomoError::new(
            Code::BadResponse,
            format!(
                "axios must resolve to {{status, headers, data}}; got {}",
                given(&response)
            ),
        )));
    };
    Ok(Incoming {
        status,
        headers: host::get(&response, "headers"),
        body: Body::from_host(host::get(&response, "data")),
    })
}
