//! Removes from a user what nobody sees or means: invisible characters and what surrounds an address, and empty fields that a parser made.

use domo_users_scan::damage::is_artefact;
use domo_users_scan::email::{address_in, is_address, is_blank, visible};

use crate::user::date::{Date, HIRE_DATE};
use crate::value::Value;

/// Replaces each address by the address that a person sees in it, removes invisible characters from user names, turns dates into milliseconds, and
/// removes empty fields that a parser made. Returns whether it changed anything. A value that should be an address and is none stays unchanged, so
/// that an error can quote it.
pub fn user(user: &mut Value) -> bool {
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
        let key = attribute.field("key").as_str().unwrap_or_default().to_owned();
        if let Value::Object(fields) = attribute {
            for (_, values) in fields.iter_mut().filter(|(name, _)| name == "values") {
                is_changed |= clean_values(&key, values);
            }
        }
    }
    is_changed
}

/// Cleans the value, or each value of the list, of a field or attribute.
fn clean_values(key: &str, value: &mut Value) -> bool {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |is_changed, item| clean_values(key, item) | is_changed),
        Value::String(string) => {
            let clean = match key {
                HIRE_DATE => date_of(string),
                _ => cleaned(key, string).map(Value::String),
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

/// Returns the milliseconds of a date in ISO 8601. Returns `None` if the string holds milliseconds already, or no date.
#[allow(clippy::cast_precision_loss)] // a date has fewer milliseconds than 2^53
fn date_of(string: &str) -> Option<Value> {
    let date = Date::parse(string.as_bytes())?;
    let is_number = string.trim().trim_start_matches('-').parse::<u64>().is_ok();
    (!is_number).then(|| Value::Number(date.milliseconds() as f64))
}

/// Returns the string without invisible characters and without what surrounds an address, or `None` if it stays unchanged.
fn cleaned(key: &str, string: &str) -> Option<String> {
    if !matches!(key, "emailAddress" | "alternateEmail" | "reportsTo" | "userName") {
        return None;
    }
    let address = address_in(string);
    let clean = if is_address(&address) {
        address
    } else if is_blank(string) {
        return None;
    } else if key == "userName" || (key == "reportsTo" && !string.contains('@')) {
        visible(string)
    } else {
        return None;
    };
    (clean != string).then(|| clean.into_owned())
}

/// Whether a value holds nothing visible.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Undefined | Value::Null => true,
        Value::String(string) => is_blank(string),
        Value::Array(items) => items.iter().all(is_empty),
        _ => false,
    }
}
