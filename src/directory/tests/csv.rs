//! CSV files: delimiters, quotes, blank lines, and rows that do not fit the header.

use super::*;

#[test]
fn semicolons_and_tabs_are_delimiters_too() {
    for delimiter in [",", ";", "\t"] {
        let rows = [
            ["E-Mail", "title", "Role"],
            ["ann@x.co", "\"Lead, of all; \"\"x\"\"\"", "Admin"],
            ["bob@x.co", "\"1,5\"", ""],
        ];
        let csv: Vec<String> = rows.iter().map(|row| row.join(delimiter)).collect();
        let changes = changes(format!("\u{feff}{}", csv.join("\r\n")), &people(), json!({}));
        assert_eq!(
            changes[0]["changes"]["attributes"],
            json!([{"key": "title", "values": ["Lead, of all; \"x\""]}])
        );
        assert_eq!(
            changes[1]["changes"]["attributes"],
            json!([{"key": "title", "values": ["1,5"]}])
        );
    }
}

#[test]
fn the_apostrophe_of_an_exported_formula_is_taken_off() {
    let csv = "email,title\nann@x.co,'=1+1\nbob@x.co,'x\n";
    let changes = changes(csv, &people(), json!({}));
    assert_eq!(changes[0]["changes"]["attributes"][0]["values"], json!(["=1+1"]));
    assert_eq!(changes[1]["changes"]["attributes"][0]["values"], json!(["'x"]));
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_does_with_blank_lines() {
    let csv =
        "email,roleId,title\nx,4,\n\nann@x.co,0,\nbob@x.co,5\nANN@x.co,4,x\n,,\n\"cy@x.co\"?,4,x\n\nzoe@x.co,,x\n";
    assert_eq!(
        errors(csv, &people(), json!({})),
        [
            "row 2, emailAddress: must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"x\"",
            "row 4, roleId: must be the id or name of a role, such as 4 or Participant; got \"0\"",
            "row 5: the row has 2 cells, but the header has 3",
            "row 6, emailAddress: row 4 is for the same user; keep one of the two rows",
            "row 8: characters follow a closing quote; write a quote inside a cell as two quotes",
        ]
    );
    assert_eq!(
        errors("email,title\nann@x.co,x\n\n\nzoe@x.co,x\n", &people(), json!({}))
            .iter()
            .map(|error| &error[..6])
            .collect::<Vec<_>>(),
        ["row 5,", "row 5,"]
    );
    // A line in quotes counts as one row.
    assert!(errors("email,title\nann@x.co,\"a\nb\"\nx,y\n", &people(), json!({}))[0].starts_with("row 3, "));
}

#[test]
fn a_line_that_is_empty_is_no_row_even_in_a_file_of_one_column() {
    assert_unchanged("email\n\nann@x.co\n\n", &people(), json!({}));
    assert_unchanged("email,title\n\nann@x.co,\n , \n", &people(), json!({}));
    assert_eq!(
        errors("email\nann@x.co,x\n", &people(), json!({})),
        ["row 2: the row has 2 cells, but the header has 1"]
    );
    assert_eq!(
        errors("email,title\nann@x.co\n", &people(), json!({})),
        ["row 2: the row has 1 cell, but the header has 2"]
    );
}

#[test]
fn a_file_that_is_not_utf_8_or_has_an_open_quote_is_refused() {
    assert_eq!(errors(&b"email\n\xfc\n"[..], &people(), json!({})).len(), 1);
    assert!(errors(&b"email\n\xfc\n"[..], &people(), json!({}))[0].starts_with("row 2: the bytes are not UTF-8"));
    assert_eq!(
        errors("email\n\"ann@x.co\n", &people(), json!({})),
        ["row 2: a quote is opened but never closed"]
    );
    // Without a header, the rows that follow are not reported.
    let errors = errors("\"a\"b,c\nx,y,z\n", &people(), json!({}));
    assert_eq!(
        errors,
        ["row 1: characters follow a closing quote; write a quote inside a cell as two quotes"]
    );
}

#[test]
fn rows_with_a_careful_look_and_plain_rows_are_read_alike() {
    // The first row is plain, the second has an address that needs a closer look.
    let csv = "email,title,roleId,reportsTo\nann@x.co,CEO,4,12\nBob <bob@x.co>,x,5,\ncy@x.co,,4,bob@x.co\n";
    let plan = plan(csv, &people(), json!({}));
    assert_eq!(changed_ids(&plan), [12, 13]);
    assert_eq!(plan["unchanged"], 1);
}

#[test]
fn empty_cells_without_a_header_are_accepted() {
    for csv in [
        "email,title\n,,\nann@x.co,CEO, ,\n",
        "email,title,\nann@x.co,CEO,\n",
        "email,title,,,\nann@x.co,CEO\nbob@x.co,,\n cy@x.co ,,,,\n",
        ",email,,title\n,ann@x.co, ,CEO\n",
        "email,title,\u{200b}\nann@x.co,CEO,\u{a0}\n",
    ] {
        assert_unchanged(csv, &people(), json!({}));
    }
    let unnamed = "row 2, a column without a header: a cell without a header holds a value, so this row may have more cells than the header; correct \
                   the row, give the column a header, or ignore it with columns: {\"\": null}";
    for csv in [
        "email,title,\nann@x.co,CEO,x\n",
        "email,title,,,\nann@x.co,CEO,,x\n",
        ",email,,title\n,ann@x.co,x,CEO\n",
    ] {
        assert_eq!(errors(csv, &people(), json!({})), [unnamed], "{csv}");
        assert_unchanged(csv, &people(), json!({"columns": {"": null}}));
    }
    assert_eq!(
        errors("email,title\nann@x.co,CEO,,x\n", &people(), json!({})),
        ["row 2: the row has 4 cells, but the header has 2"]
    );
}

#[test]
fn lines_before_the_header_are_skipped_and_count_as_rows() {
    for (start, header) in [
        ("\n", 2),
        (",,\n", 2),
        ("\u{feff}\r\n;;\r\n", 3),
        ("sep=,\n", 1),
        ("sep=,\n\n", 2),
        ("\u{feff}sep=,\r\n", 1),
    ] {
        let row = header + 1;
        assert_unchanged(format!("{start}email,title\nann@x.co,CEO\n"), &people(), json!({}));
        assert_eq!(
            errors(format!("{start}email,roleId\nann@x.co,-1\n"), &people(), json!({})),
            [format!(
                "row {row}, roleId: must be the id or name of a role, such as 4 or Participant; got \"-1\""
            )]
        );
        let header_errors = errors(format!("{start}email,departmnet\nann@x.co,no\n"), &people(), json!({}));
        assert!(
            header_errors[0].starts_with(&format!("row {header}, departmnet: ")),
            "{header_errors:?}"
        );
    }
}

#[test]
fn a_file_in_another_encoding_is_one_error_that_names_the_first_row() {
    let csv = b"email,title,roleId\nann@x.co,a,4\nbob@x.co,M\xfcller,4\ncy@x.co,J\xf6rg,4\nann@x.co,\xdf,-1\n";
    let message = "row 3: the bytes are not UTF-8; save the file as CSV UTF-8, or pass its encoding, such as encoding: \"windows-1252\"";
    assert_eq!(errors(&csv[..], &people(), json!({})), [message]);
    let header = b"E-Mail;Gr\xfc\xdfe\nann@x.co;\xfc\n";
    assert_eq!(
        errors(&header[..], &people(), json!({})),
        [message.replace("row 3", "row 1")]
    );
}

#[test]
fn files_that_are_no_csv_are_one_error() {
    for (start, words) in [
        (
            &b"PK\x03\x04\x14\0\x08\x08\x08\0"[..],
            "row 1: this is an Excel workbook; save it as CSV UTF-8",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "row 1: this is an Excel workbook; save it as CSV UTF-8",
        ),
        (
            b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK",
            "row 1: this is an OpenDocument spreadsheet; save it as CSV UTF-8",
        ),
        (
            b"%PDF-1.7\n",
            "row 1: this is a PDF document; save the list as CSV UTF-8",
        ),
    ] {
        let file: Vec<u8> = start
            .iter()
            .chain(&[b'\n', 0xff, b','])
            .chain(&[0; 600])
            .copied()
            .collect();
        assert_eq!(errors(&file[..], &people(), json!({})), [words]);
    }
}

#[test]
fn a_file_may_come_in_pieces_of_any_size_and_end_without_a_line_break() {
    let csv = b"\xef\xbb\xbfemail,title\r\nann@x.co,\xc3\xa9";
    for size in 1..csv.len() {
        let (mut desired, mut rows) = (DesiredState::new(MatchBy::EmailAddress, false), CsvReader::default());
        for piece in csv.chunks(size) {
            rows.reader.input().extend_from_slice(piece);
            rows.read(&mut desired, false);
        }
        rows.read(&mut desired, true);
        assert_eq!((desired.rows.len(), desired.errors.count()), (1, 0), "{size}");
    }
}

#[test]
fn a_raw_cell_with_an_apostrophe_that_the_instance_holds_is_unchanged() {
    let users = |title: &str| {
        json!([
            {"id": 1, "displayName": "'=X", "userName": "a", "roleId": 4, "emailAddress": "ann@x.co", "attributes": [
                {"key": "title", "values": [title]}, {"key": "department", "values": ["'+a", "b"]}]},
            {"id": 2, "displayName": "=Y", "userName": "b", "roleId": 4, "emailAddress": "bob@x.co", "attributes": [
                {"key": "title", "values": ["\"=z"]}]},
        ])
    };
    for title in [
        "'=Odd",
        "''=Odd",
        "'=a \"b\" \\ é",
        "'-1",
        "'@x",
        "'=a|b",
        "'\t=x",
        "'+49 171",
    ] {
        let quoted = title.replace('"', "\"\"");
        for (end, rest) in [("", ""), (",hireDate", ",")] {
            let csv = format!(
                "email,title,displayName,department{end}\nann@x.co,\"{quoted}\",'=X,\"[\"\"'+a\"\",\"\"b\"\"]\"{rest}\n"
            );
            assert_unchanged(csv.as_str(), &users(title), json!({}));
            assert_unchanged(csv.as_str(), &users(title.strip_prefix('\'').unwrap()), json!({}));
            let changed = plan(csv.as_str(), &users("other"), json!({}));
            let written = domo_users_scan::strings::trim(&title.as_bytes()[1..]);
            assert_eq!(
                changed["changes"][0]["changes"]["attributes"],
                json!([{"key": "title", "values": [str::from_utf8(written).unwrap()]}])
            );
        }
    }
    // A cell without the apostrophe, and a value of an object, are compared as they are.
    let csv = "email,title\nann@x.co,=Odd\n";
    assert_eq!(changes(csv, &users("'=Odd"), json!({})).as_array().unwrap().len(), 1);
    let object = json!([{"emailAddress": "ann@x.co", "title": "=Odd"}]);
    assert_eq!(changes(object, &users("'=Odd"), json!({})).as_array().unwrap().len(), 1);
    // Rows that are refused or empty are not counted: the apostrophe is that of another row.
    let csv = "email,title\nbob@x.co,'=Odd,,\n,\nann@x.co,=Odd\n";
    assert_eq!(changed_ids(&plan(csv, &users("'=Odd"), json!({}))), [2, 1]);
}

#[test]
fn a_removed_apostrophe_hides_no_change_of_another_cell() {
    let users = |title: &str| json!([{"id": 1, "displayName": "Ann", "userName": "a", "roleId": 4, "emailAddress": "ann@x.co", "attributes": [{"key": "title", "values": [title]}]}]);
    for (held, cell, written) in [("'", "", json!(null)), ("'a", "a", json!("a")), ("''", "'", json!("'"))] {
        let csv = format!("email,displayName,title\nann@x.co,'=x,{cell}\n");
        let planned = plan(csv.as_str(), &users(held), json!({"emptyCells": "clear"}));
        let expected = json!([{"key": "title", "values": [written]}]);
        assert_eq!(planned["changes"][0]["changes"]["attributes"], expected, "{held}");
    }
}

#[test]
fn a_line_that_names_the_delimiter_may_end_with_a_carriage_return() {
    for header in [
        "email;title",
        "\"email\";\"title\"",
        " email;title",
        "\"email\";title",
        "title;email",
    ] {
        for blank in ["", "\r", ";\r"] {
            let row = match header {
                "title;email" => "Chief;ada@example.com",
                _ => "\"ada@example.com\";\"Chief\"",
            };
            let csv = format!("sep=;\r{blank}{header}\r{row}\r");
            assert_unchanged(csv.as_str(), &ada(), json!({}));
        }
    }
}
