//! One attempt within its limit: the token, the headers, the host's answer.

use std::ops::ControlFlow::Continue;
use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use crate::config;
use crate::error::{Code, DomoError};
use crate::http::event::EventKind;
use crate::validation::InvalidValue;
use crate::wasm::connection::Token;
use crate::wasm::context::RequestContext;
use crate::wasm::failure::Failure;
use crate::wasm::sending::{Next, Sending, Stage};
use crate::wasm::transport::{HttpRequest, Lost};
use crate::wasm::wait;
use crate::wasm::wait::{WaitError, WaitResult, promised};
use crate::wasm::{host, secrets};

impl Sending<'_> {
    /// Asks the host once, as soon as the token is known.
    pub fn attempt(&mut self) -> Next {
        let caller = self.caller;
        if caller.connection.is_watched() {
            self.begun = host::ticks();
        }
        self.secret = None;
        self.timeout_ms = caller.attempt_ms();
        match &caller.connection.token {
            Token::None => self.ask(None),
            Token::Fixed(token) => self.ask(Some(Rc::clone(token))),
            Token::Function(function) => {
                let begun = host::ticks();
                let asked = host::call(function, &JsValue::UNDEFINED, &Array::new());
                match promised(asked, caller.backoff_signal(), self.timeout_ms) {
                    Ok(wait) => Continue((Stage::Token(begun), wait)),
                    Err(stop) => self.got_token(begun, Err(stop)),
                }
            }
        }
    }

    /// Asks the host with the token that the caller's function gave.
    pub fn got_token(&mut self, asked: f64, told: Result<WaitResult, WaitError>) -> Next {
        match token_of(told) {
            Ok(token) => {
                self.timeout_ms = wait::left(self.timeout_ms, host::ticks() - asked);
                self.ask(Some(token.into()))
            }
            // Nothing was sent this time.
            Err(Lost::Stopped(WaitError::Aborted(reason))) => self.ended(Failure::Aborted(reason)),
            Err(lost) => self.judge(Err(lost)),
        }
    }

    fn ask(&mut self, token: Option<Rc<str>>) -> Next {
        let caller = self.caller;
        self.secret = caller.learn(token.as_ref());
        self.tell(EventKind::Request);
        let outgoing = HttpRequest {
            method: self.request.method.as_str(),
            base: &caller.connection.base,
            path: &self.request.path,
            headers: caller.headers(token.as_deref(), self.body.is_some()),
            body: self.body.cloned().unwrap_or(JsValue::UNDEFINED),
            signal: &caller.options.signal,
            timeout_ms: self.timeout_ms,
            stream_body: caller.stream_body,
        };
        Continue((Stage::Response, caller.connection.transport.ask(&outgoing)))
    }
}

impl RequestContext {
    /// All tokens that are known, with this one.
    fn learn(&self, token: Option<&Rc<str>>) -> Option<Rc<str>> {
        let known = token.map(secrets::register);
        self.secrets.borrow_mut().clone_from(&known);
        known
    }

    /// As a plain object: ours, then the configuration's, then the call's own: a later one replaces an earlier one, whatever its case.
    fn headers(&self, token: Option<&str>, has_body: bool) -> Object {
        let stays = self.options.headers.is_empty() && !matches!(self.connection.token, Token::Function(_));
        if !stays {
            return self.fresh_headers(token, has_body);
        }
        let [plain, with_body] = &self.connection.known_headers;
        let known = if has_body { with_body } else { plain };
        known.get_or_init(|| self.fresh_headers(token, has_body)).clone()
    }

    fn fresh_headers(&self, token: Option<&str>, has_body: bool) -> Object {
        // A plain object, which every host takes.
        let all = Object::new();
        host::set_header(&all, "Accept", "application/json");
        if has_body {
            host::set_header(&all, "Content-Type", "application/json");
        }
        for &own in &[&self.connection.headers, &self.options.headers] {
            for (name, value) in own {
                host::set_header(&all, name, value);
            }
        }
        if let Some(token) = token {
            host::set_header(&all, config::TOKEN_HEADER, token);
        }
        all
    }
}

/// What the caller's own function gave as the token.
fn token_of(told: Result<WaitResult, WaitError>) -> Result<String, Lost> {
    let checked = match told {
        Ok(told) => match told.value.as_string() {
            Some(text) => config::token(&text),
            None => Err(InvalidValue::unquoted(
                "the function developerToken",
                "must return a string, or a promise of one",
            )),
        },
        // Its message is not shown: whoever keeps tokens may quote them.
        Err(WaitError::Thrown(_)) => Err(InvalidValue::unquoted(
            "the function developerToken",
            "threw or rejected; its message is not shown, because it could contain the token",
        )),
        Err(WaitError::TimedOut) => {
            let late = "The function developerToken returned no token within timeoutMs; nothing was sent";
            return Err(Lost::NotReached(DomoError::new(Code::Timeout, late)));
        }
        Err(stop) => return Err(stop.into()),
    };
    checked.map_err(|fault| Lost::Unsent(DomoError::config(fault)))
}
