//! The JavaScript layer: conversions and host calls, no decisions.
//!
//! In the order a call passes through: [`users`] and [`instance`] export the functions, [`input`], [`asked`] and [`connection`]
//! take what the caller gave, [`endpoint`] knows what is promised, [`call`] is [`sending`] each [`attempt`] within a [`limit`], `transport`
//! talks, [`answer`] and [`failure`] turn what came into what the caller gets; [`create`] settles what became of a create whose answer
//! was lost, with a [`look_up`]. A [`task`] runs each call in its own async context. [`host`] is how all of them touch JavaScript.

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
