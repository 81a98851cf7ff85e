//! Compares changes with the users as they are now: whether the users are still as they were when the plan was made.

use core::ops::Range;

use domo_users_scan::columns::Columns;
use domo_users_scan::email::EmailKey;
use domo_users_scan::interner::Interner;
use domo_users_scan::json::escapes::unescape;
use domo_users_scan::json::field_extractor::FieldExtractor;
use domo_users_scan::strings::trim;

use crate::apply::change::{Change, ChangeErrors};
use crate::apply::fields::{
    Field, are_same, described, fields_of, held_value, held_values, is_set_by_people, top_field,
};
use crate::apply::managers::{manager_emails, manager_ids, names_manager, with_manager_ids, without_manager};
use crate::client::create::EmailOwner;
use crate::client::update_check;
use crate::error::DomoError;
use crate::user;
use crate::value::Value;

/// The users whom changes name, by id or by e-mail address, as they are now.
#[derive(Debug)]
pub struct NamedUsers {
    /// The ids and the keys of the addresses that changes name.
    keys: Interner,
    /// The users, by the numbers of their keys.
    users: Vec<Option<Value>>,
    extractor: FieldExtractor,
}

impl Default for NamedUsers {
    fn default() -> Self {
        Self {
            keys: Interner::default(),
            users: Vec::new(),
            extractor: FieldExtractor::new(Columns::new(&["id", "emailAddress"])),
        }
    }
}

impl NamedUsers {
    /// Adds the users whom a change names: its own user, managers by their addresses, and the managers before.
    pub fn name_users_of(&mut self, change: &Change, before: &Value) {
        let mut keys = vec![key_of(change)];
        for id in manager_ids(before) {
            keys.push(id.to_string());
        }
        for changes in &[change.updates(), before] {
            for email in manager_emails(changes) {
                keys.push(EmailKey::of(email).as_str().to_owned());
            }
        }
        for key in &keys {
            self.keys.intern(key.as_bytes());
        }
    }

    /// Whether no change names any user.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.count() == 0
    }

    /// Returns under which numbers a user of the instance is named; `None` if the user is no JSON object.
    pub fn numbers_of(&mut self, json: &[u8], user: Range<usize>) -> Option<[Option<usize>; 2]> {
        self.extractor.extract(json, user)?;
        let [id, address] = self.extractor.values.as_slice() else {
            return None;
        };
        let mut text = Vec::new();
        unescape(address.bytes_in(json), &mut text);
        let address = EmailKey::of(&String::from_utf8_lossy(&text));
        Some([
            self.keys.find(trim(id.bytes_in(json))),
            // An address that is only a number would be the id of another user.
            self.keys
                .find(address.as_str().as_bytes())
                .filter(|_| text.contains(&b'@')),
        ])
    }

    /// Notes the user with a number.
    pub fn set(&mut self, number: usize, user: Value) {
        while self.users.len() <= number {
            self.users.push(None);
        }
        if let Some(place) = self.users.get_mut(number) {
            *place = Some(user);
        }
    }

    /// Notes the user of a change.
    pub fn set_user_of(&mut self, change: &Change, user: Value) {
        if let Some(number) = self.keys.find(key_of(change).as_bytes()) {
            self.set(number, user);
        }
    }

    /// Returns the user with this id or this key of an address.
    fn get(&self, key: &str) -> Option<&Value> {
        self.users.get(self.keys.find(key.as_bytes())?)?.as_ref()
    }

    /// Returns the user whom a change is about; `None` if there is none.
    #[must_use]
    pub fn user_of(&self, change: &Change) -> Option<&Value> {
        self.get(&key_of(change))
    }

    /// Compares a change with its user. The addresses of managers are compared by their ids.
    #[must_use]
    pub fn freshness(&self, change: &Change, before: &Value) -> Freshness {
        let id_of = |email: &str| {
            let id = self.get(EmailKey::of(email).as_str())?.field("id");
            Some(user::id(id).ok()?.to_string())
        };
        let updates = with_manager_ids(change.updates(), &id_of);
        let (mut managers, now) = (manager_ids(before), self.user_of(change));
        managers.retain(|id| self.get(&id.to_string()).is_none());
        let mut before = with_manager_ids(before, &id_of);
        // An instance that deletes a manager may leave those who reported to the manager without one.
        if !managers.is_empty() && !now.is_some_and(names_manager) {
            before = without_manager(&before).unwrap_or_default();
        }
        freshness(change, &updates, &before, now)
    }
}

/// Returns the id of the user of a change, or the key of the address of a user to be created.
fn key_of(change: &Change) -> String {
    match change {
        Change::Create { user, .. } => EmailKey::of(user.field("emailAddress").as_str().unwrap_or_default())
            .as_str()
            .to_owned(),
        Change::Update { id, .. } | Change::Delete { id, .. } => id.to_string(),
    }
}

/// What a comparison has found.
#[derive(Clone, Debug, PartialEq)]
pub enum Freshness {
    /// The user is as it was, so the change is sent.
    Fresh,
    /// The user is already as the change makes it.
    InEffect,
    /// The user is neither: the message says what differs.
    Stale(String),
    /// Another user has the address of a user to be created.
    Conflict,
}

/// The fields that a delete compares beside the attributes.
const IDENTITY: [&str; 4] = ["displayName", "emailAddress", "roleId", "userName"];

/// Checks that the changes can be compared: that they have a `before`, and that of a delete tells who the user was.
///
/// # Errors
/// `INVALID_INPUT` with the changes that cannot.
pub fn check_comparable(changes: &[Change], befores: &[Value]) -> Result<(), DomoError> {
    let mut errors = ChangeErrors::default();
    for (index, (change, before)) in changes.iter().zip(befores).enumerate() {
        let is_known = match change {
            Change::Create { .. } => true,
            // What it lacks was not set.
            Change::Update { .. } => matches!(before, Value::Object(_)),
            Change::Delete { .. } => IDENTITY.iter().any(|key| *held_value(before, key) != Value::Undefined),
        };
        if !is_known {
            errors.push(
                index,
                "stale: \"refuse\" needs the values before this change, in before. Plan again, or leave stale out",
            );
        }
    }
    errors.into_result()
}

/// Compares a change with the user as it is now: the user with the id of an update or delete, or with the address of a create; `None` if there is none.
fn freshness(change: &Change, updates: &Value, before: &Value, now: Option<&Value>) -> Freshness {
    let Some(now) = now else {
        return match change {
            Change::Create { .. } => Freshness::Fresh,
            Change::Delete { .. } => Freshness::InEffect,
            Change::Update { .. } => Freshness::Stale("the user does not exist any more".to_owned()),
        };
    };
    let is_in_effect = update_check::matches(updates, now);
    let difference = match change {
        Change::Create { user, .. } => {
            return match is_in_effect && EmailOwner::of(Some(now), user) == EmailOwner::SameUser {
                true => Freshness::InEffect,
                false => Freshness::Conflict,
            };
        }
        Change::Update { .. } => fields_of(updates)
            .iter()
            .find_map(|field| difference(field, before, now)),
        Change::Delete { .. } => match difference_of_user(before, updates, now) {
            None => return Freshness::Fresh,
            Some(message) => return Freshness::Stale(message),
        },
    };
    match difference {
        None => Freshness::Fresh,
        Some(_) if is_in_effect && *updates != Value::Undefined => Freshness::InEffect,
        Some(message) => Freshness::Stale(message),
    }
}

/// Returns the first field of a user, or attribute that people set, with other values than before and than in `then`, in words.
fn difference_of_user(before: &Value, then: &Value, now: &Value) -> Option<String> {
    let mut fields = Vec::new();
    for key in &IDENTITY {
        let field = top_field(key);
        if !held_values(before, &field).is_empty() {
            fields.push(field);
        }
    }
    // An older plan holds no attributes.
    if let Value::Array(_) = before.field("attributes") {
        for user in &[before, now] {
            for field in fields_of(user) {
                if !field.is_top && is_set_by_people(field.key) {
                    fields.push(field);
                }
            }
        }
    }
    fields.iter().find_map(|field| {
        let perhaps = held_values(then, field);
        let is_then = !perhaps.is_empty() && are_same(perhaps, held_values(now, field));
        difference(field, before, now).filter(|_| !is_then)
    })
}

/// Returns in words that a field has other values than before; `None` if it has the same.
fn difference(field: &Field<'_>, before: &Value, now: &Value) -> Option<String> {
    let (expected, is) = (held_values(before, field), held_values(now, field));
    if are_same(expected, is) {
        return None;
    }
    let key = Value::from(field.key).describe();
    Some([&key, " was ", &words(expected), ", and is ", &words(is), " now"].concat())
}

/// The most characters of the values in a message, apart from the last value.
const LONGEST: usize = 60;

fn words(values: &[Value]) -> String {
    match described(values, LONGEST) {
        words if words.is_empty() => "not set".to_owned(),
        words => words,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn of(change: &str, now: &str) -> Freshness {
        let plan = Value::Array(vec![Value::from_json(change)]);
        let changes = crate::apply::change::parse_changes(&plan).unwrap();
        let befores = [Value::from_json(change).field("before").clone()];
        check_comparable(&changes, &befores).unwrap();
        let now = Value::from_json(now);
        freshness(
            &changes[0],
            changes[0].updates(),
            &befores[0],
            Some(&now).filter(|now| **now != Value::Null),
        )
    }

    fn stale(message: &str) -> Freshness {
        Freshness::Stale(message.to_owned())
    }

    fn named(changes: &Value, users: &[&str]) -> NamedUsers {
        let mut named = NamedUsers::default();
        for (change, raw) in crate::apply::change::parse_changes(changes)
            .unwrap()
            .iter()
            .zip(changes.items())
        {
            named.name_users_of(change, raw.field("before"));
        }
        for user in users {
            for number in named
                .numbers_of(user.as_bytes(), 0..user.len())
                .unwrap()
                .into_iter()
                .flatten()
            {
                named.set(number, Value::from_json(user));
            }
        }
        named
    }

    #[test]
    fn only_users_whom_changes_name_are_kept_by_id_or_by_address() {
        let changes = Value::from_json(
            r#"[{"action":"delete","id":7,"before":{}},{"action":"create","user":{"displayName":"Ada","emailAddress":"ada@x.co","roleId":4}},
                {"action":"update","id":9,"changes":{"reportsTo":"boss@x.co"},"before":{"reportsTo":"old@x.co"}}]"#,
        );
        assert!(NamedUsers::default().is_empty());
        let mut named = named(
            &changes,
            &[
                r#"{"id":7,"emailAddress":"seven@x.co"}"#,
                r#"{"id":"8","emailAddress":"A\u0064A\u200b@x.co"}"#,
            ],
        );
        let checked = crate::apply::change::parse_changes(&changes).unwrap();
        assert_eq!(
            named.user_of(&checked[0]).map(|user| user.field("id")),
            Some(&Value::Number(7.0))
        );
        assert_eq!(
            named.user_of(&checked[1]).map(|user| user.field("id")),
            Some(&"8".into())
        );
        assert_eq!(named.user_of(&checked[2]), None);
        let mut numbers = |user: &str| named.numbers_of(user.as_bytes(), 0..user.len());
        for other in [
            r#"{"id":70,"emailAddress":"x@x.co"}"#,
            "{}",
            r#"{"id":null,"emailAddress":[]}"#,
        ] {
            assert_eq!(numbers(other), Some([None, None]), "{other}");
        }
        for user in [
            r#"{"id":1,"emailAddress":"Boss@x.co"}"#,
            r#"{"id":1,"emailAddress":"old@x.co"}"#,
        ] {
            assert!(matches!(numbers(user), Some([None, Some(_)])), "{user}");
        }
        assert_eq!(numbers("7"), None);
    }

    #[test]
    fn managers_named_by_address_are_compared_by_id() {
        let changes = Value::from_json(
            r#"[{"action":"update","id":9,"changes":{"attributes":[{"key":"reportsTo","values":["boss@x.co"]}]},
                "before":{"attributes":[{"key":"reportsTo","values":["old@x.co"]}]}}]"#,
        );
        let checked = crate::apply::change::parse_changes(&changes).unwrap();
        for (manager, expected) in [
            ("1", Freshness::InEffect),
            ("2", Freshness::Fresh),
            ("3", stale("\"reportsTo\" was \"2\", and is \"3\" now")),
        ] {
            let user = format!(r#"{{"id":9,"attributes":[{{"key":"reportsTo","values":["{manager}"]}}]}}"#);
            let named = named(
                &changes,
                &[
                    &user,
                    r#"{"id":1,"emailAddress":"boss@x.co"}"#,
                    r#"{"id":2,"emailAddress":"OLD@x.co"}"#,
                ],
            );
            assert_eq!(
                named.freshness(&checked[0], changes.items()[0].field("before")),
                expected
            );
        }
    }

    #[test]
    fn a_manager_whom_the_instance_removed_with_the_manager_is_no_difference() {
        let freshness = |before: &str, now: &str, others: &[&str]| {
            let changes = Value::from_json(&format!(
                r#"[{{"action":"update","id":9,"changes":{{"reportsTo":"boss@x.co"}},"before":{{"attributes":[{{"key":"reportsTo","values":[{before}]}}]}}}}]"#
            ));
            let checked = crate::apply::change::parse_changes(&changes).unwrap();
            let user = format!(r#"{{"id":9,"attributes":[{{"key":"reportsTo","values":[{now}]}}]}}"#);
            let mut users = vec![user.as_str()];
            users.extend_from_slice(others);
            named(&changes, &users).freshness(&checked[0], changes.items()[0].field("before"))
        };
        let old = r#"{"id":2,"emailAddress":"old@x.co"}"#;
        for before in [r#""2""#, "2"] {
            assert_eq!(freshness(before, "null", &[]), Freshness::Fresh, "{before}");
            // The manager is still there, so a person removed it.
            assert!(
                matches!(freshness(before, "null", &[old]), Freshness::Stale(_)),
                "{before}"
            );
            assert!(
                matches!(freshness(before, r#""3""#, &[]), Freshness::Stale(_)),
                "{before}"
            );
        }
        assert!(matches!(
            freshness(r#""old@x.co""#, "null", &[old]),
            Freshness::Stale(_)
        ));
        // The instance keeps the id of a manager who is gone.
        assert_eq!(freshness(r#""2""#, "2", &[]), Freshness::Fresh);
    }

    const UPDATE: &str = r#"{"action":"update","id":7,"changes":{"roleId":2,"attributes":[{"key":"title","values":["CTO"]}]},
        "before":{"roleId":4,"attributes":[{"key":"title","values":["Analyst"]}]}}"#;

    #[test]
    fn an_update_is_fresh_in_effect_or_stale() {
        let now = |role: &str, title: &str| {
            of(
                UPDATE,
                &format!(
                    r#"{{"id":7,"roleId":{role},"emailAddress":"new@x.co","attributes":[{{"key":"title","values":{title}}}]}}"#
                ),
            )
        };
        assert_eq!(now("4", r#"["Analyst"]"#), Freshness::Fresh);
        assert_eq!(now("\"4\"", r#"["Analyst",null]"#), Freshness::Fresh);
        assert_eq!(now("2", r#"["CTO"]"#), Freshness::InEffect);
        assert_eq!(now("3", r#"["Analyst"]"#), stale("\"roleId\" was 4, and is 3 now"));
        assert_eq!(
            now("4", r#"["ANALYST"]"#),
            stale("\"title\" was \"Analyst\", and is \"ANALYST\" now")
        );
        assert_eq!(now("4", "[]"), stale("\"title\" was \"Analyst\", and is not set now"));
        // A half of it is neither as before nor as planned.
        assert_eq!(now("2", r#"["Analyst"]"#), stale("\"roleId\" was 4, and is 2 now"));
        assert_eq!(of(UPDATE, "null"), stale("the user does not exist any more"));
    }

    #[test]
    fn an_attribute_that_before_lacks_was_not_set() {
        let update =
            r#"{"action":"update","id":7,"changes":{"attributes":[{"key":"title","values":["CTO"]}]},"before":{}}"#;
        assert_eq!(of(update, r#"{"id":7}"#), Freshness::Fresh);
        assert_eq!(
            of(update, r#"{"id":7,"attributes":[{"key":"title","values":["cto"]}]}"#),
            Freshness::InEffect
        );
        assert!(matches!(
            of(update, r#"{"id":7,"attributes":[{"key":"title","values":["CFO"]}]}"#),
            Freshness::Stale(_)
        ));
    }

    #[test]
    fn a_field_of_the_user_that_before_lacks_was_not_set() {
        let update = r#"{"action":"update","id":7,"changes":{"displayName":"Ada"},"before":{}}"#;
        assert_eq!(of(update, r#"{"id":7}"#), Freshness::Fresh);
        assert_eq!(of(update, r#"{"id":7,"displayName":"Ada"}"#), Freshness::InEffect);
        assert_eq!(
            of(update, r#"{"id":7,"displayName":"Eve"}"#),
            stale("\"displayName\" was not set, and is \"Eve\" now")
        );
    }

    #[test]
    fn a_change_of_case_alone_is_not_in_effect_before_it_is_sent() {
        let update = r#"{"action":"update","id":7,"changes":{"attributes":[{"key":"title","values":["CTO"]}]},
            "before":{"attributes":[{"key":"title","values":["cto"]}]}}"#;
        assert_eq!(
            of(update, r#"{"attributes":[{"key":"title","values":["cto"]}]}"#),
            Freshness::Fresh
        );
    }

    #[test]
    fn a_delete_compares_what_people_set() {
        let delete = r#"{"action":"delete","id":7,"before":{"id":7,"displayName":"Ada","emailAddress":"a@x.co","roleId":4,"attributes":[
            {"key":"title","values":["CTO"]},{"key":"lastActivity","values":[1]}]}}"#;
        let now = |name: &str, attributes: &str| {
            of(
                delete,
                &format!(
                    r#"{{"id":7,"displayName":"{name}","emailAddress":"a@x.co","userName":"x","roleId":4,"attributes":[{attributes}]}}"#
                ),
            )
        };
        let title = r#"{"key":"title","values":["CTO"]}"#;
        assert_eq!(
            now(
                "Ada",
                &format!(r#"{title},{{"key":"lastActivity","values":[2]}},{{"key":"modified","values":[3]}}"#)
            ),
            Freshness::Fresh
        );
        assert_eq!(
            now("Bob", title),
            stale("\"displayName\" was \"Ada\", and is \"Bob\" now")
        );
        assert!(matches!(now("Ada", ""), Freshness::Stale(_)));
        let added = format!(r#"{title},{{"key":"department","values":["Sales"]}}"#);
        assert_eq!(
            now("Ada", &added),
            stale("\"department\" was not set, and is \"Sales\" now")
        );
        assert_eq!(of(delete, "null"), Freshness::InEffect);
        let older = r#"{"action":"delete","id":7,"before":{"displayName":"Ada"}}"#;
        assert_eq!(
            of(
                older,
                r#"{"displayName":"Ada","attributes":[{"key":"title","values":["x"]}]}"#
            ),
            Freshness::Fresh
        );
    }

    #[test]
    fn a_delete_that_undoes_a_create_accepts_what_was_to_follow_the_create_or_not() {
        let changes = Value::from_json(
            r#"[{"action":"delete","id":7,"before":{"id":7,"displayName":"Ada","emailAddress":"a@x.co","userName":"a@x.co","roleId":4,"attributes":[]},
                "then":{"roleId":5,"attributes":[{"key":"title","values":["CTO"]},{"key":"userName","values":["ada"]},{"key":"reportsTo","values":["boss@x.co"]}]}}]"#,
        );
        let checked = crate::apply::change::parse_changes(&changes).unwrap();
        let now = |role: u32, name: &str, user_name: &str, attributes: &str| {
            let user = format!(
                r#"{{"id":7,"displayName":"{name}","emailAddress":"a@x.co","userName":"{user_name}","roleId":{role},"attributes":[{attributes}]}}"#
            );
            let boss = r#"{"id":9,"emailAddress":"boss@x.co"}"#;
            named(&changes, &[&user, boss]).freshness(&checked[0], changes.items()[0].field("before"))
        };
        let title = |title: &str| format!(r#"{{"key":"title","values":["{title}"]}}"#);
        let manager = |id: u32| format!(r#"{{"key":"reportsTo","values":["{id}"]}}"#);
        let whole = [title("CTO"), manager(9)].join(",");
        for fresh in [
            now(4, "Ada", "a@x.co", ""),
            now(5, "Ada", "ada", &whole),
            now(5, "Ada", "a@x.co", &title("CTO")),
            now(4, "Ada", "ada", &manager(9)),
        ] {
            assert_eq!(fresh, Freshness::Fresh);
        }
        for (stale, field) in [
            (now(5, "Bob", "ada", &whole), "displayName"),
            (now(6, "Ada", "ada", &whole), "roleId"),
            (now(5, "Ada", "eve", &whole), "userName"),
            (now(5, "Ada", "ada", &title("CFO")), "title"),
            (now(5, "Ada", "ada", &manager(8)), "reportsTo"),
            (
                now(5, "Ada", "ada", r#"{"key":"department","values":["IT"]}"#),
                "department",
            ),
        ] {
            assert!(
                matches!(&stale, Freshness::Stale(message) if message.contains(field)),
                "{field} {stale:?}"
            );
        }
    }

    #[test]
    fn a_create_is_in_effect_if_the_user_is_as_created_and_else_a_conflict() {
        let create = r#"{"action":"create","user":{"displayName":"Ada","emailAddress":"a@x.co","roleId":4},
            "then":{"attributes":[{"key":"title","values":["CTO"]}]}}"#;
        let now = |name: &str, title: &str| {
            of(
                create,
                &format!(
                    r#"{{"id":7,"displayName":"{name}","emailAddress":"A@x.co","roleId":4,"attributes":[{{"key":"title","values":["{title}"]}}]}}"#
                ),
            )
        };
        assert_eq!(of(create, "null"), Freshness::Fresh);
        assert_eq!(now("Ada", "CTO"), Freshness::InEffect);
        assert_eq!(now("Ada", "CFO"), Freshness::Conflict);
        assert_eq!(now("Bob", "CTO"), Freshness::Conflict);
    }

    #[test]
    fn a_change_without_the_values_before_cannot_be_compared() {
        let changes = r#"[{"action":"update","id":7,"changes":{"roleId":2}},{"action":"update","id":7,"changes":{"roleId":2},"before":null},
            {"action":"delete","id":8},{"action":"delete","id":8,"before":{"id":8}},
            {"action":"update","id":7,"changes":{"attributes":[{"key":"title","values":["x"]}]},"before":{}},{"action":"delete","id":8,"before":{"roleId":4}}]"#;
        let plan = Value::from_json(changes);
        let befores: Vec<Value> = plan
            .items()
            .iter()
            .map(|change| change.field("before").clone())
            .collect();
        let error = check_comparable(&crate::apply::change::parse_changes(&plan).unwrap(), &befores).unwrap_err();
        let named: Vec<usize> = (0..6)
            .filter(|index| error.message.contains(&format!("changes[{index}]: stale")))
            .collect();
        assert_eq!(named, [0, 1, 2, 3]);
    }
}
