//! JSON values, and other JavaScript values of callers and hosts.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::excerpt::excerpt;
use crate::redact::Redactor;

/// A JSON value, or another JavaScript value: `undefined`, a function, a symbol or a bigint.
///
/// `repr(u8)` stores the variant in a byte of its own, not in unused values of a string's capacity. The type is no larger, and matching is faster.
#[derive(Clone, Debug, PartialEq, Default)]
#[repr(u8)]
pub enum Value {
    /// `undefined`, or a missing field.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number; integers too, as in JavaScript.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// A plain object with its fields in their original order.
    Object(Vec<(String, Value)>),
    /// Any other value, by its type: `function`, `symbol`, `bigint`.
    Other(String),
}

/// Builds an object field by field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectBuilder(Vec<(String, Value)>);

impl ObjectBuilder {
    /// Appends a field, unless the value is `Undefined`.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.set_value(name, value.into())
    }

    #[inline(never)] // not once for each type of value
    fn set_value(&mut self, name: &str, value: Value) -> &mut Self {
        if !matches!(value, Value::Undefined) {
            self.0.push((name.to_owned(), value));
        }
        self
    }

    /// Returns the object, and leaves the builder empty.
    #[must_use]
    pub fn object(&mut self) -> Value {
        Value::Object(std::mem::take(&mut self.0))
    }
}

/// The most levels of arrays and objects in a value. No Domo user is nested deeper, and the limit bounds every recursion over a value.
pub const MAX_DEPTH: u8 = 32;

impl Value {
    /// Returns a field of an object; `Undefined` if the field is missing or the value is no object.
    #[must_use]
    pub fn field(&self, name: &str) -> &Value {
        self.fields()
            .iter()
            .find(|(key, _)| key == name)
            .map_or(&Value::Undefined, |(_, value)| value)
    }

    /// Returns the fields of an object, or an empty slice for any other value.
    #[must_use]
    pub fn fields(&self) -> &[(String, Value)] {
        match self {
            Value::Object(fields) => fields,
            _ => &[],
        }
    }

    /// Returns the items of an array, or an empty slice for any other value.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// Returns the string, or `None` for any other value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(string) => Some(string),
            _ => None,
        }
    }

    /// Returns the number, or `None` for any other value.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
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
            Value::String(string) => *string = redactor.redact(string),
            Value::Array(items) => {
                for item in items {
                    item.redact(redactor);
                }
            }
            Value::Object(fields) => {
                // As a field of a JavaScript object it would set the prototype.
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

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<&str> for Value {
    #[inline(never)] // many objects are built of strings
    fn from(string: &str) -> Self {
        Value::String(string.to_owned())
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::Array(items)
    }
}

/// `None` is `Undefined`.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Undefined, Into::into)
    }
}

impl Value {
    /// Returns the value in a few words for an error message, such as `undefined`, `"abc"`, `-1` or `an array`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Value::Undefined => "undefined".to_owned(),
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => decimal(*number),
            Value::String(string) => format!("\"{}\"", excerpt(string, 60)),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            Value::Other(kind) => format!("a {kind}"),
        }
    }
}

/// Returns a number in decimal, cut off after six places. The standard library's exact printing of an `f64` is a fifth of the compiled module.
fn decimal(value: f64) -> String {
    const BEYOND_EXACT: f64 = 9_007_199_254_740_992.0;
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.abs() >= BEYOND_EXACT {
        return "a number beyond 2^53".to_owned();
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
    let (whole, millionths) = (value.abs() as u64, (value.abs().fract() * 1e6) as u32);
    let sign = if value < 0.0 { "-" } else { "" };
    match millionths {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{millionths:06}")
            .trim_end_matches('0')
            .to_owned(),
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Undefined | Value::Null | Value::Other(_) => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::String(string) => serializer.serialize_str(string),
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
            Json::String(string) => Value::String(string),
            Json::Array(items) => Value::Array(items.into_iter().map(Value::from).collect()),
            Json::Object(fields) => Value::Object(fields.into_iter().map(|(key, value)| (key, value.into())).collect()),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
impl Value {
    /// Builds an object of these fields, for tests.
    pub fn object(fields: Vec<(&str, Value)>) -> Self {
        let mut builder = ObjectBuilder::default();
        for (name, value) in fields {
            builder.set(name, value);
        }
        builder.object()
    }

    /// Parses JSON, for tests.
    pub fn from_json(json: &str) -> Self {
        serde_json::from_str::<serde_json::Value>(json).unwrap().into()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_described_in_a_few_words() {
        for (json, words) in [
            ("null", "null"),
            ("0", "0"),
            ("7", "7"),
            ("-1.5", "-1.5"),
            ("0.25", "0.25"),
            ("0.000001", "0.000001"),
            ("-0.05", "-0.05"),
            ("9007199254740991", "9007199254740991"),
            ("9007199254740992", "a number beyond 2^53"),
            ("-1e300", "a number beyond 2^53"),
            ("true", "true"),
            ("false", "false"),
            ("\"a\\tb\"", "\"a b\""),
            ("[1]", "an array"),
            ("{}", "an object"),
        ] {
            assert_eq!(Value::from_json(json).describe(), words);
        }
        assert_eq!(Value::Number(f64::NAN).describe(), "NaN");
        assert_eq!(Value::Number(f64::INFINITY).describe(), "a number beyond 2^53");
        assert_eq!(Value::Undefined.describe(), "undefined");
        assert_eq!(Value::Other("function".to_owned()).describe(), "a function");
        let long = Value::String("x".repeat(500)).describe();
        assert!(long.starts_with("\"xxx") && long.len() < 80);
    }

    #[test]
    fn accessors_return_only_what_the_value_is() {
        let object = Value::from_json(r#"{"a":[1,"b"],"n":2.5}"#);
        assert_eq!(object.field("a").items()[1].as_str(), Some("b"));
        assert_eq!(object.field("n").as_f64(), Some(2.5));
        assert_eq!((object.field("n").as_str(), object.field("a").as_f64()), (None, None));
        assert_eq!((object.items().len(), object.field("a").fields().len()), (0, 0));
        assert_eq!(object.field("missing"), &Value::Undefined);
    }

    #[test]
    fn an_object_is_built_without_undefined_fields() {
        let mut builder = ObjectBuilder::default();
        builder.set("a", Some("x")).set("b", None::<f64>).set("c", Value::Null);
        assert_eq!(builder.object(), Value::from_json(r#"{"a":"x","c":null}"#));
        assert_eq!(builder.object(), Value::Object(Vec::new()));
    }

    #[test]
    fn a_secret_is_redacted_in_strings_and_field_names_at_any_depth() {
        let value = Value::from_json(r#"{"secret-1":["a secret-1",{"b":"secret-1"}],"n":7,"__proto__":{}}"#);
        assert_eq!(
            value.redacted(&Redactor::new(&["secret-1".into()])),
            Value::from_json(r#"{"[redacted]":["a [redacted]",{"b":"[redacted]"}],"n":7}"#)
        );
    }

    proptest! {
        #[test]
        fn a_value_is_serialized_as_the_json_it_was(string in ".*", number in -1e15f64..1e15, flag: bool) {
            let value = Value::Object(vec![
                ("a".to_owned(), Value::Array(vec![Value::Number(number), Value::Bool(flag), Value::Null])),
                (string.clone() + "b", Value::String(string)),
            ]);
            prop_assert_eq!(Value::from_json(&serde_json::to_string(&value).unwrap()), value);
        }
    }
}
