//! The changes of a plan: what differs is kept in few bytes, and becomes the JSON of the contract when it is told.

use super::desired::Desired;
use super::header::{Column, Field};
use super::json::{Kind, Value, escape};
use super::keys::key_text;
use super::managers::{Managers, Who};
use super::plan::Plan;
use super::rows::{Cell, Rows};
use crate::text::{digits, join};
use domo_users_bytes::text::{is_number, same_folded, whole};

/// What differs of the users that were seen.
#[derive(Debug, Default)]
pub struct Pool {
    users: Vec<Differing>,
    fields: Vec<FieldBefore>,
    raw: Vec<u8>,
    /// How many fields the users before have together.
    begun: usize,
    /// Which of the users belongs to a row, and one more; 0 is none.
    of_row: Vec<u32>,
}

#[derive(Debug)]
struct Differing {
    row: u32,
    id: u64,
    /// Its fields: behind the first, up to the second.
    fields: (u32, u32),
}

#[derive(Clone, Copy, Debug)]
struct FieldBefore {
    column: u32,
    kind: Kind,
    /// Whether it only differs if its manager turns out to be another.
    is_open: bool,
    /// Where its JSON is kept.
    raw: (u32, u32),
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Pool {
    /// One field of the user that is being looked at.
    pub fn differs(&mut self, column: usize, bytes: &[u8], value: Value, is_open: bool) {
        let begin = self.raw.len();
        write_raw(bytes, value, &mut self.raw);
        self.fields.push(FieldBefore {
            column: short(column),
            kind: value.kind(),
            is_open,
            raw: (short(begin), short(self.raw.len())),
        });
    }

    /// These were all fields of the user.
    pub fn end(&mut self, row: usize, id: u64) {
        self.users.push(Differing {
            row: short(row),
            id,
            fields: (short(self.begun), short(self.fields.len())),
        });
        self.begun = self.fields.len();
    }

    /// How many users differ.
    #[must_use]
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Whether something differs in this column of the user of a row.
    pub fn has(&self, row: usize, column: usize) -> bool {
        let own = self.of_row(row).map(|user| self.fields_of(user));
        own.unwrap_or_default()
            .iter()
            .any(|field| field.column == short(column))
    }

    fn fields_of(&self, user: &Differing) -> &[FieldBefore] {
        let own = self.fields.get(user.fields.0 as usize..user.fields.1 as usize);
        own.unwrap_or_default()
    }

    /// Somebody may be named as a manager by an address that is only desired.
    pub fn note_addresses(&self, desired: &mut Desired) {
        let mut email = Vec::new();
        for user in &self.users {
            desired.address(user.row as usize, &mut email);
            desired.managers.note(&email, Who::Id(user.id));
        }
    }

    /// Now that all managers are known: what only seemed to differ goes, and the rest is found by its row.
    pub fn settle(&mut self, managers: &Managers, rows: &Rows) {
        let (fields, raw) = (&mut self.fields, &self.raw);
        self.users.retain_mut(|user| {
            let Some(own) = fields.get_mut(user.fields.0 as usize..user.fields.1 as usize) else {
                return false;
            };
            let mut left = false;
            for field in own {
                let has = raw.get(field.raw.0 as usize..field.raw.1 as usize).unwrap_or_default();
                if field.is_open && manager(rows, user.row, field.column, managers) == whole(unquoted(has)) {
                    field.column = u32::MAX;
                }
                left |= field.column != u32::MAX;
            }
            left
        });
        // A place for each row costs less than a sort, which would be a twentieth of the module.
        if !self.users.is_empty() {
            self.of_row = vec![0; rows.len()];
        }
        for (at, user) in self.users.iter().enumerate() {
            if let Some(place) = self.of_row.get_mut(user.row as usize) {
                *place = short(at).saturating_add(1);
            }
        }
    }

    /// What differs of the user of a row.
    fn of_row(&self, row: usize) -> Option<&Differing> {
        let at = self.of_row.get(row)?.checked_sub(1)?;
        self.users.get(at as usize)
    }
}

/// The id of the manager that a row desires, where it is known.
fn manager(rows: &Rows, row: u32, column: u32, managers: &Managers) -> Option<u64> {
    match rows.cell_of(row as usize, column as usize)? {
        Cell::Manager(number) => match managers.who(number) {
            Who::Id(id) => Some(id),
            _ => Some(0), // nobody's id
        },
        _ => Some(0),
    }
}

fn unquoted(json: &[u8]) -> &[u8] {
    match json {
        [b'"', text @ .., b'"'] => text,
        other => other,
    }
}

/// A value as its JSON stands in the body.
fn write_raw(bytes: &[u8], value: Value, into: &mut Vec<u8>) {
    let is_text = matches!(value.kind(), Kind::Text | Kind::Escaped);
    if is_text {
        into.push(b'"');
    }
    if value.kind() != Kind::Unset {
        into.extend_from_slice(value.of(bytes));
    }
    if is_text {
        into.push(b'"');
    }
}

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
struct Fields {
    top: Vec<u8>,
    attributes: Vec<u8>,
}

impl Fields {
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
                } else if let Some(user) = self.pool.of_row(row) {
                    self.update(user, into);
                }
            } else if let Some(delete) = self.deleted.get(told.wrapping_sub(rows)) {
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
        let (mut user, mut then) = (Fields::default(), Fields::default());
        let mut email = Vec::new();
        self.desired.address(row, &mut email);
        for (column, cell) in self.desired.rows.row(row) {
            let Some(Column { field, name }) = self.desired.columns.get(column) else {
                continue;
            };
            match field {
                Field::DisplayName | Field::RoleId => {
                    let place = user.top(name);
                    value(*field, cell, Kind::Unset, place, &self.desired.managers);
                }
                Field::EmailAddress | Field::NewEmail | Field::Id | Field::Ignored => {}
                Field::UserName => {
                    let mut text = Vec::new();
                    key_text(cell, &mut text);
                    // It becomes the e-mail address by itself.
                    if !same_folded(&text, &email) {
                        then.attribute(name, &values(*field, cell, Kind::Unset, &self.desired.managers));
                    }
                }
                Field::ReportsTo | Field::Attribute if cell != Cell::Clear => {
                    then.attribute(name, &values(*field, cell, Kind::Unset, &self.desired.managers));
                }
                Field::ReportsTo | Field::Attribute => {}
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
        let (mut changes, mut before) = (Fields::default(), Fields::default());
        for field in self.pool.fields_of(user) {
            let cell = self.desired.rows.cell_of(user.row as usize, field.column as usize);
            let (Some(cell), Some(column)) = (cell, self.desired.columns.get(field.column as usize)) else {
                continue;
            };
            let raw = self
                .pool
                .raw
                .get(field.raw.0 as usize..field.raw.1 as usize)
                .unwrap_or_default();
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
                        (_, Kind::List) => before.attribute(&column.name, raw),
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
    if let Cell::List(list) = cell {
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
    match cell {
        Cell::Clear => into.extend_from_slice(b"null"),
        Cell::Word(word) | Cell::List(word) => into.extend_from_slice(word),
        Cell::Number(number) if was == Kind::Word || field == Field::RoleId => {
            into.extend_from_slice(digits(number).as_bytes());
        }
        Cell::Manager(number) => match managers.who(number) {
            Who::Id(id) => escape(digits(id).as_bytes(), into),
            // Whoever applies the plan knows the id by then.
            _ => escape(managers.email(number), into),
        },
        Cell::Text(text) if was == Kind::Word && keeps_its_digits(text) => into.extend_from_slice(text),
        Cell::Text(text) if was == Kind::Word && text.eq_ignore_ascii_case(b"true") => into.extend_from_slice(b"true"),
        Cell::Text(text) if was == Kind::Word && text.eq_ignore_ascii_case(b"false") => {
            into.extend_from_slice(b"false")
        }
        other => {
            let mut text = Vec::new();
            key_text(other, &mut text);
            escape(&text, into);
        }
    }
}
