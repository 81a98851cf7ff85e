//! Strings compared without regard to case, on their UTF-8 bytes.
//!
//! Case is ignored for ASCII letters and for the letters of two UTF-8 bytes whose lower case follows a regular pattern:
//! Latin, Greek and Cyrillic, U+00C0 to U+047F. Both forms of such a letter have two bytes, so that strings of
//! different lengths never match and nothing is decoded to `char`. The hash of a string ignores all bytes beyond ASCII
//! and the bit of an ASCII letter's case, word by word, so that strings which match have the same hash.

use crate::strings::{equal, hash_words};

/// Whether two strings are equal without regard to case.
#[inline(always)]
#[must_use]
pub fn equal_ignoring_case(one: &[u8], other: &[u8]) -> bool {
    equal(one, other) || equal_in_lower_case(one, other)
}

#[inline(never)]
fn equal_in_lower_case(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && lower_case(one).eq(lower_case(other))
}

/// Returns the letters in lower case; bytes that are no such letter are returned as they are.
fn lower_case(string: &[u8]) -> impl Iterator<Item = u16> + '_ {
    let mut rest = string;
    core::iter::from_fn(move || {
        let (&first, after) = rest.split_first()?;
        rest = after;
        if let (0xc3..=0xd1, Some((&second, after))) = (first, after.split_first()) {
            rest = after;
            return Some(lower_case_letter(
                (u16::from(first & 0x1f) << 6) | u16::from(second & 0x3f),
            ));
        }
        Some(u16::from(first.to_ascii_lowercase()))
    })
}

/// Returns the lower case of a letter from U+00C0 to U+047F. The letters for which it would be irregular stay as they
/// are.
fn lower_case_letter(letter: u16) -> u16 {
    match letter {
        0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a9 | 0x410..=0x42f => letter.wrapping_add(32),
        0x400..=0x40f => letter.wrapping_add(80),
        0x100..=0x12f | 0x132..=0x137 | 0x14a..=0x177 | 0x460..=0x47f => letter | 1,
        0x139..=0x148 | 0x179..=0x17e if letter & 1 == 1 => letter.wrapping_add(1),
        _ => letter,
    }
}

/// Removes from eight bytes what case may change: the case bit of ASCII letters, and whole bytes beyond ASCII.
#[inline(always)]
fn without_case(word: u64) -> u64 {
    let ascii = !((word & 0x8080_8080_8080_8080) >> 7).wrapping_mul(0xff);
    word & ascii | 0x2020_2020_2020_2020
}

/// Returns a hash that is the same for all strings that [`equal_ignoring_case`] finds equal.
#[inline(never)]
#[must_use]
pub fn hash_ignoring_case(string: &[u8]) -> u32 {
    hash_words(string, without_case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn case_is_ignored_in_latin_greek_and_cyrillic(text in "[a-zA-ZäÖéÉŁłŻżČčŞşßΩωЖжЁё0-9@.+-]{0,40}", other in "[a-c@.]{0,4}") {
            let upper: String = text.chars().map(|c| match c {
                'ß' => c, _ => c.to_uppercase().next().unwrap() }).collect();
            prop_assert!(equal_ignoring_case(text.as_bytes(), upper.as_bytes()), "{} {}", text, upper);
            prop_assert_eq!(hash_ignoring_case(text.as_bytes()), hash_ignoring_case(upper.as_bytes()));
            prop_assert_eq!(equal_ignoring_case(text.as_bytes(), other.as_bytes()), text.to_lowercase() == other.to_lowercase());
        }
    }

    #[test]
    fn two_letters_match_if_one_is_the_simple_lower_case_of_the_other() {
        // Irregular, or left out: their lower case has another length, or lies elsewhere.
        let is_irregular = |c: char| matches!(c, 'İ' | 'ı' | 'ĸ' | 'ŉ' | 'Ÿ' | 'ſ' | 'Ϊ' | 'Ϋ');
        let lower = |c: char| match c {
            '\u{3a2}' => 'ς', // no letter has this code point
            c if is_irregular(c)
                || !matches!(c, '\0'..='\u{7f}' | '\u{c0}'..='\u{17f}' | 'Α'..='ω' | '\u{400}'..='\u{47f}') =>
            {
                c
            }
            c => c.to_lowercase().next().unwrap(),
        };
        let letters: Vec<(char, String)> = ('\0'..='\u{48f}').map(|c| (lower(c), c.to_string())).collect();
        let mut pairs = 0;
        for (one_lower, one) in &letters {
            let hash = hash_ignoring_case(one.as_bytes());
            for (other_lower, other) in &letters {
                let matches = equal_ignoring_case(one.as_bytes(), other.as_bytes());
                assert_eq!(matches, one_lower == other_lower, "{one} {other}");
                if matches {
                    pairs += 1;
                    assert_eq!(hash, hash_ignoring_case(other.as_bytes()), "{one} {other}");
                }
            }
        }
        assert!(pairs > letters.len() + 300);
    }

    #[test]
    fn strings_of_other_lengths_or_letters_do_not_match() {
        for (one, other) in [
            ("", "a"),
            ("a", "ab"),
            ("abc", "abd"),
            ("a@x.co", "a@x.cp"),
            ("é", "e"),
            ("é", "ee"),
            ("\u{c9}", "\u{ca}"),
        ] {
            assert!(!equal_ignoring_case(one.as_bytes(), other.as_bytes()), "{one} {other}");
        }
        assert!(!equal_ignoring_case(b"\xc3", b"\xc4"), "half a character");
        assert!(equal_ignoring_case(b"A\xc3", b"a\xc3"));
    }

    #[test]
    fn hashes_of_similar_addresses_hardly_ever_collide() {
        let hashes: std::collections::HashSet<u32> = (0..5_000)
            .map(|n| hash_ignoring_case(format!("User{n}@Example.com").as_bytes()))
            .collect();
        assert!(hashes.len() > 4_990);
    }
}
