//! The address of the instance. Whatever could lead to another host is refused.

use std::borrow::Cow;

use domo_users_scan::email::trim_blank;

use crate::validation::InvalidValue;
use crate::value::Value;

/// Returns the origin of an instance, `https://<label>.domo.com`, from its name (`acme`), its host (`acme.domo.com`) or an https URL of the instance as
/// copied from a browser. Path, query and fragment are removed, as are surrounding spaces and invisible characters.
///
/// # Errors
/// If the value could lead to another host. The error quotes no password, query or fragment.
pub fn instance_origin(instance: &Value) -> Result<String, InvalidValue> {
    let address = trim_blank(instance.as_str().unwrap_or_default());
    let host = host_of(address).map(|host| host.to_ascii_lowercase());
    match host.as_deref().and_then(|host| host.strip_suffix(DOMAIN)) {
        Some(label) if is_label(label) => Ok(format!("https://{label}{DOMAIN}")),
        _ => Err(invalid_instance(instance, address)),
    }
}

const DOMAIN: &str = ".domo.com";
const HTTPS: &str = "https://";

/// Returns the host of an instance's name, host or URL, unchecked; `None` if there is none.
fn host_of(address: &str) -> Option<Cow<'_, str>> {
    if is_label(address) {
        return Some(Cow::Owned(format!("{address}{DOMAIN}")));
    }
    // A URL parser takes a backslash for a slash, and removes line breaks.
    if address.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
        return None;
    }
    let rest = match address.split_at_checked(HTTPS.len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(HTTPS) => rest,
        _ => address,
    };
    rest.split(&['/', '?', '#'][..]).next().map(Cow::Borrowed)
}

/// Whether a string is a label of a host name.
fn is_label(string: &str) -> bool {
    (1..=63).contains(&string.len())
        && string.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !string.starts_with('-')
        && !string.ends_with('-')
}

fn invalid_instance(instance: &Value, address: &str) -> InvalidValue {
    // A URL may contain a password before `@`, and a token in its query or fragment.
    let url = address.split(&['?', '#'][..]).next().unwrap_or_default();
    let got = if address.contains('@') {
        "an address with `@`".to_owned()
    } else if url.is_empty() && !address.is_empty() {
        "a query or fragment without an address".to_owned()
    } else if url.is_empty() {
        instance.describe()
    } else {
        Value::from(url).describe()
    };
    let predicate = format!(
        "must be the name of a Domo instance, such as acme or acme.domo.com, or its address as in a browser, such as https://acme.domo.com/; got {got}"
    );
    InvalidValue::unquoted("instance", &predicate)
}

/// Returns the base URL of a proxy or a test server without the trailing slashes; `""` is the page's own origin.
///
/// # Errors
/// If the value is not a plain http(s) address. The error does not quote it, because it may contain a password.
pub fn base_url(url: &str) -> Result<String, InvalidValue> {
    let base = url.trim_end_matches('/');
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    if url.is_empty() || rest.is_some_and(is_host_and_path) {
        return Ok(base.to_owned());
    }
    let predicate = "must be an http(s) address such as https://proxy.example.com/domo, without user name, query, fragment, spaces and non-ASCII characters, or '' for the page's own origin";
    Err(InvalidValue::unquoted("baseUrl", predicate))
}

/// Returns the host of a checked base URL, with its port if it has one, in lower case: the name of an instance in plans. `None` for the page's own origin
/// and for Code Engine, which have no base URL.
#[cfg(feature = "directory")]
#[must_use]
pub fn instance_host(base_url: &str) -> Option<String> {
    let host = base_url.split('/').nth(2)?;
    Some(host.to_ascii_lowercase())
}

fn is_host_and_path(rest: &str) -> bool {
    let mut segments = rest.split('/');
    rest.bytes()
        .all(|b| b.is_ascii_graphic() && !b"@?#\\\"<>^`{|}".contains(&b))
        && segments.next().is_some_and(is_host)
        && !segments.any(is_dot_segment)
}

/// Whether a string is `host`, `host:port`, `[::1]` or `[::1]:port`.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_name = match name.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(address) => !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b":.".contains(&b)),
        None => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
    };
    is_name && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit()) && port.parse().is_ok_and(|port: u64| (1..=65_535).contains(&port))
}

/// Whether a path segment is `.` or `..`, plain or percent-encoded: a URL parser resolves it and leaves the path.
#[must_use]
pub fn is_dot_segment(segment: &str) -> bool {
    let (mut rest, mut dots) = (segment, 0_u32);
    while let Some(after) = [".", "%2e", "%2E"].iter().find_map(|dot| rest.strip_prefix(dot)) {
        rest = after;
        dots = dots.saturating_add(1);
    }
    rest.is_empty() && (1..=2).contains(&dots)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_instance_is_accepted_by_name_by_host_or_as_copied_from_a_browser() {
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
            let error = instance_origin(&evil.into()).unwrap_err().to_string();
            assert!(
                error.starts_with("instance must be the name of a Domo instance"),
                "{error}"
            );
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_refused_instance_is_quoted_without_what_may_be_secret() {
        for (instance, got) in [
            (Value::Null, "null"),
            (Value::Undefined, "undefined"),
            ("".into(), "\"\""),
            ("ac\u{200b}me".into(), "\"acU+200Bme\""),
            ("https://evil.com/?token=secret".into(), "\"https://evil.com/\""),
            ("?token=secret".into(), "a query or fragment without an address"),
            ("https://u:secret@acme.domo.com/".into(), "an address with `@`"),
        ] {
            let error = instance_origin(&instance).unwrap_err().to_string();
            assert!(error.ends_with(&format!("; got {got}")), "{error}");
        }
    }

    #[test]
    fn a_base_url_is_a_plain_address_without_trailing_slashes() {
        for (url, base) in [
            ("", ""),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://proxy.example.com/domo/", "https://proxy.example.com/domo"),
            ("http://[::1]:99/", "http://[::1]:99"),
            ("http://a//", "http://a"),
            ("https://a.b-c_d:1", "https://a.b-c_d:1"),
            ("https://a:65535/x/.y/..z", "https://a:65535/x/.y/..z"),
        ] {
            assert_eq!(base_url(url).unwrap(), base);
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
            "https://a:65536",
            "https://a:99999",
            "https://a:+80",
            "https://a:",
            "https://:80",
            "https://a@b",
            "https://a/b?x",
            "https://a/b#x",
            "https://a/b@x",
            "https://a/b c",
            "https://a/b\\c",
            "https://a/é",
            "https://a/{b}",
            "https://a/b\n",
            "https://[::g]",
            "/",
            "https://a/../b",
            "https://a/%2e%2E/b",
            "https://[::1",
            "https://[]",
            "https://a\n",
            "https://é",
            "https://[::1]x",
        ] {
            let error = base_url(evil).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{evil}");
        }
    }

    #[test]
    fn dot_segments_are_recognized_in_any_encoding() {
        for segment in [".", "..", "%2e", "%2E.", ".%2e", "%2e%2E"] {
            assert!(is_dot_segment(segment), "{segment}");
        }
        for segment in ["", "...", "%2e%2e%2e", "a.", ".a", "%2f", "%252e"] {
            assert!(!is_dot_segment(segment), "{segment}");
        }
    }

    #[test]
    fn a_label_has_at_most_63_characters() {
        assert!(instance_origin(&"a".repeat(63).as_str().into()).is_ok());
        assert!(instance_origin(&"a".repeat(64).as_str().into()).is_err());
    }

    #[cfg(feature = "directory")]
    #[test]
    fn the_name_of_an_instance_in_plans_is_its_host_with_its_port() {
        for (url, host) in [
            ("https://acme.domo.com", Some("acme.domo.com")),
            ("http://127.0.0.1:8080", Some("127.0.0.1:8080")),
            ("https://Proxy.Example.com/domo/x", Some("proxy.example.com")),
            ("http://[::1]:99", Some("[::1]:99")),
            ("", None),
        ] {
            assert_eq!(instance_host(url).as_deref(), host, "{url}");
        }
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
    }
}
