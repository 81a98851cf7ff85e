//! What cannot be: two rows for one user, an address that two would have, a manager who goes; and more deletes than are allowed.

use crate::directory::desired::{DesiredState, MatchBy};
use crate::directory::header::Field;
use crate::directory::managers::Who;
use crate::directory::plan::Plan;
use crate::error::{Code, DomoError};
use crate::text::{count, digits, excerpt, join};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::key_index::KeyIndex;

impl Plan {
    /// All users were seen.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every row that cannot be, `TOO_MANY_DELETES`.
    pub fn finish(&mut self) -> Result<(), DomoError> {
        if !self.is_second_reading {
            self.name_columns();
        }
        self.check_columns();
        let by_email = self.desired.match_by == MatchBy::EmailAddress;
        let holders = core::mem::take(&mut self.findings.holders);
        for (row, id) in &holders {
            // Somebody who was renamed already, unless the row has found another.
            if by_email && !self.set_matched(*row) {
                self.taken(*row, "newEmail", *id);
            }
        }
        let (mut email, names_managers) = (Vec::new(), !self.desired.managers.is_empty());
        for row in 0..self.desired.rows.len() {
            if !self.is_matched(row) {
                self.desired.check_new(row);
                if names_managers {
                    self.desired.address(row, &mut email);
                    self.desired.managers.note(&email, Who::ToBeCreated);
                }
            }
        }
        if names_managers {
            self.findings.diffs.note_addresses(&mut self.desired);
        }
        self.findings.diffs.settle(&self.desired);
        self.check_doubts();
        self.check_managers();
        for (row, id) in holders {
            if !by_email && self.takes_address(row) {
                self.taken(row, "emailAddress", id);
            }
        }
        for (row, other) in core::mem::take(&mut self.same) {
            if self.takes_address(row) || self.takes_address(other) {
                same_address(&mut self.desired, row, other);
            }
        }
        self.desired.faults.settle()?;
        if self.findings.deletes > self.choice.max_deletes {
            let words = [
                "The plan would delete ",
                &count(self.findings.deletes, "user"),
                ", more than maxDeletes (",
                &digits(self.choice.max_deletes),
                "), such as ",
                &excerpt(&self.findings.leavers, 200),
                ": check that desired is complete, or raise maxDeletes",
            ];
            return Err(DomoError::new(Code::TooManyDeletes, join(&words)));
        }
        Ok(())
    }

    /// Whether the user of a row gets an address that it does not have yet.
    fn takes_address(&self, row: usize) -> bool {
        !self.is_matched(row) || self.findings.diffs.has(row, self.address_column())
    }

    #[inline(never)]
    fn taken(&mut self, row: usize, column: &str, id: Option<u64>) {
        let reason = join(&[
            "the user with id ",
            &known_id(id),
            " has this address: if you mean that user, match the row to them; otherwise free the address first, in a separate plan",
        ]);
        self.desired.faults.add(self.desired.row_number(row), column, &reason);
    }

    /// Who is named as a manager must be known, or be somebody new, and must stay.
    fn check_managers(&mut self) {
        let Some(column) = self.desired.column_of(Field::ReportsTo) else {
            return;
        };
        // By an id that stays nobody is named wrongly.
        if self.findings.deleted.is_empty() && self.desired.managers.is_empty() {
            return;
        }
        for row in 0..self.desired.rows.len() {
            if let Some(reason) = self.manager_fault(row, column) {
                let number = self.desired.row_number(row);
                self.desired.faults.add(number, "reportsTo", &reason);
            }
        }
    }

    /// What is wrong with the manager of a row.
    fn manager_fault(&self, row: usize, column: usize) -> Option<String> {
        let managers = &self.desired.managers;
        let id = match self.desired.rows.cell_of(row, column)? {
            Cell::Number(id) => id,
            Cell::Manager(number) => match managers.who(number) {
                Who::Id(id) => id,
                Who::ToBeCreated => return None,
                Who::Unknown => {
                    return Some(join(&[
                        "nobody has the e-mail address \"",
                        &excerpt(&String::from_utf8_lossy(managers.email(number)), 60),
                        "\", neither in the instance nor among the new users",
                    ]));
                }
            },
            _ => return None,
        };
        let id = digits(id);
        self.findings.gone.find(id.as_bytes())?;
        Some(join(&[
            "the user with id ",
            &id,
            " is deleted by this same plan: name another, or keep that user",
        ]))
    }
}

/// Notes where each row is found. Two rows for one user are a fault, and so are two of one address where one of them is of somebody new;
/// the others of one address are answered.
pub(super) fn enter(
    desired: &mut DesiredState,
    keys: &mut KeyIndex,
    wanted: Option<&mut KeyIndex>,
) -> Vec<(usize, usize)> {
    let (mut twice, mut same, mut later) = (Vec::new(), Vec::new(), Vec::new());
    keys.insert_all(&desired.rows, &mut |row, other| twice.push((row, other)));
    if let Some(wanted) = wanted {
        wanted.insert_all(&desired.rows, &mut |row, other| same.push((row, other)));
        if desired.match_by == MatchBy::EmailAddress {
            let mut email = Vec::new();
            // The new address of one may be the address of another.
            for row in 0..desired.rows.len() {
                desired.address(row, &mut email);
                if let Some(other) = keys.find_row(&desired.rows, &email).filter(|other| *other != row) {
                    same.push((row.max(other), row.min(other)));
                }
            }
        }
    }
    for (row, other) in &twice {
        let reason = join(&["row ", &number(desired, *other), " stands for the same user"]);
        desired
            .faults
            .add(desired.row_number(*row), desired.match_by.name(), &reason);
    }
    for (row, other) in &same {
        let is_new = |row: &usize| !desired.rows.row(*row).has(0);
        if desired.match_by != MatchBy::EmailAddress && !is_new(row) && !is_new(other) {
            later.push((*row, *other));
        } else {
            same_address(desired, *row, *other);
        }
    }
    later
}

/// A row as people count it.
fn number(desired: &DesiredState, row: usize) -> String {
    digits(u64::from(desired.row_number(row)))
}

fn same_address(desired: &mut DesiredState, row: usize, other: usize) {
    let reason = join(&["row ", &number(desired, other), " is to have this address too"]);
    desired.faults.add(desired.row_number(row), "emailAddress", &reason);
}

pub(super) fn known_id(id: Option<u64>) -> String {
    id.map_or_else(|| "unknown".to_owned(), digits)
}
