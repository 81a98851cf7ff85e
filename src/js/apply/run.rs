//! One run over a list of changes: what may start, when, and what became of each.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Map, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::journal::Kept;
use super::options::ApplyOptions;
use crate::apply::change::{Change, fingerprint};
use crate::apply::journal::Journal;
use crate::apply::pace::{Pace, eta_ms, may_begin};
use crate::apply::steps::{PHASES, Phase, has_work, last_phase};
use crate::given::Given;
use crate::js::call::Caller;
use crate::js::failure::{Failure, to_js};
use crate::js::host;
use crate::js::limit::Signal;

/// What became of a change; skipped until something does.
#[derive(Clone, Default)]
pub struct Outcome {
    /// The id of a user who was created.
    pub id: Option<u64>,
    /// The user as the instance answered, where it did.
    pub user: Option<JsValue>,
    /// Why it failed.
    pub error: Option<JsValue>,
    /// Whether all of it is done.
    pub is_done: bool,
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
    signal: Signal,
    options: ApplyOptions,
    outcomes: RefCell<Vec<Outcome>>,
    pace: Cell<Pace>,
    begun: f64,
    slowest_ms: Cell<f64>,
    under_way: Cell<u32>,
    finished: Cell<u32>,
    failed: Cell<u32>,
    /// Whether nothing more is to be started, whatever the reason.
    halted: Cell<bool>,
    /// Wakes the run when a change has ended.
    bell: RefCell<Option<Function>>,
}

impl Run {
    /// Nothing has begun yet.
    pub fn new(mut caller: Caller, options: ApplyOptions, changes: Vec<Change>) -> Self {
        let begun = host::now();
        caller.ends_at = begun + options.deadline_ms;
        Self {
            signal: std::mem::take(&mut caller.options.signal),
            journal: Kept::new(
                options.journal.clone(),
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
            halted: Cell::new(false),
            bell: RefCell::new(None),
            caller,
            options,
            changes,
        }
    }

    /// Phase after phase; then what became of each change.
    pub async fn to_the_end(self: Rc<Self>) -> Result<JsValue, Failure> {
        self.journal.open().await?;
        for phase in PHASES {
            self.phase(phase).await;
        }
        Ok(self.result())
    }

    async fn phase(self: &Rc<Self>, phase: Phase) {
        let mut waiting = (0_u32..)
            .zip(&self.changes)
            .filter(|(_, change)| has_work(change, phase));
        loop {
            while self.may_start() {
                let Some((index, change)) = waiting.next() else { break };
                let so_far = self.outcome(index);
                let is_missing =
                    phase == Phase::Manage && matches!(change, Change::Create { .. }) && so_far.id.is_none();
                if so_far.error.is_some() || is_missing {
                    continue; // its create failed, or was skipped
                }
                self.start(index, phase);
            }
            if self.under_way.get() == 0 {
                return;
            }
            let (rung, ring) = host::stopper();
            *self.bell.borrow_mut() = Some(ring);
            let _ = JsFuture::from(rung).await;
        }
    }

    fn may_start(&self) -> bool {
        if self.signal.reason().is_some() || self.failed.get() >= self.options.stop_after {
            self.halted.set(true);
        }
        if self.options.deadline_ms.is_finite() {
            let left_ms = self.caller.ends_at - host::now();
            if !may_begin(left_ms, self.slowest_ms.get()) {
                self.halted.set(true);
            }
        }
        !self.halted.get() && self.under_way.get() < self.pace.get().limit()
    }

    fn start(self: &Rc<Self>, index: u32, phase: Phase) {
        self.under_way.set(self.under_way.get().saturating_add(1));
        let run = Rc::clone(self);
        spawn_local(async move {
            let begun = host::now();
            let slowed = run.caller.connection.times_slowed();
            run.work(index, phase).await;
            run.ended(index, phase, host::now() - begun, slowed);
        });
    }

    fn ended(&self, index: u32, phase: Phase, took_ms: f64, slowed: u32) {
        let mut pace = self.pace.get();
        if self.caller.connection.times_slowed() == slowed {
            pace.speed_up();
        } else {
            pace.slow_down();
        }
        self.pace.set(pace);
        self.slowest_ms.set(self.slowest_ms.get().max(took_ms));
        let is_last = self
            .changes
            .get(index as usize)
            .is_some_and(|change| last_phase(change) == phase);
        let failed = self.outcome(index).error.is_some();
        if failed {
            self.failed.set(self.failed.get().saturating_add(1));
        }
        if failed || is_last {
            self.with(index, |outcome| outcome.is_done = !failed);
            self.finished.set(self.finished.get().saturating_add(1));
            self.tell_progress();
        }
        self.under_way.set(self.under_way.get().saturating_sub(1));
        if let Some(ring) = self.bell.borrow_mut().take() {
            let _ = host::call(&ring, &JsValue::UNDEFINED, &Array::new());
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
            ("etaMs", eta_ms(host::now() - self.begun, finished, total).into()),
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
    pub fn is_halted(&self) -> bool {
        self.halted.get()
    }

    /// Starts nothing more.
    pub fn halt(&self) {
        self.halted.set(true);
    }

    fn result(&self) -> JsValue {
        let results = Array::new();
        let [mut done, mut failed, mut skipped] = [0_u32; 3];
        for (index, outcome) in (0_u32..).zip(self.outcomes.borrow().iter()) {
            let (status, count) = match outcome {
                Outcome { error: Some(_), .. } => ("failed", &mut failed),
                Outcome { is_done: true, .. } => ("done", &mut done),
                _ => ("skipped", &mut skipped),
            };
            *count = count.saturating_add(1);
            let result = Object::new();
            let fields = [
                ("index", Some(JsValue::from(index))),
                ("status", Some(status.into())),
                ("user", outcome.user.clone().filter(|user| !user.is_undefined())),
                ("error", outcome.error.clone()),
            ];
            for (name, value) in fields {
                if let Some(value) = value {
                    // Setting a field of our own fresh object cannot fail.
                    let _ = Reflect::set(&result, &name.into(), &value);
                }
            }
            results.push(&result);
        }
        let counts = Given::object(vec![
            ("done", f64::from(done).into()),
            ("failed", f64::from(failed).into()),
            ("skipped", f64::from(skipped).into()),
        ]);
        let whole = to_js(&counts);
        let _ = Reflect::set(&whole, &"results".into(), &results);
        whole
    }
}
