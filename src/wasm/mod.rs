//! The JavaScript layer: exports, conversions and calls into the host. It decides nothing about requests and users.
//!
//! A call passes through these modules in this order:
//!
//! 1. [`exports`] are the functions that JavaScript calls. [`options`] and [`json_body`] check and copy their arguments; [`promise`] returns the promise of
//!    the result, and a [`task`] runs the call in its own async context.
//! 2. [`client`] has a module for each endpoint. It sends requests with retries, and checks their responses.
//! 3. `transport` sends one request by what the host offers. [`wait`] waits for the host, a time limit or an abort signal, whichever comes first.
//! 4. [`errors`] become the `DomoError` of the caller, without the tokens that `redaction` knows.
//!
//! [`streams`] read Get All Users as its body arrives, [`directory`] plans with them, and [`mod@apply`] carries plans out. [`convert`] converts values; only
//! [`host`] touches what callers and hosts pass in.

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
