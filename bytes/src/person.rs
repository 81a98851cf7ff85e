//! One user of the body: where the fields stand that are wanted, at the top or among the attributes.

use core::ops::Range;

use super::columns::Columns;
use super::json::{self, Kind, Value, byte};

/// What a user has in each column.
#[derive(Debug, Default)]
pub struct Cells {
    /// Wherever nothing was found, `Unset`.
    pub values: Vec<Value>,
    /// How many columns were found at the top, and so are not looked for among the attributes; bit by bit.
    at_top: Vec<bool>,
}

impl Cells {
    /// Finds the fields of the user that stands there; `None` where that is no JSON object.
    pub fn find(&mut self, bytes: &[u8], user: Range<usize>, columns: &Columns) -> Option<()> {
        if user.len() > json::LONGEST {
            return None;
        }
        self.values.clear();
        self.values.resize(columns.names().len(), Value::default());
        self.at_top.clear();
        self.at_top.resize(columns.names().len(), false);
        let behind = json::fields_here(bytes, user.start, |key, at| {
            if key.of(bytes) == b"attributes" && byte(bytes, at) == b'[' {
                return json::items_here(bytes, at, |at| self.attribute(bytes, at, columns));
            }
            let (mut value, behind) = json::value_here(bytes, at)?;
            if value.kind() == Kind::List {
                value = single(bytes, value)?;
            }
            if let Some(column) = column(bytes, key, columns)
                && (value.kind() != Kind::Unset || self.at_top.get(column) == Some(&true))
            {
                self.set(column, value);
                if let Some(at_top) = self.at_top.get_mut(column) {
                    *at_top = true;
                }
            }
            Some(behind)
        })?;
        (behind == user.end).then_some(())
    }

    #[inline(always)]
    fn set(&mut self, column: usize, value: Value) {
        if let Some(cell) = self.values.get_mut(column) {
            *cell = value;
        }
    }

    /// `{"key": …, "values": […]}`, with whatever else is in it.
    #[inline(always)]
    fn attribute(&mut self, bytes: &[u8], at: usize, columns: &Columns) -> Option<usize> {
        if let Some((key, value, behind)) = plain_attribute(bytes, at) {
            if let Some(column) = column(bytes, key, columns)
                && self.at_top.get(column) == Some(&false)
            {
                self.set(column, value);
            }
            return Some(behind);
        }
        self.any_attribute(bytes, at, columns)
    }

    #[inline(never)]
    fn any_attribute(&mut self, bytes: &[u8], at: usize, columns: &Columns) -> Option<usize> {
        if byte(bytes, at) != b'{' {
            return Some(json::value(bytes, at)?.1);
        }
        let (mut name, mut held) = (None, Value::default());
        let behind = json::fields(bytes, at, &mut |key, at| {
            let (value, behind) = json::value(bytes, at)?;
            match key.of(bytes) {
                b"key" if matches!(value.kind(), Kind::Text | Kind::Escaped) => name = Some(value),
                b"values" => held = single(bytes, value)?,
                _ => {}
            }
            Some(behind)
        })?;
        if let Some(column) = name.and_then(|name| column(bytes, name, columns))
            && self.at_top.get(column) == Some(&false)
        {
            self.set(column, held);
        }
        Some(behind)
    }
}

/// A list of one is that one, an empty list nothing; all else stays.
#[must_use]
pub fn single(bytes: &[u8], value: Value) -> Option<Value> {
    if value.kind() != Kind::List {
        return Some(value);
    }
    let (mut count, mut first) = (0_usize, Value::default());
    json::items(bytes, value.start(), &mut |at| {
        let (item, behind) = json::value(bytes, at)?;
        if count == 0 {
            first = item;
        }
        count = count.wrapping_add(1);
        Some(behind)
    })?;
    Some(if count > 1 || first.kind() == Kind::List {
        value
    } else {
        first
    })
}

/// What nearly every attribute looks like, `{"key":"…","values":[…]}` with one value and no blanks: key, value, the place behind.
/// `None` where it is anything else.
#[inline(always)]
fn plain_attribute(bytes: &[u8], at: usize) -> Option<(Value, Value, usize)> {
    let at = literal(bytes, at, b"{\"key\":\"")?;
    let (key, at) = json::text(bytes, at)?;
    let at = literal(bytes, at, b",\"values")?;
    let at = literal(bytes, at, b"\":[")?;
    if matches!(byte(bytes, at), b'[' | b'{' | b']') {
        return None;
    }
    let (value, at) = json::value_here(bytes, at)?;
    let at = literal(bytes, at, b"]}")?;
    Some((key, value, at))
}

/// The place behind these very bytes.
#[inline(always)]
fn literal<const N: usize>(bytes: &[u8], at: usize, wanted: &[u8; N]) -> Option<usize> {
    let found: &[u8; N] = bytes.get(at..)?.first_chunk()?;
    (found == wanted).then(|| at.wrapping_add(N))
}

#[inline(always)]
fn column(bytes: &[u8], key: Value, columns: &Columns) -> Option<usize> {
    match key.kind() {
        Kind::Text => columns.find(bytes, key.start(), key.end()),
        _ => escaped_column(key.of(bytes), columns),
    }
}

#[inline(never)]
fn escaped_column(key: &[u8], columns: &Columns) -> Option<usize> {
    let mut name = Vec::new();
    json::unescape(key, &mut name);
    columns.find(&name, 0, name.len())
}
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell(user: &str, key: &str) -> Option<(Kind, String)> {
        let mut cells = Cells::default();
        cells.find(user.as_bytes(), 0..user.len(), &Columns::new(&["x", key]))?;
        let value = cells.values[if key == "x" { 0 } else { 1 }];
        Some((
            value.kind(),
            String::from_utf8_lossy(value.of(user.as_bytes())).into_owned(),
        ))
    }

    #[test]
    fn at_the_top_or_among_the_attributes() {
        for (user, kind, raw) in [
            (r#"{"a":"v"}"#, Kind::Text, "v"),
            (r#"{ "a" : -1.5 }"#, Kind::Word, "-1.5"),
            (r#"{"a":null}"#, Kind::Unset, ""),
            (r#"{"attributes":[{"key":"a","values":["v"]}]}"#, Kind::Text, "v"),
            (r#"{"attributes":[{"key":"a","values":[7]}],"b":1}"#, Kind::Word, "7"),
            (
                r#"{"attributes":[{"values":["\""],"key":"a","source":{"key":"b"}}]}"#,
                Kind::Escaped,
                "\\\"",
            ),
            (
                r#"{"attributes":[ { "key" : "a" , "values" : [ 1, 2 ] } ] }"#,
                Kind::List,
                "[ 1, 2 ]",
            ),
            (r#"{"attributes":[{"key":"a","values":[]}]}"#, Kind::Unset, ""),
            (r#"{"attributes":[{"key":"a","values":[null]}]}"#, Kind::Unset, "null"),
            (r#"{"attributes":[{"key":"a","values":[{}]}]}"#, Kind::Object, "{}"),
            (r#"{"attributes":[{"key":"\u0061","values":[1]}]}"#, Kind::Word, "1"),
            (
                r#"{"attributes":[{"key":"a","values":[1]},{"key":"a","values":[2]}],"a":3}"#,
                Kind::Word,
                "3",
            ),
            (r#"{"a":3,"attributes":[{"key":"a","values":[1]}]}"#, Kind::Word, "3"),
            (r#"{"a":null,"attributes":[{"key":"a","values":[1]}]}"#, Kind::Word, "1"),
            (r#"{"attributes":null,"a":1}"#, Kind::Word, "1"),
            (
                r#"{"attributes":[7,{"key":7,"values":[1]},{"key":"b"}],"a":[]}"#,
                Kind::Unset,
                "",
            ),
        ] {
            assert_eq!(cell(user, "a"), Some((kind, raw.to_owned())), "{user}");
        }
        for broken in [
            r#"{"a"}"#,
            r#"{"a":1"#,
            r#"{"a":}"#,
            "[]",
            r#"{"attributes":[{"key":"a","values":[1]]}"#,
        ] {
            assert_eq!(cell(broken, "a"), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_asked(bytes in r#"\{("a"|:|,|\[|\]|\{|\}|1|null|"attributes":\[|"key":"a"|"values":\[| ){0,20}"#) {
            let _ = cell(&bytes, "a");
        }
    }
}
