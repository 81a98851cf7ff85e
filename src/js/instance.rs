//! What concerns the instance as a whole: connecting to it, and its other paths.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::call::Caller;
use super::connection::keep;
use super::failure::Failure;
use super::host;
use super::input::{Json, given, option};
use super::users::promise;
use crate::error::DomoError;
use crate::given::Given;
use crate::request::Request;
use crate::text::is_html;

/// A checked copy of a configuration, for the loader to keep to itself.
#[wasm_bindgen]
pub fn connect(config: &JsValue) -> Result<JsValue, JsValue> {
    keep(config).map_err(|failure| failure.0)
}

/// Any other path of the instance.
#[wasm_bindgen]
pub fn request(domo: &JsValue, what: &JsValue, options: &JsValue) -> Promise {
    promise(Caller::new(domo, options).and_then(|caller| {
        if !what.is_object() {
            return Err(DomoError::input(format!(
                "the request must be an object {{method, path, query, body}}; got {}",
                given(what)
            ))
            .into());
        }
        let body = match option(what, "body")? {
            body if body.is_undefined() => None,
            body => Some(Json::take("body", &body)?),
        };
        let mut fields = vec![
            ("method".to_owned(), given(&option(what, "method")?)),
            ("path".to_owned(), given(&option(what, "path")?)),
        ];
        let query = option(what, "query")?;
        if !query.is_undefined() {
            fields.push(("query".to_owned(), query_of(&query)?));
        }
        if let Some(body) = &body {
            fields.push(("body".to_owned(), body.given.clone()));
        }
        let request = Request::other(&Given::Object(fields))?;
        Ok(async move {
            let answer = caller.send(&request, body.as_ref().map(|json| &json.text)).await?;
            if answer.incoming.body.is_empty() {
                return Ok(JsValue::NULL);
            }
            let says_json = answer
                .incoming
                .header("content-type")
                .is_none_or(|kind| kind.to_ascii_lowercase().contains("json"));
            match answer.incoming.body.json() {
                Some(json) => Ok(json),
                None if says_json => Err(answer.unexpected("JSON").into()),
                None => {
                    let text = answer.incoming.body.text();
                    if is_html(&host::beginning(&text, 200)) {
                        Err(answer.unexpected("data, not a page").into())
                    } else {
                        Ok(text)
                    }
                }
            }
        })
    }))
}

/// The query as a URL holds it, written by the host.
fn query_of(query: &JsValue) -> Result<Given, Failure> {
    let Given::Object(fields) = Json::take("query", query)?.given else {
        return Ok(Given::Null);
    };
    let mut text = String::new();
    for (name, value) in fields {
        let value = match value {
            Given::Text(value) => value,
            Given::Number(value) => host::text_of(&value.into()),
            Given::Bool(value) => value.to_string(),
            other => {
                let wrong = format!("query.{name} must be a text, a number or a boolean; got {other}");
                return Err(DomoError::input(wrong).into());
            }
        };
        let pair = [host::url_encode(&name), host::url_encode(&value)];
        let [Some(name), Some(value)] = pair else {
            return Err(DomoError::input(format!("query.{name} holds half a character (a lone surrogate)")).into());
        };
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&name);
        text.push('=');
        text.push_str(&value);
    }
    Ok(Given::Text(text))
}
