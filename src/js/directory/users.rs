//! `streamUsers`: users as `getAllUsers` gives them, a batch with each piece of the body.

use std::pin::Pin;

use wasm_bindgen::prelude::*;

use super::pieces::{Pieces, keep};
use super::reading::Reading;
use crate::error::{Code, DomoError};
use crate::js::failure::Failure;
use crate::js::host;

struct Users(Reading);

/// Takes the arguments and answers the number of what will be read; its pieces are arrays of users.
#[wasm_bindgen(js_name = streamUsers)]
pub fn stream_users(domo: &JsValue, options: &JsValue) -> Result<u32, JsValue> {
    let reading = Reading::new(domo, options, None).map_err(Failure::into_js)?;
    Ok(keep(Box::new(Users(reading))))
}

impl Pieces for Users {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<JsValue, Failure>> + '_>> {
        Box::pin(async {
            match self.0.next().await? {
                None => Ok(JsValue::UNDEFINED),
                Some((bytes, users)) => {
                    let ends = users.first().zip(users.last());
                    let whole = ends.and_then(|(first, last)| bytes.get(first.start..last.end));
                    // One parse for the whole batch, by the host: users come just as getAllUsers gives them.
                    let text = String::from_utf8_lossy(whole.unwrap_or_default());
                    host::parse(&["[", &text, "]"].concat().into())
                        .map_err(|_| DomoError::new(Code::BadResponse, "A user in the answer is no JSON").into())
                }
            }
        })
    }

    fn reader(&self) -> JsValue {
        self.0.reader()
    }

    fn stop(&mut self) {
        self.0.stop();
    }
}
