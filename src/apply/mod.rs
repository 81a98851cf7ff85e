//! Applying a plan: which step comes when, how many at a time, and what a journal remembers of an earlier run.
//!
//! A [`change`] is a create, an update or a delete; its [`steps`] are the calls it takes, in four phases; [`schedule`] says which change may
//! begin, [`adaptive_concurrency`] how many may be under way, and [`journal`] what was begun and what was done.

pub mod adaptive_concurrency;
pub mod change;
pub mod journal;
pub mod resume;
pub mod schedule;
pub mod steps;
