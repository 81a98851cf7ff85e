//! The lines of a journal: `begin 12 create;`, `done 12 create 1234567;`, `failed 12 create;`.
//!
//! A line counts only with its semicolon: a line that was cut off anywhere is ignored. A cursor is the state after all lines in one string, in which
//! `done 3-17 update;` stands for fifteen lines.

use crate::apply::steps::{STEPS, Step};
use crate::error::DomoError;
use crate::user;
use crate::value::Value;

/// The start of the first line of a run.
const NAME: &str = "domo-users ";
/// The end of a cursor. Without it, a cursor that was cut off could make a run repeat steps.
const CURSOR_END: &str = "\nend;";

/// How far earlier runs got with a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum StepStatus {
    /// No run has started the step, or the step failed without an effect.
    #[default]
    NotStarted,
    /// A run has started the step, which may have had its effect.
    Started,
    /// The step is done; the id of the user, if the step created one.
    Done(Option<u64>),
}

/// The state that earlier runs recorded.
#[derive(Debug)]
pub struct Journal {
    /// The first line of a run, which identifies the plan, without its semicolon.
    header: String,
    /// The status of each step: `STEPS.len()` entries for each change.
    statuses: Vec<StepStatus>,
    change_count: u32,
    has_lines: bool,
}

impl Journal {
    /// Returns an empty journal for a plan with this fingerprint and number of changes.
    #[must_use]
    pub fn new(fingerprint: u64, change_count: usize) -> Self {
        Self {
            header: format!("{NAME}1 {fingerprint} {change_count}"),
            statuses: vec![StepStatus::NotStarted; change_count.saturating_mul(STEPS.len())],
            change_count: u32::try_from(change_count).unwrap_or(u32::MAX),
            has_lines: false,
        }
    }

    /// Reads a line of an earlier run. An incomplete line is ignored.
    ///
    /// # Errors
    /// `INVALID_INPUT` if the first line is not that of a run, or the line starts the run of another plan.
    pub fn read(&mut self, line: &str) -> Result<(), DomoError> {
        let line = line.trim();
        let is_first = !line.is_empty() && !self.has_lines;
        self.has_lines |= is_first;
        let is_header = line.starts_with(NAME) || NAME.starts_with(line);
        if is_first && !is_header {
            return Err(DomoError::input(
                "The journal or cursor was not written by applyChanges. Pass an empty journal, or cursor: null, to start this plan",
            ));
        }
        let Some(complete) = line.strip_suffix(';') else {
            return Ok(());
        };
        if is_header && complete != self.header {
            return Err(DomoError::input(
                "The journal or cursor belongs to another plan. Pass that plan; or, if its run is over, pass an empty journal, or cursor: null, to start this plan",
            ));
        }
        if let Some(entry) = Entry::parse(complete) {
            self.record(&entry);
        }
        Ok(())
    }

    fn record(&mut self, entry: &Entry<'_>) {
        for index in entry.first..=entry.last {
            let Some(status) = self.status_mut(index, entry.step) else {
                return;
            };
            let is_done = matches!(status, StepStatus::Done(_));
            match entry.kind {
                "begin" if !is_done => *status = StepStatus::Started,
                "done" => *status = StepStatus::Done(entry.id),
                "failed" if !is_done => *status = StepStatus::NotStarted,
                _ => {}
            }
        }
    }

    fn status_mut(&mut self, index: u64, step: Step) -> Option<&mut StepStatus> {
        self.statuses.get_mut(position(u32::try_from(index).ok()?, step))
    }

    /// Reads the cursor of an earlier run; the cursor before the first run is empty. The lines of this run may follow.
    ///
    /// # Errors
    /// `INVALID_INPUT` if the cursor is not from an earlier run of this plan.
    pub fn read_cursor(&mut self, cursor: &str) -> Result<(), DomoError> {
        for line in cursor.split('\n') {
            self.read(line)?;
        }
        self.has_lines = true;
        Ok(())
    }

    /// Returns the state as a cursor. Adjacent changes with the same status of a step share a line.
    #[must_use]
    pub fn cursor(&self) -> String {
        let mut cursor = format!("{};", self.header);
        for &step in &STEPS {
            let mut first = 0;
            while first < self.change_count {
                let status = self.status(first, step);
                let mut last = first;
                while last.saturating_add(1) < self.change_count && self.status(last.saturating_add(1), step) == status
                {
                    last = last.saturating_add(1);
                }
                let range = Range { first, last };
                match status {
                    StepStatus::NotStarted => {}
                    StepStatus::Started => cursor.push_str(&format!("\n{}", line("begin", range, step, None))),
                    StepStatus::Done(id) => cursor.push_str(&format!("\n{}", line("done", range, step, id))),
                }
                first = last.saturating_add(1);
            }
        }
        cursor.push_str(CURSOR_END);
        cursor
    }

    /// Returns how far a step of a change got.
    #[must_use]
    pub fn status(&self, index: u32, step: Step) -> StepStatus {
        self.statuses.get(position(index, step)).copied().unwrap_or_default()
    }

    /// Whether any step of a change was started or done.
    #[must_use]
    pub fn has_entries(&self, index: u32) -> bool {
        STEPS
            .iter()
            .any(|step| self.status(index, *step) != StepStatus::NotStarted)
    }

    /// Whether a step of a change was started and is not known to be done.
    #[must_use]
    pub fn is_unfinished(&self, index: u32) -> bool {
        STEPS
            .iter()
            .any(|step| self.status(index, *step) == StepStatus::Started)
    }

    /// Returns the lines that a run writes first. The last line of an earlier run may lack its line break, which an empty line adds.
    #[must_use]
    pub fn opening_lines(&self) -> Vec<String> {
        let header = format!("{};", self.header);
        match self.has_lines {
            true => vec![String::new(), header],
            false => vec![header],
        }
    }
}

/// A parsed line: what happened to a step of one or several adjacent changes.
struct Entry<'a> {
    kind: &'a str,
    first: u64,
    last: u64,
    step: Step,
    id: Option<u64>,
}

impl<'a> Entry<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.split(' ');
        let (kind, indexes, step) = (words.next()?, words.next()?, words.next()?);
        let (first, last) = indexes.split_once('-').unwrap_or((indexes, indexes));
        let id = words.next().and_then(|id| user::id(&Value::from(id)).ok());
        if words.next().is_some() {
            return None;
        }
        Some(Self {
            kind,
            first: first.parse().ok()?,
            last: last.parse().ok()?,
            step: *STEPS.iter().find(|known| known.name() == step)?,
            id,
        })
    }
}

/// Returns the position of a step's status.
fn position(index: u32, step: Step) -> usize {
    (index as usize)
        .saturating_mul(STEPS.len())
        .saturating_add(step as usize)
}

/// Whether a cursor is complete.
#[must_use]
pub fn is_complete(cursor: &str) -> bool {
    cursor.is_empty() || cursor.ends_with(CURSOR_END)
}

/// Returns the line for a step that starts.
#[must_use]
pub fn begin_line(index: u32, step: Step) -> String {
    line("begin", Range::of(index), step, None)
}

/// Returns the line for a step that is done, with the id of the user if the step created one.
#[must_use]
pub fn done_line(index: u32, step: Step, id: Option<u64>) -> String {
    line("done", Range::of(index), step, id)
}

/// Returns the line for a step that failed without an effect.
#[must_use]
pub fn failed_line(index: u32, step: Step) -> String {
    line("failed", Range::of(index), step, None)
}

/// The indexes of adjacent changes, both included.
#[derive(Clone, Copy)]
struct Range {
    first: u32,
    last: u32,
}

impl Range {
    fn of(index: u32) -> Self {
        Self {
            first: index,
            last: index,
        }
    }
}

fn line(kind: &str, Range { first, last }: Range, step: Step, id: Option<u64>) -> String {
    let to = match last == first {
        true => String::new(),
        false => format!("-{last}"),
    };
    let id = id.map(|id| format!(" {id}")).unwrap_or_default();
    format!("{kind} {first}{to} {}{id};", step.name())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(lines: &[String]) -> Journal {
        let mut journal = Journal::new(99, 20);
        for line in &journal.opening_lines() {
            journal.read(line).unwrap();
        }
        for line in lines {
            journal.read(line).unwrap();
        }
        journal
    }

    #[test]
    fn a_step_goes_from_started_to_done() {
        let lines = [
            begin_line(12, Step::Create),
            done_line(12, Step::Create, Some(1_234_567)),
            begin_line(3, Step::Delete),
        ];
        assert_eq!(lines[1], "done 12 create 1234567;");
        let journal = read(&lines);
        assert_eq!(journal.status(12, Step::Create), StepStatus::Done(Some(1_234_567)));
        assert_eq!(journal.status(3, Step::Delete), StepStatus::Started);
        assert_eq!(journal.status(3, Step::Create), StepStatus::NotStarted);
        assert_eq!(
            read(&[begin_line(1, Step::Update), failed_line(1, Step::Update)]).status(1, Step::Update),
            StepStatus::NotStarted
        );
        let twice = [done_line(1, Step::Create, Some(7)), begin_line(1, Step::Create)];
        assert_eq!(
            read(&twice).status(1, Step::Create),
            StepStatus::Done(Some(7)),
            "done is done"
        );
    }

    #[test]
    fn a_journal_of_another_plan_is_refused() {
        let mut journal = Journal::new(1, 5);
        assert_eq!(journal.opening_lines(), ["domo-users 1 1 5;"]);
        assert!(journal.read("domo-users 1 1 5;").is_ok());
        assert_eq!(journal.opening_lines(), ["", "domo-users 1 1 5;"]);
        assert!(
            journal
                .read("domo-users 1 2 5;")
                .unwrap_err()
                .message
                .contains("another plan")
        );
        assert!(journal.read("domo-users 1 2").is_ok(), "cut in half");
        assert!(Journal::new(1, 5).read("domo-us").is_ok(), "cut in half");
        assert!(
            Journal::new(1, 5)
                .read("id,email")
                .unwrap_err()
                .message
                .contains("not written by applyChanges")
        );
    }

    #[test]
    fn a_cursor_is_short_and_complete_or_refused() {
        let mut lines: Vec<String> = (3..18)
            .flat_map(|index| [begin_line(index, Step::Update), done_line(index, Step::Update, None)])
            .collect();
        lines.extend([
            done_line(0, Step::Create, Some(7)),
            begin_line(1, Step::Delete),
            done_line(2, Step::GiveUp, None),
        ]);
        let journal = read(&lines);
        let cursor = journal.cursor();
        assert_eq!(
            cursor,
            "domo-users 1 99 20;\ndone 0 create 7;\ndone 3-17 update;\nbegin 1 delete;\ndone 2 give-up;\nend;"
        );
        for cut in 1..cursor.len() {
            assert!(!is_complete(&cursor[..cut]), "{cut}");
        }
        assert!(is_complete(&cursor) && is_complete(""));
        assert!(Journal::new(98, 20).read_cursor(&cursor).is_err(), "another plan's");
        let mut empty = Journal::new(99, 20);
        empty.read_cursor("").unwrap();
        assert_eq!(empty.statuses, Journal::new(99, 20).statuses);
    }

    #[test]
    fn any_recorded_step_counts_as_an_entry_of_its_change() {
        let journal = read(&[
            begin_line(1, Step::Create),
            done_line(3, Step::GiveUp, None),
            begin_line(5, Step::Update),
            failed_line(5, Step::Update),
        ]);
        assert_eq!(
            [0, 1, 2, 3, 5, 99].map(|index| journal.has_entries(index)),
            [false, true, false, true, false, false]
        );
    }

    #[test]
    fn a_change_is_unfinished_while_one_of_its_steps_is_started() {
        let journal = read(&[
            done_line(0, Step::Create, Some(7)),
            done_line(1, Step::Create, Some(8)),
            begin_line(1, Step::Then),
            begin_line(2, Step::Update),
            failed_line(2, Step::Update),
            done_line(3, Step::GiveUp, None),
            begin_line(4, Step::Delete),
            done_line(4, Step::GiveUp, None),
        ]);
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(|index| journal.is_unfinished(index)),
            [false, true, false, false, true, false]
        );
    }

    #[test]
    fn a_line_with_unknown_words_is_ignored() {
        for line in [
            "done 1 fly;",
            "done x create;",
            "done 1-x create;",
            "done;",
            "done 1;",
            "undo 1 create;",
            "done 1 create 7 8;",
            "done 20 create;",
            "done 99999999999 create;",
            "done 2-1 create;",
        ] {
            let journal = read(&[line.to_owned()]);
            assert!((0..20).all(|index| !journal.has_entries(index)), "{line}");
        }
        let journal = read(&["done 18-30 update;".to_owned()]);
        assert_eq!(
            [17, 18, 19].map(|index| journal.has_entries(index)),
            [false, true, true]
        );
    }

    #[test]
    fn a_step_that_failed_or_started_again_after_it_was_done_stays_done() {
        let lines = [done_line(1, Step::Update, None), failed_line(1, Step::Update)];
        assert_eq!(read(&lines).status(1, Step::Update), StepStatus::Done(None));
        assert_eq!(lines[1], "failed 1 update;");
    }

    proptest! {
        #[test]
        fn a_cursor_restores_the_state_of_the_lines(steps in proptest::collection::vec((0u32..3, 0u32..20, 0usize..STEPS.len()), 0..200)) {
            let lines = steps.into_iter().map(|(kind, index, step)| match kind {
                0 => begin_line(index, STEPS[step]),
                1 => failed_line(index, STEPS[step]),
                _ => done_line(index, STEPS[step], (step == 0).then_some(12)),
            });
            let journal = read(&lines.collect::<Vec<_>>());
            let mut again = Journal::new(99, 20);
            again.read_cursor(&journal.cursor()).unwrap();
            prop_assert_eq!(again.statuses, journal.statuses);
        }

        #[test]
        fn a_line_that_was_cut_off_is_ignored(index in 0u32..20, id in 1u64.., cut in 0usize..40) {
            let whole = done_line(index, Step::Create, Some(id));
            let cut = cut.min(whole.len() - 1);
            let journal = read(&[begin_line(index, Step::Create), whole[..cut].to_owned(), "".to_owned(), begin_line((index + 1) % 20, Step::Create)]);
            prop_assert_eq!(journal.status(index, Step::Create), StepStatus::Started);
            prop_assert_eq!(journal.status((index + 1) % 20, Step::Create), StepStatus::Started);
        }

        #[test]
        fn any_line_can_be_read(line in "(begin|done|failed|domo-users)? ?[0-9]{0,30}(-[0-9]{0,30})? ?(create|then)? ?.*;?") {
            let _ = Journal::new(1, 3).read(&line);
        }
    }
}
