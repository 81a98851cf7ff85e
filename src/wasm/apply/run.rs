//! A run of changes: the state that all its steps share, and its access to the journal.

use std::cell::RefCell;

use crate::apply::change::Change;
use crate::apply::schedule::Schedule;
use crate::wasm::apply::journal::{JournalLimits, RunJournal};
use crate::wasm::apply::managers::ManagerIds;
use crate::wasm::client::context::RequestContext;
use crate::wasm::errors::Error;
use crate::wasm::wait::Signal;

/// What all steps of a run share.
pub struct Run {
    /// Sends the requests. The caller's signal ends the run, but no request that is in progress.
    pub context: RequestContext,
    /// The changes to carry out.
    pub changes: Vec<Change>,
    /// What was begun and what was done.
    pub journal: RunJournal,
    /// The ids of users who were created or looked up.
    pub managers: ManagerIds,
    /// The ids of users whom this run has created: they may not be usable as managers for a moment.
    pub created_ids: RefCell<Vec<u64>>,
    /// Which changes may begin.
    pub schedule: RefCell<Schedule>,
}

/// After an abort, a line of the journal may still take this long, in milliseconds.
const JOURNAL_GRACE_MS: f64 = 1_000.0;
/// If the run is aborted before it begins, the whole journal may take this long, in milliseconds: what it tells is all that the run returns.
const JOURNAL_READ_MS: f64 = 5_000.0;

impl Run {
    /// Returns the caller's signal.
    pub fn signal(&self) -> &Signal {
        &self.context.run_signal
    }

    /// Whether no further change is started.
    pub fn is_over(&self) -> bool {
        self.schedule.borrow().is_halted() || self.journal.is_broken() || self.signal().reason().is_some()
    }

    /// Starts no further change.
    pub fn halt(&self) {
        self.schedule.borrow_mut().halt();
    }

    /// Reads the journal, and opens it for this run. A run that was aborted before it began reports what earlier runs have done, and writes nothing.
    pub async fn open_journal(&self) -> Result<(), Error> {
        let was_aborted = self.signal().reason().is_some();
        let mut limits = self.journal_limits();
        if was_aborted {
            limits.left_ms = self.context.left_ms().min(JOURNAL_READ_MS);
        }
        for line in &self.journal.read(&limits).await? {
            if !was_aborted {
                self.note(line).await?;
            }
        }
        Ok(())
    }

    /// Writes a line to the journal. If that fails, no further change is started, since a later run could not go on from here.
    pub async fn note(&self, line: &str) -> Result<(), Error> {
        if !self.journal.is_callers() {
            self.journal.keep_for_cursor(line);
            return Ok(());
        }
        self.journal.append(line, &self.journal_limits()).await
    }

    /// Returns how long a line of the journal may take. After an abort, requests in progress still finish; to record them, the journal has
    /// `JOURNAL_GRACE_MS` for each line, without the aborted signal.
    fn journal_limits(&self) -> JournalLimits {
        let left_ms = self.context.left_ms();
        let (signal, left_ms) = match self.signal().reason() {
            Some(_) => (Signal::default(), left_ms.min(JOURNAL_GRACE_MS)),
            None => (self.signal().clone(), left_ms),
        };
        JournalLimits {
            signal,
            left_ms,
            timeout_ms: self.context.timeout_ms(),
        }
    }
}
