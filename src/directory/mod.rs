//! Plans: the changes that make the users of an instance match a list of desired users.
//!
//! [`desired`] reads the list, CSV or objects, into rows, and collects the errors of the list. [`plan`] compares the rows with the users of the instance, one
//! user at a time, and writes the changes. [`mod@column`] maps a column to a field of a user; [`key_match`] finds the key of the instance that a header means,
//! and [`suggest`] the known name that is nearest to an unknown one. [`affected_rows`] describes rows in warnings. `export_columns` checks the columns of an
//! export, and `manager_addresses` finds the addresses that it writes in place of ids. `rejected_rows`
//! copies rows of a file that failed. The crate `domo-users-scan` has all code that reads every byte of a directory.

pub mod affected_rows;
pub mod column;
pub mod desired;
#[cfg(feature = "streams")]
pub mod export_columns;
pub mod key_match;
#[cfg(feature = "streams")]
pub mod manager_addresses;
pub mod plan;
#[cfg(feature = "streams")]
pub mod rejected_rows;
pub mod suggest;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
