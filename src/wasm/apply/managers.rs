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
    /// A change of the plan was to create the user, and failed.
    NotCreated,
    /// The user's id.
    Known(String),
}

/// The users who were created or looked up, by the keys of their e-mail addresses: their ids as strings, `null` for an address that no user has, or `false`
/// for a create that failed.
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
            None if id.is_undefined() => ManagerId::NotLookedUp,
            None => ManagerId::NotCreated,
        }
    }

    /// Notes that a create of the plan failed. Whoever has the address then is not the user whom the plan means.
    pub fn note_not_created(&self, email: &str) {
        if let ManagerId::NotLookedUp = self.get(email) {
            self.0.set(&key(email), &JsValue::FALSE);
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
