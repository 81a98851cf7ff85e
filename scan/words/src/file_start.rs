//! The first bytes of a file: its encoding, its delimiter, or that it is no CSV.

/// What a file is, is decided by this many bytes, or by all of a shorter file, so that the size of its chunks makes no difference.
pub const START_LENGTH: usize = 512;

/// What the first bytes of a file show.
#[derive(Debug)]
pub enum FileStart {
    /// The file is UTF-8, or in an encoding that its bytes do not show.
    Other,
    /// The file is UTF-16.
    Utf16(Utf16),
    /// The file is no CSV. This message says what it is, and what to do.
    NotCsv(&'static str),
}

/// The first bytes of files that are no CSV.
const NO_CSV: [(&[u8], &str); 4] = [
    (ARCHIVE, "this is an Excel workbook; save it as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "this is an Excel workbook; save it as CSV UTF-8"),
    (b"%PDF", "this is a PDF document; save the list as CSV UTF-8"),
    (b"\x1f\x8b", "this is a gzip archive; unpack the CSV file in it"),
];
const ARCHIVE: &[u8] = b"PK\x03\x04";
const OPEN_DOCUMENT: &str = "this is an OpenDocument spreadsheet; save it as CSV UTF-8";

/// Returns what the first bytes of a file show. A file in UTF-16 without a byte order mark shows in the zero bytes of its header.
#[must_use]
pub fn file_start(bytes: &[u8]) -> FileStart {
    let bytes = bytes.get(..START_LENGTH).unwrap_or(bytes);
    let is_start = |(start, _): &&(&[u8], &str)| bytes.starts_with(start);
    if let Some((_, message)) = NO_CSV.iter().find(is_start) {
        // The first file in the archive names its type.
        let is_open_document = bytes.starts_with(ARCHIVE) && bytes.windows(12).any(|part| part == b"opendocument");
        return FileStart::NotCsv(if is_open_document { OPEN_DOCUMENT } else { message });
    }
    // The zero bytes at even and at odd positions.
    let (mut even, mut odd) = (0_usize, 0_usize);
    for [first, second] in bytes.as_chunks::<2>().0 {
        even = even.saturating_add(usize::from(*first == 0));
        odd = odd.saturating_add(usize::from(*second == 0));
    }
    let is_big_endian = match bytes {
        [0xff, 0xfe, ..] => false,
        [0xfe, 0xff, ..] => true,
        // In any script, delimiters, line breaks and addresses are ASCII. A single zero byte may be damage.
        _ if even.max(odd).saturating_mul(32) > bytes.len() => even > odd,
        _ => return FileStart::Other,
    };
    FileStart::Utf16(Utf16 {
        is_big_endian,
        ..Utf16::default()
    })
}

/// Decodes UTF-16 that arrives in chunks.
#[derive(Debug, Default)]
pub struct Utf16 {
    is_big_endian: bool,
    /// The first byte of a unit that a chunk has cut.
    half_unit: Option<u8>,
    /// The first half of a surrogate pair.
    surrogate: Option<u16>,
}

impl Utf16 {
    /// Decodes the bytes of a buffer from a position on, in place, to UTF-8. What a chunk has cut is kept for the next chunk; the last chunk has none. What
    /// cannot be decoded becomes U+FFFD.
    pub fn decode(&mut self, buffer: &mut Vec<u8>, from: usize, is_last: bool) {
        let encoded = buffer.get(from..).unwrap_or_default().to_vec();
        buffer.truncate(from);
        let mut push = |code: u32| {
            let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            buffer.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        };
        for byte in encoded {
            let Some(first) = self.half_unit.take() else {
                self.half_unit = Some(byte);
                continue;
            };
            let pair = if self.is_big_endian {
                [byte, first]
            } else {
                [first, byte]
            };
            let unit = u16::from_le_bytes(pair);
            match (self.surrogate.take(), unit) {
                (Some(high), 0xdc00..0xe000) => {
                    let bits = u32::from(high & 0x3ff) << 10 | u32::from(unit & 0x3ff);
                    push(bits.wrapping_add(0x10000));
                    continue;
                }
                (Some(lone), _) => push(u32::from(lone)),
                (None, _) => {}
            }
            match unit {
                0xd800..0xdc00 => self.surrogate = Some(unit),
                _ => push(u32::from(unit)),
            }
        }
        if is_last {
            if let Some(lone) = self.surrogate.take() {
                push(u32::from(lone));
            }
            if self.half_unit.take().is_some() {
                push(u32::MAX);
            }
        }
    }
}

/// Reads a first line such as `sep=;`, with which a file tells spreadsheets its delimiter. Returns the delimiter and the length of the line, or `None` if
/// this is another line.
#[must_use]
pub fn delimiter_line(bytes: &[u8]) -> Option<(u8, usize)> {
    let unquoted = bytes.strip_prefix(b"\"").unwrap_or(bytes);
    let (name, rest) = unquoted.split_at_checked(4)?;
    let (&delimiter, rest) = rest.split_first()?;
    if !name.eq_ignore_ascii_case(b"sep=") || !matches!(delimiter, b',' | b';' | b'\t' | b'|') {
        return None;
    }
    let mut length = bytes.len().saturating_sub(rest.len());
    for byte in rest {
        length = length.saturating_add(1);
        match byte {
            b'\n' => break,
            // The line may end with a carriage return alone.
            b'\r' if bytes.get(length) != Some(&b'\n') => break,
            // A program that saved the file again may have added delimiters, to as many as the other lines have.
            b'\r' | b'"' | b' ' => {}
            byte if *byte == delimiter => {}
            _ => return None,
        }
    }
    Some((delimiter, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, is_big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| {
            if is_big_endian {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf_16_shows_in_its_byte_order_mark_or_in_the_zero_bytes_of_its_header() {
        for text in [
            "email,title",
            "id",
            "\u{feff}é",
            "电子邮件,姓名,角色\r\nada@example.com,阿达,4\r\n",
            "一,二\r\nada@example.com,一\r\n",
            "Ā;email\nx;a",
        ] {
            for is_big_endian in [false, true] {
                let start = file_start(&utf16(text, is_big_endian));
                let FileStart::Utf16(found) = start else {
                    panic!("{text}: {start:?}")
                };
                assert_eq!(found.is_big_endian, is_big_endian, "{text}");
            }
        }
        let long = format!("email,title\nada@example.com,{}\0", "x".repeat(200));
        for text in ["", "email", "é,ü", &long, "\u{feff}email"] {
            assert!(matches!(file_start(text.as_bytes()), FileStart::Other), "{text}");
        }
    }

    #[test]
    fn files_that_are_no_csv_are_recognised() {
        for (bytes, words) in [
            (&b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"[..], "Excel workbook"),
            (
                b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                "OpenDocument",
            ),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0", "Excel workbook"),
            (b"%PDF-1.7", "PDF"),
            (b"\x1f\x8b\x08", "gzip"),
        ] {
            let FileStart::NotCsv(message) = file_start(bytes) else {
                panic!("{words}")
            };
            assert!(message.contains(words) && message.contains("CSV"), "{message}");
        }
    }

    #[test]
    fn a_cut_character_is_decoded_with_the_next_chunk() {
        let text = "a é 🙂 名\u{d7ff}\u{e000}\u{fffd}z";
        for is_big_endian in [false, true] {
            let bytes = utf16(text, is_big_endian);
            for cut in 0..=bytes.len() {
                let mut decoder = Utf16 {
                    is_big_endian,
                    ..Utf16::default()
                };
                let mut buffer = b"read".to_vec();
                for (chunk, is_last) in [(&bytes[..cut], false), (&bytes[cut..], true), (&[], true)] {
                    let from = buffer.len();
                    buffer.extend_from_slice(chunk);
                    decoder.decode(&mut buffer, from, is_last);
                }
                assert_eq!(String::from_utf8(buffer).unwrap(), format!("read{text}"), "{cut}");
            }
        }
        // Half a character at the end, and half a surrogate pair.
        for (bytes, text) in [
            (&b"a\0b"[..], "a\u{fffd}"),
            (b"\x3d\xd8", "\u{fffd}"),
            (b"\x3d\xd8a\0", "\u{fffd}a"),
            (b"a\0\x3d\xd8b", "a\u{fffd}\u{fffd}"),
        ] {
            let mut buffer = bytes.to_vec();
            Utf16 {
                is_big_endian: false,
                ..Utf16::default()
            }
            .decode(&mut buffer, 0, true);
            assert_eq!(String::from_utf8(buffer).unwrap(), text);
        }
    }

    #[test]
    fn a_first_line_names_the_delimiter() {
        for (line, expected) in [
            ("sep=;\r\nemail", Some((b';', 7))),
            ("sep=,\nemail", Some((b',', 6))),
            ("SEP=\t\remail", Some((b'\t', 6))),
            ("sep=;\r\"email\";title\r", Some((b';', 6))),
            ("sep=;\r email;title\r", Some((b';', 6))),
            ("sep=;\r;email\r", Some((b';', 6))),
            ("sep=;\r\remail\r", Some((b';', 6))),
            ("\"sep=;\";;\r\"email\"", Some((b';', 10))),
            ("sep=;\r", Some((b';', 6))),
            ("sep=;\r\n", Some((b';', 7))),
            ("sep=; \r\nemail", Some((b';', 8))),
            ("sep=|", Some((b'|', 5))),
            ("\"sep=;\"\n", Some((b';', 8))),
            ("sep=;;;;\nemail", Some((b';', 9))),
            ("sep=,\"\n", Some((b',', 7))),
            ("sep=\n", None),
            ("sep=x\n", None),
            ("sep=;title\n", None),
            ("sep;email\n", None),
            ("se", None),
            ("", None),
            ("email\nsep=;\n", None),
        ] {
            assert_eq!(delimiter_line(line.as_bytes()), expected, "{line:?}");
        }
    }
}
