//! Faults of rows: all of them counted, those of the first rows told.

use crate::error::DomoError;
use crate::text;
use crate::text::{digits, join};

/// So many are told one by one.
const TOLD: usize = 1000;
/// So many of them say the same of the same column; of the others, how many there are.
const ALIKE: usize = 100;
/// So many kinds are counted.
const KINDS: usize = 100;

/// Faults so far.
#[derive(Debug, Default)]
pub struct RowErrors {
    count: usize,
    /// In the order of the rows, whatever order they are found in; within a row, in that one.
    told: Vec<(u32, String)>,
    /// What is said of which column, and how often.
    kinds: Vec<(String, usize)>,
}

impl RowErrors {
    /// One more, in this row and column.
    pub fn add(&mut self, row: u32, column: &str, reason: &str) {
        self.count = self.count.saturating_add(1);
        let comma = if column.is_empty() { "" } else { ", " };
        let kind = join(&[comma, column, ": ", reason]);
        if let Some((_, count)) = self.kinds.iter_mut().find(|(other, _)| *other == kind) {
            *count = count.saturating_add(1);
            if *count > ALIKE {
                return;
            }
        } else if self.kinds.len() < KINDS {
            self.kinds.push((kind.clone(), 1));
        }
        let place = self.told.partition_point(|(before, _)| *before <= row);
        if place < TOLD {
            let told = join(&["\n- row ", &digits(u64::from(row)), &kind]);
            self.told.insert(place, (row, told));
            self.told.truncate(TOLD);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// An error where there are any.
    ///
    /// # Errors
    /// `INVALID_INPUT` that lists them.
    pub fn settle(&self) -> Result<(), DomoError> {
        let mut message = match self.count {
            0 => return Ok(()),
            1 => "desired has a fault:".to_owned(),
            count => join(&["desired has ", &digits(count as u64), " faults:"]),
        };
        for (_, fault) in &self.told {
            message.push_str(fault);
        }
        let mut left = self.count.saturating_sub(self.told.len());
        for (kind, count) in &self.kinds {
            if let Some(more @ 1..) = count.checked_sub(ALIKE) {
                message.push_str(&join(&["\n- ", &text::count(more as u64, "more row"), kind]));
                left = left.saturating_sub(more);
            }
        }
        if left > 0 {
            message.push_str(&join(&["\n- and ", &digits(left as u64), " more"]));
        }
        Err(DomoError::input(message))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_those_alike_told_together() {
        let mut faults = RowErrors::default();
        assert_eq!(faults.settle(), Ok(()));
        faults.add(3, "roleId", "no");
        assert_eq!(
            faults.settle().unwrap_err().message,
            "desired has a fault:\n- row 3, roleId: no"
        );
        for row in (0..500).rev() {
            faults.add(row, "", "x");
        }
        faults.add(700, "title", "too long");
        let message = faults.settle().unwrap_err().message.clone();
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(
            lines[..3],
            ["desired has 502 faults:", "- row 3, roleId: no", "- row 400: x"]
        );
        assert_eq!(
            lines[101..],
            ["- row 499: x", "- row 700, title: too long", "- 400 more rows: x"]
        );
    }

    #[test]
    fn a_thousand_are_told() {
        let mut faults = RowErrors::default();
        for row in (0..1_200).rev() {
            faults.add(row, "", &digits(u64::from(row)));
        }
        let message = faults.settle().unwrap_err().message.clone();
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(lines[..2], ["desired has 1200 faults:", "- row 0: 0"]);
        assert_eq!(lines[1_000..], ["- row 999: 999", "- and 200 more"]);
    }
}
