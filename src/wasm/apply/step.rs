//! One call of a change, from stage to stage; what an earlier run began is looked up before it is sent again.

use domo_users_scan::email::EmailKey;
use wasm_bindgen::prelude::*;

use crate::apply::journal;
use crate::apply::journal::StepStatus;
use crate::apply::managers::{manager_emails, manager_ids, with_manager_ids};
use crate::apply::steps::Step;
use crate::client::create;
use crate::client::create::{Ambiguity, EmailOwner};
use crate::client::parts::Part;
use crate::client::update_check;
use crate::error::{Code, DomoError};
use crate::http::error_response::is_success;
use crate::http::request::Request;
use crate::text::join;
use crate::user;
use crate::value::Value;
use crate::wasm::apply::executor::{ChangeResult, Executor};
use crate::wasm::apply::work::Action;
use crate::wasm::create::existing;
use crate::wasm::endpoint::ResponseKind;
use crate::wasm::failure::{Failed, Failure};
use crate::wasm::host;
use crate::wasm::input;
use crate::wasm::input::{JsonBody, given};
use crate::wasm::look_up::{who_has, who_was_created};

/// A new user may not be usable as a manager at once: so often it is tried again, after waits that double from the first.
const PATIENCE: u32 = 6;
const FIRST_WAIT_MS: f64 = 250.0;

/// A call, and how it goes.
pub struct StepState {
    index: u32,
    step: Step,
    /// The managers' ids come in place of their e-mail addresses.
    sent: Value,
    names_managers: bool,
    waits: u32,
}

/// What is waited for.
pub enum Stage {
    /// The manager with this e-mail address.
    Manager(String),
    /// Whether an earlier run's call had its effect.
    LookUp,
    /// The journal's note that the call begins.
    Begin,
    /// The call.
    Call,
    /// Another try, as a manager may be too new yet.
    Rest(Failure),
    /// The journal's note that the call had no effect: no later run has to look it up.
    Failed(Failure),
    /// The journal's note that the call is done.
    Done,
}

impl StepState {
    /// Nothing of it is done yet.
    pub fn new(index: u32, step: Step, sent: Value) -> Self {
        Self {
            names_managers: step != Step::Create && !manager_emails(&sent).is_empty(),
            index,
            step,
            sent,
            waits: 0,
        }
    }
}

impl Executor {
    /// Where a call begins; `None` where it is done already.
    pub fn first_stage(&self, doing: &mut StepState, outcome: &mut ChangeResult) -> Result<Option<Stage>, Failure> {
        match self.journal.past(doing.index, doing.step) {
            StepStatus::Done(id) => {
                self.note_id(doing.step, &doing.sent, id, outcome);
                Ok(None)
            }
            past => {
                outcome.was_begun = past == StepStatus::Started;
                self.ready(doing)
            }
        }
    }

    /// What is to be waited for.
    pub fn errand(&self, doing: &StepState, stage: &Stage, outcome: &ChangeResult) -> Action {
        let StepState { index, step, sent, .. } = doing;
        let id = outcome.id.unwrap_or_default();
        match (stage, step) {
            (Stage::Manager(email), _) => Action::Call(who_has(email, None)),
            (Stage::LookUp, Step::Create) => {
                Action::Call(who_was_created(sent.field("emailAddress").as_str().unwrap_or_default()))
            }
            (Stage::LookUp, step) => {
                let part = if *step == Step::Delete {
                    Part::Minimal
                } else {
                    Part::Detailed
                };
                Action::Call((
                    Request::get_user(id, Some(&part.into())),
                    None,
                    ResponseKind::UserWithId(id),
                ))
            }
            (Stage::Call, Step::Delete) => Action::Call((Request::delete_user(id), None, ResponseKind::Deleted)),
            (Stage::Call, step) => {
                let (request, promised) = match step {
                    Step::Create => (Request::create_user(), ResponseKind::Created),
                    _ => (Request::update_user(id), ResponseKind::Changed),
                };
                Action::Call((request, Some(JsonBody::of(sent.clone())), promised))
            }
            (Stage::Rest(_), _) => Action::Rest(doing.wait_ms()),
            (Stage::Begin, step) => self.note(&journal::begin_line(*index, *step)),
            (Stage::Failed(_), step) => self.note(&journal::failed_line(*index, *step)),
            (Stage::Done, step) => {
                let made = outcome.id.filter(|_| *step == Step::Create);
                self.note(&journal::done_line(*index, *step, made))
            }
        }
    }

    /// What comes after it; `None` where the call is done.
    pub fn stage_after(
        &self,
        doing: &mut StepState,
        stage: Stage,
        answer: Result<JsValue, Failure>,
        outcome: &mut ChangeResult,
    ) -> Result<Option<Stage>, Failure> {
        let failure = match (stage, answer) {
            (Stage::Manager(email), found) => {
                self.note_manager(&email, &found?)?;
                return self.ready(doing);
            }
            (Stage::LookUp, answer) => {
                return match self.was_done(doing, answer)? {
                    Some(user) => Ok(Some(self.done(doing, user, outcome))),
                    None => self.begin(),
                };
            }
            (Stage::Begin, Ok(_)) => return Ok(Some(Stage::Call)),
            (Stage::Begin, Err(mut failure)) => {
                cut(&mut failure); // nothing was sent
                return Err(failure);
            }
            (Stage::Call, Ok(user)) => return Ok(Some(self.done(doing, user, outcome))),
            (Stage::Call, Err(failure)) if self.is_too_early(doing, &failure) => {
                return self.wait_for_manager(doing, failure);
            }
            (Stage::Rest(_), Ok(_)) => {
                doing.waits = doing.waits.saturating_add(1);
                return Ok(Some(Stage::Call));
            }
            (Stage::Rest(mut failure), Err(_)) => {
                cut(&mut failure);
                failure
            }
            (Stage::Call, Err(failure)) => failure,
            (Stage::Failed(failure), _) => return Err(failure), // it says more than that of the note
            (Stage::Done, noted) => {
                // It stays done where this cannot be noted; then nothing more is started.
                if let Err(Failure::Error(failed)) = noted {
                    outcome.error = Failure::Error(failed).into_js();
                }
                return Ok(None);
            }
        };
        match is_without_effect(&failure) {
            true => Ok(Some(Stage::Failed(failure))),
            false => Err(failure),
        }
    }

    /// Looks up the managers who are named by e-mail address, one by one; then what an earlier run began.
    fn ready(&self, doing: &mut StepState) -> Result<Option<Stage>, Failure> {
        if doing.names_managers {
            for email in &manager_emails(&doing.sent) {
                let id = self.looked_up(email);
                if id.is_null() {
                    return Err(no_manager(email).into());
                }
                if id.is_undefined() {
                    return Ok(Some(Stage::Manager((*email).to_owned())));
                }
            }
            doing.sent = with_manager_ids(&doing.sent, &|email| self.looked_up(email).as_string());
        }
        match self.journal.past(doing.index, doing.step) {
            StepStatus::Started => Ok(Some(Stage::LookUp)),
            _ => self.begin(),
        }
    }

    /// Where it cannot be noted, nothing begins.
    fn begin(&self) -> Result<Option<Stage>, Failure> {
        match self.journal.is_gone.get() {
            true => Err(Failure::Aborted(JsValue::UNDEFINED)),
            false => Ok(Some(Stage::Begin)),
        }
    }

    /// Whether it was refused as a manager of its is too new, probably, and there is patience left.
    fn is_too_early(&self, doing: &StepState, failure: &Failure) -> bool {
        let is_refused = matches!(failure, Failure::Error(failed) if failed.error.status == Some(400));
        is_refused
            && doing.names_managers
            && doing.waits < PATIENCE
            && manager_ids(&doing.sent)
                .iter()
                .any(|id| self.created_ids.borrow().contains(id))
    }

    /// A wait for the manager, or the failure, where the run is over before.
    fn wait_for_manager(&self, doing: &StepState, mut failure: Failure) -> Result<Option<Stage>, Failure> {
        if !self.is_over() && doing.wait_ms() < self.caller.left_ms() {
            return Ok(Some(Stage::Rest(failure)));
        }
        cut(&mut failure);
        Ok(Some(Stage::Failed(failure)))
    }

    /// Keeps what an answer shows: `undefined` where that is no user.
    fn done(&self, doing: &StepState, user: JsValue, outcome: &mut ChangeResult) -> Stage {
        let id = user::id(&given(&host::get(&user, "id"))).ok();
        self.note_id(doing.step, &doing.sent, id, outcome);
        if !user.is_undefined() {
            outcome.user = user;
        }
        Stage::Done
    }

    /// The user whom a create made has an id from now on, and is a manager that can be named.
    pub fn note_id(&self, step: Step, sent: &Value, id: Option<u64>, outcome: &mut ChangeResult) {
        if step != Step::Create {
            return;
        }
        outcome.id = id;
        if let (Some(id), Some(email)) = (id, sent.field("emailAddress").as_str()) {
            self.note_looked_up(email, &id.to_string().into());
            self.created_ids.borrow_mut().push(id);
        }
    }

    /// The id of a user who was created or looked up; `null` if no user has this address, `undefined` if that is not known yet.
    fn looked_up(&self, email: &str) -> JsValue {
        self.ids.get(&EmailKey::of(email).as_str().into())
    }

    fn note_looked_up(&self, email: &str, id: &JsValue) {
        self.ids.set(&EmailKey::of(email).as_str().into(), id);
    }

    /// Takes note of who was looked up.
    fn note_manager(&self, email: &str, found: &JsValue) -> Result<(), DomoError> {
        let Ok(id) = user::id(&given(&host::get(found, "id"))) else {
            self.note_looked_up(email, &JsValue::NULL);
            return Err(no_manager(email));
        };
        self.note_looked_up(email, &id.to_string().into());
        Ok(())
    }

    /// Whether a look-up shows that a call had its effect: then the user, `undefined` where there is none to show.
    fn was_done(&self, doing: &StepState, answer: Result<JsValue, Failure>) -> Result<Option<JsValue>, Failure> {
        let user = match answer {
            Err(Failure::Error(failed)) if doing.step == Step::Delete && failed.error.code == Code::NotFound => {
                return Ok(Some(JsValue::UNDEFINED));
            }
            answer => answer?,
        };
        let seen = input::read(&user);
        match doing.step {
            Step::Delete => Ok(None),
            Step::Create => match EmailOwner::of(seen.as_ref(), &doing.sent) {
                EmailOwner::SameUser => Ok(Some(user)),
                EmailOwner::Nobody => Ok(None),
                EmailOwner::OtherUser | EmailOwner::Unknown => {
                    let mut failed = Failed::from(DomoError::new(Code::Conflict, ""));
                    create::set_conflict(&mut failed.error, Ambiguity::NoResponse);
                    failed.existing = existing(&self.caller, &user);
                    Err(failed.into())
                }
            },
            _ => Ok(update_check::matches(&doing.sent, &seen.unwrap_or_default()).then_some(JsValue::UNDEFINED)),
        }
    }
}

impl StepState {
    fn wait_ms(&self) -> f64 {
        FIRST_WAIT_MS * f64::from(1_u32 << self.waits)
    }
}

fn no_manager(email: &str) -> DomoError {
    DomoError::new(
        Code::NotFound,
        join(&[
            "reportsTo: no user has the e-mail address \"",
            email,
            "\": create that user first, or give the manager's id",
        ]),
    )
}

/// The end of the run kept it from being tried again.
fn cut(failure: &mut Failure) {
    if let Failure::Error(failed) = failure {
        failed.interrupted = true;
    }
}

fn is_without_effect(failure: &Failure) -> bool {
    matches!(failure, Failure::Error(failed) if !failed.may_have_applied && !failed.error.status.is_some_and(is_success))
}
