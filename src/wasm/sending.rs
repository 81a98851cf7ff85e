//! One call under way: attempts, waits between them, events about both; from stage to stage, and nothing here waits.

use std::ops::ControlFlow;
use std::ops::ControlFlow::{Break, Continue};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::http::error_response::is_success;
use crate::http::event::EventKind;
use crate::http::rate_limit::RunRateLimit;
use crate::http::request::{Method, Request};
use crate::http::retry;
use crate::http::retry::AttemptOutcome;
use crate::text::{digits, join};
use crate::wasm::context::{RequestContext, Sent};
use crate::wasm::failure::{Failed, Failure, unreachable};
use crate::wasm::host;
use crate::wasm::response::{Response, refused};
use crate::wasm::transport::{HttpResponse, Lost};
use crate::wasm::wait::{Wait, WaitError, WaitResult, rest};

/// A call under way.
pub struct Sending<'a> {
    /// Who makes it.
    pub caller: &'a RequestContext,
    /// What is sent.
    pub request: &'a Request,
    /// Its body, JSON text.
    pub body: Option<&'a JsValue>,
    /// Of the attempt; the first is 1.
    pub number: u32,
    /// When the attempt began, by the host's ticks; only where somebody wants to know how long it takes.
    pub begun: f64,
    /// The limit of the attempt; 0 is none.
    pub timeout_ms: u32,
    /// The tokens that were sent, to keep them out of errors.
    pub secret: Option<Rc<str>>,
    /// How many attempts returned 429 and do not count, as they belong to a run of changes.
    rate_limited: u32,
    /// Whether an attempt before this one may have had its effect.
    may_have_applied: bool,
    /// The attempt before.
    before: Option<Failed>,
}

/// What is waited for.
pub enum Stage {
    /// That a 429 holds the call back no more, so many milliseconds from the begin of the wait on.
    Held(f64),
    /// The token, which the caller's function was asked for at this time.
    Token(f64),
    /// The answer.
    Response,
    /// The time between two attempts.
    Between,
}

/// What comes next: a wait, or the end of the call.
pub type Next = ControlFlow<Sent, (Stage, Wait)>;

impl<'a> Sending<'a> {
    /// Nothing is sent yet.
    pub fn new(caller: &'a RequestContext, request: &'a Request, body: Option<&'a JsValue>, first: u32) -> Self {
        Self {
            caller,
            request,
            body,
            number: first,
            begun: 0.0,
            timeout_ms: 0,
            secret: None,
            rate_limited: 0,
            may_have_applied: false,
            before: None,
        }
    }

    /// Begins an attempt, as soon as no 429 holds it back.
    pub fn begin(&mut self) -> Next {
        if let Err(failure) = self.caller.options.signal.check() {
            return self.unsent(failure);
        }
        let (paused_for_ms, left_ms) = (self.caller.connection.paused_for_ms(), self.caller.left_ms());
        if left_ms <= 0.0 {
            return self.unsent(
                DomoError::new(
                    Code::Timeout,
                    "The time limit was over before the request could be sent",
                )
                .into(),
            );
        }
        if self.caller.is_stalled() {
            return self.stalled();
        }
        if paused_for_ms <= 0.0 {
            return self.attempt();
        }
        if retry::is_too_long(paused_for_ms) || paused_for_ms >= left_ms {
            return self.held_back(paused_for_ms);
        }
        self.rest(Stage::Held(paused_for_ms), paused_for_ms)
    }

    /// What comes after a wait.
    pub fn after(&mut self, stage: Stage, told: WaitResult) -> Next {
        match stage {
            Stage::Held(_) | Stage::Between => self.rested(stage),
            Stage::Token(asked) => self.got_token(asked, told.settled()),
            Stage::Response => self.judge(self.caller.connection.transport.read(told)),
        }
    }

    fn rest(&mut self, stage: Stage, ms: f64) -> Next {
        match rest(self.caller.backoff_signal(), ms) {
            Some(wait) => Continue((stage, wait)),
            None => self.rested(stage),
        }
    }

    fn rested(&mut self, stage: Stage) -> Next {
        let aborted = self.caller.backoff_signal().check();
        let is_last = aborted.is_err() && self.caller.last_attempt.is_given();
        match (stage, aborted) {
            (Stage::Held(paused_for_ms), _) if is_last => self.held_back(paused_for_ms),
            (_, Err(failure)) => self.ended(failure),
            // A 429 may have prolonged it meanwhile; but a host without timers cannot wait.
            (Stage::Held(_), Ok(())) if host::has("setTimeout") => self.begin(),
            (Stage::Held(_), Ok(())) => self.attempt(),
            (_, Ok(())) => {
                self.number = self.number.saturating_add(1);
                self.begin()
            }
        }
    }

    /// The caller ends it, between two attempts.
    pub fn ended(&mut self, failure: Failure) -> Next {
        Break(Err(match self.before.take() {
            Some(mut failed) if self.caller.last_attempt.is_given() => {
                failed.interrupted = true;
                failed.into()
            }
            _ => failure,
        }))
    }

    /// A 429 holds it back for too long.
    fn held_back(&mut self, paused_for_ms: f64) -> Next {
        let mut error = DomoError::new(
            Code::RateLimited,
            "The instance returned 429 to an earlier request, and this one would wait too long: nothing was sent. Wait as long as retryAfterMs says",
        );
        error.retry_after_ms = Some(paused_for_ms.ceil());
        self.unsent(error.into())
    }

    /// Nothing of the run got through for too long.
    fn stalled(&mut self) -> Next {
        self.unsent(DomoError::new(Code::RateLimited, join(&["Nothing was sent", STALLED])).into())
    }

    /// Ends the call, as the next attempt could not be made. That failure does not hide what was sent before it.
    fn unsent(&mut self, failure: Failure) -> Next {
        let Failure::Error(mut failed) = failure else {
            return Break(Err(failure));
        };
        let is_rate_limited = failed.error.code == Code::RateLimited;
        let interrupted = is_rate_limited || failed.error.code == Code::Timeout;
        if let Some(mut earlier) = self.before.take() {
            let then = ["; the next attempt could not be made: ", &failed.error.message];
            earlier.error.message.push_str(&join(&then));
            failed = Box::new(earlier);
        }
        failed.interrupted = interrupted;
        failed.is_rate_limited |= is_rate_limited && self.caller.stall.is_some();
        Break(Err(Failure::Error(failed)))
    }

    /// What an attempt came to.
    pub fn judge(&mut self, got: Result<HttpResponse, Lost>) -> Next {
        let secret = self.secret.as_deref();
        let (outcome, failed) = match got {
            Ok(incoming) => {
                self.caller.note_status(incoming.status);
                if self.caller.connection.is_watched() {
                    self.tell(EventKind::Response {
                        status: incoming.status,
                        // To a tenth: a clock's digits behind that are noise.
                        duration_ms: ((host::ticks() - self.begun).max(0.0) * 10.0).round() / 10.0,
                        request_id: incoming.request_id(secret).as_deref(),
                    });
                }
                if is_success(incoming.status) {
                    return Break(Ok(Box::new(Response {
                        incoming,
                        secret: self.secret.take(),
                        attempts: self.number,
                        call: self.request.line(),
                    })));
                }
                (AttemptOutcome::Status(incoming.status), refused(&incoming, secret))
            }
            Err(Lost::Stopped(WaitError::Aborted(reason))) => return Break(Err(Failure::Aborted(reason))),
            Err(Lost::Stopped(WaitError::TimedOut)) => (AttemptOutcome::NoResponse, self.timed_out().into()),
            Err(Lost::Stopped(WaitError::Thrown(thrown))) => unreachable(&thrown, secret),
            Err(Lost::NotReached(error)) => (AttemptOutcome::Unreachable, error.into()),
            Err(Lost::Garbled(error)) => (AttemptOutcome::InvalidResponse, error.into()),
            Err(Lost::Unsent(error)) => return self.unsent(error.into()),
        };
        self.failed(outcome, failed)
    }

    /// Waits for another attempt, if there is to be one; the failure learns what it meant.
    fn failed(&mut self, outcome: AttemptOutcome, mut failed: Failed) -> Next {
        let failure = retry::FailedAttempt {
            outcome,
            attempt: self.number.saturating_sub(self.rate_limited),
            max_retries: self.caller.max_retries(),
            idempotent: self.request.idempotent,
            retry_after_ms: failed.error.retry_after_ms,
            can_wait: host::has("setTimeout"),
            random: host::random(),
            run: self.caller.stall.is_some().then(|| RunRateLimit {
                retries: self.rate_limited,
                has_given_up: self.caller.is_stalled(),
            }),
        };
        failed.error.request = Some(self.request.line());
        failed.error.attempts = Some(self.number);
        let may_have_applied = retry::may_have_applied(&failure);
        let was_lost = self.may_have_applied && !may_have_applied;
        self.may_have_applied |= may_have_applied;
        failed.may_have_applied = self.may_have_applied;
        if let Some(ms) = retry::rate_limit_delay(&failure) {
            self.caller.connection.pause_for(ms);
        }
        failed.is_rate_limited = outcome == AttemptOutcome::Status(429) && failure.run.is_some();
        let next = retry::retry_delay(&failure);
        if !failure.is_counted() {
            self.rate_limited = self.rate_limited.saturating_add(1);
        }
        let Some(delay_ms) = next.filter(|ms| *ms < self.caller.left_ms()) else {
            failed.interrupted =
                next.is_some() || (outcome == AttemptOutcome::NoResponse && self.caller.is_at_its_end());
            if failed.is_rate_limited && self.caller.is_stalled() {
                failed.error.message.push_str(STALLED);
            }
            if was_lost && self.request.method != Method::Get {
                failed.error.message.push_str(WAS_LOST);
            }
            return Break(Err(failed.into()));
        };
        if !failure.can_wait {
            host::warn_once("domo-users: this host has no timers, so retries do not wait and timeoutMs has no effect");
        }
        // What the instance said may hold what is nobody's business in a log.
        let reason = &match outcome {
            AttemptOutcome::Status(status) => join(&["The instance returned ", &digits(u64::from(status))]),
            _ => failed.error.message.clone(),
        };
        self.tell(EventKind::Retry { delay_ms, reason });
        self.before = Some(failed);
        self.rest(Stage::Between, delay_ms)
    }

    fn timed_out(&self) -> DomoError {
        let limit_ms = digits(u64::from(self.caller.timeout_ms()));
        let within = [
            "No complete response within ",
            &limit_ms,
            " ms: try again, or raise timeoutMs",
        ];
        let message = match self.caller.is_at_its_end() {
            true => {
                "No complete response before the deadlineMs of the run: apply the same plan again, with its journal or cursor"
                    .to_owned()
            }
            false => join(&within),
        };
        DomoError::new(Code::Timeout, message)
    }

    /// Tells `onEvent` of a step.
    pub fn tell(&self, step: EventKind<'_>) {
        self.caller.tell(self.request, self.number, step);
    }
}

/// Said of the 429 after which a run of changes gives up.
const STALLED: &str = ". The instance returned 429 to every request of this run for five minutes: apply the same plan again later, with its journal or cursor";
/// Said of a refusal that came after an attempt without an answer.
const WAS_LOST: &str = ". An earlier attempt got no response and may have had its effect";
