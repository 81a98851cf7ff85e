//! Delete User.

use wasm_bindgen::prelude::*;

use crate::http::request::Request;
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::response::Response;
use crate::wasm::errors::Error;

/// Deletes the user with this id.
pub async fn delete_user(context: &RequestContext, id: u64) -> Result<(), Error> {
    match context.send(&Request::delete_user(id), None).await {
        Err(error) if was_deleted_by_earlier_attempt(&error) => Ok(()),
        sent => check_is_one(&*sent?),
    }
}

/// Whether a DELETE got 404 after an attempt that may have deleted the user.
pub fn was_deleted_by_earlier_attempt(error: &Error) -> bool {
    matches!(error, Error::Failed(failed) if failed.state.may_have_applied && failed.error.status == Some(404))
}

fn check_is_one(response: &Response) -> Result<(), Error> {
    let body = &response.http.body;
    let is_one = |json: JsValue| json.as_f64() == Some(1.0);
    if body.is_empty() || body.json().is_some_and(is_one) {
        Ok(())
    } else {
        Err(response.unexpected("the number 1").into())
    }
}
