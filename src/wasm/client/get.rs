//! Get User by ID.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[cfg(feature = "directory")]
use crate::client::parts::Part;
use crate::client::parts::Parts;
use crate::error::{Code, DomoError};
use crate::http::request::Request;
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::response::Response;
use crate::wasm::convert::user_id;
use crate::wasm::errors::Error;
use crate::wasm::host;

/// Returns the user with this id.
pub async fn get_user(context: &RequestContext, id: u64, parts: Option<&Parts>) -> Result<JsValue, Error> {
    let response = context.send(&Request::get_user(id, parts), None).await?;
    Ok(user_with_id(&response, id)?)
}

/// Returns the user with this id; `None` if there is no such user.
#[cfg(feature = "directory")]
pub async fn find_user(context: &RequestContext, id: u64, part: Part) -> Result<Option<JsValue>, Error> {
    match get_user(context, id, Some(&part.into())).await {
        Err(Error::Failed(failed)) if failed.error.code == Code::NotFound => Ok(None),
        user => user.map(Some),
    }
}

fn user_with_id(response: &Response, id: u64) -> Result<JsValue, DomoError> {
    let users = match response.users() {
        Err(_) if response.http.body.is_empty() => Array::new(),
        users => users?,
    };
    // A single user is the one that the path names, even if the response shows its id in another form.
    let is_only = users.length() == 1;
    for user in users.iter() {
        let has_id = user_id(&user) == Some(id);
        if has_id || (is_only && host::is_user(&user)) {
            return Ok(user);
        }
    }
    Err(match users.length() {
        0 => unknown_id(response),
        _ => response.unexpected("{users: [user]} with the user of that id"),
    })
}

/// Returns the error for a 200 without a user: some instances respond so if they do not know the id.
pub fn unknown_id(response: &Response) -> DomoError {
    response.complete(DomoError::new(
        Code::NotFound,
        "No user has this id: the instance returned 200 without a user. Check the id",
    ))
}
