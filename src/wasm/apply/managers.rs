//! The ids of managers whom changes name by e-mail address.

use domo_users_scan::email::EmailKey;
use js_sys::Map;
use wasm_bindgen::prelude::*;

/// What is known of the user with an e-mail address.
pub enum ManagerId {
    /// Nobody has looked the address up yet.
    NotLookedUp,
    /// No user has the address.
    Nobody,
    /// The user's id.
    Known(String),
}

/// The users who were created or looked up, by the keys of their e-mail addresses: their ids, or `null` for an address that no user has.
pub struct ManagerIds(Map);

impl ManagerIds {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self(Map::new())
    }

    /// Returns what is known of an address.
    pub fn get(&self, email: &str) -> ManagerId {
        let id = self.0.get(&key(email));
        match id.as_string() {
            Some(id) => ManagerId::Known(id),
            None if id.is_null() => ManagerId::Nobody,
            None => ManagerId::NotLookedUp,
        }
    }

    /// Notes the id of the user with an address, or that nobody has it.
    pub fn set(&self, email: &str, id: Option<u64>) {
        let id = id.map_or(JsValue::NULL, |id| id.to_string().into());
        self.0.set(&key(email), &id);
    }
}

fn key(email: &str) -> JsValue {
    EmailKey::of(email).as_str().into()
}
