//! Create User. If the response does not show whether the user was created, the user is looked up by e-mail address, and the create is not sent again.

use wasm_bindgen::prelude::*;

use crate::client::create::{self, Ambiguity, EmailOwner, Resolution};
use crate::client::update_check::is_same_address;
use crate::http::request::Request;
use crate::value::Value;
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::find_by_email::{LookUp, find_by_email};
use crate::wasm::client::response::Response;
use crate::wasm::convert::{deep_value, to_js};
use crate::wasm::errors::{Error, FailedCall};
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;

/// A create whose response does not show whether the user was created.
struct AmbiguousCreate {
    ambiguity: Ambiguity,
    failed: Box<FailedCall>,
}

enum Created {
    User(JsValue),
    Ambiguous(AmbiguousCreate),
}

/// Creates a user, and returns it.
pub async fn create_user(context: &RequestContext, user: &JsonBody) -> Result<JsValue, Error> {
    let sent = context.send(&Request::create_user(), Some(&user.text)).await;
    let email = user.value.field("emailAddress").as_str().unwrap_or_default();
    let ambiguous = match created_user(sent, email)? {
        Created::User(user) => return Ok(user),
        Created::Ambiguous(ambiguous) => ambiguous,
    };
    let mut look_up = LookUp::after_create(email);
    let found = loop {
        let found = find_by_email(context, &look_up).await;
        // If nobody has an address that is taken, a deleted user may have it. A 400 may have another reason.
        if look_up.includes_deleted || ambiguous.failed.error.status != Some(409) || !matches!(found, Ok(None)) {
            break found;
        }
        look_up.includes_deleted = true;
    };
    resolve(context, &user.value, ambiguous, found, look_up.includes_deleted)
}

fn created_user(sent: Result<Box<Response>, Error>, email: &str) -> Result<Created, Error> {
    let response = match sent {
        Ok(response) => response,
        Err(Error::Failed(failed)) => {
            return match Ambiguity::of(&failed.error, failed.state.may_have_applied) {
                Some(ambiguity) => Ok(Created::Ambiguous(AmbiguousCreate { ambiguity, failed })),
                None => Err(Error::Failed(failed)),
            };
        }
        Err(aborted) => return Err(aborted),
    };
    let is_other = |user: &JsValue| {
        let address = host::get(user, "emailAddress").as_string();
        address.is_some_and(|address| !is_same_address(&address, email))
    };
    let user = response.user().and_then(|user| match is_other(&user) {
        true => Err(response.unexpected("the user who was to be created")),
        false => Ok(user),
    });
    match user {
        Ok(user) => Ok(Created::User(user)),
        // A web page, such as a log-in page, does not come from the API: nothing was created.
        Err(error) if response.is_html() => Err(error.into()),
        Err(error) => Ok(Created::Ambiguous(AmbiguousCreate {
            ambiguity: Ambiguity::InvalidResponse,
            failed: Box::new(error.into()),
        })),
    }
}

/// Returns the user whom a look-up has found, if the create made it; else the error. If the look-up was one that `includes_deleted`, the user is deleted.
fn resolve(
    context: &RequestContext,
    desired: &Value,
    AmbiguousCreate { ambiguity, mut failed }: AmbiguousCreate,
    found: Result<Option<JsValue>, Error>,
    includes_deleted: bool,
) -> Result<JsValue, Error> {
    let mut existing = JsValue::UNDEFINED;
    let owner = match found {
        Ok(None) => EmailOwner::Nobody,
        Ok(Some(user)) if includes_deleted => {
            create::set_conflict(&mut failed.error, ambiguity, true);
            failed.existing = redacted(context, &user);
            failed.is_existing_deleted = true;
            return Err(Error::Failed(failed));
        }
        Ok(Some(user)) => {
            let owner = EmailOwner::of(deep_value(&user).as_ref(), desired);
            existing = user;
            owner
        }
        Err(Error::Failed(look_up)) => {
            failed.state.interrupted |= look_up.state.interrupted;
            failed.state.is_rate_limited |= look_up.state.is_rate_limited;
            EmailOwner::Unknown
        }
        Err(aborted) => return Err(aborted),
    };
    match create::resolve(ambiguity, owner) {
        Resolution::Created => return Ok(existing),
        Resolution::Conflict => {
            create::set_conflict(&mut failed.error, ambiguity, false);
            failed.existing = redacted(context, &existing);
        }
        Resolution::OutcomeUnknown => create::set_outcome_unknown(&mut failed.error, owner),
        Resolution::OriginalError if ambiguity == Ambiguity::InvalidResponse => {
            failed.error.message.push_str(create::OUTCOME_NOTE)
        }
        Resolution::OriginalError => {}
    }
    Err(Error::Failed(failed))
}

/// Returns a user without the tokens that this call has sent, as part of an error.
pub fn redacted(context: &RequestContext, user: &JsValue) -> JsValue {
    let user = deep_value(user).unwrap_or_default();
    to_js(&user.redacted(&context.redactor.borrow()))
}
