//! What a caller gave, before anyone has said that it is right.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::text::{excerpt, join, number, redact};

/// A value as it came: JSON, and the things JavaScript has besides.
///
/// `u8`, as it is no larger so, and quicker told apart than by what a text's capacity cannot be.
#[derive(Clone, Debug, PartialEq, Default)]
#[repr(u8)]
pub enum Given {
    /// Not there, or `undefined`.
    #[default]
    Missing,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// Any number; integers too, as in JavaScript.
    Number(f64),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Given>),
    /// A plain object, its fields in the order they came.
    Object(Vec<(String, Given)>),
    /// Anything else, by its name: `function`, `symbol`, `bigint`.
    Other(String),
}

/// An object of ours, put together field by field; what is missing is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Vec<(String, Given)>);

impl Fields {
    /// One more field, unless the value is `Missing`.
    #[inline(never)]
    pub fn put(&mut self, name: &str, value: Given) -> &mut Self {
        if !matches!(value, Given::Missing) {
            self.0.push((name.to_owned(), value));
        }
        self
    }

    /// The same with a text.
    #[inline(never)]
    pub fn text(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        self.put(name, value.into())
    }

    /// The same with a number.
    #[inline(never)]
    pub fn number(&mut self, name: &str, value: Option<f64>) -> &mut Self {
        self.put(name, value.into())
    }

    /// The object.
    #[must_use]
    pub fn object(&mut self) -> Given {
        Given::Object(std::mem::take(&mut self.0))
    }
}

/// Nothing that a Domo user holds is nested deeper than this; it bounds every recursion over what was given.
pub const DEEPEST: u8 = 32;

impl Given {
    /// A field of an object; `Missing` where there is none, or this is not an object.
    #[must_use]
    pub fn field(&self, name: &str) -> &Given {
        self.fields()
            .iter()
            .find(|(key, _)| key == name)
            .map_or(&Given::Missing, |(_, value)| value)
    }

    /// The fields of an object; none of anything else.
    #[must_use]
    pub fn fields(&self) -> &[(String, Given)] {
        match self {
            Given::Object(fields) => fields,
            _ => &[],
        }
    }

    /// The items of an array; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Given] {
        match self {
            Given::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Given::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Given::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl Given {
    /// The same without any trace of the secret.
    #[must_use]
    pub fn redacted(mut self, secret: Option<&str>) -> Self {
        self.redact(secret);
        self
    }

    fn redact(&mut self, secret: Option<&str>) {
        match self {
            Given::Text(text) => *text = redact(text, secret),
            Given::List(items) => {
                for item in items {
                    item.redact(secret);
                }
            }
            Given::Object(fields) => {
                // As a field it would become the prototype of the copy.
                fields.retain(|(key, _)| key != "__proto__");
                for (key, value) in fields {
                    *key = redact(key, secret);
                    value.redact(secret);
                }
            }
            _ => {}
        }
    }
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Given::Text(text.to_owned())
    }
}

impl From<f64> for Given {
    fn from(number: f64) -> Self {
        Given::Number(number)
    }
}

/// Nothing is `Missing`.
impl<T: Into<Given>> From<Option<T>> for Given {
    fn from(value: Option<T>) -> Self {
        value.map_or(Given::Missing, Into::into)
    }
}

impl Given {
    /// What came, in a few words for an error message: `nothing`, `"abc"`, `-1`, `an array`.
    #[must_use]
    pub fn words(&self) -> String {
        let words = match self {
            Given::Missing => "nothing",
            Given::Null => "null",
            Given::Bool(true) => "true",
            Given::Bool(false) => "false",
            Given::Number(value) => return number(*value),
            Given::Text(text) => return join(&["\"", &excerpt(text, 60), "\""]),
            Given::List(_) => "an array",
            Given::Object(_) => "an object",
            Given::Other(kind) => return join(&["a ", kind]),
        };
        words.to_owned()
    }
}

impl Serialize for Given {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Given::Missing | Given::Null | Given::Other(_) => serializer.serialize_unit(),
            Given::Bool(value) => serializer.serialize_bool(*value),
            Given::Number(value) => serializer.serialize_f64(*value),
            Given::Text(text) => serializer.serialize_str(text),
            Given::List(items) => serializer.collect_seq(items),
            Given::Object(fields) => {
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
impl From<serde_json::Value> for Given {
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value;
        match json {
            Value::Null => Given::Null,
            Value::Bool(flag) => Given::Bool(flag),
            Value::Number(number) => Given::Number(number.as_f64().unwrap()),
            Value::String(text) => Given::Text(text),
            Value::Array(items) => Given::List(items.into_iter().map(Given::from).collect()),
            Value::Object(fields) => {
                Given::Object(fields.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
impl Given {
    /// An object of these fields, for tests.
    pub fn object(fields: Vec<(&str, Given)>) -> Self {
        let mut kept = Fields::default();
        for (name, value) in fields {
            kept.put(name, value);
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
    fn says_in_a_few_words_what_came() {
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
            assert_eq!(Given::from_json(json).words(), words);
        }
        assert!(Given::from_json(&long).words().len() < 80);
        assert_eq!(Given::Missing.words(), "nothing");
    }

    proptest! {
        #[test]
        fn is_written_as_the_json_it_was(text in ".*", number in -1e15f64..1e15, flag: bool) {
            let value = Given::Object(vec![
                ("a".to_owned(), Given::List(vec![Given::Number(number), Given::Bool(flag), Given::Null])),
                (text.clone() + "b", Given::Text(text)),
            ]);
            prop_assert_eq!(Given::from_json(&serde_json::to_string(&value).unwrap()), value);
        }
    }
}
