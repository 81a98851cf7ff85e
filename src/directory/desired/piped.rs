//! Values such as `a|b`, as Domo's User Management toolkit writes an attribute with several values.

use crate::directory::column::{Column, Field};
use crate::directory::desired::damage::{Damage, SuspectCell};
use crate::directory::desired::raw_cell::RawCell;
use crate::directory::desired::state::DesiredState;
use crate::excerpt::excerpt_of_bytes;
use domo_users_scan::json::escapes::escape;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::strings::trim;

/// Returns the values of a cell of an attribute with `|` as a JSON array, or `None` for another cell, and for one without values.
#[must_use]
pub fn to_array(column: &Column, cell: Cell<'_>) -> Option<Vec<u8>> {
    let Cell::String(text) = cell else {
        return None;
    };
    if column.field != Field::Attribute || !text.contains(&b'|') {
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

/// Notes the cells of a row with damaged values between `|` as suspect.
pub fn add_suspects(desired: &mut DesiredState, row: usize) {
    for (at, cell) in desired.rows.row(row) {
        if let Some(column) = desired.columns.get(at)
            && let Some(array) = to_array(column, cell)
            && let Some(damage) = Damage::of(column, RawCell::Array(&array))
            // These damages are found in the whole cell.
            && !matches!(damage, Damage::LostCharacter | Damage::NotAnAddress)
            && let Cell::String(text) = cell
        {
            desired.suspects.push(SuspectCell {
                row,
                column: at,
                damage,
                value: excerpt_of_bytes(text, 60),
            });
        }
    }
}
