//! A create, settled: what its own answer does not tell, a look-up by e-mail does.

use wasm_bindgen::prelude::*;

use super::call::{Caller, Sent};
use super::failure::{Failed, Failure, to_js};
use super::input;
use super::look_up::find_by_email;
use crate::create::{self, Doubt, Found, Verdict};
use crate::given::Given;

/// Makes of the answer to a create of `wanted`, or of its failure, what the caller gets.
pub async fn settle(caller: &Caller, wanted: &Given, sent: Sent) -> Result<JsValue, Failure> {
    let (doubt, mut failed) = match sent.map(|answer| answer.user().map_err(|error| (error, answer.is_page()))) {
        Ok(Ok(user)) => return Ok(user),
        // A page, such as a log-in, comes from before the API: nothing happened.
        Ok(Err((error, true))) => return Err(error.into()),
        Ok(Err((error, false))) => (Doubt::Unreadable, Box::new(Failed::from(error))),
        Err(Failure::Error(failed)) => match Doubt::of(&failed.error, failed.unsettled) {
            Some(doubt) => (doubt, failed),
            None => return Err(Failure::Error(failed)),
        },
        Err(reason) => return Err(reason),
    };
    let email = wanted.field("emailAddress").text().unwrap_or_default();
    let looked_up = match find_by_email(caller, email, None).await {
        Err(Failure::Reason(reason)) => return Err(Failure::Reason(reason)),
        other => other.ok(),
    };
    let found = match &looked_up {
        Some(user) => Found::of(input::read(user).as_ref(), wanted),
        None => Found::Unknown,
    };
    match create::verdict(doubt, found) {
        Verdict::Done => return Ok(looked_up.unwrap_or_default()),
        Verdict::Conflict => {
            create::conflict(&mut failed.error, doubt);
            failed.existing = existing(caller, &looked_up.unwrap_or_default());
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
