//! Finds the attribute key that a header means.

use crate::directory::suggest::nearest;
use domo_users_scan::names::fold_name;

/// What a header means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyMatch {
    /// The attribute with this key.
    Key(String),
    /// Several attributes, whose keys are other spellings of the header.
    Ambiguous(Vec<String>),
    /// No attribute. This name, a key or one of Domo's own, was probably meant.
    Unknown(Option<String>),
}

/// Finds the key that a header means, of the keys of an instance. A key that is exactly the header comes before other spellings of it: case, spaces, hyphens
/// and `_` are ignored. Domo's own fields are only suggested; look for them first.
#[must_use]
pub fn match_key(header: &str, keys: &[String]) -> KeyMatch {
    if keys.iter().any(|key| key == header) {
        return KeyMatch::Key(header.to_owned());
    }
    let folded = fold_name(header);
    let mut spellings: Vec<String> = Vec::new();
    for key in keys {
        if fold_name(key) == folded && !spellings.contains(key) {
            spellings.push(key.clone());
        }
    }
    match spellings.as_slice() {
        [] => KeyMatch::Unknown(nearest(header, keys)),
        [key] => KeyMatch::Key(key.clone()),
        _ => KeyMatch::Ambiguous(spellings),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn an_exact_key_comes_before_another_spelling() {
        let key = |key: &str| KeyMatch::Key(key.to_owned());
        let keys = ["title", "costcenter", "shoeSize", "Shoe-Size", "shoeSize", "costcenter"].map(str::to_owned);
        for (header, expected) in [
            ("Cost Center", key("costcenter")),
            ("COST_CENTER", key("costcenter")),
            ("costcenter", key("costcenter")),
            ("shoeSize", key("shoeSize")),
            ("Shoe-Size", key("Shoe-Size")),
            (
                "shoe size",
                KeyMatch::Ambiguous(vec!["shoeSize".to_owned(), "Shoe-Size".to_owned()]),
            ),
            ("cost centre", KeyMatch::Unknown(Some("costcenter".to_owned()))),
            ("departmnet", KeyMatch::Unknown(Some("department".to_owned()))),
            ("Birthday", KeyMatch::Unknown(None)),
            ("", KeyMatch::Unknown(None)),
        ] {
            assert_eq!(match_key(header, &keys), expected, "{header}");
        }
        assert_eq!(match_key("x", &[]), KeyMatch::Unknown(None));
    }
}
