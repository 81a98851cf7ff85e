//! The header row of a CSV file.

use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field};
use crate::directory::desired::damage::Damage;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::suggest::nearest;
use domo_users_scan::csv::plain::{Holds, Shape, unguarded};
use domo_users_scan::damage::has_replacement;
use domo_users_scan::email::is_blank;
use domo_users_scan::strings::{lossy, trim};

/// Reads a header row. Returns the index of the column of each cell, or `None` for an empty header. Errors are added to the state.
pub fn read_header(desired: &mut DesiredState, cells: &mut dyn Iterator<Item = &[u8]>) -> Vec<Option<usize>> {
    let (mut columns, mut found) = (Vec::new(), Vec::new());
    for (index, cell) in cells.enumerate() {
        let header = lossy(trim(unguarded(cell)));
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
pub fn row_shape(desired: &DesiredState, cells: &[Option<usize>]) -> Shape {
    if desired.clear_empty && desired.columns.iter().any(Column::is_alternate_email) {
        // An empty address keeps the value in a plain row, and here it clears it: every row gets a closer look.
        return Shape::default();
    }
    let shape_of = |(index, column): (usize, &Column)| {
        let at = cells.iter().position(|cell| *cell == Some(index));
        let holds = at.map_or(Holds::Other, |_| contents(desired.match_by, index == 0, column));
        (at.unwrap_or_default(), holds)
    };
    Shape {
        columns: desired.columns.iter().enumerate().map(shape_of).collect(),
        cells: cells.len(),
        clear_empty: desired.clear_empty,
    }
}

/// Returns what the cells of a column hold.
fn contents(match_by: MatchBy, is_key: bool, column: &Column) -> Holds {
    match column.field {
        Field::Id if !is_key => Holds::Checked,
        Field::Id | Field::RoleId => Holds::Number,
        Field::NewEmail if match_by != MatchBy::EmailAddress => Holds::Other,
        Field::EmailAddress | Field::NewEmail => Holds::Address,
        Field::UserName => Holds::Name,
        Field::DisplayName => Holds::Text,
        Field::ReportsTo => Holds::Manager,
        Field::HireDate => Holds::Date,
        Field::ParserArtefact => Holds::Other,
        Field::Attribute if column.is_alternate_email() => Holds::Address,
        Field::Attribute if column.name == ATTRIBUTES_FIELD => Holds::Other,
        Field::Attribute => Holds::Attribute,
        Field::Ignored => Holds::Ignored,
    }
}
