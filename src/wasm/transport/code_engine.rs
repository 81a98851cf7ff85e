//! Code Engine's `sendRequest`, which signs the call itself and shows neither status nor headers.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::http::code_engine::{status_of_failure, status_of_false_success};
use crate::text::pieces;
use crate::value::Value;
use crate::wasm::host;
use crate::wasm::input::given;
use crate::wasm::response::Body;
use crate::wasm::transport::{HttpResponse, Lost};
use crate::wasm::wait::{WaitError, WaitResult};

/// An answer where a failure names a status; lost where it names none.
pub fn read(told: WaitResult) -> Result<HttpResponse, Lost> {
    let thrown = match told.settled() {
        Ok(WaitResult { value, .. }) => {
            let seen = shape(&value, "status,statusCode,id,users,attributes");
            let fallback = if value.is_null() { 204 } else { 200 };
            return Ok(HttpResponse {
                status: status_of_false_success(&seen).unwrap_or(fallback),
                headers: JsValue::UNDEFINED,
                body: Body(value),
                reader: None,
            });
        }
        Err(WaitError::Thrown(thrown)) => thrown,
        Err(stop) => return Err(stop.into()),
    };
    let response = host::get(&thrown, "response");
    let mut failure = shape(&thrown, "status,statusCode,code,message");
    if let Value::Object(fields) = &mut failure {
        fields.push(("response".to_owned(), shape(&response, "status,statusCode")));
        fields.push(("cause".to_owned(), shape(&host::get(&thrown, "cause"), "code")));
    }
    let Some(status) = status_of_failure(&failure) else {
        return Err(WaitError::Thrown(thrown).into());
    };
    let body = first_of(&response, &["data", "body"]).or_else(|| first_of(&thrown, &["data", "body", "message"]));
    Ok(HttpResponse {
        status,
        headers: host::get(&response, "headers"),
        body: Body(body.unwrap_or(thrown)),
        reader: None,
    })
}

/// The first of these fields that holds something.
fn first_of(holder: &JsValue, names: &[&str]) -> Option<JsValue> {
    for name in names {
        let body = host::get(holder, name);
        if !body.is_undefined() && !body.is_null() {
            return Some(body);
        }
    }
    None
}

/// The named fields of an object, scalars as they are; anything else stays what it is.
fn shape(value: &JsValue, names: &str) -> Value {
    match given(value) {
        Value::Object(mut fields) => {
            let read = host::fields(value, names).unwrap_or_else(|_| Array::new());
            for (name, value) in pieces(names, ",").zip(read.iter()) {
                fields.push((name.to_owned(), given(&value)));
            }
            Value::Object(fields)
        }
        other => other,
    }
}
