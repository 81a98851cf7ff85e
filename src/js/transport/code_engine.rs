//! Code Engine's `sendRequest`, which signs the call itself and shows neither status nor headers.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::{Incoming, Lost, Outgoing};
use crate::code_engine::{status_of_failure, status_of_false_success};
use crate::given::Given;
use crate::js::body::Body;
use crate::js::host;
use crate::js::input::given;
use crate::js::limit::{Limit, Stop};

/// One attempt.
pub async fn send(module: &JsValue, outgoing: &Outgoing<'_>, limit: &Limit) -> Result<Incoming, Lost> {
    // It takes the body as data and writes the JSON itself.
    let body = outgoing
        .body
        .and_then(|text| host::parse(text).ok())
        .unwrap_or(JsValue::UNDEFINED);
    let content_type = match outgoing.body {
        Some(_) => "application/json".into(),
        None => JsValue::UNDEFINED,
    };
    let arguments = Array::of5(
        &outgoing.method.into(),
        &outgoing.path.into(),
        &body,
        &outgoing.header_object(),
        &content_type,
    );
    let asked = host::call_method(module, "sendRequest", &arguments);
    match limit.wait_for(asked).await {
        Ok(value) => Ok(success(value)),
        Err(Stop::Thrown(thrown)) => failure(thrown),
        Err(stop) => Err(stop.into()),
    }
}

fn success(value: JsValue) -> Incoming {
    let fields = shape(&value, &["status", "statusCode", "id", "users", "attributes"]);
    Incoming {
        status: status_of_false_success(&fields).unwrap_or(if value.is_null() { 204 } else { 200 }),
        headers: JsValue::UNDEFINED,
        body: Body::from_host(value),
    }
}

/// An answer where the failure names a status; lost where it names none.
fn failure(thrown: JsValue) -> Result<Incoming, Lost> {
    let response = host::get(&thrown, "response");
    let Given::Object(mut fields) = shape(&thrown, &["status", "statusCode", "code", "message"]) else {
        return match status_of_failure(&given(&thrown)) {
            Some(status) => Ok(answer(status, JsValue::UNDEFINED, thrown)),
            None => Err(Stop::Thrown(thrown).into()),
        };
    };
    fields.push(("response".to_owned(), shape(&response, &["status", "statusCode"])));
    let Some(status) = status_of_failure(&Given::Object(fields)) else {
        return Err(Stop::Thrown(thrown).into());
    };
    let body = [
        host::get(&response, "data"),
        host::get(&response, "body"),
        host::get(&thrown, "data"),
        host::get(&thrown, "body"),
        host::get(&thrown, "message"),
    ]
    .into_iter()
    .find(|value| !value.is_undefined() && !value.is_null())
    .unwrap_or(JsValue::UNDEFINED);
    Ok(answer(status, host::get(&response, "headers"), body))
}

fn answer(status: u16, headers: JsValue, body: JsValue) -> Incoming {
    Incoming {
        status,
        headers,
        body: Body::from_host(body),
    }
}

/// The named fields of an object, scalars as they are; a scalar stays what it is.
fn shape(value: &JsValue, names: &[&str]) -> Given {
    if !value.is_object() {
        return given(value);
    }
    Given::Object(
        names
            .iter()
            .map(|name| ((*name).to_owned(), given(&host::get(value, name))))
            .collect(),
    )
}
