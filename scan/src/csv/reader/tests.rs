use super::*;
use proptest::prelude::*;

/// The cells of each record, by the number of the record.
type Records = Vec<(u32, Vec<Vec<u8>>)>;

type Errors = Vec<(u32, InvalidRecord)>;

/// Reads a file that comes in chunks which end at these positions.
fn read(csv: &[u8], cuts: &[usize]) -> (Records, Errors) {
    let mut reader = Reader::default();
    let (mut records, mut errors, mut from) = (Vec::new(), Vec::new(), 0);
    let ends = cuts.iter().copied().map(|to| (to, false));
    for (to, is_last) in ends.chain([(csv.len(), false), (csv.len(), true)]) {
        let chunk = &csv[from.min(to)..to];
        from = to.max(from);
        reader.input().extend_from_slice(chunk);
        loop {
            match reader.next(is_last) {
                Record::Complete => records.push((
                    reader.row,
                    reader.cells.iter().map(|cell| reader.content(*cell).to_vec()).collect(),
                )),
                Record::Invalid(error) => errors.push((reader.row, error)),
                Record::Incomplete if is_last => panic!("no more input will come"),
                Record::Incomplete | Record::End => break,
            }
        }
    }
    (records, errors)
}

fn cells(csv: &str) -> Vec<Vec<String>> {
    let (records, errors) = read(csv.as_bytes(), &[]);
    assert_eq!(errors, [], "{csv}");
    let string = |cell: Vec<u8>| String::from_utf8(cell).unwrap();
    records
        .into_iter()
        .map(|(_, cells)| cells.into_iter().map(string).collect())
        .collect()
}

#[test]
fn records_are_divided_into_cells() {
    assert_eq!(cells("\u{feff}a,b\r\n1,2"), [["a", "b"], ["1", "2"]]);
    assert_eq!(cells("a\n\nb\rc\n"), [["a"], [""], ["b"], ["c"]]);
    assert_eq!(
        cells("\"a,\"\"b\"\"\r\nc\",\"\",d\"e\n"),
        [["a,\"b\"\r\nc", "", "d\"e"]]
    );
    assert_eq!(cells("\"a\"\"\",\"\"\"b\",\"\"\"\"\"\"\n"), [["a\"", "\"b", "\"\""]]);
    assert_eq!(cells("a,"), [["a", ""]]);
    assert_eq!(cells("a,b\n1,\n"), [["a", "b"], ["1", ""]]);
    assert!(cells("").is_empty());
    assert!(cells("\u{feff}").is_empty());
    let long = "more than sixteen bytes".repeat(3);
    assert_eq!(
        cells(&format!("{long},b,\"{long}\",\"{long}\"\"{long}\"\n")),
        [[long.clone(), "b".into(), long.clone(), format!("{long}\"{long}")]]
    );
}

#[test]
fn the_header_row_decides_the_separator() {
    assert_eq!(cells("a;b c\n1,5;\"2;\"\n"), [["a", "b c"], ["1,5", "2;"]]);
    assert_eq!(cells("a\tb;c\n1\t2"), [["a", "b;c"], ["1", "2"]]);
    assert_eq!(cells("a;b\tc\n1;2"), [["a", "b\tc"], ["1", "2"]]);
    assert_eq!(cells("\"a,\"\"\";b\n1;2"), [["a,\"", "b"], ["1", "2"]]);
    assert_eq!(cells("\"a\"\";b\",c\n1;2,3"), [["a\";b", "c"], ["1;2", "3"]]);
    assert_eq!(cells("\"a\";\"b,\"\n1;2"), [["a", "b,"], ["1", "2"]]);
    assert_eq!(cells("a;\t\"b\r1;2"), [["a", "\t\"b"], ["1", "2"]]);
    assert_eq!(cells("a;b,c\n1;2,3"), [["a;b", "c"], ["1;2", "3"]]);
    assert_eq!(cells("a\n1;2,3"), [vec!["a"], vec!["1;2", "3"]]);
    assert_eq!(cells("a\r1;2,3"), [vec!["a"], vec!["1;2", "3"]]);
    assert_eq!(cells("a\"b;c\"\n1;2"), [["a\"b", "c\""], ["1", "2"]]);
    assert_eq!(cells("a|b;c\n1|2"), [["a", "b;c"], ["1", "2"]]);
    assert_eq!(cells(" \"a,\";b\n1;2"), [["a,", "b"], ["1", "2"]]);
    // The delimiter that the caller gives counts, and then that of a first line.
    let mut reader = Reader {
        delimiter: Some(b'|'),
        ..Reader::default()
    };
    reader.input().extend_from_slice(b"sep=;\na,b;c|d");
    assert_eq!(
        (reader.next(true), reader.cells.len(), reader.row),
        (Record::Complete, 2, 1)
    );
    assert_eq!(cells("\u{feff}sep=;\r\na,b;c\n"), [["a,b", "c"]]);
    assert_eq!(cells("sep=,\n"), Vec::<Vec<String>>::new());
}

#[test]
fn a_cell_in_quotes_may_have_blanks_around_it() {
    assert_eq!(
        cells("a, \"b, c\" ,  \"d\"\"\"\n1, \"2\n\",3"),
        [["a", "b, c", "d\""], ["1", "2\n", "3"]]
    );
    assert_eq!(cells("a,b\n1, \"2\" "), [["a", "b"], ["1", "2"]]);
    // Quotes that do not enclose the whole cell belong to it.
    assert_eq!(
        cells("a,b\n1, \"x\" y\n \"z,\n"),
        [["a", "b"], ["1", " \"x\" y"], [" \"z", ""]]
    );
    assert_eq!(cells("a,b\n1,  \n, "), [["a", "b"], ["1", "  "], ["", " "]]);
}

#[test]
fn lines_without_values_before_the_header_are_skipped_and_counted() {
    for blank in ["\n", ",,\n", " ; ;\r\n", "|\r", "\"\",\"\"\n", "\t\t\n\n"] {
        let (records, errors) = read(format!("\u{feff}{blank}a;b\n\n1;2").as_bytes(), &[]);
        let lines = 1 + u32::try_from(blank.matches(['\n', '\r']).count() - blank.matches("\r\n").count()).unwrap();
        assert_eq!(errors, []);
        assert_eq!(
            records.iter().map(|(row, _)| *row).collect::<Vec<_>>(),
            [lines, lines + 1, lines + 2],
            "{blank:?}"
        );
        assert_eq!(records[0].1, [b"a", b"b"]);
    }
    assert_eq!(read(b"\n,,\n", &[]), (vec![], vec![]));
}

#[test]
fn utf_16_is_read_as_utf_8_is() {
    for (text, mark) in [
        ("a;b\r\n\"\u{1f642};\n\";é\n", ""),
        ("\n一,二\n1,2\n", "\u{feff}"),
        ("sep=;\na,;b", "\u{feff}"),
    ] {
        let whole = read(format!("{mark}{text}").as_bytes(), &[]);
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let utf16: Vec<u8> = format!("{mark}{text}").encode_utf16().flat_map(to_bytes).collect();
            for cut in 0..utf16.len() {
                assert_eq!(read(&utf16, &[cut]), whole, "{text:?} {cut}");
            }
        }
    }
    assert_eq!(
        read(b"a\0\n\0b\0\n\0c", &[]).0.last().unwrap().1,
        ["\u{fffd}".as_bytes()]
    );
}

#[test]
fn an_invalid_record_has_its_row_and_the_following_records_are_read() {
    use InvalidRecord::{NotUtf8, TextAfterQuote, UnclosedQuote};
    for end in ["\n", "\r", "\r\n"] {
        let csv = format!("a,b{end}\"b\"c,d{end}e,f{end}\"g\" x,{end}\"h{end}i");
        let (records, errors) = read(csv.as_bytes(), &[]);
        assert_eq!(errors, [(2, TextAfterQuote), (4, TextAfterQuote), (5, UnclosedQuote)]);
        assert_eq!(records[1], (3, vec![b"e".to_vec(), b"f".to_vec()]));
    }
    assert_eq!(read(b"\"a\"b", &[]).1, [(1, TextAfterQuote)]);
    assert_eq!(read(b"a\n\xfc,b\nc", &[]).1, [(2, NotUtf8)]);
    assert_eq!(read(b"a\n\"\xfc\"x\nc", &[]).1, [(2, NotUtf8)]);
    assert_eq!(read(b"\xff", &[]).1, [(1, NotUtf8)]);
    let (records, errors) = read(b"PK\x03\x04\n\xff\n", &[]);
    assert!(
        records.is_empty() && matches!(errors[..], [(1, InvalidRecord::NotCsv(_))]),
        "{errors:?}"
    );
}

#[test]
fn every_error_says_what_to_do() {
    assert_eq!(
        InvalidRecord::UnclosedQuote.message(),
        "a quote is opened but never closed"
    );
    assert!(InvalidRecord::TextAfterQuote.message().contains("two quotes"));
    assert!(InvalidRecord::NotUtf8.message().contains("CSV UTF-8"));
}

#[test]
fn input_that_is_known_to_be_utf8_is_not_checked() {
    let mut reader = Reader {
        is_utf8: true,
        ..Reader::default()
    };
    reader.input().extend_from_slice(b"\xfc\xfc\xfc\n");
    assert_eq!(reader.next(true), Record::Complete);
}

#[test]
fn a_replacement_character_is_found_wherever_the_chunks_end() {
    let csv = "a,b\n1,\u{fffd}\n".as_bytes();
    for cut in 0..=csv.len() {
        let mut reader = Reader {
            state: State::Records,
            ..Reader::default()
        };
        let mut has_replacement = Vec::new();
        for (chunk, is_last) in [(&csv[..cut], false), (&csv[cut..], true)] {
            reader.input().extend_from_slice(chunk);
            while reader.next(is_last) == Record::Complete {}
            has_replacement.push(reader.has_replacement);
        }
        assert_eq!(has_replacement, [cut >= 9, true], "cut at {cut}");
    }
    let mut reader = Reader::default();
    reader.input().extend_from_slice("ä,\u{fffe},\u{ff0d}\n".as_bytes());
    reader.next(true);
    assert!(!reader.has_replacement);
}

#[test]
fn a_cut_record_is_not_scanned_again_before_it_has_doubled() {
    let mut reader = Reader {
        state: State::Records,
        ..Reader::default()
    };
    let mut scans = 0;
    reader.input().extend_from_slice(b"aa\n");
    assert_eq!(reader.next(false), Record::Complete);
    for _ in 0..1000 {
        reader.input().extend_from_slice(b"\"\"\"\"");
        reader.cells.clear();
        reader.cells.push(Span::new(false, 0, 0));
        assert_eq!(reader.next(false), Record::Incomplete);
        // A scan clears the cells of the record before.
        scans += usize::from(reader.cells.is_empty());
    }
    assert!(scans <= 12, "{scans}");
    // The next record is scanned at once.
    reader.input().extend_from_slice(b"\n");
    while reader.next(false) == Record::Incomplete {
        reader.input().extend_from_slice(b"b\n");
    }
    while reader.next(false) == Record::Complete {}
    reader.input().extend_from_slice(b"c\n");
    assert_eq!(reader.next(false), Record::Complete);
}

#[test]
fn records_that_were_read_are_removed_from_the_buffer() {
    let mut reader = Reader {
        state: State::Records,
        ..Reader::default()
    };
    reader.input().extend_from_slice(b"a,b\n1,2\n3,");
    assert_eq!([reader.next(false), reader.next(false)], [Record::Complete; 2]);
    assert_eq!(reader.next(false), Record::Incomplete);
    assert_eq!(reader.input().as_slice(), b"3,");
}

proptest! {
    #[test]
    fn records_are_the_same_wherever_the_input_is_cut(csv in r#"[a,;|\t" \r\né🙂]{0,60}"#, start in "(\u{feff})?(sep=[;,]\n)?") {
        let csv = [start, csv].concat();
        let whole = read(csv.as_bytes(), &[]);
        for cut in 0..csv.len() {
            prop_assert_eq!(&read(csv.as_bytes(), &[cut, cut + 1]), &whole);
        }
        let every: Vec<usize> = (0..csv.len()).collect();
        prop_assert_eq!(&read(csv.as_bytes(), &every), &whole);
    }

    #[test]
    fn utf_16_gives_the_records_of_utf_8(csv in r#"[a,;" \r\né🙂一\u{4e0a}\u{d00}]{0,60}"#, is_big_endian: bool, cut in 0usize..120) {
        let csv = format!("\u{feff}{csv}");
        let bytes = if is_big_endian { u16::to_be_bytes } else { u16::to_le_bytes };
        let utf16: Vec<u8> = csv.encode_utf16().flat_map(bytes).collect();
        prop_assert_eq!(read(&utf16, &[cut.min(utf16.len())]), read(csv.as_bytes(), &[]));
    }

    #[test]
    fn semicolons_and_tabs_separate_as_commas_do(cells in proptest::collection::vec("a{0,2}|a\"|\"[a,;|\t\n]{0,3}\"", 4..20), other in "[;|\t]") {
        let csv = |separator: &str| cells.chunks(4).map(|row| row.join(separator)).collect::<Vec<_>>().join("\n");
        let header = |separator: &str| format!("a{separator}b\n{}", csv(separator));
        prop_assert_eq!(read(header(&other).as_bytes(), &[]), read(header(",").as_bytes(), &[]));
    }

    #[test]
    fn a_quoted_cell_is_read_back(row in proptest::collection::vec(".{0,30}|[,\"\r\n]{0,5}", 1..5)) {
        let quoted: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let header = "a header, so that the bytes of the cells say nothing about the encoding of the file".repeat(5);
        prop_assert_eq!(cells(&format!("{header}\n{}", quoted.join(",")))[1..].to_vec(), vec![row]);
    }

    #[test]
    fn a_cell_without_quotes_ends_at_the_first_separator_or_line_break(row in proptest::collection::vec("[a-z\" é]{1,40}", 1..5), end in "\r|\n|\r\n") {
        let row: Vec<String> = row.iter().map(|cell| format!("x{cell}")).collect();
        prop_assert_eq!(cells(&format!("{}{end}", row.join(","))), vec![row]);
    }
}
