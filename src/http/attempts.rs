//! The attempts of one request: what has happened so far, and whether another attempt follows.

use crate::error::{Code, DomoError};
use crate::http::rate_limit::RunRateLimit;
use crate::http::retry::{self, AttemptOutcome, FailedAttempt};

/// The attempts of one request so far.
#[derive(Clone, Copy, Debug)]
pub struct Attempts {
    /// The number of the current attempt; the first is 1.
    number: u32,
    /// How many attempts returned 429 and do not count, because the request belongs to a run of changes.
    uncounted: u32,
    /// Whether one of the attempts may have been carried out by the instance.
    may_have_applied: bool,
}

/// What limits the attempts of a request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The retries after the first attempt.
    pub max_retries: u32,
    /// Whether it is harmless to send the request twice.
    pub idempotent: bool,
    /// The wait that the response asks for, in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// Whether the host has timers.
    pub can_wait: bool,
    /// A random number from 0 to 1, for the jitter of the delay.
    pub random: f64,
    /// The time until the deadline, in milliseconds; infinite without a deadline.
    pub left_ms: f64,
    /// Whether the deadline is reached, apart from the inaccuracy of timers.
    pub is_at_deadline: bool,
    /// Whether the run of changes has stalled; `None` if the request does not belong to a run.
    pub run_is_stalled: Option<bool>,
}

/// What is known of a failed request beside its error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FailureState {
    /// Whether the instance may have carried out this attempt, or one before it.
    pub may_have_applied: bool,
    /// Whether the request would have been sent again, or its response awaited, if the run had not ended.
    pub interrupted: bool,
    /// Whether the request belongs to a run of changes and is not sent again only because of a rate limit.
    pub is_rate_limited: bool,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AfterFailure {
    /// The delay before the next attempt, in milliseconds; `None` if the failure is final.
    pub delay_ms: Option<f64>,
    /// How long all requests of the connection are held back, in milliseconds; `None` if the response was not a 429.
    pub pause_ms: Option<f64>,
    /// What is known of the failure.
    pub state: FailureState,
    /// Whether this attempt had no effect, but one before it may have.
    pub follows_unclear_attempt: bool,
}

impl Attempts {
    /// Starts with the attempt of this number. A stream that is read again begins with a later number than 1.
    #[must_use]
    pub fn starting_with(number: u32) -> Self {
        Self {
            number,
            uncounted: 0,
            may_have_applied: false,
        }
    }

    /// Returns the number of the current attempt; the first is 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Begins the next attempt.
    pub fn begin_next(&mut self) {
        self.number = self.number.saturating_add(1);
    }

    /// Notes how the current attempt failed, and decides what follows.
    pub fn fail(&mut self, outcome: AttemptOutcome, limits: &Limits) -> AfterFailure {
        let failed = FailedAttempt {
            outcome,
            attempt: self.number.saturating_sub(self.uncounted),
            max_retries: limits.max_retries,
            idempotent: limits.idempotent,
            retry_after_ms: limits.retry_after_ms,
            can_wait: limits.can_wait,
            random: limits.random,
            run: limits.run_is_stalled.map(|has_given_up| RunRateLimit {
                retries: self.uncounted,
                has_given_up,
            }),
        };
        let may_have_applied = retry::may_have_applied(&failed);
        let follows_unclear_attempt = self.may_have_applied && !may_have_applied;
        self.may_have_applied |= may_have_applied;
        if !failed.is_counted() {
            self.uncounted = self.uncounted.saturating_add(1);
        }
        let retry_delay = retry::retry_delay(&failed);
        let delay_ms = retry_delay.filter(|ms| *ms < limits.left_ms);
        let was_cut_off = outcome == AttemptOutcome::NoResponse && limits.is_at_deadline;
        AfterFailure {
            delay_ms,
            pause_ms: retry::rate_limit_delay(&failed),
            state: FailureState {
                may_have_applied: self.may_have_applied,
                interrupted: delay_ms.is_none() && (retry_delay.is_some() || was_cut_off),
                is_rate_limited: outcome == AttemptOutcome::Status(429) && limits.run_is_stalled.is_some(),
            },
            follows_unclear_attempt,
        }
    }
}

/// Whether an attempt may begin now.
#[derive(Clone, Debug, PartialEq)]
pub enum Clearance {
    /// It may.
    Now,
    /// It may after this delay, in milliseconds, because of a 429 response to an earlier request.
    After(f64),
    /// It may not: this is the error of the request.
    Never(DomoError),
}

/// Decides whether an attempt may begin. `paused_for_ms` is how long a 429 response still holds requests back; `left_ms` is the time until the deadline.
#[must_use]
pub fn clearance(paused_for_ms: f64, left_ms: f64, run_is_stalled: bool) -> Clearance {
    if left_ms <= 0.0 {
        Clearance::Never(past_deadline())
    } else if run_is_stalled {
        Clearance::Never(stalled())
    } else if paused_for_ms <= 0.0 {
        Clearance::Now
    } else if retry::is_too_long(paused_for_ms) || paused_for_ms >= left_ms {
        Clearance::Never(held_back(paused_for_ms))
    } else {
        Clearance::After(paused_for_ms)
    }
}

impl FailureState {
    /// Returns the state of a request whose next attempt was not sent because of this error. A rate limit or a deadline is no failure of the request itself.
    #[must_use]
    pub fn not_sent(self, error: &DomoError, is_in_run: bool) -> Self {
        let is_rate_limited = error.code == Code::RateLimited;
        Self {
            interrupted: is_rate_limited || error.code == Code::Timeout,
            is_rate_limited: self.is_rate_limited || (is_rate_limited && is_in_run),
            ..self
        }
    }
}

/// Returns the time limit of an attempt that begins now, in milliseconds, at least 1: the limit of an attempt, but not beyond the deadline. `None` is no limit.
#[must_use]
pub fn attempt_limit_ms(timeout_ms: Option<u32>, left_ms: f64) -> Option<u32> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
    let left_ms = left_ms.is_finite().then_some(left_ms as u32);
    let limit_ms = match (timeout_ms, left_ms) {
        (Some(timeout_ms), Some(left_ms)) => timeout_ms.min(left_ms),
        (limit_ms, None) | (None, limit_ms) => limit_ms?,
    };
    Some(limit_ms.max(1))
}

/// What is added to the error of a run that gives up because of 429 responses.
pub const STALLED: &str = ". The instance returned 429 to every request of this run for five minutes: apply the same plan again later, with its journal or cursor";
/// What is added to the error of a request if an earlier attempt got no clear response.
pub const EARLIER_ATTEMPT_UNCLEAR: &str = ". An earlier attempt got no clear response and may have taken effect";

/// Returns the error for a request that is not sent because its run has stalled.
#[must_use]
pub fn stalled() -> DomoError {
    DomoError::new(Code::RateLimited, format!("Nothing was sent{STALLED}"))
}

/// Returns the error for a request that is not sent because the deadline is over.
#[must_use]
pub fn past_deadline() -> DomoError {
    DomoError::new(Code::Timeout, "The deadline was over before the request could be sent")
}

/// Returns the error for a request that is not sent because a 429 response holds requests back for longer than this request may wait.
#[must_use]
pub fn held_back(paused_for_ms: f64) -> DomoError {
    let mut error = DomoError::new(
        Code::RateLimited,
        "The instance returned 429 to an earlier request, and the wait would be too long, so it was not sent. Wait for retryAfterMs, and try again",
    );
    error.retry_after_ms = Some(paused_for_ms.ceil());
    error
}

/// Returns the error for an attempt that got no whole response in time: within the limit of the attempt, or before the deadline of the run.
#[must_use]
pub fn timed_out(timeout_ms: u32, is_at_deadline: bool) -> DomoError {
    let message = if is_at_deadline {
        "The response was not complete when deadlineMs was over: apply the same plan again, with its journal or cursor"
            .to_owned()
    } else {
        format!("The response was not complete within {timeout_ms} ms: try again, or allow more time with timeoutMs")
    };
    DomoError::new(Code::Timeout, message)
}

/// Adds to the error of the last attempt why no further attempt could be made.
pub fn add_next_attempt_error(error: &mut DomoError, next: &DomoError) {
    error.message.push_str("; the next attempt could not be made: ");
    error.message.push_str(&next.message);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        max_retries: 3,
        idempotent: true,
        retry_after_ms: None,
        can_wait: true,
        random: 1.0,
        left_ms: f64::INFINITY,
        is_at_deadline: false,
        run_is_stalled: None,
    };

    #[test]
    fn a_request_is_sent_again_until_the_retries_are_used_up() {
        let mut attempts = Attempts::starting_with(1);
        for delay_ms in [500.0, 1000.0, 2000.0] {
            assert_eq!(
                attempts.fail(AttemptOutcome::NoResponse, &LIMITS).delay_ms,
                Some(delay_ms)
            );
            attempts.begin_next();
        }
        assert_eq!(attempts.number(), 4);
        let last = attempts.fail(AttemptOutcome::NoResponse, &LIMITS);
        assert_eq!(last.delay_ms, None);
        assert_eq!(
            last.state,
            FailureState {
                may_have_applied: true,
                ..FailureState::default()
            }
        );
    }

    #[test]
    fn a_deadline_that_prevents_a_retry_interrupts_the_request() {
        let limits = Limits {
            left_ms: 500.0,
            ..LIMITS
        };
        let after = Attempts::starting_with(1).fail(AttemptOutcome::Status(503), &limits);
        assert_eq!((after.delay_ms, after.state.interrupted), (None, true));
        let limits = Limits {
            left_ms: 501.0,
            ..LIMITS
        };
        let after = Attempts::starting_with(1).fail(AttemptOutcome::Status(503), &limits);
        assert_eq!((after.delay_ms, after.state.interrupted), (Some(500.0), false));
    }

    #[test]
    fn a_create_that_the_deadline_cut_off_is_interrupted() {
        let limits = Limits {
            idempotent: false,
            is_at_deadline: true,
            ..LIMITS
        };
        let after = Attempts::starting_with(1).fail(AttemptOutcome::NoResponse, &limits);
        assert!(after.delay_ms.is_none() && after.state.interrupted && after.state.may_have_applied);
        let after = Attempts::starting_with(1).fail(AttemptOutcome::Status(400), &limits);
        assert!(!after.state.interrupted && !after.state.may_have_applied);
        let limits = Limits {
            is_at_deadline: false,
            ..limits
        };
        assert!(
            !Attempts::starting_with(1)
                .fail(AttemptOutcome::NoResponse, &limits)
                .state
                .interrupted
        );
    }

    #[test]
    fn an_unclear_attempt_is_remembered() {
        let mut attempts = Attempts::starting_with(1);
        assert!(
            !attempts
                .fail(AttemptOutcome::NoResponse, &LIMITS)
                .follows_unclear_attempt
        );
        attempts.begin_next();
        let refused = attempts.fail(AttemptOutcome::Status(404), &LIMITS);
        assert!(refused.follows_unclear_attempt && refused.state.may_have_applied);
        let refused = Attempts::starting_with(1).fail(AttemptOutcome::Status(404), &LIMITS);
        assert!(!refused.follows_unclear_attempt && !refused.state.may_have_applied);
    }

    #[test]
    fn in_a_run_a_429_uses_up_no_retry() {
        let limits = Limits {
            max_retries: 0,
            run_is_stalled: Some(false),
            ..LIMITS
        };
        let mut attempts = Attempts::starting_with(1);
        for delay_ms in [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 8000.0] {
            let after = attempts.fail(AttemptOutcome::Status(429), &limits);
            assert_eq!((after.delay_ms, after.pause_ms), (Some(delay_ms), Some(delay_ms)));
            assert!(after.state.is_rate_limited && !after.state.may_have_applied);
            attempts.begin_next();
        }
        assert_eq!(attempts.fail(AttemptOutcome::Status(503), &limits).delay_ms, None);
        let limits = Limits {
            run_is_stalled: Some(true),
            ..limits
        };
        let after = attempts.fail(AttemptOutcome::Status(429), &limits);
        assert!(after.delay_ms.is_none() && after.state.is_rate_limited && !after.state.interrupted);
    }

    #[test]
    fn outside_of_a_run_a_429_counts_as_an_attempt() {
        let limits = Limits {
            max_retries: 0,
            ..LIMITS
        };
        let after = Attempts::starting_with(1).fail(AttemptOutcome::Status(429), &limits);
        assert_eq!((after.delay_ms, after.pause_ms), (None, Some(500.0)));
        assert!(!after.state.is_rate_limited);
        let other = Attempts::starting_with(1).fail(AttemptOutcome::Status(500), &limits);
        assert_eq!(other.pause_ms, None);
    }

    #[test]
    fn an_attempt_begins_when_no_429_holds_it_back() {
        assert_eq!(clearance(0.0, f64::INFINITY, false), Clearance::Now);
        assert_eq!(clearance(0.0, 1.0, false), Clearance::Now);
        assert_eq!(clearance(500.0, 501.0, false), Clearance::After(500.0));
        assert_eq!(clearance(60_000.0, f64::INFINITY, false), Clearance::After(60_000.0));
        assert_eq!(clearance(500.0, 500.0, false), Clearance::Never(held_back(500.0)));
        assert_eq!(
            clearance(60_001.0, f64::INFINITY, false),
            Clearance::Never(held_back(60_001.0))
        );
        assert_eq!(clearance(0.0, 0.0, false), Clearance::Never(past_deadline()));
        assert_eq!(clearance(0.0, 1.0, true), Clearance::Never(stalled()));
        assert_eq!(clearance(0.0, 0.0, true), Clearance::Never(past_deadline()));
    }

    #[test]
    fn a_rate_limit_or_a_deadline_interrupts_a_request() {
        let sent = FailureState {
            may_have_applied: true,
            ..FailureState::default()
        };
        let limited = sent.not_sent(&held_back(1.0), true);
        assert!(limited.may_have_applied && limited.interrupted && limited.is_rate_limited);
        let limited = sent.not_sent(&held_back(1.0), false);
        assert!(limited.interrupted && !limited.is_rate_limited);
        let late = sent.not_sent(&past_deadline(), true);
        assert!(late.interrupted && !late.is_rate_limited);
        let wrong = sent.not_sent(&DomoError::config("no token"), true);
        assert!(!wrong.interrupted && !wrong.is_rate_limited && wrong.may_have_applied);
        assert!(limited.not_sent(&past_deadline(), true).interrupted);
        let before = FailureState {
            is_rate_limited: true,
            ..sent
        };
        assert!(before.not_sent(&past_deadline(), true).is_rate_limited);
    }

    #[test]
    fn the_limit_of_an_attempt_ends_at_the_deadline() {
        assert_eq!(attempt_limit_ms(None, f64::INFINITY), None);
        assert_eq!(attempt_limit_ms(Some(500), f64::INFINITY), Some(500));
        assert_eq!(attempt_limit_ms(Some(500), 300.7), Some(300));
        assert_eq!(attempt_limit_ms(Some(500), 900.0), Some(500));
        assert_eq!(attempt_limit_ms(None, 300.0), Some(300));
        assert_eq!(attempt_limit_ms(None, 0.2), Some(1));
        assert_eq!(attempt_limit_ms(Some(500), 0.0), Some(1));
    }

    #[test]
    fn errors_say_what_to_do() {
        assert_eq!(held_back(1200.4).retry_after_ms, Some(1201.0));
        assert!(stalled().message.contains("journal or cursor"));
        assert!(timed_out(30, false).message.contains("within 30 ms"));
        assert!(timed_out(30, true).message.contains("deadlineMs"));
        let mut error = DomoError::new(Code::ServerError, "The instance returned 503");
        add_next_attempt_error(&mut error, &past_deadline());
        assert_eq!(
            error.message,
            "The instance returned 503; the next attempt could not be made: The deadline was over before the request could be sent"
        );
        assert_eq!(
            (past_deadline().code, stalled().code),
            (Code::Timeout, Code::RateLimited)
        );
    }
}
