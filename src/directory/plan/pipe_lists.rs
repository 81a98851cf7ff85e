//! Values such as `a|b`, as Domo's User Management toolkit writes an attribute with several values.

use crate::directory::affected_rows::AffectedRows;
use crate::directory::column::{Column, Field};
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::findings::Findings;
use domo_users_scan::json;
use domo_users_scan::json::escapes;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::strings::trim;

/// Returns the values of a cell with `|`, or `None` if the cell holds a single value.
pub fn items(cell: Cell<'_>) -> Option<impl Iterator<Item = &[u8]>> {
    let Cell::String(text) = cell else {
        return None;
    };
    let items = text.split(|byte| *byte == b'|').map(trim);
    text.contains(&b'|').then(|| items.filter(|item| !item.is_empty()))
}

/// Whether a cell with `|` has the values of a JSON array.
#[must_use]
pub fn is_same(cell: Cell<'_>, array: &[u8]) -> bool {
    let Some(mut items) = items(cell) else {
        return false;
    };
    let end = json::for_each_item(array, 0, &mut |at| {
        let (item, behind) = json::read_value(array, at)?;
        let mut held = Vec::new();
        escapes::unescape(item.bytes_in(array), &mut held);
        (items.next() == Some(trim(&held))).then_some(behind)
    });
    end.is_some() && items.next().is_none()
}

/// Marks the columns whose users hold several values, so that `a|b` is written as several values there. Returns the rows with `|` that are written as one value.
/// The differences must be resolved.
pub fn mark_lists(desired: &mut DesiredState, findings: &Findings) -> AffectedRows {
    for at in &findings.list_columns {
        if let Some(column) = desired.columns.get_mut(*at) {
            column.is_list = true;
        }
    }
    let mut rows = AffectedRows::default();
    for row in 0..desired.rows.len() {
        let is_created = !findings.is_matched(row);
        if !is_created && findings.diffs.of_row(row).is_none() {
            continue;
        }
        let is_single = |column: &Column| column.field == Field::Attribute && !column.is_list;
        let is_unclear = |(at, cell): (usize, Cell<'_>)| {
            items(cell).is_some()
                && desired.columns.get(at).is_some_and(is_single)
                && (is_created || findings.diffs.has(row, at))
        };
        if desired.rows.row(row).any(is_unclear) {
            rows.add(desired.row_number(row));
        }
    }
    rows
}
