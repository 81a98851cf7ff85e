//! What is wrong with what was given: all of it, in sentences.

use crate::error::{Code, DomoError};
use crate::given::Given;
use crate::text::join;

/// Faults found so far.
#[derive(Debug, Default)]
pub struct Faults(String);

impl Faults {
    /// `field must be expected; got …`
    pub fn must(&mut self, field: &str, expected: &str, got: &Given) {
        self.add(&must(field, expected, got));
    }

    /// One more sentence.
    pub fn add(&mut self, fault: &str) {
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
                self.add(&fault);
                T::default()
            }
        }
    }

    /// An error of this kind, where there are any.
    ///
    /// # Errors
    /// With all the faults as its message.
    pub fn settle(self, code: Code) -> Result<(), DomoError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(DomoError::new(code, self.0))
        }
    }
}

/// The sentence that names the field, what was expected and what came.
#[must_use]
pub fn must(field: &str, expected: &str, got: &Given) -> String {
    join(&[field, " must be ", expected, "; got ", &got.words()])
}
