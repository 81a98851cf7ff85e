//! A create, settled: what its own answer does not tell, a look-up by e-mail does.

use wasm_bindgen::prelude::*;

use crate::client::create;
use crate::client::create::{Ambiguity, EmailOwner, Resolution};
use crate::client::update_check;
use crate::value::Value;
use crate::wasm::context::{RequestContext, Sent};
use crate::wasm::failure::{Failed, Failure, to_js};
use crate::wasm::host;
use crate::wasm::input;

/// A failure that may be none.
pub type AmbiguousCreate = (Ambiguity, Box<Failed>);

/// The user, or why a look-up has to tell what became of the create.
pub fn created(sent: Sent, wanted: &Value) -> Result<Result<JsValue, AmbiguousCreate>, Failure> {
    let answer = match sent {
        Ok(answer) => answer,
        Err(Failure::Error(failed)) => {
            return match Ambiguity::of(&failed.error, failed.may_have_applied) {
                Some(doubt) => Ok(Err((doubt, failed))),
                None => Err(Failure::Error(failed)),
            };
        }
        Err(reason) => return Err(reason),
    };
    let is_another = |user: &JsValue| {
        let is = host::get(user, "emailAddress").as_string();
        is.is_some_and(|is| {
            !update_check::is_same_address(&is, wanted.field("emailAddress").as_str().unwrap_or_default())
        })
    };
    let user = answer.user().and_then(|user| match is_another(&user) {
        true => Err(answer.unexpected("the user who was to be created")),
        false => Ok(user),
    });
    match user {
        Ok(user) => Ok(Ok(user)),
        // A page, such as a log-in, comes from before the API: nothing happened.
        Err(error) if answer.is_page() => Err(error.into()),
        Err(error) => Ok(Err((Ambiguity::InvalidResponse, Box::new(error.into())))),
    }
}

/// Makes of a look-up what the caller of a create of `wanted` gets.
pub fn settled(
    caller: &RequestContext,
    wanted: &Value,
    (doubt, mut failed): AmbiguousCreate,
    looked_up: Result<JsValue, Failure>,
) -> Result<JsValue, Failure> {
    let (found, user) = match looked_up {
        Ok(user) => (EmailOwner::of(input::read(&user).as_ref(), wanted), user),
        Err(Failure::Error(look_up)) => {
            failed.interrupted |= look_up.interrupted;
            failed.is_rate_limited |= look_up.is_rate_limited;
            (EmailOwner::Unknown, JsValue::UNDEFINED)
        }
        Err(reason) => return Err(reason),
    };
    match create::resolve(doubt, found) {
        Resolution::Created => return Ok(user),
        Resolution::Conflict => {
            create::set_conflict(&mut failed.error, doubt);
            failed.existing = existing(caller, &user);
        }
        Resolution::OutcomeUnknown => create::set_outcome_unknown(&mut failed.error, found),
        Resolution::OriginalError if doubt == Ambiguity::InvalidResponse => {
            failed.error.message.push_str(create::OUTCOME_NOTE)
        }
        Resolution::OriginalError => {}
    }
    Err(Failure::Error(failed))
}

/// A user as part of an error, which never holds the token.
pub fn existing(caller: &RequestContext, user: &JsValue) -> JsValue {
    let secrets = caller.secrets.borrow();
    let user = input::read(user).unwrap_or_default();
    to_js(&user.redacted(secrets.as_deref()))
}
