//! The whole directory as JavaScript asks for it: `search` and [`find`], and Get All Users, read as its body arrives.
//!
//! [`source`] waits for the pieces of a body, [`reading`] makes the attempts and finds whole users, `pieces` keeps what is
//! being read between two calls.

pub mod byte_source;
#[cfg(feature = "streams")]
pub mod csv;
pub mod find;
pub mod plan;
#[cfg(feature = "streams")]
pub mod search;
#[cfg(feature = "streams")]
pub mod stream_registry;
pub mod user_stream;
#[cfg(feature = "streams")]
pub mod users;
