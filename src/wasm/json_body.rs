//! Data of the caller as JSON: what is sent, and the same data for checks.

use wasm_bindgen::prelude::*;

use crate::error::DomoError;
use crate::excerpt::excerpt;
use crate::validation::{Errors, InvalidValue, checked};
use crate::value::{MAX_DEPTH, Value};
use crate::wasm::convert::{deep_value, shallow_value, to_js};
use crate::wasm::errors::Error;
use crate::wasm::host::{self, Unsendable};

/// Data as a JSON string and as a [`Value`].
pub struct JsonBody {
    /// The JSON, a JavaScript string.
    pub text: JsValue,
    /// The data of `text` as a value.
    pub value: Value,
}

impl From<Value> for JsonBody {
    fn from(value: Value) -> Self {
        Self {
            text: host::to_json(&to_js(&value)).unwrap_or(JsValue::UNDEFINED),
            value,
        }
    }
}

impl JsonBody {
    /// Copies data of the caller, who may change the original from now on.
    ///
    /// # Errors
    /// `INVALID_INPUT`, with this name, if JSON cannot hold the data.
    pub fn copy(name: &str, data: &JsValue) -> Result<Self, Error> {
        Self::parse(name, data, host::to_json(data), None)
    }

    /// Copies a user, or changes of users. JSON has no dates, functions or undefined array items: it would write `null` for them, which clears a value. So
    /// dates become milliseconds, and functions and undefined items are refused.
    ///
    /// # Errors
    /// `INVALID_INPUT`, with this name and the place of the value that cannot be sent.
    pub fn copy_users(name: &str, users: &JsValue) -> Result<Self, Error> {
        let text = host::users_to_json(users);
        let unsendable = match text {
            None => host::find_unsendable(users),
            Some(_) => None,
        };
        Self::parse(name, users, text, unsendable)
    }

    /// Prepares a user or changes to be sent, by a function that returns whether it changed anything.
    ///
    /// # Errors
    /// `INVALID_INPUT` with all errors that the function reported.
    pub fn prepared(mut self, prepare: impl FnOnce(&mut Value, &mut Errors) -> bool) -> Result<Self, Error> {
        let mut is_changed = false;
        checked(|errors| is_changed = prepare(&mut self.value, errors))?;
        Ok(if is_changed { self.value.into() } else { self })
    }

    fn parse(name: &str, data: &JsValue, text: Option<JsValue>, unsendable: Option<Unsendable>) -> Result<Self, Error> {
        if data.is_undefined() {
            // The check that follows reports it as missing.
            let (text, value) = (JsValue::UNDEFINED, Value::Undefined);
            return Ok(Self { text, value });
        }
        let text = text.ok_or_else(|| {
            let message = unsendable.map_or_else(
                || {
                    let expected = "plain data that JSON can hold: no function, NaN, BigInt, invalid date, circular reference or throwing getter";
                    InvalidValue::expected(name, expected, &shallow_value(data)).to_string()
                },
                |unsendable| unsendable_value(name, &unsendable),
            );
            DomoError::input(message)
        })?;
        let value = host::parse_json(&text)
            .and_then(|copy| deep_value(&copy))
            .ok_or_else(|| DomoError::input(format!("{name} must not be nested deeper than {MAX_DEPTH} levels")))?;
        Ok(Self { text, value })
    }
}

/// Returns the error message about a value that JSON cannot hold.
fn unsendable_value(name: &str, Unsendable { path, value }: &Unsendable) -> String {
    let list = if path.starts_with('[') { name } else { "" };
    let path = excerpt(path, 120);
    let got = match shallow_value(value) {
        Value::Undefined => "undefined".to_owned(),
        // A valid date can be sent.
        Value::Object(_) if value.has_type::<js_sys::Date>() => "an invalid date".to_owned(),
        other => other.describe(),
    };
    format!(
        "{name} must be plain data, but {list}{path} is {got}. Pass JSON values or a valid Date. To clear a value, pass null"
    )
}
