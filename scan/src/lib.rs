//! What is done to every byte of a directory: read as JSON, written and read as CSV, kept small, compared.
//!
//! A crate of its own, so that it alone is built for speed and all else for size. It knows nothing of Domo's calls, nor of JavaScript.
//! [`frame`] finds whole users in pieces of a body, [`person`] finds the fields of one, by what [`layout`] learned from those before,
//! [`csv_write`] writes them; [`csv_read`] reads records, [`plain`] takes those that are as nearly all are, [`rows`] keeps them and [`row`] reads
//! one back, [`keys`] finds and [`compare`] compares them. Values are read by [`json`], [`text`], [`number`], [`fold`] and [`escapes`]. All look
//! at sixteen bytes at a time through [`block`].

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod block;
pub mod columns;
pub mod compare;
pub mod csv_read;
pub mod csv_write;
pub mod damage;
pub mod email;
pub mod escapes;
pub mod field_extractor;
pub mod fold;
pub mod interner;
pub mod json;
pub mod keys;
pub mod layout;
pub mod names;
mod nesting;
pub mod number;
pub mod plain;
pub mod row;
pub mod rows;
pub mod text;
pub mod user_splitter;
