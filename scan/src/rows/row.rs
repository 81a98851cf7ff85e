//! A row as [`rows`](crate::rows::store) keeps it, read back cell by cell.

use crate::rows::store::{Cell, Rows, tag};

/// The cells of a row, one after the other, each with its column.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub(crate) rows: &'a Rows,
    pub(crate) bytes: &'a [u8],
    /// Of which columns there are cells.
    pub(crate) bits: &'a [u8],
    key: usize,
    /// Where the next cell is kept.
    pub(crate) at: usize,
    column: usize,
}

impl<'a> Iterator for Row<'a> {
    type Item = (usize, Cell<'a>);

    #[inline(never)]
    fn next(&mut self) -> Option<(usize, Cell<'a>)> {
        loop {
            let left = self.bits.get(self.column >> 3)? >> (self.column & 7);
            if left == 0 {
                self.column = (self.column | 7).wrapping_add(1);
                continue;
            }
            let column = self.column.wrapping_add(left.trailing_zeros() as usize);
            self.column = column.wrapping_add(1);
            return Some((column, self.cell()));
        }
    }
}

impl<'a> Row<'a> {
    /// The row that begins there.
    #[inline(always)]
    pub(crate) fn new(rows: &'a Rows, bytes: &'a [u8], at: usize) -> Self {
        let bitmap = usize::from(bytes.get(at).copied().unwrap_or_default());
        let bits = at.wrapping_add(1);
        let at = bits.wrapping_add(bitmap);
        Row {
            rows,
            bytes,
            bits: bytes.get(bits..at).unwrap_or_default(),
            key: at,
            at,
            column: 0,
        }
    }

    /// Whether it says something about a column.
    #[inline(always)]
    #[must_use]
    pub fn has(&self, column: usize) -> bool {
        self.bits
            .get(column >> 3)
            .is_some_and(|bits| bits >> (column & 7) & 1 != 0)
    }

    #[inline(always)]
    fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or_default();
        self.at = self.at.wrapping_add(1);
        byte
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let begin = self.at;
        self.at = begin.wrapping_add(length);
        self.bytes.get(begin..self.at).unwrap_or_default()
    }

    /// Of so many bytes, the lowest first.
    fn number(&mut self, bytes: usize) -> u32 {
        let bytes = self.take(bytes).iter().rev();
        bytes.fold(0, |number, byte| (number << 8) | u32::from(*byte))
    }

    fn length(&mut self) -> usize {
        let (mut length, mut shift) = (0_usize, 0_u32);
        loop {
            let byte = self.byte();
            length |= usize::from(byte & 0x7f).wrapping_shl(shift);
            shift = shift.wrapping_add(7);
            if byte < 0x80 || shift > 28 {
                return length;
            }
        }
    }

    /// The cell that is kept at `at`.
    #[inline(never)]
    pub(crate) fn cell(&mut self) -> Cell<'a> {
        match self.byte() {
            tag::SAME_AS_KEY => self.key(),
            first => self.plain(first),
        }
    }

    /// The first cell again.
    fn key(&self) -> Cell<'a> {
        let mut first = Row {
            bits: &[1],
            column: 0,
            at: self.key,
            ..*self
        };
        first.next().map_or(Cell::Clear, |(_, cell)| cell)
    }

    /// Any cell but one that is the same as the key.
    fn plain(&mut self, first: u8) -> Cell<'a> {
        match first {
            0..0x80 => Cell::Text(self.rows.known.text(usize::from(first))),
            0x80..0xc0 => {
                let number = (usize::from(first & 0x3f) << 8) | usize::from(self.byte());
                Cell::Text(self.rows.known.text(number))
            }
            0xc8..0xd0 => {
                let mut bytes = [0; 8];
                for (to, from) in bytes
                    .iter_mut()
                    .zip(self.take(usize::from(first.wrapping_sub(tag::NUMBER))))
                {
                    *to = *from;
                }
                Cell::Number(u64::from_le_bytes(bytes))
            }
            tag::TEXT..tag::LONG_TEXT => Cell::Text(self.take(usize::from(first.wrapping_sub(tag::TEXT)))),
            tag::EMAIL => {
                let domain = self.length();
                let local = self.length();
                Cell::Email(self.take(local), self.rows.known.text(domain))
            }
            _ => self.rare(first),
        }
    }

    fn rare(&mut self, first: u8) -> Cell<'a> {
        match first {
            tag::KNOWN_3 => {
                let number = self.number(3);
                Cell::Text(self.rows.known.text(number as usize))
            }
            tag::LIST => {
                let length = self.length();
                Cell::List(self.take(length))
            }
            tag::WORD => {
                let length = self.length();
                Cell::Word(self.take(length))
            }
            tag::LONG_TEXT => {
                let length = self.length();
                Cell::Text(self.take(length))
            }
            tag::MANAGER => Cell::Manager(self.number(4)),
            _ => Cell::Clear,
        }
    }
}
