//! One run over a list of changes: what may start, when, and what became of each.

use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Map, Reflect};
use wasm_bindgen::prelude::*;

use super::journal::{Kept, RunEnd};
use super::options::ApplyOptions;
use crate::apply::change::{Change, fingerprint};
use crate::apply::journal::Journal;
use crate::apply::pace::{Pace, eta_ms, may_begin};
use crate::apply::steps::{PHASES, Phase, has_work, last_phase};
use crate::given::Given;
use crate::js::call::Caller;
use crate::js::endpoint::spawn;
use crate::js::failure::{Failure, to_js};
use crate::js::host;
use crate::js::limit::Signal;

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    #[wasm_bindgen(js_name = outcome)]
    fn became(index: u32, status: &str, user: &JsValue, error: &JsValue) -> JsValue;
}

/// What became of a change; skipped until something does.
#[derive(Clone, Default)]
pub struct Outcome {
    /// The id of a user who was created.
    pub id: Option<u64>,
    /// The user as the instance answered, where it did.
    pub user: Option<JsValue>,
    /// Why it failed; of one that is done, what went wrong behind it.
    pub error: Option<JsValue>,
    /// How it ended, where it did.
    pub end: Option<Ended>,
}

/// A timer may ring that much before a clock says so.
const MARGIN_MS: f64 = 100.0;

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
    /// The caller's.
    pub signal: Signal,
    options: ApplyOptions,
    outcomes: RefCell<Vec<Outcome>>,
    pace: Cell<Pace>,
    begun: f64,
    slowest_ms: Cell<f64>,
    under_way: Cell<u32>,
    finished: Cell<u32>,
    failed: Cell<u32>,
    /// Of those, the ones of the runs before.
    failed_before: Cell<u32>,
    /// Whether a change failed as the run was ended.
    was_cut_off: Cell<bool>,
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
        Self {
            signal: caller.last_attempts(),
            journal: Kept::new(
                options.journal.clone(),
                options.cursor.clone(),
                Journal::new(fingerprint(&changes), changes.len()),
            ),
            ids: Map::new(),
            outcomes: RefCell::new(vec![Outcome::default(); changes.len()]),
            pace: Cell::new(Pace::new(options.concurrency)),
            begun,
            slowest_ms: Cell::new(0.0),
            under_way: Cell::new(0),
            finished: Cell::new(0),
            failed: Cell::new(0),
            failed_before: Cell::new(0),
            was_cut_off: Cell::new(false),
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
        match self.journal.open(&self.end()).await {
            Err(Failure::Error(failed)) => return Err(Failure::Error(failed)),
            Err(Failure::Reason(_)) => self.halt(),
            Ok(()) => self.leave_what_failed(),
        }
        for phase in PHASES {
            self.phase(phase).await;
        }
        Ok(self.result())
    }

    /// What failed in the runs before stays so: tried again in each, it could take all of their time.
    fn leave_what_failed(&self) {
        let mut before = 0_u32;
        for (index, outcome) in (0_u32..).zip(self.outcomes.borrow_mut().iter_mut()) {
            if self.journal.is_given_up(index) {
                outcome.end = Some(Ended::Failed);
                before = before.saturating_add(1);
            }
        }
        for count in [&self.failed_before, &self.failed, &self.finished] {
            count.set(before);
        }
    }

    /// What ends a wait for something that is no call.
    pub fn end(&self) -> RunEnd<'_> {
        RunEnd {
            signal: &self.signal,
            left_ms: self.caller.left_ms(),
            patience_ms: match self.caller.timeout_ms() {
                0 => f64::INFINITY,
                ms => f64::from(ms),
            },
        }
    }

    async fn phase(self: &Rc<Self>, phase: Phase) {
        let work = (0_u32..)
            .zip(&self.changes)
            .filter(|(_, change)| has_work(change, phase));
        let mut waiting = work.peekable();
        loop {
            while self.may_start() {
                let Some((index, change)) = waiting.peek() else { break };
                let (index, whose) = (*index, whose(change));
                if whose.is_some_and(|id| self.busy.borrow().contains(&id)) {
                    break;
                }
                let is_create = matches!(change, Change::Create { .. });
                waiting.next();
                let so_far = self.outcome(index);
                let is_missing = phase == Phase::Manage && is_create && so_far.id.is_none();
                if so_far.end.is_some() || is_missing {
                    continue; // its create failed, or was skipped
                }
                self.start(index, phase, whose);
            }
            if self.under_way.get() == 0 {
                return;
            }
            self.bell().await;
        }
    }

    /// Until a change has ended.
    async fn bell(&self) {
        let mut rung = false;
        poll_fn(|waiting| {
            if core::mem::replace(&mut rung, true) {
                return Poll::Ready(());
            }
            *self.bell.borrow_mut() = Some(waiting.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn may_start(&self) -> bool {
        if self.failed.get().saturating_sub(self.failed_before.get()) >= self.options.stop_after {
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

    fn start(self: &Rc<Self>, index: u32, phase: Phase, whose: Option<u64>) {
        self.under_way.set(self.under_way.get().saturating_add(1));
        self.busy.borrow_mut().extend(whose);
        let run = Rc::clone(self);
        spawn(Box::pin(async move {
            let begun = host::ticks();
            let slowed = run.caller.connection.times_slowed();
            let ended = run.work(index, phase).await;
            run.keep_pace(host::ticks() - begun, slowed);
            run.busy.borrow_mut().retain(|busy| Some(*busy) != whose);
            run.ended(index, phase, ended);
        }));
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

    fn ended(&self, index: u32, phase: Phase, ended: Ended) {
        let change = self.changes.get(index as usize);
        let is_last = change.is_some_and(|change| last_phase(change) == phase);
        match ended {
            Ended::Skipped => self.halt(),
            Ended::Done if !is_last => {}
            _ => {
                if ended == Ended::Failed {
                    self.failed.set(self.failed.get().saturating_add(1));
                    // What the end of the run cut short is looked up by the next.
                    if self.caller.left_ms() > MARGIN_MS && self.signal.reason().is_none() {
                        self.journal.give_up(index);
                    } else {
                        self.was_cut_off.set(true);
                    }
                }
                self.with(index, |outcome| outcome.end = Some(ended));
                self.finished.set(self.finished.get().saturating_add(1));
                self.tell_progress();
            }
        }
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
        let progress = Given::object(vec![
            ("done", f64::from(finished.saturating_sub(failed)).into()),
            ("failed", f64::from(failed).into()),
            ("total", f64::from(total).into()),
            ("etaMs", eta_ms(host::ticks() - self.begun, finished, total).into()),
        ]);
        host::tell(on_progress, &to_js(&progress));
    }

    /// What is known of a change so far.
    pub fn outcome(&self, index: u32) -> Outcome {
        self.outcomes.borrow().get(index as usize).cloned().unwrap_or_default()
    }

    /// Notes something of a change.
    pub fn with(&self, index: u32, note: impl FnOnce(&mut Outcome)) {
        if let Some(outcome) = self.outcomes.borrow_mut().get_mut(index as usize) {
            note(outcome);
        }
    }

    /// Whether nothing more is started.
    pub fn is_over(&self) -> bool {
        self.halted.get() || self.signal.reason().is_some()
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
            let or_undefined = |value: &Option<JsValue>| value.clone().unwrap_or(JsValue::UNDEFINED);
            let (user, error) = (or_undefined(&outcome.user), or_undefined(&outcome.error));
            results.push(&became(index, status, &user, &error));
        }
        let counts = Given::object(vec![
            ("done", f64::from(done).into()),
            ("failed", f64::from(failed).into()),
            ("skipped", f64::from(skipped).into()),
        ]);
        let whole = to_js(&counts);
        let _ = Reflect::set(&whole, &"results".into(), &results);
        if let Some(cursor) = self.journal.cursor() {
            let is_left = skipped > 0 || self.was_cut_off.get();
            let cursor = if is_left { cursor } else { JsValue::NULL };
            let _ = Reflect::set(&whole, &"cursor".into(), &cursor);
        }
        whole
    }
}

/// Whose change it is; a create is nobody's yet.
fn whose(change: &Change) -> Option<u64> {
    match change {
        Change::Create { .. } => None,
        Change::Update { id, .. } | Change::Delete { id } => Some(*id),
    }
}
