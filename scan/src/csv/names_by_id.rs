//! What is written in place of ids: the e-mail addresses of managers, or the names of roles.
//!
//! An instance has up to some hundred thousand users, so the names lie in one buffer, in the order of the numbers that
//! an [`Interner`] gives the ids.

use core::ops::Range;

use crate::interner::{Interned, Interner};

/// Names by ids. An id is known by its digits.
#[derive(Debug, Default)]
pub struct NamesById {
    ids: Interner,
    names: Vec<u8>,
    /// Where the name of each id is.
    places: Vec<Range<u32>>,
}

impl NamesById {
    /// Adds the name of an id, unless the id is known, and returns the number of the id.
    pub fn add(&mut self, id: &[u8], name: &[u8]) -> usize {
        let Interned { number, is_new } = self.ids.intern(id);
        if is_new {
            let start = self.position();
            self.names.extend_from_slice(name);
            self.places.push(start..self.position());
        }
        number
    }

    fn position(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(u32::MAX)
    }

    /// Makes the name of the id with this number empty.
    pub fn clear_name(&mut self, number: usize) {
        if let Some(place) = self.places.get_mut(number) {
            place.end = place.start;
        }
    }

    /// Returns the name of an id; `None` if the id is not known, or its name is empty.
    #[must_use]
    pub fn get(&self, id: &[u8]) -> Option<&[u8]> {
        let place = self.places.get(self.ids.find(id)?)?;
        let name = self.names.get(place.start as usize..place.end as usize)?;
        (!name.is_empty()).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_of_an_id_is_kept_until_it_is_cleared() {
        let mut names = NamesById::default();
        assert_eq!(names.get(b"1"), None);
        assert_eq!(
            [
                names.add(b"1", b"ann@x.co"),
                names.add(b"20", b""),
                names.add(b"3", b"c")
            ],
            [0, 1, 2]
        );
        assert_eq!(names.add(b"1", b"other"), 0);
        assert_eq!(names.get(b"1"), Some(&b"ann@x.co"[..]));
        assert_eq!(
            (names.get(b"20"), names.get(b"2"), names.get(b"3")),
            (None, None, Some(&b"c"[..]))
        );
        names.clear_name(0);
        names.clear_name(7);
        assert_eq!((names.get(b"1"), names.get(b"3")), (None, Some(&b"c"[..])));
    }
}
