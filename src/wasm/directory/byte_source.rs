//! A body on its way: one piece after the other, each awaited only when it is asked for.

use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::wasm::host;
use crate::wasm::response::Response;
use crate::wasm::wait;
use crate::wasm::wait::{Signal, WaitError, wait_for};
use domo_users_scan::strings::append_zeros;

/// No piece is larger: a host may hand out a body of gigabytes at once.
const LARGEST_PIECE: u32 = 262_144;

/// Where the pieces come from.
pub struct ByteSource {
    from: From,
    signal: Signal,
    timeout_ms: u32,
}

enum From {
    /// The host's reader, and what is left of the last piece that it gave.
    Reader(JsValue, Option<Uint8Array>),
    /// Bytes that are there already, what is left of them.
    Bytes(Option<Uint8Array>),
    /// A text that came whole, and how much of it was given out.
    Text(JsString, u32),
}

/// Some of the body.
pub enum Piece {
    /// As the host gave them.
    Bytes(Uint8Array),
    /// Of a text, from one place up to the other.
    Text(JsString, u32, u32),
}

impl Piece {
    /// How large it is: bytes, or UTF-16 units.
    pub fn length(&self) -> usize {
        match self {
            Piece::Bytes(bytes) => bytes.length() as usize,
            Piece::Text(_, from, to) => to.saturating_sub(*from) as usize,
        }
    }

    /// Appends its bytes, a text's as UTF-8.
    pub fn append_to(&self, into: &mut Vec<u8>) {
        let (old, length) = (into.len(), self.length());
        match self {
            Piece::Bytes(bytes) => bytes.copy_to(append_zeros(length, into)),
            Piece::Text(text, from, to) => {
                let written = host::encode(text, *from, *to, append_zeros(length.saturating_mul(3), into));
                into.truncate(old.saturating_add(written as usize));
            }
        }
    }
}

impl ByteSource {
    /// The body of a good answer; where it came whole, its text.
    pub fn of(good: &Response, signal: &Signal, timeout_ms: u32) -> Self {
        let from = match &good.incoming.reader {
            Some(reader) => From::Reader(reader.clone(), None),
            None => {
                let body = &good.incoming.body.0;
                // A host that parsed it already (Code Engine) gets it written again: one way of reading for all.
                let text = match body.is_string() {
                    true => Some(body.clone()),
                    false => host::stringify(body),
                };
                From::Text(text.unwrap_or_else(|| "".into()).unchecked_into(), 0)
            }
        };
        Self {
            from,
            signal: signal.clone(),
            timeout_ms,
        }
    }

    /// A stream of the caller's own: it may take its time.
    pub fn of_reader(reader: JsValue, signal: &Signal) -> Self {
        Self {
            from: From::Reader(reader, None),
            signal: signal.clone(),
            timeout_ms: 0,
        }
    }

    /// Bytes of the caller's own.
    pub fn of_bytes(bytes: Uint8Array) -> Self {
        Self {
            from: From::Bytes(Some(bytes)),
            signal: Signal::default(),
            timeout_ms: 0,
        }
    }

    /// A text of the caller's own.
    pub fn of_text(text: JsString) -> Self {
        Self {
            from: From::Text(text, 0),
            signal: Signal::default(),
            timeout_ms: 0,
        }
    }

    /// The next piece, `None` behind the last. The limit is for this wait alone.
    pub async fn next(&mut self) -> Result<Option<Piece>, WaitError> {
        if let Some(reason) = self.signal.reason() {
            return Err(WaitError::Aborted(reason));
        }
        match &mut self.from {
            From::Text(..) | From::Bytes(_) => Ok(self.at_once()),
            From::Reader(reader, left) => {
                let bytes = match left.take() {
                    Some(bytes) => bytes,
                    None => match read(reader, &self.signal, self.timeout_ms).await? {
                        Some(bytes) => bytes,
                        None => return Ok(None),
                    },
                };
                Ok(Some(cut(bytes, left)))
            }
        }
    }

    /// The next piece of what is there already.
    pub fn at_once(&mut self) -> Option<Piece> {
        match &mut self.from {
            From::Text(text, at) => next_of_text(text, at),
            From::Bytes(left) => left.take().map(|bytes| cut(bytes, left)),
            From::Reader(..) => None,
        }
    }

    /// Gives the rest up: the host need not fetch it.
    pub fn cancel(&self) {
        if let From::Reader(reader, _) = &self.from {
            host::cancel(reader, &JsValue::UNDEFINED);
        }
    }

    /// The host's reader, where there is one.
    pub fn reader(&self) -> JsValue {
        match &self.from {
            From::Reader(reader, _) => reader.clone(),
            From::Text(..) | From::Bytes(_) => JsValue::UNDEFINED,
        }
    }
}

/// The next bytes of a reader, of which pieces without any are none: they do not prolong the wait. `None` at the end.
async fn read(reader: &JsValue, signal: &Signal, timeout_ms: u32) -> Result<Option<Uint8Array>, WaitError> {
    let (begun, mut left_ms) = (host::ticks(), timeout_ms);
    loop {
        let asked = host::call_method(reader, "read", &Array::new());
        let read = wait_for(asked, signal, left_ms).await?;
        if host::get(&read, "done").is_truthy() {
            return Ok(None);
        }
        let Some(bytes) = host::bytes(&host::get(&read, "value")) else {
            let words = "the body's reader gave something other than bytes";
            return Err(WaitError::Thrown(JsValue::from_str(words)));
        };
        if bytes.length() > 0 {
            return Ok(Some(bytes));
        }
        let waited_ms = host::ticks() - begun;
        if timeout_ms > 0 && waited_ms >= f64::from(timeout_ms) {
            return Err(WaitError::TimedOut);
        }
        left_ms = wait::left(timeout_ms, waited_ms);
    }
}

/// A piece of it; what is left comes next.
fn cut(bytes: Uint8Array, left: &mut Option<Uint8Array>) -> Piece {
    if bytes.length() <= LARGEST_PIECE {
        return Piece::Bytes(bytes);
    }
    *left = Some(bytes.subarray(LARGEST_PIECE, bytes.length()));
    Piece::Bytes(bytes.subarray(0, LARGEST_PIECE))
}

/// Makes the host collect in time. To its collector a piece of a body is the few bytes of a view: in Node some 60 MB of pieces pile up. As much
/// garbage of its own kind costs less than the fresh memory would. Where users become objects, there is enough of it anyway.
pub fn collect_soon(length: usize) {
    // A slot takes eight bytes; a longer array would lie where it is not collected early.
    let slots = u32::try_from(length >> 3).unwrap_or(u32::MAX).min(15_000);
    let _ = Array::new_with_length(slots);
}

/// The next units of a text, one less where they would end within a character.
fn next_of_text(text: &JsString, at: &mut u32) -> Option<Piece> {
    let from = *at;
    if from >= text.length() {
        return None;
    }
    let mut to = from.saturating_add(LARGEST_PIECE / 4).min(text.length());
    let last = text.char_code_at(to.saturating_sub(1));
    if to < text.length() && (55_296.0..56_320.0).contains(&last) {
        to = to.saturating_sub(1);
    }
    *at = to;
    Some(Piece::Text(text.clone(), from, to))
}
