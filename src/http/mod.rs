//! HTTP as the Domo API uses it: [`request`]s, what an [`error_response`] means, when a failed attempt is retried ([`retry`]) and what
//! the [`attempts`] of a request come to, how long a run of changes waits for its [`rate_limit`], and the [`event`]s about all of it. [`code_engine`]
//! finds the HTTP status in the failures of a host that hides it, [`html`] recognises web pages.

pub mod attempts;
pub mod code_engine;
pub mod error_response;
pub mod event;
pub mod html;
pub mod rate_limit;
pub mod request;
pub mod retry;
