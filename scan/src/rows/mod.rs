//! The rows of a list, stored in little memory: found by their keys, and compared with users.

pub mod compare;
pub mod keys;
pub mod row;
pub mod store;
