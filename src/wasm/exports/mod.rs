//! The functions that JavaScript calls. Each checks and copies its arguments at once. Most return a promise of their result.

#[cfg(feature = "directory")]
pub mod directory;
#[cfg(feature = "review")]
pub mod review;
#[cfg(feature = "client")]
pub mod users;
