//! What each endpoint promises, and making what the caller gets of the answer.

use core::task::{Context, Poll};
use std::pin::Pin;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::answer::Good;
use super::call::Caller;
use super::create;
use super::failure::{Failure, to_js};
use super::host;
#[cfg(feature = "directory")]
use super::input::only;
use super::input::{self, Json};
use crate::error::{Code, DomoError};
use crate::given::Given;
use crate::request::Request;
use crate::text::{find, is_html, join};
use crate::user;

/// What the answer of an endpoint holds, and so what the caller gets.
pub enum Promised {
    /// A new user.
    Created,
    /// A user that shows the changes that were sent.
    Changed,
    /// `{users: [user]}`, of which the caller gets the user.
    FirstOfUsers,
    /// `{users: [user, …]}`, of which the caller gets the list.
    Users,
    /// The number 1, of which the caller gets nothing.
    Gone,
    /// Whatever another path of the instance answers.
    Anything,
}

/// What is sent and what is promised for it.
pub type Endpoint = (Request, Option<Json>, Promised);

/// Takes and checks everything at once; then a promise that settles, whatever happens.
pub fn perform(domo: &JsValue, options: &JsValue, endpoint: &dyn Fn() -> Result<Endpoint, Failure>) -> Promise {
    let ready = Caller::new(domo, options).and_then(|caller| {
        // Code Engine's first file gives them by itself.
        #[cfg(feature = "directory")]
        only(options, "")?;
        Ok((caller, endpoint()?))
    });
    settle(match ready {
        Ok((caller, endpoint)) => Ok(Box::pin(async move { ask(&caller, endpoint).await })),
        Err(failure) => Err(failure),
    })
}

/// What is to be done once everything has been checked.
pub type Work = Pin<Box<dyn Future<Output = Result<JsValue, Failure>>>>;

/// The promise of it.
pub fn settle(work: Result<Work, Failure>) -> Promise {
    let promise = host::pending();
    match work {
        Ok(work) => {
            let promise = promise.clone();
            spawn(Box::pin(Settling { work, promise }));
        }
        Err(failure) => host::reject(&promise, &failure.into_js()),
    }
    promise
}

/// Does it from the next microtask on, whoever waits for it.
pub fn spawn(work: Pin<Box<dyn Future<Output = ()>>>) {
    spawn_local(work);
}

/// Work whose end settles a promise.
struct Settling {
    work: Work,
    promise: Promise,
}

impl Future for Settling {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.work.as_mut().poll(context).map(|done| {
            let failure = match done {
                Ok(value) if host::resolve(&self.promise, &value) => return,
                // Only what a host parsed itself can be one.
                Ok(_) => Failure::from(DomoError::new(
                    Code::BadResponse,
                    "The host answered with a thenable. The call may have had its effect",
                )),
                Err(failure) => failure,
            };
            host::reject(&self.promise, &failure.into_js());
        })
    }
}

/// Makes the call, and of its answer what the caller gets.
pub async fn ask(caller: &Caller, (request, json, promised): Endpoint) -> Result<JsValue, Failure> {
    let (mut body, given) = match json {
        Some(json) => (Some(json.text), json.given),
        None => (None, Given::Missing),
    };
    // An update may have to be sent in a second form; one place to wait, as each is a part of every call's state.
    let mut is_first = true;
    loop {
        let sent = caller.send(&request, body.as_ref()).await;
        if let Promised::Created = promised {
            return create::settle(caller, &given, sent).await;
        }
        let answer = match sent {
            // An earlier attempt, whose answer was lost, deleted it.
            Err(Failure::Error(failed))
                if request.verb() == "DELETE" && failed.unsettled && failed.error.status == Some(404) =>
            {
                return Ok(match promised {
                    Promised::Anything => JsValue::NULL,
                    _ => JsValue::UNDEFINED,
                });
            }
            sent => sent?,
        };
        if !matches!(promised, Promised::Changed) || !is_first {
            return Ok(made(&answer, &promised, &given)?);
        }
        let user = answer.user()?;
        if user::shows(&given, &input::shown(&user, &given)) {
            return Ok(user);
        }
        body = host::stringify(&to_js(&user::attributes_form(&given)));
        is_first = false;
    }
}

/// What the caller gets of an answer.
fn made(answer: &Good, promised: &Promised, given: &Given) -> Result<JsValue, DomoError> {
    match promised {
        Promised::Created | Promised::Gone => nothing(answer),
        Promised::FirstOfUsers => first_of_users(answer),
        Promised::Users => answer.users().map(JsValue::from),
        Promised::Anything => anything(answer),
        Promised::Changed => changed(answer, given),
    }
}

/// The answer to the second form of an update.
fn changed(answer: &Good, changes: &Given) -> Result<JsValue, DomoError> {
    let user = answer.user()?;
    match user::contradicts(changes, &input::shown(&user, changes)) {
        Some((field, is)) => Err(answer.about(DomoError::new(
            Code::BadResponse,
            join(&[
                "The instance answered 200 to both known forms of the update, but still shows ",
                field,
                " as ",
                &is.clone().redacted(answer.secret.as_deref()).words(),
                ": read the user again",
            ]),
        ))),
        None => Ok(user),
    }
}

/// `NOT_FOUND` where the answer is empty or holds no user.
fn first_of_users(answer: &Good) -> Result<JsValue, DomoError> {
    let users = match answer.users() {
        Err(_) if answer.incoming.body.is_empty() => Array::new(),
        users => users?,
    };
    let user = users.get(0);
    if host::is_user(&user) {
        return Ok(user);
    }
    if users.length() > 0 {
        return Err(answer.unexpected("{users: [user]}"));
    }
    Err(answer.about(DomoError::new(
        Code::NotFound,
        "No user has this id: the instance answered 200 without a user. Check the id",
    )))
}

fn nothing(answer: &Good) -> Result<JsValue, DomoError> {
    let body = &answer.incoming.body;
    let is_one = || body.json().is_some_and(|json| json.as_f64() == Some(1.0));
    if body.is_empty() || is_one() {
        Ok(JsValue::UNDEFINED)
    } else {
        Err(answer.unexpected("the number 1"))
    }
}

/// JSON; text of another kind; `null` for nothing.
fn anything(answer: &Good) -> Result<JsValue, DomoError> {
    let body = &answer.incoming.body;
    if body.is_empty() {
        return Ok(JsValue::NULL);
    }
    if let Some(json) = body.json() {
        return Ok(json);
    }
    let kind = answer.incoming.header("content-type").unwrap_or_default();
    let other_kind = !kind.is_empty() && find(&kind.to_ascii_lowercase(), "json").is_none();
    if other_kind && !is_html(&host::beginning(&body.0, 200)) {
        Ok(body.0.clone())
    } else {
        Err(answer.unexpected("JSON"))
    }
}
