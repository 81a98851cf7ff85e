//! What stands between the values of a user, learned from the users before: nearly every user says the same there, so that it is compared
//! and not read.
//!
//! A user is taken for gaps and values in turns. What may follow a gap is noted; a gap that was never met there is read as JSON, by rules
//! that know the plain forms only. Whoever is no plain user is left to [`field_extractor`](crate::json::field_extractor), which reads any.

use crate::columns::Columns;
use crate::interner::Interner;
use crate::json::value as json;
use crate::json::value::{Kind, Value, byte};
use crate::simd;

/// So many gaps are kept: two or three for each attribute of an instance.
const MOST: usize = 1024;
/// So many are kept that follow one gap.
const WAYS: usize = 4;
/// A column that is none.
const NONE: u16 = u16::MAX;
/// A way of which nothing is known.
const NO_WAY: usize = usize::MAX;

/// Where a value stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    /// Before the user.
    #[default]
    Before,
    /// At the top.
    Top,
    /// In an attribute, before its values.
    Attribute,
    /// Among an attribute's values.
    Values,
    /// In an attribute, behind its values.
    Behind,
}

/// What stands behind a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Slot {
    /// A text, whose quotes belong to the gaps.
    Text,
    /// Any value.
    Any,
    /// No value, as in an empty list.
    #[default]
    Nothing,
    /// No more of this user.
    End,
}

/// What stands between two values.
#[derive(Clone, Copy, Debug, Default)]
struct Gap {
    /// Where it is kept.
    start: usize,
    length: usize,
    /// What comes behind it, and where that stands.
    slot: Slot,
    place: Place,
    /// Which column that is, or the attribute is in which it stands.
    column: u16,
}

/// All gaps so far.
#[derive(Debug, Default)]
pub struct ShapeCache {
    gaps: Vec<Gap>,
    /// What followed each gap, as its number and one more; 0 is none. The first are those that begin a user.
    ways: Vec<[u16; WAYS]>,
    /// The gaps, one after the other, each with blocks behind it that can be looked at.
    texts: Vec<u8>,
    /// The same, each with where it may stand before it.
    known: Interner,
    scratch: Vec<u8>,
}

impl ShapeCache {
    /// Reads the user that begins at `start`, and answers with the place behind it; `None` where it is no plain one, or is not there whole.
    ///
    /// `each` is told of the values: whether at the top, the number of the column, which may be none, and the value. Its `None` ends it.
    #[inline(always)]
    pub fn user(
        &mut self,
        bytes: &[u8],
        start: usize,
        columns: &mut Columns,
        mut each: impl FnMut(bool, usize, Value) -> Option<()>,
    ) -> Option<usize> {
        let (mut at, mut way, mut gap, mut value) = (start, 0, Gap::default(), Value::default());
        loop {
            let next = match self.expected(bytes, at, way) {
                None => self.learn(bytes, at, way, gap, columns),
                expected => expected,
            };
            let Some(next) = next else {
                let list = several(bytes, at, gap, value)?;
                each(false, usize::from(gap.column), list)?;
                (at, way, gap.place, gap.slot) = (list.end(), NO_WAY, Place::Behind, Slot::Nothing);
                continue;
            };
            (way, gap) = next;
            at = at.wrapping_add(gap.length);
            (value, at) = match gap.slot {
                // Its closing quote is the next gap's.
                Slot::Text => json::text_here(bytes, at).map(|(text, behind)| (text, behind.wrapping_sub(1)))?,
                Slot::Any => json::word(bytes, at).or_else(|| json::value(bytes, at))?,
                Slot::Nothing => (Value::default(), at),
                Slot::End => return Some(at),
            };
            match gap.place {
                Place::Top => each(true, usize::from(gap.column), value)?,
                Place::Values if matches!(value.kind(), Kind::List | Kind::Object) => return None,
                Place::Values => each(false, usize::from(gap.column), value)?,
                _ => {}
            }
        }
    }

    /// What stands there, where it is one of those that followed before: its number and one more, and itself.
    #[inline(always)]
    fn expected(&mut self, bytes: &[u8], at: usize, way: usize) -> Option<(usize, Gap)> {
        let ways = self.ways.get_mut(way)?;
        for turn in 0..WAYS {
            let number = *ways.get(turn)?;
            let gap = *self.gaps.get(usize::from(number).checked_sub(1)?)?;
            if stands_there(bytes, at, &self.texts, &gap) {
                if turn > 0 {
                    // What comes often moves to the front.
                    ways.swap(turn, turn.wrapping_sub(1));
                }
                return Some((usize::from(number), gap));
            }
        }
        None
    }

    /// The same, of what did not follow yet, and notes that it does.
    #[inline(never)]
    fn learn(
        &mut self,
        bytes: &[u8],
        at: usize,
        way: usize,
        before: Gap,
        columns: &mut Columns,
    ) -> Option<(usize, Gap)> {
        let mut gap = read(bytes, at, before, columns)?;
        let text = bytes.get(at..at.wrapping_add(gap.length))?;
        let [low, high] = before.column.to_le_bytes();
        self.scratch.clear();
        self.scratch.extend_from_slice(&[before.place as u8, low, high]);
        self.scratch.extend_from_slice(text);
        let number = match self.known.find(&self.scratch).1 {
            Some(number) => number,
            None if self.gaps.len() >= MOST => return Some((NO_WAY, gap)),
            None => {
                self.texts.truncate(self.texts.len().saturating_sub(simd::SIZE));
                gap.start = self.texts.len();
                self.texts.extend_from_slice(text);
                self.texts.extend_from_slice(&[0; simd::SIZE]);
                self.gaps.push(gap);
                self.ways.resize(self.gaps.len().wrapping_add(1), [0; WAYS]);
                self.known.number(&self.scratch).0
            }
        };
        let number = number.wrapping_add(1);
        if let Some(ways) = self.ways.get_mut(way) {
            let free = ways.iter().position(|way| *way == 0).unwrap_or(WAYS.wrapping_sub(1));
            if let Some(free) = ways.get_mut(free) {
                *free = u16::try_from(number).unwrap_or_default();
            }
        }
        Some((number, gap))
    }
}

/// Whether a gap stands there; among the last bytes it is not seen.
#[inline(always)]
fn stands_there(bytes: &[u8], at: usize, texts: &[u8], gap: &Gap) -> bool {
    let mut done = 0_usize;
    loop {
        let is = simd::at(bytes, at.wrapping_add(done));
        let Some((is, kept)) = is.zip(simd::at(texts, gap.start.wrapping_add(done))) else {
            return false;
        };
        let differs = simd::differ(is, kept);
        let left = gap.length.wrapping_sub(done);
        if left <= simd::SIZE {
            return differs & !(u32::MAX << left) == 0;
        }
        if differs != 0 {
            return false;
        }
        done = done.wrapping_add(simd::SIZE);
    }
}

/// The gap that stands there, behind another with its value.
fn read(bytes: &[u8], start: usize, before: Gap, columns: &mut Columns) -> Option<Gap> {
    let (mut at, mut place, mut column) = (start, before.place, before.column);
    if before.slot == Slot::Text {
        at = after(bytes, at, b'"')?;
    }
    let value = loop {
        at = blanks(bytes, at);
        let (sign, behind) = (byte(bytes, at), at.wrapping_add(1));
        at = blanks(bytes, behind);
        match (place, sign) {
            (Place::Top, b'}') => {
                let (length, slot) = (behind.wrapping_sub(start), Slot::End);
                return Some(Gap { length, slot, ..before });
            }
            (Place::Before, b'{') if byte(bytes, at) == b'}' => place = Place::Top,
            (Place::Before, b'{') | (Place::Top, b',') => {
                let key = key(bytes, &mut at)?;
                place = Place::Top;
                if key.of(bytes) != b"attributes" {
                    column = column_of(bytes, key, columns);
                    break at;
                }
                // Anything but a list would be the beginning of one, too.
                at = blanks(bytes, after(bytes, at, b'[')?);
                if byte(bytes, at) == b']' {
                    at = at.wrapping_add(1);
                } else {
                    (place, column) = attribute(bytes, &mut at, columns)?;
                }
            }
            (Place::Attribute | Place::Behind, b',') => {
                let key = key(bytes, &mut at)?;
                match key.of(bytes) {
                    b"values" if place == Place::Attribute => {
                        at = blanks(bytes, after(bytes, at, b'[')?);
                        place = Place::Values;
                    }
                    b"values" | b"key" => return None,
                    _ if key.kind() == Kind::Escaped => return None,
                    // Whatever else an attribute says.
                    _ => {}
                }
                break at;
            }
            (Place::Values, b']') => place = Place::Behind,
            (Place::Behind, b'}') => match byte(bytes, at) {
                b',' => {
                    at = blanks(bytes, at.wrapping_add(1));
                    (place, column) = attribute(bytes, &mut at, columns)?;
                }
                b']' => (at, place) = (at.wrapping_add(1), Place::Top),
                _ => return None,
            },
            _ => return None,
        }
    };
    let (slot, end) = match byte(bytes, value) {
        b'"' => (Slot::Text, value.wrapping_add(1)),
        b']' if place == Place::Values => (Slot::Nothing, value),
        _ => (Slot::Any, value),
    };
    Some(Gap {
        start: 0,
        length: end.wrapping_sub(start),
        slot,
        place,
        column,
    })
}

/// The whole list, where a comma stands behind the first of an attribute's values.
#[inline(never)]
fn several(bytes: &[u8], at: usize, gap: Gap, first: Value) -> Option<Value> {
    let quote = usize::from(gap.slot == Slot::Text);
    let start = first.start().checked_sub(quote)?.checked_sub(1)?;
    let is = gap.place == Place::Values && byte(bytes, at.wrapping_add(quote)) == b',' && byte(bytes, start) == b'[';
    Some(json::value(bytes, start).filter(|_| is)?.0)
}

/// The attribute that begins at `at`, up to behind its key.
#[inline(never)]
fn attribute(bytes: &[u8], at: &mut usize, columns: &mut Columns) -> Option<(Place, u16)> {
    *at = blanks(bytes, after(bytes, *at, b'{')?);
    let first = key(bytes, at)?;
    if first.of(bytes) != b"key" {
        return None;
    }
    let name = text(bytes, at)?;
    Some((Place::Attribute, column_of(bytes, name, columns)))
}

/// The key that begins at `at`, which then is where its value begins.
#[inline(never)]
fn key(bytes: &[u8], at: &mut usize) -> Option<Value> {
    let key = text(bytes, at)?;
    let colon = blanks(bytes, *at);
    *at = blanks(bytes, after(bytes, colon, b':')?);
    Some(key)
}

/// The text that begins at `at`, which then is behind it.
fn text(bytes: &[u8], at: &mut usize) -> Option<Value> {
    let (text, behind) = json::value(bytes, *at)?;
    *at = behind;
    Some(text).filter(|text| matches!(text.kind(), Kind::Text | Kind::Escaped))
}

/// The first place from here on that is not blank.
#[inline(never)]
fn blanks(bytes: &[u8], at: usize) -> usize {
    json::blanks(bytes, at)
}

/// The place behind this byte.
fn after(bytes: &[u8], at: usize, wanted: u8) -> Option<usize> {
    (byte(bytes, at) == wanted).then(|| at.wrapping_add(1))
}

#[inline(never)]
fn column_of(bytes: &[u8], key: Value, columns: &mut Columns) -> u16 {
    let column = columns.find(bytes, key).and_then(|column| u16::try_from(column).ok());
    column.unwrap_or(NONE)
}
