//! Which change may begin now, how many at a time, and when a run starts nothing more.

use crate::apply::adaptive_concurrency::{AdaptiveConcurrency, eta_ms, may_begin};
use crate::apply::change::Change;
use crate::apply::steps::{Phase, has_work, work_from};

/// How the work of a phase ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is done.
    Done,
    /// It failed.
    Failed,
    /// It was not begun, or not carried to the end, as the run ends.
    Skipped,
}

/// What the work of a phase took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// So long.
    pub ms: f64,
    /// Whether the instance answered 429 meanwhile.
    pub was_slowed: bool,
    /// Whether anything was asked for; what earlier runs did takes no time.
    pub is_worked_on: bool,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Changes that are done.
    pub done: u32,
    /// Changes that failed.
    pub failed: u32,
    /// All changes.
    pub total: u32,
    /// The time that is left, in milliseconds, where that can be told.
    pub eta_ms: Option<f64>,
}

/// The changes of a run, from the first that begins to the last that ends.
#[derive(Debug)]
pub struct Schedule {
    /// How each change ended, where it did.
    ends: Vec<Option<Outcome>>,
    pace: AdaptiveConcurrency,
    /// With so many failures, nothing more is started.
    stop_after: u32,
    halted: bool,
    under_way: u32,
    /// Users with a change under way: another one of theirs waits, or it might come first.
    busy: Vec<u64>,
    /// Managers whose people could not be given another one: they are not deleted.
    needed: Vec<u64>,
    slowest_ms: f64,
    failed: u32,
    finished: u32,
    /// Work that took this run time: that of a change in a phase is one.
    worked: u32,
    /// Work that is to come, or is under way.
    left: u32,
}

impl Schedule {
    /// Nothing has begun yet.
    #[must_use]
    pub fn new(changes: &[Change], concurrency: u32, stop_after: u32) -> Self {
        let (mut left, mut ends) = (0_u32, Vec::with_capacity(changes.len()));
        for change in changes {
            ends.push(None);
            left = left.saturating_add(work_from(change, Phase::Create));
        }
        Self {
            ends,
            pace: AdaptiveConcurrency::new(concurrency),
            stop_after,
            halted: false,
            under_way: 0,
            busy: Vec::new(),
            needed: Vec::new(),
            slowest_ms: 0.0,
            failed: 0,
            finished: 0,
            worked: 0,
            left,
        }
    }

    /// What an earlier run did, or gave up.
    pub fn leave(&mut self, index: u32, change: &Change, ended: Outcome) {
        self.finish(index, change, ended);
        self.left = self.left.saturating_sub(work_from(change, Phase::Create));
    }

    /// The next change that begins its work of a phase, from `from` on; `None` where nothing may begin now. `has_user` tells whether a change's
    /// user is known: that of a create is, once it was done.
    pub fn next(
        &mut self,
        changes: &[Change],
        phase: Phase,
        from: &mut u32,
        left_ms: f64,
        has_user: &dyn Fn(u32) -> bool,
    ) -> Option<u32> {
        self.halted |= self.is_given_up() || !may_begin(left_ms, self.slowest_ms);
        if self.halted || self.under_way >= self.pace.limit() {
            return None;
        }
        loop {
            let index = *from;
            let change = changes.get(index as usize)?;
            let begins =
                self.end(index).is_none() && has_work(change, phase) && (phase != Phase::Manage || has_user(index));
            let whose = change.whose();
            if begins && whose.is_some_and(|id| self.busy.contains(&id)) {
                return None;
            }
            *from = index.saturating_add(1);
            if begins {
                self.under_way = self.under_way.saturating_add(1);
                self.busy.extend(whose);
                return Some(index);
            }
        }
    }

    /// The work of a change in a phase has ended. Answers whether the change has, by that.
    pub fn ended(&mut self, index: u32, change: &Change, phase: Phase, ended: Outcome, took: Timing) -> bool {
        match took.was_slowed {
            // Its time was spent waiting for the rate limit: it does not show how long a change takes.
            true => self.pace.slow_down(),
            false => {
                self.pace.speed_up();
                self.slowest_ms = self.slowest_ms.max(took.ms);
            }
        }
        self.under_way = self.under_way.saturating_sub(1);
        if let Some(at) = self.busy.iter().position(|busy| Some(*busy) == change.whose()) {
            self.busy.swap_remove(at);
        }
        if ended == Outcome::Skipped {
            self.halted = true;
            return false;
        }
        self.worked = self.worked.saturating_add(u32::from(took.is_worked_on));
        let left = work_from(change, phase);
        let is_over = ended == Outcome::Failed || left == 1;
        self.left = self.left.saturating_sub(if is_over { left } else { 1 });
        if is_over {
            self.finish(index, change, ended);
        }
        is_over
    }

    fn finish(&mut self, index: u32, change: &Change, ended: Outcome) {
        if let Some(end) = self.ends.get_mut(index as usize) {
            *end = Some(ended);
        }
        self.finished = self.finished.saturating_add(1);
        if ended == Outcome::Failed {
            self.failed = self.failed.saturating_add(1);
            // It leaves its user with the manager of before.
            if let Change::Update { leaves, .. } = change {
                self.needed.extend(leaves);
            }
        }
    }

    /// How a change ended; `None` where it did not.
    #[must_use]
    pub fn end(&self, index: u32) -> Option<Outcome> {
        self.ends.get(index as usize).copied().flatten()
    }

    /// Starts nothing more.
    pub fn halt(&mut self) {
        self.halted = true;
    }

    /// Whether nothing more is started.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted
    }

    /// Whether so many have failed that no later run of the same list goes on either.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.failed >= self.stop_after
    }

    /// Whether somebody still has this manager, as the change that was to give them another one failed.
    #[must_use]
    pub fn is_needed(&self, manager: u64) -> bool {
        self.needed.contains(&manager)
    }

    /// How far it came in this time.
    #[must_use]
    pub fn progress(&self, elapsed_ms: f64) -> Progress {
        Progress {
            done: self.finished.saturating_sub(self.failed),
            failed: self.failed,
            total: u32::try_from(self.ends.len()).unwrap_or(u32::MAX),
            eta_ms: eta_ms(elapsed_ms, self.worked, self.left, self.under_way),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::apply::steps::PHASES;
    use crate::value::Value;
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
                leaves: vec![],
            },
            3 => Change::Update {
                id,
                changes: manager,
                leaves: vec![id + 100],
            },
            _ => Change::Delete { id },
        }
    }

    /// Runs all of it; what ends next and how is told by `picks`. Answers the work in the order of its beginning.
    fn run(
        changes: &[Change],
        concurrency: u32,
        stop_after: u32,
        picks: &[(usize, u8)],
    ) -> (Schedule, Vec<(Phase, u32)>) {
        let mut schedule = Schedule::new(changes, concurrency, stop_after);
        let (mut begun, mut picks) = (Vec::new(), picks.iter().cycle());
        for &phase in &PHASES {
            let (mut from, mut under_way) = (0, Vec::new());
            loop {
                while let Some(index) = schedule.next(changes, phase, &mut from, f64::INFINITY, &|_| true) {
                    begun.push((phase, index));
                    under_way.push(index);
                    let mut whose: Vec<u64> = under_way
                        .iter()
                        .filter_map(|index| changes[*index as usize].whose())
                        .collect();
                    whose.sort_unstable();
                    let count = whose.len();
                    whose.dedup();
                    assert_eq!(whose.len(), count, "two changes of one user");
                }
                assert!(under_way.len() <= concurrency as usize && (schedule.under_way == 0) == under_way.is_empty());
                if under_way.is_empty() {
                    break;
                }
                let (which, how) = picks.next().copied().unwrap_or_default();
                let index = under_way.swap_remove(which % under_way.len());
                let ended = match how {
                    0 => Outcome::Skipped,
                    1 | 2 => Outcome::Failed,
                    _ => Outcome::Done,
                };
                let took = Timing {
                    ms: 1.0,
                    was_slowed: how % 7 == 3,
                    is_worked_on: true,
                };
                schedule.ended(index, &changes[index as usize], phase, ended, took);
            }
        }
        (schedule, begun)
    }

    proptest! {
        #[test]
        fn everything_is_begun_once_and_in_order(
            kinds in proptest::collection::vec((0u8..5, 1u64..8), 0..60),
            concurrency in 1u32..9,
            picks in proptest::collection::vec((any::<usize>(), 1u8..40), 1..200),
        ) {
            let changes: Vec<Change> = kinds.iter().map(|(kind, id)| change(*kind, *id)).collect();
            let (schedule, begun) = run(&changes, concurrency, u32::MAX, &picks);
            for (index, change) in (0..).zip(&changes) {
                let expected: Vec<Phase> = PHASES.into_iter().filter(|phase| has_work(change, *phase)).collect();
                let mine: Vec<Phase> = begun.iter().filter(|(_, one)| *one == index).map(|(phase, _)| *phase).collect();
                // What failed in a phase has no later one.
                prop_assert!(expected.starts_with(&mine) && !mine.is_empty());
                prop_assert!(mine == expected || schedule.end(index) == Some(Outcome::Failed));
                prop_assert!(schedule.end(index).is_some());
            }
            let progress = schedule.progress(10.0);
            let failed = (0..).zip(&changes).filter(|(index, _)| schedule.end(*index) == Some(Outcome::Failed)).count();
            prop_assert_eq!((progress.done + progress.failed, progress.failed as usize), (progress.total, failed));
            prop_assert_eq!((progress.total as usize, progress.eta_ms), (changes.len(), Some(0.0)));
        }

        #[test]
        fn nothing_is_started_after_the_last_failure_or_an_end(
            kinds in proptest::collection::vec((0u8..5, 1u64..8), 1..60),
            concurrency in 1u32..9,
            stop_after in 1u32..4,
            picks in proptest::collection::vec((any::<usize>(), 0u8..9), 1..200),
        ) {
            let changes: Vec<Change> = kinds.iter().map(|(kind, id)| change(*kind, *id)).collect();
            let (schedule, _) = run(&changes, concurrency, stop_after, &picks);
            // What was under way when the last one failed may fail too.
            prop_assert!(schedule.progress(1.0).failed < stop_after + concurrency);
            let is_all = (0..).zip(&changes).all(|(index, _)| schedule.end(index).is_some());
            prop_assert!(is_all || schedule.is_halted());
        }
    }

    #[test]
    fn a_wait_for_the_rate_limit_does_not_make_a_change_look_slow() {
        let changes = [change(4, 1), change(4, 2), change(4, 3)];
        let mut schedule = Schedule::new(&changes, 1, u32::MAX);
        let mut from = 0;
        let mut next = |schedule: &mut Schedule| schedule.next(&changes, Phase::Delete, &mut from, 1000.0, &|_| true);
        let took = |ms, was_slowed| Timing {
            ms,
            was_slowed,
            is_worked_on: true,
        };
        assert_eq!(next(&mut schedule), Some(0));
        schedule.ended(0, &changes[0], Phase::Delete, Outcome::Done, took(60_000.0, true));
        assert_eq!(next(&mut schedule), Some(1));
        schedule.ended(1, &changes[1], Phase::Delete, Outcome::Done, took(900.0, false));
        assert_eq!(next(&mut schedule), None, "it would not end in time");
    }

    #[test]
    fn a_deadline_a_pace_and_managers() {
        let changes = [change(3, 1), change(1, 0), change(4, 101)];
        let mut schedule = Schedule::new(&changes, 2, u32::MAX);
        schedule.leave(0, &changes[0], Outcome::Failed);
        assert!(schedule.is_needed(101) && !schedule.is_needed(1));
        let mut from = 0;
        assert_eq!(
            schedule.next(&changes, Phase::Create, &mut from, 5.0, &|_| false),
            Some(1)
        );
        assert_eq!(schedule.next(&changes, Phase::Create, &mut from, 5.0, &|_| false), None);
        let took = Timing {
            ms: 10.0,
            was_slowed: false,
            is_worked_on: true,
        };
        assert!(
            !schedule.ended(1, &changes[1], Phase::Create, Outcome::Done, took),
            "its manager is to come"
        );
        assert_eq!(schedule.progress(10.0).eta_ms, Some(20.0), "two of three are to come");
        assert_eq!(
            schedule.next(&changes, Phase::Manage, &mut 0, 13.0, &|_| false),
            None,
            "nobody knows its user"
        );
        assert!(!schedule.is_halted());
        assert_eq!(
            schedule.next(&changes, Phase::Manage, &mut 0, 12.0, &|_| true),
            None,
            "it would not end in time"
        );
        assert!(schedule.is_halted());
    }
}
