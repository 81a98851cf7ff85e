//! Finding users by what is known of them.

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use super::call::Caller;
use super::failure::{Failure, to_js};
use super::host;
use crate::request::Request;
use crate::search::{PAGE, by_email, is_missing};

/// The user with just this e-mail address, whatever its case; `None` where there is none. `parts` as the query wants them.
pub async fn find_by_email(caller: &Caller, email: &str, parts: Option<&str>) -> Result<Option<JsValue>, Failure> {
    let wanted = lower_case(&email.into());
    let mut offset = 0;
    loop {
        let body = host::stringify(&to_js(&by_email(email, parts, offset)));
        let users = match caller.send(&Request::search(), body.as_ref()).await {
            Ok(answer) => answer.users()?,
            Err(Failure::Error(failed)) if is_missing(failed.error.status) => {
                let request = Request::get_users(Some(parts.unwrap_or("SIMPLE")));
                let users = caller.send(&request, None).await?.users()?;
                return Ok(with_email(&users, &wanted));
            }
            Err(failure) => return Err(failure),
        };
        let found = with_email(&users, &wanted);
        if found.is_some() || users.length() < PAGE {
            return Ok(found);
        }
        offset = offset.saturating_add(PAGE);
    }
}

fn with_email(users: &Array, wanted: &JsString) -> Option<JsValue> {
    users
        .iter()
        .find(|user| lower_case(&host::get(user, "emailAddress")) == *wanted)
}

/// By the host, which knows every script's cases; empty for what is no text.
fn lower_case(text: &JsValue) -> JsString {
    text.dyn_ref::<JsString>()
        .map_or_else(|| "".into(), JsString::to_lower_case)
}
