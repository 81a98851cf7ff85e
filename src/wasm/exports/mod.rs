//! The functions that JavaScript calls. Each checks and copies its arguments at once, then returns a promise of its result.

#[cfg(feature = "directory")]
pub mod directory;
#[cfg(feature = "client")]
pub mod users;
