//! The only error of this package, as plain data: what happened, in which request, and what to do next.

use std::ops::{Deref, DerefMut};

use crate::value::{ObjectBuilder, Value};

/// The kind of an error. `index.d.ts` declares the names of the kinds, such as `NOT_FOUND`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The configuration cannot be used, so the request was not sent.
    InvalidConfig,
    /// An argument cannot be used. Nothing was sent, except by `planUsers`, which may have read the instance, and by a run of changes whose journal fails.
    InvalidInput,
    /// 401: the token is missing, wrong, expired or revoked.
    Unauthorized,
    /// 403: the token's owner lacks a grant, or the instance name is wrong.
    Forbidden,
    /// 404, or a 200 without a user.
    NotFound,
    /// 409; or the e-mail address of a new user is taken; or a delete in a run that would leave somebody without a manager.
    Conflict,
    /// 429: too many requests.
    RateLimited,
    /// Any other 4xx.
    RequestRejected,
    /// Any 5xx.
    ServerError,
    /// Any 3xx, or a redirect that a `fetch` of the caller followed: redirects are not followed, so that the token never reaches another host.
    Redirected,
    /// A 2xx with a body that the endpoint does not return; or the host's function returned something that is no response.
    BadResponse,
    /// No response, or a body that broke off: the request may have taken effect.
    Network,
    /// An attempt took longer than `timeoutMs`, or the deadline of a run was over: the request may have taken effect.
    Timeout,
    /// A create that may or may not have succeeded.
    OutcomeUnknown,
    /// A plan would delete more users than `maxDeletes`.
    TooManyDeletes,
    /// A bug in this package. The loader also uses this code if the runtime does not allow WebAssembly.
    Internal,
}

/// The method and path of a request, for errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// The HTTP method.
    pub method: &'static str,
    /// The path on the instance, query included.
    pub path: String,
}

/// An error without values of the JavaScript host.
///
/// The details are boxed, because the error is part of every `Result`.
#[derive(Clone, Debug, PartialEq)]
pub struct DomoError(Box<Details>);

/// The details of an error.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// The kind of the error.
    pub code: Code,
    /// What happened, what was received, and what to do next.
    pub message: String,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// The HTTP method of the request that failed, if the error concerns one.
    pub method: Option<&'static str>,
    /// The path of that request, query included.
    pub path: Option<String>,
    /// The `x-request-id` header of the response.
    pub request_id: Option<String>,
    /// The trace id in Domo's error body, for Domo's support.
    pub toe: Option<String>,
    /// The number of attempts that were made.
    pub attempts: Option<u32>,
    /// How long the instance asked to wait, in milliseconds.
    pub retry_after_ms: Option<f64>,
}

impl Code {
    /// Returns the code as `index.d.ts` declares it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::InvalidConfig => "INVALID_CONFIG",
            Code::InvalidInput => "INVALID_INPUT",
            Code::Unauthorized => "UNAUTHORIZED",
            Code::Forbidden => "FORBIDDEN",
            Code::NotFound => "NOT_FOUND",
            Code::Conflict => "CONFLICT",
            Code::RateLimited => "RATE_LIMITED",
            Code::RequestRejected => "REQUEST_REJECTED",
            Code::ServerError => "SERVER_ERROR",
            Code::Redirected => "REDIRECTED",
            Code::BadResponse => "BAD_RESPONSE",
            Code::Network => "NETWORK",
            Code::Timeout => "TIMEOUT",
            Code::OutcomeUnknown => "OUTCOME_UNKNOWN",
            Code::TooManyDeletes => "TOO_MANY_DELETES",
            Code::Internal => "INTERNAL",
        }
    }
}

impl Deref for DomoError {
    type Target = Details;
    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for DomoError {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl DomoError {
    /// Returns an error of which only the code and the message are known.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::with_message(code, message.into())
    }

    #[inline(never)] // not once for each type of message
    fn with_message(code: Code, message: String) -> Self {
        Self(Box::new(Details {
            code,
            message,
            status: None,
            method: None,
            path: None,
            request_id: None,
            toe: None,
            attempts: None,
            retry_after_ms: None,
        }))
    }

    /// Returns the fields of the JavaScript error, without the message.
    ///
    /// A derived `Serialize` for errors, events and progress would add 3 KB to the compressed module.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut fields = ObjectBuilder::default();
        fields
            .set("code", self.code.as_str())
            .set("status", self.status.map(f64::from))
            .set("method", self.method)
            .set("path", self.path.as_deref())
            .set("requestId", self.request_id.as_deref())
            .set("toe", self.toe.as_deref())
            .set("attempts", self.attempts.map(f64::from))
            .set("retryAfterMs", self.retry_after_ms)
            .object()
    }

    /// Sets the method and path of the request that failed.
    pub fn set_request(&mut self, request: &RequestLine) {
        self.method = Some(request.method);
        self.path = Some(request.path.clone());
    }

    /// Returns `INVALID_CONFIG` with this message.
    #[must_use]
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidConfig, message)
    }

    /// Returns `INVALID_INPUT` with this message.
    #[must_use]
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidInput, message)
    }

    /// Returns the note with the trace id for the end of a message; an empty string if there is no trace id.
    #[must_use]
    pub fn toe_note(&self) -> String {
        match &self.toe {
            Some(toe) => format!(" (toe {toe}, for Domo's support)"),
            None => String::new(),
        }
    }

    /// Appends to the message in how many seconds to try again, if the instance said so.
    pub fn append_retry_after(&mut self) {
        if let Some(ms) = self.retry_after_ms {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
            let seconds = (ms / 1000.0).ceil() as u64;
            self.message.push_str(&format!(". Try again in {seconds} s"));
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_wait_that_the_instance_asked_for_is_appended_in_seconds() {
        for (ms, message) in [
            (None, "Wait"),
            (Some(0.0), "Wait. Try again in 0 s"),
            (Some(1.0), "Wait. Try again in 1 s"),
            (Some(119_001.0), "Wait. Try again in 120 s"),
        ] {
            let mut error = DomoError::new(Code::RateLimited, "Wait");
            error.retry_after_ms = ms;
            error.append_retry_after();
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn an_error_has_the_declared_fields_that_are_known() {
        let mut error = DomoError::new(Code::OutcomeUnknown, "not a field");
        assert_eq!(error.to_value(), Value::from_json(r#"{"code":"OUTCOME_UNKNOWN"}"#));
        error.status = Some(502);
        error.set_request(&RequestLine {
            method: "POST",
            path: "/x?a=1".to_owned(),
        });
        error.request_id = Some("r".to_owned());
        error.toe = Some("T-1".to_owned());
        error.attempts = Some(3);
        error.retry_after_ms = Some(1.5);
        assert_eq!(
            error.to_value(),
            Value::from_json(
                r#"{"code":"OUTCOME_UNKNOWN","status":502,"method":"POST","path":"/x?a=1","requestId":"r","toe":"T-1","attempts":3,"retryAfterMs":1.5}"#
            )
        );
    }

    #[test]
    fn every_code_is_spelled_as_declared() {
        for (code, name) in [
            (Code::InvalidConfig, "INVALID_CONFIG"),
            (Code::InvalidInput, "INVALID_INPUT"),
            (Code::Unauthorized, "UNAUTHORIZED"),
            (Code::Forbidden, "FORBIDDEN"),
            (Code::NotFound, "NOT_FOUND"),
            (Code::Conflict, "CONFLICT"),
            (Code::RateLimited, "RATE_LIMITED"),
            (Code::RequestRejected, "REQUEST_REJECTED"),
            (Code::ServerError, "SERVER_ERROR"),
            (Code::Redirected, "REDIRECTED"),
            (Code::BadResponse, "BAD_RESPONSE"),
            (Code::Network, "NETWORK"),
            (Code::Timeout, "TIMEOUT"),
            (Code::OutcomeUnknown, "OUTCOME_UNKNOWN"),
            (Code::TooManyDeletes, "TOO_MANY_DELETES"),
            (Code::Internal, "INTERNAL"),
        ] {
            assert_eq!(code.as_str(), name);
        }
        assert_eq!(DomoError::config("x").code, Code::InvalidConfig);
        assert_eq!(DomoError::input("x").code, Code::InvalidInput);
    }
}
