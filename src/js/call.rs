//! One call: attempts within their limits, retries between them, events about both.

use std::rc::Rc;

use js_sys::{Math, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::body::{Body, Good};
use super::connection::{Connection, Token};
use super::failure::{Failure, clean_cause, describe, error_object};
use super::host;
use super::input::{self, CallOptions};
use super::limit::{Limit, Stop, pause};
use super::transport::{Incoming, Lost, Outgoing, fetch_reader, no_answer};
use crate::answer::{self, Answer, is_success};
use crate::config;
use crate::error::{Code, DomoError};
use crate::event::{RequestEvent, Step};
use crate::request::Request;
use crate::retry::{self, Next, Outcome};
use crate::text::{digits, excerpt, redact};

/// Who is asked and how.
pub struct Caller {
    /// From the first argument.
    pub connection: Rc<Connection>,
    /// From the last argument.
    pub options: CallOptions,
    /// Whether the body of a good answer is left to be read as it comes.
    pub as_it_comes: bool,
}

impl Caller {
    /// Checks both; nothing is sent where either is wrong.
    pub fn new(domo: &JsValue, options: &JsValue) -> Result<Self, Failure> {
        Ok(Self {
            connection: Connection::of(domo)?,
            options: CallOptions::take(options)?,
            as_it_comes: false,
        })
    }

    /// Milliseconds for one wait on the host; 0 is no limit.
    pub fn timeout_ms(&self) -> u32 {
        self.options.timeout_ms.unwrap_or(self.connection.timeout_ms)
    }

    /// Retries after the first attempt.
    pub fn max_retries(&self) -> u32 {
        self.options.max_retries.unwrap_or(self.connection.max_retries)
    }

    /// Makes the call, with as many attempts as it takes and may take.
    pub async fn send(&self, request: &Request, body: Option<&JsValue>) -> Result<Good, Failure> {
        self.send_from(request, body, 1).await
    }

    /// The same, where attempts before this one failed already.
    pub async fn send_from(
        &self,
        request: &Request,
        body: Option<&JsValue>,
        mut attempt: u32,
    ) -> Result<Good, Failure> {
        loop {
            self.options.signal.check()?;
            let begin = host::now();
            let mut secret = None;
            let mut failed = match self.attempt(request, body, attempt, &mut secret).await {
                Ok(incoming) => {
                    let request_id = incoming.header("x-request-id").map(|id| redact(&id, secret.as_deref()));
                    self.tell(
                        request,
                        attempt,
                        Step::Response {
                            status: incoming.status,
                            duration_ms: (host::now() - begin).max(0.0),
                            request_id: request_id.as_deref(),
                        },
                    );
                    if is_success(incoming.status) {
                        return Ok(Good {
                            incoming,
                            secret,
                            attempts: attempt,
                        });
                    }
                    refused(&incoming, secret.as_deref(), request_id)
                }
                Err(Lost::Stopped(Stop::Aborted(reason))) => return Err(Failure(reason)),
                Err(Lost::Stopped(Stop::TimedOut)) => Failed::new(
                    Outcome::Lost,
                    DomoError::new(
                        Code::Timeout,
                        [
                            "No whole answer within ",
                            &digits(u64::from(self.timeout_ms())),
                            " ms: try again, or give more time with timeoutMs",
                        ]
                        .concat(),
                    ),
                ),
                Err(Lost::Stopped(Stop::Thrown(thrown))) => unreachable(&thrown, secret.as_deref()),
                Err(Lost::Unusable(error)) => Failed::new(Outcome::Status(0), error),
            };
            failed.error.call = Some((request.verb(), request.path.clone()));
            failed.error.attempts = Some(attempt);
            let next = retry::next(
                failed.outcome,
                attempt,
                self.max_retries(),
                request.is_repeatable(),
                failed.error.retry_after_ms,
                Math::random(),
            );
            let Next::Wait(delay_ms) = next else {
                return Err(Failure(error_object(&failed.error, &failed.body, &failed.cause)));
            };
            let reason = &failed.error.message;
            self.tell(request, attempt, Step::Retry { delay_ms, reason });
            pause(&self.options.signal, delay_ms).await?;
            attempt = attempt.saturating_add(1);
        }
    }

    /// Tells whoever watches.
    pub fn tell(&self, request: &Request, attempt: u32, step: Step<'_>) {
        self.connection.tell(&RequestEvent {
            method: request.verb(),
            path: &request.path,
            attempt,
            step,
        });
    }

    async fn attempt(
        &self,
        request: &Request,
        body: Option<&JsValue>,
        attempt: u32,
        secret: &mut Option<String>,
    ) -> Result<Incoming, Lost> {
        let limit = Limit::start(&self.options.signal, self.timeout_ms());
        *secret = self.token(&limit).await?;
        self.tell(request, attempt, Step::Request);
        let outgoing = Outgoing {
            method: request.verb(),
            base: &self.connection.base,
            path: &request.path,
            headers: self.headers(secret.as_deref(), body.is_some()),
            body,
        };
        let transport = &self.connection.transport;
        let asked = transport
            .ask(&outgoing, &limit, self.timeout_ms())
            .map_err(Lost::Unusable)?;
        let mut reply = transport.read(limit.wait_for(asked).await)?;
        if let Some(response) = reply.response {
            if self.as_it_comes && is_success(reply.incoming.status) {
                reply.incoming.reader = fetch_reader(&response);
            }
            if reply.incoming.reader.is_some() {
                return Ok(reply.incoming);
            }
            let text = host::call_method(&response, "text", &js_sys::Array::new());
            let text = limit.wait_for(text).await?;
            if !text.is_string() {
                return Err(no_answer("a Response whose text() is a text", &text));
            }
            reply.incoming.body = Body(text);
        }
        Ok(reply.incoming)
    }

    async fn token(&self, limit: &Limit) -> Result<Option<String>, Lost> {
        let asked = match &self.connection.token {
            Token::None => return Ok(None),
            Token::Fixed(token) => return Ok(Some(token.clone())),
            Token::Asked(function) => host::call(function, &JsValue::UNDEFINED, &js_sys::Array::new()),
        };
        let checked = match limit.wait_for(asked).await {
            Ok(answer) => match answer.as_string() {
                Some(text) => config::token(&text),
                None => Err("the function developerToken must answer a text, or a promise of one".to_owned()),
            },
            // Its message is not shown: whoever keeps tokens may quote them.
            Err(Stop::Thrown(_)) => Err(
                "the function developerToken threw or rejected; its own message is not shown, it could hold the token"
                    .to_owned(),
            ),
            Err(stop) => return Err(stop.into()),
        };
        checked
            .map(Some)
            .map_err(|fault| Lost::Unusable(DomoError::config(fault)))
    }

    /// As a plain object: ours, then the configuration's, then the call's own: a later one replaces an earlier one, whatever its case.
    fn headers(&self, token: Option<&str>, has_body: bool) -> Object {
        let stays = !has_body && self.options.headers.is_empty() && !matches!(self.connection.token, Token::Asked(_));
        if !stays {
            return self.fresh_headers(token, has_body);
        }
        let plain = self
            .connection
            .plain_headers
            .get_or_init(|| self.fresh_headers(token, false));
        Object::assign(&Object::new(), plain) // whoever is given it may change it
    }

    fn fresh_headers(&self, token: Option<&str>, has_body: bool) -> Object {
        let mut all: Vec<(String, String)> = vec![("Accept".to_owned(), "application/json".to_owned())];
        if has_body {
            all.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        for (name, value) in self.connection.headers.iter().chain(&self.options.headers) {
            all.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            all.push((name.clone(), value.clone()));
        }
        if let Some(token) = token {
            all.push((config::TOKEN_HEADER.to_owned(), token.to_owned()));
        }
        // A plain object, which every host takes; setting a field of our own fresh object cannot fail.
        let object = Object::new();
        for (name, value) in &all {
            let _ = Reflect::set(&object, &name.into(), &value.into());
        }
        object
    }
}

/// How an attempt failed, for the policy and for the caller.
struct Failed {
    outcome: Outcome,
    error: DomoError,
    body: JsValue,
    cause: JsValue,
}

impl Failed {
    fn new(outcome: Outcome, error: DomoError) -> Self {
        Self {
            outcome,
            error,
            body: JsValue::UNDEFINED,
            cause: JsValue::UNDEFINED,
        }
    }
}

/// An answer outside 2xx.
fn refused(incoming: &Incoming, secret: Option<&str>, request_id: Option<String>) -> Failed {
    let text = incoming.body.beginning(secret);
    let json = host::parse(&JsValue::from_str(&text)).ok();
    let mut error = answer::error(&Answer {
        status: incoming.status,
        body: &text,
        json: json.as_ref().and_then(input::read).unwrap_or_default(),
        with_token: secret.is_some(),
    });
    error.request_id = request_id;
    error.retry_after_ms = incoming
        .header("retry-after")
        .and_then(|header| retry_after_ms(&header));
    let mut failed = Failed::new(Outcome::Status(incoming.status), error);
    failed.body = match json {
        Some(json) => json,
        None if text.is_empty() => JsValue::UNDEFINED,
        None => JsValue::from_str(&text),
    };
    failed
}

fn unreachable(thrown: &JsValue, secret: Option<&str>) -> Failed {
    let words = redact(&describe(thrown), secret);
    let error = DomoError::new(
        Code::Network,
        [
            "The instance could not be reached (",
            &excerpt(words.trim(), 200),
            "): check its name, the network and what stands between",
        ]
        .concat(),
    );
    let mut failed = Failed::new(Outcome::Lost, error);
    failed.cause = clean_cause(thrown, secret);
    failed
}

/// `Retry-After`, in seconds or as a date.
fn retry_after_ms(header: &str) -> Option<f64> {
    retry::retry_after_seconds(header).or_else(|| host::date(header).map(|at| (at - host::now()).max(0.0)))
}
