//! The work on every byte of a directory: it reads and writes JSON and CSV, stores rows in little memory, and compares them.
//!
//! It is a crate of its own because it is compiled for speed, and all else for size. It knows nothing of Domo's API or of JavaScript.
//! [`json::user_splitter`] finds whole users in chunks of a body; [`json::field_extractor`] finds the fields of a user, with the help of what [`json::shape_cache`] learned
//! from the users before. [`csv::write`] writes users as CSV, [`csv::read`] reads records, [`csv::plain`] takes the records that need no closer look. [`rows`]
//! stores rows, [`rows::row`] reads one back, [`rows::keys`] finds a row by its key, [`rows::compare`] compares a row with a user. [`email`], [`names`] and [`damage`] know
//! what people write. Values are read by [`json`], [`strings`], [`number`], [`fold`] and [`json::escapes`]. All of them look at sixteen bytes at a time with
//! [`simd`].

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

pub mod columns;
pub mod csv;
pub mod fold;
pub mod interner;
pub mod json;
pub mod number;
pub mod rows;
pub mod simd;
pub mod strings;
