//! What a cell says of a user, checked by what its column is of.

use crate::directory::desired::DesiredState;
use crate::directory::doubt::{Doubt, DoubtfulCell, shown};
use crate::directory::header::{Column, Field};
use crate::text::join;
use crate::user::date;
use crate::user::date::Date;
use domo_users_scan::csv::plain_rows::without_formula_guard;
use domo_users_scan::email::{address_in, is_address, is_blank};
use domo_users_scan::json;
use domo_users_scan::json::escapes;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::{MAX_SAFE_INTEGER, parse_digits, parse_integer};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::strings::{is_plain_address, trim};

/// What a cell says, before anyone has checked it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RawCell<'a> {
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

impl DesiredState {
    /// A cell of a CSV file.
    #[inline(always)]
    #[must_use]
    pub fn said<'a>(&self, column: usize, cell: &'a [u8]) -> RawCell<'a> {
        let text = trim(without_formula_guard(cell));
        let field = self.field(column);
        match text.first() {
            Some(b'[') if field == Some(Field::Attribute) && json::is_flat_array(text) => RawCell::List(text),
            Some(_) => RawCell::Text(text),
            None if self.clear_empty
                && matches!(field, Some(Field::Attribute | Field::ReportsTo | Field::HireDate)) =>
            {
                RawCell::Clear
            }
            None => RawCell::Nothing,
        }
    }

    /// A JSON value of a desired user; `text` is what it says where it is one. An empty text is as an empty cell: only `null` clears for certain.
    #[must_use]
    pub fn said_in_json<'a>(&self, column: usize, bytes: &'a [u8], value: Value, text: &'a [u8]) -> RawCell<'a> {
        if let Some(date) = self.early_date(column, text) {
            return date;
        }
        match value.kind() {
            Kind::Unset => RawCell::Clear,
            Kind::String | Kind::EscapedString => match trim(text) {
                [] => self.said(column, b""),
                text => RawCell::Text(text),
            },
            Kind::Primitive => RawCell::Word(value.bytes_in(bytes)),
            Kind::Array => RawCell::List(value.bytes_in(bytes)),
            Kind::Object => RawCell::Wrong,
        }
    }

    /// A `Date` of a few days around 1970, as `host/values.js` marks it: NUL, the milliseconds, and the same in ISO 8601.
    fn early_date<'a>(&self, column: usize, text: &'a [u8]) -> Option<RawCell<'a>> {
        let mut parts = text.strip_prefix(b"\0")?.splitn(2, |byte| *byte == b' ');
        let (ms, iso) = (parts.next()?, parts.next()?);
        (parse_integer(ms)? == Date::parse(iso)?.milliseconds()).then_some(())?;
        let is_date = self.field(column) == Some(Field::HireDate);
        Some(if is_date { RawCell::Text(iso) } else { RawCell::Word(ms) })
    }

    /// Returns the cell as an empty one if it holds only characters that nobody sees. The name of a user is refused instead.
    pub(super) fn without_unseen<'a>(&self, column: usize, cell: RawCell<'a>) -> RawCell<'a> {
        let RawCell::Text(text) = cell else {
            return cell;
        };
        let is_name = self.field(column) == Some(Field::DisplayName);
        let is_unseen =
            !is_name && text.first().is_some_and(|first| !first.is_ascii()) && is_blank(&String::from_utf8_lossy(text));
        if is_unseen { self.said(column, b"") } else { cell }
    }

    /// Returns the address that a person sees in a cell of a column that holds addresses, or a JSON list of them, if that differs from the cell.
    pub(super) fn cleaned(&self, column: usize, cell: RawCell<'_>) -> Option<String> {
        let column = self.columns.get(column)?;
        let is_alternate = column.is_alternate_email();
        let holds_address = is_alternate
            || matches!(
                column.field,
                Field::EmailAddress | Field::NewEmail | Field::UserName | Field::ReportsTo
            );
        match cell {
            RawCell::Text(text) if holds_address && !is_plain_address(text) => {
                let text = String::from_utf8_lossy(text);
                let address = address_in(&text);
                (address != text).then(|| address.into_owned())
            }
            RawCell::List(list) if is_alternate => cleaned_list(list),
            _ => None,
        }
    }

    pub(super) fn check<'a>(&mut self, column: usize, said: RawCell<'a>) -> Result<Option<Cell<'a>>, String> {
        let doubt = self.columns.get(column).and_then(|column| Doubt::of(column, said));
        let checked = self.checked(column, said);
        if let (Some(doubt), Ok(Some(_))) = (doubt, &checked) {
            self.doubt(column, doubt, said);
        }
        checked
    }

    /// Notes a cell that is refused, unless the user already holds its value.
    fn doubt(&mut self, column: usize, doubt: Doubt, said: RawCell<'_>) {
        let is_new_email = self.field(column) == Some(Field::NewEmail);
        // Where users are not matched by it, the new address is the address that is desired.
        let address = self.address_column().filter(|_| is_new_email);
        self.doubts.push(DoubtfulCell {
            row: self.rows.len(),
            column: address.unwrap_or(column),
            doubt,
            text: match said {
                RawCell::Text(text) | RawCell::Word(text) | RawCell::List(text) => {
                    shown(&String::from_utf8_lossy(text))
                }
                _ => String::new(),
            },
        });
    }

    fn checked<'a>(&mut self, column: usize, said: RawCell<'a>) -> Result<Option<Cell<'a>>, String> {
        let Some(of) = self.columns.get(column) else {
            return Ok(None);
        };
        let cell = match (of.field, said) {
            (Field::Id | Field::NewEmail, RawCell::Clear) => return Ok(None),
            (Field::Ignored, _) | (_, RawCell::Nothing) => return Ok(None),
            (Field::ParserArtefact, said) => return parser_artefact(&of.name, said),
            (Field::Attribute, said) => return attribute(of, said),
            (Field::ReportsTo | Field::HireDate, RawCell::Clear) => Some(Cell::Clear),
            (Field::HireDate, RawCell::Text(text)) => Some(Cell::of_string(text)),
            (Field::HireDate, RawCell::Word(word)) => Some(Cell::Primitive(word)),
            (_, RawCell::Clear) => return Err("this field cannot be cleared".to_owned()),
            (Field::Id | Field::RoleId, RawCell::Text(text) | RawCell::Word(text)) => {
                match parse_digits(text).filter(|id| (1..=MAX_SAFE_INTEGER).contains(id)) {
                    // Nobody's to change: where it is not the key, nothing more is asked of it.
                    Some(_) if of.field == Field::Id && column > 0 => return Ok(None),
                    id => id.map(Cell::Number),
                }
            }
            (Field::ReportsTo, RawCell::Text(text) | RawCell::Word(text)) => match parse_digits(text) {
                Some(0) => None,
                Some(id) => Some(Cell::Number(id)),
                None if is_address(&String::from_utf8_lossy(text)) => Some(Cell::Manager(self.managers.number(text))),
                None => None,
            },
            (Field::EmailAddress | Field::NewEmail, RawCell::Text(text)) if may_be_address(text) => {
                Some(Cell::of_address(text))
            }
            (Field::UserName, RawCell::Text(text)) => Some(Cell::of_address(text)),
            (Field::DisplayName, RawCell::Text(text)) => Some(Cell::String(text)),
            _ => None,
        };
        match cell {
            Some(cell) => Ok(Some(cell)),
            None => Err(must_be(of.field, said)),
        }
    }
}

/// A JSON list with the addresses that a person sees in its strings, if that differs from the list.
fn cleaned_list(list: &[u8]) -> Option<String> {
    let (mut cleaned, mut differs) = (Vec::new(), false);
    json::for_each_item(list, 0, &mut |at| {
        let (item, behind) = json::read_value(list, at)?;
        cleaned.push(if cleaned.is_empty() { b'[' } else { b',' });
        if matches!(item.kind(), Kind::String | Kind::EscapedString) {
            let mut text = Vec::new();
            escapes::unescape(item.bytes_in(list), &mut text);
            let text = String::from_utf8_lossy(&text);
            let address = address_in(&text);
            differs |= address != text;
            escapes::escape(address.as_bytes(), &mut cleaned);
        } else {
            cleaned.extend_from_slice(list.get(at..behind)?);
        }
        Some(behind)
    })?;
    cleaned.push(b']');
    differs.then(|| String::from_utf8_lossy(&cleaned).into_owned())
}

/// Whether a text has the parts of an address. An instance may hold one that is not legal: then it is not refused for that user.
fn may_be_address(text: &[u8]) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>');
    let shape = |text: &str| {
        let (local, domain) = text.split_once('@')?;
        let has_labels = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
        Some(has_labels && !local.is_empty() && !local.contains(is_odd) && !domain.contains(is_odd))
    };
    is_plain_address(text) || shape(&String::from_utf8_lossy(text)) == Some(true)
}

/// Cells without a header hold nothing that counts, or the row has more cells than the header.
fn parser_artefact<'a>(name: &str, cell: RawCell<'_>) -> Result<Option<Cell<'a>>, String> {
    let holds_nothing = match cell {
        RawCell::Nothing | RawCell::Clear => true,
        RawCell::List(list) => json::is_blank_array(list),
        _ => false,
    };
    if holds_nothing {
        return Ok(None);
    }
    Err(format!(
        "a cell without a header holds a value, so this row may have more cells than the header; correct the row, give the column a header, or ignore \
         it with columns: {{{}: null}}",
        json_string(name)
    ))
}

/// A string as JSON writes it, for code that a person may copy from an error.
pub(super) fn json_string(text: &str) -> String {
    let mut json = Vec::new();
    escapes::escape(text.as_bytes(), &mut json);
    String::from_utf8_lossy(&json).into_owned()
}

fn must_be(field: Field, said: RawCell<'_>) -> String {
    let expected = match field {
        Field::Id => "a user's id, a positive whole number",
        Field::RoleId => "the number of a role, such as 4 for Participant",
        Field::ReportsTo => "the id or the e-mail address of a user",
        Field::EmailAddress | Field::NewEmail => "an e-mail address such as jane.doe@example.com",
        Field::HireDate => date::UNDERSTOOD,
        _ => "a text that is not blank",
    };
    let got = match said {
        RawCell::Text(text) => join(&["\"", &shown(&String::from_utf8_lossy(text)), "\""]),
        RawCell::Word(text) => shown(&String::from_utf8_lossy(text)),
        RawCell::List(_) => "several values".to_owned(),
        RawCell::Wrong => "an object".to_owned(),
        RawCell::Clear | RawCell::Nothing => "nothing".to_owned(),
    };
    join(&["must be ", expected, "; got ", &got])
}

/// The field of a user that lists attributes; never an attribute itself.
pub(super) const ATTRIBUTES_FIELD: &str = "attributes";

fn attribute<'a>(column: &Column, said: RawCell<'a>) -> Result<Option<Cell<'a>>, String> {
    let name = column.name.as_str();
    Ok(Some(match said {
        RawCell::Nothing => return Ok(None),
        // Those of a user as Domo's answers have it are read before.
        RawCell::Clear if name == ATTRIBUTES_FIELD => return Ok(None),
        _ if name == ATTRIBUTES_FIELD => return Err("must be a list of {key, values}".to_owned()),
        RawCell::Clear => Cell::Clear,
        RawCell::Text(text) if column.is_alternate_email() => Cell::of_address(text),
        RawCell::Text(text) => Cell::of_string(text),
        RawCell::Word(word) => Cell::Primitive(word),
        RawCell::List(list) if json::is_null_array(list) => Cell::Clear,
        RawCell::List(list) if json::is_flat_array(list) => Cell::Array(list),
        RawCell::List(_) | RawCell::Wrong => {
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
        fn a_plain_address_is_an_address(text in "[a.@+'/#;]{0,12}|['(a-c.]{1,4}@[a-c.'/]{1,6}") {
            prop_assert!(!is_plain_address(text.as_bytes()) || is_address(&text), "{}", text);
        }
    }
}
