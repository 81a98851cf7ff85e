//! `streamUsers`: users as `getAllUsers` gives them, some at a time.

use core::ops::Range;
use std::pin::Pin;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::pieces::{Pieces, keep};
use super::reading::Reading;
use crate::directory::bytes::lossy;
use crate::js::failure::Failure;
use crate::js::host;
use crate::js::input::only;
use crate::text::join;

/// So many users become objects at once: whatever is there when the host collects, it keeps and makes room for.
const BATCH: usize = 16;

struct Users {
    reading: Reading,
    /// Those that were found last.
    found: Vec<Range<usize>>,
    /// How many of them were given out.
    given: usize,
    /// A user that is no JSON was met; those before it are given out first.
    broken: bool,
}

/// Takes the arguments and answers the number of what will be read; its pieces are arrays of users.
#[wasm_bindgen(js_name = streamUsers)]
pub fn stream_users(domo: &JsValue, options: &JsValue, left: &JsValue) -> Result<u32, JsValue> {
    only(options, "").map_err(Failure::into_js)?;
    let reading = Reading::new(domo, options, None).map_err(Failure::into_js)?.until(left);
    Ok(keep(Box::new(Users {
        reading,
        found: Vec::new(),
        given: 0,
        broken: false,
    })))
}

impl Pieces for Users {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<JsValue, Failure>> + '_>> {
        Box::pin(async {
            if self.broken {
                return Err(self.not_json());
            }
            let mut more = true;
            while self.given >= self.found.len() {
                self.found.clear();
                self.given = 0;
                while let Some((user, _)) = self.reading.user(|_, _| None) {
                    self.found.push(user);
                }
                if self.found.is_empty() {
                    if !more {
                        return Ok(JsValue::UNDEFINED);
                    }
                    more = self.reading.more().await?;
                }
            }
            let bytes = self.reading.bytes();
            let users = self.found.get(self.given..).unwrap_or_default();
            let users = users.get(..BATCH).unwrap_or(users);
            let ends = users.first().zip(users.last());
            // One parse for the whole batch, by the host: users come just as getAllUsers gives them.
            if let Some(batch) = ends.and_then(|(first, last)| parse(bytes, first.start..last.end)) {
                self.given = self.given.saturating_add(users.len());
                return Ok(batch);
            }
            self.broken = true;
            let whole = Array::new();
            for user in users {
                match parse(bytes, user.clone()) {
                    Some(one) => whole.push(&host::get(&one, "0")),
                    None => break,
                };
            }
            self.given = self.given.saturating_add(whole.length() as usize);
            match whole.length() {
                0 => Err(self.not_json()),
                _ => Ok(whole.into()),
            }
        })
    }

    fn reader(&self) -> JsValue {
        self.reading.reader()
    }

    fn stop(&mut self) {
        self.reading.stop();
    }
}

impl Users {
    /// The next one is none.
    fn not_json(&self) -> Failure {
        self.reading
            .not_json(self.found.get(self.given).cloned().unwrap_or_default())
    }
}

/// The users that stand there, with commas between, as an array.
fn parse(bytes: &[u8], place: Range<usize>) -> Option<JsValue> {
    let text = lossy(bytes.get(place)?);
    host::parse(&join(&["[", &text, "]"]).into())
}
