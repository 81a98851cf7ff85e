//! What a person should know before a plan is applied: one line a kind.

/// Rows that one warning is about.
#[derive(Debug, Default)]
pub struct AffectedRows {
    count: u64,
    /// The numbers of the first ones.
    first: Vec<u32>,
}

/// A warning names no more rows than this.
const NAMED: usize = 3;

impl AffectedRows {
    /// Notes one more row, by the number that a spreadsheet shows.
    pub fn add(&mut self, row: u32) {
        if self.first.last() == Some(&row) {
            return;
        }
        self.count = self.count.saturating_add(1);
        if self.first.len() < NAMED {
            self.first.push(row);
        }
    }

    /// Returns `1 row (row 7)` or `12 rows (such as 3, 4 and 9)`; `None` if there are none.
    #[must_use]
    pub fn describe(&self) -> Option<String> {
        let numbers: Vec<String> = self.first.iter().map(u32::to_string).collect();
        match (self.count, numbers.as_slice()) {
            (0, _) | (_, []) => None,
            (1, [row, ..]) => Some(format!("1 row (row {row})")),
            (count, [row]) => Some(format!("{count} rows (such as {row})")),
            (count, [rows @ .., last]) => {
                let such_as = if count as usize > numbers.len() { "such as " } else { "" };
                Some(format!("{count} rows ({such_as}{} and {last})", rows.join(", ")))
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_once_and_the_first_are_named() {
        let mut rows = AffectedRows::default();
        assert_eq!(rows.describe(), None);
        rows.add(7);
        rows.add(7);
        assert_eq!(rows.describe().as_deref(), Some("1 row (row 7)"));
        rows.add(9);
        assert_eq!(rows.describe().as_deref(), Some("2 rows (7 and 9)"));
        rows.add(11);
        rows.add(12);
        assert_eq!(rows.describe().as_deref(), Some("4 rows (such as 7, 9 and 11)"));
    }
}
