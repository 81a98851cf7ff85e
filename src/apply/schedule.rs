//! Decides which change may start now, how many may be in progress, and when a run starts nothing more.

use crate::apply::adaptive_concurrency::{AdaptiveConcurrency, eta_ms, fits_in};
use crate::apply::change::Change;
use crate::apply::steps::{Phase, change_has_phase, phases_left};
use crate::value::{ObjectBuilder, Value};

/// How a phase of a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All requests of the phase are done.
    Done,
    /// A request failed.
    Failed,
    /// The run ended before the phase was done.
    Skipped,
}

/// How long a phase of a change took, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// The duration in milliseconds.
    pub duration_ms: f64,
    /// Whether the instance returned a 429 in the meantime.
    pub was_rate_limited: bool,
    /// Whether this run sent any request; what earlier runs have done takes no time.
    pub sent_requests: bool,
}

/// The progress of a run, as `onProgress` receives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The number of changes that are done.
    pub done: u32,
    /// The number of changes that failed.
    pub failed: u32,
    /// The number of all changes.
    pub total: u32,
    /// The estimated remaining time in milliseconds, as soon as it is known.
    pub eta_ms: Option<f64>,
}

impl Progress {
    /// Returns the progress as `index.d.ts` declares it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut fields = ObjectBuilder::default();
        fields
            .set("done", f64::from(self.done))
            .set("failed", f64::from(self.failed))
            .set("total", f64::from(self.total))
            .set("etaMs", self.eta_ms)
            .object()
    }
}

/// The schedule of a run.
#[derive(Debug)]
pub struct Schedule {
    /// The outcome of each change that has ended.
    outcomes: Vec<Option<Outcome>>,
    concurrency: AdaptiveConcurrency,
    /// The number of failures after which nothing more is started.
    max_failures: u32,
    is_halted: bool,
    in_progress: u32,
    /// Users with a change in progress: another change of the same user waits, because the instance could handle it first.
    busy_users: Vec<u64>,
    /// Managers of users whose change to another manager failed: they are not deleted.
    remaining_managers: Vec<u64>,
    /// The longest duration of a phase of a change, without waits for the rate limit.
    slowest_ms: f64,
    failed: u32,
    finished: u32,
    /// The phases of changes in which this run sent requests and that have ended.
    phases_done: u32,
    /// The phases of changes that are in progress or have not started.
    phases_left: u32,
}

impl Schedule {
    /// Returns the schedule of a run that has not started yet. After `max_failures` failures it starts nothing more.
    #[must_use]
    pub fn new(changes: &[Change], concurrency: u32, max_failures: u32) -> Self {
        let phases = changes.iter().map(|change| phases_left(change, Phase::Create));
        Self {
            outcomes: vec![None; changes.len()],
            concurrency: AdaptiveConcurrency::new(concurrency),
            max_failures,
            is_halted: false,
            in_progress: 0,
            busy_users: Vec::new(),
            remaining_managers: Vec::new(),
            slowest_ms: 0.0,
            failed: 0,
            finished: 0,
            phases_done: 0,
            phases_left: phases.fold(0, u32::saturating_add),
        }
    }

    /// Records a change that an earlier run has finished.
    pub fn record_earlier(&mut self, index: u32, change: &Change, outcome: Outcome) {
        self.finish(index, change, outcome);
        self.phases_left = self.phases_left.saturating_sub(phases_left(change, Phase::Create));
    }

    /// Returns the index of the next change that starts a phase, from `cursor` on, and moves the cursor behind it. `None` if none may start now.
    ///
    /// `remaining_ms` is the time until the deadline. `has_user` is whether the user of a change is known, which is true of a create once it is done.
    pub fn start_next(
        &mut self,
        changes: &[Change],
        phase: Phase,
        cursor: &mut u32,
        remaining_ms: f64,
        has_user: &dyn Fn(u32) -> bool,
    ) -> Option<u32> {
        self.is_halted |= self.has_too_many_failures() || !fits_in(remaining_ms, self.slowest_ms);
        if self.is_halted || self.in_progress >= self.concurrency.limit() {
            return None;
        }
        loop {
            let index = *cursor;
            let change = changes.get(index as usize)?;
            let may_start = self.outcome(index).is_none()
                && change_has_phase(change, phase)
                && (phase != Phase::Manage || has_user(index));
            let user_id = change.user_id();
            if may_start && user_id.is_some_and(|id| self.busy_users.contains(&id)) {
                return None;
            }
            *cursor = index.saturating_add(1);
            if may_start {
                self.in_progress = self.in_progress.saturating_add(1);
                if let Some(id) = user_id {
                    self.busy_users.push(id);
                }
                return Some(index);
            }
        }
    }

    /// Records the end of a phase of a change. Returns whether the whole change has ended with it.
    pub fn end_phase(&mut self, index: u32, change: &Change, phase: Phase, outcome: Outcome, timing: Timing) -> bool {
        match timing.was_rate_limited {
            // The duration includes the wait for the rate limit, and so does not show how long a change takes.
            true => self.concurrency.decrease(),
            false => {
                self.concurrency.increase();
                self.slowest_ms = self.slowest_ms.max(timing.duration_ms);
            }
        }
        self.in_progress = self.in_progress.saturating_sub(1);
        let user_id = change.user_id();
        if let Some(position) = self.busy_users.iter().position(|busy| Some(*busy) == user_id) {
            self.busy_users.swap_remove(position);
        }
        if outcome == Outcome::Skipped {
            self.is_halted = true;
            return false;
        }
        self.phases_done = self.phases_done.saturating_add(u32::from(timing.sent_requests));
        let phases = phases_left(change, phase);
        let is_finished = outcome == Outcome::Failed || phases == 1;
        self.phases_left = self.phases_left.saturating_sub(if is_finished { phases } else { 1 });
        if is_finished {
            self.finish(index, change, outcome);
        }
        is_finished
    }

    fn finish(&mut self, index: u32, change: &Change, outcome: Outcome) {
        if let Some(slot) = self.outcomes.get_mut(index as usize) {
            *slot = Some(outcome);
        }
        self.finished = self.finished.saturating_add(1);
        if outcome == Outcome::Failed {
            self.failed = self.failed.saturating_add(1);
            if let Change::Update { previous_managers, .. } = change {
                self.remaining_managers.extend_from_slice(previous_managers);
            }
        }
    }

    /// Returns how a change ended; `None` if it has not ended.
    #[must_use]
    pub fn outcome(&self, index: u32) -> Option<Outcome> {
        self.outcomes.get(index as usize).copied().flatten()
    }

    /// Starts nothing more from now on.
    pub fn halt(&mut self) {
        self.is_halted = true;
    }

    /// Whether nothing more is started.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.is_halted
    }

    /// Whether so many changes have failed that a later run of the same plan starts nothing either.
    #[must_use]
    pub fn has_too_many_failures(&self) -> bool {
        self.failed >= self.max_failures
    }

    /// Whether a user still reports to this manager, because the change to another manager failed.
    #[must_use]
    pub fn is_still_manager(&self, user_id: u64) -> bool {
        self.remaining_managers.contains(&user_id)
    }

    /// Returns the progress after this time.
    #[must_use]
    pub fn progress(&self, elapsed_ms: f64) -> Progress {
        Progress {
            done: self.finished.saturating_sub(self.failed),
            failed: self.failed,
            total: u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX),
            eta_ms: eta_ms(elapsed_ms, self.phases_done, self.phases_left, self.in_progress),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::apply::steps::PHASES;
    use proptest::prelude::*;

    fn change(kind: u8, id: u64) -> Change {
        let manager = Value::from_json(r#"{"reportsTo":1}"#);
        match kind {
            0 => Change::Create {
                user: Value::Null,
                then: Value::Undefined,
            },
            1 => Change::Create {
                user: Value::Null,
                then: manager,
            },
            2 => Change::Update {
                id,
                changes: Value::Null,
                previous_managers: vec![],
            },
            3 => Change::Update {
                id,
                changes: manager,
                previous_managers: vec![id + 100],
            },
            _ => Change::Delete {
                id,
                then: Value::Undefined,
            },
        }
    }

    /// Runs all changes. `picks` says which change in progress ends next, and how. Returns the schedule and the phases in the order in which they started.
    fn run(
        changes: &[Change],
        concurrency: u32,
        max_failures: u32,
        picks: &[(usize, u8)],
    ) -> (Schedule, Vec<(Phase, u32)>) {
        let mut schedule = Schedule::new(changes, concurrency, max_failures);
        let (mut started, mut picks) = (Vec::new(), picks.iter().cycle());
        for &phase in &PHASES {
            let (mut cursor, mut in_progress) = (0, Vec::new());
            loop {
                while let Some(index) = schedule.start_next(changes, phase, &mut cursor, f64::INFINITY, &|_| true) {
                    started.push((phase, index));
                    in_progress.push(index);
                    let mut users: Vec<u64> = in_progress
                        .iter()
                        .filter_map(|index| changes[*index as usize].user_id())
                        .collect();
                    users.sort_unstable();
                    let count = users.len();
                    users.dedup();
                    assert_eq!(users.len(), count, "two changes of one user at the same time");
                }
                assert!(
                    in_progress.len() <= concurrency as usize && (schedule.in_progress == 0) == in_progress.is_empty()
                );
                if in_progress.is_empty() {
                    break;
                }
                let (which, how) = picks.next().copied().unwrap_or_default();
                let index = in_progress.swap_remove(which % in_progress.len());
                let outcome = match how {
                    0 => Outcome::Skipped,
                    1 | 2 => Outcome::Failed,
                    _ => Outcome::Done,
                };
                let timing = Timing {
                    duration_ms: 1.0,
                    was_rate_limited: how % 7 == 3,
                    sent_requests: true,
                };
                schedule.end_phase(index, &changes[index as usize], phase, outcome, timing);
            }
        }
        (schedule, started)
    }

    proptest! {
        #[test]
        fn every_phase_starts_once_and_in_order(
            kinds in proptest::collection::vec((0u8..5, 1u64..8), 0..60),
            concurrency in 1u32..9,
            picks in proptest::collection::vec((any::<usize>(), 1u8..40), 1..200),
        ) {
            let changes: Vec<Change> = kinds.iter().map(|(kind, id)| change(*kind, *id)).collect();
            let (schedule, started) = run(&changes, concurrency, u32::MAX, &picks);
            for (index, change) in (0..).zip(&changes) {
                let expected: Vec<Phase> = PHASES.into_iter().filter(|phase| change_has_phase(change, *phase)).collect();
                let mine: Vec<Phase> = started.iter().filter(|(_, one)| *one == index).map(|(phase, _)| *phase).collect();
                // A change that failed in a phase has no later one.
                prop_assert!(expected.starts_with(&mine) && !mine.is_empty());
                prop_assert!(mine == expected || schedule.outcome(index) == Some(Outcome::Failed));
                prop_assert!(schedule.outcome(index).is_some());
            }
            let progress = schedule.progress(10.0);
            let failed = (0..).zip(&changes).filter(|(index, _)| schedule.outcome(*index) == Some(Outcome::Failed)).count();
            prop_assert_eq!((progress.done + progress.failed, progress.failed as usize), (progress.total, failed));
            prop_assert_eq!((progress.total as usize, progress.eta_ms), (changes.len(), Some(0.0)));
        }

        #[test]
        fn nothing_starts_after_too_many_failures_or_a_skipped_change(
            kinds in proptest::collection::vec((0u8..5, 1u64..8), 1..60),
            concurrency in 1u32..9,
            max_failures in 1u32..4,
            picks in proptest::collection::vec((any::<usize>(), 0u8..9), 1..200),
        ) {
            let changes: Vec<Change> = kinds.iter().map(|(kind, id)| change(*kind, *id)).collect();
            let (schedule, _) = run(&changes, concurrency, max_failures, &picks);
            // Changes in progress at the last failure may fail too.
            prop_assert!(schedule.progress(1.0).failed < max_failures + concurrency);
            let is_all = (0..).zip(&changes).all(|(index, _)| schedule.outcome(index).is_some());
            prop_assert!(is_all || schedule.is_halted());
        }
    }

    #[test]
    fn a_halted_schedule_starts_nothing_and_finished_changes_count() {
        let changes = [change(4, 1), change(4, 2), change(4, 3)];
        let mut schedule = Schedule::new(&changes, 3, 2);
        schedule.record_earlier(0, &changes[0], Outcome::Done);
        schedule.record_earlier(1, &changes[1], Outcome::Failed);
        assert_eq!(
            (schedule.outcome(0), schedule.outcome(1)),
            (Some(Outcome::Done), Some(Outcome::Failed))
        );
        assert_eq!((schedule.outcome(2), schedule.outcome(9)), (None, None));
        let progress = schedule.progress(10.0);
        assert_eq!(
            (progress.done, progress.failed, progress.total, progress.eta_ms),
            (1, 1, 3, None)
        );
        assert!(!schedule.is_halted() && !schedule.has_too_many_failures());
        schedule.halt();
        assert!(schedule.is_halted());
        assert_eq!(
            schedule.start_next(&changes, Phase::Delete, &mut 0, 1e9, &|_| true),
            None
        );
    }

    #[test]
    fn two_changes_of_one_user_do_not_run_at_the_same_time() {
        let changes = [change(2, 1), change(2, 1), change(2, 2)];
        let mut schedule = Schedule::new(&changes, 3, u32::MAX);
        let mut cursor = 0;
        let mut start =
            |schedule: &mut Schedule| schedule.start_next(&changes, Phase::Update, &mut cursor, 1e9, &|_| true);
        assert_eq!([start(&mut schedule), start(&mut schedule)], [Some(0), None]);
        let timing = Timing {
            duration_ms: 1.0,
            was_rate_limited: false,
            sent_requests: true,
        };
        assert!(schedule.end_phase(0, &changes[0], Phase::Update, Outcome::Done, timing));
        assert_eq!(
            [start(&mut schedule), start(&mut schedule), start(&mut schedule)],
            [Some(1), Some(2), None]
        );
    }

    #[test]
    fn progress_has_the_declared_fields() {
        let mut progress = Progress {
            done: 1,
            failed: 2,
            total: 4,
            eta_ms: Some(5.5),
        };
        let value = Value::from_json(r#"{"done":1,"failed":2,"total":4,"etaMs":5.5}"#);
        assert_eq!(progress.to_value(), value);
        progress.eta_ms = None;
        assert_eq!(progress.to_value().field("etaMs"), &Value::Undefined);
    }

    #[test]
    fn a_wait_for_the_rate_limit_does_not_make_a_change_look_slow() {
        let changes = [change(4, 1), change(4, 2), change(4, 3)];
        let mut schedule = Schedule::new(&changes, 1, u32::MAX);
        let mut cursor = 0;
        let mut next =
            |schedule: &mut Schedule| schedule.start_next(&changes, Phase::Delete, &mut cursor, 1000.0, &|_| true);
        let timing = |duration_ms, was_rate_limited| Timing {
            duration_ms,
            was_rate_limited,
            sent_requests: true,
        };
        assert_eq!(next(&mut schedule), Some(0));
        schedule.end_phase(0, &changes[0], Phase::Delete, Outcome::Done, timing(60_000.0, true));
        assert_eq!(next(&mut schedule), Some(1));
        schedule.end_phase(1, &changes[1], Phase::Delete, Outcome::Done, timing(900.0, false));
        assert_eq!(next(&mut schedule), None, "it would not end in time");
    }

    #[test]
    fn nothing_starts_that_would_miss_the_deadline_or_whose_user_is_unknown() {
        let changes = [change(3, 1), change(1, 0), change(4, 101)];
        let mut schedule = Schedule::new(&changes, 2, u32::MAX);
        schedule.record_earlier(0, &changes[0], Outcome::Failed);
        assert!(schedule.is_still_manager(101) && !schedule.is_still_manager(1));
        let mut cursor = 0;
        assert_eq!(
            schedule.start_next(&changes, Phase::Create, &mut cursor, 5.0, &|_| false),
            Some(1)
        );
        assert_eq!(
            schedule.start_next(&changes, Phase::Create, &mut cursor, 5.0, &|_| false),
            None
        );
        let timing = Timing {
            duration_ms: 10.0,
            was_rate_limited: false,
            sent_requests: true,
        };
        assert!(
            !schedule.end_phase(1, &changes[1], Phase::Create, Outcome::Done, timing),
            "its manager phase follows"
        );
        assert_eq!(
            schedule.progress(10.0).eta_ms,
            Some(20.0),
            "two of three phases are left"
        );
        assert_eq!(
            schedule.start_next(&changes, Phase::Manage, &mut 0, 13.0, &|_| false),
            None,
            "its user is unknown"
        );
        assert!(!schedule.is_halted());
        assert_eq!(
            schedule.start_next(&changes, Phase::Manage, &mut 0, 12.0, &|_| true),
            None,
            "it would not end in time"
        );
        assert!(schedule.is_halted());
    }
}
