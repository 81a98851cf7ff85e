//! The caller's journal: read once, then written line by line, each before or after what it tells of.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::apply::journal::{self, Journal, Past};
use crate::apply::steps::Step;
use crate::config::LONGEST_TIMER_MS;
use crate::error::DomoError;
use crate::js::failure::Failure;
use crate::js::host;
use crate::js::limit::{Signal, Stop, wait_for};
use crate::text::{excerpt, join};

/// Where a run keeps what it did; without a journal of the caller's, in memory only.
pub struct Kept {
    own: Option<JsValue>,
    /// What the run before answered, `null` for the first; `None` where none is wanted.
    cursor: Option<JsValue>,
    past: RefCell<Journal>,
    is_gone: Cell<bool>,
}

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = journalLines)]
    fn journal_lines(journal: &JsValue) -> Result<JsValue, JsValue>;
}

impl Kept {
    /// `own` is the caller's `{read, append}`, or `undefined`; `cursor` what the run before answered.
    pub fn new(own: JsValue, cursor: JsValue, past: Journal) -> Self {
        let given = |value: JsValue| Some(value).filter(|value| !value.is_undefined());
        Self {
            own: given(own),
            cursor: given(cursor),
            past: RefCell::new(past),
            is_gone: Cell::new(false),
        }
    }

    /// Reads what earlier runs wrote, and opens this one.
    pub async fn open(&self, run: &RunEnd<'_>) -> Result<(), Failure> {
        let Some(own) = &self.own else {
            let cursor = self.cursor.as_ref().and_then(JsValue::as_string).unwrap_or_default();
            return Ok(self.past.borrow_mut().read_cursor(&cursor)?);
        };
        let asked = journal_lines(own);
        let lines: Array = answered(asked, "read", run).await?.unchecked_into();
        let first = {
            let mut past = self.past.borrow_mut();
            for line in lines.iter() {
                past.read(&host::text_of(&line))?;
            }
            past.first_lines()
        };
        for line in first {
            self.write(&line, run).await?;
        }
        Ok(())
    }

    /// How far a step came in earlier runs.
    pub fn past(&self, index: u32, step: Step) -> Past {
        self.past.borrow().past(index, step)
    }

    /// Writes a line, and waits until it is written.
    pub async fn write(&self, line: &str, run: &RunEnd<'_>) -> Result<(), Failure> {
        let Some(own) = &self.own else {
            return match self.cursor {
                Some(_) => Ok(self.past.borrow_mut().read(line)?),
                None => Ok(()),
            };
        };
        let asked = host::call_method(own, "append", &Array::of1(&line.into()));
        let written = answered(asked, "append", run).await.map(|_| ());
        self.is_gone.set(self.is_gone.get() || written.is_err());
        written
    }

    /// Notes that a change has failed for good.
    pub fn give_up(&self, index: u32) {
        // A line of our own is never another plan's.
        let _ = self.past.borrow_mut().read(&journal::done(index, Step::GiveUp, None));
    }

    /// Whether a change has failed for good, in this run or one before.
    pub fn is_given_up(&self, index: u32) -> bool {
        matches!(self.past(index, Step::GiveUp), Past::Done(_))
    }

    /// All that is known by now, for the next run; `None` where nobody wants to know.
    pub fn cursor(&self) -> Option<JsValue> {
        self.cursor.is_some().then(|| self.past.borrow().cursor().into())
    }

    /// Whether a line could not be written: then no step may begin any more.
    pub fn is_gone(&self) -> bool {
        self.is_gone.get()
    }
}

/// So long a line may take when the run has been aborted.
const GRACE_MS: f64 = 1_000.0;

/// What ends a wait for the journal.
pub struct RunEnd<'a> {
    /// The caller's signal.
    pub signal: &'a Signal,
    /// Milliseconds that are left; infinity for no end.
    pub left_ms: f64,
    /// So long one answer may take, as one of the instance's may; infinity for no limit.
    pub patience_ms: f64,
}

async fn answered(asked: Result<JsValue, JsValue>, name: &str, run: &RunEnd<'_>) -> Result<JsValue, Failure> {
    // What is in flight when the signal is aborted ends, its lines too, if they do not take too long.
    let aborted = run.signal.reason().is_some();
    let end_ms = if aborted {
        run.left_ms.min(GRACE_MS)
    } else {
        run.left_ms
    };
    let signal = if aborted { &Signal::default() } else { run.signal };
    let limit_ms = end_ms.min(run.patience_ms);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
    let ms = if limit_ms.is_finite() {
        (limit_ms as u32).clamp(1, LONGEST_TIMER_MS)
    } else {
        0
    };
    let said = match wait_for(asked, signal, ms).await {
        Ok(answer) => return Ok(answer),
        Err(Stop::Aborted(reason)) => return Err(Failure::Reason(reason)),
        Err(Stop::TimedOut) if limit_ms >= end_ms => return Err(Failure::Reason(JsValue::UNDEFINED)),
        Err(Stop::TimedOut) => "no answer within timeoutMs".to_owned(),
        Err(Stop::Thrown(thrown)) => host::Reported::of(&thrown, None).message,
    };
    Err(DomoError::input(join(&[
        "journal.",
        name,
        " failed (",
        &excerpt(&said, 200),
        "): nothing more is started without it; fix it and apply the same plan again",
    ]))
    .into())
}
