//! Where calls go and with what: the checks of a configuration, none of which quotes a secret.

use crate::error::DomoError;
use crate::given::Given;

/// The header that carries the token.
pub const TOKEN_HEADER: &str = "X-DOMO-Developer-Token";
/// `timeoutMs` unless given: one minute.
pub const TIMEOUT_MS: u32 = 60_000;
/// `maxRetries` unless given.
pub const MAX_RETRIES: u32 = 2;
/// The longest wait that a JavaScript timer keeps: beyond it, timers fire at once.
const LONGEST_TIMER_MS: u32 = 2_147_483_647;
/// More retries than this are a mistake.
const MOST_RETRIES: u32 = 100;

/// The origin of an instance: `acme`, `acme.domo.com` or `https://acme.domo.com`, and nothing else.
///
/// # Errors
/// `INVALID_CONFIG` for whatever could lead to another host.
pub fn instance_origin(instance: &str) -> Result<String, DomoError> {
    let name = instance.strip_prefix("https://").unwrap_or(instance);
    let label = name.strip_suffix(".domo.com").unwrap_or(name);
    let legal = (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-');
    if legal {
        Ok(format!("https://{}.domo.com", label.to_ascii_lowercase()))
    } else {
        Err(DomoError::config(format!(
            "instance must be the name of a Domo instance: acme, acme.domo.com or https://acme.domo.com, \
             with letters, digits and hyphens only and nothing behind it; got {}",
            Given::Text(instance.to_owned())
        )))
    }
}

/// The base of a proxy or a test server, without the slash at its end; `''` stays: the page's own origin.
///
/// # Errors
/// `INVALID_CONFIG` for what is not a plain http(s) address; the address is not quoted, it may hold a password.
pub fn base_url(url: &str) -> Result<String, DomoError> {
    if url.is_empty() {
        return Ok(String::new());
    }
    let wrong = |what: &str| {
        DomoError::config(format!(
            "baseUrl must be an address such as https://proxy.example.com/domo, or '' for the page's own origin; {what}"
        ))
    };
    let scheme = if starts_with_ignoring_case(url, "https://") {
        "https://"
    } else if starts_with_ignoring_case(url, "http://") {
        "http://"
    } else {
        return Err(wrong("got one that does not begin with https:// or http://"));
    };
    let rest = url.get(scheme.len()..).unwrap_or_default();
    if url
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || !c.is_ascii())
    {
        return Err(wrong("got one with spaces, control characters or letters beyond ASCII"));
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.contains('@') {
        return Err(wrong("got one with a user name or password in it"));
    }
    if rest.contains(['?', '#', '\\']) {
        return Err(wrong("got one with a query, a fragment or a backslash"));
    }
    if !is_host(host) {
        return Err(wrong("got one without a usable host"));
    }
    if path.split('/').any(is_dot_segment) {
        return Err(wrong("got one with . or .. in its path"));
    }
    Ok(format!("{scheme}{}", rest.trim_end_matches('/')))
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start))
}

/// `host`, `host:port`, `[::1]` or `[::1]:port`.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(inner) => match inner.split_once(']') {
            Some((address, after)) => {
                if address.is_empty() || !address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.') {
                    return false;
                }
                match after.strip_prefix(':') {
                    Some(port) => ("v6", port),
                    None if after.is_empty() => return true,
                    None => return false,
                }
            }
            None => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) => (name, port),
            None => (host, "80"),
        },
    };
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && port.parse::<u16>().is_ok_and(|port| port > 0)
        && port.bytes().all(|b| b.is_ascii_digit())
}

/// `.` or `..`, in clear or percent-encoded: a URL parser would walk up with it.
#[must_use]
pub fn is_dot_segment(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

/// A token that can stand in a header, without the blanks around it.
///
/// # Errors
/// `INVALID_CONFIG`, which never quotes it.
pub fn token(token: &str) -> Result<String, DomoError> {
    let trimmed = token.trim_matches([' ', '\t']);
    if trimmed.is_empty() {
        return Err(DomoError::config(
            "developerToken must not be empty: make one in Domo under Admin > Authentication > Access tokens",
        ));
    }
    if !is_header_value(trimmed) {
        return Err(DomoError::config(
            "developerToken holds a line break, another control character or a letter that no header can carry \
             (often a newline at the end of a file it was read from); it is not shown here",
        ));
    }
    Ok(trimmed.to_owned())
}

/// One header of the caller's own, checked.
///
/// # Errors
/// A sentence that names the header but never its value.
pub fn header(name: &str, value: &Given) -> Result<String, String> {
    let legal = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
    if !legal {
        return Err("headers holds a name that is not legal in HTTP".to_owned());
    }
    if name.eq_ignore_ascii_case(TOKEN_HEADER) {
        return Err(format!(
            "headers must not hold {TOKEN_HEADER}: give it as developerToken, which is kept out of errors and events"
        ));
    }
    match value {
        Given::Text(text) if is_header_value(text) => Ok(text.clone()),
        Given::Text(_) => Err(format!(
            "headers.{name} holds a line break, another control character or a letter that no header can carry"
        )),
        other => Err(format!("headers.{name} must be a text; got {}", kind(other))),
    }
}

/// The kind of a value, where the value itself must not be shown.
fn kind(given: &Given) -> &'static str {
    match given {
        Given::Missing => "nothing",
        Given::Null => "null",
        Given::Bool(_) => "a boolean",
        Given::Number(_) => "a number",
        Given::Text(_) => "a text",
        Given::List(_) => "an array",
        Given::Object(_) => "an object",
        Given::Other(_) => "something else",
    }
}

/// Visible Latin-1, blanks and tabs.
fn is_header_value(value: &str) -> bool {
    value
        .chars()
        .all(|c| c == '\t' || (c as u32 <= 0xff && !c.is_control()))
}

/// `timeoutMs`: milliseconds for one attempt; 0 is no limit, nothing given the fallback.
///
/// # Errors
/// A sentence that says what was expected.
pub fn timeout_ms(given: &Given, fallback: u32) -> Result<u32, String> {
    whole(given, fallback, LONGEST_TIMER_MS).ok_or_else(|| {
        format!("timeoutMs must be a number of milliseconds from 0 (no limit) to {LONGEST_TIMER_MS}; got {given}")
    })
}

/// `maxRetries`: retries after the first attempt.
///
/// # Errors
/// A sentence that says what was expected.
pub fn max_retries(given: &Given, fallback: u32) -> Result<u32, String> {
    match given {
        Given::Number(n) if n.fract() != 0.0 => None,
        _ => whole(given, fallback, MOST_RETRIES),
    }
    .ok_or_else(|| format!("maxRetries must be a whole number from 0 to {MOST_RETRIES}; got {given}"))
}

/// A number from 0 to `most`, rounded up to a whole one.
fn whole(given: &Given, fallback: u32, most: u32) -> Option<u32> {
    match given {
        Given::Missing => Some(fallback),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
        Given::Number(n) if (0.0..=f64::from(most)).contains(n) => Some(n.ceil() as u32),
        _ => None,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_instance_in_its_three_forms() {
        for instance in ["acme", "acme.domo.com", "https://acme.domo.com", "ACME"] {
            assert_eq!(instance_origin(instance).unwrap(), "https://acme.domo.com");
        }
        for evil in [
            "",
            "acme/",
            "https://acme.domo.com/",
            "http://acme.domo.com",
            "a@b",
            "acme:443",
            "acme#",
            "a\\b",
            "acme.evil.com",
            "acme.domo.com.evil.com",
            "https://evil.com/acme.domo.com",
            " acme",
            "-acme",
            "acme-",
            ".domo.com",
            "acme..domo.com",
            "akmé",
            "https://https://acme",
            "acme?x",
            "a%2fb",
            "acme.domo.com@evil.com",
        ] {
            assert!(instance_origin(evil).is_err(), "{evil}");
        }
    }

    #[test]
    fn a_base_without_its_last_slash() {
        for (given, base) in [
            ("", ""),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://proxy.example.com/domo/", "https://proxy.example.com/domo"),
            ("http://[::1]:99/", "http://[::1]:99"),
            ("HTTP://localhost", "http://localhost"),
        ] {
            assert_eq!(base_url(given).unwrap(), base);
        }
        for evil in [
            "ftp://a",
            "//a",
            "a.com",
            "https://",
            "https:///x",
            "https://u:secret@a",
            "https://a?x",
            "https://a#x",
            "https://a b",
            "https://a\\b",
            "https://a:x",
            "https://a:0",
            "https://a:99999",
            "https://a/../b",
            "https://a/%2e%2E/b",
            "https://[::1",
            "https://[]",
            "https://a\n",
            "https://é",
            "https://[::1]x",
        ] {
            let error = base_url(evil).unwrap_err();
            assert!(!error.message.contains("secret"), "{evil}");
        }
    }

    #[test]
    fn limits_in_their_ranges() {
        assert_eq!(timeout_ms(&Given::Missing, 5), Ok(5));
        assert_eq!(timeout_ms(&Given::Number(0.0), 5), Ok(0));
        assert_eq!(timeout_ms(&Given::Number(0.2), 5), Ok(1));
        assert_eq!(max_retries(&Given::Number(3.0), 2), Ok(3));
        for wrong in [f64::NAN, f64::INFINITY, -1.0, 1e10] {
            assert!(timeout_ms(&Given::Number(wrong), 5).is_err());
            assert!(max_retries(&Given::Number(wrong), 2).is_err());
        }
        assert!(max_retries(&Given::Number(1.5), 2).is_err());
        assert!(timeout_ms(&Given::Text("5".into()), 5).is_err());
        assert!(timeout_ms(&Given::Null, 5).is_err());
    }

    proptest! {
        #[test]
        fn an_instance_only_ever_becomes_a_label_of_domo(instance in "(https://)?[a-zA-Z0-9./@:#\\\\-]{0,20}(\\.domo\\.com)?|.*") {
            if let Ok(origin) = instance_origin(&instance) {
                let label = origin.strip_prefix("https://").unwrap().strip_suffix(".domo.com").unwrap();
                prop_assert!(!label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
            }
        }

        #[test]
        fn a_refused_token_is_not_quoted(token_text in "[A-Za-z0-9]{12}[\r\n\0\u{100}][A-Za-z0-9]{12}") {
            let error = token(&token_text).unwrap_err();
            prop_assert!(!error.message.contains(token_text.get(..12).unwrap()));
        }

        #[test]
        fn a_refused_header_value_is_not_quoted(value in "[A-Za-z0-9]{12}[\r\n\0\u{100}]") {
            let error = header("x-a", &Given::Text(value.clone())).unwrap_err();
            prop_assert!(!error.contains(value.get(..12).unwrap()));
        }

        #[test]
        fn any_text_can_be_checked(text in any::<String>()) {
            let _ = (base_url(&text), token(&text), header(&text, &Given::Text(text.clone())));
        }
    }
}
