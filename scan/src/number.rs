//! Numbers, by the digits they are written with.

/// The largest id: beyond this, JavaScript's numbers are no longer exact.
pub const LARGEST: u64 = 9_007_199_254_740_991;

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

/// Returns the whole number that a text writes as JSON does: `1423267200000`, `1.4232672E12`, `-5.0`; `None` for any other, and beyond 18 digits.
#[must_use]
pub fn integer(text: &[u8]) -> Option<i64> {
    let decimal = Decimal::of(text)?;
    let zeros = usize::try_from(decimal.exponent).ok()?;
    if decimal.digits.len().saturating_add(zeros) > 18 {
        return None;
    }
    let digits = decimal.digits.iter().map(|digit| i64::from(digit & 15));
    let value = digits
        .chain(core::iter::repeat_n(0, zeros))
        .fold(0_i64, |number, digit| number.wrapping_mul(10).wrapping_add(digit));
    Some(if decimal.negative { value.wrapping_neg() } else { value })
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
    }

    #[test]
    fn integers_however_they_are_written() {
        for (text, number) in [
            ("0", Some(0)),
            ("-7", Some(-7)),
            ("1423267200000", Some(1_423_267_200_000)),
            ("1.4232672E12", Some(1_423_267_200_000)),
            ("5.0", Some(5)),
            ("999999999999999999", Some(999_999_999_999_999_999)),
            ("1e18", None),
            ("1.5", None),
            ("5e-1", None),
            ("007", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(integer(text.as_bytes()), number, "{text}");
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
