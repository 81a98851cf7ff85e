//! The options of `applyChanges` that other calls do not have.

use wasm_bindgen::prelude::*;

use crate::apply::journal::is_whole;
use crate::config::{LONGEST_TIMER_MS, limit};
use crate::error::Code;
use crate::faults::Faults;
use crate::js::failure::Failure;
use crate::js::host;
use crate::js::input::{given, only, unreadable};

/// Changes under way at a time, unless given.
const CONCURRENCY: u32 = 4;
/// More are a mistake.
const MOST_AT_A_TIME: u32 = 100;

/// Checked options.
pub struct ApplyOptions {
    /// Changes under way at a time.
    pub concurrency: u32,
    /// Told after each change; `undefined` where nobody wants to know.
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
    pub fn take(options: &JsValue) -> Result<Self, Failure> {
        let names = "concurrency,stopAfterFailures,deadlineMs,onProgress,journal,cursor";
        only(options, names)?;
        let read = host::fields(options, names).map_err(unreadable)?;
        let [concurrency, stop_after, deadline, on_progress, journal, cursor] =
            [0, 1, 2, 3, 4, 5].map(|at| read.get(at));
        let mut faults = Faults::default();
        let concurrency = faults.take(limit("concurrency", &given(&concurrency), 1, MOST_AT_A_TIME));
        let stop_after = faults.take(limit("stopAfterFailures", &given(&stop_after), 1, u32::MAX));
        let deadline = faults.take(limit("deadlineMs", &given(&deadline), 0, LONGEST_TIMER_MS));
        if !on_progress.is_undefined() && !on_progress.is_function() {
            faults.must("onProgress", "a function", &given(&on_progress));
        }
        let has = |name: &str| host::get(&journal, name).is_function();
        let is_journal = has("read") && has("append");
        if !journal.is_undefined() && !is_journal {
            faults.must(
                "journal",
                "an object with the functions read and append",
                &given(&journal),
            );
        }
        let is_cursor = cursor.is_null() || cursor.as_string().is_some_and(|text| is_whole(&text));
        if !cursor.is_undefined() && !journal.is_undefined() {
            faults.add("give a journal or a cursor, not both");
        } else if !cursor.is_undefined() && !is_cursor {
            faults.must(
                "cursor",
                "the whole text that the run before answered, or null",
                &given(&cursor),
            );
        }
        faults.settle(Code::InvalidInput)?;
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
