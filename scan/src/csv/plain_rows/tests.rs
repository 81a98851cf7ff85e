use super::*;

/// Reads a file without a header row; returns the stored rows, and how many records need the full check.
fn read(contents: &[Content], clears_empty: bool, csv: &str) -> (Vec<Vec<(usize, String)>>, usize) {
    let columns = contents.iter().enumerate().map(|(cell, content)| PlainColumn {
        cell,
        content: *content,
    });
    let layout = Layout {
        columns: columns.collect(),
        cells: contents.len(),
        clears_empty,
    };
    let (mut reader, mut rows, mut unusual) = (Reader::default(), Rows::default(), 0);
    reader.input().extend_from_slice(csv.as_bytes());
    while read_plain_rows(&mut reader, &layout, &mut rows, true) != Record::End {
        unusual += 1;
    }
    let shown = |number: usize| rows.row(number).map(|(column, cell)| (column, show(cell))).collect();
    ((0..rows.len()).map(shown).collect(), unusual)
}

fn show(cell: Cell<'_>) -> String {
    let lossy = String::from_utf8_lossy;
    match cell {
        Cell::String(string) => format!("string {}", lossy(string)),
        Cell::Email { local, domain } => format!("address {}@{}", lossy(local), lossy(domain)),
        Cell::Number(number) => format!("number {number}"),
        Cell::Clear => "clear".to_owned(),
        other => format!("{other:?}"),
    }
}

/// What is stored of one cell after a key; `None` if the record needs the full check.
fn stored(content: Content, cell: &str, clears_empty: bool) -> Option<Option<String>> {
    let (rows, unusual) = read(&[Content::Id, content], clears_empty, &format!("1,{cell}\n"));
    assert_eq!(rows.len() + unusual, 1, "{cell}");
    let row = rows.into_iter().next()?;
    assert_eq!(row[0], (0, "number 1".to_owned()));
    Some(row.get(1).map(|(column, cell)| {
        assert_eq!(*column, 1);
        cell.clone()
    }))
}

#[test]
fn plain_cells_are_stored_by_what_their_column_holds() {
    for (content, cell, expected) in [
        (Content::Ignored, "#N/A", None),
        (Content::Id, "7", Some("number 7")),
        (Content::Id, " 7 ", Some("number 7")),
        (Content::Id, "9007199254740991", Some("number 9007199254740991")),
        (Content::Manager, "7", Some("number 7")),
        (Content::Address, "a.b@x.co", Some("address a.b@x.co")),
        (Content::AddressOrName, "a.b@x.co", Some("address a.b@x.co")),
        (
            Content::AddressOrName,
            "Ada Lovelace_1-x",
            Some("string Ada Lovelace_1-x"),
        ),
        (Content::String, "712", Some("string 712")),
        (Content::String, "'=1+1", Some("string =1+1")),
        (Content::String, "'x'", Some("string 'x'")),
        (Content::String, "[1]", Some("string [1]")),
        (Content::String, "4.9E+11", Some("string 4.9E+11")),
        (Content::String, "Émile", Some("string Émile")),
        (Content::String, "。", Some("string 。")),
        (Content::Attribute, "712", Some("number 712")),
        (Content::Attribute, "0712", Some("string 0712")),
        (Content::Attribute, "a+12", Some("string a+12")),
        (Content::Attribute, "12-34-56", Some("string 12-34-56")),
        (Content::Attribute, "4.9E11", Some("string 4.9E11")),
        (Content::Date, "1423267200000", Some("number 1423267200000")),
        (Content::Date, "1000000000", Some("number 1000000000")),
    ] {
        let expected = Some(expected.map(str::to_owned));
        assert_eq!(stored(content, cell, false), expected, "{content:?} {cell}");
        assert_eq!(stored(content, cell, true), expected, "{content:?} {cell}");
    }
}

#[test]
fn cells_that_need_the_full_check_are_not_stored() {
    for (content, cell) in [
        (Content::Other, "x"),
        (Content::Id, "x"),
        (Content::Id, "0"),
        (Content::Id, "-1"),
        (Content::Id, "7.0"),
        (Content::Id, "9007199254740992"),
        (Content::Manager, "a@x.co"),
        (Content::Address, "<a@x.co>"),
        (Content::Address, "Ada"),
        (Content::AddressOrName, "a@x.co;"),
        (Content::AddressOrName, "[a"),
        (Content::AddressOrName, "#N/A"),
        (Content::AddressOrName, "Ädä"),
        (Content::String, "#N/A"),
        (Content::String, "\u{200b}"),
        (Content::String, "\u{ad}\u{feff}"),
        (Content::String, "a\u{fffd}"),
        (Content::Attribute, "[1]"),
        (Content::Attribute, "#N/A"),
        (Content::Attribute, "\u{200b}"),
        (Content::Attribute, "4.9E+11"),
        (Content::Attribute, "5E-123"),
        (Content::Date, "999999999"),
        (Content::Date, "2024-03-01"),
    ] {
        assert_eq!(stored(content, cell, false), None, "{content:?} {cell}");
    }
}

#[test]
fn every_invisible_character_gets_the_full_check() {
    for character in ('\0'..=char::MAX).filter(|c| crate::email::is_invisible(*c)) {
        let cell = character.to_string();
        let is_trimmed_away = trim(cell.as_bytes()).is_empty();
        assert!(
            is_trimmed_away || stored(Content::String, &cell, false).is_none(),
            "{character:?}"
        );
    }
}

#[test]
fn an_empty_cell_leaves_the_value_unchanged_or_clears_an_attribute() {
    for empty in ["", " ", "\u{a0}", "\"\""] {
        for content in [Content::Attribute, Content::Manager, Content::Date] {
            assert_eq!(stored(content, empty, false), Some(None), "{content:?}");
            assert_eq!(
                stored(content, empty, true),
                Some(Some("clear".to_owned())),
                "{content:?}"
            );
        }
        for content in [Content::String, Content::Address, Content::Id, Content::Other] {
            assert_eq!(stored(content, empty, false), Some(None), "{content:?}");
            assert_eq!(stored(content, empty, true), Some(None), "{content:?}");
        }
        assert_eq!(stored(Content::AddressOrName, empty, false), Some(None));
        assert_eq!(
            stored(Content::AddressOrName, empty, true),
            None,
            "the column may be an attribute"
        );
    }
}

#[test]
fn an_address_that_is_the_key_is_stored_once() {
    let key_and = |contents: &[Content], csv: &str| read(contents, false, csv).0;
    let address = |column: usize, address: &str| (column, format!("address {address}"));
    let contents = [Content::Address, Content::AddressOrName, Content::Address];
    assert_eq!(
        key_and(&contents, "a@x.co,a@x.co,a@x.co\nb@x.co,B@x.co,c@x.co\n"),
        [
            vec![address(0, "a@x.co"), address(1, "a@x.co"), address(2, "a@x.co")],
            vec![address(0, "b@x.co"), address(1, "B@x.co"), address(2, "c@x.co")],
        ]
    );
    // A key that is a name is no address.
    let contents = [Content::AddressOrName, Content::AddressOrName, Content::Address];
    assert_eq!(
        key_and(&contents, "a@x.co,a@x.co,a@x.co\n"),
        [[address(0, "a@x.co"), address(1, "a@x.co"), address(2, "a@x.co")]]
    );
    assert_eq!(
        key_and(&contents, "Ada,Ada,a@x.co\n"),
        [[
            (0, "string Ada".to_owned()),
            (1, "string Ada".to_owned()),
            address(2, "a@x.co")
        ]]
    );
    assert_eq!(read(&contents, false, "Ada,Ada,Ada\n").1, 1);
}

#[test]
fn a_record_without_a_key_or_with_other_cells_gets_the_full_check() {
    let contents = [Content::Address, Content::String];
    assert_eq!(read(&contents, false, ",x\n"), (vec![], 1));
    assert_eq!(read(&contents, false, "a@x.co\n"), (vec![], 1));
    assert_eq!(read(&contents, false, "a@x.co,x,\n"), (vec![], 1));
    assert_eq!(read(&[], false, "x\n"), (vec![], 1));
    assert_eq!(read(&[Content::Ignored, Content::String], false, "a,b\n"), (vec![], 1));
    assert_eq!(read(&[Content::Ignored, Content::String], false, "7,b\n"), (vec![], 1));
    let (rows, unusual) = read(&contents, false, "a@x.co,x\n\"a\"b,c\nb@x.co,<y>\n,\nc@x.co,\n");
    assert_eq!((rows.len(), unusual), (3, 2));
    assert_eq!(
        rows[1],
        [(0, "address b@x.co".to_owned()), (1, "string <y>".to_owned())]
    );
    assert_eq!(rows[2], [(0, "address c@x.co".to_owned())]);
}

#[test]
fn the_cell_of_a_column_is_found_by_its_number() {
    let column = |cell, content| PlainColumn { cell, content };
    let layout = Layout {
        columns: vec![column(2, Content::Id), column(0, Content::String)],
        cells: 3,
        clears_empty: false,
    };
    let (mut reader, mut rows) = (Reader::default(), Rows::default());
    reader.input().extend_from_slice(b"x,ignored,7\n");
    assert_eq!(read_plain_rows(&mut reader, &layout, &mut rows, true), Record::End);
    assert_eq!(
        rows.row(0).map(|(_, cell)| show(cell)).collect::<Vec<_>>(),
        ["number 7", "string x"]
    );
}

#[test]
fn the_apostrophe_before_a_formula_is_removed() {
    for (cell, content) in [
        ("'=1", "=1"),
        ("''=1", "'=1"),
        ("'+1", "+1"),
        ("'-1", "-1"),
        ("'@x", "@x"),
        ("'x", "'x"),
        ("=1", "=1"),
        ("'", "'"),
        ("", ""),
    ] {
        assert_eq!(without_formula_guard(cell.as_bytes()), content.as_bytes(), "{cell}");
    }
}
