//! One page of a search.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::client::search::Search;
use crate::error::{Code, DomoError};
use crate::http::request::Request;
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::find_by_email::is_same_user;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;

/// Returns `[users, whether there may be more]` from an offset on. `previous` is the page before, `undefined` for the first page.
pub async fn search_page(
    context: RequestContext,
    search: Search,
    offset: u32,
    previous: JsValue,
) -> Result<JsValue, Error> {
    let body = JsonBody::from(search.body(offset));
    let response = context.send(&Request::search(), Some(&body.text)).await?;
    let page = response.user_page()?;
    // An instance that ignores `offset` would return its first page for ever.
    if is_same_user(&page.users.get(0), &host::get(&previous, "0")) {
        return Err(response
            .complete(DomoError::new(
                Code::BadResponse,
                "The search returned the same page twice, so this instance does not support pages: use getAllUsers",
            ))
            .into());
    }
    let has_more = search.has_next_page(offset, page.users.length(), page.count);
    Ok(Array::of2(&page.users, &has_more.into()).into())
}
