//! The check that a row has what a new user needs.

use crate::directory::column::Field;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};

/// Adds an error for each field that a row lacks to create its user, or an error if its id is of no user.
pub fn check_new_user(desired: &mut DesiredState, row: usize) {
    let by_id = desired.match_by == MatchBy::Id;
    if by_id && desired.rows.row(row).has(0) {
        return desired.add_error(row, "id", &RowError::UnknownId);
    }
    for (name, field) in [
        ("displayName", Field::DisplayName),
        ("emailAddress", Field::EmailAddress),
        ("roleId", Field::RoleId),
    ] {
        let has_new_email = field == Field::EmailAddress && desired.cell_of(row, Field::NewEmail).is_some();
        if desired.cell_of(row, field).is_some() || has_new_email {
            continue;
        }
        let has_column = desired.column_of(field).is_some();
        let has_role_names =
            !has_column && field == Field::RoleId && desired.columns.iter().any(|column| column.name == "role");
        let error = RowError::IncompleteNewUser {
            by_id,
            missing_column: (!has_column).then_some(name),
            has_role_names,
        };
        desired.add_error(row, name, &error);
    }
}
