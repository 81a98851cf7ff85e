//! The journal of a run: read once, then written line by line, before and after each step.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::apply::journal::{Journal, StepStatus};
use crate::apply::steps::Step;
use crate::config::LONGEST_TIMER_MS;
use crate::error::DomoError;
use crate::excerpt::excerpt;
use crate::wasm::apply::options::ResumeBy;
use crate::wasm::errors::Error;
use crate::wasm::host::{self, Thrown};
use crate::wasm::wait::{Signal, WaitError, wait_for};

/// What is known of the steps of a run and of the runs before it.
pub struct RunJournal {
    resume_by: ResumeBy,
    steps: RefCell<Journal>,
    /// Whether a line could not be written: then no step may begin any more.
    is_broken: Cell<bool>,
    /// Whether the caller's journal was not read: then nothing is known of earlier runs.
    is_unread: Cell<bool>,
}

/// How long the run waits for the caller's journal.
pub struct JournalLimits {
    /// Ends the wait.
    pub signal: Signal,
    /// The time until the run's deadline, in milliseconds.
    pub left_ms: f64,
    /// The limit for a response of the instance, in milliseconds, which is the journal's limit too; 0 for no limit.
    pub timeout_ms: u32,
}

impl RunJournal {
    /// Creates a journal that has not been read yet.
    pub fn new(resume_by: ResumeBy, steps: Journal) -> Self {
        Self {
            is_unread: Cell::new(matches!(resume_by, ResumeBy::Journal(_))),
            resume_by,
            steps: RefCell::new(steps),
            is_broken: Cell::new(false),
        }
    }

    /// Whether the caller has passed a journal.
    pub fn is_callers(&self) -> bool {
        matches!(self.resume_by, ResumeBy::Journal(_))
    }

    /// Whether a line could not be read or written.
    pub fn is_broken(&self) -> bool {
        self.is_broken.get()
    }

    /// Reads what earlier runs wrote, or the cursor, and returns the lines that open this run.
    pub async fn read(&self, limits: &JournalLimits) -> Result<Vec<String>, Error> {
        let journal = match &self.resume_by {
            ResumeBy::Nothing => return Ok(Vec::new()),
            ResumeBy::Cursor(cursor) => {
                let cursor = cursor.as_string().unwrap_or_default();
                self.steps.borrow_mut().read_cursor(&cursor)?;
                return Ok(Vec::new());
            }
            ResumeBy::Journal(journal) => journal,
        };
        let lines = self.call("read", host::journal_lines(journal), limits).await?;
        let mut steps = self.steps.borrow_mut();
        for line in lines.unchecked_into::<Array>().iter() {
            steps.read(&host::to_text(&line))?;
        }
        self.is_unread.set(false);
        Ok(steps.opening_lines())
    }

    /// Writes a line to the caller's journal. Without one, does nothing.
    pub async fn append(&self, line: &str, limits: &JournalLimits) -> Result<(), Error> {
        if let ResumeBy::Journal(journal) = &self.resume_by {
            let returned = host::call_method(journal, "append", &Array::of1(&line.into()));
            self.call("append", returned, limits).await?;
        }
        Ok(())
    }

    /// Keeps a line for the cursor of the next run. Without a cursor, does nothing.
    pub fn keep_for_cursor(&self, line: &str) {
        if let ResumeBy::Cursor(_) = &self.resume_by {
            self.keep(line);
        }
    }

    /// Keeps a line of this run in memory.
    pub fn keep(&self, line: &str) {
        // A line of this run belongs to its plan, so it cannot be refused.
        let _ = self.steps.borrow_mut().read(line);
    }

    /// Returns how far a step came in earlier runs.
    pub fn status(&self, index: u32, step: Step) -> StepStatus {
        self.steps.borrow().status(index, step)
    }

    /// Whether earlier runs have worked on a change.
    pub fn knows(&self, index: u32) -> bool {
        self.steps.borrow().has_entries(index)
    }

    /// Whether an earlier run may have carried out a change that is not known to be done.
    pub fn may_be_done(&self, index: u32) -> bool {
        self.is_unread.get() || self.steps.borrow().is_unfinished(index)
    }

    /// Returns the cursor for the next run; `None` if the caller uses no cursor.
    pub fn cursor(&self) -> Option<String> {
        matches!(self.resume_by, ResumeBy::Cursor(_)).then(|| self.steps.borrow().cursor())
    }

    async fn call(
        &self,
        method: &str,
        returned: Result<JsValue, JsValue>,
        limits: &JournalLimits,
    ) -> Result<JsValue, Error> {
        let result = wait_for_journal(method, returned, limits).await;
        if result.is_err() {
            self.is_broken.set(true);
        }
        result
    }
}

async fn wait_for_journal(
    method: &str,
    returned: Result<JsValue, JsValue>,
    limits: &JournalLimits,
) -> Result<JsValue, Error> {
    let own_limit_ms = match limits.timeout_ms {
        0 => f64::INFINITY,
        ms => f64::from(ms),
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
    let limit_ms = match limits.left_ms.min(own_limit_ms) {
        f64::INFINITY => 0,
        ms => (ms as u32).clamp(1, LONGEST_TIMER_MS),
    };
    let reason = match wait_for(returned, &limits.signal, limit_ms).await {
        Ok(value) => return Ok(value),
        Err(WaitError::Aborted(reason)) => return Err(Error::Aborted(reason)),
        Err(WaitError::TimedOut) if limits.left_ms <= own_limit_ms => return Err(Error::Aborted(JsValue::UNDEFINED)),
        Err(WaitError::TimedOut) => "it did not finish within timeoutMs".to_owned(),
        Err(WaitError::Thrown(thrown)) => excerpt(&Thrown::read(&thrown).message, 200),
    };
    Err(DomoError::input(format!(
        "journal.{method} failed ({reason}): without it, no further change is started. Correct it, and apply the same plan again"
    ))
    .into())
}
