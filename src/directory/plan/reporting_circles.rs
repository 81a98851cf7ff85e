//! People who would report to themselves, or to each other in a circle.

use crate::directory::column::Field;
use crate::directory::desired::references::Reference;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::row_errors::ListDescription;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::findings::{Findings, UserPlaces};
use crate::directory::plan::row_index::RowIndex;
use domo_users_scan::rows::cell::Cell;

/// Refuses rows whose managers form a circle, also one through users of the instance, unless the instance has the whole circle already. All managers must be
/// known, and the differences be resolved. A person is a row, or behind the rows a user without one: see [`UserPlaces`].
pub fn check_circles(desired: &mut DesiredState, index: &mut RowIndex, findings: &Findings, users: &UserPlaces) {
    let Some(column) = desired.column_of(Field::ReportsTo) else {
        return;
    };
    let rows = desired.rows.len();
    // The walk in which each person was seen first, by the row that the walk began with.
    let mut seen = vec![None; rows.saturating_add(findings.people.users().len())];
    for start in 0..rows {
        let mut next = Some(start);
        while let Some(person) = next
            && let Some(place @ None) = seen.get_mut(person)
        {
            *place = Some(start);
            next = manager_of(desired, index, findings, users, person);
        }
        // The walk has come back to a person of its own, who is in a circle.
        let Some(first) = next.filter(|person| seen.get(*person) == Some(&Some(start))) else {
            continue;
        };
        let (mut person, mut changed, mut people) = (first, None, String::new());
        loop {
            if changed.is_none() && person < rows && findings.sets(person, column) {
                changed = Some(person);
            }
            // The circle is described from the first row that changes it.
            if changed.is_some() {
                people.push_str(&name_of(desired, findings, person));
                people.push_str(" → ");
            }
            person = manager_of(desired, index, findings, users, person).unwrap_or(first);
            if person == changed.unwrap_or(first) {
                break;
            }
        }
        if let Some(row) = changed {
            people.push_str(&name_of(desired, findings, row));
            desired.add_error(row, "reportsTo", RowError::ReportsInCircle { people });
        }
    }
}

/// Returns the value that a row is matched by, or the name of a user without a row.
#[inline(never)]
fn name_of(desired: &DesiredState, findings: &Findings, person: usize) -> String {
    match person.checked_sub(desired.rows.len()) {
        None => desired.person(desired.row_number(person)),
        Some(user) => findings.people.name_at(user),
    }
}

/// Returns the manager of a person after the plan.
#[inline(never)]
fn manager_of(
    desired: &DesiredState,
    index: &mut RowIndex,
    findings: &Findings,
    users: &UserPlaces,
    person: usize,
) -> Option<usize> {
    let rows = desired.rows.len();
    let mut cell = desired.cell_of(person, Field::ReportsTo);
    if cell.is_none() && person < rows && !findings.is_matched(person) {
        cell = desired.new_users.cell_of(Field::ReportsTo);
        // The user whom the option names does not get it.
        if cell.is_some_and(|cell| desired.is_address_of(cell, person)) {
            return None;
        }
    }
    match cell {
        Some(Cell::Number(id)) => users.find(id),
        Some(Cell::Reference(number)) => match desired.managers.get(number) {
            Reference::Existing(id) => users.find(id),
            Reference::ToBeCreated => index.row_of_address(desired, desired.managers.name(number)),
            _ => None,
        },
        Some(_) => None,
        None => {
            let id = match person.checked_sub(rows) {
                Some(user) => findings.people.users().get(user)?.id,
                None => findings.user_ids.get(person).copied().flatten()?.get(),
            };
            let manager = users.manager(id).filter(|_| !findings.deletes.has(id));
            users.find(manager?)
        }
    }
}
