//! HTTP as the Domo API uses it: [`request`]s, what an [`error_response`] means, when a failed attempt is sent again ([`retry`]), and the [`event`]s about
//! it. [`code_engine`] finds the HTTP status in the failures of a host that hides it.

pub mod attempts;
pub mod code_engine;
pub mod error_response;
pub mod event;
pub mod html;
pub mod request;
pub mod retry;
