//! The seam between us and whatever the host offers to make a call with.

mod axios;
mod code_engine;
mod fetch;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::body::Body;
use super::host;
use super::limit::{Limit, Stop};
use crate::error::DomoError;

/// How the host is asked.
pub enum Transport {
    /// `fetch`: one that was given, or the host's own, looked up at each call.
    Fetch(Option<JsValue>),
    /// axios, or what is called like it.
    Axios(JsValue),
    /// Code Engine's module.
    CodeEngine(JsValue),
}

/// One attempt, ready to be sent.
pub struct Outgoing<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Scheme, host and perhaps a path, as configured.
    pub base: &'a str,
    /// Absolute path on the instance, query included.
    pub path: &'a str,
    /// All headers, each name once.
    pub headers: Vec<(String, String)>,
    /// JSON text; `None` for no body.
    pub body: Option<&'a JsValue>,
}

impl Outgoing<'_> {
    fn url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// A plain object, which every host takes.
    fn header_object(&self) -> Object {
        let object = Object::new();
        for (name, value) in &self.headers {
            // Setting a field of our own fresh object cannot fail.
            let _ = Reflect::set(&object, &name.into(), &value.into());
        }
        object
    }
}

/// What came back.
pub struct Incoming {
    /// The HTTP status; 0 for a redirect that a browser does not show.
    pub status: u16,
    /// The host's own headers object; `undefined` where it has none.
    pub headers: JsValue,
    /// The body, whole.
    pub body: Body,
}

impl Incoming {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<String> {
        let by_method = host::call_method(&self.headers, "get", &Array::of1(&name.into()));
        by_method
            .ok()
            .and_then(|value| value.as_string())
            .or_else(|| host::get(&self.headers, name).as_string())
    }
}

/// Why an attempt brought no answer.
pub enum Lost {
    /// The host failed, the time was over or the caller ended it.
    Stopped(Stop),
    /// The host has no such thing, or what it gave is no answer at all; trying again would not help.
    Unusable(DomoError),
}

impl From<Stop> for Lost {
    fn from(stop: Stop) -> Self {
        Lost::Stopped(stop)
    }
}

impl Transport {
    /// Makes one attempt within its limit.
    pub async fn send(&self, outgoing: &Outgoing<'_>, limit: &Limit, timeout_ms: u32) -> Result<Incoming, Lost> {
        match self {
            Transport::Fetch(given) => fetch::send(given.as_ref(), outgoing, limit).await,
            Transport::Axios(axios) => axios::send(axios, outgoing, limit, timeout_ms).await,
            Transport::CodeEngine(module) => code_engine::send(module, outgoing, limit).await,
        }
    }
}

/// A status as a host gives it.
fn status(value: &JsValue) -> Option<u16> {
    let number = value.as_f64()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
    (number.fract() == 0.0 && (0.0..1000.0).contains(&number)).then_some(number as u16)
}
