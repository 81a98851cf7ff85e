//! One attempt within its limit: the token, the headers, the host's answer.

use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::call::Caller;
use super::connection::Token;
use super::limit::{self, Stop, wait_for};
use super::transport::{Incoming, Lost, Outgoing};
use super::{host, secrets};
use crate::config;
use crate::error::{Code, DomoError};
use crate::event::Step;
use crate::request::Request;

impl Caller {
    /// Asks the host once. `secret` learns the token as soon as it is known, and those of the attempts before.
    pub async fn attempt(
        &self,
        request: &Request,
        body: Option<&JsValue>,
        number: u32,
        secret: &mut Option<Rc<str>>,
    ) -> Result<Incoming, Lost> {
        let mut timeout_ms = self.attempt_ms();
        let signal = &self.options.signal;
        let token = match &self.connection.token {
            Token::None => None,
            Token::Fixed(token) => Some(Rc::clone(token)),
            Token::Asked(function) => {
                let begun = host::ticks();
                let asked = host::call(function, &JsValue::UNDEFINED, &Array::new());
                let token = answered(wait_for(asked, signal, timeout_ms).await)?;
                timeout_ms = limit::left(timeout_ms, host::ticks() - begun);
                Some(token.into())
            }
        };
        *secret = self.learn(token.as_ref());
        self.tell(request, number, Step::Request);
        let outgoing = Outgoing {
            method: request.verb(),
            base: &self.connection.base,
            path: &request.path,
            headers: self.headers(token.as_deref(), body.is_some()),
            body: body.cloned().unwrap_or(JsValue::UNDEFINED),
            signal,
            timeout_ms,
            as_it_comes: self.as_it_comes,
        };
        let transport = &self.connection.transport;
        transport.read(transport.ask(&outgoing).await)
    }

    /// All tokens that are known, with this one.
    fn learn(&self, token: Option<&Rc<str>>) -> Option<Rc<str>> {
        let known = token.map(secrets::learn);
        self.secrets.borrow_mut().clone_from(&known);
        known
    }

    /// As a plain object: ours, then the configuration's, then the call's own: a later one replaces an earlier one, whatever its case.
    fn headers(&self, token: Option<&str>, has_body: bool) -> Object {
        let stays = self.options.headers.is_empty() && !matches!(self.connection.token, Token::Asked(_));
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
        for own in [&self.connection.headers, &self.options.headers] {
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
fn answered(answer: Result<JsValue, Stop>) -> Result<String, Lost> {
    let checked = match answer {
        Ok(answer) => match answer.as_string() {
            Some(text) => config::token(&text),
            None => Err("the function developerToken must answer a text, or a promise of one".to_owned()),
        },
        // Its message is not shown: whoever keeps tokens may quote them.
        Err(Stop::Thrown(_)) => Err(
            "the function developerToken threw or rejected; its message is not shown, it could hold the token"
                .to_owned(),
        ),
        Err(Stop::TimedOut) => {
            let late = "The function developerToken gave no token within timeoutMs; nothing was sent";
            return Err(Lost::NotReached(DomoError::new(Code::Timeout, late)));
        }
        Err(stop) => return Err(stop.into()),
    };
    checked.map_err(|fault| Lost::Unsent(DomoError::config(fault)))
}
