//! How many changes may be in progress at a time: the limit is halved when the instance returns 429, and grows while it does not (AIMD: additive
//! increase, multiplicative decrease).

/// The number of changes that may be in progress.
#[derive(Clone, Copy, Debug)]
pub struct AdaptiveConcurrency {
    max: f64,
    /// The limit with the part that the changes since the last increase have added.
    current: f64,
}

impl AdaptiveConcurrency {
    /// Starts with the maximum, which is at least 1.
    #[must_use]
    pub fn new(max: u32) -> Self {
        let max = f64::from(max.max(1));
        Self { max, current: max }
    }

    /// Returns how many changes may be in progress now.
    #[must_use]
    pub fn limit(&self) -> u32 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 1 to `max`
        (self.current as u32)
    }

    /// Halves the limit, to at least 1, after a change that received a 429.
    pub fn decrease(&mut self) {
        self.current = (self.current / 2.0).max(1.0);
    }

    /// Records a change without a 429. The limit grows by 1 when as many such changes have ended as may be in progress.
    pub fn increase(&mut self) {
        self.current = (self.current + 1.0 / self.current).min(self.max);
    }
}

/// Returns an estimate of the remaining time in milliseconds, from the time that the finished units of work took; `None` if none is finished yet.
/// `remaining` includes the units in progress, each of which counts as half finished.
#[must_use]
pub fn eta_ms(elapsed_ms: f64, finished: u32, remaining: u32, in_progress: u32) -> Option<f64> {
    if remaining == 0 {
        return Some(0.0);
    }
    if finished == 0 {
        return None;
    }
    let half = f64::from(in_progress.min(remaining)) / 2.0;
    Some((elapsed_ms / (f64::from(finished) + half) * (f64::from(remaining) - half)).round())
}

/// Whether a change that starts now will probably end within the remaining time: the slowest change so far would, with a fifth to spare.
#[must_use]
pub fn fits_in(remaining_ms: f64, slowest_ms: f64) -> bool {
    remaining_ms > slowest_ms * 1.2
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limit_is_halved_and_grows_back_by_one_per_round() {
        assert_eq!(AdaptiveConcurrency::new(0).limit(), 1);
        let mut concurrency = AdaptiveConcurrency::new(16);
        concurrency.decrease();
        assert_eq!(concurrency.limit(), 8);
        for _ in 0..8 {
            concurrency.increase();
        }
        assert_eq!(concurrency.limit(), 8, "not yet");
        concurrency.increase();
        assert_eq!(concurrency.limit(), 9);
        for _ in 0..1000 {
            concurrency.increase();
        }
        assert_eq!(concurrency.limit(), 16);
        for _ in 0..100 {
            concurrency.decrease();
        }
        assert_eq!(concurrency.limit(), 1);
    }

    #[test]
    fn the_remaining_time_is_estimated_from_the_finished_work() {
        assert_eq!(eta_ms(100.0, 0, 10, 4), None);
        assert_eq!(eta_ms(100.0, 4, 6, 0), Some(150.0));
        assert_eq!(
            eta_ms(100.0, 1, 99, 14),
            Some(1150.0),
            "one of fifteen in progress is finished"
        );
        assert_eq!(eta_ms(100.0, 0, 0, 0), Some(0.0));
        assert!(fits_in(1000.0, 800.0) && !fits_in(1000.0, 900.0) && !fits_in(0.0, 0.0));
    }

    proptest! {
        #[test]
        fn the_limit_stays_between_one_and_the_maximum(max in 1u32..200, steps in proptest::collection::vec(any::<bool>(), 0..200)) {
            let mut concurrency = AdaptiveConcurrency::new(max);
            for up in steps {
                if up { concurrency.increase() } else { concurrency.decrease() }
                prop_assert!((1..=max).contains(&concurrency.limit()));
            }
        }
    }
}
