//! A body as it came: text to be parsed by the host, or what the host parsed already.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::host;
use super::input;
use super::transport::Incoming;
use crate::answer::unexpected;
use crate::error::DomoError;
use crate::given::Given;
use crate::text::redact;

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
            true => host::parse(&self.0).ok().or_else(|| without_mark(&self.0)),
            false => Some(self.0.clone()),
        }
    }
}

/// Some servers begin with a byte order mark, which no JSON parser takes.
fn without_mark(text: &JsValue) -> Option<JsValue> {
    if !host::beginning(text, 1).starts_with('\u{feff}') {
        return None;
    }
    let rest = host::call_method(text, "slice", &Array::of1(&1.into())).ok()?;
    host::parse(&rest).ok()
}

/// An answer with a 2xx, from which an endpoint takes what it promises.
pub struct Good {
    /// What came.
    pub incoming: Incoming,
    /// The token that was sent, to keep it out of errors.
    pub secret: Option<String>,
    /// Which attempt it answers; the first is 1.
    pub attempts: u32,
}

impl Good {
    /// The error for an answer that is not what was `promised`.
    pub fn unexpected(&self, promised: &str) -> DomoError {
        unexpected(
            Some(self.incoming.status),
            &self.incoming.body.beginning(self.secret.as_deref()),
            promised,
        )
    }

    /// The one user that this body is.
    pub fn user(&self) -> Result<JsValue, DomoError> {
        self.incoming
            .body
            .json()
            .filter(is_user)
            .ok_or_else(|| self.unexpected("a user with its id"))
    }

    /// `users` of the body.
    pub fn users(&self) -> Result<Array, DomoError> {
        self.incoming
            .body
            .json()
            .map(|json| host::get(&json, "users"))
            .filter(Array::is_array)
            .map(|users| users.unchecked_into())
            .ok_or_else(|| self.unexpected("{users: [user, …]}"))
    }
}

/// An object with an id, as number or text.
pub fn is_user(value: &JsValue) -> bool {
    value.is_object() && matches!(input::given(&host::get(value, "id")), Given::Number(_) | Given::Text(_))
}
