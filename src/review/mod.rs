//! Plans for people: [`mod@format`] writes a plan as text. [`undo`] makes the plan that undoes it, by the [`outcome`] of each change, with [`losses`] as its
//! warnings. [`undo_values`] are the values that the undo sends.
//! [`person`] and [`names`] name users.

pub mod format;
pub mod losses;
pub mod names;
pub mod outcome;
pub mod person;
pub mod undo;
pub mod undo_values;
