//! What differs of the users that were seen, kept in few bytes until it is told.

use crate::directory::desired::DesiredState;
use crate::directory::managers::{Managers, Who};
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::parse_digits;
use domo_users_scan::rows::{cell::Cell, store::Rows};

/// What differs of the users that were seen.
#[derive(Debug, Default)]
pub struct DiffStore {
    users: Vec<Differing>,
    fields: Vec<FieldBefore>,
    raw: Vec<u8>,
    /// How many fields the users before have together.
    begun: usize,
    /// Which of the users belongs to a row, and one more; 0 is none.
    of_row: Vec<u32>,
}

/// One of them.
#[derive(Debug)]
pub struct Differing {
    /// The row that it is compared with.
    pub row: u32,
    /// The user's.
    pub id: u64,
    /// Its fields: behind the first, up to the second.
    fields: (u32, u32),
}

/// A field that differs, as the user has it.
#[derive(Clone, Copy, Debug)]
pub struct FieldBefore {
    /// Of the row.
    pub column: u32,
    /// Of its value.
    pub kind: Kind,
    /// Whether it only differs if its manager turns out to be another.
    is_open: bool,
    /// Where its JSON is kept.
    raw: (u32, u32),
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl FieldBefore {
    fn raw_in<'a>(&self, raw: &'a [u8]) -> &'a [u8] {
        raw.get(self.raw.0 as usize..self.raw.1 as usize).unwrap_or_default()
    }
}

impl DiffStore {
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

    /// What differs of a user.
    pub fn fields_of(&self, user: &Differing) -> &[FieldBefore] {
        let own = self.fields.get(user.fields.0 as usize..user.fields.1 as usize);
        own.unwrap_or_default()
    }

    /// A value as its JSON stands in the body.
    pub fn raw(&self, field: &FieldBefore) -> &[u8] {
        field.raw_in(&self.raw)
    }

    /// Somebody may be named as a manager by an address that is only desired.
    pub fn note_addresses(&self, desired: &mut DesiredState) {
        let mut email = Vec::new();
        for user in &self.users {
            desired.address(user.row as usize, &mut email);
            desired.managers.note(&email, Who::Id(user.id));
        }
    }

    /// Now that all managers and columns are known: what only seemed to differ goes, and so do ignored columns; the rest is found by its row.
    pub fn settle(&mut self, desired: &DesiredState) {
        let (managers, rows) = (&desired.managers, &desired.rows);
        let (fields, raw) = (&mut self.fields, &self.raw);
        self.users.retain_mut(|user| {
            let Some(own) = fields.get_mut(user.fields.0 as usize..user.fields.1 as usize) else {
                return false;
            };
            let mut left = false;
            for field in own {
                let has = unquoted(field.raw_in(raw));
                let is_same_manager =
                    || field.is_open && manager(rows, user.row, field.column, managers) == parse_digits(has);
                if desired.is_ignored(field.column as usize) || is_same_manager() {
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
    pub fn of_row(&self, row: usize) -> Option<&Differing> {
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

/// Writes a value as its JSON stands in the body.
pub fn write_raw(bytes: &[u8], value: Value, into: &mut Vec<u8>) {
    let is_text = matches!(value.kind(), Kind::String | Kind::EscapedString);
    if is_text {
        into.push(b'"');
    }
    if value.kind() != Kind::Unset {
        into.extend_from_slice(value.bytes_in(bytes));
    }
    if is_text {
        into.push(b'"');
    }
}
