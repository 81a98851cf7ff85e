//! The managers that changes name, in `reportsTo`: as a field or as an attribute, by id or by e-mail address.

use crate::error::{Code, DomoError};
use crate::user;
use crate::value::Value;

/// The attribute that names a user's manager.
pub const MANAGER: &str = "reportsTo";

/// Whether changes name a manager. Clearing the manager names nobody.
#[must_use]
pub fn names_manager(changes: &Value) -> bool {
    named_managers(changes)
        .iter()
        .any(|value| !matches!(value, Value::Null | Value::Undefined))
}

/// Returns the e-mail addresses of the managers that changes name.
#[must_use]
pub fn manager_emails(changes: &Value) -> Vec<&str> {
    let mut emails = Vec::new();
    for value in named_managers(changes) {
        if let Some(name) = value.as_str()
            && name.contains('@')
        {
            emails.push(name);
        }
    }
    emails
}

/// Returns the ids of the managers that changes, or the previous values of a user, name by id.
#[must_use]
pub fn manager_ids(changes: &Value) -> Vec<u64> {
    let mut ids = Vec::new();
    for value in named_managers(changes) {
        if let Ok(id) = user::id(value) {
            ids.push(id);
        }
    }
    ids
}

/// Returns the values of the manager, from the field and from the attribute.
fn named_managers(changes: &Value) -> Vec<&Value> {
    let mut managers = vec![changes.field(MANAGER)];
    for attribute in changes.field("attributes").items() {
        if is_manager(attribute) {
            for value in attribute.field("values").items() {
                managers.push(value);
            }
        }
    }
    managers
}

fn is_manager(attribute: &Value) -> bool {
    attribute.field("key").as_str() == Some(MANAGER)
}

/// Returns the changes without those of the manager; `None` if there are no others.
#[must_use]
pub fn without_manager(changes: &Value) -> Option<Value> {
    filtered(changes, false)
}

/// Returns the changes of the manager alone; `None` if there are none.
#[must_use]
pub fn manager_only(changes: &Value) -> Option<Value> {
    filtered(changes, true)
}

/// Returns the fields and attributes that are (`of_manager`) or are not those of the manager.
fn filtered(changes: &Value, of_manager: bool) -> Option<Value> {
    let mut fields = Vec::new();
    for (name, value) in changes.fields() {
        if name == "attributes" {
            let mut kept = Vec::new();
            for attribute in value.items() {
                if is_manager(attribute) == of_manager {
                    kept.push(attribute.clone());
                }
            }
            if !kept.is_empty() {
                fields.push((name.clone(), Value::Array(kept)));
            }
        } else if (name == MANAGER) == of_manager {
            fields.push((name.clone(), value.clone()));
        }
    }
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// Returns the changes with an id in place of each e-mail address of a manager; an address without an id stays.
#[must_use]
pub fn with_manager_ids(changes: &Value, id_of: &dyn Fn(&str) -> Option<String>) -> Value {
    let mut changes = changes.clone();
    let Value::Object(fields) = &mut changes else {
        return changes;
    };
    for (name, value) in fields {
        match value {
            Value::Array(attributes) if name == "attributes" => {
                for attribute in attributes.iter_mut().filter(|attribute| is_manager(attribute)) {
                    replace_attribute_values(attribute, id_of);
                }
            }
            value if name == MANAGER => replace_with_id(value, id_of),
            _ => {}
        }
    }
    changes
}

fn replace_attribute_values(attribute: &mut Value, id_of: &dyn Fn(&str) -> Option<String>) {
    let Value::Object(fields) = attribute else { return };
    for (name, value) in fields {
        if let (Value::Array(values), "values") = (value, name.as_str()) {
            for value in values {
                replace_with_id(value, id_of);
            }
        }
    }
}

fn replace_with_id(value: &mut Value, id_of: &dyn Fn(&str) -> Option<String>) {
    if let Some(id) = value.as_str().and_then(id_of) {
        *value = Value::String(id);
    }
}

/// Returns the error of a change whose manager does not exist, perhaps because another change was to create the manager and failed.
#[must_use]
pub fn no_manager(email: &str, is_create_failed: bool) -> DomoError {
    let (code, [before, after]) = match is_create_failed {
        true => (
            Code::Conflict,
            [
                "reportsTo: not sent, since the change that creates the manager \"",
                "\" failed. Look at its error, and plan again",
            ],
        ),
        false => (
            Code::NotFound,
            [
                "reportsTo: no user has the e-mail address \"",
                "\": create that user first, or give the manager's id",
            ],
        ),
    };
    DomoError::new(code, [before, email, after].concat())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn changes(json: &str) -> Value {
        Value::from_json(json)
    }

    const BOTH: &str =
        r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]},{"key":"reportsTo","values":["Boss@x.co"]}]}"#;

    #[test]
    fn changes_are_split_into_the_manager_and_the_others() {
        let both = changes(BOTH);
        assert_eq!(
            without_manager(&both),
            Some(changes(r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]}]}"#))
        );
        assert_eq!(
            manager_only(&both),
            Some(changes(
                r#"{"attributes":[{"key":"reportsTo","values":["Boss@x.co"]}]}"#
            ))
        );
        assert_eq!(without_manager(&changes(r#"{"reportsTo":"9"}"#)), None);
    }

    #[test]
    fn e_mail_addresses_of_managers_are_replaced_by_ids() {
        let both = changes(BOTH);
        assert_eq!(manager_emails(&both), ["Boss@x.co"]);
        let known = with_manager_ids(&both, &|email| (email == "Boss@x.co").then(|| "9".to_owned()));
        assert_eq!(
            known,
            changes(r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]},{"key":"reportsTo","values":["9"]}]}"#)
        );
        assert!(manager_emails(&known).is_empty());
        assert_eq!(with_manager_ids(&both, &|_| None), both);
    }

    #[test]
    fn a_manager_is_named_by_id_or_address_in_the_field_or_the_attribute() {
        for (json, is_named, ids) in [
            (r#"{"reportsTo":9}"#, true, vec![9]),
            (r#"{"reportsTo":"9"}"#, true, vec![9]),
            (r#"{"reportsTo":"Boss@x.co"}"#, true, vec![]),
            (r#"{"reportsTo":null}"#, false, vec![]),
            (r#"{"attributes":[{"key":"reportsTo","values":[null]}]}"#, false, vec![]),
            (
                r#"{"attributes":[{"key":"reportsTo","values":[null,8]}]}"#,
                true,
                vec![8],
            ),
            (
                r#"{"reportsTo":7,"attributes":[{"key":"reportsTo","values":[8]}]}"#,
                true,
                vec![7, 8],
            ),
            (r#"{"attributes":[{"key":"title","values":["9"]}]}"#, false, vec![]),
            (r#"{"roleId":9}"#, false, vec![]),
        ] {
            assert_eq!(
                (names_manager(&changes(json)), manager_ids(&changes(json))),
                (is_named, ids),
                "{json}"
            );
        }
    }

    #[test]
    fn the_field_of_the_manager_is_split_off_and_replaced_like_the_attribute() {
        let both = changes(r#"{"title":"Boss@x.co","reportsTo":"Boss@x.co"}"#);
        assert_eq!(manager_only(&both), Some(changes(r#"{"reportsTo":"Boss@x.co"}"#)));
        assert_eq!(without_manager(&both), Some(changes(r#"{"title":"Boss@x.co"}"#)));
        assert_eq!(manager_only(&changes(r#"{"roleId":2,"attributes":[]}"#)), None);
        assert_eq!(
            with_manager_ids(&both, &|_| Some("9".to_owned())),
            changes(r#"{"title":"Boss@x.co","reportsTo":"9"}"#)
        );
    }
}
