//! Code Engine's `sendRequest` signs the request itself, and returns or throws without status and headers.

use wasm_bindgen::prelude::*;

use crate::http::code_engine::{status_of_failure, status_of_false_success};
use crate::value::Value;
use crate::wasm::convert::shallow_value;
use crate::wasm::host;
use crate::wasm::transport::message::{Body, HttpResponse, TransportError};
use crate::wasm::wait::{WaitError, WaitResult};

/// Returns the response if an exception names its status; without a status there was no response.
pub fn response(result: WaitResult) -> Result<HttpResponse, TransportError> {
    let thrown = match result.into_result() {
        Ok(WaitResult { value, .. }) => {
            let body = fields(&value, &["status", "statusCode", "id", "users", "attributes"]);
            let status = if value.is_null() { 204 } else { 200 };
            return Ok(HttpResponse {
                status: status_of_false_success(&body).unwrap_or(status),
                headers: JsValue::UNDEFINED,
                body: Body(value),
                reader: None,
            });
        }
        Err(WaitError::Thrown(thrown)) => thrown,
        Err(error) => return Err(error.into()),
    };
    let response = host::get(&thrown, "response");
    let mut failure = fields(&thrown, &["status", "statusCode", "code", "message"]);
    if let Value::Object(named) = &mut failure {
        named.push(("response".to_owned(), fields(&response, &["status", "statusCode"])));
        named.push(("cause".to_owned(), fields(&host::get(&thrown, "cause"), &["code"])));
    }
    let Some(status) = status_of_failure(&failure) else {
        return Err(WaitError::Thrown(thrown).into());
    };
    let body =
        first_present(&response, &["data", "body"]).or_else(|| first_present(&thrown, &["data", "body", "message"]));
    Ok(HttpResponse {
        status,
        headers: host::get(&response, "headers"),
        body: Body(body.unwrap_or(thrown)),
        reader: None,
    })
}

/// Returns the first of these fields that is neither `undefined` nor `null`.
fn first_present(object: &JsValue, names: &[&str]) -> Option<JsValue> {
    let mut values = names.iter().map(|name| host::get(object, name));
    values.find(|value| !value.is_undefined() && !value.is_null())
}

/// Converts the named fields of an object; any other value as it is.
fn fields(value: &JsValue, names: &[&str]) -> Value {
    match shallow_value(value) {
        Value::Object(mut fields) => {
            for name in names {
                fields.push(((*name).to_owned(), shallow_value(&host::get(value, name))));
            }
            Value::Object(fields)
        }
        other => other,
    }
}
