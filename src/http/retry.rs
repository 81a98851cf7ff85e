//! The retry policy: whether a failed attempt is retried, and after which delay.

use crate::http::rate_limit::RunRateLimit;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AttemptOutcome {
    /// Nothing was sent: the host reports that it could not connect, or there was no token.
    Unreachable,
    /// No response, because the network failed or the time limit ended the attempt. The request may have taken effect.
    NoResponse,
    /// The host's function returned something that is no response. The request may have taken effect.
    InvalidResponse,
    /// A response with this status.
    Status(u16),
}

/// What the policy needs to know about a failed attempt.
#[derive(Clone, Copy, Debug)]
pub struct FailedAttempt {
    /// How the attempt ended.
    pub outcome: AttemptOutcome,
    /// The number of the attempt; the first is 1. Attempts that do not [count](Self::is_counted) are left out.
    pub attempt: u32,
    /// The number of retries after the first attempt.
    pub max_retries: u32,
    /// Whether sending the request again is harmless.
    pub idempotent: bool,
    /// The delay that the response asked for, in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// Whether the host has timers.
    pub can_wait: bool,
    /// A random number from 0 to 1, for full jitter: the delay is that part of the backoff.
    pub random: f64,
    /// The rate limit of the run of changes that the request belongs to; `None` if it belongs to none.
    pub run: Option<RunRateLimit>,
}

impl FailedAttempt {
    /// Whether `max_retries` limits this attempt. In a run of changes a 429 is not a failure: the request is retried until the run gives up. Without
    /// timers the run cannot wait, so there a 429 counts.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        !(self.outcome == AttemptOutcome::Status(429) && self.run.is_some() && self.can_wait)
    }

    /// Returns how many retries came before the one that this attempt leads to.
    fn earlier_retries(&self) -> u32 {
        match self.run {
            Some(run) if !self.is_counted() => run.retries,
            _ => self.attempt.saturating_sub(1),
        }
    }
}

/// The longest delay before the first retry, in milliseconds; it doubles with each retry.
const FIRST_BACKOFF_MS: u32 = 500;
/// The longest backoff, in milliseconds.
const MAX_BACKOFF_MS: u32 = 8_000;
/// The longest `Retry-After` that is waited for, in milliseconds; the caller decides about a longer one.
const MAX_RETRY_AFTER_MS: f64 = 60_000.0;

/// Returns the delay before the next attempt in milliseconds, or `None` if the error is final.
#[must_use]
pub fn retry_delay(failure: &FailedAttempt) -> Option<f64> {
    let is_retryable = match failure.outcome {
        AttemptOutcome::Unreachable | AttemptOutcome::NoResponse => failure.idempotent,
        AttemptOutcome::Status(408 | 429 | 500 | 502 | 503 | 504) => failure.idempotent || proves_no_effect(failure),
        AttemptOutcome::InvalidResponse | AttemptOutcome::Status(_) => false,
    };
    let is_exhausted = match failure.run {
        Some(run) if !failure.is_counted() => run.has_given_up,
        _ => failure.attempt > failure.max_retries,
    };
    if !is_retryable || is_exhausted {
        return None;
    }
    match delay_ms(failure)? {
        ms if failure.can_wait => Some(ms),
        _ if failure.retry_after_ms.is_some_and(|requested| requested > 0.0) => None,
        _ => Some(0.0),
    }
}

/// Returns the pause after a 429 for all requests of the connection, in milliseconds: the requested delay, else the backoff. `None` for any other outcome.
#[must_use]
pub fn rate_limit_delay(failure: &FailedAttempt) -> Option<f64> {
    match failure.outcome {
        AttemptOutcome::Status(429) => delay_ms(failure).or(failure.retry_after_ms),
        _ => None,
    }
}

/// Whether a delay is too long to wait for: the request then fails at once, and the caller decides when to try again.
#[must_use]
pub fn is_too_long(ms: f64) -> bool {
    ms > MAX_RETRY_AFTER_MS
}

/// Whether the request may have had its effect although the attempt failed.
#[must_use]
pub fn may_have_applied(failure: &FailedAttempt) -> bool {
    match failure.outcome {
        AttemptOutcome::Unreachable => false,
        AttemptOutcome::NoResponse | AttemptOutcome::InvalidResponse => true,
        AttemptOutcome::Status(status) => (status == 408 || status >= 500) && !proves_no_effect(failure),
    }
}

/// Whether the response proves that the request had no effect: 429, or 503 with `Retry-After`.
fn proves_no_effect(failure: &FailedAttempt) -> bool {
    match failure.outcome {
        AttemptOutcome::Status(429) => true,
        AttemptOutcome::Status(503) => failure.retry_after_ms.is_some(),
        _ => false,
    }
}

/// Returns the requested delay, or the backoff with jitter if none was requested. `None` if the requested delay is too long.
fn delay_ms(failure: &FailedAttempt) -> Option<f64> {
    match failure.retry_after_ms {
        Some(requested) if is_too_long(requested) => None,
        // A run has no limit of attempts. If the instance asks again and again for no delay, the run backs off.
        Some(requested) if requested > 0.0 || failure.is_counted() || failure.earlier_retries() == 0 => {
            Some(requested.max(0.0))
        }
        _ => {
            let doublings = failure.earlier_retries().min(16);
            let backoff = FIRST_BACKOFF_MS.saturating_mul(1 << doublings).min(MAX_BACKOFF_MS);
            Some((f64::from(backoff) * failure.random.clamp(0.0, 1.0)).round())
        }
    }
}

/// Whether a host's error code means that no connection was made, so that the request had no effect.
#[must_use]
pub fn is_unreachable(code: &str) -> bool {
    ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(code))
}

/// Returns the seconds of a `Retry-After` in milliseconds; `None` if they are negative. A fraction, which HTTP does not allow, is rounded up to the next
/// second. The host parses the number, or the date.
#[must_use]
pub fn retry_after_seconds(seconds: f64) -> Option<f64> {
    (seconds >= 0.0).then(|| seconds.ceil() * 1000.0)
}

/// Whether a `Retry-After` is an HTTP date. Hosts parse almost anything as a date, so this is checked first.
#[must_use]
pub fn is_http_date(header: &str) -> bool {
    let header = header.trim();
    header.ends_with(" GMT") && header.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::http::rate_limit::RunRateLimit;
    use proptest::prelude::*;

    fn get(outcome: AttemptOutcome, attempt: u32, max_retries: u32, random: f64) -> FailedAttempt {
        FailedAttempt {
            outcome,
            attempt,
            max_retries,
            idempotent: true,
            retry_after_ms: None,
            can_wait: true,
            random,
            run: None,
        }
    }

    fn create(outcome: AttemptOutcome, retry_after_ms: Option<f64>) -> FailedAttempt {
        FailedAttempt {
            idempotent: false,
            retry_after_ms,
            ..get(outcome, 1, 2, 1.0)
        }
    }

    #[test]
    fn transient_failures_are_retried_with_exponential_backoff() {
        for status in [408, 429, 500, 502, 503, 504] {
            assert_eq!(
                retry_delay(&get(AttemptOutcome::Status(status), 1, 2, 0.5)),
                Some(250.0),
                "{status}"
            );
        }
        for status in [0, 200, 303, 400, 401, 403, 404, 409, 501, 505] {
            assert_eq!(
                retry_delay(&get(AttemptOutcome::Status(status), 1, 2, 0.5)),
                None,
                "{status}"
            );
        }
        for outcome in [AttemptOutcome::NoResponse, AttemptOutcome::Unreachable] {
            assert_eq!(retry_delay(&get(outcome, 1, 2, 1.0)), Some(500.0));
            assert_eq!(retry_delay(&get(outcome, 3, 2, 1.0)), None);
            assert_eq!(retry_delay(&get(outcome, 9, 20, 1.0)), Some(8000.0));
        }
        assert_eq!(retry_delay(&get(AttemptOutcome::InvalidResponse, 1, 2, 1.0)), None);
    }

    #[test]
    fn a_create_is_retried_only_if_it_had_no_effect() {
        for status in [408, 500, 502, 503, 504] {
            assert_eq!(retry_delay(&create(AttemptOutcome::Status(status), None)), None);
            assert!(
                may_have_applied(&create(AttemptOutcome::Status(status), None)),
                "{status}"
            );
        }
        for outcome in [AttemptOutcome::NoResponse, AttemptOutcome::InvalidResponse] {
            assert_eq!(retry_delay(&create(outcome, None)), None);
            assert!(may_have_applied(&create(outcome, None)));
        }
        for (outcome, after, wait) in [
            (AttemptOutcome::Status(503), Some(2000.0), Some(2000.0)),
            (AttemptOutcome::Status(429), None, Some(500.0)),
            (AttemptOutcome::Unreachable, None, None),
            (AttemptOutcome::Status(409), None, None),
            (AttemptOutcome::Status(302), None, None),
        ] {
            assert_eq!(retry_delay(&create(outcome, after)), wait, "{outcome:?}");
            assert!(!may_have_applied(&create(outcome, after)), "{outcome:?}");
        }
    }

    #[test]
    fn a_requested_delay_of_up_to_a_minute_is_waited_for() {
        let requested = |ms| FailedAttempt {
            retry_after_ms: Some(ms),
            ..get(AttemptOutcome::Status(429), 1, 2, 0.0)
        };
        assert_eq!(retry_delay(&requested(60_000.0)), Some(60_000.0));
        assert_eq!(rate_limit_delay(&requested(60_000.0)), Some(60_000.0));
        assert_eq!(
            (
                retry_delay(&requested(60_001.0)),
                rate_limit_delay(&requested(60_001.0))
            ),
            (None, Some(60_001.0))
        );
        assert_eq!(retry_delay(&requested(-5.0)), Some(0.0));
        for (seconds, ms) in [
            (7.0, 7000.0),
            (1.5, 2000.0),
            (0.001, 1000.0),
            (0.0, 0.0),
            (12.999, 13_000.0),
        ] {
            assert_eq!(retry_after_seconds(seconds), Some(ms), "{seconds}");
        }
        assert!(retry_after_seconds(99_999_999_999.0).is_some_and(is_too_long));
        assert_eq!(retry_after_seconds(-1.0), None);
        assert_eq!(retry_after_seconds(f64::NAN), None);
        for wrong in ["", "-1", "1.5", "soon", "9 9"] {
            assert!(!is_http_date(wrong), "{wrong}");
        }
        assert!(is_http_date("Sun, 06 Nov 1994 08:49:37 GMT"));
    }

    #[test]
    fn without_timers_a_retry_follows_at_once_or_not_at_all() {
        let timeless = |retry_after_ms| FailedAttempt {
            can_wait: false,
            retry_after_ms,
            ..get(AttemptOutcome::Status(503), 1, 2, 1.0)
        };
        assert_eq!(retry_delay(&timeless(None)), Some(0.0));
        assert_eq!(retry_delay(&timeless(Some(0.0))), Some(0.0));
        assert_eq!(retry_delay(&timeless(Some(1000.0))), None);
    }

    #[test]
    fn only_a_429_delays_other_requests() {
        assert_eq!(
            rate_limit_delay(&get(AttemptOutcome::Status(429), 9, 0, 0.5)),
            Some(4000.0)
        );
        assert_eq!(rate_limit_delay(&get(AttemptOutcome::Status(503), 1, 2, 0.5)), None);
        assert_eq!(rate_limit_delay(&get(AttemptOutcome::NoResponse, 1, 2, 0.5)), None);
    }

    fn in_a_run(retries: u32, has_given_up: bool) -> FailedAttempt {
        FailedAttempt {
            run: Some(RunRateLimit { retries, has_given_up }),
            ..get(AttemptOutcome::Status(429), 1, 0, 1.0)
        }
    }

    #[test]
    fn a_run_retries_a_429_without_a_limit_and_nothing_else() {
        for (retries, ms) in [(0, 500.0), (1, 1000.0), (4, 8000.0), (u32::MAX, 8000.0)] {
            assert_eq!(retry_delay(&in_a_run(retries, false)), Some(ms));
            assert_eq!(rate_limit_delay(&in_a_run(retries, false)), Some(ms));
        }
        assert_eq!(retry_delay(&in_a_run(3, true)), None, "the run has given up");
        let create = FailedAttempt {
            idempotent: false,
            ..in_a_run(9, false)
        };
        assert_eq!(
            retry_delay(&create),
            Some(8000.0),
            "a 429 proves that the create had no effect"
        );
        let too_long = FailedAttempt {
            retry_after_ms: Some(60_001.0),
            ..in_a_run(0, false)
        };
        assert_eq!(retry_delay(&too_long), None);
        let other = FailedAttempt {
            outcome: AttemptOutcome::Status(503),
            ..in_a_run(0, false)
        };
        assert_eq!(retry_delay(&other), None, "maxRetries is 0");
        assert_eq!(
            retry_delay(&FailedAttempt {
                max_retries: 1,
                ..other
            }),
            Some(500.0)
        );
        let timeless = FailedAttempt {
            can_wait: false,
            ..in_a_run(0, false)
        };
        assert_eq!(retry_delay(&timeless), None, "without timers a 429 counts");
    }

    #[test]
    fn in_a_run_other_failures_back_off_by_their_attempt_and_a_429_by_its_retries() {
        let failure = FailedAttempt {
            outcome: AttemptOutcome::Status(503),
            attempt: 3,
            max_retries: 5,
            ..in_a_run(0, false)
        };
        assert_eq!(retry_delay(&failure), Some(2000.0));
        let requested = FailedAttempt {
            retry_after_ms: Some(3000.0),
            ..in_a_run(3, false)
        };
        assert_eq!(retry_delay(&requested), Some(3000.0));
    }

    #[test]
    fn a_run_that_is_asked_for_no_delay_backs_off_from_the_second_retry_on() {
        let without_delay = |retries| FailedAttempt {
            retry_after_ms: Some(0.0),
            ..in_a_run(retries, false)
        };
        assert_eq!(
            [0, 1, 2].map(|retries| retry_delay(&without_delay(retries))),
            [Some(0.0), Some(1000.0), Some(2000.0)]
        );
    }

    #[test]
    fn only_the_documented_codes_of_hosts_mean_that_no_connection_was_made() {
        for code in ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"] {
            assert!(is_unreachable(code), "{code}");
        }
        for code in ["", "ECONNRESET", "ETIMEDOUT", "UND_ERR_SOCKET", "ECONNREFUSED2"] {
            assert!(!is_unreachable(code), "{code}");
        }
    }

    #[test]
    fn an_http_date_starts_with_a_letter_and_ends_with_gmt() {
        for header in ["06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "GMT", "7 GMT"] {
            assert!(!is_http_date(header), "{header}");
        }
        assert!(is_http_date(" Sunday, 06-Nov-94 08:49:37 GMT "));
    }

    #[test]
    fn a_failed_status_may_have_applied_from_500_on() {
        for (status, may) in [
            (408, true),
            (429, false),
            (499, false),
            (500, true),
            (501, true),
            (303, false),
        ] {
            assert_eq!(
                may_have_applied(&get(AttemptOutcome::Status(status), 1, 2, 1.0)),
                may,
                "{status}"
            );
        }
    }

    fn outcomes() -> impl Strategy<Value = AttemptOutcome> {
        prop_oneof![
            Just(AttemptOutcome::Unreachable),
            Just(AttemptOutcome::NoResponse),
            Just(AttemptOutcome::InvalidResponse),
            (0u16..700).prop_map(AttemptOutcome::Status),
        ]
    }

    proptest! {
        #[test]
        fn retries_stay_within_their_limits(
            outcome in outcomes(), attempt in 1u32.., max_retries: u32, idempotent: bool, can_wait: bool,
            retry_after_ms in proptest::option::of(any::<f64>()), random in any::<f64>(), run in proptest::option::of(any::<(u32, bool)>()),
        ) {
            let run = run.map(|(retries, has_given_up)| RunRateLimit { retries, has_given_up });
            let failure = FailedAttempt { outcome, attempt, max_retries, idempotent, retry_after_ms, can_wait, random, run };
            if let Some(ms) = retry_delay(&failure) {
                prop_assert!(attempt <= max_retries || (!failure.is_counted() && run.is_some_and(|run| !run.has_given_up)));
                prop_assert!((0.0..=60_000.0).contains(&ms));
                prop_assert!(can_wait || ms == 0.0);
                // No request has its effect twice that may not.
                prop_assert!(idempotent || !may_have_applied(&failure));
                prop_assert!(idempotent || matches!(outcome, AttemptOutcome::Status(429 | 503)));
            }
            prop_assert!(rate_limit_delay(&failure).unwrap_or(0.0) >= 0.0);
        }

        #[test]
        fn any_number_of_seconds_can_be_read(seconds in any::<f64>()) {
            if let Some(ms) = retry_after_seconds(seconds) {
                prop_assert!(ms >= 0.0);
            }
        }
    }
}
