//! Requests to other paths of the instance.

use wasm_bindgen::prelude::*;

use crate::error::DomoError;
use crate::http::html::is_other_content_type;
use crate::http::request::{Method, Request};
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::delete::was_deleted_by_earlier_attempt;
use crate::wasm::client::response::Response;
use crate::wasm::errors::Error;

/// Sends a request, and returns the body of the response: the parsed JSON, a string if the response has another content type, or `null` if the body is empty.
pub async fn request(context: RequestContext, request: Request, body: Option<JsValue>) -> Result<JsValue, Error> {
    match context.send(&request, body.as_ref()).await {
        Err(error) if request.method == Method::Delete && was_deleted_by_earlier_attempt(&error) => Ok(JsValue::NULL),
        sent => Ok(body_of(&*sent?)?),
    }
}

fn body_of(response: &Response) -> Result<JsValue, DomoError> {
    let body = &response.http.body;
    if body.is_empty() {
        return Ok(JsValue::NULL);
    }
    if let Some(json) = body.json() {
        return Ok(json);
    }
    let content_type = response.http.header("content-type").unwrap_or_default();
    if is_other_content_type(&content_type) && !response.is_html() {
        Ok(body.0.clone())
    } else {
        Err(response.unexpected("JSON"))
    }
}
