//! E-mail addresses as people write them, and the key by which two of them belong to the same user.
//!
//! A cell or an instance may hold an address with characters that nobody sees, or with text around it: `mailto:ada@example.com`,
//! `Ada <ada@example.com>`, `"ada@example.com";`. [`address_in`] takes the address out, [`is_address`] checks its shape, and [`EmailKey`] is what
//! is compared. An address is never taken out of a text that could name two users.

use std::borrow::Cow;

/// Returns whether a character takes no space and shows nothing: Unicode's default-ignorable and format characters that occur in copied text.
#[inline(never)]
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Returns the text without its invisible characters.
#[inline(never)]
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_invisible(*c)).collect())
}

/// Returns whether a person sees nothing in a text: it is empty, or has only blanks and invisible characters.
#[inline(never)]
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Returns a text without the blanks and invisible characters around it.
#[must_use]
pub fn trim_blank(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Returns the address that a person sees in a text: without invisible characters, blanks, and what surrounds it. A text that then
/// is no address is returned with its surroundings, so that a check refuses it and an error can show it.
#[inline(never)]
#[must_use]
pub fn address_in(text: &str) -> Cow<'_, str> {
    let seen = visible(text);
    let inner = unwrapped(&seen);
    if !is_address(inner) {
        return match seen {
            Cow::Borrowed(seen) => Cow::Borrowed(seen.trim()),
            Cow::Owned(seen) => Cow::Owned(seen.trim().to_owned()),
        };
    }
    match &seen {
        Cow::Borrowed(seen) => Cow::Borrowed(unwrapped(seen)),
        Cow::Owned(_) => Cow::Owned(inner.to_owned()),
    }
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

/// Takes off `mailto:` or `smtp:`, the name of `Name <address>`, one pair of quotes or brackets, each once and in any order, and `/ , ; .` at the
/// end.
#[inline(never)]
fn unwrapped(text: &str) -> &str {
    let (mut may_have_scheme, mut may_have_name, mut may_have_pair) = (true, true, true);
    let mut text = text;
    loop {
        text = text
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';' | '.'))
            .trim_start();
        if may_have_scheme && let Some(rest) = without_scheme(text) {
            (text, may_have_scheme) = (rest, false);
        } else if may_have_name && let Some(address) = behind_name(text) {
            (text, may_have_name) = (address, false);
        } else if may_have_pair && let Some(inner) = within_pair(text) {
            (text, may_have_pair) = (inner, false);
        } else {
            return text;
        }
    }
}

fn without_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    (scheme.eq_ignore_ascii_case("mailto") || scheme.eq_ignore_ascii_case("smtp")).then_some(rest)
}

/// The address of `Name <address>`. A name that is itself another address leaves open which of the two is meant.
fn behind_name(text: &str) -> Option<&str> {
    let (name, address) = text.strip_suffix('>')?.rsplit_once('<')?;
    let name = name.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let is_clear = !name.contains('@') || same_ignoring_case(name, address.trim());
    (is_clear && !name.is_empty()).then_some(address)
}

fn within_pair(text: &str) -> Option<&str> {
    PAIRS
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
}

/// Returns whether a text has the shape `someone@place.tld` and holds nothing that only surrounds an address. A real apostrophe and `#` are
/// legal; blanks, control characters, typographic quotes, brackets, bullets and U+FFFD are not. The name before the `@` begins with a letter, a digit or
/// `_`, so that a sign that somebody put before an address never makes another user of it.
#[inline(never)]
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_name = |c: char| !is_odd(c) && c != '@';
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || (!c.is_ascii() && is_name(c));
    let begins_well = local.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii());
    text.len() <= 254
        && begins_well
        && local.chars().all(is_name)
        && local.split('.').all(|part| !part.is_empty())
        && domain.contains('.')
        && domain.split('.').all(|label| {
            let has_mark_at_end = label.starts_with(['-', '_']) || label.ends_with(['-', '_']);
            !label.is_empty() && !has_mark_at_end && label.chars().all(is_label)
        })
}

/// Whether a character is no part of an address.
fn is_odd(c: char) -> bool {
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
    lower_case(one).eq(lower_case(other))
}

/// Lower-cases character by character: the rule that `str::to_lowercase` has for a final sigma would make a key depend on what follows.
pub fn lower_case(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

/// What is compared where two addresses, or two user names, must be the same user's: the address that a person sees, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(String);

impl EmailKey {
    /// The key of an address as it was given, by a caller or by the instance.
    #[inline(never)]
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(lower_case(&address_in(text)).collect())
    }

    /// The key as text.
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
    fn takes_the_address_out_of_what_surrounds_it() {
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
    fn never_takes_an_address_out_of_what_could_be_two_or_none() {
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
    fn what_is_legal_stays() {
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
    fn a_key_has_no_case_in_any_script() {
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
    fn what_nobody_sees_is_blank() {
        for text in ["", " ", "\u{200b}", "\u{feff}\u{2060} \u{a0}\u{3164}"] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("\u{200b}a"));
    }

    proptest! {
        #[test]
        fn invisible_characters_make_no_other_address(
            parts in proptest::collection::vec((INVISIBLE, "[a-zA-Z.]"), 1..9), tail in INVISIBLE,
        ) {
            let plain: String = parts.iter().map(|(_, letter)| letter.as_str()).collect::<String>() + "a@example.com";
            let dirty: String = parts.iter().map(|(odd, letter)| format!("{odd}{letter}")).collect::<String>() + "a@exam" + &tail + "ple.com";
            prop_assume!(is_address(&plain));
            prop_assert_eq!(address_in(&dirty), plain.as_str());
            prop_assert_eq!(EmailKey::of(&dirty), EmailKey::of(&plain));
        }

        #[test]
        fn an_address_taken_out_stays_as_it_is(text in r#"[<("'•=.]{0,2}(mailto:|Ada )?[a-cé'.-]{1,4}@[a-c.]{1,3}\.co[>)"'/;.]{0,2}|.*"#) {
            let once = address_in(&text).into_owned();
            prop_assert_eq!(address_in(&once), once.as_str());
        }

        #[test]
        fn a_sign_beside_an_address_makes_no_other_address(before in "[^a-zA-Z0-9_\u{80}-\u{10ffff}]{0,2}", behind in "[^a-zA-Z0-9\u{80}-\u{10ffff}]{0,2}") {
            let text = format!("{before}ada@example.com{behind}");
            let taken = address_in(&text);
            prop_assert!(!is_address(&taken) || taken == "ada@example.com", "{text} gives {taken}");
        }

        #[test]
        fn no_address_is_made_of_two(one in "[a-c]{1,3}@x.co", other in "[d-f]{1,3}@x.co", between in r#"[ ,;/<>()"]{1,3}"#) {
            let text = format!("{one}{between}{other}");
            prop_assert!(!is_address(&address_in(&text)), "{}", address_in(&text));
        }
    }
}
