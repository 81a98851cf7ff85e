//! What a plan needs to know of the instance beside its users. Nothing is requested that the plan does not need.

use crate::client::attribute_keys::AttributeKey;
use crate::client::roles::Roles;

/// What a plan needs to know of the instance, once all users were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The roles.
    pub roles: bool,
    /// The attribute keys.
    pub keys: bool,
    /// The id of the token's owner.
    pub own_id: bool,
    /// The number of users that a search counts.
    pub user_count: bool,
}

/// What the instance says about itself. A fact is `None` if the plan does not need it, or if the instance does not tell this token.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The roles.
    pub roles: Option<Roles>,
    /// The attribute keys.
    pub keys: Option<Vec<AttributeKey>>,
    /// The id of the token's owner.
    pub own_id: Option<u64>,
    /// The number of users that a search counts.
    pub user_count: Option<u64>,
}
