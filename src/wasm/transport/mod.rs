//! The seam between us and whatever the host offers to make a call with.

mod code_engine;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::error::{Code, DomoError};
use crate::text::{join, redact};
use crate::validation::InvalidValue;
use crate::wasm::host;
use crate::wasm::input::given;
use crate::wasm::response::Body;
use crate::wasm::wait::{Signal, Tell, Wait, WaitError, WaitResult, how};

#[wasm_bindgen(module = "/src/wasm/host/transports.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = ask)]
    fn ask_host(
        tell: &Tell,
        number: u32,
        way: u32,
        host: &JsValue,
        method: &str,
        url: &str,
        headers: &JsValue,
        body: &JsValue,
        controller: &JsValue,
        signal: &JsValue,
        timeout_ms: u32,
        stream_body: bool,
    ) -> Result<(), JsValue>;
}

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
pub struct HttpRequest<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Scheme, host and perhaps a path, as configured.
    pub base: &'a str,
    /// Absolute path on the instance, query included.
    pub path: &'a str,
    /// All headers, each name once, as a plain object, of which the host is given a copy.
    pub headers: Object,
    /// JSON text; `undefined` for no body.
    pub body: JsValue,
    /// The caller's signal.
    pub signal: &'a Signal,
    /// The limit of the attempt; 0 is none.
    pub timeout_ms: u32,
    /// Whether the body of a good answer is left to be read as it comes.
    pub stream_body: bool,
}

/// What came back.
pub struct HttpResponse {
    /// The HTTP status; 0 for a redirect that was not shown, or was followed by the host.
    pub status: u16,
    /// The host's own headers object; `undefined` where it has none.
    pub headers: JsValue,
    /// The body, whole.
    pub body: Body,
    /// In place of the body: the host's reader of it.
    pub reader: Option<JsValue>,
}

impl HttpResponse {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<String> {
        host::header(&self.headers, name)
    }

    /// The answer's own id, where it has one, without the secret.
    pub fn request_id(&self, secret: Option<&str>) -> Option<String> {
        self.header("x-request-id").map(|id| redact(&id, secret))
    }
}

/// Why an attempt brought no answer.
pub enum Lost {
    /// The host failed, the time was over or the caller ended it.
    Stopped(WaitError),
    /// Nothing was sent this time; another might be.
    NotReached(DomoError),
    /// What the host's function gave is no answer at all; trying again would not help.
    Garbled(DomoError),
    /// Nothing could be sent.
    Unsent(DomoError),
}

impl From<WaitError> for Lost {
    fn from(stop: WaitError) -> Self {
        Lost::Stopped(stop)
    }
}

impl Transport {
    /// Asks the host.
    pub fn ask(&self, outgoing: &HttpRequest<'_>) -> Wait {
        // By the numbers that `host/transports.js` knows.
        let (way, host) = match self {
            Transport::Fetch(own) => (0, own),
            Transport::Axios(axios) => (1, axios),
            Transport::CodeEngine(module) => (2, module),
        };
        // Aborted when the attempt ends before its answer; `undefined` where the host has no such thing, or no use for one.
        let controller = match self {
            Transport::CodeEngine(_) => JsValue::UNDEFINED,
            _ => AbortController::new().map_or(JsValue::UNDEFINED, JsValue::from),
        };
        let url = join(&[outgoing.base, outgoing.path]);
        Wait::begin(&|tell, number| {
            ask_host(
                tell,
                number,
                way,
                host,
                outgoing.method,
                &url,
                &outgoing.headers,
                &outgoing.body,
                &controller,
                &outgoing.signal.0,
                outgoing.timeout_ms,
                outgoing.stream_body,
            )
        })
    }

    /// Reads what the host came up with.
    ///
    /// # Errors
    /// Where it is no answer.
    pub fn read(&self, told: WaitResult) -> Result<HttpResponse, Lost> {
        match self {
            Transport::Fetch(_) | Transport::Axios(_) => incoming(told),
            Transport::CodeEngine(_) => code_engine::read(told),
        }
    }
}

fn incoming(told: WaitResult) -> Result<HttpResponse, Lost> {
    let told = told.settled()?;
    match told.how {
        how::UNABLE => Err(Lost::Unsent(DomoError::config(
            "this host has no fetch: give one in the configuration (fetch), or axios",
        ))),
        how::GARBLED => Err(Lost::Garbled(DomoError::new(
            Code::BadResponse,
            InvalidValue::expected(
                "the answer of this host's function",
                &host::text_of(&told.value),
                &given(&told.headers),
            ),
        ))),
        status => Ok(HttpResponse {
            status: u16::try_from(status).unwrap_or(0),
            headers: told.headers,
            body: Body(told.value),
            reader: (!told.reader.is_undefined()).then_some(told.reader),
        }),
    }
}
