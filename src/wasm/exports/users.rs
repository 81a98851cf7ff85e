//! The functions for single users and for other requests. Each checks and copies its arguments at once. Most return a promise of their result.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;

use crate::error::Code;
use crate::http::request::{Request, invalid_query};
use crate::joined::joined;
use crate::user;
use crate::validation::InvalidValue;
use crate::value::Value;
use crate::wasm::client::connection;
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::create::create_user as send_create;
use crate::wasm::client::delete::delete_user as send_delete;
use crate::wasm::client::get::get_user as send_get;
use crate::wasm::client::list::get_all_users as send_list;
use crate::wasm::client::request::request as send_request;
use crate::wasm::client::update::update_user as send_update;
use crate::wasm::convert::shallow_value;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;
use crate::wasm::options::{OptionReader, parts};
use crate::wasm::promise::promise_of;

/// Checks a configuration, and returns a copy of it for the loader to keep to itself.
#[wasm_bindgen]
pub fn connect(config: &JsValue) -> Result<JsValue, JsValue> {
    connection::connect(config).map_err(Error::into_js)
}

/// Checks a configuration from the environment variables of the host, and returns it for the loader to keep to itself.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = connectFromEnvironment)]
pub fn connect_from_environment() -> Result<JsValue, JsValue> {
    connection::connect_from_environment().map_err(Error::into_js)
}

/// `POST /api/identity/v1/users`.
#[wasm_bindgen(js_name = createUser)]
pub fn create_user(domo: &JsValue, user: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &[])?;
        let user = JsonBody::copy_users("user", user)?.prepared(user::prepare_new)?;
        Ok(Box::pin(async move { send_create(&context, &user).await }))
    })
}

/// `GET /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = getUserById)]
pub fn get_user_by_id(domo: &JsValue, id: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &["parts"])?;
        let id = user::id(&shallow_value(id))?;
        let parts = parts(options)?;
        Ok(Box::pin(async move { send_get(&context, id, parts.as_ref()).await }))
    })
}

/// `GET /api/identity/v1/users`.
#[wasm_bindgen(js_name = getAllUsers)]
pub fn get_all_users(domo: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &["parts"])?;
        let parts = parts(options)?;
        Ok(Box::pin(send_list(context, parts)))
    })
}

/// `PATCH /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = updateUser)]
pub fn update_user(domo: &JsValue, id: &JsValue, changes: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &[])?;
        let id = user::id(&shallow_value(id))?;
        let changes = JsonBody::copy_users("changes", changes)?
            .prepared(|changes, errors| user::prepare_changes("changes", changes, errors))?;
        Ok(Box::pin(async move { send_update(&context, id, &changes).await }))
    })
}

/// `DELETE /api/identity/v1/users/{id}`.
#[wasm_bindgen(js_name = deleteUser)]
pub fn delete_user(domo: &JsValue, id: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &[])?;
        let id = user::id(&shallow_value(id))?;
        Ok(Box::pin(async move {
            send_delete(&context, id).await?;
            Ok(JsValue::UNDEFINED)
        }))
    })
}

/// A request to any other path of the instance.
#[wasm_bindgen]
pub fn request(domo: &JsValue, request: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &[])?;
        let (request, body) = read_request(request)?;
        Ok(Box::pin(send_request(context, request, body)))
    })
}

/// The attributes of a user by their keys, such as `{department: "Sales"}`: a single value as it is, several values as an array.
#[wasm_bindgen(js_name = userAttributes)]
pub fn user_attributes(user: &JsValue) -> Result<JsValue, JsValue> {
    let attributes = host::get(user, "attributes");
    if attributes.is_undefined() || attributes.is_null() {
        // A list of users, or the promise of a user, has no attributes either, but is no user.
        return match host::is_user(user) {
            true => Ok(Object::new().into()),
            false => Err(invalid("user", "a user, awaited", user)),
        };
    }
    let items =
        host::copy_array(&attributes).ok_or_else(|| invalid("attributes", "an array of {key, values}", &attributes))?;
    let by_key = host::attributes_by_key(&items);
    if host::is_array(&by_key) {
        let key = host::get(&by_key, "0");
        return Err(invalid("the key of every attribute", "a string", &key));
    }
    Ok(by_key)
}

fn invalid(field: &str, expected: &str, got: &JsValue) -> JsValue {
    Error::from(InvalidValue::expected(field, expected, &shallow_value(got))).into_js()
}

fn read_request(request: &JsValue) -> Result<(Request, Option<JsValue>), Error> {
    if !request.is_object() {
        let expected = "an object {method, path, query, body}";
        return Err(InvalidValue::expected("the request", expected, &shallow_value(request)).into());
    }
    let mut reader = OptionReader::new(request, Code::InvalidInput);
    let [body, method, path, query] = ["body", "method", "path", "query"].map(|name| reader.get(name));
    reader.finish()?;
    let json = match body.is_given() {
        true => Some(JsonBody::copy(body.name, &body.value)?.text),
        false => None,
    };
    let query = read_query(&query.value)?;
    let request = Request::custom(
        &method.shallow_value(),
        &path.shallow_value(),
        &query,
        &body.shallow_value(),
    )?;
    Ok((request, json))
}

/// Returns the query as it is in a URL.
fn read_query(query: &JsValue) -> Result<Value, Error> {
    if query.is_undefined() {
        return Ok(Value::Undefined);
    }
    // An object, a URLSearchParams or a Map.
    let is_object = matches!(shallow_value(query), Value::Object(_));
    let Some(entries) = is_object.then(|| host::entries(query)).flatten() else {
        return Err(invalid_query(&shallow_value(query)).into());
    };
    let mut parameters = Vec::new();
    for (name, value) in entries {
        match shallow_value(&value) {
            Value::Undefined => continue,
            Value::String(_) | Value::Bool(_) => {}
            Value::Number(number) if number.is_finite() => {}
            other => {
                let field = format!("query.{name}");
                return Err(InvalidValue::expected(&field, "a string, a number or a boolean", &other).into());
            }
        }
        // JavaScript converts numbers to strings.
        parameters.push(format!("{}={}", encoded(&name), encoded(&host::to_text(&value))));
    }
    Ok(Value::String(joined(&parameters, "&")))
}

fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
