//! Finds the row that belongs to a key, such as the e-mail address of a user.
//!
//! A hash table with open addressing and linear probing holds the numbers of the rows; the keys themselves stay in the
//! store. The bits of an entry that no row number needs hold bits of the key's hash, so that hardly any other row is
//! decoded. Lists and instances are often in the same order: the row after the one that was found last is tried first,
//! without hashing.
//!
//! Keys are equal if their canonical forms are, ignoring case. The canonical form of a key is its [`EmailKey`];
//! plain addresses, and strings of ASCII letters and digits, are canonical as they are, so that nearly every search is
//! one comparison.

use core::num::NonZeroU32;

use crate::email::EmailKey;
use crate::fold::{equal_ignoring_case, hash_ignoring_case, is_same_ignoring_case};
use crate::number::parse_digits;
use crate::rows::cell::{Cell, equal_address, write_key};
use crate::rows::store::Rows;
use crate::strings::is_plain_address;
use domo_users_words::case::to_lower_case;

/// The rows by their keys.
#[derive(Debug, Default)]
pub struct KeyIndex {
    /// In the bits of `row_mask`, the number of a row with 1 added; above, bits of its key's hash. The length is a
    /// power of two, and at least a quarter of the slots is free.
    table: Vec<Option<NonZeroU32>>,
    row_mask: u32,
    /// The column whose cells are the keys.
    pub column: usize,
    /// The row that is tried first: the one after the row that was found last.
    likely: usize,
    /// Whether the last search compared the key as it is, not its canonical form.
    pub is_last_plain: bool,
    scratch: Vec<u8>,
}

/// The result of a search in the table.
struct Probe {
    /// The slot that holds the key, or the free slot where it is to be noted.
    index: usize,
    row: Option<usize>,
}

impl KeyIndex {
    /// Creates an index for this many rows, by the cells of a column.
    #[must_use]
    pub fn new(rows: usize, column: usize) -> Self {
        let size = rows.saturating_add(rows / 3).next_power_of_two().max(16);
        Self {
            table: vec![None; size],
            row_mask: u32::MAX >> u32::try_from(rows).unwrap_or(u32::MAX).leading_zeros().min(31),
            column,
            likely: 0,
            is_last_plain: true,
            scratch: Vec::new(),
        }
    }

    /// Inserts all rows that have a key. `each_duplicate` is called for a row whose key belongs to an earlier row, with
    /// both numbers; such a row is not found later.
    #[inline(never)]
    pub fn insert_all(&mut self, rows: &Rows, each_duplicate: &mut dyn FnMut(usize, usize)) {
        for row in 0..rows.len() {
            if let Some(cell) = rows.cell_of(row, self.column)
                && let Some(earlier) = self.insert(rows, row, cell)
            {
                each_duplicate(row, earlier);
            }
        }
    }

    /// Inserts a row, or returns another one with the same key.
    #[inline(never)]
    fn insert(&mut self, rows: &Rows, row: usize, cell: Cell<'_>) -> Option<usize> {
        let mut key = core::mem::take(&mut self.scratch);
        key.clear();
        write_key(cell, &mut key);
        make_canonical(&mut key);
        let hash = hash_ignoring_case(&key);
        let probe = self.probe(rows, &key, hash);
        self.scratch = key;
        if probe.row.is_none()
            && let Some(entry) = self.table.get_mut(probe.index)
        {
            let number = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1);
            *entry = NonZeroU32::new(number | hash & !self.row_mask);
        }
        probe.row.filter(|other| *other != row)
    }

    /// Searches the table for a canonical key with this hash.
    #[inline(never)]
    fn probe(&self, rows: &Rows, key: &[u8], hash: u32) -> Probe {
        let index_mask = self.table.len().wrapping_sub(1);
        let mut index = hash as usize & index_mask;
        while let Some(entry) = self.table.get(index).copied().flatten() {
            let row = (entry.get() & self.row_mask).wrapping_sub(1) as usize;
            if (entry.get() ^ hash) & !self.row_mask == 0 && self.is_key(rows, row, key) {
                return Probe { index, row: Some(row) };
            }
            index = index.wrapping_add(1) & index_mask;
        }
        Probe { index, row: None }
    }

    /// Whether a row has this key as it is, ignoring case.
    #[inline(always)]
    fn is_plain_key(&self, rows: &Rows, row: usize, key: &[u8]) -> bool {
        match rows.is_key_address(row, key) {
            Some(is_key) if self.column == 0 => is_key,
            _ => rows.cell_of(row, self.column).is_some_and(|cell| is_cell(cell, key)),
        }
    }

    /// Whether the canonical form of a row's key is this one.
    fn is_key(&self, rows: &Rows, row: usize, canonical: &[u8]) -> bool {
        if self.is_plain_key(rows, row, canonical) {
            return true;
        }
        let mut row_key = Vec::new();
        if let Some(cell) = rows.cell_of(row, self.column) {
            write_key(cell, &mut row_key);
        }
        if is_canonical(&row_key) {
            return false;
        }
        make_canonical(&mut row_key);
        is_same_ignoring_case(&row_key, canonical)
    }

    /// Returns the row with this key.
    #[inline(never)]
    pub fn find_row(&mut self, rows: &Rows, key: &[u8]) -> Option<usize> {
        self.is_last_plain = true;
        let row = if self.is_plain_key(rows, self.likely, key) {
            self.likely
        } else if is_canonical(key) {
            self.probe(rows, key, hash_ignoring_case(key)).row?
        } else {
            self.is_last_plain = false;
            let mut canonical = core::mem::take(&mut self.scratch);
            canonical.clear();
            canonical.extend_from_slice(key);
            make_canonical(&mut canonical);
            let probe = self.probe(rows, &canonical, hash_ignoring_case(&canonical));
            self.scratch = canonical;
            probe.row?
        };
        self.likely = row.wrapping_add(1);
        Some(row)
    }
}

/// Whether the key of a row, in its first column, has the same characters as `key`, ignoring case.
#[must_use]
pub fn has_key_ignoring_case(rows: &Rows, row: usize, key: &[u8]) -> bool {
    let Some(cell) = rows.cell_of(row, 0) else {
        return false;
    };
    let mut row_key = Vec::new();
    write_key(cell, &mut row_key);
    to_lower_case(&String::from_utf8_lossy(&row_key)) == to_lower_case(&String::from_utf8_lossy(key))
}

/// Whether a key is its own canonical form: a plain address, or ASCII letters and digits.
#[inline(always)]
fn is_canonical(key: &[u8]) -> bool {
    is_plain_address(key) || key.iter().all(u8::is_ascii_alphanumeric)
}

/// Replaces a key by its canonical form: its [`EmailKey`], unless the key is plain. The case of a plain key stays.
pub fn make_canonical(key: &mut Vec<u8>) {
    if !is_canonical(key) {
        let canonical = EmailKey::of(&String::from_utf8_lossy(key));
        key.clear();
        key.extend_from_slice(canonical.as_str().as_bytes());
    }
}

/// Whether a cell is this key, ignoring case.
fn is_cell(cell: Cell<'_>, key: &[u8]) -> bool {
    match cell {
        Cell::Email { local, domain } => equal_address(local, domain, key),
        Cell::Number(number) => parse_digits(key) == Some(number),
        Cell::String(string) => equal_ignoring_case(string, key),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            rows.push(&[Some(Cell::of_address(key.as_bytes()))]);
        }
        let mut keys = KeyIndex::new(rows.len(), 0);
        keys.insert_all(&rows, &mut |row, other| panic!("{row} is {other}"));
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
            assert_eq!(keys.find_row(&rows, key.as_bytes()), row, "{key}");
        }
    }

    #[test]
    fn a_second_spelling_of_an_address_is_a_duplicate() {
        let mut rows = Rows::default();
        for key in ["ada@example.com", "bob@example.com", "ADA@example.com\u{2060}"] {
            rows.push(&[Some(Cell::of_address(key.as_bytes()))]);
        }
        let mut duplicates = Vec::new();
        KeyIndex::new(rows.len(), 0).insert_all(&rows, &mut |row, other| duplicates.push((row, other)));
        assert_eq!(duplicates, [(2, 0)]);
    }

    proptest! {
        #[test]
        fn a_row_is_found_by_its_key_and_no_other(
            keys in proptest::collection::vec("[a-cA-C]{1,2}@[xX]|[0-9]{1,2}", 0..60), other in "[a-c]{1,2}@x|[0-9]{1,2}", column in 0usize..2,
        ) {
            let cell = |key: &'static str| if key.contains('@') { Cell::of_address(key.as_bytes()) } else { Cell::of_string(key.as_bytes()) };
            let keys: Vec<&'static str> = keys.into_iter().map(|key| &*key.leak()).collect();
            let mut rows = Rows::default();
            for key in &keys {
                let mut row = [Some(cell("a@x")), Some(cell("b@x"))];
                row[column] = Some(cell(key));
                rows.push(&row);
            }
            let mut known = KeyIndex::new(rows.len(), column);
            let mut duplicates = Vec::new();
            known.insert_all(&rows, &mut |row, other| duplicates.push((row, other)));
            let first = |key: &str| keys.iter().position(|known| known.eq_ignore_ascii_case(key));
            let expected: Vec<_> = keys.iter().enumerate().filter_map(|(row, key)| first(key).filter(|first| *first != row).map(|first| (row, first))).collect();
            prop_assert_eq!(duplicates, expected);
            for key in keys.iter().copied().chain([other.as_str()]) {
                // The row after the last is tried first, and may be another row with the same key.
                let found = known.find_row(&rows, key.as_bytes());
                prop_assert_eq!(found.map(|row| keys[row].to_lowercase()), first(key).map(|row| keys[row].to_lowercase()));
            }
        }
    }

    fn rows_of(keys: &[&str]) -> Rows {
        let mut rows = Rows::default();
        for key in keys {
            rows.push(&[Some(Cell::of_address(key.as_bytes()))]);
        }
        rows
    }

    fn index_of(rows: &Rows) -> KeyIndex {
        let mut index = KeyIndex::new(rows.len(), 0);
        index.insert_all(rows, &mut |_, _| {});
        index
    }

    #[test]
    fn ten_thousand_rows_are_found_in_any_order() {
        let keys: Vec<String> = (0..10_000).map(|n| format!("User{n}@Example.com")).collect();
        let rows = rows_of(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        let mut index = index_of(&rows);
        for step in [1, 7, 9_999] {
            for turn in 0..10_000 {
                let row = turn * step % 10_000;
                assert_eq!(index.find_row(&rows, keys[row].to_lowercase().as_bytes()), Some(row));
                assert!(index.is_last_plain);
            }
        }
        assert_eq!(index.find_row(&rows, b"user10000@example.com"), None);
        assert_eq!(index.find_row(&rows, b"user1@example.co"), None);
    }

    #[test]
    fn whether_the_canonical_form_was_needed_is_known() {
        let rows = rows_of(&["ada@x.co", "bob@x.co", "<carol@x.co>"]);
        let mut index = index_of(&rows);
        for (key, row, is_plain) in [
            ("<bob@x.co>", Some(1), false),
            ("BOB@x.co", Some(1), true),
            ("<carol@x.co>", Some(2), true),
            ("carol@x.co", Some(2), true),
            ("dan@x.co", None, true),
            ("<dan@x.co>", None, false),
            ("ada@x.co", Some(0), true),
        ] {
            assert_eq!(index.find_row(&rows, key.as_bytes()), row, "{key}");
            assert_eq!(index.is_last_plain, is_plain, "{key}");
        }
    }

    #[test]
    fn rows_without_a_key_are_not_found() {
        let mut rows = Rows::default();
        rows.push(&[None, Some(Cell::Number(1))]);
        rows.push(&[Some(Cell::Clear), Some(Cell::Number(2))]);
        let mut index = index_of(&rows);
        assert_eq!(index.find_row(&rows, b"1"), None);
        assert_eq!(index.find_row(&rows, b"x"), None);
        assert_eq!(KeyIndex::default().find_row(&Rows::default(), b"x"), None);
    }

    #[test]
    fn the_key_of_a_row_may_differ_in_case_only() {
        let rows = rows_of(&["Ada@X.co", "ΣΟΦΟΣ@x.co", "712", "mailto:bob@x.co"]);
        for (row, key, is_same) in [
            (0, "ada@x.co", true),
            (0, "ada@x.com", false),
            (0, "<ada@x.co>", false),
            (1, "σοφοσ@x.co", true),
            (2, "712", true),
            (2, "713", false),
            (3, "bob@x.co", false),
            (4, "", false),
        ] {
            assert_eq!(
                has_key_ignoring_case(&rows, row, key.as_bytes()),
                is_same,
                "{row} {key}"
            );
        }
    }

    #[test]
    fn plain_keys_are_canonical_as_they_are() {
        for (key, canonical) in [
            ("Ada@X.co", "Ada@X.co"),
            ("712", "712"),
            ("Ada", "Ada"),
            ("Ada Lovelace", "ada lovelace"),
            ("<Ada@X.co>", "ada@x.co"),
            ("Émile@X.co", "émile@x.co"),
            ("", ""),
        ] {
            let mut bytes = key.as_bytes().to_vec();
            make_canonical(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), canonical, "{key}");
        }
    }

    #[test]
    fn any_column_may_be_the_key() {
        let mut rows = Rows::default();
        for (id, address) in [(7, "ada@example.com"), (8, "Bob@example.com"), (9, "Ada Lovelace")] {
            rows.push(&[Some(Cell::Number(id)), Some(Cell::of_address(address.as_bytes()))]);
        }
        let mut index = KeyIndex::new(rows.len(), 1);
        index.insert_all(&rows, &mut |row, other| panic!("{row} is {other}"));
        for (key, row) in [
            ("bob@example.com", Some(1)),
            ("ADA@example.com", Some(0)),
            ("ada lovelace", Some(2)),
            ("ada@example.org", None),
            ("7", None),
        ] {
            assert_eq!(index.find_row(&rows, key.as_bytes()), row, "{key}");
        }
    }
}
