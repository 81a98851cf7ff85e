//! Applying a plan: the order of the requests, how many are in progress at a time, and what a journal records of earlier runs.
//!
//! [`change`] checks the changes of a plan: creates, updates and deletes. [`fields`] reads the fields that they set, [`managers`] the managers that they name.
//! [`stale`] compares them with the users as they are now. [`steps`] splits a change into its
//! requests, in four phases. [`schedule`] decides which change may start, and [`adaptive_concurrency`] how many may be in progress. [`journal`] records which
//! steps were started and done; [`resume`] decides whether a step that an earlier run started is sent again, and how a failed change ends.

pub mod adaptive_concurrency;
pub mod change;
pub mod fields;
pub mod journal;
pub mod managers;
pub mod resume;
pub mod schedule;
pub mod stale;
pub mod steps;
