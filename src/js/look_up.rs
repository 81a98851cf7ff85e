//! Looking up who has an e-mail address: by the search, or in the list of all users where the instance has none.

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use super::call::Caller;
use super::failure::{Failure, to_js};
use super::host;
use crate::error::{Code, DomoError};
use crate::request::Request;
use crate::search::{Search, is_missing};

/// No address is part of so many others that its search would have more.
const MOST_PAGES: u32 = 25;

/// The user with just this e-mail address, whatever its case; `None` where there is none. `parts` as the query wants them.
pub async fn find_by_email(caller: &Caller, email: &str, parts: Option<&str>) -> Result<Option<JsValue>, Failure> {
    let wanted = host::lower_case(&email.into());
    let search = Search::by_email(email, parts);
    let mut offset = 0;
    let mut first = JsValue::UNDEFINED;
    for _ in 0..MOST_PAGES {
        let (users, more) = match page(caller, &search, offset).await {
            Ok(page) => page,
            Err(Failure::Error(failed)) if is_missing(failed.error.status) => {
                let request = Request::get_users(Some(parts.unwrap_or("SIMPLE")));
                let users = caller.send(&request, None).await?.users()?;
                return Ok(with_email(&users, &wanted));
            }
            Err(failure) => return Err(failure),
        };
        let found = with_email(&users, &wanted);
        if found.is_some() || !more || is_same(&users.get(0), &first) {
            return Ok(found);
        }
        first = users.get(0);
        offset = offset.saturating_add(users.length());
    }
    Err(DomoError::new(
        Code::BadResponse,
        "The search for one e-mail address does not end: use getAllUsers or streamUsers on this instance",
    )
    .into())
}

fn with_email(users: &Array, wanted: &JsString) -> Option<JsValue> {
    users
        .iter()
        .find(|user| host::lower_case(&host::get(user, "emailAddress")) == *wanted)
}

/// Whether two users are one.
pub fn is_same(user: &JsValue, other: &JsValue) -> bool {
    let id = |user: &JsValue| host::get(user, "id");
    !id(user).is_undefined() && id(user) == id(other)
}

/// One page of a search, and whether there may be more.
pub async fn page(caller: &Caller, search: &Search, offset: u32) -> Result<(Array, bool), Failure> {
    let body = host::stringify(&to_js(&search.body(offset)));
    let answer = caller.send(&Request::search(), body.as_ref()).await?;
    let users = answer.users()?;
    let count = answer.incoming.body.json().map(|json| host::get(&json, "count"));
    let more = search.goes_on(offset, users.length(), count.and_then(|count| count.as_f64()));
    Ok((users, more))
}
