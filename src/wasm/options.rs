//! Options and configurations: each property is read once, and all errors are reported at once.

use wasm_bindgen::prelude::*;

use crate::client::parts;
use crate::config;
use crate::error::{Code, DomoError};
use crate::validation::Errors;
#[cfg(feature = "directory")]
use crate::validation::no_such;
use crate::value::Value;
use crate::wasm::convert::shallow_value;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;
use crate::wasm::wait::Signal;

/// A property of an object that the caller passed.
pub struct JsOption {
    /// Its name.
    pub name: &'static str,
    /// Its value; `undefined` if it is missing.
    pub value: JsValue,
}

impl JsOption {
    /// Whether the property is there.
    pub fn is_given(&self) -> bool {
        !self.value.is_undefined()
    }

    /// Converts the value if it is a scalar; an array or object becomes an empty one.
    pub fn shallow_value(&self) -> Value {
        shallow_value(&self.value)
    }
}

/// Reads properties, each once, in the order of the names.
///
/// # Errors
/// With this code, if a getter throws.
pub fn read_properties<const N: usize>(
    object: &JsValue,
    names: [&'static str; N],
    code: Code,
) -> Result<[JsOption; N], DomoError> {
    let values = host::fields(object, &names)
        .map_err(|name| DomoError::new(code, format!("{name} could not be read: its getter throws")))?;
    let mut index = 0_u32;
    Ok(names.map(|name| {
        let value = values.get(index);
        index = index.saturating_add(1);
        JsOption { name, value }
    }))
}

/// Checks options, and collects all errors.
pub struct OptionReader {
    code: Code,
    /// The errors found so far.
    pub errors: Errors,
}

impl OptionReader {
    /// Creates a reader whose error has this code.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            errors: Errors::default(),
        }
    }

    /// Checks that an option, if given, is of the expected type. Returns whether it is given and right.
    pub fn check(&mut self, option: &JsOption, expected: &str, is_right: fn(&JsValue) -> bool) -> bool {
        if !option.is_given() {
            return false;
        }
        let is_right = is_right(&option.value);
        if !is_right {
            self.errors
                .push_expected(option.name, expected, &option.shallow_value());
        }
        is_right
    }

    /// Reads a function; `None` if it is not given.
    pub fn function(&mut self, option: &JsOption) -> Option<JsValue> {
        self.check(option, "a function", JsValue::is_function)
            .then(|| option.value.clone())
    }

    /// Reads a boolean; `false` if it is not given.
    pub fn flag(&mut self, option: &JsOption) -> bool {
        self.check(option, "true or false", |value| value.as_bool().is_some());
        option.value.as_bool().unwrap_or_default()
    }

    /// Reads an integer; `None` if it is not given.
    pub fn integer(&mut self, option: &JsOption, least: u32, most: u32) -> Option<u32> {
        let value = option.shallow_value();
        self.errors
            .take(config::integer_option(option.name, &value, least, most))
    }

    /// Reads one of some names as the value that it stands for; the first value if it is not given.
    #[cfg(feature = "directory")]
    pub fn choice<T: Copy + Default>(&mut self, option: &JsOption, choices: &[(&str, T)]) -> T {
        let value = option.shallow_value();
        let chosen = choices.iter().find(|(name, _)| value.text() == Some(name));
        if chosen.is_none() && option.is_given() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.errors.push_expected(option.name, &names.join(" or "), &value);
        }
        chosen
            .or(choices.first())
            .map(|(_, choice)| *choice)
            .unwrap_or_default()
    }

    /// Reads HTTP headers, as names and values; empty if they are not given.
    pub fn headers(&mut self, option: &JsOption) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        if !option.is_given() {
            return headers;
        }
        let Some(entries) = host::entries(&option.value).filter(|_| option.value.is_object()) else {
            self.errors
                .push_expected(option.name, "an object of names and strings", &option.shallow_value());
            return headers;
        };
        for (name, value) in entries {
            match config::header(&name, &shallow_value(&value)) {
                Ok(text) => headers.push((name, text)),
                Err(error) => {
                    self.errors.push(&error);
                    break;
                }
            }
        }
        headers
    }

    /// Returns an error if anything was wrong.
    pub fn finish(self) -> Result<(), DomoError> {
        self.errors.into_result(self.code)
    }
}

/// The options that every call has.
#[derive(Default)]
pub struct CallOptions {
    /// Ends the call.
    pub signal: Signal,
    /// In place of the configuration's `timeoutMs`.
    pub timeout_ms: Option<u32>,
    /// In place of the configuration's `maxRetries`.
    pub max_retries: Option<u32>,
    /// Headers beside those of the configuration.
    pub headers: Vec<(String, String)>,
}

/// The names of the options that every call has.
const CALL_OPTIONS: [&str; 4] = ["signal", "timeoutMs", "maxRetries", "headers"];

impl CallOptions {
    /// Reads and checks the options that every call has.
    ///
    /// # Errors
    /// `INVALID_INPUT` with all errors.
    pub fn read(options: &JsValue) -> Result<Self, DomoError> {
        if options.is_undefined() {
            return Ok(Self::default());
        }
        let [signal, timeout_ms, max_retries, headers] = read_properties(options, CALL_OPTIONS, Code::InvalidInput)?;
        let mut reader = OptionReader::new(Code::InvalidInput);
        if !options.is_object() {
            reader
                .errors
                .push_expected("options", "an object", &shallow_value(options));
        }
        reader.check(&signal, "an AbortSignal", |signal| {
            host::get(signal, "addEventListener").is_function()
        });
        let read = Self {
            signal: Signal(signal.value),
            timeout_ms: reader.integer(&timeout_ms, 0, config::LONGEST_TIMER_MS),
            max_retries: reader.integer(&max_retries, 0, config::MOST_RETRIES),
            headers: reader.headers(&headers),
        };
        reader.finish()?;
        Ok(read)
    }
}

/// Refuses options that neither this call nor every call has: a misspelt `protect` must not pass where users can be deleted.
///
/// # Errors
/// `INVALID_INPUT` with the option that is probably meant.
#[cfg(feature = "directory")]
pub fn reject_unknown(options: &JsValue, own: &[&str]) -> Result<(), DomoError> {
    if !options.is_object() {
        return Ok(()); // `CallOptions::read` reports it
    }
    let known = [own, CALL_OPTIONS.as_slice()].concat();
    match host::unknown_fields(options, &known) {
        unknown if unknown.is_empty() => Ok(()),
        unknown => Err(DomoError::input(no_such(&unknown.join("\n"), &known.join(",")))),
    }
}

/// Reads the options of a call beside those that every call has, and refuses unknown options.
///
/// # Errors
/// `INVALID_INPUT` if a getter throws or an option is unknown.
#[cfg(feature = "directory")]
pub fn own_options<const N: usize>(options: &JsValue, names: [&'static str; N]) -> Result<[JsOption; N], DomoError> {
    reject_unknown(options, &names)?;
    read_properties(options, names, Code::InvalidInput)
}

/// Reads the option `parts`, as the query has it; `None` if it is not given.
///
/// # Errors
/// `INVALID_INPUT` if it is wrong.
pub fn parts(options: &JsValue) -> Result<Option<String>, Error> {
    if options.is_undefined() {
        return Ok(None);
    }
    let [option] = read_properties(options, ["parts"], Code::InvalidInput)?;
    let value = if host::is_array(&option.value) {
        JsonBody::copy(option.name, &option.value)?.value
    } else {
        option.shallow_value()
    };
    Ok(parts::parts(&value)?)
}
