//! Texts without their case: of ASCII's letters, and of those beyond that have a simple one.

use crate::strings::{hash_of, same};

/// Whether two texts are the same but for the case of ASCII's letters, and of the letters beyond that have a simple one.
#[inline(always)]
#[must_use]
pub fn same_folded(one: &[u8], other: &[u8]) -> bool {
    same(one, other) || folds_to_same(one, other)
}

/// The same of texts that seldom are the same to the byte; small rather than fast.
#[inline(never)]
#[must_use]
pub fn folds_to_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (mut ones, mut others) = (folded(one), folded(other));
    loop {
        match (ones.next(), others.next()) {
            (None, None) => return true,
            (one, other) if one != other => return false,
            _ => {}
        }
    }
}

/// Each character's lower case, as far as two bytes of UTF-8 go (Latin, Greek, Cyrillic).
fn folded(text: &[u8]) -> impl Iterator<Item = u16> + '_ {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (&first, after) = rest.split_first()?;
        rest = after;
        if let (0xc3..=0xd1, Some((&second, after))) = (first, after.split_first()) {
            rest = after;
            return Some(lower((u16::from(first & 0x1f) << 6) | u16::from(second & 0x3f)));
        }
        Some(u16::from(first.to_ascii_lowercase()))
    })
}

/// The lower case of a letter between U+00C0 and U+047F, by the regular parts of those blocks.
fn lower(letter: u16) -> u16 {
    match letter {
        0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a9 | 0x410..=0x42f => letter.wrapping_add(32),
        0x400..=0x40f => letter.wrapping_add(80),
        0x100..=0x12f | 0x132..=0x137 | 0x14a..=0x177 | 0x460..=0x47f => letter | 1,
        0x139..=0x148 | 0x179..=0x17e if letter & 1 == 1 => letter.wrapping_add(1),
        _ => letter,
    }
}

/// Letters fold with one bit; bytes beyond ASCII, which fold otherwise, do not count.
#[inline(always)]
fn fold_word(word: u64) -> u64 {
    let ascii = !((word & 0x8080_8080_8080_8080) >> 7).wrapping_mul(0xff);
    word & ascii | 0x2020_2020_2020_2020
}

/// A number for a text; the same for all that [`same_folded`] takes for the same.
#[inline(never)]
#[must_use]
pub fn hash_folded(text: &[u8]) -> u32 {
    hash_of(text, fold_word)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn case_does_not_count(text in "[a-zA-ZäÖéÉŁłŻżČčŞşßΩωЖжЁё0-9@.+-]{0,40}", other in "[a-c@.]{0,4}") {
            let upper: String = text.chars().map(|c| match c {
                'ß' => c, _ => c.to_uppercase().next().unwrap() }).collect();
            prop_assert!(same_folded(text.as_bytes(), upper.as_bytes()), "{} {}", text, upper);
            prop_assert_eq!(hash_folded(text.as_bytes()), hash_folded(upper.as_bytes()));
            prop_assert_eq!(same_folded(text.as_bytes(), other.as_bytes()), text.to_lowercase() == other.to_lowercase());
        }
    }
}
