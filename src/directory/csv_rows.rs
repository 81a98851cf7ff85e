//! CSV into desired rows, as it arrives.

use super::csv_read::{Reader, Record};
use super::desired::Desired;
use super::plain::{self, Shape};
use crate::text::digits;

/// A file on its way.
#[derive(Debug, Default)]
pub struct CsvRows {
    /// Takes the bytes.
    pub reader: Reader,
    /// The column of each header; nothing before the header row came.
    columns: Option<Vec<usize>>,
    /// The same for plain rows.
    shape: Shape,
}

impl CsvRows {
    /// Reads all records that are whole; `last` says that no more will come.
    pub fn read(&mut self, desired: &mut Desired, last: bool) {
        loop {
            let record = match self.columns {
                Some(_) => plain::read(&mut self.reader, &self.shape, &mut desired.rows, last),
                None => self.reader.next(last),
            };
            match record {
                Record::Whole => self.record(desired),
                Record::Fault(reason) => {
                    // Without a header nothing that follows could be understood.
                    self.columns.get_or_insert_default();
                    desired.faults.add(self.reader.row, "", reason);
                }
                Record::Cut => return,
                Record::End => break,
            }
        }
        if last && self.columns.is_none() {
            self.columns = Some(desired.header(core::iter::empty()));
        }
    }

    fn record(&mut self, desired: &mut Desired) {
        let reader = &self.reader;
        let cells = reader.cells.iter().map(|cell| reader.text(*cell));
        let Some(columns) = &self.columns else {
            let columns = desired.header(cells);
            self.shape = desired.shape(&columns);
            self.columns = Some(columns);
            return;
        };
        let (count, expected) = (reader.cells.len(), columns.len());
        let is_blank = count == 1 && cells.clone().all(<[u8]>::is_empty);
        if count != expected && !is_blank && expected > 0 {
            let (count, expected) = (digits(count as u64), digits(expected as u64));
            let reason = ["it has ", &count, " cells, and the header ", &expected].concat();
            desired.faults.add(reader.row, "", &reason);
            return;
        }
        let said = columns.iter().zip(cells);
        let said: Vec<_> = said
            .map(|(column, cell)| (*column, desired.said(*column, cell)))
            .collect();
        desired.row(reader.row, &said);
    }
}
