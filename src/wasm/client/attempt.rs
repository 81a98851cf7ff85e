//! One attempt: the token, the headers, the response.

use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use crate::config;
use crate::error::{Code, DomoError};
use crate::http::event::EventKind;
use crate::http::request::Request;
use crate::redact::Redactor;
use crate::wasm::client::connection::Token;
use crate::wasm::client::context::RequestContext;
use crate::wasm::transport::message::{HttpRequest, HttpResponse, TransportError};
use crate::wasm::wait::{WaitError, remaining_ms, wait_for};
use crate::wasm::{host, redaction};

/// A response, and what is needed to report it.
pub struct Received {
    /// The response.
    pub response: HttpResponse,
    /// Removes the tokens that were sent.
    pub redactor: Redactor,
    /// Whether a token was sent.
    pub has_token: bool,
}

/// Why an attempt ended without a response, and whether the request was sent.
pub enum AttemptError {
    /// The request was sent.
    Sent {
        /// Why there is no response.
        error: TransportError,
        /// Removes the tokens that were sent.
        redactor: Redactor,
    },
    /// There was no token in time, so nothing was sent. Another attempt may get one.
    NoToken(DomoError),
    /// What the caller's function returned is no token, so nothing was sent.
    InvalidToken(DomoError),
    /// The caller aborted the wait for the token, so nothing was sent.
    Aborted(JsValue),
}

/// A token, and the limit of the rest of the attempt.
struct TokenForAttempt {
    token: Option<Rc<str>>,
    timeout_ms: u32,
}

impl RequestContext {
    /// Sends a request once.
    pub async fn attempt(
        &self,
        request: &Request,
        body: Option<&JsValue>,
        number: u32,
    ) -> Result<Received, AttemptError> {
        let begun = if self.connection.has_listener() {
            host::ticks()
        } else {
            0.0
        };
        let TokenForAttempt { token, timeout_ms } = self.token().await?;
        let redactor = token.as_ref().map(redaction::register).unwrap_or_default();
        self.redactor.borrow_mut().clone_from(&redactor);
        self.notify(request, number, EventKind::Request);
        let sent = self
            .connection
            .transport
            .send(&HttpRequest {
                method: request.method.as_str(),
                base_url: &self.connection.base_url,
                path: &request.path,
                headers: self.headers(token.as_deref(), body.is_some()),
                body: body.cloned().unwrap_or(JsValue::UNDEFINED),
                signal: &self.options.signal,
                timeout_ms,
                stream_body: self.stream_body,
            })
            .await;
        let response = match sent {
            Ok(response) => response,
            Err(error) => return Err(AttemptError::Sent { error, redactor }),
        };
        self.note_status(response.status);
        if self.connection.has_listener() {
            let request_id = response.request_id(&redactor);
            let kind = EventKind::Response {
                status: response.status,
                // Rounded to a tenth: a clock is no more exact.
                duration_ms: ((host::ticks() - begun).max(0.0) * 10.0).round() / 10.0,
                request_id: request_id.as_deref(),
            };
            self.notify(request, number, kind);
        }
        Ok(Received {
            response,
            redactor,
            has_token: token.is_some(),
        })
    }

    async fn token(&self) -> Result<TokenForAttempt, AttemptError> {
        let timeout_ms = self.attempt_ms();
        let function = match &self.connection.token {
            Token::None => {
                return Ok(TokenForAttempt {
                    token: None,
                    timeout_ms,
                });
            }
            Token::Fixed(token) => {
                let token = Some(Rc::clone(token));
                return Ok(TokenForAttempt { token, timeout_ms });
            }
            Token::Function(function) => function,
        };
        let begun = host::ticks();
        let returned = host::call(function, &JsValue::UNDEFINED, &Array::new());
        let token = match wait_for(returned, self.backoff_signal(), timeout_ms).await {
            Ok(value) => match value.as_string() {
                Some(text) => config::token(&text).map_err(invalid_token),
                None => Err(invalid_token(
                    "the function developerToken must return a string, or a promise of one",
                )),
            },
            // Its message is not shown: a program that keeps tokens may quote them.
            Err(WaitError::Thrown(_)) => Err(invalid_token(
                "the function developerToken threw or rejected; its message is not shown, because it could hold the token",
            )),
            Err(WaitError::TimedOut) => Err(AttemptError::NoToken(DomoError::new(
                Code::Timeout,
                "The function developerToken returned no token within timeoutMs, so nothing was sent",
            ))),
            Err(WaitError::Aborted(reason)) => Err(AttemptError::Aborted(reason)),
        };
        Ok(TokenForAttempt {
            token: Some(token?.into()),
            timeout_ms: remaining_ms(timeout_ms, host::ticks() - begun),
        })
    }

    /// Returns the headers as a plain object: those of this package, then those of the configuration, then those of the call. A later header replaces an
    /// earlier one whose name differs only in case.
    fn headers(&self, token: Option<&str>, has_body: bool) -> Object {
        let are_fixed = self.options.headers.is_empty() && !matches!(self.connection.token, Token::Function(_));
        if !are_fixed {
            return self.new_headers(token, has_body);
        }
        let fixed = &self.connection.fixed_headers;
        let fixed = if has_body {
            &fixed.with_body
        } else {
            &fixed.without_body
        };
        fixed.get_or_init(|| self.new_headers(token, has_body)).clone()
    }

    fn new_headers(&self, token: Option<&str>, has_body: bool) -> Object {
        let headers = Object::new();
        host::set_header(&headers, "Accept", "application/json");
        if has_body {
            host::set_header(&headers, "Content-Type", "application/json");
        }
        for given in &[&self.connection.headers, &self.options.headers] {
            for (name, value) in *given {
                host::set_header(&headers, name, value);
            }
        }
        if let Some(token) = token {
            host::set_header(&headers, config::TOKEN_HEADER, token);
        }
        headers
    }
}

fn invalid_token(message: impl Into<String>) -> AttemptError {
    AttemptError::InvalidToken(DomoError::config(message))
}
