//! What the caller gave, taken once and safely: a getter is asked a single time, at the call, and may throw.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::connection::headers;
use super::failure::Failure;
use super::host;
use super::limit::Signal;
use crate::config;
use crate::error::DomoError;
use crate::given::{DEEPEST, Given};

/// A scalar as it is, anything else by its kind: enough to check it or to name it.
pub fn given(value: &JsValue) -> Given {
    if value.is_undefined() {
        Given::Missing
    } else if value.is_null() {
        Given::Null
    } else if let Some(flag) = value.as_bool() {
        Given::Bool(flag)
    } else if let Some(number) = value.as_f64() {
        Given::Number(number)
    } else if let Some(text) = value.as_string() {
        Given::Text(text)
    } else if Array::is_array(value) {
        Given::List(Vec::new())
    } else if value.is_object() {
        Given::Object(Vec::new())
    } else {
        Given::Other(host::text_of(&value.js_typeof()))
    }
}

/// Plain data of the caller's: its JSON text, which is what is sent, and the same for our checks.
pub struct Json {
    /// The JSON text, a JavaScript string.
    pub text: JsValue,
    /// What the text says.
    pub given: Given,
}

impl Json {
    /// Takes a copy; the caller may change the original from now on.
    pub fn take(name: &str, value: &JsValue) -> Result<Self, Failure> {
        let text = host::stringify(value).ok_or_else(|| {
            DomoError::input(format!(
                "{name} must be plain data that JSON can hold: no functions, BigInt, circles or throwing getters; got {}",
                given(value)
            ))
        })?;
        let given = host::parse(&text)
            .ok()
            .and_then(|copy| read(&copy))
            .ok_or_else(|| DomoError::input(format!("{name} must not be nested deeper than {DEEPEST} levels")))?;
        Ok(Self { text, given })
    }
}

/// Plain data that came out of JSON, for our checks; `None` where it is nested deeper than [`DEEPEST`].
pub fn read(plain: &JsValue) -> Option<Given> {
    read_within(plain, DEEPEST)
}

fn read_within(plain: &JsValue, levels: u8) -> Option<Given> {
    match given(plain) {
        Given::List(_) => {
            let below = levels.checked_sub(1)?;
            let items = plain.unchecked_ref::<Array>().iter();
            Some(Given::List(
                items.map(|item| read_within(&item, below)).collect::<Option<_>>()?,
            ))
        }
        Given::Object(_) => {
            let below = levels.checked_sub(1)?;
            let fields = host::entries(plain).ok()?;
            let read = fields
                .into_iter()
                .map(|(key, value)| Some((key, read_within(&value, below)?)));
            Some(Given::Object(read.collect::<Option<_>>()?))
        }
        scalar => Some(scalar),
    }
}

/// The options that every call takes.
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
    /// Checks them.
    pub fn take(options: &JsValue) -> Result<Self, Failure> {
        if !options.is_object() && !options.is_undefined() {
            return Err(DomoError::input(format!("options must be an object; got {}", given(options))).into());
        }
        let signal = option(options, "signal")?;
        if !signal.is_undefined() && !host::get(&signal, "addEventListener").is_function() {
            return Err(DomoError::input(format!("signal must be an AbortSignal; got {}", given(&signal))).into());
        }
        let limit = |name: &str, check: fn(&Given, u32) -> Result<u32, String>| {
            let value = given(&option(options, name)?);
            match value {
                Given::Missing => Ok(None),
                value => check(&value, 0)
                    .map(Some)
                    .map_err(|why| Failure::from(DomoError::input(why))),
            }
        };
        Ok(Self {
            signal: Signal(signal),
            timeout_ms: limit("timeoutMs", config::timeout_ms)?,
            max_retries: limit("maxRetries", config::max_retries)?,
            headers: headers(&option(options, "headers")?).map_err(DomoError::input)?,
        })
    }
}

/// One option; an error where its getter throws.
pub fn option(options: &JsValue, name: &str) -> Result<JsValue, Failure> {
    host::try_get(options, name)
        .map_err(|_| DomoError::input(format!("{name} could not be read: its getter throws")).into())
}

/// The option `parts`, as the query wants it.
pub fn parts(options: &JsValue) -> Result<Option<String>, Failure> {
    let value = option(options, "parts")?;
    let asked = if Array::is_array(&value) {
        Json::take("parts", &value)?.given
    } else {
        given(&value)
    };
    Ok(crate::parts::parts(&asked)?)
}
