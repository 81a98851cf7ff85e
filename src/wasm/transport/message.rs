//! Requests and responses as they cross to the host.

use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

use crate::error::DomoError;
use crate::redact::Redactor;
use crate::wasm::host;
use crate::wasm::wait::{Signal, WaitError};

/// One attempt, ready to be sent.
pub struct HttpRequest<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The scheme, host and perhaps a path, as configured.
    pub base_url: &'a str,
    /// The absolute path on the instance, with the query.
    pub path: &'a str,
    /// All headers, each name once, as a plain object. The host gets a copy.
    pub headers: Object,
    /// The body, a JSON string; `undefined` for no body.
    pub body: JsValue,
    /// The caller's signal.
    pub signal: &'a Signal,
    /// The limit of the attempt, in milliseconds; 0 for no limit.
    pub timeout_ms: u32,
    /// Whether the body of a successful response is read as it arrives.
    pub stream_body: bool,
}

/// A response.
pub struct HttpResponse {
    /// The HTTP status; 0 for a redirect that the host hid or followed.
    pub status: u16,
    /// The host's own headers object; `undefined` if it has none.
    pub headers: JsValue,
    /// The whole body; empty if there is a `reader`.
    pub body: Body,
    /// The host's reader of a body that is streamed.
    pub reader: Option<JsValue>,
}

impl HttpResponse {
    /// Returns a header.
    pub fn header(&self, name: &str) -> Option<String> {
        host::header(&self.headers, name)
    }

    /// Returns the redacted `x-request-id` header.
    pub fn request_id(&self, redactor: &Redactor) -> Option<String> {
        self.header("x-request-id").map(|id| redactor.redact(&id))
    }
}

/// Only this many characters of the body of an error are read.
pub const LONGEST_ERROR_BODY: u32 = 65_536;

/// A whole body: a JavaScript string (large lists never cross into wasm), or a value that the host has parsed already.
pub struct Body(pub JsValue);

impl Body {
    /// Returns the redacted beginning of the body.
    pub fn excerpt(&self, redactor: &Redactor) -> String {
        let text = if self.0.is_string() {
            self.0.clone()
        } else if self.is_empty() {
            return String::new();
        } else {
            host::to_json(&self.0).unwrap_or(JsValue::UNDEFINED)
        };
        redactor.redact(&host::prefix(&text, LONGEST_ERROR_BODY))
    }

    /// Whether the body is missing or blank.
    pub fn is_empty(&self) -> bool {
        match self.0.is_string() {
            true => host::prefix(&self.0, 64).trim().is_empty(),
            false => self.0.is_undefined() || self.0.is_null(),
        }
    }

    /// Parses the body; `None` if it is not valid JSON.
    pub fn json(&self) -> Option<JsValue> {
        match self.0.is_string() {
            true => host::parse_json(&self.0).or_else(|| parse_without_bom(&self.0)),
            false => Some(self.0.clone()),
        }
    }
}

/// Parses JSON after a byte order mark, which some servers send and JSON parsers refuse.
fn parse_without_bom(text: &JsValue) -> Option<JsValue> {
    if !host::prefix(text, 1).starts_with('\u{feff}') {
        return None;
    }
    let json = text.unchecked_ref::<JsString>().slice(1, u32::MAX);
    host::parse_json(&json)
}

/// Why a transport returned no response.
pub enum TransportError {
    /// The host failed, the time limit ended the attempt, or the caller aborted it.
    NoResponse(WaitError),
    /// The body of the response broke off. The host threw this value.
    EndedEarly(JsValue),
    /// The host's function returned something that is no response. Another attempt would not help.
    InvalidResponse(DomoError),
    /// The host cannot send requests.
    CannotSend(DomoError),
}

impl From<WaitError> for TransportError {
    fn from(error: WaitError) -> Self {
        TransportError::NoResponse(error)
    }
}
