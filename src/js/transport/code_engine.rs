//! Code Engine's `sendRequest`, which signs the call itself and shows neither status nor headers.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::{Asked, Incoming, Lost, Outgoing, Reply};
use crate::code_engine::{status_of_failure, status_of_false_success};
use crate::given::Given;
use crate::js::host;
use crate::js::input::given;
use crate::js::limit::Stop;

pub fn ask(module: &JsValue, outgoing: &Outgoing<'_>) -> Asked {
    let (body, content_type) = match outgoing.body {
        // It takes the body as data and writes the JSON itself.
        Some(text) => (
            host::parse(text).unwrap_or(JsValue::UNDEFINED),
            "application/json".into(),
        ),
        None => (JsValue::UNDEFINED, JsValue::UNDEFINED),
    };
    let arguments = Array::of5(
        &outgoing.method.into(),
        &outgoing.path.into(),
        &body,
        &outgoing.headers,
        &content_type,
    );
    host::call_method(module, "sendRequest", &arguments)
}

/// An answer where a failure names a status; lost where it names none.
pub fn read(settled: Result<JsValue, Stop>) -> Result<Reply, Lost> {
    let thrown = match settled {
        Ok(value) => {
            let fields = shape(&value, &["status", "statusCode", "id", "users", "attributes"]);
            let fallback = if value.is_null() { 204 } else { 200 };
            let status = status_of_false_success(&fields).unwrap_or(fallback);
            return Ok(Incoming::whole(status, JsValue::UNDEFINED, value));
        }
        Err(Stop::Thrown(thrown)) => thrown,
        Err(stop) => return Err(stop.into()),
    };
    let response = host::get(&thrown, "response");
    let mut failure = shape(&thrown, &["status", "statusCode", "code", "message"]);
    if let Given::Object(fields) = &mut failure {
        fields.push(("response".to_owned(), shape(&response, &["status", "statusCode"])));
    }
    let Some(status) = status_of_failure(&failure) else {
        return Err(Stop::Thrown(thrown).into());
    };
    for (holder, field) in [
        (&response, "data"),
        (&response, "body"),
        (&thrown, "data"),
        (&thrown, "body"),
        (&thrown, "message"),
    ] {
        let body = host::get(holder, field);
        if !body.is_undefined() && !body.is_null() {
            return Ok(Incoming::whole(status, host::get(&response, "headers"), body));
        }
    }
    Ok(Incoming::whole(status, JsValue::UNDEFINED, thrown))
}

/// The named fields of an object, scalars as they are; anything else stays what it is.
fn shape(value: &JsValue, names: &[&str]) -> Given {
    match given(value) {
        Given::Object(mut fields) => {
            for name in names {
                fields.push(((*name).to_owned(), given(&host::get(value, name))));
            }
            Given::Object(fields)
        }
        other => other,
    }
}
