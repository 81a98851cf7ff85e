//! What an answer shows of what was asked for.

use domo_users_scan::email::{EmailKey, address_in};
use domo_users_scan::fold::equal_ignoring_case;

use crate::text::{digits, whole_number};
use crate::value::{ObjectBuilder, Value};

/// Whether an answer to Update User shows every top-level field that was asked for,
/// at the top or among its attributes. Attributes that were asked for as such are not looked at.
#[must_use]
pub fn reflects(changes: &Value, answer: &Value) -> bool {
    for (field, wanted) in top_level(changes) {
        let is = shown(answer, field).unwrap_or(&Value::Undefined);
        let fits = match (wanted, is) {
            // A change of case or blanks is a change too, except that an address has no case. What surrounds an address must be gone.
            (Value::String(wanted), Value::String(is)) if field == "emailAddress" => {
                is_same_address(wanted, is) && address_in(is).len() == is.len()
            }
            (Value::String(wanted), Value::String(is)) => wanted == is,
            (_, Value::Undefined) => false,
            _ => same(field, wanted, is),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Whether a user, read with all attributes, holds everything that changes ask for: attributes too, and nothing where they clear one.
#[must_use]
pub fn matches(changes: &Value, user: &Value) -> bool {
    reflects(changes, user)
        && changes.field("attributes").items().iter().all(|wanted| {
            let own = user.field("attributes").items().iter();
            let is = own
                .filter(|own| own.field("key") == wanted.field("key"))
                .find_map(|own| Some(own.field("values").items()).filter(|values| !values.is_empty()))
                .unwrap_or_default();
            let is = is.iter().filter(|value| **value != Value::Null);
            let wanted = wanted
                .field("values")
                .items()
                .iter()
                .filter(|value| **value != Value::Null);
            wanted.clone().count() == is.clone().count() && wanted.zip(is).all(|(wanted, is)| same("", wanted, is))
        })
}

/// The first top-level field that the answer shows with another value than asked for: `(field, shown)`.
#[must_use]
pub fn mismatch<'a>(changes: &'a Value, answer: &'a Value) -> Option<(&'a str, &'a Value)> {
    for (field, wanted) in top_level(changes) {
        if let Some(is) = shown(answer, field)
            && !same(field, wanted, is)
        {
            return Some((field, is));
        }
    }
    None
}

/// The fields of changes, but for the attributes.
pub fn top_level(changes: &Value) -> impl Iterator<Item = (&str, &Value)> {
    changes
        .fields()
        .iter()
        .filter(|(field, _)| field != "attributes")
        .map(|(field, value)| (field.as_str(), value))
}

/// A top-level field of a user, at the top or among the attributes.
#[must_use]
pub fn shown<'a>(answer: &'a Value, field: &str) -> Option<&'a Value> {
    match answer.field(field) {
        Value::Undefined => answer
            .field("attributes")
            .items()
            .iter()
            .find(|attribute| attribute.field("key").text() == Some(field))
            .and_then(|attribute| attribute.field("values").items().first()),
        value => Some(value),
    }
}

/// Returns whether two texts are the address of the same user.
#[must_use]
pub fn is_same_address(one: &str, other: &str) -> bool {
    EmailKey::of(one) == EmailKey::of(other)
}

/// Equal as far as a server's own tidying goes: case and blanks of texts, ids as number or text, what surrounds an address.
fn same(field: &str, wanted: &Value, shown: &Value) -> bool {
    match (wanted, shown) {
        (Value::String(wanted), Value::String(shown)) if field == "emailAddress" => is_same_address(wanted, shown),
        (Value::String(wanted), Value::String(shown)) => is_same_text(wanted, shown),
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            whole_number(text.as_bytes()).is_some_and(|id| crate::text::number(*number) == digits(id))
        }
        _ => wanted == shown,
    }
}

/// Whether two texts are the same but for case and blanks.
fn is_same_text(one: &str, other: &str) -> bool {
    equal_ignoring_case(tidy(one).as_bytes(), tidy(other).as_bytes())
}

/// A text with one blank between its words. The standard library's splitting at blanks is larger.
fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    for c in text.trim().chars() {
        if !c.is_whitespace() {
            tidy.push(c);
        } else if !tidy.ends_with(" ") {
            tidy.push(' ');
        }
    }
    tidy
}

/// The same changes in the form that other clients send: `{attributes: [{key, values}]}`, top-level fields included.
#[must_use]
pub fn as_attributes_body(changes: &Value) -> Value {
    let mut attributes = Vec::new();
    for (field, value) in top_level(changes) {
        let values = match value {
            Value::Array(_) => value.clone(),
            one => Value::Array(vec![one.clone()]),
        };
        let mut moved = ObjectBuilder::default();
        attributes.push(moved.text("key", Some(field)).set("values", values).object());
    }
    for own in changes.field("attributes").items() {
        attributes.push(own.clone());
    }
    let mut form = ObjectBuilder::default();
    form.set("attributes", Value::Array(attributes)).object()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from(json: &str) -> Value {
        Value::from_json(json)
    }

    #[test]
    fn an_answer_shows_a_change_or_does_not() {
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
            Some(("roleId", &Value::Number(4.0)))
        );
        assert!(reflects(
            &from(r#"{"attributes":[{"key":"title","values":["x"]}]}"#),
            &from("{}")
        ));
    }

    #[test]
    fn a_user_holds_changes_or_does_not() {
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
    fn an_address_is_the_same_with_what_nobody_sees() {
        let changes = from(r#"{"emailAddress":"ada@x.co"}"#);
        for shown in [
            r#"{"emailAddress":"Ada@x\u200b.co"}"#,
            r#"{"emailAddress":"Ada <ada@x.co>"}"#,
        ] {
            assert_eq!(mismatch(&changes, &from(shown)), None);
            assert!(!reflects(&changes, &from(shown)), "the update has not removed it");
        }
        assert!(reflects(&changes, &from(r#"{"emailAddress":"ADA@x.co"}"#)));
        assert!(mismatch(&changes, &from(r#"{"emailAddress":"ada@x.com"}"#)).is_some());
        // Not so of another field.
        let changes = from(r#"{"displayName":"ada@x.co"}"#);
        assert!(mismatch(&changes, &from(r#"{"displayName":"<ada@x.co>"}"#)).is_some());
    }

    #[test]
    fn the_attributes_form_holds_everything() {
        let form = as_attributes_body(&from(
            r#"{"roleId":5,"attributes":[{"key":"title","values":["x"]}],"department":["a","b"]}"#,
        ));
        assert_eq!(
            serde_json::to_value(&form).unwrap(),
            serde_json::json!({"attributes":[
                {"key":"roleId","values":[5.0]},
                {"key":"department","values":["a","b"]},
                {"key":"title","values":["x"]},
            ]})
        );
    }

    proptest! {
        #[test]
        fn an_answer_that_echoes_the_changes_shows_them(name in "\\PC{1,20}", role in 1u32..1_000_000) {
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
