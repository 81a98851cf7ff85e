//! Domo user management for every JavaScript runtime.
//!
//! A call travels: typings (`pkg-template/index.d.ts`) → [`wasm`] (conversions only) → [`request`] → transport
//! (`wasm::transport`) → [`answer`]. All thinking is in the pure modules, which know nothing of JavaScript.

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
