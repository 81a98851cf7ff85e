//! Domo user management for every JavaScript runtime.
//!
//! A request passes from the typings (`pkg-template/index.d.ts`) through [`wasm`], which converts values and talks to the host, to the transport.
//! The decisions are in the other modules, which know nothing of JavaScript: what a configuration and a user may hold ([`config`], [`user`]), what is
//! sent ([`http::request`], [`client::search`]), what a response means ([`http::error_response`], [`client`]), whether it is sent again ([`http::retry`]).
//! [`directory`] plans changes to a whole instance, [`apply`] schedules them.

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

/// Half the size of the standard allocator, and as quick for long-lived directories as for single calls.
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
pub mod http;
pub mod panic_report;
pub mod redact;
pub mod text;
pub mod user;
pub mod validation;
pub mod value;
pub mod wasm;
