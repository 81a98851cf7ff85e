//! `findUserByEmail`.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::DomoError;
use crate::text::{find, join};
use crate::validation::must;
use crate::wasm::endpoint::perform;
use crate::wasm::input::{given, parts};
use crate::wasm::look_up::who_has;
use domo_users_scan::email::{address_in, is_address};

/// Finds the user with this e-mail address, ignoring case and what nobody sees in either; `undefined` if there is none.
#[wasm_bindgen(js_name = findUserByEmail)]
pub fn find_user_by_email(domo: &JsValue, email: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let email = given(email);
        let address = address_in(email.text().unwrap_or_default());
        if !is_address(&address) {
            let expected = "an e-mail address such as jane.doe@example.com";
            return Err(DomoError::input(must("email", expected, &email)).into());
        }
        let mut parts = parts(options)?;
        // Without one of these an answer shows no e-mail address.
        if let Some(parts) = &mut parts
            && find(parts, "SIMPLE").or(find(parts, "DETAILED")).is_none()
        {
            *parts = join(&[parts, ",SIMPLE"]);
        }
        Ok(who_has(&address, parts.as_deref()))
    })
}
