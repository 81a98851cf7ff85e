//! What the endpoints send and what their responses mean: [`parts`] and [`search`] build requests, [`update_check`] compares a response with the
//! changes, and [`mod@create`] decides what a create without a clear response has done.

pub mod create;
pub mod parts;
pub mod search;
pub mod update_check;
