//! `searchUsers`, page after page.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::client::search::Search;
use crate::http::request::Request;
use crate::wasm::context::RequestContext;
use crate::wasm::endpoint::{ResponseKind, perform_with};
use crate::wasm::input::JsonBody;
use crate::wasm::option_reader::OptionReader;

/// One page of a search: `[users, whether there may be more]`. `before` is the page before it, `undefined` for the first.
#[wasm_bindgen(js_name = searchPage)]
pub fn search_page(domo: &JsValue, options: &JsValue, offset: u32, before: &JsValue, left: &JsValue) -> Promise {
    let caller = RequestContext::new(domo, options).map(|mut caller| {
        caller.options.signal = caller.options.signal.or(left);
        caller
    });
    perform_with(caller, &|| {
        // A signal, for one, is no plain data.
        let own = OptionReader::options(options, OWN)?.record();
        let search = Search::from_options(&JsonBody::take("options", &own)?.given)?;
        let body = JsonBody::of(search.body(offset));
        let promised = ResponseKind::Page(Box::new(search), offset, before.clone());
        Ok((Request::search(), Some(body), promised))
    })
}

/// The options of the search's own.
const OWN: &str = "text,filters,sort,parts,attributes,includeDeleted,includeSupport,pageSize";
