//! One call: attempts, retries between them, events about both.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::answer::{Good, refused};
use super::connection::Connection;
use super::failure::{Failed, Failure, unreachable};
use super::host;
use super::input::CallOptions;
use super::limit::{Signal, Stop, pause};
use super::transport::{Incoming, Lost};
use crate::answer::is_success;
use crate::error::{Code, DomoError};
use crate::event::{RequestEvent, Step};
use crate::request::Request;
use crate::retry::{self, Outcome};
use crate::text::{digits, join};

/// Who is asked and how.
pub struct Caller {
    /// From the first argument.
    pub connection: Rc<Connection>,
    /// From the last argument.
    pub options: CallOptions,
    /// No attempt goes on beyond this, by the host's ticks; infinity for no end.
    pub ends_at: f64,
    /// Ends the waits between attempts; an attempt under way goes on to its end.
    pub last_attempt: Signal,
    /// Whether the body of a good answer is left to be read as it comes.
    pub as_it_comes: bool,
    /// Every token that was sent, one a line, to keep them out of errors.
    pub secrets: RefCell<Option<Rc<str>>>,
}

/// What came of a call; boxed, as every wait on the way holds it.
pub type Sent = Result<Box<Good>, Failure>;

/// One attempt of a call, from its begin on.
struct Attempt<'a> {
    request: &'a Request,
    /// The first is 1.
    number: u32,
    /// By the host's ticks; only where somebody wants to know how long it takes.
    begun: f64,
    /// The tokens that were sent, to keep them out of errors.
    secret: Option<Rc<str>>,
}

impl Caller {
    /// Checks both; nothing is sent where either is wrong.
    pub fn new(domo: &JsValue, options: &JsValue) -> Result<Self, Failure> {
        Ok(Self {
            connection: Connection::of(domo)?,
            options: CallOptions::take(options)?,
            ends_at: f64::INFINITY,
            last_attempt: Signal::default(),
            as_it_comes: false,
            secrets: RefCell::default(),
        })
    }

    /// From now on the caller's signal ends no attempt, only the waits between them.
    pub fn last_attempts(&mut self) {
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

    /// Makes the call, with as many attempts as it takes and may take.
    pub async fn send(&self, request: &Request, body: Option<&JsValue>) -> Sent {
        self.send_from(request, body, 1).await
    }

    /// The same, where attempts before this one failed already.
    pub async fn send_from(&self, request: &Request, body: Option<&JsValue>, first: u32) -> Sent {
        let mut number = first;
        let mut unsettled = false;
        let mut before: Option<Failed> = None;
        loop {
            if let Err(failure) = self.until_free().await {
                return Err(after(before, failure));
            }
            let mut attempt = Attempt {
                request,
                number,
                begun: if self.connection.is_watched() {
                    host::ticks()
                } else {
                    0.0
                },
                secret: None,
            };
            let got = self.attempt(request, body, number, &mut attempt.secret).await;
            let (outcome, mut failed) = match self.judge(&mut attempt, got)? {
                Judged::Good(good) => return Ok(good),
                Judged::Failed(outcome, failed) => (outcome, failed),
            };
            if let Outcome::Unsent = outcome {
                return Err(after(before, failed.into()));
            }
            let delay_ms = self.policy(&attempt, outcome, &mut failed);
            let was_lost = unsettled && !failed.unsettled;
            unsettled |= failed.unsettled;
            failed.unsettled = unsettled;
            let Some(delay_ms) = delay_ms else {
                if was_lost && request.verb() != "GET" {
                    failed.error.message.push_str(WAS_LOST);
                }
                return Err(failed.into());
            };
            if !self.waits(delay_ms).await? {
                return Err(failed.into());
            }
            number = number.saturating_add(1);
            before = Some(failed);
        }
    }

    /// Waits before the next attempt; `false` where there is to be none any more.
    async fn waits(&self, ms: f64) -> Result<bool, Failure> {
        let is_last = self.last_attempt.is_given();
        let signal = if is_last {
            &self.last_attempt
        } else {
            &self.options.signal
        };
        match pause(signal, ms).await {
            Err(_) if is_last => Ok(false),
            paused => paused.map(|()| true),
        }
    }

    /// Waits until no 429 holds the call back, which may be prolonged meanwhile; an error, and nothing sent, where that takes too long.
    async fn until_free(&self) -> Result<(), Failure> {
        self.options.signal.check()?;
        loop {
            let (held_ms, left_ms) = (self.connection.held_ms(), self.left_ms());
            if left_ms <= 0.0 {
                return Err(DomoError::new(Code::Timeout, "The time was over before the call could be sent").into());
            }
            if held_ms <= 0.0 {
                return Ok(());
            }
            if retry::is_too_long(held_ms) || held_ms >= left_ms || !self.waits(held_ms).await? {
                let mut error = DomoError::new(
                    Code::RateLimited,
                    "An earlier call was answered 429, and this one would wait too long: nothing was sent. Wait as long as retryAfterMs says",
                );
                error.retry_after_ms = Some(held_ms.ceil());
                return Err(error.into());
            }
            if !host::has("setTimeout") {
                return Ok(()); // it cannot wait
            }
        }
    }

    /// What an attempt came to.
    fn judge(&self, attempt: &mut Attempt<'_>, got: Result<Incoming, Lost>) -> Result<Judged, Failure> {
        let secret = attempt.secret.as_deref();
        let (outcome, failed) = match got {
            Ok(incoming) => {
                if self.connection.is_watched() {
                    self.tell(
                        attempt.request,
                        attempt.number,
                        Step::Response {
                            status: incoming.status,
                            // To a tenth: a clock's digits behind that are noise.
                            duration_ms: ((host::ticks() - attempt.begun).max(0.0) * 10.0).round() / 10.0,
                            request_id: incoming.request_id(secret).as_deref(),
                        },
                    );
                }
                if is_success(incoming.status) {
                    return Ok(Judged::Good(Box::new(Good {
                        incoming,
                        secret: attempt.secret.take(),
                        attempts: attempt.number,
                        call: attempt.request.call(),
                    })));
                }
                (Outcome::Status(incoming.status), refused(&incoming, secret))
            }
            Err(Lost::Stopped(Stop::Aborted(reason))) => return Err(Failure::Reason(reason)),
            Err(Lost::Stopped(Stop::TimedOut)) => (Outcome::Lost, self.timed_out().into()),
            Err(Lost::Stopped(Stop::Thrown(thrown))) => unreachable(&thrown, secret),
            Err(Lost::NotReached(error)) => (Outcome::Unreachable, error.into()),
            Err(Lost::Garbled(error)) => (Outcome::Garbled, error.into()),
            Err(Lost::Unsent(error)) => (Outcome::Unsent, error.into()),
        };
        Ok(Judged::Failed(outcome, failed))
    }

    /// The wait before the next attempt, if there is to be one; the failure learns what it meant.
    fn policy(&self, attempt: &Attempt<'_>, outcome: Outcome, failed: &mut Failed) -> Option<f64> {
        let request = attempt.request;
        let failure = retry::Failure {
            outcome,
            attempt: attempt.number,
            max_retries: self.max_retries(),
            repeatable: request.repeatable,
            retry_after_ms: failed.error.retry_after_ms,
            can_wait: host::has("setTimeout"),
            random: host::random(),
        };
        failed.error.call = Some(request.call());
        failed.error.attempts = Some(attempt.number);
        failed.unsettled = retry::may_have_happened(&failure);
        if let Some(ms) = retry::hold_ms(&failure) {
            self.connection.hold(ms);
        }
        let delay_ms = retry::next(&failure).filter(|ms| *ms < self.left_ms())?;
        if !failure.can_wait {
            host::warn_once("domo-users: this host has no timers, so retries do not wait and timeoutMs has no effect");
        }
        // What the instance said may hold what is nobody's business in a log.
        let reason = &match outcome {
            Outcome::Status(status) => join(&["The instance answered ", &digits(u64::from(status))]),
            _ => failed.error.message.clone(),
        };
        self.tell(request, attempt.number, Step::Retry { delay_ms, reason });
        Some(delay_ms)
    }

    /// Tells `onEvent` of a step.
    pub fn tell(&self, request: &Request, attempt: u32, step: Step<'_>) {
        self.connection.tell(&RequestEvent {
            method: request.verb(),
            path: &request.path,
            attempt,
            step,
        });
    }

    fn timed_out(&self) -> DomoError {
        DomoError::new(
            Code::Timeout,
            join(&[
                "No whole answer within ",
                &digits(u64::from(self.timeout_ms())),
                " ms: try again, or give more time with timeoutMs",
            ]),
        )
    }
}

/// Said of a refusal that came after an attempt without an answer.
const WAS_LOST: &str = ". An attempt before this one was lost and may have had its effect";

/// A failure by which nothing was sent does not hide what was sent before it.
fn after(before: Option<Failed>, failure: Failure) -> Failure {
    match (before, failure) {
        (Some(mut earlier), Failure::Error(failed)) => {
            let then = ["; the next attempt could not be made: ", &failed.error.message];
            earlier.error.message.push_str(&join(&then));
            earlier.into()
        }
        (_, failure) => failure,
    }
}

enum Judged {
    Good(Box<Good>),
    Failed(Outcome, Failed),
}
