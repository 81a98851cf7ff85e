//! The check of a cell by the field that its column holds.

use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field, ROLE};
use crate::directory::desired::raw_cell::RawCell;
use crate::directory::desired::references::References;
use crate::directory::desired::row_error::RowError;
use crate::excerpt::excerpt_of_bytes;
use crate::user::date;
use domo_users_scan::email::is_address;
use domo_users_scan::json;
use domo_users_scan::number::{MAX_SAFE_INTEGER, is_number, parse_digits};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::strings::is_plain_address;

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
        RawCell::Clear => return clear(column),
        _ => return Err(unexpected(expected(field), cell)),
    };
    let checked = match field {
        Field::HireDate if is_string => Some(Cell::of_string(text)),
        Field::HireDate => Some(Cell::Primitive(text)),
        Field::Id | Field::RoleId => match parse_digits(text) {
            Some(id @ 1..=MAX_SAFE_INTEGER) => Some(Cell::Number(id)),
            _ if is_string && field == Field::RoleId && !is_number(text) => {
                Some(Cell::Reference(references.number_of_role(text)))
            }
            _ => None,
        },
        Field::ReportsTo => match parse_digits(text) {
            Some(0) => None,
            Some(id) => Some(Cell::Number(id)),
            None if is_address(&String::from_utf8_lossy(text)) => {
                Some(Cell::Reference(references.number_of_address(text)))
            }
            None => None,
        },
        _ if !is_string => None,
        Field::DisplayName => Some(Cell::String(text)),
        Field::EmailAddress | Field::NewEmail if !may_be_address(text) => None,
        _ => Some(Cell::of_address(text)),
    };
    checked.map(Some).ok_or_else(|| unexpected(expected(field), cell))
}

/// Returns what a row stores for a cell that clears a field.
fn clear<'a>(column: &Column) -> Result<Option<Cell<'a>>, RowError> {
    match column.field {
        Field::Id | Field::NewEmail => Ok(None),
        Field::RoleId if column.name == ROLE => Ok(None),
        Field::ReportsTo | Field::HireDate => Ok(Some(Cell::Clear)),
        _ => Err(RowError::CannotBeCleared),
    }
}

/// Whether a string has the parts of an e-mail address. The instance may hold one that is not valid, which is then not refused for that user.
fn may_be_address(text: &[u8]) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>');
    let has_parts = |text: &str| {
        let (local, domain) = text.split_once('@')?;
        let has_labels = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
        Some(has_labels && !local.is_empty() && !local.contains(is_odd) && !domain.contains(is_odd))
    };
    is_plain_address(text) || has_parts(&String::from_utf8_lossy(text)) == Some(true)
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
        Field::ReportsTo => "the id or e-mail address of a user",
        Field::EmailAddress | Field::NewEmail => "an e-mail address such as jane.doe@example.com",
        Field::HireDate => date::UNDERSTOOD,
        _ => "a string that is not blank",
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
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_address_is_an_address(text in "[a.@+'/#;]{0,12}|['(a-c.]{1,4}@[a-c.'/]{1,6}") {
            prop_assert!(!is_plain_address(text.as_bytes()) || is_address(&text), "{}", text);
        }
    }
}
