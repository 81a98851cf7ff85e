//! Applying a plan: the order of the requests, how many run at a time, and what a journal records of earlier runs.
//!
//! A [`change`] is a create, an update or a delete, which may name [`managers`]. Its [`steps`] are its requests, in four phases. [`schedule`] decides
//! which change may start, [`adaptive_concurrency`] how many may be in progress, [`journal`] records which steps were started and done, and
//! [`resume`] decides what a later run makes of that.

pub mod adaptive_concurrency;
pub mod change;
pub mod journal;
pub mod managers;
pub mod resume;
pub mod schedule;
pub mod steps;
