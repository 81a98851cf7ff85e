//! The names of users, for people.

use crate::apply::fields::held_value;
use crate::excerpt::excerpt_with_breaks;
use crate::value::Value;

/// The most characters of a name or an address.
const LONGEST: usize = 80;

/// Returns the name and the address of the user of a change such as `Ada Lovelace <ada@example.com>`, as far as the change has them; else `user 7`.
#[must_use]
pub fn person_of(change: &Value) -> String {
    for place in &["who", "user", "before"] {
        let (mut person, address) = (
            text(change.field(place), "displayName"),
            text(change.field(place), "emailAddress"),
        );
        if person.is_empty() {
            person = address;
        } else if !address.is_empty() {
            person.push_str(" <");
            person.push_str(&address);
            person.push('>');
        }
        if !person.is_empty() {
            return person;
        }
    }
    ["user ", &plain(change.field("id"))].concat()
}

fn text(user: &Value, key: &str) -> String {
    let text = held_value(user, key).as_str().unwrap_or_default();
    let text = excerpt_with_breaks(text.trim(), LONGEST);
    // What could be taken for the address, or for what follows it, is in quotes.
    if !text.chars().any(|c| matches!(c, '<' | '>' | ',')) {
        return text;
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// Returns a scalar value for people, without quotes.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(string) => excerpt_with_breaks(string, LONGEST),
        other => other.describe(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_by_name_and_address_or_else_by_id() {
        for (change, name) in [
            (
                r#"{"who":{"displayName":"Ada ","emailAddress":"ada@x.co"},"before":{"displayName":"Eve"}}"#,
                "Ada <ada@x.co>",
            ),
            (r#"{"who":{},"before":{"displayName":"Ada"}}"#, "Ada"),
            (
                r#"{"before":{"attributes":[{"key":"emailAddress","values":["ada@x.co"]}]}}"#,
                "ada@x.co",
            ),
            (
                r#"{"user":{"displayName":"Ada","emailAddress":"ada@x.co"}}"#,
                "Ada <ada@x.co>",
            ),
            (r#"{"id":7}"#, "user 7"),
            (r#"{"id":"8\n","who":null}"#, "user 8U+000A"),
            (
                r#"{"who":{"displayName":"Bob <x@y.co>, id 7","emailAddress":"m@x.co"}}"#,
                r#""Bob <x@y.co>, id 7" <m@x.co>"#,
            ),
            (
                r#"{"who":{"displayName":"Bob\" <x@y.co>","emailAddress":"m@x.co>, id 7"}}"#,
                r#""Bob\" <x@y.co>" <"m@x.co>, id 7">"#,
            ),
            (
                r#"{"who":{"displayName":"Robert \"Bob\" Doe","emailAddress":"b@x.co"}}"#,
                r#"Robert "Bob" Doe <b@x.co>"#,
            ),
        ] {
            assert_eq!(person_of(&Value::from_json(change)), name);
        }
    }
}
