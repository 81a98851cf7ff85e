//! The attribute keys that an instance lists.

use crate::value::Value;

/// An attribute key that an instance lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeKey {
    /// The key.
    pub key: String,
    /// Whether its values come from the identity provider, which overwrites manual ones at the next sign-in.
    pub is_from_identity_provider: bool,
    /// Whether the attribute may hold several values.
    pub holds_several: bool,
}

/// Reads the response to a request for the attribute keys, an array of `{key, keyspace, validator}`. Items without a key are left out.
#[must_use]
pub fn attribute_keys(response: &Value) -> Vec<AttributeKey> {
    let mut keys = Vec::new();
    for item in response.items() {
        if let Some(key) = item.field("key").as_str() {
            let validator = item.field("validator").as_str().unwrap_or_default();
            keys.push(AttributeKey {
                key: key.to_owned(),
                is_from_identity_provider: item.field("keyspace").as_str() == Some("idp"),
                holds_several: validator.ends_with("_MULTI"),
            });
        }
    }
    keys
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_origin_and_the_number_of_their_values() {
        let keys = attribute_keys(&Value::from_json(
            r#"[{"key":"title","keyspace":"domo-defined","validator":"ANY_VALUE"},{"key":"team","keyspace":"idp","validator":"ANY_VALUE_MULTI"},{"title":"x"},7]"#,
        ));
        let key = |key: &str, is_from_identity_provider, holds_several| AttributeKey {
            key: key.to_owned(),
            is_from_identity_provider,
            holds_several,
        };
        assert_eq!(keys, [key("title", false, false), key("team", true, true)]);
        assert_eq!(attribute_keys(&Value::Null), []);
    }
}
