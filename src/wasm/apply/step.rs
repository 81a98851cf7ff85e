//! Carries out one step of a change. If an earlier run has begun the step, a look-up shows whether the step must be sent.

use wasm_bindgen::prelude::*;

use crate::apply::journal::{self, StepStatus};
use crate::apply::managers::{manager_emails, manager_ids, no_manager, with_manager_ids};
use crate::apply::resume::{EarlierEffect, earlier_effect, had_no_effect, manager_delay_ms};
use crate::apply::steps::Step;
use crate::client::create::{self, Ambiguity};
use crate::client::parts::Part;
use crate::error::{Code, DomoError};
use crate::value::{ObjectBuilder, Value};
use crate::wasm::apply::managers::ManagerId;
use crate::wasm::apply::result::ChangeResult;
use crate::wasm::apply::run::Run;
use crate::wasm::client::create::{create_user, redacted};
use crate::wasm::client::delete::delete_user;
use crate::wasm::client::find_by_email::{LookUp, find_by_email};
use crate::wasm::client::get::{find_user, get_user};
use crate::wasm::client::update::update_user;
use crate::wasm::convert::{deep_value, to_js, user_id};
use crate::wasm::errors::{Error, FailedCall};
use crate::wasm::json_body::JsonBody;
use crate::wasm::wait::sleep;

/// One step of the change with this index.
#[derive(Clone, Copy)]
pub struct StepOf {
    /// The index of the change.
    pub index: u32,
    /// The step.
    pub step: Step,
}

/// What a step sends.
struct StepBody {
    /// The body, with ids in place of the e-mail addresses of managers.
    body: Value,
    /// Whether an e-mail address of a manager was in it.
    has_looked_up_managers: bool,
}

/// Carries out a step, unless an earlier run has done so.
pub async fn carry_out(
    run: &Run,
    StepOf { index, step }: StepOf,
    body: Value,
    result: &mut ChangeResult,
) -> Result<(), Error> {
    let status = run.journal.status(index, step);
    if let StepStatus::Done(id) = status {
        note_created_user(run, step, &body, id, result);
        return Ok(());
    }
    result.was_begun = status == StepStatus::Started;
    result.is_unclear = result.was_begun;
    let body = resolve_managers(run, step, body, result).await?;
    result.is_worked_on = true;
    let user = match status {
        StepStatus::Started => find_earlier_effect(run, step, &body.body, result).await?,
        StepStatus::NotStarted | StepStatus::Done(_) => None,
    };
    let user = match user {
        Some(user) => user,
        None => send_noted(run, StepOf { index, step }, &body, result).await?,
    };
    result.is_unclear = false;
    let id = user_id(&user);
    note_created_user(run, step, &body.body, id, result);
    if !user.is_undefined() {
        result.user = user;
    }
    let created_id = result.id.filter(|_| step == Step::Create);
    // The step is done even if that cannot be noted; then no further change is started.
    if let Err(error @ Error::Failed(_)) = run.note(&journal::done_line(index, step, created_id)).await {
        result.set_error(error);
    }
    Ok(())
}

/// Notes the id of a user whom a create has made: the user can be named as a manager from now on. Until the instance returns the user, the result shows the
/// fields of the create.
pub fn note_created_user(run: &Run, step: Step, body: &Value, id: Option<u64>, result: &mut ChangeResult) {
    if step != Step::Create {
        return;
    }
    result.id = id;
    if let (Some(id), Some(email)) = (id, body.field("emailAddress").as_str()) {
        let mut user = ObjectBuilder::default();
        #[allow(clippy::cast_precision_loss)] // an id is a safe integer
        user.set("id", id as f64);
        for (name, value) in body.fields() {
            if name != "id" {
                user.set(name, value.clone());
            }
        }
        result.user = to_js(&user.object());
        run.managers.set(email, Some(id));
        run.created_ids.borrow_mut().push(id);
    }
}

/// Replaces the e-mail addresses of managers by their ids, which are looked up if necessary.
async fn resolve_managers(run: &Run, step: Step, body: Value, result: &mut ChangeResult) -> Result<StepBody, Error> {
    let has_looked_up_managers = step != Step::Create && !manager_emails(&body).is_empty();
    if !has_looked_up_managers {
        return Ok(StepBody {
            body,
            has_looked_up_managers,
        });
    }
    for email in manager_emails(&body) {
        if let ManagerId::NotLookedUp = run.managers.get(email) {
            result.is_worked_on = true;
            let user = find_by_email(&run.context, &LookUp::thorough(email, None)).await?;
            let id = user.as_ref().and_then(user_id);
            run.managers.set(email, id);
        }
        match run.managers.get(email) {
            ManagerId::Nobody => return Err(no_manager(email, false).into()),
            ManagerId::NotCreated => return Err(no_manager(email, true).into()),
            ManagerId::Known(_) | ManagerId::NotLookedUp => {}
        }
    }
    let id_of = |email: &str| match run.managers.get(email) {
        ManagerId::Known(id) => Some(id),
        ManagerId::Nobody | ManagerId::NotCreated | ManagerId::NotLookedUp => None,
    };
    Ok(StepBody {
        body: with_manager_ids(&body, &id_of),
        has_looked_up_managers,
    })
}

/// Looks up whether a step that an earlier run began has taken effect. Returns the user if it has, `undefined` if there is no user to show; `None` if the step
/// must be sent.
async fn find_earlier_effect(
    run: &Run,
    step: Step,
    body: &Value,
    result: &ChangeResult,
) -> Result<Option<JsValue>, Error> {
    let id = result.id.unwrap_or_default();
    let user = match step {
        Step::Create => {
            let email = body.field("emailAddress").as_str().unwrap_or_default();
            find_by_email(&run.context, &LookUp::after_create(email)).await?
        }
        Step::Delete => find_user(&run.context, id, Part::Minimal).await?,
        _ => Some(get_user(&run.context, id, Some(&Part::Detailed.into())).await?),
    };
    let value = user.as_ref().map(|user| deep_value(user).unwrap_or_default());
    match earlier_effect(step, body, value.as_ref()) {
        EarlierEffect::NotApplied => Ok(None),
        EarlierEffect::Applied if step == Step::Create => Ok(user),
        EarlierEffect::Applied => Ok(Some(JsValue::UNDEFINED)),
        EarlierEffect::Conflict => {
            let mut failed = FailedCall::from(DomoError::new(Code::Conflict, ""));
            create::set_conflict(&mut failed.error, Ambiguity::NoResponse, false);
            failed.existing = redacted(&run.context, &user.unwrap_or_default());
            Err(failed.into())
        }
    }
}

/// Notes in the journal that a step begins, then sends the step. If the failure proves that the step had no effect, that is noted too.
async fn send_noted(
    run: &Run,
    StepOf { index, step }: StepOf,
    body: &StepBody,
    result: &mut ChangeResult,
) -> Result<JsValue, Error> {
    if run.journal.is_broken() {
        return Err(Error::Aborted(JsValue::UNDEFINED));
    }
    run.note(&journal::begin_line(index, step))
        .await
        .map_err(Error::interrupted)?;
    let sent = send(run, step, body, result).await;
    result.is_unclear = sent.is_err();
    if let Err(Error::Failed(failed)) = &sent
        && had_no_effect(&failed.error, failed.state)
    {
        result.is_unclear = false;
        // The error of the step says more than that of the note.
        let _ = run.note(&journal::failed_line(index, step)).await;
    }
    sent
}

/// Sends a step, and sends it again if it is refused while one of its managers was only just created.
async fn send(run: &Run, step: Step, body: &StepBody, result: &ChangeResult) -> Result<JsValue, Error> {
    let id = result.id.unwrap_or_default();
    let json = JsonBody::from(body.body.clone());
    let mut retries = 0_u32;
    loop {
        let sent = match step {
            Step::Create => create_user(&run.context, &json).await,
            Step::Delete => delete_user(&run.context, id).await.map(|()| JsValue::UNDEFINED),
            _ => update_user(&run.context, id, &json).await,
        };
        let error = match sent {
            Err(error) if names_new_manager(run, body, &error) => error,
            sent => return sent,
        };
        let Some(delay_ms) = manager_delay_ms(retries) else {
            return Err(error);
        };
        let has_time = !run.is_over() && delay_ms < run.context.left_ms();
        if !has_time || sleep(run.signal(), delay_ms).await.is_err() {
            return Err(error.interrupted());
        }
        retries = retries.saturating_add(1);
    }
}

/// Whether a step was refused, and one of its managers was created by this run.
fn names_new_manager(run: &Run, body: &StepBody, error: &Error) -> bool {
    let is_refused = matches!(error, Error::Failed(failed) if failed.error.status == Some(400));
    let created_ids = run.created_ids.borrow();
    is_refused && body.has_looked_up_managers && manager_ids(&body.body).iter().any(|id| created_ids.contains(id))
}
