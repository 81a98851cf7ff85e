//! Plans: the desired users, and the changes that make an instance match them.
//!
//! [`csv_rows`] and [`objects`] read the desired users into a [`desired`] state: [`header`] names the columns, [`raw_cell`] checks each cell, [`doubt`]
//! notes damaged ones. [`plan`] compares it with the users of the instance, where [`alike`] knows which values need no change; [`known_columns`] refuses
//! unknown columns, [`conflicts`] finds rows that contradict each other or the instance, [`diff_store`] keeps the differences, and [`change`] writes
//! them. The work on single bytes is in the crate `domo-users-scan`.

pub mod alike;
pub mod change;
pub mod conflicts;
pub mod csv_rows;
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
