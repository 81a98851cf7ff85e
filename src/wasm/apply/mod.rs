//! Applying a plan: many calls, each on its own, whatever becomes of the others.
//!
//! `options` are taken and checked; the `run` starts what may start, phase by phase; `work` makes the calls of one change, each of them a
//! `step`, and `journal` keeps what was begun and what was done.

mod executor;
mod journal;
mod options;
mod step;
mod work;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::apply::change;
use crate::wasm::context::RequestContext;
use crate::wasm::endpoint::{Work, settle};
use crate::wasm::input::JsonBody;
use executor::Executor;
use options::ApplyOptions;

/// Applies a list of changes, or a plan; the promise resolves with what became of each.
#[wasm_bindgen(js_name = applyChanges)]
pub fn apply_changes(domo: &JsValue, changes: &JsValue, options: &JsValue) -> Promise {
    let ready = RequestContext::new(domo, options).and_then(|caller| {
        let options = ApplyOptions::take(options)?;
        let changes = change::parse_changes(&JsonBody::take_users("changes", changes)?.given)?;
        Ok((caller, options, changes))
    });
    settle(ready.map(|(caller, options, changes)| -> Work {
        Box::pin(Executor::new(caller, options, changes).carry_out_all())
    }))
}
