//! The desired state: the columns and rows of a list, and their errors.

use crate::directory::affected_rows::AffectedRows;
use crate::directory::column::{Column, Field, ROLE, domo_name};
use crate::directory::desired::damage::SuspectCell;
use crate::directory::desired::header_options::HeaderOptions;
use crate::directory::desired::new_user_defaults::NewUserDefaults;
use crate::directory::desired::raw_cell::CellReader;
use crate::directory::desired::references::References;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::row_errors::{ListDescription, RowErrors};
use crate::error::DomoError;
use crate::excerpt::excerpt_of_bytes;
use domo_users_scan::email::visible;
use domo_users_scan::fold::is_same_ignoring_case;
use domo_users_scan::rows::cell::write_key;
use domo_users_scan::rows::{cell::Cell, store::Rows};

/// The field by which rows are matched to users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatchBy {
    /// The e-mail address, ignoring case.
    #[default]
    EmailAddress,
    /// The id, a number or a string.
    Id,
    /// The user name, ignoring case.
    UserName,
}

impl MatchBy {
    /// Returns Domo's name of the field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MatchBy::EmailAddress => "emailAddress",
            MatchBy::Id => "id",
            MatchBy::UserName => "userName",
        }
    }
}

/// The rows and columns of a list of desired users, and the errors found in it.
#[derive(Debug, Default)]
pub struct DesiredState {
    /// The field by which rows are matched to users.
    pub match_by: MatchBy,
    /// Whether an empty cell clears an attribute.
    pub clear_empty: bool,
    /// The columns. The first is the one that rows are matched by.
    pub columns: Vec<Column>,
    /// The rows, without blank lines and rows that cannot be read.
    pub rows: Rows,
    /// The managers that rows name by e-mail address.
    pub managers: References,
    /// The roles that rows name.
    pub roles: References,
    /// Values for new users.
    pub new_users: NewUserDefaults,
    /// The errors.
    pub errors: RowErrors,
    /// Cells that are errors unless the instance already has the same value for that user.
    pub suspects: Vec<SuspectCell>,
    /// How the caller wants headers to be read.
    pub header_options: HeaderOptions,
    /// Rows with an e-mail address that had invisible characters or text around it.
    pub cleaned_addresses: AffectedRows,
    /// Rows with such a user name.
    pub cleaned_user_names: AffectedRows,
    /// The headers of the list, each once.
    pub headers: Vec<String>,
    /// Whether the list is a file with a header row.
    pub is_file: bool,
    /// The number of the header row.
    pub header_row: u32,
    /// Whether the file has no column to match rows by. This is one error of the file, not one of each row.
    pub lacks_key_column: bool,
    skipped: Vec<SkippedRows>,
}

/// Rows of the list that are not stored.
#[derive(Debug)]
struct SkippedRows {
    /// The index of the stored row behind them.
    before: usize,
    /// The number of all rows that were skipped up to there.
    count: u32,
}

impl DesiredState {
    /// Returns an empty list.
    #[must_use]
    pub fn new(match_by: MatchBy, clear_empty: bool) -> Self {
        Self::with_header_options(match_by, clear_empty, HeaderOptions::default())
    }

    /// Returns an empty list whose headers are read with these options.
    #[must_use]
    #[allow(clippy::field_reassign_with_default)] // the rest of a struct update is copied, which takes more code
    pub fn with_header_options(match_by: MatchBy, clear_empty: bool, header_options: HeaderOptions) -> Self {
        let mut desired = Self::default();
        desired.match_by = match_by;
        desired.clear_empty = clear_empty;
        desired.header_options = header_options;
        desired.header_row = 1;
        desired.exact_column(match_by.name());
        desired
    }

    /// Returns the index of the column with this header, and adds it if it is new. The header is a name of Domo's, as people write it, a header that
    /// the options name, or the key of an attribute.
    pub fn column(&mut self, header: &str) -> usize {
        if !self.headers.iter().any(|known| known == header) {
            self.headers.push(header.to_owned());
        }
        let Some(mapped) = self.header_options.mapped(header) else {
            let name = self.column_name(header);
            return self.add_column(Column::new(&name, header, header));
        };
        mapped.is_found = true;
        let column = match &mapped.field {
            Some(field) => {
                let field = field.clone();
                let name = self.known_name(&field).unwrap_or_else(|| field.clone());
                Column::new(&name, header, &field)
            }
            None => Column {
                field: Field::Ignored,
                ..Column::new(header, header, header)
            },
        };
        self.add_column(column)
    }

    /// Returns the name for a header that the option `columns` does not map.
    fn column_name(&self, header: &str) -> String {
        let known = self.known_name(header);
        known.unwrap_or_else(|| visible(header).trim().to_owned())
    }

    /// Returns the name that Domo or the option `newAttributes` has for a header. A role is granted only by a header that means nothing else.
    fn known_name(&self, header: &str) -> Option<String> {
        let options = &self.header_options;
        let name = match (domo_name(header), options.new_attribute(header)) {
            (Some(name), new) if new.is_none() || !(name == ROLE || options.is_new_attribute(header)) => Some(name),
            (_, new) => new,
        };
        name.map(str::to_owned)
    }

    /// Returns the index of the column of an attribute with exactly this key, and adds it if it is new.
    pub fn exact_column(&mut self, key: &str) -> usize {
        let mut column = Column::new(key, key, key);
        column.is_exact = true;
        column.field = match column.field {
            // As the key of an attribute, a name of Domo's import files or a blank name has no other meaning.
            Field::ParserArtefact | Field::NewEmail => Field::Attribute,
            Field::RoleId if key == ROLE => Field::Ignored,
            field => field,
        };
        self.add_column(column)
    }

    fn add_column(&mut self, column: Column) -> usize {
        let is_same = |other: &Column| other.name == column.name && other.field == column.field;
        if let Some(at) = self.columns.iter().position(is_same) {
            // The column that rows are matched by exists before its header is read.
            if let Some(known) = self.columns.get_mut(at).filter(|known| known.header == known.name) {
                known.header = column.header;
            }
            return at;
        }
        let (at, field) = (self.columns.len(), column.field);
        self.columns.push(column);
        if field == Field::NewEmail && self.match_by != MatchBy::EmailAddress {
            // The new address is stored as the desired address.
            self.column("emailAddress");
        }
        at
    }

    /// Returns the index of the first column of a field.
    #[must_use]
    pub fn column_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field)
    }

    /// Returns the column from which a row takes the role of its user: the first of `roleId` and `role` that has a cell.
    #[must_use]
    pub fn role_column(&self, row: usize) -> Option<usize> {
        let row = self.rows.row(row);
        (0..self.columns.len()).find(|column| self.field(*column) == Some(Field::RoleId) && row.has(*column))
    }

    /// Whether a row has a value for the field of a column, which may be another column of the same field.
    #[must_use]
    pub fn has_value(&self, row: usize, of: &Column) -> bool {
        self.rows.row(row).any(|(at, cell)| {
            let is_same = |column: &Column| match of.field {
                Field::RoleId => column.field == Field::RoleId,
                field => column.field == field && column.name == of.name,
            };
            cell != Cell::Clear && self.columns.get(at).is_some_and(is_same)
        })
    }

    /// Returns what a column of a field names: roles, or users.
    #[must_use]
    pub fn references(&self, field: Field) -> &References {
        match field {
            Field::RoleId => &self.roles,
            _ => &self.managers,
        }
    }

    /// Returns the field of a column.
    #[must_use]
    pub fn field(&self, column: usize) -> Option<Field> {
        self.columns.get(column).map(|column| column.field)
    }

    /// Returns the name of a column, which is empty for a column without a header.
    #[must_use]
    pub fn column_name_at(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", |column| &column.name)
    }

    /// Returns the header of a column.
    #[must_use]
    pub fn header_at(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", |column| &column.header)
    }

    /// Returns how the cells of a column are read.
    #[must_use]
    pub fn cell_reader(&self, column: usize) -> CellReader {
        CellReader {
            field: self.field(column),
            clear_empty: self.clear_empty,
        }
    }

    /// Whether a column is never written.
    #[must_use]
    pub fn is_ignored(&self, column: usize) -> bool {
        self.field(column).is_none_or(|field| field == Field::Ignored)
    }

    /// Returns the cell of a row in the column of a field.
    #[must_use]
    pub fn cell_of(&self, row: usize, field: Field) -> Option<Cell<'_>> {
        self.rows.cell_of(row, self.column_of(field)?)
    }

    /// Sets `address` to the e-mail address that the user of a row gets. It is empty if the row has none.
    pub fn address(&self, row: usize, address: &mut Vec<u8>) {
        address.clear();
        for field in [Field::NewEmail, Field::EmailAddress] {
            if address.is_empty()
                && let Some(cell) = self.cell_of(row, field)
            {
                write_key(cell, address);
            }
        }
    }

    /// Whether a cell names a manager by the address that the user of a row gets.
    #[must_use]
    pub fn is_address_of(&self, cell: Cell<'_>, row: usize) -> bool {
        let Cell::Reference(number) = cell else { return false };
        let mut address = Vec::new();
        self.address(row, &mut address);
        is_same_ignoring_case(self.managers.name(number), &address)
    }

    /// Adds an error of a stored row.
    pub fn add_error(&mut self, row: usize, column: &str, error: RowError) {
        self.errors.add(self.row_number(row), column, error);
    }

    /// Adds an error of a cell of a stored row.
    pub fn add_cell_error(&mut self, row: usize, column: usize, error: RowError) {
        let (number, column) = (self.row_number(row), self.columns.get(column));
        self.errors.add(number, column.map_or("", |column| &column.name), error);
    }

    /// Adds an error of a field of the option `newUsers`.
    pub fn add_new_users_error(&mut self, field: &str, error: RowError) {
        self.errors.add(1, &format!("newUsers.{field}"), error);
    }

    /// Adds an error of the header row.
    pub fn add_header_error(&mut self, column: &str, error: RowError) {
        self.errors.add(self.header_row, column, error);
    }

    /// Adds the errors of the suspect cells of which this is true, given their row and column.
    pub fn refuse_suspects(&mut self, is_refused: &dyn Fn(&Self, usize, usize) -> bool) {
        for SuspectCell {
            row,
            column,
            damage,
            value,
        } in core::mem::take(&mut self.suspects)
        {
            if is_refused(self, row, column) {
                self.add_cell_error(row, column, RowError::Damaged { damage, value });
            }
        }
    }

    /// Checks that no error was found so far. Suspect cells may be fine: that is known when the instance was read.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every error of the list.
    pub fn check(&self) -> Result<(), DomoError> {
        self.to_result()
    }

    /// Returns the error with all errors of the list, if there are any.
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn to_result(&self) -> Result<(), DomoError> {
        self.errors.to_result(self)
    }

    /// Returns the stored row with this number, if the row is stored.
    fn row_with_number(&self, number: u32) -> Option<usize> {
        let (mut row, mut end) = (0, self.rows.len());
        while row < end {
            let middle = row.saturating_add(end) / 2;
            match self.row_number(middle) < number {
                true => row = middle.saturating_add(1),
                false => end = middle,
            }
        }
        (row < self.rows.len() && self.row_number(row) == number).then_some(row)
    }

    /// Counts a row of the list that is not stored.
    pub fn skip_row(&mut self) {
        let before = self.rows.len();
        let count = self.skipped.last().map_or(0, |skipped| skipped.count).saturating_add(1);
        self.skipped.push(SkippedRows { before, count });
    }

    /// Returns the number of a stored row as a spreadsheet shows it: the header is row 1, and blank lines count.
    #[must_use]
    pub fn row_number(&self, row: usize) -> u32 {
        let groups = self.skipped.partition_point(|skipped| skipped.before <= row);
        let last = groups.checked_sub(1).and_then(|at| self.skipped.get(at));
        let number = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(2);
        number.saturating_add(last.map_or(0, |skipped| skipped.count))
    }
}

impl ListDescription for DesiredState {
    fn header<'a>(&'a self, column: &'a str) -> &'a str {
        let column_of_name = self.columns.iter().find(|other| other.name == column);
        column_of_name.map_or(column, |column| &column.header)
    }

    fn value(&self, row: u32, column: Option<&str>) -> String {
        let is_column = |other: &Column| column.is_none_or(|name| other.name == name);
        let column = self.columns.iter().position(is_column).unwrap_or(usize::MAX);
        let mut value = Vec::new();
        if let Some(row) = self.row_with_number(row)
            && let Some(cell) = self.rows.cell_of(row, column)
        {
            write_key(cell, &mut value);
        }
        excerpt_of_bytes(&value, 60)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn headers_of_domo_and_of_its_files() {
        for (header, name, field) in [
            ("email", "emailAddress", Field::EmailAddress),
            ("roleID", "roleId", Field::RoleId),
            ("deskPhone", "deskPhoneNumber", Field::Attribute),
            ("employeeID", "employeeId", Field::Attribute),
            ("location", "employeeLocation", Field::Attribute),
            ("newEmail", "newEmail", Field::NewEmail),
            ("groups", "groups", Field::Ignored),
            ("costCenter", "costCenter", Field::Attribute),
            ("Email Address", "emailAddress", Field::EmailAddress),
            ("E-Mail", "emailAddress", Field::EmailAddress),
            ("Role ID", "roleId", Field::RoleId),
            (" display_name_", "displayName", Field::DisplayName),
            ("REPORTS TO", "reportsTo", Field::ReportsTo),
            ("Groups", "groups", Field::Ignored),
            ("Role", "role", Field::RoleId),
            ("send invite", "sendInvite", Field::Ignored),
            ("last login", "lastLogin", Field::Ignored),
            ("created", "created", Field::Ignored),
            ("new-email", "newEmail", Field::NewEmail),
            ("Role\u{a0}ID", "roleId", Field::RoleId),
            ("Role\nID", "roleId", Field::RoleId),
            ("reports\u{2011}to", "reportsTo", Field::ReportsTo),
            ("\u{feff}\u{feff}e-mail", "emailAddress", Field::EmailAddress),
            ("Hire Date", "hireDate", Field::HireDate),
            ("edit", "edit", Field::Ignored),
            ("emial", "emial", Field::Attribute),
            ("Cost Center", "Cost Center", Field::Attribute),
            ("i.d.", "i.d.", Field::Attribute),
            ("__parsed_extra", "__parsed_extra", Field::ParserArtefact),
            ("__EMPTY_1", "__EMPTY_1", Field::ParserArtefact),
            ("", "", Field::ParserArtefact),
        ] {
            let mut desired = DesiredState::new(MatchBy::EmailAddress, false);
            let number = desired.column(header);
            let column = &desired.columns[number];
            assert_eq!((column.name.as_str(), column.field), (name, field), "{header}");
        }
    }

    #[test]
    fn rows_are_numbered_with_the_rows_that_are_skipped_before_them() {
        let mut desired = DesiredState::new(MatchBy::Id, false);
        desired.rows.push(&[Some(Cell::Number(1))]);
        desired.skip_row();
        desired.skip_row();
        desired.rows.push(&[Some(Cell::Number(2))]);
        desired.rows.push(&[Some(Cell::Number(3))]);
        desired.skip_row();
        let numbers: Vec<u32> = (0..4).map(|row| desired.row_number(row)).collect();
        assert_eq!(numbers, [2, 5, 6, 8]);
    }
}
