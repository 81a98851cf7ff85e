//! What a cell of a list holds, before it is checked.

use crate::directory::column::Field;
use crate::user::date::Date;
use domo_users_scan::csv::plain_rows::without_formula_guard;
use domo_users_scan::email::is_blank;
use domo_users_scan::json;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::parse_integer;
use domo_users_scan::strings::trim;

/// A cell of a CSV file, or a field of an object, before it is checked. Strings are trimmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawCell<'a> {
    /// No value: the field stays as it is.
    Empty,
    /// The field is to be cleared.
    Clear,
    /// A string, or any cell of a CSV file.
    String(&'a [u8]),
    /// A JSON number or boolean.
    Literal(&'a [u8]),
    /// A JSON array.
    Array(&'a [u8]),
    /// A JSON object, which no field holds.
    Object,
}

/// A cell with the index of its column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnCell<'a> {
    /// The index of the column.
    pub column: usize,
    /// The cell.
    pub cell: RawCell<'a>,
}

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug)]
pub struct CellReader {
    /// The field that the column holds, or `None` if the column has no header.
    pub field: Option<Field>,
    /// Whether an empty cell clears an attribute.
    pub clear_empty: bool,
}

impl CellReader {
    /// Reads a cell of a CSV file. In a column of an attribute, a JSON array of simple values is an array.
    #[inline(always)]
    #[must_use]
    pub fn csv_cell(self, cell: &[u8]) -> RawCell<'_> {
        let text = trim(without_formula_guard(cell));
        match text.first() {
            Some(b'[') if self.field == Some(Field::Attribute) && json::is_flat_array(text) => RawCell::Array(text),
            Some(_) => RawCell::String(text),
            None => self.empty_cell(),
        }
    }

    /// Reads a field of an object. If the value is a string, `text` is the string without escapes. An empty string is read as an empty cell.
    #[must_use]
    pub fn json_cell<'a>(self, bytes: &'a [u8], value: Value, text: &'a [u8]) -> RawCell<'a> {
        if let Some(date) = self.early_date(text) {
            return date;
        }
        match value.kind() {
            // The other fields cannot be cleared: a database has null there for an unknown value.
            Kind::Unset => CellReader {
                clear_empty: true,
                ..self
            }
            .empty_cell(),
            Kind::String | Kind::EscapedString => match trim(text) {
                [] => self.empty_cell(),
                text => RawCell::String(text),
            },
            Kind::Primitive => RawCell::Literal(value.bytes_in(bytes)),
            Kind::Array => RawCell::Array(value.bytes_in(bytes)),
            Kind::Object => RawCell::Object,
        }
    }

    /// Returns the cell, or an empty cell if it has only invisible characters. A name without visible characters stays, to be refused.
    #[must_use]
    pub fn without_invisible(self, cell: RawCell<'_>) -> RawCell<'_> {
        match cell {
            RawCell::String(text) if self.field != Some(Field::DisplayName) && is_invisible(text) => self.empty_cell(),
            cell => cell,
        }
    }

    fn empty_cell(self) -> RawCell<'static> {
        match self.field {
            Some(Field::Attribute | Field::ReportsTo | Field::HireDate) if self.clear_empty => RawCell::Clear,
            _ => RawCell::Empty,
        }
    }

    /// Reads a JavaScript `Date` of a few days around 1970, as `host/values.js` marks it: NUL, the milliseconds, a space, and the same in ISO 8601.
    fn early_date(self, text: &[u8]) -> Option<RawCell<'_>> {
        let marked = text.strip_prefix(b"\0")?;
        let (ms, iso) = marked.split_at_checked(marked.iter().position(|byte| *byte == b' ')?)?;
        let iso = iso.get(1..)?;
        (parse_integer(ms)? == Date::parse(iso)?.milliseconds()).then_some(match self.field {
            Some(Field::HireDate) => RawCell::String(iso),
            _ => RawCell::Literal(ms),
        })
    }
}

/// Whether a string has characters, none of which is visible.
fn is_invisible(text: &[u8]) -> bool {
    text.first().is_some_and(|first| !first.is_ascii()) && is_blank(&String::from_utf8_lossy(text))
}
