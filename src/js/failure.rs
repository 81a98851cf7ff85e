//! Failures on their way to the caller: a `DomoError`, or the caller's own abort reason.

use js_sys::{Error, Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::host;
use crate::error::DomoError;
use crate::given::Given;
use crate::text::redact;

/// What a call rejects with: a `DomoError` object, or the reason of the caller's own signal.
pub struct Failure(pub JsValue);

impl From<DomoError> for Failure {
    fn from(error: DomoError) -> Self {
        Failure(error_object(&error, &JsValue::UNDEFINED, &JsValue::UNDEFINED))
    }
}

/// A real `Error` named `DomoError`, the details as its own fields.
///
/// `body`: the answer's, the token taken out. `cause`: what the host threw, made clean. Both may be `undefined`.
pub fn error_object(error: &DomoError, body: &JsValue, cause: &JsValue) -> JsValue {
    let object = Error::new(&error.message);
    hide(&object, "name", &JsValue::from_str("DomoError"));
    Object::assign(&object, to_js(&error.fields()).unchecked_ref());
    if !body.is_undefined() {
        // Setting a field of our own fresh object cannot fail.
        let _ = Reflect::set(&object, &"body".into(), body);
    }
    if !cause.is_undefined() {
        hide(&object, "cause", cause);
    }
    object.into()
}

/// Sets a field that loops and JSON pass over, as `message` and `stack` are.
fn hide(error: &Error, name: &str, value: &JsValue) {
    let descriptor = Object::new();
    for (key, value) in [
        ("value", value),
        ("writable", &JsValue::TRUE),
        ("configurable", &JsValue::TRUE),
    ] {
        let _ = Reflect::set(&descriptor, &key.into(), value);
    }
    let _ = Reflect::define_property(error, &name.into(), &descriptor);
}

/// Data of ours as plain JavaScript objects and arrays.
pub fn to_js(data: &Given) -> JsValue {
    data.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// What the host threw, as a plain new `Error` of its name, message and code: host errors can quote headers.
pub fn clean_cause(thrown: &JsValue, secret: Option<&str>) -> JsValue {
    let field = |name: &str| redact(&host::scalar_text(&host::get(thrown, name)), secret);
    let message = redact(&describe(thrown), secret);
    let clean = Error::new(&message);
    let (name, code) = (field("name"), field("code"));
    if !name.is_empty() {
        hide(&clean, "name", &name.as_str().into());
    }
    // Its own stack would begin in wasm, which helps nobody.
    hide(&clean, "stack", &[name.as_str(), ": ", &message].concat().into());
    if !code.is_empty() {
        let _ = Reflect::set(&clean, &"code".into(), &code.into());
    }
    clean.into()
}

/// What the host threw, in words: its message and that of its own cause, such as `fetch failed: connect ECONNREFUSED`.
pub fn describe(thrown: &JsValue) -> String {
    let words = match host::get(thrown, "message") {
        message if message.is_string() => host::text_of(&message),
        _ => host::text_of(thrown),
    };
    let cause = host::get(thrown, "cause");
    let deeper = ["message", "code"]
        .map(|name| host::scalar_text(&host::get(&cause, name)))
        .into_iter()
        .find(|text| !text.is_empty());
    match deeper {
        Some(deeper) => [words.as_str(), ": ", &deeper].concat(),
        None => words,
    }
}
