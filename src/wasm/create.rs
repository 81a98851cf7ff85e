//! A create, settled: what its own answer does not tell, a look-up by e-mail does.

use wasm_bindgen::prelude::*;

use super::call::{Caller, Sent};
use super::failure::{Failed, Failure, to_js};
use super::host;
use super::input;
use crate::create::{self, Doubt, Found, Verdict};
use crate::shown;
use crate::value::Value;

/// A failure that may be none.
pub type Doubtful = (Doubt, Box<Failed>);

/// The user, or why a look-up has to tell what became of the create.
pub fn created(sent: Sent, wanted: &Value) -> Result<Result<JsValue, Doubtful>, Failure> {
    let answer = match sent {
        Ok(answer) => answer,
        Err(Failure::Error(failed)) => {
            return match Doubt::of(&failed.error, failed.unsettled) {
                Some(doubt) => Ok(Err((doubt, failed))),
                None => Err(Failure::Error(failed)),
            };
        }
        Err(reason) => return Err(reason),
    };
    let is_another = |user: &JsValue| {
        let is = host::get(user, "emailAddress").as_string();
        is.is_some_and(|is| !shown::is_same_address(&is, wanted.field("emailAddress").text().unwrap_or_default()))
    };
    let user = answer.user().and_then(|user| match is_another(&user) {
        true => Err(answer.unexpected("the user who was to be created")),
        false => Ok(user),
    });
    match user {
        Ok(user) => Ok(Ok(user)),
        // A page, such as a log-in, comes from before the API: nothing happened.
        Err(error) if answer.is_page() => Err(error.into()),
        Err(error) => Ok(Err((Doubt::Unreadable, Box::new(error.into())))),
    }
}

/// Makes of a look-up what the caller of a create of `wanted` gets.
pub fn settled(
    caller: &Caller,
    wanted: &Value,
    (doubt, mut failed): Doubtful,
    looked_up: Result<JsValue, Failure>,
) -> Result<JsValue, Failure> {
    let (found, user) = match looked_up {
        Ok(user) => (Found::of(input::read(&user).as_ref(), wanted), user),
        Err(Failure::Error(look_up)) => {
            failed.is_cut |= look_up.is_cut;
            failed.is_rate_limited |= look_up.is_rate_limited;
            (Found::Unknown, JsValue::UNDEFINED)
        }
        Err(reason) => return Err(reason),
    };
    match create::verdict(doubt, found) {
        Verdict::Done => return Ok(user),
        Verdict::Conflict => {
            create::conflict(&mut failed.error, doubt);
            failed.existing = existing(caller, &user);
        }
        Verdict::Unknown => create::unknown(&mut failed.error, found),
        Verdict::Stands if doubt == Doubt::Unreadable => failed.error.message.push_str(create::UNREADABLE),
        Verdict::Stands => {}
    }
    Err(Failure::Error(failed))
}

/// A user as part of an error, which never holds the token.
pub fn existing(caller: &Caller, user: &JsValue) -> JsValue {
    let secrets = caller.secrets.borrow();
    let user = input::read(user).unwrap_or_default();
    to_js(&user.redacted(secrets.as_deref()))
}
