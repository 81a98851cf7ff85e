//! Values of a user of the instance, as a number or a string.

use domo_users_scan::json::escapes;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::{MAX_SAFE_INTEGER, parse_digits};
use domo_users_scan::strings::trim;

/// Returns the id of a user, a number or a string, or `None` if JavaScript cannot hold it.
#[inline(always)]
#[must_use]
pub fn id_of(bytes: &[u8], value: Value) -> Option<u64> {
    match value.kind() {
        Kind::Primitive | Kind::String => {
            parse_digits(trim(value.bytes_in(bytes))).filter(|id| *id <= MAX_SAFE_INTEGER)
        }
        _ => None,
    }
}

/// Returns a value as a string, trimmed. `unescaped` holds the string if the value has escapes.
#[inline(always)]
#[must_use]
pub fn text_of<'a>(bytes: &'a [u8], value: Value, unescaped: &'a mut Vec<u8>) -> &'a [u8] {
    if value.kind() != Kind::EscapedString {
        return trim(value.bytes_in(bytes));
    }
    unescaped.clear();
    escapes::unescape(value.bytes_in(bytes), unescaped);
    trim(unescaped)
}
