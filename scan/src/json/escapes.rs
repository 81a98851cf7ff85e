//! Escapes in JSON strings: checked, decoded and written.
//!
//! All functions work on the bytes between the quotes and go from left to right once. Decoding accepts anything: a
//! broken escape never fails, since the body was already accepted as JSON or the string is only compared.

/// Whether the bytes between two quotes are a valid JSON string: only escapes that exist, and no raw control
/// characters.
pub(super) fn has_valid_escapes(raw: &[u8]) -> bool {
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

/// Appends the decoded string. Half a surrogate pair becomes U+FFFD, as in every string that leaves JavaScript.
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
                let mut unit = hex_digits(rest);
                rest = rest.get(4..).unwrap_or_default();
                if let (0xd800..0xdc00, Some([b'\\', b'u', low @ ..])) = (unit, rest.get(..6)) {
                    let low = hex_digits(low);
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

/// Returns the number that the first four hexadecimal digits write; any other character counts as 0.
fn hex_digits(digits: &[u8]) -> u32 {
    digits.iter().take(4).fold(0, |number, digit| {
        (number << 4) | char::from(*digit).to_digit(16).unwrap_or_default()
    })
}

/// Appends a string as JSON, with quotes.
pub fn escape(string: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    for &byte in string {
        match byte {
            b'"' | b'\\' => into.extend_from_slice(&[b'\\', byte]),
            b'\n' => into.extend_from_slice(b"\\n"),
            b'\r' => into.extend_from_slice(b"\\r"),
            b'\t' => into.extend_from_slice(b"\\t"),
            0..0x20 => {
                let low = byte & 15;
                let digit = if low < 10 { b'0' | low } else { b'W'.wrapping_add(low) }; // 'W' + 10 is 'a'
                into.extend_from_slice(b"\\u00");
                into.extend_from_slice(&[b'0' | (byte >> 4), digit]);
            }
            _ => into.push(byte),
        }
    }
    into.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(raw: &[u8]) -> String {
        let mut bytes = Vec::new();
        unescape(raw, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_escape_of_json_is_decoded() {
        assert_eq!(decoded(br#"a\"\\\/\b\f\n\r\t\u0041z"#), "a\"\\/\u{8}\u{c}\n\r\tAz");
        assert_eq!(decoded(br"\u00e9\u00E9\ud83d\ude42!"), "éé🙂!");
        assert_eq!(decoded(br"a\"), "a", "a cut escape is left out");
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        assert_eq!(decoded(br"\ud83dx\ud83d\u0041\ude42"), "\u{fffd}x\u{fffd}A\u{fffd}");
        assert_eq!(decoded(br"\ud83d\ud83d\ude42"), "\u{fffd}🙂");
        assert_eq!(
            decoded(br"\ud83d\ude4"),
            "\u{fffd}\u{de4}",
            "four digits are read, or those that are there"
        );
        assert_eq!(
            decoded(br"\udbff\udfff\ud800\udc00\udfff\ue000"),
            "\u{10ffff}\u{10000}\u{fffd}\u{e000}"
        );
    }

    #[test]
    fn control_characters_are_escaped_as_json_demands() {
        for byte in 0..=0x7f_u8 {
            let (mut json, string) = (Vec::new(), String::from(char::from(byte)));
            escape(string.as_bytes(), &mut json);
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), string, "{byte}");
            assert!(has_valid_escapes(&json[1..json.len() - 1]), "{byte}");
        }
        let mut json = Vec::new();
        escape("\"\\\n\r\t\u{1}\u{1f}é".as_bytes(), &mut json);
        assert_eq!(String::from_utf8(json).unwrap(), r#""\"\\\n\r\t\u0001\u001fé""#);
    }

    proptest! {
        #[test]
        fn every_character_is_decoded_from_its_code_units(string in proptest::collection::vec(any::<char>(), 0..9)) {
            let string: String = string.into_iter().collect();
            let raw: String = string.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            prop_assert_eq!(decoded(raw.as_bytes()), string);
            prop_assert!(has_valid_escapes(raw.as_bytes()));
        }
    }
}
