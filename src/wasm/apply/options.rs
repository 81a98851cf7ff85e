//! The options of `applyChanges` that other calls do not have.

use wasm_bindgen::prelude::*;

use crate::apply::journal::is_complete;
use crate::config::LONGEST_TIMER_MS;
use crate::error::DomoError;
use crate::wasm::host;
use crate::wasm::option_reader::OptionReader;

/// Changes under way at a time, unless given.
const CONCURRENCY: u32 = 4;
/// More are a mistake.
const MOST_AT_A_TIME: u32 = 100;

/// Checked options.
pub struct ApplyOptions {
    /// Changes under way at a time.
    pub concurrency: u32,
    /// Called after each change; `undefined` where nobody wants to know.
    pub on_progress: JsValue,
    /// With so many failures, nothing more is started.
    pub stop_after: u32,
    /// So long the run may take, in milliseconds.
    pub deadline_ms: f64,
    /// `{read, append}`; `undefined` where there is none.
    pub journal: JsValue,
    /// In place of a journal: what the run before answered, `null` for the first; `undefined` where none is wanted.
    pub cursor: JsValue,
}

impl ApplyOptions {
    /// Checks them; every fault is told.
    pub fn take(options: &JsValue) -> Result<Self, DomoError> {
        let mut asked = OptionReader::options(
            options,
            "concurrency,stopAfterFailures,deadlineMs,onProgress,journal,cursor",
        )?;
        let concurrency = asked.limit("concurrency", 1, MOST_AT_A_TIME);
        let stop_after = asked.limit("stopAfterFailures", 1, u32::MAX);
        let deadline = asked.limit("deadlineMs", 0, LONGEST_TIMER_MS);
        let on_progress = asked.function("onProgress");
        let is_journal = |journal: &JsValue| {
            let has = |name: &str| host::get(journal, name).is_function();
            has("read") && has("append")
        };
        let journal = asked.checked("journal", "an object with the functions read and append", is_journal);
        let cursor = if !journal.is_undefined() {
            asked.get("cursor")
        } else if host::has_own(options, "cursor") && asked.get("cursor").is_undefined() {
            JsValue::NULL // of `{cursor: event.cursor}`, where the first event has none
        } else {
            let is_cursor =
                |cursor: &JsValue| cursor.is_null() || cursor.as_string().is_some_and(|text| is_complete(&text));
            let expected = "the complete string that the previous run returned, or null";
            asked.checked("cursor", expected, is_cursor)
        };
        if !cursor.is_undefined() && !journal.is_undefined() {
            asked.errors.push("give a journal or a cursor, not both");
        }
        asked.settle()?;
        Ok(Self {
            concurrency: concurrency.unwrap_or(CONCURRENCY),
            on_progress,
            stop_after: stop_after.unwrap_or(u32::MAX),
            deadline_ms: deadline.map_or(f64::INFINITY, f64::from),
            journal,
            cursor,
        })
    }
}
