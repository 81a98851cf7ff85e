//! Columns by their names, as Domo, its files and people write them.

use crate::directory::desired::{DesiredState, MatchBy};
use crate::directory::raw_cell::ATTRIBUTES_FIELD;
use crate::text::{digits, excerpt, join};
use domo_users_scan::columns::{ATTRIBUTES, TOP_LEVEL};
use domo_users_scan::csv::plain_rows::{Content, Layout, PlainColumn, without_formula_guard};
use domo_users_scan::damage::{has_replacement, is_artefact};
use domo_users_scan::email::{is_blank, visible};
use domo_users_scan::names::fold_name;
use domo_users_scan::strings::trim;

/// What a column is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field {
    /// `id`: nobody's to change.
    Id,
    /// `displayName`.
    DisplayName,
    /// `emailAddress`.
    EmailAddress,
    /// What the e-mail address shall become, of Domo's own import files.
    NewEmail,
    /// `roleId`.
    RoleId,
    /// `userName`.
    UserName,
    /// `reportsTo`, by id or e-mail address.
    ReportsTo,
    /// `hireDate`, as people write dates.
    HireDate,
    /// Any other.
    Attribute,
    /// Cells for which a parser found no header: the row is out of line with the header.
    ParserArtefact,
    /// What only Domo writes, and what is no field of a user.
    Ignored,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// As Domo, or the instance, names it.
    pub name: String,
    /// As the list names it.
    pub header: String,
    /// As it was looked for among the instance's attributes: the header, or the field that the option `columns` gives it.
    pub wanted: String,
    /// What it is of.
    pub field: Field,
    /// Whether the name is meant as it is written, as the key of an attribute in a list of attributes is.
    pub is_exact: bool,
}

impl Column {
    /// Whether it is the attribute for a second address of a user.
    #[must_use]
    pub fn is_alternate_email(&self) -> bool {
        self.field == Field::Attribute && self.name == "alternateEmail"
    }

    /// A column for tests.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn of(field: Field, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            header: name.to_owned(),
            wanted: name.to_owned(),
            field,
            is_exact: false,
        }
    }
}

/// How the caller wants headers to be read.
#[derive(Debug, Default)]
pub struct HeaderOptions {
    /// The option `columns`: a header, and the field that it is; `None` ignores the column.
    pub columns: Vec<MappedHeader>,
    /// The option `newAttributes`.
    pub new_attributes: Vec<String>,
}

/// A header that the caller has mapped.
#[derive(Debug)]
pub struct MappedHeader {
    /// The header.
    pub header: String,
    /// The field.
    pub field: Option<String>,
    /// Whether the list has this header.
    pub is_found: bool,
}

impl HeaderOptions {
    /// The entry of `columns` for a header: the one that is written just so, or one in another spelling.
    fn mapped(&mut self, header: &str) -> Option<&mut MappedHeader> {
        let folded = fold_name(header);
        let position = |fits: &dyn Fn(&MappedHeader) -> bool| self.columns.iter().position(fits);
        let at = position(&|mapped| mapped.header == header)
            .or_else(|| position(&|mapped| fold_name(&mapped.header) == folded))?;
        self.columns.get_mut(at)
    }

    /// The new attribute that a header names.
    fn new_attribute(&self, header: &str) -> Option<&str> {
        let folded = fold_name(header);
        let new = self.new_attributes.iter();
        let exact = new.clone().find(|name| *name == header);
        exact
            .or_else(|| new.clone().find(|name| fold_name(name) == folded))
            .map(String::as_str)
    }
}

impl DesiredState {
    /// The number of a column, by its header: a name of Domo's own or of its files, as people write it, or the key of an attribute.
    pub fn column(&mut self, header: &str) -> usize {
        if !self.headers.iter().any(|known| known == header) {
            self.headers.push(header.to_owned());
        }
        let mapped = self.header_options.mapped(header).map(|mapped| {
            mapped.is_found = true;
            mapped.field.clone()
        });
        match mapped {
            Some(None) => self.add_column(header, [header, header], Some(Field::Ignored), false),
            Some(Some(field)) => {
                let name = domo_name(&field).unwrap_or(&field);
                self.add_column(name, [header, &field], None, false)
            }
            None => self.unmapped_column(header),
        }
    }

    fn unmapped_column(&mut self, header: &str) -> usize {
        let is_new = |name: &String| name == header;
        let own = domo_name(header).filter(|_| !self.header_options.new_attributes.iter().any(is_new));
        let new = self.header_options.new_attribute(header).map(str::to_owned);
        let shown = visible(header);
        let name = own
            .map(str::to_owned)
            .or(new)
            .unwrap_or_else(|| shown.trim().to_owned());
        self.add_column(&name, [header, header], None, false)
    }

    /// The number of the column of an attribute, by its key.
    pub fn exact_column(&mut self, key: &str) -> usize {
        self.add_column(key, [key, key], None, true)
    }

    fn add_column(&mut self, name: &str, [header, wanted]: [&str; 2], field: Option<Field>, is_exact: bool) -> usize {
        let field = match field.unwrap_or_else(|| field_of(name)) {
            // A key of an attribute is meant as it is written, even if it is blank or the name of a column of Domo's import files.
            Field::ParserArtefact | Field::NewEmail if is_exact => Field::Attribute,
            field => field,
        };
        let is_same = |column: &Column| column.name == name && column.field == field;
        if let Some(at) = self.columns.iter().position(is_same) {
            return at;
        }
        let at = self.columns.len();
        self.columns.push(Column {
            name: name.to_owned(),
            header: header.to_owned(),
            wanted: wanted.to_owned(),
            field,
            is_exact,
        });
        if field == Field::NewEmail && self.match_by != MatchBy::EmailAddress {
            // Where it ends up.
            self.column("emailAddress");
        }
        at
    }

    /// The number of the column of a field.
    #[must_use]
    pub fn column_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field)
    }

    /// The columns of a header row, one after the other; faults are noted.
    pub fn header(&mut self, cells: &mut dyn Iterator<Item = &[u8]>) -> Vec<usize> {
        let mut numbers = Vec::new();
        let mut found = String::new();
        for (index, cell) in cells.enumerate() {
            let name = String::from_utf8_lossy(trim(without_formula_guard(cell)));
            let place = join(&["column ", &digits((index as u64).saturating_add(1))]);
            if has_replacement(name.as_bytes()) {
                let reason = format!(
                    "\"{}\" holds U+FFFD: the file was read with the wrong character encoding; save it as CSV UTF-8",
                    excerpt(&name, 60)
                );
                self.faults.add(1, &place, &reason);
            }
            if is_blank(&name) {
                self.faults.add(1, &place, "the header is empty");
                numbers.push(usize::MAX);
                continue;
            }
            add_name(&mut found, &name);
            let number = self.column(&name);
            let is_ignored = self
                .columns
                .get(number)
                .is_some_and(|column| column.field == Field::Ignored);
            if numbers.contains(&number) && !is_ignored {
                self.faults
                    .add(1, &place, &join(&["\"", &excerpt(&name, 60), "\" appears twice"]));
            }
            numbers.push(number);
        }
        self.has_header = true;
        if !numbers.contains(&0) {
            let name = self.match_by.name();
            let hint = if found.contains([';', '\t']) {
                "; the header has a comma, so cells are separated by commas".to_owned()
            } else if found.ends_with(".csv") {
                "; a text is the CSV itself, not the path of a file".to_owned()
            } else {
                String::new()
            };
            let remedy = if hint.is_empty() && !found.is_empty() {
                format!(": rename one, or pass columns: {{\"<its header>\": \"{name}\"}}")
            } else {
                String::new()
            };
            let found = told(&found);
            let reason = format!("there is no {name} column, which rows are matched by{remedy}{found}{hint}");
            self.faults.add(1, name, &reason);
            self.has_no_key = true;
        }
        numbers
    }

    /// How the plain rows of a file with these columns are read.
    #[must_use]
    pub fn shape(&self, cells: &[usize]) -> Layout {
        let mut columns = Vec::new();
        for (number, column) in self.columns.iter().enumerate() {
            let at = cells.iter().position(|cell| *cell == number);
            let content = match column.field {
                // Only a fault leaves out the key.
                _ if at.is_none() => Content::Other,
                Field::Id if number > 0 => Content::CheckedId,
                Field::Id | Field::RoleId => Content::Id,
                Field::NewEmail if self.match_by != MatchBy::EmailAddress => Content::Other,
                Field::EmailAddress | Field::NewEmail => Content::Address,
                Field::UserName => Content::AddressOrName,
                Field::DisplayName => Content::String,
                Field::ReportsTo => Content::Manager,
                Field::HireDate => Content::Date,
                Field::ParserArtefact => Content::Other,
                Field::Attribute if column.is_alternate_email() => Content::AddressOrName,
                Field::Attribute if column.name == ATTRIBUTES_FIELD => Content::Other,
                Field::Attribute => Content::Attribute,
                Field::Ignored => Content::Ignored,
            };
            columns.push(PlainColumn {
                cell: at.unwrap_or_default(),
                content,
            });
        }
        Layout {
            columns,
            cells: cells.len(),
            clears_empty: self.clear_empty,
        }
    }
}

/// One more of the names that were found.
pub(super) fn add_name(found: &mut String, name: &str) {
    found.push_str(if found.is_empty() { "" } else { ", " });
    found.push_str(name);
}

/// The names that were found in place of one that is missing.
pub(super) fn told(found: &str) -> String {
    match found {
        "" => String::new(),
        names => join(&["; found: ", &excerpt(names, 200)]),
    }
}

/// Domo's name of a column; `None` if it is none of Domo's own. Domo's people import and export files have names of their own for some.
#[must_use]
pub fn domo_name(header: &str) -> Option<&'static str> {
    const OTHERS: [(&str, &str); 8] = [
        ("email", "emailAddress"),
        ("deskPhone", "deskPhoneNumber"),
        ("location", "employeeLocation"),
        ("newEmail", "newEmail"),
        ("sendInvite", "sendInvite"),
        ("groups", "groups"),
        ("role", "role"),
        ("edit", "edit"),
    ];
    let folded = fold_name(header);
    let is_called = |name: &str| fold_name(name) == folded;
    let other = OTHERS.iter().find(|(name, _)| is_called(name)).map(|(_, domo)| *domo);
    other.or_else(|| {
        TOP_LEVEL
            .iter()
            .chain(&ATTRIBUTES)
            .copied()
            .find(|name| is_called(name))
    })
}

/// What a column of this name is of.
fn field_of(name: &str) -> Field {
    match name {
        "id" => Field::Id,
        "displayName" => Field::DisplayName,
        "emailAddress" => Field::EmailAddress,
        "newEmail" => Field::NewEmail,
        "roleId" => Field::RoleId,
        "userName" => Field::UserName,
        "reportsTo" => Field::ReportsTo,
        "hireDate" => Field::HireDate,
        // Written by Domo itself: a file of last week would seem to want them back.
        "created" | "modified" | "lastActivity" | "lastLogin" => Field::Ignored,
        // Columns of Domo's import that are no fields of a user; so are these two of a user that was read.
        "sendInvite" | "groups" | "role" | "edit" => Field::Ignored,
        name if is_artefact(name) => Field::ParserArtefact,
        _ => Field::Attribute,
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
            ("Role", "role", Field::Ignored),
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
    fn faults_of_the_header() {
        let mut desired = DesiredState::new(MatchBy::EmailAddress, false);
        desired.header(&mut [&b"id;email"[..], b"", b"title", b"Title"].into_iter());
        let message = desired.faults.settle().unwrap_err().message.clone();
        for part in [
            "column 2: the header is empty",
            "column 4: \"Title\" appears twice",
            "row 1, emailAddress",
            "separated by commas",
        ] {
            assert!(message.contains(part), "{message}");
        }
    }
}
