//! What is wrong with what was given: all of it, in sentences.

use crate::error::{Code, DomoError};
use crate::text::{excerpt, join, pieces};
use crate::value::Value;

/// Errors found so far.
#[derive(Debug, Default)]
pub struct Errors(String);

impl Errors {
    /// `field must be expected; got …`
    pub fn push_expected(&mut self, field: &str, expected: &str, got: &Value) {
        self.push(&must(field, expected, got));
    }

    /// One more sentence.
    pub fn push(&mut self, fault: &str) {
        if !self.0.is_empty() {
            self.0.push_str("; ");
        }
        self.0.push_str(fault);
    }

    /// The value, or nothing of it and one more fault.
    pub fn take<T: Default>(&mut self, checked: Result<T, String>) -> T {
        match checked {
            Ok(value) => value,
            Err(fault) => {
                self.push(&fault);
                T::default()
            }
        }
    }

    /// An error of this kind, where there are any.
    ///
    /// # Errors
    /// With all the errors as its message.
    pub fn into_result(self, code: Code) -> Result<(), DomoError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(DomoError::new(code, self.0))
        }
    }
}

/// Settles what a check finds.
///
/// # Errors
/// `INVALID_INPUT` with every fault, not only the first.
pub fn checked(check: impl FnOnce(&mut Errors)) -> Result<(), DomoError> {
    let mut errors = Errors::default();
    check(&mut errors);
    errors.into_result(Code::InvalidInput)
}

/// The sentence that names the field, what was expected and what came.
#[must_use]
pub fn must(field: &str, expected: &str, got: &Value) -> String {
    join(&[field, " must be ", expected, "; got ", &got.describe()])
}

/// The sentence about the first of these names, one a line, that looks like one of those that are known, with commas between.
#[must_use]
pub fn misspelt(names: &str, known: &str) -> Option<String> {
    pieces(names, "\n").find_map(|name| {
        let meant = pieces(known, ",").find(|one| is_within(name, one) || is_within(one, name))?;
        Some(join(&[
            &excerpt(name, 60),
            ": no such option; did you mean ",
            meant,
            "?",
        ]))
    })
}

/// The same, or where none looks so, about the first.
#[must_use]
pub fn no_such(names: &str, known: &str) -> String {
    misspelt(names, known).unwrap_or_else(|| {
        let first = pieces(names, "\n").next().unwrap_or_default();
        join(&[&excerpt(first, 60), ": no such option; there are ", known])
    })
}

/// Whether all letters of the shorter one come in the longer one, in their order, and are a good part of it.
fn is_within(short: &str, long: &str) -> bool {
    let mut left = long.bytes();
    let comes = |letter: u8| left.any(|other| other.eq_ignore_ascii_case(&letter));
    short.len().saturating_mul(3) >= long.len() && short.bytes().all(comes)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_told_which_is_meant() {
        let known = "matchBy,maxDeletes,protect,signal,timeoutMs,maxRetries,headers";
        for (name, meant) in [
            ("timeout", "timeoutMs"),
            ("retries", "maxRetries"),
            ("Signal", "signal"),
            ("protected", "protect"),
            ("maxDelets", "maxDeletes"),
            ("abortSignal", "signal"),
        ] {
            let told = join(&[name, ": no such option; did you mean ", meant, "?"]);
            assert_eq!(no_such(name, known), told);
            assert_eq!(misspelt(&join(&["x\n", name]), known), Some(told));
        }
        for name in ["", "x", "s", "limit", "é"] {
            assert_eq!(
                no_such(name, known),
                join(&[name, ": no such option; there are ", known])
            );
        }
    }
}
