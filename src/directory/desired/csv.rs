//! Reads a CSV file, piece by piece, into the desired state.

use crate::directory::desired::header::{named_cells, read_header, row_layout};
use crate::directory::desired::raw_cell::ColumnCell;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::rows::{add_row, refuse_row};
use crate::directory::desired::state::DesiredState;
use crate::excerpt::excerpt_of_bytes;
use domo_users_scan::csv::plain_rows::{Layout, read_plain_rows, without_formula_guard};
use domo_users_scan::csv::reader::{InvalidRecord, Reader, Record};
use domo_users_scan::strings::trim;

/// Reads the records of a CSV file.
#[derive(Debug, Default)]
pub struct CsvReader {
    /// Splits the bytes into records. The bytes of the file are appended to its buffer.
    pub reader: Reader,
    /// The index of the column of each cell, or `None` before the header row was read.
    columns: Option<Vec<usize>>,
    /// Whether a row was found whose bytes are not UTF-8. This is one error of the file, not one of each row.
    has_other_encoding: bool,
    /// How plain rows are read. They are stored without a closer look.
    layout: Layout,
}

impl CsvReader {
    /// Reads all complete records. `is_last` tells whether the file ends with the bytes that were appended.
    pub fn read(&mut self, desired: &mut DesiredState, is_last: bool) {
        loop {
            let record = match self.columns {
                Some(_) => read_plain_rows(&mut self.reader, &self.layout, &mut desired.rows, is_last),
                None => self.reader.next(is_last),
            };
            match record {
                Record::Complete => self.read_record(desired),
                Record::Invalid(reason) => {
                    // Without a header, no row can be understood.
                    self.columns.get_or_insert_default();
                    if reason == InvalidRecord::NotUtf8 && core::mem::replace(&mut self.has_other_encoding, true) {
                        desired.skip_row();
                    } else {
                        refuse_row(desired, self.reader.row, "", RowError::Csv(reason));
                    }
                }
                Record::Incomplete => return,
                Record::End => break,
            }
        }
        if is_last && self.columns.is_none() {
            self.columns = Some(read_header(desired, 1, &[]));
        }
    }

    fn read_record(&mut self, desired: &mut DesiredState) {
        let reader = &self.reader;
        let Some(columns) = &self.columns else {
            let mut cells = Vec::new();
            for cell in &reader.cells {
                cells.push(reader.content(*cell));
            }
            let columns = read_header(desired, reader.row, &cells);
            self.layout = row_layout(desired, &columns);
            self.columns = Some(columns);
            return;
        };
        let (count, expected) = (reader.cells.len(), columns.len());
        if count != expected {
            // The cells up to the last one with a value.
            let (mut filled, mut person) = (0, &[][..]);
            for (index, cell) in reader.cells.iter().enumerate() {
                let cell = trim(reader.content(*cell));
                if !cell.is_empty() {
                    filled = index.saturating_add(1);
                }
                if person.is_empty() && cell.contains(&b'@') {
                    person = cell;
                }
            }
            let is_short = count < named_cells(desired, columns) && !(count == 1 && filled == 0);
            if is_short || (expected > 0 && filled > expected) {
                // The cells may stand in wrong columns.
                let error = RowError::CellCount {
                    cells: count,
                    expected,
                    person: excerpt_of_bytes(person, 60),
                };
                return refuse_row(desired, reader.row, "", error);
            }
        }
        let mut row = Vec::with_capacity(expected);
        for (&column, cell) in columns.iter().zip(&reader.cells) {
            let content = reader.content(*cell);
            if without_formula_guard(content).len() < content.len() && !desired.is_ignored(column) {
                desired.rows.note_guarded();
            }
            let cell = desired.cell_reader(column).csv_cell(content);
            row.push(ColumnCell { column, cell });
        }
        add_row(desired, reader.row, &row);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::directory::desired::state::MatchBy;
    use proptest::prelude::*;

    /// Returns the rows of a file and its errors. `checks_all` tells whether plain rows are checked like any other.
    fn read(csv: &str, match_by: MatchBy, clear_empty: bool, checks_all: bool) -> (Vec<String>, String) {
        let (mut desired, mut file) = (DesiredState::new(match_by, clear_empty), CsvReader::default());
        let (header, rest) = csv.split_at(csv.find('\n').map_or(csv.len(), |at| at + 1));
        // The first bytes are read together.
        for (piece, last) in [("\n".repeat(600) + header, false), (rest.to_owned(), true)] {
            file.reader.input().extend_from_slice(piece.as_bytes());
            file.read(&mut desired, last);
            if checks_all {
                file.layout = Layout::default();
            }
        }
        let rows = (0..desired.rows.len()).map(|row| {
            let cells: Vec<_> = desired.rows.row(row).collect();
            format!("{} {cells:?}", desired.row_number(row))
        });
        let rows = rows.collect();
        let _ = desired.check();
        let errors = format!(
            "{:?} {:?} {:?}",
            desired.errors, desired.suspects, desired.cleaned_addresses
        );
        (rows, errors)
    }

    const HEADERS: [&str; 14] = [
        "",
        "email",
        "id",
        "userName",
        "displayName",
        "roleId",
        "reportsTo",
        "newEmail",
        "alternateEmail",
        "title",
        "created",
        "hireDate",
        "__EMPTY",
        "x",
    ];
    const CELL: &str = r##"a@b\.cc|C@d\.ee|é@b\.cc|a b@c|[0-9]{1,17}|'?[=+\-]1| ?x ?|\[1\]|\[|true||"",?|#N/A|#|4\.9E[+\-]?1{1,3}|\u{200b}a?|\u{1bca0}|\u{1d173}|\u{e0001}|\u{ad}|\u{61c}|\u{fffd}|20[0-2][0-9]-0[1-3]-[0-3]0|<a@b\.cc>|a@b\.cc;"##;

    proptest! {
        #[test]
        fn plain_rows_are_stored_as_checked_rows_are(
            columns in proptest::sample::subsequence(HEADERS.to_vec(), 1..14),
            cells in proptest::collection::vec(proptest::collection::vec(CELL, 12), 0..6),
            by in 0usize..3, clear: bool, end in "(, ?){0,2}", rotated: bool,
        ) {
            let mut columns = columns;
            if rotated { columns.rotate_left(1); }
            let mut csv = format!("{}{end}\n", columns.join(","));
            for row in &cells { csv += &format!("{}\n", row[..columns.len().min(12)].join(",")); }
            let by = [MatchBy::EmailAddress, MatchBy::Id, MatchBy::UserName][by];
            prop_assert_eq!(read(&csv, by, clear, false), read(&csv, by, clear, true), "{}", csv);
        }

        // Most rows of these are plain.
        #[test]
        fn a_plain_cell_beside_a_key_is_stored_as_a_checked_cell_is(
            column in proptest::sample::select(HEADERS.to_vec()),
            cells in proptest::collection::vec(CELL, 1..8),
            by in 0usize..3, clear: bool,
        ) {
            let (by, key) = [(MatchBy::EmailAddress, "email"), (MatchBy::Id, "id"), (MatchBy::UserName, "userName")][by];
            prop_assume!(column != key);
            let mut csv = format!("{key},{column}\n");
            for (at, cell) in cells.iter().enumerate() {
                let key = match by {
                    MatchBy::EmailAddress => format!("u{at}@b.cc"),
                    MatchBy::Id => format!("{}", at + 1),
                    MatchBy::UserName => format!("user {at}"),
                };
                csv += &format!("{key},{cell}\n");
            }
            prop_assert_eq!(read(&csv, by, clear, false), read(&csv, by, clear, true), "{}", csv);
        }
    }
}
