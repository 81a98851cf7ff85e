//! `rejectedRows`: the rows of a CSV file that failed, with their errors, as a file that can be corrected and planned again.

use crate::directory::plan::ids::Ids;
use crate::error::DomoError;
use crate::excerpt::string_of_bytes;
use crate::joined::joined;
use crate::user::id;
use crate::validation::InvalidValue;
use crate::value::Value;
use domo_users_scan::csv::reader::{InvalidRecord, Reader, Record};
use domo_users_scan::csv::writer::{append_cell, has_special};
use domo_users_scan::email::is_blank;
use domo_users_scan::strings::trim;

/// The header of the column with the errors.
const ERROR: &[u8] = b"error";

/// Copies the header and some rows of a file, and adds a column with their errors.
#[derive(Debug, Default)]
pub struct RejectedRows {
    /// Splits the bytes into records. The bytes of the file are appended to its buffer.
    pub reader: Reader,
    /// The numbers of the rows that are copied.
    numbers: Ids,
    /// These rows, in the order of `numbers`.
    rows: Vec<RejectedRow>,
    /// Whether the caller gives the delimiter.
    pub has_delimiter: bool,
    /// The columns of the file, or `None` before the header row was read.
    columns: Option<Columns>,
    out: Vec<u8>,
}

#[derive(Debug)]
struct RejectedRow {
    number: u64,
    error: String,
    is_found: bool,
}

/// The columns of a file.
#[derive(Clone, Copy, Debug)]
struct Columns {
    /// How many there are.
    count: usize,
    /// How many there are up to the last one with a header. A row with fewer cells is refused.
    named: usize,
    /// The index of a column with the errors of an earlier run, which is not copied.
    error: Option<usize>,
}

impl RejectedRows {
    /// Adds the rows to be copied: `errors` is an array of objects with a `row` and an `error`. Several errors of a row are joined.
    ///
    /// # Errors
    /// `INVALID_INPUT` if `errors` is anything else.
    pub fn add(&mut self, errors: &Value) -> Result<(), DomoError> {
        let mut invalid = (!matches!(errors, Value::Array(_))).then_some(errors);
        for item in errors.items() {
            let (Ok(number), Some(error)) = (id(item.field("row")), item.field("error").as_str()) else {
                invalid = Some(item);
                break;
            };
            let known = self.numbers.find(number).and_then(|at| self.rows.get_mut(at));
            if let Some(row) = known {
                row.error = joined(&[&row.error, error], "; ");
                continue;
            }
            self.numbers.add(number);
            self.rows.push(RejectedRow {
                number,
                error: error.to_owned(),
                is_found: false,
            });
        }
        let expected = "an array of {row, error}: the number of a row of the file, and a string";
        invalid.map_or(Ok(()), |value| {
            Err(InvalidValue::expected("errors", expected, value).into())
        })
    }

    /// Reads all complete records. `is_last` tells whether the file ends with the bytes that were appended.
    ///
    /// # Errors
    /// `INVALID_INPUT` if the header, or the bytes of a row, cannot be read.
    pub fn read(&mut self, is_last: bool) -> Result<(), DomoError> {
        loop {
            let reason = match self.reader.next(is_last) {
                Record::Complete => None,
                Record::Invalid(reason) => Some(reason),
                Record::Incomplete | Record::End => return Ok(()),
            };
            if let Some(reason) = reason
                && (self.columns.is_none() || reason == InvalidRecord::NotUtf8)
            {
                let message = format!("row {}: {}", self.reader.row, reason.message());
                return Err(DomoError::input(message));
            }
            self.copy_record(reason.is_some());
        }
    }

    /// Copies the record that was read last if it is the header or one of the rows.
    fn copy_record(&mut self, is_invalid: bool) {
        let Self { reader, out, .. } = self;
        let separator = reader.separator();
        let mut error = ERROR;
        if self.columns.is_some() {
            let number = self.numbers.find(reader.row.into());
            let Some(row) = number.and_then(|number| self.rows.get_mut(number)) else {
                return;
            };
            row.is_found = true;
            error = row.error.as_bytes();
        } else if reader.delimiter.is_some() && !self.has_delimiter {
            // The file tells spreadsheets its delimiter in a first line.
            out.extend_from_slice(&[b's', b'e', b'p', b'=', separator, b'\r', b'\n']);
        }
        let mut cells = Vec::new();
        for cell in &reader.cells {
            cells.push(reader.content(*cell));
        }
        let is_header = self.columns.is_none();
        let columns = *self.columns.get_or_insert_with(|| {
            let is_named = |cell: &&[u8]| !is_blank(&String::from_utf8_lossy(cell));
            Columns {
                count: cells.len(),
                named: cells
                    .iter()
                    .rposition(is_named)
                    .map_or(0, |last| last.saturating_add(1)),
                error: cells.iter().position(|cell| trim(cell).eq_ignore_ascii_case(ERROR)),
            }
        });
        if is_invalid {
            // A row with a wrong quote is still refused after it was copied: its cells may stand in wrong columns.
            out.extend_from_slice(reader.record());
            out.push(separator);
        } else {
            // Empty cells behind those of the header are no values.
            while cells.len() > columns.count && cells.last().is_some_and(|cell| trim(cell).is_empty()) {
                cells.pop();
            }
            let given = cells.len();
            if is_header || given >= columns.named {
                while cells.len() < columns.count {
                    cells.push(b"");
                }
            }
            for (index, cell) in cells.iter().enumerate() {
                if Some(index) != columns.error {
                    write_cell(out, cell, separator);
                }
            }
            // A row with too few cells is still refused after it was copied: its cells may stand in wrong columns. If it lacks only the cell of an earlier error,
            // another cell makes it too long.
            if given < columns.named && given.saturating_add(1) == columns.count && columns.error == Some(given) {
                out.push(separator);
            }
        }
        write_cell(out, error, b'\r');
        out.push(b'\n');
    }

    /// Returns the copy. All of the file must have been read.
    ///
    /// # Errors
    /// `INVALID_INPUT` if the file does not have one of the rows.
    pub fn finish(self) -> Result<String, DomoError> {
        if let Some(row) = self.rows.iter().find(|row| !row.is_found) {
            let message = format!(
                "errors has row {}, which the file does not have below its header; pass the file that was planned",
                row.number
            );
            return Err(DomoError::input(message));
        }
        Ok(string_of_bytes(&self.out))
    }
}

/// Writes a cell, and the byte behind it.
fn write_cell(out: &mut Vec<u8>, cell: &[u8], behind: u8) {
    append_cell(out, b"", cell, has_special(cell));
    out.push(behind);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::directory::desired::csv::CsvReader;
    use crate::directory::desired::header_options::{HeaderOptions, MappedHeader};
    use crate::directory::desired::state::{DesiredState, MatchBy};
    use proptest::prelude::*;

    /// Returns the rejected rows of a file that is read in chunks of this many bytes.
    fn rejected_in(csv: &[u8], errors: &str, delimiter: Option<u8>, size: usize) -> Result<String, String> {
        let copy = || -> Result<String, DomoError> {
            let mut rejected = RejectedRows {
                has_delimiter: delimiter.is_some(),
                ..RejectedRows::default()
            };
            rejected.reader.delimiter = delimiter;
            rejected.add(&Value::from_json(errors))?;
            for chunk in csv.chunks(size) {
                rejected.reader.input().extend_from_slice(chunk);
                rejected.read(false)?;
            }
            rejected.read(true)?;
            rejected.finish()
        };
        copy().map_err(|error| error.message.clone())
    }

    fn rejected(csv: &str, errors: &str) -> String {
        rejected_in(csv.as_bytes(), errors, None, 7).unwrap()
    }

    #[test]
    fn the_header_and_the_named_rows_are_copied_with_their_errors() {
        let csv = "email,title\r\nann@x.co,Lead\r\n\r\nbob@x.co,\"1,5 \"\"\"\r\ncy@x.co,=1+1\r\n";
        assert_eq!(
            rejected(
                csv,
                r#"[{"row":5,"error":"x"},{"row":4,"error":"not a number, \"1,5\""}]"#
            ),
            "email,title,error\r\nbob@x.co,\"1,5 \"\"\",\"not a number, \"\"1,5\"\"\"\r\ncy@x.co,=1+1,x\r\n"
        );
        assert_eq!(rejected(csv, "[]"), "email,title,error\r\n");
    }

    #[test]
    fn several_errors_of_a_row_are_joined() {
        let errors = r#"[{"row":2,"error":"one"},{"row":"2","error":"two"}]"#;
        assert_eq!(rejected("id\n7\n", errors), "id,error\r\n7,\"one; two\"\r\n");
    }

    #[test]
    fn a_column_of_errors_from_an_earlier_run_is_replaced() {
        let errors = r#"[{"row":2,"error":"new"}]"#;
        assert_eq!(
            rejected("id,title,error\n7,x,old\n8,y,old\n", errors),
            "id,title,error\r\n7,x,new\r\n"
        );
        assert_eq!(
            rejected("id, error ,title\n7,old,x\n", errors),
            "id,title,error\r\n7,x,new\r\n"
        );
        let copied = rejected("id,title\n7,x\n", errors);
        assert_eq!(rejected(&copied, errors), copied);
    }

    #[test]
    fn the_delimiter_is_kept_and_so_is_the_line_that_names_it() {
        let errors = r#"[{"row":2,"error":"a, b"}]"#;
        for (csv, delimiter, copied) in [
            ("id;title\n7;x,y\n", None, "id;title;error\r\n7;\"x,y\";\"a, b\"\r\n"),
            ("id\t\"a,b\"\n7\tx\n", None, "id\t\"a,b\"\terror\r\n7\tx\t\"a, b\"\r\n"),
            (
                "sep=;\r\nid;title\n7;x\n",
                None,
                "sep=;\r\nid;title;error\r\n7;x;\"a, b\"\r\n",
            ),
            ("id;a,b\n7;x\n", Some(b';'), "id;\"a,b\";error\r\n7;x;\"a, b\"\r\n"),
            ("\u{feff}id|b\n7|x\n", None, "id|b|error\r\n7|x|\"a, b\"\r\n"),
        ] {
            assert_eq!(rejected_in(csv.as_bytes(), errors, delimiter, 5), Ok(copied.to_owned()));
        }
    }

    #[test]
    fn a_column_of_errors_is_replaced_in_any_case() {
        for header in ["Error", "ERROR", " error "] {
            assert_eq!(
                rejected(&format!("id,{header},title\n7,old,x\n"), r#"[{"row":2,"error":"new"}]"#),
                "id,title,error\r\n7,x,new\r\n"
            );
        }
    }

    #[test]
    fn errors_stand_in_their_column_behind_rows_with_all_cells_or_more_empty_ones() {
        let errors = r#"[{"row":2,"error":"a"},{"row":3,"error":"b"},{"row":4,"error":"c"}]"#;
        assert_eq!(
            rejected("id,title,\n1,\n2,x,,,,\n\"4\" ,\" z\"\n", errors),
            "id,title,,error\r\n1,,,a\r\n2,x,,b\r\n4, z,,c\r\n"
        );
    }

    /// Returns the messages of the errors of a file.
    fn errors_of(csv: &str) -> String {
        let (mut desired, mut file) = (DesiredState::new(MatchBy::Id, false), CsvReader::default());
        file.reader.input().extend_from_slice(csv.as_bytes());
        file.read(&mut desired, true);
        desired
            .check()
            .map_or_else(|error| error.message.clone(), |()| String::new())
    }

    #[test]
    fn a_row_with_a_wrong_number_of_cells_is_still_refused_after_it_was_copied() {
        for header in [
            "id,title,department,phone",
            "id,title,department,error",
            "error,id,title,department",
            "id,Error,title,department",
            "id,title,error,",
            "id,title,department,",
        ] {
            let named = header.trim_end_matches(',').split(',').count();
            for cells in (1..=7).filter(|cells| *cells < named || *cells > 4) {
                let row = ["7", "8", "9", "10", "11", "12", "13"][..cells].join(",");
                let csv = format!("{header}\n{row}\n");
                assert!(errors_of(&csv).contains("the row has"), "{csv}");
                let mut copied = csv;
                for error in ["one", "two, three", "four"] {
                    copied = rejected(&copied, &format!(r#"[{{"row":2,"error":"{error}"}}]"#));
                    assert!(errors_of(&copied).contains("the row has"), "{copied}");
                    assert!(copied.contains(error), "{copied}");
                }
            }
        }
        assert_eq!(
            rejected("id,title,phone\n7,x\n", r#"[{"row":2,"error":"a"}]"#),
            "id,title,phone,error\r\n7,x,a\r\n"
        );
    }

    #[test]
    fn a_row_with_a_wrong_quote_is_copied_as_it_is() {
        let errors = r#"[{"row":2,"error":"a"},{"row":3,"error":"b"}]"#;
        let copied = rejected("id,title\n7,\"x\" y,z\n8,\"open\nend", errors);
        assert_eq!(copied, "id,title,error\r\n7,\"x\" y,z,a\r\n8,\"open\nend,b\r\n");
    }

    #[test]
    fn what_cannot_be_copied_is_refused() {
        let one = r#"[{"row":2,"error":"a"}]"#;
        for (csv, errors, message) in [
            (
                &b"id\n7\n"[..],
                r#"[{"row":3,"error":"a"}]"#,
                "errors has row 3, which the file does not have",
            ),
            (
                b"id\n7\n",
                r#"[{"row":1,"error":"a"}]"#,
                "errors has row 1, which the file does not have",
            ),
            (b"", one, "errors has row 2, which"),
            (b"id\n\xff\n", one, "row 2: the bytes are not UTF-8"),
            (b"\"id\n", one, "row 1: a quote is opened"),
            (b"%PDF", one, "row 1: this is a PDF document"),
            (b"id", "{}", "errors must be an array of {row, error}"),
            (b"id", r#"[{"error":"a"}]"#, "errors must be an array of {row, error}"),
            (b"id", r#"[{"row":2}]"#, "errors must be an array of {row, error}"),
            (b"id", "[7]", "a string; got 7"),
        ] {
            let refused = rejected_in(csv, errors, None, 99).unwrap_err();
            assert!(refused.contains(message), "{refused}");
        }
    }

    /// Returns the stored rows of a file, whose column `error` is ignored.
    fn stored(csv: &str) -> Vec<String> {
        let mapped = MappedHeader {
            header: "error".to_owned(),
            field: None,
            is_found: false,
        };
        let options = HeaderOptions {
            columns: vec![mapped],
            new_attributes: Vec::new(),
        };
        let (mut desired, mut file) = (
            DesiredState::with_header_options(MatchBy::Id, true, options),
            CsvReader::default(),
        );
        file.reader.input().extend_from_slice(csv.as_bytes());
        file.read(&mut desired, true);
        (0..desired.rows.len())
            .map(|row| format!("{:?}", desired.rows.row(row).collect::<Vec<_>>()))
            .collect()
    }

    proptest! {
        #[test]
        fn a_copied_row_is_read_as_the_row_is(
            cells in proptest::collection::vec(proptest::collection::vec(r#"[a ,;|"\t\n'=\[é]{0,5}"#, 2), 1..5),
            delimiter in proptest::sample::select(vec![',', ';', '\t', '|']), size in 1usize..40,
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let (mut csv, mut errors) = (["id", "a", "b"].join(&delimiter.to_string()) + "\n", Vec::new());
            for (index, row) in cells.iter().enumerate() {
                csv += &format!("{}{delimiter}{}{delimiter}{}\n", index + 1, quoted(&row[0]), quoted(&row[1]));
                errors.push(format!(r#"{{"row":{},"error":"x;,|y"}}"#, index + 2));
            }
            let copied = rejected_in(csv.as_bytes(), &format!("[{}]", errors.join(",")), None, size).unwrap();
            prop_assert_eq!(stored(&copied), stored(&csv), "{}", copied);
        }
    }
}
