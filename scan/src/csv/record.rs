//! A record of a CSV file: where its cells are, or why it is not valid.

/// The position of a cell, in one 64-bit word, so that it stays in a register: 1 bit for the buffer, 31 for the end,
/// 32 for the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span(u64);

impl Span {
    #[inline(always)]
    pub(super) fn new(is_unquoted: bool, start: usize, end: usize) -> Self {
        Self(u64::from(is_unquoted) << 63 | (end as u64) << 32 | (start as u64) & 0xffff_ffff)
    }

    /// Whether the position is one in the buffer of unquoted cells.
    #[inline(always)]
    pub(super) fn is_unquoted(self) -> bool {
        self.0 >> 63 != 0
    }

    #[inline(always)]
    pub(super) fn start(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }

    #[inline(always)]
    pub(super) fn end(self) -> usize {
        (self.0 >> 32 & 0x7fff_ffff) as usize
    }
}

/// The result of reading a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Record {
    /// A record was read; its cells are in `Reader::cells`.
    Complete,
    /// The record is cut: more input is needed.
    Incomplete,
    /// All records were read.
    End,
    /// The record is not valid CSV.
    Invalid(InvalidRecord),
}

/// Why a record is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRecord {
    /// A quote is opened and never closed.
    UnclosedQuote,
    /// Something other than a separator follows a closing quote.
    TextAfterQuote,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The file is no CSV, as this message says.
    NotCsv(&'static str),
}

impl InvalidRecord {
    /// Returns what is wrong, and what to do about it, for a person; the row is to be named before it.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::UnclosedQuote => "a quote is opened but never closed",
            Self::TextAfterQuote => "characters follow a closing quote; write a quote inside a cell as two quotes",
            Self::NotUtf8 => {
                "the bytes are not UTF-8; save the file as CSV UTF-8, or pass its encoding, such as encoding: \"windows-1252\""
            }
            Self::NotCsv(message) => message,
        }
    }
}
