//! HTTP as the Domo API uses it.
//!
//! [`request`] has the method and path of every request. [`error_response`] turns the status and the body of a response into an error. [`retry`] decides
//! whether a failed attempt is retried and after which delay; [`attempts`] counts the attempts of a request and ends them at the deadline of a run;
//! [`rate_limit`] decides when a run of changes that gets only 429 gives up. [`event`] has the events that `onEvent` receives. [`code_engine`] finds the
//! HTTP status in the failures of Code Engine, which has no field for it, and [`html`] recognises web pages.

pub mod attempts;
pub mod code_engine;
pub mod error_response;
pub mod event;
pub mod html;
pub mod rate_limit;
pub mod request;
pub mod retry;
