//! How many changes may be under way: fewer as soon as the instance answers 429, more again while it does not.

/// The number of changes that may be under way.
#[derive(Clone, Copy, Debug)]
pub struct AdaptiveConcurrency {
    most: f64,
    now: f64,
}

impl AdaptiveConcurrency {
    /// Begins with as many as wished for.
    #[must_use]
    pub fn new(most: u32) -> Self {
        let most = f64::from(most.max(1));
        Self { most, now: most }
    }

    /// How many may be under way now.
    #[must_use]
    pub fn limit(&self) -> u32 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 1 to `most`
        (self.now as u32)
    }

    /// After a change that met a 429: half as many, at least one.
    pub fn slow_down(&mut self) {
        self.now = (self.now / 2.0).max(1.0);
    }

    /// After a change that met none: one more when as many have gone well as may be under way.
    pub fn speed_up(&mut self) {
        self.now = (self.now + 1.0 / self.now).min(self.most);
    }
}

/// The time that the changes that are left will take, by that of the finished ones; `None` where none is finished. Those under way are among the
/// ones that are left; each counts as half done.
#[must_use]
pub fn eta_ms(elapsed_ms: f64, finished: u32, left: u32, under_way: u32) -> Option<f64> {
    if left == 0 {
        return Some(0.0);
    }
    let half = f64::from(under_way.min(left)) / 2.0;
    let (gone, to_come) = (f64::from(finished) + half, f64::from(left) - half);
    Some((elapsed_ms / gone * to_come).round()).filter(|_| finished > 0)
}

/// Whether a change that begins now will probably end in time: the slowest so far would, with a fifth to spare.
#[must_use]
pub fn may_begin(left_ms: f64, slowest_ms: f64) -> bool {
    left_ms > slowest_ms * 1.2
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_and_recovers() {
        let mut pace = AdaptiveConcurrency::new(16);
        pace.slow_down();
        assert_eq!(pace.limit(), 8);
        for _ in 0..8 {
            pace.speed_up();
        }
        assert_eq!(pace.limit(), 8, "not yet");
        pace.speed_up();
        assert_eq!(pace.limit(), 9);
        for _ in 0..1000 {
            pace.speed_up();
        }
        assert_eq!(pace.limit(), 16);
        for _ in 0..100 {
            pace.slow_down();
        }
        assert_eq!(pace.limit(), 1);
    }

    #[test]
    fn the_time_that_is_left() {
        assert_eq!(eta_ms(100.0, 0, 10, 4), None);
        assert_eq!(eta_ms(100.0, 4, 6, 0), Some(150.0));
        assert_eq!(
            eta_ms(100.0, 1, 99, 14),
            Some(1150.0),
            "the first of fifteen tells little alone"
        );
        assert_eq!(eta_ms(100.0, 0, 0, 0), Some(0.0));
        assert!(may_begin(1000.0, 800.0) && !may_begin(1000.0, 900.0) && !may_begin(0.0, 0.0));
    }

    proptest! {
        #[test]
        fn stays_between_one_and_most(most in 1u32..200, steps in proptest::collection::vec(any::<bool>(), 0..200)) {
            let mut pace = AdaptiveConcurrency::new(most);
            for up in steps {
                if up { pace.speed_up() } else { pace.slow_down() }
                prop_assert!((1..=most).contains(&pace.limit()));
            }
        }
    }
}
