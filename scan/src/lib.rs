//! The work that is done on every byte of a directory: reads and writes JSON and CSV, stores rows in little memory, and
//! compares rows with users.
//!
//! The crate is compiled for speed; the rest of the package is compiled for size. It knows nothing of Domo's API or of
//! JavaScript.
//!
//! - [`json`]: [`user_splitter`](json::user_splitter) finds whole users in the chunks of a response body.
//!   [`field_extractor`](json::field_extractor) finds the fields of a user; [`shape_cache`](json::shape_cache) remembers
//!   the JSON between the values of earlier users, so that most users are compared instead of parsed.
//! - [`csv`]: [`reader`](csv::reader) splits a file into records and cells, [`plain_rows`](csv::plain_rows) stores the
//!   records that need no closer check, and [`writer`](csv::writer) writes users as CSV.
//! - [`rows`]: [`store`](rows::store) keeps the rows, [`row`](rows::row) decodes one of them,
//!   [`key_index`](rows::key_index) finds a row by its key, and [`compare`](rows::compare) compares a row with a user.
//! - [`email`], [`names`] and [`damage`] know what people write, and [`iso_date`] writes dates for them.
//!
//! All of them look at sixteen bytes at a time with [`simd`], and compare and hash strings as 8-byte words with
//! [`strings`].

#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub use domo_users_words::{case, damage, email, iso_date, names, utf8_check};

pub mod columns;
pub mod csv;
pub mod fold;
pub mod interner;
pub mod json;
pub mod number;
pub mod rows;
pub mod simd;
pub mod strings;
