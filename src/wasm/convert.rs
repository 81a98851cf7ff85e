//! Converts values between JavaScript and Rust.

use js_sys::Array;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::client::update_check::compared;
use crate::redact::Redactor;
use crate::user;
use crate::value::{MAX_DEPTH, Value};
use crate::wasm::host;

/// The kinds of JavaScript values, by the numbers that `kind` in `host/values.js` returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum JsKind {
    /// `undefined`.
    Undefined = 0,
    /// `null`.
    Null = 1,
    /// `false`.
    False = 2,
    /// `true`.
    True = 3,
    /// A number.
    Number = 4,
    /// A string.
    String = 5,
    /// An array.
    Array = 6,
    /// Any other object.
    Object = 7,
    /// A function, symbol or bigint.
    Other = 8,
}

impl JsKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 9] = [
        Self::Undefined,
        Self::Null,
        Self::False,
        Self::True,
        Self::Number,
        Self::String,
        Self::Array,
        Self::Object,
        Self::Other,
    ];

    /// Returns the kind of a value.
    pub fn of(value: &JsValue) -> Self {
        let number = host::kind(value);
        let known = Self::ALL.into_iter().find(|kind| *kind as u32 == number);
        known.unwrap_or(Self::Other)
    }
}

/// Returns the id of a user, a number or a string; `None` if it has none.
pub fn user_id(user: &JsValue) -> Option<u64> {
    user::id(&shallow_value(&host::get(user, "id"))).ok()
}

/// Parses JSON that an instance sent, and redacts its strings: escape sequences could hide a token. `None` if it is not JSON.
pub fn redacted_json(text: &str, redactor: &Redactor) -> Option<Value> {
    let json = host::parse_json(&JsValue::from_str(text)).filter(|_| !text.is_empty())?;
    Some(deep_value(&json)?.redacted(redactor))
}

/// Converts a scalar. An array or object becomes an empty one: enough to check or describe the value.
pub fn shallow_value(value: &JsValue) -> Value {
    match JsKind::of(value) {
        JsKind::Undefined => Value::Undefined,
        JsKind::Null => Value::Null,
        JsKind::False => Value::Bool(false),
        JsKind::True => Value::Bool(true),
        JsKind::Number => Value::Number(value.as_f64().unwrap_or_default()),
        JsKind::String => Value::String(value.as_string().unwrap_or_default()),
        JsKind::Array => Value::Array(Vec::new()),
        JsKind::Object => Value::Object(Vec::new()),
        JsKind::Other => Value::Other(host::to_text(&value.js_typeof())),
    }
}

/// Converts a value that was parsed from JSON; `None` if it is nested deeper than [`MAX_DEPTH`].
pub fn deep_value(value: &JsValue) -> Option<Value> {
    deep_value_within(value, MAX_DEPTH)
}

fn deep_value_within(value: &JsValue, levels: u8) -> Option<Value> {
    match shallow_value(value) {
        Value::Array(mut items) => {
            let below = levels.checked_sub(1)?;
            let array = value.unchecked_ref::<Array>();
            reserve_memory(array.length());
            for item in array.iter() {
                items.push(deep_value_within(&item, below)?);
            }
            Some(Value::Array(items))
        }
        Value::Object(mut fields) => {
            let below = levels.checked_sub(1)?;
            for (key, field) in host::entries(value)? {
                fields.push((key, deep_value_within(&field, below)?));
            }
            Some(Value::Object(fields))
        }
        scalar => Some(scalar),
    }
}

/// Grows the memory for a long list at once. Otherwise it grows by a page for each few items, and V8 collects garbage so often that a plan of 80,000 changes
/// takes 7 to 9 s instead of 2.5.
fn reserve_memory(items: u32) {
    const LONG: u32 = 1000;
    const BYTES_PER_ITEM: usize = 2048;
    const MOST: usize = 1 << 28;
    if items > LONG {
        let mut block = Vec::<u8>::new();
        let _ = block.try_reserve_exact((items as usize).saturating_mul(BYTES_PER_ITEM).min(MOST));
        core::hint::black_box(&block); // else the compiler removes the allocation
    }
}

/// Converts as much of a user as a comparison with changes needs: the fields that the changes name if the user has all of them at its top level, else the
/// whole user, since a field may be among the attributes.
pub fn changed_fields(user: &JsValue, changes: &Value) -> Value {
    let mut fields = Vec::new();
    for (name, _) in compared(changes) {
        match host::get(user, name) {
            value if value.is_undefined() => return deep_value(user).unwrap_or_default(),
            value => fields.push((name.to_owned(), deep_value(&value).unwrap_or_default())),
        }
    }
    Value::Object(fields)
}

/// Converts to plain JavaScript objects and arrays, as `JSON.parse` would create them.
pub fn to_js(data: &Value) -> JsValue {
    data.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}
