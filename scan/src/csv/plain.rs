//! Rows of a file that are as nearly all are, straight from its cells into what is kept of them.
//!
//! Whatever else there is, faults above all, is left to be looked at with care: this decides nothing of its own.

use crate::csv::read::{Reader, Record};
use crate::csv::write::is_formula;
use crate::damage::is_scientific;
use crate::email::is_blank;
use crate::number::{LARGEST, whole};
use crate::rows::store::{Cell, Rows, email, small};
use crate::strings::{is_plain_address, same, trim};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Holds {
    /// Nothing that counts.
    Ignored,
    /// A number that must be right, and is not kept.
    Checked,
    /// An id of a user or a role.
    Number,
    /// An e-mail address.
    Address,
    /// What may be an e-mail address: a user's name, or the attribute for another address.
    Name,
    /// A text that is no number.
    Text,
    /// Anything.
    Attribute,
    /// The id of a user; an address is for others to read.
    Manager,
    /// Milliseconds, or a day such as 2024-03-01.
    Date,
    /// What is always to be looked at with care.
    Other,
}

/// The cells of a file, in the order in which rows keep them.
#[derive(Debug, Default)]
pub struct Shape {
    /// For each column of a row, the first of which is the key: which cell of the file, and what it holds.
    pub columns: Vec<(usize, Holds)>,
    /// How many cells a record has.
    pub cells: usize,
    /// Whether an empty cell of an attribute clears it.
    pub clear_empty: bool,
}

/// Reads on until there is a record that is to be looked at with care, or none.
#[inline(never)]
pub fn read(reader: &mut Reader, shape: &Shape, rows: &mut Rows, last: bool) -> Record {
    loop {
        let record = reader.next(last);
        if record != Record::Whole || row(reader, shape, rows).is_none() {
            return record;
        }
    }
}

/// One row; `None`, and nothing kept, where it is not plain.
#[inline(always)]
fn row(reader: &Reader, shape: &Shape, rows: &mut Rows) -> Option<()> {
    if reader.cells.len() != shape.cells || reader.has_replacement {
        return None;
    }
    rows.begin(shape.columns.len());
    let (mut has_key, mut key) = (false, &[][..]);
    let key_is_address = shape.columns.first().is_some_and(|(_, holds)| *holds == Holds::Address);
    for (column, (at, holds)) in shape.columns.iter().enumerate() {
        if *holds == Holds::Ignored {
            continue;
        }
        let text = trim(unguarded(reader.text(*reader.cells.get(*at)?)));
        match holds {
            _ if text.is_empty() => match holds {
                Holds::Attribute | Holds::Manager | Holds::Date if shape.clear_empty => {
                    rows.cell(column, Cell::Clear, None)
                }
                // It may be an attribute all the same.
                Holds::Name if shape.clear_empty => return None,
                _ if column == 0 => return None,
                _ => continue,
            },
            Holds::Attribute | Holds::Name if text.first() == Some(&b'[') => return None,
            Holds::Attribute | Holds::Text | Holds::Name if text.first() == Some(&b'#') => return None,
            Holds::Attribute | Holds::Text | Holds::Name if may_be_blank(text) => return None,
            Holds::Attribute => match small(text) {
                Cell::Number(number) => rows.number(column, number),
                _ if may_be_shortened(text) => return None,
                _ => rows.text(column, text),
            },
            Holds::Text => rows.text(column, text),
            Holds::Date => match whole(text) {
                Some(number) if number >= LEAST_MS => rows.number(column, number),
                _ => return None,
            },
            // An address that is the key is known to be one where the key had to be.
            Holds::Address | Holds::Name if (key_is_address || *holds == Holds::Name) && same(key, text) => {
                rows.same_as_key(column);
            }
            Holds::Address if !is_plain_address(text) => return None,
            Holds::Name if !is_plain_name(text) => return None,
            Holds::Address | Holds::Name => match email(text) {
                Cell::Email(local, domain) => {
                    if column == 0 {
                        key = text;
                    }
                    rows.email(column, local, domain);
                }
                _ => rows.text(column, text),
            },
            Holds::Number | Holds::Manager | Holds::Checked => {
                let number = whole(text).filter(|number| (1..=LARGEST).contains(number))?;
                if *holds == Holds::Checked {
                    continue;
                }
                rows.number(column, number);
            }
            Holds::Ignored | Holds::Other => return None,
        }
        has_key |= column == 0;
    }
    if !has_key {
        return None;
    }
    rows.end();
    Some(())
}

/// Milliseconds of a date are never fewer.
const LEAST_MS: u64 = 1_000_000_000;

/// Whether a text may be a number that a spreadsheet has shortened, such as `4.91701E+11`.
#[inline(always)]
fn may_be_shortened(text: &[u8]) -> bool {
    // The sign of the exponent has two or three digits behind it.
    let has_sign = |from_end: usize| {
        let sign = text.len().checked_sub(from_end).and_then(|at| text.get(at));
        matches!(sign, Some(b'+' | b'-'))
    };
    (has_sign(3) || has_sign(4)) && is_scientific(text)
}

/// Whether a name may be one of which nobody sees anything.
#[inline(always)]
fn may_be_blank(text: &[u8]) -> bool {
    // The first bytes of invisible characters in UTF-8.
    let may_be_invisible = matches!(
        text.first(),
        Some(0xc2 | 0xcd | 0xd8 | 0xe1..=0xe3 | 0xef | 0xf0 | 0xf3)
    );
    may_be_invisible && str::from_utf8(text).is_ok_and(is_blank)
}

/// Whether a user name has nothing around it that an address might have.
#[inline(always)]
fn is_plain_name(text: &[u8]) -> bool {
    is_plain_address(text)
        || text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-'))
}

/// Without the apostrophe that keeps spreadsheets from running a formula.
#[inline(always)]
#[must_use]
pub fn unguarded(cell: &[u8]) -> &[u8] {
    match cell {
        [b'\'', rest @ ..] if is_formula(cell) => rest,
        _ => cell,
    }
}
