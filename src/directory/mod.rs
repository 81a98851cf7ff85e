//! The whole directory of an instance: what is desired, and what it would take.
//!
//! [`csv_rows`] and [`objects`] read what is desired, by its [`header`] and what each cell has [`said`], into [`desired`]; [`plan`] compares it
//! with the instance, [`conflicts`] finds what cannot be, [`pool`] keeps what differs, and [`change`] tells of it.
//! What is done to every byte is in a crate of its own, built for speed.

pub use domo_users_scan::{
    columns, compare, csv_read, csv_write, escapes, field_extractor, interner, json, keys, plain, rows, user_splitter,
};

pub mod alike;
pub mod change;
pub mod conflicts;
pub mod csv_rows;
pub mod date;
pub mod desired;
pub mod diff_store;
pub mod doubt;
pub mod header;
pub mod known_columns;
pub mod managers;
pub mod objects;
pub mod plan;
pub mod raw_cell;
pub mod row_errors;
pub mod suggest;
pub mod warnings;
