//! Texts as bytes: compared, folded, trimmed and hashed without the standard library's weight.

use std::borrow::Cow;

use crate::simd;

/// Bytes as text, with `\u{fffd}` for what is none, as `String::from_utf8_lossy` gives it: that one is a kilobyte of the module.
#[must_use]
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    let mut text = String::new();
    let mut rest = bytes;
    loop {
        let error = match str::from_utf8(rest) {
            Ok(all) if text.is_empty() => return Cow::Borrowed(all),
            Ok(end) => {
                text.push_str(end);
                return Cow::Owned(text);
            }
            Err(error) => error,
        };
        let (good, bad) = rest.split_at_checked(error.valid_up_to()).unwrap_or_default();
        text.push_str(str::from_utf8(good).unwrap_or_default());
        text.push('\u{fffd}');
        rest = error
            .error_len()
            .and_then(|length| bad.get(length..))
            .unwrap_or_default();
    }
}

/// So many bytes more at the end, to be written over. Here, as what is built for size fills them one by one.
#[inline(never)]
pub fn room_for(length: usize, bytes: &mut Vec<u8>) -> &mut [u8] {
    let old = bytes.len();
    bytes.resize(old.saturating_add(length), 0);
    bytes.get_mut(old..).unwrap_or_default()
}

/// Without the blanks around it.
#[inline(always)]
#[must_use]
pub fn trim(text: &[u8]) -> &[u8] {
    // Nearly every text has none.
    let odd = |byte: Option<&u8>| byte.is_some_and(|byte| *byte <= b' ' || *byte == 0xc2 || *byte == 0xa0);
    if odd(text.first()) || odd(text.last()) {
        return trim_slowly(text);
    }
    text
}

/// ASCII's blanks and the no-break space, which spreadsheets leave behind.
#[inline(never)]
fn trim_slowly(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [0..=b' ', rest @ ..] | [0xc2, 0xa0, rest @ ..] | [rest @ .., 0..=b' '] | [rest @ .., 0xc2, 0xa0] => rest,
            _ => return text,
        };
    }
}

/// Whether two texts are the same.
#[inline(always)]
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && same_length(one, other)
}

/// Word by word; the last word may begin within the one before.
#[inline(always)]
fn same_length(one: &[u8], other: &[u8]) -> bool {
    if let (Some(a), Some(b)) = (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        let (ones, _) = one.as_chunks::<8>();
        let (others, _) = other.as_chunks::<8>();
        return a == b && ones.iter().zip(others).all(|(a, b)| a == b);
    }
    short(one) == short(other)
}

/// Fewer than eight bytes as a number, the same only for the same bytes where the lengths are the same.
#[inline(always)]
fn short(text: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    }
    text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Eight bytes more.
#[inline(always)]
fn stir(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// A number for a text.
#[inline(always)]
#[must_use]
pub fn hash(text: &[u8]) -> u32 {
    hash_of(text, |word| word)
}

#[inline(always)]
pub(super) fn hash_of(text: &[u8], seen: impl Fn(u64) -> u64) -> u32 {
    let mut hash = text.len() as u64;
    match text.last_chunk::<8>() {
        Some(last) => {
            let (words, rest) = text.as_chunks::<8>();
            for word in words {
                hash = stir(hash, seen(u64::from_le_bytes(*word)));
            }
            if !rest.is_empty() {
                hash = stir(hash, seen(u64::from_le_bytes(*last)));
            }
        }
        None => hash = stir(hash, seen(short(text))),
    }
    #[allow(clippy::cast_possible_truncation)] // the upper half is the better mixed one
    let short = (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32;
    short
}

/// Whether a text is an e-mail address of the plainest kind: `jane.doe@example.com`, ASCII's letters, digits and what commonly stands between.
/// Anything else is to be looked at more closely.
#[inline(never)]
#[must_use]
pub fn is_plain_address(text: &[u8]) -> bool {
    let Some(Signs {
        usual,
        at,
        points,
        marks,
        hyphens,
    }) = signs(text)
    else {
        return false;
    };
    // Of the @, and of all up to it.
    let (sign, up_to) = (at, at ^ at.wrapping_sub(1));
    let within = points & !up_to;
    let last = 1_u64.wrapping_shl((text.len() as u32).wrapping_sub(1));
    usual | sign | points == last | last.wrapping_sub(1)
        && sign.is_power_of_two()
        && sign & 1 == 0
        && within != 0
        // No point is beside the @, beside another, or at an end.
        && points & (sign << 1 | sign >> 1 | points << 1 | last | 1) == 0
        // These are only plain within the name: behind the @ an apostrophe would be a quote around the address.
        && marks & !up_to == 0
        && hyphens & !up_to & (sign << 1 | within << 1 | within >> 1 | last) == 0
        && text.first().is_some_and(|first| first.is_ascii_alphanumeric() || *first == b'_')
}

/// Which bytes of a text are of a kind, a bit for each.
#[derive(Default)]
struct Signs {
    /// What commonly stands in an address.
    usual: u64,
    /// The @.
    at: u64,
    /// Points.
    points: u64,
    /// Apostrophes, plus signs and underscores.
    marks: u64,
    /// Hyphens.
    hyphens: u64,
}

/// `None` of a text that is too long.
#[inline(always)]
fn signs(text: &[u8]) -> Option<Signs> {
    let mut signs = Signs::default();
    let mut see = |block: &[u8; simd::SIZE], place: usize| {
        let shift = place & 63;
        signs.usual |= u64::from(simd::address(block)) << shift;
        signs.at |= u64::from(simd::any_of(block, [b'@'])) << shift;
        signs.points |= u64::from(simd::any_of(block, [b'.'])) << shift;
        signs.marks |= u64::from(simd::any_of(block, [b'\'', b'+', b'_'])) << shift;
        signs.hyphens |= u64::from(simd::any_of(block, [b'-'])) << shift;
    };
    if text.len() > 64 {
        return None;
    }
    let (blocks, rest) = text.as_chunks::<{ simd::SIZE }>();
    for (index, block) in blocks.iter().enumerate() {
        see(block, index.wrapping_mul(simd::SIZE));
    }
    if let Some(last) = text.last_chunk::<{ simd::SIZE }>() {
        see(last, text.len().wrapping_sub(simd::SIZE));
    } else {
        let mut few = [0; simd::SIZE];
        for (to, from) in few.iter_mut().zip(rest) {
            *to = *from;
        }
        see(&few, 0);
    }
    Some(signs)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn is_as_lossy_as_the_standard_library(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x80u8..0xf8], 0..40)) {
            prop_assert_eq!(lossy(&bytes), String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn a_plain_address_is_one(text in "[ab.@+]{0,20}|[aZ0_'.-]{1,31}@[a-c._'-]{1,35}|[a']{1,3}@[a-]{1,4}\\.[a-]{1,3}|[a.]{0,20}[ é@!][a.]{0,60}") {
            let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+'.".contains(&byte);
            let is = text.split_once('@').is_some_and(|(local, domain)| {
                let labels: Vec<&str> = domain.split('.').collect();
                let fits = labels.len() > 1 && labels.iter().all(|label| !label.is_empty()) && !local.is_empty();
                let begins_well = local.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
                // An apostrophe behind the name would be a quote around the address.
                let is_odd = domain.contains(['\'', '+', '_']) || local.contains("..") || local.ends_with('.');
                let is_odd = is_odd || labels.iter().any(|label| label.starts_with('-') || label.ends_with('-'));
                fits && begins_well && !is_odd && text.len() <= 64 && (local.bytes().chain(domain.bytes())).all(usual)
            });
            prop_assert_eq!(is_plain_address(text.as_bytes()), is, "{}", text);
        }

        #[test]
        fn the_same_is_the_same(one in "[ab]{0,20}", other in "[ab]{0,20}") {
            prop_assert_eq!(same(one.as_bytes(), other.as_bytes()), one == other);
            prop_assert!(same(one.as_bytes(), one.as_bytes()));
        }

        #[test]
        fn blanks_around_are_taken_off(text in "[ \t\u{a0}a]{0,9}") {
            prop_assert_eq!(trim(text.as_bytes()), text.trim().as_bytes());
        }
    }
}
