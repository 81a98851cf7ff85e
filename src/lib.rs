//! Domo user management for every JavaScript runtime.
//!
//! A request passes from the typings (`pkg-template/index.d.ts`) through [`wasm`], which converts values and talks to the host, to the transport.
//! The decisions are in the other modules, which know nothing of JavaScript: what a configuration and a user may hold ([`config`], [`user`]), what is
//! sent ([`request`], [`search`]), what a response means ([`response_error`], [`update_check`], [`mod@create`]), whether it is sent again ([`retry`]).
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
pub mod code_engine;
pub mod config;
pub mod create;
pub mod date;
#[cfg(feature = "directory")]
pub mod directory;
pub mod error;
pub mod event;
pub mod panic_report;
pub mod parts;
pub mod request;
pub mod response_error;
pub mod retry;
pub mod search;
pub mod text;
pub mod update_check;
pub mod user;
pub mod validation;
pub mod value;
pub mod wasm;
