//! The options of `applyChanges` beside those of every call.

use wasm_bindgen::prelude::*;

use crate::apply::journal::is_complete;
use crate::config::LONGEST_TIMER_MS;
use crate::error::{Code, DomoError};
use crate::wasm::host;
use crate::wasm::options::OptionReader;

/// The number of changes in progress at a time, unless the option says otherwise.
const CONCURRENCY: u32 = 4;
/// More changes at a time are refused as a mistake.
const MAX_CONCURRENCY: u32 = 100;

/// Checked options.
pub struct ApplyOptions {
    /// The most changes in progress at a time.
    pub concurrency: u32,
    /// Called after each change.
    pub on_progress: Option<JsValue>,
    /// Called while the users of the instance are read.
    pub on_read: Option<JsValue>,
    /// After this many failures, no further change is started.
    pub stop_after_failures: Option<u32>,
    /// How long the run may take, in milliseconds.
    pub deadline_ms: Option<u32>,
    /// Whether a change is refused if its user is no longer as it was when the plan was made.
    pub refuse_stale: bool,
    /// How a later run can continue where this run ends.
    pub resume_by: ResumeBy,
}

/// How a later run can continue where this run ends.
pub enum ResumeBy {
    /// A later run cannot continue.
    Nothing,
    /// The caller has passed a journal, an object with the functions `read` and `append`.
    Journal(JsValue),
    /// The run returns a cursor. The value is the cursor of the run before, or `null` for the first run.
    Cursor(JsValue),
}

impl ApplyOptions {
    /// Reads and checks the options.
    ///
    /// # Errors
    /// `INVALID_INPUT` with all errors.
    pub fn read(options: &JsValue) -> Result<Self, DomoError> {
        let mut reader = OptionReader::new(options, Code::InvalidInput);
        let read = Self {
            concurrency: reader.integer("concurrency", 1, MAX_CONCURRENCY).unwrap_or(CONCURRENCY),
            stop_after_failures: reader.integer("stopAfterFailures", 1, u32::MAX),
            deadline_ms: reader.integer("deadlineMs", 0, LONGEST_TIMER_MS),
            on_progress: reader.function("onProgress"),
            on_read: reader.function("onRead"),
            refuse_stale: reader.is_second("stale", &["apply", "refuse"]),
            // `{cursor: event.cursor}` is the first run if the event has no cursor.
            resume_by: read_resume_by(&mut reader, host::has_own(options, "cursor")),
        };
        reader.finish_call()?;
        Ok(read)
    }
}

fn read_resume_by(reader: &mut OptionReader<'_>, has_cursor: bool) -> ResumeBy {
    let is_journal = |journal: &JsValue| {
        let has = |name: &str| host::get(journal, name).is_function();
        has("read") && has("append")
    };
    let journal = reader.checked("journal", "an object with the functions read and append", is_journal);
    let cursor = reader.get("cursor");
    if journal.is_given() {
        if cursor.is_given() {
            reader.errors.push("give a journal or a cursor, not both");
        }
        return ResumeBy::Journal(journal.value);
    }
    if !cursor.is_given() {
        return match has_cursor {
            true => ResumeBy::Cursor(JsValue::NULL),
            false => ResumeBy::Nothing,
        };
    }
    let is_cursor = |cursor: &JsValue| cursor.is_null() || cursor.as_string().is_some_and(|text| is_complete(&text));
    reader.check(
        &cursor,
        "the complete string that the previous run returned, or null",
        is_cursor,
    );
    ResumeBy::Cursor(cursor.value)
}
