//! Lower case, character by character.
//!
//! The standard library's table of all scripts would add 5 KB to the compressed module. This covers the letters of the
//! Latin, Greek, Cyrillic and Armenian scripts whose lower case follows a pattern and has as many UTF-8 bytes; all
//! other characters stay as they are. Everything that compares values of users without regard to case uses it, so that
//! two parts of the package never disagree about whether two addresses belong to the same user.

/// Returns the lower case of a letter; any other character as it is.
#[must_use]
pub fn lower_case(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let code = u32::from(c);
    let is_odd = code & 1 == 1;
    let lower = match code {
        // Latin, Greek and Cyrillic letters of one row of the code table, and their lower case in another.
        0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a1 | 0x3a3..=0x3ab | 0x410..=0x42f => code.wrapping_add(32),
        0x400..=0x40f => code.wrapping_add(80),
        0x531..=0x556 => code.wrapping_add(48),
        // An even letter, and its lower case behind it.
        0x100..=0x12f
        | 0x132..=0x137
        | 0x14a..=0x177
        | 0x1de..=0x1ef
        | 0x1f8..=0x21f
        | 0x222..=0x233
        | 0x370..=0x373
        | 0x3d8..=0x3ef
        | 0x460..=0x481
        | 0x48a..=0x4bf
        | 0x4d0..=0x52f
        | 0x1e00..=0x1e95
        | 0x1ea0..=0x1eff => code | 1,
        // An odd letter, and its lower case behind it.
        0x139..=0x148 | 0x179..=0x17e | 0x1cd..=0x1dc | 0x4c1..=0x4ce if is_odd => code.wrapping_add(1),
        // Accented Greek letters, and two letters whose lower case is elsewhere.
        0x386 => 0x3ac,
        0x388..=0x38a => code.wrapping_add(37),
        0x38c => 0x3cc,
        0x38e | 0x38f => code.wrapping_add(63),
        0x178 => 0xff,
        0x4c0 => 0x4cf,
        _ => code,
    };
    char::from_u32(lower).unwrap_or(c)
}

/// Returns a string in lower case, character by character.
pub fn lower_case_chars(string: &str) -> impl Iterator<Item = char> + '_ {
    string.chars().map(lower_case)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lower case by the standard library, if it is one character of as many bytes.
    fn regular(c: char) -> Option<char> {
        let mut lower = c.to_lowercase();
        let first = lower.next()?;
        (lower.next().is_none() && first != c && first.len_utf8() == c.len_utf8()).then_some(first)
    }

    #[test]
    fn whatever_has_a_lower_case_here_has_the_same_one_in_unicode() {
        for c in '\0'..=char::MAX {
            let lower = lower_case(c);
            if lower != c {
                assert_eq!(regular(c), Some(lower), "{c} U+{:04X}", u32::from(c));
            }
        }
    }

    #[test]
    fn the_letters_of_european_languages_have_one() {
        for (upper, lower) in [
            ("ÀÉÎÕÜÝÞØÅÆÇÑ", "àéîõüýþøåæçñ"),
            (
                "ĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĢĤĦĪĮĴĶĹĻĽĿŁŃŅŇŊŌŐŒŔŖŘŚŜŞŠŢŤŦŪŮŰŲŴŶŸŹŻŽ",
                "āăąćĉċčďđēėęěĝğģĥħīįĵķĺļľŀłńņňŋōőœŕŗřśŝşšţťŧūůűųŵŷÿźżž",
            ),
            ("ȘȚǍǕ", "șțǎǖ"),
            ("ΆΈΉΊΌΎΏΑΒΓΔΣΩΪΫ", "άέήίόύώαβγδσωϊϋ"),
            ("АБВЯЁЂЏҐҚӁӀӘԖ", "абвяёђџґқӂӏәԗ"),
            ("ԱԲՖ", "աբֆ"),
            ("ẾỆỮỴẠ", "ếệữỵạ"),
        ] {
            assert_eq!(lower_case_chars(upper).collect::<String>(), lower);
            assert_eq!(lower_case_chars(lower).collect::<String>(), lower);
        }
        // Others stay as they are.
        for c in ['İ', 'ẞ', 'ß', 'ς', '×', 'Ა', '字', '🙂'] {
            assert_eq!(lower_case(c), c);
        }
    }
}
