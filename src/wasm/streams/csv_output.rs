//! CSV on its way to the caller: the options that every CSV has, and the rows that wait to be read.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::validation::InvalidValue;
use crate::wasm::convert::shallow_value;
use crate::wasm::errors::Error;
use crate::wasm::options::OptionReader;
use domo_users_scan::csv::writer::{WriteOptions, Writer};

const COLUMNS: &str = "an array of column names, at least one, such as [\"id\", \"department\"]";

/// The options of CSV.
pub struct CsvWriteOptions {
    /// How the file is written.
    pub write: WriteOptions,
    /// The names of the columns; empty if the caller chose none.
    pub columns: Vec<String>,
}

impl CsvWriteOptions {
    /// Reads the options. What the names of the columns mean is not checked.
    pub fn read(reader: &mut OptionReader<'_>) -> Result<Self, Error> {
        Ok(Self {
            write: WriteOptions {
                raw_cells: reader.flag("rawCells"),
                bom: reader.flag("bom"),
                delimiter: reader.delimiter().unwrap_or(b','),
                iso_dates: reader.is_second("dates", &["milliseconds", "iso"]),
            },
            columns: reader.names("columns", COLUMNS, 1)?,
        })
    }
}

/// Rows that wait to be read.
#[derive(Default)]
pub struct CsvOutput {
    /// Writes the rows.
    pub writer: Writer,
    /// How many rows were written, without the header.
    pub row_count: u32,
    /// What follows the rows that were written: the end of the stream or an error.
    end: Option<Result<JsValue, Error>>,
}

impl CsvOutput {
    /// Creates the output of a writer, which has written its header.
    pub fn of(writer: Writer) -> Self {
        Self {
            writer,
            row_count: 0,
            end: None,
        }
    }

    /// Takes the result of a step: whether more rows may come, or the error.
    pub fn settle(&mut self, has_more: Result<bool, Error>) {
        self.end = match has_more {
            Ok(true) => None,
            Ok(false) => Some(Ok(JsValue::UNDEFINED)),
            Err(error) => {
                if self.row_count == 0 {
                    self.writer.out.clear(); // the header alone is no chunk
                }
                Some(Err(error))
            }
        };
    }

    /// Returns the rows that are written by now, `undefined` at the end; `None` if there are none yet. The header alone is a chunk only if it is the whole file.
    pub fn chunk(&mut self) -> Option<Result<JsValue, Error>> {
        let out = &mut self.writer.out;
        if out.is_empty() || (self.row_count == 0 && self.end.is_none()) {
            return self.end.take();
        }
        let chunk = Uint8Array::from(out.as_slice());
        out.clear();
        Some(Ok(chunk.into()))
    }
}

/// Returns the error for an argument that is not what it must be.
pub fn wrong_argument(name: &str, expected: &str, value: &JsValue) -> Error {
    InvalidValue::expected(name, expected, &shallow_value(value)).into()
}
