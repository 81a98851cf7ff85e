//! The context of a call: its configuration, its options, its deadline and its tokens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::http::attempts::attempt_limit_ms;
use crate::http::event::{EventKind, RequestEvent};
use crate::http::rate_limit::Stall;
use crate::http::request::Request;
use crate::redact::Redactor;
use crate::wasm::client::connection::Connection;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::options::CallOptions;
use crate::wasm::wait::Signal;

/// What all requests of one call share.
pub struct RequestContext {
    /// The connection of the first argument of the call.
    pub connection: Rc<Connection>,
    /// The options in the last argument of the call.
    pub options: CallOptions,
    /// No attempt goes on after this, by the host's ticks; infinity for no deadline.
    pub deadline: f64,
    /// The signal of a run of changes: it ends the waits between attempts, but no attempt that is in progress.
    pub run_signal: Signal,
    /// Whether any request of the run of changes gets through; `None` if the call is no run.
    pub stall: Option<Cell<Stall>>,
    /// Whether the body of a successful response is read as it arrives.
    pub stream_body: bool,
    /// Removes the tokens that this call has sent.
    pub redactor: RefCell<Redactor>,
}

impl RequestContext {
    /// Reads the first and the last argument of a call.
    ///
    /// # Errors
    /// `INVALID_CONFIG` or `INVALID_INPUT`.
    pub fn new(domo: &JsValue, options: &JsValue) -> Result<Self, Error> {
        Ok(Self {
            connection: Connection::of(domo)?,
            options: CallOptions::read(options)?,
            deadline: f64::INFINITY,
            run_signal: Signal::default(),
            stall: None,
            stream_body: false,
            redactor: RefCell::default(),
        })
    }

    /// Reads the first and the last argument of a call, and refuses options that are neither in `own_options` nor options of every call.
    ///
    /// # Errors
    /// `INVALID_CONFIG` or `INVALID_INPUT`.
    #[cfg_attr(not(feature = "directory"), allow(unused_variables))]
    pub fn for_call(domo: &JsValue, options: &JsValue, own_options: &[&'static str]) -> Result<Self, Error> {
        let context = Self::new(domo, options)?;
        // The module without this feature is used only by the first Code Engine file, which passes only known options.
        #[cfg(feature = "directory")]
        crate::wasm::options::reject_unknown(options, own_options)?;
        Ok(context)
    }

    /// Lets attempts that are in progress go on when the caller's signal is aborted.
    pub fn detach_signal(&mut self) {
        self.run_signal = core::mem::take(&mut self.options.signal);
    }

    /// Returns the limit of one attempt, in milliseconds; 0 for no limit.
    pub fn timeout_ms(&self) -> u32 {
        self.options.timeout_ms.unwrap_or(self.connection.timeout_ms)
    }

    /// Returns the number of retries after the first attempt.
    pub fn max_retries(&self) -> u32 {
        self.options.max_retries.unwrap_or(self.connection.max_retries)
    }

    /// Returns the time until the deadline, in milliseconds.
    pub fn left_ms(&self) -> f64 {
        match self.deadline {
            f64::INFINITY => f64::INFINITY,
            deadline => (deadline - host::ticks()).max(0.0),
        }
    }

    /// Whether the deadline is reached; a timer may be somewhat early.
    pub fn is_at_deadline(&self) -> bool {
        self.left_ms() < 100.0
    }

    /// Returns the limit of an attempt that begins now, in milliseconds; 0 for no limit.
    pub fn attempt_ms(&self) -> u32 {
        let timeout_ms = Some(self.timeout_ms()).filter(|ms| *ms > 0);
        attempt_limit_ms(timeout_ms, self.left_ms()).unwrap_or(0)
    }

    /// Notes the status of a response, if the call is a run of changes.
    pub fn note_status(&self, status: u16) {
        if let Some(stall) = &self.stall {
            let mut noted = stall.get();
            noted.record(status, host::ticks());
            stall.set(noted);
        }
    }

    /// Whether the call is a run of changes that gives up, because the instance returned 429 to every request for too long.
    pub fn is_stalled(&self) -> bool {
        self.stall.as_ref().is_some_and(|stall| stall.get().has_given_up())
    }

    /// Returns the signal that ends the waits between attempts.
    pub fn backoff_signal(&self) -> &Signal {
        match self.run_signal.is_given() {
            true => &self.run_signal,
            false => &self.options.signal,
        }
    }

    /// Calls `onEvent`.
    pub fn notify(&self, request: &Request, attempt: u32, kind: EventKind<'_>) {
        self.connection.notify(&RequestEvent {
            kind,
            method: request.method.as_str(),
            path: &request.path,
            attempt,
        });
    }
}
