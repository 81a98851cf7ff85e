//! The values of users in an undo.

use crate::apply::fields::held_value;
use crate::apply::managers::MANAGER;
use crate::client::update_check::is_set;
use crate::review::outcome::{ADDRESS, number};
use crate::user;
use crate::value::{ObjectBuilder, Value};

/// Returns a user, or changes, with this attribute alone.
#[must_use]
pub fn with_attribute(key: &str, values: Vec<Value>) -> Value {
    let mut attribute = ObjectBuilder::default();
    let attribute = attribute.set("key", key).set("values", values).object();
    ObjectBuilder::default().set("attributes", vec![attribute]).object()
}

/// Whether a value can be that of a manager: nobody, an id, or an address.
#[must_use]
pub fn is_manager(value: &Value) -> bool {
    let is_address = |name: &str| name.contains('@');
    !is_set(&value)
        || is_no_manager(MANAGER, value)
        || user::id(value).is_ok()
        || value.as_str().is_some_and(is_address)
}

/// Whether a value of the manager is an empty string: some instances return it for a user without a manager.
#[must_use]
pub fn is_no_manager(key: &str, value: &Value) -> bool {
    key == MANAGER && value.as_str().is_some_and(|name| name.trim().is_empty())
}

/// Returns a value as it can be sent: an instance may return the id of a role as a string.
#[must_use]
pub fn sendable(key: &str, value: &Value) -> Value {
    match user::id(value) {
        Ok(id) if key == "roleId" => number(id),
        _ => value.clone(),
    }
}

/// Returns the name and the address of a user, each from the first of these that holds it.
#[must_use]
pub fn who(known: &[&Value]) -> Value {
    let mut who = ObjectBuilder::default();
    for field in &["displayName", ADDRESS] {
        let mut held = known.iter().map(|user| held_value(user, field));
        who.set(
            field,
            held.find(|value| value.as_str().is_some()).cloned().unwrap_or_default(),
        );
    }
    who.object()
}
