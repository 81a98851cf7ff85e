//! The calls of one change, one after the other, and all that they wait for.

use wasm_bindgen::prelude::*;

use crate::apply::change::Change;
use crate::apply::schedule::Outcome;
use crate::apply::steps::{Phase, StepRequest, requests_of};
use crate::error::{Code, DomoError};
use crate::value::Value;
use crate::wasm::apply::executor::{ChangeResult, Executor};
use crate::wasm::apply::journal::JournalCall;
use crate::wasm::apply::step::StepState;
use crate::wasm::endpoint::{Endpoint, ask};
use crate::wasm::failure::Failure;
use crate::wasm::wait::pause;

/// What a change waits for.
pub enum Action {
    /// A call of the instance.
    Call(Endpoint),
    /// So many milliseconds.
    Rest(f64),
    /// What the caller's journal was asked for; nothing where there is none.
    Journal(Option<JournalCall>),
}

impl Executor {
    /// Makes the calls of a change in a phase, unless they were made before. There is one place to wait, as each is code of its own.
    pub async fn work(&self, index: u32, phase: Phase, outcome: &mut ChangeResult) -> Result<(), Failure> {
        let Some(change) = self.changes.get(index as usize) else {
            return Ok(());
        };
        if let Change::Delete { id } = change
            && self.schedule.borrow().is_still_manager(*id)
        {
            return Err(DomoError::new(
                Code::Conflict,
                "Not deleted: the change that gives another manager to somebody who reports to this user failed. See why, and plan again",
            )
            .into());
        }
        for StepRequest { step, body: sent } in requests_of(change, phase) {
            let mut doing = StepState::new(index, step, sent);
            let mut next = self.first_stage(&mut doing, outcome)?;
            while let Some(stage) = next {
                outcome.is_worked_on = true;
                let answer = self.carry_out(self.errand(&doing, &stage, outcome)).await;
                next = self.stage_after(&mut doing, stage, answer, outcome)?;
            }
            check_id(change, outcome)?;
        }
        Ok(())
    }

    /// How a change ended; why it failed is noted.
    pub fn end_of(&self, work: Result<(), Failure>, outcome: &mut ChangeResult) -> Outcome {
        let mut failed = match work {
            Ok(()) => return Outcome::Done,
            Err(Failure::Aborted(_)) => return Outcome::Skipped,
            Err(Failure::Error(failed)) => failed,
        };
        // Without an attempt nothing was sent: the time was over, or a 429 would have held it back beyond that.
        let is_unsent = failed.error.attempts.is_none();
        if is_unsent && matches!(failed.error.code, Code::Timeout | Code::RateLimited) {
            return Outcome::Skipped;
        }
        // Twice is enough: a call that is never answered must not keep a cursor from its end.
        let is_left = failed.interrupted && !failed.is_rate_limited && outcome.was_begun && !self.journal.is_own();
        if is_left {
            failed.error.message.push_str(CUT_TWICE);
        }
        // A 429 is not a failure: what it kept from being sent is skipped, to be resumed.
        let is_skipped = failed.is_rate_limited || (failed.interrupted && !is_left);
        outcome.error = Failure::Error(failed).into_js();
        match is_skipped {
            true => Outcome::Skipped,
            false => Outcome::Failed,
        }
    }

    /// Waits for whatever it is.
    pub async fn carry_out(&self, errand: Action) -> Result<JsValue, Failure> {
        match errand {
            Action::Call(endpoint) => ask(&self.caller, endpoint).await,
            Action::Rest(ms) => pause(self.signal(), ms).await.map(|()| JsValue::UNDEFINED),
            Action::Journal(None) => Ok(JsValue::UNDEFINED),
            Action::Journal(Some(asked)) => {
                let answer = self.answer_of_journal(asked).await;
                if answer.is_err() {
                    // Without its journal a run could not be resumed: it starts nothing more.
                    self.journal.is_gone.set(true);
                    self.halt();
                }
                answer
            }
        }
    }

    /// A line to be written.
    pub fn note(&self, line: &str) -> Action {
        Action::Journal(self.journal.append(line))
    }
}

/// Said of a change that was cut off twice.
const CUT_TWICE: &str = " (it was cut off before, and a cursor leaves it at that: give more time, and plan again)";

/// What is to follow a create needs its user's id.
fn check_id(change: &Change, outcome: &ChangeResult) -> Result<(), Failure> {
    match change {
        Change::Create { then, .. } if outcome.id.is_none() && *then != Value::Undefined => Err(DomoError::new(
            Code::BadResponse,
            "The user was created, but the response shows no usable id: the fields that follow a create were not sent",
        )
        .into()),
        _ => Ok(()),
    }
}
