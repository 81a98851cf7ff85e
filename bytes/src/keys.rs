//! Which row a key belongs to.

use super::compare::same_email;
use super::fold::{hash_folded, same_folded};
use super::number::whole;
use super::rows::{Cell, Rows};

/// Rows, found by their keys.
#[derive(Debug, Default)]
pub struct Keys {
    /// Row and one more in the lower bits, some of its key's hash above, so that few other rows are looked at; 0 is free.
    table: Vec<u32>,
    /// The lower bits.
    mask: u32,
    /// Whose cells are the keys.
    pub column: usize,
    /// The row that was found last: its successor is likely the next.
    last: usize,
    text: Vec<u8>,
}

impl Keys {
    /// Room for so many rows.
    #[must_use]
    pub fn new(rows: usize, column: usize) -> Self {
        let size = rows.saturating_add(rows / 3).next_power_of_two().max(16);
        Self {
            table: vec![0; size],
            mask: u32::MAX >> u32::try_from(rows).unwrap_or(u32::MAX).leading_zeros().min(31),
            column,
            last: usize::MAX,
            text: Vec::new(),
        }
    }

    /// Notes where each row is found, and tells of two that are found by the same key: the later, then the earlier.
    #[inline(never)]
    pub fn enter(&mut self, rows: &Rows, taken: &mut dyn FnMut(usize, usize)) {
        for row in 0..rows.len() {
            if let Some(cell) = rows.cell_of(row, self.column) {
                self.enter_one(rows, row, cell, taken);
            }
        }
    }

    #[inline(never)]
    fn enter_one(&mut self, rows: &Rows, row: usize, cell: Cell<'_>, taken: &mut dyn FnMut(usize, usize)) {
        let mut text = core::mem::take(&mut self.text);
        text.clear();
        key_text(cell, &mut text);
        let hash = hash_folded(&text);
        let (slot, other) = self.find(rows, &text, hash);
        self.text = text;
        if let Some(other) = other {
            if other != row {
                taken(row, other);
            }
        } else if let Some(entry) = self.table.get_mut(slot) {
            *entry = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1) | hash & !self.mask;
        }
    }

    /// Where a key is, or would be, noted, and its row.
    #[inline(never)]
    fn find(&self, rows: &Rows, key: &[u8], hash: u32) -> (usize, Option<usize>) {
        let size = self.table.len().wrapping_sub(1);
        let mut slot = hash as usize & size;
        loop {
            let entry = self.table.get(slot).copied().unwrap_or_default();
            let Some(row) = (entry & self.mask).checked_sub(1) else {
                return (slot, None);
            };
            if (entry ^ hash) & !self.mask == 0 && self.is_key(rows, row as usize, key) {
                return (slot, Some(row as usize));
            }
            slot = slot.wrapping_add(1) & size;
        }
    }

    /// Whether a row is known by this key.
    #[inline(always)]
    fn is_key(&self, rows: &Rows, row: usize, key: &[u8]) -> bool {
        match rows.key_is_email(row, key) {
            Some(is) if self.column == 0 => is,
            _ => rows.cell_of(row, self.column).is_some_and(|cell| cell_is(cell, key)),
        }
    }

    /// The row for a user with this key.
    #[inline(never)]
    pub fn row_of(&mut self, rows: &Rows, key: &[u8]) -> Option<usize> {
        let next = self.last.wrapping_add(1);
        let row = match self.is_key(rows, next, key) {
            true => next,
            false => self.find(rows, key, hash_folded(key)).1?,
        };
        self.last = row;
        Some(row)
    }
}

/// A key as a text.
pub fn key_text(cell: Cell<'_>, into: &mut Vec<u8>) {
    match cell {
        Cell::Number(number) => into.extend_from_slice(super::compare::digits(number, &mut [0; 20])),
        Cell::Email(local, domain) => {
            into.extend_from_slice(local);
            into.push(b'@');
            into.extend_from_slice(domain);
        }
        Cell::Text(text) | Cell::Word(text) | Cell::List(text) => into.extend_from_slice(text),
        Cell::Clear | Cell::Manager(_) => {}
    }
}

/// Whether a cell is this key.
fn cell_is(cell: Cell<'_>, key: &[u8]) -> bool {
    match cell {
        Cell::Email(local, domain) => same_email(local, domain, key),
        Cell::Number(number) => whole(key) == Some(number),
        Cell::Text(text) => same_folded(text, key),
        _ => false,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::rows::{email, small};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_is_found_by_its_key_and_no_other(
            keys in proptest::collection::vec("[a-cA-C]{1,2}@[xX]|[0-9]{1,2}", 0..60), other in "[a-c]{1,2}@x|[0-9]{1,2}", column in 0usize..2,
        ) {
            let cell = |key: &'static str| if key.contains('@') { email(key.as_bytes()) } else { small(key.as_bytes()) };
            let keys: Vec<&'static str> = keys.into_iter().map(|key| &*key.leak()).collect();
            let mut rows = Rows::default();
            for key in &keys {
                let mut row = [Some(cell("a@x")), Some(cell("b@x"))];
                row[column] = Some(cell(key));
                rows.push(&row);
            }
            let mut known = Keys::new(rows.len(), column);
            let mut taken = Vec::new();
            known.enter(&rows, &mut |row, other| taken.push((row, other)));
            let first = |key: &str| keys.iter().position(|known| known.eq_ignore_ascii_case(key));
            let expected: Vec<_> = keys.iter().enumerate().filter_map(|(row, key)| first(key).filter(|first| *first != row).map(|first| (row, first))).collect();
            prop_assert_eq!(taken, expected);
            for key in keys.iter().copied().chain([other.as_str()]) {
                // The successor of the last is asked first, and may be another row of the same key.
                let found = known.row_of(&rows, key.as_bytes());
                prop_assert_eq!(found.map(|row| keys[row].to_lowercase()), first(key).map(|row| keys[row].to_lowercase()));
            }
        }
    }
}
