//! The bytes of a stored row.
//!
//! A row is the length of its bitmap (one byte), the bitmap (one bit for each column that has a cell), and the cells in
//! the order of their columns. The first byte of a cell is its tag; the most common cells have no more than that byte,
//! or their content directly after it. Lengths and the numbers of domains are written in groups of seven bits, the
//! lowest first, with the high bit set in all but the last.

/// The first byte of a cell. The ranges between these constants are part of the format.
pub(super) mod tag {
    // Below KNOWN_2: a known string with this number.
    /// Up to [`KNOWN_3`]: a known string; the lower six bits are the upper byte of its number, the lower byte follows.
    pub const KNOWN_2: u8 = 0x80;
    /// A known string; three bytes of its number follow, the lowest first.
    pub const KNOWN_3: u8 = 0xc0;
    pub const CLEAR: u8 = 0xc1;
    /// Length and content follow.
    pub const ARRAY: u8 = 0xc2;
    /// The same e-mail address as in the first column.
    pub const SAME_AS_KEY: u8 = 0xc3;
    /// The number of the domain, the length of the local part, and the local part follow.
    pub const EMAIL: u8 = 0xc4;
    /// Length and content follow.
    pub const PRIMITIVE: u8 = 0xc5;
    /// Four bytes of the caller's number follow, the lowest first.
    pub const REFERENCE: u8 = 0xc6;
    /// To be added to a count of one to eight bytes, which follow, the lowest first.
    pub const NUMBER: u8 = 0xc7;
    pub const NUMBER_1: u8 = NUMBER + 1;
    /// Up to [`LONG_STRING`]: to be added to the length of a string, which follows.
    pub const STRING: u8 = 0xd0;
    /// Length and content follow.
    pub const LONG_STRING: u8 = 0xfe;
}

/// The most columns of a row: a bitmap has at most 255 bytes.
pub(super) const MAX_BITMAP: u8 = u8::MAX;

/// Writes a tag, the length and the content.
pub(super) fn write_long(tag: u8, content: &[u8], row: &mut Vec<u8>) {
    row.push(tag);
    write_length(content.len(), row);
    row.extend_from_slice(content);
}

/// Writes the content of a cell in 8-byte words: most cells are short, and `extend_from_slice` of a length that the
/// compiler does not know is a call. Measured as WebAssembly on strings of 3 to 30 bytes: 6 ns in place of 8.
#[inline(always)]
pub(super) fn write_short(content: &[u8], row: &mut Vec<u8>) {
    let (words, rest) = content.as_chunks::<8>();
    if words.len() > 7 {
        return row.extend_from_slice(content);
    }
    for word in words {
        row.extend_from_slice(word);
    }
    let count = rest.len();
    let word = match (content.last_chunk::<8>(), rest) {
        // The last word of the content ends with the rest; its lower bytes have been written already.
        (Some(last), _) => u64::from_le_bytes(*last) >> (64_usize.wrapping_sub(count << 3) & 63),
        (None, [a, b, c, d, ..]) => {
            let low = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            let high = rest
                .last_chunk::<4>()
                .map_or(0, |last| u64::from(u32::from_le_bytes(*last)));
            low | high << (count.wrapping_sub(4) << 3 & 63)
        }
        (None, few) => few.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    write_word(word, count, row);
}

/// Writes the lowest `count` bytes of a word, at most eight.
#[inline(always)]
pub(super) fn write_word(word: u64, count: usize, row: &mut Vec<u8>) {
    let end = row.len().saturating_add(count);
    row.extend_from_slice(&word.to_le_bytes());
    row.truncate(end);
}

/// Writes a length, or a number, in groups of seven bits.
pub(super) fn write_length(mut length: usize, row: &mut Vec<u8>) {
    #[allow(clippy::cast_possible_truncation)] // seven bits at a time
    while length >= 0x80 {
        row.push(length as u8 | 0x80);
        length >>= 7;
    }
    #[allow(clippy::cast_possible_truncation)] // the rest is below 128
    row.push(length as u8);
}
