//! Columns that neither Domo nor the instance knows: with values they are refused or ignored, without values they do no harm.

use std::borrow::Cow;

use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field};
use crate::directory::desired::row_error::{RowError, UnknownColumn};
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::column_names::ColumnNames;
use crate::directory::plan::policy::Policy;
use crate::directory::suggest::nearest;
use crate::excerpt::excerpt;
use crate::joined::joined;
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

/// Refuses or ignores the columns that neither Domo, nor the keys of the instance, nor the options know. All users must have been read.
pub fn check_unknown_columns(desired: &mut DesiredState, policy: &Policy, keys: &Columns, names: &mut ColumnNames) {
    let (mut ignored, mut cleared) = (Vec::new(), Vec::new());
    for at in 0..desired.columns.len() {
        let Some(column) = desired.columns.get(at) else {
            continue;
        };
        if is_known(desired, column, keys) || names.ambiguous.contains(&at) {
            continue;
        }
        let header = excerpt(&column.header, 60);
        let contents = contents(desired, at);
        if contents == Contents::Values && !policy.ignore_other_columns {
            let error = RowError::UnknownColumn(unknown_column(desired, column, keys));
            desired.errors.add(1, &header, &error);
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
    if !ignored.is_empty() {
        let headers = joined(&ignored, ", ");
        let warning = format!("Ignored columns that neither Domo nor the instance knows: {headers}.");
        names.warnings.push(warning);
    }
    if !cleared.is_empty() {
        let headers = joined(&cleared, ", ");
        let warning = format!("Ignored columns that would only clear an attribute that no user has: {headers}.");
        names.warnings.push(warning);
    }
}

fn is_known(desired: &DesiredState, column: &Column, keys: &Columns) -> bool {
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

fn unknown_column(desired: &DesiredState, column: &Column, keys: &Columns) -> UnknownColumn {
    let other_keys: Vec<String> = keys.other_keys().map(Cow::into_owned).collect();
    let names = desired.columns.iter().map(|column| column.name.as_str());
    let held = names.filter(|name| keys.is_held(name));
    UnknownColumn {
        header: column.header.clone(),
        lookup_name: column.lookup_name.clone(),
        is_exact: column.is_exact,
        suggestion: nearest(&column.lookup_name, other_keys.iter().map(String::as_str).chain(held)),
    }
}
