//! Errors on their way to the caller: a `DomoError`, or the caller's own abort reason.

use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::excerpt::excerpt;
use crate::http::attempts::FailureState;
use crate::http::retry::{self, AttemptOutcome};
use crate::redact::Redactor;
use crate::validation::InvalidValue;
use crate::wasm::convert::to_js;
use crate::wasm::host::{self, Thrown};
use crate::wasm::redaction;

/// Why a call fails.
pub enum Error {
    /// With a `DomoError`. Boxed, because every result contains it.
    Failed(Box<FailedCall>),
    /// With the reason of the caller's abort signal, or with what the caller's iterator threw.
    Aborted(JsValue),
}

/// A failed call: the error, and the JavaScript values that belong to it.
pub struct FailedCall {
    /// What happened.
    pub error: DomoError,
    /// What is known of the request beside its error.
    pub state: FailureState,
    /// The redacted body of the response; `undefined` if there is none.
    pub body: JsValue,
    /// What the host threw, redacted; `undefined` if it threw nothing.
    pub cause: JsValue,
    /// The user who has the e-mail address already; `undefined` if none is known.
    pub existing: JsValue,
    /// Whether that user is deleted.
    pub is_existing_deleted: bool,
}

impl From<DomoError> for FailedCall {
    fn from(error: DomoError) -> Self {
        Self {
            error,
            state: FailureState::default(),
            body: JsValue::UNDEFINED,
            cause: JsValue::UNDEFINED,
            existing: JsValue::UNDEFINED,
            is_existing_deleted: false,
        }
    }
}

impl From<FailedCall> for Error {
    #[inline(never)] // every error passes through here
    fn from(failed: FailedCall) -> Self {
        Error::Failed(Box::new(failed))
    }
}

impl From<InvalidValue> for Error {
    fn from(error: InvalidValue) -> Self {
        DomoError::from(error).into()
    }
}

impl From<DomoError> for Error {
    #[inline(never)] // every error passes through here
    fn from(error: DomoError) -> Self {
        FailedCall::from(error).into()
    }
}

impl Error {
    /// Returns the same error, marked as caused by the end of the run: a later run may try again.
    #[must_use]
    pub fn interrupted(mut self) -> Self {
        if let Error::Failed(failed) = &mut self {
            failed.state.interrupted = true;
        }
        self
    }

    /// Returns what the promise rejects with: an `Error` named `DomoError` with the details as its own fields, or the caller's abort reason.
    pub fn into_js(self) -> JsValue {
        let mut failed = match self {
            Error::Failed(failed) => failed,
            Error::Aborted(reason) => return reason,
        };
        failed.error.append_retry_after();
        let details = to_js(&redaction::redacted(failed.error.to_value()));
        host::domo_error(
            &redaction::redact(&failed.error.message),
            &details,
            &failed.cause,
            &failed.body,
            &failed.existing,
            failed.is_existing_deleted,
        )
    }
}

/// What the host threw, redacted.
pub struct HostError {
    /// The messages of the error and of its cause, such as `fetch failed: connect ECONNREFUSED 127.0.0.1:1`.
    pub message: String,
    /// The code of the cause, or else of the error, such as `ECONNREFUSED`; empty if there is none.
    pub code: String,
    /// An `Error` with the same name, message and code, and nothing else.
    pub cause: JsValue,
}

impl HostError {
    /// Reads what the host threw.
    pub fn read(thrown: &JsValue, redactor: &Redactor) -> Self {
        let Thrown {
            name,
            message,
            code,
            cause,
            cause_code,
        } = Thrown::read(thrown);
        // Each by itself, before they are joined: the host cuts long strings, perhaps inside a token.
        let [name, message, code, cause, cause_code] =
            [name, message, code, cause, cause_code].map(|text| redactor.redact(&text));
        let deeper = if cause.is_empty() { &cause_code } else { &cause };
        let separator = if deeper.is_empty() { "" } else { ": " };
        let message = format!("{message}{separator}{deeper}");
        let cause = host::host_error(&name, &message, &code);
        Self {
            message: excerpt(message.trim(), 200),
            code: if cause_code.is_empty() { code } else { cause_code },
            cause,
        }
    }
}

/// An attempt that failed, and how.
pub struct FailedAttempt {
    /// How the attempt ended, for the retry policy.
    pub outcome: AttemptOutcome,
    /// Its error.
    pub failed: FailedCall,
}

/// Returns the failure of an attempt for which the host threw an exception, before the response or, if it `ended_early`, while its body arrived.
pub fn no_response(thrown: &JsValue, ended_early: bool, redactor: &Redactor) -> FailedAttempt {
    let HostError { message, code, cause } = HostError::read(thrown, redactor);
    let (what, advice) = match ended_early {
        true => (
            "The response ended early",
            "try again; check your network, and any proxy",
        ),
        false => (
            "No response from the instance",
            "check the instance name, your network, and any proxy",
        ),
    };
    let message = format!("{what} ({message}): {advice} or firewall");
    let mut failed = FailedCall::from(DomoError::new(Code::Network, message));
    failed.cause = cause;
    let outcome = if !ended_early && retry::is_unreachable(&code) {
        AttemptOutcome::Unreachable
    } else {
        AttemptOutcome::NoResponse
    };
    FailedAttempt { outcome, failed }
}
