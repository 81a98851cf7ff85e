//! Applies a plan. [`executor`] carries out the changes, phase by phase; `step` carries out one step of a change; `run` holds what all steps of a run share;
//! `journal` keeps what was begun and what was done; `managers` knows the ids of managers by their e-mail addresses;
//! [`stale`] compares the changes with the instance before the run.

pub mod executor;
mod journal;
mod managers;
pub mod options;
mod result;
mod run;
pub mod stale;
mod step;
