//! Errors in what a caller passed: collected as values of a type, rendered in one place, and reported all at once.

use std::fmt;

use crate::error::{Code, DomoError};
use crate::excerpt::excerpt;
use crate::joined::joined;
use crate::value::Value;

/// Why a value that a caller passed cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub struct InvalidValue {
    /// The path of the value, such as `sort.order`; `None` if the problem concerns several values.
    field: Option<String>,
    problem: Problem,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
enum Problem {
    /// The value is not what the field takes.
    Expected {
        /// What the field takes, such as `an array of strings`.
        expected: String,
        /// The value that was received, in a few words.
        got: String,
    },
    /// Any other problem: a predicate such as `must not be empty`, or a whole sentence if there is no single field.
    Other(String),
}

impl InvalidValue {
    /// Returns the error `field must be expected; got …`.
    #[must_use]
    pub fn expected(field: &str, expected: &str, got: &Value) -> Self {
        Self {
            field: Some(field.to_owned()),
            problem: Problem::Expected {
                expected: expected.to_owned(),
                got: got.describe(),
            },
        }
    }

    /// Returns the error `field predicate`, which does not quote the value.
    #[must_use]
    pub fn unquoted(field: &str, predicate: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            problem: Problem::Other(predicate.to_owned()),
        }
    }

    /// Returns an error that concerns several values, or whose message names the field itself.
    #[must_use]
    pub fn message(message: impl Into<String>) -> Self {
        Self {
            field: None,
            problem: Problem::Other(message.into()),
        }
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{field} ")?;
        }
        match &self.problem {
            Problem::Expected { expected, got } => write!(f, "must be {expected}; got {got}"),
            Problem::Other(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for InvalidValue {}

impl From<InvalidValue> for String {
    fn from(error: InvalidValue) -> Self {
        error.to_string()
    }
}

/// An invalid argument is `INVALID_INPUT`; for a configuration, use [`DomoError::config`].
impl From<InvalidValue> for DomoError {
    fn from(error: InvalidValue) -> Self {
        DomoError::input(error)
    }
}

/// The errors found so far.
#[derive(Debug, Default)]
pub struct Errors(Vec<InvalidValue>);

impl Errors {
    /// Adds the error `field must be expected; got …`.
    pub fn push_expected(&mut self, field: &str, expected: &str, got: &Value) {
        self.add(InvalidValue::expected(field, expected, got));
    }

    /// Adds an error that concerns several values, or whose message names the field itself.
    pub fn push(&mut self, message: impl Into<String>) {
        self.push_message(message.into());
    }

    #[inline(never)] // not once for each type of message
    fn push_message(&mut self, message: String) {
        self.add(InvalidValue::message(message));
    }

    /// Adds an error.
    pub fn add(&mut self, error: InvalidValue) {
        self.0.push(error);
    }

    /// Whether there are no errors.
    #[cfg(feature = "review")]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the checked value, or adds its error and returns the default value in its place.
    pub fn take<T: Default>(&mut self, checked: Result<T, InvalidValue>) -> T {
        checked.unwrap_or_else(|error| {
            self.add(error);
            T::default()
        })
    }

    /// Returns nothing if there are no errors.
    ///
    /// # Errors
    /// A `DomoError` with this code and all errors as its message, joined by `; `.
    pub fn into_result(self, code: Code) -> Result<(), DomoError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut messages = Vec::new();
        for error in self.0 {
            messages.push(error.to_string());
        }
        Err(DomoError::new(code, joined(&messages, "; ")))
    }
}

/// Runs a check that adds what it finds to the list of errors.
///
/// # Errors
/// `INVALID_INPUT` with all errors, not only the first.
pub fn checked(check: impl FnOnce(&mut Errors)) -> Result<(), DomoError> {
    let mut errors = Errors::default();
    check(&mut errors);
    errors.into_result(Code::InvalidInput)
}

/// Returns the error for unknown options: it suggests an option for the first name that looks misspelt, or lists all options if none does.
#[must_use]
pub fn unknown_option(names: &[&str], known: &[&str]) -> InvalidValue {
    misspelt_option(names, known).unwrap_or_else(|| {
        let first = names.first().copied().unwrap_or_default();
        no_such_option(first, &format!("the options are {}", joined(known, ", ")))
    })
}

/// Returns the error for the first unknown option that looks like a known one, or `None` if none does.
#[must_use]
pub fn misspelt_option(names: &[&str], known: &[&str]) -> Option<InvalidValue> {
    names.iter().find_map(|name| {
        let is_near = |known: &&&str| is_subsequence(name, known) || is_subsequence(known, name);
        let near = known.iter().map(|known| (strsim::osa_distance(name, known), known));
        // A word of two mistakes, or a part of the name.
        let (_, meant) = near
            .filter(|(distance, known)| distance.saturating_mul(4) <= name.len() || is_near(known))
            .min_by_key(|(distance, _)| *distance)?;
        Some(no_such_option(name, &format!("did you mean {meant}?")))
    })
}

/// Returns the error for an unknown option, with a hint.
#[must_use]
pub fn no_such_option(name: &str, hint: &str) -> InvalidValue {
    InvalidValue::message(format!("{}: no such option; {hint}", excerpt(name, 60)))
}

/// Whether `long` contains all letters of `short` in the same order, ignoring ASCII case, and is at most three times as long.
fn is_subsequence(short: &str, long: &str) -> bool {
    let mut remaining = long.bytes();
    short.len().saturating_mul(3) >= long.len()
        && short
            .bytes()
            .all(|letter| remaining.any(|other| other.eq_ignore_ascii_case(&letter)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const OPTIONS: [&str; 9] = [
        "otherColumns",
        "columns",
        "matchBy",
        "maxDeletes",
        "protect",
        "signal",
        "timeoutMs",
        "maxRetries",
        "headers",
    ];

    #[test]
    fn a_misspelt_option_is_answered_with_a_suggestion() {
        for (name, meant) in [
            ("timeout", "timeoutMs"),
            ("retries", "maxRetries"),
            ("Signal", "signal"),
            ("protected", "protect"),
            ("maxDelets", "maxDeletes"),
            ("abortSignal", "signal"),
            ("colums", "columns"),
            ("columsn", "columns"),
            ("mathcBy", "matchBy"),
        ] {
            let message = format!("{name}: no such option; did you mean {meant}?");
            assert_eq!(unknown_option(&[name], &OPTIONS).to_string(), message);
            // The first name that looks misspelt gets the suggestion, whatever comes before it.
            assert_eq!(unknown_option(&["x", name], &OPTIONS).to_string(), message);
            assert_eq!(misspelt_option(&["x", name], &OPTIONS).unwrap().to_string(), message);
        }
    }

    #[test]
    fn an_option_that_resembles_none_is_answered_with_the_list_of_options() {
        for name in ["", "x", "s", "limit", "é"] {
            assert_eq!(
                unknown_option(&[name, "y"], &OPTIONS).to_string(),
                format!(
                    "{name}: no such option; the options are otherColumns, columns, matchBy, maxDeletes, protect, signal, timeoutMs, maxRetries, headers"
                )
            );
            assert_eq!(misspelt_option(&[name], &OPTIONS), None);
        }
    }

    #[test]
    fn a_third_of_a_name_is_enough_to_suggest_it_and_less_is_not() {
        assert!(misspelt_option(&["abc"], &["a1b2c3d45"]).is_some());
        assert!(misspelt_option(&["abc"], &["a1b2c3d456"]).is_none());
    }

    #[test]
    fn all_errors_are_reported_at_once_in_their_order() {
        assert_eq!(checked(|_| {}), Ok(()));
        let mut errors = Errors::default();
        errors.push_expected("roleId", "the number of a role", &"5".into());
        errors.push("give a journal or a cursor, not both");
        errors.add(InvalidValue::unquoted("developerToken", "must not be empty"));
        assert_eq!(errors.take(Ok(7)), 7);
        let failed: Result<u32, _> = Err(InvalidValue::expected("id", "a user's id", &Value::Undefined));
        assert_eq!(errors.take(failed), 0);
        let error = errors.into_result(Code::InvalidConfig).unwrap_err();
        assert_eq!(error.code, Code::InvalidConfig);
        assert_eq!(
            error.message,
            "roleId must be the number of a role; got \"5\"; give a journal or a cursor, not both; developerToken must not be empty; \
             id must be a user's id; got undefined"
        );
    }

    #[test]
    fn an_invalid_argument_is_invalid_input() {
        let error = checked(|errors| errors.push("no")).unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (Code::InvalidInput, "no"));
        let error = DomoError::from(InvalidValue::message("no"));
        assert_eq!((error.code, error.message.as_str()), (Code::InvalidInput, "no"));
    }
}
