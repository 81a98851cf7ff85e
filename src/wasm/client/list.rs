//! Get All Users.

use wasm_bindgen::prelude::*;

use crate::client::parts::Parts;
use crate::http::request::Request;
use crate::wasm::client::context::RequestContext;
use crate::wasm::errors::Error;

/// Returns all users of the instance.
pub async fn get_all_users(context: RequestContext, parts: Option<Parts>) -> Result<JsValue, Error> {
    let response = context.send(&Request::get_users(parts.as_ref()), None).await?;
    Ok(response.users()?.into())
}
