//! A successful response, and what endpoints read from it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::error::{DomoError, RequestLine};
use crate::http::error_response::{ENDED_EARLY, has_ended_early, unexpected};
use crate::http::html::is_html;
use crate::redact::Redactor;
use crate::wasm::convert::{redacted_json, to_js};
use crate::wasm::host;
use crate::wasm::transport::message::{HttpResponse, LONGEST_ERROR_BODY};

/// A response with a status of 2xx.
pub struct Response {
    /// The response itself.
    pub http: HttpResponse,
    /// Removes the tokens that were sent.
    pub redactor: Redactor,
    /// The number of the attempt that it responds to; the first is 1.
    pub attempts: u32,
    /// The method and the path of the request.
    pub request: RequestLine,
}

/// A list of users.
pub struct UserPage {
    /// The users, all of them objects.
    pub users: Array,
    /// How many users a search has found in all, if the response has that number.
    pub count: Option<f64>,
}

impl Response {
    /// Returns the error for a response that is not what the endpoint returns; `promised` describes that.
    pub fn unexpected(&self, promised: &str) -> DomoError {
        let text = host::prefix(&self.http.body.0, LONGEST_ERROR_BODY);
        let redacted = redacted_json(&text, &self.redactor)
            .and_then(|json| host::to_json(&to_js(&json)))
            .map(|json| host::to_text(&json));
        let excerpt = redacted.unwrap_or_else(|| self.http.body.excerpt(&self.redactor));
        let mut error = unexpected(&excerpt, promised);
        // Only the beginning of a long body is read, and that never looks complete.
        if text.len() < LONGEST_ERROR_BODY as usize && has_ended_early(&text) {
            error.message.push_str(ENDED_EARLY);
        }
        self.complete(error)
    }

    /// Adds to an error what is known of the request and the response.
    pub fn complete(&self, mut error: DomoError) -> DomoError {
        error.status = Some(self.http.status);
        error.set_request(&self.request);
        error.attempts = Some(self.attempts);
        error.request_id = self.http.request_id(&self.redactor);
        error
    }

    /// Whether the body is a web page.
    pub fn is_html(&self) -> bool {
        is_html(&host::prefix(&self.http.body.0, 200))
    }

    /// Returns the body if it is a user.
    pub fn user(&self) -> Result<JsValue, DomoError> {
        self.http
            .body
            .json()
            .filter(host::is_user)
            .ok_or_else(|| self.unexpected("a user with its id"))
    }

    /// Returns `users` of the body.
    pub fn users(&self) -> Result<Array, DomoError> {
        self.user_page().map(|page| page.users)
    }

    /// Returns `users` and `count` of the body.
    pub fn user_page(&self) -> Result<UserPage, DomoError> {
        let body = &self.http.body;
        let json = body.json().unwrap_or_default();
        // A host that parses the body itself may return something that only looks like an array.
        let users = host::users(&json, !body.0.is_string());
        if users.is_undefined() {
            return Err(self.unexpected("{users: [user, …]}"));
        }
        Ok(UserPage {
            users: users.unchecked_into(),
            count: host::get(&json, "count").as_f64(),
        })
    }
}
