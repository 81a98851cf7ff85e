//! Finds where JSON strings and values end, without decoding or copying them.
//!
//! Every function takes a position and returns what it read with the position after it, or `None` if the bytes are not
//! what it reads. Strings are searched for a quote or a backslash sixteen bytes at a time; only the last bytes of the
//! buffer are looked at one by one. Nothing recurses: [`read_value`] counts the brackets of an array or object, so that
//! it does not check what is in them. Whoever needs that walks in with [`for_each_field`] and [`for_each_item`].
//!
//! Invariant: a position that was returned is at most the length of the buffer, except that an escape at the very end
//! may point one byte further, where every function returns `None`.

use crate::json::escapes::has_valid_escapes;
use crate::json::value::{Kind, Value};
use crate::number::is_number;
use crate::simd;

/// Returns the byte at a position, or 0 after the last byte: JSON has no byte 0, so that it matches nothing that a
/// caller looks for.
#[inline(always)]
#[must_use]
pub fn byte_at(json: &[u8], at: usize) -> u8 {
    json.get(at).copied().unwrap_or_default()
}

/// Returns the first position from `at` on that is not whitespace.
#[inline(always)]
#[must_use]
pub fn skip_whitespace(json: &[u8], mut at: usize) -> usize {
    while matches!(byte_at(json, at), b' ' | b'\n' | b'\r' | b'\t') {
        at = at.wrapping_add(1);
    }
    at
}

/// Reads the string whose opening quote is before `start`; returns it with the position after its closing quote.
#[inline(never)]
#[must_use]
pub fn read_string(json: &[u8], start: usize) -> Option<(Value, usize)> {
    read_string_inline(json, start)
}

/// The same as [`read_string`], inlined into the loop of the shape cache, which reads nearly every string of a body.
#[inline(always)]
#[must_use]
pub(super) fn read_string_inline(json: &[u8], start: usize) -> Option<(Value, usize)> {
    let (mut at, mut kind) = (start, Kind::String);
    loop {
        let Some(block) = simd::block_at(json, at) else {
            return read_string_end(json, start, at, kind);
        };
        let found = simd::any_of(block, [b'"', b'\\']);
        if found == 0 {
            at = at.wrapping_add(simd::SIZE);
            continue;
        }
        at = at.wrapping_add(found.trailing_zeros() as usize);
        if byte_at(json, at) == b'"' {
            return Some((Value::new(kind, start, at), at.wrapping_add(1)));
        }
        kind = Kind::EscapedString;
        at = at.wrapping_add(2);
    }
}

/// Reads the rest of a string among the last bytes of the buffer, byte by byte.
#[inline(never)]
fn read_string_end(json: &[u8], start: usize, mut at: usize, mut kind: Kind) -> Option<(Value, usize)> {
    loop {
        match json.get(at)? {
            b'"' => return Some((Value::new(kind, start, at), at.wrapping_add(1))),
            b'\\' => {
                kind = Kind::EscapedString;
                at = at.wrapping_add(2);
            }
            _ => at = at.wrapping_add(1),
        }
    }
}

/// Reads the value that begins at `at`. The inside of an array or object is only checked for quotes and brackets.
#[inline(never)]
#[must_use]
pub fn read_value(json: &[u8], at: usize) -> Option<(Value, usize)> {
    match json.get(at)? {
        b'"' => read_string(json, at.wrapping_add(1)),
        b'{' => read_brackets(json, at, Kind::Object),
        b'[' => read_brackets(json, at, Kind::Array),
        _ => read_primitive(json, at),
    }
}

/// Reads a number, `true`, `false` or `null` that begins at `at`. The characters of a number are not checked.
#[inline(always)]
#[must_use]
pub fn read_primitive(json: &[u8], at: usize) -> Option<(Value, usize)> {
    let kind = match json.get(at)? {
        b'n' => Kind::Unset,
        b'-' | b'0'..=b'9' | b't' | b'f' => Kind::Primitive,
        _ => return None,
    };
    let end = match simd::block_at(json, at).map(simd::ends_primitive) {
        Some(found) if found != 0 => at.wrapping_add(found.trailing_zeros() as usize),
        _ => end_of_long_primitive(json, at),
    };
    let is = |name: &[u8]| json.get(at..end) == Some(name);
    let is_valid = match byte_at(json, at) {
        b'n' => is(b"null"),
        b't' => is(b"true"),
        b'f' => is(b"false"),
        _ => true,
    };
    is_valid.then(|| (Value::new(kind, at, end), end))
}

/// Returns the end of a primitive that has sixteen bytes or more, or is among the last bytes of the buffer.
#[inline(never)]
fn end_of_long_primitive(json: &[u8], at: usize) -> usize {
    let rest = json.get(at..).unwrap_or_default();
    let length = rest
        .iter()
        .position(|byte| *byte <= b' ' || matches!(byte, b',' | b']' | b'}'));
    at.wrapping_add(length.unwrap_or(rest.len()))
}

/// Reads from an opening bracket to the closing one that belongs to it.
#[inline(never)]
fn read_brackets(json: &[u8], start: usize, kind: Kind) -> Option<(Value, usize)> {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match json.get(at)? {
            b'"' => (_, at) = read_string(json, at.wrapping_add(1))?,
            b'{' | b'[' => {
                depth = depth.wrapping_add(1);
                at = at.wrapping_add(1);
            }
            b'}' | b']' => {
                depth = depth.wrapping_sub(1);
                at = at.wrapping_add(1);
                if depth == 0 {
                    return Some((Value::new(kind, start, at), at));
                }
            }
            _ => at = at.wrapping_add(1),
        }
    }
}

/// Calls `each` for every field of the object that begins at `at`, with its key and the position of its value. `each`
/// returns the position after the value, or `None` to stop. Returns the position after the object.
#[inline(never)]
pub fn for_each_field(json: &[u8], at: usize, each: &mut dyn FnMut(Value, usize) -> Option<usize>) -> Option<usize> {
    (byte_at(json, at) == b'{').then_some(())?;
    let mut at = skip_whitespace(json, at.wrapping_add(1));
    if byte_at(json, at) == b'}' {
        return Some(at.wrapping_add(1));
    }
    loop {
        (byte_at(json, at) == b'"').then_some(())?;
        let (key, key_end) = read_string(json, at.wrapping_add(1))?;
        at = skip_whitespace(json, key_end);
        (byte_at(json, at) == b':').then_some(())?;
        at = each(key, skip_whitespace(json, at.wrapping_add(1)))?;
        at = skip_whitespace(json, at);
        match byte_at(json, at) {
            b',' => at = skip_whitespace(json, at.wrapping_add(1)),
            b'}' => return Some(at.wrapping_add(1)),
            _ => return None,
        }
    }
}

/// Calls `each` for every item of the array that begins at `at`, with its position. `each` returns the position after
/// the item, or `None` to stop. Returns the position after the array.
#[inline(never)]
pub fn for_each_item(json: &[u8], at: usize, each: &mut dyn FnMut(usize) -> Option<usize>) -> Option<usize> {
    (byte_at(json, at) == b'[').then_some(())?;
    let mut at = skip_whitespace(json, at.wrapping_add(1));
    if byte_at(json, at) == b']' {
        return Some(at.wrapping_add(1));
    }
    loop {
        at = skip_whitespace(json, each(at)?);
        match byte_at(json, at) {
            b',' => at = skip_whitespace(json, at.wrapping_add(1)),
            b']' => return Some(at.wrapping_add(1)),
            _ => return None,
        }
    }
}

/// Whether this is one valid JSON array of strings, numbers, booleans and nulls, so that it can be sent unchanged.
#[must_use]
pub fn is_flat_array(json: &[u8]) -> bool {
    let end = for_each_item(json, 0, &mut |at| {
        let (item, item_end) = read_value(json, at)?;
        let raw = item.bytes_in(json);
        let is_valid = match item.kind() {
            Kind::String | Kind::EscapedString => has_valid_escapes(raw),
            Kind::Primitive => matches!(raw, b"true" | b"false") || is_number(raw),
            Kind::Unset => raw == b"null",
            Kind::Array | Kind::Object => false,
        };
        is_valid.then_some(item_end)
    });
    end == Some(json.len())
}

/// Whether an array is empty or holds only nulls.
#[must_use]
pub fn is_null_array(array: &[u8]) -> bool {
    let end = for_each_item(array, 0, &mut |at| {
        let (item, item_end) = read_value(array, at)?;
        (item.kind() == Kind::Unset).then_some(item_end)
    });
    end.is_some()
}

/// Whether an array is empty or holds only nulls and strings of spaces.
#[must_use]
pub fn is_blank_array(array: &[u8]) -> bool {
    let end = for_each_item(array, 0, &mut |at| {
        let (item, item_end) = read_value(array, at)?;
        let is_blank = match item.kind() {
            Kind::Unset => true,
            Kind::String => item.bytes_in(array).trim_ascii().is_empty(),
            _ => false,
        };
        is_blank.then_some(item_end)
    });
    end.is_some()
}

/// Appends JSON without the whitespace between its tokens.
pub fn minify(json: &[u8], into: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = json.get(at) {
        if byte == b'"' {
            let end = read_string(json, at.wrapping_add(1)).map_or(json.len(), |(_, end)| end);
            into.extend_from_slice(json.get(at..end).unwrap_or_default());
            at = end;
            continue;
        }
        if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            into.push(byte);
        }
        at = at.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::escapes::{escape, unescape};
    use proptest::prelude::*;

    /// The kind and the bytes of the value at the start, and the position after it.
    fn read(json: &str) -> Option<(Kind, &str, usize)> {
        let (value, end) = read_value(json.as_bytes(), 0)?;
        Some((
            value.kind(),
            str::from_utf8(value.bytes_in(json.as_bytes())).unwrap(),
            end,
        ))
    }

    #[test]
    fn a_value_ends_where_json_says() {
        for (json, kind, bytes, end) in [
            (r#""a""#, Kind::String, "a", 3),
            (r#""a\"",1"#, Kind::EscapedString, r#"a\""#, 5),
            (r#""\"\\" "#, Kind::EscapedString, r#"\"\\"#, 6),
            (
                r#""sixteen bytes and more""x"#,
                Kind::String,
                "sixteen bytes and more",
                24,
            ),
            (
                r#""a \" before the sixteenth byte" "#,
                Kind::EscapedString,
                r#"a \" before the sixteenth byte"#,
                32,
            ),
            ("null", Kind::Unset, "null", 4),
            ("true,", Kind::Primitive, "true", 4),
            ("false}", Kind::Primitive, "false", 5),
            ("-1.5e3]", Kind::Primitive, "-1.5e3", 6),
            ("0 ", Kind::Primitive, "0", 1),
            (
                "12345678901234567890,                ",
                Kind::Primitive,
                "12345678901234567890",
                20,
            ),
            ("7,                                   ", Kind::Primitive, "7", 1),
            ("[]", Kind::Array, "[]", 2),
            (r#"[1,{"a":"]"}],2"#, Kind::Array, r#"[1,{"a":"]"}]"#, 13),
            (r#"{"a":[{}]}}"#, Kind::Object, r#"{"a":[{}]}"#, 10),
        ] {
            assert_eq!(read(json), Some((kind, bytes, end)), "{json}");
        }
        for broken in [
            "", " ", ",", "]", "x", "nul", "nulls", "truex", "fals", "\"a", "\"a\\", "[1", "[\"]", "{", "+1",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn fields_and_items_are_visited_in_order() {
        let visit_fields = |json: &str| {
            let mut fields = Vec::new();
            let end = for_each_field(json.as_bytes(), 0, &mut |key, at| {
                let (value, end) = read_value(json.as_bytes(), at)?;
                fields.push(
                    [key, value].map(|value| String::from_utf8_lossy(value.bytes_in(json.as_bytes())).into_owned()),
                );
                Some(end)
            });
            end.map(|end| (fields, end))
        };
        let visit_items = |json: &str| {
            let mut items = Vec::new();
            let end = for_each_item(json.as_bytes(), 0, &mut |at| {
                let (value, end) = read_value(json.as_bytes(), at)?;
                items.push(String::from_utf8_lossy(value.bytes_in(json.as_bytes())).into_owned());
                Some(end)
            });
            end.map(|end| (items, end))
        };
        let fields = |fields: &[[&str; 2]]| fields.iter().map(|field| field.map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(visit_fields("{}x"), Some((fields(&[]), 2)));
        assert_eq!(visit_fields("{ }"), Some((fields(&[]), 3)));
        assert_eq!(
            visit_fields("{ \"a\" :\n1 ,\t\"b\":[2]\r}}"),
            Some((fields(&[["a", "1"], ["b", "[2]"]]), 21))
        );
        assert_eq!(visit_items("[]x"), Some((vec![], 2)));
        assert_eq!(visit_items("[ ]"), Some((vec![], 3)));
        assert_eq!(
            visit_items("[ 1 , \"x\" ] "),
            Some((vec!["1".to_owned(), "x".to_owned()], 11))
        );
        for broken in [
            "",
            "[]",
            "{1:2}",
            "{\"a\"}",
            "{\"a\" 1}",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1",
            "{\"a\":1]",
            "{\"a",
        ] {
            assert_eq!(visit_fields(broken), None, "{broken}");
        }
        for broken in ["", "{}", "[1,]", "[1 2]", "[1", "[1}", "[,1]"] {
            assert_eq!(visit_items(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_flat_array_holds_only_valid_strings_numbers_booleans_and_nulls() {
        for flat in [
            "[]",
            "[ ]",
            r#"["a",1,-2.5e3,true,false,null]"#,
            r#"["\"\\\/\b\f\n\r\t\u00Fe"]"#,
        ] {
            assert!(is_flat_array(flat.as_bytes()), "{flat}");
        }
        for other in [
            "",
            "1",
            "{}",
            "[[]]",
            "[{}]",
            "[1],",
            "[1] ",
            " [1]",
            "[01]",
            "[tru]",
            "[nil]",
            "[1,]",
            r#"["\x"]"#,
            r#"["\u00g0"]"#,
            r#"["\u00"]"#,
            "[\"\n\"]",
            "[\"\u{1f}\"]",
        ] {
            assert!(!is_flat_array(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn null_arrays_and_blank_arrays() {
        for (array, is_null, is_blank) in [
            ("[]", true, true),
            ("[null,null]", true, true),
            (r#"["", " "]"#, false, true),
            (r#"[null," "]"#, false, true),
            (r#"["a"]"#, false, false),
            (r#"[null,"a"]"#, false, false),
            ("[0]", false, false),
            ("[[]]", false, false),
            ("null", false, false),
        ] {
            assert_eq!(is_null_array(array.as_bytes()), is_null, "{array}");
            assert_eq!(is_blank_array(array.as_bytes()), is_blank, "{array}");
        }
    }

    proptest! {
        #[test]
        fn an_escaped_string_is_read_and_decoded(string in ".*", quotes in r#"[\\\\"\n\u{1}a🙂]{0,40}"#, padded: bool) {
            let string = [string, quotes].concat();
            let mut json = Vec::new();
            escape(string.as_bytes(), &mut json);
            prop_assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), string.clone());
            let length = json.len();
            if padded { json.extend_from_slice(&[b' '; 40]); }
            let (value, end) = read_string(&json, 1).unwrap();
            prop_assert_eq!(end, length);
            let is_escaped = string.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\'));
            prop_assert_eq!(value.kind(), if is_escaped { Kind::EscapedString } else { Kind::String });
            let mut decoded = Vec::new();
            unescape(value.bytes_in(&json), &mut decoded);
            prop_assert_eq!(decoded, string.as_bytes());
        }

        #[test]
        fn a_flat_array_is_json(array in r#"\[([\\\\"nu0a,\[\]1e.\-{}\n]|null|true| ){0,12}\]"#) {
            let parsed: Result<Vec<serde_json::Value>, _> = serde_json::from_str(&array);
            let is_flat = parsed.is_ok_and(|items| items.iter().all(|item| !item.is_array() && !item.is_object()));
            // serde_json is stricter in two things: it refuses half a surrogate pair and numbers beyond an f64.
            prop_assert!(is_flat_array(array.as_bytes()) || !is_flat);
            if is_flat_array(array.as_bytes()) && !array.contains('u') && !array.contains('e') {
                prop_assert!(is_flat, "{}", array);
            }
        }

        #[test]
        fn minified_json_is_what_serde_writes(text in r#"[a\\\\" \n]{0,20}"#, numbers in proptest::collection::vec(any::<u8>(), 0..4)) {
            let json = serde_json::json!({"text": text, "numbers": numbers, "nested": [{"a": text}]});
            let mut minified = Vec::new();
            minify(serde_json::to_string_pretty(&json).unwrap().as_bytes(), &mut minified);
            prop_assert_eq!(String::from_utf8(minified).unwrap(), json.to_string());
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b'\\'), Just(b'['), Just(b'{')], 0..60)) {
            if let Some((value, end)) = read_value(&bytes, 0) {
                prop_assert!(end <= bytes.len() && value.end() <= end);
            }
            unescape(&bytes, &mut Vec::new());
            minify(&bytes, &mut Vec::new());
        }
    }
}
