//! Plans changes to a whole instance: [`options`] checks the options, `desired` reads the desired users, and [`plan`] compares them with the instance.

mod desired;
pub mod options;
pub mod plan;
