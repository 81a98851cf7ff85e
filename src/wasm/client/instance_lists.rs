//! What an instance lists beside its users: its roles, its attribute keys, and the owner of the token.

use wasm_bindgen::prelude::*;

use crate::client::attribute_keys::{AttributeKey, attribute_keys};
use crate::client::roles::Roles;
use crate::client::search::{Search, is_unsupported};
use crate::http::request::Request;
use crate::wasm::client::context::RequestContext;
use crate::wasm::convert::{deep_value, user_id};
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;

/// Returns the roles as the instance returned them.
pub async fn roles_json(context: &RequestContext) -> Result<JsValue, Error> {
    list(context, &Request::get_roles(), "an array of roles").await
}

/// Returns the roles.
pub async fn roles(context: &RequestContext) -> Result<Roles, Error> {
    let roles = roles_json(context).await?;
    Ok(Roles::of(&deep_value(&roles).unwrap_or_default()))
}

/// Returns `None` for what a plan can do without, if it cannot be known. Only an abort stays an error.
pub fn if_known<T>(found: Result<Option<T>, Error>) -> Result<Option<T>, Error> {
    match found {
        Err(Error::Failed(_)) => Ok(None),
        found => found,
    }
}

/// Returns the roles, or `None` if the instance does not list them for this token.
pub async fn roles_if_listed(context: &RequestContext) -> Result<Option<Roles>, Error> {
    if_available(roles(context).await)
}

/// Returns the attribute keys, or `None` if the instance does not list them for this token.
pub async fn keys_if_listed(context: &RequestContext) -> Result<Option<Vec<AttributeKey>>, Error> {
    let listed = if_available(list(context, &Request::get_attribute_keys(), "an array of keys").await)?;
    Ok(listed.map(|keys| attribute_keys(&deep_value(&keys).unwrap_or_default())))
}

/// Returns the id of the owner of the token, or `None` if the instance does not return it.
pub async fn own_id_if_known(context: &RequestContext) -> Result<Option<u64>, Error> {
    let response = if_available(context.send(&Request::get_own_user(), None).await)?;
    Ok(response.and_then(|response| user_id(&response.http.body.json()?)))
}

/// Returns the number of users that a search counts, or `None` if the response has no number.
pub async fn user_count(context: &RequestContext) -> Result<Option<u64>, Error> {
    let body = JsonBody::from(Search::all().body(0));
    let page = context.send(&Request::search(), Some(&body.text)).await?.user_page()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a wrong number becomes a small one
    Ok(page.count.map(|count| count as u64))
}

async fn list(context: &RequestContext, request: &Request, promised: &str) -> Result<JsValue, Error> {
    let response = context.send(request, None).await?;
    let json = response.http.body.json().filter(host::is_array);
    Ok(json.ok_or_else(|| response.unexpected(promised))?)
}

/// Returns `None` for an endpoint that the instance does not have, or that the token may not use.
fn if_available<T>(sent: Result<T, Error>) -> Result<Option<T>, Error> {
    match sent {
        Err(Error::Failed(failed)) if is_unsupported(failed.error.status) => Ok(None),
        sent => sent.map(Some),
    }
}
