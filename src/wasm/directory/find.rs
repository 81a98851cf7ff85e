//! `findUserByEmail`.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::client::parts::Part;
use crate::validation::InvalidValue;
use crate::wasm::endpoint::perform;
use crate::wasm::input::{given, parts};
use crate::wasm::look_up::who_has;
use domo_users_scan::email::{address_in, is_address};

/// Finds the user with this e-mail address, ignoring case and what nobody sees in either; `undefined` if there is none.
#[wasm_bindgen(js_name = findUserByEmail)]
pub fn find_user_by_email(domo: &JsValue, email: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let email = given(email);
        let address = address_in(email.as_str().unwrap_or_default());
        if !is_address(&address) {
            let expected = "an e-mail address such as jane.doe@example.com";
            return Err(InvalidValue::expected("email", expected, &email).into());
        }
        let mut parts = parts(options)?;
        // Only these two contain the e-mail address.
        if let Some(parts) = &mut parts
            && !parts.contains(Part::Detailed)
        {
            parts.insert(Part::Simple);
        }
        Ok(who_has(&address, parts.as_ref()))
    })
}
