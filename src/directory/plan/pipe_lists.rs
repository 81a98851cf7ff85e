//! Decides which attributes get several values from `a|b`.

use crate::client::attribute_keys::AttributeKey;
use crate::directory::affected_rows::AffectedRows;
use crate::directory::column::Column;
use crate::directory::desired::piped::to_array;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::add_warning::add_warning;
use crate::directory::plan::findings::Findings;
use crate::directory::plan::sources::Sources;
use domo_users_scan::columns::Columns;
use domo_users_scan::rows::cell::Cell;

/// Marks the columns of which a user holds several values, or which the instance lists with several, so that `a|b` is written as several values there. Adds
/// warnings about values with `|` that are written as one value. The differences must be resolved.
pub fn mark_lists(
    desired: &mut DesiredState,
    findings: &Findings,
    listed: &[AttributeKey],
    sources: &Sources,
    keys: &Columns,
    warnings: &mut Vec<String>,
) {
    let is_listed = |column: &Column| listed.iter().any(|key| key.holds_several && key.key == column.name);
    for (column, source) in desired.columns.iter_mut().zip(sources.of_columns()) {
        column.is_list = keys.holds_several(*source) || is_listed(column);
    }
    for default in &mut desired.new_users.columns {
        let is_same = |column: &Column| column.is_list && column.name == default.name;
        default.is_list = desired.columns.iter().any(is_same) || is_listed(default);
    }
    let is_single = |column: &Column, cell: Cell<'_>| !column.is_list && to_array(column, cell).is_some();
    let mut rows = AffectedRows::default();
    for row in 0..desired.rows.len() {
        let is_unclear = |(at, cell): (usize, Cell<'_>)| {
            desired.columns.get(at).is_some_and(|column| is_single(column, cell)) && findings.sets(row, at)
        };
        if findings.changes(row) && desired.rows.row(row).any(is_unclear) {
            rows.add(desired.row_number(row));
        }
    }
    let mut defaults = desired.new_users.cells();
    let has_default =
        findings.has_unmatched(desired.rows.len()) && defaults.any(|(column, cell)| is_single(column, cell));
    for about in [rows.describe(), has_default.then(|| "the option newUsers".to_owned())] {
        let behind = " have values with |, written as one value each; write several values as [\"a\",\"b\"].";
        add_warning(warnings, "Attributes of ", about, behind);
    }
}
