//! A user: what may be sent, and what an answer shows.

use domo_users_bytes::text::{LARGEST, folds_to_same};

use crate::error::DomoError;
use crate::faults::{Faults, must};
use crate::given::{Fields, Given};
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

/// Whether an answer to Update User shows every top-level field that was asked for,
/// at the top or among its attributes. Attributes that were asked for as such are not looked at.
#[must_use]
pub fn shows(changes: &Given, answer: &Given) -> bool {
    for (field, wanted) in top_level(changes) {
        let is = shown(answer, field).unwrap_or(&Given::Missing);
        let fits = match (wanted, is) {
            // A change of case or blanks is a change too; only an address has no case.
            (Given::Text(wanted), Given::Text(is)) if field != "emailAddress" => wanted == is,
            (_, Given::Missing) => false,
            _ => same(wanted, is),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Whether a user, read with all attributes, holds everything that changes ask for: attributes too, and nothing where they clear one.
#[must_use]
pub fn holds(changes: &Given, user: &Given) -> bool {
    shows(changes, user)
        && changes.field("attributes").items().iter().all(|wanted| {
            let own = user.field("attributes").items().iter();
            let is = own
                .filter(|own| own.field("key") == wanted.field("key"))
                .find_map(|own| Some(own.field("values").items()).filter(|values| !values.is_empty()))
                .unwrap_or_default();
            let is = is.iter().filter(|value| **value != Given::Null);
            let wanted = wanted
                .field("values")
                .items()
                .iter()
                .filter(|value| **value != Given::Null);
            wanted.clone().count() == is.clone().count() && wanted.zip(is).all(|(wanted, is)| same(wanted, is))
        })
}

/// The first top-level field that the answer shows with another value than asked for: `(field, shown)`.
#[must_use]
pub fn contradicts<'a>(changes: &'a Given, answer: &'a Given) -> Option<(&'a str, &'a Given)> {
    for (field, wanted) in top_level(changes) {
        if let Some(is) = shown(answer, field)
            && !same(wanted, is)
        {
            return Some((field, is));
        }
    }
    None
}

/// The fields of changes, but for the attributes.
pub fn top_level(changes: &Given) -> impl Iterator<Item = (&str, &Given)> {
    changes
        .fields()
        .iter()
        .filter(|(field, _)| field != "attributes")
        .map(|(field, value)| (field.as_str(), value))
}

/// A top-level field of a user, at the top or among the attributes.
#[must_use]
pub fn shown<'a>(answer: &'a Given, field: &str) -> Option<&'a Given> {
    match answer.field(field) {
        Given::Missing => answer
            .field("attributes")
            .items()
            .iter()
            .find(|attribute| attribute.field("key").text() == Some(field))
            .and_then(|attribute| attribute.field("values").items().first()),
        value => Some(value),
    }
}

/// Equal as far as a server's own tidying goes: case and blanks of texts, ids as number or text.
fn same(wanted: &Given, shown: &Given) -> bool {
    match (wanted, shown) {
        (Given::Text(wanted), Given::Text(shown)) => is_same_text(wanted, shown),
        (Given::Number(number), Given::Text(text)) | (Given::Text(text), Given::Number(number)) => {
            whole_number(text.as_bytes()).is_some_and(|id| crate::text::number(*number) == digits(id))
        }
        _ => wanted == shown,
    }
}

/// Whether two texts are the same but for case and blanks.
#[must_use]
pub fn is_same_text(one: &str, other: &str) -> bool {
    folds_to_same(tidy(one).as_bytes(), tidy(other).as_bytes())
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
pub fn attributes_form(changes: &Given) -> Given {
    let mut attributes = Vec::new();
    for (field, value) in top_level(changes) {
        let values = match value {
            Given::List(_) => value.clone(),
            one => Given::List(vec![one.clone()]),
        };
        let mut moved = Fields::default();
        attributes.push(moved.text("key", Some(field)).put("values", values).object());
    }
    for own in changes.field("attributes").items() {
        attributes.push(own.clone());
    }
    let mut form = Fields::default();
    form.put("attributes", Given::List(attributes)).object()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::error::Code;
    use proptest::prelude::*;

    fn from(json: &str) -> Given {
        Given::from_json(json)
    }

    fn new_faults(user: &Given) -> Result<(), DomoError> {
        let mut faults = Faults::default();
        check_new(user, &mut faults);
        faults.settle(Code::InvalidInput)
    }

    fn changed_faults(changes: &Given) -> Result<(), DomoError> {
        let mut faults = Faults::default();
        check_changes("changes", changes, &mut faults);
        faults.settle(Code::InvalidInput)
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

    #[test]
    fn an_answer_shows_a_change_or_does_not() {
        let changes = from(r#"{"roleId":5,"displayName":"Jane  Doe"}"#);
        assert!(shows(&changes, &from(r#"{"roleId":"5","displayName":"Jane  Doe"}"#)));
        assert!(!shows(&changes, &from(r#"{"roleId":"5","displayName":"jane doe"}"#)));
        assert_eq!(
            contradicts(&changes, &from(r#"{"roleId":"5","displayName":"jane doe"}"#)),
            None
        );
        let address = from(r#"{"emailAddress":"J@x.co"}"#);
        assert!(shows(&address, &from(r#"{"emailAddress":"j@X.co"}"#)));
        assert!(shows(
            &changes,
            &from(r#"{"displayName":"Jane  Doe","attributes":[{"key":"roleId","values":[5]}]}"#)
        ));
        assert!(!shows(&changes, &from(r#"{"roleId":4,"displayName":"Jane Doe"}"#)));
        assert!(!shows(&changes, &from("{}")));
        assert_eq!(contradicts(&changes, &from("{}")), None);
        assert_eq!(
            contradicts(&changes, &from(r#"{"roleId":4}"#)),
            Some(("roleId", &Given::Number(4.0)))
        );
        assert!(shows(
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
            assert!(holds(&from(held), &user), "{held}");
        }
        for other in [
            r#"{"roleId":3}"#,
            r#"{"attributes":[{"key":"title","values":["Boss"]}]}"#,
            r#"{"attributes":[{"key":"title","values":[null]}]}"#,
            r#"{"attributes":[{"key":"department","values":["x"]}]}"#,
            r#"{"attributes":[{"key":"n","values":["b",1]}]}"#,
        ] {
            assert!(!holds(&from(other), &user), "{other}");
        }
    }

    #[test]
    fn the_attributes_form_holds_everything() {
        let form = attributes_form(&from(
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
        fn an_answer_that_echoes_the_changes_shows_them(name in "\\PC{1,20}", role in 1u32..1_000_000) {
            let changes = Given::Object(vec![
                ("displayName".into(), Given::Text(name)),
                ("roleId".into(), Given::Number(f64::from(role))),
            ]);
            prop_assert!(shows(&changes, &changes));
            prop_assert!(shows(&changes, &attributes_form(&changes)));
            prop_assert!(contradicts(&changes, &changes).is_none());
        }

        #[test]
        fn any_text_can_be_asked_for_its_shape(text in any::<String>()) {
            let _ = is_email(&text);
        }
    }
}
