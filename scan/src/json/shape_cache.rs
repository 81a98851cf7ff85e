//! Reads a user by comparing the JSON between its values with that of earlier users: nearly all users have the same
//! keys, braces and commas in the same order.
//!
//! A user is a sequence of gaps and values. A gap is the JSON between two values: `{"id":`, `,"displayName":"`,
//! `"}],"attributes":[{"key":"title","values":["`. What a gap means (which column comes next, and where) follows from
//! its bytes and from the `Place` before it; it is parsed once, by `parse_gap`, and stored. The gaps form a graph:
//! each has up to `MAX_SUCCESSORS` gaps that followed it, the frequent ones first. Reading a user walks this graph:
//! compare the bytes with each successor, sixteen at a time, then find the end of the value.
//!
//! Invariant: the walk only ever takes a gap that is byte for byte the same as one that was parsed at the same place,
//! so that its result is that of parsing. A user with an unusual form (an attribute whose values come before its key,
//! nested values), or one that is cut, is not read at all: the field extractor reads any user.

use core::num::NonZeroU16;

use crate::columns::{Columns, SOURCE};
use crate::interner::Interner;
use crate::json::reader::{self, byte_at, read_primitive, read_string_inline, read_value};
use crate::json::value::{Kind, Value};
use crate::simd;

/// The most gaps that are stored: two or three for each attribute of an instance.
const MAX_GAPS: usize = 1024;
/// The most successors of one gap.
const MAX_SUCCESSORS: usize = 4;
/// The gap that stands for the start of a user. It follows no other gap.
const START: usize = 0;

/// Where a value is in a user.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    #[default]
    BeforeUser,
    Top,
    /// In an attribute, before its values.
    Attribute,
    /// Among the values of an attribute.
    Values,
    /// In an attribute, after its values.
    AfterValues,
}

/// What follows a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Slot {
    /// A string whose quotes belong to the gaps.
    String,
    /// A value of any kind.
    Any,
    /// No value, as in an empty array.
    #[default]
    Empty,
    /// The end of the user.
    End,
}

/// The number of a column, with 1 added, so that an `Option` of it has two bytes as well.
#[derive(Clone, Copy, Debug)]
struct Column(NonZeroU16);

impl Column {
    fn new(number: usize) -> Option<Self> {
        NonZeroU16::new(u16::try_from(number.wrapping_add(1)).ok()?).map(Self)
    }

    #[inline(always)]
    fn number(self) -> usize {
        usize::from(self.0.get()).wrapping_sub(1)
    }
}

/// The JSON between two values.
#[derive(Clone, Copy, Debug, Default)]
struct Gap {
    /// Its position in [`ShapeCache::bytes`].
    start: usize,
    length: usize,
    /// What follows the gap, and where in the user that is.
    slot: Slot,
    place: Place,
    /// The column of the value, or of the attribute that holds the value; `None` if it is not wanted.
    column: Option<Column>,
}

/// A gap that the bytes hold.
struct Match {
    gap: Gap,
    /// Its number; `None` if the cache is full.
    number: Option<usize>,
}

/// The gaps of all users so far, and which follows which.
#[derive(Debug, Default)]
pub struct ShapeCache {
    /// The gaps, by their numbers; the first is [`START`].
    gaps: Vec<Gap>,
    /// The numbers of the gaps that followed each gap.
    successors: Vec<[Option<NonZeroU16>; MAX_SUCCESSORS]>,
    /// The bytes of all gaps, with a block of zeros at the end, so that a block can be read from any position.
    bytes: Vec<u8>,
    /// The number of a gap by the place and column before it and its bytes.
    numbers: Interner,
    scratch: Vec<u8>,
}

impl ShapeCache {
    /// Reads the user that begins at `start` and returns the position after it; `None` if its form is unusual or it is
    /// cut.
    ///
    /// `each` is called with every value: whether it is at the top of the user, its column, if that is wanted, and
    /// the value. It may return `None` to stop.
    #[inline(always)]
    pub fn read_user(
        &mut self,
        json: &[u8],
        start: usize,
        columns: &mut Columns,
        mut each: impl FnMut(bool, Option<usize>, Value) -> Option<()>,
    ) -> Option<usize> {
        let (mut at, mut number, mut gap, mut value) = (start, Some(START), Gap::default(), Value::default());
        loop {
            let next = match self.match_successor(json, at, number) {
                None => self.learn(json, at, number, gap, columns),
                known => known,
            };
            let Some(next) = next else {
                let array = whole_array(json, at, gap, value)?;
                columns.note_several(gap.column.map(Column::number));
                each(false, gap.column.map(Column::number), array)?;
                (at, number, gap.place, gap.slot) = (array.end(), None, Place::AfterValues, Slot::Empty);
                continue;
            };
            (number, gap) = (next.number, next.gap);
            at = at.wrapping_add(gap.length);
            (value, at) = match gap.slot {
                // The closing quote belongs to the next gap.
                Slot::String => read_string_inline(json, at).map(|(string, end)| (string, end.wrapping_sub(1)))?,
                Slot::Any => read_primitive(json, at).or_else(|| read_value(json, at))?,
                Slot::Empty => (Value::default(), at),
                Slot::End => return Some(at),
            };
            match gap.place {
                Place::Top => each(true, gap.column.map(Column::number), value)?,
                Place::Values if matches!(value.kind(), Kind::Array | Kind::Object) => return None,
                Place::Values => each(false, gap.column.map(Column::number), value)?,
                _ => {}
            }
        }
    }

    /// Returns the gap at this position if it followed the gap `number` before.
    #[inline(always)]
    fn match_successor(&mut self, json: &[u8], at: usize, number: Option<usize>) -> Option<Match> {
        let successors = self.successors.get_mut(number?)?;
        for turn in 0..MAX_SUCCESSORS {
            let number = usize::from((*successors.get(turn)?)?.get());
            let gap = *self.gaps.get(number)?;
            if is_gap_at(json, at, &self.bytes, &gap) {
                if turn > 0 {
                    // Frequent successors move to the front.
                    successors.swap(turn, turn.wrapping_sub(1));
                }
                let number = Some(number);
                return Some(Match { gap, number });
            }
        }
        None
    }

    /// Parses the gap at this position, stores it, and notes that it follows the gap `number`.
    #[inline(never)]
    fn learn(
        &mut self,
        json: &[u8],
        at: usize,
        number: Option<usize>,
        before: Gap,
        columns: &mut Columns,
    ) -> Option<Match> {
        let gap = parse_gap(json, at, before, columns)?;
        let bytes = json.get(at..at.wrapping_add(gap.length))?;
        if self.gaps.is_empty() {
            self.add(&[], Gap::default());
        }
        // The same bytes mean something else at another place.
        let column = before.column.map_or(0, |column| column.0.get());
        self.scratch.clear();
        self.scratch.push(before.place as u8);
        self.scratch.extend_from_slice(&column.to_le_bytes());
        self.scratch.extend_from_slice(bytes);
        let learned = match self.numbers.find(&self.scratch) {
            Some(learned) => learned,
            None if self.gaps.len() > MAX_GAPS => return Some(Match { gap, number: None }),
            None => self.add(bytes, gap),
        };
        let successors = number.and_then(|number| self.successors.get_mut(number));
        if let Some([first, second, third, last]) = successors {
            // If all are taken, the least frequent one is replaced.
            let free = [first, second, third].into_iter().find(|number| number.is_none());
            *free.unwrap_or(last) = u16::try_from(learned).ok().and_then(NonZeroU16::new);
        }
        let number = Some(learned);
        Some(Match { gap, number })
    }

    /// Stores a gap under the key in `scratch`; returns its number.
    fn add(&mut self, bytes: &[u8], gap: Gap) -> usize {
        self.bytes.truncate(self.bytes.len().saturating_sub(simd::SIZE));
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(&[0; simd::SIZE]);
        self.gaps.push(Gap { start, ..gap });
        self.successors.push([None; MAX_SUCCESSORS]);
        self.numbers.intern(&self.scratch).number
    }
}

/// Whether the bytes at this position are this gap. It is not recognised among the last bytes of the buffer, where no
/// whole block can be read.
#[inline(always)]
fn is_gap_at(json: &[u8], at: usize, gap_bytes: &[u8], gap: &Gap) -> bool {
    let mut done = 0_usize;
    loop {
        let block = simd::block_at(json, at.wrapping_add(done));
        let Some((block, gap_block)) = block.zip(simd::block_at(gap_bytes, gap.start.wrapping_add(done))) else {
            return false;
        };
        let mismatches = simd::mismatches(block, gap_block);
        let rest = gap.length.wrapping_sub(done);
        if rest <= simd::SIZE {
            return mismatches & !(u32::MAX << rest) == 0;
        }
        if mismatches != 0 {
            return false;
        }
        done = done.wrapping_add(simd::SIZE);
    }
}

/// Parses the gap at `start`, which follows the gap `before` and its value; `None` if the user has no usual form here.
fn parse_gap(json: &[u8], start: usize, before: Gap, columns: &mut Columns) -> Option<Gap> {
    let (mut at, mut place, mut column) = (start, before.place, before.column);
    if before.slot == Slot::String {
        at = skip_byte(json, at, b'"')?;
    }
    let value_start = loop {
        at = skip_whitespace(json, at);
        let (byte, byte_end) = (byte_at(json, at), at.wrapping_add(1));
        at = skip_whitespace(json, byte_end);
        match (place, byte) {
            (Place::Top, b'}') => {
                let (length, slot) = (byte_end.wrapping_sub(start), Slot::End);
                return Some(Gap { length, slot, ..before });
            }
            (Place::BeforeUser, b'{') if byte_at(json, at) == b'}' => place = Place::Top,
            (Place::BeforeUser, b'{') | (Place::Top, b',') => {
                let key = read_key(json, &mut at)?;
                place = Place::Top;
                if key.bytes_in(json) != b"attributes" {
                    column = column_of(json, key, columns);
                    break at;
                }
                at = skip_whitespace(json, skip_byte(json, at, b'[')?);
                if byte_at(json, at) == b']' {
                    at = at.wrapping_add(1);
                } else {
                    (place, column) = (Place::Attribute, read_attribute_key(json, &mut at, columns)?);
                }
            }
            (Place::Attribute | Place::AfterValues, b',') => {
                let key = read_key(json, &mut at)?;
                match key.bytes_in(json) {
                    b"values" if place == Place::Attribute => {
                        at = skip_whitespace(json, skip_byte(json, at, b'[')?);
                        place = Place::Values;
                    }
                    b"values" | b"key" => return None,
                    _ if key.kind() == Kind::EscapedString => return None,
                    // Any other field of an attribute is skipped.
                    name => columns.has_sources |= name == SOURCE,
                }
                break at;
            }
            (Place::Values, b']') => place = Place::AfterValues,
            (Place::AfterValues, b'}') => match byte_at(json, at) {
                b',' => {
                    at = skip_whitespace(json, at.wrapping_add(1));
                    (place, column) = (Place::Attribute, read_attribute_key(json, &mut at, columns)?);
                }
                b']' => (at, place) = (at.wrapping_add(1), Place::Top),
                _ => return None,
            },
            _ => return None,
        }
    };
    let (slot, end) = match byte_at(json, value_start) {
        b'"' => (Slot::String, value_start.wrapping_add(1)),
        b']' if place == Place::Values => (Slot::Empty, value_start),
        _ => (Slot::Any, value_start),
    };
    Some(Gap {
        start: 0,
        length: end.wrapping_sub(start),
        slot,
        place,
        column,
    })
}

/// Returns the whole array of an attribute's values if a comma follows the `first` of them.
#[inline(never)]
fn whole_array(json: &[u8], at: usize, gap: Gap, first: Value) -> Option<Value> {
    let quote = usize::from(gap.slot == Slot::String);
    let start = first.start().checked_sub(quote)?.checked_sub(1)?;
    let has_others = gap.place == Place::Values && byte_at(json, at.wrapping_add(quote)) == b',';
    (has_others && byte_at(json, start) == b'[').then_some(())?;
    Some(read_value(json, start)?.0)
}

/// Reads an attribute from its brace to its key, which must be its first field; returns the column. `at` becomes the
/// position after the key.
#[inline(never)]
fn read_attribute_key(json: &[u8], at: &mut usize, columns: &mut Columns) -> Option<Option<Column>> {
    *at = skip_whitespace(json, skip_byte(json, *at, b'{')?);
    let first = read_key(json, at)?;
    if first.bytes_in(json) != b"key" {
        return None;
    }
    let key = read_string_at(json, at)?;
    Some(column_of(json, key, columns))
}

/// Reads the key of a field; `at` becomes the position of its value.
#[inline(never)]
fn read_key(json: &[u8], at: &mut usize) -> Option<Value> {
    let key = read_string_at(json, at)?;
    let colon = skip_whitespace(json, *at);
    *at = skip_whitespace(json, skip_byte(json, colon, b':')?);
    Some(key)
}

/// Reads a string with its quotes; `at` becomes the position after it.
fn read_string_at(json: &[u8], at: &mut usize) -> Option<Value> {
    let (string, end) = read_value(json, *at)?;
    *at = end;
    Some(string).filter(|string| string.kind().is_string())
}

#[inline(never)]
fn skip_whitespace(json: &[u8], at: usize) -> usize {
    reader::skip_whitespace(json, at)
}

/// Returns the position after `wanted`, or `None` if another byte is there.
fn skip_byte(json: &[u8], at: usize, wanted: u8) -> Option<usize> {
    (byte_at(json, at) == wanted).then(|| at.wrapping_add(1))
}

#[inline(never)]
fn column_of(json: &[u8], key: Value, columns: &mut Columns) -> Option<Column> {
    columns.find(json, key).and_then(Column::new)
}
