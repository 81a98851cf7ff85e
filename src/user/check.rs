//! Checks what Create User and Update User may carry. Of the fields that Domo does not document, only addresses, dates, names and damage are checked.

use domo_users_scan::damage::{has_replacement, is_artefact, is_error_cell};
use domo_users_scan::email::{is_address, is_blank};

use crate::user::date::{self, Date, HIRE_DATE};
use crate::user::id::is_positive_integer;
use crate::user::path::Path;
use crate::validation::Errors;
use crate::value::Value;

/// The fields that Domo documents for create and update.
const DOCUMENTED_FIELDS: [&str; 3] = ["displayName", "emailAddress", "roleId"];

const ADDRESS: &str = "an e-mail address such as jane.doe@example.com";
const NAME: &str = "a string that is not blank";

/// Checks an object for Create User: all documented fields are required.
pub fn new_user(user: &Value, errors: &mut Errors) {
    for field in &DOCUMENTED_FIELDS {
        check_field(field, user.field(field), errors);
    }
    for (field, value) in user.fields() {
        if field == "attributes" && matches!(value, Value::Array(_)) {
            check_attributes(value, errors);
        } else if !DOCUMENTED_FIELDS.contains(&field.as_str()) {
            check_field(field, value, errors);
        }
    }
    check_damage(user, errors);
}

/// Checks an object for Update User, which needs at least one field. `name` is the name of the argument.
pub fn changes(name: &str, changes: &Value, errors: &mut Errors) {
    let is_empty = |(field, value): &(String, Value)| field == "attributes" && *value == Value::Array(Vec::new());
    if changes.fields().iter().all(is_empty) {
        let expected = "an object with at least one field, such as {roleId: 2}";
        errors.push_expected(name, expected, changes);
    }
    for (field, value) in changes.fields() {
        if field == "attributes" {
            check_attributes(value, errors);
        } else {
            check_field(field, value, errors);
        }
    }
    check_damage(changes, errors);
}

fn check_field(field: &str, value: &Value, errors: &mut Errors) {
    let (is_valid, expected) = match field {
        "displayName" => (value.as_str().is_some_and(|name| !is_blank(name)), NAME),
        "emailAddress" => (value.as_str().is_some_and(is_address), ADDRESS),
        "roleId" => (
            value.as_f64().is_some_and(is_positive_integer),
            "the number of a role, such as 4 for Participant",
        ),
        _ if is_artefact(field) => {
            let name = Value::from(field).describe();
            return errors.push_expected(
                &format!("the field {name}, which a parser made for a value without a header,"),
                "removed, or renamed to the field that it belongs to",
                value,
            );
        }
        _ => return check_strings(&Path::Field(field), field, value, errors),
    };
    if !is_valid {
        errors.push_expected(field, expected, value);
    }
}

/// Checks the strings of a field or attribute with a known meaning; the rules are the same at the top level and among the attributes.
fn check_strings(path: &Path<'_>, key: &str, value: &Value, errors: &mut Errors) {
    let string = match value {
        Value::String(string) => string.as_str(),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_strings(&Path::Item(path, index), key, item, errors);
            }
            return;
        }
        _ => return,
    };
    let (is_valid, expected) = match key {
        "emailAddress" => (is_address(string), ADDRESS),
        "alternateEmail" => (string.is_empty() || is_address(string), ADDRESS),
        "reportsTo" => (is_manager(string), "a manager's id or e-mail address"),
        "displayName" | "userName" => (!is_blank(string), NAME),
        HIRE_DATE => (
            string.is_empty() || Date::parse(string.as_bytes()).is_some(),
            date::UNDERSTOOD,
        ),
        _ => return,
    };
    if !is_valid {
        errors.push_expected(&path.to_string(), expected, value);
    }
}

/// Whether a string can name a manager: an address, an id that Domo judges, or the empty string, which clears.
fn is_manager(string: &str) -> bool {
    if string.contains('@') {
        is_address(string)
    } else {
        string.is_empty() || !is_blank(string)
    }
}

fn check_attributes(attributes: &Value, errors: &mut Errors) {
    let Value::Array(items) = attributes else {
        errors.push_expected("attributes", "an array of {key, values}", attributes);
        return;
    };
    for (index, attribute) in items.iter().enumerate() {
        check_attribute(&Path::Item(&Path::Field("attributes"), index), attribute, errors);
    }
}

fn check_attribute(path: &Path<'_>, attribute: &Value, errors: &mut Errors) {
    let key = attribute.field("key");
    let key_string = key.as_str().unwrap_or_default();
    if is_artefact(key_string) {
        let path = Path::Member(path, "key").to_string();
        errors.push_expected(&path, "the name of an attribute", key);
    }
    let (path, values) = (Path::Member(path, "values"), attribute.field("values"));
    let Value::Array(items) = values else {
        let expected = "an array of strings, numbers, booleans or null, where only null clears";
        errors.push_expected(&path.to_string(), expected, values);
        return;
    };
    let nested = items
        .iter()
        .enumerate()
        .find(|(_, value)| matches!(value, Value::Array(_) | Value::Object(_)));
    if let Some((index, value)) = nested {
        let path = Path::Item(&path, index).to_string();
        errors.push_expected(&path, "a string, a number, a boolean or null", value);
    }
    check_strings(&path, key_string, values, errors);
}

/// Refuses strings that a spreadsheet or a wrong character encoding damaged.
fn check_damage(user: &Value, errors: &mut Errors) {
    for (field, value) in user.fields() {
        check_damage_at(&Path::Field(field), value, errors);
    }
}

fn check_damage_at(path: &Path<'_>, value: &Value, errors: &mut Errors) {
    if path.name().is_some_and(is_wrongly_decoded) {
        errors.push(format!("the field {path} {WRONGLY_DECODED}"));
    }
    match value {
        Value::String(string) if is_wrongly_decoded(string) => {
            errors.push(format!("{path} {WRONGLY_DECODED}; got {}", value.describe()));
        }
        Value::String(string) if is_error_cell(string) => {
            let expected = "a value, not the error of a spreadsheet cell: correct the cell, or leave the field out";
            errors.push_expected(&path.to_string(), expected, value);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_damage_at(&Path::Item(path, index), item, errors);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                check_damage_at(&Path::Member(path, key), item, errors);
            }
        }
        _ => {}
    }
}

const WRONGLY_DECODED: &str = "holds U+FFFD: the string was decoded with the wrong character encoding, so decode the original again with the one it \
                               was written in, such as windows-1252";

fn is_wrongly_decoded(string: &str) -> bool {
    has_replacement(string.as_bytes())
}
