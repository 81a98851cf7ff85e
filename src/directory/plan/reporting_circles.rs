//! People who would report to themselves, or to each other in a circle.

use crate::directory::column::Field;
use crate::directory::desired::references::Reference;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::row_errors::ListDescription;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::findings::{Findings, UserRows};
use crate::directory::plan::row_index::RowIndex;
use domo_users_scan::rows::cell::Cell;

/// Refuses rows whose managers form a circle, unless the instance has the whole circle already. Only the rows of the list are known. All managers must be
/// known, and the differences be resolved.
pub fn check_circles(desired: &mut DesiredState, index: &mut RowIndex, findings: &Findings) {
    let Some(column) = desired.column_of(Field::ReportsTo) else {
        return;
    };
    let rows = desired.rows.len();
    let is_changed = |row| findings.sets(row, column);
    if !(0..rows).any(|row| is_changed(row) && desired.rows.row(row).has(column)) {
        return;
    }
    let user_rows = UserRows::new(findings);
    // The walk in which each row was seen first, by the row that the walk began with.
    let mut seen = vec![None; rows];
    for start in 0..rows {
        let mut next = Some(start);
        while let Some(row) = next
            && let Some(place @ None) = seen.get_mut(row)
        {
            *place = Some(start);
            next = manager_row(desired, index, &user_rows, row);
        }
        // The walk has come back to a row of its own: this row is in a circle.
        let Some(first) = next.filter(|row| seen.get(*row) == Some(&Some(start))) else {
            continue;
        };
        let (mut row, mut has_changes) = (first, false);
        let mut people = desired.person(desired.row_number(first));
        loop {
            has_changes |= is_changed(row);
            row = manager_row(desired, index, &user_rows, row).unwrap_or(first);
            people.push_str(" → ");
            people.push_str(&desired.person(desired.row_number(row)));
            if row == first {
                break;
            }
        }
        if has_changes {
            desired.add_error(first, "reportsTo", RowError::ReportsInCircle { people });
        }
    }
}

/// Returns the row of the manager of a row.
#[inline(never)]
fn manager_row(desired: &DesiredState, index: &mut RowIndex, user_rows: &UserRows, row: usize) -> Option<usize> {
    match desired.cell_of(row, Field::ReportsTo)? {
        Cell::Number(id) => user_rows.find(id),
        Cell::Reference(number) => match desired.managers.get(number) {
            Reference::Existing(id) => user_rows.find(id),
            Reference::ToBeCreated => index.row_of_address(desired, desired.managers.name(number)),
            Reference::Unknown => None,
        },
        _ => None,
    }
}
