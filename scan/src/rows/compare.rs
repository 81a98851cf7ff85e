//! Whether a user has already what a cell desires, on the bytes of the body as they stand there.

use crate::csv::write::compact;
use crate::email::is_blank;
use crate::fold::same_folded;
use crate::json::escapes;
use crate::json::value as json;
use crate::json::value::{Kind, Value};
use crate::number::{same_number, whole};
use crate::rows::row::Row;
use crate::rows::store::{Cell, tag};
use crate::strings::{lossy, same, trim};

/// Looks for what differs between a row and a user, whose values stand where `sources` says for each column; a bit of `addresses` is set for
/// each column whose case does not count. The first column is the key, which does not count at all.
#[inline(never)]
pub fn differing<'a>(
    row: Row<'a>,
    bytes: &[u8],
    user: &[Value],
    sources: &[usize],
    addresses: u64,
    differs: &mut dyn FnMut(usize, Cell<'a>, Value),
) {
    let mut row = row;
    let of = |column: usize| {
        let source = sources.get(column).copied().unwrap_or_default();
        user.get(source).copied().unwrap_or_default()
    };
    let (key, mut at) = (of(0), row.at);
    for (eight, bits) in row.bits.iter().enumerate() {
        let mut left = *bits;
        while left != 0 {
            let column = (eight << 3).wrapping_add(left.trailing_zeros() as usize);
            left &= left.wrapping_sub(1);
            let value = of(column);
            if let Some(behind) = plainly_has(&row, at, bytes, value, key) {
                at = behind;
                continue;
            }
            row.at = at;
            let cell = row.cell();
            at = row.at;
            let is_address = column < 64 && addresses >> column & 1 != 0;
            if column > 0 && !has(is_address, cell, bytes, value) {
                differs(column, cell, value);
            }
        }
    }
}

/// Whether the cell that is kept there says to the byte what the user has, as nearly all do: the place behind it. `None` says nothing.
/// A cell is never put together here: that costs more than all else.
#[inline(always)]
fn plainly_has(row: &Row<'_>, at: usize, bytes: &[u8], value: Value, key: Value) -> Option<usize> {
    let kept = row.bytes;
    let first = *kept.get(at)?;
    let at = at.wrapping_add(1);
    let (text, behind) = match first {
        0..0x80 => (row.rows.known.text(usize::from(first)), at),
        0x80..0xc0 => {
            let number = usize::from(first & 0x3f) << 8 | usize::from(*kept.get(at)?);
            (row.rows.known.text(number), at.wrapping_add(1))
        }
        0xc8..0xd0 => {
            let count = usize::from(first.wrapping_sub(tag::NUMBER));
            let eight: &[u8; 8] = kept.get(at..)?.first_chunk()?;
            let number = u64::from_le_bytes(*eight) & (u64::MAX >> (64_usize.wrapping_sub(count << 3) & 63));
            let is = whole(value.of(bytes))? == number && matches!(value.kind(), Kind::Word | Kind::Text);
            return is.then(|| at.wrapping_add(count));
        }
        tag::TEXT..tag::LONG_TEXT => {
            let behind = at.wrapping_add(usize::from(first.wrapping_sub(tag::TEXT)));
            (kept.get(at..behind)?, behind)
        }
        tag::EMAIL => {
            let [domain, local, rest @ ..] = kept.get(at..)? else {
                return None;
            };
            // Longer ones are told by a second byte.
            let short = (domain | local) & 0x80 == 0 && value.kind() == Kind::Text;
            let (domain, length) = (row.rows.known.text(usize::from(*domain)), usize::from(*local));
            let is = short && same_email(rest.get(..length)?, domain, value.of(bytes));
            return is.then(|| at.wrapping_add(2).wrapping_add(length));
        }
        tag::SAME_AS_KEY if key.kind() == Kind::Text => (key.of(bytes), at),
        _ => return None,
    };
    (matches!(value.kind(), Kind::Text | Kind::Word) && same(text, value.of(bytes))).then_some(behind)
}

/// Whether this is the address, without case.
#[inline(never)]
#[must_use]
pub fn same_email(local: &[u8], domain: &[u8], text: &[u8]) -> bool {
    text.len() == local.len().wrapping_add(domain.len()).wrapping_add(1)
        && text.get(local.len()) == Some(&b'@')
        && text.get(..local.len()).is_some_and(|is| same_folded(local, is))
        && text
            .get(local.len().wrapping_add(1)..)
            .is_some_and(|is| same_folded(domain, is))
}

/// Whether nothing needs to change: ids as number or text, e-mail addresses without case, blanks around left out,
/// numbers and booleans as CSV and JSON write them. `is_address`: case does not count. A manager by e-mail address is not for here.
#[inline(never)]
#[must_use]
pub fn has(is_address: bool, cell: Cell<'_>, bytes: &[u8], value: Value) -> bool {
    let raw = value.of(bytes);
    let (mut said, mut space) = (Vec::new(), [0; 20]);
    match value.kind() {
        Kind::Escaped => escapes::unescape(raw, &mut said),
        Kind::List | Kind::Object => compact(raw, &mut said),
        _ => said.extend_from_slice(raw),
    }
    let said = trim(&said);
    match (cell, value.kind()) {
        (Cell::Clear, Kind::Unset) => true,
        (Cell::Clear, Kind::Text | Kind::Escaped) => is_blank(&lossy(said)),
        (Cell::Clear, Kind::List) => json::is_clear(said),
        (Cell::Clear | Cell::Manager(_), _) | (_, Kind::Unset) => false,
        (Cell::List(list), _) => same_lists(list, bytes, value),
        (Cell::Number(number), kind) => {
            let number = digits(number, &mut space);
            same(said, number) || (kind == Kind::Word && same_number(said, number))
        }
        (Cell::Email(local, domain), _) => same_email(local, domain, said),
        (Cell::Word(word), Kind::Text | Kind::Escaped) => same(word, said),
        (Cell::Text(word) | Cell::Word(word), Kind::Word) => word.eq_ignore_ascii_case(said) || same_number(word, said),
        (Cell::Text(text) | Cell::Word(text), _) => same(text, said) || (is_address && same_folded(text, said)),
    }
}

/// Whether a list holds the same as the list, or the one value, that the user has.
fn same_lists(list: &[u8], bytes: &[u8], value: Value) -> bool {
    let mut has = Vec::new();
    match value.kind() {
        Kind::List => {
            let all = json::items(bytes, value.start(), &mut |at| {
                let (item, behind) = json::value(bytes, at)?;
                has.push(item);
                Some(behind)
            });
            if all.is_none() {
                return false;
            }
        }
        _ => has.push(value),
    }
    let mut has = has.into_iter();
    let all = json::items(list, 0, &mut |at| {
        let (item, behind) = json::value(list, at)?;
        let is = has.next()?;
        same_items((list, item), (bytes, is)).then_some(behind)
    });
    all.is_some() && has.next().is_none()
}

fn same_items((list, wanted): (&[u8], Value), (bytes, is): (&[u8], Value)) -> bool {
    let mut wants = Vec::new();
    match wanted.kind() {
        Kind::Escaped => escapes::unescape(wanted.of(list), &mut wants),
        Kind::Unset => return is.kind() == Kind::Unset,
        _ => wants.extend_from_slice(wanted.of(list)),
    }
    has(false, Cell::Text(trim(&wants)), bytes, is)
}

/// A number in decimal.
#[must_use]
pub fn digits(mut number: u64, space: &mut [u8; 20]) -> &[u8] {
    let mut from = space.len();
    for place in space.iter_mut().rev() {
        #[allow(clippy::cast_possible_truncation)] // less than ten
        let digit = (number % 10) as u8;
        *place = b'0' | digit;
        from = from.wrapping_sub(1);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    space.get(from..).unwrap_or_default()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::rows::store::{email, small};

    fn same_as(cell: Cell<'_>, json: &str) -> bool {
        let (value, _) = json::value(json.as_bytes(), 0).unwrap();
        has(false, cell, json.as_bytes(), value)
    }

    #[test]
    fn what_counts_as_the_same() {
        for (cell, json, same) in [
            (small(b"7"), "7", true),
            (small(b"7"), "\"7\"", true),
            (small(b"7"), "7.0", true),
            (small(b"7"), "8", false),
            (small(b"7"), "\"7.0\"", false),
            (small(b"007"), "7", false),
            (small(b"1.50"), "1.5", true),
            (small(b"TRUE"), "true", true),
            (small(b"true"), "\"TRUE\"", false),
            (Cell::Word(b"true"), "\"true\"", true),
            (small(b"a"), "\" a \"", true),
            (small(b"a\"b"), r#""a\"b""#, true),
            (small("é".as_bytes()), r#""\u00e9""#, true),
            (small(b"a"), "null", false),
            (Cell::Clear, "null", true),
            (Cell::Clear, "\" \"", true),
            (Cell::Clear, "0", false),
            (email(b"A@b.co"), "\"a@B.co\"", true),
            (email(b"a@b.co"), "\"a@b.com\"", false),
            (email(b"a@b.co"), r#""\u0061@b.co""#, true),
            (Cell::List(br#"["a",1]"#), r#"[ "\u0061", 1.0 ]"#, true),
            (Cell::List(br#"["a",1]"#), r#"["a"]"#, false),
            (Cell::List(br#"["a"]"#), r#"["a",1]"#, false),
            (Cell::List(br#"["[a"]"#), r#""[a""#, true),
            (Cell::List(br#"[null,1]"#), r#"[null,"1"]"#, true),
            (Cell::Text(br#"[{"a":1},2]"#), r#"[{"a": 1}, 2]"#, true),
        ] {
            assert_eq!(same_as(cell, json), same, "{cell:?} {json}");
        }
    }
}
