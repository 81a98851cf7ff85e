//! Compares the response to an update, or a user, with the changes that were sent.

use domo_users_scan::email::{EmailKey, address_in};
use domo_users_scan::fold::is_same_ignoring_case;
use domo_users_scan::number::MAX_SAFE_INTEGER;

use crate::value::{ObjectBuilder, Value};

/// Whether the response to Update User contains every top-level field of the changes with its new value, at the top level or among its attributes.
/// Attributes of the changes are not compared.
#[must_use]
pub fn reflects(changes: &Value, response: &Value) -> bool {
    top_level(changes)
        .iter()
        .all(|(field, desired)| match (desired, field_of(response, field)) {
            // A change may concern only case or spaces, so strings must be equal. Addresses ignore case, but nothing may surround them.
            (Value::String(desired), Some(Value::String(current))) if *field == "emailAddress" => {
                is_same_address(desired, current) && address_in(current).len() == current.len()
            }
            (Value::String(desired), Some(Value::String(current))) => desired == current,
            (desired, Some(current)) => is_equivalent(field, desired, current),
            (_, None) => false,
        })
}

/// Whether a user, read with all attributes, has all values of the changes, attributes included; an attribute that the changes clear must have none.
#[must_use]
pub fn matches(changes: &Value, user: &Value) -> bool {
    let mut attributes = changes.field("attributes").items().iter();
    reflects(changes, user)
        && mismatch(changes, user).is_none()
        && attributes.all(|desired| has_attribute(user, desired))
}

/// Whether a user has the values of an attribute, ignoring `null`.
fn has_attribute(user: &Value, desired: &Value) -> bool {
    let mut current: &[Value] = &[];
    for attribute in user.field("attributes").items() {
        if current.is_empty() && attribute.field("key") == desired.field("key") {
            current = attribute.field("values").items();
        }
    }
    are_same_lists(desired.field("values").items(), current, |desired, current| {
        is_equivalent("", desired, current)
    })
}

/// Whether two lists have as many values, ignoring `null`, and each value is the same as the other list's by this comparison.
#[must_use]
pub fn are_same_lists(one: &[Value], other: &[Value], is_same: fn(&Value, &Value) -> bool) -> bool {
    let (mut one, mut other) = (one.iter().filter(is_set), other.iter().filter(is_set));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if is_same(one, other) => {}
            _ => return false,
        }
    }
}

/// Whether a value is not `null`.
pub fn is_set(value: &&Value) -> bool {
    **value != Value::Null
}

/// A top-level field with another value than the changes give it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mismatch<'a> {
    /// The name of the field.
    pub field: &'a str,
    /// The value in the response.
    pub current: &'a Value,
}

/// Returns the first top-level field that the response contains with another value than the changes. The user name is one that is changed as an attribute.
#[must_use]
pub fn mismatch<'a>(changes: &'a Value, response: &'a Value) -> Option<Mismatch<'a>> {
    for (field, desired) in compared(changes) {
        if let Some(current) = field_of(response, field)
            && !is_equivalent(field, desired, current)
        {
            return Some(Mismatch { field, current });
        }
    }
    None
}

/// Returns the top-level fields that the response to the changes must show.
#[must_use]
pub fn compared(changes: &Value) -> Vec<(&str, &Value)> {
    let mut fields = top_level(changes);
    if let Some(user_name) = field_of(changes, "userName").filter(is_set) {
        fields.push(("userName", user_name));
    }
    fields
}

/// Returns the names and values of the changes without the attributes.
#[must_use]
pub fn top_level(changes: &Value) -> Vec<(&str, &Value)> {
    let mut fields = Vec::new();
    for (field, value) in changes.fields() {
        if field != "attributes" {
            fields.push((field.as_str(), value));
        }
    }
    fields
}

/// Returns a field of a user, from the top level or else the first value of the attribute with this key.
#[must_use]
pub fn field_of<'a>(user: &'a Value, field: &str) -> Option<&'a Value> {
    match user.field(field) {
        Value::Undefined => user
            .field("attributes")
            .items()
            .iter()
            .find(|attribute| attribute.field("key").as_str() == Some(field))
            .and_then(|attribute| attribute.field("values").items().first()),
        value => Some(value),
    }
}

/// Whether two strings are the same e-mail address, ignoring case, invisible characters and text around the address.
#[must_use]
pub fn is_same_address(one: &str, other: &str) -> bool {
    EmailKey::of(one) == EmailKey::of(other)
}

/// Whether two values are equal apart from what a server may normalize: case and spaces of strings, ids as a number or a string, and text around an
/// address.
fn is_equivalent(field: &str, desired: &Value, current: &Value) -> bool {
    match (desired, current) {
        (Value::String(desired), Value::String(current)) if field == "emailAddress" => {
            is_same_address(desired, current)
        }
        (Value::String(desired), Value::String(current)) => is_same_string(desired, current),
        _ => is_same_value(desired, current),
    }
}

/// Whether two values are identical, or one is a safe integer and the other one its decimal string: instances return ids as either.
#[allow(clippy::cast_precision_loss)] // `MAX_SAFE_INTEGER` is the largest integer without a loss
#[must_use]
pub fn is_same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(number), Value::String(string)) | (Value::String(string), Value::Number(number)) => string
            .parse::<u64>()
            .is_ok_and(|id| id <= MAX_SAFE_INTEGER && id as f64 == *number),
        _ => one == other,
    }
}

/// Whether two strings are equal, ignoring case and the number of spaces between words.
fn is_same_string(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split_whitespace(), other.split_whitespace());
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if is_same_ignoring_case(one.as_bytes(), other.as_bytes()) => {}
            _ => return false,
        }
    }
}

/// Returns the changes in the form that other clients send: `{attributes: [{key, values}]}`, top-level fields included.
#[must_use]
pub fn as_attributes_body(changes: &Value) -> Value {
    let mut attributes = Vec::new();
    for (field, value) in top_level(changes) {
        let values = match value {
            Value::Array(_) => value.clone(),
            single => Value::Array(vec![single.clone()]),
        };
        let mut attribute = ObjectBuilder::default();
        attributes.push(attribute.set("key", field).set("values", values).object());
    }
    attributes.extend_from_slice(changes.field("attributes").items());
    ObjectBuilder::default().set("attributes", attributes).object()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from(json: &str) -> Value {
        Value::from_json(json)
    }

    #[test]
    fn a_response_reflects_the_changes_or_does_not() {
        let changes = from(r#"{"roleId":5,"displayName":"Jane  Doe"}"#);
        assert!(reflects(&changes, &from(r#"{"roleId":"5","displayName":"Jane  Doe"}"#)));
        assert!(!reflects(&changes, &from(r#"{"roleId":"5","displayName":"jane doe"}"#)));
        assert_eq!(
            mismatch(&changes, &from(r#"{"roleId":"5","displayName":"jane doe"}"#)),
            None
        );
        let address = from(r#"{"emailAddress":"J@x.co"}"#);
        assert!(reflects(&address, &from(r#"{"emailAddress":"j@X.co"}"#)));
        assert!(reflects(
            &changes,
            &from(r#"{"displayName":"Jane  Doe","attributes":[{"key":"roleId","values":[5]}]}"#)
        ));
        assert!(!reflects(&changes, &from(r#"{"roleId":4,"displayName":"Jane Doe"}"#)));
        assert!(!reflects(&changes, &from("{}")));
        assert_eq!(mismatch(&changes, &from("{}")), None);
        assert_eq!(
            mismatch(&changes, &from(r#"{"roleId":4}"#)),
            Some(Mismatch {
                field: "roleId",
                current: &Value::Number(4.0)
            })
        );
        assert!(reflects(
            &from(r#"{"attributes":[{"key":"title","values":["x"]}]}"#),
            &from("{}")
        ));
    }

    #[test]
    fn a_user_has_all_values_of_the_changes_or_not() {
        let user = from(
            r#"{"id":7,"roleId":2,"attributes":[{"key":"title","values":["Chief"]},{"key":"avatarKey","values":[null]},{"key":"n","values":[1,"b"]}]}"#,
        );
        for held in [
            r#"{"roleId":2}"#,
            r#"{"roleId":2,"attributes":[{"key":"title","values":["Chief"]},{"key":"n","values":[1,"b"]}]}"#,
            r#"{"attributes":[{"key":"avatarKey","values":[null]},{"key":"department","values":[null]},{"key":"x","values":[]}]}"#,
        ] {
            assert!(matches(&from(held), &user), "{held}");
        }
        for other in [
            r#"{"roleId":3}"#,
            r#"{"attributes":[{"key":"title","values":["Boss"]}]}"#,
            r#"{"attributes":[{"key":"title","values":[null]}]}"#,
            r#"{"attributes":[{"key":"department","values":["x"]}]}"#,
            r#"{"attributes":[{"key":"n","values":["b",1]}]}"#,
        ] {
            assert!(!matches(&from(other), &user), "{other}");
        }
    }

    #[test]
    fn a_user_name_among_the_attributes_is_compared_with_the_field_of_the_user() {
        let changes = from(r#"{"attributes":[{"key":"userName","values":["jane"]}]}"#);
        let mirror = r#""attributes":[{"key":"userName","values":["jane"]}]"#;
        let other = from(&format!(r#"{{"userName":"old",{mirror}}}"#));
        assert_eq!(
            mismatch(&changes, &other).map(|found| found.current),
            Some(&"old".into())
        );
        assert!(!matches(&changes, &other));
        for same in [format!(r#"{{"userName":"JANE",{mirror}}}"#), format!("{{{mirror}}}")] {
            assert_eq!(mismatch(&changes, &from(&same)), None, "{same}");
            assert!(matches(&changes, &from(&same)), "{same}");
        }
        let cleared = from(r#"{"attributes":[{"key":"userName","values":[null]}]}"#);
        assert_eq!(mismatch(&cleared, &other), None);
    }

    #[test]
    fn an_address_is_the_same_apart_from_what_surrounds_it() {
        let changes = from(r#"{"emailAddress":"ada@x.co"}"#);
        for response in [
            r#"{"emailAddress":"Ada@x\u200b.co"}"#,
            r#"{"emailAddress":"Ada <ada@x.co>"}"#,
        ] {
            assert_eq!(mismatch(&changes, &from(response)), None);
            assert!(!reflects(&changes, &from(response)), "the update has not removed it");
        }
        assert!(reflects(&changes, &from(r#"{"emailAddress":"ADA@x.co"}"#)));
        assert!(mismatch(&changes, &from(r#"{"emailAddress":"ada@x.com"}"#)).is_some());
        // Other fields are compared with all their characters.
        let changes = from(r#"{"displayName":"ada@x.co"}"#);
        assert!(mismatch(&changes, &from(r#"{"displayName":"<ada@x.co>"}"#)).is_some());
    }

    #[test]
    fn the_attributes_body_contains_every_field() {
        let body = as_attributes_body(&from(
            r#"{"roleId":5,"attributes":[{"key":"title","values":["x"]}],"department":["a","b"]}"#,
        ));
        assert_eq!(
            serde_json::to_value(&body).unwrap(),
            serde_json::json!({"attributes":[
                {"key":"roleId","values":[5.0]},
                {"key":"department","values":["a","b"]},
                {"key":"title","values":["x"]},
            ]})
        );
    }

    #[test]
    fn an_id_is_the_same_as_a_number_and_as_a_string() {
        let changes = from(r#"{"reportsTo":9007199254740991,"roleId":"7"}"#);
        for (response, is_reflected) in [
            (r#"{"reportsTo":"9007199254740991","roleId":7}"#, true),
            (r#"{"reportsTo":"9007199254740991","roleId":7.5}"#, false),
            (r#"{"reportsTo":"9007199254740990","roleId":7}"#, false),
            (r#"{"reportsTo":"x","roleId":7}"#, false),
            (r#"{"reportsTo":null,"roleId":7}"#, false),
        ] {
            assert_eq!(reflects(&changes, &from(response)), is_reflected, "{response}");
        }
        assert!(
            !reflects(&from(r#"{"n":9007199254740992}"#), &from(r#"{"n":"9007199254740992"}"#)),
            "beyond the integers that a number holds exactly"
        );
    }

    #[test]
    fn a_mismatch_ignores_case_and_the_number_of_blanks() {
        let changes = from(r#"{"displayName":" Jane  DOE ","attributes":[{"key":"title","values":["x"]}]}"#);
        assert_eq!(mismatch(&changes, &from(r#"{"displayName":"jane doe"}"#)), None);
        for other in [
            r#"{"displayName":"janedoe"}"#,
            r#"{"attributes":[{"key":"displayName","values":["J D"]}]}"#,
        ] {
            assert_eq!(
                mismatch(&changes, &from(other)).unwrap().field,
                "displayName",
                "{other}"
            );
        }
    }

    #[test]
    fn a_field_is_read_from_the_top_level_before_the_attributes() {
        let user = from(
            r#"{"title":"A","attributes":[{"key":"title","values":["B"]},{"key":"x","values":[]},{"key":"y","values":[1,2]}]}"#,
        );
        assert_eq!(field_of(&user, "title"), Some(&"A".into()));
        assert_eq!(field_of(&user, "y"), Some(&Value::Number(1.0)));
        assert_eq!((field_of(&user, "x"), field_of(&user, "z")), (None, None));
    }

    proptest! {
        #[test]
        fn a_response_that_echoes_the_changes_reflects_them(name in "\\PC{1,20}", role in 1u32..1_000_000) {
            let changes = Value::Object(vec![
                ("displayName".into(), Value::String(name)),
                ("roleId".into(), Value::Number(f64::from(role))),
            ]);
            prop_assert!(reflects(&changes, &changes));
            prop_assert!(reflects(&changes, &as_attributes_body(&changes)));
            prop_assert!(mismatch(&changes, &changes).is_none());
        }
    }
}
