//! Who is asked and how: what all calls of a caller have in common.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow::{Break, Continue};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::http::event::{EventKind, RequestEvent};
use crate::http::rate_limit::Stall;
use crate::http::request::Request;
use crate::wasm::connection::Connection;
use crate::wasm::failure::Failure;
use crate::wasm::host;
use crate::wasm::input::CallOptions;
use crate::wasm::response::Response;
use crate::wasm::sending::Sending;
use crate::wasm::wait::Signal;

/// Who is asked and how.
pub struct RequestContext {
    /// From the first argument.
    pub connection: Rc<Connection>,
    /// From the last argument.
    pub options: CallOptions,
    /// No attempt goes on beyond this, by the host's ticks; infinity for no end.
    pub ends_at: f64,
    /// Ends the waits between attempts; an attempt under way goes on to its end.
    pub last_attempt: Signal,
    /// Whether anything of a run of changes gets through; `None` for other calls.
    pub stall: Option<Cell<Stall>>,
    /// Whether the body of a good answer is left to be read as it comes.
    pub stream_body: bool,
    /// Every token that was sent, one a line, to keep them out of errors.
    pub secrets: RefCell<Option<Rc<str>>>,
}

/// What came of a call; boxed, as every wait on the way holds it.
pub type Sent = Result<Box<Response>, Failure>;

impl RequestContext {
    /// Checks both; nothing is sent where either is wrong.
    pub fn new(domo: &JsValue, options: &JsValue) -> Result<Self, Failure> {
        Ok(Self {
            connection: Connection::of(domo)?,
            options: CallOptions::take(options)?,
            ends_at: f64::INFINITY,
            last_attempt: Signal::default(),
            stall: None,
            stream_body: false,
            secrets: RefCell::default(),
        })
    }

    /// From now on the caller's signal ends no attempt, only the waits between them.
    pub fn detach_signal(&mut self) {
        self.last_attempt = core::mem::take(&mut self.options.signal);
    }

    /// The limit of one attempt, in milliseconds; 0 is none.
    pub fn timeout_ms(&self) -> u32 {
        self.options.timeout_ms.unwrap_or(self.connection.timeout_ms)
    }

    /// Retries after the first attempt.
    pub fn max_retries(&self) -> u32 {
        self.options.max_retries.unwrap_or(self.connection.max_retries)
    }

    /// The time that is left for the call, in milliseconds.
    pub fn left_ms(&self) -> f64 {
        match self.ends_at {
            f64::INFINITY => f64::INFINITY,
            end => (end - host::ticks()).max(0.0),
        }
    }

    /// Whether the time of the call is over; a timer may ring somewhat early.
    pub fn is_at_its_end(&self) -> bool {
        self.left_ms() < 100.0
    }

    /// The limit of an attempt that begins now, in milliseconds; 0 is none.
    pub fn attempt_ms(&self) -> u32 {
        let left_ms = self.left_ms();
        match self.timeout_ms() {
            all if left_ms.is_infinite() => all,
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
            0 => (left_ms as u32).max(1),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
            ms => ms.min(left_ms as u32).max(1),
        }
    }

    /// Makes the call, with as many attempts as it takes and may take; those before the `first` failed already. There is one place to wait,
    /// as each is code of its own.
    pub async fn send_from(&self, request: &Request, body: Option<&JsValue>, first: u32) -> Sent {
        let mut sending = Sending::new(self, request, body, first);
        let mut next = sending.begin();
        loop {
            match next {
                Break(sent) => return sent,
                Continue((stage, wait)) => next = sending.after(stage, wait.await),
            }
        }
    }

    /// Takes note of a response's status where a run wants to know what gets through.
    pub fn note_status(&self, status: u16) {
        if let Some(stall) = &self.stall {
            let mut now = stall.get();
            now.record(status, host::ticks());
            stall.set(now);
        }
    }

    /// Whether this is a run that gives up, as nothing of it got through for too long.
    pub fn is_stalled(&self) -> bool {
        self.stall.as_ref().is_some_and(|stall| stall.get().has_given_up())
    }

    /// Ends the waits between attempts.
    pub fn backoff_signal(&self) -> &Signal {
        match self.last_attempt.is_given() {
            true => &self.last_attempt,
            false => &self.options.signal,
        }
    }

    /// Tells `onEvent` of a step.
    pub fn tell(&self, request: &Request, attempt: u32, kind: EventKind<'_>) {
        self.connection.tell(&RequestEvent {
            kind,
            method: request.method.as_str(),
            path: &request.path,
            attempt,
        });
    }
}
