//! Small things with text that several nouns need.

use domo_users_scan::email::is_invisible;

/// A character by its number, such as `U+200B`.
#[must_use]
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Returns a string for an error message: at most `most` characters, then an ellipsis if it is longer. Line breaks, tabs, other control characters,
/// unusual spaces, invisible characters and U+FFFD are written as code points, such as `U+200B`.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    let (mut short, mut length) = (String::new(), 0_usize);
    for c in text.chars() {
        let is_hidden = is_invisible(c) || c.is_control() || (c.is_whitespace() && c != ' ') || c == '\u{fffd}';
        let code_point = is_hidden.then(|| code_point(c));
        length = length.saturating_add(code_point.as_ref().map_or(1, String::len));
        if length > most {
            short.push('…');
            break;
        }
        match code_point {
            Some(code_point) => short.push_str(&code_point),
            None => short.push(c),
        }
    }
    short
}

/// Pieces of text as one. The standard library's `concat` is a kilobyte of the module.
#[must_use]
pub fn join(pieces: &[&str]) -> String {
    let mut whole = String::new();
    for piece in pieces {
        whole.push_str(piece);
    }
    whole
}

/// Whether a body is a web page instead of an answer of the API.
#[must_use]
pub fn is_html(body: &str) -> bool {
    let start = without_start(body, "\u{feff}").trim();
    let starts_with = |tag: &str| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag));
    starts_with("<!doctype html") || starts_with("<html") || starts_with("<head") || starts_with("<body")
}

/// The text without any trace of the secrets, of which each line is one.
///
/// A cut may have left a secret's first letters at the end: from four on, they go too.
#[must_use]
pub fn redact(text: &str, secrets: Option<&str>) -> String {
    let mut clean = text.to_owned();
    let mut left = secrets.unwrap_or_default();
    while !left.is_empty() {
        let (secret, others) = split(left, "\n").unwrap_or((left, ""));
        clean = without(&clean, secret);
        left = others;
    }
    clean
}

fn without(text: &str, secret: &str) -> String {
    const GONE: &str = "[redacted]";
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = split(rest, secret) {
        clean.push_str(before);
        clean.push_str(GONE);
        rest = after;
    }
    let mut most = secret.len();
    while most > 4 {
        most = most.saturating_sub(1);
        if let Some(before) = secret.get(..most).and_then(|half| rest.strip_suffix(half)) {
            clean.push_str(before);
            clean.push_str(GONE);
            return clean;
        }
    }
    clean.push_str(rest);
    clean
}

/// Where `needle` begins. The standard library's search is fast on long texts, and a twentieth of the module.
#[must_use]
pub fn find(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes()
        .windows(needle.len().max(1))
        .position(|window| window == needle.as_bytes())
}

/// What stands before and after a piece.
fn cut(text: &str, at: usize, length: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at.checked_add(length)?..)?))
}

/// Whether it is one of a few: the standard library's search is for many.
#[must_use]
#[allow(clippy::manual_contains)] // `contains` is that search
pub fn is_one_of(byte: u8, few: &[u8]) -> bool {
    few.iter().any(|one| *one == byte)
}

/// Text as one piece of a URL: letters, digits and `-._~` as they are, all else by its bytes.
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || is_one_of(byte, b"-._~") {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for &half in &[byte >> 4, byte & 15] {
                let beyond = if half > 9 { b'A' - b'9' - 1 } else { 0 };
                encoded.push(char::from(b'0'.saturating_add(half).saturating_add(beyond)));
            }
        }
    }
    encoded
}

/// A whole number in decimal.
#[must_use]
pub fn digits(number: u64) -> String {
    let mut text = match number / 10 {
        0 => String::with_capacity(20),
        tens => digits(tens),
    };
    #[allow(clippy::cast_possible_truncation)] // less than ten
    text.push(char::from(b'0'.saturating_add((number % 10) as u8)));
    text
}

/// `1 user`, `2 users`.
#[must_use]
pub fn count(number: u64, one: &str) -> String {
    join(&[&digits(number), " ", one, if number == 1 { "" } else { "s" }])
}

/// What a decimal number says, as `parse` reads it: each type that the standard library reads is a quarter of a kilobyte.
#[must_use]
pub fn whole_number(text: &[u8]) -> Option<u64> {
    let digits = text.strip_prefix(b"+").unwrap_or(text);
    let mut number = 0_u64;
    for byte in digits {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number = number.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    (!digits.is_empty()).then_some(number)
}

/// Goes through the pieces of a text between separators.
pub struct Split<'a> {
    rest: Option<&'a str>,
    between: &'a str,
}

/// The pieces of a text, as `split` gives them.
#[must_use]
pub fn pieces<'a>(text: &'a str, between: &'a str) -> Split<'a> {
    Split {
        rest: Some(text),
        between,
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let Some((piece, behind)) = split(rest, self.between) else {
            self.rest = None;
            return Some(rest);
        };
        self.rest = Some(behind);
        Some(piece)
    }
}

/// Whether it is one of these words with commas between, whatever its case.
#[must_use]
pub fn is_among(word: &[u8], all: &str) -> bool {
    pieces(all, ",").any(|one| one.as_bytes().eq_ignore_ascii_case(word))
}

/// What stands before and behind the first separator.
#[must_use]
pub fn split<'a>(text: &'a str, between: &str) -> Option<(&'a str, &'a str)> {
    cut(text, find(text, between)?, between.len())
}

/// The text without any of these at its start.
#[must_use]
pub fn without_start<'a>(mut text: &'a str, start: &str) -> &'a str {
    while let Some(rest) = text.strip_prefix(start) {
        text = rest;
    }
    text
}

/// The text without any of these at its end.
#[must_use]
pub fn without_end<'a>(mut text: &'a str, end: &str) -> &'a str {
    while let Some(rest) = text.strip_suffix(end) {
        text = rest;
    }
    text
}

/// A number for people, to six places: the standard library's exact printing would be a fifth of the module.
#[must_use]
pub fn number(value: f64) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !value.is_finite() || value.abs() >= EXACT {
        return if value.is_nan() { "NaN" } else { "a number beyond 2^53" }.to_owned();
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
    let (whole, millionths) = (value.abs().trunc() as u64, (value.abs().fract() * 1e6) as u32);
    let sign = if value < 0.0 { "-" } else { "" };
    if millionths == 0 {
        return join(&[sign, &digits(whole)]);
    }
    // With a leading 1, so that zeroes behind the point stay.
    let decimals = digits(u64::from(millionths).saturating_add(1_000_000));
    let decimals = without_end(decimals.strip_prefix("1").unwrap_or_default(), "0");
    join(&[sign, &digits(whole), ".", decimals])
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_excerpt_shows_hidden_characters_as_code_points() {
        assert_eq!(excerpt("a\u{200b}b\u{feff}\tc\n", 60), "aU+200BbU+FEFFU+0009cU+000A");
        assert_eq!(excerpt("a\u{fffd}\u{a0}b c", 60), "aU+FFFDU+00A0b c");
        assert_eq!(excerpt("\u{e0001}", 60), "U+E0001");
        assert_eq!(excerpt("abcdef\u{200b}", 9), "abcdef…");
        assert_eq!(excerpt("abc\u{200b}", 9), "abcU+200B");
        assert_eq!(excerpt("abcd", 4), "abcd");
    }

    #[test]
    fn knows_a_page() {
        assert!(is_html("\u{feff} \n<!DOCTYPE html><title>Domo</title>"));
        assert!(is_html("<HTML lang=en>"));
        assert!(!is_html("{\"users\":[]}"));
        assert!(!is_html("<é"));
    }

    #[test]
    fn finds_what_the_standard_library_finds() {
        assert_eq!(digits(0), "0");
        assert_eq!(digits(u64::MAX), u64::MAX.to_string());
        assert_eq!(find("abcabc", "ca"), Some(2));
        assert_eq!(find("abc", "x"), None);
        assert_eq!(find("a", "abc"), None);
    }

    #[test]
    fn a_piece_of_a_url() {
        assert_eq!(percent_encoded("a b&=ä/~"), "a%20b%26%3D%C3%A4%2F~");
    }

    #[test]
    fn numbers_for_people() {
        for (value, text) in [
            (7.0, "7"),
            (-1.5, "-1.5"),
            (0.25, "0.25"),
            (0.000_001, "0.000001"),
            (f64::NAN, "NaN"),
            (1e300, "a number beyond 2^53"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    proptest! {
        #[test]
        fn an_excerpt_is_short(text in any::<String>(), most in 0usize..50) {
            prop_assert!(excerpt(&text, most).chars().count() <= most + 1);
        }

        #[test]
        fn nothing_of_the_secret_is_left(before in ".*", secret in "[A-Za-z0-9]{8,40}", after in ".*") {
            let clean = redact(&format!("{before}{secret}{after}"), Some(&secret));
            prop_assert!(!clean.contains(&secret));
        }

        #[test]
        fn nothing_of_a_cut_secret_is_left(before in ".*", secret in "[A-Za-z0-9]{8,40}", left in 4usize..40) {
            let half = &secret[..left.min(secret.len())];
            let clean = redact(&[&before, half].concat(), Some(&secret));
            prop_assert!(!clean.ends_with(half));
        }

        #[test]
        fn any_body_can_be_asked(body in any::<String>()) {
            let _ = is_html(&body);
        }
    }
}
