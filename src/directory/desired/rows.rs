//! Adds rows to the desired state: each cell is cleaned, checked and stored.

use crate::directory::column::Field;
use crate::directory::desired::cell_check::check_cell;
use crate::directory::desired::clean_address::clean_address;
use crate::directory::desired::damage::{Damage, SuspectCell};
use crate::directory::desired::new_user::check_new_user;
use crate::directory::desired::raw_cell::{ColumnCell, RawCell};
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::excerpt::excerpt_of_bytes;
use domo_users_scan::rows::cell::Cell;

/// A cell with its address as a person sees it.
struct CleanedCell<'a> {
    column: usize,
    cell: RawCell<'a>,
    /// The address, if it differs from the cell.
    address: Option<String>,
}

impl CleanedCell<'_> {
    fn value(&self) -> RawCell<'_> {
        match (self.cell, &self.address) {
            (RawCell::Array(_), Some(addresses)) => RawCell::Array(addresses.as_bytes()),
            (_, Some(address)) => RawCell::String(address.as_bytes()),
            (cell, None) => cell,
        }
    }
}

/// Adds a row with this number. A row without values is skipped.
pub fn add_row(desired: &mut DesiredState, number: u32, cells: &[ColumnCell<'_>]) {
    let cleaned = clean_cells(desired, number, cells);
    let mut checked: Vec<Option<Cell<'_>>> = vec![None; desired.columns.len()];
    let (mut is_blank, mut has_key, mut has_error) = (true, false, false);
    for cleaned in &cleaned {
        let (column, cell) = (cleaned.column, cleaned.value());
        if desired.is_ignored(column) {
            continue;
        }
        if cell != RawCell::Empty {
            is_blank = false;
            has_key |= column == 0;
        }
        match checked_cell(desired, column, cell) {
            Ok(value) => {
                if let Some(place) = checked.get_mut(column) {
                    *place = value;
                }
            }
            Err(error) => {
                has_error = true;
                let name = match desired.columns.get(column) {
                    Some(column) if !column.name.is_empty() => &column.name,
                    _ => "a column without a header",
                };
                desired.errors.add(number, name, error);
            }
        }
    }
    if is_blank {
        return desired.skip_row();
    }
    move_new_email(desired, &mut checked);
    desired.rows.push(&checked);
    match desired.match_by {
        _ if desired.lacks_key_column => {}
        // A row without an id creates a user.
        MatchBy::Id if checked.first() == Some(&None) && !has_error => {
            check_new_user(desired, desired.rows.len().saturating_sub(1));
        }
        MatchBy::EmailAddress | MatchBy::UserName if !has_key => {
            let error = RowError::NoKey {
                found: fields_without_key(desired, cells),
            };
            desired.errors.add(number, desired.match_by.name(), error);
        }
        _ => {}
    }
}

/// Adds an error of a row that cannot be read, and skips the row.
pub fn refuse_row(desired: &mut DesiredState, number: u32, column: &str, error: RowError) {
    desired.errors.add(number, column, error);
    desired.skip_row();
}

/// Cleans the cells of a row with this number, and notes the row if an address changes.
fn clean_cells<'a>(desired: &mut DesiredState, number: u32, cells: &[ColumnCell<'a>]) -> Vec<CleanedCell<'a>> {
    let mut cleaned = Vec::with_capacity(cells.len());
    for ColumnCell { column, cell } in cells.iter().copied() {
        let cell = desired.cell_reader(column).without_invisible(cell);
        let of = desired.columns.get(column);
        let address = of.and_then(|of| clean_address(of, cell));
        if address.is_some() {
            match desired.field(column) {
                Some(Field::UserName) => desired.cleaned_user_names.add(number),
                _ => desired.cleaned_addresses.add(number),
            }
        }
        cleaned.push(CleanedCell { column, cell, address });
    }
    cleaned
}

/// Checks a cell, and notes it as suspect if it looks damaged.
fn checked_cell<'a>(
    desired: &mut DesiredState,
    column: usize,
    cell: RawCell<'a>,
) -> Result<Option<Cell<'a>>, RowError> {
    let Some(of) = desired.columns.get(column) else {
        return Ok(None);
    };
    let references = match of.field {
        Field::RoleId => &mut desired.roles,
        _ => &mut desired.managers,
    };
    let checked = check_cell(of, cell, references)?;
    let (Some(_), Some(damage)) = (&checked, Damage::of(of, cell)) else {
        return Ok(checked);
    };
    // Unless rows are matched by address, a new address is stored as the desired address.
    let is_moved = of.field == Field::NewEmail && desired.match_by != MatchBy::EmailAddress;
    let stored = desired.column_of(Field::EmailAddress).filter(|_| is_moved);
    desired.suspects.push(SuspectCell {
        row: desired.rows.len(),
        column: stored.unwrap_or(column),
        damage,
        value: match cell {
            RawCell::String(text) | RawCell::Literal(text) | RawCell::Array(text) => excerpt_of_bytes(text, 60),
            RawCell::Empty | RawCell::Clear | RawCell::Object => String::new(),
        },
    });
    Ok(checked)
}

/// Moves a new address to the column of the desired address, unless rows are matched by address.
fn move_new_email(desired: &DesiredState, checked: &mut [Option<Cell<'_>>]) {
    if desired.match_by == MatchBy::EmailAddress {
        return;
    }
    if let (Some(from), Some(to)) = (
        desired.column_of(Field::NewEmail),
        desired.column_of(Field::EmailAddress),
    ) && let Some(new) = checked.get_mut(from).and_then(Option::take)
        && let Some(address) = checked.get_mut(to)
    {
        *address = Some(new);
    }
}

/// Returns the names of the fields of an object that has no field to match it by. A file that lacks it has one error for its header.
fn fields_without_key(desired: &DesiredState, cells: &[ColumnCell<'_>]) -> Vec<String> {
    if cells.iter().any(|cell| cell.column == 0) {
        return Vec::new();
    }
    let mut names = Vec::new();
    for cell in cells {
        names.push(desired.column_name_at(cell.column).to_owned());
    }
    names
}
