//! The check that a row has what a new user needs.

use crate::directory::column::Field;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};

fn has_default(desired: &DesiredState, field: Field) -> bool {
    desired.new_users.cell_of(field).is_some()
}

/// Adds an error for each field that a row lacks to create its user, or an error if its id is of no user.
pub fn check_new_user(desired: &mut DesiredState, row: usize) {
    let by_id = desired.match_by == MatchBy::Id;
    if by_id && desired.rows.row(row).has(0) {
        return desired.add_error(row, "id", RowError::UnknownId);
    }
    for (name, field) in [
        ("displayName", Field::DisplayName),
        ("emailAddress", Field::EmailAddress),
        ("roleId", Field::RoleId),
    ] {
        let has_other_cell = match field {
            Field::EmailAddress => desired.cell_of(row, Field::NewEmail).is_some(),
            Field::RoleId => desired.role_column(row).is_some(),
            _ => false,
        };
        if desired.cell_of(row, field).is_some() || has_other_cell || has_default(desired, field) {
            continue;
        }
        let has_column = desired.column_of(field).is_some();
        let error = RowError::IncompleteNewUser {
            by_id,
            missing_column: (!has_column).then_some(name),
        };
        desired.add_error(row, name, error);
    }
}
