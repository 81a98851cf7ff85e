//! People who are named by their e-mail address as somebody's manager, until their id is known.

use domo_users_scan::interner::{Interned, Interner};
use domo_users_scan::rows::key_index::make_canonical;

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
    /// The keys of their addresses.
    keys: Interner,
    scratch: Vec<u8>,
    /// Their addresses as they were given first, and who they are.
    all: Vec<(Vec<u8>, Who)>,
}

impl Managers {
    /// Whether nobody was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The number of an address, new or not.
    pub fn number(&mut self, email: &[u8]) -> u32 {
        self.set_key(email);
        let Interned { number, is_new } = self.keys.intern(&self.scratch);
        if is_new {
            self.all.push((email.to_vec(), Who::Unknown));
        }
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Notes who has this address, where it is asked for and nobody is known yet.
    pub fn note(&mut self, email: &[u8], is: Who) {
        self.set_key(email);
        let number = self.keys.find(&self.scratch);
        if let Some((_, who)) = number.and_then(|number| self.all.get_mut(number))
            && *who == Who::Unknown
        {
            *who = is;
        }
    }

    /// Puts the key of an address into `scratch`.
    fn set_key(&mut self, email: &[u8]) {
        self.scratch.clear();
        self.scratch.extend_from_slice(email);
        make_canonical(&mut self.scratch);
        self.scratch.make_ascii_lowercase();
    }

    /// Who it is.
    #[must_use]
    pub fn who(&self, number: u32) -> Who {
        self.all.get(number as usize).map_or(Who::Unknown, |(_, who)| *who)
    }

    /// The address, as it was given first.
    #[must_use]
    pub fn email(&self, number: u32) -> &[u8] {
        self.all.get(number as usize).map_or(&[], |(email, _)| email)
    }
}
