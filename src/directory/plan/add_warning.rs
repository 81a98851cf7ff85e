//! Adds a warning to those of a plan.

use crate::joined::joined;

/// Adds a warning about rows or names, which stand between two parts of a sentence. Nothing is added if there are none.
#[inline(never)]
pub fn add_warning(warnings: &mut Vec<String>, before: &str, about: Option<String>, behind: &str) {
    if let Some(about) = about {
        warnings.push(joined(&[before, &about, behind], ""));
    }
}

/// Returns names with commas between them, or `None` if there are none.
#[must_use]
pub fn list(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| joined(names, ", "))
}
