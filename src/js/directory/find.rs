//! `findUserByEmail`.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::DomoError;
use crate::faults::must;
use crate::js::endpoint::perform;
use crate::js::input::{given, parts};
use crate::js::look_up::who_has;
use crate::text::{find, join};
use crate::user::is_email;

/// The user with just this e-mail address, whatever its case; `undefined` where there is none.
#[wasm_bindgen(js_name = findUserByEmail)]
pub fn find_user_by_email(domo: &JsValue, email: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let email = given(email);
        let Some(address) = email.text().map(str::trim).filter(|text| is_email(text)) else {
            let expected = "an e-mail address such as jane.doe@example.com";
            return Err(DomoError::input(must("email", expected, &email)).into());
        };
        let mut parts = parts(options)?;
        // Without one of these an answer shows no e-mail address.
        if let Some(parts) = &mut parts
            && find(parts, "SIMPLE").or(find(parts, "DETAILED")).is_none()
        {
            *parts = join(&[parts, ",SIMPLE"]);
        }
        Ok(who_has(address, parts.as_deref()))
    })
}
