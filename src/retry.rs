//! Whether to try again, and when: the whole policy on one screen.

/// How the last attempt ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// No answer: the network failed or the time limit ended it. The call may have had its effect.
    Lost,
    /// An answer with this status.
    Status(u16),
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// Wait this many milliseconds, then try again.
    Wait(f64),
    /// The outcome stands.
    GiveUp,
}

/// The first wait's upper end; it doubles with each retry.
const FIRST_WAIT_MS: u32 = 500;
/// No own wait is longer.
const LONGEST_WAIT_MS: u32 = 8_000;
/// A longer `Retry-After` is the caller's to wait for.
const LONGEST_RETRY_AFTER_MS: f64 = 60_000.0;

/// Decides after attempt number `attempt` (the first is 1) of `1 + max_retries`.
///
/// `repeatable`: whether a second effect is harmless (GET, PUT, PATCH, DELETE); a create is only repeated where
/// the answer proves that nothing happened. `random` is in 0..1: full jitter.
#[must_use]
pub fn next(
    outcome: Outcome,
    attempt: u32,
    max_retries: u32,
    repeatable: bool,
    retry_after_ms: Option<f64>,
    random: f64,
) -> Next {
    let worth_it = match outcome {
        Outcome::Status(429) => true,
        Outcome::Status(503) => repeatable || retry_after_ms.is_some(),
        Outcome::Lost | Outcome::Status(408 | 500 | 502 | 504) => repeatable,
        Outcome::Status(_) => false,
    };
    if !worth_it || attempt > max_retries {
        return Next::GiveUp;
    }
    match retry_after_ms {
        Some(asked) if asked > LONGEST_RETRY_AFTER_MS => Next::GiveUp,
        Some(asked) => Next::Wait(asked.max(0.0)),
        None => {
            let doublings = attempt.saturating_sub(1).min(16);
            let most = FIRST_WAIT_MS.saturating_mul(1 << doublings).min(LONGEST_WAIT_MS);
            Next::Wait(f64::from(most) * random.clamp(0.0, 1.0))
        }
    }
}

/// `Retry-After` in its form of whole seconds, as milliseconds; its form as a date is the host's to read.
#[must_use]
pub fn retry_after_seconds(header: &str) -> Option<f64> {
    let seconds: u32 = header.trim().parse().ok()?;
    Some(f64::from(seconds) * 1000.0)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_worth_another_try() {
        for status in [408, 429, 500, 502, 503, 504] {
            assert_eq!(
                next(Outcome::Status(status), 1, 2, true, None, 0.5),
                Next::Wait(250.0),
                "{status}"
            );
        }
        for status in [0, 200, 303, 400, 401, 403, 404, 409, 501, 505] {
            assert_eq!(
                next(Outcome::Status(status), 1, 2, true, None, 0.5),
                Next::GiveUp,
                "{status}"
            );
        }
        assert_eq!(next(Outcome::Lost, 1, 2, true, None, 1.0), Next::Wait(500.0));
        assert_eq!(next(Outcome::Lost, 3, 2, true, None, 1.0), Next::GiveUp);
        assert_eq!(next(Outcome::Lost, 9, 20, true, None, 1.0), Next::Wait(8000.0));
    }

    #[test]
    fn a_create_only_where_nothing_happened() {
        let create = |outcome, retry_after| next(outcome, 1, 2, false, retry_after, 1.0);
        assert_eq!(create(Outcome::Lost, None), Next::GiveUp);
        assert_eq!(create(Outcome::Status(500), None), Next::GiveUp);
        assert_eq!(create(Outcome::Status(503), None), Next::GiveUp);
        assert_eq!(create(Outcome::Status(503), Some(2000.0)), Next::Wait(2000.0));
        assert_eq!(create(Outcome::Status(429), None), Next::Wait(500.0));
    }

    #[test]
    fn retry_after_up_to_a_minute() {
        let asked = |ms| next(Outcome::Status(429), 1, 2, true, Some(ms), 0.0);
        assert_eq!(asked(60_000.0), Next::Wait(60_000.0));
        assert_eq!(asked(60_001.0), Next::GiveUp);
        assert_eq!(asked(-5.0), Next::Wait(0.0));
        assert_eq!(retry_after_seconds(" 7 "), Some(7000.0));
        for wrong in ["", "-1", "1.5", "soon", "99999999999"] {
            assert_eq!(retry_after_seconds(wrong), None);
        }
    }

    proptest! {
        #[test]
        fn never_more_attempts_than_asked_for_and_no_endless_wait(
            status in 0u16..700, attempt in 1u32..1000, max in 0u32..100, repeatable: bool,
            after in proptest::option::of(any::<f64>()), random in any::<f64>(),
        ) {
            for outcome in [Outcome::Lost, Outcome::Status(status)] {
                if let Next::Wait(ms) = next(outcome, attempt, max, repeatable, after, random) {
                    prop_assert!(attempt <= max);
                    prop_assert!((0.0..=60_000.0).contains(&ms));
                    prop_assert!(repeatable || matches!(outcome, Outcome::Status(429 | 503)));
                }
            }
        }
    }
}
