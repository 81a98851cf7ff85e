//! What each endpoint promises, and making what the caller gets of the answer.

use core::task::{Context, Poll};
use std::pin::Pin;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

#[cfg(feature = "streams")]
use crate::client::search::Search;
use crate::client::update_check;
use crate::client::update_check::Mismatch;
use crate::error::{Code, DomoError};
use crate::http::request::{Method, Request};
use crate::text::{find, join};
use crate::user;
use crate::value::Value;
use crate::wasm::context::{RequestContext, Sent};
use crate::wasm::create;
use crate::wasm::create::AmbiguousCreate;
use crate::wasm::failure::{Failure, to_js};
use crate::wasm::host;
use crate::wasm::input;
use crate::wasm::input::JsonBody;
use crate::wasm::look_up::LookUp;
#[cfg(feature = "streams")]
use crate::wasm::look_up::page;
#[cfg(feature = "directory")]
use crate::wasm::option_reader::reject_unknown;
use crate::wasm::response::Response;
use crate::wasm::task::spawn;

/// What the answer of an endpoint holds, and so what the caller gets.
pub enum ResponseKind {
    /// A new user.
    Created,
    /// A user that shows the changes that were sent.
    Changed,
    /// `{users: [user]}`, of which the caller gets the user; of several the one with this id.
    UserWithId(u64),
    /// `{users: [user, …]}`, of which the caller gets the list.
    Users,
    /// The number 1, of which the caller gets nothing.
    Deleted,
    /// Whatever another path of the instance answers.
    Anything,
    /// The user with an e-mail address; `undefined` where there is none.
    UserByEmail(Box<LookUp>),
    /// The page of a search that begins at this user and comes after that page.
    #[cfg(feature = "streams")]
    Page(Box<Search>, u32, JsValue),
}

/// What is sent and what is promised for it.
pub type Endpoint = (Request, Option<JsonBody>, ResponseKind);

/// Takes and checks everything at once; then a promise that settles, whatever happens.
pub fn perform(domo: &JsValue, options: &JsValue, endpoint: &dyn Fn() -> Result<Endpoint, Failure>) -> Promise {
    let caller = RequestContext::new(domo, options);
    // Code Engine's first file gives them by itself.
    #[cfg(feature = "directory")]
    let caller = caller.and_then(|caller| Ok(reject_unknown(options, "parts").map(|()| caller)?));
    perform_with(caller, endpoint)
}

/// The same by a caller who is checked already.
pub fn perform_with(
    caller: Result<RequestContext, Failure>,
    endpoint: &dyn Fn() -> Result<Endpoint, Failure>,
) -> Promise {
    let ready = caller.and_then(|caller| Ok((caller, endpoint()?)));
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
                    "The host returned a thenable. The request may have had its effect",
                )),
                Err(failure) => failure,
            };
            host::reject(&self.promise, &failure.into_js());
        })
    }
}

/// Makes the calls, and of their answers what the caller gets. There is one place to wait, as each is code of its own.
pub async fn ask(caller: &RequestContext, (request, json, promised): Endpoint) -> Result<JsValue, Failure> {
    let (body, given) = match json {
        Some(json) => (Some(json.text), json.given),
        None => (None, Value::Undefined),
    };
    let mut talk = Talk {
        call: (request, body),
        promised,
        given,
        is_second: false,
        doubtful: None,
    };
    loop {
        let (request, body) = &talk.call;
        let sent = caller.send_from(request, body.as_ref(), 1).await;
        if let Some(made) = talk.take(caller, sent)? {
            return Ok(made);
        }
    }
}

/// Said of a failure of an update's second form.
const FIRST_FORM: &str =
    ". The first form of the update was sent before and returned 200, and may have had some of its effect";

/// Calls, one after the other, for one thing that was promised.
struct Talk {
    /// The next one: the request and its body.
    call: (Request, Option<JsValue>),
    promised: ResponseKind,
    /// What was given to be sent.
    given: Value,
    /// Whether an update is sent in its second form.
    is_second: bool,
    /// The failure of a create that is looked up.
    doubtful: Option<AmbiguousCreate>,
}

impl Talk {
    /// What the caller gets of an answer; `None` where that takes another call.
    fn take(&mut self, caller: &RequestContext, sent: Sent) -> Result<Option<JsValue>, Failure> {
        match self.promised {
            ResponseKind::UserByEmail(_) => return self.looked_up(caller, sent),
            ResponseKind::Created => return self.created(sent),
            _ => {}
        }
        let answer = match sent {
            // An earlier attempt, whose answer was lost, deleted it.
            Err(Failure::Error(failed))
                if self.call.0.method == Method::Delete
                    && failed.may_have_applied
                    && failed.error.status == Some(404) =>
            {
                return Ok(Some(match self.promised {
                    ResponseKind::Anything => JsValue::NULL,
                    _ => JsValue::UNDEFINED,
                }));
            }
            Err(Failure::Error(mut failed)) if self.is_second => {
                failed.error.message.push_str(FIRST_FORM);
                return Err(Failure::Error(failed));
            }
            sent => sent?,
        };
        if !matches!(self.promised, ResponseKind::Changed) || self.is_second {
            return Ok(Some(made(&answer, &self.promised, &self.given)?));
        }
        let user = known_user(&answer)?;
        if update_check::reflects(&self.given, &input::shown(&user, &self.given)) {
            return Ok(Some(user));
        }
        self.call.1 = host::stringify(&to_js(&update_check::as_attributes_body(&self.given)));
        self.is_second = true;
        Ok(None)
    }

    /// A create whose answer does not tell is followed by a look-up.
    fn created(&mut self, sent: Sent) -> Result<Option<JsValue>, Failure> {
        match create::created(sent, &self.given)? {
            Ok(user) => Ok(Some(user)),
            Err(doubtful) => {
                let email = self.given.field("emailAddress").as_str().unwrap_or_default();
                let look_up = LookUp::new(email, None);
                self.doubtful = Some(doubtful);
                self.call = look_up.call();
                self.promised = ResponseKind::UserByEmail(look_up);
                Ok(None)
            }
        }
    }

    fn looked_up(&mut self, caller: &RequestContext, sent: Sent) -> Result<Option<JsValue>, Failure> {
        let ResponseKind::UserByEmail(look_up) = &mut self.promised else {
            return Ok(None);
        };
        let found = match look_up.take(sent) {
            Ok(None) => {
                self.call = look_up.call();
                return Ok(None);
            }
            Ok(Some(user)) => Ok(user),
            Err(failure) => Err(failure),
        };
        let found = match self.doubtful.take() {
            Some(doubtful) => create::settled(caller, &self.given, doubtful, found),
            None => found,
        };
        found.map(Some)
    }
}

/// What the caller gets of an answer.
fn made(answer: &Response, promised: &ResponseKind, given: &Value) -> Result<JsValue, DomoError> {
    match promised {
        ResponseKind::Created | ResponseKind::UserByEmail(_) | ResponseKind::Deleted => nothing(answer),
        ResponseKind::UserWithId(id) => user_with_id(answer, *id),
        ResponseKind::Users => answer.users().map(JsValue::from),
        ResponseKind::Anything => anything(answer),
        #[cfg(feature = "streams")]
        ResponseKind::Page(search, offset, before) => page(answer, search, *offset, before),
        ResponseKind::Changed => changed(answer, given),
    }
}

/// The answer to the second form of an update.
fn changed(answer: &Response, changes: &Value) -> Result<JsValue, DomoError> {
    let user = known_user(answer)?;
    match update_check::mismatch(changes, &input::shown(&user, changes)) {
        Some(Mismatch { field, current }) => Err(answer.about(DomoError::new(
            Code::BadResponse,
            join(&[
                "The instance returned 200 to both known forms of the update, but still shows ",
                field,
                " as ",
                &current.clone().redacted(answer.secret.as_deref()).describe(),
                ": read the user again",
            ]),
        ))),
        None => Ok(user),
    }
}

/// The user who was changed; `NOT_FOUND` where the answer is a list that holds none. An empty one tells nothing.
fn known_user(answer: &Response) -> Result<JsValue, DomoError> {
    answer.user().map_err(|error| match answer.users() {
        Ok(users) if users.length() == 0 => nobody(answer),
        _ => error,
    })
}

/// An instance may answer so where it does not know the id.
fn nobody(answer: &Response) -> DomoError {
    answer.about(DomoError::new(
        Code::NotFound,
        "No user has this id: the instance returned 200 without a user. Check the id",
    ))
}

/// The user who was asked for; `NOT_FOUND` where the answer is empty or holds no user.
fn user_with_id(answer: &Response, wanted: u64) -> Result<JsValue, DomoError> {
    let users = match answer.users() {
        Err(_) if answer.incoming.body.is_empty() => Array::new(),
        users => users?,
    };
    // The one user of an answer is who was asked for, as the path says; of several it is the one with the id.
    let is_only = users.length() == 1;
    for user in users.iter() {
        let has_id = user::id(&input::given(&host::get(&user, "id"))) == Ok(wanted);
        if has_id || (is_only && host::is_user(&user)) {
            return Ok(user);
        }
    }
    Err(match users.length() {
        0 => nobody(answer),
        _ => answer.unexpected("{users: [user]} with the user of that id"),
    })
}

fn nothing(answer: &Response) -> Result<JsValue, DomoError> {
    let body = &answer.incoming.body;
    let is_one = || body.json().is_some_and(|json| json.as_f64() == Some(1.0));
    if body.is_empty() || is_one() {
        Ok(JsValue::UNDEFINED)
    } else {
        Err(answer.unexpected("the number 1"))
    }
}

/// JSON; text of another kind; `null` for nothing.
fn anything(answer: &Response) -> Result<JsValue, DomoError> {
    let body = &answer.incoming.body;
    if body.is_empty() {
        return Ok(JsValue::NULL);
    }
    if let Some(json) = body.json() {
        return Ok(json);
    }
    let kind = answer.incoming.header("content-type").unwrap_or_default();
    let other_kind = !kind.is_empty() && find(&kind.to_ascii_lowercase(), "json").is_none();
    if other_kind && !answer.is_page() {
        Ok(body.0.clone())
    } else {
        Err(answer.unexpected("JSON"))
    }
}
