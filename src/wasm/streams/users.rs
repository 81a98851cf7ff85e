//! `streamUsers`: users as `getAllUsers` returns them, some at a time.

use core::ops::Range;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::options::reject_unknown;
use crate::wasm::streams::registry::{ChunkSource, Step};
use crate::wasm::streams::user_stream::UserStream;

/// This many users become objects at once. More would be alive when the host collects garbage, and the host would then take more memory.
const BATCH: usize = 16;

/// Users in batches.
pub struct UserBatches {
    stream: UserStream,
    /// Where the users that were found last are.
    found: Vec<Range<usize>>,
    /// How many of them were handed out.
    handed_out: usize,
    /// What follows the users that were found: the end of the stream or an error.
    end: Option<Result<JsValue, Error>>,
}

impl UserBatches {
    /// Checks the arguments. `abandoned` is a signal that is aborted when nobody reads any more.
    pub fn open(domo: &JsValue, options: &JsValue, abandoned: &JsValue) -> Result<Box<dyn ChunkSource>, Error> {
        let stream = UserStream::new(domo, options, None)?.until(abandoned);
        reject_unknown(options, &["parts"])?;
        Ok(Box::new(Self {
            stream,
            found: Vec::new(),
            handed_out: 0,
            end: None,
        }))
    }
}

impl ChunkSource for UserBatches {
    fn step(&mut self) -> Step<'_> {
        Box::pin(async {
            let has_more = self.stream.read_more().await;
            self.handed_out = 0;
            self.found.clear();
            while let Some(range) = self.stream.next_range() {
                self.found.push(range);
            }
            self.end = match has_more {
                Ok(true) => None,
                Ok(false) => Some(Ok(JsValue::UNDEFINED)),
                Err(error) => Some(Err(error)),
            };
        })
    }

    fn reader(&self) -> JsValue {
        self.stream.reader()
    }

    fn stop(&mut self) {
        self.stream.stop();
    }

    fn chunk(&mut self) -> Option<Result<JsValue, Error>> {
        let bytes = self.stream.bytes();
        let users = self.found.get(self.handed_out..).unwrap_or_default();
        let users = users.get(..BATCH).unwrap_or(users);
        let (Some(first), Some(last), None) = (users.first(), users.last(), &self.end) else {
            return self.end.take();
        };
        // The host parses the whole batch at once: users are as getAllUsers returns them.
        if let Some(batch) = parse(bytes, first.start..last.end) {
            self.handed_out = self.handed_out.saturating_add(users.len());
            return Some(Ok(batch));
        }
        // One of the users is not valid JSON: those before it are handed out first.
        let valid = Array::new();
        for user in users {
            match parse(bytes, user.clone()) {
                Some(one) => valid.push(&host::get(&one, "0")),
                None => break,
            };
        }
        self.handed_out = self.handed_out.saturating_add(valid.length() as usize);
        let invalid = self.found.get(self.handed_out).cloned().unwrap_or_default();
        self.end = Some(Err(self.stream.invalid_user(invalid)));
        match valid.length() {
            0 => self.end.take(),
            _ => Some(Ok(valid.into())),
        }
    }
}

/// Parses users with commas between them as an array.
fn parse(bytes: &[u8], place: Range<usize>) -> Option<JsValue> {
    let text = String::from_utf8_lossy(bytes.get(place)?);
    host::parse_json(&format!("[{text}]").into())
}
