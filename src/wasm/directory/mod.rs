//! Whole instances: `search` and [`find`] look users up; [`plan`], `csv` and `users` read Get All Users as its body arrives.
//!
//! [`byte_source`] waits for the chunks of a body, [`user_stream`] opens it with retries and finds whole users, `stream_registry` keeps streams between
//! two calls of the loader.

pub mod byte_source;

#[cfg(feature = "streams")]
pub mod csv;
pub mod find;
pub mod plan;
#[cfg(feature = "streams")]
pub mod search;
#[cfg(feature = "streams")]
pub mod stream_registry;
pub mod user_stream;
#[cfg(feature = "streams")]
pub mod users;
