//! A cell of a desired row: what one column of it asks for.
//!
//! A cell borrows its bytes, from the file or from the store, so that it is only made where it is needed.
//! [`Cell::of_string`] and [`Cell::of_address`] choose the kind in which the store keeps a string smallest;
//! [`write_key`] writes a cell back as the string that it was made from.

use crate::fold::equal_ignoring_case;
use crate::number::parse_digits;

/// What a row asks for in one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// The attribute is to be cleared.
    Clear,
    /// A string.
    String(&'a [u8]),
    /// A number without sign and decimals, whether it came as a number or as a string.
    Number(u64),
    /// An e-mail address.
    Email {
        /// The part before the @.
        local: &'a [u8],
        /// The part after the @.
        domain: &'a [u8],
    },
    /// A JSON number or boolean that came as such.
    Primitive(&'a [u8]),
    /// Several values, as a JSON array.
    Array(&'a [u8]),
    /// A user who was named by e-mail address, or a role that was named, as the caller's number for that name.
    Reference(u32),
}

impl<'a> Cell<'a> {
    /// Returns the cell of a string: a number if it has only digits, which takes less memory.
    #[must_use]
    pub fn of_string(string: &'a [u8]) -> Self {
        // The first byte tells most strings from numbers, without a call.
        let number = string
            .first()
            .filter(|byte| byte.is_ascii_digit())
            .and_then(|_| parse_digits(string));
        number.map_or(Self::String(string), Self::Number)
    }

    /// Returns the cell of an e-mail address, divided at its last @, or of a string that has none.
    #[must_use]
    pub fn of_address(string: &'a [u8]) -> Self {
        match string.iter().rposition(|byte| *byte == b'@') {
            Some(at) => Self::Email {
                local: string.get(..at).unwrap_or_default(),
                domain: string.get(at.saturating_add(1)..).unwrap_or_default(),
            },
            None => Self::String(string),
        }
    }
}

/// Appends the string that a cell was made from; nothing for [`Cell::Clear`] and [`Cell::Reference`].
pub fn write_key(cell: Cell<'_>, into: &mut Vec<u8>) {
    match cell {
        Cell::Number(number) => into.extend_from_slice(number.to_string().as_bytes()),
        Cell::Email { local, domain } => {
            into.extend_from_slice(local);
            into.push(b'@');
            into.extend_from_slice(domain);
        }
        Cell::String(string) | Cell::Primitive(string) | Cell::Array(string) => into.extend_from_slice(string),
        Cell::Clear | Cell::Reference(_) => {}
    }
}

/// Whether a string is this e-mail address, ignoring case.
#[inline(never)]
#[must_use]
pub fn equal_address(local: &[u8], domain: &[u8], string: &[u8]) -> bool {
    let at = local.len();
    string.len() == at.wrapping_add(domain.len()).wrapping_add(1)
        && string.get(at) == Some(&b'@')
        && string.get(..at).is_some_and(|other| equal_ignoring_case(local, other))
        && string
            .get(at.wrapping_add(1)..)
            .is_some_and(|other| equal_ignoring_case(domain, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_written_back_as_its_string() {
        for (cell, expected, key) in [
            (Cell::of_string(b"712"), Cell::Number(712), "712"),
            (Cell::of_string(b"0"), Cell::Number(0), "0"),
            (Cell::of_string(b"0712"), Cell::String(b"0712"), "0712"),
            (Cell::of_string(b""), Cell::String(b""), ""),
            (Cell::of_string(b"x7"), Cell::String(b"x7"), "x7"),
            (
                Cell::of_address(b"a@b@c"),
                Cell::Email {
                    local: b"a@b",
                    domain: b"c",
                },
                "a@b@c",
            ),
            (
                Cell::of_address(b"@"),
                Cell::Email {
                    local: b"",
                    domain: b"",
                },
                "@",
            ),
            (Cell::of_address(b"712"), Cell::String(b"712"), "712"),
            (Cell::Primitive(b"true"), Cell::Primitive(b"true"), "true"),
            (Cell::Array(b"[1]"), Cell::Array(b"[1]"), "[1]"),
            (Cell::Clear, Cell::Clear, ""),
            (Cell::Reference(7), Cell::Reference(7), ""),
        ] {
            assert_eq!(cell, expected);
            let mut written = Vec::new();
            write_key(cell, &mut written);
            assert_eq!(written, key.as_bytes());
        }
    }

    #[test]
    fn an_address_is_equal_ignoring_case() {
        for (address, is_equal) in [
            ("ada@example.com", true),
            ("ADA@EXAMPLE.COM", true),
            ("adb@example.com", false),
            ("ada@example.con", false),
            ("ada.example.com", false),
            ("ada@example.co", false),
            ("ada@example.comm", false),
            ("aada@example.com", false),
            ("", false),
        ] {
            assert_eq!(
                equal_address(b"Ada", b"Example.com", address.as_bytes()),
                is_equal,
                "{address}"
            );
        }
    }
}
