//! Reads responses that refuse a request.

use wasm_bindgen::prelude::*;

use crate::http::error_response::{self, ErrorResponse};
use crate::http::retry;
use crate::wasm::client::attempt::Received;
use crate::wasm::convert::{redacted_json, to_js};
use crate::wasm::errors::FailedCall;
use crate::wasm::host;
use crate::wasm::transport::message::HttpResponse;

/// Returns the error of a response whose status is not 2xx.
pub fn refused(received: &Received) -> FailedCall {
    let Received {
        response,
        redactor,
        has_token,
    } = received;
    let text = response.body.excerpt(redactor);
    let json = redacted_json(&text, redactor);
    let body = match &json {
        Some(json) => to_js(json),
        None if text.is_empty() => JsValue::UNDEFINED,
        None => JsValue::from_str(&text),
    };
    let mut failed = FailedCall::from(error_response::error(&ErrorResponse {
        status: response.status,
        body: &text,
        json: json.unwrap_or_default(),
        with_token: *has_token,
    }));
    failed.error.request_id = response.request_id(redactor);
    failed.error.retry_after_ms = response
        .header("retry-after")
        .and_then(|header| retry_after_ms(&header, response));
    failed.body = body;
    failed
}

/// Reads `Retry-After`, in seconds or as a date. A date is compared with the server's own clock, if the response has a `Date`.
fn retry_after_ms(header: &str, response: &HttpResponse) -> Option<f64> {
    if !retry::is_http_date(header) {
        let seconds = host::parse_json(&JsValue::from_str(header))?.as_f64()?;
        return retry::retry_after_seconds(seconds);
    }
    let now = response.header("date").and_then(|date| host::parse_date(&date));
    host::parse_date(header).map(|date| (date - now.unwrap_or_else(host::now)).max(0.0))
}
