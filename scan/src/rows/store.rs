//! Stores the desired rows in little memory: a million rows of twenty columns take about eighty megabytes.
//!
//! A row is encoded as [`encoding`](crate::rows::encoding) describes: only the columns that have cells, each cell in as few bytes as its kind takes. Strings that occur more than once in
//! a column, and the domains of e-mail addresses, are kept once, in an [`Interner`], and rows hold their numbers. Whether a column is worth the look-up is measured while it is
//! filled ([`Repetition`]).
//!
//! The encoded rows lie in pieces of 256 KB, so that the store grows without copying; a row never crosses two pieces. [`Place`] is where a row begins.

use crate::interner::Interner;
use crate::rows::cell::{Cell, equal_address};
use crate::rows::encoding::{MAX_BITMAP, tag, write_length, write_long, write_short, write_word};
use crate::rows::row::Row;

/// The logarithm to base 2 of a piece's size in bytes.
const PIECE_BITS: u32 = 18;

/// Where a row begins: the number of the piece in the upper bits, the position in the piece below. No row begins after the first 256 KB of a piece, and 32 bits of memory hold no
/// more pieces than the upper bits count.
#[derive(Clone, Copy, Debug)]
struct Place(u32);

impl Place {
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
    places: Vec<Place>,
    /// The strings that rows hold by their numbers.
    strings: Interner,
    /// The row that is being encoded.
    next: Vec<u8>,
    /// By column.
    repetition: Vec<Repetition>,
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
        self.places.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
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
            Cell::Manager(number) => {
                let row = self.mark(column);
                row.push(tag::MANAGER);
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

    /// Stores the row that was started.
    pub fn end_row(&mut self) {
        let row = &self.next;
        let has_room = |piece: &Vec<u8>| piece.capacity().wrapping_sub(piece.len()) >= row.len();
        if !self.pieces.last().is_some_and(has_room) {
            self.pieces.push(Vec::with_capacity(row.len().max(1 << PIECE_BITS)));
        }
        let piece = self.pieces.len().wrapping_sub(1);
        if let Some(last) = self.pieces.last_mut() {
            self.places.push(Place::new(piece, last.len()));
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
            // The key is asked for most, and stands first.
            0 => Some(row.next_cell()),
            _ => row.find(|(other, _)| *other == column).map(|(_, cell)| cell),
        }
    }

    /// Whether the key of a row is this e-mail address, ignoring case; `None` if the key is not an address, or has to be decoded to know.
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
        let place = self.places.get(number);
        let piece = place.and_then(|place| self.pieces.get(place.piece()));
        let position = place.map_or(0, |place| place.position());
        Row::new(&self.strings, piece.map_or(&[], Vec::as_slice), position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Own {
        Nothing,
        Clear,
        Text(Vec<u8>),
        Number(u64),
        Email(Vec<u8>),
        Word(Vec<u8>),
        List(Vec<u8>),
        Manager(u32),
    }

    fn cell() -> impl Strategy<Value = Own> {
        let text = || prop_oneof!["[ab]{0,2}", ".{0,40}", "x{250,300}"].prop_map(String::into_bytes);
        prop_oneof![
            Just(Own::Nothing),
            Just(Own::Clear),
            text().prop_map(Own::Text),
            any::<u64>().prop_map(Own::Number),
            (0u64..300).prop_map(Own::Number),
            "[ab]{1,3}@[ab]{1,2}".prop_map(|text| Own::Email(text.into_bytes())),
            text().prop_map(Own::Word),
            text().prop_map(Own::List),
            any::<u32>().prop_map(Own::Manager),
        ]
    }

    fn borrowed(own: &Own) -> Option<Cell<'_>> {
        Some(match own {
            Own::Nothing => return None,
            Own::Clear => Cell::Clear,
            Own::Text(text) => Cell::String(text),
            Own::Number(number) => Cell::Number(*number),
            Own::Email(text) => Cell::of_address(text),
            Own::Word(text) => Cell::Primitive(text),
            Own::List(text) => Cell::Array(text),
            Own::Manager(number) => Cell::Manager(*number),
        })
    }

    proptest! {
        #[test]
        fn a_row_is_what_it_was(rows in proptest::collection::vec(proptest::collection::vec(cell(), 0..20), 0..40)) {
            let mut kept = Rows::default();
            for row in &rows {
                kept.push(&row.iter().map(borrowed).collect::<Vec<_>>());
            }
            prop_assert_eq!(kept.len(), rows.len());
            for (number, row) in rows.iter().enumerate() {
                let expected: Vec<_> = row.iter().map(borrowed).enumerate().filter_map(|(at, cell)| Some((at, cell?))).collect();
                prop_assert_eq!(kept.row(number).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn many_texts_and_many_pieces() {
        let mut kept = Rows::default();
        let text = |n: usize| format!("{:0>20}", n % 70_000).into_bytes();
        for n in 0..200_000 {
            let text = text(n);
            kept.push(&[Some(Cell::Number(n as u64)), Some(Cell::String(&text))]);
        }
        for n in (0..200_000).step_by(997) {
            let row: Vec<_> = kept.row(n).collect();
            assert_eq!(row, [(0, Cell::Number(n as u64)), (1, Cell::String(&text(n)))]);
        }
        assert!(kept.pieces.len() > 3);
    }
}
