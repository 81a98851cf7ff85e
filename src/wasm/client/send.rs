//! Sends a request with as many attempts as the retry policy allows, and waits between them.

use wasm_bindgen::prelude::*;

use crate::error::DomoError;
use crate::http::attempts::{self, Attempts, Clearance, Limits, clearance};
use crate::http::error_response::is_success;
use crate::http::event::EventKind;
use crate::http::request::{Method, Request};
use crate::http::retry::AttemptOutcome;
use crate::redact::Redactor;
use crate::wasm::client::attempt::{AttemptError, Received};
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::refusal::refused;
use crate::wasm::client::response::Response;
use crate::wasm::errors::{Error, FailedAttempt, FailedCall, no_response};
use crate::wasm::host;
use crate::wasm::transport::message::TransportError;
use crate::wasm::wait::{WaitError, sleep};

/// A request that is being sent.
struct Sending<'a> {
    context: &'a RequestContext,
    request: &'a Request,
    attempts: Attempts,
    /// The failure of the attempt before.
    previous: Option<FailedCall>,
}

impl RequestContext {
    /// Sends a request, again if an attempt fails and the retry policy allows it.
    ///
    /// # Errors
    /// The failure of the last attempt, or the caller's abort reason.
    pub fn send(
        &self,
        request: &Request,
        body: Option<&JsValue>,
    ) -> impl Future<Output = Result<Box<Response>, Error>> {
        self.send_from(request, body, 1)
    }

    /// Sends a request whose attempts before this number have failed already.
    ///
    /// # Errors
    /// As [`RequestContext::send`].
    pub async fn send_from(
        &self,
        request: &Request,
        body: Option<&JsValue>,
        attempt: u32,
    ) -> Result<Box<Response>, Error> {
        let mut sending = Sending {
            context: self,
            request,
            attempts: Attempts::starting_with(attempt),
            previous: None,
        };
        loop {
            if let Err(error) = self.until_sending_is_allowed().await {
                return Err(sending.not_sent(error));
            }
            let result = self.attempt(request, body, sending.attempts.number()).await;
            let failed = match sending.outcome(result)? {
                Outcome::Response(response) => return Ok(response),
                Outcome::Failed(failed) => failed,
            };
            let delay_ms = sending.retry_delay(failed)?;
            if let Err(error) = sleep(self.backoff_signal(), delay_ms).await {
                return Err(sending.cancelled(error));
            }
            sending.attempts.begin_next();
        }
    }

    /// Waits until no 429 response holds requests back.
    async fn until_sending_is_allowed(&self) -> Result<(), Error> {
        loop {
            self.options.signal.check()?;
            let paused_for_ms = match clearance(self.connection.paused_for_ms(), self.left_ms(), self.is_stalled()) {
                Clearance::Now => return Ok(()),
                Clearance::After(paused_for_ms) => paused_for_ms,
                Clearance::Never(error) => return Err(error.into()),
            };
            match sleep(self.backoff_signal(), paused_for_ms).await {
                Err(_) if self.run_signal.is_given() => return Err(attempts::held_back(paused_for_ms).into()),
                slept => slept?,
            }
            // Another 429 may have prolonged the pause meanwhile. A host without timers cannot wait.
            if !host::has_timers() {
                return Ok(());
            }
        }
    }
}

enum Outcome {
    Response(Box<Response>),
    Failed(FailedAttempt),
}

impl Sending<'_> {
    /// Returns the response or the failure of an attempt; an error if no other attempt may follow.
    fn outcome(&mut self, result: Result<Received, AttemptError>) -> Result<Outcome, Error> {
        let received = match result {
            Ok(received) => received,
            Err(error) => return self.failed_attempt(error).map(Outcome::Failed),
        };
        if is_success(received.response.status) {
            return Ok(Outcome::Response(Box::new(Response {
                http: received.response,
                redactor: received.redactor,
                attempts: self.attempts.number(),
                request: self.request.line(),
            })));
        }
        Ok(Outcome::Failed(FailedAttempt {
            outcome: AttemptOutcome::Status(received.response.status),
            failed: refused(&received),
        }))
    }

    fn failed_attempt(&mut self, error: AttemptError) -> Result<FailedAttempt, Error> {
        let attempt = |outcome, error: DomoError| FailedAttempt {
            outcome,
            failed: error.into(),
        };
        let (error, redactor) = match error {
            AttemptError::Sent { error, redactor } => (error, redactor),
            AttemptError::NoToken(error) => return Ok(attempt(AttemptOutcome::Unreachable, error)),
            AttemptError::InvalidToken(error) => return Err(self.not_sent(error.into())),
            AttemptError::Aborted(reason) => return Err(self.cancelled(Error::Aborted(reason))),
        };
        match error {
            TransportError::NoResponse(error) => self.without_response(error, &redactor),
            TransportError::EndedEarly(thrown) => Ok(no_response(&thrown, true, &redactor)),
            TransportError::InvalidResponse(error) => Ok(attempt(AttemptOutcome::InvalidResponse, error)),
            TransportError::CannotSend(error) => Err(self.not_sent(error.into())),
        }
    }

    fn without_response(&self, error: WaitError, redactor: &Redactor) -> Result<FailedAttempt, Error> {
        match error {
            WaitError::Aborted(reason) => Err(Error::Aborted(reason)),
            WaitError::Thrown(thrown) => Ok(no_response(&thrown, false, redactor)),
            WaitError::TimedOut => {
                let error = attempts::timed_out(self.context.timeout_ms(), self.context.is_at_deadline());
                Ok(FailedAttempt {
                    outcome: AttemptOutcome::NoResponse,
                    failed: error.into(),
                })
            }
        }
    }

    /// Returns the delay before the next attempt, in milliseconds; the failure as an error if there is none.
    fn retry_delay(&mut self, FailedAttempt { outcome, mut failed }: FailedAttempt) -> Result<f64, Error> {
        let context = self.context;
        failed.error.set_request(&self.request.line());
        failed.error.attempts = Some(self.attempts.number());
        let can_wait = host::has_timers();
        let after = self.attempts.fail(
            outcome,
            &Limits {
                max_retries: context.max_retries(),
                idempotent: self.request.idempotent,
                retry_after_ms: failed.error.retry_after_ms,
                can_wait,
                random: host::random(),
                left_ms: context.left_ms(),
                is_at_deadline: context.is_at_deadline(),
                run_is_stalled: context.stall.is_some().then(|| context.is_stalled()),
            },
        );
        if let Some(ms) = after.pause_ms {
            context.connection.pause_for(ms);
        }
        failed.state = after.state;
        let Some(delay_ms) = after.delay_ms else {
            if after.state.is_rate_limited && context.is_stalled() {
                failed.error.message.push_str(attempts::STALLED);
            }
            if after.follows_unclear_attempt && self.request.method != Method::Get {
                failed.error.message.push_str(attempts::EARLIER_ATTEMPT_UNCLEAR);
            }
            return Err(failed.into());
        };
        if !can_wait {
            host::warn_once("domo-users: this host has no timers, so retries do not wait and timeoutMs has no effect");
        }
        // The message of the instance may hold data that does not belong in a log.
        let reason = match outcome {
            AttemptOutcome::Status(status) => format!("The instance returned {status}"),
            _ => failed.error.message.clone(),
        };
        let kind = EventKind::Retry {
            delay_ms,
            reason: &reason,
        };
        context.notify(self.request, self.attempts.number(), kind);
        self.previous = Some(failed);
        Ok(delay_ms)
    }

    /// Returns the error of a request whose next attempt could not be made. It does not hide the failure of an attempt before.
    fn not_sent(&mut self, error: Error) -> Error {
        let Error::Failed(mut failed) = error else {
            return error;
        };
        let is_in_run = self.context.stall.is_some();
        let Some(mut previous) = self.previous.take() else {
            failed.state = failed.state.not_sent(&failed.error, is_in_run);
            return Error::Failed(failed);
        };
        attempts::add_next_attempt_error(&mut previous.error, &failed.error);
        previous.state = previous.state.not_sent(&failed.error, is_in_run);
        previous.into()
    }

    /// Returns the error of a request that the caller ended between two attempts. In a run, that is the failure of the attempt before.
    fn cancelled(&mut self, error: Error) -> Error {
        match self.previous.take() {
            Some(previous) if self.context.run_signal.is_given() => Error::from(previous).interrupted(),
            _ => error,
        }
    }
}
