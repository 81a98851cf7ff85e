//! Faults of rows: all of them counted, those of the first rows told.

use crate::error::DomoError;
use crate::text::{digits, join};

/// So many are told one by one.
const TOLD: usize = 50;

/// Faults so far.
#[derive(Debug, Default)]
pub struct Listed {
    count: usize,
    /// In the order of the rows, whatever order they are found in; within a row, in that one.
    told: Vec<(u32, String)>,
}

impl Listed {
    /// One more, in this row and column.
    pub fn add(&mut self, row: u32, column: &str, reason: &str) {
        self.count = self.count.saturating_add(1);
        let place = self.told.partition_point(|(before, _)| *before <= row);
        if place < TOLD {
            let comma = if column.is_empty() { "" } else { ", " };
            let number = digits(u64::from(row));
            let told = join(&["\n- row ", &number, comma, column, ": ", reason]);
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
        if let Some(more @ 1..) = self.count.checked_sub(TOLD) {
            message.push_str(&join(&["\n- and ", &digits(more as u64), " more"]));
        }
        Err(DomoError::input(message))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_fifty_told() {
        let mut faults = Listed::default();
        assert_eq!(faults.settle(), Ok(()));
        faults.add(3, "roleId", "no");
        assert_eq!(
            faults.settle().unwrap_err().message,
            "desired has a fault:\n- row 3, roleId: no"
        );
        for row in (0..60).rev() {
            faults.add(row, "", "x");
        }
        let message = faults.settle().unwrap_err().message.clone();
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(lines[..3], ["desired has 61 faults:", "- row 0: x", "- row 1: x"]);
        assert_eq!(lines[4..6], ["- row 3, roleId: no", "- row 3: x"]);
        assert_eq!(lines[50..], ["- row 48: x", "- and 11 more"]);
    }
}
