//! The calls of one change, each kept in the journal; what an earlier run began is looked up before it is sent again.

use wasm_bindgen::prelude::*;

use super::journal::Asked;
use super::run::{Ended, Outcome, Run};
use crate::answer::is_success;
use crate::apply::change::Change;
use crate::apply::journal::{self, Past};
use crate::apply::steps::{Phase, Step, calls, managers_by_email, with_managers};
use crate::create::{self, Doubt, Found};
use crate::error::{Code, DomoError};
use crate::given::Given;
use crate::js::create::existing;
use crate::js::endpoint::{Endpoint, Promised, ask};
use crate::js::failure::{Failed, Failure};
use crate::js::host;
use crate::js::input::{self, Json, given};
use crate::js::limit::pause;
use crate::js::look_up::find_by_email;
use crate::request::Request;
use crate::text::{digits, join};
use crate::user;

/// A new user may not be usable as a manager at once: so often it is tried again, after waits that double from the first.
const PATIENCE: u32 = 6;
const FIRST_WAIT_MS: f64 = 250.0;

/// What a change waits for.
pub enum Errand<'a> {
    /// A call of the instance.
    Call(Endpoint),
    /// The user with this e-mail address; `undefined` where there is none.
    Find(&'a str),
    /// So many milliseconds.
    Rest(f64),
    /// What the caller's journal was asked for; nothing where there is none.
    Journal(Option<Asked>),
}

impl Run {
    /// Does what a change has to do in a phase, and notes what became of it.
    pub async fn work(&self, index: u32, phase: Phase, outcome: &mut Outcome) -> Ended {
        let Some(change) = self.changes.get(index as usize) else {
            return Ended::Skipped;
        };
        let mut ended = Ok(());
        for (step, sent) in calls(change, phase) {
            let done = self.step(index, step, &sent, outcome).await;
            ended = done.and_then(|()| check_id(change, outcome));
            if ended.is_err() {
                break;
            }
        }
        let failed = match ended {
            Ok(()) => return Ended::Done,
            Err(Failure::Reason(_)) => return Ended::Skipped,
            Err(Failure::Error(failed)) => failed,
        };
        // Without an attempt nothing was sent: the time was over, or a 429 would have held it back beyond that.
        let was_sent = failed.error.attempts.is_some();
        // Nor did anything come of what was answered 429, and is not tried again as the run is over.
        let is_undone = !failed.unsettled && self.is_over();
        let is_skipped = match failed.error.code {
            Code::Timeout => !was_sent,
            Code::RateLimited => !was_sent || is_undone,
            _ => false,
        };
        if is_skipped {
            return Ended::Skipped;
        }
        outcome.error = Failure::Error(failed).into_js();
        Ended::Failed
    }

    /// Makes a call of a change, unless that was done before; the journal is told before and after.
    async fn step(&self, index: u32, step: Step, sent: &Given, outcome: &mut Outcome) -> Result<(), Failure> {
        let past = self.journal.past(index, step);
        if let Past::Done(id) = past {
            self.note_id(step, sent, id, outcome);
            return Ok(());
        }
        let by_email = match step {
            Step::Create => Vec::new(),
            _ => managers_by_email(sent),
        };
        for email in &by_email {
            if self.id_of(email).is_none() {
                let found = self.carry_out(Errand::Find(email)).await?;
                self.note_manager(email, &found)?;
            }
        }
        let named = (!by_email.is_empty()).then(|| with_managers(sent, &|email| self.id_of(email)));
        let sent = named.as_ref().unwrap_or(sent);
        let id = outcome.id.unwrap_or_default();
        let mut shown = None;
        if past == Past::Begun {
            let answer = self.carry_out(look_up(step, id, sent)).await;
            shown = self.was_done(step, sent, answer)?;
        }
        if shown.is_none() {
            if self.journal.is_gone.get() {
                return Err(Failure::Reason(JsValue::UNDEFINED));
            }
            self.carry_out(self.note(&journal::begin(index, step))).await?;
            let mut waits = 0;
            let answer = loop {
                let answer = self.carry_out(Errand::Call(endpoint(step, id, sent))).await;
                let may_wait = named.is_some() && waits < PATIENCE && !self.is_over();
                let wait_ms = FIRST_WAIT_MS * f64::from(1_u32 << waits);
                if !may_wait
                    || !is_too_early(&answer)
                    || wait_ms >= self.caller.left_ms()
                    || self.carry_out(Errand::Rest(wait_ms)).await.is_err()
                {
                    break answer;
                }
                waits = waits.saturating_add(1);
            };
            if is_without_effect(&answer) {
                let _ = self.carry_out(self.note(&journal::failed(index, step))).await; // the failure itself says more
            }
            shown = Some(answer?);
        }
        let user = shown.unwrap_or_default();
        let made = match step {
            Step::Create => user::id(&given(&host::get(&user, "id"))).ok(),
            _ => None,
        };
        self.note_id(step, sent, made, outcome);
        if !user.is_undefined() {
            outcome.user = user;
        }
        // It stays done where this cannot be noted; then nothing more is started.
        if let Err(Failure::Error(failed)) = self.carry_out(self.note(&journal::done(index, step, made))).await {
            outcome.error = Failure::Error(failed).into_js();
        }
        Ok(())
    }

    /// All that a change waits for, in one place: each place to wait is code of its own.
    pub async fn carry_out(&self, errand: Errand<'_>) -> Result<JsValue, Failure> {
        match errand {
            Errand::Call(endpoint) => ask(&self.caller, endpoint).await,
            Errand::Find(email) => find_by_email(&self.caller, email, None).await,
            Errand::Rest(ms) => pause(self.signal(), ms).await.map(|()| JsValue::UNDEFINED),
            Errand::Journal(None) => Ok(JsValue::UNDEFINED),
            Errand::Journal(Some(asked)) => {
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
    pub fn note(&self, line: &str) -> Errand<'static> {
        Errand::Journal(self.journal.append(line))
    }

    /// The user whom a create made has an id from now on, and is a manager that can be named.
    fn note_id(&self, step: Step, sent: &Given, id: Option<u64>, outcome: &mut Outcome) {
        if step != Step::Create {
            return;
        }
        outcome.id = id;
        if let (Some(id), Some(email)) = (id, sent.field("emailAddress").text()) {
            self.ids.set(&host::lower_case(&email.into()), &digits(id).into());
        }
    }

    /// The id of a user who was created or looked up.
    fn id_of(&self, email: &str) -> Option<String> {
        self.ids.get(&host::lower_case(&email.into())).as_string()
    }

    /// Takes note of who was looked up.
    fn note_manager(&self, email: &str, found: &JsValue) -> Result<(), DomoError> {
        let Ok(id) = user::id(&given(&host::get(found, "id"))) else {
            return Err(DomoError::new(
                Code::NotFound,
                join(&[
                    "reportsTo: no user has the e-mail address \"",
                    email,
                    "\": create that user first, or give the manager's id",
                ]),
            ));
        };
        self.ids.set(&host::lower_case(&email.into()), &digits(id).into());
        Ok(())
    }

    /// Whether a look-up shows that a call had its effect: then the user, `undefined` where there is none to show.
    fn was_done(&self, step: Step, sent: &Given, answer: Result<JsValue, Failure>) -> Result<Option<JsValue>, Failure> {
        let user = match answer {
            Err(Failure::Error(failed)) if step == Step::Delete && failed.error.code == Code::NotFound => {
                return Ok(Some(JsValue::UNDEFINED));
            }
            answer => answer?,
        };
        let seen = input::read(&user);
        match step {
            Step::Delete => Ok(None),
            Step::Create => match Found::of(seen.as_ref(), sent) {
                Found::Same => Ok(Some(user)),
                Found::Nobody => Ok(None),
                Found::Other | Found::Unknown => {
                    let mut failed = Failed::from(DomoError::new(Code::Conflict, ""));
                    create::conflict(&mut failed.error, Doubt::Lost);
                    failed.existing = existing(&self.caller, &user);
                    Err(failed.into())
                }
            },
            _ => Ok(user::holds(sent, &seen.unwrap_or_default()).then_some(JsValue::UNDEFINED)),
        }
    }
}

/// What tells whether a call of an earlier run had its effect.
fn look_up(step: Step, id: u64, sent: &Given) -> Errand<'_> {
    let parts = match step {
        Step::Create => return Errand::Find(sent.field("emailAddress").text().unwrap_or_default()),
        Step::Delete => "MINIMAL",
        _ => "DETAILED",
    };
    Errand::Call((Request::get_user(id, Some(parts)), None, Promised::FirstOfUsers))
}

/// The call of a step.
fn endpoint(step: Step, id: u64, sent: &Given) -> Endpoint {
    let body = || Some(Json::of(sent.clone()));
    match step {
        Step::Create => (Request::create_user(), body(), Promised::Created),
        Step::Delete => (Request::delete_user(id), None, Promised::Gone),
        _ => (Request::update_user(id), body(), Promised::Changed),
    }
}

/// Whether it may be that a manager is too new to be named.
fn is_too_early(answer: &Result<JsValue, Failure>) -> bool {
    matches!(answer, Err(Failure::Error(failed)) if failed.error.status == Some(400))
}

/// Whether it is a failure that cannot have had an effect: nothing that a later run would have to look up.
fn is_without_effect(answer: &Result<JsValue, Failure>) -> bool {
    matches!(answer, Err(Failure::Error(failed)) if !failed.unsettled && !failed.error.status.is_some_and(is_success))
}

/// What is to follow a create needs its user's id.
fn check_id(change: &Change, outcome: &Outcome) -> Result<(), Failure> {
    match change {
        Change::Create { then, .. } if outcome.id.is_none() && *then != Given::Missing => Err(DomoError::new(
            Code::BadResponse,
            "The user was created, but the answer shows no id that can be used: what was to be sent after it was not",
        )
        .into()),
        _ => Ok(()),
    }
}
