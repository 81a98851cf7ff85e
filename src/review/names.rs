//! The names of roles or users in a plan, found by id in constant time: a plan may name many thousands.

use crate::value::Value;
use domo_users_scan::interner::Interner;

/// Names by id.
pub struct Names<'a> {
    ids: Interner,
    /// The names, by the numbers of their ids.
    names: Vec<&'a Value>,
}

impl<'a> Names<'a> {
    /// Returns the names of a kind, `roles` or `users`, of a plan.
    #[must_use]
    pub fn of(plan: &'a Value, kind: &str) -> Self {
        let (mut ids, mut names) = (Interner::default(), Vec::new());
        for (id, name) in plan.field("names").field(kind).fields() {
            if ids.intern(id.as_bytes()).is_new {
                names.push(name);
            }
        }
        Self { ids, names }
    }

    /// Returns the name of the role or user with an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&'a str> {
        self.names.get(self.ids.find(id.as_bytes())?)?.as_str()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_id() {
        let plan = Value::from_json(r#"{"names":{"users":{"7":"Ada","8":null,"9":"Bob"},"roles":[]}}"#);
        let users = Names::of(&plan, "users");
        assert_eq!(
            ["7", "8", "9", "10"].map(|id| users.get(id)),
            [Some("Ada"), None, Some("Bob"), None]
        );
        assert_eq!(Names::of(&plan, "roles").get("7"), None);
        assert_eq!(Names::of(&Value::Null, "users").get("7"), None);
    }
}
