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
    reports: Vec<Report>,
}

#[derive(Debug)]
struct Person {
    id: u64,
    /// Where the name ends.
    name_end: usize,
}

/// A user and their manager.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// The id of the user.
    pub user: u64,
    /// The id of the manager.
    pub manager: u64,
}

impl People {
    /// Adds the name of a user: the display name, or the address of a user without one.
    #[inline(never)]
    pub fn add(&mut self, id: u64, bytes: &[u8], user: &[Value]) {
        let name = name_value(user);
        let name = if name.kind().is_string() {
            name
        } else {
            email_value(user)
        };
        write_json(bytes, name, &mut self.names);
        self.users.push(Person {
            id,
            name_end: self.names.len(),
        });
    }

    /// Adds the manager of a user, if the user has one.
    #[inline(never)]
    pub fn add_report(&mut self, id: u64, bytes: &[u8], user: &[Value]) {
        if let Some(manager) = id_in(manager_value(user).bytes_in(bytes)) {
            self.reports.push(Report { user: id, manager });
        }
    }

    /// Returns the users who have a manager.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.reports
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
        let (mut ids, mut name) = (Ids::default(), Vec::new());
        ids.add(id);
        self.for_each_named(&ids, &mut |_, json| {
            name.clear();
            unescape(json.get(1..json.len().saturating_sub(1)).unwrap_or_default(), &mut name);
        });
        match name.as_slice() {
            [] => id.to_string(),
            name => excerpt_of_bytes(name, 60),
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
