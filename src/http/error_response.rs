//! What an answer means: its status, and the sentence that helps with it.

use crate::error::{Code, DomoError};
use crate::text::{digits, excerpt, is_html, join, without_end};
use crate::value::Value;

/// An answer as far as its meaning depends on it.
#[derive(Clone, Debug, Default)]
pub struct ErrorResponse<'a> {
    /// The HTTP status; 0 for a redirect that a browser would not show.
    pub status: u16,
    /// The beginning of the body as text, the token already taken out.
    pub body: &'a str,
    /// The body, where it is JSON.
    pub json: Value,
    /// Whether the instance was called with a token (else a page's session or a proxy signs).
    pub with_token: bool,
}

/// The error that an answer outside 200–299 stands for.
#[must_use]
pub fn error(response: &ErrorResponse<'_>) -> DomoError {
    let html = is_html(response.body);
    let code = code(response.status);
    let message = server_message(response, html);
    let mut error = DomoError::new(
        code,
        join(&[
            "The instance answered ",
            &status_name(response.status),
            &message,
            ". ",
            next_step(code, html, response.with_token),
        ]),
    );
    error.status = (response.status != 0).then_some(response.status);
    if let Some(toe) = response.json.field("toe").text().map(|toe| excerpt(toe, 100)) {
        error.message = join(&[&error.message, " (toe ", &toe, ", for Domo's support)"]);
        error.toe = Some(toe);
    }
    error
}

fn status_name(status: u16) -> String {
    if status == 0 {
        "with a redirect".to_owned()
    } else {
        digits(u64::from(status))
    }
}

/// The API's own words, where it has any.
fn server_message(response: &ErrorResponse<'_>, html: bool) -> String {
    let json = &response.json;
    let message = json.field("message").text().or(json.field("statusReason").text());
    let is_text = !html && !matches!(json, Value::Object(_));
    let words = message.or(json.text()).or(is_text.then_some(response.body));
    match words.map(str::trim) {
        _ if html => " with a web page".to_owned(),
        Some(words) if !words.is_empty() => join(&[": ", &excerpt(without_end(words, "."), 200)]),
        _ => String::new(),
    }
}

fn code(status: u16) -> Code {
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

/// What helps where something else than the API answers.
const CHECK_PLACE: &str =
    "Check the instance name, and that this machine's address is on the instance's list of allowed addresses";

/// What a person does next.
fn next_step(code: Code, html: bool, with_token: bool) -> &'static str {
    match code {
        Code::Redirected => {
            "Redirects are not followed, so that the token goes nowhere else: check the instance name, and that this machine's address is on \
             the instance's list of allowed addresses"
        }
        Code::Unauthorized if with_token => {
            "The token is wrong, expired or revoked: make one under Admin > Authentication > Access tokens"
        }
        Code::Unauthorized => {
            "No token was sent: give developerToken, or check what signs the call (a proxy, the page's session, Code Engine)"
        }
        _ if html => CHECK_PLACE,
        Code::Forbidden => {
            "Whoever calls (the token's owner) needs a grant: Manage All Users, Add New People or Manage All Roles; \
             a wrong instance name answers 403 too"
        }
        Code::NotFound => "Check the id or the path",
        Code::Conflict => "It exists already, or has changed meanwhile: look it up and update it",
        Code::RateLimited => "Wait, or make fewer calls at a time",
        Code::RequestRejected => "Check the values that were sent",
        Code::ServerError => "Try again later; if it persists, contact Domo's support",
        _ => CHECK_PLACE,
    }
}

/// The error for a 2xx that is not what the endpoint promises.
#[must_use]
pub fn unexpected(body: &str, promised: &str) -> DomoError {
    let html = is_html(body);
    let got = if html {
        "a web page".to_owned()
    } else if body.trim().is_empty() {
        "an empty body".to_owned()
    } else {
        excerpt(body.trim(), 120)
    };
    let hint = if html {
        ". Often a log-in page: check the instance name, and that this machine's address is allowed"
    } else {
        ""
    };
    DomoError::new(
        Code::BadResponse,
        join(&[
            "The answer is not what the endpoint promises (",
            promised,
            "); got ",
            &got,
            hint,
        ]),
    )
}

/// Whether a status says that the call was done.
#[must_use]
pub fn is_success(status: u16) -> bool {
    (200..=299).contains(&status)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(status: u16, body: &str) -> DomoError {
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
            let error = answer(status, "{}");
            assert_eq!(error.code, code, "{status}");
            assert!(error.message.contains(hint), "{}", error.message);
        }
        assert!(
            answer(403, "<html>Domo - Blocked")
                .message
                .contains("allowed addresses")
        );
    }

    #[test]
    fn the_apis_own_words_and_trace_id_are_kept() {
        let error = answer(400, r#"{"status":400,"message":"Role 9 is unknown.","toe":"ABC-123"}"#);
        assert_eq!(
            error.message,
            "The instance answered 400: Role 9 is unknown. Check the values that were sent (toe ABC-123, for Domo's support)"
        );
        assert_eq!(error.toe.as_deref(), Some("ABC-123"));
        assert!(answer(404, "Not Found").message.contains("404: Not Found."));
        assert!(answer(404, "").message.contains("404. Check"));
    }

    proptest! {
        #[test]
        fn any_answer_becomes_a_short_sentence(status: u16, body in any::<String>(), json in any::<String>()) {
            let given = ErrorResponse { status, body: &body, json: Value::String(json), with_token: false };
            prop_assert!(error(&given).message.chars().count() < 700);
            prop_assert!(unexpected(&body, "a user").message.chars().count() < 400);
        }
    }
}
