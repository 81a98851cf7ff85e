//! Strings compared without regard to case, on their UTF-8 bytes.
//!
//! Nearly all strings that are compared are the same to the byte, and then nothing else is looked at. Otherwise the letters
//! are compared in the lower case of [`case`](domo_users_words::case); strings of different lengths never match. The hash
//! of an ASCII string ignores the bit of a letter's case, word by word; that of any other string is made of its letters in
//! lower case. So strings that match have the same hash.

use domo_users_words::case::to_lower_case;

use crate::strings::{equal, hash, hash_words};

/// Whether two strings are equal without regard to case. If one of them is not valid UTF-8, only the case of ASCII
/// letters is ignored.
#[inline(always)]
#[must_use]
pub fn equal_ignoring_case(one: &[u8], other: &[u8]) -> bool {
    equal(one, other) || equal_in_lower_case(one, other)
}

/// [`equal_ignoring_case`] as a call, where speed does not matter.
#[inline(never)]
#[must_use]
pub fn is_same_ignoring_case(one: &[u8], other: &[u8]) -> bool {
    equal_ignoring_case(one, other)
}

#[inline(never)]
fn equal_in_lower_case(one: &[u8], other: &[u8]) -> bool {
    match (str::from_utf8(one), str::from_utf8(other)) {
        (Ok(one_text), Ok(other_text)) if one.len() == other.len() => {
            to_lower_case(one_text) == to_lower_case(other_text)
        }
        _ => one.eq_ignore_ascii_case(other),
    }
}

/// Sets the case bit of each of eight bytes, after clearing the bytes beyond ASCII, so that strings which differ only in
/// case become equal.
#[inline(always)]
fn without_case(word: u64) -> u64 {
    let ascii = !((word & 0x8080_8080_8080_8080) >> 7).wrapping_mul(0xff);
    word & ascii | 0x2020_2020_2020_2020
}

/// Returns a hash that is the same for all strings that [`equal_ignoring_case`] finds equal.
#[inline(never)]
#[must_use]
pub fn hash_ignoring_case(string: &[u8]) -> u32 {
    if !string.is_ascii()
        && let Ok(text) = str::from_utf8(string)
    {
        // A string in another script holds nearly nothing but bytes beyond ASCII, which `without_case` leaves out: thousands of
        // names would have the same hash.
        return hash(to_lower_case(text).as_bytes());
    }
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
    fn two_letters_of_one_length_match_if_they_have_the_same_lower_case() {
        let letters: Vec<(String, String)> = ('\0'..='\u{587}')
            .map(|c| (to_lower_case(c.encode_utf8(&mut [0; 4])), c.to_string()))
            .collect();
        let mut pairs = 0;
        for (one_lower, one) in &letters {
            let hash = hash_ignoring_case(one.as_bytes());
            for (other_lower, other) in &letters {
                let matches = equal_ignoring_case(one.as_bytes(), other.as_bytes());
                let same = one_lower == other_lower && one.len() == other.len();
                assert_eq!(matches, same, "{one} {other}");
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
        assert!(!equal_ignoring_case("\u{c9}\u{e9}".as_bytes(), b"\xc3\xff\xc3\xa9"));
        assert!(equal_ignoring_case(b"A\xc3", b"a\xc3"));
    }

    #[test]
    fn hashes_of_names_in_other_scripts_hardly_ever_collide() {
        let letter = |n: u32| char::from_u32(0x430 + n % 32).unwrap();
        let names = (0..5_000).map(|n| [n, n / 32, n / 1024, 7, 9].map(letter).iter().collect::<String>());
        let hashes: std::collections::HashSet<u32> = names.map(|name| hash_ignoring_case(name.as_bytes())).collect();
        assert!(hashes.len() > 4_990, "{}", hashes.len());
    }

    #[test]
    fn hashes_of_similar_addresses_hardly_ever_collide() {
        let hashes: std::collections::HashSet<u32> = (0..5_000)
            .map(|n| hash_ignoring_case(format!("User{n}@Example.com").as_bytes()))
            .collect();
        assert!(hashes.len() > 4_990);
    }
}
