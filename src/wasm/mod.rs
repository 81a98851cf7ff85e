//! The JavaScript layer: exports, conversions, calls into the host, and the order of the requests of a call.
//!
//! This layer does not decide what a response or a failure means: that is in `http`, `client` and `apply`. Some orders of requests stand here until the client
//! moves behind a `Host` trait, such as the second form of an update, and the list of all users after a search.
//!
//! A call passes through these modules in this order:
//!
//! 1. [`exports`] are the functions that JavaScript calls. [`options`] and [`json_body`] check and copy their arguments; [`promise`] returns the promise of
//!    the result, and a [`task`] runs the call in its own async context.
//! 2. [`client`] has a module for each endpoint. It sends requests with retries, and checks their responses.
//! 3. `transport` sends one request by `fetch`, axios or Code Engine. [`wait`] waits for the host, a time limit or an abort signal, whichever comes first.
//! 4. [`errors`] creates the `DomoError` of the caller, without the tokens that `redaction` knows.
//!
//! [`streams`] reads the response of Get All Users as it arrives, [`directory`] compares it with the desired users, and [`mod@apply`] carries plans out.
//! [`convert`] converts values; only [`host`] touches values of callers and hosts.

#[cfg(feature = "directory")]
pub mod apply;
pub mod client;
pub mod convert;
#[cfg(feature = "directory")]
pub mod directory;
pub mod errors;
pub mod exports;
pub mod host;
pub mod json_body;
pub mod options;
mod panic_hook;
pub mod promise;
mod redaction;
#[cfg(feature = "directory")]
pub mod streams;
pub mod task;
pub mod transport;
pub mod wait;
