//! `rejectedRows`: the rows of a CSV file that failed.

use wasm_bindgen::prelude::*;

use crate::directory::rejected_rows::RejectedRows;
use crate::error::Code;
use crate::validation::InvalidValue;
use crate::wasm::convert::shallow_value;
use crate::wasm::directory::desired::{Decoder, source_in_memory};
use crate::wasm::directory::options::CsvReadOptions;
use crate::wasm::errors::Error;
use crate::wasm::json_body::JsonBody;
use crate::wasm::options::OptionReader;

/// Returns the header and the rows with errors of a CSV file, with a column of these errors.
pub fn rejected_rows(csv: &JsValue, errors: &JsValue, options: &JsValue) -> Result<String, Error> {
    let mut reader = OptionReader::new(options, Code::InvalidInput);
    let options = CsvReadOptions::read(&mut reader);
    reader.finish_options()?;
    let errors = JsonBody::copy("errors", errors)?.value;
    let Some(mut source) = source_in_memory(csv) else {
        return Err(InvalidValue::expected("csv", "a string or a Uint8Array", &shallow_value(csv)).into());
    };
    let mut rejected = RejectedRows::default();
    rejected.add(&errors)?;
    rejected.has_delimiter = options.delimiter.is_some();
    let mut decoder = Decoder::new(csv, options, &mut rejected.reader)?;
    loop {
        let is_last = decoder.read_next(&mut source, &mut rejected.reader)?;
        rejected.read(is_last)?;
        if is_last {
            return Ok(rejected.finish()?);
        }
    }
}
