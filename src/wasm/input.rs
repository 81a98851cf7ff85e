//! What the caller gave, taken once and safely: a getter is asked a single time, at the call, and may throw.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::client::parts::Parts;
use crate::client::update_check::top_level;
use crate::config;
use crate::error::{Code, DomoError};
use crate::text::{excerpt, join};
use crate::validation::{Errors, InvalidValue, checked};
use crate::value::{MAX_DEPTH, Value};
use crate::wasm::connection::headers;
use crate::wasm::failure::{Failure, to_js};
use crate::wasm::host;
use crate::wasm::option_reader::OptionReader;
use crate::wasm::wait::Signal;

/// A scalar as it is, anything else by its kind: enough to check it or to name it.
pub fn given(value: &JsValue) -> Value {
    match host::kind(value) {
        0 => Value::Undefined,
        1 => Value::Null,
        2 => Value::Bool(false),
        3 => Value::Bool(true),
        4 => Value::Number(value.as_f64().unwrap_or_default()),
        5 => Value::String(value.as_string().unwrap_or_default()),
        6 => Value::Array(Vec::new()),
        7 => Value::Object(Vec::new()),
        _ => Value::Other(host::text_of(&value.js_typeof())),
    }
}

/// Plain data of the caller's: its JSON text, which is what is sent, and the same for our checks.
pub struct JsonBody {
    /// The JSON text, a JavaScript string.
    pub text: JsValue,
    /// What the text says.
    pub given: Value,
}

impl JsonBody {
    /// Data of ours.
    pub fn of(given: Value) -> Self {
        Self {
            text: host::stringify(&to_js(&given)).unwrap_or(JsValue::UNDEFINED),
            given,
        }
    }

    /// Takes a copy; the caller may change the original from now on.
    pub fn take(name: &str, value: &JsValue) -> Result<Self, Failure> {
        Self::taken(name, value, false)
    }

    /// The same of a user, or of changes of users. JSON has no date, no function and no undefined item of an array, and would clear what they stand
    /// for: a date becomes its milliseconds, and the others are refused.
    pub fn take_users(name: &str, value: &JsValue) -> Result<Self, Failure> {
        Self::taken(name, value, true)
    }

    /// Prepares a user or changes to be sent, by a function that returns whether it changed anything.
    ///
    /// # Errors
    /// `INVALID_INPUT` with all errors that the function reported.
    pub fn prepared(mut self, prepare: impl FnOnce(&mut Value, &mut Errors) -> bool) -> Result<Self, Failure> {
        let mut is_changed = false;
        checked(|errors| is_changed = prepare(&mut self.given, errors))?;
        Ok(if is_changed { Self::of(self.given) } else { self })
    }

    fn taken(name: &str, value: &JsValue, is_users: bool) -> Result<Self, Failure> {
        if value.is_undefined() {
            // The check that follows says what was expected.
            let (text, given) = (JsValue::UNDEFINED, Value::Undefined);
            return Ok(Self { text, given });
        }
        let text = match is_users {
            true => host::users_json(value),
            false => host::stringify(value),
        };
        let text = text.ok_or_else(|| {
            let unfit = is_users.then(|| host::unfit_place(value)).flatten();
            let message = unfit.map_or_else(
                || {
                    let expected = "plain data that JSON can hold: no function, NaN, BigInt, invalid date, circular reference or throwing getter";
                    InvalidValue::expected(name, expected, &given(value)).to_string()
                },
                |(place, value)| unfit_value(name, &place, &value),
            );
            DomoError::input(message)
        })?;
        let given = host::parse(&text)
            .and_then(|copy| read(&copy))
            .ok_or_else(|| DomoError::input(join(&[name, " must not be nested deeper than 32 levels"])))?;
        Ok(Self { text, given })
    }
}

/// The error message about a value that JSON cannot hold, at a place such as `attributes[0].values[1]`.
fn unfit_value(name: &str, place: &str, value: &JsValue) -> String {
    let list = if place.starts_with('[') { name } else { "" };
    let place = excerpt(place, 120);
    let got = match given(value) {
        Value::Undefined => "undefined".to_owned(),
        // A valid one has a JSON form.
        Value::Object(_) if value.has_type::<js_sys::Date>() => "an invalid date".to_owned(),
        other => other.describe(),
    };
    format!(
        "{name} must be plain data, but {list}{place} is {got}: give a string, a number, a boolean or a valid Date, or null, as only null clears a value"
    )
}

/// As much of a user as shows what became of changes: the fields that they name, where all of these stand at its top; else all of it.
pub fn shown(user: &JsValue, changes: &Value) -> Value {
    let mut named = Vec::new();
    for (name, _) in top_level(changes) {
        // What is not there may stand among the attributes.
        match host::get(user, name) {
            value if value.is_undefined() => return read(user).unwrap_or_default(),
            value => named.push((name.to_owned(), read(&value).unwrap_or_default())),
        }
    }
    Value::Object(named)
}

/// Plain data that came out of JSON, for our checks; `None` where it is nested deeper than [`MAX_DEPTH`].
pub fn read(plain: &JsValue) -> Option<Value> {
    read_within(plain, MAX_DEPTH)
}

fn read_within(plain: &JsValue, levels: u8) -> Option<Value> {
    match given(plain) {
        Value::Array(mut items) => {
            let below = levels.checked_sub(1)?;
            for item in plain.unchecked_ref::<Array>().iter() {
                items.push(read_within(&item, below)?);
            }
            Some(Value::Array(items))
        }
        Value::Object(mut fields) => {
            let below = levels.checked_sub(1)?;
            for (key, value) in host::entries(plain)? {
                fields.push((key, read_within(&value, below)?));
            }
            Some(Value::Object(fields))
        }
        scalar => Some(scalar),
    }
}

/// The options that every call takes.
#[derive(Default)]
pub struct CallOptions {
    /// Ends the call.
    pub signal: Signal,
    /// In place of the configuration's.
    pub timeout_ms: Option<u32>,
    /// In place of the configuration's.
    pub max_retries: Option<u32>,
    /// Added to the configuration's.
    pub headers: Vec<(String, String)>,
}

impl CallOptions {
    /// Checks them; every fault is told.
    pub fn take(options: &JsValue) -> Result<Self, Failure> {
        if options.is_undefined() {
            return Ok(Self::default());
        }
        let mut asked = OptionReader::of(options, "signal,timeoutMs,maxRetries,headers", Code::InvalidInput)?;
        if !options.is_object() {
            asked.errors.push_expected("options", "an object", &given(options));
        }
        let is_signal = |signal: &JsValue| host::get(signal, "addEventListener").is_function();
        let taken = Self {
            signal: Signal(asked.checked("signal", "an AbortSignal", is_signal)),
            timeout_ms: asked.limit("timeoutMs", 0, config::LONGEST_TIMER_MS),
            max_retries: asked.limit("maxRetries", 0, config::MOST_RETRIES),
            headers: headers(&mut asked),
        };
        asked.settle()?;
        Ok(taken)
    }
}

/// One option; an error where its getter throws.
pub fn option(options: &JsValue, name: &str) -> Result<JsValue, Failure> {
    Ok(OptionReader::of(options, name, Code::InvalidInput)?.get(name))
}

/// Returns the option `parts`.
pub fn parts(options: &JsValue) -> Result<Option<Parts>, Failure> {
    if options.is_undefined() {
        return Ok(None);
    }
    let value = option(options, "parts")?;
    let asked = if host::is_array(&value) {
        JsonBody::take("parts", &value)?.given
    } else {
        given(&value)
    };
    Ok(Parts::parse(&asked)?)
}
