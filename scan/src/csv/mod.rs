//! CSV in bytes: records that are read, and users that are written.

pub mod plain;
pub mod read;
pub mod write;
