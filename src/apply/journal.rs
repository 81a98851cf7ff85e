//! What a journal holds, line by line: `begin 12 create;`, `done 12 create 1234567;`, `failed 12 create;`.
//!
//! A line counts when its semicolon is there: one that was cut in half, wherever, is as if it had not been written.
//! A cursor is what all lines come to, in one text: `done 3-17 update;` stands for fifteen.

use crate::apply::steps::{STEPS, Step};
use crate::error::DomoError;
use crate::text::{digits, join, pieces, split, whole_number};
use crate::user;

/// How a run's first line begins.
const NAME: &str = "domo-users ";
/// How a cursor ends: a text that was cut off must not make a run do things twice.
const WHOLE: &str = "\nend;";

/// How far a step came in earlier runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum StepStatus {
    /// Nothing is known of it.
    #[default]
    Nothing,
    /// It was begun, and may have happened.
    Begun,
    /// It is done; the id of the user, where it made one.
    Done(Option<u64>),
}

/// What earlier runs wrote.
#[derive(Debug)]
pub struct Journal {
    plan: String,
    /// As many as there are steps for each change, by the step's number.
    past: Vec<StepStatus>,
    changes: u32,
    has_lines: bool,
}

impl Journal {
    /// Nothing yet, of a plan with this fingerprint and so many changes.
    #[must_use]
    pub fn new(fingerprint: u64, changes: usize) -> Self {
        Self {
            plan: join(&[NAME, "1 ", &digits(fingerprint), " ", &digits(changes as u64)]),
            past: vec![StepStatus::Nothing; changes.saturating_mul(STEPS.len())],
            changes: u32::try_from(changes).unwrap_or(u32::MAX),
            has_lines: false,
        }
    }

    /// Takes one line of an earlier run; what is no whole line is passed over.
    ///
    /// # Errors
    /// `INVALID_INPUT` where the line says that the journal is another plan's.
    pub fn read(&mut self, line: &str) -> Result<(), DomoError> {
        let line = line.trim();
        let is_first = !line.is_empty() && !self.has_lines;
        self.has_lines |= is_first;
        let whole = line.strip_suffix(";");
        let (begins, is_plan) = (
            line.starts_with(NAME) || NAME.starts_with(line),
            whole == Some(self.plan.as_str()),
        );
        if is_first && !begins {
            return Err(DomoError::input(
                "journal or cursor is not from an earlier run: use a separate one for this run",
            ));
        }
        let Some(line) = whole else {
            return Ok(());
        };
        if begins && !is_plan {
            return Err(DomoError::input(
                "journal or cursor holds the run of another plan: apply that plan with it, or give this one its own, where that run is over",
            ));
        }
        let mut words = pieces(line, " ");
        let kind = words.next().unwrap_or_default();
        let indexes = words.next().unwrap_or_default();
        let (first, last) = split(indexes, "-").unwrap_or((indexes, indexes));
        let step = words.next();
        let id = user::id(&words.next().into()).ok();
        let (Some(mut index), Some(last), None) = (
            whole_number(first.as_bytes()),
            whole_number(last.as_bytes()),
            words.next(),
        ) else {
            return Ok(());
        };
        while index <= last
            && let Some(place) = self.place(index, step)
        {
            match kind {
                "begin" if !matches!(place, StepStatus::Done(_)) => *place = StepStatus::Begun,
                "done" => *place = StepStatus::Done(id),
                "failed" if !matches!(place, StepStatus::Done(_)) => *place = StepStatus::Nothing,
                _ => {}
            }
            index = index.saturating_add(1);
        }
        Ok(())
    }

    fn place(&mut self, index: u64, step: Option<&str>) -> Option<&mut StepStatus> {
        let step = STEPS.iter().find(|known| Some(known.name()) == step)?;
        self.past.get_mut(number_of(u32::try_from(index).ok()?, *step))
    }

    /// Takes the cursor of an earlier run; an empty text is that of none. The lines that this run adds may follow.
    ///
    /// # Errors
    /// `INVALID_INPUT` where it is another plan's.
    pub fn read_cursor(&mut self, cursor: &str) -> Result<(), DomoError> {
        for line in pieces(cursor, "\n") {
            self.read(line)?;
        }
        self.has_lines = true;
        Ok(())
    }

    /// All that is known by now; steps of changes that stand side by side and came equally far are told together.
    #[must_use]
    pub fn cursor(&self) -> String {
        let mut text = join(&[&self.plan, ";"]);
        for &step in &STEPS {
            let mut first = 0;
            while first < self.changes {
                let past = self.past(first, step);
                let mut last = first;
                while last.saturating_add(1) < self.changes && self.past(last.saturating_add(1), step) == past {
                    last = last.saturating_add(1);
                }
                let to = match last == first {
                    true => String::new(),
                    false => join(&["-", &digits(u64::from(last))]),
                };
                let (kind, id) = match past {
                    StepStatus::Nothing => ("", None),
                    StepStatus::Begun => ("begin", None),
                    StepStatus::Done(id) => ("done", id),
                };
                if !kind.is_empty() {
                    text.push('\n');
                    text.push_str(&line(kind, first, &to, step, id));
                }
                first = last.saturating_add(1);
            }
        }
        text.push_str(WHOLE);
        text
    }

    /// How far a step came.
    #[must_use]
    pub fn past(&self, index: u32, step: Step) -> StepStatus {
        self.past.get(number_of(index, step)).copied().unwrap_or_default()
    }

    /// Whether anything is known of a change.
    #[must_use]
    pub fn knows(&self, index: u32) -> bool {
        STEPS.iter().any(|step| self.past(index, *step) != StepStatus::Nothing)
    }

    /// What a run writes before anything else. The last line of an earlier one may lack its end: an empty line gives it one.
    #[must_use]
    pub fn first_lines(&self) -> Vec<String> {
        let plan = join(&[&self.plan, ";"]);
        if self.has_lines {
            vec![String::new(), plan]
        } else {
            vec![plan]
        }
    }
}

/// Where a step of a change is kept.
fn number_of(index: u32, step: Step) -> usize {
    (index as usize)
        .saturating_mul(STEPS.len())
        .saturating_add(step as usize)
}

/// Whether nothing of a cursor is missing.
#[must_use]
pub fn is_whole(cursor: &str) -> bool {
    cursor.is_empty() || cursor.ends_with(WHOLE)
}

/// The line for a step that begins.
#[must_use]
pub fn begin(index: u32, step: Step) -> String {
    line("begin", index, "", step, None)
}

/// The line for a step that is done.
#[must_use]
pub fn done(index: u32, step: Step, id: Option<u64>) -> String {
    line("done", index, "", step, id)
}

/// The line for a step that failed without an effect.
#[must_use]
pub fn failed(index: u32, step: Step) -> String {
    line("failed", index, "", step, None)
}

/// `to` is empty, or such as `-17` where it is about several changes.
fn line(kind: &str, index: u32, to: &str, step: Step, id: Option<u64>) -> String {
    let id = id.map(|id| join(&[" ", &digits(id)])).unwrap_or_default();
    join(&[kind, " ", &digits(u64::from(index)), to, " ", step.name(), &id, ";"])
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(lines: &[String]) -> Journal {
        let mut journal = Journal::new(99, 20);
        for line in &journal.first_lines() {
            journal.read(line).unwrap();
        }
        for line in lines {
            journal.read(line).unwrap();
        }
        journal
    }

    #[test]
    fn a_step_goes_from_begun_to_done() {
        let lines = [
            begin(12, Step::Create),
            done(12, Step::Create, Some(1_234_567)),
            begin(3, Step::Delete),
        ];
        assert_eq!(lines[1], "done 12 create 1234567;");
        let journal = read(&lines);
        assert_eq!(journal.past(12, Step::Create), StepStatus::Done(Some(1_234_567)));
        assert_eq!(journal.past(3, Step::Delete), StepStatus::Begun);
        assert_eq!(journal.past(3, Step::Create), StepStatus::Nothing);
        assert_eq!(
            read(&[begin(1, Step::Update), failed(1, Step::Update)]).past(1, Step::Update),
            StepStatus::Nothing
        );
        let twice = [done(1, Step::Create, Some(7)), begin(1, Step::Create)];
        assert_eq!(
            read(&twice).past(1, Step::Create),
            StepStatus::Done(Some(7)),
            "done is done"
        );
    }

    #[test]
    fn another_plan_is_refused() {
        let mut journal = Journal::new(1, 5);
        assert_eq!(journal.first_lines(), ["domo-users 1 1 5;"]);
        assert!(journal.read("domo-users 1 1 5;").is_ok());
        assert_eq!(journal.first_lines(), ["", "domo-users 1 1 5;"]);
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
                .contains("not from an earlier run")
        );
    }

    #[test]
    fn a_cursor_is_short_and_is_taken_whole_or_not_at_all() {
        let mut lines: Vec<String> = (3..18)
            .flat_map(|index| [begin(index, Step::Update), done(index, Step::Update, None)])
            .collect();
        lines.extend([
            done(0, Step::Create, Some(7)),
            begin(1, Step::Delete),
            done(2, Step::GiveUp, None),
        ]);
        let journal = read(&lines);
        let cursor = journal.cursor();
        assert_eq!(
            cursor,
            "domo-users 1 99 20;\ndone 0 create 7;\ndone 3-17 update;\nbegin 1 delete;\ndone 2 give-up;\nend;"
        );
        for cut in 1..cursor.len() {
            assert!(!is_whole(&cursor[..cut]), "{cut}");
        }
        assert!(is_whole(&cursor) && is_whole(""));
        assert!(Journal::new(98, 20).read_cursor(&cursor).is_err(), "another plan's");
        let mut empty = Journal::new(99, 20);
        empty.read_cursor("").unwrap();
        assert_eq!(empty.past, Journal::new(99, 20).past);
    }

    proptest! {
        #[test]
        fn a_cursor_tells_what_the_lines_told(steps in proptest::collection::vec((0u32..3, 0u32..20, 0usize..STEPS.len()), 0..200)) {
            let lines = steps.into_iter().map(|(kind, index, step)| match kind {
                0 => begin(index, STEPS[step]),
                1 => failed(index, STEPS[step]),
                _ => done(index, STEPS[step], (step == 0).then_some(12)),
            });
            let journal = read(&lines.collect::<Vec<_>>());
            let mut again = Journal::new(99, 20);
            again.read_cursor(&journal.cursor()).unwrap();
            prop_assert_eq!(again.past, journal.past);
        }

        #[test]
        fn a_line_cut_anywhere_is_no_error_and_says_nothing(index in 0u32..20, id in 1u64.., cut in 0usize..40) {
            let whole = done(index, Step::Create, Some(id));
            let cut = cut.min(whole.len() - 1);
            let journal = read(&[begin(index, Step::Create), whole[..cut].to_owned(), "".to_owned(), begin((index + 1) % 20, Step::Create)]);
            prop_assert_eq!(journal.past(index, Step::Create), StepStatus::Begun);
            prop_assert_eq!(journal.past((index + 1) % 20, Step::Create), StepStatus::Begun);
        }

        #[test]
        fn any_line_can_be_read(line in "(begin|done|failed|domo-users)? ?[0-9]{0,30}(-[0-9]{0,30})? ?(create|then)? ?.*;?") {
            let _ = Journal::new(1, 3).read(&line);
        }
    }
}
