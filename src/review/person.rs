//! The names of users, for people.

use crate::apply::fields::held_value;
use crate::excerpt::excerpt;
use crate::value::Value;

/// The most characters of a name or an address.
const LONGEST: usize = 80;

/// Returns the name and the address of a user such as `Ada Lovelace <ada@example.com>`, as far as the user has them; else `user 7`.
#[must_use]
pub fn person(user: &Value, id: &Value) -> String {
    let [name, address] = ["displayName", "emailAddress"]
        .map(|key| {
            held_value(user, key)
                .as_str()
                .map(|string| excerpt(string.trim(), LONGEST))
        })
        .map(Option::unwrap_or_default);
    match (name.is_empty(), address.is_empty()) {
        (false, false) => format!("{name} <{address}>"),
        (true, true) => format!("user {}", plain(id)),
        _ => name + &address,
    }
}

/// Returns a scalar value for people, without quotes.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(string) => excerpt(string, LONGEST),
        other => other.describe(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_by_name_and_address_or_else_by_id() {
        for (user, name) in [
            (r#"{"displayName":"Ada ","emailAddress":"ada@x.co"}"#, "Ada <ada@x.co>"),
            (r#"{"displayName":"Ada"}"#, "Ada"),
            (
                r#"{"attributes":[{"key":"emailAddress","values":["ada@x.co"]}]}"#,
                "ada@x.co",
            ),
            ("{}", "user 7"),
            ("null", "user 7"),
        ] {
            assert_eq!(person(&Value::from_json(user), &Value::Number(7.0)), name);
        }
        assert_eq!(person(&Value::Null, &"8\n".into()), "user 8 ");
    }
}
