//! A configuration from environment variables, for a `connect` without an argument.

use domo_users_scan::email::trim_blank;

use crate::error::{Code, DomoError};
use crate::validation::Errors;

/// Where an address or a token may be: the names of two variables, either of which may be set.
type Names = [&'static str; 2];

const ADDRESS: Names = ["DOMO_INSTANCE", "DOMO_BASE_URL"];
const TOKEN: Names = ["DOMO_DEVELOPER_TOKEN", "DOMO_TOKEN"];

/// The values of the environment variables, unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The field of a configuration that the address belongs to.
    pub address_field: &'static str,
    /// The address.
    pub address: String,
    /// The token.
    pub token: String,
    /// The names of the variables that were used, for errors.
    pub source: String,
}

/// Reads the address and the token. `variable` returns the value of a variable; one that is empty counts as not set.
///
/// # Errors
/// `INVALID_CONFIG` that names the variables that are not set, or that contradict each other. No value is quoted.
pub fn from_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<Environment, DomoError> {
    let mut errors = Errors::default();
    let mut choose = |names: Names| {
        let [first, second] = names.map(variable);
        let chosen = match (value_of(first.as_deref()), value_of(second.as_deref())) {
            (Some(first), Some(second)) if first != second => {
                let [first, second] = names;
                errors.push(format!(
                    "{first} and {second} are both set, to different values: unset one"
                ));
                return None;
            }
            (Some(first), _) => first.to_owned(),
            (None, Some(second)) => return Some((1, second.to_owned())),
            (None, None) => {
                let [first, second] = names;
                errors.push(format!("{first} (or {second}) is not set"));
                return None;
            }
        };
        Some((0, chosen))
    };
    let (address, token) = (choose(ADDRESS), choose(TOKEN));
    if let (Some((address_at, address)), Some((token_at, token))) = (address, token) {
        let name = |names: Names, at: usize| names.get(at).copied().unwrap_or_default();
        return Ok(Environment {
            address_field: name(["instance", "baseUrl"], address_at),
            address,
            token,
            source: format!("{} and {}", name(ADDRESS, address_at), name(TOKEN, token_at)),
        });
    }
    let mut error = errors
        .into_result(Code::InvalidConfig)
        .err()
        .unwrap_or_else(|| DomoError::config(""));
    error
        .message
        .insert_str(0, "connect() without an argument reads environment variables: ");
    error
        .message
        .push_str(". Set them (in Deno, allow them with --allow-env), or pass a configuration");
    Err(error)
}

/// Returns a value without the spaces and line breaks that files of variables leave around it; `None` if nothing is left.
fn value_of(value: Option<&str>) -> Option<&str> {
    value.map(trim_blank).filter(|value| !value.is_empty())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        from_environment(&variable).map_err(|error| {
            assert_eq!(error.code, Code::InvalidConfig);
            error.message.clone()
        })
    }

    #[test]
    fn the_address_and_the_token_each_have_two_names() {
        for (address, address_field) in [("DOMO_INSTANCE", "instance"), ("DOMO_BASE_URL", "baseUrl")] {
            for token in ["DOMO_DEVELOPER_TOKEN", "DOMO_TOKEN"] {
                let expected = Environment {
                    address_field,
                    address: "acme".to_owned(),
                    token: "abc".to_owned(),
                    source: format!("{address} and {token}"),
                };
                assert_eq!(read(&[(address, " acme\r\n"), (token, "abc\r")]), Ok(expected));
            }
        }
    }

    #[test]
    fn missing_and_empty_variables_are_all_named() {
        let address = "DOMO_INSTANCE (or DOMO_BASE_URL) is not set";
        let token = "DOMO_DEVELOPER_TOKEN (or DOMO_TOKEN) is not set";
        for (variables, problems) in [
            (&[][..], format!("{address}; {token}")),
            (&[("DOMO_TOKEN", "abc"), ("DOMO_INSTANCE", " ")], address.to_owned()),
            (&[("DOMO_BASE_URL", "https://x"), ("DOMO_TOKEN", "")], token.to_owned()),
        ] {
            let message = format!(
                "connect() without an argument reads environment variables: {problems}. Set them (in Deno, allow them with --allow-env), or \
                 pass a configuration"
            );
            assert_eq!(read(variables), Err(message));
        }
    }

    #[test]
    fn two_names_with_different_values_are_refused_and_not_quoted() {
        let both = [
            ("DOMO_DEVELOPER_TOKEN", "secret-1"),
            ("DOMO_TOKEN", "secret-2"),
            ("DOMO_INSTANCE", "acme"),
        ];
        let message = read(&both).unwrap_err();
        assert!(
            message.contains("DOMO_DEVELOPER_TOKEN and DOMO_TOKEN are both set, to different values: unset one"),
            "{message}"
        );
        assert!(!message.contains("secret"), "{message}");
        let message = read(&[
            ("DOMO_INSTANCE", "acme"),
            ("DOMO_BASE_URL", "https://x"),
            ("DOMO_TOKEN", "a"),
        ])
        .unwrap_err();
        assert!(
            message.contains("DOMO_INSTANCE and DOMO_BASE_URL are both set"),
            "{message}"
        );
        let same = read(&[
            ("DOMO_INSTANCE", "acme"),
            ("DOMO_DEVELOPER_TOKEN", "a"),
            ("DOMO_TOKEN", "a "),
        ])
        .unwrap();
        assert_eq!(
            (same.token.as_str(), same.source.as_str()),
            ("a", "DOMO_INSTANCE and DOMO_DEVELOPER_TOKEN")
        );
    }
}
