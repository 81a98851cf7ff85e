//! A JSON value as its kind and its position in the bytes that hold it.
//!
//! A [`Value`] is one 64-bit word: 3 bits for the kind, 29 for the length, 32 for the start. A struct of three fields
//! would be written to memory and read back for every value of a body; a word stays in a register.

/// The kind of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(u8)]
pub enum Kind {
    /// No value, `null`, or an empty array.
    #[default]
    Unset,
    /// A string without escapes; its position is that between the quotes.
    String,
    /// A string with escapes; its position is that between the quotes.
    EscapedString,
    /// A number, `true` or `false`.
    Primitive,
    /// An array; its position includes the brackets.
    Array,
    /// An object; its position includes the braces.
    Object,
}

impl Kind {
    /// Whether the value is a string, with or without escapes.
    #[inline(always)]
    #[must_use]
    pub fn is_string(self) -> bool {
        matches!(self, Self::String | Self::EscapedString)
    }
}

/// The kind and the position of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Value(u64);

/// The length of the longest value that a [`Value`] can describe, in bytes. Users that are longer are not read.
pub const MAX_LENGTH: usize = (1 << 29) - 1;

impl Value {
    /// Creates a value from the position of its first byte and the position after its last.
    #[inline(always)]
    #[must_use]
    pub fn new(kind: Kind, start: usize, end: usize) -> Self {
        let length = end.wrapping_sub(start) & MAX_LENGTH;
        Self((kind as u64) << 61 | (length as u64) << 32 | (start as u64) & 0xffff_ffff)
    }

    /// Returns the kind.
    #[inline(always)]
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.0 >> 61 {
            0 => Kind::Unset,
            1 => Kind::String,
            2 => Kind::EscapedString,
            3 => Kind::Primitive,
            4 => Kind::Array,
            _ => Kind::Object,
        }
    }

    /// Returns the position of the first byte.
    #[inline(always)]
    #[must_use]
    pub fn start(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }

    /// Returns the position after the last byte.
    #[inline(always)]
    #[must_use]
    pub fn end(self) -> usize {
        self.start().wrapping_add((self.0 >> 32) as usize & MAX_LENGTH)
    }

    /// Returns the bytes of the value; `json` is the buffer in which it was found.
    #[inline(always)]
    #[must_use]
    pub fn bytes_in(self, json: &[u8]) -> &[u8] {
        json.get(self.start()..self.end()).unwrap_or_default()
    }
}
