//! What is kept of the users of an instance until all were read: their names, by id, and who reports to whom.

use crate::directory::plan::diff_store::write_json;
use crate::directory::plan::ids::Ids;
use crate::directory::plan::sources::{email_value, manager_value, name_value};
use crate::excerpt::excerpt_of_bytes;
use domo_users_scan::json::escapes::unescape;
use domo_users_scan::json::value::Value;
use domo_users_scan::number::parse_digits;

/// Users of the instance.
#[derive(Debug, Default)]
pub struct People {
    users: Vec<Person>,
    /// The names of all users, as JSON strings.
    names: Vec<u8>,
    /// Whether any user has a manager. Otherwise the instance may not list managers.
    pub shows_managers: bool,
}

/// A user.
#[derive(Debug)]
pub struct Person {
    /// The id.
    pub id: u64,
    /// The id of the manager; `None` for a user without one, and for one whose row changes the manager.
    pub manager: Option<u64>,
    /// Where the name ends.
    name_end: usize,
}

impl People {
    /// Adds a user with the name: the display name, or the address of a user without one.
    #[inline(never)]
    pub fn add(&mut self, id: u64, bytes: &[u8], user: &[Value], changes_manager: bool) {
        let name = name_value(user);
        let name = if name.kind().is_string() {
            name
        } else {
            email_value(user)
        };
        write_json(bytes, name, &mut self.names);
        let manager = id_in(manager_value(user).bytes_in(bytes));
        self.shows_managers |= manager.is_some();
        self.users.push(Person {
            id,
            manager: manager.filter(|_| !changes_manager),
            name_end: self.names.len(),
        });
    }

    /// Returns the users in the order of the instance.
    #[must_use]
    pub fn users(&self) -> &[Person] {
        &self.users
    }

    /// Calls `each` with the ids and names of the users with these ids. A name is a JSON string.
    pub fn for_each_named(&self, ids: &Ids, each: &mut dyn FnMut(u64, &[u8])) {
        let mut begin = 0;
        for user in &self.users {
            if let Some(name @ [_, ..]) = self.names.get(begin..user.name_end)
                && ids.has(user.id)
            {
                each(user.id, name);
            }
            begin = user.name_end;
        }
    }

    /// Returns the name of a user for a warning, or the id of a user without one.
    #[must_use]
    pub fn name(&self, id: u64) -> String {
        let place = self.users.iter().position(|user| user.id == id);
        place.map_or_else(|| id.to_string(), |place| self.name_at(place))
    }

    /// Returns the name of the user at this place, or the id of a user without a name.
    #[must_use]
    pub fn name_at(&self, place: usize) -> String {
        let Some(user) = self.users.get(place) else {
            return String::new();
        };
        let before = place.checked_sub(1).and_then(|before| self.users.get(before));
        let begin = before.map_or(0, |before| before.name_end);
        match self.names.get(begin.saturating_add(1)..user.name_end.saturating_sub(1)) {
            None | Some([]) => user.id.to_string(),
            Some(json) => {
                let mut name = Vec::new();
                unescape(json, &mut name);
                excerpt_of_bytes(&name, 60)
            }
        }
    }
}

/// The ids of roles and users that changes mention.
#[derive(Debug, Default)]
pub struct Mentions {
    /// The roles.
    pub roles: Ids,
    /// The users.
    pub users: Ids,
}

/// Returns the id in a JSON value: a number or a string, or an array of one.
#[must_use]
pub fn id_in(json: &[u8]) -> Option<u64> {
    let mut json = json;
    while let [b'[' | b'"' | b' ', inner @ .., b']' | b'"' | b' '] = json {
        json = inner;
    }
    parse_digits(json)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn ids_in_json_values() {
        for (json, id) in [
            ("12", Some(12)),
            ("\"12\"", Some(12)),
            ("[\"12\"]", Some(12)),
            ("[ 12 ]", Some(12)),
            ("[\" 12 \"]", Some(12)),
            ("[1,2]", None),
            ("\"a1@x.co\"", None),
            ("\"1@2\"", None),
            ("null", None),
            ("[]", None),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("1e3", None),
        ] {
            assert_eq!(id_in(json.as_bytes()), id, "{json}");
        }
    }
}
