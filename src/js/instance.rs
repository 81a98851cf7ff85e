//! What concerns the instance as a whole: connecting to it, and its other paths.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::connection::keep;
use super::endpoint::{Promised, perform};
use super::failure::{Failure, to_js};
use super::host;
use super::input::{Json, given, unreadable};
use crate::error::DomoError;
use crate::faults::must;
use crate::given::Given;
use crate::request::Request;
use crate::text::{join, percent_encoded};

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
            return Err(DomoError::input(must("the request", expected, &given(what))).into());
        }
        let read = host::fields(what, "body,method,path,query").map_err(unreadable)?;
        let (body, method, path, query) = (read.get(0), read.get(1), read.get(2), read.get(3));
        let json = if body.is_undefined() {
            None
        } else {
            Some(Json::take("body", &body)?)
        };
        let request = Request::other(&given(&method), &given(&path), &query_of(&query)?, &given(&body))?;
        Ok((request, json, Promised::Anything))
    })
}

/// The query as a URL holds it.
fn query_of(query: &JsValue) -> Result<Given, Failure> {
    if query.is_undefined() {
        return Ok(Given::Missing);
    }
    let query = Json::take("query", query)?.given;
    if !matches!(query, Given::Object(_)) {
        return Ok(Given::Null);
    }
    let mut text = String::new();
    for (name, value) in query.fields() {
        if !matches!(value, Given::Text(_) | Given::Number(_) | Given::Bool(_)) {
            let field = join(&["query.", name]);
            return Err(DomoError::input(must(&field, "a text, a number or a boolean", value)).into());
        }
        let separator = if text.is_empty() { "" } else { "&" };
        // Numbers as JavaScript writes them.
        let value = percent_encoded(&host::text_of(&to_js(value)));
        text.push_str(&join(&[separator, &percent_encoded(name), "=", &value]));
    }
    Ok(Given::Text(text))
}
