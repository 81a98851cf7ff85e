//! Where calls go and with what: the checks of a configuration, none of which quotes a secret.

use std::borrow::Cow;

use domo_users_scan::email::trim_blank;

#[cfg(feature = "directory")]
use crate::text::excerpt;
use crate::text::{digits, is_among, is_one_of, join, pieces, whole_number, without_end, without_start};
use crate::validation::must;
#[cfg(feature = "directory")]
use crate::validation::{misspelt, no_such};
use crate::value::Value;

/// The header that carries the token.
pub const TOKEN_HEADER: &str = "X-DOMO-Developer-Token";
/// `timeoutMs` unless given: one minute.
pub const TIMEOUT_MS: u32 = 60_000;
/// `maxRetries` unless given.
pub const MAX_RETRIES: u32 = 2;
/// The longest `timeoutMs`: beyond it, JavaScript's timers fire at once.
pub const LONGEST_TIMER_MS: u32 = 2_147_483_647;
/// The largest `maxRetries`: more are a mistake.
pub const MOST_RETRIES: u32 = 100;

/// Returns the origin of an instance, `https://<label>.domo.com`, from its name (`acme`), its host (`acme.domo.com`) or an https URL of the instance as
/// copied from a browser. Path, query and fragment are left out, and so are blanks and invisible characters around.
///
/// # Errors
/// A sentence, for whatever could lead to another host. It quotes no password, query or fragment.
pub fn instance_origin(instance: &Value) -> Result<String, String> {
    let text = trim_blank(instance.text().unwrap_or_default());
    let host = host_of(text).map(|host| host.to_ascii_lowercase());
    match host.as_deref().and_then(|host| host.strip_suffix(DOMAIN)) {
        Some(label) if is_label(label) => Ok(format!("https://{label}{DOMAIN}")),
        _ => Err(no_instance(instance, text)),
    }
}

const DOMAIN: &str = ".domo.com";

/// Returns the host that a person means by an instance, to be checked; `None` if there is none.
fn host_of(text: &str) -> Option<Cow<'_, str>> {
    if is_label(text) {
        return Some(Cow::Owned(format!("{text}{DOMAIN}")));
    }
    // A URL parser would take a backslash for a slash, and leave out a line break.
    if text.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
        return None;
    }
    let rest = match text.split_at_checked(HTTPS.len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(HTTPS) => rest,
        _ => text,
    };
    rest.split(['/', '?', '#']).next().map(Cow::Borrowed)
}

const HTTPS: &str = "https://";

/// Returns whether a text is a label of a host name.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn no_instance(instance: &Value, text: &str) -> String {
    // A URL may hold a password before `@`, and a token in its query or fragment.
    let url = text.split(['?', '#']).next().unwrap_or_default();
    let shown = if text.contains('@') {
        "an address with `@`".to_owned()
    } else if url.is_empty() && !text.is_empty() {
        "a query or fragment without an address".to_owned()
    } else if url.is_empty() {
        instance.describe()
    } else {
        Value::from(url).describe()
    };
    format!(
        "instance must be the name of a Domo instance, such as acme or acme.domo.com, or its https address as copied from a browser, such as \
         https://acme.domo.com/; got {shown}"
    )
}

/// Returns the error message about fields that a configuration does not have, one name a line. `known` are the fields that it has.
#[cfg(feature = "directory")]
#[must_use]
pub fn unknown_fields(names: &str, known: &str) -> String {
    let hint = |name: &str| match name.to_ascii_lowercase().as_str() {
        "proxy" | "agent" | "httpagent" | "httpsagent" | "dispatcher" => {
            Some("to use a proxy, give a `fetch` that sends its requests through it")
        }
        "apikey" | "accesstoken" => Some("the token is given as developerToken"),
        "host" | "hostname" | "domain" | "subdomain" | "url" | "baseurl" => {
            Some("the address is given as instance or baseUrl")
        }
        _ => None,
    };
    let hinted = names.split('\n').find_map(|name| Some((name, hint(name)?)));
    match (misspelt(names, known), hinted) {
        (None, Some((name, hint))) => format!("{}: no such option; {hint}", excerpt(name, 60)),
        _ => no_such(names, known),
    }
}

/// The base of a proxy or a test server, without the slash at its end; `''` stays: the page's own origin.
///
/// # Errors
/// A sentence, for what is not a plain http(s) address; the address is not quoted, it may hold a password.
pub fn base_url(url: &str) -> Result<String, String> {
    let base = without_end(url, "/");
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let legal = rest.is_some_and(|rest| {
        let mut segments = pieces(rest, "/");
        rest.bytes()
            .all(|b| b.is_ascii_graphic() && !is_one_of(b, b"@?#\\\"<>^`{|}"))
            && segments.next().is_some_and(is_host)
            && !segments.any(is_dot_segment)
    });
    if legal || url.is_empty() {
        Ok(base.to_owned())
    } else {
        Err("baseUrl must be an address such as https://proxy.example.com/domo, or '' for the page's own origin: http(s), a \
             host, perhaps a path, but no user name, query, fragment, blank or letter beyond ASCII"
            .to_owned())
    }
}

/// `host`, `host:port`, `[::1]` or `[::1]:port`.
fn is_host(host: &str) -> bool {
    let last = pieces(host, ":").last().unwrap_or_default();
    let (name, port) = match host.strip_suffix(last).and_then(|name| name.strip_suffix(":")) {
        Some(name) if !last.ends_with("]") => (name, Some(last)),
        _ => (host, None),
    };
    let port_fits =
        port.is_none_or(|port| !port.starts_with("+") && matches!(whole_number(port.as_bytes()), Some(1..=65_535)));
    let name_fits = match name.strip_prefix("[").and_then(|inner| inner.strip_suffix("]")) {
        Some(address) => !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || is_one_of(b, b":.")),
        None => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || is_one_of(b, b"-._")),
    };
    port_fits && name_fits
}

/// `.` or `..`, in clear or percent-encoded: a URL parser would walk up with it.
#[must_use]
pub fn is_dot_segment(segment: &str) -> bool {
    let mut dots = 0_u8;
    let mut rest = segment.as_bytes();
    loop {
        rest = match rest {
            [] => return dots == 1 || dots == 2,
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => rest,
            _ => return false,
        };
        dots = dots.saturating_add(1);
    }
}

/// A token that can stand in a header, without the blanks around it.
///
/// # Errors
/// A sentence that never quotes it.
pub fn token(token: &str) -> Result<String, String> {
    let trimmed = without_start(without_end(token, " "), " ");
    if trimmed.is_empty() {
        Err(
            "developerToken must not be empty: make one in Domo under Admin > Authentication > Access tokens"
                .to_owned(),
        )
    } else if !is_header_value(trimmed) {
        Err("developerToken holds a line break, another control character or a letter that no header can carry, often a newline \
             at the end of a file; it is not shown here"
            .to_owned())
    } else {
        Ok(trimmed.to_owned())
    }
}

/// Headers of the connection; a host that lets them through breaks on them.
const HOSTS_OWN: &str = "connection,content-length,expect,host,keep-alive,te,trailer,transfer-encoding,upgrade";

/// One header of the caller's own, checked.
///
/// # Errors
/// A sentence that names the header but never its value.
pub fn header(name: &str, value: &Value) -> Result<String, String> {
    let legal = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || is_one_of(b, b"!#$%&'*+-.^_`|~"));
    if !legal {
        return Err("headers holds a name that is not legal in HTTP".to_owned());
    }
    if is_among(name.as_bytes(), HOSTS_OWN) {
        return Err(join(&[
            "headers must not hold ",
            name,
            ", which the host sets by itself",
        ]));
    }
    if name.eq_ignore_ascii_case(TOKEN_HEADER) {
        return Err("headers must not hold the token: give it as developerToken".to_owned());
    }
    match value {
        Value::String(text) if is_header_value(text) => Ok(text.clone()),
        _ => Err(join(&[
            "headers.",
            name,
            " must be a text without line breaks, other control characters or letters that no header can carry",
        ])),
    }
}

/// Visible Latin-1, blanks and tabs.
fn is_header_value(value: &str) -> bool {
    value
        .chars()
        .all(|c| matches!(c, '\t' | ' '..='~' | '\u{a0}'..='\u{ff}'))
}

/// An option such as `timeoutMs`: a whole number from `least` to `most`; `None` where none was given.
///
/// # Errors
/// A sentence that says what was expected.
pub fn integer_option(field: &str, given: &Value, least: u32, most: u32) -> Result<Option<u32>, String> {
    match given {
        Value::Undefined => Ok(None),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
        Value::Number(n) if n.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(n) => Ok(Some(*n as u32)),
        _ => Err(must(
            field,
            &join(&[
                "a whole number from ",
                &digits(u64::from(least)),
                " to ",
                &digits(u64::from(most)),
            ]),
            given,
        )),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_instance_as_people_give_it() {
        for instance in [
            "acme",
            "ACME",
            "acme.domo.com",
            "Acme.Domo.Com",
            "acme.domo.com/",
            "acme.domo.com/admin/people",
            "https://acme.domo.com",
            "https://acme.domo.com/",
            "HTTPS://ACME.DOMO.COM/",
            "https://acme.domo.com/admin/people?x=1#y",
            "https://acme.domo.com?x=1",
            "https://acme.domo.com#y",
            "https://acme.domo.com/people?email=ada@example.com",
            " acme ",
            "\u{feff}https://acme.domo.com/\u{200b}\n",
        ] {
            assert_eq!(
                instance_origin(&instance.into()),
                Ok("https://acme.domo.com".to_owned()),
                "{instance}"
            );
        }
    }

    #[test]
    fn an_instance_that_could_be_another_host_is_refused() {
        for evil in [
            "",
            " ",
            "acme/",
            "acme#",
            "acme?x",
            "acme:443",
            "a@b",
            "a\\b",
            "-acme",
            "acme-",
            "akmé",
            "a%2fb",
            "ac me",
            "ac\u{200b}me",
            ".domo.com",
            "acme..domo.com",
            "a.acme.domo.com",
            "acme.evil.com",
            "acme.domo.com.",
            "acme.domo.com.evil.com",
            "acme.domo.com@evil.com",
            "evil.com/acme.domo.com",
            "evil.com?acme.domo.com",
            "evil.com#acme.domo.com",
            "//acme.domo.com",
            "https://acme",
            "https:/acme.domo.com",
            "http://acme.domo.com",
            "https://https://acme",
            "https://https://acme.domo.com",
            "https://evil.com/acme.domo.com",
            "https://evil.com\\.acme.domo.com",
            "https://acme.domo.com\\@evil.com",
            "https://acme.domo.com@evil.com",
            "https://acme.domo.com:443/",
            "https://acme.domo.com./",
            "https://acme%2edomo.com/",
            "https://acme.domo%2Ecom/",
            "https://acme.domo.com%2eevil.com/",
            "https://acme.domo.com/a b",
            "https://acme.domo.com/\nx",
            "https://u:secret@acme.domo.com/",
            "https://evil.com/?token=secret",
            "https://evil.com/#secret",
        ] {
            let error = instance_origin(&evil.into()).unwrap_err();
            assert!(
                error.starts_with("instance must be the name of a Domo instance"),
                "{error}"
            );
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(instance_origin(&Value::Null).unwrap_err().ends_with("; got null"));
        assert!(
            instance_origin(&"ac\u{200b}me".into())
                .unwrap_err()
                .ends_with("; got \"acU+200Bme\"")
        );
    }

    #[test]
    fn a_base_without_its_last_slash() {
        for (given, base) in [
            ("", ""),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://proxy.example.com/domo/", "https://proxy.example.com/domo"),
            ("http://[::1]:99/", "http://[::1]:99"),
            ("http://a//", "http://a"),
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
            assert!(!error.contains("secret"), "{evil}");
        }
    }

    #[test]
    fn limits_in_their_ranges() {
        assert_eq!(integer_option("x", &Value::Undefined, 0, 5), Ok(None));
        assert_eq!(integer_option("x", &Value::Number(0.0), 0, 5), Ok(Some(0)));
        assert_eq!(integer_option("x", &Value::Number(5.0), 0, 5), Ok(Some(5)));
        for wrong in [f64::NAN, f64::INFINITY, -1.0, 6.0, 1.5] {
            assert!(integer_option("x", &Value::Number(wrong), 0, 5).is_err());
        }
        assert!(integer_option("x", &Value::String("5".into()), 0, 5).is_err());
        assert!(integer_option("x", &Value::Null, 0, 5).is_err());
    }

    proptest! {
        #[test]
        fn an_instance_only_ever_becomes_a_label_of_domo(
            instance in "(https://)?[a-zA-Z0-9./@:#?%\\\\ -]{0,20}(\\.domo\\.com)?[a-zA-Z0-9./@:#?%\\\\ -]{0,9}|.*",
        ) {
            if let Ok(origin) = instance_origin(&instance.as_str().into()) {
                let label = origin.strip_prefix("https://").unwrap().strip_suffix(".domo.com").unwrap();
                prop_assert!(!label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            }
        }

        #[test]
        fn an_accepted_url_names_the_host_in_it(
            scheme in "(https://|HTTPS://)?", label in "[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?", rest in "([/?#][!-\\[\\]-~]*)?",
        ) {
            let origin = format!("https://{}.domo.com", label.to_ascii_lowercase());
            prop_assert_eq!(instance_origin(&format!("{scheme}{label}.domo.com{rest}").as_str().into()), Ok(origin));
        }

        #[test]
        fn a_refused_token_is_not_quoted(token_text in "[A-Za-z0-9]{12}[\r\n\0\u{100}][A-Za-z0-9]{12}") {
            let error = token(&token_text).unwrap_err();
            prop_assert!(!error.contains(token_text.get(..12).unwrap()));
        }

        #[test]
        fn a_refused_header_value_is_not_quoted(value in "[A-Za-z0-9]{12}[\r\n\0\u{100}]") {
            let error = header("x-a", &Value::String(value.clone())).unwrap_err();
            prop_assert!(!error.contains(value.get(..12).unwrap()));
        }

        #[test]
        fn any_text_can_be_checked(text in any::<String>()) {
            let _ = (base_url(&text), is_dot_segment(&text), token(&text), header(&text, &Value::String(text.clone())));
        }
    }
}
