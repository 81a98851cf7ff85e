//! Looking up who has an e-mail address: by the search, or in the list of all users where the instance has none.

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use super::answer::Good;
use super::call::Caller;
use super::failure::{Failure, to_js};
use super::host;
use crate::error::{Code, DomoError};
use crate::request::Request;
use crate::search::{Search, is_missing};

/// No address is part of so many others that its search would have more.
const MOST_PAGES: u32 = 25;

/// The user with just this e-mail address, whatever its case; `undefined` where there is none. `parts` as the query wants them.
pub async fn find_by_email(caller: &Caller, email: &str, parts: Option<&str>) -> Result<JsValue, Failure> {
    let wanted = host::lower_case(&email.into());
    let search = Search::by_email(email, parts);
    let mut offset = 0;
    let mut first = JsValue::UNDEFINED;
    let mut pages = 0;
    // Whether the list of all users is read, as the instance has no search.
    let mut is_list = false;
    while pages < MOST_PAGES {
        let (request, body) = match is_list {
            true => (Request::get_users(Some(parts.unwrap_or("SIMPLE"))), None),
            false => (Request::search(), page_body(&search, offset)),
        };
        let answer = match caller.send(&request, body.as_ref()).await {
            Err(Failure::Error(failed)) if !is_list && is_missing(failed.error.status) => {
                is_list = true;
                continue;
            }
            sent => sent?,
        };
        let users = answer.users()?;
        let found = with_email(&users, &wanted);
        if is_list
            || !found.is_undefined()
            || !goes_on(&answer, &search, offset, &users)
            || is_same(&users.get(0), &first)
        {
            return Ok(found);
        }
        first = users.get(0);
        offset = offset.saturating_add(users.length());
        pages = pages.saturating_add(1);
    }
    Err(DomoError::new(
        Code::BadResponse,
        "The search for one e-mail address does not end: use getAllUsers",
    )
    .into())
}

fn with_email(users: &Array, wanted: &JsString) -> JsValue {
    let has_it = |user: &JsValue| host::lower_case(&host::get(user, "emailAddress")) == *wanted;
    users.iter().find(has_it).unwrap_or_default()
}

/// Whether two users are one.
pub fn is_same(user: &JsValue, other: &JsValue) -> bool {
    let id = |user: &JsValue| host::get(user, "id");
    !id(user).is_undefined() && id(user) == id(other)
}

/// One page of a search, and whether there may be more.
#[cfg(feature = "streams")]
pub async fn page(caller: &Caller, search: &Search, offset: u32) -> Result<(Array, bool), Failure> {
    let answer = caller
        .send(&Request::search(), page_body(search, offset).as_ref())
        .await?;
    let users = answer.users()?;
    let more = goes_on(&answer, search, offset, &users);
    Ok((users, more))
}

/// What asks for the page at `offset`.
fn page_body(search: &Search, offset: u32) -> Option<JsValue> {
    host::stringify(&to_js(&search.body(offset)))
}

/// Whether there may be users behind this page.
fn goes_on(answer: &Good, search: &Search, offset: u32, users: &Array) -> bool {
    let count = answer.incoming.body.json().map(|json| host::get(&json, "count"));
    search.goes_on(offset, users.length(), count.and_then(|count| count.as_f64()))
}
