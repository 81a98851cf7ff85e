//! Plans: the changes that make the users of an instance match a list of desired users.
//!
//! [`desired`] reads the list, CSV or objects, into rows and collects its errors. [`plan`] compares the rows with the users of the instance, one user
//! at a time, and writes the changes. [`mod@column`] knows which field of a user a column holds, [`suggest`] which known name an unknown one probably means.
//! The work on single bytes is in the crate `domo-users-scan`.

pub mod affected_rows;
pub mod column;
pub mod desired;
pub mod plan;
pub mod suggest;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
