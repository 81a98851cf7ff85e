//! The JavaScript layer: conversions and host calls, no decisions.
//!
//! In the order a call passes through: [`users`] and [`instance`] export the functions, [`input`] and [`connection`]
//! take what the caller gave, [`endpoint`] knows what is promised, [`call`] makes the attempts within a [`limit`], `transport` talks, [`body`] and
//! [`failure`] turn what came into what the caller gets. [`host`] is how all of them touch JavaScript.

pub mod body;
pub mod call;
pub mod connection;
#[cfg(feature = "directory")]
pub mod directory;
pub mod endpoint;
pub mod failure;
pub mod host;
pub mod input;
pub mod instance;
pub mod limit;
mod transport;
pub mod users;
