//! Reads the desired users: objects of any iterable, or CSV as a string, bytes or a stream.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::directory::desired::csv::CsvReader;
use crate::directory::desired::objects::ObjectReader;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::DesiredState;
use crate::error::DomoError;
use crate::validation::InvalidValue;
use crate::wasm::convert::shallow_value;
use crate::wasm::directory::options::CsvReadOptions;
use crate::wasm::errors::{Error, FailedCall, HostError};
use crate::wasm::streams::byte_source::{ByteSource, Chunk, collect_soon};
use crate::wasm::wait::{Signal, WaitError};
use crate::wasm::{host, redaction};
use domo_users_scan::csv::reader::Reader;
use domo_users_scan::utf8_check::Utf8Check;

/// This many objects become JSON at once.
const BATCH: u32 = 256;

/// Reads the desired users. Returns the stream that is left to be read, if they are one.
pub fn read(
    desired: &JsValue,
    state: &mut DesiredState,
    options: CsvReadOptions,
    signal: &Signal,
) -> Result<Option<CsvStream>, Error> {
    let mut rows = CsvReader::default();
    let mut decoder = Decoder::new(desired, options, &mut rows.reader)?;
    if let Some(mut source) = source_in_memory(desired) {
        loop {
            let is_last = decoder.read_next(&mut source, &mut rows.reader)?;
            rows.read(state, is_last);
            if is_last {
                return Ok(None);
            }
        }
    }
    if host::get(desired, "getReader").is_function() {
        let reader = host::call_method(desired, "getReader", &Array::new()).map_err(|thrown| unreadable(&thrown))?;
        let source = ByteSource::of_reader(reader, signal);
        return Ok(Some(CsvStream { source, decoder, rows }));
    }
    read_objects(desired, state)?;
    Ok(None)
}

/// Returns the bytes of a CSV file that is a string or bytes; `None` for any other value.
pub fn source_in_memory(list: &JsValue) -> Option<ByteSource> {
    match list.is_string() {
        true => Some(ByteSource::of_text(list.clone().unchecked_into())),
        false => host::bytes(list).map(ByteSource::of_bytes),
    }
}

/// A stream of CSV that is left to be read.
pub struct CsvStream {
    source: ByteSource,
    decoder: Decoder,
    rows: CsvReader,
}

impl CsvStream {
    /// Reads the stream.
    pub async fn read(mut self, state: &mut DesiredState) -> Result<(), Error> {
        let reader = self.source.reader();
        let result = self.read_all(state).await;
        if let Err(error) = &result {
            let reason = match error {
                Error::Aborted(reason) => reason,
                Error::Failed(_) => &JsValue::UNDEFINED,
            };
            host::cancel_reader(&reader, reason);
        }
        // The stream is the caller's own. An object that stands in for a stream may have no lock.
        let _ = host::call_method(&reader, "releaseLock", &Array::new());
        result
    }

    async fn read_all(&mut self, state: &mut DesiredState) -> Result<(), Error> {
        loop {
            let chunk = match self.source.next().await {
                Ok(chunk) => chunk,
                Err(WaitError::Aborted(reason)) => return Err(Error::Aborted(reason)),
                Err(WaitError::Thrown(thrown)) => return Err(unreadable(&thrown)),
                // A stream of the caller has no time limit.
                Err(WaitError::TimedOut) => return Err(unreadable(&JsValue::UNDEFINED)),
            };
            let is_last = chunk.is_none();
            if let Some(chunk) = &chunk {
                collect_soon(chunk.length());
            }
            self.decoder.append(chunk, &mut self.rows.reader)?;
            self.rows.read(state, is_last);
            if is_last {
                return Ok(());
            }
        }
    }
}

/// Decodes the bytes of a CSV file, chunk by chunk.
pub struct Decoder {
    /// A decoder of the host, unless the file is UTF-8 or UTF-16.
    decoder: Option<JsValue>,
    /// Whether the decoder is a mistake.
    check: Utf8Check,
}

impl Decoder {
    /// Creates the decoder of a list, which may be CSV, and prepares the reader of its records.
    pub fn new(list: &JsValue, options: CsvReadOptions, reader: &mut Reader) -> Result<Self, Error> {
        // An async iterable of strings has become bytes.
        let is_string = list.is_string() || host::get(list, "isString").is_truthy();
        if is_string && options.has_encoding {
            let predicate =
                "is for bytes, but the list is a string, which is decoded already; remove encoding, or pass the bytes";
            return Err(InvalidValue::unquoted("encoding", predicate).into());
        }
        let decoder = (!options.decoder.is_null()).then_some(options.decoder);
        reader.delimiter = options.delimiter;
        reader.is_utf8 = list.is_string() || decoder.is_some();
        Ok(Self {
            decoder,
            check: Utf8Check::default(),
        })
    }

    /// Appends the next chunk of a file in memory to the input of a reader. Returns whether the file ends there.
    pub fn read_next(&mut self, source: &mut ByteSource, reader: &mut Reader) -> Result<bool, Error> {
        let chunk = source.next_available();
        let is_last = chunk.is_none();
        self.append(chunk, reader)?;
        Ok(is_last)
    }

    /// Appends a chunk, or `None` at the end of the file, to the input of a reader.
    #[inline(never)]
    fn append(&mut self, chunk: Option<Chunk>, reader: &mut Reader) -> Result<(), Error> {
        let is_last = chunk.is_none();
        let mut chunk = chunk.unwrap_or_else(|| Chunk::Bytes(Uint8Array::new_with_length(0)));
        if let (Chunk::Bytes(bytes), Some(decoder)) = (&chunk, &self.decoder) {
            chunk.append_to(&mut self.check.input);
            self.check.check();
            if is_last && self.check.is_unicode() {
                let message = "the file is UTF-8 or UTF-16; leave the option encoding out";
                return Err(InvalidValue::message(message).into());
            }
            // A character may be cut, unless this is the end.
            let options = host::object(&[("stream", (!is_last).into())]);
            let decoded = host::call_method(decoder, "decode", &Array::of2(bytes, &options));
            chunk = Chunk::of_text(decoded.map_err(|thrown| unreadable(&thrown))?.unchecked_into());
        }
        chunk.append_to(reader.input());
        Ok(())
    }
}

fn read_objects(iterable: &JsValue, state: &mut DesiredState) -> Result<(), Error> {
    let iterator = host::iterator(iterable).map_err(|thrown| unreadable(&thrown))?;
    if iterator.is_undefined() {
        if host::get(iterable, "then").is_function() {
            return Err(InvalidValue::unquoted("desired", "is a promise; await it first").into());
        }
        let expected = "an iterable of users, or CSV as a string, a Uint8Array or a ReadableStream";
        return Err(InvalidValue::expected("desired", expected, &shallow_value(iterable)).into());
    }
    let mut objects = ObjectReader::default();
    loop {
        let batch = host::next_items(&iterator, BATCH).map_err(|thrown| unreadable(&thrown))?;
        match host::rows_to_json(&batch) {
            Some(text) => objects.read(state, host::to_text(&text).as_bytes()),
            None => read_one_by_one(&batch, &mut objects, state),
        }
        if batch.length() < BATCH {
            return Ok(());
        }
    }
}

/// Reads a batch of which one object cannot become JSON, so that the error names this object.
fn read_one_by_one(batch: &Array, objects: &mut ObjectReader, state: &mut DesiredState) {
    for object in batch.iter() {
        match host::rows_to_json(&Array::of1(&object)) {
            Some(text) => objects.read(state, host::to_text(&text).as_bytes()),
            None => {
                let field = host::unsendable_field(&object).unwrap_or_default();
                objects.refuse(state, &field, RowError::NotPlainData);
            }
        }
    }
}

fn unreadable(thrown: &JsValue) -> Error {
    let HostError { message, cause, .. } = HostError::read(thrown, &redaction::redactor());
    let mut failed = FailedCall::from(DomoError::input(format!("the list could not be read ({message})")));
    failed.cause = cause;
    failed.into()
}
