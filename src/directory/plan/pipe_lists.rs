//! Values such as `a|b`, as Domo's User Management toolkit writes an attribute with several values.

use crate::client::attribute_keys::AttributeKey;
use crate::directory::affected_rows::AffectedRows;
use crate::directory::column::{Column, Field};
use crate::directory::desired::damage::Damage;
use crate::directory::desired::raw_cell::RawCell;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::add_warning::{add_warning, list};
use crate::directory::plan::findings::Findings;
use crate::directory::plan::sources::Sources;
use crate::excerpt::excerpt_of_bytes;
use domo_users_scan::columns::Columns;
use domo_users_scan::json::escapes::escape;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::strings::trim;

/// Values with `|` that are written as one value.
#[derive(Debug, Default)]
pub struct SingleValues {
    rows: AffectedRows,
    /// The attributes of the option `newUsers`.
    defaults: Vec<String>,
}

impl SingleValues {
    /// Adds the warnings about these values.
    pub fn add_warnings(&self, warnings: &mut Vec<String>) {
        let defaults = list(&self.defaults).map(|names| format!("the option newUsers ({names})"));
        for about in [self.rows.describe(), defaults] {
            let behind = " have values with |, written as one value each; write several values as [\"a\",\"b\"].";
            add_warning(warnings, "Attributes of ", about, behind);
        }
    }
}

/// Returns the values of a cell with `|` as a JSON array, or `None` for a cell without `|` or without values.
#[must_use]
pub fn to_array(cell: Cell<'_>) -> Option<Vec<u8>> {
    let Cell::String(text) = cell else {
        return None;
    };
    if !text.contains(&b'|') {
        return None;
    }
    let mut array = vec![b'['];
    for item in text.split(|byte| *byte == b'|').map(trim) {
        if !item.is_empty() {
            if array.len() > 1 {
                array.push(b',');
            }
            escape(item, &mut array);
        }
    }
    array.push(b']');
    // A cell of nothing but `|` is no list: it would clear the attribute.
    (array.len() > 2).then_some(array)
}

/// Whether a column is an attribute in which `|` may separate values, and a cell of it has `|`.
fn has_pipe(column: &Column, cell: Cell<'_>) -> bool {
    column.field == Field::Attribute
        && !column.is_alternate_email()
        && matches!(cell, Cell::String(text) if text.contains(&b'|'))
}

/// Whether the option `newUsers` has a value with `|`.
#[must_use]
pub fn has_default_with_pipe(desired: &DesiredState) -> bool {
    desired.new_users.cells().any(|(column, cell)| has_pipe(column, cell))
}

/// Returns the error of a cell with `|` if one of its values is damaged. Damage of the whole cell is another error.
fn damage_in(column: &Column, cell: Cell<'_>) -> Option<RowError> {
    let (Some(array), Cell::String(text)) = (to_array(cell), cell) else {
        return None;
    };
    let damage = Damage::of(column, RawCell::Array(&array))?;
    let value = excerpt_of_bytes(text, 60);
    (Damage::of(column, RawCell::String(text)).is_none()).then_some(RowError::Damaged { damage, value })
}

/// Marks the columns of which a user holds several values, or which the instance lists with several, so that `a|b` is written as several values there. Refuses
/// damaged values between `|`. Returns the values with `|` that are written as one. The differences must be resolved.
pub fn check_lists(
    desired: &mut DesiredState,
    findings: &Findings,
    listed: &[AttributeKey],
    sources: &Sources,
    keys: &Columns,
) -> SingleValues {
    let is_listed = |name: &str| listed.iter().any(|key| key.holds_several && key.key == name);
    let mut lists = Vec::new();
    for (column, source) in desired.columns.iter_mut().zip(sources.of_columns()) {
        column.is_list = keys.holds_several(*source) || is_listed(&column.name);
        if column.is_list {
            lists.push(column.name.clone());
        }
    }
    let mut single = SingleValues::default();
    for column in &mut desired.new_users.columns {
        column.is_list = lists.contains(&column.name) || is_listed(&column.name);
    }
    let mut errors = Vec::new();
    for (column, cell) in desired
        .new_users
        .cells()
        .filter(|(column, cell)| has_pipe(column, *cell))
    {
        if let Some(error) = damage_in(column, cell) {
            errors.push((None, column.name.clone(), error));
        } else if !column.is_list && findings.has_unmatched(desired.rows.len()) {
            single.defaults.push(column.name.clone());
        }
    }
    for row in 0..desired.rows.len() {
        if findings.is_matched(row) && findings.diffs.of_row(row).is_none() {
            continue;
        }
        let mut is_unclear = false;
        for (at, cell) in desired.rows.row(row) {
            let Some(column) = desired.columns.get(at).filter(|column| has_pipe(column, cell)) else {
                continue;
            };
            if !findings.sets(row, at) {
                continue;
            }
            is_unclear |= !column.is_list;
            if let Some(error) = damage_in(column, cell) {
                errors.push((Some(row), column.name.clone(), error));
            }
        }
        if is_unclear {
            single.rows.add(desired.row_number(row));
        }
    }
    for (row, name, error) in errors {
        match row {
            Some(row) => desired.add_error(row, &name, error),
            None => desired.add_new_users_error(&name, error),
        }
    }
    single
}
