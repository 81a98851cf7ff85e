//! Requests to the instance. [`connection`] holds a checked configuration, [`context`] what all requests of a call share, [`mod@send`] sends a request with
//! retries, [`attempt`] once. [`response`] reads a successful response, [`refusal`] any other. The other modules are the endpoints, one each.

pub mod attempt;
pub mod connection;
pub mod context;
pub mod create;
pub mod delete;
pub mod find_by_email;
pub mod get;
#[cfg(feature = "directory")]
pub mod instance_lists;
pub mod list;
pub mod refusal;
pub mod request;
pub mod response;
#[cfg(feature = "streams")]
pub mod search;
pub mod send;
pub mod update;
