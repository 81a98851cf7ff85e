//! Cells that look damaged by a spreadsheet or a wrong encoding. They are refused, unless the instance already has the same value for that user.

use core::fmt;
use core::fmt::Formatter;

use crate::directory::column::{Column, Field};
use crate::directory::desired::raw_cell::RawCell;
use crate::user::date;
use crate::user::date::Date;
use domo_users_scan::damage::{has_replacement, is_error_cell, is_scientific};
use domo_users_scan::email::{is_address, is_blank};
use domo_users_scan::json;
use domo_users_scan::json::escapes;
use domo_users_scan::json::value::Kind;
use domo_users_scan::number::parse_digits;
use domo_users_scan::strings::is_plain_address;

/// What names a manager.
pub const MANAGER: &str = "the id or e-mail address of a user";

/// The kind of damage of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The cell contains U+FFFD.
    LostCharacter,
    /// The cell is the error of a spreadsheet formula, such as `#N/A`.
    SpreadsheetError,
    /// The cell is a number that a spreadsheet has shortened, such as `4.91701E+11`.
    ShortenedNumber,
    /// The cell is a name without visible characters.
    InvisibleName,
    /// The cell is no e-mail address.
    NotAnAddress,
    /// The cell is neither the id nor the e-mail address of a manager.
    NotAManager,
    /// The cell is no date, or could mean several days.
    NotADate,
}

/// A cell that is refused if its user gets it as a new value.
#[derive(Debug)]
pub struct SuspectCell {
    /// The index of the row.
    pub row: usize,
    /// The index of the column.
    pub column: usize,
    /// The kind of damage.
    pub damage: Damage,
    /// The beginning of the value, for an error message.
    pub value: String,
}

impl Damage {
    /// Returns the damage of a cell in a column, or `None` if the cell looks fine or is checked elsewhere.
    #[must_use]
    pub fn of(column: &Column, cell: RawCell<'_>) -> Option<Self> {
        match (column.field, cell) {
            (Field::Ignored | Field::ParserArtefact | Field::Id | Field::RoleId, _) => None,
            (Field::HireDate, RawCell::String(text) | RawCell::Literal(text)) => {
                Date::parse(text).is_none().then_some(Damage::NotADate)
            }
            (Field::ReportsTo, RawCell::String(text) | RawCell::Literal(text)) => {
                if is_plain_address(text) || matches!(parse_digits(text), Some(1..)) {
                    return None;
                }
                let is_manager = is_address(&String::from_utf8_lossy(text));
                Self::of_string(column, text).or((!is_manager).then_some(Damage::NotAManager))
            }
            (Field::HireDate, RawCell::Array(_)) => None,
            (_, RawCell::Array(array)) => Self::of_array(column, array),
            (_, RawCell::String(text)) => Self::of_string(column, text),
            _ => None,
        }
    }

    /// Writes the message of the error about a value.
    ///
    /// # Errors
    /// The formatter fails.
    pub fn write_message(self, f: &mut Formatter<'_>, value: &str) -> fmt::Result {
        let (before, behind) = match self {
            Damage::LostCharacter => (
                "",
                " contains U+FFFD in place of a lost character: the file was decoded with the wrong character encoding; save it as CSV UTF-8",
            ),
            Damage::SpreadsheetError => (
                "",
                " is the error of a spreadsheet formula; correct the formula, or empty the cell",
            ),
            Damage::ShortenedNumber => (
                "",
                " is a number that a spreadsheet has shortened, perhaps with lost digits; format the column as text and enter the number again",
            ),
            Damage::InvisibleName => ("the name has no visible characters; got ", ""),
            Damage::NotAnAddress => (
                "must be an e-mail address such as jane.doe@example.com, with nothing around it; got ",
                "",
            ),
            Damage::NotADate | Damage::NotAManager => {
                let expected = if self == Damage::NotADate {
                    date::UNDERSTOOD
                } else {
                    MANAGER
                };
                return write!(f, "must be {expected}; got \"{value}\"");
            }
        };
        write!(f, "{before}\"{value}\"{behind}")
    }

    fn of_string(column: &Column, bytes: &[u8]) -> Option<Self> {
        if is_plain_address(bytes) {
            return None;
        }
        let text = String::from_utf8_lossy(bytes);
        let (field, is_alternate) = (column.field, column.is_alternate_email());
        let holds_address = is_alternate || matches!(field, Field::EmailAddress | Field::NewEmail);
        if has_replacement(bytes) {
            Some(Damage::LostCharacter)
        } else if is_error_cell(&text) {
            Some(Damage::SpreadsheetError)
        } else if field == Field::Attribute && !is_alternate && is_scientific(bytes) {
            Some(Damage::ShortenedNumber)
        } else if field == Field::DisplayName && is_blank(&text) {
            Some(Damage::InvisibleName)
        } else if holds_address && !text.is_empty() && !is_address(&text) {
            Some(Damage::NotAnAddress)
        } else {
            None
        }
    }

    /// Returns the damage of the first damaged string of a JSON array.
    fn of_array(column: &Column, array: &[u8]) -> Option<Self> {
        let mut found = None;
        let _ = json::for_each_item(array, 0, &mut |at| {
            let (item, behind) = json::read_value(array, at)?;
            if matches!(item.kind(), Kind::String | Kind::EscapedString) {
                let mut text = Vec::new();
                escapes::unescape(item.bytes_in(array), &mut text);
                found = found.or_else(|| Self::of_string(column, &text));
            }
            Some(behind)
        });
        found
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_damage_is_recognised() {
        let of = |field, text: &str| Damage::of(&Column::of(field, "x"), RawCell::String(text.as_bytes()));
        for (field, text, damage) in [
            (Field::DisplayName, "J\u{fffd}rg", Some(Damage::LostCharacter)),
            (Field::Attribute, "M\u{fffd}ller", Some(Damage::LostCharacter)),
            (Field::Attribute, "#N/A", Some(Damage::SpreadsheetError)),
            (Field::DisplayName, "#NAME?", Some(Damage::SpreadsheetError)),
            (Field::UserName, "#REF!", Some(Damage::SpreadsheetError)),
            (Field::Attribute, "4.91701E+11", Some(Damage::ShortenedNumber)),
            (Field::DisplayName, "4.91701E+11", None),
            (Field::Attribute, "12E4", None),
            (Field::DisplayName, "\u{200b}\u{2060} ", Some(Damage::InvisibleName)),
            (Field::Attribute, "\u{200b}", None),
            (Field::DisplayName, "Jörg", None),
            (Field::EmailAddress, "o’hara@x.ie", Some(Damage::NotAnAddress)),
            (Field::NewEmail, "“a@x.co", Some(Damage::NotAnAddress)),
            (Field::EmailAddress, "", None),
            (Field::Attribute, "o’hara@x.ie", None),
            (Field::EmailAddress, "o'hara@x.ie", None),
            (Field::HireDate, "03/01/2024", Some(Damage::NotADate)),
            (Field::HireDate, "42036", Some(Damage::NotADate)),
            (Field::HireDate, "2024-03-01", None),
            (Field::Ignored, "#N/A", None),
            (Field::ParserArtefact, "#N/A", None),
            (Field::Id, "#N/A", None),
            (Field::RoleId, "#N/A", None),
        ] {
            assert_eq!(of(field, text), damage, "{text:?}");
        }
        let alternate = Column::of(Field::Attribute, "alternateEmail");
        let of = |text: &str| Damage::of(&alternate, RawCell::String(text.as_bytes()));
        assert_eq!(of("4.91701E+11"), Some(Damage::NotAnAddress));
        assert_eq!(of("a@x.co"), None);
    }

    #[test]
    fn the_first_damaged_item_of_an_array_counts() {
        let of = |field, json: &str| Damage::of(&Column::of(field, "x"), RawCell::Array(json.as_bytes()));
        assert_eq!(
            of(Field::Attribute, r##"["a","#N/A"]"##),
            Some(Damage::SpreadsheetError)
        );
        assert_eq!(
            of(Field::Attribute, "[\"#N/A\",\"\u{fffd}\"]"),
            Some(Damage::SpreadsheetError)
        );
        assert_eq!(of(Field::Attribute, r#"["a",null,1]"#), None);
        assert_eq!(of(Field::Attribute, "[\"\\ufffd\"]"), Some(Damage::LostCharacter));
        assert_eq!(of(Field::HireDate, r##"["#N/A"]"##), None);
        let literal = RawCell::Literal(b"42036");
        assert_eq!(
            Damage::of(&Column::of(Field::HireDate, "x"), literal),
            Some(Damage::NotADate)
        );
        assert_eq!(
            Damage::of(&Column::of(Field::Attribute, "x"), RawCell::Literal(b"4.9E+11")),
            None
        );
    }
}
