//! Values such as `a|b`, as Domo's User Management toolkit writes an attribute with several values.

use crate::client::attribute_keys::AttributeKey;
use crate::directory::affected_rows::AffectedRows;
use crate::directory::column::{Column, Field};
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::findings::Findings;
use crate::directory::plan::sources::Sources;
use domo_users_scan::columns::Columns;
use domo_users_scan::json::escapes::escape;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::strings::trim;

/// The end of the warning about values with `|` in attributes with one value.
pub const SINGLE: &str = " have values with |, written as one value each; write several values as [\"a\",\"b\"].";

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

/// Marks the columns of which a user holds several values, or which the instance lists with several, so that `a|b` is written as several values there. Returns the
/// rows with `|` that are written as one value. The differences must be resolved.
pub fn mark_lists(
    desired: &mut DesiredState,
    findings: &Findings,
    listed: &[AttributeKey],
    sources: &Sources,
    keys: &Columns,
) -> AffectedRows {
    for (column, source) in desired.columns.iter_mut().zip(sources.of_columns()) {
        let is_listed = |key: &AttributeKey| key.holds_several && key.key == column.name;
        column.is_list = keys.holds_several(*source) || listed.iter().any(is_listed);
    }
    let mut rows = AffectedRows::default();
    for row in 0..desired.rows.len() {
        if findings.is_matched(row) && findings.diffs.of_row(row).is_none() {
            continue;
        }
        let is_single = |column: &Column| column.field == Field::Attribute && !column.is_list;
        let is_unclear = |(at, cell): (usize, Cell<'_>)| {
            matches!(cell, Cell::String(text) if text.contains(&b'|'))
                && desired.columns.get(at).is_some_and(is_single)
                && findings.sets(row, at)
        };
        if desired.rows.row(row).any(is_unclear) {
            rows.add(desired.row_number(row));
        }
    }
    rows
}
