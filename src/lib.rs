//! Domo user management for every JavaScript runtime.
//!
//! A call passes through the folders in this order:
//!
//! 1. [`wasm`] is the JavaScript layer: exported functions, conversions, transports. It sends requests and waits for their responses. What a response or a
//!    failure means is decided in the other folders.
//! 2. [`config`] checks a configuration, [`user`] a user, and [`validation`] collects all errors of an argument.
//! 3. [`client`] builds the bodies and queries of the endpoints, and decides what their responses show.
//! 4. [`http`] has what all requests share: methods and paths, the meaning of an error response, retries and events.
//! 5. [`directory`] compares the desired users with a whole instance; [`apply`] orders the changes, and knows which of them an earlier run has done.
//! 6. `review` writes a plan for people, and makes the plan that undoes it.
//!
//! A JSON value is a [`value::Value`] everywhere outside of [`wasm`]. An [`error::DomoError`] never holds a token: [`redact`] removes tokens, and
//! [`mod@excerpt`] shortens strings of callers and instances for messages. The crate `domo-users-scan` has all code that reads every byte of a directory.

// clippy.toml allows these in tests. Clippy does not recognise `cfg(all(test, not(target_arch = "wasm32")))` as a test, so they are allowed here too.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

/// The allocator. It is as fast as the standard one, and half as large.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(feature = "directory")]
pub mod apply;
pub mod client;
pub mod config;
#[cfg(feature = "directory")]
pub mod directory;
pub mod error;
pub mod excerpt;
pub mod http;
pub mod joined;
pub mod panic_report;
pub mod redact;
#[cfg(feature = "review")]
pub mod review;
pub mod user;
pub mod validation;
pub mod value;
pub mod wasm;
