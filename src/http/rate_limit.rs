//! How long a run of changes waits while the instance returns 429 (too many requests) to everything.

/// What the retry policy needs to know about the rate limit of a run of changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunRateLimit {
    /// How many attempts of this request returned 429 before this one.
    pub retries: u32,
    /// Whether the run has given up: see [`Stall`].
    pub has_given_up: bool,
}

/// Records for how long a run of changes has received nothing but 429. The run waits for the rate limit, but gives up after five minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stall {
    /// When the first 429 since the last other response arrived, in milliseconds; `None` if the last response was not a 429.
    since_ms: Option<f64>,
    has_given_up: bool,
}

/// A run gives up after it has received nothing but 429 for five minutes.
const MAX_STALL_MS: f64 = 300_000.0;

impl Stall {
    /// Records the status of a response, and the time in milliseconds at which it arrived.
    pub fn record(&mut self, status: u16, now_ms: f64) {
        if status != 429 {
            *self = Self::default();
            return;
        }
        let since_ms = *self.since_ms.get_or_insert(now_ms);
        self.has_given_up |= now_ms - since_ms >= MAX_STALL_MS;
    }

    /// Whether the run gives up.
    #[must_use]
    pub fn has_given_up(&self) -> bool {
        self.has_given_up
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_run_gives_up_after_five_minutes_of_nothing_but_429() {
        let mut stall = Stall::default();
        assert!(!stall.has_given_up());
        for second in 0..300 {
            stall.record(429, f64::from(second) * 1000.0);
            assert!(!stall.has_given_up(), "{second}");
        }
        stall.record(429, 300_000.0);
        assert!(stall.has_given_up());
        // Any other status is a response to a request that got through, an error too.
        for status in [200, 404, 500] {
            stall.record(status, 300_001.0);
            assert!(!stall.has_given_up());
            stall.record(429, 900_000.0);
            stall.record(429, 1_199_999.0);
            assert!(!stall.has_given_up());
            stall.record(429, 1_200_000.0);
            assert!(stall.has_given_up());
        }
    }
}
