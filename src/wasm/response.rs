//! What came: a body as text to be parsed by the host, or what the host parsed already; and what it means.

use std::rc::Rc;

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use crate::error::{DomoError, RequestLine};
use crate::http::error_response::{self, ErrorResponse, unexpected};
use crate::http::retry;
use crate::text::{is_html, redact};
use crate::wasm::failure::{Failed, to_js};
use crate::wasm::host;
use crate::wasm::input;
use crate::wasm::transport::HttpResponse;

/// More of an error's body than this is not looked at.
const LONGEST_ERROR_BODY: u32 = 65_536;

/// A body, whole: text (a JavaScript string; large lists never cross into wasm) or what the host parsed already.
pub struct Body(pub JsValue);

impl Body {
    /// The beginning as text, without the secret.
    pub fn beginning(&self, secret: Option<&str>) -> String {
        let text = if self.0.is_string() {
            self.0.clone()
        } else if self.is_empty() {
            return String::new();
        } else {
            host::stringify(&self.0).unwrap_or(JsValue::UNDEFINED)
        };
        redact(&host::beginning(&text, LONGEST_ERROR_BODY), secret)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self.0.is_string() {
            true => host::beginning(&self.0, 64).trim().is_empty(),
            false => self.0.is_undefined() || self.0.is_null(),
        }
    }

    /// What it says; `None` where it is no JSON.
    pub fn json(&self) -> Option<JsValue> {
        match self.0.is_string() {
            true => host::parse(&self.0).or_else(|| without_mark(&self.0)),
            false => Some(self.0.clone()),
        }
    }
}

/// Some servers begin with a byte order mark, which no JSON parser takes.
fn without_mark(text: &JsValue) -> Option<JsValue> {
    if !host::beginning(text, 1).starts_with("\u{feff}") {
        return None;
    }
    let rest = text.unchecked_ref::<JsString>().slice(1, u32::MAX);
    host::parse(&rest)
}

/// An answer with a 2xx, from which an endpoint takes what it promises.
pub struct Response {
    /// What came.
    pub incoming: HttpResponse,
    /// The token that was sent, to keep it out of errors.
    pub secret: Option<Rc<str>>,
    /// Which attempt it answers; the first is 1.
    pub attempts: u32,
    /// The method and the path of the call.
    pub call: RequestLine,
}

impl Response {
    /// The error for an answer that is not what was `promised`.
    pub fn unexpected(&self, promised: &str) -> DomoError {
        // Escapes may hide the secret in the text of a JSON.
        let plain = host::beginning(&self.incoming.body.0, LONGEST_ERROR_BODY);
        let json = host::parse(&JsValue::from_str(&plain)).filter(|_| !plain.is_empty());
        let shown = json.and_then(|json| input::read(&json)).and_then(|json| {
            let text = host::stringify(&to_js(&json.redacted(self.secret.as_deref())))?;
            Some(host::text_of(&text))
        });
        let beginning = shown.unwrap_or_else(|| self.incoming.body.beginning(self.secret.as_deref()));
        self.about(unexpected(&beginning, promised))
    }

    /// An error with what is known of the call.
    pub fn about(&self, mut error: DomoError) -> DomoError {
        error.status = Some(self.incoming.status);
        error.request = Some(self.call.clone());
        error.attempts = Some(self.attempts);
        error.request_id = self.incoming.request_id(self.secret.as_deref());
        error
    }

    /// Whether it is a web page.
    pub fn is_page(&self) -> bool {
        is_html(&host::beginning(&self.incoming.body.0, 200))
    }

    /// The one user that this body is.
    pub fn user(&self) -> Result<JsValue, DomoError> {
        self.incoming
            .body
            .json()
            .filter(host::is_user)
            .ok_or_else(|| self.unexpected("a user with its id"))
    }

    /// `users` of the body, objects all of them; a copy where the host parsed it, as its own may be anything that looks like an array.
    pub fn users(&self) -> Result<Array, DomoError> {
        self.page().map(|(users, _)| users)
    }

    /// The same, and `count` beside them: how many a search has found, where that is told.
    pub fn page(&self) -> Result<(Array, Option<f64>), DomoError> {
        let body = &self.incoming.body;
        let json = body.json().unwrap_or_default();
        let users = host::users(&json, !body.0.is_string());
        if users.is_undefined() {
            return Err(self.unexpected("{users: [user, …]}"));
        }
        Ok((users.unchecked_into(), host::get(&json, "count").as_f64()))
    }
}

/// The failure that an answer outside 2xx is.
pub fn refused(incoming: &HttpResponse, secret: Option<&str>) -> Failed {
    let text = incoming.body.beginning(secret);
    // Escapes may have hidden the secret from the first look at the text.
    let json = host::parse(&JsValue::from_str(&text))
        .and_then(|json| input::read(&json))
        .map(|json| json.redacted(secret));
    let body = match &json {
        Some(json) => to_js(json),
        None if text.is_empty() => JsValue::UNDEFINED,
        None => JsValue::from_str(&text),
    };
    let mut failed = Failed::from(error_response::error(&ErrorResponse {
        status: incoming.status,
        body: &text,
        json: json.unwrap_or_default(),
        with_token: secret.is_some(),
    }));
    failed.error.request_id = incoming.request_id(secret);
    failed.error.retry_after_ms = incoming
        .header("retry-after")
        .and_then(|header| retry_after_ms(&header, incoming));
    failed.body = body;
    failed
}

/// `Retry-After`, in seconds or as a date; a date is measured by the server's own clock where that is known.
fn retry_after_ms(header: &str, incoming: &HttpResponse) -> Option<f64> {
    if !retry::is_http_date(header) {
        return retry::retry_after_seconds(header);
    }
    let now = incoming.header("date").and_then(|date| host::date(&date));
    host::date(header).map(|at| (at - now.unwrap_or_else(host::now)).max(0.0))
}
