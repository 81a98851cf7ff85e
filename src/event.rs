//! What `onEvent` sees of a call: never the token, never a body.

use crate::given::Given;

/// One step of one attempt.
#[derive(Clone, Copy, Debug)]
pub struct RequestEvent<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path on the instance, query included.
    pub path: &'a str,
    /// The attempt; the first is 1.
    pub attempt: u32,
    /// Which step.
    pub step: Step<'a>,
}

/// The steps of an attempt.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// It begins.
    Request,
    /// An answer came, headers and body.
    Response {
        /// The HTTP status.
        status: u16,
        /// From the beginning of the attempt, in milliseconds.
        duration_ms: f64,
        /// The answer's `x-request-id`.
        request_id: Option<&'a str>,
    },
    /// It failed, and another will be made.
    Retry {
        /// The wait until then, in milliseconds.
        delay_ms: f64,
        /// Why it failed.
        reason: &'a str,
    },
}

impl RequestEvent<'_> {
    /// As the contract shapes it.
    #[must_use]
    pub fn fields(&self) -> Given {
        let (kind, mut response, mut retry) = ("request", (None, None, None), (None, None));
        let kind = match self.step {
            Step::Request => kind,
            Step::Response {
                status,
                duration_ms,
                request_id,
            } => {
                response = (Some(f64::from(status)), Some(duration_ms), request_id);
                "response"
            }
            Step::Retry { delay_ms, reason } => {
                retry = (Some(delay_ms), Some(reason));
                "retry"
            }
        };
        Given::object(vec![
            ("type", kind.into()),
            ("method", self.method.into()),
            ("path", self.path.into()),
            ("attempt", f64::from(self.attempt).into()),
            ("status", response.0.into()),
            ("durationMs", response.1.into()),
            ("requestId", response.2.into()),
            ("delayMs", retry.0.into()),
            ("reason", retry.1.into()),
        ])
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn reads_as_the_contract_says() {
        let event = |step| {
            let event = RequestEvent {
                method: "GET",
                path: "/x",
                attempt: 1,
                step,
            };
            serde_json::to_string(&event.fields()).unwrap()
        };
        assert_eq!(
            event(Step::Request),
            r#"{"type":"request","method":"GET","path":"/x","attempt":1.0}"#
        );
        assert_eq!(
            event(Step::Response {
                status: 200,
                duration_ms: 1.5,
                request_id: None
            }),
            r#"{"type":"response","method":"GET","path":"/x","attempt":1.0,"status":200.0,"durationMs":1.5}"#
        );
        assert_eq!(
            event(Step::Retry {
                delay_ms: 250.0,
                reason: "r"
            }),
            r#"{"type":"retry","method":"GET","path":"/x","attempt":1.0,"delayMs":250.0,"reason":"r"}"#
        );
    }
}
