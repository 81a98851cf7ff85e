//! The caller's journal: read once, then written line by line, each before or after what it tells of.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::apply::journal::{Journal, StepStatus};
use crate::apply::steps::Step;
use crate::config::LONGEST_TIMER_MS;
use crate::error::DomoError;
use crate::text::{excerpt, join};
use crate::wasm::apply::executor::Executor;
use crate::wasm::failure::Failure;
use crate::wasm::host;
use crate::wasm::wait::{Signal, WaitError, wait_for};

/// Where a run keeps what it did; without a journal of the caller's, in memory only.
pub struct RunJournal {
    /// The caller's `{read, append}`, or `undefined`.
    own: JsValue,
    /// What the run before answered, `null` for the first; `undefined` where none is wanted.
    cursor: JsValue,
    past: RefCell<Journal>,
    /// Whether a line could not be written: then no step may begin any more.
    pub is_gone: Cell<bool>,
}

#[wasm_bindgen(module = "/src/wasm/host/waits.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = journalLines)]
    fn journal_lines(journal: &JsValue) -> Result<JsValue, JsValue>;
}

/// What a journal was asked for: the name of its method, and what calling it gave.
pub type JournalCall = (&'static str, Result<JsValue, JsValue>);

impl RunJournal {
    /// Nothing is read yet.
    pub fn new(own: JsValue, cursor: JsValue, past: Journal) -> Self {
        Self {
            own,
            cursor,
            past: RefCell::new(past),
            is_gone: Cell::new(false),
        }
    }

    /// Whether it is the caller's.
    pub fn is_own(&self) -> bool {
        !self.own.is_undefined()
    }

    /// Asks for the lines of earlier runs.
    pub fn read(&self) -> Option<JournalCall> {
        self.is_own().then(|| ("read", journal_lines(&self.own)))
    }

    /// Takes the lines of earlier runs, or where there is no journal, their cursor; answers those that open this one.
    pub fn opened(&self, lines: &Array) -> Result<Vec<String>, DomoError> {
        let mut past = self.past.borrow_mut();
        if !self.is_own() {
            past.read_cursor(&self.cursor.as_string().unwrap_or_default())?;
            return Ok(Vec::new());
        }
        for line in lines.iter() {
            past.read(&host::text_of(&line))?;
        }
        Ok(past.opening_lines())
    }

    /// Asks for a line to be written; where there is no journal, it is remembered if anyone wants to know.
    pub fn append(&self, line: &str) -> Option<JournalCall> {
        if self.is_own() {
            return Some((
                "append",
                host::call_method(&self.own, "append", &Array::of1(&line.into())),
            ));
        }
        if !self.cursor.is_undefined() {
            self.remember(line);
        }
        None
    }

    /// Takes a line of our own, which is never another plan's.
    pub fn remember(&self, line: &str) {
        let _ = self.past.borrow_mut().read(line);
    }

    /// How far a step came in earlier runs.
    pub fn past(&self, index: u32, step: Step) -> StepStatus {
        self.past.borrow().status(index, step)
    }

    /// Whether anything is known of a change.
    pub fn knows(&self, index: u32) -> bool {
        self.past.borrow().has_entries(index)
    }

    /// All that is known by now, for the next run; `None` where nobody wants to know.
    pub fn cursor(&self) -> Option<JsValue> {
        (!self.cursor.is_undefined()).then(|| self.past.borrow().cursor().into())
    }
}

/// So long a line may take when the run has been aborted.
const GRACE_MS: f64 = 1_000.0;

impl Executor {
    /// What the journal answers, unless the run ends before, or it takes longer than an answer of the instance may.
    pub async fn answer_of_journal(&self, (name, asked): JournalCall) -> Result<JsValue, Failure> {
        // What is in flight when the signal is aborted ends, its lines too, if they do not take too long.
        let (signal, left_ms) = match self.signal().reason() {
            Some(_) => (&Signal::default(), self.caller.left_ms().min(GRACE_MS)),
            None => (self.signal(), self.caller.left_ms()),
        };
        let patience_ms = match self.caller.timeout_ms() {
            0 => f64::INFINITY,
            ms => f64::from(ms),
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        let ms = match left_ms.min(patience_ms) {
            f64::INFINITY => 0,
            ms => (ms as u32).clamp(1, LONGEST_TIMER_MS),
        };
        let said = match wait_for(asked, signal, ms).await {
            Ok(answer) => return Ok(answer),
            Err(WaitError::Aborted(reason)) => return Err(Failure::Aborted(reason)),
            Err(WaitError::TimedOut) if left_ms <= patience_ms => return Err(Failure::Aborted(JsValue::UNDEFINED)),
            Err(WaitError::TimedOut) => "no result within timeoutMs".to_owned(),
            Err(WaitError::Thrown(thrown)) => host::Reported::of(&thrown, None).message,
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
}
