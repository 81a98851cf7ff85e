//! Whether a user already holds what a row asks for, on the bytes of the response body.
//!
//! Nearly every cell of a plan is equal to the user's value, byte for byte. `end_of_equal_cell` compares the encoded
//! cell with the bytes of the value, without making a [`Cell`], and returns where the next cell begins. Only a cell for
//! which this fails is decoded and compared by meaning ([`holds`]): numbers by value, addresses ignoring case, escapes
//! decoded, arrays item by item.

use crate::email::is_blank;
use crate::fold::is_same_ignoring_case;
use crate::json::escapes;
use crate::json::reader::{for_each_item, is_null_array, minify, read_value};
use crate::json::value::{Kind, Value};
use crate::number::{equal_numbers, parse_digits};
use crate::rows::cell::{Cell, equal_address};
use crate::rows::encoding::tag;
use crate::rows::row::Row;
use crate::strings::{equal, trim};

/// Calls `each` for every cell of a row whose value the user does not hold, with its column, the cell, and the user's
/// value. The user must have been found by the row's key.
///
/// `sources` says for each column where its value is in `values`. The bits of `address_columns` are set for columns
/// whose case is ignored; columns from 64 on have none, and the caller compares them again. The first column is the
/// key, which is never reported.
#[inline(never)]
pub fn for_each_difference<'a>(
    mut row: Row<'a>,
    json: &[u8],
    values: &[Value],
    sources: &[usize],
    address_columns: u64,
    each: &mut dyn FnMut(usize, Cell<'a>, Value),
) {
    let value_of = |column: usize| {
        let source = sources.get(column).copied().unwrap_or_default();
        values.get(source).copied().unwrap_or_default()
    };
    let (key, mut at) = (value_of(0), row.at);
    for (group, bits) in row.bitmap.iter().enumerate() {
        let mut bits = *bits;
        while bits != 0 {
            let column = (group << 3).wrapping_add(bits.trailing_zeros() as usize);
            bits &= bits.wrapping_sub(1);
            let value = value_of(column);
            if let Some(end) = end_of_equal_cell(&row, at, json, value, key) {
                at = end;
                continue;
            }
            row.at = at;
            let cell = row.next_cell();
            at = row.at;
            let is_address = column < 64 && address_columns >> column & 1 != 0;
            if column > 0 && !holds(cell, is_address, json, value) {
                each(column, cell, value);
            }
        }
    }
}

/// Returns the position after the cell at `at` if its bytes are equal to those of the user's value. `None` says
/// nothing. `key` is the user's value for the first column, which is that of the row ignoring case.
#[inline(always)]
fn end_of_equal_cell(row: &Row<'_>, at: usize, json: &[u8], value: Value, key: Value) -> Option<usize> {
    let stored = row.bytes;
    let tag = *stored.get(at)?;
    let at = at.wrapping_add(1);
    let (string, end) = match tag {
        0..tag::KNOWN_2 => (row.strings.get(usize::from(tag)), at),
        tag::KNOWN_2..tag::KNOWN_3 => {
            let number = usize::from(tag & 0x3f) << 8 | usize::from(*stored.get(at)?);
            (row.strings.get(number), at.wrapping_add(1))
        }
        tag::NUMBER_1..tag::STRING => {
            let count = usize::from(tag.wrapping_sub(tag::NUMBER));
            let word: &[u8; 8] = stored.get(at..)?.first_chunk()?;
            let number = u64::from_le_bytes(*word) & (u64::MAX >> (64_usize.wrapping_sub(count << 3) & 63));
            let is_equal = is_plain(value) && parse_digits(value.bytes_in(json))? == number;
            return is_equal.then(|| at.wrapping_add(count));
        }
        tag::STRING..tag::LONG_STRING => {
            let end = at.wrapping_add(usize::from(tag.wrapping_sub(tag::STRING)));
            (stored.get(at..end)?, end)
        }
        tag::PRIMITIVE => {
            let length = stored.get(at).copied().filter(|length| length & 0x80 == 0)?;
            let (at, end) = (at.wrapping_add(1), at.wrapping_add(1).wrapping_add(usize::from(length)));
            (stored.get(at..end)?, end)
        }
        tag::EMAIL => {
            let [domain, local, rest @ ..] = stored.get(at..)? else {
                return None;
            };
            // A set high bit means that another byte of the number or length follows.
            let is_short = (domain | local) & 0x80 == 0 && value.kind() == Kind::String;
            let (domain, length) = (row.strings.get(usize::from(*domain)), usize::from(*local));
            let is_equal = is_short && equal_address(rest.get(..length)?, domain, value.bytes_in(json));
            return is_equal.then(|| at.wrapping_add(2).wrapping_add(length));
        }
        tag::SAME_AS_KEY if key.kind() == Kind::String => (key.bytes_in(json), at),
        _ => return None,
    };
    (is_plain(value) && equal(string, value.bytes_in(json))).then_some(end)
}

/// Whether the bytes of a value are what it means.
#[inline(always)]
fn is_plain(value: Value) -> bool {
    matches!(value.kind(), Kind::String | Kind::Primitive)
}

/// Whether the user's value means the same as a cell: numbers as number or string, addresses ignoring case, spaces
/// around strings ignored, and numbers and booleans as CSV and JSON write them. `ignores_case` says that strings are
/// compared ignoring case. A manager by e-mail address is never the same here, since their id is not known.
#[inline(never)]
#[must_use]
pub fn holds(cell: Cell<'_>, ignores_case: bool, json: &[u8], value: Value) -> bool {
    let raw = value.bytes_in(json);
    let mut decoded = Vec::new();
    match value.kind() {
        Kind::EscapedString => escapes::unescape(raw, &mut decoded),
        Kind::Array | Kind::Object => minify(raw, &mut decoded),
        _ => decoded.extend_from_slice(raw),
    }
    let held = trim(&decoded);
    match (cell, value.kind()) {
        (Cell::Clear, Kind::Unset) => true,
        (Cell::Clear, Kind::String | Kind::EscapedString) => is_blank(&String::from_utf8_lossy(held)),
        (Cell::Clear, Kind::Array) => is_null_array(held),
        (Cell::Clear | Cell::Reference(_), _) | (_, Kind::Unset) => false,
        (Cell::Array(array), _) => all_items(array, json, value, &mut |item, held| {
            holds(Cell::String(item), false, json, held)
        }),
        (Cell::Number(number), kind) => {
            let number = number.to_string();
            equal(held, number.as_bytes()) || (kind == Kind::Primitive && equal_numbers(held, number.as_bytes()))
        }
        (Cell::Email { local, domain }, _) => equal_address(local, domain, held),
        (Cell::Primitive(primitive), Kind::String | Kind::EscapedString) => equal(primitive, held),
        (Cell::String(wanted) | Cell::Primitive(wanted), kind) => {
            let wanted = trim(wanted);
            if kind == Kind::Primitive {
                wanted.eq_ignore_ascii_case(held) || equal_numbers(wanted, held)
            } else {
                equal(wanted, held) || (ignores_case && is_same_ignoring_case(wanted, held))
            }
        }
    }
}

/// Whether an array has as many items as the array, or the one value, that the user holds, and `is_same` is true of each item
/// and the user's value at its place. Items are strings without escapes; `null` is only the same as `null`.
#[must_use]
pub fn all_items(array: &[u8], json: &[u8], value: Value, is_same: &mut dyn FnMut(&[u8], Value) -> bool) -> bool {
    let mut held = Vec::new();
    if value.kind() == Kind::Array {
        let end = for_each_item(json, value.start(), &mut |at| {
            let (item, item_end) = read_value(json, at)?;
            held.push(item);
            Some(item_end)
        });
        if end.is_none() {
            return false;
        }
    } else {
        held.push(value);
    }
    let mut held = held.into_iter();
    let end = for_each_item(array, 0, &mut |at| {
        let (wanted, wanted_end) = read_value(array, at)?;
        let held = held.next()?;
        let mut decoded = Vec::new();
        match wanted.kind() {
            Kind::EscapedString => escapes::unescape(wanted.bytes_in(array), &mut decoded),
            _ => decoded.extend_from_slice(wanted.bytes_in(array)),
        }
        let is_held = match wanted.kind() {
            Kind::Unset => held.kind() == Kind::Unset,
            _ => is_same(&decoded, held),
        };
        is_held.then_some(wanted_end)
    });
    end.is_some() && held.next().is_none()
}

#[cfg(test)]
mod tests;
