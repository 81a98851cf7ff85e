//! What is desired: columns by their names, rows checked cell by cell.

use super::bytes::{is_plain_address, lossy, trim, whole};
use super::columns::{ATTRIBUTES, TOP};
use super::json::{self, Kind, Value};
use super::keys::key_text;
use super::listed::Listed;
use super::managers::Managers;
use super::plain::{Holds, LARGEST, Shape, unguarded};
use super::rows::{Cell, Rows, email, small};
use crate::text::{digits, excerpt, is_one_of, join};
use crate::user::is_email;

/// By what a row and a user are known to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum MatchBy {
    /// Without case.
    #[default]
    EmailAddress,
    /// As number or text.
    Id,
    /// Without case.
    UserName,
}

impl MatchBy {
    /// As Domo names the field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MatchBy::EmailAddress => "emailAddress",
            MatchBy::Id => "id",
            MatchBy::UserName => "userName",
        }
    }
}

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

/// What a cell says, before anyone has checked it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said<'a> {
    /// Nothing about the field.
    Nothing,
    /// That it shall be empty.
    Clear,
    /// A text, or digits of a CSV file.
    Text(&'a [u8]),
    /// A JSON number or boolean.
    Word(&'a [u8]),
    /// A JSON list.
    List(&'a [u8]),
    /// Something else that no field holds.
    Wrong,
}

/// All rows, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Desired {
    /// By what rows and users belong together.
    pub match_by: MatchBy,
    /// Whether an empty cell clears its attribute.
    pub clear_empty: bool,
    /// The first is the one to match by.
    pub columns: Vec<Column>,
    /// The rows that are no blank lines.
    pub rows: Rows,
    /// Who is named as a manager by e-mail address.
    pub managers: Managers,
    /// What is wrong.
    pub faults: Listed,
    /// The file has no column to match by: its rows need not be told so one by one.
    has_no_key: bool,
    /// Before which rows there are others that are not kept, blank ones above all, and how many up to there.
    skipped: Vec<(usize, u32)>,
}

impl Desired {
    /// Nothing yet.
    #[must_use]
    pub fn new(match_by: MatchBy, clear_empty: bool) -> Self {
        let mut desired = Self {
            match_by,
            clear_empty,
            ..Self::default()
        };
        desired.column(match_by.name());
        desired
    }

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
                    .add(1, &place, &join(&["\"", &excerpt(&name, 60), "\" is there twice"]));
            }
            numbers.push(number);
        }
        if !numbers.contains(&0) {
            let name = self.match_by.name();
            let hint = if found.contains([';', '\t']) {
                "; cells must be separated by commas"
            } else if found.ends_with(".csv") {
                "; a text is the CSV itself, not the path of a file"
            } else {
                ""
            };
            let reason = [
                "no column is ",
                name,
                ", by which rows and users are matched",
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
                Field::Attribute if column.name == ALL => Holds::Other,
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

    /// One row of these cells, each with the number of its column.
    pub fn row<'a>(&mut self, row: u32, cells: &[(usize, Said<'a>)]) {
        let mut checked: Vec<Option<Cell<'a>>> = Vec::new();
        checked.resize(self.columns.len(), None);
        let (mut blank, mut key_said, faults) = (true, false, self.faults.count());
        for &(column, said) in cells {
            if self
                .columns
                .get(column)
                .is_none_or(|column| column.field == Field::Ignored)
            {
                continue;
            }
            key_said |= column == 0 && said != Said::Nothing;
            blank &= said == Said::Nothing;
            match self.check(column, said) {
                Ok(cell) => {
                    if let Some(place) = checked.get_mut(column) {
                        *place = cell;
                    }
                }
                Err(reason) => {
                    let name = self.columns.get(column).map_or("", |column| &column.name);
                    self.faults.add(row, name, &reason);
                }
            }
        }
        if blank {
            return self.skip();
        }
        self.rename(&mut checked);
        self.rows.push(&checked);
        match self.match_by {
            _ if self.has_no_key => {}
            // Without an id a row stands for somebody new.
            MatchBy::Id if checked.first() == Some(&None) && faults == self.faults.count() => {
                self.check_new(self.rows.len().wrapping_sub(1));
            }
            MatchBy::EmailAddress | MatchBy::UserName if !key_said => {
                let mut found = String::new();
                // An object may have it under another name; a file's header was looked at as such.
                if cells.iter().all(|(column, _)| *column != 0) {
                    for (column, _) in cells {
                        add_name(&mut found, self.columns.get(*column).map_or("", |column| &column.name));
                    }
                }
                let reason = join(&["it is missing, and rows are matched by it", &told(&found)]);
                self.faults.add(row, self.match_by.name(), &reason);
            }
            _ => {}
        }
    }

    /// A row that cannot be read at all.
    pub fn refuse(&mut self, row: u32, reason: &str) {
        self.faults.add(row, "", reason);
        self.skip();
    }

    /// One that says two things of a column.
    pub fn is_there_twice(&mut self, row: u32, column: usize) {
        let name = self.columns.get(column).map_or("", |column| &column.name);
        self.faults.add(row, name, "it is there twice, by two names");
    }

    /// One that is not kept.
    fn skip(&mut self) {
        let so_far = self.skipped.last().map_or(0, |(_, count)| *count);
        self.skipped.push((self.rows.len(), so_far.saturating_add(1)));
    }

    /// What is missing for the user of this row to be created.
    pub fn check_new(&mut self, row: usize) {
        let (number, by_id) = (self.row_number(row), self.match_by == MatchBy::Id);
        if by_id && self.rows.row(row).has(0) {
            let reason = "no user of the instance has this id; leave it out to create one";
            return self.faults.add(number, "id", reason);
        }
        for (name, field, or) in [
            ("displayName", Field::DisplayName, Field::DisplayName),
            ("emailAddress", Field::EmailAddress, Field::NewEmail),
            ("roleId", Field::RoleId, Field::RoleId),
        ] {
            let has = |field| self.cell_of(row, field).is_some();
            if !has(field) && !has(or) {
                let none = match by_id {
                    true => "",
                    false => " (none of the instance's matches this row)",
                };
                let mut reason = join(&["it is missing, and a new user needs it", none]);
                if self.column_of(field).is_none() {
                    reason.push_str(&join(&["; no column is ", name]));
                }
                self.faults.add(number, name, &reason);
            }
        }
    }

    fn cell_of(&self, row: usize, field: Field) -> Option<Cell<'_>> {
        self.rows.cell_of(row, self.column_of(field)?)
    }

    /// The address that the user of a row shall have; empty where the row does not say.
    pub fn address(&self, row: usize, into: &mut Vec<u8>) {
        into.clear();
        for field in [Field::NewEmail, Field::EmailAddress] {
            if into.is_empty()
                && let Some(cell) = self.cell_of(row, field)
            {
                key_text(cell, into);
            }
        }
    }

    /// Where users are not matched by it, the new address is the address that is desired.
    fn rename(&mut self, checked: &mut [Option<Cell<'_>>]) {
        if self.match_by == MatchBy::EmailAddress {
            return;
        }
        if let (Some(from), Some(to)) = (self.column_of(Field::NewEmail), self.column_of(Field::EmailAddress))
            && let Some(new) = checked.get_mut(from).and_then(Option::take)
            && let Some(old) = checked.get_mut(to)
        {
            *old = Some(new);
        }
    }

    /// The number of a row as a spreadsheet counts: the header is 1, blank lines count.
    #[must_use]
    pub fn row_number(&self, row: usize) -> u32 {
        let before = self.skipped.partition_point(|(at, _)| *at <= row);
        let skipped = before.checked_sub(1).and_then(|at| self.skipped.get(at));
        let number = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(2);
        number.saturating_add(skipped.map_or(0, |(_, count)| *count))
    }

    /// A cell of a CSV file.
    #[inline(always)]
    #[must_use]
    pub fn said<'a>(&self, column: usize, cell: &'a [u8]) -> Said<'a> {
        let text = trim(unguarded(cell));
        let field = self.columns.get(column).map(|column| column.field);
        match text.first() {
            Some(b'[') if field == Some(Field::Attribute) && json::is_plain_list(text) => Said::List(text),
            Some(_) => Said::Text(text),
            None if self.clear_empty && matches!(field, Some(Field::Attribute | Field::ReportsTo)) => Said::Clear,
            None => Said::Nothing,
        }
    }

    /// A JSON value of a desired user; `text` is what it says where it is one. An empty text is as an empty cell: only `null` clears for certain.
    #[must_use]
    pub fn said_in_json<'a>(&self, column: usize, bytes: &'a [u8], value: Value, text: &'a [u8]) -> Said<'a> {
        match value.kind() {
            Kind::Unset => Said::Clear,
            Kind::Text | Kind::Escaped => match trim(text) {
                [] => self.said(column, b""),
                text => Said::Text(text),
            },
            Kind::Word => Said::Word(value.of(bytes)),
            Kind::List => Said::List(value.of(bytes)),
            Kind::Object => Said::Wrong,
        }
    }

    fn check<'a>(&mut self, column: usize, said: Said<'a>) -> Result<Option<Cell<'a>>, String> {
        let Some(Column { field, name }) = self.columns.get(column) else {
            return Ok(None);
        };
        let cell = match (*field, said) {
            (Field::Id | Field::NewEmail, Said::Clear) => return Ok(None),
            (Field::Ignored, _) | (_, Said::Nothing) => return Ok(None),
            (Field::Attribute, said) => return attribute(name, said),
            (Field::ReportsTo, Said::Clear) => Some(Cell::Clear),
            (_, Said::Clear) => return Err("this field cannot be cleared".to_owned()),
            (Field::Id | Field::RoleId, Said::Text(text) | Said::Word(text)) => {
                match whole(text).filter(|id| (1..=LARGEST).contains(id)) {
                    // Nobody's to change: where it is not the key, nothing more is asked of it.
                    Some(_) if *field == Field::Id && column > 0 => return Ok(None),
                    id => id.map(Cell::Number),
                }
            }
            (Field::ReportsTo, Said::Text(text) | Said::Word(text)) => match whole(text) {
                Some(0) => None,
                Some(id) => Some(Cell::Number(id)),
                None if is_address(text) => Some(Cell::Manager(self.managers.number(text))),
                None => None,
            },
            (Field::EmailAddress | Field::NewEmail, Said::Text(text)) if is_address(text) => Some(email(text)),
            (Field::UserName, Said::Text(text)) => Some(email(text)),
            (Field::DisplayName, Said::Text(text)) => Some(Cell::Text(text)),
            _ => None,
        };
        match cell {
            Some(cell) => Ok(Some(cell)),
            None => Err(must_be(*field, said)),
        }
    }
}

/// One more of the names that were found.
fn add_name(found: &mut String, name: &str) {
    found.push_str(if found.is_empty() { "" } else { ", " });
    found.push_str(name);
}

/// The names that were found in place of one that is missing.
fn told(found: &str) -> String {
    match found {
        "" => String::new(),
        names => join(&["; found: ", &excerpt(names, 200)]),
    }
}

fn is_address(text: &[u8]) -> bool {
    is_plain_address(text) || core::str::from_utf8(text).is_ok_and(is_email)
}

fn must_be(field: Field, said: Said<'_>) -> String {
    let expected = match field {
        Field::Id => "a user's id, a positive whole number",
        Field::RoleId => "the number of a role, such as 4 for Participant",
        Field::ReportsTo => "the id or the e-mail address of a user",
        Field::EmailAddress | Field::NewEmail => "an e-mail address such as jane.doe@example.com",
        _ => "a text that is not blank",
    };
    let got = match said {
        Said::Text(text) => join(&["\"", &excerpt(&lossy(text), 60), "\""]),
        Said::Word(text) => excerpt(&lossy(text), 60),
        Said::List(_) => "several values".to_owned(),
        Said::Wrong => "an object".to_owned(),
        Said::Clear | Said::Nothing => "nothing".to_owned(),
    };
    join(&["must be ", expected, "; got ", &got])
}

/// No attribute is called so.
const ALL: &str = "attributes";

fn attribute<'a>(name: &str, said: Said<'a>) -> Result<Option<Cell<'a>>, String> {
    Ok(Some(match said {
        Said::Nothing => return Ok(None),
        // Those of a user as Domo's answers have it are read before.
        Said::Clear if name == ALL => return Ok(None),
        _ if name == ALL => return Err("must be a list of {key, values}".to_owned()),
        Said::Clear => Cell::Clear,
        Said::Text(text) if name == "alternateEmail" => email(text),
        Said::Text(text) => small(text),
        Said::Word(word) => Cell::Word(word),
        Said::List(list) if json::is_clear(list) => Cell::Clear,
        Said::List(list) if json::is_plain_list(list) => Cell::List(list),
        Said::List(_) | Said::Wrong => {
            return Err("must be a text, a number, a boolean, null, or a list of these; got an object".to_owned());
        }
    }))
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
    const OTHERS: [(&str, &str); 6] = [
        ("email", "emailAddress"),
        ("deskPhone", "deskPhoneNumber"),
        ("location", "employeeLocation"),
        ("newEmail", "newEmail"),
        ("sendInvite", "sendInvite"),
        ("groups", "groups"),
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
    use proptest::prelude::*;

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
    fn every_fault_is_told_by_row_and_column() {
        let mut desired = Desired::new(MatchBy::EmailAddress, false);
        let columns = desired.header(&mut [&b"email"[..], b"roleId", b"reportsTo"].into_iter());
        for (row, cells) in [["x", "0", "nobody"], ["", "", ""], ["", "4", "7"]]
            .into_iter()
            .enumerate()
        {
            let cells = columns.iter().copied().zip(cells.map(str::as_bytes));
            let said: Vec<_> = cells
                .map(|(column, cell)| (column, desired.said(column, cell)))
                .collect();
            desired.row(row as u32 + 2, &said);
        }
        let message = desired.faults.settle().unwrap_err().message.clone();
        assert_eq!(
            message,
            "desired has 4 faults:\n\
             - row 2, emailAddress: must be an e-mail address such as jane.doe@example.com; got \"x\"\n\
             - row 2, roleId: must be the number of a role, such as 4 for Participant; got \"0\"\n\
             - row 2, reportsTo: must be the id or the e-mail address of a user; got \"nobody\"\n\
             - row 4, emailAddress: it is missing, and rows are matched by it"
        );
        assert_eq!((desired.row_number(0), desired.row_number(1)), (2, 4));
    }

    proptest! {
        #[test]
        fn a_plain_address_is_an_address(text in "[a.@+]{0,12}|[a-c.]{1,4}@[a-c.]{1,6}") {
            prop_assert!(!is_plain_address(text.as_bytes()) || is_email(&text), "{}", text);
        }
    }

    #[test]
    fn faults_of_the_header() {
        let mut desired = Desired::new(MatchBy::EmailAddress, false);
        desired.header(&mut [&b"id;email"[..], b"", b"title", b"Title"].into_iter());
        let message = desired.faults.settle().unwrap_err().message.clone();
        for part in [
            "column 2: the header is empty",
            "column 4: \"Title\" is there twice",
            "row 1, emailAddress",
            "separated by commas",
        ] {
            assert!(message.contains(part), "{message}");
        }
    }
}
