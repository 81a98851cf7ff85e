//! The five documented endpoints, as JavaScript calls them.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;

use crate::http::request::Request;
use crate::user;
use crate::validation::InvalidValue;
use crate::wasm::endpoint::{ResponseKind, perform};
use crate::wasm::failure::Failure;
use crate::wasm::host;
use crate::wasm::input::{JsonBody, given, parts};

/// `POST /api/identity/v1/users`.
#[wasm_bindgen(js_name = createUser)]
pub fn create_user(domo: &JsValue, new_user: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let user = JsonBody::take_users("user", new_user)?.prepared(user::prepare_new)?;
        Ok((Request::create_user(), Some(user), ResponseKind::Created))
    })
}

/// `GET /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = getUserById)]
pub fn get_user_by_id(domo: &JsValue, id: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let id = user::id(&given(id))?;
        let request = Request::get_user(id, parts(options)?.as_ref());
        Ok((request, None, ResponseKind::UserWithId(id)))
    })
}

/// `GET /api/identity/v1/users`.
#[wasm_bindgen(js_name = getAllUsers)]
pub fn get_all_users(domo: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let request = Request::get_users(parts(options)?.as_ref());
        Ok((request, None, ResponseKind::Users))
    })
}

/// `PATCH /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = updateUser)]
pub fn update_user(domo: &JsValue, id: &JsValue, changes: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let request = Request::update_user(user::id(&given(id))?);
        let changes = JsonBody::take_users("changes", changes)?
            .prepared(|changes, errors| user::prepare_changes("changes", changes, errors))?;
        Ok((request, Some(changes), ResponseKind::Changed))
    })
}

/// `DELETE /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = deleteUser)]
pub fn delete_user(domo: &JsValue, id: &JsValue, options: &JsValue) -> Promise {
    perform(domo, options, &|| {
        let request = Request::delete_user(user::id(&given(id))?);
        Ok((request, None, ResponseKind::Deleted))
    })
}

/// `{department: "Sales", …}` of a user's attributes: one value unwrapped, several as an array.
#[wasm_bindgen(js_name = userAttributes)]
pub fn user_attributes(user: &JsValue) -> Result<JsValue, JsValue> {
    let attributes = host::get(user, "attributes");
    if attributes.is_undefined() || attributes.is_null() {
        // Nor is a list of users one, or the promise of one.
        return match host::is_user(user) {
            true => Ok(Object::new().into()),
            false => Err(wrong("user", "a user, awaited", user)),
        };
    }
    let items =
        host::items(&attributes).ok_or_else(|| wrong("attributes", "an array of {key, values}", &attributes))?;
    let read = host::unwrapped(&items);
    if host::is_array(&read) {
        let key = host::get(&read, "0");
        return Err(wrong("the key of every attribute", "a string", &key));
    }
    Ok(read)
}

fn wrong(field: &str, expected: &str, got: &JsValue) -> JsValue {
    Failure::from(InvalidValue::expected(field, expected, &given(got))).into_js()
}
