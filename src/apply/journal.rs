//! What a journal holds, line by line: `begin 12 create;`, `done 12 create 1234567;`, `failed 12 create;`.
//!
//! A line counts when its semicolon is there: one that was cut in half, wherever, is as if it had not been written.

use super::steps::{STEPS, Step};
use crate::error::DomoError;
use crate::text::{digits, join};

/// How a run's first line begins.
const NAME: &str = "domo-users ";

/// How far a step came in earlier runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Past {
    /// Nothing is known of it.
    #[default]
    Nothing,
    /// It was begun, and may have happened.
    Begun,
    /// It is done; the id of the user, where it made one.
    Done(Option<String>),
}

/// What earlier runs wrote.
#[derive(Debug)]
pub struct Journal {
    plan: String,
    /// Five for each change, by the step's number.
    past: Vec<Past>,
    has_lines: bool,
}

impl Journal {
    /// Nothing yet, of a plan with this fingerprint and so many changes.
    #[must_use]
    pub fn new(fingerprint: u64, changes: usize) -> Self {
        Self {
            plan: join(&[NAME, "1 ", &digits(fingerprint), " ", &digits(changes as u64)]),
            past: vec![Past::Nothing; changes.saturating_mul(STEPS.len())],
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
        let whole = line.strip_suffix(';');
        let (begins, is_plan) = (
            line.starts_with(NAME) || NAME.starts_with(line),
            whole == Some(self.plan.as_str()),
        );
        if is_first && !begins {
            return Err(DomoError::input(
                "journal holds something else than an earlier run: give this one a journal of its own",
            ));
        }
        let Some(line) = whole else {
            return Ok(());
        };
        if begins && !is_plan {
            return Err(DomoError::input(
                "journal holds the run of another plan: apply that plan with it, or give this one a journal of its own",
            ));
        }
        let mut words = line.split(' ');
        let kind = words.next().unwrap_or_default();
        let place = self.place(words.next(), words.next());
        let id = words.next().filter(|id| !id.is_empty());
        if let (Some(place), None) = (place, words.next()) {
            match kind {
                "begin" if !matches!(place, Past::Done(_)) => *place = Past::Begun,
                "done" => *place = Past::Done(id.map(str::to_owned)),
                "failed" if !matches!(place, Past::Done(_)) => *place = Past::Nothing,
                _ => {}
            }
        }
        Ok(())
    }

    fn place(&mut self, index: Option<&str>, step: Option<&str>) -> Option<&mut Past> {
        let index: usize = index?.parse().ok()?;
        let step = step?;
        let number = STEPS.iter().position(|known| known.name() == step)?;
        self.past.get_mut(index.checked_mul(STEPS.len())?.checked_add(number)?)
    }

    /// How far a step came.
    #[must_use]
    pub fn past(&self, index: u32, step: Step) -> Past {
        let number = STEPS.iter().position(|known| *known == step).unwrap_or_default();
        let place = (index as usize).saturating_mul(STEPS.len()).saturating_add(number);
        self.past.get(place).cloned().unwrap_or_default()
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

/// The line for a step that begins.
#[must_use]
pub fn begin(index: u32, step: Step) -> String {
    line("begin", index, step, None)
}

/// The line for a step that is done.
#[must_use]
pub fn done(index: u32, step: Step, id: Option<&str>) -> String {
    line("done", index, step, id)
}

/// The line for a step that failed without an effect.
#[must_use]
pub fn failed(index: u32, step: Step) -> String {
    line("failed", index, step, None)
}

fn line(kind: &str, index: u32, step: Step, id: Option<&str>) -> String {
    let index = digits(u64::from(index));
    let start = join(&[kind, " ", &index, " ", step.name()]);
    match id {
        Some(id) => join(&[&start, " ", id, ";"]),
        None => join(&[&start, ";"]),
    }
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
            done(12, Step::Create, Some("1234567")),
            begin(3, Step::Delete),
        ];
        assert_eq!(lines[1], "done 12 create 1234567;");
        let journal = read(&lines);
        assert_eq!(journal.past(12, Step::Create), Past::Done(Some("1234567".to_owned())));
        assert_eq!(journal.past(3, Step::Delete), Past::Begun);
        assert_eq!(journal.past(3, Step::Create), Past::Nothing);
        assert_eq!(
            read(&[begin(1, Step::Update), failed(1, Step::Update)]).past(1, Step::Update),
            Past::Nothing
        );
        let twice = [done(1, Step::Create, Some("7")), begin(1, Step::Create)];
        assert_eq!(
            read(&twice).past(1, Step::Create),
            Past::Done(Some("7".to_owned())),
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
                .contains("something else")
        );
    }

    proptest! {
        #[test]
        fn a_line_cut_anywhere_is_no_error_and_says_nothing(index in 0u32..20, id in 1u64.., cut in 0usize..40) {
            let whole = done(index, Step::Create, Some(&id.to_string()));
            let cut = cut.min(whole.len() - 1);
            let journal = read(&[begin(index, Step::Create), whole[..cut].to_owned(), "".to_owned(), begin((index + 1) % 20, Step::Create)]);
            prop_assert_eq!(journal.past(index, Step::Create), Past::Begun);
            prop_assert_eq!(journal.past((index + 1) % 20, Step::Create), Past::Begun);
        }

        #[test]
        fn any_line_can_be_read(line in "(begin|done|failed|domo-users)? ?[0-9]{0,30} ?(create|then)? ?.*;?") {
            let _ = Journal::new(1, 3).read(&line);
        }
    }
}
