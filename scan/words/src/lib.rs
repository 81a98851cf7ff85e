//! What people write: e-mail addresses with something around them, names of columns in any spelling, values that a
//! spreadsheet damaged; files that are no CSV; and dates that people read.
//!
//! The crate is compiled for size, unlike `domo-users-scan` beside it: few cells of a file ever get here. It works on
//! `char`s with the standard library; nothing in it is tuned for speed, except that a string without anything unusual
//! is returned at once.

#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod case;
pub mod damage;
pub mod email;
pub mod file_start;
pub mod iso_date;
pub mod names;
pub mod utf8_check;
