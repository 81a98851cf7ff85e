//! `exportUsersCsv`: the body turned into CSV as it arrives.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::pieces::{Pieces, keep};
use super::reading::Reading;
use super::source::collect_soon;
use crate::directory::columns::{ATTRIBUTES, Columns, TOP};
use crate::directory::csv_write::Writer;
use crate::js::asked::Asked;
use crate::js::failure::Failure;
use crate::js::host;
use crate::js::input::{Json, given};

/// What is handed over in one piece, at least.
const PIECE: usize = 65_536;

struct Csv {
    reading: Reading,
    writer: Writer,
    /// What comes behind the rows that are there.
    end: Option<Result<JsValue, Failure>>,
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
    let mut asked = Asked::options(options, "columns,rawCells")?;
    let raw = asked.flag("rawCells");
    let columns = columns(&mut asked)?;
    asked.settle()?;
    Ok(Csv {
        reading,
        writer: Writer::new(columns, raw),
        end: None,
    })
}

fn columns(asked: &mut Asked<'_>) -> Result<Columns, Failure> {
    let chosen = asked.get("columns");
    if chosen.is_undefined() {
        let mut columns = Columns::new(&TOP);
        for key in &ATTRIBUTES {
            columns.add(key.as_bytes());
        }
        return Ok(columns);
    }
    let mut columns = Columns::default();
    let mut fits = host::is_array(&chosen);
    if fits {
        let names = Json::take("columns", &chosen)?.given;
        for (index, name) in names.items().iter().enumerate() {
            let name = name.text().unwrap_or_default();
            fits &= !name.trim().is_empty() && columns.add(name.as_bytes()) == index;
        }
    }
    if !fits || columns.names().is_empty() {
        let expected = "an array of column names, at least one, each once, such as [\"id\", \"department\"]";
        asked.faults.must("columns", expected, &given(&chosen));
    }
    Ok(columns)
}

impl Csv {
    /// The rows of the users that were found last.
    fn write(&mut self) -> Result<(), Failure> {
        let (bytes, users) = self.reading.found();
        collect_soon(bytes.len());
        for (at, user) in users.iter().enumerate() {
            if self.writer.user(bytes, user.clone()).is_none() {
                return Err(self.reading.not_json(at));
            }
        }
        Ok(())
    }
}

impl Pieces for Csv {
    fn reading(&mut self) -> &mut Reading {
        &mut self.reading
    }

    fn take(&mut self, more: Result<bool, Failure>) {
        let written = match more {
            Ok(true) => self.write(),
            Ok(false) => {
                self.end = Some(Ok(JsValue::UNDEFINED));
                return;
            }
            Err(failure) => Err(failure),
        };
        if let Err(failure) = written {
            if self.reading.users() == 0 {
                self.writer.out.clear(); // the header alone is no piece
            }
            self.end = Some(Err(failure));
        }
    }

    fn piece(&mut self) -> Option<Result<JsValue, Failure>> {
        let out = &mut self.writer.out;
        if out.len() < PIECE && (self.end.is_none() || out.is_empty()) {
            return self.end.take();
        }
        let piece = Uint8Array::from(out.as_slice());
        out.clear();
        Some(Ok(piece.into()))
    }
}
