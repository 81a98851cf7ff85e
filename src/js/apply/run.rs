//! One run over a list of changes: what may start, when, and what became of each.

use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Map, Reflect};
use wasm_bindgen::prelude::*;

use super::journal::Kept;
use super::options::ApplyOptions;
use super::work::Errand;
use crate::apply::change::{Change, fingerprint};
use crate::apply::journal::{self, Journal, Past};
use crate::apply::pace::{Pace, eta_ms, may_begin};
use crate::apply::steps::{PHASES, Phase, Step, calls, has_work, last_phase};
use crate::given::Fields;
use crate::js::call::Caller;
use crate::js::endpoint::spawn;
use crate::js::failure::{Failure, to_js};
use crate::js::host;
use crate::js::limit::Signal;

#[wasm_bindgen(module = "/src/js/host/values.js")]
extern "C" {
    #[wasm_bindgen(js_name = outcome)]
    fn became(index: u32, status: &str, user: &JsValue, error: &JsValue) -> JsValue;
}

/// What became of a change; skipped until something does.
#[derive(Default)]
pub struct Outcome {
    /// Of the user whom it is about, where it is known.
    pub id: Option<u64>,
    /// The user as the instance answered; `undefined` where it did not.
    pub user: JsValue,
    /// Why it failed; of one that is done, what went wrong behind it. Else `undefined`.
    pub error: JsValue,
    /// Whether anything was asked for in this run.
    pub is_worked_on: bool,
    /// Whether an earlier run began what it is at.
    pub was_begun: bool,
    /// How it ended, where it did.
    end: Option<Ended>,
}

/// How the work of a phase ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All of it is done.
    Done,
    /// It failed, see the error.
    Failed,
    /// It was not begun, or not carried to the end, as the run ends.
    Skipped,
}

/// A run.
pub struct Run {
    /// Makes the calls; the caller's signal ends the run, not them.
    pub caller: Caller,
    /// What is to be done.
    pub changes: Vec<Change>,
    /// What was done.
    pub journal: Kept,
    /// E-mail address, in lower case → id, of users who were created or looked up.
    pub ids: Map,
    /// Ids of users whom these changes created: they may not be usable as managers yet.
    pub made: RefCell<Vec<u64>>,
    options: ApplyOptions,
    outcomes: RefCell<Vec<Outcome>>,
    pace: Cell<Pace>,
    begun: f64,
    slowest_ms: Cell<f64>,
    under_way: Cell<u32>,
    finished: Cell<u32>,
    /// Of those, the ones that took this run time.
    worked_on: Cell<u32>,
    failed: Cell<u32>,
    /// Managers whose people could not be given another one: they are not deleted.
    pub needed: RefCell<Vec<u64>>,
    /// Whether nothing more is to be started, whatever the reason.
    halted: Cell<bool>,
    /// Users with a change under way: another one of theirs waits, or it might come first.
    busy: RefCell<Vec<u64>>,
    /// Wakes the run when a change has ended.
    bell: RefCell<Option<Waker>>,
}

impl Run {
    /// Nothing has begun yet.
    pub fn new(mut caller: Caller, options: ApplyOptions, changes: Vec<Change>) -> Self {
        let begun = host::ticks();
        caller.ends_at = begun + options.deadline_ms;
        caller.last_attempts();
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in &changes {
            outcomes.push(Outcome {
                id: change.whose(),
                ..Outcome::default()
            });
        }
        Self {
            journal: Kept::new(
                options.journal.clone(),
                options.cursor.clone(),
                Journal::new(fingerprint(&changes), changes.len()),
            ),
            ids: Map::new(),
            made: RefCell::new(Vec::new()),
            outcomes: RefCell::new(outcomes),
            pace: Cell::new(Pace::new(options.concurrency)),
            begun,
            slowest_ms: Cell::new(0.0),
            under_way: Cell::new(0),
            finished: Cell::new(0),
            worked_on: Cell::new(0),
            failed: Cell::new(0),
            needed: RefCell::new(Vec::new()),
            halted: Cell::new(false),
            busy: RefCell::new(Vec::new()),
            bell: RefCell::new(None),
            caller,
            options,
            changes,
        }
    }

    /// Phase after phase; then what became of each change.
    pub async fn to_the_end(self: Rc<Self>) -> Result<JsValue, Failure> {
        match self.open().await {
            Err(Failure::Error(failed)) => return Err(Failure::Error(failed)),
            Err(Failure::Reason(_)) => self.halt(),
            Ok(()) => {}
        }
        self.leave_what_is_over();
        for &phase in &PHASES {
            let mut next = 0;
            poll_fn(|waiting| match self.start_more(phase, &mut next) {
                true => {
                    *self.bell.borrow_mut() = Some(waiting.waker().clone());
                    Poll::Pending
                }
                false => Poll::Ready(()),
            })
            .await;
        }
        Ok(self.result())
    }

    /// Reads what earlier runs wrote, and opens this one.
    async fn open(&self) -> Result<(), Failure> {
        let lines = self.carry_out(Errand::Journal(self.journal.read())).await?;
        for line in &self.journal.opened(lines.unchecked_ref())? {
            self.carry_out(self.note(line)).await?;
        }
        Ok(())
    }

    /// What is over since the runs before. What failed stays so: tried again in each run, it could take all of their time.
    fn leave_what_is_over(&self) {
        let [mut failed, mut finished] = [0_u32; 2];
        for (index, change) in (0_u32..).zip(&self.changes) {
            if !self.journal.knows(index) {
                continue;
            }
            let mut outcome = self.change_outcome(index, Outcome::default());
            outcome.end = match self.journal.past(index, Step::GiveUp) {
                Past::Done(_) => {
                    self.keep_managers(change);
                    Some(Ended::Failed)
                }
                _ => self.was_carried_out(index, change, &mut outcome).then_some(Ended::Done),
            };
            failed = failed.saturating_add(u32::from(outcome.end == Some(Ended::Failed)));
            finished = finished.saturating_add(u32::from(outcome.end.is_some()));
            self.change_outcome(index, outcome);
        }
        self.failed.set(failed);
        self.finished.set(finished);
    }

    /// A failed change leaves its user with the manager of before.
    fn keep_managers(&self, change: &Change) {
        if let Change::Update { leaves, .. } = change {
            self.needed.borrow_mut().extend(leaves);
        }
    }

    /// Whether the runs before made all calls of a change.
    fn was_carried_out(&self, index: u32, change: &Change, outcome: &mut Outcome) -> bool {
        for &phase in &PHASES {
            if !has_work(change, phase) {
                continue;
            }
            for (step, sent) in calls(change, phase) {
                match self.journal.past(index, step) {
                    Past::Done(id) => self.note_id(step, &sent, id, outcome),
                    _ => return false,
                }
            }
        }
        true
    }

    /// The caller's own: it ends the run, not the calls under way.
    pub fn signal(&self) -> &Signal {
        &self.caller.last_attempt
    }

    /// Starts what may start of a phase, from the `next` change on; whether any is under way then.
    fn start_more(self: &Rc<Self>, phase: Phase, next: &mut u32) -> bool {
        while self.may_start() {
            let has_none = |change: &Change| !has_work(change, phase);
            while self.changes.get(*next as usize).is_some_and(has_none) {
                *next = next.saturating_add(1);
            }
            if !self.start(*next, phase) {
                break;
            }
            *next = next.saturating_add(1);
        }
        self.under_way.get() > 0
    }

    fn may_start(&self) -> bool {
        if self.failed.get() >= self.options.stop_after {
            self.halt();
        }
        if self.options.deadline_ms.is_finite() {
            // While a 429 holds it back, it would not begin yet.
            let left_ms = self.caller.left_ms() - self.caller.connection.held_ms();
            if !may_begin(left_ms, self.slowest_ms.get()) {
                self.halt();
            }
        }
        !self.is_over() && self.under_way.get() < self.pace.get().limit()
    }

    /// `false` where there is no such change, or it must wait for another one of the same user.
    fn start(self: &Rc<Self>, index: u32, phase: Phase) -> bool {
        let Some(change) = self.changes.get(index as usize) else {
            return false;
        };
        let whose = change.whose();
        if whose.is_some_and(|id| self.busy.borrow().contains(&id)) {
            return false;
        }
        let mut outcome = self.change_outcome(index, Outcome::default());
        let is_missing = phase == Phase::Manage && outcome.id.is_none();
        if outcome.end.is_some() || is_missing {
            self.change_outcome(index, outcome); // its create failed, or was skipped
            return true;
        }
        self.under_way.set(self.under_way.get().saturating_add(1));
        self.busy.borrow_mut().extend(whose);
        let run = Rc::clone(self);
        spawn(Box::pin(async move {
            let begun = host::ticks();
            let slowed = run.caller.connection.times_slowed();
            let work = run.work(index, phase, &mut outcome).await;
            let ended = run.end_of(work, &mut outcome);
            run.keep_pace(host::ticks() - begun, slowed);
            run.free(whose);
            run.ended(index, phase, ended, outcome);
        }));
        true
    }

    /// Puts an outcome in the place of another, which it answers.
    fn change_outcome(&self, index: u32, now: Outcome) -> Outcome {
        match self.outcomes.borrow_mut().get_mut(index as usize) {
            Some(outcome) => core::mem::replace(outcome, now),
            None => now,
        }
    }

    /// A user's next change may begin.
    fn free(&self, whose: Option<u64>) {
        let mut busy = self.busy.borrow_mut();
        if let Some(at) = busy.iter().position(|busy| Some(*busy) == whose) {
            busy.swap_remove(at);
        }
    }

    fn keep_pace(&self, took_ms: f64, slowed: u32) {
        let mut pace = self.pace.get();
        if self.caller.connection.times_slowed() == slowed {
            pace.speed_up();
        } else {
            pace.slow_down();
        }
        self.pace.set(pace);
        self.slowest_ms.set(self.slowest_ms.get().max(took_ms));
    }

    fn ended(&self, index: u32, phase: Phase, ended: Ended, mut outcome: Outcome) {
        let change = self.changes.get(index as usize);
        let is_last = change.is_some_and(|change| last_phase(change) == phase);
        match ended {
            Ended::Skipped => self.halt(),
            Ended::Done if !is_last => {}
            _ => {
                if ended == Ended::Failed {
                    self.failed.set(self.failed.get().saturating_add(1));
                    if let Some(change) = change {
                        self.keep_managers(change);
                    }
                    self.journal.remember(&journal::done(index, Step::GiveUp, None));
                }
                outcome.end = Some(ended);
                self.finished.set(self.finished.get().saturating_add(1));
                let worked_on = u32::from(outcome.is_worked_on);
                self.worked_on.set(self.worked_on.get().saturating_add(worked_on));
                self.tell_progress();
            }
        }
        self.change_outcome(index, outcome);
        self.under_way.set(self.under_way.get().saturating_sub(1));
        if let Some(run) = self.bell.borrow_mut().take() {
            run.wake();
        }
    }

    fn tell_progress(&self) {
        let on_progress = &self.options.on_progress;
        if on_progress.is_undefined() {
            return;
        }
        let (finished, failed) = (self.finished.get(), self.failed.get());
        let total = u32::try_from(self.changes.len()).unwrap_or(u32::MAX);
        let mut progress = Fields::default();
        progress
            .number("done", Some(f64::from(finished.saturating_sub(failed))))
            .number("failed", Some(f64::from(failed)))
            .number("total", Some(f64::from(total)))
            .number(
                "etaMs",
                eta_ms(
                    host::ticks() - self.begun,
                    self.worked_on.get(),
                    total.saturating_sub(finished),
                    self.under_way.get().saturating_sub(1), // the one that is told of has ended
                ),
            );
        host::tell(on_progress, &to_js(&progress.object()));
    }

    /// Whether nothing more is started.
    pub fn is_over(&self) -> bool {
        self.halted.get() || self.signal().reason().is_some()
    }

    /// Starts nothing more.
    pub fn halt(&self) {
        self.halted.set(true);
    }

    fn result(&self) -> JsValue {
        let results = Array::new();
        let [mut done, mut failed, mut skipped] = [0_u32; 3];
        for (index, outcome) in (0_u32..).zip(self.outcomes.borrow().iter()) {
            let (status, count) = match outcome.end {
                Some(Ended::Done) => ("done", &mut done),
                Some(Ended::Failed) => ("failed", &mut failed),
                Some(Ended::Skipped) | None => ("skipped", &mut skipped),
            };
            *count = count.saturating_add(1);
            results.push(&became(index, status, &outcome.user, &outcome.error));
        }
        let values = Array::of4(&done.into(), &failed.into(), &skipped.into(), &results);
        let whole = host::record("done,failed,skipped,results", &values);
        if let Some(cursor) = self.journal.cursor() {
            let goes_on = skipped > 0 && failed < self.options.stop_after;
            let cursor = if goes_on { cursor } else { JsValue::NULL };
            let _ = Reflect::set(&whole, &"cursor".into(), &cursor);
        }
        whole
    }
}
