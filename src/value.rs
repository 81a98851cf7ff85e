//! What a caller gave, before anyone has said that it is right.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::redact::Redactor;
use crate::text::{excerpt, join, number};

/// A value as it came: JSON, and the things JavaScript has besides.
///
/// `u8`, as it is no larger so, and quicker told apart than by what a text's capacity cannot be.
#[derive(Clone, Debug, PartialEq, Default)]
#[repr(u8)]
pub enum Value {
    /// Not there, or `undefined`.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// Any number; integers too, as in JavaScript.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// A plain object, its fields in the order they came.
    Object(Vec<(String, Value)>),
    /// Anything else, by its name: `function`, `symbol`, `bigint`.
    Other(String),
}

/// An object of ours, put together field by field; what is missing is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectBuilder(Vec<(String, Value)>);

impl ObjectBuilder {
    /// One more field, unless the value is `Undefined`.
    #[inline(never)]
    pub fn set(&mut self, name: &str, value: Value) -> &mut Self {
        if !matches!(value, Value::Undefined) {
            self.0.push((name.to_owned(), value));
        }
        self
    }

    /// The same with a text.
    #[inline(never)]
    pub fn text(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        self.set(name, value.into())
    }

    /// The same with a number.
    #[inline(never)]
    pub fn number(&mut self, name: &str, value: Option<f64>) -> &mut Self {
        self.set(name, value.into())
    }

    /// The object.
    #[must_use]
    pub fn object(&mut self) -> Value {
        Value::Object(std::mem::take(&mut self.0))
    }
}

/// Nothing that a Domo user holds is nested deeper than this; it bounds every recursion over what was given.
pub const DEEPEST: u8 = 32;

impl Value {
    /// A field of an object; `Undefined` where there is none, or this is not an object.
    #[must_use]
    pub fn field(&self, name: &str) -> &Value {
        self.fields()
            .iter()
            .find(|(key, _)| key == name)
            .map_or(&Value::Undefined, |(_, value)| value)
    }

    /// The fields of an object; none of anything else.
    #[must_use]
    pub fn fields(&self) -> &[(String, Value)] {
        match self {
            Value::Object(fields) => fields,
            _ => &[],
        }
    }

    /// The items of an array; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl Value {
    /// Returns the value without tokens, in its strings and in the names of its fields.
    #[must_use]
    pub fn redacted(mut self, redactor: &Redactor) -> Self {
        self.redact(redactor);
        self
    }

    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Value::String(text) => *text = redactor.redact(text),
            Value::Array(items) => {
                for item in items {
                    item.redact(redactor);
                }
            }
            Value::Object(fields) => {
                // As a field it would become the prototype of the copy.
                fields.retain(|(key, _)| key != "__proto__");
                for (key, value) in fields {
                    *key = redactor.redact(key);
                    value.redact(redactor);
                }
            }
            _ => {}
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

/// Nothing is `Undefined`.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Undefined, Into::into)
    }
}

impl Value {
    /// What came, in a few words for an error message: `nothing`, `"abc"`, `-1`, `an array`.
    #[must_use]
    pub fn describe(&self) -> String {
        let words = match self {
            Value::Undefined => "nothing",
            Value::Null => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Number(value) => return number(*value),
            Value::String(text) => return join(&["\"", &excerpt(text, 60), "\""]),
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
            Value::Other(kind) => return join(&["a ", kind]),
        };
        words.to_owned()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Undefined | Value::Null | Value::Other(_) => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(value) => serializer.serialize_f64(*value),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => serializer.collect_seq(items),
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(flag),
            Json::Number(number) => Value::Number(number.as_f64().unwrap()),
            Json::String(text) => Value::String(text),
            Json::Array(items) => Value::Array(items.into_iter().map(Value::from).collect()),
            Json::Object(fields) => Value::Object(fields.into_iter().map(|(key, value)| (key, value.into())).collect()),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
impl Value {
    /// An object of these fields, for tests.
    pub fn object(fields: Vec<(&str, Value)>) -> Self {
        let mut kept = ObjectBuilder::default();
        for (name, value) in fields {
            kept.set(name, value);
        }
        kept.object()
    }

    /// What JSON text says, for tests.
    pub fn from_json(json: &str) -> Self {
        serde_json::from_str::<serde_json::Value>(json).unwrap().into()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn describes_what_came_in_a_few_words() {
        let long = format!("\"{}\"", "x".repeat(500));
        for (json, words) in [
            ("null", "null"),
            ("-1.5", "-1.5"),
            ("7", "7"),
            ("true", "true"),
            ("\"a\\tb\"", "\"a b\""),
            ("[1]", "an array"),
            ("{}", "an object"),
        ] {
            assert_eq!(Value::from_json(json).describe(), words);
        }
        assert!(Value::from_json(&long).describe().len() < 80);
        assert_eq!(Value::Undefined.describe(), "nothing");
    }

    proptest! {
        #[test]
        fn is_written_as_the_json_it_was(text in ".*", number in -1e15f64..1e15, flag: bool) {
            let value = Value::Object(vec![
                ("a".to_owned(), Value::Array(vec![Value::Number(number), Value::Bool(flag), Value::Null])),
                (text.clone() + "b", Value::String(text)),
            ]);
            prop_assert_eq!(Value::from_json(&serde_json::to_string(&value).unwrap()), value);
        }
    }
}
