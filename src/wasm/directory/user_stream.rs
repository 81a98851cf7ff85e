//! Get All Users, read as it arrives: opened with retries, cut into whole users, and told where it broke off.

use core::ops::Range;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::http::error_response::unexpected;
use crate::http::event::EventKind;
use crate::http::request::Request;
use crate::http::retry;
use crate::http::retry::AttemptOutcome;
use crate::text::{count, digits, excerpt, join, redact};
use crate::wasm::context::RequestContext;
use crate::wasm::directory::byte_source::ByteSource;
use crate::wasm::failure::{Failed, Failure, said};
use crate::wasm::host;
use crate::wasm::input::parts;
use crate::wasm::wait::{Signal, WaitError, pause};
use domo_users_scan::json::user_splitter::{FoundUser, UserSplitter};

/// So much of a body is kept for the sentence about one that is none.
const BEGINNING: usize = 200;
/// So much of it tells what it is.
const ENOUGH: usize = 64;

/// One reading of Get All Users.
pub struct UserStream {
    caller: RequestContext,
    request: Request,
    opened: Option<Opened>,
    attempt: u32,
    frame: UserSplitter,
    /// How many were found.
    users: u64,
    beginning: Vec<u8>,
    over: bool,
}

struct Opened {
    source: ByteSource,
    secret: Option<Rc<str>>,
    status: u16,
    request_id: Option<String>,
}

impl UserStream {
    /// Checks the arguments; nothing is sent before the first users are asked for. `parts` are what is asked for where the options name none.
    pub fn new(domo: &JsValue, options: &JsValue, default_parts: Option<&str>) -> Result<Self, Failure> {
        let mut caller = RequestContext::new(domo, options)?;
        caller.stream_body = true;
        let parts = parts(options)?;
        Ok(Self {
            request: Request::get_users(parts.as_deref().or(default_parts)),
            caller,
            opened: None,
            attempt: 1,
            frame: UserSplitter::default(),
            users: 0,
            beginning: Vec::new(),
            over: false,
        })
    }

    /// The same, given up as soon as `left` is aborted.
    #[must_use]
    pub fn until(mut self, left: &JsValue) -> Self {
        self.caller.options.signal = self.caller.options.signal.or(left);
        self
    }

    /// Reads on by a step, behind which there may be whole users; `false` at the end.
    pub async fn more(&mut self) -> Result<bool, Failure> {
        if !self.over
            && let Err(failure) = self.read().await
        {
            self.stop();
            return Err(failure);
        }
        Ok(!self.over)
    }

    /// The next whole user in what was read, up to the next step: its place, and whether it is `read` already, as [`UserSplitter::next_user`] says.
    #[inline(always)]
    pub fn user(&mut self, read: impl FnOnce(&[u8], usize) -> Option<usize>) -> Option<(Range<usize>, bool)> {
        let FoundUser { range, is_read } = self.frame.next_user(read)?;
        self.users = self.users.wrapping_add(1);
        Some((range, is_read))
    }

    /// What was read and not gone over, with the users in it.
    pub fn bytes(&self) -> &[u8] {
        self.frame.bytes()
    }

    /// Where one of the users turns out to be none.
    pub fn not_json(&self, user: Range<usize>) -> Failure {
        let user = self.frame.bytes().get(user).unwrap_or_default();
        let message = join(&["A user in the answer is not valid JSON: ", &self.shown(user)]);
        let mut error = DomoError::new(Code::BadResponse, message);
        self.complete(&mut error);
        error.into()
    }

    /// The caller's signal.
    pub fn signal(&self) -> &Signal {
        &self.caller.options.signal
    }

    /// How many users came.
    pub fn users(&self) -> u64 {
        self.users
    }

    /// The reader of the body that is being read; `undefined` where there is none.
    pub fn reader(&self) -> JsValue {
        self.opened
            .as_ref()
            .map_or(JsValue::UNDEFINED, |opened| opened.source.reader())
    }

    /// Reads all users once more, with a new request.
    pub fn start_again(&mut self) {
        self.stop();
        self.over = false;
        self.attempt = 1;
        self.frame = UserSplitter::default();
        self.users = 0;
        self.beginning.clear();
    }

    /// Gives up the rest.
    pub fn stop(&mut self) {
        self.over = true;
        if let Some(opened) = self.opened.take() {
            opened.source.cancel();
        }
    }

    /// One step: opens the body, or reads a piece of it.
    async fn read(&mut self) -> Result<(), Failure> {
        let Some(opened) = &mut self.opened else {
            return self.open().await;
        };
        // What came whole before a fault was given out. The sentence about it needs to know how it begins.
        if self.frame.unexpected().is_some() && (self.users > 0 || self.beginning.len() >= ENOUGH) {
            return Err(self.not_as_promised());
        }
        let piece = match opened.source.next().await {
            Ok(Some(piece)) => piece,
            Ok(None) if self.frame.is_complete() => {
                self.over = true;
                return Ok(());
            }
            Ok(None) => return Err(self.not_as_promised()),
            Err(WaitError::Aborted(reason)) => return Err(Failure::Aborted(reason)),
            Err(stop) => return self.lost(stop).await,
        };
        let room = self.frame.input();
        let old = room.len();
        piece.append_to(room);
        if self.beginning.len() < BEGINNING {
            self.beginning.extend(room.iter().skip(old).take(BEGINNING));
        }
        Ok(())
    }

    async fn open(&mut self) -> Result<(), Failure> {
        let good = self.caller.send_from(&self.request, None, self.attempt).await?;
        self.attempt = good.attempts;
        self.opened = Some(Opened {
            source: ByteSource::of(&good, &self.caller.options.signal, self.caller.timeout_ms()),
            status: good.incoming.status,
            request_id: good.incoming.request_id(good.secret.as_deref()),
            secret: good.secret,
        });
        Ok(())
    }

    /// The body broke off: tried again as any GET where no user was given out yet, else told.
    async fn lost(&mut self, stop: WaitError) -> Result<(), Failure> {
        let secret = self.opened.as_ref().and_then(|opened| opened.secret.clone());
        let mut failed = match &stop {
            WaitError::Thrown(thrown) => {
                let (words, cause, _) = said(thrown, secret.as_deref());
                let message = join(&["The body broke off (", &words, ")", &self.after()]);
                let mut failed = Failed::from(DomoError::new(Code::Network, message));
                failed.cause = cause;
                failed
            }
            _ => {
                let limit = digits(u64::from(self.caller.timeout_ms()));
                let message = [
                    "Nothing more of the body came within ",
                    &limit,
                    " ms",
                    &self.after(),
                    ": try again, or give more time with timeoutMs",
                ];
                DomoError::new(Code::Timeout, join(&message)).into()
            }
        };
        self.complete(&mut failed.error);
        let lost = retry::FailedAttempt {
            outcome: AttemptOutcome::NoResponse,
            attempt: self.attempt,
            max_retries: self.caller.max_retries(),
            idempotent: self.users == 0,
            retry_after_ms: None,
            can_wait: host::has("setTimeout"),
            random: host::random(),
            run: None,
        };
        let Some(delay_ms) = retry::retry_delay(&lost) else {
            return Err(failed.into());
        };
        if let Some(opened) = self.opened.take() {
            opened.source.cancel();
        }
        self.frame = UserSplitter::default();
        self.beginning.clear();
        let reason = &failed.error.message;
        self.caller
            .tell(&self.request, self.attempt, EventKind::Retry { delay_ms, reason });
        pause(&self.caller.options.signal, delay_ms).await?;
        self.attempt = self.attempt.saturating_add(1);
        Ok(())
    }

    fn not_as_promised(&self) -> Failure {
        let broken = self.frame.unexpected();
        let fault = match broken {
            Some(_) => "it is not valid JSON of that shape",
            None => "it ends too early",
        };
        let mut error = match self.users {
            0 => unexpected(&self.shown(&self.beginning), &join(&["{users: [user, …]}; ", fault])),
            _ => {
                let got = broken.map(|rest| join(&["; got ", &self.shown(rest)]));
                let message = [
                    "The body is not what the endpoint promises: ",
                    fault,
                    &self.after(),
                    &got.unwrap_or_default(),
                ];
                DomoError::new(Code::BadResponse, join(&message))
            }
        };
        self.complete(&mut error);
        error.into()
    }

    /// The beginning of some bytes of the body, without the secret.
    fn shown(&self, bytes: &[u8]) -> String {
        let bytes = bytes.get(..BEGINNING).unwrap_or(bytes);
        let secret = self.opened.as_ref().and_then(|opened| opened.secret.as_deref());
        excerpt(&redact(&String::from_utf8_lossy(bytes), secret), 120)
    }

    fn after(&self) -> String {
        match self.users {
            0 => String::new(),
            users => join(&[", after ", &count(users, "whole user")]),
        }
    }

    fn complete(&self, error: &mut DomoError) {
        error.call = Some(self.request.call());
        error.attempts = Some(self.attempt);
        if let Some(opened) = &self.opened {
            error.status = Some(opened.status).filter(|_| error.code == Code::BadResponse);
            error.request_id.clone_from(&opened.request_id);
        }
    }
}
