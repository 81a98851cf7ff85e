//! What a cell says of a user, checked by what its column is of.

use super::desired::Desired;
use super::header::{Column, Field};
use super::json::{self, Kind, Value};
use super::plain::unguarded;
use super::rows::{Cell, email, small};
use crate::text::{excerpt, join};
use crate::user::is_email;
use domo_users_bytes::number::{LARGEST, whole};
use domo_users_bytes::text::{is_plain_address, lossy, trim};

/// What a cell says, before anyone has checked it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said<'a> {
    /// Nothing about the field.
    Nothing,
    /// That it shall be empty.
    Clear,
    /// A text, or digits of a CSV file.
    Text(&'a [u8]),
    /// A JSON number or boolean.
    Word(&'a [u8]),
    /// A JSON list.
    List(&'a [u8]),
    /// Something else that no field holds.
    Wrong,
}

impl Desired {
    /// A cell of a CSV file.
    #[inline(always)]
    #[must_use]
    pub fn said<'a>(&self, column: usize, cell: &'a [u8]) -> Said<'a> {
        let text = trim(unguarded(cell));
        let field = self.columns.get(column).map(|column| column.field);
        match text.first() {
            Some(b'[') if field == Some(Field::Attribute) && json::is_plain_list(text) => Said::List(text),
            Some(_) => Said::Text(text),
            None if self.clear_empty && matches!(field, Some(Field::Attribute | Field::ReportsTo)) => Said::Clear,
            None => Said::Nothing,
        }
    }

    /// A JSON value of a desired user; `text` is what it says where it is one. An empty text is as an empty cell: only `null` clears for certain.
    #[must_use]
    pub fn said_in_json<'a>(&self, column: usize, bytes: &'a [u8], value: Value, text: &'a [u8]) -> Said<'a> {
        match value.kind() {
            Kind::Unset => Said::Clear,
            Kind::Text | Kind::Escaped => match trim(text) {
                [] => self.said(column, b""),
                text => Said::Text(text),
            },
            Kind::Word => Said::Word(value.of(bytes)),
            Kind::List => Said::List(value.of(bytes)),
            Kind::Object => Said::Wrong,
        }
    }

    pub(super) fn check<'a>(&mut self, column: usize, said: Said<'a>) -> Result<Option<Cell<'a>>, String> {
        let Some(Column { field, name }) = self.columns.get(column) else {
            return Ok(None);
        };
        let cell = match (*field, said) {
            (Field::Id | Field::NewEmail, Said::Clear) => return Ok(None),
            (Field::Ignored, _) | (_, Said::Nothing) => return Ok(None),
            (Field::Attribute, said) => return attribute(name, said),
            (Field::ReportsTo, Said::Clear) => Some(Cell::Clear),
            (_, Said::Clear) => return Err("this field cannot be cleared".to_owned()),
            (Field::Id | Field::RoleId, Said::Text(text) | Said::Word(text)) => {
                match whole(text).filter(|id| (1..=LARGEST).contains(id)) {
                    // Nobody's to change: where it is not the key, nothing more is asked of it.
                    Some(_) if *field == Field::Id && column > 0 => return Ok(None),
                    id => id.map(Cell::Number),
                }
            }
            (Field::ReportsTo, Said::Text(text) | Said::Word(text)) => match whole(text) {
                Some(0) => None,
                Some(id) => Some(Cell::Number(id)),
                None if is_address(text) => Some(Cell::Manager(self.managers.number(text))),
                None => None,
            },
            (Field::EmailAddress | Field::NewEmail, Said::Text(text)) if is_address(text) => Some(email(text)),
            (Field::UserName, Said::Text(text)) => Some(email(text)),
            (Field::DisplayName, Said::Text(text)) => Some(Cell::Text(text)),
            _ => None,
        };
        match cell {
            Some(cell) => Ok(Some(cell)),
            None => Err(must_be(*field, said)),
        }
    }
}

fn is_address(text: &[u8]) -> bool {
    is_plain_address(text) || core::str::from_utf8(text).is_ok_and(is_email)
}

fn must_be(field: Field, said: Said<'_>) -> String {
    let expected = match field {
        Field::Id => "a user's id, a positive whole number",
        Field::RoleId => "the number of a role, such as 4 for Participant",
        Field::ReportsTo => "the id or the e-mail address of a user",
        Field::EmailAddress | Field::NewEmail => "an e-mail address such as jane.doe@example.com",
        _ => "a text that is not blank",
    };
    let got = match said {
        Said::Text(text) => join(&["\"", &excerpt(&lossy(text), 60), "\""]),
        Said::Word(text) => excerpt(&lossy(text), 60),
        Said::List(_) => "several values".to_owned(),
        Said::Wrong => "an object".to_owned(),
        Said::Clear | Said::Nothing => "nothing".to_owned(),
    };
    join(&["must be ", expected, "; got ", &got])
}

/// The field of a user that lists attributes; never an attribute itself.
pub(super) const ATTRIBUTES_FIELD: &str = "attributes";

fn attribute<'a>(name: &str, said: Said<'a>) -> Result<Option<Cell<'a>>, String> {
    Ok(Some(match said {
        Said::Nothing => return Ok(None),
        // Those of a user as Domo's answers have it are read before.
        Said::Clear if name == ATTRIBUTES_FIELD => return Ok(None),
        _ if name == ATTRIBUTES_FIELD => return Err("must be a list of {key, values}".to_owned()),
        Said::Clear => Cell::Clear,
        Said::Text(text) if name == "alternateEmail" => email(text),
        Said::Text(text) => small(text),
        Said::Word(word) => Cell::Word(word),
        Said::List(list) if json::is_clear(list) => Cell::Clear,
        Said::List(list) if json::is_plain_list(list) => Cell::List(list),
        Said::List(_) | Said::Wrong => {
            return Err("must be a text, a number, a boolean, null, or a list of these; got an object".to_owned());
        }
    }))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_address_is_an_address(text in "[a.@+]{0,12}|[a-c.]{1,4}@[a-c.]{1,6}") {
            prop_assert!(!is_plain_address(text.as_bytes()) || is_email(&text), "{}", text);
        }
    }
}
