//! Stores the records of a file that need no closer check, straight from their cells.
//!
//! Nearly all records of a file hold plain addresses, numbers and strings. They are recognised by a few comparisons for
//! each cell and stored as they are. Every other record (an address with something around it, a damaged value, a
//! missing key) is returned to the caller, whose full check decides. Nothing is decided here: a record is stored here
//! only if the full check would store exactly the same cells, which a property test in `src/directory/csv_rows.rs`
//! checks.

use crate::csv::reader::{Reader, Record, Span};
use crate::csv::writer::is_formula;
use crate::damage::is_scientific;
use crate::email::is_blank;
use crate::number::{MAX_SAFE_INTEGER, parse_digits};
use crate::rows::cell::Cell;
use crate::rows::store::Rows;
use crate::strings::{equal, is_plain_address, trim};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content {
    /// Anything; the cell is neither checked nor stored.
    Ignored,
    /// An id of a user or a role.
    Id,
    /// An e-mail address.
    Address,
    /// What may be an e-mail address: a user name, or the attribute for another address.
    AddressOrName,
    /// A string, even if it has only digits.
    String,
    /// The values of any attribute.
    Attribute,
    /// The id of a user. An e-mail address of a user gets the full check.
    Manager,
    /// Milliseconds. A day such as 2024-03-01 gets the full check.
    Date,
    /// Something that always gets the full check.
    Other,
}

/// A column of the stored rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlainColumn {
    /// The number of its cell in a record.
    pub cell: usize,
    /// What it holds.
    pub content: Content,
}

/// Which cells of a record are stored, and in which order.
#[derive(Debug, Default)]
pub struct Layout {
    /// The columns of a row; the first is the key.
    pub columns: Vec<PlainColumn>,
    /// The number of cells that a record has at least.
    pub cells: usize,
    /// Whether an empty cell clears an attribute. Otherwise it leaves the value unchanged.
    pub clears_empty: bool,
}

/// Stores plain records until one needs the full check, is not valid, or is cut; returns that result of the reader.
#[inline(never)]
pub fn read_plain_rows(reader: &mut Reader, layout: &Layout, rows: &mut Rows, is_last: bool) -> Record {
    loop {
        let record = reader.next(is_last);
        if record != Record::Complete || store(reader, layout, rows).is_none() {
            return record;
        }
    }
}

/// Stores the current record; returns `None`, and stores nothing, if it is not plain.
#[inline(always)]
fn store(reader: &Reader, layout: &Layout, rows: &mut Rows) -> Option<()> {
    // Empty cells behind those of the header are no values.
    let surplus = reader.cells.get(layout.cells..)?;
    let is_blank = |cell: &Span| trim(reader.content(*cell)).is_empty();
    if reader.has_replacement || !surplus.iter().all(is_blank) {
        return None;
    }
    rows.start_row(layout.columns.len());
    let (mut has_key, mut key) = (false, &[][..]);
    let is_key_address = layout.columns.first()?.content == Content::Address;
    for (index, column) in layout.columns.iter().enumerate() {
        let content = column.content;
        if content == Content::Ignored {
            continue;
        }
        let cell = reader.content(*reader.cells.get(column.cell)?);
        let string = trim(match cell {
            [b'\'', rest @ ..] if is_formula(cell) => {
                rows.note_guarded();
                rest
            }
            _ => cell,
        });
        match content {
            _ if string.is_empty() => match content {
                Content::Attribute | Content::Manager | Content::Date if layout.clears_empty => {
                    rows.add_cell(index, Cell::Clear, None);
                }
                // The column may be an attribute.
                Content::AddressOrName if layout.clears_empty => return None,
                _ if index == 0 => return None,
                _ => continue,
            },
            Content::Attribute | Content::AddressOrName if string.first() == Some(&b'[') => return None,
            Content::Attribute | Content::String | Content::AddressOrName
                if string.first() == Some(&b'#') || may_be_invisible(string) =>
            {
                return None;
            }
            Content::Attribute => match Cell::of_string(string) {
                Cell::Number(value) => rows.add_number(index, value),
                _ if may_be_scientific(string) => return None,
                _ => rows.add_string(index, string),
            },
            Content::String => rows.add_string(index, string),
            Content::Date => match parse_digits(string) {
                Some(milliseconds) if (MIN_MILLISECONDS..=MAX_MILLISECONDS).contains(&milliseconds) => {
                    rows.add_number(index, milliseconds)
                }
                _ => return None,
            },
            // The key was checked to be an address.
            Content::Address | Content::AddressOrName
                if (is_key_address || content == Content::AddressOrName) && equal(key, string) =>
            {
                rows.add_same_as_key(index);
            }
            Content::Address if !is_plain_address(string) => return None,
            Content::AddressOrName if !is_plain_name(string) => return None,
            Content::Address | Content::AddressOrName => match Cell::of_address(string) {
                Cell::Email { local, domain } => {
                    if index == 0 {
                        key = string;
                    }
                    rows.add_email(index, local, domain);
                }
                _ => rows.add_string(index, string),
            },
            Content::Id | Content::Manager => {
                let id = parse_digits(string).filter(|id| (1..=MAX_SAFE_INTEGER).contains(id))?;
                rows.add_number(index, id);
            }
            Content::Ignored | Content::Other => return None,
        }
        has_key |= index == 0;
    }
    if !has_key {
        return None;
    }
    rows.end_row();
    Some(())
}

/// The fewest milliseconds of a plain date; fewer may be seconds, or a number of days.
const MIN_MILLISECONDS: u64 = 1_000_000_000;
/// A larger number is beyond the dates of JavaScript.
const MAX_MILLISECONDS: u64 = 8_640_000_000_000_000;

/// Whether the string may be a number that a spreadsheet has shortened, such as `4.91701E+11`.
#[inline(always)]
fn may_be_scientific(string: &[u8]) -> bool {
    // Two or three digits follow the sign of the exponent.
    let has_sign = |from_end: usize| {
        let sign = string.len().checked_sub(from_end).and_then(|at| string.get(at));
        matches!(sign, Some(b'+' | b'-'))
    };
    (has_sign(3) || has_sign(4)) && is_scientific(string)
}

/// Whether a person sees nothing of the string.
#[inline(always)]
fn may_be_invisible(string: &[u8]) -> bool {
    // The first bytes of invisible characters in UTF-8. Most strings begin with none of them.
    let may_begin_invisible = matches!(
        string.first(),
        Some(0xc2 | 0xcd | 0xd8 | 0xe1..=0xe3 | 0xef | 0xf0 | 0xf3)
    );
    may_begin_invisible && str::from_utf8(string).is_ok_and(is_blank)
}

/// Whether the string has nothing around it that could surround an address.
#[inline(always)]
fn is_plain_name(string: &[u8]) -> bool {
    is_plain_address(string)
        || string
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-'))
}

/// Returns a cell without the apostrophe that keeps spreadsheets from running it as a formula.
#[inline(always)]
#[must_use]
pub fn without_formula_guard(cell: &[u8]) -> &[u8] {
    match cell {
        [b'\'', rest @ ..] if is_formula(cell) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests;
