//! What a configuration may contain. No error quotes a token, a password or a header's value.

mod headers;
mod url;

pub use headers::{TOKEN_HEADER, header, token};
#[cfg(feature = "directory")]
pub use url::instance_host;
pub use url::{base_url, instance_origin, is_dot_segment};

use crate::validation::InvalidValue;
#[cfg(feature = "directory")]
use crate::validation::{misspelt_option, no_such_option, unknown_option};
use crate::value::Value;

/// The default of `timeoutMs`: one minute.
pub const DEFAULT_TIMEOUT_MS: u32 = 60_000;
/// The default of `maxRetries`.
pub const DEFAULT_MAX_RETRIES: u32 = 2;
/// The longest delay of a JavaScript timer, and so the largest `timeoutMs`: a timer with a longer delay fires at once.
pub const LONGEST_TIMER_MS: u32 = 2_147_483_647;
/// The largest `maxRetries`: a larger number is a mistake.
pub const MOST_RETRIES: u32 = 100;

/// Returns an integer option such as `timeoutMs`, or `None` if the caller did not set it.
///
/// # Errors
/// If the value is not an integer from `min` to `max`.
pub fn integer_option(field: &str, value: &Value, min: u32, max: u32) -> Result<Option<u32>, InvalidValue> {
    match value {
        Value::Undefined => Ok(None),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
        Value::Number(n) if n.fract() == 0.0 && (f64::from(min)..=f64::from(max)).contains(n) => Ok(Some(*n as u32)),
        _ => Err(InvalidValue::expected(
            field,
            &format!("an integer from {min} to {max}"),
            value,
        )),
    }
}

/// Returns the error for unknown fields of a configuration, with a hint for a name that other clients use. `known` are the fields that exist.
#[cfg(feature = "directory")]
#[must_use]
pub fn unknown_fields(names: &[&str], known: &[&str]) -> InvalidValue {
    let hinted = || {
        names
            .iter()
            .find_map(|name| Some(no_such_option(name, foreign_name_hint(name)?)))
    };
    misspelt_option(names, known)
        .or_else(hinted)
        .unwrap_or_else(|| unknown_option(names, known))
}

/// Returns what to use instead of a name that other HTTP clients give to an option.
#[cfg(feature = "directory")]
fn foreign_name_hint(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "proxy" | "agent" | "httpagent" | "httpsagent" | "dispatcher" => {
            Some("to use a proxy, give a `fetch` that sends its requests through it")
        }
        "apikey" | "accesstoken" => Some("the token is given as developerToken"),
        "host" | "hostname" | "domain" | "subdomain" | "url" | "baseurl" => {
            Some("the address is given as instance or baseUrl")
        }
        _ => None,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn an_integer_option_must_be_in_its_range() {
        assert_eq!(integer_option("x", &Value::Undefined, 0, 5), Ok(None));
        assert_eq!(integer_option("x", &Value::Number(0.0), 0, 5), Ok(Some(0)));
        assert_eq!(integer_option("x", &Value::Number(5.0), 0, 5), Ok(Some(5)));
        for wrong in [f64::NAN, f64::INFINITY, -1.0, 6.0, 1.5] {
            assert!(integer_option("x", &Value::Number(wrong), 0, 5).is_err());
        }
        assert!(integer_option("x", &Value::Null, 0, 5).is_err());
        assert_eq!(
            integer_option("pageSize", &"5".into(), 1, 5).unwrap_err().to_string(),
            "pageSize must be an integer from 1 to 5; got \"5\""
        );
    }

    #[cfg(feature = "directory")]
    #[test]
    fn an_unknown_field_gets_a_suggestion_or_a_hint_or_the_list_of_fields() {
        let known = ["instance", "baseUrl", "developerToken"];
        for (names, message) in [
            (&["token"][..], "token: no such option; did you mean developerToken?"),
            (&["baseURL"], "baseURL: no such option; did you mean baseUrl?"),
            (
                &["proxy", "token"],
                "token: no such option; did you mean developerToken?",
            ),
            (
                &["proxy"],
                "proxy: no such option; to use a proxy, give a `fetch` that sends its requests through it",
            ),
            (
                &["name", "httpsAgent"],
                "httpsAgent: no such option; to use a proxy, give a `fetch` that sends its requests through it",
            ),
            (
                &["apiKey"],
                "apiKey: no such option; the token is given as developerToken",
            ),
            (
                &["accessToken"],
                "accessToken: no such option; the token is given as developerToken",
            ),
            (
                &["domain"],
                "domain: no such option; the address is given as instance or baseUrl",
            ),
            (
                &["hostname"],
                "hostname: no such option; the address is given as instance or baseUrl",
            ),
            (
                &["name"],
                "name: no such option; the options are instance, baseUrl, developerToken",
            ),
        ] {
            assert_eq!(unknown_fields(names, &known).to_string(), message);
        }
    }
}
