//! The one error of this package, as pure data: what happened, where, and what to do next.

use std::ops::{Deref, DerefMut};

use crate::text::{join, number};
use crate::value::{ObjectBuilder, Value};

/// What kind of failure it is; the text of each is part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The configuration is not usable; nothing was sent.
    InvalidConfig,
    /// An argument is not usable; nothing was sent.
    InvalidInput,
    /// 401: the token is missing, wrong, expired or revoked.
    Unauthorized,
    /// 403: the token's owner may not do this, or the instance name is wrong.
    Forbidden,
    /// 404, or a 200 that holds no user.
    NotFound,
    /// 409: the user exists already.
    Conflict,
    /// 429: too many calls.
    RateLimited,
    /// Any other 4xx.
    RequestRejected,
    /// Any 5xx.
    ServerError,
    /// Any 3xx: the token is never sent on to another place.
    Redirected,
    /// A 2xx that is not what the endpoint promises.
    BadResponse,
    /// The host could not reach the instance.
    Network,
    /// An attempt took longer than `timeoutMs`.
    Timeout,
    /// A create that may or may not have happened.
    OutcomeUnknown,
    /// A plan would delete more users than `maxDeletes`.
    TooManyDeletes,
    /// A fault of this package.
    Internal,
}

impl Code {
    /// As the contract spells it.
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

/// A failure, without anything of the JavaScript host in it. One word wide, as it is part of every result.
#[derive(Clone, Debug, PartialEq)]
pub struct DomoError(Box<Details>);

/// What is known of a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// What kind of failure it is.
    pub code: Code,
    /// What happened and what to do next, for people.
    pub message: String,
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// The HTTP method and the path on the instance, query included.
    pub call: Option<(&'static str, String)>,
    /// The `x-request-id` of the answer, where one came.
    pub request_id: Option<String>,
    /// The trace id in Domo's error body, for Domo's support.
    pub toe: Option<String>,
    /// How many attempts were made.
    pub attempts: Option<u32>,
    /// How long the instance asked to wait, in milliseconds.
    pub retry_after_ms: Option<f64>,
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
    /// An error of which nothing but kind and message is known.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::of(code, message.into())
    }

    fn of(code: Code, message: String) -> Self {
        Self(Box::new(Details {
            code,
            message,
            status: None,
            call: None,
            request_id: None,
            toe: None,
            attempts: None,
            retry_after_ms: None,
        }))
    }

    /// `INVALID_CONFIG` with this message.
    #[must_use]
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidConfig, message)
    }

    /// `INVALID_INPUT` with this message.
    #[must_use]
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidInput, message)
    }

    /// Says when to try again, where the instance said so.
    pub fn tell_wait(&mut self) {
        if let Some(ms) = self.retry_after_ms {
            let seconds = number((ms / 1000.0).ceil());
            self.message.push_str(&join(&[". Try again in ", &seconds, " s"]));
        }
    }

    /// All but the message, as the fields of the JavaScript error.
    #[must_use]
    pub fn fields(&self) -> Value {
        let mut fields = ObjectBuilder::default();
        fields
            .text("code", Some(self.code.as_str()))
            .number("status", self.status.map(f64::from));
        if let Some((method, path)) = &self.call {
            fields.text("method", Some(method)).text("path", Some(path));
        }
        fields
            .text("requestId", self.request_id.as_deref())
            .text("toe", self.toe.as_deref())
            .number("attempts", self.attempts.map(f64::from))
            .number("retryAfterMs", self.retry_after_ms)
            .object()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_wait_is_told_in_seconds() {
        for (ms, told) in [
            (None, "Wait"),
            (Some(0.0), "Wait. Try again in 0 s"),
            (Some(1.0), "Wait. Try again in 1 s"),
            (Some(119_001.0), "Wait. Try again in 120 s"),
        ] {
            let mut error = DomoError::new(Code::RateLimited, "Wait");
            error.retry_after_ms = ms;
            error.tell_wait();
            assert_eq!(error.message, told);
        }
    }
}
