//! Texts as bytes: compared, folded, trimmed and hashed without the standard library's weight.

use std::borrow::Cow;

use super::block;

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

/// The largest id: beyond this, JavaScript's numbers are no longer exact.
pub const LARGEST: u64 = 9_007_199_254_740_991;

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

/// Whether two texts are the same but for the case of ASCII's letters, and of the letters beyond that have a simple one.
#[inline(always)]
#[must_use]
pub fn same_folded(one: &[u8], other: &[u8]) -> bool {
    same(one, other) || folds_to_same(one, other)
}

/// The same of texts that seldom are the same to the byte; small rather than fast.
#[inline(never)]
#[must_use]
pub fn folds_to_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (mut ones, mut others) = (folded(one), folded(other));
    loop {
        match (ones.next(), others.next()) {
            (None, None) => return true,
            (one, other) if one != other => return false,
            _ => {}
        }
    }
}

/// A text in lower case, as far as [`same_folded`] knows case: two texts are the same for it when they are the same in this.
#[must_use]
pub fn fold(text: &[u8]) -> Vec<u8> {
    let mut into = Vec::with_capacity(text.len());
    for unit in folded(text) {
        // Not UTF-8 beyond ASCII, but the same for the same.
        let [low, high] = unit.to_le_bytes();
        into.push(low);
        if high > 0 {
            into.push(high);
        }
    }
    into
}

/// Each character's lower case, as far as two bytes of UTF-8 go (Latin, Greek, Cyrillic).
fn folded(text: &[u8]) -> impl Iterator<Item = u16> + '_ {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (&first, after) = rest.split_first()?;
        rest = after;
        if let (0xc3..=0xd1, Some((&second, after))) = (first, after.split_first()) {
            rest = after;
            return Some(lower((u16::from(first & 0x1f) << 6) | u16::from(second & 0x3f)));
        }
        Some(u16::from(first.to_ascii_lowercase()))
    })
}

/// The lower case of a letter between U+00C0 and U+047F, by the regular parts of those blocks.
fn lower(letter: u16) -> u16 {
    match letter {
        0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a9 | 0x410..=0x42f => letter.wrapping_add(32),
        0x400..=0x40f => letter.wrapping_add(80),
        0x100..=0x12f | 0x132..=0x137 | 0x14a..=0x177 | 0x460..=0x47f => letter | 1,
        0x139..=0x148 | 0x179..=0x17e if letter & 1 == 1 => letter.wrapping_add(1),
        _ => letter,
    }
}

/// Eight bytes more.
#[inline(always)]
fn stir(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// Letters fold with one bit; bytes beyond ASCII, which fold otherwise, do not count.
#[inline(always)]
fn fold_word(word: u64) -> u64 {
    let ascii = !((word & 0x8080_8080_8080_8080) >> 7).wrapping_mul(0xff);
    word & ascii | 0x2020_2020_2020_2020
}

/// A number for a text.
#[inline(always)]
#[must_use]
pub fn hash(text: &[u8]) -> u32 {
    hash_of(text, |word| word)
}

/// A number for a text; the same for all that [`same_folded`] takes for the same.
#[inline(never)]
#[must_use]
pub fn hash_folded(text: &[u8]) -> u32 {
    hash_of(text, fold_word)
}

#[inline(always)]
fn hash_of(text: &[u8], seen: impl Fn(u64) -> u64) -> u32 {
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
    let Some((usual, at, points)) = signs(text) else {
        return false;
    };
    // Of the @, and of all up to it.
    let (sign, up_to) = (at, at ^ at.wrapping_sub(1));
    let within = points & !up_to;
    let last = 1_u64.wrapping_shl((text.len() as u32).wrapping_sub(1));
    usual | sign | points == last | last.wrapping_sub(1)
        && sign.is_power_of_two()
        && sign & 1 == 0
        // Neither just behind the @, nor behind another, nor at the end.
        && within != 0
        && points & (sign << 1 | within << 1 | last) == 0
}

/// Which of its bytes are those that commonly stand in an address, which an @, which a point; `None` of a text that is too long.
#[inline(always)]
fn signs(text: &[u8]) -> Option<(u64, u64, u64)> {
    let mut signs = (0_u64, 0_u64, 0_u64);
    let mut see = |block: &[u8; block::SIZE], place: usize| {
        let shift = place & 63;
        signs.0 |= u64::from(block::address(block)) << shift;
        signs.1 |= u64::from(block::any_of(block, [b'@'])) << shift;
        signs.2 |= u64::from(block::any_of(block, [b'.'])) << shift;
    };
    if text.len() > 64 {
        return None;
    }
    let (blocks, rest) = text.as_chunks::<{ block::SIZE }>();
    for (index, block) in blocks.iter().enumerate() {
        see(block, index.wrapping_mul(block::SIZE));
    }
    if let Some(last) = text.last_chunk::<{ block::SIZE }>() {
        see(last, text.len().wrapping_sub(block::SIZE));
    } else {
        let mut few = [0; block::SIZE];
        for (to, from) in few.iter_mut().zip(rest) {
            *to = *from;
        }
        see(&few, 0);
    }
    Some(signs)
}

/// The whole number that these digits write, where they are written as JSON does: no sign, no zero in front.
#[inline(never)]
#[must_use]
pub fn whole(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 18 || (digits.first() == Some(&b'0') && digits.len() > 1) {
        return None;
    }
    let (mut number, mut rest) = (0_u64, digits);
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        number = number.wrapping_mul(100_000_000).wrapping_add(eight_digits(*eight)?);
        rest = behind;
    }
    for digit in rest {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    Some(number)
}

/// Eight digits at once: pairs, then pairs of pairs, then both halves.
#[inline(always)]
fn eight_digits(digits: [u8; 8]) -> Option<u64> {
    let word = u64::from_le_bytes(digits);
    let low = word ^ 0x3030_3030_3030_3030;
    if (low | low.wrapping_add(0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0 != 0 {
        return None;
    }
    let pairs = (low.wrapping_mul(10).wrapping_add(low >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xffff_ffff)
}

/// Whether two numbers as JSON writes them are the same number: `1.50e1` and `15`. Anything else is no number.
#[must_use]
pub fn same_number(one: &[u8], other: &[u8]) -> bool {
    match (Decimal::of(one), Decimal::of(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// Whether a text is a number as JSON writes it.
#[must_use]
pub fn is_number(text: &[u8]) -> bool {
    Decimal::of(text).is_some()
}

/// A number without anything that does not count: its sign, its digits, and how many places they are moved.
#[derive(PartialEq)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of(text: &[u8]) -> Option<Self> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let (mantissa, exponent) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (rest.get(..at)?, signed(rest.get(at.saturating_add(1)..)?)?),
            None => (rest, 0),
        };
        let (before, behind) = match mantissa.iter().position(|byte| *byte == b'.') {
            Some(at) => (mantissa.get(..at)?, Some(mantissa.get(at.saturating_add(1)..)?)),
            None => (mantissa, None),
        };
        let all_digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
        if !all_digits(before) || (before.len() > 1 && before.first() == Some(&b'0')) || !behind.is_none_or(all_digits)
        {
            return None;
        }
        let behind = behind.unwrap_or_default();
        let mut digits = [before, behind].concat();
        let mut exponent = exponent.saturating_sub(i64::try_from(behind.len()).ok()?);
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent = exponent.saturating_add(1);
        }
        let zeroes = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeroes);
        let zero = digits.is_empty();
        Some(Self {
            negative: negative && !zero,
            digits,
            exponent: if zero { 0 } else { exponent },
        })
    }
}

/// The exponent of a number.
fn signed(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0_i64, |number, digit| {
        number.wrapping_mul(10).wrapping_add(i64::from(digit & 15))
    });
    Some(if negative { number.wrapping_neg() } else { number })
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
        fn a_plain_address_is_one(text in "[ab.@+]{0,20}|[aZ0_'.-]{1,31}@[a-c.]{1,35}|[a.]{0,20}[ é@!][a.]{0,60}") {
            let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+'.".contains(&byte);
            let is = text.split_once('@').is_some_and(|(local, domain)| {
                let labels: Vec<&str> = domain.split('.').collect();
                let fits = labels.len() > 1 && labels.iter().all(|label| !label.is_empty()) && !local.is_empty();
                fits && text.len() <= 64 && (local.bytes().chain(domain.bytes())).all(usual)
            });
            prop_assert_eq!(is_plain_address(text.as_bytes()), is, "{}", text);
        }

        #[test]
        fn case_does_not_count(text in "[a-zA-ZäÖéÉŁłŻżČčŞşßΩωЖжЁё0-9@.+-]{0,40}", other in "[a-c@.]{0,4}") {
            let upper: String = text.chars().map(|c| match c {
                'ß' => c, _ => c.to_uppercase().next().unwrap() }).collect();
            prop_assert!(same_folded(text.as_bytes(), upper.as_bytes()), "{} {}", text, upper);
            prop_assert_eq!(hash_folded(text.as_bytes()), hash_folded(upper.as_bytes()));
            prop_assert_eq!(same_folded(text.as_bytes(), other.as_bytes()), text.to_lowercase() == other.to_lowercase());
        }

        #[test]
        fn the_same_is_the_same(one in "[ab]{0,20}", other in "[ab]{0,20}") {
            prop_assert_eq!(same(one.as_bytes(), other.as_bytes()), one == other);
            prop_assert!(same(one.as_bytes(), one.as_bytes()));
        }

        #[test]
        fn numbers_are_their_digits(number in 0u64..999_999_999_999_999_999, text in ".{0,20}") {
            prop_assert_eq!(whole(number.to_string().as_bytes()), Some(number));
            prop_assert_eq!(whole(text.as_bytes()).map(|n| n.to_string() == text), whole(text.as_bytes()).map(|_| true));
        }

        #[test]
        fn numbers_however_they_are_written(number in -1_000_000i64..1_000_000, zeroes in 0usize..4, other in -50i64..50) {
            let plain = number.to_string();
            let written = format!("{plain}{}e-{zeroes}", "0".repeat(zeroes));
            prop_assert!(same_number(plain.as_bytes(), written.as_bytes()) || number == 0);
            let with_point = format!("{plain}.{}", "0".repeat(zeroes + 1));
            prop_assert!(same_number(plain.as_bytes(), with_point.as_bytes()));
            prop_assert_eq!(same_number(plain.as_bytes(), other.to_string().as_bytes()), number == other);
        }

        #[test]
        fn blanks_around_are_taken_off(text in "[ \t\u{a0}a]{0,9}") {
            prop_assert_eq!(trim(text.as_bytes()), text.trim().as_bytes());
        }
    }

    #[test]
    fn what_is_a_number() {
        for yes in ["0", "-0", "1", "-1.5", "1e3", "1E+3", "0.10"] {
            assert!(is_number(yes.as_bytes()), "{yes}");
        }
        for no in ["", "-", "01", "1.", ".5", "1e", "+1", "1 ", "0x1", "NaN", "--1"] {
            assert!(!is_number(no.as_bytes()), "{no}");
        }
        assert!(same_number(b"-0", b"0.0e5"));
    }
}
