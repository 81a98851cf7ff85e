//! Columns by their names, as Domo, its files and people write them.

use super::columns::{ATTRIBUTES, TOP};
use super::desired::{Desired, MatchBy};
use super::plain::{Holds, Shape, unguarded};
use super::said::ATTRIBUTES_FIELD;
use crate::text::{digits, excerpt, is_one_of, join};
use domo_users_bytes::text::{lossy, trim};

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
    /// Any other.
    Attribute,
    /// What only Domo writes, and what is no field of a user.
    Ignored,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// As Domo names it.
    pub name: String,
    /// What it is of.
    pub field: Field,
}

impl Desired {
    /// The number of a column, by its name as Domo, one of Domo's own files, or somebody who writes a header has it.
    pub fn column(&mut self, header: &str) -> usize {
        self.exact_column(domo_name(header))
    }

    /// The same by its name as Domo has it, an attribute's key for one.
    pub fn exact_column(&mut self, name: &str) -> usize {
        if let Some(at) = self.columns.iter().position(|column| column.name == name) {
            return at;
        }
        let (at, field) = (self.columns.len(), field_of(name));
        self.columns.push(Column {
            name: name.to_owned(),
            field,
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
            let name = lossy(trim(unguarded(cell)));
            let place = join(&["column ", &digits((index as u64).saturating_add(1))]);
            if name.is_empty() {
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
        if !numbers.contains(&0) {
            let name = self.match_by.name();
            let hint = if found.contains([';', '\t']) {
                "; the header has a comma, so cells are separated by commas"
            } else if found.ends_with(".csv") {
                "; a text is the CSV itself, not the path of a file"
            } else {
                ""
            };
            let reason = [
                "there is no ",
                name,
                " column, which rows are matched by",
                &told(&found),
                hint,
            ];
            self.faults.add(1, name, &join(&reason));
            self.has_no_key = true;
        }
        numbers
    }

    /// How the plain rows of a file with these columns are read.
    #[must_use]
    pub fn shape(&self, cells: &[usize]) -> Shape {
        let mut columns = Vec::new();
        for (number, column) in self.columns.iter().enumerate() {
            let at = cells.iter().position(|cell| *cell == number);
            let holds = match column.field {
                // Only a fault leaves out the key.
                _ if at.is_none() => Holds::Other,
                Field::Id if number > 0 => Holds::Checked,
                Field::Id | Field::RoleId => Holds::Number,
                Field::NewEmail if self.match_by != MatchBy::EmailAddress => Holds::Other,
                Field::EmailAddress | Field::NewEmail => Holds::Address,
                Field::UserName => Holds::Name,
                Field::DisplayName => Holds::Text,
                Field::ReportsTo => Holds::Manager,
                Field::Attribute if column.name == "alternateEmail" => Holds::Name,
                Field::Attribute if column.name == ATTRIBUTES_FIELD => Holds::Other,
                Field::Attribute => Holds::Attribute,
                Field::Ignored => Holds::Ignored,
            };
            columns.push((at.unwrap_or_default(), holds));
        }
        Shape {
            columns,
            cells: cells.len(),
            clear_empty: self.clear_empty,
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

/// Whether a header is this name, as people write it: `Role ID`, `e-mail_address`.
#[inline(never)]
fn is_called(header: &str, name: &str) -> bool {
    let mut letters = header.bytes().filter(|byte| !is_one_of(*byte, b" _-"));
    let is_next = |byte: u8| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&byte));
    name.bytes().all(is_next) && letters.next().is_none()
}

/// Domo's name of a column; any other stays. Domo's people import and export files have names of their own for some.
#[must_use]
pub fn domo_name(header: &str) -> &str {
    const OTHERS: [(&str, &str); 7] = [
        ("email", "emailAddress"),
        ("deskPhone", "deskPhoneNumber"),
        ("location", "employeeLocation"),
        ("newEmail", "newEmail"),
        ("sendInvite", "sendInvite"),
        ("groups", "groups"),
        ("role", "role"),
    ];
    for (name, domo) in &OTHERS {
        if is_called(header, name) {
            return domo;
        }
    }
    for names in [TOP.as_slice(), ATTRIBUTES.as_slice()] {
        for name in names {
            if is_called(header, name) {
                return name;
            }
        }
    }
    header
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
        // Written by Domo itself: a file of last week would seem to want them back.
        "created" | "modified" | "lastActivity" | "lastLogin" => Field::Ignored,
        // Columns of Domo's import that are no fields of a user; so are these two of a user that was read.
        "sendInvite" | "groups" | "role" => Field::Ignored,
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
            ("emial", "emial", Field::Attribute),
            ("Cost Center", "Cost Center", Field::Attribute),
            ("i.d.", "i.d.", Field::Attribute),
        ] {
            assert_eq!(
                (domo_name(header), field_of(domo_name(header))),
                (name, field),
                "{header}"
            );
        }
    }

    #[test]
    fn faults_of_the_header() {
        let mut desired = Desired::new(MatchBy::EmailAddress, false);
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
