//! The query of a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the characters that a URL never needs to encode: letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns `name=value`, both percent-encoded.
#[must_use]
pub fn parameter(name: &str, value: &str) -> String {
    format!(
        "{}={}",
        utf8_percent_encode(name, RESERVED),
        utf8_percent_encode(value, RESERVED)
    )
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_encoded_but_for_unreserved_characters() {
        assert_eq!(parameter("q[]", "a b&=ä/~-._Z9"), "q%5B%5D=a%20b%26%3D%C3%A4%2F~-._Z9");
    }
}
