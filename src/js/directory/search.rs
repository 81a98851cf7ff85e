//! `searchUsers`, page after page.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::js::call::Caller;
use crate::js::endpoint::{Work, settle};
use crate::js::failure::Failure;
use crate::js::host;
use crate::js::input::{Json, given, only, unreadable};
use crate::js::look_up::{is_same, page};
use crate::search::Search;

/// One page of a search: `[users, whether there may be more]`. `before` is the page before it, `undefined` for the first.
#[wasm_bindgen(js_name = searchPage)]
pub fn search_page(domo: &JsValue, options: &JsValue, offset: u32, before: &JsValue, left: &JsValue) -> Promise {
    let ready = Caller::new(domo, options).and_then(|mut caller| {
        let asked = if options.is_undefined() {
            given(options)
        } else {
            only(options, OWN)?;
            Json::take("options", &plain(options)?)?.given
        };
        caller.options.signal = caller.options.signal.or(left);
        Ok((caller, Search::of(&asked)?))
    });
    let before = before.clone();
    settle(ready.map(|(caller, search)| -> Work {
        Box::pin(async move {
            let (users, more) = page(&caller, &search, offset).await?;
            // An instance that does not know `offset` would give its first page for ever.
            if is_same(&users.get(0), &host::get(&before, "0")) {
                return Err(DomoError::new(
                    Code::BadResponse,
                    "The search answered the same page twice: this instance cannot page; use getAllUsers",
                )
                .into());
            }
            Ok(Array::of2(&users, &more.into()).into())
        })
    }))
}

/// The options of the search's own.
const OWN: &str = "text,filters,sort,parts,attributes,includeDeleted,includeSupport,pageSize";

/// What of the options is the search's own: a signal, for one, is no plain data.
fn plain(options: &JsValue) -> Result<JsValue, Failure> {
    let read = host::fields(options, OWN).map_err(unreadable)?;
    Ok(host::record(OWN, &read))
}
