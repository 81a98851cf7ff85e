//! The shapes in which Code Engine's `sendRequest` fails, and the status in each.

use crate::text::{is_among, whole_number};
use crate::value::Value;

/// The HTTP status that a failure of `sendRequest` names: in `status`, `statusCode`, `code`, `response.status`,
/// or only as a number in its message.
#[must_use]
pub fn status_of_failure(failure: &Value) -> Option<u16> {
    let response = failure.field("response");
    let named =
        named(failure, &["status", "statusCode", "code"]).or_else(|| named(response, &["status", "statusCode"]));
    if named.is_some() {
        return named;
    }
    // A connection that broke has no status, whatever numbers its message holds.
    if is_network_code(failure.field("code")) || is_network_code(failure.field("cause").field("code")) {
        return None;
    }
    as_status(failure)
        .or_else(|| status_in_message(failure.field("message").text().or(failure.text()).unwrap_or_default()))
}

/// `ECONNRESET`, `EAI_AGAIN`, `UND_ERR_SOCKET` and the like, but not axios' `ERR_BAD_REQUEST`.
fn is_network_code(code: &Value) -> bool {
    let code = code.text().unwrap_or_default();
    let is_of_host = code.starts_with("UND_ERR_") || (code.starts_with("E") && !code.starts_with("ERR_"));
    is_of_host && code.bytes().all(|c| matches!(c, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
}

/// The status of a "success" that is an error body: `{status: 404, …}` and no user.
#[must_use]
pub fn status_of_false_success(body: &Value) -> Option<u16> {
    for field in &["id", "users", "attributes"] {
        if *body.field(field) != Value::Undefined {
            return None;
        }
    }
    named(body, &["status", "statusCode"]).filter(|status| *status >= 400)
}

/// The status that stands under the first of these names that holds one.
fn named(holder: &Value, names: &[&str]) -> Option<u16> {
    names.iter().find_map(|name| as_status(holder.field(name)))
}

fn as_status(given: &Value) -> Option<u16> {
    let number = match given {
        Value::Number(number) => *number,
        Value::String(text) => return status_in(text.as_bytes()),
        _ => return None,
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // out of range it is not taken
    (number.fract() == 0.0 && (300.0..600.0).contains(&number)).then_some(number as u16)
}

/// The status that a text of three digits is.
fn status_in(text: &[u8]) -> Option<u16> {
    let number = whole_number(text).filter(|_| text.len() == 3)?;
    u16::try_from(number).ok().filter(|status| (300..600).contains(status))
}

/// The status that a message says to be one: `Request failed with status code 404`, `HTTP 404`, `404: Not Found`, or ends with: `Failed (404)`.
/// Other numbers are ports, durations, ids, also where a message begins with one: `429 ms elapsed`.
fn status_in_message(message: &str) -> Option<u16> {
    let mut before: &[u8] = b"";
    // What is a status if nothing comes behind it, or the beginning of its name.
    let mut perhaps = None;
    for word in message
        .as_bytes()
        .split(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'"'))
    {
        let word = plain(word);
        if word.is_empty() {
            continue;
        }
        if perhaps.is_some() && (is_among(word, PHRASES) || word.starts_with(b"{")) {
            return perhaps;
        }
        perhaps = status_in(word).filter(|status| is_known(*status));
        if perhaps.is_some() && is_among(before, "status,code,statuscode") {
            return perhaps;
        }
        if !before.is_empty() && !is_among(before, "http,error,http/1.1") {
            perhaps = None;
        }
        before = word;
    }
    perhaps.or_else(|| status_in(before).filter(|status| is_known(*status)))
}

/// The words with which the names of statuses begin.
const PHRASES: &str = "bad,unauthorized,forbidden,not,conflict,too,internal,service,gateway";

/// A word without the marks around it.
fn plain(mut word: &[u8]) -> &[u8] {
    while let [b':' | b',' | b'.' | b';' | b'(' | b')' | b'[' | b']' | b'-', rest @ ..]
    | [rest @ .., b':' | b',' | b'.' | b';' | b'(' | b')' | b'[' | b']' | b'-'] = word
    {
        word = rest;
    }
    word
}

fn is_known(status: u16) -> bool {
    matches!(status, 301..=303 | 307 | 308 | 400 | 401 | 403..=406 | 408..=410 | 413 | 415 | 422 | 429 | 500..=504)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from(json: &str) -> Value {
        Value::from_json(json)
    }

    #[test]
    fn the_status_in_every_shape() {
        for failure in [
            r#"{"status":404}"#,
            r#"{"statusCode":404}"#,
            r#"{"code":404}"#,
            r#"{"code":"404"}"#,
            r#"{"code":"ERR_BAD_REQUEST","response":{"status":404,"data":{}}}"#,
            r#"{"message":"Request failed with status code 404"}"#,
            r#"{"message":"404: Not Found"}"#,
            r#"{"message":"Not Found (404)"}"#,
            r#"{"message":"Request failed: 404"}"#,
            r#"{"message":"Code Engine error [404]"}"#,
            r#"{"message":"404 - {\"message\":\"M\"}"}"#,
            r#"{"message":"HTTP 404 (Not Found)"}"#,
            r#"{"message":"failed, status: 404, try later"}"#,
            r#""Error 404.""#,
            "404",
        ] {
            assert_eq!(status_of_failure(&from(failure)), Some(404), "{failure}");
        }
        for failure in [
            "{}",
            "null",
            r#"{"message":"connect ECONNREFUSED 10.0.0.1:4043"}"#,
            r#"{"message":"user 1404 and 40x"}"#,
            r#"{"status":"failed","code":"ETIMEDOUT"}"#,
            r#"{"status":200}"#,
            r#"{"message":"timeout of 1.500 s"}"#,
            r#"{"code":"ECONNRESET","message":"read ECONNRESET 10.0.0.1:443"}"#,
            r#"{"message":"connect 10.0.0.1:443"}"#,
            r#"{"message":"no answer from 10.0.0.1:404"}"#,
            r#"{"message":"/users/404"}"#,
            r#"{"message":"socket hang up (DELETE /api/identity/v1/users/404)"}"#,
            r#"{"message":"socket hang up: POST /api (took 429 ms)"}"#,
            r#"{"message":"upstream timed out after 429 ms"}"#,
            r#"{"code":"ETIMEDOUT","message":"status code 429"}"#,
            r#"{"message":"gave up after 500 tries"}"#,
            r#"{"message":"429 ms elapsed, no answer"}"#,
            r#"{"message":"Error: 429 of 512 bytes received"}"#,
            r#"{"message":"HTTP 429 of 512"}"#,
            r#"{"message":"Error 429 bytes read, connection reset"}"#,
        ] {
            assert_eq!(status_of_failure(&from(failure)), None, "{failure}");
        }
    }

    #[test]
    fn a_success_that_is_none() {
        assert_eq!(
            status_of_false_success(&from(r#"{"status":404,"message":"x"}"#)),
            Some(404)
        );
        for success in [
            "1",
            "null",
            r#"{"status":200}"#,
            r#"{"id":7,"status":404}"#,
            r#"{"users":[],"status":500}"#,
        ] {
            assert_eq!(status_of_false_success(&from(success)), None, "{success}");
        }
    }

    proptest! {
        #[test]
        fn any_message_can_be_read(message in any::<String>()) {
            let _ = status_of_failure(&Value::String(message));
        }
    }
}
