//! JSON as bytes: a reader for single values, a splitter for chunked bodies, and an extractor for the fields of a user.

pub mod escapes;
pub mod field_extractor;
mod nesting;
pub mod reader;
pub mod shape_cache;
pub mod user_splitter;
pub mod value;

pub use reader::{for_each_field, for_each_item, is_blank_array, is_flat_array, is_null_array, read_value};
