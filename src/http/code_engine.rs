//! Finds the HTTP status in the failures of Code Engine's `sendRequest`, which have no fixed shape.

use crate::value::Value;

/// Returns the HTTP status of a failure of `sendRequest`: from `status`, `statusCode`, `code`, `response.status` or
/// `response.statusCode`, or else from its message. `None` if the failure has no status.
#[must_use]
pub fn status_of_failure(failure: &Value) -> Option<u16> {
    let response = failure.field("response");
    let status = first_status(failure, &["status", "statusCode", "code"])
        .or_else(|| first_status(response, &["status", "statusCode"]));
    if status.is_some() {
        return status;
    }
    // A broken connection has no status, whatever numbers its message contains.
    if is_network_code(failure.field("code")) || is_network_code(failure.field("cause").field("code")) {
        return None;
    }
    as_status(failure).or_else(|| {
        status_in_message(
            failure
                .field("message")
                .as_str()
                .or(failure.as_str())
                .unwrap_or_default(),
        )
    })
}

/// Whether a code is one of a network error, such as `ECONNRESET`, `EAI_AGAIN` or `UND_ERR_SOCKET`, and not `ERR_BAD_REQUEST` of axios.
fn is_network_code(code: &Value) -> bool {
    let code = code.as_str().unwrap_or_default();
    let has_prefix = code.starts_with("UND_ERR_") || (code.starts_with('E') && !code.starts_with("ERR_"));
    has_prefix && code.bytes().all(|c| matches!(c, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
}

/// Returns the status of an error body such as `{status: 404, …}` that `sendRequest` returned as a success; `None` if the body is no error.
#[must_use]
pub fn status_of_false_success(body: &Value) -> Option<u16> {
    let is_user_or_list = ["id", "users", "attributes"]
        .iter()
        .any(|field| *body.field(field) != Value::Undefined);
    if is_user_or_list {
        return None;
    }
    first_status(body, &["status", "statusCode"]).filter(|status| *status >= 400)
}

/// Returns the status in the first of these fields that holds one.
fn first_status(object: &Value, fields: &[&str]) -> Option<u16> {
    fields.iter().find_map(|field| as_status(object.field(field)))
}

/// Returns a value as a status from 300 to 599.
fn as_status(value: &Value) -> Option<u16> {
    match value {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
        Value::Number(number) if number.fract() == 0.0 && (300.0..600.0).contains(number) => Some(*number as u16),
        Value::String(string) => parse_status(string),
        _ => None,
    }
}

/// Returns the status from 300 to 599 that a string of three digits represents.
fn parse_status(string: &str) -> Option<u16> {
    let digits = Some(string).filter(|string| string.len() == 3)?;
    let status = digits
        .parse::<u64>()
        .ok()
        .filter(|status| (300..600).contains(status))?;
    u16::try_from(status).ok()
}

/// Returns the status in a message: after a word that announces it (`Request failed with status code 404`), before the start of its name
/// (`404: Not Found`), or at the end (`Failed (404)`). Other numbers are ports, durations or ids, even at the start of a message (`429 ms elapsed`).
fn status_in_message(message: &str) -> Option<u16> {
    let words = message
        .split(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '"'))
        .map(trim_punctuation)
        .filter(|word| !word.is_empty());
    let mut previous = "";
    // A number that is a status if the next word starts the name of a status, or if no word follows.
    let mut candidate = None;
    for word in words {
        if candidate.is_some() && (is_one_of(word, &REASON_STARTS) || word.starts_with('{')) {
            return candidate;
        }
        candidate = known_status(word);
        if candidate.is_some() && is_one_of(previous, &["status", "code", "statuscode"]) {
            return candidate;
        }
        if !previous.is_empty() && !is_one_of(previous, &["http", "error", "http/1.1"]) {
            candidate = None;
        }
        previous = word;
    }
    candidate.or_else(|| known_status(previous))
}

/// The first words of the names of statuses, such as `Bad Request`.
const REASON_STARTS: [&str; 9] = [
    "bad",
    "unauthorized",
    "forbidden",
    "not",
    "conflict",
    "too",
    "internal",
    "service",
    "gateway",
];

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

/// Returns a word without surrounding punctuation.
fn trim_punctuation(word: &str) -> &str {
    word.trim_matches([':', ',', '.', ';', '(', ')', '[', ']', '-'])
}

/// Returns the status that a word represents, if servers use it.
fn known_status(word: &str) -> Option<u16> {
    parse_status(word).filter(|status| is_known(*status))
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
    fn the_status_is_found_in_every_shape_of_a_failure() {
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
    }

    #[test]
    fn a_number_that_is_no_status_is_not_taken_for_one() {
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
    fn an_error_body_that_was_returned_as_a_success_is_recognized() {
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
