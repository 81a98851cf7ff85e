//! A configuration from environment variables, for a `connect` without an argument.

use crate::error::{Code, DomoError};
use crate::validation::Errors;

/// The names of two variables, either of which may hold the address or the token.
type Names = [&'static str; 2];
const ADDRESS: Names = ["DOMO_INSTANCE", "DOMO_BASE_URL"];
const TOKEN: Names = ["DOMO_DEVELOPER_TOKEN", "DOMO_TOKEN"];

/// An address and a token from the environment, unchecked.
#[derive(Debug, PartialEq, Eq)]
pub struct Environment {
    /// The field of a configuration that the address belongs to: `instance` or `baseUrl`.
    pub address_field: &'static str,
    /// The address.
    pub address: String,
    /// The token.
    pub token: String,
}

/// The value of one of two variables.
struct Chosen {
    value: String,
    is_second: bool,
}

/// Reads the address and the token. `variable` returns the value of a variable; one that is empty counts as not set.
///
/// # Errors
/// `INVALID_CONFIG` that names the variables that are not set, or that contradict each other. No value is quoted.
pub fn from_environment(variable: &dyn Fn(&str) -> String) -> Result<Environment, DomoError> {
    let mut errors = Errors::default();
    let address = choose(ADDRESS, variable, &mut errors);
    let token = choose(TOKEN, variable, &mut errors);
    errors.into_result(Code::InvalidConfig)?;
    Ok(Environment {
        address_field: if address.is_second { "baseUrl" } else { "instance" },
        address: address.value,
        token: token.value,
    })
}

fn choose(names: Names, variable: &dyn Fn(&str) -> String, errors: &mut Errors) -> Chosen {
    let [first, second] = names;
    let (value, other) = (variable(first), variable(second));
    let is_second = value.is_empty();
    let problem = if is_second && other.is_empty() {
        "must be set: set one, or pass a configuration to connect()"
    } else if !is_second && !other.is_empty() && value != other {
        "must be set, not both to different values: unset one"
    } else {
        let value = if is_second { other } else { value };
        return Chosen { value, is_second };
    };
    errors.push(format!("the environment variable {first} or {second} {problem}"));
    Chosen { value, is_second }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        };
        from_environment(&variable).map_err(|error| {
            assert_eq!(error.code, Code::InvalidConfig);
            error.message.clone()
        })
    }

    fn environment(address_field: &'static str) -> Result<Environment, String> {
        Ok(Environment {
            address_field,
            address: "acme".to_owned(),
            token: "abc".to_owned(),
        })
    }

    #[test]
    fn the_address_and_the_token_each_have_two_names() {
        for (address, field) in [("DOMO_INSTANCE", "instance"), ("DOMO_BASE_URL", "baseUrl")] {
            for token in ["DOMO_DEVELOPER_TOKEN", "DOMO_TOKEN"] {
                assert_eq!(read(&[(address, "acme"), (token, "abc")]), environment(field));
            }
        }
    }

    #[test]
    fn missing_and_empty_variables_are_all_named() {
        let missing = |names: &str| {
            format!("the environment variable {names} must be set: set one, or pass a configuration to connect()")
        };
        let address = missing("DOMO_INSTANCE or DOMO_BASE_URL");
        let token = missing("DOMO_DEVELOPER_TOKEN or DOMO_TOKEN");
        for (variables, message) in [
            (&[][..], format!("{address}; {token}")),
            (&[("DOMO_TOKEN", "abc"), ("DOMO_INSTANCE", "")], address),
            (&[("DOMO_BASE_URL", "https://x"), ("DOMO_TOKEN", "")], token),
        ] {
            assert_eq!(read(variables), Err(message));
        }
    }

    #[test]
    fn two_names_with_different_values_are_refused_and_not_quoted() {
        let refused = |names: &str| {
            Err(format!(
                "the environment variable {names} must be set, not both to different values: unset one"
            ))
        };
        let instance = ("DOMO_INSTANCE", "acme");
        let both = [
            ("DOMO_DEVELOPER_TOKEN", "secret-1"),
            ("DOMO_TOKEN", "secret-2"),
            instance,
        ];
        assert_eq!(read(&both), refused("DOMO_DEVELOPER_TOKEN or DOMO_TOKEN"));
        let both = [instance, ("DOMO_BASE_URL", "https://x"), ("DOMO_TOKEN", "a")];
        assert_eq!(read(&both), refused("DOMO_INSTANCE or DOMO_BASE_URL"));
        let same = [instance, ("DOMO_DEVELOPER_TOKEN", "abc"), ("DOMO_TOKEN", "abc")];
        assert_eq!(read(&same), environment("instance"));
    }
}
