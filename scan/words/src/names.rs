//! Names of columns and attribute keys, compared as people write them.

use crate::email::is_invisible;

/// Returns what is compared of a name: `Cost Center`, `cost_center`, `COST-CENTER` and `costCenter` are the same. Case, blanks, line breaks, hyphens,
/// `_`, control and invisible characters do not count, in any script.
#[must_use]
pub fn fold_name(name: &str) -> String {
    name.chars()
        .filter(|c| !(c.is_whitespace() || c.is_control() || is_invisible(*c) || is_hyphen(*c) || *c == '_'))
        .flat_map(char::to_lowercase)
        .collect()
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
    fn names_as_spreadsheets_leave_them() {
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
        fn what_does_not_count_changes_nothing(letters in proptest::collection::vec("[a-zé]", 1..12), between in "[ \t\r\n_\u{2010}\u{2011}\u{2013}\u{a0}\u{2003}\u{200b}\u{feff}\u{ad}-]{0,3}") {
            prop_assert_eq!(fold_name(&letters.join(&between)), letters.concat());
            prop_assert_eq!(fold_name(&letters.join(&between).to_uppercase()), letters.concat());
        }
    }
}
