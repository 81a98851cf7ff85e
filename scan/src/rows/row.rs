//! Decodes one stored row, cell by cell.
//!
//! A [`Row`] is a cursor over the bytes that `encoding` describes. It goes from column to column by
//! the lowest set bit of the bitmap, and never copies a string: cells borrow from the row or from the interner of the
//! store. Broken bytes cannot occur; if they did, the cells would be empty.

use crate::interner::Interner;
use crate::rows::cell::Cell;
use crate::rows::encoding::tag;

/// The cells of a row, each with the number of its column.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The strings that rows hold by their numbers.
    pub(super) strings: &'a Interner,
    /// The piece of the store that holds the row.
    pub(super) bytes: &'a [u8],
    /// The bitmap: which columns have cells.
    pub(super) bitmap: &'a [u8],
    /// Where the first cell begins.
    first: usize,
    /// Where the next cell begins.
    pub(super) at: usize,
    /// The column from which on the next cell is looked for.
    column: usize,
}

impl<'a> Iterator for Row<'a> {
    type Item = (usize, Cell<'a>);

    #[inline(never)]
    fn next(&mut self) -> Option<(usize, Cell<'a>)> {
        loop {
            let bits = self.bitmap.get(self.column >> 3)? >> (self.column & 7);
            if bits == 0 {
                self.column = (self.column | 7).wrapping_add(1);
                continue;
            }
            let column = self.column.wrapping_add(bits.trailing_zeros() as usize);
            self.column = column.wrapping_add(1);
            return Some((column, self.next_cell()));
        }
    }
}

impl<'a> Row<'a> {
    /// Returns the row that begins at `at`.
    #[inline(always)]
    pub(super) fn new(strings: &'a Interner, bytes: &'a [u8], at: usize) -> Self {
        let bitmap_length = usize::from(bytes.get(at).copied().unwrap_or_default());
        let bitmap_start = at.wrapping_add(1);
        let first = bitmap_start.wrapping_add(bitmap_length);
        Row {
            strings,
            bytes,
            bitmap: bytes.get(bitmap_start..first).unwrap_or_default(),
            first,
            at: first,
            column: 0,
        }
    }

    /// Whether the row has a cell in a column.
    #[inline(always)]
    #[must_use]
    pub fn has(&self, column: usize) -> bool {
        self.bitmap
            .get(column >> 3)
            .is_some_and(|bits| bits >> (column & 7) & 1 != 0)
    }

    #[inline(always)]
    fn read_byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or_default();
        self.at = self.at.wrapping_add(1);
        byte
    }

    fn read_bytes(&mut self, length: usize) -> &'a [u8] {
        let start = self.at;
        self.at = start.wrapping_add(length);
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    /// Reads a number of at most eight bytes, the lowest first.
    fn read_number(&mut self, count: usize) -> u64 {
        let bytes = self.read_bytes(count).iter().rev();
        bytes.fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }

    fn read_length(&mut self) -> usize {
        let (mut length, mut shift) = (0_usize, 0_u32);
        loop {
            let byte = self.read_byte();
            length |= usize::from(byte & 0x7f).wrapping_shl(shift);
            shift = shift.wrapping_add(7);
            if byte < 0x80 || shift > 28 {
                return length;
            }
        }
    }

    fn read_long(&mut self) -> &'a [u8] {
        let length = self.read_length();
        self.read_bytes(length)
    }

    /// Decodes the cell at `at`, which becomes the position after it.
    #[inline(never)]
    pub(super) fn next_cell(&mut self) -> Cell<'a> {
        match self.read_byte() {
            tag::SAME_AS_KEY => {
                let mut key = Row {
                    at: self.first,
                    ..*self
                };
                let tag = key.read_byte();
                key.cell_with(tag)
            }
            tag => self.cell_with(tag),
        }
    }

    /// Decodes the rest of a cell that is not the same as the key.
    fn cell_with(&mut self, tag: u8) -> Cell<'a> {
        match tag {
            0..tag::KNOWN_2 => Cell::String(self.strings.get(usize::from(tag))),
            tag::KNOWN_2..tag::KNOWN_3 => {
                let number = (usize::from(tag & 0x3f) << 8) | usize::from(self.read_byte());
                Cell::String(self.strings.get(number))
            }
            tag::NUMBER_1..tag::STRING => Cell::Number(self.read_number(usize::from(tag.wrapping_sub(tag::NUMBER)))),
            tag::STRING..tag::LONG_STRING => Cell::String(self.read_bytes(usize::from(tag.wrapping_sub(tag::STRING)))),
            tag::EMAIL => {
                let domain = self.read_length();
                let local = self.read_long();
                let domain = self.strings.get(domain);
                Cell::Email { local, domain }
            }
            _ => self.rare_cell_with(tag),
        }
    }

    fn rare_cell_with(&mut self, tag: u8) -> Cell<'a> {
        #[allow(clippy::cast_possible_truncation)] // three and four bytes
        match tag {
            tag::KNOWN_3 => {
                let number = self.read_number(3) as usize;
                Cell::String(self.strings.get(number))
            }
            tag::ARRAY => Cell::Array(self.read_long()),
            tag::PRIMITIVE => Cell::Primitive(self.read_long()),
            tag::LONG_STRING => Cell::String(self.read_long()),
            tag::REFERENCE => Cell::Reference(self.read_number(4) as u32),
            _ => Cell::Clear,
        }
    }
}
