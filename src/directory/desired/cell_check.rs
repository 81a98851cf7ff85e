//! The check of a cell by the field that its column holds.

use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field, ROLE};
use crate::directory::desired::damage::{Damage, MANAGER};
use crate::directory::desired::raw_cell::RawCell;
use crate::directory::desired::references::References;
use crate::directory::desired::row_error::RowError;
use crate::excerpt::excerpt_of_bytes;
use crate::user::date;
use domo_users_scan::damage::is_error_cell;
use domo_users_scan::email::is_address;
use domo_users_scan::json;
use domo_users_scan::number::{MAX_SAFE_INTEGER, is_number, parse_digits};
use domo_users_scan::rows::cell::Cell;

/// Returns the value of a cell as a row stores it, or `None` if the cell sets nothing. A manager who is named by e-mail address, or a role that is named,
/// is added to `references`.
///
/// # Errors
/// The value is not what the field holds.
pub fn check_cell<'a>(
    column: &Column,
    cell: RawCell<'a>,
    references: &mut References,
) -> Result<Option<Cell<'a>>, RowError> {
    let field = column.field;
    // Users of a search have an object in this field.
    let is_role_object = field == Field::RoleId && column.name == ROLE && cell == RawCell::Object;
    if field == Field::Ignored || cell == RawCell::Empty || is_role_object {
        return Ok(None);
    }
    match field {
        Field::ParserArtefact => return parser_artefact(&column.name, cell),
        Field::Attribute => return attribute(column, cell),
        _ => {}
    }
    let (text, is_string) = match cell {
        RawCell::String(text) => (text, true),
        RawCell::Literal(text) => (text, false),
        RawCell::Clear => return Ok(Some(Cell::Clear)),
        _ => return Err(unexpected(expected(field), cell)),
    };
    let checked = match field {
        Field::HireDate if is_string => Some(Cell::of_string(text)),
        Field::HireDate => Some(Cell::Primitive(text)),
        Field::Id | Field::RoleId => match parse_digits(text) {
            // A string of digits may be the name of a role. A number is always an id.
            Some(1..=MAX_SAFE_INTEGER) if !is_string && field == Field::RoleId => Some(Cell::Primitive(text)),
            Some(id @ 1..=MAX_SAFE_INTEGER) => Some(Cell::Number(id)),
            _ if is_string && is_error_cell(&String::from_utf8_lossy(text)) => return Err(wrong_string(field, text)),
            _ if is_string && field == Field::RoleId && !is_number(text) => {
                Some(Cell::Reference(references.number_of_role(text)))
            }
            _ => None,
        },
        Field::ReportsTo => Some(match parse_digits(text) {
            Some(id @ 1..) => Cell::Number(id),
            None if is_address(&String::from_utf8_lossy(text)) => Cell::Reference(references.number_of_address(text)),
            None if !text.contains(&b'@') && !is_number(text) => return Err(wrong_string(field, text)),
            // Refused as damaged, unless the user holds exactly this.
            _ => Cell::of_string(text),
        }),
        _ if !is_string => None,
        Field::DisplayName => Some(Cell::String(text)),
        Field::EmailAddress | Field::NewEmail if !text.contains(&b'@') => return Err(wrong_string(field, text)),
        // An invalid address is refused as damaged, unless the user holds exactly this.
        _ => Some(Cell::of_address(text)),
    };
    checked.map(Some).ok_or_else(|| unexpected(expected(field), cell))
}

/// Checks a cell without a header: it must be empty.
fn parser_artefact<'a>(key: &str, cell: RawCell<'_>) -> Result<Option<Cell<'a>>, RowError> {
    match cell {
        RawCell::Empty | RawCell::Clear => Ok(None),
        RawCell::Array(array) if json::is_blank_array(array) => Ok(None),
        _ => Err(RowError::ValueWithoutHeader { key: key.to_owned() }),
    }
}

const ATTRIBUTE_ARRAY: &str = "an array of {key, values}";

fn attribute<'a>(column: &Column, cell: RawCell<'a>) -> Result<Option<Cell<'a>>, RowError> {
    if column.name == ATTRIBUTES_FIELD {
        // An array of attributes was read before.
        return match cell {
            RawCell::Empty | RawCell::Clear => Ok(None),
            RawCell::Array(_) => Err(RowError::Unexpected {
                expected: ATTRIBUTE_ARRAY,
                got: "an array of other values".to_owned(),
            }),
            cell => Err(unexpected(ATTRIBUTE_ARRAY, cell)),
        };
    }
    Ok(Some(match cell {
        RawCell::Empty => return Ok(None),
        RawCell::Clear => Cell::Clear,
        RawCell::String(text) if column.is_alternate_email() => Cell::of_address(text),
        RawCell::String(text) => Cell::of_string(text),
        RawCell::Literal(literal) => Cell::Primitive(literal),
        RawCell::Array(array) if json::is_null_array(array) => Cell::Clear,
        RawCell::Array(array) if json::is_flat_array(array) => Cell::Array(array),
        RawCell::Array(_) | RawCell::Object => {
            let expected = "a string, a number, a boolean, null, or an array of these";
            return Err(unexpected(expected, RawCell::Object));
        }
    }))
}

fn expected(field: Field) -> &'static str {
    match field {
        Field::Id => "the id of a user, a positive integer",
        Field::RoleId => "the id or name of a role, such as 4 or Participant",
        Field::ReportsTo => MANAGER,
        Field::EmailAddress | Field::NewEmail => "an e-mail address such as jane.doe@example.com",
        Field::HireDate => date::UNDERSTOOD,
        _ => "a string that is not blank",
    }
}

/// Returns the error of a string that cannot be a value of the field.
fn wrong_string(field: Field, text: &[u8]) -> RowError {
    let damage = match field {
        _ if is_error_cell(&String::from_utf8_lossy(text)) => Damage::SpreadsheetError,
        Field::EmailAddress | Field::NewEmail => Damage::NotAnAddress,
        _ => return unexpected(expected(field), RawCell::String(text)),
    };
    RowError::Damaged {
        damage,
        value: excerpt_of_bytes(text, 60),
    }
}

fn unexpected(expected: &'static str, cell: RawCell<'_>) -> RowError {
    let got = match cell {
        RawCell::String(text) => format!("\"{}\"", excerpt_of_bytes(text, 60)),
        RawCell::Literal(text) => excerpt_of_bytes(text, 60),
        RawCell::Array(_) => "an array".to_owned(),
        RawCell::Object => "an object".to_owned(),
        RawCell::Clear | RawCell::Empty => "null".to_owned(),
    };
    RowError::Unexpected { expected, got }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use domo_users_scan::strings::is_plain_address;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_address_is_an_address(text in "[a.@+'/#;]{0,12}|['(a-c.]{1,4}@[a-c.'/]{1,6}") {
            prop_assert!(!is_plain_address(text.as_bytes()) || is_address(&text), "{}", text);
        }
    }
}
