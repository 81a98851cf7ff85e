use super::*;
use proptest::prelude::*;

/// A cell that owns its bytes.
#[derive(Clone, Debug)]
enum OwnedCell {
    None,
    Clear,
    String(Vec<u8>),
    Number(u64),
    Address(Vec<u8>),
    Primitive(Vec<u8>),
    Array(Vec<u8>),
    Reference(u32),
}

fn cell() -> impl Strategy<Value = OwnedCell> {
    let bytes = || prop_oneof!["[ab]{0,2}", ".{0,40}", "x{40,60}", "x{250,300}"].prop_map(String::into_bytes);
    prop_oneof![
        Just(OwnedCell::None),
        Just(OwnedCell::Clear),
        bytes().prop_map(OwnedCell::String),
        any::<u64>().prop_map(OwnedCell::Number),
        (0u64..300).prop_map(OwnedCell::Number),
        "[ab]{1,3}@[ab]{1,2}".prop_map(|address| OwnedCell::Address(address.into_bytes())),
        "[a-z]{1,140}@[a-z]{1,140}".prop_map(|address| OwnedCell::Address(address.into_bytes())),
        bytes().prop_map(OwnedCell::Primitive),
        bytes().prop_map(OwnedCell::Array),
        any::<u32>().prop_map(OwnedCell::Reference),
    ]
}

fn borrowed(cell: &OwnedCell) -> Option<Cell<'_>> {
    Some(match cell {
        OwnedCell::None => return None,
        OwnedCell::Clear => Cell::Clear,
        OwnedCell::String(string) => Cell::String(string),
        OwnedCell::Number(number) => Cell::Number(*number),
        OwnedCell::Address(address) => Cell::of_address(address),
        OwnedCell::Primitive(json) => Cell::Primitive(json),
        OwnedCell::Array(json) => Cell::Array(json),
        OwnedCell::Reference(number) => Cell::Reference(*number),
    })
}

proptest! {
    #[test]
    fn a_row_is_read_back_as_it_was_stored(rows in proptest::collection::vec(proptest::collection::vec(cell(), 0..20), 0..8)) {
        let mut store = Rows::default();
        prop_assert!(store.is_empty());
        for row in &rows {
            store.push(&row.iter().map(borrowed).collect::<Vec<_>>());
        }
        prop_assert_eq!(store.len(), rows.len());
        prop_assert_eq!(store.is_empty(), rows.is_empty());
        for (number, row) in rows.iter().enumerate() {
            let cells: Vec<_> = row.iter().map(borrowed).collect();
            let expected: Vec<_> = cells.iter().enumerate().filter_map(|(column, cell)| Some((column, (*cell)?))).collect();
            prop_assert_eq!(store.row(number).collect::<Vec<_>>(), expected);
            for (column, cell) in cells.iter().enumerate() {
                prop_assert_eq!(store.cell_of(number, column), *cell);
                prop_assert_eq!(store.row(number).has(column), cell.is_some());
            }
            prop_assert_eq!(store.cell_of(number, cells.len()), None);
        }
    }

    #[test]
    fn a_short_string_or_number_of_any_length_is_read_back(length in 0usize..80, number in any::<u64>(), bits in 0u32..64) {
        let string: Vec<u8> = (1..=length).map(|byte| byte as u8 | 0x80).collect();
        let cells = [Some(Cell::Number(number >> bits)), Some(Cell::String(&string)), Some(Cell::Email { local: &string, domain: b"x" })];
        let mut store = Rows::default();
        // From the second row on, the string is known.
        for _ in 0..2 { store.push(&cells); }
        for row in 0..2 {
            prop_assert_eq!(store.row(row).map(|(_, cell)| Some(cell)).collect::<Vec<_>>(), cells);
        }
    }
}

#[test]
fn a_row_that_does_not_exist_has_no_cells() {
    let mut store = Rows::default();
    assert_eq!(store.row(0).next(), None);
    store.push(&[Some(Cell::Number(1))]);
    assert_eq!(store.row(1).next(), None);
    assert_eq!(store.cell_of(1, 0), None);
}

#[test]
fn a_row_that_was_started_and_not_ended_is_dropped() {
    let mut store = Rows::default();
    store.start_row(2);
    store.add_number(0, 1);
    store.start_row(2);
    store.add_number(1, 2);
    store.end_row();
    assert_eq!(store.row(0).collect::<Vec<_>>(), [(1, Cell::Number(2))]);
    assert_eq!(store.len(), 1);
}

#[test]
fn rows_may_have_two_thousand_columns() {
    let mut store = Rows::default();
    let cells: Vec<_> = (0..2000)
        .map(|column| (column % 3 == 0).then_some(Cell::Number(column)))
        .collect();
    store.push(&cells);
    let expected: Vec<_> = (0..2000)
        .filter(|column| column % 3 == 0)
        .map(|column| (column, Cell::Number(column as u64)))
        .collect();
    assert_eq!(store.row(0).collect::<Vec<_>>(), expected);
}

#[test]
fn many_strings_and_many_pieces_are_read_back() {
    let mut store = Rows::default();
    let string = |n: usize| format!("{:0>20}", n % 70_000).into_bytes();
    for n in 0..200_000 {
        let string = string(n);
        // The second column repeats late, the third at once, so that its strings are known by numbers of one to three bytes.
        let other = format!("{}", n % 300).into_bytes();
        store.push(&[
            Some(Cell::Number(n as u64)),
            Some(Cell::String(&string)),
            Some(Cell::String(&other)),
        ]);
    }
    for n in (0..200_000).step_by(997) {
        let row: Vec<_> = store.row(n).collect();
        let other = format!("{}", n % 300).into_bytes();
        assert_eq!(
            row,
            [
                (0, Cell::Number(n as u64)),
                (1, Cell::String(&string(n))),
                (2, Cell::String(&other))
            ]
        );
    }
    assert!(store.pieces.len() > 3);
}

#[test]
fn strings_are_known_by_numbers_of_any_size() {
    let mut store = Rows::default();
    let string = |n: usize| format!("s{n}").into_bytes();
    // Each string comes twice in a row, and the column is judged worth the look-up only if most were known: a third time makes it so.
    for n in 0..20_000 {
        for _ in 0..3 {
            store.push(&[Some(Cell::String(&string(n)))]);
        }
    }
    assert_eq!(store.strings.count(), 20_000);
    for n in 0..20_000 {
        assert_eq!(store.cell_of(3 * n + 2, 0), Some(Cell::String(&string(n))));
    }
    let sizes = store.pieces.iter().map(Vec::len).sum::<usize>();
    // Bitmap, tag, and one byte or three.
    assert!(sizes < 60_000 * 6, "{sizes}");
}

#[test]
fn strings_that_do_not_repeat_are_not_kept_twice() {
    let mut store = Rows::default();
    for n in 0..10_000 {
        let string = format!("string {n}").into_bytes();
        store.push(&[
            Some(Cell::String(&string)),
            Some(Cell::String(b"repeated")),
            Some(Cell::String(b"x")),
        ]);
    }
    // Only the trial of the first column was looked up; a string of one byte never is.
    assert_eq!(store.strings.count(), 512 + 1);
    let sizes = store.pieces.iter().map(Vec::len).sum::<usize>();
    assert!(sizes < 10_000 * 20, "{sizes}");
}

#[test]
fn a_number_takes_as_many_bytes_as_it_has() {
    for (number, bytes) in [
        (0, 1),
        (255, 1),
        (256, 2),
        (65_536, 3),
        (u64::from(u32::MAX), 4),
        (u64::MAX, 8),
    ] {
        let mut store = Rows::default();
        store.push(&[Some(Cell::Number(number))]);
        // The length of the bitmap, the bitmap and the tag.
        assert_eq!(store.pieces[0].len(), 3 + bytes, "{number}");
        assert_eq!(store.cell_of(0, 0), Some(Cell::Number(number)));
    }
}

#[test]
fn the_key_of_a_row_is_compared_ignoring_case() {
    let mut store = Rows::default();
    store.push(&[Some(Cell::of_address(b"Ada@Example.com"))]);
    store.push(&[Some(Cell::of_string(b"712"))]);
    store.push(&[None, Some(Cell::of_address(b"ada@example.com"))]);
    let long = format!("{}@example.com", "a".repeat(200));
    store.push(&[Some(Cell::of_address(long.as_bytes()))]);
    for (row, string, is_key) in [
        (0, "ada@example.COM", Some(true)),
        (0, "ada@example.co", Some(false)),
        (0, "adaXexample.com", Some(false)),
        (0, "bda@example.com", Some(false)),
        (0, "ada@example.con", Some(false)),
        (1, "712", None),
        (2, "ada@example.com", None),
        (3, &long, None),
        (4, "ada@example.com", None),
    ] {
        assert_eq!(store.is_key_address(row, string.as_bytes()), is_key, "{row} {string}");
    }
}

#[test]
fn a_domain_with_a_large_number_is_read_back() {
    let mut store = Rows::default();
    for n in 0..300 {
        let address = format!("ada@domain{n}.com").into_bytes();
        store.push(&[Some(Cell::of_address(&address))]);
    }
    for n in 0..300 {
        let address = format!("ada@domain{n}.com").into_bytes();
        assert_eq!(store.cell_of(n, 0), Some(Cell::of_address(&address)));
        assert_eq!(store.is_key_address(n, &address), (n < 128).then_some(true), "{n}");
        assert_ne!(store.is_key_address(n, b"ada@domain0.org"), Some(true));
    }
}

#[test]
fn strings_of_any_length_are_read_back_from_a_column_without_repetition() {
    let mut store = Rows::default();
    let string = |n: usize| format!("{n:0>width$}", width = 5 + n % 80).into_bytes();
    for n in 0..2_000 {
        store.push(&[Some(Cell::String(&string(n))), Some(Cell::Number(n as u64))]);
    }
    for n in 0..2_000 {
        assert_eq!(store.cell_of(n, 0), Some(Cell::String(&string(n))), "{n}");
        assert_eq!(store.cell_of(n, 1), Some(Cell::Number(n as u64)), "{n}");
    }
}
