//! Streams between two calls of the loader. The loader knows a stream by its number: it asks for one chunk after the other, or ends the stream.

use std::cell::RefCell;
use std::mem::ManuallyDrop;

use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::streams::user_stream::UserStream;

/// Get All Users in chunks.
pub trait ChunkedUsers {
    /// Returns the stream of users.
    fn stream(&mut self) -> &mut UserStream;
    /// Takes what was read: whether there are more users, or the error.
    fn take(&mut self, has_more: Result<bool, Error>);
    /// Returns a chunk of what was taken, `undefined` at the end; `None` if more must be read first.
    fn chunk(&mut self) -> Option<Result<JsValue, Error>>;
}

struct Entry {
    number: u32,
    /// `None` while the next chunk is awaited.
    users: Option<Box<dyn ChunkedUsers>>,
    /// The reader to cancel then; `undefined` if there is none.
    reader: JsValue,
}

#[derive(Default)]
struct Registry {
    last_number: u32,
    entries: Vec<Entry>,
}

thread_local! {
    // Lives as long as the module: dropping it would only be code.
    static REGISTRY: ManuallyDrop<RefCell<Registry>> = ManuallyDrop::default();
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

fn with_registry<T>(work: impl FnOnce(&mut Registry) -> T) -> T {
    REGISTRY.with(|registry| work(&mut registry.borrow_mut()))
}

/// Registers a stream, and returns its number.
pub fn register(users: Box<dyn ChunkedUsers>) -> u32 {
    with_registry(|registry| {
        let number = registry.last_number.wrapping_add(1);
        registry.last_number = number;
        registry.entries.push(Entry {
            number,
            users: Some(users),
            reader: JsValue::UNDEFINED,
        });
        number
    })
}

/// Reads the next chunk of a stream; `undefined` at the end, and for a stream that has ended already.
///
/// # Errors
/// The error of the stream; `INTERNAL` if the chunk before is still awaited.
pub async fn next_chunk(number: u32) -> Result<JsValue, Error> {
    let entry = with_registry(|registry| registry.get(number).map(|entry| entry.users.take()));
    let mut users = match entry {
        None => return Ok(JsValue::UNDEFINED),
        Some(None) => {
            let message = "a chunk was requested before the previous one had arrived";
            return Err(DomoError::new(Code::Internal, message).into());
        }
        Some(Some(users)) => users,
    };
    let reader = users.stream().reader();
    with_registry(|registry| registry.get(number).map(|entry| entry.reader = reader));
    let chunk = loop {
        if let Some(chunk) = users.chunk() {
            break chunk;
        }
        let has_more = users.stream().read_more().await;
        users.take(has_more);
    };
    let is_last = !matches!(&chunk, Ok(value) if !value.is_undefined());
    let mut users = Some(users);
    if !is_last {
        with_registry(|registry| registry.get(number).map(|entry| entry.users = users.take()));
    }
    // The stream is over, or was ended meanwhile.
    if let Some(mut users) = users {
        drop(with_registry(|registry| registry.remove(number)));
        users.stream().stop();
    }
    chunk
}

/// Ends a stream.
pub fn end(number: u32) {
    if let Some(entry) = with_registry(|registry| registry.remove(number)) {
        match entry.users {
            Some(mut users) => users.stream().stop(),
            None => host::cancel_reader(&entry.reader, &JsValue::UNDEFINED),
        }
    }
}
