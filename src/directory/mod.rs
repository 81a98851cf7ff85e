//! The whole directory of an instance, read from the bytes of Get All Users as they arrive.
//!
//! [`frame`] finds whole users in pieces of a body, [`person`] finds the fields of one, [`csv_write`] writes them.
//! [`csv_read`] and [`objects`] read what is desired into [`rows`], [`plan`] compares the two and [`change`] tells of it.
//! All of them look at sixteen bytes at a time through [`block`], and know of JSON what [`json`] knows.

pub mod block;
pub mod bytes;
pub mod change;
pub mod columns;
pub mod compare;
pub mod csv_read;
pub mod csv_rows;
pub mod csv_write;
pub mod desired;
pub mod frame;
pub mod json;
pub mod listed;
pub mod managers;
pub mod objects;
pub mod person;
pub mod plan;
pub mod rows;
