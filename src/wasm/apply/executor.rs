//! One run over a list of changes: starts what the schedule lets begin, and tells what became of each.

use std::cell::{Cell, RefCell};

use futures_util::stream::{FuturesUnordered, StreamExt};
use js_sys::{Array, Map, Reflect};
use wasm_bindgen::prelude::*;

use crate::apply::change::{Change, fingerprint};
use crate::apply::journal;
use crate::apply::journal::{Journal, StepStatus};
use crate::apply::schedule::{Outcome, Schedule, Timing};
use crate::apply::steps::{PHASES, Phase, Step, StepRequest, change_has_phase, requests_of};
use crate::wasm::apply::journal::RunJournal;
use crate::wasm::apply::options::ApplyOptions;
use crate::wasm::apply::work::Action;
use crate::wasm::context::RequestContext;
use crate::wasm::failure::{Failure, to_js};
use crate::wasm::host;
use crate::wasm::wait::Signal;

#[wasm_bindgen(module = "/src/wasm/host/values.js")]
extern "C" {
    #[wasm_bindgen(js_name = outcome)]
    fn became(index: u32, status: &str, user: &JsValue, error: &JsValue) -> JsValue;
}

/// What became of a change.
#[derive(Default)]
pub struct ChangeResult {
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
}

/// A run.
pub struct Executor {
    /// Makes the calls; the caller's signal ends the run, not them.
    pub caller: RequestContext,
    /// What is to be done.
    pub changes: Vec<Change>,
    /// What was done.
    pub journal: RunJournal,
    /// Ids of users who were created or looked up, by the key of their e-mail address; `null` for an address that no user has.
    pub ids: Map,
    /// Ids of users whom these changes created: they may not be usable as managers yet.
    pub created_ids: RefCell<Vec<u64>>,
    /// What may begin.
    pub schedule: RefCell<Schedule>,
    options: ApplyOptions,
    outcomes: RefCell<Vec<ChangeResult>>,
    begun: f64,
}

impl Executor {
    /// Nothing has begun yet.
    pub fn new(mut caller: RequestContext, options: ApplyOptions, changes: Vec<Change>) -> Self {
        let begun = host::ticks();
        caller.ends_at = begun + options.deadline_ms;
        caller.detach_signal();
        caller.stall = Some(Cell::default());
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in &changes {
            outcomes.push(ChangeResult {
                id: change.user_id(),
                ..ChangeResult::default()
            });
        }
        Self {
            journal: RunJournal::new(
                options.journal.clone(),
                options.cursor.clone(),
                Journal::new(fingerprint(&changes), changes.len()),
            ),
            ids: Map::new(),
            created_ids: RefCell::new(Vec::new()),
            schedule: RefCell::new(Schedule::new(&changes, options.concurrency, options.stop_after)),
            outcomes: RefCell::new(outcomes),
            begun,
            caller,
            options,
            changes,
        }
    }

    /// Phase after phase; then what became of each change.
    pub async fn carry_out_all(self) -> Result<JsValue, Failure> {
        match self.open().await {
            Err(Failure::Error(failed)) => return Err(Failure::Error(failed)),
            Err(Failure::Aborted(_)) => self.halt(),
            Ok(()) => {}
        }
        self.leave_what_is_over();
        for &phase in &PHASES {
            self.carry_out_phase(phase).await;
        }
        Ok(self.result())
    }

    /// Reads what earlier runs wrote, and opens this one.
    async fn open(&self) -> Result<(), Failure> {
        let lines = self.carry_out(Action::Journal(self.journal.read())).await?;
        for line in &self.journal.opened(lines.unchecked_ref())? {
            self.carry_out(self.note(line)).await?;
        }
        Ok(())
    }

    /// What is over since the runs before. What failed stays so: tried again in each run, it could take all of their time.
    fn leave_what_is_over(&self) {
        for (index, change) in (0_u32..).zip(&self.changes) {
            if !self.journal.knows(index) {
                continue;
            }
            let mut outcome = self.change_outcome(index, ChangeResult::default());
            let ended = match self.journal.past(index, Step::GiveUp) {
                StepStatus::Done(_) => Some(Outcome::Failed),
                _ => self
                    .was_carried_out(index, change, &mut outcome)
                    .then_some(Outcome::Done),
            };
            if let Some(ended) = ended {
                self.schedule.borrow_mut().record_earlier(index, change, ended);
            }
            self.change_outcome(index, outcome);
        }
    }

    /// Whether the runs before made all calls of a change.
    fn was_carried_out(&self, index: u32, change: &Change, outcome: &mut ChangeResult) -> bool {
        for &phase in &PHASES {
            if !change_has_phase(change, phase) {
                continue;
            }
            for StepRequest { step, body: sent } in requests_of(change, phase) {
                match self.journal.past(index, step) {
                    StepStatus::Done(id) => self.note_id(step, &sent, id, outcome),
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

    /// Carries out the changes of a phase, as many at a time as the schedule lets begin. They are polled inside the run's own task, so they run in its async context.
    async fn carry_out_phase(&self, phase: Phase) {
        let (mut from, mut under_way) = (0, FuturesUnordered::new());
        loop {
            while let Some(index) = self.next(phase, &mut from) {
                under_way.push(self.carry_out_change(index, phase));
            }
            if under_way.next().await.is_none() {
                return;
            }
        }
    }

    fn next(&self, phase: Phase, from: &mut u32) -> Option<u32> {
        if self.is_over() {
            self.halt();
        }
        let has_user = |index| {
            let outcomes = self.outcomes.borrow();
            outcomes.get(index as usize).is_some_and(|outcome| outcome.id.is_some())
        };
        let mut schedule = self.schedule.borrow_mut();
        schedule.start_next(&self.changes, phase, from, self.left_ms(), &has_user)
    }

    /// While a 429 holds it back, nothing would begin yet.
    fn left_ms(&self) -> f64 {
        match self.options.deadline_ms.is_finite() {
            true => self.caller.left_ms() - self.caller.connection.paused_for_ms(),
            false => f64::INFINITY,
        }
    }

    async fn carry_out_change(&self, index: u32, phase: Phase) {
        let mut outcome = self.change_outcome(index, ChangeResult::default());
        let begun = host::ticks();
        let slowed = self.caller.connection.times_slowed();
        let work = self.work(index, phase, &mut outcome).await;
        let ended = self.end_of(work, &mut outcome);
        let took = Timing {
            duration_ms: host::ticks() - begun,
            was_rate_limited: self.caller.connection.times_slowed() != slowed,
            sent_requests: outcome.is_worked_on,
        };
        self.change_outcome(index, outcome);
        self.ended(index, phase, ended, took);
    }

    /// Puts an outcome in the place of another, which it answers.
    fn change_outcome(&self, index: u32, now: ChangeResult) -> ChangeResult {
        match self.outcomes.borrow_mut().get_mut(index as usize) {
            Some(outcome) => core::mem::replace(outcome, now),
            None => now,
        }
    }

    fn ended(&self, index: u32, phase: Phase, ended: Outcome, took: Timing) {
        let Some(change) = self.changes.get(index as usize) else {
            return;
        };
        let is_over = self.schedule.borrow_mut().end_phase(index, change, phase, ended, took);
        if ended == Outcome::Failed {
            self.journal.remember(&journal::done_line(index, Step::GiveUp, None));
        }
        if is_over {
            self.tell_progress();
        }
    }

    fn tell_progress(&self) {
        let on_progress = &self.options.on_progress;
        if on_progress.is_undefined() {
            return;
        }
        let progress = self.schedule.borrow().progress(host::ticks() - self.begun);
        host::tell(on_progress, &to_js(&progress));
    }

    /// Whether nothing more is started.
    pub fn is_over(&self) -> bool {
        self.schedule.borrow().is_halted() || self.signal().reason().is_some()
    }

    /// Starts nothing more.
    pub fn halt(&self) {
        self.schedule.borrow_mut().halt();
    }

    fn result(&self) -> JsValue {
        let schedule = self.schedule.borrow();
        let results = Array::new();
        let [mut done, mut failed, mut skipped] = [0_u32; 3];
        for (index, outcome) in (0_u32..).zip(self.outcomes.borrow().iter()) {
            let (status, count) = match schedule.outcome(index) {
                Some(Outcome::Done) => ("done", &mut done),
                Some(Outcome::Failed) => ("failed", &mut failed),
                Some(Outcome::Skipped) | None => ("skipped", &mut skipped),
            };
            *count = count.saturating_add(1);
            results.push(&became(index, status, &outcome.user, &outcome.error));
        }
        let values = Array::of4(&done.into(), &failed.into(), &skipped.into(), &results);
        let whole = host::record("done,failed,skipped,results", &values);
        if let Some(cursor) = self.journal.cursor() {
            let goes_on = skipped > 0 && !schedule.has_too_many_failures();
            let cursor = if goes_on { cursor } else { JsValue::NULL };
            let _ = Reflect::set(&whole, &"cursor".into(), &cursor);
        }
        whole
    }
}
