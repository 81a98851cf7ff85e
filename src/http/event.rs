//! The events that `onEvent` receives about a request. They never hold the token or a body.

use serde::Serialize;

/// An event of one attempt, which serializes to a `RequestEvent` of the contract.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(into = "EventFields<'a>")]
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
    /// A response arrived, headers and body.
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

/// The fields of the contract. (A flattened `EventKind` would do, but `serde(flatten)` adds 4 KB to the compiled module.)
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventFields<'a> {
    r#type: &'static str,
    method: &'a str,
    path: &'a str,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> From<RequestEvent<'a>> for EventFields<'a> {
    fn from(event: RequestEvent<'a>) -> Self {
        let RequestEvent {
            kind,
            method,
            path,
            attempt,
        } = event;
        let fields = Self {
            r#type: "request",
            method,
            path,
            attempt,
            status: None,
            duration_ms: None,
            request_id: None,
            delay_ms: None,
            reason: None,
        };
        match kind {
            EventKind::Request => fields,
            EventKind::Response {
                status,
                duration_ms,
                request_id,
            } => Self {
                r#type: "response",
                status: Some(status),
                duration_ms: Some(duration_ms),
                request_id,
                ..fields
            },
            EventKind::Retry { delay_ms, reason } => Self {
                r#type: "retry",
                delay_ms: Some(delay_ms),
                reason: Some(reason),
                ..fields
            },
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(kind: EventKind<'_>) -> serde_json::Value {
        let event = RequestEvent {
            kind,
            method: "GET",
            path: "/x",
            attempt: 1,
        };
        serde_json::to_value(event).unwrap()
    }

    #[test]
    fn events_have_the_fields_of_the_contract() {
        assert_eq!(
            event(EventKind::Request),
            json!({"type": "request", "method": "GET", "path": "/x", "attempt": 1})
        );
        assert_eq!(
            event(EventKind::Response {
                status: 200,
                duration_ms: 1.5,
                request_id: Some("r-1"),
            }),
            json!({"type": "response", "status": 200, "durationMs": 1.5, "requestId": "r-1", "method": "GET", "path": "/x", "attempt": 1})
        );
        assert_eq!(
            event(EventKind::Retry {
                delay_ms: 250.0,
                reason: "r"
            }),
            json!({"type": "retry", "delayMs": 250.0, "reason": "r", "method": "GET", "path": "/x", "attempt": 1})
        );
    }

    #[test]
    fn an_event_of_a_response_without_an_id_has_no_such_field() {
        let response = event(EventKind::Response {
            status: 204,
            duration_ms: 0.0,
            request_id: None,
        });
        assert_eq!(response.get("requestId"), None);
    }
}
