//! The functions that make a plan readable, or undo it. They send nothing and return their result directly.

use wasm_bindgen::prelude::*;

use crate::error::Code;
use crate::review::format::{MAX_CHANGES, format_plan as format};
use crate::review::undo::undo_plan as undo;
use crate::wasm::convert::to_js;
use crate::wasm::errors::Error;
use crate::wasm::json_body::JsonBody;
use crate::wasm::options::OptionReader;

/// Returns a plan as text for people.
#[wasm_bindgen(js_name = formatPlan)]
pub fn format_plan(plan: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    formatted(plan, options).map_err(Error::into_js)
}

fn formatted(plan: &JsValue, options: &JsValue) -> Result<JsValue, Error> {
    let mut reader = OptionReader::new(options, Code::InvalidInput);
    let color = reader.flag("color");
    let max_changes = reader.integer("maxChanges", 0, u32::MAX).unwrap_or(MAX_CHANGES);
    reader.finish_options()?;
    let plan = JsonBody::copy_users("plan", plan)?.value;
    Ok(format(&plan, color, max_changes)?.into())
}

/// Returns the plan that undoes what a result says was done.
#[wasm_bindgen(js_name = undoPlan)]
pub fn undo_plan(plan: &JsValue, result: &JsValue) -> Result<JsValue, JsValue> {
    let undone = || -> Result<JsValue, Error> {
        let plan = JsonBody::copy_users("plan", plan)?.value;
        let result = JsonBody::copy("result", result)?.value;
        Ok(to_js(&undo(&plan, &result)?))
    };
    undone().map_err(Error::into_js)
}
