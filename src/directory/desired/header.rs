//! The header row of a CSV file.

use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field};
use crate::directory::desired::damage::Damage;
use crate::directory::desired::no_key_column::NoKeyColumn;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::suggest::nearest;
use crate::excerpt::string_of_bytes;
use domo_users_scan::csv::plain_rows::{Content, Layout, PlainColumn, without_formula_guard};
use domo_users_scan::damage::has_replacement;
use domo_users_scan::email::is_blank;
use domo_users_scan::strings::trim;

/// Reads a header row, the row with this number. Returns the index of the column of each cell. Errors are added to the state.
pub fn read_header(desired: &mut DesiredState, row: u32, cells: &[&[u8]]) -> Vec<usize> {
    desired.header_row = row;
    for _ in 1..row {
        desired.skip_row();
    }
    let (mut columns, mut found) = (Vec::new(), Vec::new());
    for (index, cell) in cells.iter().enumerate() {
        let header = string_of_bytes(trim(without_formula_guard(cell)));
        let place = format!("column {}", index.saturating_add(1));
        if has_replacement(header.as_bytes()) {
            let (damage, value) = (Damage::LostCharacter, header.clone());
            desired.add_header_error(&place, RowError::Damaged { damage, value });
        }
        if is_blank(&header) {
            // The cells of a column without a header must be empty.
            columns.push(desired.column(""));
            continue;
        }
        let column = desired.column(&header);
        if let Some(first) = columns.iter().position(|other| *other == column)
            && !desired.is_ignored(column)
        {
            let error = RowError::RepeatedColumn {
                header: header.clone(),
                field: desired.column_name_at(column).to_owned(),
                first: first.saturating_add(1),
            };
            desired.add_header_error(&place, error);
        }
        found.push(header);
        columns.push(column);
    }
    desired.is_file = true;
    if !columns.contains(&0) {
        let key = desired.match_by.name();
        let means_key = |header: &&String| nearest(header, &[]).as_deref() == Some(key);
        let suggestion = found.iter().find(means_key).cloned();
        desired.add_header_error(key, RowError::NoKeyColumn(NoKeyColumn { key, found, suggestion }));
        desired.lacks_key_column = true;
    }
    columns
}

/// Returns the number of cells up to the last one with a header.
#[must_use]
pub fn named_cells(desired: &DesiredState, cells: &[usize]) -> usize {
    let is_named = |column: &usize| !desired.column_name_at(*column).is_empty();
    cells
        .iter()
        .rposition(is_named)
        .map_or(0, |last| last.saturating_add(1))
}

/// Adds an error for each entry of the option `columns` whose header the list does not have.
pub fn check_mapped_headers(desired: &mut DesiredState) {
    // A list without objects has no headers.
    if !desired.is_file && desired.rows.is_empty() {
        return;
    }
    for mapped in desired.header_options.columns.iter().filter(|mapped| !mapped.is_found) {
        let error = RowError::UnknownMappedHeader {
            header: mapped.header.clone(),
            found: desired.headers.clone(),
        };
        desired.errors.add(desired.header_row, "columns", error);
    }
}

/// Returns how the plain rows of a file with these columns are read. Other rows get a closer look.
#[must_use]
pub fn row_layout(desired: &DesiredState, cells: &[usize]) -> Layout {
    // Other cells are plain only if they are empty.
    let named = cells.get(..named_cells(desired, cells)).unwrap_or_default();
    let unnamed = named
        .iter()
        .filter(|column| desired.column_name_at(**column).is_empty());
    if unnamed.count() > 1 || (desired.clear_empty && desired.columns.iter().any(Column::is_alternate_email)) {
        // Only one cell of a column gets a look in a plain row. An empty address keeps the value in a plain row, and here it clears it. So every row
        // gets a closer look.
        return Layout::default();
    }
    let mut columns = Vec::new();
    for (index, column) in desired.columns.iter().enumerate() {
        let cell = named.iter().position(|cell| *cell == index);
        columns.push(PlainColumn {
            cell: cell.unwrap_or_default(),
            content: match cell {
                Some(_) => content_of(desired.match_by, column),
                None if column.name.is_empty() => Content::Ignored,
                None => Content::Other,
            },
        });
    }
    Layout {
        columns,
        cells: named.len(),
        clears_empty: desired.clear_empty,
    }
}

/// Returns what the cells of a column hold.
fn content_of(match_by: MatchBy, column: &Column) -> Content {
    match column.field {
        Field::Id | Field::RoleId => Content::Id,
        Field::NewEmail if match_by != MatchBy::EmailAddress => Content::Other,
        Field::EmailAddress | Field::NewEmail => Content::Address,
        Field::UserName => Content::AddressOrName,
        Field::DisplayName => Content::String,
        Field::ReportsTo => Content::Manager,
        Field::HireDate => Content::Date,
        Field::ParserArtefact => Content::Other,
        Field::Attribute if column.is_alternate_email() => Content::Address,
        Field::Attribute if column.name == ATTRIBUTES_FIELD => Content::Other,
        Field::Attribute => Content::Attribute,
        Field::Ignored => Content::Ignored,
    }
}
