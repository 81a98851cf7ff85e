//! What an object of the caller's holds under names of ours: each asked for once, and all that is wrong with it told at once.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::config;
use crate::error::{Code, DomoError};
#[cfg(feature = "directory")]
use crate::text::without_start;
use crate::text::{join, pieces};
use crate::validation::Errors;
#[cfg(feature = "directory")]
use crate::validation::unknown_option;
use crate::value::Value;
use crate::wasm::host;
use crate::wasm::input::given;

/// The values, and what is wrong with them.
pub struct OptionReader<'a> {
    names: &'a str,
    values: Array,
    code: Code,
    /// Found so far.
    pub errors: Errors,
}

impl<'a> OptionReader<'a> {
    /// Asks for the values of these names, with commas between; what is wrong with them will be an error of this kind.
    pub fn of(holder: &JsValue, names: &'a str, code: Code) -> Result<Self, DomoError> {
        match host::fields(holder, names) {
            Ok(values) => Ok(Self {
                names,
                values,
                code,
                errors: Errors::default(),
            }),
            Err(name) => Err(DomoError::new(
                code,
                join(&[&name, " could not be read: its getter throws"]),
            )),
        }
    }

    /// Asks for a call's own options, and refuses those that it does not have.
    #[cfg(feature = "directory")]
    pub fn options(options: &JsValue, own: &'a str) -> Result<Self, DomoError> {
        reject_unknown(options, own)?;
        Self::of(options, own, Code::InvalidInput)
    }

    /// The value as it came; `undefined` where there is none.
    pub fn get(&self, name: &str) -> JsValue {
        position(self.names, name).map_or(JsValue::UNDEFINED, |at| self.values.get(at))
    }

    /// The same for our checks.
    pub fn given(&self, name: &str) -> Value {
        given(&self.get(name))
    }

    /// The value, which must fit where there is one.
    pub fn checked(&mut self, name: &str, expected: &str, fits: fn(&JsValue) -> bool) -> JsValue {
        let value = self.get(name);
        if !value.is_undefined() && !fits(&value) {
            self.errors.push_expected(name, expected, &given(&value));
        }
        value
    }

    /// A function; `undefined` where there is none.
    pub fn function(&mut self, name: &str) -> JsValue {
        self.checked(name, "a function", JsValue::is_function)
    }

    /// Whether it is true; it is not where it is missing.
    pub fn flag(&mut self, name: &str) -> bool {
        self.checked(name, "true or false", |value| value.as_bool().is_some())
            .as_bool()
            .unwrap_or_default()
    }

    /// A whole number; `None` where there is none.
    pub fn limit(&mut self, name: &str, least: u32, most: u32) -> Option<u32> {
        let value = self.given(name);
        self.errors.take(config::integer_option(name, &value, least, most))
    }

    /// Which of a few words it is, the first where it is missing.
    pub fn choice(&mut self, name: &str, expected: &str, words: &[&str]) -> usize {
        let chosen = self.given(name);
        let which = words.iter().position(|word| chosen.as_str() == Some(word));
        if which.is_none() && chosen != Value::Undefined {
            self.errors.push_expected(name, expected, &chosen);
        }
        which.unwrap_or_default()
    }

    /// Another value in place of one that was given.
    pub fn put(&self, name: &str, value: JsValue) {
        if let Some(at) = position(self.names, name) {
            self.values.set(at, value);
        }
    }

    /// All of it as a plain object.
    pub fn record(&self) -> JsValue {
        host::record(self.names, &self.values)
    }

    /// An error where anything was wrong.
    pub fn settle(&mut self) -> Result<(), DomoError> {
        core::mem::take(&mut self.errors).into_result(self.code)
    }
}

/// Refuses options that a call does not have beside those of every call: where users can be deleted, a misspelt `protect` must not pass.
#[cfg(feature = "directory")]
pub fn reject_unknown(options: &JsValue, own: &str) -> Result<(), DomoError> {
    if !options.is_object() {
        return Ok(()); // another check says so
    }
    let known = join(&[own, ",signal,timeoutMs,maxRetries,headers"]);
    let known = without_start(&known, ",");
    match host::strangers(options, known) {
        Some(names) => {
            let names: Vec<&str> = names.split('\n').collect();
            let known: Vec<&str> = known.split(',').collect();
            Err(unknown_option(&names, &known).into())
        }
        None => Ok(()),
    }
}

fn position(names: &str, name: &str) -> Option<u32> {
    (0..)
        .zip(pieces(names, ","))
        .find_map(|(at, known)| (known == name).then_some(at))
}
