//! The bytes of a body or of the caller's CSV, in chunks. Each chunk is awaited only when it is requested.

use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::wasm::client::response::Response;
use crate::wasm::host;
use crate::wasm::wait::{Signal, WaitError, remaining_ms, wait_for};
use domo_users_scan::strings::append_zeros;

/// No chunk has more bytes: a host may return a body of gigabytes at once.
const LARGEST_CHUNK: u32 = 262_144;

/// Where bytes come from.
pub struct ByteSource {
    origin: Origin,
    signal: Signal,
    /// The limit of one read, in milliseconds; 0 for no limit.
    timeout_ms: u32,
}

enum Origin {
    /// A reader of the host, and what is left of the last bytes that it returned.
    Reader { reader: JsValue, rest: Option<Uint8Array> },
    /// The rest of some bytes.
    Bytes(Option<Uint8Array>),
    /// A string, and how many of its units were read.
    Text { text: JsString, position: u32 },
}

/// Some of the bytes.
pub enum Chunk {
    /// Bytes as the host has them.
    Bytes(Uint8Array),
    /// A part of a string.
    Text {
        /// The whole string.
        text: JsString,
        /// The first UTF-16 unit of the part.
        from: u32,
        /// The first unit behind the part.
        to: u32,
    },
}

impl Chunk {
    /// Returns a string as one chunk.
    pub fn of_text(text: JsString) -> Self {
        let to = text.length();
        Chunk::Text { text, from: 0, to }
    }

    /// Returns the number of bytes, or of UTF-16 units of a string.
    pub fn length(&self) -> usize {
        match self {
            Chunk::Bytes(bytes) => bytes.length() as usize,
            Chunk::Text { from, to, .. } => to.saturating_sub(*from) as usize,
        }
    }

    /// Appends the bytes to a buffer; a string as UTF-8.
    pub fn append_to(&self, buffer: &mut Vec<u8>) {
        let (length_before, length) = (buffer.len(), self.length());
        match self {
            Chunk::Bytes(bytes) => bytes.copy_to(append_zeros(length, buffer)),
            Chunk::Text { text, from, to } => {
                // A UTF-16 unit takes at most three bytes of UTF-8.
                let written = host::encode(text, *from, *to, append_zeros(length.saturating_mul(3), buffer));
                buffer.truncate(length_before.saturating_add(written as usize));
            }
        }
    }
}

impl ByteSource {
    /// Reads the body of a successful response.
    pub fn of(response: &Response, signal: &Signal, timeout_ms: u32) -> Self {
        let origin = match &response.http.reader {
            Some(reader) => Origin::Reader {
                reader: reader.clone(),
                rest: None,
            },
            None => {
                let body = &response.http.body.0;
                // A body that the host has parsed (Code Engine) becomes JSON again, so that all bodies are read in one way.
                let text = match body.is_string() {
                    true => Some(body.clone()),
                    false => host::to_json(body),
                };
                Origin::Text {
                    text: text.unwrap_or_else(|| "".into()).unchecked_into(),
                    position: 0,
                }
            }
        };
        Self {
            origin,
            signal: signal.clone(),
            timeout_ms,
        }
    }

    /// Reads a stream of the caller, without a time limit.
    pub fn of_reader(reader: JsValue, signal: &Signal) -> Self {
        Self {
            origin: Origin::Reader { reader, rest: None },
            signal: signal.clone(),
            timeout_ms: 0,
        }
    }

    /// Reads bytes of the caller.
    pub fn of_bytes(bytes: Uint8Array) -> Self {
        Self {
            origin: Origin::Bytes(Some(bytes)),
            signal: Signal::default(),
            timeout_ms: 0,
        }
    }

    /// Reads a string of the caller.
    pub fn of_text(text: JsString) -> Self {
        Self {
            origin: Origin::Text { text, position: 0 },
            signal: Signal::default(),
            timeout_ms: 0,
        }
    }

    /// Reads the next chunk; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Chunk>, WaitError> {
        if let Some(reason) = self.signal.reason() {
            return Err(WaitError::Aborted(reason));
        }
        match &mut self.origin {
            Origin::Text { .. } | Origin::Bytes(_) => Ok(self.next_available()),
            Origin::Reader { reader, rest } => {
                let bytes = match rest.take() {
                    Some(bytes) => bytes,
                    None => match read(reader, &self.signal, self.timeout_ms).await? {
                        Some(bytes) => bytes,
                        None => return Ok(None),
                    },
                };
                Ok(Some(split_off(bytes, rest)))
            }
        }
    }

    /// Returns the next chunk of bytes or a string; `None` at the end, and for a reader.
    pub fn next_available(&mut self) -> Option<Chunk> {
        match &mut self.origin {
            Origin::Text { text, position } => next_of_text(text, position),
            Origin::Bytes(rest) => rest.take().map(|bytes| split_off(bytes, rest)),
            Origin::Reader { .. } => None,
        }
    }

    /// Cancels the reader: the host need not fetch the rest.
    pub fn cancel(&self) {
        if let Origin::Reader { reader, .. } = &self.origin {
            host::cancel_reader(reader, &JsValue::UNDEFINED);
        }
    }

    /// Returns the reader; `undefined` if there is none.
    pub fn reader(&self) -> JsValue {
        match &self.origin {
            Origin::Reader { reader, .. } => reader.clone(),
            Origin::Text { .. } | Origin::Bytes(_) => JsValue::UNDEFINED,
        }
    }
}

/// Reads the next bytes; `None` at the end. Empty chunks are skipped, and do not prolong the time limit.
async fn read(reader: &JsValue, signal: &Signal, timeout_ms: u32) -> Result<Option<Uint8Array>, WaitError> {
    let (begun, mut left_ms) = (host::ticks(), timeout_ms);
    loop {
        let returned = host::call_method(reader, "read", &Array::new());
        let read = wait_for(returned, signal, left_ms).await?;
        if host::get(&read, "done").is_truthy() {
            return Ok(None);
        }
        let Some(bytes) = host::bytes(&host::get(&read, "value")) else {
            let message = "the reader of the body returned something other than bytes";
            return Err(WaitError::Thrown(JsValue::from_str(message)));
        };
        if bytes.length() > 0 {
            return Ok(Some(bytes));
        }
        let waited_ms = host::ticks() - begun;
        if timeout_ms > 0 && waited_ms >= f64::from(timeout_ms) {
            return Err(WaitError::TimedOut);
        }
        left_ms = remaining_ms(timeout_ms, waited_ms);
    }
}

/// Returns the first chunk of some bytes, and keeps the rest.
fn split_off(bytes: Uint8Array, rest: &mut Option<Uint8Array>) -> Chunk {
    if bytes.length() <= LARGEST_CHUNK {
        return Chunk::Bytes(bytes);
    }
    *rest = Some(bytes.subarray(LARGEST_CHUNK, bytes.length()));
    Chunk::Bytes(bytes.subarray(0, LARGEST_CHUNK))
}

/// Makes the host collect garbage in time. The host's collector counts only the few bytes of a view, not the chunk of the body behind it, so in Node some 60 MB of
/// chunks would pile up. This creates garbage that the collector counts, as much as `length` bytes, which costs less than the memory for those chunks. Not needed
/// if users become JavaScript objects, since these are enough garbage.
pub fn collect_soon(length: usize) {
    // An element takes eight bytes. A longer array would be placed where it is not collected early.
    let elements = u32::try_from(length >> 3).unwrap_or(u32::MAX).min(15_000);
    let _ = Array::new_with_length(elements);
}

/// Returns the next units of a string, one less if the chunk would end inside a surrogate pair.
fn next_of_text(text: &JsString, position: &mut u32) -> Option<Chunk> {
    let from = *position;
    if from >= text.length() {
        return None;
    }
    let mut to = from.saturating_add(LARGEST_CHUNK / 4).min(text.length());
    let last = text.char_code_at(to.saturating_sub(1));
    if to < text.length() && (55_296.0..56_320.0).contains(&last) {
        to = to.saturating_sub(1);
    }
    *position = to;
    Some(Chunk::Text {
        text: text.clone(),
        from,
        to,
    })
}
