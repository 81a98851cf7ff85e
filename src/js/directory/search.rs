//! `searchUsers`, page after page, and `findUserByEmail`.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::faults::must;
use crate::js::call::Caller;
use crate::js::endpoint::{Work, settle};
use crate::js::failure::Failure;
use crate::js::host;
use crate::js::input::{Json, given, only, parts, unreadable};
use crate::js::look_up::{find_by_email, is_same, page};
use crate::search::Search;
use crate::text::{find, join};
use crate::user::is_email;

/// One page of a search: `[users, whether there may be more]`. `before` is the page before it, `undefined` for the first.
#[wasm_bindgen(js_name = searchPage)]
pub fn search_page(domo: &JsValue, options: &JsValue, offset: u32, before: &JsValue) -> Promise {
    let ready = Caller::new(domo, options).and_then(|caller| {
        let asked = if options.is_undefined() {
            given(options)
        } else {
            only(options, OWN)?;
            Json::take("options", &plain(options)?)?.given
        };
        Ok((caller, Search::of(&asked)?))
    });
    let before = before.clone();
    settle(ready.map(|(caller, search)| -> Work {
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

/// The options of the search's own.
const OWN: &str = "text,filters,sort,parts,attributes,includeDeleted,includeSupport,pageSize";

/// What of the options is the search's own: a signal, for one, is no plain data.
fn plain(options: &JsValue) -> Result<JsValue, Failure> {
    let read = host::fields(options, OWN).map_err(unreadable)?;
    let own = Object::new();
    for (name, value) in OWN.split(',').zip(read.iter()) {
        // Setting a field of our own fresh object cannot fail.
        let _ = Reflect::set(&own, &name.into(), &value);
    }
    Ok(own.into())
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
    settle(ready.map(|(caller, email, parts)| -> Work {
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
