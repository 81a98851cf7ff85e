//! What a response that is not a success means: the error code of its status, and what to do next.

use crate::error::{Code, DomoError};
use crate::excerpt::excerpt;
use crate::http::html::is_html;
use crate::value::Value;

/// The parts of a response that decide its error.
#[derive(Clone, Debug, Default)]
pub struct ErrorResponse<'a> {
    /// The HTTP status; 0 for a redirect that the browser hides.
    pub status: u16,
    /// The start of the body as a string, with the token redacted.
    pub body: &'a str,
    /// The body if it is JSON, else `Undefined`.
    pub json: Value,
    /// Whether the request carried a token; else a page's session, a proxy or Code Engine signs it.
    pub with_token: bool,
}

/// Returns the error for a response outside 200–299.
#[must_use]
pub fn error(response: &ErrorResponse<'_>) -> DomoError {
    let is_html = is_html(response.body);
    let code = code_of(response.status);
    let status = match response.status {
        0 => "a redirect".to_owned(),
        status => status.to_string(),
    };
    let server_message = server_message(response, is_html);
    let is_gateway_page = is_html && matches!(response.status, 502..=504);
    let next_step = match is_gateway_page {
        true => "The instance or a gateway in front of it is unavailable; try again later",
        false => next_step(code, is_html, response.with_token),
    };
    let mut error = DomoError::new(
        code,
        format!("The instance returned {status}{server_message}. {next_step}"),
    );
    error.status = (response.status != 0).then_some(response.status);
    error.toe = response.json.field("toe").as_str().map(|toe| excerpt(toe, 100));
    let toe_note = error.toe_note();
    error.message.push_str(&toe_note);
    error
}

/// Returns the message in the body after a colon, ` with a web page` for HTML, or an empty string if the body has no message.
fn server_message(response: &ErrorResponse<'_>, is_html: bool) -> String {
    if is_html {
        return " with a web page".to_owned();
    }
    let json = &response.json;
    let plain_body = (!matches!(json, Value::Object(_))).then_some(response.body);
    let message = [json.field("message"), json.field("statusReason"), json]
        .iter()
        .find_map(|value| value.as_str())
        .or(plain_body)
        .unwrap_or_default();
    match message.trim() {
        "" => String::new(),
        message => format!(": {}", excerpt(message.trim_end_matches('.'), 200)),
    }
}

fn code_of(status: u16) -> Code {
    match status {
        0 | 300..=399 => Code::Redirected,
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        409 => Code::Conflict,
        429 => Code::RateLimited,
        400..=499 => Code::RequestRejected,
        500..=599 => Code::ServerError,
        _ => Code::BadResponse,
    }
}

/// The next step if the response does not come from the API.
const CHECK_ADDRESS: &str =
    "Check the instance name, and that the IP address of this machine is on the instance's list of allowed addresses";

/// Returns what a person should do next.
fn next_step(code: Code, is_html: bool, with_token: bool) -> &'static str {
    match code {
        Code::Redirected => {
            "Redirects are not followed, to protect the token. Check the instance name, and that the IP address of this \
             machine is on the instance's list of allowed addresses"
        }
        Code::Unauthorized if with_token => {
            "The token is wrong, expired or revoked: create one under Admin > Authentication > Access tokens"
        }
        Code::Unauthorized => {
            "No token was sent: give developerToken, or check what signs the request (a proxy, the page's session, Code Engine)"
        }
        _ if is_html => CHECK_ADDRESS,
        Code::Forbidden => {
            "The owner of the token, or the signed-in user, needs a grant: Manage All Users, Add New People or Manage All Roles. \
             A wrong instance name returns 403, too"
        }
        Code::NotFound => "Check the id or the path",
        Code::Conflict => "It exists already, or somebody else has changed it: look it up and update it",
        Code::RateLimited => "Wait, or send fewer requests at a time",
        Code::RequestRejected => "Check the values that were sent",
        Code::ServerError => "Try again later; if the error persists, contact Domo's support",
        _ => CHECK_ADDRESS,
    }
}

/// Returns the error for a 2xx with a body that the endpoint does not return. `expected` describes the body of a success.
#[must_use]
pub fn unexpected(body: &str, expected: &str) -> DomoError {
    let is_html = is_html(body);
    let got = if is_html {
        "a web page".to_owned()
    } else if body.trim().is_empty() {
        "an empty body".to_owned()
    } else {
        excerpt(body.trim(), 120)
    };
    let hint = if is_html {
        ". It is often a log-in page: check the instance name, and that the IP address of this machine is allowed"
    } else {
        ""
    };
    DomoError::new(
        Code::BadResponse,
        format!("The response is not what the endpoint returns ({expected}); got {got}{hint}"),
    )
}

/// Added to the message of an unexpected body that ends before its JSON does.
pub const ENDED_EARLY: &str = "; the response ended early";

/// Whether a body is JSON that breaks off: a proxy may end a body without an error of the connection.
#[must_use]
pub fn has_ended_early(body: &str) -> bool {
    // In ASCII, `}` is two after `{`, and `]` two after `[`.
    matches!(body.as_bytes(), [first @ (b'{' | b'['), .., last] if *last != first.wrapping_add(2) && *last != b'\n')
}

/// Whether a status is a success.
#[must_use]
pub fn is_success(status: u16) -> bool {
    (200..=299).contains(&status)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error_for(status: u16, body: &str) -> DomoError {
        error(&ErrorResponse {
            status,
            body,
            json: serde_json::from_str::<serde_json::Value>(body)
                .map(Value::from)
                .unwrap_or_default(),
            with_token: true,
        })
    }

    #[test]
    fn each_status_has_its_code_and_next_step() {
        for (status, code, hint) in [
            (0, Code::Redirected, "instance name"),
            (303, Code::Redirected, "allowed addresses"),
            (400, Code::RequestRejected, "values"),
            (401, Code::Unauthorized, "expired or revoked"),
            (403, Code::Forbidden, "Manage All Users"),
            (404, Code::NotFound, "id"),
            (406, Code::RequestRejected, "values"),
            (409, Code::Conflict, "exists already"),
            (429, Code::RateLimited, "Wait"),
            (500, Code::ServerError, "later"),
            (600, Code::BadResponse, "instance name"),
        ] {
            let error = error_for(status, "{}");
            assert_eq!(error.code, code, "{status}");
            assert!(error.message.contains(hint), "{}", error.message);
        }
        assert!(
            error_for(403, "<html>Domo - Blocked")
                .message
                .contains("allowed addresses")
        );
    }

    #[test]
    fn the_message_and_trace_id_of_the_api_are_kept() {
        let error = error_for(400, r#"{"status":400,"message":"Role 9 is unknown.","toe":"ABC-123"}"#);
        assert_eq!(
            error.message,
            "The instance returned 400: Role 9 is unknown. Check the values that were sent (toe ABC-123, for Domo's support)"
        );
        assert_eq!(error.toe.as_deref(), Some("ABC-123"));
        for (status, body, start) in [
            (
                404,
                "Not Found",
                "The instance returned 404: Not Found. Check the id or the path",
            ),
            (404, "\"Gone...\"", "The instance returned 404: Gone. Check"),
            (404, "", "The instance returned 404. Check"),
            (
                400,
                r#"{"statusReason":"Bad"}"#,
                "The instance returned 400: Bad. Check",
            ),
            (
                400,
                r#"{"message":"First","statusReason":"Bad"}"#,
                "The instance returned 400: First. Check",
            ),
            (400, r#"{"other":"x"}"#, "The instance returned 400. Check"),
            (
                500,
                "<html>Oops",
                "The instance returned 500 with a web page. Check the instance name",
            ),
            (
                502,
                "<html><h1>Bad Gateway",
                "The instance returned 502 with a web page. The instance or a gateway in front of it is unavailable; try again later",
            ),
            (
                503,
                "<?xml version=\"1.0\"?>\n<!DOCTYPE html>",
                "The instance returned 503 with a web page. The instance or a gateway in front of it is unavailable; try again later",
            ),
            (
                504,
                "<!DOCTYPE HTML>",
                "The instance returned 504 with a web page. The instance or a gateway in front of it is unavailable; try again later",
            ),
            (
                504,
                "Gateway Timeout",
                "The instance returned 504: Gateway Timeout. Try again later",
            ),
            (0, "", "The instance returned a redirect. Redirects are not followed"),
        ] {
            let error = error_for(status, body);
            assert!(error.message.starts_with(start), "{}", error.message);
            assert_eq!(error.status, (status != 0).then_some(status));
        }
    }

    #[test]
    fn an_unsigned_request_is_told_what_could_sign_it() {
        let response = ErrorResponse {
            status: 401,
            ..ErrorResponse::default()
        };
        assert!(
            error(&response)
                .message
                .contains("No token was sent: give developerToken")
        );
    }

    #[test]
    fn an_unexpected_body_is_quoted_with_what_was_expected() {
        for (body, message) in [
            (
                " [1] ",
                "The response is not what the endpoint returns (a user); got [1]",
            ),
            (
                " ",
                "The response is not what the endpoint returns (a user); got an empty body",
            ),
            (
                "<html>",
                "The response is not what the endpoint returns (a user); got a web page. It is often a log-in page: check the instance name, and \
                 that the IP address of this machine is allowed",
            ),
        ] {
            let error = unexpected(body, "a user");
            assert_eq!((error.code, error.message.as_str()), (Code::BadResponse, message));
        }
    }

    #[test]
    fn json_that_breaks_off_has_ended_early() {
        for body in ["{\"users\":[{\"id\":7,", "[{", "{\"id\":7", "{\"users\":[7]"] {
            assert!(has_ended_early(body), "{body}");
        }
        for body in ["", "{}", "[1]", "{\"x\":1}\n", "<html>", "Not Found", "7"] {
            assert!(!has_ended_early(body), "{body}");
        }
    }

    #[test]
    fn a_success_is_a_status_from_200_to_299() {
        assert_eq!([199, 200, 299, 300].map(is_success), [false, true, true, false]);
    }

    proptest! {
        #[test]
        fn any_response_becomes_a_short_message(status: u16, body in any::<String>(), json in any::<String>()) {
            let response = ErrorResponse { status, body: &body, json: Value::String(json), with_token: false };
            prop_assert!(error(&response).message.chars().count() < 700);
            prop_assert!(unexpected(&body, "a user").message.chars().count() < 400);
        }
    }
}
