//! The work on every byte of a directory: it reads and writes JSON and CSV, stores rows in little memory, and compares them.
//!
//! It is a crate of its own because it is compiled for speed, and all else for size. It knows nothing of Domo's API or of JavaScript.
//! [`user_splitter`] finds whole users in chunks of a body; [`field_extractor`] finds the fields of a user, with the help of what [`shape_cache`] learned
//! from the users before. [`csv_write`] writes users as CSV, [`csv_read`] reads records, [`plain`] takes the records that need no closer look. [`rows`]
//! stores rows, [`row`] reads one back, [`keys`] finds a row by its key, [`compare`] compares a row with a user. [`email`], [`names`] and [`damage`] know
//! what people write. Values are read by [`json`], [`text`], [`number`], [`fold`] and [`escapes`]. All of them look at sixteen bytes at a time with
//! [`block`].

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub use domo_users_words::{damage, email, names};

pub mod block;
pub mod columns;
pub mod compare;
pub mod csv_read;
pub mod csv_write;
pub mod escapes;
pub mod field_extractor;
pub mod fold;
pub mod interner;
pub mod json;
pub mod keys;
mod nesting;
pub mod number;
pub mod plain;
pub mod row;
pub mod rows;
pub mod shape_cache;
pub mod text;
pub mod user_splitter;
