//! Cells that look damaged. They are refused, unless the instance already holds the same value for that user.

use crate::directory::header::{Column, Field};
use crate::directory::raw_cell::RawCell;
use crate::text::code_point;
use crate::user::date;
use crate::user::date::Date;
use domo_users_scan::damage::{has_replacement, is_error_cell, is_scientific};
use domo_users_scan::email::{is_address, is_blank, is_invisible};
use domo_users_scan::json;
use domo_users_scan::json::escapes;
use domo_users_scan::json::value::Kind;
use domo_users_scan::strings::is_plain_address;

/// Why a cell is doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It holds U+FFFD.
    WrongEncoding,
    /// It is the error of a spreadsheet, such as `#N/A`.
    SpreadsheetError,
    /// It is a number that a spreadsheet has shortened, such as `4.91701E+11`.
    ShortenedNumber,
    /// It is a name of which nobody sees anything.
    BlankName,
    /// It has the parts of an address, and something that no address has.
    NotAnAddress,
    /// It is no date that could mean one day only.
    NotADate,
}

/// A cell that is refused if the user gets it as a new value.
#[derive(Debug)]
pub struct DoubtfulCell {
    /// The row, by its place among those that are kept.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// What is wrong with it.
    pub doubt: Doubt,
    /// The beginning of what it holds, as a person can see it.
    pub text: String,
}

impl Doubt {
    /// Returns what is wrong with a cell of a column; `None` for a cell that is fine, or is checked elsewhere.
    #[must_use]
    pub fn of(column: &Column, said: RawCell<'_>) -> Option<Self> {
        match (column.field, said) {
            (Field::Ignored | Field::ParserArtefact | Field::Id | Field::RoleId, _) => None,
            (Field::HireDate, RawCell::Text(text) | RawCell::Word(text)) => {
                Date::parse(text).is_none().then_some(Doubt::NotADate)
            }
            (Field::HireDate, RawCell::List(_)) => None,
            (_, RawCell::List(list)) => Self::of_list(column, list),
            (_, RawCell::Text(text)) => Self::of_text(column, text),
            _ => None,
        }
    }

    fn of_text(column: &Column, bytes: &[u8]) -> Option<Self> {
        if is_plain_address(bytes) {
            return None;
        }
        let text = String::from_utf8_lossy(bytes);
        let (field, is_alternate) = (column.field, column.is_alternate_email());
        let holds_address = is_alternate || matches!(field, Field::EmailAddress | Field::NewEmail);
        if has_replacement(bytes) {
            Some(Doubt::WrongEncoding)
        } else if is_error_cell(&text) {
            Some(Doubt::SpreadsheetError)
        } else if field == Field::Attribute && !is_alternate && is_scientific(bytes) {
            Some(Doubt::ShortenedNumber)
        } else if field == Field::DisplayName && is_blank(&text) {
            Some(Doubt::BlankName)
        } else if holds_address && !text.is_empty() && !is_address(&text) {
            Some(Doubt::NotAnAddress)
        } else {
            None
        }
    }

    fn of_list(column: &Column, list: &[u8]) -> Option<Self> {
        let mut found = None;
        let _ = json::for_each_item(list, 0, &mut |at| {
            let (item, behind) = json::read_value(list, at)?;
            if matches!(item.kind(), Kind::String | Kind::EscapedString) {
                let mut text = Vec::new();
                escapes::unescape(item.bytes_in(list), &mut text);
                found = found.or_else(|| Self::of_text(column, &text));
            }
            Some(behind)
        });
        found
    }

    /// The sentence for people, about a cell that holds this.
    #[must_use]
    pub fn reason(self, text: &str) -> String {
        match self {
            Doubt::WrongEncoding => format!(
                "\"{text}\" holds U+FFFD, which stands for a character that was lost when the file was read with the wrong character encoding; save it \
                 as CSV UTF-8"
            ),
            Doubt::SpreadsheetError => {
                format!("\"{text}\" is the error of a spreadsheet cell; correct the formula, or empty the cell")
            }
            Doubt::ShortenedNumber => format!(
                "\"{text}\" is a number as a spreadsheet shortens it, which may have lost digits; format the column as text and enter the number again"
            ),
            Doubt::BlankName => format!("the name has no visible characters; got \"{text}\""),
            Doubt::NotAnAddress => {
                format!("must be an e-mail address such as jane.doe@example.com, and nothing around it; got \"{text}\"")
            }
            Doubt::NotADate => format!("must be {}; got \"{text}\"", date::UNDERSTOOD),
        }
    }
}

/// An error quotes no more characters of a cell than this.
const MOST_SHOWN: usize = 60;

/// Returns the beginning of a text as a person can see it: control and invisible characters as `U+200B`.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (at, c) in text.chars().enumerate() {
        if at >= MOST_SHOWN {
            shown.push('…');
            break;
        }
        if is_invisible(c) || c.is_control() || (c.is_whitespace() && c != ' ') || c == '\u{fffd}' {
            shown.push_str(&code_point(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_damage_is_seen() {
        let column = |field| Column::of(field, "x");
        let of = |field, text: &str| Doubt::of(&column(field), RawCell::Text(text.as_bytes()));
        for (field, text, doubt) in [
            (Field::DisplayName, "J\u{fffd}rg", Some(Doubt::WrongEncoding)),
            (Field::Attribute, "M\u{fffd}ller", Some(Doubt::WrongEncoding)),
            (Field::Attribute, "#N/A", Some(Doubt::SpreadsheetError)),
            (Field::DisplayName, "#NAME?", Some(Doubt::SpreadsheetError)),
            (Field::UserName, "#REF!", Some(Doubt::SpreadsheetError)),
            (Field::Attribute, "4.91701E+11", Some(Doubt::ShortenedNumber)),
            (Field::Attribute, "12E4", None),
            (Field::DisplayName, "\u{200b}\u{2060} ", Some(Doubt::BlankName)),
            (Field::DisplayName, "Jörg", None),
            (Field::EmailAddress, "o’hara@x.ie", Some(Doubt::NotAnAddress)),
            (Field::NewEmail, "“a@x.co", Some(Doubt::NotAnAddress)),
            (Field::EmailAddress, "o'hara@x.ie", None),
            (Field::HireDate, "03/01/2024", Some(Doubt::NotADate)),
            (Field::HireDate, "42036", Some(Doubt::NotADate)),
            (Field::HireDate, "2024-03-01", None),
            (Field::Ignored, "#N/A", None),
        ] {
            assert_eq!(of(field, text), doubt, "{text:?}");
        }
        let list = |json: &str| Doubt::of(&column(Field::Attribute), RawCell::List(json.as_bytes()));
        assert_eq!(list(r##"["a","#N/A"]"##), Some(Doubt::SpreadsheetError));
        assert_eq!(list(r#"["a",null,1]"#), None);
        assert_eq!(list("[\"\\ufffd\"]"), Some(Doubt::WrongEncoding));
    }

    #[test]
    fn what_is_invisible_is_shown_by_its_number() {
        assert_eq!(shown("a\u{200b}b\u{fffd}\n\u{a0}c d"), "aU+200BbU+FFFDU+000AU+00A0c d");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 61);
    }
}
