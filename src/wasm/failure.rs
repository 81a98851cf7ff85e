//! Failures on their way to the caller: a `DomoError`, or the caller's own abort reason.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::http::retry;
use crate::http::retry::AttemptOutcome;
use crate::text::{excerpt, join};
use crate::validation::InvalidValue;
use crate::wasm::host;
use crate::wasm::host::Reported;
use crate::wasm::secrets;

/// Why a call fails.
pub enum Failure {
    /// With a `DomoError`. One word wide, as it is part of every result.
    Error(Box<Failed>),
    /// With the reason of the caller's own signal.
    Aborted(JsValue),
}

/// A failed call: what is known of it, and what the host holds of it.
pub struct Failed {
    /// What happened.
    pub error: DomoError,
    /// The answer's body, the token taken out; `undefined` where there is none.
    pub body: JsValue,
    /// What the host threw, made clean; `undefined` where it threw nothing.
    pub cause: JsValue,
    /// The user that has the e-mail already; `undefined` where none is known.
    pub existing: JsValue,
    /// Whether this attempt or one before it may have had its effect all the same.
    pub may_have_applied: bool,
    /// Whether only the end of the run kept it from being tried again, or cut its answer off.
    pub interrupted: bool,
    /// Whether the call belongs to a run of changes and a 429 is why it has not been sent again yet: then the change has not failed, but is skipped.
    pub is_rate_limited: bool,
}

impl From<DomoError> for Failed {
    fn from(error: DomoError) -> Self {
        Self {
            error,
            body: JsValue::UNDEFINED,
            cause: JsValue::UNDEFINED,
            existing: JsValue::UNDEFINED,
            may_have_applied: false,
            interrupted: false,
            is_rate_limited: false,
        }
    }
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        Failure::Error(Box::new(failed))
    }
}

impl From<InvalidValue> for Failure {
    fn from(error: InvalidValue) -> Self {
        DomoError::from(error).into()
    }
}

impl From<DomoError> for Failure {
    fn from(error: DomoError) -> Self {
        Failed::from(error).into()
    }
}

impl Failure {
    /// What the promise rejects with: a real `Error` named `DomoError`, the details as its own fields; or the caller's own reason.
    pub fn into_js(self) -> JsValue {
        let mut failed = match self {
            Failure::Error(failed) => failed,
            Failure::Aborted(reason) => return reason,
        };
        failed.error.append_retry_after();
        let details = to_js(&failed.error);
        host::domo_error(
            &secrets::without(&failed.error.message),
            &details,
            &failed.cause,
            &failed.body,
            &failed.existing,
        )
    }
}

/// Data of ours as plain JavaScript objects and arrays.
pub fn to_js(data: &impl Serialize) -> JsValue {
    data.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// What the host threw, in words such as `fetch failed: connect ECONNREFUSED 127.0.0.1:1`, and as a cause with nothing else in it; and its code.
/// Host errors can quote headers: its words come redacted.
pub fn said(thrown: &JsValue, secret: Option<&str>) -> (String, JsValue, String) {
    let said = Reported::of(thrown, secret);
    let deeper = if said.cause.is_empty() {
        &said.cause_code
    } else {
        &said.cause
    };
    let separator = if deeper.is_empty() { "" } else { ": " };
    let words = join(&[&said.message, separator, deeper]);
    let cause = host::host_error(&said.name, &words, &said.code);
    let code = if said.cause_code.is_empty() {
        said.code
    } else {
        said.cause_code
    };
    (excerpt(words.trim(), 200), cause, code)
}

/// What the host threw in place of an answer: its outcome for the policy, and the failure it is.
pub fn unreachable(thrown: &JsValue, secret: Option<&str>) -> (AttemptOutcome, Failed) {
    let (words, cause, code) = said(thrown, secret);
    let mut failed = Failed::from(DomoError::new(
        Code::Network,
        join(&[
            "No response from the instance (",
            &words,
            "): check the instance name, your network, and any proxy or firewall",
        ]),
    ));
    failed.cause = cause;
    let outcome = if retry::is_unreachable(&code) {
        AttemptOutcome::Unreachable
    } else {
        AttemptOutcome::NoResponse
    };
    (outcome, failed)
}
