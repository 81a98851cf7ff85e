//! The whole directory as JavaScript asks for it: `search` and [`find`], and Get All Users, read as its body arrives.
//!
//! [`source`] waits for the pieces of a body, [`reading`] makes the attempts and finds whole users, `pieces` keeps what is
//! being read between two calls.

#[cfg(feature = "streams")]
pub mod csv;
pub mod find;
#[cfg(feature = "streams")]
pub mod pieces;
pub mod plan;
pub mod reading;
#[cfg(feature = "streams")]
pub mod search;
pub mod source;
#[cfg(feature = "streams")]
pub mod users;
