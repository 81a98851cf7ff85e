//! Sends a request by `fetch`, axios or Code Engine.

use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::error::{Code, DomoError};
use crate::validation::InvalidValue;
use crate::wasm::convert::shallow_value;
use crate::wasm::host;
use crate::wasm::transport::code_engine;
use crate::wasm::transport::message::{Body, HttpRequest, HttpResponse, TransportError};
use crate::wasm::wait::{HostFuture, WaitEnd, WaitResult};

/// What sends the requests.
pub struct Transport {
    /// How the sender is called.
    pub kind: TransportKind,
    /// The function, or Code Engine's module. `undefined` stands for the host's own `fetch`, which is looked up for each request.
    pub sender: JsValue,
}

/// How requests are sent. The numbers are the indexes of `TRANSPORTS` in `host/transports.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum TransportKind {
    /// A function like `fetch` sends the request.
    Fetch = 0,
    /// Axios sends the request, or a function with the same arguments and result.
    Axios = 1,
    /// Code Engine's module sends the request, and signs it.
    CodeEngine = 2,
}

impl Transport {
    /// Sends a request, and waits for the response.
    pub async fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        // Aborted if the attempt ends before its response; `undefined` if the host has no such thing, or no use for it.
        let controller = match self.kind {
            TransportKind::CodeEngine => JsValue::UNDEFINED,
            TransportKind::Fetch | TransportKind::Axios => {
                AbortController::new().map_or(JsValue::UNDEFINED, JsValue::from)
            }
        };
        let url = format!("{}{}", request.base_url, request.path);
        let result = HostFuture::begin(&|callback, number| {
            host::send(
                callback,
                number,
                self.kind as u32,
                &self.sender,
                request.method,
                &url,
                &request.headers,
                &request.body,
                &controller,
                &request.signal.0,
                request.timeout_ms,
                request.stream_body,
            )
        })
        .await;
        match self.kind {
            TransportKind::CodeEngine => code_engine::response(result),
            TransportKind::Fetch | TransportKind::Axios => response(result),
        }
    }
}

fn response(result: WaitResult) -> Result<HttpResponse, TransportError> {
    let result = result.into_result()?;
    match WaitEnd::from_number(result.number) {
        Some(WaitEnd::NoTransport) => Err(TransportError::CannotSend(DomoError::config(
            "this host has no fetch: pass one in the configuration (fetch), or axios",
        ))),
        Some(WaitEnd::EndedEarly) => Err(TransportError::EndedEarly(result.value)),
        Some(_) => Err(TransportError::InvalidResponse(DomoError::new(
            Code::BadResponse,
            InvalidValue::expected(
                "the response of this host's function",
                &host::to_text(&result.value),
                &shallow_value(&result.headers),
            ),
        ))),
        None => Ok(HttpResponse {
            status: u16::try_from(result.number).unwrap_or(0),
            headers: result.headers,
            body: Body(result.value),
            reader: (!result.reader.is_undefined()).then_some(result.reader),
        }),
    }
}
