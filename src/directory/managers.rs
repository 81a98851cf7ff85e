//! People who are named by their e-mail address as somebody's manager, until their id is known.

use super::bytes::{hash_folded, same_folded};

/// What is known of one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Who {
    /// Nobody of this address was seen.
    #[default]
    Unknown,
    /// The user with this id.
    Id(u64),
    /// A user that will only be created.
    ToBeCreated,
}

/// All of them, each once.
#[derive(Debug, Default)]
pub struct Managers {
    emails: Vec<Vec<u8>>,
    who: Vec<Who>,
    /// Number and one more; 0 is free.
    table: Vec<u32>,
}

impl Managers {
    /// Whether nobody was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.emails.is_empty()
    }

    /// The number of an address, new or not.
    pub fn number(&mut self, email: &[u8]) -> u32 {
        if let Some(known) = self.find(email) {
            return known;
        }
        self.emails.push(email.to_vec());
        self.who.push(Who::Unknown);
        let from = if self.table.len() < self.emails.len().saturating_mul(2) {
            self.table = vec![0; self.emails.len().saturating_mul(4).max(64).next_power_of_two()];
            0
        } else {
            self.emails.len().saturating_sub(1)
        };
        let mask = self.table.len().wrapping_sub(1);
        for (number, email) in self.emails.iter().enumerate().skip(from) {
            let mut slot = hash_folded(email) as usize & mask;
            while self.table.get(slot).is_some_and(|entry| *entry != 0) {
                slot = slot.wrapping_add(1) & mask;
            }
            if let Some(entry) = self.table.get_mut(slot) {
                *entry = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
            }
        }
        u32::try_from(self.emails.len()).unwrap_or(u32::MAX).saturating_sub(1)
    }

    fn find(&self, email: &[u8]) -> Option<u32> {
        let mask = self.table.len().checked_sub(1)?;
        let mut slot = hash_folded(email) as usize & mask;
        loop {
            let number = self.table.get(slot)?.checked_sub(1)?;
            if same_folded(self.emails.get(number as usize)?, email) {
                return Some(number);
            }
            slot = slot.wrapping_add(1) & mask;
        }
    }

    /// Notes who has this address, where it is asked for and nobody is known yet.
    pub fn note(&mut self, email: &[u8], is: Who) {
        if let Some(who) = self.find(email).and_then(|number| self.who.get_mut(number as usize))
            && *who == Who::Unknown
        {
            *who = is;
        }
    }

    /// Who it is.
    #[must_use]
    pub fn who(&self, number: u32) -> Who {
        self.who.get(number as usize).copied().unwrap_or_default()
    }

    /// The address, as it was given first.
    #[must_use]
    pub fn email(&self, number: u32) -> &[u8] {
        self.emails.get(number as usize).map_or(&[], Vec::as_slice)
    }
}
