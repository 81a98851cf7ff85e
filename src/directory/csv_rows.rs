//! CSV into desired rows, as it arrives.

use crate::directory::desired::DesiredState;
use crate::text::{digits, join};
use domo_users_scan::csv::plain_rows::{Layout, read_plain_rows};
use domo_users_scan::csv::reader::{Reader, Record};

/// A file on its way.
#[derive(Debug, Default)]
pub struct CsvRows {
    /// Takes the bytes.
    pub reader: Reader,
    /// The column of each header; nothing before the header row came.
    columns: Option<Vec<usize>>,
    /// The same for plain rows.
    shape: Layout,
}

impl CsvRows {
    /// Reads all records that are whole; `last` says that no more will come.
    pub fn read(&mut self, desired: &mut DesiredState, last: bool) {
        loop {
            let record = match self.columns {
                Some(_) => read_plain_rows(&mut self.reader, &self.shape, &mut desired.rows, last),
                None => self.reader.next(last),
            };
            match record {
                Record::Complete => self.record(desired),
                Record::Invalid(reason) => {
                    // Without a header nothing that follows could be understood.
                    self.columns.get_or_insert_default();
                    desired.refuse(self.reader.row, "", reason.message());
                }
                Record::Incomplete => return,
                Record::End => break,
            }
        }
        if last && self.columns.is_none() {
            self.columns = Some(desired.header(&mut core::iter::empty()));
        }
    }

    fn record(&mut self, desired: &mut DesiredState) {
        let reader = &self.reader;
        let mut cells = reader.cells.iter().map(|cell| reader.content(*cell));
        let Some(columns) = &self.columns else {
            let columns = desired.header(&mut cells);
            self.shape = desired.shape(&columns);
            self.columns = Some(columns);
            return;
        };
        let (count, expected) = (reader.cells.len(), columns.len());
        let is_blank = count == 1 && cells.clone().all(<[u8]>::is_empty);
        if count != expected && !is_blank && expected > 0 {
            let (count, expected) = (digits(count as u64), digits(expected as u64));
            let reason = join(&["it has ", &count, " cells, and the header ", &expected]);
            return desired.refuse(reader.row, "", &reason);
        }
        let mut said = Vec::with_capacity(expected);
        for (column, cell) in columns.iter().zip(cells) {
            said.push((*column, desired.said(*column, cell)));
        }
        desired.row(reader.row, &said);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::directory::desired::MatchBy;
    use proptest::prelude::*;

    /// What is kept of a file, and what is wrong with it; with every row looked at with care, or only those that are not plain.
    fn kept(csv: &str, match_by: MatchBy, clear_empty: bool, with_care: bool) -> (Vec<String>, String) {
        let (mut desired, mut file) = (DesiredState::new(match_by, clear_empty), CsvRows::default());
        let (header, rest) = csv.split_at(csv.find('\n').map_or(csv.len(), |at| at + 1));
        for (piece, last) in [(header, false), (rest, true)] {
            file.reader.input().extend_from_slice(piece.as_bytes());
            file.read(&mut desired, last);
            if with_care {
                file.shape = Layout::default();
            }
        }
        let rows = (0..desired.rows.len()).map(|row| {
            let cells: Vec<_> = desired.rows.row(row).collect();
            format!("{} {cells:?}", desired.row_number(row))
        });
        let rows = rows.collect();
        let _ = desired.settle_before_reading();
        let wrong = format!(
            "{:?} {:?} {:?}",
            desired.faults, desired.doubts, desired.cleaned_addresses
        );
        (rows, wrong)
    }

    proptest! {
        #[test]
        fn plain_rows_are_as_with_care(
            columns in proptest::sample::subsequence(
                vec!["email", "id", "userName", "displayName", "roleId", "reportsTo", "newEmail", "alternateEmail", "title", "created", "hireDate", "__EMPTY", "x"], 1..13),
            cells in proptest::collection::vec(proptest::collection::vec(
                r##"a@b\.cc|C@d\.ee|é@b\.cc|a b@c|[0-9]{1,17}|'?[=+\-]1| ?x ?|\[1\]|\[|true||"",?|#N/A|#|4\.9E[+\-]?1{1,3}|\u{200b}a?|\u{1bca0}|\u{1d173}|\u{e0001}|\u{ad}|\u{61c}|\u{fffd}|20[0-2][0-9]-0[1-3]-[0-3]0|<a@b\.cc>|a@b\.cc;"##, 12), 0..6),
            by in 0usize..3, clear: bool,
        ) {
            let mut csv = format!("{}\n", columns.join(","));
            for row in &cells { csv += &format!("{}\n", row[..columns.len().min(12)].join(",")); }
            let by = [MatchBy::EmailAddress, MatchBy::Id, MatchBy::UserName][by];
            prop_assert_eq!(kept(&csv, by, clear, false), kept(&csv, by, clear, true), "{}", csv);
        }
    }
}
