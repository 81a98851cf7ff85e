//! Faults of rows: all of them counted, the first ones told.

use crate::error::{Code, DomoError};
use crate::text::digits;

/// So many are told one by one.
const TOLD: u32 = 50;

/// Faults so far.
#[derive(Debug, Default)]
pub struct Listed {
    count: u32,
    told: String,
}

impl Listed {
    /// One more, in this row and column.
    pub fn add(&mut self, row: u32, column: &str, reason: &str) {
        self.count = self.count.saturating_add(1);
        if self.count <= TOLD {
            let row = digits(u64::from(row));
            let place = match column {
                "" => ["\n- row ", &row, ": "].concat(),
                column => ["\n- row ", &row, ", ", column, ": "].concat(),
            };
            self.told.push_str(&place);
            self.told.push_str(reason);
        }
    }

    /// An error where there are any.
    ///
    /// # Errors
    /// `INVALID_INPUT` that lists them.
    pub fn settle(&self) -> Result<(), DomoError> {
        let more = match self.count.saturating_sub(TOLD) {
            0 => String::new(),
            more => ["\n- and ", &digits(u64::from(more)), " more"].concat(),
        };
        match self.count {
            0 => Ok(()),
            1 => Err(DomoError::input(["desired has a fault:", &self.told].concat())),
            count => {
                let count = digits(u64::from(count));
                Err(DomoError::new(
                    Code::InvalidInput,
                    ["desired has ", &count, " faults:", &self.told, &more].concat(),
                ))
            }
        }
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
        for row in 0..60 {
            faults.add(row, "", "x");
        }
        let message = faults.settle().unwrap_err().message.clone();
        assert!(
            message.starts_with("desired has 61 faults:\n- row 3") && message.ends_with("\n- and 11 more"),
            "{message}"
        );
        assert_eq!(message.lines().count(), 52);
    }
}
