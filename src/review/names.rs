//! The names of roles or users in a plan, found by id in constant time: a plan may name many thousands.

use crate::directory::plan::ids::Ids;
use crate::user;
use crate::value::Value;
use domo_users_scan::number::parse_digits;

/// Names by id.
pub struct Names<'a> {
    ids: Ids,
    /// The names, by the numbers of their ids.
    names: Vec<&'a Value>,
}

impl<'a> Names<'a> {
    /// Returns the names of a kind, `roles` or `users`, of a plan.
    #[must_use]
    pub fn of(plan: &'a Value, kind: &str) -> Self {
        let (mut ids, mut names) = (Ids::default(), Vec::new());
        for (id, name) in plan.field("names").field(kind).fields() {
            if parse_digits(id.as_bytes()).is_some_and(|id| ids.add(id)) {
                names.push(name);
            }
        }
        Self { ids, names }
    }

    /// Returns the name of the role or user with an id, a number or a string.
    #[must_use]
    pub fn get(&self, id: &Value) -> Option<&'a str> {
        self.names.get(self.ids.find(user::id(id).ok()?)?)?.as_str()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_id() {
        let plan = Value::from_json(r#"{"names":{"users":{"7":"Ada","8":null,"x":"Eve","9":"Bob"},"roles":[]}}"#);
        let users = Names::of(&plan, "users");
        let names = ["7", "8", "9", "10", "x", ""].map(|id| users.get(&id.into()));
        assert_eq!(names, [Some("Ada"), None, Some("Bob"), None, None, None]);
        assert_eq!(users.get(&Value::Number(9.0)), Some("Bob"));
        assert_eq!(Names::of(&plan, "roles").get(&"7".into()), None);
        assert_eq!(Names::of(&Value::Null, "users").get(&"7".into()), None);
    }
}
