//! What concerns the instance as a whole: connecting to it, and its other paths.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::Code;
use crate::http::request::{Request, invalid_query};
use crate::text::{join, percent_encoded};
use crate::validation::InvalidValue;
use crate::value::Value;
use crate::wasm::connection::keep;
use crate::wasm::endpoint::{ResponseKind, perform};
use crate::wasm::failure::Failure;
use crate::wasm::host;
use crate::wasm::input::{JsonBody, given};
use crate::wasm::option_reader::OptionReader;

/// A checked copy of a configuration, for the loader to keep to itself.
#[wasm_bindgen]
pub fn connect(config: &JsValue) -> Result<JsValue, JsValue> {
    keep(config).map_err(Failure::into_js)
}

/// Any other path of the instance.
#[wasm_bindgen]
pub fn request(domo: &JsValue, what: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        if !what.is_object() {
            let expected = "an object {method, path, query, body}";
            return Err(InvalidValue::expected("the request", expected, &given(what)).into());
        }
        let asked = OptionReader::of(what, "body,method,path,query", Code::InvalidInput)?;
        let body = asked.get("body");
        let json = if body.is_undefined() {
            None
        } else {
            Some(JsonBody::take("body", &body)?)
        };
        let query = query_of(&asked.get("query"))?;
        let request = Request::custom(&asked.given("method"), &asked.given("path"), &query, &given(&body))?;
        Ok((request, json, ResponseKind::Anything))
    })
}

/// The query as a URL holds it.
fn query_of(query: &JsValue) -> Result<Value, Failure> {
    if query.is_undefined() {
        return Ok(Value::Undefined);
    }
    // An object, a URLSearchParams, a Map.
    let is_object = matches!(given(query), Value::Object(_));
    let Some(all) = is_object.then(|| host::entries(query)).flatten() else {
        return Err(invalid_query(&given(query)).into());
    };
    let mut text = String::new();
    for (name, value) in all {
        match given(&value) {
            Value::Undefined => continue,
            Value::String(_) | Value::Bool(_) => {}
            Value::Number(number) if number.is_finite() => {}
            wrong => {
                let field = join(&["query.", &name]);
                return Err(InvalidValue::expected(&field, "a string, a number or a boolean", &wrong).into());
            }
        }
        let separator = if text.is_empty() { "" } else { "&" };
        // Numbers as JavaScript writes them.
        let value = percent_encoded(&host::text_of(&value));
        text.push_str(&join(&[separator, &percent_encoded(&name), "=", &value]));
    }
    Ok(Value::String(text))
}
