//! Update User. Some instances ignore fields at the top level of the body: if the response does not show all top-level fields, the update is sent once more,
//! with the fields as attributes. If the response has no body (204), the user is read.

use wasm_bindgen::prelude::*;

use crate::client::parts::Part;
use crate::client::update_check::{self, Mismatch};
use crate::error::{Code, DomoError};
use crate::http::request::Request;
use crate::value::Value;
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::get::{get_user, unknown_id};
use crate::wasm::client::response::Response;
use crate::wasm::convert::changed_fields;
use crate::wasm::errors::Error;
use crate::wasm::json_body::JsonBody;

/// Changes a user, and returns the user as the instance shows it afterwards.
pub async fn update_user(context: &RequestContext, id: u64, changes: &JsonBody) -> Result<JsValue, Error> {
    let request = Request::update_user(id);
    let mut as_attributes = None;
    loop {
        let body = as_attributes.as_ref().unwrap_or(changes);
        let response = match context.send(&request, Some(&body.text)).await {
            Err(Error::Failed(mut failed)) if as_attributes.is_some() => {
                failed.error.message.push_str(AFTER_FIRST_FORM);
                failed.state.may_have_applied = true;
                return Err(Error::Failed(failed));
            }
            sent => sent?,
        };
        let user = match response.http.status {
            204 => get_user(context, id, Some(&Part::Detailed.into())).await?,
            _ => updated_user(&response)?,
        };
        let fields = changed_fields(&user, &changes.value);
        if as_attributes.is_some() || update_check::reflects(&changes.value, &fields) {
            check_changes(&response, &fields, &changes.value)?;
            return Ok(user);
        }
        as_attributes = Some(JsonBody::from(update_check::as_attributes_body(&changes.value)));
    }
}

/// Appended to the error of the second request of an update. That request may not have been sent.
const AFTER_FIRST_FORM: &str = ". This concerns the second request of the update: the response to the first did not show the new values, but the first may have changed some of them";

/// Returns the user of a response; `NOT_FOUND` if the response is an empty list.
fn updated_user(response: &Response) -> Result<JsValue, DomoError> {
    response.user().map_err(|error| match response.users() {
        Ok(users) if users.length() == 0 => unknown_id(response),
        _ => error,
    })
}

fn check_changes(response: &Response, user: &Value, changes: &Value) -> Result<(), DomoError> {
    match update_check::mismatch(changes, user) {
        None => Ok(()),
        Some(Mismatch { field, current }) => {
            let current = current.clone().redacted(&response.redactor).describe();
            Err(response.complete(DomoError::new(
                Code::BadResponse,
                format!(
                    "The instance accepted the update but still shows {field} as {current}. Read the user, then try again"
                ),
            )))
        }
    }
}
