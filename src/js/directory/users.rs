//! `streamUsers`: users as `getAllUsers` gives them, a batch with each piece of the body.

use core::ops::Range;
use std::pin::Pin;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::pieces::{Pieces, keep};
use super::reading::Reading;
use crate::error::{Code, DomoError};
use crate::js::failure::Failure;
use crate::js::host;

struct Users {
    reading: Reading,
    /// A user that is no JSON was met; those before it are given out first.
    broken: bool,
}

/// Takes the arguments and answers the number of what will be read; its pieces are arrays of users.
#[wasm_bindgen(js_name = streamUsers)]
pub fn stream_users(domo: &JsValue, options: &JsValue) -> Result<u32, JsValue> {
    let reading = Reading::new(domo, options, None).map_err(Failure::into_js)?;
    Ok(keep(Box::new(Users { reading, broken: false })))
}

impl Pieces for Users {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<JsValue, Failure>> + '_>> {
        Box::pin(async {
            let not_json = || DomoError::new(Code::BadResponse, "A user in the answer is no JSON").into();
            if self.broken {
                return Err(not_json());
            }
            let Some((bytes, users)) = self.reading.next().await? else {
                return Ok(JsValue::UNDEFINED);
            };
            let ends = users.first().zip(users.last());
            // One parse for the whole batch, by the host: users come just as getAllUsers gives them.
            if let Some(batch) = ends.and_then(|(first, last)| parse(bytes, first.start..last.end)) {
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
            match whole.length() {
                0 => Err(not_json()),
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

/// The users that stand there, with commas between, as an array.
fn parse(bytes: &[u8], place: Range<usize>) -> Option<JsValue> {
    let text = String::from_utf8_lossy(bytes.get(place)?);
    host::parse(&["[", &text, "]"].concat().into()).ok()
}
