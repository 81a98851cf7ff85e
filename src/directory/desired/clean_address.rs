//! E-mail addresses without invisible characters and without what surrounds them, such as `mailto:` or a name.

use crate::directory::column::{Column, Field};
use crate::directory::desired::raw_cell::RawCell;
use crate::excerpt::string_of_bytes;
use domo_users_scan::email::address_in;
use domo_users_scan::json;
use domo_users_scan::json::escapes;
use domo_users_scan::json::value::Kind;
use domo_users_scan::strings::is_plain_address;

/// Returns the address that a person sees in a cell, or the JSON array of such addresses, if the column holds addresses and the result differs from the
/// cell.
#[must_use]
pub fn clean_address(column: &Column, cell: RawCell<'_>) -> Option<String> {
    let is_alternate = column.is_alternate_email();
    let holds_address = is_alternate
        || matches!(
            column.field,
            Field::EmailAddress | Field::NewEmail | Field::UserName | Field::ReportsTo
        );
    match cell {
        RawCell::String(text) if holds_address && !is_plain_address(text) => {
            let text = String::from_utf8_lossy(text);
            let address = address_in(&text);
            (address != text).then(|| address.into_owned())
        }
        RawCell::Array(array) if is_alternate => clean_array(array),
        _ => None,
    }
}

fn clean_array(array: &[u8]) -> Option<String> {
    let (mut cleaned, mut differs) = (Vec::new(), false);
    json::for_each_item(array, 0, &mut |at| {
        let (item, behind) = json::read_value(array, at)?;
        cleaned.push(if cleaned.is_empty() { b'[' } else { b',' });
        if matches!(item.kind(), Kind::String | Kind::EscapedString) {
            let mut text = Vec::new();
            escapes::unescape(item.bytes_in(array), &mut text);
            let text = String::from_utf8_lossy(&text);
            let address = address_in(&text);
            differs |= address != text;
            escapes::escape(address.as_bytes(), &mut cleaned);
        } else {
            cleaned.extend_from_slice(array.get(at..behind)?);
        }
        Some(behind)
    })?;
    cleaned.push(b']');
    differs.then(|| string_of_bytes(&cleaned))
}
