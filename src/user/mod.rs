//! A user: what may be sent.

pub mod date;

use core::fmt;

use domo_users_scan::damage::{has_replacement, is_artefact, is_error_cell};
use domo_users_scan::email::{address_in, is_address, is_blank, visible};
use domo_users_scan::number::LARGEST;

use crate::error::DomoError;
use crate::text::{excerpt, whole_number};
use crate::user::date::Date;
use crate::validation::{Errors, must};
use crate::value::Value;

/// A user's id from a positive safe integer or its decimal text.
///
/// # Errors
/// `INVALID_INPUT` naming it.
pub fn id(given: &Value) -> Result<u64, DomoError> {
    let number = match given {
        Value::String(digits) if !matches!(digits.as_bytes().first(), Some(b'0' | b'+')) => {
            whole_number(digits.as_bytes())
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
        Value::Number(number) if is_positive_integer(*number) => Some(*number as u64),
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

/// Prepares a new user to be sent: cleans its addresses and checks what Create User needs. Returns whether anything was changed.
pub fn prepare_new(user: &mut Value, errors: &mut Errors) -> bool {
    if !matches!(user, Value::Object(_)) {
        errors.push_expected("user", "an object {displayName, emailAddress, roleId}", user);
        return false;
    }
    let is_changed = clean(user);
    for field in &TOP_LEVEL {
        check(field, user.field(field), errors);
    }
    for (field, value) in user.fields() {
        if field == "attributes" && matches!(value, Value::Array(_)) {
            check_attributes(value, errors);
        } else if !TOP_LEVEL.contains(&field.as_str()) {
            check(field, value, errors);
        }
    }
    check_damage(user, errors);
    is_changed
}

/// Prepares changes, given under this name, to be sent: cleans their addresses and checks what Update User may carry, which is at least one field,
/// each as its endpoint wants it. Returns whether anything was changed.
pub fn prepare_changes(name: &str, changes: &mut Value, errors: &mut Errors) -> bool {
    let is_changed = clean(changes);
    let is_empty = |(field, value): &(String, Value)| field == "attributes" && *value == Value::Array(Vec::new());
    if changes.fields().iter().all(is_empty) {
        let expected = "an object with at least one field, such as {roleId: 2}";
        errors.push_expected(name, expected, changes);
    }
    for (field, value) in changes.fields() {
        if field == "attributes" {
            check_attributes(value, errors);
        } else {
            check(field, value, errors);
        }
    }
    check_damage(changes, errors);
    is_changed
}

/// Replaces each address by the address that a person sees in it, removes the invisible characters of a user name, and drops the empty fields that a
/// parser made. Returns whether anything was changed. A value that should be an address and is none stays as it is, so that an error can show it.
fn clean(user: &mut Value) -> bool {
    let Value::Object(fields) = user else {
        return false;
    };
    let count = fields.len();
    fields.retain(|(field, value)| !(is_artefact(field) && is_empty(value)));
    let mut is_changed = fields.len() != count;
    for (field, value) in fields {
        is_changed |= match value {
            Value::Array(attributes) if field == "attributes" => clean_attributes(attributes),
            value => clean_values(field, value),
        };
    }
    is_changed
}

fn clean_attributes(attributes: &mut [Value]) -> bool {
    let mut is_changed = false;
    for attribute in attributes {
        let key = attribute.field("key").text().unwrap_or_default().to_owned();
        if let Value::Object(fields) = attribute {
            for (_, values) in fields.iter_mut().filter(|(name, _)| name == "values") {
                is_changed |= clean_values(&key, values);
            }
        }
    }
    is_changed
}

/// Cleans a value, or each value of a list, of the field or attribute with this key.
fn clean_values(key: &str, value: &mut Value) -> bool {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |is_changed, item| clean_values(key, item) | is_changed),
        Value::String(text) => {
            let clean = match key {
                HIRE_DATE => date_of(text),
                _ => cleaned(key, text).map(Value::String),
            };
            match clean {
                Some(clean) => {
                    *value = clean;
                    true
                }
                None => false,
            }
        }
        _ => false,
    }
}

/// The attribute that holds a date.
const HIRE_DATE: &str = "hireDate";

/// Returns the milliseconds of a date that is written as people write dates; `None` for milliseconds in a string, and for what is no date.
#[allow(clippy::cast_precision_loss)] // a date has fewer milliseconds than 2^53
fn date_of(text: &str) -> Option<Value> {
    let date = Date::parse(text.as_bytes())?;
    let is_number = text.trim().parse::<i64>().is_ok();
    (!is_number).then(|| Value::Number(date.milliseconds() as f64))
}

/// Returns the text without what nobody sees or what surrounds an address, or `None` if the text stays as it is.
fn cleaned(key: &str, text: &str) -> Option<String> {
    if !matches!(key, "emailAddress" | "alternateEmail" | "reportsTo" | "userName") {
        return None;
    }
    let address = address_in(text);
    let clean = if is_address(&address) {
        address
    } else if is_blank(text) {
        return None;
    } else if key == "userName" || (key == "reportsTo" && !text.contains('@')) {
        visible(text)
    } else {
        return None;
    };
    (clean != text).then(|| clean.into_owned())
}

/// Returns whether a value says nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Undefined | Value::Null => true,
        Value::String(text) => is_blank(text),
        Value::Array(items) => items.iter().all(is_empty),
        _ => false,
    }
}

/// The fields that Domo documents for create and update.
const TOP_LEVEL: [&str; 3] = ["displayName", "emailAddress", "roleId"];

const ADDRESS: &str = "an e-mail address such as jane.doe@example.com";

/// Checks a top-level field. Domo judges the fields that it does not document, except for damage and for addresses.
fn check(field: &str, given: &Value, errors: &mut Errors) {
    let (fits, expected) = match field {
        "displayName" => (is_name(given), "a text that is not blank"),
        "emailAddress" => (given.text().is_some_and(is_address), ADDRESS),
        "roleId" => (
            given.number().is_some_and(is_positive_integer),
            "the number of a role, such as 4 for Participant",
        ),
        _ if is_artefact(field) => {
            let name = Value::from(field).describe();
            return errors.push_expected(
                &format!("the field {name}, which a parser made for a value without a header,"),
                "removed, or renamed to the field that it belongs to",
                given,
            );
        }
        _ => return check_address(&Place::Whole(field), field, given, errors),
    };
    if !fits {
        errors.push_expected(field, expected, given);
    }
}

fn is_name(given: &Value) -> bool {
    given.text().is_some_and(|name| !is_blank(name))
}

/// Checks the texts of a field or an attribute that holds addresses or names: the same rules, whether it is at the top or among the attributes.
fn check_address(place: &Place<'_>, key: &str, value: &Value, errors: &mut Errors) {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_address(&Place::Item(place, index), key, item, errors);
            }
            return;
        }
        _ => return,
    };
    let (fits, expected) = match key {
        "emailAddress" => (is_address(text), ADDRESS),
        "alternateEmail" => (text.is_empty() || is_address(text), ADDRESS),
        "reportsTo" => (
            is_address(text) || !(text.contains('@') || (is_blank(text) && !text.is_empty())),
            "a manager's id or e-mail address",
        ),
        "displayName" | "userName" => (!is_blank(text), "a text that is not blank"),
        HIRE_DATE => (
            text.is_empty() || Date::parse(text.as_bytes()).is_some(),
            date::UNDERSTOOD,
        ),
        _ => return,
    };
    if !fits {
        errors.push_expected(&place.to_string(), expected, value);
    }
}

fn check_attributes(given: &Value, errors: &mut Errors) {
    let Value::Array(attributes) = given else {
        errors.push_expected("attributes", "an array of {key, values}", given);
        return;
    };
    for (index, attribute) in attributes.iter().enumerate() {
        let place = Place::Item(&Place::Whole("attributes"), index);
        let (key, values) = (attribute.field("key"), attribute.field("values"));
        let key_text = key.text().unwrap_or_default();
        if is_artefact(key_text) {
            errors.push_expected(
                &Place::Field(&place, "key").to_string(),
                "the name of an attribute",
                key,
            );
        }
        let place = Place::Field(&place, "values");
        let Value::Array(items) = values else {
            let expected = "an array of texts, numbers, booleans or null, where only null clears";
            errors.push_expected(&place.to_string(), expected, values);
            continue;
        };
        let nested = |value: &Value| matches!(value, Value::Array(_) | Value::Object(_));
        if let Some(at) = items.iter().position(nested) {
            errors.push_expected(
                &Place::Item(&place, at).to_string(),
                "a text, a number, a boolean or null",
                items.get(at).unwrap_or(&Value::Undefined),
            );
        }
        check_address(&place, key_text, values, errors);
    }
}

/// Refuses texts that a spreadsheet or a wrong character encoding damaged.
fn check_damage(user: &Value, errors: &mut Errors) {
    for (field, value) in user.fields() {
        damage(&Place::Whole(field), value, errors);
    }
}

fn damage(place: &Place<'_>, value: &Value, errors: &mut Errors) {
    if place.key().is_some_and(is_replaced) {
        errors.push(&format!("the field {place} {DECODED}"));
    }
    match value {
        Value::String(text) if is_replaced(text) => {
            errors.push(&format!("{place} {DECODED}; got {}", value.describe()));
        }
        Value::String(text) if is_error_cell(text) => {
            let expected = "a value, not the error of a spreadsheet cell: correct the cell, or leave the field out";
            errors.push_expected(&place.to_string(), expected, value);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                damage(&Place::Item(place, index), item, errors);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                damage(&Place::Field(place, key), item, errors);
            }
        }
        _ => {}
    }
}

const DECODED: &str = "holds U+FFFD: the text was decoded with the wrong character encoding, so decode the original again with the one it was written in, \
                       such as windows-1252";

fn is_replaced(text: &str) -> bool {
    has_replacement(text.as_bytes())
}

/// Where a value is in what was given. It is written only for an error.
enum Place<'a> {
    Whole(&'a str),
    Item(&'a Place<'a>, usize),
    Field(&'a Place<'a>, &'a str),
}

impl Place<'_> {
    /// The key of a field.
    fn key(&self) -> Option<&str> {
        match self {
            Place::Whole(key) | Place::Field(_, key) => Some(key),
            Place::Item(..) => None,
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole(field) => f.write_str(&excerpt(field, 60)),
            Place::Item(list, index) => write!(f, "{list}[{index}]"),
            Place::Field(object, field) => write!(f, "{object}.{}", excerpt(field, 60)),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::validation::checked;
    use proptest::prelude::*;

    fn from(json: &str) -> Value {
        Value::from_json(json)
    }

    fn new_faults(user: &Value) -> Result<(), DomoError> {
        checked(|errors| {
            prepare_new(&mut user.clone(), errors);
        })
    }

    fn changed_faults(changes: &Value) -> Result<(), DomoError> {
        checked(|errors| {
            prepare_changes("changes", &mut changes.clone(), errors);
        })
    }

    /// What is sent of changes, and whether that is what was given.
    fn prepared(changes: &str) -> (Value, bool) {
        let mut changes = from(changes);
        let mut errors = Errors::default();
        let is_changed = prepare_changes("changes", &mut changes, &mut errors);
        errors.into_result(crate::error::Code::InvalidInput).unwrap();
        (changes, is_changed)
    }

    #[test]
    fn a_date_is_sent_as_its_milliseconds() {
        let mut changes = Value::from_json(
            r#"{"hireDate":"2024-03-01","attributes":[{"key":"hireDate","values":["2015-02-07T00:00Z","1423267200000"]},{"key":"title","values":["2024-03-01"]}]}"#,
        );
        assert!(checked(|errors| assert!(prepare_changes("changes", &mut changes, errors))).is_ok());
        let sent = r#"{"hireDate":1709251200000,"attributes":[{"key":"hireDate","values":[1423267200000,"1423267200000"]},{"key":"title","values":["2024-03-01"]}]}"#;
        assert_eq!(changes, Value::from_json(sent));
        for wrong in ["03/01/2024", "1.3.2024", "42036", "2024-02-30", "2024-03-01T09:30"] {
            let mut changes = Value::from_json(&format!(
                r#"{{"attributes":[{{"key":"hireDate","values":["{wrong}"]}}]}}"#
            ));
            let error = checked(|errors| {
                prepare_changes("changes", &mut changes, errors);
            })
            .unwrap_err();
            assert!(
                error.message.starts_with("attributes[0].values[0] must be a date as"),
                "{}",
                error.message
            );
        }
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
        assert!(id(&Value::Number(f64::NAN)).is_err());
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
        assert!(new_faults(&Value::Null).is_err());
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
    fn an_address_is_sent_as_a_person_sees_it() {
        for (given, sent) in [
            (r#"{"emailAddress":"Ada <ada@x.co>"}"#, r#"{"emailAddress":"ada@x.co"}"#),
            (
                r#"{"emailAddress":" ada@x\u200b.co"}"#,
                r#"{"emailAddress":"ada@x.co"}"#,
            ),
            (r#"{"userName":"mailto:ada@x.co"}"#, r#"{"userName":"ada@x.co"}"#),
            (
                r#"{"userName":"Ada\u00ad Lovelace "}"#,
                r#"{"userName":"Ada Lovelace "}"#,
            ),
            (r#"{"reportsTo":"7\ufeff"}"#, r#"{"reportsTo":"7"}"#),
            (
                r#"{"attributes":[{"key":"alternateEmail","values":["(a@x.co)",null,"b@x.co;"]},{"key":"reportsTo","values":["<boss@x.co>"]}]}"#,
                r#"{"attributes":[{"key":"alternateEmail","values":["a@x.co",null,"b@x.co"]},{"key":"reportsTo","values":["boss@x.co"]}]}"#,
            ),
            (r#"{"roleId":2,"":" ","__parsed_extra":[]}"#, r#"{"roleId":2}"#),
        ] {
            assert_eq!(prepared(given), (from(sent), true), "{given}");
            assert_eq!(prepared(sent), (from(sent), false), "{sent}");
        }
        // What is no address stays as it is, a name too.
        for same in [
            r#"{"displayName":"👩\u200d💻 Ada\u200b","alternateEmail":"","reportsTo":9,"title":"Ada <ada@x.co>"}"#,
            r#"{"emailAddress":"o'hara@x.ie","userName":"ada_x.co#EXT#@acme.onmicrosoft.com"}"#,
        ] {
            assert_eq!(prepared(same), (from(same), false), "{same}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_shown() {
        for (given, place, shown) in [
            (
                r#"{"emailAddress":"ada@x.co, bob@x.co"}"#,
                "emailAddress",
                "\"ada@x.co, bob@x.co\"",
            ),
            (r#"{"emailAddress":"ada\u200b@x"}"#, "emailAddress", "\"adaU+200B@x\""),
            (
                r#"{"alternateEmail":["a@x.co","nope"]}"#,
                "alternateEmail[1]",
                "\"nope\"",
            ),
            (
                r#"{"attributes":[{"key":"reportsTo","values":[null,"a@x"]}]}"#,
                "attributes[0].values[1]",
                "\"a@x\"",
            ),
            (
                r#"{"attributes":[{"key":"emailAddress","values":[""]}]}"#,
                "attributes[0].values[0]",
                "\"\"",
            ),
            (r#"{"userName":"\u200b"}"#, "userName", "\"U+200B\""),
            (r#"{"displayName":" \u2060"}"#, "displayName", "\" U+2060\""),
            (
                r#"{"attributes":[{"key":"\ufeff","values":["x"]}]}"#,
                "attributes[0].key",
                "\"U+FEFF\"",
            ),
        ] {
            let message = changed_faults(&from(given)).unwrap_err().message.clone();
            assert!(message.starts_with(&format!("{place} must be ")), "{message}");
            assert!(message.ends_with(&format!("; got {shown}")), "{message}");
        }
    }

    #[test]
    fn damaged_texts_are_refused_wherever_they_are() {
        for (given, expected) in [
            (
                r#"{"displayName":"J\ufffdrg"}"#,
                "displayName holds U+FFFD: the text was decoded with the wrong",
            ),
            (r#"{"d\ufffdpt":"x"}"#, "the field dU+FFFDpt holds U+FFFD"),
            (
                r#"{"attributes":[{"key":"t\ufffd","values":[]}]}"#,
                "attributes[0].key holds U+FFFD",
            ),
            (
                r#"{"attributes":[{"key":"t","values":["a","\ufffd"]}]}"#,
                "attributes[0].values[1] holds U+FFFD",
            ),
            (
                r##"{"title":"#N/A"}"##,
                "title must be a value, not the error of a spreadsheet cell: correct the cell, or leave the field out; got \"#N/A\"",
            ),
            (
                r##"{"attributes":[{"key":"t","values":["a","#NV "]}]}"##,
                "attributes[0].values[1] must be a value",
            ),
            (
                r#"{"__parsed_extra":["x"]}"#,
                "the field \"__parsed_extra\", which a parser made",
            ),
            (r#"{"\u200b":"x"}"#, "the field \"U+200B\", which a parser made"),
        ] {
            let message = changed_faults(&from(given)).unwrap_err().message.clone();
            assert!(message.starts_with(expected), "{message}");
        }
        let new = r##"{"displayName":"#REF!","emailAddress":"j@x.co","roleId":5,"title":"\ufffd"}"##;
        let message = new_faults(&from(new)).unwrap_err().message.clone();
        assert!(
            message.contains("displayName must be a value") && message.contains("title holds U+FFFD"),
            "{message}"
        );
        // The caller's own values.
        assert!(changed_faults(&from(r#"{"phone":"4.9E+11","title":"C#","department":"N/A"}"#)).is_ok());
    }

    proptest! {
        #[test]
        fn an_id_is_the_number_it_was(number in 1u64..=9_007_199_254_740_991) {
            prop_assert_eq!(id(&Value::String(number.to_string())), Ok(number));
            #[allow(clippy::cast_precision_loss)]
            let as_number = Value::Number(number as f64);
            prop_assert_eq!(id(&as_number), Ok(number));
        }

        #[test]
        fn no_other_text_is_an_id(text in any::<String>()) {
            if let Ok(number) = id(&Value::String(text.clone())) {
                prop_assert_eq!(number.to_string(), text);
            }
        }

        #[test]
        fn what_is_sent_needs_no_other_cleaning(key in "emailAddress|userName|alternateEmail|reportsTo", text in any::<String>()) {
            let mut once = Value::Object(vec![(key, Value::String(text))]);
            prepare_changes("changes", &mut once, &mut Errors::default());
            let mut twice = once.clone();
            prop_assert!(!prepare_changes("changes", &mut twice, &mut Errors::default()));
            prop_assert_eq!(once, twice);
        }
    }
}
