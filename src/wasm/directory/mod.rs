//! Plans changes to a whole instance: [`options`] checks the options, `desired` reads the desired users, and [`plan`] compares them with the instance.
//! `rejected_rows` copies rows of the users' file that failed.

mod desired;
pub mod options;
pub mod plan;
#[cfg(feature = "streams")]
pub mod rejected_rows;
