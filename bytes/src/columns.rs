//! Names of columns, and which of them a key of the body is. Names are user fields and attribute keys alike.

use super::block;
use super::text::lossy;

/// The fields that stand at the top of a user, in the order of an export.
pub const TOP: [&str; 5] = ["id", "displayName", "userName", "roleId", "emailAddress"];

/// The attribute keys that were met at Domo, in the order of an export.
pub const ATTRIBUTES: [&str; 22] = [
    "department",
    "title",
    "phoneNumber",
    "deskPhoneNumber",
    "employeeId",
    "employeeNumber",
    "employeeLocation",
    "hireDate",
    "created",
    "modified",
    "lastActivity",
    "lastLogin",
    "reportsTo",
    "timeZone",
    "locale",
    "alternateEmail",
    "avatarKey",
    "invitorUserId",
    "isActive",
    "isAnonymous",
    "isPending",
    "isSystemUser",
];

/// The beginning of a key, as two words; the same for the same sixteen bytes.
type Head = (u64, u64);

/// Columns, found by their key in a few instructions.
#[derive(Debug, Default)]
pub struct Columns {
    names: Vec<Vec<u8>>,
    /// How each begins, and how long it is.
    heads: Vec<(Head, usize)>,
    /// Number of a column and one more, by what its head comes down to; 0 is free.
    table: Vec<u16>,
}

impl Columns {
    /// These, each once.
    #[must_use]
    pub fn new(names: &[&str]) -> Self {
        let mut columns = Self::default();
        for name in names {
            columns.add(name.as_bytes());
        }
        columns
    }

    /// The number of a name, new or not.
    pub fn add(&mut self, name: &[u8]) -> usize {
        if let Some(known) = self.find(name, 0, name.len()) {
            return known;
        }
        let number = self.names.len();
        self.heads.push((head(name, 0, name.len()), name.len()));
        self.names.push(name.to_vec());
        if self.table.len() < self.names.len().saturating_mul(4) {
            self.table = vec![0; self.names.len().saturating_mul(8).next_power_of_two()];
            for known in 0..number {
                self.enter(known);
            }
        }
        self.enter(number);
        number
    }

    fn enter(&mut self, number: usize) {
        let Some((head, _)) = self.heads.get(number) else {
            return;
        };
        let mut slot = slot(*head);
        // A quarter is used at most, so that a free one comes.
        while let Some(entry) = self.slot_mut(slot) {
            if *entry == 0 {
                *entry = u16::try_from(number).unwrap_or(u16::MAX).saturating_add(1);
                return;
            }
            slot = slot.wrapping_add(1);
        }
    }

    fn slot_mut(&mut self, slot: usize) -> Option<&mut u16> {
        let mask = self.table.len().wrapping_sub(1);
        self.table.get_mut(slot & mask)
    }

    /// Which column the key between these places is.
    #[inline(always)]
    #[must_use]
    pub fn find(&self, bytes: &[u8], start: usize, end: usize) -> Option<usize> {
        let wanted = head(bytes, start, end);
        let length = end.wrapping_sub(start);
        let mask = self.table.len().wrapping_sub(1);
        let mut slot = slot(wanted);
        loop {
            let entry = usize::from(*self.table.get(slot & mask)?);
            let number = entry.checked_sub(1)?;
            let (head, long) = *self.heads.get(number)?;
            if head == wanted
                && long == length
                && (length <= block::SIZE || bytes.get(start..end) == self.names.get(number).map(Vec::as_slice))
            {
                return Some(number);
            }
            slot = slot.wrapping_add(1);
        }
    }

    /// All names, in their order.
    #[must_use]
    pub fn names(&self) -> &[Vec<u8>] {
        &self.names
    }

    /// One name, for people.
    #[must_use]
    pub fn name(&self, number: usize) -> String {
        let name = self.names.get(number).map(Vec::as_slice);
        lossy(name.unwrap_or_default()).into_owned()
    }
}

/// Sixteen bytes from `start`, zeroes behind `end`.
#[inline(always)]
fn head(bytes: &[u8], start: usize, end: usize) -> Head {
    let length = end.wrapping_sub(start);
    let Some(sixteen) = block::at(bytes, start) else {
        return short_head(bytes.get(start..end).unwrap_or_default());
    };
    let both = u128::from_le_bytes(*sixteen);
    #[allow(clippy::cast_possible_truncation)] // the halves are meant
    let (low, high) = (both as u64, (both >> 64) as u64);
    match length {
        0..8 => (low & !(u64::MAX << (length << 3)), 0),
        8..16 => (low, high & !(u64::MAX << (length.wrapping_sub(8) << 3))),
        _ => (low, high),
    }
}

/// The same where fewer than sixteen bytes are left to look at.
#[inline(never)]
fn short_head(key: &[u8]) -> Head {
    let mut sixteen = [0; block::SIZE];
    for (to, from) in sixteen.iter_mut().zip(key) {
        *to = *from;
    }
    head(&sixteen, 0, key.len().min(block::SIZE))
}

#[inline(always)]
fn slot((low, high): Head) -> usize {
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 40) as usize
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_is_found_and_no_other(names in proptest::collection::vec("[a-c]{0,20}|.{0,20}", 0..40), other in "[a-c]{0,20}", padded: bool) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let columns = Columns::new(&names);
            for name in names.iter().copied().chain([other.as_str()]) {
                let mut bytes = name.as_bytes().to_vec();
                if padded { bytes.extend_from_slice(b"\":\"something behind it"); }
                let found = columns.find(&bytes, 0, name.len());
                prop_assert_eq!(found, columns.names().iter().position(|known| known == name.as_bytes()));
                prop_assert_eq!(found.is_some(), names.contains(&name));
            }
        }
    }
}
