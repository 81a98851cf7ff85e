//! Stores the desired rows in little memory: a million rows of twenty columns take about eighty megabytes.
//!
//! A row is encoded as `encoding` describes: only the columns that have cells, each cell in as
//! few bytes as its kind takes. Strings that occur more than once in a column, and the domains of e-mail addresses, are
//! kept once, in an [`Interner`], and rows hold their numbers. Whether a column is worth the look-up is measured while
//! it is filled (`Repetition`).
//!
//! The encoded rows lie in pieces of 256 KB, so that the store grows without copying; a row never crosses two pieces.
//! `Location` is where a row begins.

use crate::interner::Interner;
use crate::rows::cell::{Cell, equal_address};
use crate::rows::encoding::{MAX_BITMAP, tag, write_length, write_long, write_short, write_word};
use crate::rows::row::Row;

/// The logarithm to base 2 of a piece's size in bytes.
const PIECE_BITS: u32 = 18;

/// Where a row begins: the number of the piece in the upper bits, the position in the piece below. No row begins after
/// the first 256 KB of a piece, and 32 bits of memory hold no more pieces than the upper bits count.
#[derive(Clone, Copy, Debug)]
struct Location(u32);

impl Location {
    #[allow(clippy::cast_possible_truncation)]
    fn new(piece: usize, position: usize) -> Self {
        Self(((piece as u32) << PIECE_BITS) | position as u32)
    }

    #[inline(always)]
    fn piece(self) -> usize {
        (self.0 >> PIECE_BITS) as usize
    }

    #[inline(always)]
    fn position(self) -> usize {
        (self.0 & ((1 << PIECE_BITS) - 1)) as usize
    }
}

/// The stored rows, numbered from 0 on.
#[derive(Debug, Default)]
pub struct Rows {
    pieces: Vec<Vec<u8>>,
    locations: Vec<Location>,
    /// The strings that rows hold by their numbers.
    strings: Interner,
    /// The row that is being encoded.
    next: Vec<u8>,
    /// Whether the strings of each column repeat.
    repetition: Vec<Repetition>,
    /// The rows with a cell from which an apostrophe before a formula was removed, in ascending order.
    guarded: Vec<usize>,
}

/// Whether the strings of a column repeat, so that it is worth looking them up.
#[derive(Clone, Copy, Debug, Default)]
struct Repetition {
    looked_up: u32,
    known: u32,
}

impl Repetition {
    /// The number of strings after which a column is judged.
    const TRIAL: u32 = 512;

    /// Whether the next string is worth a look-up: most of those before were known.
    fn is_likely(self) -> bool {
        self.looked_up < Self::TRIAL || self.known > self.looked_up >> 1
    }

    fn add(&mut self, is_known: bool) {
        self.looked_up = self.looked_up.saturating_add(1);
        self.known = self.known.saturating_add(u32::from(is_known));
    }
}

impl Rows {
    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.locations.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.locations.is_empty()
    }

    /// Stores a row: a cell for each column, `None` if the row leaves the value unchanged. The first column is the key.
    pub fn push(&mut self, cells: &[Option<Cell<'_>>]) {
        self.start_row(cells.len());
        let key = cells.first().copied().flatten();
        for (column, cell) in cells.iter().enumerate() {
            if let Some(cell) = cell {
                self.add_cell(column, *cell, key);
            }
        }
        self.end_row();
    }

    /// Starts a row with this many columns, at most 2040. A row that was started but not ended is dropped.
    pub fn start_row(&mut self, columns: usize) {
        self.next.clear();
        let bitmap = u8::try_from(columns.div_ceil(8)).unwrap_or(MAX_BITMAP);
        self.next.push(bitmap);
        self.next.resize(usize::from(bitmap).wrapping_add(1), 0);
        if self.repetition.len() < columns {
            self.repetition.resize(columns, Repetition::default());
        }
    }

    /// Adds the cell of a column; columns are added in ascending order. `key` is the cell of the first column.
    pub fn add_cell(&mut self, column: usize, cell: Cell<'_>, key: Option<Cell<'_>>) {
        match cell {
            Cell::Number(number) => self.add_number(column, number),
            Cell::String(string) => self.add_string(column, string),
            Cell::Email { local, domain } => {
                if column > 0 && key == Some(cell) {
                    self.add_same_as_key(column);
                } else {
                    self.add_email(column, local, domain);
                }
            }
            Cell::Clear => self.mark(column).push(tag::CLEAR),
            Cell::Reference(number) => {
                let row = self.mark(column);
                row.push(tag::REFERENCE);
                row.extend_from_slice(&number.to_le_bytes());
            }
            Cell::Primitive(json) => write_long(tag::PRIMITIVE, json, self.mark(column)),
            Cell::Array(json) => write_long(tag::ARRAY, json, self.mark(column)),
        }
    }

    /// Notes that the row has a cell in a column; returns where that cell is to be written.
    #[inline(always)]
    fn mark(&mut self, column: usize) -> &mut Vec<u8> {
        if let Some(bits) = self.next.get_mut((column >> 3).wrapping_add(1)) {
            *bits |= 1 << (column & 7);
        }
        &mut self.next
    }

    /// Adds a number.
    #[inline(never)]
    pub fn add_number(&mut self, column: usize, number: u64) {
        let row = self.mark(column);
        let count = 8_u32.wrapping_sub(number.leading_zeros() >> 3).max(1);
        #[allow(clippy::cast_possible_truncation)] // eight at most
        row.push(tag::NUMBER.wrapping_add(count as u8));
        write_word(number, count as usize, row);
    }

    /// Adds the e-mail address of the first column once more.
    #[inline(always)]
    pub fn add_same_as_key(&mut self, column: usize) {
        self.mark(column).push(tag::SAME_AS_KEY);
    }

    /// Adds an e-mail address.
    #[inline(never)]
    pub fn add_email(&mut self, column: usize, local: &[u8], domain: &[u8]) {
        self.mark(column).push(tag::EMAIL);
        write_length(self.strings.intern(domain).number, &mut self.next);
        write_length(local.len(), &mut self.next);
        write_short(local, &mut self.next);
    }

    /// Adds a string.
    #[inline(never)]
    pub fn add_string(&mut self, column: usize, string: &[u8]) {
        self.mark(column);
        if let Some(repetition) = self.repetition.get_mut(column)
            && string.len() > 1
            && repetition.is_likely()
        {
            let interned = self.strings.intern(string);
            repetition.add(!interned.is_new);
            let row = &mut self.next;
            #[allow(clippy::cast_possible_truncation)] // divided into bytes
            match interned.number {
                number @ 0..0x80 => return row.push(number as u8),
                number @ 0x80..0x4000 => {
                    return row.extend_from_slice(&[tag::KNOWN_2 | (number >> 8) as u8, number as u8]);
                }
                number @ 0x4000..0x100_0000 => {
                    row.push(tag::KNOWN_3);
                    return row.extend_from_slice(&[number as u8, (number >> 8) as u8, (number >> 16) as u8]);
                }
                _ => {}
            }
        }
        let row = &mut self.next;
        match u8::try_from(string.len()) {
            Ok(length) if length < tag::LONG_STRING.wrapping_sub(tag::STRING) => {
                row.push(tag::STRING.wrapping_add(length));
                write_short(string, row);
            }
            _ => write_long(tag::LONG_STRING, string, row),
        }
    }

    /// Notes that an apostrophe before a formula was removed from a cell of the row that is added next.
    #[inline(never)]
    pub fn note_guarded(&mut self) {
        let row = self.locations.len();
        if self.guarded.last() != Some(&row) {
            self.guarded.push(row);
        }
    }

    /// Whether an apostrophe before a formula was removed from a cell of a row.
    #[must_use]
    pub fn is_guarded(&self, row: usize) -> bool {
        self.guarded.binary_search(&row).is_ok()
    }

    /// Stores the row that was started.
    pub fn end_row(&mut self) {
        let row = &self.next;
        let has_room = |piece: &Vec<u8>| piece.capacity().wrapping_sub(piece.len()) >= row.len();
        if !self.pieces.last().is_some_and(has_room) {
            self.pieces.push(Vec::with_capacity(row.len().max(1 << PIECE_BITS)));
        }
        let piece = self.pieces.len().wrapping_sub(1);
        if let Some(last) = self.pieces.last_mut() {
            self.locations.push(Location::new(piece, last.len()));
            last.extend_from_slice(row);
        }
    }

    /// Returns the cell of a column in a row, or `None` if it has none.
    #[inline(never)]
    #[must_use]
    pub fn cell_of(&self, number: usize, column: usize) -> Option<Cell<'_>> {
        let mut row = self.row(number);
        if !row.has(column) {
            return None;
        }
        match column {
            // The key is read most often, and is the first cell.
            0 => Some(row.next_cell()),
            _ => row.find(|(other, _)| *other == column).map(|(_, cell)| cell),
        }
    }

    /// Whether the key of a row is this e-mail address, ignoring case; `None` if the key is not an address, or has to
    /// be decoded to know.
    #[inline(always)]
    #[must_use]
    pub fn is_key_address(&self, number: usize, string: &[u8]) -> Option<bool> {
        let row = self.row(number);
        let Some([tag::EMAIL, domain, local, rest @ ..]) = row.bytes.get(row.at..) else {
            return None;
        };
        // A set high bit means that another byte of the number or length follows.
        if !row.has(0) || (domain | local) & 0x80 != 0 {
            return None;
        }
        let local = rest.get(..usize::from(*local))?;
        Some(equal_address(local, self.strings.get(usize::from(*domain)), string))
    }

    /// Returns a row, to read its cells; a row without cells if there is none with this number.
    #[inline(always)]
    #[must_use]
    pub fn row(&self, number: usize) -> Row<'_> {
        let location = self.locations.get(number);
        let piece = location.and_then(|location| self.pieces.get(location.piece()));
        let position = location.map_or(0, |location| location.position());
        Row::new(&self.strings, piece.map_or(&[], Vec::as_slice), position)
    }
}

#[cfg(test)]
mod tests;
