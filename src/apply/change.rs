//! The changes of a plan, checked before any request is sent.

use crate::apply::managers::manager_ids;
use crate::error::{Code, DomoError};
use crate::user;
use crate::validation::{Errors, InvalidValue};
use crate::value::Value;

/// A change of a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Creates a user.
    Create {
        /// The body of Create User.
        user: Value,
        /// The body of an Update User after it, for the fields that Create User does not take; `Undefined` if there are none.
        then: Value,
    },
    /// Updates a user.
    Update {
        /// The id of the user.
        id: u64,
        /// The body of Update User.
        changes: Value,
        /// The ids of the managers in `before`.
        previous_managers: Vec<u64>,
    },
    /// Deletes a user.
    Delete {
        /// The id of the user.
        id: u64,
        /// If the delete undoes a create that was not done: what was to follow the create, which the user may have; else `Undefined`.
        then: Value,
    },
}

impl Change {
    /// Returns the changes of an update, or what follows a create, also one that a delete undoes; `Undefined` if there are none.
    #[must_use]
    pub fn updates(&self) -> &Value {
        match self {
            Change::Create { then: updates, .. }
            | Change::Update { changes: updates, .. }
            | Change::Delete { then: updates, .. } => updates,
        }
    }

    /// Returns the id of the user; `None` for a create, whose user does not exist yet.
    #[must_use]
    pub fn user_id(&self) -> Option<u64> {
        match self {
            Change::Create { .. } => None,
            Change::Update { id, .. } | Change::Delete { id, .. } => Some(*id),
        }
    }
}

/// The most invalid changes that an error describes; further ones are only counted.
const MAX_DESCRIBED: usize = 20;

/// Returns the checked changes of a plan, from a list or from `{changes}`.
///
/// # Errors
/// `INVALID_INPUT` with all errors, each with the index of its change.
pub fn parse_changes(plan: &Value) -> Result<Vec<Change>, DomoError> {
    let items = list_of(plan)?;
    let mut changes = Vec::with_capacity(items.len());
    let mut errors = ChangeErrors::default();
    for (index, item) in items.iter().enumerate() {
        match parse_change(item) {
            Ok(change) => changes.push(change),
            Err(error) => errors.push(index, &error.message),
        }
    }
    errors.into_result()?;
    Ok(changes)
}

/// Returns the changes of a plan as they are, from a list or from `{changes}`.
///
/// # Errors
/// `INVALID_INPUT` if there is no list.
pub fn list_of(plan: &Value) -> Result<&[Value], DomoError> {
    let list = match plan {
        Value::Object(_) => plan.field("changes"),
        other => other,
    };
    match list {
        Value::Array(items) => Ok(items),
        _ => {
            let expected = "an array of changes, or a plan {changes}";
            Err(InvalidValue::expected("changes", expected, list).into())
        }
    }
}

/// The errors of changes, each with the index of its change.
#[derive(Debug, Default)]
pub struct ChangeErrors {
    described: Errors,
    count: usize,
}

impl ChangeErrors {
    /// Adds the error of the change with this index.
    pub fn push(&mut self, index: usize, message: &str) {
        self.count = self.count.saturating_add(1);
        if self.count <= MAX_DESCRIBED {
            self.described.push(format!("changes[{index}]: {message}"));
        }
    }

    /// Returns nothing if there are no errors.
    ///
    /// # Errors
    /// `INVALID_INPUT` with the first errors, and the number of the others.
    pub fn into_result(mut self) -> Result<(), DomoError> {
        match self.count.saturating_sub(MAX_DESCRIBED) {
            0 => {}
            1 => self.described.push("and 1 more change is invalid"),
            more => self.described.push(format!("and {more} more changes are invalid")),
        }
        self.described.into_result(Code::InvalidInput)
    }
}

/// Refuses a plan that was made for another instance than this one. A plan without an instance, a list, and a host that is not known are not checked.
///
/// # Errors
/// `INVALID_INPUT`.
pub fn check_instance(plan: &Value, host: Option<String>) -> Result<(), DomoError> {
    let (planned, Some(host)) = (plan.field("instance"), host) else {
        return Ok(());
    };
    if matches!(planned, Value::Undefined | Value::Null)
        || planned.as_str().is_some_and(|name| name.eq_ignore_ascii_case(&host))
    {
        return Ok(());
    }
    Err(DomoError::input(format!(
        "The plan was made for the instance {}, and this is {host}: ids differ. Plan again; if both are the same instance, remove `instance` from the plan",
        planned.describe()
    )))
}

fn parse_change(value: &Value) -> Result<Change, DomoError> {
    let mut errors = Errors::default();
    let change = match value.field("action").as_str() {
        Some("create") => {
            let (mut user, mut then) = (value.field("user").clone(), value.field("then").clone());
            user::prepare_new(&mut user, &mut errors);
            if then != Value::Undefined {
                user::prepare_changes("then", &mut then, &mut errors);
            }
            Change::Create { user, then }
        }
        Some("update") => {
            let id = errors.take(user::id(value.field("id")));
            let mut changes = value.field("changes").clone();
            user::prepare_changes("changes", &mut changes, &mut errors);
            let previous_managers = manager_ids(value.field("before"));
            Change::Update {
                id,
                changes,
                previous_managers,
            }
        }
        Some("delete") => {
            let id = errors.take(user::id(value.field("id")));
            let then = value.field("then").clone();
            Change::Delete { id, then }
        }
        _ => {
            let expected = "\"create\", \"update\" or \"delete\"";
            return Err(InvalidValue::expected("action", expected, value.field("action")).into());
        }
    };
    errors.into_result(Code::InvalidInput).map(|()| change)
}

/// Returns a stable hash of what the changes send, by which a journal identifies its plan. `before` is not part of the hash.
#[must_use]
pub fn fingerprint(changes: &[Change]) -> u64 {
    let mut hash = Fnv(OFFSET_BASIS);
    for change in changes {
        match change {
            Change::Create { user, then } => {
                hash.bytes(b"create");
                hash.value(user);
                hash.value(then);
            }
            Change::Update { id, changes, .. } => {
                hash.bytes(b"update");
                hash.bytes(&id.to_le_bytes());
                hash.value(changes);
            }
            Change::Delete { id, .. } => {
                hash.bytes(b"delete");
                hash.bytes(&id.to_le_bytes());
            }
        }
    }
    hash.0
}

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// An FNV-1a hash. It is written by hand because the standard library's hash may change: journals of earlier versions must stay valid.
struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Undefined | Value::Other(_) => self.bytes(b"-"),
            Value::Null => self.bytes(b"null"),
            Value::Bool(flag) => self.bytes(&[u8::from(*flag)]),
            Value::Number(number) => self.bytes(&number.to_bits().to_le_bytes()),
            Value::String(string) => {
                self.bytes(b"\"");
                self.bytes(string.as_bytes());
                self.bytes(b"\"");
            }
            Value::Array(items) => {
                self.bytes(b"[");
                for item in items {
                    self.value(item);
                }
                self.bytes(b"]");
            }
            Value::Object(fields) => {
                // The order of the fields does not count: a database that kept the plan may have changed it.
                let mut sum = 0_u64;
                for (key, value) in fields {
                    let mut field = Fnv(OFFSET_BASIS);
                    field.bytes(key.as_bytes());
                    field.value(value);
                    sum = sum.wrapping_add(field.0);
                }
                self.bytes(b"{");
                self.bytes(&sum.to_le_bytes());
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn delete(id: u64) -> Change {
        let then = Value::Undefined;
        Change::Delete { id, then }
    }

    const SOUND: &str = r#"[
        {"action":"create","user":{"displayName":"J","emailAddress":"j@x.co","roleId":4},"then":{"attributes":[{"key":"title","values":["x"]}]}},
        {"action":"update","id":"7","changes":{"roleId":2},"before":{"roleId":1}},
        {"action":"delete","id":8}
    ]"#;

    #[test]
    fn changes_are_read_from_a_list_or_a_plan() {
        let list = parse_changes(&Value::from_json(SOUND)).unwrap();
        let plan = parse_changes(&Value::from_json(&format!(r#"{{"changes":{SOUND},"unchanged":5}}"#))).unwrap();
        assert_eq!(list, plan);
        assert_eq!(list.len(), 3);
        assert_eq!(list[2], delete(8));
    }

    #[test]
    fn a_plan_of_another_instance_is_refused() {
        let check = |plan: &str, host: Option<&str>| check_instance(&Value::from_json(plan), host.map(str::to_owned));
        for plan in ["{}", "[]", r#"{"instance":null}"#, r#"{"instance":"ACME.domo.com"}"#] {
            assert_eq!(check(plan, Some("acme.domo.com")), Ok(()), "{plan}");
        }
        assert_eq!(check(r#"{"instance":"acme.domo.com"}"#, None), Ok(()));
        for plan in [
            r#"{"instance":"acme.domo.com"}"#,
            r#"{"instance":7}"#,
            r#"{"instance":""}"#,
        ] {
            let error = check(plan, Some("acme-test.domo.com")).unwrap_err();
            assert!(
                error.code == Code::InvalidInput && error.message.contains("acme-test.domo.com"),
                "{plan}"
            );
        }
    }

    #[test]
    fn every_error_has_the_index_of_its_change() {
        let wrong = r#"[{"action":"delete"},{"action":"drop","id":7},{"action":"update","id":7,"changes":{}},
            {"action":"create","user":{"displayName":"J","emailAddress":"j","roleId":4},"then":{}},{"action":"delete","id":7},7,
            {"action":"update","changes":7}]"#;
        let message = parse_changes(&Value::from_json(wrong)).unwrap_err().message.clone();
        for error in [
            "changes[0]: id must",
            "changes[1]: action must",
            "changes[2]: changes must",
            "changes[3]: emailAddress must be an e-mail address such as jane.doe@example.com; got \"j\"; then must be an object",
            "changes[5]: action must",
            "changes[6]: id must be a user's id: a positive integer up to 2^53 - 1, or its decimal string; got undefined; changes must",
        ] {
            assert!(message.contains(error), "{message}");
        }
        assert!(!message.contains("changes[4]"));
        let many = Value::Array(vec![Value::Null; 25]);
        assert!(
            parse_changes(&many)
                .unwrap_err()
                .message
                .ends_with("; and 5 more changes are invalid")
        );
        assert!(parse_changes(&Value::Null).is_err());
    }

    #[test]
    fn the_fingerprint_differs_if_anything_in_the_changes_does() {
        let fingerprint_of = |json: &str| fingerprint(&parse_changes(&Value::from_json(json)).unwrap());
        let original = fingerprint_of(SOUND);
        assert_eq!(original, fingerprint_of(SOUND));
        for (from, to) in [
            ("\"x\"", "\"y\""),
            ("\"7\"", "\"9\""),
            ("8}", "80}"),
            ("roleId\":2", "roleId\":3"),
        ] {
            assert_ne!(original, fingerprint_of(&SOUND.replace(from, to)), "{from}");
        }
    }

    #[test]
    fn the_fingerprint_ignores_the_order_of_fields_and_depends_on_every_kind_of_value() {
        let update = |values: &str| {
            fingerprint(&[Change::Update {
                id: 7,
                changes: Value::from_json(values),
                previous_managers: vec![],
            }])
        };
        assert_eq!(update(r#"{"a":1,"b":[2]}"#), update(r#"{"b":[2],"a":1}"#));
        let values = [
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"a":null}"#,
            r#"{"a":true}"#,
            r#"{"a":false}"#,
            r#"{"a":"1"}"#,
            r#"{"a":[1]}"#,
            r#"{"a":[[1]]}"#,
            r#"{"a":{}}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"b":1}"#,
            "{}",
            "[]",
            r#"{"a":1,"b":1}"#,
            r#"{"a":"null"}"#,
            r#"{"a":["x","y"]}"#,
            r#"{"a":["xy"]}"#,
        ];
        let mut fingerprints = values.map(update);
        fingerprints.sort_unstable();
        assert!(fingerprints.windows(2).all(|pair| pair[0] != pair[1]));
        assert_ne!(fingerprint(&[delete(7)]), fingerprint(&[delete(8)]));
    }

    #[test]
    fn the_fingerprint_is_the_one_of_earlier_versions() {
        let changes = parse_changes(&Value::from_json(SOUND)).unwrap();
        assert_eq!(fingerprint(&changes), 9_978_346_359_404_361_997);
        assert_eq!(fingerprint(&[]), OFFSET_BASIS);
    }

    #[test]
    fn what_a_plan_says_for_people_is_not_part_of_the_fingerprint() {
        let whole = SOUND
            .replace(r#""then":"#, r#""row":2,"then":"#)
            .replace(
                r#""before":{"roleId":1}"#,
                r#""before":{"roleId":1},"row":3,"who":{"displayName":"A","emailAddress":"a@x.co"}"#,
            )
            .replace(
                r#""id":8"#,
                r#""id":8,"before":{"id":8,"attributes":[{"key":"x","values":[1],"source":"y"}]},"who":{},"reports":[9],"then":{"roleId":2}"#,
            );
        let plan = format!(r#"{{"changes":{whole},"instance":"acme.domo.com","names":{{"users":{{"1":"A"}}}}}}"#);
        let changes = parse_changes(&Value::from_json(&plan)).unwrap();
        assert_eq!(fingerprint(&changes), 9_978_346_359_404_361_997);
    }

    #[test]
    fn twenty_invalid_changes_are_described_and_one_more_is_counted() {
        let message = |count| {
            parse_changes(&Value::Array(vec![Value::Null; count]))
                .unwrap_err()
                .message
                .clone()
        };
        assert!(message(20).contains("changes[19]: ") && !message(20).contains("more"));
        assert!(message(21).ends_with("; and 1 more change is invalid") && !message(21).contains("changes[20]"));
    }

    #[test]
    fn a_change_knows_its_user_and_the_managers_before() {
        let changes = parse_changes(&Value::from_json(
            r#"[{"action":"update","id":7,"changes":{"reportsTo":"9"},"before":{"attributes":[{"key":"reportsTo","values":["8"]}]}}]"#,
        ))
        .unwrap();
        assert_eq!(
            changes,
            [Change::Update {
                id: 7,
                changes: Value::from_json(r#"{"reportsTo":"9"}"#),
                previous_managers: vec![8],
            }]
        );
        assert_eq!(changes[0].user_id(), Some(7));
        assert_eq!(delete(8).user_id(), Some(8));
        let create = Change::Create {
            user: Value::Null,
            then: Value::Undefined,
        };
        assert_eq!(create.user_id(), None);
    }
}
