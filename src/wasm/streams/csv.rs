//! `exportUsersCsv`: the body becomes CSV as it arrives.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::client::parts::Part;
use crate::directory::column::domo_name;
use crate::error::Code;
use crate::wasm::convert::shallow_value;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;
use crate::wasm::options::OptionReader;
use crate::wasm::streams::byte_source::collect_soon;
use crate::wasm::streams::registry::ChunkedUsers;
use crate::wasm::streams::user_stream::UserStream;
use domo_users_scan::columns::{ATTRIBUTES, Columns, TOP_LEVEL};
use domo_users_scan::csv::writer::{WriteOptions, Writer};
use domo_users_scan::json::user_splitter::FoundUser;

/// Users as CSV.
pub struct CsvExport {
    stream: UserStream,
    writer: Writer,
    /// What follows the rows that were written: the end of the stream or an error.
    end: Option<Result<JsValue, Error>>,
}

/// The columns of an export.
struct ExportColumns {
    /// What is read from each user.
    columns: Columns,
    /// What the header calls the columns, if the caller chose them.
    header: Option<Columns>,
}

impl CsvExport {
    /// Checks the arguments. `abandoned` is a signal that is aborted when nobody reads any more.
    pub fn new(domo: &JsValue, options: &JsValue, abandoned: &JsValue) -> Result<Self, Error> {
        // Without DETAILED most columns would be empty.
        let stream = UserStream::new(domo, options, Some(Part::Detailed.into()))?.until(abandoned);
        let mut reader = OptionReader::new(options, Code::InvalidInput);
        let style = WriteOptions {
            raw_cells: reader.flag("rawCells"),
            bom: reader.flag("bom"),
        };
        let ExportColumns { columns, header } = read_columns(&mut reader)?;
        reader.get("parts"); // was checked by the stream
        reader.finish_call()?;
        Ok(Self {
            stream,
            writer: Writer::new(columns, header.as_ref(), style),
            end: None,
        })
    }

    fn write_rows(&mut self) -> Result<(), Error> {
        collect_soon(self.stream.bytes().len());
        let writer = &mut self.writer;
        while let Some(FoundUser { range, is_read }) = self
            .stream
            .next_user(|bytes, at| writer.cells.extract_like_earlier(bytes, at))
        {
            if writer.write_user(self.stream.bytes(), range.clone(), is_read).is_none() {
                return Err(self.stream.invalid_user(range));
            }
        }
        Ok(())
    }
}

/// Reads the option `columns`. Names of Domo's people files are understood as in `planUsers`.
fn read_columns(reader: &mut OptionReader<'_>) -> Result<ExportColumns, Error> {
    let option = reader.get("columns");
    if !option.is_given() {
        let mut columns = Columns::new(&TOP_LEVEL);
        for key in &ATTRIBUTES {
            columns.add(key.as_bytes());
        }
        return Ok(ExportColumns { columns, header: None });
    }
    let (mut columns, mut header) = (Columns::default(), Columns::default());
    let mut wrong = (!host::is_array(&option.value)).then(|| shallow_value(&option.value));
    if wrong.is_none() {
        let names = JsonBody::copy(option.name, &option.value)?.value;
        for (index, name) in names.items().iter().enumerate() {
            let text = name.as_str().unwrap_or_default();
            header.add(text.as_bytes());
            let is_new = columns.add(domo_name(text).unwrap_or(text).as_bytes()) == index;
            if wrong.is_none() && (text.trim().is_empty() || !is_new) {
                wrong = Some(name.clone());
            }
        }
        if names.items().is_empty() {
            wrong = Some(names);
        }
    }
    if let Some(wrong) = wrong {
        let expected = "an array of column names, at least one, each once (email is emailAddress), such as [\"id\", \"department\"]";
        reader.errors.push_expected(option.name, expected, &wrong);
    }
    Ok(ExportColumns {
        columns,
        header: Some(header),
    })
}

impl ChunkedUsers for CsvExport {
    fn stream(&mut self) -> &mut UserStream {
        &mut self.stream
    }

    fn take(&mut self, has_more: Result<bool, Error>) {
        let written = match has_more {
            Ok(true) => self.write_rows(),
            Ok(false) => {
                self.end = Some(Ok(JsValue::UNDEFINED));
                return;
            }
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            if self.stream.user_count() == 0 {
                self.writer.out.clear(); // the header alone is no chunk
            }
            self.end = Some(Err(error));
        }
    }

    fn chunk(&mut self) -> Option<Result<JsValue, Error>> {
        // The rows that are written by now. The header alone is a chunk only if it is the whole file.
        let out = &mut self.writer.out;
        if out.is_empty() || (self.stream.user_count() == 0 && self.end.is_none()) {
            return self.end.take();
        }
        let chunk = Uint8Array::from(out.as_slice());
        out.clear();
        Some(Ok(chunk.into()))
    }
}
