//! The JavaScript layer: exports, conversions and calls into the host.
//!
//! A request passes through these modules in this order:
//!
//! 1. [`users`] and [`instance`] export the functions; [`input`], [`option_reader`] and [`connection`] read and check the arguments.
//! 2. [`endpoint`] knows each endpoint: what is sent, and what its response becomes.
//! 3. [`context`] holds what all attempts of a call share; [`sending`] makes them and waits between them; [`attempt`] makes one. [`wait`] waits for
//!    the host, a time limit or an abort, whichever comes first; `transport` sends.
//! 4. [`response`] reads a successful response, [`failure`] becomes the error of the caller. [`create`] decides with a [`look_up`] whether a create
//!    without a response happened.
//!
//! A [`task`] runs each call in its own async context. Only [`host`] touches JavaScript values.

#[cfg(feature = "directory")]
pub mod apply;
pub mod attempt;
pub mod connection;
pub mod context;
pub mod create;
#[cfg(feature = "directory")]
pub mod directory;
pub mod endpoint;
pub mod failure;
pub mod host;
pub mod input;
#[cfg(feature = "client")]
pub mod instance;
pub mod look_up;
pub mod option_reader;
mod panic_hook;
pub mod response;
mod secrets;
pub mod sending;
pub mod task;
mod transport;
#[cfg(feature = "client")]
pub mod users;
pub mod wait;
