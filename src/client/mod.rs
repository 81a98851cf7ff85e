//! What the endpoints send, and what their responses mean.
//!
//! [`parts`] and [`search`] build queries and bodies. [`update_check`] checks whether a response shows the changes that were sent. [`mod@create`] decides
//! whether a create without a clear response has created the user. [`roles`] and [`mod@attribute_keys`] read what an instance lists beside its users.

pub mod attribute_keys;
pub mod create;
pub mod parts;
pub mod roles;
pub mod search;
pub mod update_check;
