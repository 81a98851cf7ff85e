//! What people write: e-mail addresses with something around them, names of columns in any spelling, values that a spreadsheet damaged.
//!
//! A crate beside `domo-users-scan` because it is compiled for size: few cells ever need it.

#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod damage;
pub mod email;
pub mod names;
