//! axios, for hosts that offer nothing else.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::{Asked, Incoming, Lost, Outgoing, Reply, no_answer, status};
use crate::js::host;
use crate::js::limit::{Limit, Stop};

/// Set up so that axios neither follows redirects, nor judges the status, nor touches the body.
pub fn ask(axios: &JsValue, outgoing: &Outgoing<'_>, limit: &Limit, timeout_ms: u32) -> Asked {
    let config = Object::new();
    let fields: [(&str, JsValue); 10] = [
        ("method", outgoing.method.into()),
        ("url", outgoing.url().into()),
        ("headers", outgoing.headers.clone().into()),
        ("data", outgoing.body.cloned().unwrap_or(JsValue::UNDEFINED)),
        ("responseType", "text".into()),
        ("transformResponse", Array::new().into()),
        ("validateStatus", JsValue::NULL),
        ("maxRedirects", 0.into()),
        ("timeout", timeout_ms.into()),
        ("signal", limit.host_signal()),
    ];
    for (name, value) in fields {
        // Setting a field of our own fresh object cannot fail.
        let _ = Reflect::set(&config, &name.into(), &value);
    }
    host::call(axios, &JsValue::UNDEFINED, &Array::of1(&config))
}

/// Some builds reject for a status all the same; the answer is then in `response`.
pub fn read(settled: Result<JsValue, Stop>) -> Result<Reply, Lost> {
    let response = match settled {
        Err(Stop::Thrown(thrown)) if host::get(&thrown, "response").is_object() => host::get(&thrown, "response"),
        other => other?,
    };
    match status(&host::get(&response, "status")) {
        Some(status) => {
            let headers = host::get(&response, "headers");
            Ok(Incoming::whole(status, headers, host::get(&response, "data")))
        }
        None => Err(no_answer("{status, headers, data}", &response)),
    }
}
