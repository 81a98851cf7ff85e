//! Whether a file is UTF-8 or UTF-16 although it is said to have another encoding.

/// Checks the bytes of a file, chunk by chunk.
#[derive(Debug, Default)]
pub struct Utf8Check {
    /// The bytes that are not checked yet: the next chunk behind a cut character.
    pub input: Vec<u8>,
    /// The first two bytes of the file.
    start: Vec<u8>,
    is_invalid: bool,
    has_multibyte: bool,
}

impl Utf8Check {
    /// Checks the bytes in `input`, and removes them except for a cut character.
    pub fn check(&mut self) {
        for byte in &self.input {
            if self.start.len() == 2 {
                break;
            }
            self.start.push(*byte);
        }
        let mut valid = self.input.len();
        if let Err(error) = str::from_utf8(&self.input) {
            self.is_invalid |= error.error_len().is_some();
            valid = error.valid_up_to();
        }
        self.has_multibyte |= !self.input.get(..valid).unwrap_or_default().is_ascii();
        self.input.drain(..valid);
        if self.is_invalid {
            self.input.clear();
        }
    }

    /// Whether the whole file is UTF-8 with a character beyond ASCII, or begins with the byte order mark of UTF-16.
    #[must_use]
    pub fn is_unicode(&self) -> bool {
        let is_utf8 = !self.is_invalid && self.input.is_empty() && self.has_multibyte;
        is_utf8 || matches!(*self.start, [0xff, 0xfe] | [0xfe, 0xff])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_recognised_however_its_chunks_are_cut() {
        for (bytes, expected) in [
            ("email\nGroß@x.co".as_bytes(), true),
            ("\u{feff}email".as_bytes(), true),
            ("🙂".as_bytes(), true),
            (b"\xff\xfee\0", true),
            (b"\xfe\xff\0e", true),
            (b"email", false),
            (b"", false),
            (b"Gro\xdf", false),
            (b"Gro\xc3\x9f\nGro\xdf\n", false),
            (b"Gro\xdf\nGro\xc3\x9f\n", false),
            (b"a\xff\xfe", false),
        ] {
            for cut in 0..=bytes.len() {
                let mut check = Utf8Check::default();
                for chunk in [&bytes[..cut], &bytes[cut..], b""] {
                    check.input.extend_from_slice(chunk);
                    check.check();
                }
                assert_eq!(check.is_unicode(), expected, "{bytes:?} {cut}");
            }
        }
    }
}
