//! JSON in bytes: values, whole users in chunks of a body, and the fields of a user.

pub mod escapes;
pub mod field_extractor;
mod nesting;
pub mod shape_cache;
pub mod user_splitter;
pub mod value;
