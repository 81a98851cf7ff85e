//! Ids of users and roles.

use domo_users_scan::number::MAX_SAFE_INTEGER;

use crate::validation::InvalidValue;
use crate::value::Value;

/// Returns a user's id from a positive safe integer, or from its decimal string.
///
/// # Errors
/// If the value is anything else.
pub fn id(value: &Value) -> Result<u64, InvalidValue> {
    let number = match value {
        Value::String(digits) if !digits.starts_with(['0', '+']) => digits.parse().ok(),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // just checked
        Value::Number(number) if is_positive_integer(*number) => Some(*number as u64),
        _ => None,
    };
    number.filter(|id| (1..=MAX_SAFE_INTEGER).contains(id)).ok_or_else(|| {
        let expected = "a user's id: a positive integer up to 2^53 - 1, or its decimal string";
        InvalidValue::expected("id", expected, value)
    })
}

/// Whether a number is an integer from 1 to 2^53 - 1.
#[must_use]
pub fn is_positive_integer(number: f64) -> bool {
    number.fract() == 0.0 && (1.0..=MAX_SAFE_INTEGER as f64).contains(&number)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_is_a_positive_safe_integer_or_its_string() {
        for (json, expected) in [("7", 7), ("\"7\"", 7), ("9007199254740991", 9_007_199_254_740_991)] {
            assert_eq!(id(&Value::from_json(json)), Ok(expected));
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
            let error = id(&Value::from_json(wrong)).unwrap_err().to_string();
            assert!(error.starts_with("id must be a user's id"), "{wrong}");
        }
        assert!(id(&Value::Number(f64::NAN)).is_err());
    }

    proptest! {
        #[test]
        fn a_number_and_its_string_are_the_same_id(number in 1u64..=9_007_199_254_740_991) {
            prop_assert_eq!(id(&Value::String(number.to_string())), Ok(number));
            #[allow(clippy::cast_precision_loss)]
            let as_number = Value::Number(number as f64);
            prop_assert_eq!(id(&as_number), Ok(number));
        }

        #[test]
        fn no_other_string_is_an_id(string in any::<String>()) {
            if let Ok(number) = id(&Value::String(string.clone())) {
                prop_assert_eq!(number.to_string(), string);
            }
        }
    }
}
