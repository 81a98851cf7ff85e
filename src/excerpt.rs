//! Strings of callers and instances in error messages.

use domo_users_scan::email::is_invisible;

/// Returns a string for an error message: at most `most` characters, then an ellipsis if it is longer. Line breaks and tabs become spaces. Other
/// control characters, unusual spaces, invisible characters and U+FFFD are written as code points, such as `U+200B`.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    beginning(text, most, true)
}

/// Returns a string as [`excerpt`] does, but line breaks and tabs are written as code points too.
#[must_use]
pub fn excerpt_with_breaks(text: &str, most: usize) -> String {
    beginning(text, most, false)
}

fn beginning(text: &str, most: usize, has_spaces_for_breaks: bool) -> String {
    let (mut short, mut length) = (String::new(), 0_usize);
    for c in text.chars() {
        let is_break = has_spaces_for_breaks && matches!(c, '\n' | '\r' | '\t');
        let c = if is_break { ' ' } else { c };
        let is_unusual = c.is_control() || (c.is_whitespace() && c != ' ') || matches!(c, '\u{fffd}' | '\u{2800}');
        let is_hidden = is_invisible(c) || is_unusual;
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

/// Returns bytes as [`excerpt`] returns a string.
#[inline(never)]
#[must_use]
pub fn excerpt_of_bytes(bytes: &[u8], most: usize) -> String {
    excerpt(&String::from_utf8_lossy(bytes), most)
}

/// Returns bytes that are UTF-8 as a string. Other bytes are replaced.
#[inline(never)]
#[must_use]
pub fn string_of_bytes(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_excerpt_shows_hidden_characters_as_code_points() {
        assert_eq!(excerpt("a\u{200b}b\u{feff}\tc\n", 60), "aU+200BbU+FEFF c ");
        assert_eq!(excerpt("a\u{fffd}\u{a0}b c", 60), "aU+FFFDU+00A0b c");
        assert_eq!(excerpt("\u{e0001}", 60), "U+E0001");
        assert_eq!(excerpt("a\u{2800}b", 60), "aU+2800b");
        assert_eq!(excerpt_with_breaks("a\nb\tc", 60), "aU+000AbU+0009c");
        assert_eq!(excerpt("abcdef\u{200b}", 9), "abcdef…");
        assert_eq!(excerpt("abc\u{200b}", 9), "abcU+200B");
        assert_eq!(excerpt("abcd", 4), "abcd");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_short(text in any::<String>(), most in 0usize..50) {
            prop_assert!(excerpt(&text, most).chars().count() <= most + 1);
        }
    }
}
