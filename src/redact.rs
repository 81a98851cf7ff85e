//! Removes tokens from strings that leave the package.

use std::rc::Rc;

/// What replaces a token.
const REDACTED: &str = "[redacted]";
/// The end of a string may hold the first characters of a token, because the string was cut. This many of them, or more, are removed too.
const SHORTEST_PREFIX: usize = 4;

/// A shorter token is remembered for its own call only: no instance issues such tokens, and its characters may be a word of an error message.
const SHORTEST_REMEMBERED: usize = 8;
/// A shorter token, such as one of a mock, is never redacted: its characters may be part of any name.
const SHORTEST_REDACTED: usize = 5;
/// When the remembered tokens exceed this many bytes, all earlier tokens are forgotten before the next is added. A caller with so many tokens uses a new one
/// for each call.
const MAX_BYTES: usize = 4096;

/// Removes the tokens that it knows from strings. A clone shares the list of tokens.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// Longer tokens first: a token may begin with a shorter one.
    tokens: Rc<[Rc<str>]>,
}

impl Redactor {
    /// Creates a redactor for these tokens.
    #[must_use]
    pub fn new(tokens: &[Rc<str>]) -> Self {
        let mut sorted: Vec<Rc<str>> = Vec::with_capacity(tokens.len());
        for token in tokens.iter().filter(|token| !token.is_empty()) {
            let at = sorted.partition_point(|other| other.len() >= token.len());
            sorted.insert(at, Rc::clone(token));
        }
        Self { tokens: sorted.into() }
    }

    /// Remembers a token, and returns a redactor for it and for the tokens that were remembered before. A token that is no longer used may still be valid, so
    /// it is remembered too. When the tokens exceed `MAX_BYTES`, all earlier tokens are forgotten before the next is added.
    pub fn register(&mut self, token: &Rc<str>) -> Self {
        if token.len() < SHORTEST_REDACTED {
            return Self::default();
        }
        if token.len() < SHORTEST_REMEMBERED {
            return Self::new(&[Rc::clone(token)]);
        }
        if !self.tokens.contains(token) {
            let mut tokens = self.tokens.to_vec();
            if tokens.iter().map(|token| token.len()).sum::<usize>() > MAX_BYTES {
                tokens.clear();
            }
            tokens.push(Rc::clone(token));
            *self = Self::new(&tokens);
        }
        self.clone()
    }

    /// Returns the string with `[redacted]` in place of the known tokens, and of the beginning of one at the end of the string.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.tokens
            .iter()
            .fold(text.to_owned(), |text, token| without_token(&text, token))
    }
}

fn without_token(text: &str, token: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = find(rest, token).and_then(|at| cut_out(rest, at, token.len())) {
        redacted.push_str(before);
        redacted.push_str(REDACTED);
        rest = after;
    }
    let longest = token.len().saturating_sub(1);
    let before_prefix = (SHORTEST_PREFIX..=longest)
        .rev()
        .find_map(|length| rest.strip_suffix(token.get(..length)?));
    match before_prefix {
        Some(before) => {
            redacted.push_str(before);
            redacted.push_str(REDACTED);
        }
        None => redacted.push_str(rest),
    }
    redacted
}

/// Returns where a token begins. `str::find` and `str::replace` would add 3 KB to the compressed module, and this is the only search for a string.
fn find(text: &str, token: &str) -> Option<usize> {
    let mut windows = text.as_bytes().windows(token.len().max(1));
    windows.position(|window| window == token.as_bytes())
}

/// Returns what is before and after a part of a string.
fn cut_out(text: &str, at: usize, length: usize) -> Option<(&str, &str)> {
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(length..)?))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn redactor(tokens: &[&str]) -> Redactor {
        Redactor::new(&tokens.iter().map(|token| Rc::from(*token)).collect::<Vec<_>>())
    }

    #[test]
    fn every_known_token_is_replaced_wherever_it_stands() {
        let redactor = redactor(&["first-token", "second-token"]);
        assert_eq!(
            redactor.redact("first-token, second-token and first-token again"),
            "[redacted], [redacted] and [redacted] again"
        );
        assert_eq!(Redactor::default().redact("first-token"), "first-token");
    }

    #[test]
    fn a_token_that_begins_with_another_one_is_replaced_as_a_whole() {
        assert_eq!(
            redactor(&["abcdefgh", "abcdefgh-long"]).redact("abcdefgh-long"),
            "[redacted]"
        );
    }

    #[test]
    fn the_beginning_of_a_token_at_the_end_of_a_cut_string_is_replaced() {
        let redactor = redactor(&["abcdefgh"]);
        assert_eq!(redactor.redact("token abcdefg"), "token [redacted]");
        assert_eq!(redactor.redact("token abcd"), "token [redacted]");
        assert_eq!(redactor.redact("token abc"), "token abc");
        assert_eq!(redactor.redact("abcd token"), "abcd token");
    }

    #[test]
    fn tokens_stay_secret_after_others_are_registered() {
        let mut known = Redactor::default();
        assert_eq!(known.register(&"old-token".into()).redact("old-token"), "[redacted]");
        assert_eq!(
            known.register(&"new-token".into()).redact("old-token new-token"),
            "[redacted] [redacted]"
        );
        known.register(&"new-token".into());
        assert_eq!(known.tokens.len(), 2);
    }

    #[test]
    fn short_tokens_are_not_remembered() {
        let mut known = Redactor::default();
        assert_eq!(known.register(&"mock".into()).redact("a mock"), "a mock");
        assert_eq!(known.register(&"token".into()).redact("a token"), "a [redacted]");
        assert_eq!(known.register(&"seven77".into()).redact("seven77"), "[redacted]");
        assert_eq!(known.redact("a token, seven77"), "a token, seven77");
        known.register(&"eight888".into());
        assert_eq!(known.redact("eight888"), "[redacted]");
    }

    #[test]
    fn old_tokens_are_forgotten_before_they_fill_the_memory() {
        let mut known = Redactor::default();
        for number in 0..2000 {
            known.register(&format!("token-{number:04}").into());
        }
        assert!(known.tokens.len() <= 411, "{}", known.tokens.len());
        assert_eq!(known.redact("token-1999"), "[redacted]");
    }

    proptest! {
        #[test]
        fn nothing_of_a_token_is_left(before in ".*", token in "[A-Za-z0-9]{8,40}", after in ".*") {
            let redacted = redactor(&[&token]).redact(&format!("{before}{token}{after}"));
            prop_assert!(!redacted.contains(&token));
        }

        #[test]
        fn nothing_of_a_cut_token_is_left(before in ".*", token in "[A-Za-z0-9]{8,40}", length in 4usize..40) {
            let cut = &token[..length.min(token.len())];
            let redacted = redactor(&[&token]).redact(&format!("{before}{cut}"));
            prop_assert!(!redacted.ends_with(cut));
        }
    }
}
