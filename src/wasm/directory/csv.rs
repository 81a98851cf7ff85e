//! `exportUsersCsv`: the body turned into CSV as it arrives.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::directory::column::domo_name;
use crate::wasm::directory::byte_source::collect_soon;
use crate::wasm::directory::stream_registry::{Pieces, keep};
use crate::wasm::directory::user_stream::UserStream;
use crate::wasm::failure::Failure;
use crate::wasm::host;
use crate::wasm::input::{JsonBody, given};
use crate::wasm::option_reader::OptionReader;
use domo_users_scan::columns::{ATTRIBUTES, Columns, TOP};
use domo_users_scan::csv::write::{Style, Writer};

struct Csv {
    reading: UserStream,
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
    let reading = UserStream::new(domo, options, Some("DETAILED"))?.until(left);
    let mut asked = OptionReader::options(options, "columns,rawCells,bom,parts")?;
    let style = Style {
        raw_cells: asked.flag("rawCells"),
        bom: asked.flag("bom"),
    };
    let (columns, header) = columns(&mut asked)?;
    asked.settle()?;
    Ok(Csv {
        reading,
        writer: Writer::new(columns, header.as_ref(), style),
        end: None,
    })
}

/// What is looked for in a user, and the header's own names for it: those of Domo's people files are understood as `planUsers` does.
fn columns(asked: &mut OptionReader<'_>) -> Result<(Columns, Option<Columns>), Failure> {
    let chosen = asked.get("columns");
    if chosen.is_undefined() {
        let mut columns = Columns::new(&TOP);
        for key in &ATTRIBUTES {
            columns.add(key.as_bytes());
        }
        return Ok((columns, None));
    }
    let (mut columns, mut header) = (Columns::default(), Columns::default());
    let mut wrong = (!host::is_array(&chosen)).then(|| given(&chosen));
    if wrong.is_none() {
        let names = JsonBody::take("columns", &chosen)?.given;
        for (index, given) in names.items().iter().enumerate() {
            let name = given.text().unwrap_or_default();
            header.add(name.as_bytes());
            if wrong.is_none()
                && (name.trim().is_empty() || columns.add(domo_name(name).unwrap_or(name).as_bytes()) != index)
            {
                wrong = Some(given.clone());
            }
        }
        if names.items().is_empty() {
            wrong = Some(names);
        }
    }
    if let Some(wrong) = wrong {
        let expected = "an array of column names, at least one, each once (email is emailAddress), such as [\"id\", \"department\"]";
        asked.errors.push_expected("columns", expected, &wrong);
    }
    Ok((columns, Some(header)))
}

impl Csv {
    /// The rows of the users that were read.
    fn write(&mut self) -> Result<(), Failure> {
        collect_soon(self.reading.bytes().len());
        let writer = &mut self.writer;
        while let Some((user, is_read)) = self.reading.user(|bytes, at| writer.cells.expected(bytes, at)) {
            if writer.user(self.reading.bytes(), user.clone(), is_read).is_none() {
                return Err(self.reading.not_json(user));
            }
        }
        Ok(())
    }
}

impl Pieces for Csv {
    fn reading(&mut self) -> &mut UserStream {
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
        // The rows of whatever came by now; the header alone is no piece before it is the whole file.
        let out = &mut self.writer.out;
        if out.is_empty() || (self.reading.users() == 0 && self.end.is_none()) {
            return self.end.take();
        }
        let piece = Uint8Array::from(out.as_slice());
        out.clear();
        Some(Ok(piece.into()))
    }
}
