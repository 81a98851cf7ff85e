//! Streams between two calls of the loader. The loader knows a stream by its number: it asks for one chunk after the other, or ends the stream.

use core::pin::Pin;
use std::cell::{RefCell, RefMut};

use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::wasm::errors::Error;
use crate::wasm::host;

/// Work of a stream that has to wait for the host.
pub type Step<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// What a stream reads in chunks.
pub trait ChunkSource {
    /// Reads more, from which chunks may come.
    fn step(&mut self) -> Step<'_>;
    /// Returns a chunk of what was read, `undefined` at the end; `None` if more must be read first.
    fn chunk(&mut self) -> Option<Result<JsValue, Error>>;
    /// Returns the reader to cancel if the stream ends during a step; `undefined` if there is none.
    fn reader(&self) -> JsValue {
        JsValue::UNDEFINED
    }
    /// Ends the reading.
    fn stop(&mut self) {}
}

struct Entry {
    number: u32,
    /// `None` while the next chunk is awaited.
    source: Option<Box<dyn ChunkSource>>,
    /// The reader to cancel then; `undefined` if there is none.
    reader: JsValue,
}

#[derive(Default)]
struct Registry {
    last_number: u32,
    entries: Vec<Entry>,
}

thread_local! {
    // Lives as long as the module.
    static REGISTRY: &'static RefCell<Registry> = Box::leak(Box::default());
}

impl Registry {
    fn position(&self, number: u32) -> Option<usize> {
        self.entries.iter().position(|entry| entry.number == number)
    }

    fn get(&mut self, number: u32) -> Option<&mut Entry> {
        let position = self.position(number)?;
        self.entries.get_mut(position)
    }

    fn remove(&mut self, number: u32) -> Option<Entry> {
        let position = self.position(number)?;
        Some(self.entries.swap_remove(position))
    }
}

#[inline(never)] // not once for each use
fn registry() -> RefMut<'static, Registry> {
    REGISTRY.with(|registry| registry.borrow_mut())
}

/// Registers a stream, and returns its number; or returns the error of its arguments, as JavaScript throws it.
pub fn register(source: Result<Box<dyn ChunkSource>, Error>) -> Result<u32, JsValue> {
    let source = source.map_err(Error::into_js)?;
    let mut registry = registry();
    let number = registry.last_number.wrapping_add(1);
    registry.last_number = number;
    registry.entries.push(Entry {
        number,
        source: Some(source),
        reader: JsValue::UNDEFINED,
    });
    Ok(number)
}

/// Reads the next chunk of a stream; `undefined` at the end, and for a stream that has ended already.
///
/// # Errors
/// The error of the stream; `INTERNAL` if the chunk before is still awaited.
pub async fn next_chunk(number: u32) -> Result<JsValue, Error> {
    let entry = registry().get(number).map(|entry| entry.source.take());
    let mut source = match entry {
        None => return Ok(JsValue::UNDEFINED),
        Some(None) => {
            let message = "a chunk was requested before the previous one had arrived";
            return Err(DomoError::new(Code::Internal, message).into());
        }
        Some(Some(source)) => source,
    };
    let reader = source.reader();
    if let Some(entry) = registry().get(number) {
        entry.reader = reader;
    }
    let chunk = loop {
        if let Some(chunk) = source.chunk() {
            break chunk;
        }
        source.step().await;
    };
    let is_last = !matches!(&chunk, Ok(value) if !value.is_undefined());
    match registry().get(number) {
        Some(entry) if !is_last => {
            entry.source = Some(source);
            return chunk;
        }
        _ => {}
    }
    // The stream is over, or was ended meanwhile.
    drop(registry().remove(number));
    source.stop();
    chunk
}

/// Ends a stream.
pub fn end(number: u32) {
    let entry = registry().remove(number);
    if let Some(entry) = entry {
        match entry.source {
            Some(mut source) => source.stop(),
            None => host::cancel_reader(&entry.reader, &JsValue::UNDEFINED),
        }
    }
}
