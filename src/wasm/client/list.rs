//! Get All Users.

use js_sys::Array;

use crate::client::parts::Parts;
use crate::http::request::Request;
use crate::wasm::client::context::RequestContext;
use crate::wasm::errors::Error;

/// Returns all users of the instance.
pub async fn get_all_users(context: &RequestContext, parts: Option<&Parts>) -> Result<Array, Error> {
    let response = context.send(&Request::get_users(parts), None).await?;
    Ok(response.users()?)
}
