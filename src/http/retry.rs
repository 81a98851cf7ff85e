//! Whether to try again, and when: the whole policy on one screen.

use crate::text::{is_among, whole_number};

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AttemptOutcome {
    /// Nothing was sent.
    Unsent,
    /// The host says that no connection was made.
    Unreachable,
    /// No answer: the network failed or the time limit ended it. The call may have had its effect.
    NoResponse,
    /// The host's function gave something that is no answer. The call may have had its effect.
    InvalidResponse,
    /// An answer with this status.
    Status(u16),
}

/// What the policy needs to know of an attempt that failed.
#[derive(Clone, Copy, Debug)]
pub struct FailedAttempt {
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// The first is 1. Attempts that do not [count](Self::is_counted) are left out.
    pub attempt: u32,
    /// The policy stops after `1 + max_retries` attempts.
    pub max_retries: u32,
    /// Whether a second effect is harmless: true of all but creates.
    pub idempotent: bool,
    /// What the answer asked for.
    pub retry_after_ms: Option<f64>,
    /// Whether the host has timers.
    pub can_wait: bool,
    /// From 0 to 1: full jitter.
    pub random: f64,
    /// What a run of changes knows of its rate limit; `None` if the call does not belong to a run.
    pub run: Option<RunLimit>,
}

/// The rate limit of a run of changes, as the policy needs to know it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunLimit {
    /// How many attempts of this request returned 429 before this one.
    pub waits: u32,
    /// Whether the run gives up: see [`Stall`].
    pub is_over: bool,
}

impl FailedAttempt {
    /// Whether the attempt is one of those that `max_retries` limits. In a run of changes a 429 is not a failure: the request is sent again until the run gives up. Without
    /// timers nothing can be waited for, so there it counts.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        !(self.outcome == AttemptOutcome::Status(429) && self.run.is_some() && self.can_wait)
    }

    /// How many waits there were before the one that this attempt leads to.
    fn waits(&self) -> u32 {
        match self.run {
            Some(run) if !self.is_counted() => run.waits,
            _ => self.attempt.saturating_sub(1),
        }
    }
}

/// Watches whether anything of a run of changes gets through. While the instance returns nothing but 429, the run waits, but not for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stall {
    /// When the first of the 429 responses came behind which there was no other response, in milliseconds; `None` if the last response was another one.
    since_ms: Option<f64>,
    is_over: bool,
}

impl Stall {
    /// Takes note of a response with this status, which came at this time.
    pub fn note(&mut self, status: u16, now_ms: f64) {
        if status != 429 {
            *self = Self::default();
            return;
        }
        let since_ms = *self.since_ms.get_or_insert(now_ms);
        self.is_over |= now_ms - since_ms >= LONGEST_STALL_MS;
    }

    /// Whether nothing got through for so long that the run gives up.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }
}

/// The first wait's upper end; it doubles with each retry.
const FIRST_WAIT_MS: u32 = 500;
/// No own wait is longer.
const LONGEST_WAIT_MS: u32 = 8_000;
/// A longer `Retry-After` is the caller's to wait for.
const LONGEST_RETRY_AFTER_MS: f64 = 60_000.0;

/// A run of changes gives up once it got nothing but 429 responses for so long.
const LONGEST_STALL_MS: f64 = 300_000.0;

/// The milliseconds to wait before the next attempt; `None` where this outcome stands.
#[must_use]
pub fn retry_delay(failure: &FailedAttempt) -> Option<f64> {
    let worth_it = match failure.outcome {
        AttemptOutcome::Unreachable | AttemptOutcome::NoResponse => failure.idempotent,
        AttemptOutcome::Status(408 | 429 | 500 | 502 | 503 | 504) => failure.idempotent || nothing_happened(failure),
        AttemptOutcome::Unsent | AttemptOutcome::InvalidResponse | AttemptOutcome::Status(_) => false,
    };
    let is_given_up = match failure.run {
        Some(run) if !failure.is_counted() => run.is_over,
        _ => failure.attempt > failure.max_retries,
    };
    if !worth_it || is_given_up {
        return None;
    }
    match wait_ms(failure)? {
        ms if failure.can_wait => Some(ms),
        _ if failure.retry_after_ms.is_some_and(|asked| asked > 0.0) => None,
        _ => Some(0.0),
    }
}

/// For how long a 429 holds back all calls of the same connection, in milliseconds: as long as its own retry waits. `None` after anything else.
#[must_use]
pub fn rate_limit_delay(failure: &FailedAttempt) -> Option<f64> {
    match failure.outcome {
        AttemptOutcome::Status(429) => wait_ms(failure).or(failure.retry_after_ms),
        _ => None,
    }
}

/// Whether a wait is the caller's to make: the call then fails at once.
#[must_use]
pub fn is_too_long(ms: f64) -> bool {
    ms > LONGEST_RETRY_AFTER_MS
}

/// Whether the call may have had its effect all the same.
#[must_use]
pub fn may_have_happened(failure: &FailedAttempt) -> bool {
    match failure.outcome {
        AttemptOutcome::Unsent | AttemptOutcome::Unreachable => false,
        AttemptOutcome::NoResponse | AttemptOutcome::InvalidResponse => true,
        AttemptOutcome::Status(status) => (status == 408 || status >= 500) && !nothing_happened(failure),
    }
}

/// An answer that proves it: too many calls, or not now with a time to come back.
fn nothing_happened(failure: &FailedAttempt) -> bool {
    match failure.outcome {
        AttemptOutcome::Status(429) => true,
        AttemptOutcome::Status(503) => failure.retry_after_ms.is_some(),
        _ => false,
    }
}

fn wait_ms(failure: &FailedAttempt) -> Option<f64> {
    match failure.retry_after_ms {
        Some(asked) if is_too_long(asked) => None,
        // A run has no limit of attempts: where the instance asks for no wait again and again, the run makes one.
        Some(asked) if asked > 0.0 || failure.is_counted() || failure.waits() == 0 => Some(asked.max(0.0)),
        _ => {
            let doublings = failure.waits().min(16);
            let most = FIRST_WAIT_MS.saturating_mul(1 << doublings).min(LONGEST_WAIT_MS);
            Some((f64::from(most) * failure.random.clamp(0.0, 1.0)).round())
        }
    }
}

/// Whether a host's error code says that no connection was made, so that nothing can have happened.
#[must_use]
pub fn is_unreachable(code: &str) -> bool {
    is_among(
        code.as_bytes(),
        "ECONNREFUSED,ENOTFOUND,EAI_AGAIN,UND_ERR_CONNECT_TIMEOUT",
    )
}

/// `Retry-After` in its form of whole seconds, as milliseconds; its form as a date is the host's to read.
#[must_use]
pub fn retry_after_seconds(header: &str) -> Option<f64> {
    let digits = header.trim().as_bytes();
    let all_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // More seconds than a number holds are as good as for ever.
    let seconds = whole_number(digits).or(all_digits.then_some(u64::MAX))?;
    Some(f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)) * 1000.0)
}

/// Whether `Retry-After` stands in its form as a date; hosts would read a date into almost anything.
#[must_use]
pub fn is_http_date(header: &str) -> bool {
    let header = header.trim();
    header.ends_with(" GMT") && header.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
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
    fn what_is_worth_another_try() {
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
        for outcome in [AttemptOutcome::Unsent, AttemptOutcome::InvalidResponse] {
            assert_eq!(retry_delay(&get(outcome, 1, 2, 1.0)), None);
        }
    }

    #[test]
    fn a_create_only_where_nothing_happened() {
        for status in [408, 500, 502, 503, 504] {
            assert_eq!(retry_delay(&create(AttemptOutcome::Status(status), None)), None);
            assert!(
                may_have_happened(&create(AttemptOutcome::Status(status), None)),
                "{status}"
            );
        }
        for outcome in [AttemptOutcome::NoResponse, AttemptOutcome::InvalidResponse] {
            assert_eq!(retry_delay(&create(outcome, None)), None);
            assert!(may_have_happened(&create(outcome, None)));
        }
        for (outcome, after, wait) in [
            (AttemptOutcome::Status(503), Some(2000.0), Some(2000.0)),
            (AttemptOutcome::Status(429), None, Some(500.0)),
            (AttemptOutcome::Unreachable, None, None),
            (AttemptOutcome::Unsent, None, None),
            (AttemptOutcome::Status(409), None, None),
            (AttemptOutcome::Status(302), None, None),
        ] {
            assert_eq!(retry_delay(&create(outcome, after)), wait, "{outcome:?}");
            assert!(!may_have_happened(&create(outcome, after)), "{outcome:?}");
        }
    }

    #[test]
    fn retry_after_up_to_a_minute() {
        let asked = |ms| FailedAttempt {
            retry_after_ms: Some(ms),
            ..get(AttemptOutcome::Status(429), 1, 2, 0.0)
        };
        assert_eq!(retry_delay(&asked(60_000.0)), Some(60_000.0));
        assert_eq!(rate_limit_delay(&asked(60_000.0)), Some(60_000.0));
        assert_eq!(
            (retry_delay(&asked(60_001.0)), rate_limit_delay(&asked(60_001.0))),
            (None, Some(60_001.0))
        );
        assert_eq!(retry_delay(&asked(-5.0)), Some(0.0));
        assert_eq!(retry_after_seconds(" 7 "), Some(7000.0));
        assert!(retry_after_seconds("99999999999").is_some_and(is_too_long));
        assert!(retry_after_seconds("99999999999999999999999").is_some_and(is_too_long));
        for wrong in ["", "-1", "1.5", "soon", "9 9"] {
            assert_eq!(retry_after_seconds(wrong), None);
            assert!(!is_http_date(wrong), "{wrong}");
        }
        assert!(is_http_date("Sun, 06 Nov 1994 08:49:37 GMT"));
    }

    #[test]
    fn without_timers_there_is_no_wait() {
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
    fn only_a_429_holds_the_others_back() {
        assert_eq!(
            rate_limit_delay(&get(AttemptOutcome::Status(429), 9, 0, 0.5)),
            Some(4000.0)
        );
        assert_eq!(rate_limit_delay(&get(AttemptOutcome::Status(503), 1, 2, 0.5)), None);
        assert_eq!(rate_limit_delay(&get(AttemptOutcome::NoResponse, 1, 2, 0.5)), None);
    }

    fn in_a_run(waits: u32, is_over: bool) -> FailedAttempt {
        FailedAttempt {
            run: Some(RunLimit { waits, is_over }),
            ..get(AttemptOutcome::Status(429), 1, 0, 1.0)
        }
    }

    #[test]
    fn a_run_waits_for_its_rate_limit_however_often_and_only_for_that() {
        for (waits, ms) in [(0, 500.0), (1, 1000.0), (4, 8000.0), (u32::MAX, 8000.0)] {
            assert_eq!(retry_delay(&in_a_run(waits, false)), Some(ms));
            assert_eq!(rate_limit_delay(&in_a_run(waits, false)), Some(ms));
        }
        assert_eq!(retry_delay(&in_a_run(3, true)), None, "the run has given up");
        let create = FailedAttempt {
            idempotent: false,
            ..in_a_run(9, false)
        };
        assert_eq!(retry_delay(&create), Some(8000.0), "a 429 proves that nothing happened");
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
        assert_eq!(retry_delay(&timeless), None, "without timers it would not wait");
    }

    #[test]
    fn a_run_that_is_told_not_to_wait_waits_from_the_second_time_on() {
        let at_once = |waits| FailedAttempt {
            retry_after_ms: Some(0.0),
            ..in_a_run(waits, false)
        };
        assert_eq!(
            [0, 1, 2].map(|waits| retry_delay(&at_once(waits))),
            [Some(0.0), Some(1000.0), Some(2000.0)]
        );
    }

    #[test]
    fn a_run_gives_up_after_five_minutes_of_nothing_but_429() {
        let mut stall = Stall::default();
        for second in 0..300 {
            stall.note(429, f64::from(second) * 1000.0);
            assert!(!stall.is_over(), "{second}");
        }
        stall.note(429, 300_000.0);
        assert!(stall.is_over());
        // Whatever else comes got through, a refusal too.
        for status in [200, 404, 500] {
            stall.note(status, 300_001.0);
            assert!(!stall.is_over());
            stall.note(429, 900_000.0);
            stall.note(429, 1_199_999.0);
            assert!(!stall.is_over());
            stall.note(429, 1_200_000.0);
            assert!(stall.is_over());
        }
    }

    fn outcomes() -> impl Strategy<Value = AttemptOutcome> {
        prop_oneof![
            Just(AttemptOutcome::Unsent),
            Just(AttemptOutcome::Unreachable),
            Just(AttemptOutcome::NoResponse),
            Just(AttemptOutcome::InvalidResponse),
            (0u16..700).prop_map(AttemptOutcome::Status),
        ]
    }

    proptest! {
        #[test]
        fn never_more_attempts_than_asked_for_and_no_endless_wait(
            outcome in outcomes(), attempt in 1u32.., max_retries: u32, idempotent: bool, can_wait: bool,
            retry_after_ms in proptest::option::of(any::<f64>()), random in any::<f64>(), run in proptest::option::of(any::<(u32, bool)>()),
        ) {
            let run = run.map(|(waits, is_over)| RunLimit { waits, is_over });
            let failure = FailedAttempt { outcome, attempt, max_retries, idempotent, retry_after_ms, can_wait, random, run };
            if let Some(ms) = retry_delay(&failure) {
                prop_assert!(attempt <= max_retries || (!failure.is_counted() && run.is_some_and(|run| !run.is_over)));
                prop_assert!((0.0..=60_000.0).contains(&ms));
                prop_assert!(can_wait || ms == 0.0);
                // Nothing is done twice that may not be.
                prop_assert!(idempotent || !may_have_happened(&failure));
                prop_assert!(idempotent || matches!(outcome, AttemptOutcome::Status(429 | 503)));
            }
            prop_assert!(rate_limit_delay(&failure).unwrap_or(0.0) >= 0.0);
        }

        #[test]
        fn any_header_can_be_read(header in any::<String>()) {
            if let Some(ms) = retry_after_seconds(&header) {
                prop_assert!(ms >= 0.0);
            }
        }
    }
}
