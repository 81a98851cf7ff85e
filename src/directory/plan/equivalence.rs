//! Values that differ in their bytes and still need no change, by the field that a column holds.

use crate::directory::column::{Column, Field};
use crate::directory::desired::piped::to_array;
use crate::user::date::Date;
use domo_users_scan::case::to_lower_case;
use domo_users_scan::email::{EmailKey, address_in};
use domo_users_scan::json::escapes;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::parse_integer;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::cell::write_key;
use domo_users_scan::rows::compare::{all_items, holds};
use domo_users_scan::strings::trim;

/// How a desired value compares with the value that the instance has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equivalence {
    /// The values mean the same.
    Same,
    /// The values are the same address, but for invisible characters or text around it.
    SameAddress,
    /// The values are the same digits, but the desired value lacks leading zeros, or digits behind the fifteenth.
    LostDigits,
    /// The values are the same, but the desired value has `?` in place of letters.
    LostLetters,
    /// The values differ.
    Different,
}

/// Compares a cell with the value that a user has. The two are known to differ in their bytes.
#[must_use]
pub fn compare_values(column: &Column, cell: Cell<'_>, bytes: &[u8], value: Value) -> Equivalence {
    let mut held = Vec::new();
    match (value.kind(), cell) {
        (Kind::Unset | Kind::Object, _) => return Equivalence::Different,
        (_, Cell::Array(list)) => return compare_items(column, list, bytes, value),
        (Kind::Array, _) => {
            let list = to_array(column, cell);
            return list.map_or(Equivalence::Different, |list| {
                compare_items(column, &list, bytes, value)
            });
        }
        (Kind::EscapedString, _) => escapes::unescape(value.bytes_in(bytes), &mut held),
        (Kind::String | Kind::Primitive, _) => held.extend_from_slice(value.bytes_in(bytes)),
    }
    let held = trim(&held);
    let mut text = Vec::new();
    write_key(cell, &mut text);
    if text.is_empty() {
        return Equivalence::Different;
    }
    if let Some(equivalence) = compare_addresses(column, &text, held) {
        return equivalence;
    }
    match column.field {
        Field::HireDate if is_same_date(&text, held) => Equivalence::Same,
        Field::Attribute if value.kind() != Kind::Primitive && has_lost_digits(&text, held) => Equivalence::LostDigits,
        Field::Attribute | Field::DisplayName if has_lost_letters(&text, held) => Equivalence::LostLetters,
        _ => Equivalence::Different,
    }
}

/// Compares the items of a JSON array with the values that a user has. Each must mean the same.
fn compare_items(column: &Column, list: &[u8], bytes: &[u8], value: Value) -> Equivalence {
    let mut found = Equivalence::Same;
    let is_same = all_items(list, bytes, value, &mut |item, held| {
        let item = Cell::String(item);
        if holds(item, false, bytes, held) {
            return true;
        }
        let of_item = compare_values(column, item, bytes, held);
        if of_item != Equivalence::Same {
            found = of_item;
        }
        of_item != Equivalence::Different
    });
    if is_same { found } else { Equivalence::Different }
}

/// Compares two values if the column holds addresses. Returns `None` if they are not the same address.
fn compare_addresses(column: &Column, text: &[u8], held: &[u8]) -> Option<Equivalence> {
    let is_alternate = column.is_alternate_email();
    if !is_alternate && !matches!(column.field, Field::EmailAddress | Field::NewEmail | Field::UserName) {
        return None;
    }
    let (text, held) = (String::from_utf8_lossy(text), String::from_utf8_lossy(held));
    if is_alternate {
        // Case counts here, since no row is matched by a second address.
        return (address_in(&text) == address_in(&held)).then_some(Equivalence::SameAddress);
    }
    if to_lower_case(&text) == to_lower_case(&held) {
        return Some(Equivalence::Same);
    }
    (EmailKey::of(&text) == EmailKey::of(&held)).then_some(Equivalence::SameAddress)
}

fn is_same_date(text: &[u8], held: &[u8]) -> bool {
    // An instance may hold a date as a string.
    let held_ms = parse_integer(held).or_else(|| Date::parse(held).map(Date::milliseconds));
    Date::parse(text).is_some_and(|date| held_ms.is_some_and(|held| date.is_held(held)))
}

/// A spreadsheet keeps this many digits of a number, and writes zeros for the others.
const SPREADSHEET_DIGITS: usize = 15;

/// Whether a string has the digits of the held value without its leading zeros, or with zeros behind the fifteenth digit.
fn has_lost_digits(text: &[u8], held: &[u8]) -> bool {
    let is_digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let is_zeros = |digits: &[u8]| digits.iter().all(|digit| *digit == b'0');
    if !is_digits(text) || !is_digits(held) {
        return false;
    }
    match held.strip_suffix(text) {
        Some(zeros) => is_zeros(zeros),
        None => {
            let (kept, lost) = text.split_at_checked(SPREADSHEET_DIGITS).unwrap_or_default();
            text.len() == held.len() && !kept.is_empty() && held.starts_with(kept) && is_zeros(lost)
        }
    }
}

/// Whether a string has `?` in place of letters of the held value that are not ASCII, as a spreadsheet writes them in an encoding without these letters.
fn has_lost_letters(text: &[u8], held: &[u8]) -> bool {
    if !text.contains(&b'?') {
        return false;
    }
    let (text, held) = (String::from_utf8_lossy(text), String::from_utf8_lossy(held));
    let mut held = held.chars();
    let is_kept = |letter: char| {
        held.next()
            .is_some_and(|held| held == letter || (letter == '?' && !held.is_ascii()))
    };
    text.chars().all(is_kept) && held.next().is_none()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use domo_users_scan::json;
    use domo_users_scan::rows::cell::Cell;

    fn compare(field: Field, name: &str, cell: Cell<'_>, json: &str) -> Equivalence {
        let (value, _) = json::read_value(json.as_bytes(), 0).unwrap();
        compare_values(&Column::of(field, name), cell, json.as_bytes(), value)
    }

    #[test]
    fn addresses_that_differ_in_invisible_characters_are_the_same() {
        for (field, name, cell, json, expected) in [
            (
                Field::EmailAddress,
                "",
                "ada@x.co",
                "\"ADA@x.co\u{200b}\"",
                Equivalence::SameAddress,
            ),
            (
                Field::NewEmail,
                "",
                "ada@x.co",
                r#""ada\u00ad@x.co""#,
                Equivalence::SameAddress,
            ),
            (Field::UserName, "", "ada", "\"ada\u{200b}\"", Equivalence::SameAddress),
            (
                Field::EmailAddress,
                "",
                "ada@x.co",
                "\"bob@x.co\"",
                Equivalence::Different,
            ),
            (
                Field::Attribute,
                "alternateEmail",
                "ada@x.co",
                "\"mailto:ada@x.co\"",
                Equivalence::SameAddress,
            ),
            (
                Field::Attribute,
                "alternateEmail",
                "Ada@x.co",
                "\"ada@x.co\"",
                Equivalence::Different,
            ),
            (
                Field::Attribute,
                "title",
                "ada@x.co",
                "\"mailto:ada@x.co\"",
                Equivalence::Different,
            ),
            (Field::EmailAddress, "", "ada@x.co", "null", Equivalence::Different),
        ] {
            assert_eq!(
                compare(field, name, Cell::of_address(cell.as_bytes()), json),
                expected,
                "{cell} {json}"
            );
        }
    }

    #[test]
    fn lost_digits_and_letters_and_dates() {
        for (field, cell, json, expected) in [
            (Field::Attribute, "712", "\"00712\"", Equivalence::LostDigits),
            (
                Field::Attribute,
                "1234567890123450",
                "\"1234567890123456\"",
                Equivalence::LostDigits,
            ),
            (
                Field::Attribute,
                "123456789012350",
                "\"123456789012345\"",
                Equivalence::Different,
            ),
            (
                Field::Attribute,
                "1234567890123451",
                "\"1234567890123456\"",
                Equivalence::Different,
            ),
            (
                Field::DisplayName,
                "?ukasz Doe",
                "\"Łukasz Doe\"",
                Equivalence::LostLetters,
            ),
            (
                Field::Attribute,
                "D'Arcy ??",
                "\"D'Arcy 太郎\"",
                Equivalence::LostLetters,
            ),
            (Field::Attribute, "Who?", "\"Whom\"", Equivalence::Different),
            (Field::Attribute, "?ukasz", "\"Łukasz D\"", Equivalence::Different),
            (Field::Attribute, "712", "00712", Equivalence::Different),
            (Field::Attribute, "712", "\"100712\"", Equivalence::Different),
            (Field::Attribute, "00712", "\"712\"", Equivalence::Different),
            (Field::Attribute, "0", "\"000\"", Equivalence::LostDigits),
            (Field::Attribute, "712a", "\"00712a\"", Equivalence::Different),
            (Field::DisplayName, "712", "\"00712\"", Equivalence::Different),
            (Field::HireDate, "2015-02-07", "1423267200000", Equivalence::Same),
            (Field::HireDate, "2015-02-07", "\"1423267200000\"", Equivalence::Same),
            (Field::HireDate, "2015-02-07", "1423220400000", Equivalence::Same),
            (
                Field::HireDate,
                "2015-02-07T00:00:00Z",
                "1423267200001",
                Equivalence::Different,
            ),
            (Field::HireDate, "2015-02-08", "1423267200000", Equivalence::Different),
            (Field::HireDate, "2015-02-07", "\"2015-02-08\"", Equivalence::Different),
            (Field::HireDate, "1423267200000", "\"2015-02-07\"", Equivalence::Same),
            (Field::HireDate, "2015-02-07", "1.4232672E12", Equivalence::Same),
        ] {
            assert_eq!(
                compare(field, "x", Cell::of_string(cell.as_bytes()), json),
                expected,
                "{cell} {json}"
            );
        }
        assert_eq!(
            compare(Field::Attribute, "x", Cell::Clear, "\"00\""),
            Equivalence::Different
        );
    }
}
