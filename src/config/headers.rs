//! The headers that a caller adds to every request, and the token.

use crate::validation::InvalidValue;
use crate::value::Value;

/// The header that carries the token.
pub const TOKEN_HEADER: &str = "X-DOMO-Developer-Token";

/// Headers that the host sets itself; a request fails on them if the host lets them through.
const HOST_HEADERS: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Returns the token without surrounding spaces, as a header can contain it.
///
/// # Errors
/// If the token is empty or not a header value. The error does not quote it.
pub fn token(token: &str) -> Result<String, InvalidValue> {
    let trimmed = token.trim_matches(' ');
    let problem = if trimmed.is_empty() {
        "must not be empty: create one in Domo under Admin > Authentication > Access tokens"
    } else if is_bearer(trimmed) {
        "must be the token alone: give the token without Bearer"
    } else if !is_header_value(trimmed) {
        "holds a line break, often the one at the end of a file, or another character that HTTP headers cannot contain"
    } else {
        return Ok(trimmed.to_owned());
    };
    Err(InvalidValue::unquoted("developerToken", problem))
}

/// Returns the value of a header that the caller adds.
///
/// # Errors
/// If the name or the value cannot be sent. The error names the header, but does not quote the value.
pub fn header(name: &str, value: &Value) -> Result<String, InvalidValue> {
    if !is_header_name(name) {
        return Err(InvalidValue::unquoted(
            "headers",
            "contains a name that is not legal in HTTP",
        ));
    }
    if HOST_HEADERS.iter().any(|header| header.eq_ignore_ascii_case(name)) {
        let predicate = format!("must not contain {name}, which the host sets itself");
        return Err(InvalidValue::unquoted("headers", &predicate));
    }
    if name.eq_ignore_ascii_case(TOKEN_HEADER) {
        let predicate = "must not contain the token: give it as developerToken";
        return Err(InvalidValue::unquoted("headers", predicate));
    }
    match value {
        Value::String(value) if is_header_value(value) => Ok(value.clone()),
        _ => Err(InvalidValue::unquoted(
            &format!("headers.{name}"),
            "must be a string without line breaks and other characters that HTTP headers cannot contain",
        )),
    }
}

/// Whether a token has the scheme of an `Authorization` header in front.
fn is_bearer(token: &str) -> bool {
    let has_scheme = token.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("bearer"));
    has_scheme && !token.as_bytes().get(6).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether a string is a token of RFC 9110.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether a string consists of visible Latin-1 characters, spaces and tabs.
fn is_header_value(value: &str) -> bool {
    value
        .chars()
        .all(|c| matches!(c, '\t' | ' '..='~' | '\u{a0}'..='\u{ff}'))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_trimmed_and_must_fit_into_a_header() {
        assert_eq!(token("  abc d "), Ok("abc d".to_owned()));
        for empty in ["", "  "] {
            let error = token(empty).unwrap_err().to_string();
            assert!(error.starts_with("developerToken must not be empty: "), "{error}");
        }
        for bearer in ["Bearer abc", "bearer  abc", " BEARER abc", "Bearer: abc", "Bearer"] {
            let error = token(bearer).unwrap_err().to_string();
            assert!(error.ends_with("give the token without Bearer"), "{error}");
            assert!(!error.contains("abc"), "{error}");
        }
        assert_eq!(token("Bearerabc"), Ok("Bearerabc".to_owned()));
        for wrong in ["abc\n", "a\u{100}", "\u{7f}"] {
            let error = token(wrong).unwrap_err().to_string();
            assert!(error.starts_with("developerToken holds a line break"), "{error}");
        }
    }

    #[test]
    fn a_header_needs_a_legal_name_that_neither_the_host_nor_the_token_uses() {
        for (name, value) in [("x-a", "b c\t\u{e9}"), ("!#$%&'*+-.^_`|~09aZ", ""), ("Accept", "*/*")] {
            assert_eq!(header(name, &value.into()), Ok(value.to_owned()));
        }
        for (name, problem) in [
            ("", "headers contains a name"),
            ("a b", "headers contains a name"),
            ("x:", "headers contains a name"),
            ("é", "headers contains a name"),
            (
                "Content-Length",
                "headers must not contain Content-Length, which the host sets itself",
            ),
            ("upgrade", "headers must not contain upgrade, which"),
            (
                "x-domo-developer-token",
                "headers must not contain the token: give it as developerToken",
            ),
        ] {
            let error = header(name, &"v".into()).unwrap_err().to_string();
            assert!(error.starts_with(problem), "{error}");
        }
    }

    #[test]
    fn a_header_value_is_a_visible_string() {
        for value in [
            Value::Undefined,
            Value::Null,
            Value::Number(7.0),
            "a\nb".into(),
            "\u{100}".into(),
            "\u{9f}".into(),
        ] {
            let error = header("X-A", &value).unwrap_err().to_string();
            assert!(
                error.starts_with("headers.X-A must be a string without line breaks"),
                "{error}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_refused_token_is_not_quoted(token_text in "[A-Za-z0-9]{12}[\r\n\0\u{100}][A-Za-z0-9]{12}") {
            let error = token(&token_text).unwrap_err().to_string();
            prop_assert!(!error.contains(token_text.get(..12).unwrap()));
        }

        #[test]
        fn a_refused_header_value_is_not_quoted(value in "[A-Za-z0-9]{12}[\r\n\0\u{100}]") {
            let error = header("x-a", &Value::String(value.clone())).unwrap_err().to_string();
            prop_assert!(!error.contains(value.get(..12).unwrap()));
        }
    }
}
