//! The differences between rows and users, stored in little memory until the changes are written.

use core::num::NonZeroU32;

use crate::directory::column::Field;
use crate::directory::desired::references::Reference;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::json_object::JsonObject;
use crate::directory::plan::sources::{email_value, name_value, user_name_value};
use domo_users_scan::csv::plain_rows::without_formula_guard;
use domo_users_scan::fold::is_same_ignoring_case;
use domo_users_scan::json::escapes::unescape;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::parse_digits;
use domo_users_scan::rows::cell::{Cell, write_key};
use domo_users_scan::strings::trim;

/// The differences between rows and users.
///
/// The fields of a user are added with [`add_field`](Self::add_field), then the user with [`end_user`](Self::end_user). When all users were read,
/// [`resolve`](Self::resolve) drops what is no difference after all.
#[derive(Debug, Default)]
pub struct DiffStore {
    users: Vec<UserDiff>,
    fields: Vec<FieldDiff>,
    /// The current values of the fields, as JSON.
    json: Vec<u8>,
    /// The number of fields of the users that ended.
    ended_fields: usize,
    /// For each row, the number of its user, from 1. It is filled by `resolve`.
    by_row: Vec<Option<NonZeroU32>>,
    /// The number of users who differ. It is set by `resolve`.
    count: usize,
}

/// A part of a vector.
#[derive(Clone, Copy, Debug)]
struct Span {
    begin: u32,
    end: u32,
}

impl Span {
    fn new(begin: usize, end: usize) -> Self {
        Self {
            begin: to_u32(begin),
            end: to_u32(end),
        }
    }

    fn range(self) -> core::ops::Range<usize> {
        self.begin as usize..self.end as usize
    }
}

/// A user who differs from their row.
#[derive(Debug)]
pub struct UserDiff {
    /// The index of the row.
    pub row: u32,
    /// The id of the user.
    pub id: u64,
    /// Whether the user signs in with the e-mail address: the user name is the same.
    pub has_address_as_user_name: bool,
    fields: Span,
    who: Span,
}

/// A field that differs.
#[derive(Clone, Copy, Debug)]
pub struct FieldDiff {
    /// The index of the column.
    pub column: u32,
    /// The kind of the user's current value.
    pub held_kind: Kind,
    /// Whether the user's current value comes from elsewhere, such as an identity provider.
    pub has_source: bool,
    state: DiffState,
    json: Span,
}

/// Whether a field is really different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DiffState {
    /// The values differ.
    Differs,
    /// The desired manager was not known when the values were compared.
    OpenManager,
    /// The field needs no change.
    Dropped,
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl DiffStore {
    /// Adds a field of the current user. `has_open_manager` tells whether the desired value is a manager who is not known yet, `has_source` whether the
    /// current value comes from elsewhere.
    pub fn add_field(&mut self, column: usize, bytes: &[u8], held: Value, has_open_manager: bool, has_source: bool) {
        let begin = self.json.len();
        write_json(bytes, held, &mut self.json);
        self.fields.push(FieldDiff {
            column: to_u32(column),
            held_kind: held.kind(),
            has_source,
            state: if has_open_manager {
                DiffState::OpenManager
            } else {
                DiffState::Differs
            },
            json: Span::new(begin, self.json.len()),
        });
    }

    /// Adds the current user, whose fields were added before.
    pub fn end_user(&mut self, row: usize, id: u64, bytes: &[u8], user: &[Value]) {
        let (email, user_name) = (email_value(user).bytes_in(bytes), user_name_value(user).bytes_in(bytes));
        let begin = self.json.len();
        write_who(bytes, user, &mut self.json);
        self.users.push(UserDiff {
            row: to_u32(row),
            id,
            has_address_as_user_name: !email.is_empty() && is_same_ignoring_case(email, user_name),
            fields: Span::new(self.ended_fields, self.fields.len()),
            who: Span::new(begin, self.json.len()),
        });
        self.ended_fields = self.fields.len();
    }

    /// Returns the number of users that differ.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether the user of a row differs in a column.
    #[must_use]
    pub fn has(&self, row: usize, column: usize) -> bool {
        let column = to_u32(column);
        self.of_row(row)
            .is_some_and(|user| self.fields_of(user).any(|field| field.column == column))
    }

    /// Whether a user differs in a column of which this is true.
    pub fn any_column(&self, is_wanted: impl Fn(usize) -> bool) -> bool {
        let mut remaining = self.fields.iter().filter(|field| field.state != DiffState::Dropped);
        remaining.any(|field| is_wanted(field.column as usize))
    }

    /// Returns the fields in which a user differs.
    pub fn fields_of(&self, user: &UserDiff) -> impl Iterator<Item = &FieldDiff> {
        let fields = self.fields.get(user.fields.range()).unwrap_or_default();
        fields.iter().filter(|field| field.state != DiffState::Dropped)
    }

    /// Returns the user's current value of a field as JSON. It is empty if the user has none.
    #[must_use]
    pub fn json(&self, field: &FieldDiff) -> &[u8] {
        self.json.get(field.json.range()).unwrap_or_default()
    }

    /// Returns the field `who` of a change, as [`write_who`] writes it.
    #[must_use]
    pub fn who(&self, user: &UserDiff) -> &[u8] {
        self.json.get(user.who.range()).unwrap_or_default()
    }

    /// Resolves managers who are named by the address that their row gives them.
    pub fn resolve_new_addresses(&self, desired: &mut DesiredState) {
        let mut email = Vec::new();
        for user in &self.users {
            desired.address(user.row as usize, &mut email);
            desired.managers.resolve(&email, Reference::Existing(user.id));
        }
    }

    /// Drops the fields of ignored columns, those whose manager or role turned out to be the same, and those that are the same with the apostrophe that the
    /// file has. A user of whom no field remains no longer differs. All
    /// managers and columns must be known.
    pub fn resolve(&mut self, desired: &DesiredState) {
        self.count = 0;
        // An entry for each row takes less code than sorting the users.
        if !self.users.is_empty() {
            self.by_row = vec![None; desired.rows.len()];
        }
        for (index, user) in self.users.iter().enumerate() {
            let mut has_fields = false;
            for field in self.fields.get_mut(user.fields.range()).unwrap_or_default() {
                let held = self.json.get(field.json.range()).unwrap_or_default();
                if desired.is_ignored(field.column as usize) || is_same_after_all(desired, user.row, field, held) {
                    field.state = DiffState::Dropped;
                }
                has_fields |= field.state != DiffState::Dropped;
            }
            if has_fields && let Some(place) = self.by_row.get_mut(user.row as usize) {
                *place = NonZeroU32::new(to_u32(index).saturating_add(1));
                self.count = self.count.saturating_add(1);
            }
        }
    }

    /// Returns the differences of the user of a row.
    #[must_use]
    pub fn of_row(&self, row: usize) -> Option<&UserDiff> {
        let number = (*self.by_row.get(row)?)?;
        self.users.get((number.get() as usize).checked_sub(1)?)
    }
}

/// Whether a field differs only by the manager, or by a role whose name is a number, who turned out to be the one that the user has, or by an apostrophe that
/// was removed from the cell. The instance may hold the address of a manager.
fn is_same_after_all(desired: &DesiredState, row: u32, field: &FieldDiff, held: &[u8]) -> bool {
    let (row, column, held) = (row as usize, field.column as usize, unquoted(held));
    let (Some(field), Some(cell)) = (desired.field(column), desired.rows.cell_of(row, column)) else {
        return false;
    };
    let references = desired.references(field);
    let has_held_name = match (field, cell) {
        (Field::ReportsTo, Cell::Reference(number)) => is_same_ignoring_case(references.name(number), held),
        (Field::RoleId, Cell::Number(_)) => false,
        _ => return desired.rows.is_guarded(row) && is_same_with_apostrophe(cell, held),
    };
    has_held_name || references.id_of(cell).is_some_and(|id| parse_digits(held) == Some(id))
}

/// Whether a cell of a row from which an apostrophe before a formula was removed is the same as a value with this apostrophe: a file may hold values as the
/// instance has them.
fn is_same_with_apostrophe(cell: Cell<'_>, held: &[u8]) -> bool {
    let (mut held_text, mut text) = (Vec::new(), Vec::new());
    unescape(held, &mut held_text);
    write_key(cell, &mut text);
    let held = trim(&held_text);
    let rest = without_formula_guard(held);
    rest.len() < held.len() && trim(rest) == text
}

fn unquoted(json: &[u8]) -> &[u8] {
    match json {
        [b'"', text @ .., b'"'] => text,
        other => other,
    }
}

/// Writes the field `who` of a change, with a comma before it: the user's name and address as the instance has them. A user without both has none.
pub fn write_who(bytes: &[u8], user: &[Value], into: &mut Vec<u8>) {
    let mut who = JsonObject::default();
    for (name, value) in [("displayName", name_value(user)), ("emailAddress", email_value(user))] {
        if value.kind().is_string() {
            write_json(bytes, value, who.field(name));
        }
    }
    if !who.is_empty() {
        into.extend_from_slice(br#","who":"#);
        who.write(into);
    }
}

/// Writes a value of a user as it stands in the response.
pub fn write_json(bytes: &[u8], value: Value, into: &mut Vec<u8>) {
    match value.kind() {
        Kind::String | Kind::EscapedString => {
            into.push(b'"');
            into.extend_from_slice(value.bytes_in(bytes));
            into.push(b'"');
        }
        Kind::Primitive | Kind::Array | Kind::Object => into.extend_from_slice(value.bytes_in(bytes)),
        Kind::Unset => {}
    }
}
