//! What is kept of the users of an instance until all were read: their names, by id, and who reports to whom.

use crate::directory::plan::diff_store::write_json;
use crate::directory::plan::sources::{email_value, manager_value, name_value};
use domo_users_scan::interner::Interner;
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

    /// Returns the ids and names of the users with these ids, in decimal. The names are JSON.
    pub fn named<'a>(&'a self, ids: &'a Interner) -> impl Iterator<Item = (String, &'a [u8])> {
        let mut begin = 0;
        self.users.iter().filter_map(move |user| {
            let name = self
                .names
                .get(core::mem::replace(&mut begin, user.name_end)..user.name_end);
            let id = user.id.to_string();
            ids.find(id.as_bytes())?;
            Some((id, name.filter(|name| !name.is_empty())?))
        })
    }

    /// Returns the name of a user, or the id of a user without one.
    #[must_use]
    pub fn name(&self, id: u64) -> String {
        let mut ids = Interner::default();
        ids.intern(id.to_string().as_bytes());
        let mut name = Vec::new();
        match self.named(&ids).next() {
            Some((_, [b'"', json @ .., b'"'])) => unescape(json, &mut name),
            _ => return id.to_string(),
        }
        String::from_utf8_lossy(&name).into_owned()
    }
}

/// The ids of roles and users that changes mention, in decimal.
#[derive(Debug, Default)]
pub struct Mentions {
    /// The roles.
    pub roles: Interner,
    /// The users.
    pub users: Interner,
}

/// Returns the id in a JSON value: a number or a string, or an array of one.
#[must_use]
pub fn id_in(json: &[u8]) -> Option<u64> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let begin = json.iter().position(is_digit)?;
    let end = json.iter().rposition(is_digit)?;
    let is_around = |part: Option<&[u8]>| part.is_some_and(|part| part.iter().all(|byte| b"[]\" ".contains(byte)));
    let is_id = is_around(json.get(..begin)) && is_around(json.get(end.saturating_add(1)..));
    parse_digits(json.get(begin..=end).filter(|_| is_id)?)
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
