//! `findUserByEmail`.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::DomoError;
use crate::faults::must;
use crate::js::call::Caller;
use crate::js::endpoint::{Work, settle};
use crate::js::input::{given, parts};
use crate::js::look_up::find_by_email;
use crate::text::{find, join};
use crate::user::is_email;

/// The user with just this e-mail address, whatever its case; `undefined` where there is none.
#[wasm_bindgen(js_name = findUserByEmail)]
pub fn find_user_by_email(domo: &JsValue, email: &JsValue, options: &JsValue) -> Promise {
    let ready = Caller::new(domo, options).and_then(|caller| {
        let address = given(email);
        match address.text().map(str::trim) {
            Some(text) if is_email(text) => Ok((caller, text.to_owned(), parts(options)?)),
            _ => {
                let expected = "an e-mail address such as jane.doe@example.com";
                Err(DomoError::input(must("email", expected, &address)).into())
            }
        }
    });
    settle(ready.map(|(caller, email, parts)| -> Work {
        Box::pin(async move {
            // Without one of these an answer shows no e-mail address.
            let parts = parts.map(
                |parts| match find(&parts, "SIMPLE").or(find(&parts, "DETAILED")).is_some() {
                    true => parts,
                    false => join(&[&parts, ",SIMPLE"]),
                },
            );
            find_by_email(&caller, &email, parts.as_deref()).await
        })
    }))
}
