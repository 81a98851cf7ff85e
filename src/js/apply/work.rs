//! The calls of one change, each kept in the journal; what an earlier run began is looked up before it is sent again.

use wasm_bindgen::prelude::*;

use super::run::{Ended, Run};
use crate::answer::is_success;
use crate::apply::change::Change;
use crate::apply::journal::{self, Past};
use crate::apply::steps::{Phase, Step, manager_only, managers_by_email, with_managers, without_manager};
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

impl Run {
    /// Does what a change has to do in a phase, and notes what became of it.
    pub async fn work(&self, index: u32, phase: Phase) -> Ended {
        let Some(change) = self.changes.get(index as usize) else {
            return Ended::Skipped;
        };
        let ended = match change {
            Change::Create { user, then } if phase == Phase::Create => self.create(index, user, then).await,
            Change::Create { then, .. } => match (self.outcome(index).id, manager_only(then)) {
                (Some(id), Some(changes)) => self.update(index, Step::Manage, id, &changes).await,
                _ => Ok(()),
            },
            Change::Update { id, changes } => {
                let step = if phase == Phase::Manage {
                    Step::Manage
                } else {
                    Step::Update
                };
                self.update(index, step, *id, changes).await
            }
            Change::Delete { id } => self.delete(index, *id).await,
        };
        let failed = match ended {
            Ok(()) => return Ended::Done,
            Err(Failure::Reason(_)) => return Ended::Skipped,
            Err(Failure::Error(failed)) => failed,
        };
        // Without an attempt nothing was sent: the time was over, or a 429 would have held it back beyond that.
        let was_sent = failed.error.attempts.is_some();
        let (is_late, is_held) = (
            failed.error.code == Code::Timeout,
            failed.error.code == Code::RateLimited,
        );
        // Nor did anything come of what was answered 429, and is not tried again as the run is over.
        let is_undone = !failed.unsettled && self.is_over();
        if (is_late && !was_sent) || (is_held && (!was_sent || is_undone)) {
            return Ended::Skipped;
        }
        let error = Failure::Error(failed).into_js();
        self.with(index, |outcome| outcome.error = Some(error));
        Ended::Failed
    }

    async fn create(&self, index: u32, user: &Given, then: &Given) -> Result<(), Failure> {
        let id = match self.journal.past(index, Step::Create) {
            Past::Done(id) => id.map(Given::Text).unwrap_or_default(),
            past => {
                let known = match past {
                    Past::Begun => self.created_before(user).await?,
                    _ => None,
                };
                let created = match known {
                    Some(created) => created,
                    None => {
                        self.begin(index, Step::Create).await?;
                        let endpoint = (Request::create_user(), Some(Json::of(user.clone())), Promised::Created);
                        self.settled(index, Step::Create, ask(&self.caller, endpoint).await)
                            .await?
                    }
                };
                let id = given(&host::get(&created, "id"));
                self.with(index, |outcome| outcome.user = Some(created));
                let text = user::id(&id).map(digits).ok();
                self.done(index, Step::Create, text.as_deref()).await;
                id
            }
        };
        let Ok(id) = user::id(&id) else {
            if *then == Given::Missing {
                return Ok(());
            }
            return Err(DomoError::new(
                Code::BadResponse,
                "The user was created, but the answer shows no id that can be used: what was to be sent after it was not",
            )
            .into());
        };
        self.with(index, |outcome| outcome.id = Some(id));
        if let Some(email) = user.field("emailAddress").text() {
            self.ids.set(&host::lower_case(&email.into()), &digits(id).into());
        }
        match without_manager(then) {
            Some(changes) => self.update(index, Step::Then, id, &changes).await,
            None => Ok(()),
        }
    }

    /// The user whom an earlier run's create made, if it did.
    async fn created_before(&self, wanted: &Given) -> Result<Option<JsValue>, Failure> {
        let email = wanted.field("emailAddress").text().unwrap_or_default();
        let Some(found) = find_by_email(&self.caller, email, None).await? else {
            return Ok(None);
        };
        if Found::of(input::read(&found).as_ref(), wanted) == Found::Same {
            return Ok(Some(found));
        }
        let mut failed = Failed::from(DomoError::new(Code::Conflict, ""));
        create::conflict(&mut failed.error, Doubt::Lost);
        failed.existing = existing(&self.caller, &found);
        Err(failed.into())
    }

    async fn update(&self, index: u32, step: Step, id: u64, changes: &Given) -> Result<(), Failure> {
        let past = self.journal.past(index, step);
        if let Past::Done(_) = past {
            return Ok(());
        }
        let by_email = managers_by_email(changes);
        let changes = &self.with_ids(changes, &by_email).await?;
        if past == Past::Begun && self.holds(id, changes).await? {
            self.done(index, step, None).await;
            return Ok(());
        }
        self.begin(index, step).await?;
        let mut tries = 0;
        let answer = loop {
            let endpoint: Endpoint = (
                Request::update_user(id),
                Some(Json::of(changes.clone())),
                Promised::Changed,
            );
            match ask(&self.caller, endpoint).await {
                Err(Failure::Error(failed))
                    if failed.error.status == Some(400)
                        && !by_email.is_empty()
                        && tries < PATIENCE
                        && !self.is_over() =>
                {
                    let wait_ms = FIRST_WAIT_MS * f64::from(1_u32 << tries);
                    if wait_ms >= self.caller.left_ms() || pause(&self.signal, wait_ms).await.is_err() {
                        break Err(Failure::Error(failed));
                    }
                    tries = tries.saturating_add(1);
                }
                answer => break answer,
            }
        };
        let user = self.settled(index, step, answer).await?;
        self.with(index, |outcome| outcome.user = Some(user));
        self.done(index, step, None).await;
        Ok(())
    }

    /// Changes with the ids of managers who are named by e-mail address.
    async fn with_ids(&self, changes: &Given, by_email: &[&str]) -> Result<Given, Failure> {
        for email in by_email {
            let key = host::lower_case(&(*email).into());
            if self.ids.has(&key) {
                continue;
            }
            let found = find_by_email(&self.caller, email, None).await?;
            let id = found.map(|user| given(&host::get(&user, "id"))).unwrap_or_default();
            let Ok(id) = user::id(&id) else {
                return Err(DomoError::new(
                    Code::NotFound,
                    join(&[
                        "reportsTo: no user has the e-mail address \"",
                        email,
                        "\": create that user first, or give the manager's id",
                    ]),
                )
                .into());
            };
            self.ids.set(&key, &digits(id).into());
        }
        let id_of = |email: &str| self.ids.get(&host::lower_case(&email.into())).as_string();
        Ok(with_managers(changes, &id_of))
    }

    /// Whether the instance shows all of the changes already.
    async fn holds(&self, id: u64, changes: &Given) -> Result<bool, Failure> {
        let request = Request::get_user(id, Some("DETAILED"));
        let user = ask(&self.caller, (request, None, Promised::FirstOfUsers)).await?;
        Ok(user::holds(changes, &input::read(&user).unwrap_or_default()))
    }

    async fn delete(&self, index: u32, id: u64) -> Result<(), Failure> {
        let past = self.journal.past(index, Step::Delete);
        if let Past::Done(_) = past {
            return Ok(());
        }
        if past == Past::Begun {
            let request = Request::get_user(id, Some("MINIMAL"));
            match ask(&self.caller, (request, None, Promised::FirstOfUsers)).await {
                Err(Failure::Error(failed)) if failed.error.code == Code::NotFound => {
                    self.done(index, Step::Delete, None).await;
                    return Ok(());
                }
                answer => answer.map(|_| ())?,
            }
        }
        self.begin(index, Step::Delete).await?;
        let endpoint = (Request::delete_user(id), None, Promised::Gone);
        self.settled(index, Step::Delete, ask(&self.caller, endpoint).await)
            .await?;
        self.done(index, Step::Delete, None).await;
        Ok(())
    }

    /// Notes that a step begins; where it cannot be noted, it does not.
    async fn begin(&self, index: u32, step: Step) -> Result<(), Failure> {
        if self.journal.is_gone() {
            return Err(Failure::Reason(JsValue::UNDEFINED));
        }
        self.write(&journal::begin(index, step)).await
    }

    /// Notes that a step is done. It stays so where the note fails; then nothing more is started.
    async fn done(&self, index: u32, step: Step, id: Option<&str>) {
        if let Err(Failure::Error(failed)) = self.write(&journal::done(index, step, id)).await {
            let error = Failure::Error(failed).into_js();
            self.with(index, |outcome| outcome.error = Some(error));
        }
    }

    /// A failure that cannot have had an effect is nothing that a later run would have to look up.
    async fn settled(&self, index: u32, step: Step, answer: Result<JsValue, Failure>) -> Result<JsValue, Failure> {
        if let Err(Failure::Error(failed)) = &answer
            && !failed.unsettled
            && !failed.error.status.is_some_and(is_success)
        {
            let _ = self.write(&journal::failed(index, step)).await; // the failure itself says more
        }
        answer
    }

    /// Without its journal a run could not be resumed: it starts nothing more.
    async fn write(&self, line: &str) -> Result<(), Failure> {
        let written = self.journal.write(line, &self.end()).await;
        if written.is_err() {
            self.halt();
        }
        written
    }
}
