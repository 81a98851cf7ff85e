//! Tests of what is sent of a user.

use crate::error::DomoError;
use crate::user::{prepare_changes, prepare_new};
use crate::validation::{Errors, checked};
use crate::value::Value;
use proptest::prelude::*;

fn from(json: &str) -> Value {
    Value::from_json(json)
}

fn check_new(user: &Value) -> Result<(), DomoError> {
    checked(|errors| {
        prepare_new(&mut user.clone(), errors);
    })
}

fn check_changes(changes: &Value) -> Result<(), DomoError> {
    checked(|errors| {
        prepare_changes("changes", &mut changes.clone(), errors);
    })
}

/// Returns the prepared changes, and whether preparing changed them.
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
fn every_error_of_a_new_user_is_named() {
    let error = check_new(&from(r#"{"displayName":" ","emailAddress":"nope","roleId":"5"}"#)).unwrap_err();
    assert_eq!(
        error.message,
        "displayName must be a string that is not blank; got \" \"; \
         emailAddress must be an e-mail address such as jane.doe@example.com; got \"nope\"; \
         roleId must be the number of a role, such as 4 for Participant; got \"5\""
    );
    assert!(
        check_new(&from(
            r#"{"displayName":"J","emailAddress":"j@x.co","roleId":5,"title":"x"}"#
        ))
        .is_ok()
    );
    assert!(check_new(&Value::Null).is_err());
}

#[test]
fn changes_need_a_field_and_sound_attributes() {
    assert!(check_changes(&from("{}")).is_err());
    assert!(check_changes(&from("[]")).is_err());
    assert!(check_changes(&from(r#"{"roleId":5}"#)).is_ok());
    assert!(check_changes(&from(r#"{"attributes":[{"key":"title","values":[null]}]}"#)).is_ok());
    for wrong in [
        r#"{"roleId":0}"#,
        r#"{"displayName":null}"#,
        r#"{"attributes":{}}"#,
        r#"{"attributes":[{"key":"","values":[]}]}"#,
        r#"{"attributes":[{"key":"a"}]}"#,
        r#"{"attributes":[{"key":"a","values":[{}]}]}"#,
        r#"{"attributes":[7]}"#,
    ] {
        assert!(check_changes(&from(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn an_address_is_sent_as_a_person_sees_it() {
    for (original, sent) in [
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
        (r#"{"roleId":2,"":null,"__parsed_extra":[""," "]}"#, r#"{"roleId":2}"#),
    ] {
        assert_eq!(prepared(original), (from(sent), true), "{original}");
        assert_eq!(prepared(sent), (from(sent), false), "{sent}");
    }
    // A value that is no address stays unchanged, a name too.
    for same in [
        r#"{"displayName":"👩\u200d💻 Ada\u200b","alternateEmail":"","reportsTo":9,"title":"Ada <ada@x.co>"}"#,
        r#"{"emailAddress":"o'hara@x.ie","userName":"ada_x.co#EXT#@acme.onmicrosoft.com"}"#,
    ] {
        assert_eq!(prepared(same), (from(same), false), "{same}");
    }
}

#[test]
fn a_value_that_is_no_address_is_refused_and_quoted() {
    for (changes, path, got) in [
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
        let message = check_changes(&from(changes)).unwrap_err().message.clone();
        assert!(message.starts_with(&format!("{path} must be ")), "{message}");
        assert!(message.ends_with(&format!("; got {got}")), "{message}");
    }
}

#[test]
fn damaged_strings_are_refused_wherever_they_are() {
    for (changes, expected) in [
        (
            r#"{"displayName":"J\ufffdrg"}"#,
            "displayName holds U+FFFD: the string was decoded with the wrong",
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
        let message = check_changes(&from(changes)).unwrap_err().message.clone();
        assert!(message.starts_with(expected), "{message}");
    }
    let new = r##"{"displayName":"#REF!","emailAddress":"j@x.co","roleId":5,"title":"\ufffd"}"##;
    let message = check_new(&from(new)).unwrap_err().message.clone();
    assert!(
        message.contains("displayName must be a value") && message.contains("title holds U+FFFD"),
        "{message}"
    );
    // Values that look like damage, but can be meant.
    assert!(check_changes(&from(r#"{"phone":"4.9E+11","title":"C#","department":"N/A"}"#)).is_ok());
}

#[test]
fn a_field_with_a_known_meaning_is_checked_and_may_be_cleared() {
    for valid in [
        r#"{"reportsTo":""}"#,
        r#"{"reportsTo":"EMP-7"}"#,
        r#"{"hireDate":""}"#,
        r#"{"hireDate":"1423267200000"}"#,
        r#"{"hireDate":true}"#,
        r#"{"roleId":2,"attributes":[]}"#,
        r#"{"attributes":[{"key":"reportsTo","values":[7,null]}]}"#,
    ] {
        assert!(check_changes(&from(valid)).is_ok(), "{valid}");
    }
    for (wrong, message) in [
        (
            r#"{"reportsTo":" "}"#,
            "reportsTo must be a manager's id or e-mail address; got \" \"",
        ),
        (
            r#"{"userName":" "}"#,
            "userName must be a string that is not blank; got \" \"",
        ),
        (
            r#"{"attributes":[]}"#,
            "changes must be an object with at least one field, such as {roleId: 2}; got an object",
        ),
        (
            r#"{"attributes":[{"key":"t","values":["x",{}]}]}"#,
            "attributes[0].values[1] must be a string, a number, a boolean or null; got an object",
        ),
        (
            r#"{"attributes":[{"key":"t","values":["x",["y"]]}]}"#,
            "attributes[0].values[1] must be a string, a number, a boolean or null; got an array",
        ),
        (
            r#"{"attributes":[{"key":"t"}]}"#,
            "attributes[0].values must be an array of strings, numbers, booleans or null, where only null clears; got undefined",
        ),
        (
            r#"{"attributes":7}"#,
            "attributes must be an array of {key, values}; got 7",
        ),
    ] {
        assert_eq!(check_changes(&from(wrong)).unwrap_err().message, message);
    }
    let nested = check_changes(&from(r#"{"x":{"a\ufffd":["\ufffd"]}}"#))
        .unwrap_err()
        .message
        .clone();
    assert!(nested.starts_with("the field x.aU+FFFD holds U+FFFD"), "{nested}");
    assert!(nested.contains("; x.aU+FFFD[0] holds U+FFFD"), "{nested}");
}

#[test]
fn the_attributes_of_a_new_user_are_checked_like_those_of_changes() {
    let with = |field: &str| {
        from(&format!(
            r#"{{"displayName":"J","emailAddress":"j@x.co","roleId":5,{field}}}"#
        ))
    };
    let error = check_new(&with(r#""attributes":[{"key":"emailAddress","values":["nope"]}]"#)).unwrap_err();
    assert!(
        error.message.starts_with("attributes[0].values[0] must be an e-mail"),
        "{}",
        error.message
    );
    let error = check_new(&with(r#""alternateEmail":"nope""#)).unwrap_err();
    assert!(
        error.message.starts_with("alternateEmail must be an e-mail"),
        "{}",
        error.message
    );
    // Domo judges a field with another meaning.
    assert!(check_new(&with(r#""attributes":"x""#)).is_ok());
    assert!(check_new(&with(r#""attributes":[{"key":"title","values":["x"]}]"#)).is_ok());
}

#[test]
fn preparing_returns_whether_it_changed_anything() {
    let prepare = |json: &str| {
        let mut user = from(json);
        let mut errors = Errors::default();
        (
            prepare_new(&mut user, &mut errors),
            errors.into_result(crate::error::Code::InvalidInput).is_ok(),
        )
    };
    assert_eq!(
        prepare(r#"{"displayName":"J","emailAddress":"j@x.co","roleId":5}"#),
        (false, true)
    );
    assert_eq!(
        prepare(r#"{"displayName":"J","emailAddress":"<j@x.co>","roleId":5}"#),
        (true, true)
    );
    assert_eq!(prepare("7"), (false, false));
    // One changed value of several is enough, wherever it is.
    for list in [r#"["(a@x.co)","b@x.co"]"#, r#"["a@x.co","(b@x.co)"]"#] {
        let changes = format!(r#"{{"alternateEmail":{list},"title":"x"}}"#);
        assert_eq!(
            prepared(&changes),
            (from(r#"{"alternateEmail":["a@x.co","b@x.co"],"title":"x"}"#), true)
        );
    }
    let changes = r#"{"attributes":[{"key":"reportsTo","values":["<a@x.co>"]},{"key":"title","values":["x"]}]}"#;
    assert!(prepared(changes).1);
}

#[test]
fn a_value_that_is_no_address_is_quoted_with_its_invisible_characters() {
    for (changes, got) in [
        (r#"{"emailAddress":"ada\u200b"}"#, "\"adaU+200B\""),
        (r#"{"alternateEmail":"ada\u200b"}"#, "\"adaU+200B\""),
        (r#"{"reportsTo":"a@x\u200b"}"#, "\"a@xU+200B\""),
    ] {
        let error = check_changes(&from(changes)).unwrap_err();
        assert!(error.message.ends_with(&format!("; got {got}")), "{}", error.message);
    }
}

proptest! {
    #[test]
    fn a_prepared_value_needs_no_further_cleaning(key in "emailAddress|userName|alternateEmail|reportsTo", string in any::<String>()) {
        let mut once = Value::Object(vec![(key, Value::String(string))]);
        prepare_changes("changes", &mut once, &mut Errors::default());
        let mut twice = once.clone();
        prop_assert!(!prepare_changes("changes", &mut twice, &mut Errors::default()));
        prop_assert_eq!(once, twice);
    }
}
