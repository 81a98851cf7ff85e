//! The header row of a CSV file.

use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field};
use crate::directory::desired::damage::Damage;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::suggest::nearest;
use domo_users_scan::csv::plain_rows::{Content, Layout, PlainColumn, without_formula_guard};
use domo_users_scan::damage::has_replacement;
use domo_users_scan::email::is_blank;
use domo_users_scan::strings::trim;

/// Reads a header row. Returns the index of the column of each cell, or `None` for an empty header. Errors are added to the state.
pub fn read_header(desired: &mut DesiredState, cells: &mut dyn Iterator<Item = &[u8]>) -> Vec<Option<usize>> {
    let (mut columns, mut found) = (Vec::new(), Vec::new());
    for (index, cell) in cells.enumerate() {
        let header = String::from_utf8_lossy(trim(without_formula_guard(cell)));
        let place = format!("column {}", index.saturating_add(1));
        if has_replacement(header.as_bytes()) {
            let error = RowError::Damaged {
                damage: Damage::LostCharacter,
                value: header.clone().into_owned(),
            };
            desired.errors.add(1, &place, &error);
        }
        if is_blank(&header) {
            desired.errors.add(1, &place, &RowError::EmptyHeader);
            columns.push(None);
            continue;
        }
        found.push(header.clone().into_owned());
        let column = desired.column(&header);
        if let Some(first) = columns.iter().position(|other| *other == Some(column))
            && !desired.is_ignored(column)
        {
            let error = RowError::RepeatedColumn {
                header: header.into_owned(),
                field: desired.column_name_at(column).to_owned(),
                first: first.saturating_add(1),
            };
            desired.errors.add(1, &place, &error);
        }
        columns.push(Some(column));
    }
    desired.is_file = true;
    if !columns.contains(&Some(0)) {
        let key = desired.match_by.name();
        let means_key = |header: &&String| nearest(header, core::iter::empty()).as_deref() == Some(key);
        let suggestion = found.iter().find(means_key).cloned();
        desired
            .errors
            .add(1, key, &RowError::NoKeyColumn { key, found, suggestion });
        desired.lacks_key_column = true;
    }
    columns
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
        desired.errors.add(1, "columns", &error);
    }
}

/// Returns how the plain rows of a file with these columns are read. Other rows get a closer look.
#[must_use]
pub fn row_layout(desired: &DesiredState, cells: &[Option<usize>]) -> Layout {
    if desired.clear_empty && desired.columns.iter().any(Column::is_alternate_email) {
        // An empty address keeps the value in a plain row, and here it clears it: every row gets a closer look.
        return Layout::default();
    }
    let plain_column = |(index, column): (usize, &Column)| {
        let cell = cells.iter().position(|cell| *cell == Some(index));
        PlainColumn {
            cell: cell.unwrap_or_default(),
            content: cell.map_or(Content::Other, |_| content_of(desired.match_by, column)),
        }
    };
    Layout {
        columns: desired.columns.iter().enumerate().map(plain_column).collect(),
        cells: cells.len(),
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
