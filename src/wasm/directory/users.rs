//! `streamUsers`: users as `getAllUsers` gives them, some at a time.

use core::ops::Range;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::text::join;
use crate::wasm::directory::stream_registry::{Pieces, keep};
use crate::wasm::directory::user_stream::UserStream;
use crate::wasm::failure::Failure;
use crate::wasm::host;
use crate::wasm::option_reader::reject_unknown;

/// So many users become objects at once: whatever is there when the host collects, it keeps and makes room for.
const BATCH: usize = 16;

struct Users {
    reading: UserStream,
    /// Those that were found last.
    found: Vec<Range<usize>>,
    /// How many of them were given out.
    given: usize,
    /// What comes behind the users that were found.
    end: Option<Result<JsValue, Failure>>,
}

/// Takes the arguments and answers the number of what will be read; its pieces are arrays of users.
#[wasm_bindgen(js_name = streamUsers)]
pub fn stream_users(domo: &JsValue, options: &JsValue, left: &JsValue) -> Result<u32, JsValue> {
    reject_unknown(options, "parts").map_err(|error| Failure::from(error).into_js())?;
    let reading = UserStream::new(domo, options, None)
        .map_err(Failure::into_js)?
        .until(left);
    Ok(keep(Box::new(Users {
        reading,
        found: Vec::new(),
        given: 0,
        end: None,
    })))
}

impl Pieces for Users {
    fn reading(&mut self) -> &mut UserStream {
        &mut self.reading
    }

    fn take(&mut self, more: Result<bool, Failure>) {
        self.given = 0;
        self.found.clear();
        while let Some((user, _)) = self.reading.user(|_, _| None) {
            self.found.push(user);
        }
        self.end = match more {
            Ok(true) => None,
            Ok(false) => Some(Ok(JsValue::UNDEFINED)),
            Err(failure) => Some(Err(failure)),
        };
    }

    fn piece(&mut self) -> Option<Result<JsValue, Failure>> {
        let bytes = self.reading.bytes();
        let users = self.found.get(self.given..).unwrap_or_default();
        let users = users.get(..BATCH).unwrap_or(users);
        let (Some(first), Some(last), None) = (users.first(), users.last(), &self.end) else {
            return self.end.take();
        };
        // One parse for the whole batch, by the host: users come just as getAllUsers gives them.
        if let Some(batch) = parse(bytes, first.start..last.end) {
            self.given = self.given.saturating_add(users.len());
            return Some(Ok(batch));
        }
        // One of them is no JSON: those before it are given out first.
        let whole = Array::new();
        for user in users {
            match parse(bytes, user.clone()) {
                Some(one) => whole.push(&host::get(&one, "0")),
                None => break,
            };
        }
        self.given = self.given.saturating_add(whole.length() as usize);
        let broken = self.found.get(self.given).cloned().unwrap_or_default();
        self.end = Some(Err(self.reading.not_json(broken)));
        match whole.length() {
            0 => self.end.take(),
            _ => Some(Ok(whole.into())),
        }
    }
}

/// The users that stand there, with commas between, as an array.
fn parse(bytes: &[u8], place: Range<usize>) -> Option<JsValue> {
    let text = String::from_utf8_lossy(bytes.get(place)?);
    host::parse(&join(&["[", &text, "]"]).into())
}
