//! `exportUsersCsv`: the body turned into CSV as it arrives.

use std::pin::Pin;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::pieces::{Pieces, keep};
use super::reading::{Reading, flag};
use super::source::collect_soon;
use crate::directory::columns::{ATTRIBUTES, Columns, TOP};
use crate::directory::csv_write::Writer;
use crate::directory::desired::domo_name;
use crate::error::DomoError;
use crate::faults::must;
use crate::given::Given;
use crate::js::failure::Failure;
use crate::js::host;
use crate::js::input::{Json, given, only, option};

/// What is handed over in one piece, at least.
const PIECE: usize = 65_536;

struct Csv {
    reading: Reading,
    writer: Writer,
    /// Rows that came before it are given out first.
    failed: Option<Failure>,
}

/// Takes the arguments and answers the number of what will be read; its pieces are bytes.
#[wasm_bindgen(js_name = exportUsersCsv)]
pub fn export_users_csv(domo: &JsValue, options: &JsValue, left: &JsValue) -> Result<u32, JsValue> {
    take(domo, options, left)
        .map(|csv| keep(Box::new(csv)))
        .map_err(Failure::into_js)
}

fn take(domo: &JsValue, options: &JsValue, left: &JsValue) -> Result<Csv, Failure> {
    // Without attributes most columns would be empty.
    let reading = Reading::new(domo, options, Some("DETAILED"))?.until(left);
    only(options, "columns,rawCells")?;
    let raw = flag(options, "rawCells")?;
    let (columns, header) = columns(&option(options, "columns")?)?;
    let mut writer = Writer::new(columns, raw);
    if let Some(header) = header {
        writer.out = Writer::new(header, raw).out;
    }
    Ok(Csv {
        reading,
        writer,
        failed: None,
    })
}

/// What is looked for in a user, and the header's own names for it: those of Domo's people files are understood as `planUsers` does.
fn columns(chosen: &JsValue) -> Result<(Columns, Option<Columns>), Failure> {
    let mut columns = Columns::new(&TOP);
    if chosen.is_undefined() {
        for key in ATTRIBUTES {
            columns.add(key.as_bytes());
        }
        return Ok((columns, None));
    }
    columns = Columns::default();
    let mut header = Columns::default();
    let wrong = |got: &Given| {
        let expected = "an array of column names, at least one, each once, such as [\"id\", \"department\"]";
        Failure::from(DomoError::input(must("columns", expected, got)))
    };
    if !host::is_array(chosen) {
        return Err(wrong(&given(chosen)));
    }
    let names = Json::take("columns", chosen)?.given;
    for (index, given) in names.items().iter().enumerate() {
        let name = given.text().unwrap_or_default();
        header.add(name.as_bytes());
        if name.trim().is_empty() || columns.add(domo_name(name).as_bytes()) != index {
            return Err(wrong(given));
        }
    }
    if columns.count() == 0 {
        return Err(wrong(&names));
    }
    Ok((columns, Some(header)))
}

impl Csv {
    async fn read(&mut self) -> Result<bool, Failure> {
        let more = self.reading.more().await?;
        collect_soon(self.reading.bytes().len());
        let writer = &mut self.writer;
        while let Some((user, is_read)) = self.reading.user(|bytes, at| writer.cells.expected(bytes, at)) {
            if writer.user(self.reading.bytes(), user.clone(), is_read).is_none() {
                return Err(self.reading.not_json(user));
            }
        }
        Ok(more)
    }
}

impl Pieces for Csv {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<JsValue, Failure>> + '_>> {
        Box::pin(async {
            if let Some(failure) = self.failed.take() {
                return Err(failure);
            }
            while self.writer.out.len() < PIECE {
                match self.read().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(failure) if self.reading.users() == 0 => return Err(failure),
                    Err(failure) => {
                        self.failed = Some(failure);
                        break;
                    }
                }
            }
            if self.writer.out.is_empty() {
                return self.failed.take().map_or(Ok(JsValue::UNDEFINED), Err);
            }
            let piece = Uint8Array::from(self.writer.out.as_slice());
            self.writer.out.clear();
            Ok(piece.into())
        })
    }

    fn reader(&self) -> JsValue {
        self.reading.reader()
    }

    fn stop(&mut self) {
        self.reading.stop();
    }
}
