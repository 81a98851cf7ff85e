//! Escapes in texts of JSON.

/// Whether what stands between quotes has sound escapes only.
pub(super) fn is_plain_text(raw: &[u8]) -> bool {
    let mut rest = raw;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first < b' ' {
            return false;
        }
        if first == b'\\' {
            rest = match rest {
                [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => rest,
                [b'u', a, b, c, d, rest @ ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => rest,
                _ => return false,
            };
        }
    }
    true
}

/// What a text with escapes says. Half a surrogate pair becomes U+FFFD, as in every text that leaves JavaScript.
pub fn unescape(raw: &[u8], into: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            into.push(first);
            continue;
        }
        let Some((&name, after)) = rest.split_first() else {
            return;
        };
        rest = after;
        match name {
            b'n' => into.push(b'\n'),
            b't' => into.push(b'\t'),
            b'r' => into.push(b'\r'),
            b'b' => into.push(8),
            b'f' => into.push(12),
            b'u' => {
                let mut unit = four(rest);
                rest = rest.get(4..).unwrap_or_default();
                if let (0xd800..0xdc00, Some([b'\\', b'u', low @ ..])) = (unit, rest.get(..6)) {
                    let low = four(low);
                    if (0xdc00..0xe000).contains(&low) {
                        unit = 0x1_0000_u32
                            .wrapping_add(unit.wrapping_sub(0xd800) << 10)
                            .wrapping_add(low.wrapping_sub(0xdc00));
                        rest = rest.get(6..).unwrap_or_default();
                    }
                }
                let character = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
                into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            other => into.push(other),
        }
    }
}

/// Four hexadecimal digits.
fn four(digits: &[u8]) -> u32 {
    digits.iter().take(4).fold(0, |number, digit| {
        (number << 4) | char::from(*digit).to_digit(16).unwrap_or_default()
    })
}

/// A text as JSON writes it, quotes included.
pub fn escape(text: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => into.extend_from_slice(&[b'\\', byte]),
            b'\n' => into.extend_from_slice(b"\\n"),
            b'\r' => into.extend_from_slice(b"\\r"),
            b'\t' => into.extend_from_slice(b"\\t"),
            0..0x20 => {
                let low = byte & 15;
                let digit = if low < 10 { b'0' | low } else { b'W'.wrapping_add(low) };
                into.extend_from_slice(b"\\u00");
                into.extend_from_slice(&[b'0' | (byte >> 4), digit]);
            }
            _ => into.push(byte),
        }
    }
    into.push(b'"');
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_unit_can_be_escaped(said in proptest::collection::vec(any::<char>(), 0..9)) {
            let (mut raw, said) = (String::new(), said.iter().collect::<String>());
            for unit in said.encode_utf16() { raw += &format!("\\u{unit:04x}"); }
            let mut read = Vec::new();
            unescape(raw.as_bytes(), &mut read);
            prop_assert_eq!(read, said.as_bytes());
        }
    }

    #[test]
    fn half_a_pair_is_replaced() {
        let mut read = Vec::new();
        unescape(br"\ud83dx\ud83d\u0041\ude42", &mut read);
        assert_eq!(read, "\u{fffd}x\u{fffd}A\u{fffd}".as_bytes());
    }
}
