//! Plans for people: [`mod@format`] writes a plan as text, [`undo`] makes the plan that undoes it. [`person`] names users.

pub mod format;
pub mod person;
pub mod undo;
