//! The byte between the cells of a CSV file, found in its header row.

/// The byte between two cells.
#[derive(Debug)]
pub(super) struct Separator(pub(super) u8);

impl Default for Separator {
    fn default() -> Self {
        Self(b',')
    }
}

/// A position in a cell of the header row.
#[derive(Clone, Copy)]
enum InCell {
    Start,
    Plain,
    Quoted,
    /// After a closing quote, or between two that are one.
    Closed,
}

impl Separator {
    /// Returns the separator of a header row: a comma if there is one outside of quotes, else the first semicolon, tab
    /// or `|`. Spreadsheets write semicolons in countries whose numbers have decimal commas.
    pub(super) fn of(header: &[u8]) -> Self {
        let (mut other, mut at) = (None, InCell::Start);
        for &byte in header {
            at = match (at, byte) {
                (InCell::Start | InCell::Closed, b'"') => InCell::Quoted, // the second of two quotes opens again
                (InCell::Quoted, b'"') => InCell::Closed,
                (InCell::Quoted, _) => InCell::Quoted,
                (_, b'\n' | b'\r') => break,
                (_, b',') => return Self(b','),
                (_, b';' | b'\t' | b'|') if *other.get_or_insert(byte) == byte => InCell::Start,
                // A blank may stand before an opening quote, and behind a closing one.
                (InCell::Start | InCell::Closed, b' ') => at,
                // Characters after a closing quote are an error. Nothing after it counts, so that a cut at any place gives the
                // same separator.
                (InCell::Closed, _) => break,
                _ => InCell::Plain,
            };
        }
        other.map_or_else(Self::default, Self)
    }
}
