//! The seam between us and whatever the host offers to make a call with.

mod axios;
mod code_engine;
mod fetch;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::answer::Body;
use super::host;
use super::input::given;
use super::limit::Stop;
use crate::error::{Code, DomoError};
use crate::faults::must;
use crate::text::join;

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
    /// JSON text; `undefined` for no body.
    pub body: JsValue,
    /// Aborted when the attempt ends before its answer; `undefined` where the host has no such thing.
    pub signal: JsValue,
    /// The limit of the attempt, for hosts that want to know; 0 is none.
    pub timeout_ms: u32,
    /// Whether the body of a good answer is left to be read as it comes.
    pub as_it_comes: bool,
}

impl Outgoing<'_> {
    fn url(&self) -> String {
        join(&[self.base, self.path])
    }
}

/// What came back.
pub struct Incoming {
    /// The HTTP status; 0 for a redirect that was not shown, or was followed by the host.
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
        host::header(&self.headers, name)
    }
}

/// Why an attempt brought no answer.
pub enum Lost {
    /// The host failed, the time was over or the caller ended it.
    Stopped(Stop),
    /// Nothing was sent this time; another might be.
    NotReached(DomoError),
    /// What the host's function gave is no answer at all; trying again would not help.
    Garbled(DomoError),
    /// Nothing could be sent.
    Unsent(DomoError),
}

impl From<Stop> for Lost {
    fn from(stop: Stop) -> Self {
        Lost::Stopped(stop)
    }
}

/// What the host answers at once: a promise, or what it threw.
pub type Asked = Result<JsValue, JsValue>;

impl Transport {
    /// Asks the host.
    ///
    /// # Errors
    /// Where nothing could be sent.
    pub fn ask(&self, outgoing: &Outgoing<'_>) -> Result<Asked, DomoError> {
        match self {
            Transport::Fetch(own) => fetch::ask(own, outgoing),
            Transport::Axios(axios) => Ok(axios::ask(axios, outgoing)),
            Transport::CodeEngine(module) => Ok(code_engine::ask(module, outgoing)),
        }
    }

    /// Reads what the host came up with.
    ///
    /// # Errors
    /// Where it is no answer.
    pub fn read(&self, settled: Result<JsValue, Stop>) -> Result<Incoming, Lost> {
        match self {
            Transport::Fetch(_) | Transport::Axios(_) => incoming(&settled?.unchecked_into()),
            Transport::CodeEngine(_) => code_engine::read(settled),
        }
    }
}

/// `[status, headers, body, reader]`, or `[undefined, what was expected, what came]`, as `host.js` gives them.
fn incoming(answer: &Array) -> Result<Incoming, Lost> {
    let [status, headers, body, reader] = [0, 1, 2, 3].map(|at| answer.get(at));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `host.js` has checked it
    match status.as_f64() {
        Some(status) => Ok(Incoming {
            status: status as u16,
            headers,
            body: Body(body),
            reader: (!reader.is_undefined()).then_some(reader),
        }),
        None => Err(Lost::Garbled(DomoError::new(
            Code::BadResponse,
            must(
                "the answer of this host's function",
                &host::text_of(&headers),
                &given(&body),
            ),
        ))),
    }
}
