//! The values of changes as JSON.

use crate::directory::column::{Column, Field};
use crate::directory::desired::piped::to_array;
use crate::directory::desired::references::{Reference, References};
use crate::user::date::Date;
use domo_users_scan::json::escapes::escape;
use domo_users_scan::json::value::Kind;
use domo_users_scan::number::is_number;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::cell::write_key;

/// Returns the values of an attribute as a JSON array.
#[must_use]
pub fn values(column: &Column, cell: Cell<'_>, held_kind: Kind, references: &References) -> Vec<u8> {
    if let Cell::Array(list) = cell {
        return list.to_vec();
    }
    if let Some(list) = to_array(column, cell).filter(|_| column.is_list) {
        return list;
    }
    let field = column.field;
    let mut array = vec![b'['];
    write_value(field, cell, held_kind, &mut array, references);
    array.push(b']');
    array
}

/// Writes a value as JSON. `held_kind` is the kind of the user's current value: a cell of a CSV file becomes a number or boolean if the user has one.
pub fn write_value(field: Field, cell: Cell<'_>, held_kind: Kind, into: &mut Vec<u8>, references: &References) {
    if let Some(date) = date(field, cell) {
        let ms = date.milliseconds().to_string();
        // An instance that keeps dates as strings gets a string.
        return match held_kind {
            Kind::String | Kind::EscapedString => escape(ms.as_bytes(), into),
            _ => into.extend_from_slice(ms.as_bytes()),
        };
    }
    let is_literal_held = held_kind == Kind::Primitive;
    match cell {
        Cell::Clear => into.extend_from_slice(b"null"),
        Cell::Primitive(json) | Cell::Array(json) => into.extend_from_slice(json),
        Cell::Number(number) if is_literal_held || field == Field::RoleId => {
            let number = references.id_of(cell).unwrap_or(number);
            into.extend_from_slice(number.to_string().as_bytes());
        }
        Cell::Reference(number) => match references.get(number) {
            Reference::Existing(id) if field == Field::RoleId => into.extend_from_slice(id.to_string().as_bytes()),
            Reference::Existing(id) => escape(id.to_string().as_bytes(), into),
            // The id is known when the plan is applied.
            _ => escape(references.name(number), into),
        },
        Cell::String(text) if is_literal_held && keeps_its_digits(text) => into.extend_from_slice(text),
        Cell::String(text) if is_literal_held && text.eq_ignore_ascii_case(b"true") => into.extend_from_slice(b"true"),
        Cell::String(text) if is_literal_held && text.eq_ignore_ascii_case(b"false") => {
            into.extend_from_slice(b"false")
        }
        other => {
            let mut text = Vec::new();
            write_key(other, &mut text);
            escape(&text, into);
        }
    }
}

/// Whether a string is a number that loses no digit as a JSON number: one of at most 15 characters. `12E4` may be a code.
fn keeps_its_digits(text: &[u8]) -> bool {
    text.len() <= 15 && !text.iter().any(|byte| matches!(byte, b'e' | b'E')) && is_number(text)
}

/// Returns the date of a cell in a column of dates.
fn date(field: Field, cell: Cell<'_>) -> Option<Date> {
    if field != Field::HireDate {
        return None;
    }
    let mut text = Vec::new();
    write_key(cell, &mut text);
    Date::parse(&text)
}
