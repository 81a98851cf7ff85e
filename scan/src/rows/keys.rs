//! Which row a key belongs to.

use crate::email::{EmailKey, lower_case};
use crate::fold::{hash_folded, same_folded};
use crate::number::whole;
use crate::rows::compare::same_email;
use crate::rows::store::{Cell, Rows};
use crate::strings::{is_plain_address, lossy};

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
    /// Whether the row that was asked for last was found without a canonical form of the key.
    pub is_last_plain: bool,
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
            is_last_plain: true,
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
        make_canonical(&mut text);
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

    /// Whether a row is known by this key, as far as can be seen without a canonical form of either.
    #[inline(always)]
    fn is_plainly_key(&self, rows: &Rows, row: usize, key: &[u8]) -> bool {
        match rows.key_is_email(row, key) {
            Some(is) if self.column == 0 => is,
            _ => rows.cell_of(row, self.column).is_some_and(|cell| cell_is(cell, key)),
        }
    }

    /// Whether a row is known by this canonical key.
    fn is_key(&self, rows: &Rows, row: usize, key: &[u8]) -> bool {
        self.is_plainly_key(rows, row, key)
            || rows.cell_of(row, self.column).is_some_and(|cell| {
                let mut own = Vec::new();
                key_text(cell, &mut own);
                !is_canonical(&own) && {
                    make_canonical(&mut own);
                    same_folded(&own, key)
                }
            })
    }

    /// The row for a user with this key.
    #[inline(never)]
    pub fn row_of(&mut self, rows: &Rows, key: &[u8]) -> Option<usize> {
        let next = self.last.wrapping_add(1);
        self.is_last_plain = true;
        let row = if self.is_plainly_key(rows, next, key) {
            next
        } else if is_canonical(key) {
            self.find(rows, key, hash_folded(key)).1?
        } else {
            self.is_last_plain = false;
            let mut text = core::mem::take(&mut self.text);
            text.clear();
            text.extend_from_slice(key);
            make_canonical(&mut text);
            let row = self.find(rows, &text, hash_folded(&text)).1;
            self.text = text;
            row?
        };
        self.last = row;
        Some(row)
    }
}

/// Returns whether a row and a user of the instance write their key with the same letters, whatever their case.
#[must_use]
pub fn is_same_key(rows: &Rows, row: usize, key: &[u8]) -> bool {
    let Some(cell) = rows.cell_of(row, 0) else {
        return false;
    };
    let mut own = Vec::new();
    key_text(cell, &mut own);
    lower_case(&lossy(&own)).eq(lower_case(&lossy(key)))
}

/// Whether a key is found as it is, but for the case of its letters: a plain address, or letters and digits of ASCII.
#[inline(always)]
fn is_canonical(key: &[u8]) -> bool {
    is_plain_address(key) || key.iter().all(u8::is_ascii_alphanumeric)
}

/// Replaces a key by its [`EmailKey`], unless it is found as it is.
pub fn make_canonical(key: &mut Vec<u8>) {
    if !is_canonical(key) {
        let canonical = EmailKey::of(&lossy(key));
        key.clear();
        key.extend_from_slice(canonical.as_str().as_bytes());
    }
}

/// A key as a text.
pub fn key_text(cell: Cell<'_>, into: &mut Vec<u8>) {
    match cell {
        Cell::Number(number) => into.extend_from_slice(crate::rows::compare::digits(number, &mut [0; 20])),
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
    use crate::rows::store::{email, small};
    use proptest::prelude::*;

    #[test]
    fn a_row_is_found_by_the_address_that_a_person_sees() {
        let mut rows = Rows::default();
        for key in [
            "ada@example.com",
            "Émile@example.com",
            "mailto:bob@example.com",
            "Ada Lovelace",
            "712",
            "ΣΟΦΟΣ@x.co",
        ] {
            rows.push(&[Some(email(key.as_bytes()))]);
        }
        let mut keys = Keys::new(rows.len(), 0);
        keys.enter(&rows, &mut |row, other| panic!("{row} is {other}"));
        for (key, row) in [
            ("Ada@Example.com\u{200b}", Some(0)),
            ("a\u{ad}da@example.com", Some(0)),
            ("Ada <ada@example.com>", Some(0)),
            ("ÉMILE@example.com", Some(1)),
            ("e\u{301}mile@example.com", None),
            ("bob@example.com", Some(2)),
            ("ada lovelace", Some(3)),
            ("ada lovelace.", None),
            ("712", Some(4)),
            ("σοφοσ@x.co", Some(5)),
            ("ada@example.co", None),
        ] {
            assert_eq!(keys.row_of(&rows, key.as_bytes()), row, "{key}");
        }
    }

    #[test]
    fn two_spellings_of_one_address_are_told() {
        let mut rows = Rows::default();
        for key in ["ada@example.com", "bob@example.com", "ADA@example.com\u{2060}"] {
            rows.push(&[Some(email(key.as_bytes()))]);
        }
        let mut taken = Vec::new();
        Keys::new(rows.len(), 0).enter(&rows, &mut |row, other| taken.push((row, other)));
        assert_eq!(taken, [(2, 0)]);
    }

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
