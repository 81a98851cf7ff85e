//! E-mail addresses as people write them, and the key by which two of them belong to the same user.
//!
//! A cell or an instance may hold an address with invisible characters in it, or with text around it:
//! `mailto:ada@example.com`, `Ada <ada@example.com>`, `"ada@example.com";`. [`address_in`] extracts the address,
//! [`is_address`] checks its form, and [`EmailKey`] is what is compared.
//!
//! Invariant: no address is extracted from a string that could name two users, and a sign beside an address never
//! becomes a part of it. Extracting an address from an extracted one changes nothing.

use crate::case::to_lower_case;
use std::borrow::Cow;

/// Whether a character is invisible and takes no space: Unicode's default-ignorable and format characters that occur in
/// copied text.
#[inline(never)]
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Returns a string without its invisible characters.
#[inline(never)]
#[must_use]
pub fn visible(string: &str) -> Cow<'_, str> {
    if string.is_ascii() || !string.chars().any(is_invisible) {
        return Cow::Borrowed(string);
    }
    Cow::Owned(string.chars().filter(|c| !is_invisible(*c)).collect())
}

/// Whether a string is empty or has only whitespace and invisible characters, so that a person sees nothing.
#[inline(never)]
#[must_use]
pub fn is_blank(string: &str) -> bool {
    string.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Returns a string without the whitespace and invisible characters around it.
#[must_use]
pub fn trim_blank(string: &str) -> &str {
    string.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Returns the address that a person sees in a string: without invisible characters, whitespace, and what surrounds it.
/// If the result would not be an address, the string is returned with its surroundings, so that a check refuses it and
/// an error message can show it.
#[inline(never)]
#[must_use]
pub fn address_in(string: &str) -> Cow<'_, str> {
    match visible(string) {
        Cow::Borrowed(visible) => Cow::Borrowed(address_or_trimmed(visible)),
        Cow::Owned(visible) => Cow::Owned(address_or_trimmed(&visible).to_owned()),
    }
}

fn address_or_trimmed(visible: &str) -> &str {
    let address = unwrapped(visible);
    if is_address(address) { address } else { visible.trim() }
}

/// Pairs of quotes and brackets that enclose a copied address.
const PAIRS: [(char, char); 14] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('„', '“'),
    ('”', '”'),
    ('‘', '’'),
    ('‚', '‘'),
    ('’', '’'),
    ('«', '»'),
    ('‹', '›'),
    ('(', ')'),
    ('[', ']'),
    ('<', '>'),
];

/// Returns a string without `mailto:` or `smtp:`, the name of `Name <address>`, and one pair of quotes or brackets,
/// each removed once and in any order, and without `/ , ; .` at the end.
#[inline(never)]
fn unwrapped(string: &str) -> &str {
    let (mut may_have_scheme, mut may_have_name, mut may_have_pair) = (true, true, true);
    let mut string = string;
    loop {
        string = string
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';' | '.'))
            .trim_start();
        if may_have_scheme && let Some(rest) = without_scheme(string) {
            (string, may_have_scheme) = (rest, false);
        } else if may_have_name && let Some(address) = address_after_name(string) {
            (string, may_have_name) = (address, false);
        } else if may_have_pair && let Some(inner) = within_pair(string) {
            (string, may_have_pair) = (inner, false);
        } else {
            return string;
        }
    }
}

fn without_scheme(string: &str) -> Option<&str> {
    let (scheme, rest) = string.split_once(':')?;
    (scheme.eq_ignore_ascii_case("mailto") || scheme.eq_ignore_ascii_case("smtp")).then_some(rest)
}

/// Returns the address of `Name <address>`; `None` if the name is another address, so that it is unclear which of the
/// two is meant.
fn address_after_name(string: &str) -> Option<&str> {
    let (name, address) = string.strip_suffix('>')?.rsplit_once('<')?;
    let name = name.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let is_clear = !name.contains('@') || same_ignoring_case(name, address.trim());
    (is_clear && !name.is_empty()).then_some(address)
}

fn within_pair(string: &str) -> Option<&str> {
    PAIRS
        .iter()
        .find_map(|(open, close)| string.strip_prefix(*open)?.strip_suffix(*close))
}

/// Whether a string has the form `someone@place.tld` and nothing that only surrounds an address. An ASCII apostrophe
/// and `#` are allowed; whitespace, control characters, typographic quotes, brackets, bullets and U+FFFD are not. The
/// part before the `@` begins with a letter, a digit or `_`, so that a sign that somebody put before an address never
/// makes it the address of another user.
#[inline(never)]
#[must_use]
pub fn is_address(string: &str) -> bool {
    let Some((local, domain)) = string.split_once('@') else {
        return false;
    };
    let is_name = |c: char| !is_foreign(c) && c != '@';
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || (!c.is_ascii() && is_name(c));
    let has_valid_start = local.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii());
    string.len() <= 254
        && has_valid_start
        && local.chars().all(is_name)
        && local.split('.').all(|label| !label.is_empty())
        && domain.contains('.')
        && domain.split('.').all(|label| {
            let has_mark_at_end = label.starts_with(['-', '_']) || label.ends_with(['-', '_']);
            !label.is_empty() && !has_mark_at_end && label.chars().all(is_label)
        })
}

/// Whether a character cannot be part of an address.
fn is_foreign(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || is_invisible(c)
        || matches!(c, ',' | ';' | ':' | '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\\' | '`')
        // Punctuation and symbols beyond ASCII: quotes, bullets, dashes, arrows, full-width signs, emoji.
        || matches!(c,
            // Combining marks: the composed letter would be another address.
            '\u{300}'..='\u{36f}' | '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}'..='\u{b9}' | '\u{bb}'..='\u{bf}' | '\u{d7}' | '\u{f7}'
            | '\u{2010}'..='\u{205e}' | '\u{2190}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}' | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
            | '\u{fe10}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{fffd}' | '\u{1f000}'..='\u{1faff}')
}

fn same_ignoring_case(one: &str, other: &str) -> bool {
    to_lower_case(one) == to_lower_case(other)
}

/// The key by which two addresses, or two user names, belong to the same user: the address that a person sees, in lower
/// case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(String);

impl EmailKey {
    /// Creates the key of an address as a caller or an instance wrote it.
    #[inline(never)]
    #[must_use]
    pub fn of(string: &str) -> Self {
        Self(to_lower_case(&address_in(string)))
    }

    /// Returns the key as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INVISIBLE: &str =
        "[\u{ad}\u{34f}\u{61c}\u{180e}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{feff}]";

    #[test]
    fn an_address_is_extracted_from_what_surrounds_it() {
        for text in [
            "ada@example.com",
            " ada@example.com\u{a0}",
            "mailto:ada@example.com",
            "MAILTO: ada@example.com",
            "SMTP:ada@example.com",
            "smtp:ada@example.com",
            "Ada <ada@example.com>",
            "Lovelace, Ada <ada@example.com>;",
            "\"Lovelace, Ada\" <ada@example.com>",
            "ada@example.com <ada@example.com>",
            "ADA@example.com <ada@example.com>",
            "<ada@example.com>",
            "<mailto:ada@example.com>",
            "Ada <mailto:ada@example.com>",
            "\"ada@example.com\"",
            "'ada@example.com'",
            "“ada@example.com”",
            "„ada@example.com“",
            "‘ada@example.com’",
            "«ada@example.com»",
            "(ada@example.com)",
            "[ada@example.com]",
            "ada@example.com/",
            "ada@example.com,",
            "ada@example.com;",
            "ada@example.com.",
            "ada@example.com ; ",
            "(ada@example.com).",
        ] {
            assert_eq!(address_in(text), "ada@example.com", "{text}");
            assert_eq!(EmailKey::of(text), EmailKey::of("Ada@Example.com"), "{text}");
        }
    }

    #[test]
    fn no_address_is_extracted_from_what_could_be_two_or_none() {
        for text in [
            "ada@example.com, bob@example.com",
            "ada@example.com bob@example.com",
            "ada@example.com <bob@example.com>",
            "Ada <ada@example.com>, Bob <bob@example.com>",
            "ada@example.com (work)",
            "((ada@example.com))",
            "“ada@example.com",
            "ada@example.com”",
            "o’hara@example.com",
            "ad\u{fffd}@example.com",
            "http://ada@example.com",
            "mailto:ada@example.com?subject=x",
            "ada@example",
            "ada@@example.com",
            "@example.com",
            "ada at example.com",
            "ada@example..com",
            "ada@exam/ple.com",
            "'ada@example.com",
            "ada@example.com'",
            "•ada@example.com",
            "· ada@example.com",
            "–ada@example.com",
            ".ada@example.com",
            "ada.@example.com",
            "a..da@example.com",
            "/ada@example.com",
            "=ada@example.com",
            "-ada@example.com",
            "+ada@example.com",
            "?ada@example.com",
            "ada@example.com!",
            "ada@example.com?",
            "ada@example.com*",
            "ada@example.com-",
            "ada@example.com_",
            "ada@-example.com",
            "✉ada@example.com",
            "ada@example.com。",
        ] {
            assert!(!is_address(&address_in(text)), "{text}: {}", address_in(text));
        }
    }

    #[test]
    fn every_legal_address_is_accepted_as_it_is() {
        for text in [
            "o'hara@x.ie",
            "jane.doe+domo@sub.example.com",
            "ada_example.com#EXT#@acme.onmicrosoft.com",
            "用户@例子.广告",
            "Émile@Exämple.com",
            "a/b@x.co",
            "_ada@x.co",
            "1ada-@x-y.co",
            "ºada@x.co",
        ] {
            assert_eq!(address_in(text), text);
            assert!(is_address(text), "{text}");
        }
    }

    #[test]
    fn keys_are_equal_ignoring_case_in_any_script() {
        for (one, other) in [
            ("ÉMILE@X.CO", "émile@x.co"),
            ("ΣΟΦΟΣ@x.co", "σοφοσ@x.co"),
            ("ЖАННА@x.co", "жанна@x.co"),
        ] {
            assert_eq!(EmailKey::of(one), EmailKey::of(other));
        }
        assert_ne!(EmailKey::of("a@x.co"), EmailKey::of("b@x.co"));
        // A user name that is no address loses nothing that is seen.
        assert_ne!(EmailKey::of("Ada Lovelace."), EmailKey::of("Ada Lovelace"));
        assert_eq!(EmailKey::of("\u{200b}Ada Lovelace "), EmailKey::of("ada lovelace"));
    }

    #[test]
    fn a_string_of_invisible_characters_is_blank() {
        for text in ["", " ", "\u{200b}", "\u{feff}\u{2060} \u{a0}\u{3164}"] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("\u{200b}a"));
    }

    proptest! {
        #[test]
        fn invisible_characters_do_not_change_an_address(
            parts in proptest::collection::vec((INVISIBLE, "[a-zA-Z.]"), 1..9), tail in INVISIBLE,
        ) {
            let plain: String = parts.iter().map(|(_, letter)| letter.as_str()).collect::<String>() + "a@example.com";
            let dirty: String = parts.iter().map(|(odd, letter)| format!("{odd}{letter}")).collect::<String>() + "a@exam" + &tail + "ple.com";
            prop_assume!(is_address(&plain));
            prop_assert_eq!(address_in(&dirty), plain.as_str());
            prop_assert_eq!(EmailKey::of(&dirty), EmailKey::of(&plain));
        }

        #[test]
        fn extracting_from_an_extracted_address_changes_nothing(text in r#"[<("'•=.]{0,2}(mailto:|Ada )?[a-cé'.-]{1,4}@[a-c.]{1,3}\.co[>)"'/;.]{0,2}|.*"#) {
            let once = address_in(&text).into_owned();
            prop_assert_eq!(address_in(&once), once.as_str());
        }

        #[test]
        fn a_sign_beside_an_address_does_not_become_a_part_of_it(before in "[^a-zA-Z0-9_\u{80}-\u{10ffff}]{0,2}", behind in "[^a-zA-Z0-9\u{80}-\u{10ffff}]{0,2}") {
            let text = format!("{before}ada@example.com{behind}");
            let taken = address_in(&text);
            prop_assert!(!is_address(&taken) || taken == "ada@example.com", "{text} gives {taken}");
        }

        #[test]
        fn no_address_is_extracted_from_two(one in "[a-c]{1,3}@x.co", other in "[d-f]{1,3}@x.co", between in r#"[ ,;/<>()"]{1,3}"#) {
            let text = format!("{one}{between}{other}");
            prop_assert!(!is_address(&address_in(&text)), "{}", address_in(&text));
        }
    }

    #[test]
    fn every_pair_of_quotes_and_brackets_is_removed_once() {
        for (open, close) in PAIRS {
            assert_eq!(address_in(&format!("{open}ada@example.com{close}")), "ada@example.com");
            assert!(
                !is_address(&address_in(&format!("{open}{open}ada@example.com{close}{close}"))),
                "{open}"
            );
            assert!(
                !is_address(&address_in(&format!("{close}ada@example.com{open}"))) || open == close,
                "{open}"
            );
        }
    }

    #[test]
    fn characters_that_only_surround_or_separate_are_not_part_of_an_address() {
        let is_allowed = |c: char| is_address(&format!("a{c}b@x.co")) && is_address(&format!("ab@x{c}y.co"));
        for c in "abzAZ09-_éßжºª用広\u{e000}µ".chars() {
            assert!(is_allowed(c), "{c:?}");
        }
        for c in
            " \t\n\0\u{7f}\u{a0}\u{2003},;:<>()[]\"\\`@“”„‘’«»‹›•·–—→✉🙂、。「」﹒！；：＠\u{fffd}\u{200b}\u{301}×÷§©"
                .chars()
        {
            assert!(!is_allowed(c), "{c:?}");
        }
        // The local part allows some signs that the domain does not.
        for c in "#'+/!$%&*=?^{|}~".chars() {
            assert!(
                is_address(&format!("a{c}b@x.co")) && !is_address(&format!("ab@x{c}y.co")),
                "{c:?}"
            );
        }
    }

    #[test]
    fn labels_of_a_domain_do_not_begin_or_end_with_a_mark() {
        for domain in ["x-y.co", "x_y.co", "x--y.c-o"] {
            assert!(is_address(&format!("a@{domain}")), "{domain}");
        }
        for domain in [
            "-x.co", "x-.co", "_x.co", "x_.co", "x.-co", "x.co-", "x.co_", "x.co.", ".co", "x..co", "co", "",
        ] {
            assert!(!is_address(&format!("a@{domain}")), "{domain}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_bytes() {
        let address = |length: usize| format!("{}@example.com", "a".repeat(length - 12));
        assert!(is_address(&address(254)));
        assert!(!is_address(&address(255)));
    }

    #[test]
    fn a_string_without_an_address_keeps_its_surroundings() {
        for (string, shown) in [
            (" Ada. ", "Ada."),
            ("\u{200b}<Ada> ", "<Ada>"),
            ("mailto:ada", "mailto:ada"),
            ("", ""),
            (" \u{feff} ", ""),
        ] {
            assert_eq!(address_in(string), shown);
        }
        assert_eq!(trim_blank("\u{feff} a\u{200b}b \u{a0}"), "a\u{200b}b");
        assert_eq!(visible("\u{feff} a\u{200b}b \u{ad}"), " ab ");
        assert_eq!(EmailKey::of(" Ada <ADA@x.co>").as_str(), "ada@x.co");
    }

    #[test]
    fn the_ends_of_every_range_of_invisible_characters_are_invisible() {
        for (first, last) in [
            ('\u{ad}', '\u{ad}'),
            ('\u{34f}', '\u{34f}'),
            ('\u{61c}', '\u{61c}'),
            ('\u{115f}', '\u{1160}'),
            ('\u{17b4}', '\u{17b5}'),
            ('\u{180b}', '\u{180f}'),
            ('\u{200b}', '\u{200f}'),
            ('\u{202a}', '\u{202e}'),
            ('\u{2060}', '\u{206f}'),
            ('\u{3164}', '\u{3164}'),
            ('\u{fe00}', '\u{fe0f}'),
            ('\u{feff}', '\u{feff}'),
            ('\u{ffa0}', '\u{ffa0}'),
            ('\u{fff0}', '\u{fffb}'),
            ('\u{1bca0}', '\u{1bca3}'),
            ('\u{1d173}', '\u{1d17a}'),
            ('\u{e0000}', '\u{e0fff}'),
        ] {
            assert!(is_invisible(first) && is_invisible(last));
            let beside = [u32::from(first) - 1, u32::from(last) + 1].map(|c| char::from_u32(c).unwrap());
            assert!(!beside.into_iter().any(is_invisible), "{beside:?}");
        }
    }
}
