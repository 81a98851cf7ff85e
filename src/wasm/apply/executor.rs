//! Carries out the changes of a plan, phase by phase: starts the changes that the schedule allows, and collects the results.

use core::future::poll_fn;
use core::task::Poll;
use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::apply::change::{Change, fingerprint};
use crate::apply::journal::{self, Journal, StepStatus};
use crate::apply::resume::{Ending, FailedChange, complete_interrupted_twice, ending, unfinished};
use crate::apply::schedule::{Outcome, Schedule, Timing};
use crate::apply::steps::{PHASES, Phase, Step, StepRequest, change_has_phase, requests_of};
use crate::error::{Code, DomoError};
use crate::value::Value;
use crate::wasm::apply::journal::RunJournal;
use crate::wasm::apply::managers::ManagerIds;
use crate::wasm::apply::options::ApplyOptions;
use crate::wasm::apply::result::ChangeResult;
use crate::wasm::apply::run::Run;
use crate::wasm::apply::stale::StaleCheck;
use crate::wasm::apply::step::{StepOf, carry_out, note_created_user};
use crate::wasm::client::context::RequestContext;
use crate::wasm::convert::to_js;
use crate::wasm::errors::Error;
use crate::wasm::host;

/// A run over a list of changes.
pub struct Executor {
    run: Run,
    results: RefCell<Vec<ChangeResult>>,
    on_progress: Option<JsValue>,
    stale: Option<StaleCheck>,
    begun: f64,
}

impl Executor {
    /// Creates a run that has not begun.
    pub fn new(
        mut context: RequestContext,
        options: ApplyOptions,
        changes: Vec<Change>,
        stale: Option<StaleCheck>,
    ) -> Self {
        let begun = host::ticks();
        context.deadline = begun + options.deadline_ms.map_or(f64::INFINITY, f64::from);
        context.detach_signal();
        context.stall = Some(Cell::default());
        let steps = Journal::new(fingerprint(&changes), changes.len());
        let stop_after = options.stop_after_failures.unwrap_or(u32::MAX);
        Self {
            results: RefCell::new(changes.iter().map(ChangeResult::of).collect()),
            on_progress: options.on_progress,
            stale,
            begun,
            run: Run {
                journal: RunJournal::new(options.resume_by, steps),
                managers: ManagerIds::new(),
                created_ids: RefCell::default(),
                schedule: RefCell::new(Schedule::new(&changes, options.concurrency, stop_after)),
                context,
                changes,
            },
        }
    }

    /// Carries out all changes, and returns their results.
    ///
    /// # Errors
    /// If the journal cannot be read or belongs to another plan, or the instance cannot be read. A change that fails is no error of the run.
    pub async fn run(mut self) -> Result<JsValue, Error> {
        match self.run.open_journal().await {
            Ok(()) => {}
            Err(Error::Aborted(_)) => self.run.halt(),
            Err(error) => return Err(error),
        }
        self.skip_finished_changes();
        if let Some(stale) = self.stale.take() {
            self.end_stale_changes(stale).await?;
        }
        for &phase in &PHASES {
            if phase == Phase::Manage {
                self.note_managers_not_created();
            }
            self.carry_out_phase(phase).await;
        }
        Ok(self.to_js())
    }

    /// Skips the changes that earlier runs have finished. With a cursor, a change that failed is not tried again, since it could take the time of every run. A
    /// journal does not record failures, so a run with a journal tries the change again.
    fn skip_finished_changes(&self) {
        let mut schedule = self.run.schedule.borrow_mut();
        let mut results = self.results.borrow_mut();
        for (index, change) in (0_u32..).zip(&self.run.changes) {
            let Some(result) = results.get_mut(index as usize) else {
                return;
            };
            if !self.run.journal.knows(index) {
                continue;
            }
            // A change that failed may have created its user.
            let was_carried_out = self.was_carried_out(index, change, result);
            let outcome = match self.run.journal.status(index, Step::GiveUp) {
                StepStatus::Done(_) => Outcome::Failed,
                _ if was_carried_out => Outcome::Done,
                _ => continue,
            };
            schedule.record_earlier(index, change, outcome);
        }
    }

    /// Ends the changes whose users are no longer as they were when the plan was made: as done if they are as planned, else as failed.
    async fn end_stale_changes(&self, mut stale: StaleCheck) -> Result<(), Error> {
        if self.run.is_over() {
            return Ok(());
        }
        match stale.read(&self.run).await {
            Ok(()) => {}
            Err(Error::Failed(failed)) if !self.run.context.is_at_deadline() => return Err(Error::Failed(failed)),
            Err(_) => {
                self.run.halt();
                return Ok(());
            }
        }
        let mut schedule = self.run.schedule.borrow_mut();
        let mut results = self.results.borrow_mut();
        for (index, change) in (0_u32..).zip(&self.run.changes) {
            let Some(result) = results.get_mut(index as usize) else {
                return Ok(());
            };
            if self.run.journal.knows(index) {
                continue;
            }
            match stale.outcome(&self.run, index, change) {
                None => {}
                Some(Ok(user)) => {
                    result.user = user;
                    result.is_unsent = true;
                    schedule.record_earlier(index, change, Outcome::Done);
                }
                Some(Err(error)) => {
                    result.set_error(error);
                    self.run.journal.keep(&journal::done_line(index, Step::GiveUp, None));
                    schedule.record_earlier(index, change, Outcome::Failed);
                }
            }
        }
        Ok(())
    }

    /// Notes the users whose create has failed: nobody is made to report to whoever has the address instead.
    fn note_managers_not_created(&self) {
        for (index, change) in (0_u32..).zip(&self.run.changes) {
            if let Change::Create { user, .. } = change
                && self.run.schedule.borrow().outcome(index) == Some(Outcome::Failed)
            {
                let email = user.field("emailAddress").as_str().unwrap_or_default();
                self.run.managers.note_not_created(email);
            }
        }
    }

    /// Whether earlier runs have carried out all steps of a change.
    fn was_carried_out(&self, index: u32, change: &Change, result: &mut ChangeResult) -> bool {
        for &phase in &PHASES {
            if !change_has_phase(change, phase) {
                continue;
            }
            for StepRequest { step, body } in requests_of(change, phase) {
                match self.run.journal.status(index, step) {
                    StepStatus::Done(id) => note_created_user(&self.run, step, &body, id, result),
                    _ => return false,
                }
            }
        }
        true
    }

    /// Carries out the changes of a phase, as many at a time as the schedule allows. The futures are polled inside the run's own task, so they run in its async
    /// context. A wake-up polls all of them: there are at most a hundred, and `FuturesUnordered` would add 2 KB to the compressed module.
    async fn carry_out_phase(&self, phase: Phase) {
        let (mut from, mut in_progress) = (0, Vec::new());
        let all_ended = poll_fn(|context| {
            loop {
                while let Some(index) = self.next_change(phase, &mut from) {
                    in_progress.push(Box::pin(self.carry_out_change(index, phase)));
                }
                let ended = in_progress
                    .iter_mut()
                    .position(|change| change.as_mut().poll(context).is_ready());
                match ended {
                    Some(position) => drop(in_progress.remove(position)),
                    None if in_progress.is_empty() => return Poll::Ready(()),
                    None => return Poll::Pending,
                }
            }
        });
        all_ended.await;
    }

    fn next_change(&self, phase: Phase, from: &mut u32) -> Option<u32> {
        if self.run.is_over() {
            self.run.halt();
        }
        let has_user = |index| {
            let results = self.results.borrow();
            results.get(index as usize).is_some_and(|result| result.id.is_some())
        };
        let mut schedule = self.run.schedule.borrow_mut();
        schedule.start_next(&self.run.changes, phase, from, self.left_ms(), &has_user)
    }

    /// Returns the time in which requests can be sent, in milliseconds: while a 429 response holds them back, none can. Infinity if there is no deadline.
    fn left_ms(&self) -> f64 {
        let context = &self.run.context;
        context.left_ms() - context.connection.paused_for_ms()
    }

    async fn carry_out_change(&self, index: u32, phase: Phase) {
        let Some(change) = self.run.changes.get(index as usize) else {
            return;
        };
        let mut result = self.replace_result(index, ChangeResult::default());
        let connection = &self.run.context.connection;
        let (begun, rate_limits) = (host::ticks(), connection.rate_limit_count());
        let outcome = match self.carry_out_steps(index, change, phase, &mut result).await {
            Ok(()) => Outcome::Done,
            Err(error) => self.failed(error, &mut result),
        };
        let timing = Timing {
            duration_ms: host::ticks() - begun,
            was_rate_limited: connection.rate_limit_count() != rate_limits,
            sent_requests: result.is_worked_on,
        };
        self.replace_result(index, result);
        let is_over = self
            .run
            .schedule
            .borrow_mut()
            .end_phase(index, change, phase, outcome, timing);
        if outcome == Outcome::Failed {
            self.run.journal.keep(&journal::done_line(index, Step::GiveUp, None));
        }
        if is_over {
            self.notify_progress();
        }
    }

    async fn carry_out_steps(
        &self,
        index: u32,
        change: &Change,
        phase: Phase,
        result: &mut ChangeResult,
    ) -> Result<(), Error> {
        if let Change::Delete { id, .. } = change
            && self.run.schedule.borrow().is_still_manager(*id)
        {
            return Err(DomoError::new(
                Code::Conflict,
                "Not deleted: the change that gives another manager to somebody who reports to this user failed. Look at its error, and plan again",
            )
            .into());
        }
        for StepRequest { step, body } in requests_of(change, phase) {
            carry_out(&self.run, StepOf { index, step }, body, result).await?;
            check_created_id(change, result)?;
        }
        Ok(())
    }

    /// Decides how a failed change ends, and notes its error.
    fn failed(&self, error: Error, result: &mut ChangeResult) -> Outcome {
        let mut failed = match error {
            Error::Aborted(_) => return Outcome::Skipped,
            Error::Failed(failed) => failed,
        };
        let ending = ending(&FailedChange {
            error: &failed.error,
            state: failed.state,
            was_begun: result.was_begun,
            has_journal: self.run.journal.is_callers(),
        });
        if ending == Ending::InterruptedTwice {
            complete_interrupted_twice(&mut failed.error);
        }
        if ending != Ending::NotSent {
            result.set_error(Error::Failed(failed));
        }
        ending.outcome()
    }

    /// Puts a result in the place of another one, and returns that.
    fn replace_result(&self, index: u32, result: ChangeResult) -> ChangeResult {
        match self.results.borrow_mut().get_mut(index as usize) {
            Some(place) => core::mem::replace(place, result),
            None => result,
        }
    }

    fn notify_progress(&self) {
        let Some(on_progress) = &self.on_progress else {
            return;
        };
        let progress = self.run.schedule.borrow().progress(host::ticks() - self.begun);
        host::notify(on_progress, &to_js(&progress.to_value()));
    }

    fn to_js(&self) -> JsValue {
        let schedule = self.run.schedule.borrow();
        let results = Array::new();
        let [mut done, mut failed, mut skipped] = [0_u32; 3];
        let cursor = self.run.journal.cursor();
        let is_last_run = cursor.is_some() && schedule.has_too_many_failures();
        for (index, result) in (0_u32..).zip(self.results.borrow().iter()) {
            let (status, count) = match schedule.outcome(index) {
                Some(Outcome::Done) => ("done", &mut done),
                Some(Outcome::Failed) => ("failed", &mut failed),
                Some(Outcome::Skipped) | None => ("skipped", &mut skipped),
            };
            *count = count.saturating_add(1);
            // What an earlier run has begun, unless this run has found out.
            let is_unfinished = !result.is_worked_on && self.run.journal.may_be_done(index);
            let is_unclear = status != "done" && (result.is_unclear || is_unfinished);
            let error = match is_unclear && result.error.is_undefined() {
                true => Error::from(unfinished(status == "failed" || is_last_run)).into_js(),
                false => result.error.clone(),
            };
            results.push(&result.to_js(index, status, is_unclear, &error));
        }
        let mut fields = vec![
            ("done", done.into()),
            ("failed", failed.into()),
            ("skipped", skipped.into()),
            ("results", results.into()),
        ];
        if let Some(cursor) = cursor {
            let can_resume = skipped > 0 && !is_last_run;
            fields.push(("cursor", if can_resume { cursor.into() } else { JsValue::NULL }));
        }
        host::object(&fields).into()
    }
}

/// Checks that the id of a created user is known if something is to be sent after the create.
fn check_created_id(change: &Change, result: &ChangeResult) -> Result<(), Error> {
    match change {
        Change::Create { then, .. } if result.id.is_none() && *then != Value::Undefined => Err(DomoError::new(
            Code::BadResponse,
            "The user was created, but the response has no usable id, so what was to follow was not sent",
        )
        .into()),
        _ => Ok(()),
    }
}
