//! The checks of rows that create a user, and of the attributes of the option `newUsers`: each must be one of Domo's, of the instance or of the option
//! `newAttributes`.

use crate::client::attribute_keys::AttributeKey;
use crate::directory::column::Column;
use crate::directory::desired::new_user::check_new_user;
use crate::directory::desired::references::Reference;
use crate::directory::desired::row_error::{RowError, UnknownColumn};
use crate::directory::desired::state::DesiredState;
use crate::directory::key_match::{KeyMatch, match_key};
use crate::directory::plan::findings::Findings;
use crate::directory::plan::unknown_columns::{all_keys, is_known};
use domo_users_scan::columns::Columns;

/// Returns the key of an attribute of the option.
fn key_of(desired: &DesiredState, column: &Column, keys: &Columns, listed: &[AttributeKey]) -> KeyMatch {
    if is_known(desired, column, keys) {
        return KeyMatch::Key(column.name.clone());
    }
    let mut known = all_keys(desired, keys, listed);
    for key in &desired.header_options.new_attributes {
        known.push(key.clone());
    }
    match match_key(&column.name, &known) {
        KeyMatch::Key(key) if column.is_exact && key != column.name => KeyMatch::Unknown(Some(key)),
        found => found,
    }
}

/// Whether the option has an attribute that neither Domo, nor a user of the instance, nor an option knows.
#[must_use]
pub fn has_unknown_keys(desired: &DesiredState, keys: &Columns) -> bool {
    let mut columns = desired.new_users.columns.iter();
    columns.any(|column| !matches!(key_of(desired, column, keys, &[]), KeyMatch::Key(_)))
}

/// Gives each attribute of the option its key, and refuses those that the instance does not know either.
pub fn name_new_user_keys(desired: &mut DesiredState, keys: &Columns, listed: &[AttributeKey]) {
    let mut columns = core::mem::take(&mut desired.new_users.columns);
    for column in &mut columns {
        let error = match key_of(desired, column, keys, listed) {
            KeyMatch::Key(key) => {
                column.name = key;
                continue;
            }
            KeyMatch::Ambiguous(keys) => RowError::AmbiguousKey { keys },
            KeyMatch::Unknown(suggestion) => RowError::UnknownColumn(UnknownColumn {
                header: column.header.clone(),
                lookup_name: column.header.clone(),
                is_exact: true,
                suggestion,
            }),
        };
        desired.add_new_users_error(&column.header, error);
    }
    desired.new_users.columns = columns;
}

/// Checks the rows that create a user, and resolves the managers whom the list creates or renames.
pub fn check_new_users(desired: &mut DesiredState, findings: &Findings) {
    let mut email = Vec::new();
    let names_managers = !desired.managers.is_empty();
    for row in 0..desired.rows.len() {
        if findings.is_matched(row) {
            continue;
        }
        check_new_user(desired, row);
        if names_managers {
            desired.address(row, &mut email);
            desired.managers.resolve(&email, Reference::ToBeCreated);
        }
    }
    if names_managers {
        findings.diffs.resolve_new_addresses(desired);
    }
}
