//! The rows that a warning is about.

use crate::joined::joined;

/// The number of rows that a warning is about, and the first of them.
#[derive(Debug, Default)]
pub struct AffectedRows {
    count: usize,
    /// The numbers of the first rows.
    first: Vec<String>,
    last: Option<u32>,
}

/// The most rows that a warning names.
const MOST_NAMED: usize = 3;

impl AffectedRows {
    /// Adds a row, by the number that a spreadsheet shows. The row that was added last is not counted again.
    #[inline(never)]
    pub fn add(&mut self, row: u32) {
        if self.last.replace(row) == Some(row) {
            return;
        }
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST_NAMED {
            self.first.push(row.to_string());
        }
    }

    /// Returns `1 row (row 7)`, `2 rows (7 and 9)` or `12 rows (such as 3, 4 and 9)`, or `None` if there are none.
    #[must_use]
    pub fn describe(&self) -> Option<String> {
        let (last, others) = self.first.split_last()?;
        if others.is_empty() {
            return Some(format!("1 row (row {last})"));
        }
        let such_as = if self.count > self.first.len() { "such as " } else { "" };
        Some(format!(
            "{} rows ({such_as}{} and {last})",
            self.count,
            joined(others, ", ")
        ))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_once_and_the_first_are_named() {
        let mut rows = AffectedRows::default();
        assert_eq!(rows.describe(), None);
        for (row, described) in [
            (7, "1 row (row 7)"),
            (7, "1 row (row 7)"),
            (9, "2 rows (7 and 9)"),
            (11, "3 rows (7, 9 and 11)"),
            (12, "4 rows (such as 7, 9 and 11)"),
            (12, "4 rows (such as 7, 9 and 11)"),
        ] {
            rows.add(row);
            assert_eq!(rows.describe().as_deref(), Some(described));
        }
    }
}
