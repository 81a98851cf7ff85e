//! Texts that come again, each kept once and known by its number.

use crate::strings::{hash, same};

/// All of them.
#[derive(Debug, Default)]
pub struct Interner {
    texts: Vec<u8>,
    ends: Vec<u32>,
    /// Number and one more; 0 is free.
    table: Vec<u32>,
}

impl Interner {
    /// One of them.
    #[inline(always)]
    #[must_use]
    pub fn text(&self, number: usize) -> &[u8] {
        let end = self.ends.get(number).copied().unwrap_or_default() as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before));
        self.texts
            .get(start.copied().unwrap_or_default() as usize..end)
            .unwrap_or_default()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The number of a text, and whether it was known.
    pub fn number(&mut self, text: &[u8]) -> (usize, bool) {
        self.make_room();
        let (slot, known) = self.find(text);
        if let Some(number) = known {
            return (number, true);
        }
        let number = self.ends.len();
        self.texts.extend_from_slice(text);
        self.ends.push(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.set(slot, number);
        (number, false)
    }

    /// Half of the table stays free, so that a free one comes.
    fn make_room(&mut self) {
        if self.table.len() < self.ends.len().saturating_mul(2).max(1) {
            let mut old = core::mem::take(&mut self.table);
            old.clear();
            old.resize(self.ends.len().saturating_mul(4).max(1024).next_power_of_two(), 0);
            self.table = old;
            for number in 0..self.ends.len() {
                let slot = self.free_slot(self.text(number));
                self.set(slot, number);
            }
        }
    }

    /// Where a text is, or would be, noted, and its number.
    #[inline(never)]
    #[must_use]
    pub fn find(&self, text: &[u8]) -> (usize, Option<usize>) {
        let mask = self.table.len().wrapping_sub(1);
        let mut slot = hash(text) as usize & mask;
        while let Some(number) = self.table.get(slot).and_then(|entry| entry.checked_sub(1)) {
            if same(self.text(number as usize), text) {
                return (slot, Some(number as usize));
            }
            slot = slot.wrapping_add(1) & mask;
        }
        (slot, None)
    }

    fn free_slot(&self, text: &[u8]) -> usize {
        let mask = self.table.len().wrapping_sub(1);
        let mut slot = hash(text) as usize & mask;
        while self.table.get(slot).is_some_and(|entry| *entry != 0) {
            slot = slot.wrapping_add(1) & mask;
        }
        slot
    }

    fn set(&mut self, slot: usize, number: usize) {
        if let Some(entry) = self.table.get_mut(slot) {
            *entry = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        }
    }
}
