//! The fields that changes set, and the values that a user has for them.

use std::slice::from_ref;

use crate::client::update_check::{are_same_lists, is_same_value, is_set};
use crate::value::Value;

/// A field that changes set: a field of the user itself, or an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'a> {
    /// The name of the field, or the key of the attribute.
    pub key: &'a str,
    /// The new values.
    pub values: &'a [Value],
    /// Whether it is a field of the user itself.
    pub is_top: bool,
}

/// Returns the fields that changes set, then the attributes.
#[must_use]
pub fn fields_of(changes: &Value) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    for (key, value) in changes.fields() {
        if key != "attributes" {
            let (values, is_top) = (as_list(value), true);
            fields.push(Field { key, values, is_top });
        }
    }
    for attribute in changes.field("attributes").items() {
        let (values, is_top) = (attribute.field("values").items(), false);
        let key = attribute.field("key").as_str().unwrap_or_default();
        fields.push(Field { key, values, is_top });
    }
    fields
}

/// Returns the values that a user has for a field, from where the field is set if the user shows it in both places; an empty slice if there are none.
#[must_use]
pub fn held_values<'a>(user: &'a Value, field: &Field<'_>) -> &'a [Value] {
    let at_top = as_list(user.field(field.key));
    if field.is_top && !at_top.is_empty() {
        return at_top;
    }
    let mut attributes = user.field("attributes").items().iter();
    let attribute = attributes.find(|attribute| attribute.field("key").as_str() == Some(field.key));
    attribute.map_or(at_top, |attribute| attribute.field("values").items())
}

fn as_list(value: &Value) -> &[Value] {
    match value {
        Value::Undefined => &[],
        Value::Array(items) => items,
        single => from_ref(single),
    }
}

/// Returns a scalar value of a field, such as the name; `Undefined` if the user has none.
#[must_use]
pub fn held_value<'a>(user: &'a Value, key: &str) -> &'a Value {
    held_values(user, &top_field(key)).first().unwrap_or(&Value::Undefined)
}

/// Returns a field of the user itself, without values.
#[must_use]
pub fn top_field(key: &str) -> Field<'_> {
    let (values, is_top) = (&[], true);
    Field { key, values, is_top }
}

/// Whether two lists hold the same values, ignoring `null`. A number equals its string, since instances return ids as either; everything else must be
/// identical.
#[must_use]
pub fn are_same(one: &[Value], other: &[Value]) -> bool {
    are_same_lists(one, other, is_same_value)
}

/// Returns values in a few words, without `null`; an empty string if there are none. After `longest` characters, further values are left out.
#[must_use]
pub fn described(values: &[Value], longest: usize) -> String {
    let mut text = String::new();
    for value in values.iter().filter(is_set) {
        if text.len() > longest {
            text.push_str(", …");
            break;
        }
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&value.describe());
    }
    text
}

/// The attributes that Domo sets by itself, and the fields that every user has beside its attributes. Nobody sets these attributes by hand.
const NOT_SET_BY_PEOPLE: [&str; 15] = [
    "id",
    "displayName",
    "userName",
    "emailAddress",
    "roleId",
    "created",
    "modified",
    "lastActivity",
    "lastLogin",
    "avatarKey",
    "invitorUserId",
    "isActive",
    "isAnonymous",
    "isPending",
    "isSystemUser",
];

/// Whether people set the attribute with this key, and the attribute is no copy of a field of the user.
#[must_use]
pub fn is_set_by_people(key: &str) -> bool {
    !NOT_SET_BY_PEOPLE.contains(&key)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn changes_have_fields_and_attributes() {
        let changes = Value::from_json(r#"{"attributes":[{"key":"title","values":["x",null]}],"roleId":4,"tags":[1]}"#);
        let fields = fields_of(&changes);
        let keys: Vec<_> = fields
            .iter()
            .map(|field| (field.key, field.values.len(), field.is_top))
            .collect();
        assert_eq!(keys, [("roleId", 1, true), ("tags", 1, true), ("title", 2, false)]);
        assert!(fields_of(&Value::Undefined).is_empty());
    }

    #[test]
    fn a_value_comes_from_where_it_is_set_or_else_from_the_other_place() {
        let user = Value::from_json(
            r#"{"roleId":4,"userName":"old","attributes":[{"key":"roleId","values":[5]},{"key":"userName","values":["new"]},{"key":"title","values":["x"]}]}"#,
        );
        let held = |key, is_top| {
            held_values(
                &user,
                &Field {
                    key,
                    values: &[],
                    is_top,
                },
            )
            .to_vec()
        };
        assert_eq!(held("roleId", true), [Value::Number(4.0)]);
        assert_eq!(held("roleId", false), [Value::Number(5.0)]);
        assert_eq!(held("userName", false), ["new".into()]);
        assert_eq!(held("title", true), ["x".into()]);
        assert!(held("department", false).is_empty());
        assert_eq!(held_value(&user, "userName"), &"old".into());
        assert_eq!(held_value(&user, "x"), &Value::Undefined);
    }

    #[test]
    fn only_numbers_and_their_strings_are_the_same_beside_identical_values() {
        let same = |one: &str, other: &str| are_same(Value::from_json(one).items(), Value::from_json(other).items());
        assert!(same("[7]", r#"["7"]"#) && same("[null]", "[]") && same(r#"["a",null]"#, r#"["a"]"#));
        for (one, other) in [
            (r#"["a"]"#, r#"["A"]"#),
            ("[1]", "[]"),
            ("[]", "[1]"),
            ("[1,2]", "[2,1]"),
            ("[7.5]", r#"["7"]"#),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }
}
