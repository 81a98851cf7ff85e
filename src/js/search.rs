//! Finding users by what is known of them.

use js_sys::{Array, JsString, Promise};
use wasm_bindgen::prelude::*;

use super::call::Caller;
use super::endpoint::settle;
use super::failure::{Failure, to_js};
use super::host;
use super::input::{Json, given, parts};
use crate::error::{Code, DomoError};
use crate::faults::must;
use crate::request::Request;
use crate::search::{Search, is_missing};
use crate::text::{find, join};
use crate::user::is_email;

/// One page of a search: `[users, whether there may be more]`. `before` is the page before it, `undefined` for the first.
#[wasm_bindgen(js_name = searchPage)]
pub fn search_page(domo: &JsValue, options: &JsValue, offset: u32, before: &JsValue) -> Promise {
    let ready = Caller::new(domo, options).and_then(|caller| {
        let asked = if options.is_undefined() {
            given(options)
        } else {
            Json::take("options", &plain(options)?)?.given
        };
        Ok((caller, Search::of(&asked)?))
    });
    let before = before.clone();
    settle(ready.map(|(caller, search)| -> super::endpoint::Work {
        Box::pin(async move {
            let (users, more) = page(&caller, &search, offset).await?;
            // An instance that does not know `offset` would give its first page for ever.
            if is_same(&users.get(0), &host::get(&before, "0")) {
                return Err(DomoError::new(
                    Code::BadResponse,
                    "The search answered the same page twice: this instance cannot page; use getAllUsers",
                )
                .into());
            }
            Ok(Array::of2(&users, &more.into()).into())
        })
    }))
}

/// What of the options is the search's own: a signal, for one, is no plain data.
fn plain(options: &JsValue) -> Result<JsValue, Failure> {
    const OWN: &str = "text,filters,sort,parts,attributes,includeDeleted,includeSupport,pageSize";
    let read = host::fields(options, OWN).map_err(super::input::unreadable)?;
    let own = js_sys::Object::new();
    for (name, value) in OWN.split(',').zip(read.iter()) {
        // Setting a field of our own fresh object cannot fail.
        let _ = js_sys::Reflect::set(&own, &name.into(), &value);
    }
    Ok(own.into())
}

fn is_same(user: &JsValue, other: &JsValue) -> bool {
    let id = |user: &JsValue| host::get(user, "id");
    !id(user).is_undefined() && id(user) == id(other)
}

async fn page(caller: &Caller, search: &Search, offset: u32) -> Result<(Array, bool), Failure> {
    let body = host::stringify(&to_js(&search.body(offset)));
    let answer = caller.send(&Request::search(), body.as_ref()).await?;
    let users = answer.users()?;
    let count = answer.incoming.body.json().map(|json| host::get(&json, "count"));
    let more = search.goes_on(offset, users.length(), count.and_then(|count| count.as_f64()));
    Ok((users, more))
}

/// The user with just this e-mail address, whatever its case; `undefined` where there is none.
#[wasm_bindgen(js_name = findUserByEmail)]
pub fn find_user_by_email(domo: &JsValue, email: &JsValue, options: &JsValue) -> Promise {
    let ready = Caller::new(domo, options).and_then(|caller| {
        let address = given(email);
        match address.text().map(str::trim) {
            Some(text) if is_email(text) => Ok((caller, text.to_owned(), parts(options)?)),
            _ => {
                let expected = "an e-mail address such as jane.doe@example.com";
                Err(DomoError::input(must("email", expected, &address)).into())
            }
        }
    });
    settle(ready.map(|(caller, email, parts)| -> super::endpoint::Work {
        Box::pin(async move {
            // Without one of these an answer shows no e-mail address.
            let parts = parts.map(
                |parts| match find(&parts, "SIMPLE").or(find(&parts, "DETAILED")).is_some() {
                    true => parts,
                    false => join(&[&parts, ",SIMPLE"]),
                },
            );
            let found = find_by_email(&caller, &email, parts.as_deref()).await?;
            Ok(found.unwrap_or(JsValue::UNDEFINED))
        })
    }))
}

/// The user with just this e-mail address, whatever its case; `None` where there is none. `parts` as the query wants them.
pub async fn find_by_email(caller: &Caller, email: &str, parts: Option<&str>) -> Result<Option<JsValue>, Failure> {
    let wanted = host::lower_case(&email.into());
    let search = Search::by_email(email, parts);
    let mut offset = 0;
    let mut first = JsValue::UNDEFINED;
    loop {
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
        offset = offset.saturating_add(search.page_size);
    }
}

fn with_email(users: &Array, wanted: &JsString) -> Option<JsValue> {
    users
        .iter()
        .find(|user| host::lower_case(&host::get(user, "emailAddress")) == *wanted)
}
