//! Sends a request by what the host offers: [`send`] chooses the transport, [`message`] holds requests and responses, `code_engine` finds the status in
//! what Code Engine's function returns or throws.

mod code_engine;
pub mod message;
pub mod send;
