//! Bodies that are read as they arrive. [`byte_source`] reads their bytes, [`user_stream`] opens Get All Users with retries and finds whole users, `users` and
//! `csv` hand them to the caller in chunks, and `registry` keeps streams between two calls of the loader. `csv_of_users` writes users of the caller, and
//! `csv_output` has what all CSV shares.

pub mod byte_source;
#[cfg(feature = "streams")]
pub mod csv;
#[cfg(feature = "streams")]
pub mod csv_of_users;
#[cfg(feature = "streams")]
pub mod csv_output;
#[cfg(feature = "streams")]
pub mod registry;
pub mod user_stream;
#[cfg(feature = "streams")]
pub mod users;
