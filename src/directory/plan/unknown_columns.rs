//! Columns that neither Domo nor the instance knows: with values they are refused or ignored, without values they do no harm.

use crate::client::attribute_keys::AttributeKey;
use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field};
use crate::directory::desired::row_error::{RowError, UnknownColumn};
use crate::directory::desired::state::DesiredState;
use crate::directory::key_match::{KeyMatch, match_key};
use crate::directory::plan::add_warning::{add_warning, list};
use crate::directory::plan::column_names::{ColumnNames, NewName, refuse_ambiguous, rename};
use crate::directory::plan::policy::Policy;
use crate::excerpt::excerpt;
use domo_users_scan::columns::{ATTRIBUTES, Columns, TOP_LEVEL};
use domo_users_scan::rows::cell::Cell;

/// What the cells of a column do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contents {
    /// No cell has a value.
    Empty,
    /// Cells only clear the attribute.
    Clears,
    /// A cell has a value.
    Values,
}

/// Whether a column with values is known neither of Domo, nor of the keys that users hold, nor of the options.
#[must_use]
pub fn has_unknown_columns(desired: &DesiredState, keys: &Columns, names: &ColumnNames) -> bool {
    let is_unknown = |at: usize| is_unknown(desired, at, keys, names) && contents(desired, at) == Contents::Values;
    (0..desired.columns.len()).any(is_unknown)
}

fn is_unknown(desired: &DesiredState, at: usize, keys: &Columns, names: &ColumnNames) -> bool {
    let column = desired.columns.get(at);
    column.is_some_and(|column| !is_known(desired, column, keys)) && !names.ambiguous.contains(&at)
}

/// Returns the keys that users of the instance hold, and those that the instance lists.
#[must_use]
pub fn all_keys(desired: &DesiredState, keys: &Columns, listed: &[AttributeKey]) -> Vec<String> {
    let mut all = Vec::new();
    for column in &desired.columns {
        if keys.is_held(&column.name) {
            all.push(column.name.clone());
        }
    }
    for key in keys.other_keys() {
        all.push(key.into_owned());
    }
    for key in listed {
        all.push(key.key.clone());
    }
    all
}

/// Gives the columns that users hold no key for the key that the instance lists. Refuses or ignores those that neither Domo, nor the instance, nor the options
/// know. All users must have been read.
pub fn check_unknown_columns(
    desired: &mut DesiredState,
    policy: &Policy,
    keys: &Columns,
    listed: &[AttributeKey],
    names: &mut ColumnNames,
) {
    let (mut ignored, mut cleared) = (Vec::new(), Vec::new());
    let all = all_keys(desired, keys, listed);
    for at in 0..desired.columns.len() {
        if !is_unknown(desired, at, keys, names) {
            continue;
        }
        let Some(column) = desired.columns.get(at) else {
            continue;
        };
        let header = excerpt(&column.header, 60);
        let contents = contents(desired, at);
        let suggestion = match match_key(&column.lookup_name, &all) {
            KeyMatch::Key(name) if !column.is_exact || name == column.name => {
                rename(desired, NewName { column: at, name });
                continue;
            }
            KeyMatch::Ambiguous(keys) if !column.is_exact && contents == Contents::Values => {
                refuse_ambiguous(desired, at, keys);
                continue;
            }
            KeyMatch::Key(key) => Some(key),
            KeyMatch::Ambiguous(keys) => keys.into_iter().next(),
            KeyMatch::Unknown(suggestion) => suggestion,
        };
        if contents == Contents::Values && !policy.ignore_other_columns {
            let error = RowError::UnknownColumn(UnknownColumn {
                header: column.header.clone(),
                lookup_name: column.lookup_name.clone(),
                is_exact: column.is_exact,
                suggestion,
            });
            desired.add_header_error(&header, error);
            continue;
        }
        if let Some(column) = desired.columns.get_mut(at) {
            column.field = Field::Ignored;
        }
        match contents {
            Contents::Values => ignored.push(header),
            Contents::Clears => cleared.push(header),
            Contents::Empty => {}
        }
    }
    add_warning(
        &mut names.warnings,
        "Ignored columns that neither Domo nor the instance knows: ",
        list(&ignored),
        ".",
    );
    add_warning(
        &mut names.warnings,
        "Ignored columns that would only clear an attribute that no user has: ",
        list(&cleared),
        ".",
    );
}

/// Whether Domo, a user of the instance or an option knows the name of a column.
#[must_use]
pub fn is_known(desired: &DesiredState, column: &Column, keys: &Columns) -> bool {
    let name = column.name.as_str();
    column.field != Field::Attribute
        || name == ATTRIBUTES_FIELD
        || TOP_LEVEL.contains(&name)
        || ATTRIBUTES.contains(&name)
        || desired.header_options.is_new_attribute(name)
        || keys.is_held(name)
}

fn contents(desired: &DesiredState, column: usize) -> Contents {
    let mut contents = Contents::Empty;
    for row in 0..desired.rows.len() {
        match desired.rows.cell_of(row, column) {
            None => {}
            Some(Cell::Clear) => contents = Contents::Clears,
            Some(_) => return Contents::Values,
        }
    }
    contents
}
