//! Values for rows that create a user and leave the field empty: the option `newUsers`.

use crate::directory::column::{Column, Field};
use domo_users_scan::rows::{cell::Cell, store::Rows};

/// Values for new users. They are never used for updates.
#[derive(Debug, Default)]
pub struct NewUserDefaults {
    /// The fields and attributes.
    pub columns: Vec<Column>,
    /// One row with the values, or no row.
    pub row: Rows,
}

impl NewUserDefaults {
    /// Returns the values with their columns.
    pub fn cells(&self) -> impl Iterator<Item = (&Column, Cell<'_>)> {
        let cells = self.row.row(0);
        cells.filter_map(|(column, cell)| Some((self.columns.get(column)?, cell)))
    }

    /// Returns the value for a field.
    #[must_use]
    pub fn cell_of(&self, field: Field) -> Option<Cell<'_>> {
        self.cells()
            .find(|(column, _)| column.field == field)
            .map(|(_, cell)| cell)
    }
}
