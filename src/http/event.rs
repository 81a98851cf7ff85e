//! The events that `onEvent` receives about a request. They never hold the token or a body.

use crate::value::{ObjectBuilder, Value};

/// An event of one attempt.
#[derive(Clone, Copy, Debug)]
pub struct RequestEvent<'a> {
    /// What happened.
    pub kind: EventKind<'a>,
    /// The HTTP method.
    pub method: &'a str,
    /// The path on the instance, query included.
    pub path: &'a str,
    /// The number of the attempt; the first is 1.
    pub attempt: u32,
}

/// What happened to an attempt.
#[derive(Clone, Copy, Debug)]
pub enum EventKind<'a> {
    /// The attempt starts.
    Request,
    /// A response arrived with its body; if the body is streamed, only its headers.
    Response {
        /// The HTTP status.
        status: u16,
        /// The time since the attempt started, in milliseconds.
        duration_ms: f64,
        /// The `x-request-id` header of the response.
        request_id: Option<&'a str>,
    },
    /// The attempt failed, and another one follows.
    Retry {
        /// The delay before the next attempt, in milliseconds.
        delay_ms: f64,
        /// Why the attempt failed.
        reason: &'a str,
    },
}

impl RequestEvent<'_> {
    /// Returns the event as `index.d.ts` declares it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let name = match self.kind {
            EventKind::Request => "request",
            EventKind::Response { .. } => "response",
            EventKind::Retry { .. } => "retry",
        };
        let mut fields = ObjectBuilder::default();
        fields
            .set("type", name)
            .set("method", self.method)
            .set("path", self.path)
            .set("attempt", f64::from(self.attempt));
        match self.kind {
            EventKind::Request => {}
            EventKind::Response {
                status,
                duration_ms,
                request_id,
            } => {
                fields
                    .set("status", f64::from(status))
                    .set("durationMs", duration_ms)
                    .set("requestId", request_id);
            }
            EventKind::Retry { delay_ms, reason } => {
                fields.set("delayMs", delay_ms).set("reason", reason);
            }
        }
        fields.object()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn event(kind: EventKind<'_>) -> Value {
        let event = RequestEvent {
            kind,
            method: "GET",
            path: "/x",
            attempt: 1,
        };
        event.to_value()
    }

    #[test]
    fn events_have_the_declared_fields() {
        assert_eq!(
            event(EventKind::Request),
            Value::from_json(r#"{"type": "request", "method": "GET", "path": "/x", "attempt": 1}"#)
        );
        assert_eq!(
            event(EventKind::Response {
                status: 200,
                duration_ms: 1.5,
                request_id: Some("r-1"),
            }),
            Value::from_json(
                r#"{"type": "response", "method": "GET", "path": "/x", "attempt": 1, "status": 200, "durationMs": 1.5, "requestId": "r-1"}"#
            )
        );
        assert_eq!(
            event(EventKind::Retry {
                delay_ms: 250.0,
                reason: "r"
            }),
            Value::from_json(
                r#"{"type": "retry", "method": "GET", "path": "/x", "attempt": 1, "delayMs": 250.0, "reason": "r"}"#
            )
        );
    }

    #[test]
    fn an_event_of_a_response_without_an_id_has_no_such_field() {
        let response = event(EventKind::Response {
            status: 204,
            duration_ms: 0.0,
            request_id: None,
        });
        assert_eq!(response.field("requestId"), &Value::Undefined);
    }
}
