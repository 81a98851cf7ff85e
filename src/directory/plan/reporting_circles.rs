//! People who would report to themselves, or to each other in a circle.

use crate::directory::column::Field;
use crate::directory::desired::managers::Manager;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::row_errors::RowDescriptions;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::findings::Findings;
use crate::directory::plan::row_index::RowIndex;
use domo_users_scan::interner::Interner;
use domo_users_scan::rows::cell::Cell;

/// The most people whom an error names.
const MOST_NAMED: usize = 6;

/// Refuses rows whose managers form a circle, unless the instance has the whole circle already. Only the rows of the list are known. All managers must be
/// known, and the differences be resolved.
pub fn check_circles(desired: &mut DesiredState, index: &mut RowIndex, findings: &Findings) {
    let Some(column) = desired.column_of(Field::ReportsTo) else {
        return;
    };
    let rows = desired.rows.len();
    let is_changed = |row| !findings.is_matched(row) || findings.diffs.has(row, column);
    if !(0..rows).any(|row| is_changed(row) && desired.rows.row(row).has(column)) {
        return;
    }
    let (mut ids, mut rows_of_ids) = (Interner::default(), Vec::new());
    for (row, id) in findings.user_ids.iter().enumerate() {
        if *id > 0 && ids.intern(id.to_string().as_bytes()).is_new {
            rows_of_ids.push(row);
        }
    }
    let row_of_id = |id: u64| rows_of_ids.get(ids.find(id.to_string().as_bytes())?).copied();
    let mut manager_rows = Vec::with_capacity(rows);
    for row in 0..rows {
        manager_rows.push(match desired.rows.cell_of(row, column) {
            Some(Cell::Number(id)) => row_of_id(id),
            Some(Cell::Manager(number)) => match desired.managers.get(number) {
                Manager::Existing(id) => row_of_id(id),
                Manager::ToBeCreated => index.row_of_address(desired, desired.managers.email(number)),
                Manager::Unknown => None,
            },
            _ => None,
        });
    }
    let manager_of = |row: usize| manager_rows.get(row).copied().flatten();
    // The walk in which each row was seen first, by the row that the walk began with.
    let mut seen = vec![None; rows];
    for start in 0..rows {
        let mut next = Some(start);
        while let Some(row) = next
            && let Some(place @ None) = seen.get_mut(row)
        {
            *place = Some(start);
            next = manager_of(row);
        }
        // The walk has come back to a row of its own: this row is in a circle.
        if let Some(row) = next.filter(|row| seen.get(*row) == Some(&Some(start))) {
            let mut circle = vec![row];
            let mut at = manager_of(row);
            while let Some(member) = at.filter(|member| *member != row) {
                circle.push(member);
                at = manager_of(member);
            }
            if circle.iter().any(|row| is_changed(*row)) {
                refuse(desired, &mut circle);
            }
        }
    }
}

/// Adds the error of a circle to the first of its rows.
fn refuse(desired: &mut DesiredState, circle: &mut [usize]) {
    let first = circle.iter().copied().min().unwrap_or_default();
    let place = circle.iter().position(|row| *row == first).unwrap_or_default();
    circle.rotate_left(place);
    let mut people: Vec<String> = circle
        .iter()
        .chain([&first])
        .take(MOST_NAMED)
        .map(|row| desired.person(desired.row_number(*row)))
        .collect();
    if circle.len() >= MOST_NAMED {
        people.push("…".to_owned());
    }
    let error = RowError::ReportsInCircle {
        people: people.join(" → "),
        is_self: circle.len() == 1,
    };
    desired.add_error(first, "reportsTo", &error);
}
