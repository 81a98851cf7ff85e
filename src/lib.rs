//! Domo user management for every JavaScript runtime.
//!
//! A call passes through the folders in this order:
//!
//! 1. [`wasm`] is the JavaScript layer: exported functions, conversions, transports. It sends requests and waits; it decides nothing about them.
//! 2. [`config`] checks a configuration, [`user`] a user, and [`validation`] collects all errors of an argument.
//! 3. [`client`] builds what an endpoint sends, and compares it with what the response proves.
//! 4. [`http`] is what all requests share: the request itself, the meaning of an error response, retries and events.
//! 5. [`directory`] compares the desired users with a whole instance; [`apply`] orders the changes, and knows which of them an earlier run has done.
//!
//! A JSON value is a [`value::Value`] everywhere outside of [`wasm`]. An [`error::DomoError`] never holds a token: [`redact`] removes tokens, and
//! [`mod@excerpt`] shows foreign strings in messages. The crate `domo-users-scan` does the work on every byte of a directory.

// Clippy's switches for tests (clippy.toml) do not see the tests of this crate, which are not compiled for wasm.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

/// Has half the size of the standard allocator, and is as fast.
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
pub mod panic_report;
pub mod redact;
pub mod user;
pub mod validation;
pub mod value;
pub mod wasm;
