//! What `onEvent` sees of a call: never the token, never a body.

use crate::value::{ObjectBuilder, Value};

/// One moment of one attempt.
#[derive(Clone, Copy, Debug)]
pub struct RequestEvent<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path on the instance, query included.
    pub path: &'a str,
    /// The attempt; the first is 1.
    pub attempt: u32,
    /// Which one.
    pub moment: EventKind<'a>,
}

/// The moments of an attempt that are told.
#[derive(Clone, Copy, Debug)]
pub enum EventKind<'a> {
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
    pub fn fields(&self) -> Value {
        let mut fields = ObjectBuilder::default();
        let kind = match self.moment {
            EventKind::Request => "request",
            EventKind::Response { .. } => "response",
            EventKind::Retry { .. } => "retry",
        };
        fields
            .text("type", Some(kind))
            .text("method", Some(self.method))
            .text("path", Some(self.path))
            .number("attempt", Some(f64::from(self.attempt)));
        match self.moment {
            EventKind::Request => {}
            EventKind::Response {
                status,
                duration_ms,
                request_id,
            } => {
                fields
                    .number("status", Some(f64::from(status)))
                    .number("durationMs", Some(duration_ms))
                    .text("requestId", request_id);
            }
            EventKind::Retry { delay_ms, reason } => {
                fields.number("delayMs", Some(delay_ms)).text("reason", Some(reason));
            }
        }
        fields.object()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn reads_as_the_contract_says() {
        let event = |moment| {
            let event = RequestEvent {
                method: "GET",
                path: "/x",
                attempt: 1,
                moment,
            };
            serde_json::to_string(&event.fields()).unwrap()
        };
        assert_eq!(
            event(EventKind::Request),
            r#"{"type":"request","method":"GET","path":"/x","attempt":1.0}"#
        );
        assert_eq!(
            event(EventKind::Response {
                status: 200,
                duration_ms: 1.5,
                request_id: None
            }),
            r#"{"type":"response","method":"GET","path":"/x","attempt":1.0,"status":200.0,"durationMs":1.5}"#
        );
        assert_eq!(
            event(EventKind::Retry {
                delay_ms: 250.0,
                reason: "r"
            }),
            r#"{"type":"retry","method":"GET","path":"/x","attempt":1.0,"delayMs":250.0,"reason":"r"}"#
        );
    }
}
