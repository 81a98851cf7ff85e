//! A user: what may be sent.

use domo_users_bytes::number::LARGEST;

use crate::error::DomoError;
use crate::faults::{Faults, must};
use crate::given::Given;
use crate::text::{digits, join, pieces, split, whole_number};

/// A user's id from a positive safe integer or its decimal text.
///
/// # Errors
/// `INVALID_INPUT` naming it.
pub fn id(given: &Given) -> Result<u64, DomoError> {
    let number = match given {
        Given::Text(digits) if !matches!(digits.as_bytes().first(), Some(b'0' | b'+')) => {
            whole_number(digits.as_bytes())
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
        Given::Number(number) if is_positive_integer(*number) => Some(*number as u64),
        _ => None,
    };
    match number {
        Some(id @ 1..=LARGEST) => Ok(id),
        _ => {
            let expected = "a user's id: a positive whole number up to 2^53 - 1, or its decimal text";
            Err(DomoError::input(must("id", expected, given)))
        }
    }
}

fn is_positive_integer(n: f64) -> bool {
    n.fract() == 0.0 && (1.0..=LARGEST as f64).contains(&n)
}

/// Checks what Create User needs.
pub fn check_new(user: &Given, faults: &mut Faults) {
    if matches!(user, Given::Object(_)) {
        for field in &TOP_LEVEL {
            check(field, user.field(field), faults);
        }
    } else {
        faults.must("user", "an object {displayName, emailAddress, roleId}", user);
    }
}

/// Checks what Update User may carry, given by this name: at least one field, each as its endpoint wants it.
pub fn check_changes(name: &str, changes: &Given, faults: &mut Faults) {
    let is_empty = |(field, value): &(String, Given)| field == "attributes" && *value == Given::List(Vec::new());
    if changes.fields().iter().all(is_empty) {
        let expected = "an object with at least one field, such as {roleId: 2}";
        faults.must(name, expected, changes);
    }
    for (field, value) in changes.fields() {
        if field == "attributes" {
            check_attributes(value, faults);
        } else {
            check(field, value, faults);
        }
    }
}

/// The fields that Domo documents for create and update.
const TOP_LEVEL: [&str; 3] = ["displayName", "emailAddress", "roleId"];

/// One top-level field; others than the documented are Domo's to judge.
fn check(field: &str, given: &Given, faults: &mut Faults) {
    let (fits, expected) = match field {
        "displayName" => (is_name(given), "a text that is not blank"),
        "emailAddress" => (
            given.text().is_some_and(is_email),
            "an e-mail address such as jane.doe@example.com",
        ),
        "roleId" => (
            given.number().is_some_and(is_positive_integer),
            "the number of a role, such as 4 for Participant",
        ),
        _ => return,
    };
    if !fits {
        faults.must(field, expected, given);
    }
}

fn is_name(given: &Given) -> bool {
    given.text().is_some_and(|name| !name.trim().is_empty())
}

fn check_attributes(given: &Given, faults: &mut Faults) {
    let Given::List(attributes) = given else {
        faults.must("attributes", "an array of {key, values}", given);
        return;
    };
    for (index, attribute) in attributes.iter().enumerate() {
        let (key, values) = (attribute.field("key"), attribute.field("values"));
        if !is_name(key) {
            faults.must(
                &join(&["attributes[", &digits(index as u64), "].key"]),
                "the name of an attribute",
                key,
            );
        }
        let place = join(&["attributes[", &digits(index as u64), "].values"]);
        let Given::List(values) = values else {
            faults.must(&place, "an array of texts, numbers, booleans or null", values);
            continue;
        };
        let nested = |value: &Given| matches!(value, Given::List(_) | Given::Object(_));
        if let Some(at) = values.iter().position(nested) {
            let place = join(&[&place, "[", &digits(at as u64), "]"]);
            faults.must(
                &place,
                "a text, a number, a boolean or null",
                values.get(at).unwrap_or(&Given::Missing),
            );
        }
    }
}

/// Whether a text is shaped like an e-mail address: `someone@place.tld`, nothing blank in it.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = split(text, "@") else {
        return false;
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>');
    let mut labels = 0_usize;
    for label in pieces(domain, ".") {
        if label.is_empty() {
            return false;
        }
        labels = labels.saturating_add(1);
    }
    labels > 1 && !local.is_empty() && text.len() <= 254 && !local.chars().any(odd) && !domain.chars().any(odd)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::faults::checked;
    use proptest::prelude::*;

    fn from(json: &str) -> Given {
        Given::from_json(json)
    }

    fn new_faults(user: &Given) -> Result<(), DomoError> {
        checked(|faults| check_new(user, faults))
    }

    fn changed_faults(changes: &Given) -> Result<(), DomoError> {
        checked(|faults| check_changes("changes", changes, faults))
    }

    #[test]
    fn ids_are_positive_safe_integers_or_their_text() {
        for (given, expected) in [("7", 7), ("\"7\"", 7), ("9007199254740991", 9_007_199_254_740_991)] {
            assert_eq!(id(&from(given)), Ok(expected));
        }
        for wrong in [
            "0",
            "-1",
            "1.5",
            "9007199254740992",
            "\"\"",
            "\"0\"",
            "\"07\"",
            "\" 7\"",
            "\"7/..\"",
            "\"1e3\"",
            "\"+7\"",
            "\"9007199254740993\"",
            "null",
            "true",
            "[7]",
            "{}",
        ] {
            let error = id(&from(wrong)).unwrap_err();
            assert!(error.message.starts_with("id must be a user's id"), "{wrong}");
        }
        assert!(id(&Given::Number(f64::NAN)).is_err());
    }

    #[test]
    fn every_fault_of_a_new_user_is_named() {
        let error = new_faults(&from(r#"{"displayName":" ","emailAddress":"nope","roleId":"5"}"#)).unwrap_err();
        assert_eq!(
            error.message,
            "displayName must be a text that is not blank; got \" \"; \
             emailAddress must be an e-mail address such as jane.doe@example.com; got \"nope\"; \
             roleId must be the number of a role, such as 4 for Participant; got \"5\""
        );
        assert!(
            new_faults(&from(
                r#"{"displayName":"J","emailAddress":"j@x.co","roleId":5,"title":"x"}"#
            ))
            .is_ok()
        );
        assert!(new_faults(&Given::Null).is_err());
    }

    #[test]
    fn changes_need_a_field_and_sound_attributes() {
        assert!(changed_faults(&from("{}")).is_err());
        assert!(changed_faults(&from("[]")).is_err());
        assert!(changed_faults(&from(r#"{"roleId":5}"#)).is_ok());
        assert!(changed_faults(&from(r#"{"attributes":[{"key":"title","values":[null]}]}"#)).is_ok());
        for wrong in [
            r#"{"roleId":0}"#,
            r#"{"displayName":null}"#,
            r#"{"attributes":{}}"#,
            r#"{"attributes":[{"key":"","values":[]}]}"#,
            r#"{"attributes":[{"key":"a"}]}"#,
            r#"{"attributes":[{"key":"a","values":[{}]}]}"#,
            r#"{"attributes":[7]}"#,
        ] {
            assert!(changed_faults(&from(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn e_mail_addresses_by_their_shape() {
        for good in [
            "a@b.co",
            "jane.doe+domo@sub.example.com",
            "o'hara@x.ie",
            "用户@例子.广告",
            "A@B.CO",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "a", "@b.co", "a@", "a@b", "a b@c.d", "a@b..c", "a@.b", "a@b.", "a@@b.c", "a@b.c\n", "a,b@c.d",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn an_id_is_the_number_it_was(number in 1u64..=9_007_199_254_740_991) {
            prop_assert_eq!(id(&Given::Text(number.to_string())), Ok(number));
            #[allow(clippy::cast_precision_loss)]
            let as_number = Given::Number(number as f64);
            prop_assert_eq!(id(&as_number), Ok(number));
        }

        #[test]
        fn no_other_text_is_an_id(text in any::<String>()) {
            if let Ok(number) = id(&Given::Text(text.clone())) {
                prop_assert_eq!(number.to_string(), text);
            }
        }

        #[test]
        fn any_text_can_be_asked_for_its_shape(text in any::<String>()) {
            let _ = is_email(&text);
        }
    }
}
