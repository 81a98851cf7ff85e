//! `parts`: which fields of a user a response contains.

use std::fmt;

use crate::validation::InvalidValue;
use crate::value::Value;

/// One of the five parts that Domo documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `MINIMAL`
    Minimal,
    /// `SIMPLE`
    Simple,
    /// `DETAILED`
    Detailed,
    /// `GROUPS`
    Groups,
    /// `ROLE`
    Role,
}

impl Part {
    const ALL: [Self; 5] = [Part::Minimal, Part::Simple, Part::Detailed, Part::Groups, Part::Role];

    /// Returns the name of the part, in upper case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Minimal => "MINIMAL",
            Part::Simple => "SIMPLE",
            Part::Detailed => "DETAILED",
            Part::Groups => "GROUPS",
            Part::Role => "ROLE",
        }
    }

    /// Returns the part with a name, ignoring case.
    fn from_name(name: &str) -> Option<Self> {
        let mut parts = Self::ALL.iter();
        parts.find(|part| part.as_str().eq_ignore_ascii_case(name)).copied()
    }
}

/// One or several parts, each once, in the order in which the caller named them. It is displayed as the query takes it: `SIMPLE,ROLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts(Vec<Part>);

impl From<Part> for Parts {
    fn from(part: Part) -> Self {
        Self(vec![part])
    }
}

impl Parts {
    /// Returns the parts that a caller named: a string or an array of strings, in any case. A string may name several, separated by commas.
    /// `undefined` is `None`.
    ///
    /// # Errors
    /// If the value names anything else, or nothing.
    pub fn parse(value: &Value) -> Result<Option<Self>, InvalidValue> {
        if *value == Value::Undefined {
            return Ok(None);
        }
        let items = match value {
            Value::Array(items) => items,
            other => std::slice::from_ref(other),
        };
        let mut parts = Self(Vec::new());
        for item in items {
            for name in item.as_str().unwrap_or_default().split(',') {
                parts.insert(Part::from_name(name.trim()).ok_or_else(|| invalid_parts(item))?);
            }
        }
        match parts.0.is_empty() {
            true => Err(invalid_parts(value)),
            false => Ok(Some(parts)),
        }
    }

    /// Adds a part, unless it is there already.
    pub fn insert(&mut self, part: Part) {
        if !self.contains(part) {
            self.0.push(part);
        }
    }

    /// Whether the part is one of these.
    #[must_use]
    pub fn contains(&self, part: Part) -> bool {
        self.0.contains(&part)
    }

    /// Returns the names of the parts, for the body of a search.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|part| part.as_str())
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for name in self.names() {
            f.write_str(separator)?;
            f.write_str(name)?;
            separator = ",";
        }
        Ok(())
    }
}

fn invalid_parts(got: &Value) -> InvalidValue {
    let expected = "one or several of MINIMAL, SIMPLE, DETAILED, GROUPS and ROLE";
    InvalidValue::expected("parts", expected, got)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn parse(value: impl Into<Value>) -> Option<String> {
        let parts = Parts::parse(&value.into()).unwrap();
        parts.map(|parts| parts.to_string())
    }

    #[test]
    fn parts_are_named_by_a_string_or_an_array_in_any_case() {
        assert_eq!(parse(Value::Undefined), None);
        assert_eq!(parse("detailed").unwrap(), "DETAILED");
        assert_eq!(parse("simple, ROLE").unwrap(), "SIMPLE,ROLE");
        assert_eq!(parse("minimal").unwrap(), "MINIMAL");
        assert_eq!(
            parse(vec!["Groups".into(), "ROLE".into(), "groups".into()]).unwrap(),
            "GROUPS,ROLE"
        );
    }

    #[test]
    fn a_part_is_inserted_once() {
        let mut parts = Parts::from(Part::Role);
        assert!(parts.contains(Part::Role) && !parts.contains(Part::Simple));
        parts.insert(Part::Simple);
        parts.insert(Part::Role);
        assert_eq!(parts.to_string(), "ROLE,SIMPLE");
        assert!(parts.contains(Part::Simple));
    }

    #[test]
    fn anything_else_is_refused_and_quoted() {
        for (wrong, got) in [
            ("ALL".into(), "\"ALL\""),
            ("".into(), "\"\""),
            ("DETAILED&x=1".into(), "\"DETAILED&x=1\""),
            (Value::Array(vec![]), "an array"),
            (Value::Null, "null"),
            (Value::Number(1.0), "1"),
            (Value::Array(vec!["ROLE".into(), Value::Null]), "null"),
        ] {
            assert_eq!(
                Parts::parse(&wrong).unwrap_err().to_string(),
                format!("parts must be one or several of MINIMAL, SIMPLE, DETAILED, GROUPS and ROLE; got {got}")
            );
        }
    }
}
