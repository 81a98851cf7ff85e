//! Get All Users, read as it arrives: opened with retries, and split into whole users.

use core::ops::Range;

use wasm_bindgen::prelude::*;

use crate::client::parts::Parts;
use crate::error::{Code, DomoError};
use crate::excerpt::excerpt;
use crate::http::error_response::unexpected;
use crate::http::event::EventKind;
use crate::http::request::Request;
use crate::http::retry::{self, AttemptOutcome};
use crate::redact::Redactor;
use crate::wasm::client::context::RequestContext;
use crate::wasm::errors::{Error, FailedCall, HostError};
use crate::wasm::host;
use crate::wasm::options::parts;
use crate::wasm::streams::byte_source::ByteSource;
use crate::wasm::wait::{Signal, WaitError, sleep};
use domo_users_scan::json::field_extractor::FieldExtractor;
use domo_users_scan::json::user_splitter::{FoundUser, UserSplitter};

/// At least this many bytes of the beginning of a body are kept for an error message, if the body has them.
const BEGINNING: usize = 200;
/// This many bytes show what a body is.
const ENOUGH: usize = 64;

/// A stream of all users.
pub struct UserStream {
    /// The context of the call, also for requests beside the one for the users.
    pub context: RequestContext,
    /// The request for the users.
    pub request: Request,
    opened: Option<OpenedBody>,
    attempt: u32,
    splitter: UserSplitter,
    user_count: u64,
    /// The option `onRead`: called with the number of users that were read.
    pub on_read: Option<JsValue>,
    beginning: Vec<u8>,
    is_over: bool,
}

struct OpenedBody {
    source: ByteSource,
    redactor: Redactor,
    status: u16,
    request_id: Option<String>,
}

impl UserStream {
    /// Checks the arguments. Nothing is sent before the first users are read. `default_parts` is requested if the options have no `parts`.
    pub fn new(domo: &JsValue, options: &JsValue, default_parts: Option<Parts>) -> Result<Self, Error> {
        let context = RequestContext::new(domo, options)?;
        let parts = parts(options)?;
        Ok(Self {
            request: Request::get_users(parts.or(default_parts).as_ref()),
            context,
            opened: None,
            attempt: 1,
            splitter: UserSplitter::default(),
            user_count: 0,
            on_read: None,
            beginning: Vec::new(),
            is_over: false,
        })
    }

    /// Ends the stream at this time of the host's ticks.
    pub fn set_deadline(&mut self, deadline: f64) {
        self.context.deadline = deadline;
    }

    /// Returns the stream, which also ends when this signal is aborted.
    #[cfg(feature = "streams")]
    #[must_use]
    pub fn until(mut self, abandoned: &JsValue) -> Self {
        self.context.options.signal = self.context.options.signal.or(abandoned);
        self
    }

    /// Opens the body, or reads a chunk of it, which may complete users. Returns `false` at the end.
    pub async fn read_more(&mut self) -> Result<bool, Error> {
        self.notify_read();
        if !self.is_over
            && let Err(error) = self.read_step().await
        {
            self.stop();
            return Err(error);
        }
        Ok(!self.is_over)
    }

    /// Returns the next whole user of the bytes that were read. `read` may read the user on the way, as [`UserSplitter::next_user`] describes.
    #[inline(always)]
    pub fn next_user(&mut self, read: impl FnOnce(&[u8], usize) -> Option<usize>) -> Option<FoundUser> {
        let user = self.splitter.next_user(read)?;
        self.user_count = self.user_count.wrapping_add(1);
        Some(user)
    }

    /// Returns where the next whole user is.
    #[inline(never)] // not once for each caller
    pub fn next_range(&mut self) -> Option<Range<usize>> {
        Some(self.next_user(|_, _| None)?.range)
    }

    /// Returns the place of the next whole user, whose values `cells` has extracted, or the error if the user is not valid JSON.
    #[inline(never)]
    pub fn next_extracted(&mut self, cells: &mut FieldExtractor) -> Option<Result<Range<usize>, Error>> {
        let FoundUser { range, is_read } = self.next_user(|bytes, at| cells.extract_like_earlier(bytes, at))?;
        if is_read || cells.extract(self.bytes(), range.clone()).is_some() {
            return Some(Ok(range));
        }
        Some(Err(self.invalid_user(range)))
    }

    /// Returns the bytes in which users were found since the last read.
    pub fn bytes(&self) -> &[u8] {
        self.splitter.bytes()
    }

    /// Returns the error for a user that is not valid JSON.
    pub fn invalid_user(&self, user: Range<usize>) -> Error {
        let user = self.splitter.bytes().get(user).unwrap_or_default();
        let message = format!("A user in the response is not valid JSON: {}", self.excerpt(user));
        let mut error = DomoError::new(Code::BadResponse, message);
        self.complete(&mut error);
        error.into()
    }

    /// Returns the caller's signal.
    pub fn signal(&self) -> &Signal {
        &self.context.options.signal
    }

    /// Returns the reader of the body; `undefined` if there is none.
    #[cfg(feature = "streams")]
    pub fn reader(&self) -> JsValue {
        self.opened
            .as_ref()
            .map_or(JsValue::UNDEFINED, |opened| opened.source.reader())
    }

    /// Reads all users again, with a new request.
    pub fn restart(&mut self) {
        self.stop();
        self.is_over = false;
        self.attempt = 1;
        self.splitter = UserSplitter::default();
        self.user_count = 0;
        self.beginning.clear();
    }

    /// Ends the stream: the host need not fetch the rest of the body.
    pub fn stop(&mut self) {
        self.is_over = true;
        if let Some(opened) = self.opened.take() {
            opened.source.cancel();
        }
    }

    /// Tells `onRead` how many users were read, if any.
    fn notify_read(&self) {
        #[allow(clippy::cast_precision_loss)] // no instance has 2^53 users
        let users = self.user_count as f64;
        if let Some(on_read) = &self.on_read
            && users > 0.0
        {
            host::notify(on_read, &host::object(&[("users", users.into())]).into());
        }
    }

    async fn read_step(&mut self) -> Result<(), Error> {
        let Some(opened) = &mut self.opened else {
            return self.open().await;
        };
        // Users before an error in the body were handed out. The error message needs the beginning of the body.
        if self.splitter.unexpected().is_some() && (self.user_count > 0 || self.beginning.len() >= ENOUGH) {
            return Err(self.not_as_promised());
        }
        let chunk = match opened.source.next().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) if self.splitter.is_complete() => {
                self.is_over = true;
                return Ok(());
            }
            Ok(None) => return Err(self.not_as_promised()),
            Err(WaitError::Aborted(reason)) => return Err(Error::Aborted(reason)),
            Err(error) => return self.retry_interrupted_body(error).await,
        };
        let buffer = self.splitter.input();
        let length = buffer.len();
        chunk.append_to(buffer);
        if self.beginning.len() < BEGINNING {
            self.beginning.extend(buffer.iter().skip(length).take(BEGINNING));
        }
        Ok(())
    }

    async fn open(&mut self) -> Result<(), Error> {
        self.context.stream_body = true;
        let sent = self.context.send_from(&self.request, None, self.attempt).await;
        self.context.stream_body = false;
        let response = sent?;
        self.attempt = response.attempts;
        self.opened = Some(OpenedBody {
            source: ByteSource::of(&response, &self.context.options.signal, self.context.attempt_ms()),
            status: response.http.status,
            request_id: response.http.request_id(&response.redactor),
            redactor: response.redactor,
        });
        Ok(())
    }

    /// Waits to send the request again after the body broke off, if no user was handed out yet.
    ///
    /// # Errors
    /// The failure, if the request cannot be sent again.
    async fn retry_interrupted_body(&mut self, error: WaitError) -> Result<(), Error> {
        let failed = self.interrupted_body(&error);
        let attempt = retry::FailedAttempt {
            outcome: AttemptOutcome::NoResponse,
            attempt: self.attempt,
            max_retries: self.context.max_retries(),
            idempotent: self.user_count == 0,
            retry_after_ms: None,
            can_wait: host::has_timers(),
            random: host::random(),
            run: None,
        };
        let Some(delay_ms) = retry::retry_delay(&attempt) else {
            return Err(failed.into());
        };
        if let Some(opened) = self.opened.take() {
            opened.source.cancel();
        }
        self.splitter = UserSplitter::default();
        self.beginning.clear();
        let reason = &failed.error.message;
        self.context
            .notify(&self.request, self.attempt, EventKind::Retry { delay_ms, reason });
        sleep(&self.context.options.signal, delay_ms).await?;
        self.attempt = self.attempt.saturating_add(1);
        Ok(())
    }

    fn interrupted_body(&self, error: &WaitError) -> FailedCall {
        let after = self.after_users();
        let mut failed = match error {
            WaitError::Thrown(thrown) => {
                let HostError { message, cause, .. } = HostError::read(thrown, &self.redactor());
                let message = format!("The response ended early ({message}){after}");
                let mut failed = FailedCall::from(DomoError::new(Code::Network, message));
                failed.cause = cause;
                failed
            }
            WaitError::TimedOut | WaitError::Aborted(_) => {
                let limit_ms = self.context.timeout_ms();
                let message = format!(
                    "No more of the body arrived within {limit_ms} ms{after}: try again, or allow more time with timeoutMs"
                );
                DomoError::new(Code::Timeout, message).into()
            }
        };
        self.complete(&mut failed.error);
        failed
    }

    fn not_as_promised(&self) -> Error {
        let broken = self.splitter.unexpected();
        let problem = match broken {
            Some(_) => "it is not valid JSON of that shape",
            None => "the response ended early",
        };
        let mut error = match self.user_count {
            0 => unexpected(
                &self.excerpt(&self.beginning),
                &format!("{{users: [user, …]}}; {problem}"),
            ),
            _ => {
                let got = broken.map_or(String::new(), |rest| format!("; got {}", self.excerpt(rest)));
                let after = self.after_users();
                let message = format!("The body is not what the endpoint returns: {problem}{after}{got}");
                DomoError::new(Code::BadResponse, message)
            }
        };
        self.complete(&mut error);
        error.into()
    }

    fn redactor(&self) -> Redactor {
        self.opened
            .as_ref()
            .map(|opened| opened.redactor.clone())
            .unwrap_or_default()
    }

    fn excerpt(&self, bytes: &[u8]) -> String {
        let bytes = bytes.get(..BEGINNING).unwrap_or(bytes);
        excerpt(&self.redactor().redact(&String::from_utf8_lossy(bytes)), 120)
    }

    fn after_users(&self) -> String {
        match self.user_count {
            0 => String::new(),
            1 => ", after 1 whole user".to_owned(),
            count => format!(", after {count} whole users"),
        }
    }

    fn complete(&self, error: &mut DomoError) {
        error.set_request(&self.request.line());
        error.attempts = Some(self.attempt);
        if let Some(opened) = &self.opened {
            error.status = Some(opened.status).filter(|_| error.code == Code::BadResponse);
            error.request_id.clone_from(&opened.request_id);
        }
    }
}
