//! Values that differ to the byte and still need no change, by what their column is of.

use crate::directory::header::{Column, Field};
use crate::user::date::Date;
use domo_users_scan::email::{EmailKey, address_in};
use domo_users_scan::json::escapes;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::parse_integer;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::cell::write_key;
use domo_users_scan::strings::trim;

/// How a desired value and the value that the instance holds compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// They mean the same.
    Same,
    /// They are the same address, but for what nobody sees or what is around it.
    SameAddress,
    /// They are the same digits, but for zeros in front that the list has lost.
    LostZeros,
    /// The user is changed.
    Different,
}

/// Compares a cell with what a user has. Both are known to differ to the byte.
#[must_use]
pub fn alike(column: &Column, cell: Cell<'_>, bytes: &[u8], value: Value) -> Alike {
    let mut held = Vec::new();
    match value.kind() {
        Kind::EscapedString => escapes::unescape(value.bytes_in(bytes), &mut held),
        Kind::String | Kind::Primitive => held.extend_from_slice(value.bytes_in(bytes)),
        Kind::Unset | Kind::Array | Kind::Object => return Alike::Different,
    }
    let held = trim(&held);
    let mut text = Vec::new();
    write_key(cell, &mut text);
    if text.is_empty() {
        return Alike::Different;
    }
    match column.field {
        Field::EmailAddress | Field::NewEmail | Field::UserName if is_same_address(&text, held) => Alike::SameAddress,
        // The case of this attribute is the user's own.
        Field::Attribute
            if column.is_alternate_email()
                && address_in(&String::from_utf8_lossy(&text)) == address_in(&String::from_utf8_lossy(held)) =>
        {
            Alike::SameAddress
        }
        Field::HireDate if is_same_date(&text, held) => Alike::Same,
        Field::Attribute if value.kind() != Kind::Primitive && has_lost_zeros(&text, held) => Alike::LostZeros,
        _ => Alike::Different,
    }
}

fn is_same_address(text: &[u8], held: &[u8]) -> bool {
    EmailKey::of(&String::from_utf8_lossy(text)) == EmailKey::of(&String::from_utf8_lossy(held))
}

fn is_same_date(text: &[u8], held: &[u8]) -> bool {
    // An instance may hold a date as text.
    let held_ms = parse_integer(held).or_else(|| Date::parse(held).map(Date::milliseconds));
    Date::parse(text).is_some_and(|date| held_ms.is_some_and(|held| date.is_held(held)))
}

/// Whether these are the digits of what is held without the zeros in front.
fn has_lost_zeros(text: &[u8], held: &[u8]) -> bool {
    let is_digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let zeros = held.len().saturating_sub(text.len());
    is_digits(text)
        && is_digits(held)
        && zeros > 0
        && held.ends_with(text)
        && held.iter().take(zeros).all(|digit| *digit == b'0')
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use domo_users_scan::json;

    fn compare(field: Field, name: &str, cell: Cell<'_>, json: &str) -> Alike {
        let (value, _) = json::read_value(json.as_bytes(), 0).unwrap();
        alike(&Column::of(field, name), cell, json.as_bytes(), value)
    }

    #[test]
    fn addresses_that_look_the_same() {
        for (field, name, cell, json, expected) in [
            (
                Field::EmailAddress,
                "",
                "ada@x.co",
                "\"ADA@x.co\u{200b}\"",
                Alike::SameAddress,
            ),
            (
                Field::NewEmail,
                "",
                "ada@x.co",
                r#""ada\u00ad@x.co""#,
                Alike::SameAddress,
            ),
            (Field::UserName, "", "ada", "\"ada\u{200b}\"", Alike::SameAddress),
            (Field::EmailAddress, "", "ada@x.co", "\"bob@x.co\"", Alike::Different),
            (
                Field::Attribute,
                "alternateEmail",
                "ada@x.co",
                "\"mailto:ada@x.co\"",
                Alike::SameAddress,
            ),
            (
                Field::Attribute,
                "alternateEmail",
                "Ada@x.co",
                "\"ada@x.co\"",
                Alike::Different,
            ),
            (
                Field::Attribute,
                "title",
                "ada@x.co",
                "\"mailto:ada@x.co\"",
                Alike::Different,
            ),
            (Field::EmailAddress, "", "ada@x.co", "null", Alike::Different),
        ] {
            assert_eq!(
                compare(field, name, Cell::of_address(cell.as_bytes()), json),
                expected,
                "{cell} {json}"
            );
        }
    }

    #[test]
    fn zeros_in_front_and_dates() {
        for (field, cell, json, expected) in [
            (Field::Attribute, "712", "\"00712\"", Alike::LostZeros),
            (Field::Attribute, "712", "00712", Alike::Different),
            (Field::Attribute, "712", "\"100712\"", Alike::Different),
            (Field::Attribute, "00712", "\"712\"", Alike::Different),
            (Field::Attribute, "0", "\"000\"", Alike::LostZeros),
            (Field::Attribute, "712a", "\"00712a\"", Alike::Different),
            (Field::DisplayName, "712", "\"00712\"", Alike::Different),
            (Field::HireDate, "2015-02-07", "1423267200000", Alike::Same),
            (Field::HireDate, "2015-02-07", "\"1423267200000\"", Alike::Same),
            (Field::HireDate, "2015-02-07", "1423220400000", Alike::Same),
            (
                Field::HireDate,
                "2015-02-07T00:00:00Z",
                "1423267200001",
                Alike::Different,
            ),
            (Field::HireDate, "2015-02-08", "1423267200000", Alike::Different),
            (Field::HireDate, "2015-02-07", "\"2015-02-08\"", Alike::Different),
            (Field::HireDate, "1423267200000", "\"2015-02-07\"", Alike::Same),
            (Field::HireDate, "2015-02-07", "1.4232672E12", Alike::Same),
        ] {
            assert_eq!(
                compare(field, "x", Cell::of_string(cell.as_bytes()), json),
                expected,
                "{cell} {json}"
            );
        }
        assert_eq!(compare(Field::Attribute, "x", Cell::Clear, "\"00\""), Alike::Different);
    }
}
