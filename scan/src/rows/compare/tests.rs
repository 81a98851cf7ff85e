use super::*;
use crate::rows::store::Rows;
use proptest::prelude::*;

fn holds_json(cell: Cell<'_>, ignores_case: bool, json: &str) -> bool {
    let (value, _) = read_value(json.as_bytes(), 0).unwrap();
    holds(cell, ignores_case, json.as_bytes(), value)
}

#[test]
fn a_value_is_compared_by_its_meaning() {
    let string = |string: &'static str| Cell::of_string(string.as_bytes());
    let address = |address: &'static str| Cell::of_address(address.as_bytes());
    for (cell, json, is_held) in [
        (string("7"), "7", true),
        (string("7"), "\"7\"", true),
        (string("7"), "\" 7\u{a0}\"", true),
        (string("7"), "7.0", true),
        (string("7"), "8", false),
        (string("7"), "\"7.0\"", false),
        (string("7"), "[7]", false),
        (string("007"), "7", false),
        (string("1.50"), "1.5", true),
        (string("TRUE"), "true", true),
        (string("true"), "false", false),
        (string("true"), "\"TRUE\"", false),
        (Cell::Primitive(b"true"), "\"true\"", true),
        (Cell::Primitive(b"true"), "\"\\u0074rue\"", true),
        (Cell::Primitive(b"true"), "\"TRUE\"", false),
        (Cell::Primitive(b"1.0"), "1", true),
        (Cell::Primitive(b"1.0"), "[1.0]", false),
        (string("a"), "\" a \"", true),
        (string("a"), "\"A\"", false),
        (string("a\"b"), r#""a\"b""#, true),
        (string("é"), r#""\u00e9""#, true),
        (string("a"), "null", false),
        (string(""), "null", false),
        (string("[1,2]"), "[1, 2]", true),
        (Cell::Clear, "null", true),
        (Cell::Clear, "\" \"", true),
        (Cell::Clear, "\"\"", true),
        (Cell::Clear, "\"\\u200b\"", true),
        (Cell::Clear, "\"x\"", false),
        (Cell::Clear, "[null]", true),
        (Cell::Clear, "[1]", false),
        (Cell::Clear, "0", false),
        (Cell::Clear, "{}", false),
        (Cell::Reference(7), "7", false),
        (Cell::Reference(7), "null", false),
        (address("A@b.co"), "\"a@B.co\"", true),
        (address("a@b.co"), "\"a@b.com\"", false),
        (address("a@b.co"), r#""\u0061@b.co""#, true),
        (address("a@b.co"), "null", false),
        (Cell::Array(br#"["a",1]"#), r#"[ "\u0061", 1.0 ]"#, true),
        (Cell::Array(br#"["a",1]"#), r#"["a"]"#, false),
        (Cell::Array(br#"["a"]"#), r#"["a",1]"#, false),
        (Cell::Array(br#"["a","b"]"#), r#"["b","a"]"#, false),
        (Cell::Array(br#"["[a"]"#), r#""[a""#, true),
        (Cell::Array(br#"["a"]"#), "null", false),
        (Cell::Array(br#"[null,1]"#), r#"[null,"1"]"#, true),
        (Cell::Array(br#"[null]"#), "[1]", false),
        (Cell::Array(br#"["\u0061"]"#), r#"["a"]"#, true),
        (Cell::Array(br#"[" a "]"#), r#"["a"]"#, true),
        (Cell::Array(br#"[]"#), r#"[1"#, false),
        (Cell::String(br#"[{"a":1},2]"#), r#"[{"a": 1}, 2]"#, true),
    ] {
        let json = if json == "[1" { "[1 2]" } else { json };
        assert_eq!(holds_json(cell, false, json), is_held, "{cell:?} {json}");
    }
    assert!(holds_json(string("Ada"), true, "\"aDA\"") && !holds_json(string("Ada"), true, "\"adb\""));
    assert!(holds_json(string("Ada"), true, "\"\\u0061DA\""));
}

/// The columns of a row that a user does not hold; the user is a JSON array with one value for each column.
fn differing_columns(rows: &Rows, row: usize, user: &str, address_columns: u64) -> Vec<usize> {
    let (json, mut values) = (user.as_bytes(), Vec::new());
    for_each_item(json, 0, &mut |at| {
        let (value, end) = read_value(json, at)?;
        values.push(value);
        Some(end)
    })
    .unwrap();
    let sources: Vec<usize> = (0..values.len()).collect();
    let mut columns = Vec::new();
    for_each_difference(
        rows.row(row),
        json,
        &values,
        &sources,
        address_columns,
        &mut |column, cell, value| {
            assert_eq!(rows.cell_of(row, column), Some(cell));
            assert_eq!(value, values[column]);
            columns.push(column);
        },
    );
    columns
}

#[test]
fn every_column_but_the_key_is_compared() {
    let mut rows = Rows::default();
    rows.push(&[
        Some(Cell::of_address(b"ada@x.co")),
        Some(Cell::of_address(b"ada@x.co")),
        Some(Cell::Number(7)),
        None,
        Some(Cell::String(b"Sales")),
        Some(Cell::Clear),
        Some(Cell::String(b"Name")),
        Some(Cell::Number(1_423_267_200_000)),
        Some(Cell::Number(70_000)),
        Some(Cell::Array(b"[1,2]")),
    ]);
    let columns = |user: &str| differing_columns(&rows, 0, user, 1 << 6);
    let same = r#"["ada@x.co","ada@x.co",7,"other","Sales",null,"Name",1423267200000,"70000",[1,2]]"#;
    assert_eq!(columns(same), [0; 0]);
    let same = r#"["Ada@x.co","ADA@x.co","7",0,"\u0053ales"," ","nAME","1423267200000",70000.0,["1",2.0]]"#;
    assert_eq!(columns(same), [0; 0]);
    let other = r#"["ada@x.co","bob@x.co",8,"other","sales","x","Nam",1423267200001,7000,[1]]"#;
    assert_eq!(columns(other), [1, 2, 4, 5, 6, 7, 8, 9]);
    let other = r#"["ada@x.co","ada@y.co",{},1,["Sales"],[7],null,null,null,null]"#;
    assert_eq!(columns(other), [1, 2, 4, 5, 6, 7, 8, 9]);
    let other = r#"["\u0061da@x.co","ada@x.co",7,"other","Sales",null,"Name",1423267200000,"70000",[1,2]]"#;
    assert_eq!(columns(other), [0; 0]);
    let other = r#"[null,"bda@x.co",7,"other","Sales",null,"Name",1423267200000,"70000",[1,2]]"#;
    assert_eq!(columns(other), [1]);
}

#[test]
fn values_are_found_where_the_sources_say() {
    let mut rows = Rows::default();
    rows.push(&[
        Some(Cell::Number(1)),
        Some(Cell::Number(2)),
        Some(Cell::Number(3)),
        Some(Cell::Number(1)),
    ]);
    let json = b"[3,2,1]";
    let values: Vec<_> = [5, 3, 1].map(|at| Value::new(Kind::Primitive, at, at + 1)).to_vec();
    let mut columns = Vec::new();
    // A column without a source has that of the first, one whose source does not exist has no value.
    for_each_difference(rows.row(0), json, &values, &[0, 1, 9], 0, &mut |column, _, value| {
        columns.push((column, value.kind()))
    });
    assert_eq!(columns, [(2, Kind::Unset)]);
}

#[test]
fn case_is_ignored_in_the_columns_of_addresses_only() {
    let mut rows = Rows::default();
    let cells: Vec<_> = (0..70).map(|_| Some(Cell::String(b"Ada"))).collect();
    rows.push(&cells);
    let user = format!("[{}]", vec!["\"ADA\""; 70].join(","));
    let expected: Vec<usize> = (1..70).filter(|column| ![1, 5, 63].contains(column)).collect();
    assert_eq!(
        differing_columns(&rows, 0, &user, 1 | 1 << 1 | 1 << 5 | 1 << 63),
        expected
    );
}

#[test]
fn spaces_around_strings_are_ignored_on_both_sides() {
    for wanted in ["\u{a0}", " Ada\u{a0}", "Ada"] {
        let mut rows = Rows::default();
        rows.push(&[Some(Cell::Number(1)), Some(Cell::String(wanted.as_bytes()))]);
        for held in [wanted.to_owned(), format!(" {wanted}")] {
            let json = serde_json::to_string(&held).unwrap();
            let user = format!("[1,{json}]");
            assert_eq!(differing_columns(&rows, 0, &user, 0), [0; 0], "{wanted:?} {held:?}");
            assert!(
                holds_json(Cell::String(wanted.as_bytes()), false, &json),
                "{wanted:?} {held:?}"
            );
        }
    }
}

fn cell() -> impl Strategy<Value = Cell<'static>> {
    let leak = |string: String| &*string.leak();
    prop_oneof![
        3 => "[a-c]{1,2}|[a-c]{7,9}|x{44,50}|.{0,20}".prop_map(move |string| Cell::String(leak(string).as_bytes())),
        2 => prop_oneof![0u64..3, any::<u64>(), (0u32..64).prop_map(|bits| 1 << bits)].prop_map(Cell::Number),
        2 => "[aB]{1,2}@[xy]\\.co|[a]{127,129}@x\\.co".prop_map(move |address| Cell::of_address(leak(address).as_bytes())),
        1 => Just(Cell::Clear),
        1 => "true|1\\.5|-7".prop_map(move |json| Cell::Primitive(leak(json).as_bytes())),
        1 => "\\[1,2\\]|\\[\"a\"\\]".prop_map(move |json| Cell::Array(leak(json).as_bytes())),
        1 => any::<u32>().prop_map(Cell::Reference),
    ]
}

/// The string that a cell was made from.
fn string_of(cell: Cell<'_>) -> String {
    let mut key = Vec::new();
    crate::rows::cell::write_key(cell, &mut key);
    String::from_utf8(key).unwrap()
}

/// The JSON of a value that may be held for a cell: the same, nearly the same, or another.
fn json_for(cell: Cell<'static>) -> impl Strategy<Value = String> + use<> {
    let string = string_of(cell);
    let quoted = serde_json::to_string(&string).unwrap();
    let raw = match cell {
        Cell::Number(_) | Cell::Primitive(_) | Cell::Array(_) => string.clone(),
        _ => quoted.clone(),
    };
    prop_oneof![
        4 => Just(quoted),
        4 => Just(raw),
        1 => Just(serde_json::to_string(&string.to_uppercase()).unwrap()),
        1 => Just(serde_json::to_string(&format!("{string}x")).unwrap()),
        1 => Just(serde_json::to_string(&string.chars().skip(1).collect::<String>()).unwrap()),
        1 => Just("null".to_owned()),
        1 => "\"[a-c]{1,2}\"|[0-3]|true|\\[1, 2\\]|\\{\\}",
    ]
}

proptest! {
    #[test]
    fn comparing_bytes_finds_the_same_differences_as_comparing_decoded_cells(
        mut row in proptest::collection::vec(cell().prop_flat_map(|cell| (prop::option::weighted(0.9, Just(cell)), json_for(cell))), 1..12),
        address_columns in any::<u64>(), known in 0usize..400,
    ) {
        // A user is compared with a row only if their first value is the key of the row.
        if let Some((Some(key), json)) = row.first_mut() {
            *json = serde_json::to_string(&string_of(*key)).unwrap();
        }
        let mut rows = Rows::default();
        // Strings that are known before, so that the numbers of others have one byte or two.
        for n in 0..known { rows.push(&[Some(Cell::String(format!("known {n}").as_bytes()))]); }
        let cells: Vec<_> = row.iter().map(|(cell, _)| *cell).collect();
        for _ in 0..2 { rows.push(&cells); }
        let user = format!("[{}]", row.iter().map(|(_, json)| json.as_str()).collect::<Vec<_>>().join(","));
        let expected: Vec<usize> = row.iter().enumerate().skip(1).filter_map(|(column, (cell, json))| {
            let is_held = holds_json((*cell)?, address_columns >> column & 1 != 0, json);
            (!is_held).then_some(column)
        }).collect();
        for number in known..known + 2 {
            prop_assert_eq!(&differing_columns(&rows, number, &user, address_columns), &expected);
        }
    }
}
