//! Names of columns and attribute keys, compared as people write them.
//!
//! Two names are the same if their folded forms are equal, so that a list of names is searched by folding each once.
//! Letters and digits of all scripts count, and signs such as dots and slashes do; everything that only separates words
//! does not.

use crate::case::to_lower_case;
use crate::email::is_invisible;

/// Returns the form of a name that is compared: `costcenter` for `Cost Center`, `cost_center`, `COST-CENTER` and
/// `costCenter`. It has no whitespace, hyphens, underscores, control characters and invisible characters, and is in
/// lower case.
#[must_use]
pub fn fold_name(name: &str) -> String {
    let is_separator = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || is_hyphen(c) || c == '_';
    let letters: String = name.chars().filter(|c| !is_separator(*c)).collect();
    to_lower_case(&letters)
}

fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_are_the_same() {
        for name in [
            "Cost Center",
            "cost_center",
            "COST-CENTER",
            "cost\u{2011}center",
            "Cost\u{a0}Center",
            "Cost\r\nCenter",
            "\u{feff}\u{feff}costCenter",
            " cost\u{200b}Center ",
        ] {
            assert_eq!(fold_name(name), "costcenter", "{name:?}");
        }
        assert_ne!(fold_name("cost.center"), fold_name("costcenter"));
        assert_eq!(
            fold_name("ABTEILUNGSGRÖSSE"),
            fold_name("Abteilungs Größe".replace('ß', "ss").as_str())
        );
    }

    proptest! {
        #[test]
        fn what_separates_words_is_ignored(letters in proptest::collection::vec("[a-zé]", 1..12), between in "[ \t\r\n_\u{2010}\u{2011}\u{2013}\u{a0}\u{2003}\u{200b}\u{feff}\u{ad}-]{0,3}") {
            prop_assert_eq!(fold_name(&letters.join(&between)), letters.concat());
            prop_assert_eq!(fold_name(&letters.join(&between).to_uppercase()), letters.concat());
        }
    }

    #[test]
    fn every_hyphen_is_ignored_and_no_other_sign() {
        for hyphen in
            "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{fe58}\u{fe63}\u{ff0d}_\u{7f}\u{85}".chars()
        {
            assert_eq!(fold_name(&format!("a{hyphen}b")), "ab", "{hyphen:?}");
        }
        for sign in "./+&#\u{200a2}\u{2016}\u{b7}".chars() {
            assert_ne!(fold_name(&format!("a{sign}b")), "ab", "{sign:?}");
        }
    }
}
