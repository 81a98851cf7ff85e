//! The changes of a plan, checked before anything is sent.

use crate::apply::steps::manager_ids;
use crate::error::{Code, DomoError};
use crate::text::{count, digits, join};
use crate::user;
use crate::validation::{Errors, must};
use crate::value::Value;

/// One change of a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A new user, and what a create cannot carry; `Missing` where there is nothing of that.
    Create {
        /// What Create User takes.
        user: Value,
        /// What Update User takes.
        then: Value,
    },
    /// A user's new values.
    Update {
        /// Whose.
        id: u64,
        /// What Update User takes.
        changes: Value,
        /// Ids of the managers of before, where it gives another one.
        leaves: Vec<u64>,
    },
    /// A user who goes.
    Delete {
        /// Who.
        id: u64,
    },
}

impl Change {
    /// Whose change it is; a create is nobody's yet.
    #[must_use]
    pub fn whose(&self) -> Option<u64> {
        match self {
            Change::Create { .. } => None,
            Change::Update { id, .. } | Change::Delete { id } => Some(*id),
        }
    }
}

/// So many errors are told; of the others, how many there are.
const MOST_TOLD: usize = 20;

/// Checks all changes of a plan, given as a list or as `{changes}`.
///
/// # Errors
/// `INVALID_INPUT` that names each fault by the index of its change.
pub fn read(given: &Value) -> Result<Vec<Change>, DomoError> {
    let list = match given {
        Value::Object(_) => given.field("changes"),
        other => other,
    };
    let Value::Array(items) = list else {
        let expected = "an array of changes, or a plan {changes}";
        return Err(DomoError::input(must("changes", expected, list)));
    };
    let mut changes = Vec::with_capacity(items.len());
    let mut errors = Errors::default();
    let mut told = 0_usize;
    for (index, item) in items.iter().enumerate() {
        match one(item) {
            Ok(change) => changes.push(change),
            Err(error) => {
                told = told.saturating_add(1);
                if told <= MOST_TOLD {
                    errors.push(&join(&["changes[", &digits(index as u64), "]: ", &error.message]));
                }
            }
        }
    }
    if let Some(more @ 1..) = told.checked_sub(MOST_TOLD) {
        errors.push(&join(&["and ", &count(more as u64, "more change"), " with faults"]));
    }
    errors.into_result(Code::InvalidInput)?;
    Ok(changes)
}

fn one(given: &Value) -> Result<Change, DomoError> {
    let mut errors = Errors::default();
    let id = |errors: &mut Errors| errors.take(user::id(given.field("id")).map_err(|error| error.message.clone()));
    let change = match given.field("action").text() {
        Some("create") => {
            let (mut user, mut then) = (given.field("user").clone(), given.field("then").clone());
            user::prepare_new(&mut user, &mut errors);
            if then != Value::Undefined {
                user::prepare_changes("then", &mut then, &mut errors);
            }
            Change::Create { user, then }
        }
        Some("update") => {
            let mut changes = given.field("changes").clone();
            let id = id(&mut errors);
            user::prepare_changes("changes", &mut changes, &mut errors);
            Change::Update {
                id,
                changes,
                leaves: manager_ids(given.field("before")),
            }
        }
        Some("delete") => Change::Delete { id: id(&mut errors) },
        _ => {
            let expected = "\"create\", \"update\" or \"delete\"";
            return Err(DomoError::input(must("action", expected, given.field("action"))));
        }
    };
    errors.into_result(Code::InvalidInput).map(|()| change)
}

/// A number that changes with anything in the changes: a journal knows its plan by it.
#[must_use]
pub fn fingerprint(changes: &[Change]) -> u64 {
    let mut print = Fnv(FIRST);
    for change in changes {
        match change {
            Change::Create { user, then } => {
                print.bytes(b"create");
                print.given(user);
                print.given(then);
            }
            Change::Update { id, changes, .. } => {
                print.bytes(b"update");
                print.bytes(&id.to_le_bytes());
                print.given(changes);
            }
            Change::Delete { id } => {
                print.bytes(b"delete");
                print.bytes(&id.to_le_bytes());
            }
        }
    }
    print.0
}

const FIRST: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a.
struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn given(&mut self, given: &Value) {
        match given {
            Value::Undefined | Value::Other(_) => self.bytes(b"-"),
            Value::Null => self.bytes(b"null"),
            Value::Bool(flag) => self.bytes(&[u8::from(*flag)]),
            Value::Number(number) => self.bytes(&number.to_bits().to_le_bytes()),
            Value::String(text) => {
                self.bytes(b"\"");
                self.bytes(text.as_bytes());
                self.bytes(b"\"");
            }
            Value::Array(items) => {
                self.bytes(b"[");
                for item in items {
                    self.given(item);
                }
                self.bytes(b"]");
            }
            Value::Object(fields) => {
                // In whatever order: a plan may have been kept where that is lost.
                let mut all = 0_u64;
                for (key, value) in fields {
                    let mut field = Fnv(FIRST);
                    field.bytes(key.as_bytes());
                    field.given(value);
                    all = all.wrapping_add(field.0);
                }
                self.bytes(b"{");
                self.bytes(&all.to_le_bytes());
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const SOUND: &str = r#"[
        {"action":"create","user":{"displayName":"J","emailAddress":"j@x.co","roleId":4},"then":{"attributes":[{"key":"title","values":["x"]}]}},
        {"action":"update","id":"7","changes":{"roleId":2},"before":{"roleId":1}},
        {"action":"delete","id":8}
    ]"#;

    #[test]
    fn a_list_or_a_plan() {
        let list = read(&Value::from_json(SOUND)).unwrap();
        let plan = read(&Value::from_json(&format!(r#"{{"changes":{SOUND},"unchanged":5}}"#))).unwrap();
        assert_eq!(list, plan);
        assert_eq!(list.len(), 3);
        assert_eq!(list[2], Change::Delete { id: 8 });
    }

    #[test]
    fn every_fault_by_its_index() {
        let wrong = r#"[{"action":"delete"},{"action":"drop","id":7},{"action":"update","id":7,"changes":{}},
            {"action":"create","user":{"displayName":"J","emailAddress":"j","roleId":4},"then":{}},{"action":"delete","id":7},7,
            {"action":"update","changes":7}]"#;
        let message = read(&Value::from_json(wrong)).unwrap_err().message.clone();
        for fault in [
            "changes[0]: id must",
            "changes[1]: action must",
            "changes[2]: changes must",
            "changes[3]: emailAddress must be an e-mail address such as jane.doe@example.com; got \"j\"; then must be an object",
            "changes[5]: action must",
            "changes[6]: id must be a user's id: a positive whole number up to 2^53 - 1, or its decimal text; got nothing; changes must",
        ] {
            assert!(message.contains(fault), "{message}");
        }
        assert!(!message.contains("changes[4]"));
        let many = Value::Array(vec![Value::Null; 25]);
        assert!(
            read(&many)
                .unwrap_err()
                .message
                .ends_with("and 5 more changes with faults")
        );
        assert!(read(&Value::Null).is_err());
    }

    #[test]
    fn the_fingerprint_changes_with_anything() {
        let print = |json: &str| fingerprint(&read(&Value::from_json(json)).unwrap());
        let sound = print(SOUND);
        assert_eq!(sound, print(SOUND));
        for (from, to) in [
            ("\"x\"", "\"y\""),
            ("\"7\"", "\"9\""),
            ("8}", "80}"),
            ("roleId\":2", "roleId\":3"),
        ] {
            assert_ne!(sound, print(&SOUND.replace(from, to)), "{from}");
        }
    }
}
