//! What is desired, row after row, kept small: a million rows with a score of columns in some eighty megabytes.
//!
//! A row is a bit for each column that it speaks of, then those cells, each in as few bytes as its kind takes: a text that came before
//! as its number, digits as a number, an e-mail address with its domain as a number.

use crate::interner::Interner;
use crate::number::whole;
use crate::rows::compare::same_email;
use crate::rows::row::Row;

/// A cell as a row keeps it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// The attribute is to be emptied.
    Clear,
    /// A text, as CSV and JSON have it.
    Text(&'a [u8]),
    /// A number as its digits say it, whether it came as number or text.
    Number(u64),
    /// An e-mail address: before and behind the @.
    Email(&'a [u8], &'a [u8]),
    /// A JSON number or boolean that was given as such.
    Word(&'a [u8]),
    /// Several values, as JSON.
    List(&'a [u8]),
    /// Somebody by e-mail address, whose id is not known yet, as a number of the caller's.
    Manager(u32),
}

/// What the first byte of a cell says. Below 0x80 it is the number of a known text, below 0xc0 its upper part.
pub(crate) mod tag {
    pub const KNOWN_3: u8 = 0xc0;
    pub const CLEAR: u8 = 0xc1;
    pub const LIST: u8 = 0xc2;
    pub const SAME_AS_KEY: u8 = 0xc3;
    pub const EMAIL: u8 = 0xc4;
    pub const WORD: u8 = 0xc5;
    pub const MANAGER: u8 = 0xc6;
    /// One to eight bytes of a number.
    pub const NUMBER: u8 = 0xc7;
    pub const TEXT: u8 = 0xd0;
    /// A longer text, its length first.
    pub const LONG_TEXT: u8 = 0xfe;
}

/// Rows lie in pieces of this size, so that nothing is copied as they grow.
const PIECE_BITS: u32 = 18;

/// All rows.
#[derive(Debug, Default)]
pub struct Rows {
    pieces: Vec<Vec<u8>>,
    /// Where each row begins: the piece, and the place in it.
    places: Vec<u32>,
    pub(crate) known: Interner,
    /// The row that is being written.
    next: Vec<u8>,
    worth: Vec<Worth>,
}

/// Whether the texts of a column come again.
#[derive(Clone, Copy, Debug, Default)]
struct Worth {
    asked: u32,
    known: u32,
}

impl Rows {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// One row more: a cell for each column, `None` where it says nothing. The first is the key.
    pub fn push(&mut self, cells: &[Option<Cell<'_>>]) {
        self.begin(cells.len());
        let key = cells.first().copied().flatten();
        for (column, cell) in cells.iter().enumerate() {
            if let Some(cell) = cell {
                self.cell(column, *cell, key);
            }
        }
        self.end();
    }

    /// Begins a row of so many columns; one that was begun and not ended is forgotten.
    pub fn begin(&mut self, columns: usize) {
        self.next.clear();
        let bitmap = u8::try_from(columns.div_ceil(8)).unwrap_or(u8::MAX);
        self.next.push(bitmap);
        self.next.resize(usize::from(bitmap).wrapping_add(1), 0);
        if self.worth.len() < columns {
            self.worth.resize(columns, Worth::default());
        }
    }

    /// The cell of a column, behind those of all columns before it; `key` is that of the first.
    pub fn cell(&mut self, column: usize, cell: Cell<'_>, key: Option<Cell<'_>>) {
        match cell {
            Cell::Number(number) => self.number(column, number),
            Cell::Text(text) => self.text(column, text),
            Cell::Email(local, domain) => {
                if column > 0 && key == Some(cell) {
                    self.same_as_key(column);
                } else {
                    self.email(column, local, domain);
                }
            }
            Cell::Clear => self.mark(column).push(tag::CLEAR),
            Cell::Manager(number) => {
                let row = self.mark(column);
                row.push(tag::MANAGER);
                row.extend_from_slice(&number.to_le_bytes());
            }
            Cell::Word(word) => long(tag::WORD, word, self.mark(column)),
            Cell::List(list) => long(tag::LIST, list, self.mark(column)),
        }
    }

    /// Notes that the row says something of this column, which is to be written next.
    #[inline(always)]
    fn mark(&mut self, column: usize) -> &mut Vec<u8> {
        if let Some(bits) = self.next.get_mut((column >> 3).wrapping_add(1)) {
            *bits |= 1 << (column & 7);
        }
        &mut self.next
    }

    /// The same of a number.
    #[inline(never)]
    pub fn number(&mut self, column: usize, number: u64) {
        let row = self.mark(column);
        let count = 8_u32.wrapping_sub(number.leading_zeros() >> 3).max(1);
        #[allow(clippy::cast_possible_truncation)] // eight at most
        row.push(tag::NUMBER.wrapping_add(count as u8));
        put_word(number, count as usize, row);
    }

    /// The same of an e-mail address that is the key, which is not kept again.
    #[inline(always)]
    pub fn same_as_key(&mut self, column: usize) {
        self.mark(column).push(tag::SAME_AS_KEY);
    }

    /// The same of any other.
    #[inline(never)]
    pub fn email(&mut self, column: usize, local: &[u8], domain: &[u8]) {
        self.mark(column).push(tag::EMAIL);
        put_length(self.known.number(domain).0, &mut self.next);
        put_length(local.len(), &mut self.next);
        put(local, &mut self.next);
    }

    /// The same of a text.
    #[inline(never)]
    pub fn text(&mut self, column: usize, text: &[u8]) {
        self.mark(column);
        if let Some(worth) = self.worth.get_mut(column)
            && text.len() > 1
            && (worth.asked < 512 || worth.known > worth.asked >> 1)
        {
            let (number, was_known) = self.known.number(text);
            worth.asked = worth.asked.saturating_add(1);
            worth.known = worth.known.saturating_add(u32::from(was_known));
            let row = &mut self.next;
            #[allow(clippy::cast_possible_truncation)] // cut into bytes
            match number {
                0..0x80 => return row.push(number as u8),
                0x80..0x4000 => return row.extend_from_slice(&[0x80 | (number >> 8) as u8, number as u8]),
                0x4000..0x100_0000 => {
                    row.push(tag::KNOWN_3);
                    return row.extend_from_slice(&[number as u8, (number >> 8) as u8, (number >> 16) as u8]);
                }
                _ => {}
            }
        }
        let row = &mut self.next;
        match u8::try_from(text.len()) {
            Ok(length) if length < tag::LONG_TEXT.wrapping_sub(tag::TEXT) => {
                row.push(tag::TEXT.wrapping_add(length));
                put(text, row);
            }
            _ => long(tag::LONG_TEXT, text, row),
        }
    }

    /// Keeps the row that was begun.
    pub fn end(&mut self) {
        let row = &self.next;
        if self
            .pieces
            .last()
            .is_none_or(|piece| piece.capacity().wrapping_sub(piece.len()) < row.len())
        {
            self.pieces.push(Vec::with_capacity(row.len().max(1 << PIECE_BITS)));
        }
        let piece = self.pieces.len().wrapping_sub(1);
        if let Some(last) = self.pieces.last_mut() {
            #[allow(clippy::cast_possible_truncation)]
            // a 32-bit memory has no more pieces, and no row begins behind a piece's size
            self.places.push(((piece as u32) << PIECE_BITS) | last.len() as u32);
            last.extend_from_slice(row);
        }
    }

    /// What a row says of a column.
    #[inline(never)]
    #[must_use]
    pub fn cell_of(&self, number: usize, column: usize) -> Option<Cell<'_>> {
        let mut row = self.row(number);
        if !row.has(column) {
            return None;
        }
        match column {
            // The key, which is asked for most, stands first.
            0 => Some(row.cell()),
            _ => row.find(|(at, _)| *at == column).map(|(_, cell)| cell),
        }
    }

    /// Whether the key of a row is this e-mail address, without case; `None` where it is no address.
    #[inline(always)]
    #[must_use]
    pub fn key_is_email(&self, number: usize, text: &[u8]) -> Option<bool> {
        let row = self.row(number);
        let Some([tag::EMAIL, domain, local, rest @ ..]) = row.bytes.get(row.at..) else {
            return None;
        };
        // Longer ones are told by a second byte.
        if row.bits.first()? & 1 == 0 || (domain | local) & 0x80 != 0 {
            return None;
        }
        let local = rest.get(..usize::from(*local))?;
        Some(same_email(local, self.known.text(usize::from(*domain)), text))
    }

    /// A row, to be read.
    #[inline(always)]
    #[must_use]
    pub fn row(&self, number: usize) -> Row<'_> {
        let place = self.places.get(number).copied().unwrap_or(u32::MAX);
        let piece = self
            .pieces
            .get((place >> PIECE_BITS) as usize)
            .map_or(&[][..], Vec::as_slice);
        let at = (place & ((1 << PIECE_BITS) - 1)) as usize;
        Row::new(self, piece, at)
    }
}

/// A text with its length and what it is before it.
fn long(tag: u8, text: &[u8], row: &mut Vec<u8>) {
    row.push(tag);
    put_length(text.len(), row);
    row.extend_from_slice(text);
}

/// A text behind the others. Most are short, and to the host each copy of memory is a call.
#[inline(always)]
fn put(text: &[u8], row: &mut Vec<u8>) {
    let (words, rest) = text.as_chunks::<8>();
    if words.len() > 7 {
        return row.extend_from_slice(text);
    }
    for word in words {
        row.extend_from_slice(word);
    }
    let count = rest.len();
    let word = match (text.last_chunk::<8>(), rest) {
        // The last bytes are there with some before them.
        (Some(last), _) => u64::from_le_bytes(*last) >> (64_usize.wrapping_sub(count << 3) & 63),
        (None, [a, b, c, d, ..]) => {
            let low = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            let high = rest
                .last_chunk::<4>()
                .map_or(0, |last| u64::from(u32::from_le_bytes(*last)));
            low | high << (count.wrapping_sub(4) << 3 & 63)
        }
        (None, few) => few.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    put_word(word, count, row);
}

/// The lowest bytes of a word, eight at most.
#[inline(always)]
fn put_word(word: u64, count: usize, row: &mut Vec<u8>) {
    let end = row.len().saturating_add(count);
    row.extend_from_slice(&word.to_le_bytes());
    row.truncate(end);
}

fn put_length(mut length: usize, row: &mut Vec<u8>) {
    #[allow(clippy::cast_possible_truncation)] // seven bits at a time
    while length >= 0x80 {
        row.push(length as u8 | 0x80);
        length >>= 7;
    }
    #[allow(clippy::cast_possible_truncation)] // what is left is less
    row.push(length as u8);
}

/// A text in the kind of cell that keeps it smallest.
#[must_use]
pub fn small(text: &[u8]) -> Cell<'_> {
    // Most texts are told from numbers by their first byte.
    let number = text
        .first()
        .filter(|byte| byte.is_ascii_digit())
        .and_then(|_| whole(text));
    number.map_or(Cell::Text(text), Cell::Number)
}

/// An e-mail address, cut at its last @.
#[must_use]
pub fn email(text: &[u8]) -> Cell<'_> {
    match text.iter().rposition(|byte| *byte == b'@') {
        Some(at) => Cell::Email(
            text.get(..at).unwrap_or_default(),
            text.get(at.saturating_add(1)..).unwrap_or_default(),
        ),
        None => Cell::Text(text),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
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
            Own::Text(text) => Cell::Text(text),
            Own::Number(number) => Cell::Number(*number),
            Own::Email(text) => email(text),
            Own::Word(text) => Cell::Word(text),
            Own::List(text) => Cell::List(text),
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
            kept.push(&[Some(Cell::Number(n as u64)), Some(Cell::Text(&text))]);
        }
        for n in (0..200_000).step_by(997) {
            let row: Vec<_> = kept.row(n).collect();
            assert_eq!(row, [(0, Cell::Number(n as u64)), (1, Cell::Text(&text(n)))]);
        }
        assert!(kept.pieces.len() > 3);
    }
}
