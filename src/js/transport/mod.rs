//! The seam between us and whatever the host offers to make a call with.

mod axios;
mod code_engine;
mod fetch;

pub use fetch::reader as fetch_reader;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::body::Body;
use super::host;
use super::input::given;
use super::limit::{Limit, Stop};
use crate::error::{Code, DomoError};
use crate::faults::must;

/// How the host is asked.
pub enum Transport {
    /// `fetch`: one that was given; where it is `undefined`, the host's own, looked up at each call.
    Fetch(JsValue),
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
    /// All headers, each name once, as a plain object.
    pub headers: Object,
    /// JSON text; `None` for no body.
    pub body: Option<&'a JsValue>,
}

impl Outgoing<'_> {
    fn url(&self) -> String {
        [self.base, self.path].concat()
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
    /// In place of the body: the host's reader of it.
    pub reader: Option<JsValue>,
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

/// What the first answer of a host holds.
pub struct Reply {
    /// The answer, its body whole unless `response` is there.
    pub incoming: Incoming,
    /// Where the body comes by itself: what to ask for it.
    pub response: Option<JsValue>,
}

impl Transport {
    /// Asks the host; the inner result is a promise, or whatever it answered or threw.
    pub fn ask(&self, outgoing: &Outgoing<'_>, limit: &Limit, timeout_ms: u32) -> Result<Asked, DomoError> {
        match self {
            Transport::Fetch(own) => fetch::ask(own, outgoing, limit),
            Transport::Axios(axios) => Ok(axios::ask(axios, outgoing, limit, timeout_ms)),
            Transport::CodeEngine(module) => Ok(code_engine::ask(module, outgoing)),
        }
    }

    /// Reads what the host came up with.
    pub fn read(&self, settled: Result<JsValue, Stop>) -> Result<Reply, Lost> {
        match self {
            Transport::Fetch(_) => fetch::read(&settled?),
            Transport::Axios(_) => axios::read(settled),
            Transport::CodeEngine(_) => code_engine::read(settled),
        }
    }
}

/// What a host answers at once: usually a promise.
pub type Asked = Result<JsValue, JsValue>;

impl Incoming {
    fn whole(status: u16, headers: JsValue, body: JsValue) -> Reply {
        Reply {
            incoming: Incoming {
                status,
                headers,
                body: Body(body),
                reader: None,
            },
            response: None,
        }
    }
}

/// The error for what is no answer at all.
pub fn no_answer(expected: &str, got: &JsValue) -> Lost {
    Lost::Unusable(DomoError::new(
        Code::BadResponse,
        must("the answer of this host's function", expected, &given(got)),
    ))
}

/// A status as a host gives it.
fn status(value: &JsValue) -> Option<u16> {
    let number = value.as_f64()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
    (number.fract() == 0.0 && (0.0..1000.0).contains(&number)).then_some(number as u16)
}
