//! Options and configurations: each property is read once, and all errors are reported at once.

use wasm_bindgen::prelude::*;

use crate::client::parts::Parts;
use crate::config;
use crate::error::{Code, DomoError};
#[cfg(feature = "directory")]
use crate::joined::joined;
use crate::validation::Errors;
#[cfg(feature = "directory")]
use crate::validation::{InvalidValue, unknown_option};
use crate::value::Value;
use crate::wasm::convert::shallow_value;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;
use crate::wasm::wait::Signal;
#[cfg(feature = "directory")]
use domo_users_scan::csv::writer::DELIMITERS;
#[cfg(feature = "directory")]
use domo_users_scan::email::is_blank;

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

/// Reads the options of an object, each once, and collects all errors. An option is named only where it is read, so the names of the known options are
/// those that were read.
pub struct OptionReader<'a> {
    object: &'a JsValue,
    names: Vec<&'static str>,
    code: Code,
    /// The errors found so far.
    pub errors: Errors,
}

impl<'a> OptionReader<'a> {
    /// Creates a reader whose error has this code.
    pub fn new(object: &'a JsValue, code: Code) -> Self {
        Self {
            object,
            names: Vec::new(),
            code,
            errors: Errors::default(),
        }
    }

    /// Reads an option as it is.
    pub fn get(&mut self, name: &'static str) -> JsOption {
        self.names.push(name);
        let value = host::try_get(self.object, name).unwrap_or_else(|_| {
            self.errors.push(format!("{name} could not be read: its getter throws"));
            JsValue::UNDEFINED
        });
        JsOption { name, value }
    }

    /// Reads an option that is, if given, of the expected type.
    pub fn checked(&mut self, name: &'static str, expected: &str, is_right: fn(&JsValue) -> bool) -> JsOption {
        let option = self.get(name);
        self.check(&option, expected, is_right);
        option
    }

    /// Checks that an option, if given, is of the expected type. Returns whether it is given and right.
    pub fn check(&mut self, option: &JsOption, expected: &str, is_right: fn(&JsValue) -> bool) -> bool {
        if !option.is_given() {
            return false;
        }
        let is_right = is_right(&option.value);
        if !is_right {
            self.refuse(option, expected);
        }
        is_right
    }

    /// Adds the error that an option is not what is expected.
    pub fn refuse(&mut self, option: &JsOption, expected: &str) {
        self.errors
            .push_expected(option.name, expected, &option.shallow_value());
    }

    /// Reads the items of an array; `None` if the option is not given or no array. Every item that is not right is an error of the whole option.
    #[cfg(feature = "directory")]
    pub fn items(
        &mut self,
        name: &'static str,
        expected: &str,
        is_right: fn(&Value) -> bool,
    ) -> Result<Option<Vec<Value>>, Error> {
        let option = self.get(name);
        if !self.check(&option, expected, host::is_array) {
            return Ok(None);
        }
        let Value::Array(items) = JsonBody::copy(name, &option.value)?.value else {
            return Ok(None);
        };
        for item in &items {
            if !is_right(item) {
                self.errors.push_expected(name, expected, item);
            }
        }
        Ok(Some(items))
    }

    /// Reads an array of at least `least` names, which are not blank; empty if the option is not given or no array.
    #[cfg(feature = "directory")]
    pub fn names(&mut self, name: &'static str, expected: &str, least: usize) -> Result<Vec<String>, Error> {
        let is_name = |item: &Value| item.as_str().is_some_and(|name| !is_blank(name));
        let Some(items) = self.items(name, expected, is_name)? else {
            return Ok(Vec::new());
        };
        let names = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if items.len() < least {
            self.errors.push_expected(name, expected, &Value::Array(items));
        }
        Ok(names)
    }

    /// Reads a function; `None` if it is not given.
    pub fn function(&mut self, name: &'static str) -> Option<JsValue> {
        let option = self.checked(name, "a function", JsValue::is_function);
        option.is_given().then_some(option.value)
    }

    /// Reads a boolean; `false` if it is not given.
    pub fn flag(&mut self, name: &'static str) -> bool {
        let option = self.checked(name, "true or false", |value| value.as_bool().is_some());
        option.value.as_bool().unwrap_or_default()
    }

    /// Reads an integer; `None` if it is not given.
    pub fn integer(&mut self, name: &'static str, least: u32, most: u32) -> Option<u32> {
        let value = self.get(name).shallow_value();
        self.errors.take(config::integer_option(name, &value, least, most))
    }

    /// Reads one of two strings, of which the first is the default, and returns whether it is the second.
    #[cfg(feature = "directory")]
    pub fn is_second(&mut self, name: &'static str, choices: &[&str; 2]) -> bool {
        self.index_of(name, choices, &joined(choices, " or ")) == Some(1)
    }

    /// Reads one of some strings, which `expected` describes, and returns its index; `None` if it is not given or another value.
    #[cfg(feature = "directory")]
    pub fn index_of(&mut self, name: &'static str, choices: &[&str], expected: &str) -> Option<usize> {
        let option = self.get(name);
        let value = option.shallow_value();
        let chosen = choices.iter().position(|choice| value.as_str() == Some(choice));
        if chosen.is_none() && option.is_given() {
            self.errors.push_expected(name, expected, &value);
        }
        chosen
    }

    /// Reads the option `delimiter`, the byte between two cells.
    #[cfg(feature = "directory")]
    pub fn delimiter(&mut self) -> Option<u8> {
        let chosen = self.index_of("delimiter", &[",", ";", "\t", "|"], r#"",", ";", "\t" or "|""#)?;
        DELIMITERS.get(chosen).copied()
    }

    /// Reads HTTP headers, as names and values; empty if they are not given.
    pub fn headers(&mut self, name: &'static str) -> Vec<(String, String)> {
        let option = self.get(name);
        let mut headers = Vec::new();
        if !option.is_given() {
            return headers;
        }
        let Some(entries) = host::entries(&option.value).filter(|_| option.value.is_object()) else {
            self.refuse(&option, "an object of names and strings");
            return headers;
        };
        for (name, value) in entries {
            match config::header(&name, &shallow_value(&value)) {
                Ok(text) => headers.push((name, text)),
                Err(error) => {
                    self.errors.add(error);
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

    /// Returns an error if anything was wrong, or if the configuration has fields that this reader has not read.
    #[cfg_attr(not(feature = "streams"), allow(unused_mut))]
    pub fn finish_config(mut self) -> Result<(), DomoError> {
        // The modules without this feature are used only by the Code Engine files, which pass only known fields.
        #[cfg(feature = "streams")]
        {
            let known = self.names.iter().filter(|name| !name.starts_with(' '));
            let known: Vec<&str> = known.copied().collect();
            self.reject_unread(&known, config::unknown_fields);
        }
        self.finish()
    }

    /// Returns an error if anything was wrong, or if the object has an option that this reader has not read and that is not an option of every call. A
    /// misspelt `protect` could otherwise lead to deleted users.
    #[cfg(feature = "directory")]
    pub fn finish_call(mut self) -> Result<(), DomoError> {
        self.names.extend(CALL_OPTIONS);
        self.finish_options()
    }

    /// Returns an error if anything was wrong, or if the object is none or has an option that this reader has not read.
    #[cfg(feature = "directory")]
    pub fn finish_options(mut self) -> Result<(), DomoError> {
        if self.object.is_object() {
            let known = self.names.clone();
            self.reject_unread(&known, unknown_option);
        } else if !self.object.is_undefined() {
            let got = shallow_value(self.object);
            self.errors.push_expected("options", "an object", &got);
        }
        self.finish()
    }

    /// Adds an error if the object has fields that this reader has not read. `error` gets their names and the known ones.
    #[cfg(feature = "directory")]
    fn reject_unread(&mut self, known: &[&str], error: fn(&[&str], &[&str]) -> InvalidValue) {
        let unread = host::unknown_fields(self.object, &self.names);
        if !unread.is_empty() {
            let unread: Vec<&str> = unread.iter().map(String::as_str).collect();
            self.errors.add(error(&unread, known));
        }
    }
}

/// The options that every call has.
#[derive(Default)]
pub struct CallOptions {
    /// Ends the call.
    pub signal: Signal,
    /// Replaces the `timeoutMs` of the configuration.
    pub timeout_ms: Option<u32>,
    /// Replaces the `maxRetries` of the configuration.
    pub max_retries: Option<u32>,
    /// Headers that are sent in addition to those of the configuration.
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
        let mut reader = OptionReader::new(options, Code::InvalidInput);
        if !options.is_object() {
            reader
                .errors
                .push_expected("options", "an object", &shallow_value(options));
        }
        let [signal, timeout_ms, max_retries, headers] = CALL_OPTIONS;
        let is_signal = |signal: &JsValue| host::get(signal, "addEventListener").is_function();
        let read = Self {
            signal: Signal(reader.checked(signal, "an AbortSignal", is_signal).value),
            timeout_ms: reader.integer(timeout_ms, 0, config::LONGEST_TIMER_MS),
            max_retries: reader.integer(max_retries, 0, config::MOST_RETRIES),
            headers: reader.headers(headers),
        };
        reader.finish()?;
        Ok(read)
    }
}

/// Refuses options that neither have one of these names nor are options of every call.
///
/// # Errors
/// `INVALID_INPUT` with the option that is probably meant.
#[cfg(feature = "directory")]
pub fn reject_unknown(options: &JsValue, own_names: &[&'static str]) -> Result<(), DomoError> {
    let mut reader = OptionReader::new(options, Code::InvalidInput);
    reader.names.extend(own_names);
    reader.finish_call()
}

/// Reads the option `parts`; `None` if it is not given.
///
/// # Errors
/// `INVALID_INPUT` if it is wrong.
pub fn parts(options: &JsValue) -> Result<Option<Parts>, Error> {
    if options.is_undefined() {
        return Ok(None);
    }
    let mut reader = OptionReader::new(options, Code::InvalidInput);
    let option = reader.get("parts");
    reader.finish()?;
    let value = if host::is_array(&option.value) {
        JsonBody::copy(option.name, &option.value)?.value
    } else {
        option.shallow_value()
    };
    Ok(Parts::parse(&value)?)
}
