//! Reads the desired users: objects of any iterable, or CSV as a string, bytes or a stream.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::directory::desired::csv::CsvReader;
use crate::directory::desired::objects::ObjectReader;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::DesiredState;
use crate::error::DomoError;
use crate::validation::InvalidValue;
use crate::wasm::convert::shallow_value;
use crate::wasm::errors::{Error, FailedCall, HostError};
use crate::wasm::streams::byte_source::{ByteSource, Chunk, collect_soon};
use crate::wasm::wait::{Signal, WaitError};
use crate::wasm::{host, redaction};

/// This many objects become JSON at once.
const BATCH: u32 = 256;

/// Reads the desired users. Returns the stream that is left to be read, if they are one.
pub fn read(desired: &JsValue, state: &mut DesiredState, signal: &Signal) -> Result<Option<ByteSource>, Error> {
    let mut source = if desired.is_string() {
        ByteSource::of_text(desired.clone().unchecked_into())
    } else if let Some(bytes) = host::bytes(desired) {
        ByteSource::of_bytes(bytes)
    } else if host::get(desired, "getReader").is_function() {
        let reader = host::call_method(desired, "getReader", &Array::new()).map_err(|thrown| unreadable(&thrown))?;
        return Ok(Some(ByteSource::of_reader(reader, signal)));
    } else {
        read_objects(desired, state)?;
        return Ok(None);
    };
    let mut csv = CsvReader::default();
    csv.reader.is_utf8 = desired.is_string();
    while let Some(chunk) = source.next_available() {
        read_chunk(&chunk, &mut csv, state);
    }
    csv.read(state, true);
    Ok(None)
}

/// Reads CSV from a stream.
pub async fn read_stream(mut source: ByteSource, state: &mut DesiredState) -> Result<(), Error> {
    let (mut csv, reader) = (CsvReader::default(), source.reader());
    let result = loop {
        match source.next().await {
            Ok(Some(chunk)) => {
                collect_soon(chunk.length());
                read_chunk(&chunk, &mut csv, state);
            }
            Ok(None) => break Ok(()),
            Err(error) => {
                let (reason, error) = match error {
                    WaitError::Aborted(reason) => (reason.clone(), Error::Aborted(reason)),
                    WaitError::Thrown(thrown) => (JsValue::UNDEFINED, unreadable(&thrown)),
                    // A stream of the caller has no time limit.
                    WaitError::TimedOut => (JsValue::UNDEFINED, unreadable(&JsValue::UNDEFINED)),
                };
                host::cancel_reader(&reader, &reason);
                break Err(error);
            }
        }
    };
    csv.read(state, true);
    // The stream is the caller's own. An object that stands in for a stream may have no lock.
    let _ = host::call_method(&reader, "releaseLock", &Array::new());
    result
}

fn read_chunk(chunk: &Chunk, csv: &mut CsvReader, state: &mut DesiredState) {
    chunk.append_to(csv.reader.input());
    csv.read(state, false);
}

fn read_objects(iterable: &JsValue, state: &mut DesiredState) -> Result<(), Error> {
    let iterator = host::iterator(iterable).map_err(|thrown| unreadable(&thrown))?;
    if iterator.is_undefined() {
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
                objects.refuse(state, &field, &RowError::NotPlainData);
            }
        }
    }
}

fn unreadable(thrown: &JsValue) -> Error {
    let HostError { message, cause, .. } = HostError::read(thrown, &redaction::redactor());
    let mut failed = FailedCall::from(DomoError::input(format!("desired could not be read ({message})")));
    failed.cause = cause;
    failed.into()
}
