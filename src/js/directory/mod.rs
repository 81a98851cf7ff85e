//! The whole directory as JavaScript asks for it: [`search`], and Get All Users, read as its body arrives.
//!
//! [`source`] waits for the pieces of a body, [`reading`] makes the attempts and finds whole users, [`pieces`] keeps what is
//! being read between two calls.

pub mod csv;
pub mod pieces;
pub mod plan;
pub mod reading;
pub mod search;
pub mod source;
pub mod users;
