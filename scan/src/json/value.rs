//! JSON as bytes: where texts and values end, without taking anything out of them.
//!
//! Every function answers with the place behind what it read, or `None` where the bytes are no such thing.

use crate::json::escapes::is_plain_text;
use crate::number::is_number;
use crate::simd;

/// What kind of value stands somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(u8)]
pub enum Kind {
    /// Nothing, `null`, or an empty list.
    #[default]
    Unset,
    /// A text without escapes; the place is that between its quotes.
    Text,
    /// A text with escapes.
    Escaped,
    /// A number, `true` or `false`.
    Word,
    /// Several values; the place includes the brackets.
    List,
    /// An object; the place includes the braces.
    Object,
}

/// A value and where it stands, in one word: as several, it would be put together in memory, and waited for, at every turn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Value(u64);

/// No value is longer.
pub const LONGEST: usize = (1 << 29) - 1;

impl Value {
    /// From its first byte to behind its last.
    #[inline(always)]
    #[must_use]
    pub fn new(kind: Kind, start: usize, end: usize) -> Self {
        let length = end.wrapping_sub(start) & LONGEST;
        Self((kind as u64) << 61 | (length as u64) << 32 | (start as u64) & 0xffff_ffff)
    }

    /// What it is.
    #[inline(always)]
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.0 >> 61 {
            0 => Kind::Unset,
            1 => Kind::Text,
            2 => Kind::Escaped,
            3 => Kind::Word,
            4 => Kind::List,
            _ => Kind::Object,
        }
    }

    /// Its first byte.
    #[inline(always)]
    #[must_use]
    pub fn start(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }

    /// Behind its last byte.
    #[inline(always)]
    #[must_use]
    pub fn end(self) -> usize {
        self.start().wrapping_add((self.0 >> 32) as usize & LONGEST)
    }

    /// Its bytes.
    #[inline(always)]
    #[must_use]
    pub fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start()..self.end()).unwrap_or_default()
    }
}

/// The byte at a place; 0 behind the last.
#[inline(always)]
#[must_use]
pub fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

/// The first place from here on that is not blank.
#[inline(always)]
#[must_use]
pub fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(byte(bytes, at), b' ' | b'\n' | b'\r' | b'\t') {
        at = at.wrapping_add(1);
    }
    at
}

/// The text whose opening quote stands before `start`: the value, and the place behind its closing quote.
#[inline(never)]
#[must_use]
pub fn text(bytes: &[u8], start: usize) -> Option<(Value, usize)> {
    text_here(bytes, start)
}

/// The same as [`text`], for the one loop that must not pay for a call.
#[inline(always)]
#[must_use]
pub fn text_here(bytes: &[u8], start: usize) -> Option<(Value, usize)> {
    let (mut at, mut kind) = (start, Kind::Text);
    loop {
        let found = match simd::at(bytes, at) {
            Some(sixteen) => simd::any_of(sixteen, [b'"', b'\\']),
            None => return slow_text(bytes, start, at, kind),
        };
        if found == 0 {
            at = at.wrapping_add(simd::SIZE);
            continue;
        }
        at = at.wrapping_add(found.trailing_zeros() as usize);
        if byte(bytes, at) == b'"' {
            let end = at;
            return Some((Value::new(kind, start, end), at.wrapping_add(1)));
        }
        kind = Kind::Escaped;
        at = at.wrapping_add(2);
    }
}

/// The last few bytes, one by one.
#[inline(never)]
fn slow_text(bytes: &[u8], start: usize, mut at: usize, mut kind: Kind) -> Option<(Value, usize)> {
    loop {
        match bytes.get(at)? {
            b'"' => {
                let end = at;
                return Some((Value::new(kind, start, end), at.wrapping_add(1)));
            }
            b'\\' => {
                kind = Kind::Escaped;
                at = at.wrapping_add(2);
            }
            _ => at = at.wrapping_add(1),
        }
    }
}

/// Any value that begins at `at`.
#[inline(never)]
#[must_use]
pub fn value(bytes: &[u8], at: usize) -> Option<(Value, usize)> {
    match bytes.get(at)? {
        b'"' => text(bytes, at.wrapping_add(1)),
        b'{' => nested(bytes, at, Kind::Object),
        b'[' => nested(bytes, at, Kind::List),
        _ => word(bytes, at),
    }
}

/// A number, `true`, `false` or `null` that begins at `at`.
#[inline(always)]
#[must_use]
pub fn word(bytes: &[u8], at: usize) -> Option<(Value, usize)> {
    let kind = match bytes.get(at)? {
        b'n' => Kind::Unset,
        b'-' | b'0'..=b'9' | b't' | b'f' => Kind::Word,
        _ => return None,
    };
    let end = match simd::at(bytes, at).map(simd::ends_word) {
        Some(found) if found != 0 => at.wrapping_add(found.trailing_zeros() as usize),
        _ => long_word(bytes, at),
    };
    let is = |word: &[u8]| bytes.get(at..end) == Some(word);
    let fits = match byte(bytes, at) {
        b'n' => is(b"null"),
        b't' => is(b"true"),
        b'f' => is(b"false"),
        _ => true,
    };
    fits.then(|| (Value::new(kind, at, end), end))
}

/// Where a word ends that has sixteen bytes or more, or is among the last.
#[inline(never)]
fn long_word(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest
        .iter()
        .position(|byte| *byte <= b' ' || matches!(byte, b',' | b']' | b'}'));
    at.wrapping_add(length.unwrap_or(rest.len()))
}

/// Brackets with whatever is in them.
#[inline(never)]
fn nested(bytes: &[u8], start: usize, kind: Kind) -> Option<(Value, usize)> {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => (_, at) = text(bytes, at.wrapping_add(1))?,
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

/// Each field of the object that begins at `at`: its key, and where its value begins. `each` answers with the place behind the value.
#[inline(never)]
pub fn fields(bytes: &[u8], at: usize, each: &mut dyn FnMut(Value, usize) -> Option<usize>) -> Option<usize> {
    (byte(bytes, at) == b'{').then_some(())?;
    let mut at = blanks(bytes, at.wrapping_add(1));
    if byte(bytes, at) == b'}' {
        return Some(at.wrapping_add(1));
    }
    loop {
        (byte(bytes, at) == b'"').then_some(())?;
        let (key, behind) = text(bytes, at.wrapping_add(1))?;
        at = blanks(bytes, behind);
        (byte(bytes, at) == b':').then_some(())?;
        at = each(key, blanks(bytes, at.wrapping_add(1)))?;
        at = blanks(bytes, at);
        match byte(bytes, at) {
            b',' => at = blanks(bytes, at.wrapping_add(1)),
            b'}' => return Some(at.wrapping_add(1)),
            _ => return None,
        }
    }
}

/// Each item of the list that begins at `at`, by where it begins. `each` answers with the place behind it.
#[inline(never)]
pub fn items(bytes: &[u8], at: usize, each: &mut dyn FnMut(usize) -> Option<usize>) -> Option<usize> {
    (byte(bytes, at) == b'[').then_some(())?;
    let mut at = blanks(bytes, at.wrapping_add(1));
    if byte(bytes, at) == b']' {
        return Some(at.wrapping_add(1));
    }
    loop {
        at = blanks(bytes, each(at)?);
        match byte(bytes, at) {
            b',' => at = blanks(bytes, at.wrapping_add(1)),
            b']' => return Some(at.wrapping_add(1)),
            _ => return None,
        }
    }
}

/// Whether this is a whole JSON list of texts, numbers, booleans and nulls, so that it can be sent on as it is.
#[must_use]
pub fn is_plain_list(json: &[u8]) -> bool {
    let behind = items(json, 0, &mut |at| {
        let (item, behind) = value(json, at)?;
        let raw = item.of(json);
        let fits = match item.kind() {
            Kind::Text | Kind::Escaped => is_plain_text(raw),
            Kind::Word => matches!(raw, b"true" | b"false") || is_number(raw),
            Kind::Unset => raw == b"null",
            Kind::List | Kind::Object => false,
        };
        fits.then_some(behind)
    });
    behind == Some(json.len())
}

/// Whether a list holds nothing, or nothing but nulls.
#[must_use]
pub fn is_clear(list: &[u8]) -> bool {
    let all = items(list, 0, &mut |at| {
        let (item, behind) = value(list, at)?;
        (item.kind() == Kind::Unset).then_some(behind)
    });
    all.is_some()
}

/// Whether a list holds nothing but nulls and texts of blanks.
#[must_use]
pub fn is_blank_list(list: &[u8]) -> bool {
    let all = items(list, 0, &mut |at| {
        let (item, behind) = value(list, at)?;
        let is_blank = match item.kind() {
            Kind::Unset => true,
            Kind::Text => item.of(list).trim_ascii().is_empty(),
            _ => false,
        };
        is_blank.then_some(behind)
    });
    all.is_some()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::json::escapes::{escape, unescape};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_what_it_was(said in ".*", quotes in r#"[\\\\"\n\u{1}a🙂]{0,40}"#, padded: bool) {
            let said = [said, quotes].concat();
            let mut ours = Vec::new();
            escape(said.as_bytes(), &mut ours);
            prop_assert_eq!(serde_json::from_slice::<String>(&ours).unwrap(), said.clone());
            if padded { ours.extend_from_slice(&[b' '; 40]); }
            let (value, behind) = text(&ours, 1).unwrap();
            prop_assert_eq!(behind, if padded { ours.len() - 40 } else { ours.len() });
            let mut read = Vec::new();
            unescape(value.of(&ours), &mut read);
            prop_assert_eq!(read, said.as_bytes());
        }

        #[test]
        fn a_plain_list_is_json(list in r#"\[([\\\\"nu0a,\[\]1e.\-{}\n]|null|true| ){0,12}\]"#) {
            let parsed: Result<Vec<serde_json::Value>, _> = serde_json::from_str(&list);
            let plain = parsed.is_ok_and(|items| items.iter().all(|item| !item.is_array() && !item.is_object()));
            // serde_json is stricter in one thing: it refuses half a surrogate pair and numbers beyond an f64.
            prop_assert!(is_plain_list(list.as_bytes()) || !plain);
            if is_plain_list(list.as_bytes()) && !list.contains('u') && !list.contains('e') {
                prop_assert!(plain, "{}", list);
            }
        }

        #[test]
        fn any_bytes_can_be_asked(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b'\\'), Just(b'['), Just(b'{')], 0..60)) {
            let _ = value(&bytes, 0);
            unescape(&bytes, &mut Vec::new());
        }
    }
}
