//! CSV as bytes: records that are read, and users that are written.

pub mod names_by_id;
pub mod plain_rows;
pub mod reader;
mod record;
mod separator;
pub mod writer;
