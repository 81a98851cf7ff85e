//! The five documented endpoints, as JavaScript calls them.

use std::pin::Pin;

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::body::{Good, is_user};
use super::call::Caller;
use super::failure::{Failure, to_js};
use super::host;
use super::input::{self, Json, given, parts};
use crate::error::{Code, DomoError};
use crate::request::Request;
use crate::user;

/// What a call ends with.
pub type Outcome = Result<JsValue, Failure>;

/// A promise that settles with the outcome of `work`, or with why it could not begin.
pub fn promise<W: Future<Output = Outcome> + 'static>(work: Result<W, Failure>) -> Promise {
    match work {
        // Boxed, so that the module holds the machinery of a promise once.
        Ok(work) => settle(Box::pin(work)),
        Err(failure) => Promise::reject(&failure.0),
    }
}

fn settle(work: Pin<Box<dyn Future<Output = Outcome>>>) -> Promise {
    future_to_promise(async { work.await.map_err(|failure| failure.0) })
}

/// `POST /api/identity/v1/users`.
#[wasm_bindgen(js_name = createUser)]
pub fn create_user(domo: &JsValue, new_user: &JsValue, options: &JsValue) -> Promise {
    promise(Caller::new(domo, options).and_then(|caller| {
        let user = Json::take("user", new_user)?;
        user::check_new(&user.given)?;
        Ok(async move {
            let answer = caller.send(&Request::create_user(), Some(&user.text)).await?;
            Ok(answer.user()?)
        })
    }))
}

/// `GET /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = getUserById)]
pub fn get_user_by_id(domo: &JsValue, id: &JsValue, options: &JsValue) -> Promise {
    promise(Caller::new(domo, options).and_then(|caller| {
        let id = user::id("id", &given(id))?;
        let request = Request::get_user(id, parts(options)?.as_deref());
        Ok(async move {
            let answer = caller.send(&request, None).await?;
            Ok(the_user(&answer, &request, id)?)
        })
    }))
}

/// The first of `users`; `NOT_FOUND` where the answer is empty or holds none.
fn the_user(answer: &Good, request: &Request, id: u64) -> Result<JsValue, DomoError> {
    let users = if answer.incoming.body.is_empty() {
        Array::new()
    } else {
        answer.users()?
    };
    if users.length() == 0 {
        let mut error = DomoError::new(
            Code::NotFound,
            format!(
                "No user has the id {id}: the instance answered {} without a user. Check the id",
                answer.incoming.status
            ),
        );
        error.status = Some(answer.incoming.status);
        error.call = Some((request.verb(), request.path.clone()));
        error.attempts = Some(answer.attempts);
        return Err(error);
    }
    Some(users.get(0))
        .filter(is_user)
        .ok_or_else(|| answer.unexpected("{users: [user]}"))
}

/// `GET /api/identity/v1/users`.
#[wasm_bindgen(js_name = getAllUsers)]
pub fn get_all_users(domo: &JsValue, options: &JsValue) -> Promise {
    promise(Caller::new(domo, options).and_then(|caller| {
        let request = Request::get_users(parts(options)?.as_deref());
        Ok(async move { Ok(caller.send(&request, None).await?.users()?.into()) })
    }))
}

/// `PATCH /api/identity/v1/users/{id}`, in the documented form, then once in the form of attributes
/// where a 200 does not show the change.
#[wasm_bindgen(js_name = updateUser)]
pub fn update_user(domo: &JsValue, id: &JsValue, changes: &JsValue, options: &JsValue) -> Promise {
    promise(Caller::new(domo, options).and_then(|caller| {
        let request = Request::update_user(user::id("id", &given(id))?);
        let changes = Json::take("changes", changes)?;
        user::check_changes(&changes.given)?;
        Ok(async move {
            let first = caller.send(&request, Some(&changes.text)).await?.user()?;
            if shows(&changes, &first) {
                return Ok(first);
            }
            let form = host::stringify(&to_js(&user::attributes_form(&changes.given))).unwrap_or(JsValue::NULL);
            let answer = caller.send(&request, Some(&form)).await?;
            let second = answer.user()?;
            let shown = input::read(&second).unwrap_or_default();
            match user::contradicts(&changes.given, &shown) {
                Some((field, is)) => Err(DomoError::new(
                    Code::BadResponse,
                    format!(
                        "The instance answered {} to both known forms of the update, but still shows {field} as {is}: \
                         read the user again before relying on the change",
                        answer.incoming.status
                    ),
                )
                .into()),
                None => Ok(second),
            }
        })
    }))
}

fn shows(changes: &Json, answer: &JsValue) -> bool {
    user::shows(&changes.given, &input::read(answer).unwrap_or_default())
}

/// `DELETE /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = deleteUser)]
pub fn delete_user(domo: &JsValue, id: &JsValue, options: &JsValue) -> Promise {
    promise(Caller::new(domo, options).and_then(|caller| {
        let request = Request::delete_user(user::id("id", &given(id))?);
        Ok(async move {
            let answer = caller.send(&request, None).await?;
            let is_one = answer
                .incoming
                .body
                .json()
                .is_some_and(|json| json.as_f64() == Some(1.0));
            if is_one || answer.incoming.body.is_empty() {
                Ok(JsValue::UNDEFINED)
            } else {
                Err(answer.unexpected("the number 1").into())
            }
        })
    }))
}

/// `{department: "Sales", …}` of a user's attributes: one value unwrapped, several as an array.
#[wasm_bindgen(js_name = userAttributes)]
pub fn user_attributes(user: &JsValue) -> Result<JsValue, JsValue> {
    if !user.is_object() {
        return Err(Failure::from(DomoError::input(format!("user must be a user; got {}", given(user)))).0);
    }
    let attributes = host::get(user, "attributes");
    let unusable = || Failure::from(DomoError::input("attributes must be an array of {key, values}")).0;
    if attributes.is_undefined() || attributes.is_null() {
        return Ok(Object::new().into());
    }
    if !Array::is_array(&attributes) {
        return Err(unusable());
    }
    let pairs = Array::new();
    for attribute in host::items(&attributes).map_err(|_| unusable())? {
        let values = host::get(&attribute, "values");
        let value = match host::get(&values, "length").as_f64() {
            Some(1.0) => host::get(&values, "0"),
            _ => values,
        };
        pairs.push(&Array::of2(&host::get(&attribute, "key"), &value));
    }
    // fromEntries makes own fields, even of a key such as __proto__.
    Object::from_entries(&pairs).map(JsValue::from).map_err(|_| unusable())
}
