//! The desired rows, stored in little memory, found by their keys, and compared with users.

pub mod cell;
pub mod compare;
mod encoding;
pub mod key_index;
pub mod row;
pub mod store;
