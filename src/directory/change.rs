//! The changes of a plan, as the JSON of the contract.

use crate::directory::diff_store::{Differing, write_raw};
use crate::directory::header::{Column, Field};
use crate::directory::managers::{Managers, Who};
use crate::directory::plan::Plan;
use crate::text::{digits, join};
use crate::user::date::Date;
use domo_users_scan::fold::equal_ignoring_case;
use domo_users_scan::json::escapes::escape;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::is_number;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::cell::write_key;

/// The delete of a user that no row stands for.
#[must_use]
pub fn delete(bytes: &[u8], user: &[Value], number: u64) -> Option<Vec<u8>> {
    let [id, name, email, role, ..] = user else {
        return None;
    };
    let mut text = join(&[r#"{"action":"delete","id":"#, &digits(number), r#","before":{"#]).into_bytes();
    for &(key, value) in &[
        ("id", id),
        ("displayName", name),
        ("emailAddress", email),
        ("roleId", role),
    ] {
        if value.kind() != Kind::Unset {
            if key != "id" {
                text.push(b',');
            }
            escape(key.as_bytes(), &mut text);
            text.push(b':');
            write_raw(bytes, *value, &mut text);
        }
    }
    text.extend_from_slice(b"}}");
    Some(text)
}

/// An object in the making: its own fields, then its attributes.
#[derive(Default)]
struct JsonObject {
    top: Vec<u8>,
    attributes: Vec<u8>,
}

impl JsonObject {
    /// The place for a field's value.
    fn top(&mut self, name: &str) -> &mut Vec<u8> {
        self.top.push(if self.top.is_empty() { b'{' } else { b',' });
        escape(name.as_bytes(), &mut self.top);
        self.top.push(b':');
        &mut self.top
    }

    /// An attribute with its values, a JSON list.
    fn attribute(&mut self, key: &str, values: &[u8]) {
        self.attributes
            .push(if self.attributes.is_empty() { b'[' } else { b',' });
        self.attributes.extend_from_slice(b"{\"key\":");
        escape(key.as_bytes(), &mut self.attributes);
        self.attributes.extend_from_slice(b",\"values\":");
        self.attributes.extend_from_slice(values);
        self.attributes.push(b'}');
    }

    fn is_empty(&self) -> bool {
        self.top.is_empty() && self.attributes.is_empty()
    }

    fn write(mut self, into: &mut Vec<u8>) {
        if !self.attributes.is_empty() {
            self.attributes.push(b']');
            let attributes = core::mem::take(&mut self.attributes);
            self.top("attributes").extend_from_slice(&attributes);
        }
        if self.top.is_empty() {
            self.top.push(b'{');
        }
        into.extend_from_slice(&self.top);
        into.push(b'}');
    }
}

impl Plan {
    /// Writes more changes, with commas between; `false` when all were told.
    pub fn tell(&mut self, into: &mut Vec<u8>, at_least: usize) -> bool {
        let rows = self.desired.rows.len();
        while into.len() < at_least {
            let told = self.told;
            let begin = into.len();
            if begin > 0 {
                into.push(b',');
            }
            let comma = into.len();
            if let Some(row) = (told < rows).then_some(told) {
                if !self.is_matched(row) {
                    self.create(row, into);
                } else if let Some(user) = self.findings.diffs.of_row(row) {
                    self.update(user, into);
                }
            } else if let Some(delete) = self.findings.deleted.get(told.wrapping_sub(rows)) {
                into.extend_from_slice(delete);
            } else {
                into.truncate(begin);
                return false;
            }
            if into.len() == comma {
                into.truncate(begin);
            }
            self.told = told.saturating_add(1);
        }
        true
    }

    fn create(&self, row: usize, into: &mut Vec<u8>) {
        let (mut user, mut then) = (JsonObject::default(), JsonObject::default());
        let mut email = Vec::new();
        self.desired.address(row, &mut email);
        for (column, cell) in self.desired.rows.row(row) {
            let Some(Column { field, name, .. }) = self.desired.columns.get(column) else {
                continue;
            };
            match field {
                Field::DisplayName | Field::RoleId => {
                    let place = user.top(name);
                    value(*field, cell, Kind::Unset, place, &self.desired.managers);
                }
                Field::EmailAddress | Field::NewEmail | Field::Id | Field::Ignored | Field::ParserArtefact => {}
                Field::UserName => {
                    let mut text = Vec::new();
                    write_key(cell, &mut text);
                    // It becomes the e-mail address by itself.
                    if !equal_ignoring_case(&text, &email) {
                        then.attribute(name, &values(*field, cell, Kind::Unset, &self.desired.managers));
                    }
                }
                Field::ReportsTo | Field::HireDate | Field::Attribute if cell != Cell::Clear => {
                    then.attribute(name, &values(*field, cell, Kind::Unset, &self.desired.managers));
                }
                Field::ReportsTo | Field::HireDate | Field::Attribute => {}
            }
        }
        escape(&email, user.top("emailAddress"));
        into.extend_from_slice(br#"{"action":"create","user":"#);
        user.write(into);
        if !then.is_empty() {
            into.extend_from_slice(br#","then":"#);
            then.write(into);
        }
        into.push(b'}');
    }

    fn update(&self, user: &Differing, into: &mut Vec<u8>) {
        let (mut changes, mut before) = (JsonObject::default(), JsonObject::default());
        for field in self.findings.diffs.fields_of(user) {
            let cell = self.desired.rows.cell_of(user.row as usize, field.column as usize);
            let (Some(cell), Some(column)) = (cell, self.desired.columns.get(field.column as usize)) else {
                continue;
            };
            let raw = self.findings.diffs.raw(field);
            match column.field {
                Field::DisplayName | Field::RoleId | Field::EmailAddress | Field::NewEmail => {
                    let name = if column.field == Field::NewEmail {
                        "emailAddress"
                    } else {
                        &column.name
                    };
                    value(
                        column.field,
                        cell,
                        field.kind,
                        changes.top(name),
                        &self.desired.managers,
                    );
                    if !raw.is_empty() {
                        before.top(name).extend_from_slice(raw);
                    }
                }
                other => {
                    changes.attribute(&column.name, &values(other, cell, field.kind, &self.desired.managers));
                    match (other, field.kind) {
                        (Field::UserName, Kind::Unset) => {}
                        (Field::UserName, _) => before.top(&column.name).extend_from_slice(raw),
                        (_, Kind::Array) => before.attribute(&column.name, raw),
                        _ => {
                            let mut list = vec![b'['];
                            list.extend_from_slice(raw);
                            list.push(b']');
                            before.attribute(&column.name, &list);
                        }
                    }
                }
            }
        }
        into.extend_from_slice(join(&[r#"{"action":"update","id":"#, &digits(user.id), r#","changes":"#]).as_bytes());
        changes.write(into);
        into.extend_from_slice(br#","before":"#);
        before.write(into);
        into.push(b'}');
    }
}

/// The values of an attribute, a JSON list.
fn values(field: Field, cell: Cell<'_>, was: Kind, managers: &Managers) -> Vec<u8> {
    if let Cell::Array(list) = cell {
        return list.to_vec();
    }
    let mut list = vec![b'['];
    value(field, cell, was, &mut list, managers);
    list.push(b']');
    list
}

/// Whether a text is a number that stays what it is as one: fifteen digits do, and `12E4` is rather a code.
fn keeps_its_digits(text: &[u8]) -> bool {
    text.len() <= 15 && !text.iter().any(|byte| matches!(byte, b'e' | b'E')) && is_number(text)
}

/// A value as JSON. A cell of a CSV file becomes a number or a boolean where the user has one there now.
fn value(field: Field, cell: Cell<'_>, was: Kind, into: &mut Vec<u8>, managers: &Managers) {
    if let Some(date) = date(field, cell) {
        let ms = date.milliseconds().to_string();
        // An instance that keeps dates as text gets text.
        return match was {
            Kind::String | Kind::EscapedString => escape(ms.as_bytes(), into),
            _ => into.extend_from_slice(ms.as_bytes()),
        };
    }
    match cell {
        Cell::Clear => into.extend_from_slice(b"null"),
        Cell::Primitive(word) | Cell::Array(word) => into.extend_from_slice(word),
        Cell::Number(number) if was == Kind::Primitive || field == Field::RoleId => {
            into.extend_from_slice(digits(number).as_bytes());
        }
        Cell::Manager(number) => match managers.who(number) {
            Who::Id(id) => escape(digits(id).as_bytes(), into),
            // Whoever applies the plan knows the id by then.
            _ => escape(managers.email(number), into),
        },
        Cell::String(text) if was == Kind::Primitive && keeps_its_digits(text) => into.extend_from_slice(text),
        Cell::String(text) if was == Kind::Primitive && text.eq_ignore_ascii_case(b"true") => {
            into.extend_from_slice(b"true")
        }
        Cell::String(text) if was == Kind::Primitive && text.eq_ignore_ascii_case(b"false") => {
            into.extend_from_slice(b"false")
        }
        other => {
            let mut text = Vec::new();
            write_key(other, &mut text);
            escape(&text, into);
        }
    }
}

/// The date of a cell, where the column holds dates.
fn date(field: Field, cell: Cell<'_>) -> Option<Date> {
    if field != Field::HireDate {
        return None;
    }
    let mut text = Vec::new();
    write_key(cell, &mut text);
    Date::parse(&text)
}
