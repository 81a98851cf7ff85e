//! Changes that contradict each other, the instance or the policy. All users must have been read.

use crate::directory::affected_rows::AffectedRows;
use crate::directory::column::Field;
use crate::directory::desired::address_taken::AddressTaken;
use crate::directory::desired::piped;
use crate::directory::desired::references::Reference;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::plan::findings::{Findings, Holder, UserPlaces};
use crate::directory::plan::policy::Policy;
use crate::directory::plan::row_index::{RowIndex, SharedAddress, Sharing, index_rows, refuse_shared_address};
use crate::excerpt::string_of_bytes;
use domo_users_scan::rows::cell::Cell;

/// Refuses suspect cells, unless their user already has the value.
pub fn check_suspects(desired: &mut DesiredState, findings: &Findings) {
    for row in 0..desired.rows.len() {
        if findings.changes(row) {
            piped::add_suspects(desired, row);
        }
    }
    desired.refuse_suspects(&|desired, row, column| !desired.is_ignored(column) && findings.sets(row, column));
}

/// Refuses rows that give their user an address which another user has, or which another row gives.
pub fn check_addresses(desired: &mut DesiredState, index: &RowIndex, findings: &Findings) {
    let Some(column) = index.address_column() else {
        return;
    };
    check_taken_addresses(desired, findings, column);
    for shared in &index.shared_addresses {
        if findings.sets(shared.row, column) || findings.sets(shared.earlier, column) {
            refuse_shared_address(desired, *shared);
        }
    }
}

/// Refuses rows that give their user a user name which another row gives too, if one of them sets it, or which another user has.
pub fn check_user_names(desired: &mut DesiredState, index: &RowIndex, findings: &Findings) {
    let Some(column) = index.user_name_column else {
        return;
    };
    for holder in &findings.user_name_holders {
        if findings.sets(holder.row, column) {
            refuse_taken(desired, findings, "userName", "user name", holder);
        }
    }
    let is_set = |row| findings.sets(row, column) && desired.rows.row(row).has(column);
    if !(0..desired.rows.len()).any(is_set) {
        return;
    }
    let mut same = Vec::new();
    index_rows(desired, column, &mut same);
    for SharedAddress { row, earlier, .. } in same {
        if findings.sets(row, column) || findings.sets(earlier, column) {
            let (what, other) = ("user name", desired.row_number(earlier));
            desired.add_error(row, "userName", RowError::SameAddress { row: other, what });
        }
    }
}

/// Refuses rows that give their user an address in this column which another user has.
fn check_taken_addresses(desired: &mut DesiredState, findings: &Findings, column: usize) {
    if findings.address_holders.is_empty() {
        return;
    }
    let users = UserPlaces::new(findings);
    // The row of the user who has the address of each row.
    let mut holder_rows = vec![None; desired.rows.len()];
    for holder in &findings.address_holders {
        if let (Some(place), Some(id)) = (holder_rows.get_mut(holder.row), holder.id) {
            *place = users.find(id);
        }
    }
    for holder in &findings.address_holders {
        let row = holder.row;
        if !findings.sets(row, column) {
            continue;
        }
        let partner = holder_rows.get(row).copied().flatten();
        let is_swap = |partner: &usize| {
            findings.sets(*partner, column) && holder_rows.get(*partner).copied().flatten() == Some(row)
        };
        match partner.filter(is_swap) {
            Some(earlier) if earlier < row => {
                let sharing = Sharing::Swap;
                refuse_shared_address(desired, SharedAddress { row, earlier, sharing });
            }
            // One error for both: that of the later row.
            Some(_) => {}
            None => refuse_taken(desired, findings, "emailAddress", "address", holder),
        }
    }
}

/// Matches users who already have the new address of a row to that row, unless another user matches it.
pub fn match_renamed_users(desired: &mut DesiredState, findings: &mut Findings) {
    for holder in core::mem::take(&mut findings.address_holders) {
        if !findings.set_matched(holder.row) {
            refuse_taken(desired, findings, "newEmail", "address", &holder);
        }
    }
}

/// Adds the error of a row whose address or user name another user has.
fn refuse_taken(desired: &mut DesiredState, findings: &Findings, column: &str, what: &'static str, holder: &Holder) {
    let taken = AddressTaken {
        id: holder.id,
        what,
        by_id: desired.match_by == MatchBy::Id,
        is_deleted: holder.id.is_some_and(|id| findings.deletes.has(id)),
    };
    desired.add_error(holder.row, column, RowError::AddressTaken(taken));
}

/// Whether the list or the option `newUsers` has managers.
#[must_use]
pub fn names_managers(desired: &DesiredState) -> bool {
    desired.column_of(Field::ReportsTo).is_some() || desired.new_users.cell_of(Field::ReportsTo).is_some()
}

/// Returns all users of the instance if the plan sets the manager of a user.
#[must_use]
pub fn users_if_managers_change(desired: &DesiredState, findings: &Findings) -> Option<UserPlaces> {
    let column = desired.column_of(Field::ReportsTo);
    let is_set = |column| {
        let mut rows = 0..desired.rows.len();
        rows.any(|row| findings.sets(row, column) && desired.rows.row(row).has(column))
    };
    let is_needed = desired.new_users.cell_of(Field::ReportsTo).is_some() || column.is_some_and(is_set);
    is_needed.then(|| UserPlaces::new(findings))
}

/// Refuses managers who are no user of the instance or the list, and managers whom the plan deletes. `users` are those of the instance if the plan sets the
/// manager of a user.
pub fn check_managers(desired: &mut DesiredState, findings: &Findings, users: Option<&UserPlaces>) {
    let default = desired.new_users.cell_of(Field::ReportsTo);
    if let Some(error) = default.and_then(|cell| manager_error(desired, findings, users, cell)) {
        desired.add_new_users_error("reportsTo", error);
    }
    let Some(column) = desired.column_of(Field::ReportsTo) else {
        return;
    };
    for row in 0..desired.rows.len() {
        let users = users.filter(|_| findings.sets(row, column));
        let cell = desired.rows.cell_of(row, column);
        if let Some(error) = cell.and_then(|cell| manager_error(desired, findings, users, cell)) {
            desired.add_error(row, "reportsTo", error);
        }
    }
}

/// Returns the error of a manager. An id is looked up only in `users`.
#[inline(never)]
fn manager_error(
    desired: &DesiredState,
    findings: &Findings,
    users: Option<&UserPlaces>,
    cell: Cell<'_>,
) -> Option<RowError> {
    let mut reason = "no user of the instance has the id";
    let id = match cell {
        // It is no id, which is another error.
        Cell::Number(0) => return None,
        Cell::Number(id) => Some(id).filter(|id| users.is_none_or(|users| users.find(*id).is_some())),
        Cell::Reference(number) => match desired.managers.get(number) {
            Reference::Existing(id) => Some(id),
            Reference::ToBeCreated => return None,
            other => {
                reason = match other {
                    Reference::Several => {
                        "several users of the instance have this e-mail address, so give the id of the manager instead:"
                    }
                    _ => "no user of the instance and no new user of the list has the e-mail address",
                };
                None
            }
        },
        _ => return None,
    };
    if id.is_some_and(|id| !findings.deletes.has(id)) {
        return None;
    }
    let manager = match cell {
        Cell::Reference(number) => string_of_bytes(desired.managers.name(number)),
        Cell::Number(id) => id.to_string(),
        _ => String::new(),
    };
    Some(match id {
        Some(id) => RowError::DeletedManager { id, manager },
        None => RowError::UnknownManager { reason, manager },
    })
}

/// Finds rows that create a user although they have the id of an existing user whom no row matches: the address of that user was probably edited. Such a
/// row is refused if the plan deletes that user. Returns the other ones.
#[must_use]
pub fn check_ids(desired: &mut DesiredState, policy: &Policy, findings: &Findings) -> AffectedRows {
    let mut rows = AffectedRows::default();
    let Some(column) = desired.column_of(Field::Id) else {
        return rows;
    };
    for row in 0..desired.rows.len() {
        if let Some(Cell::Number(id)) = desired.rows.cell_of(row, column)
            && !findings.is_matched(row)
            && findings.unmatched_ids.has(id)
        {
            if policy.delete_missing && !policy.protects(id) {
                let header = desired.header_at(column).to_owned();
                desired.add_error(row, "id", RowError::IdOfUnmatchedUser { header });
            } else {
                rows.add(desired.row_number(row));
            }
        }
    }
    rows
}
