//! Managers that the list names by e-mail address. Their ids become known while the instance is read.

use domo_users_scan::interner::{Interned, Interner};
use domo_users_scan::rows::key_index::make_canonical;

/// What is known about a manager.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manager {
    /// No user with this address was found.
    #[default]
    Unknown,
    /// A user of the instance, by id.
    Existing(u64),
    /// A user whom the plan creates.
    ToBeCreated,
}

/// A manager with the address that names them.
#[derive(Debug)]
struct NamedManager {
    /// The address as it was written first.
    email: Vec<u8>,
    manager: Manager,
}

/// The managers that are named by e-mail address, each once.
#[derive(Debug, Default)]
pub struct Managers {
    /// The canonical addresses. Their numbers are the places in `managers`.
    keys: Interner,
    key: Vec<u8>,
    managers: Vec<NamedManager>,
}

impl Managers {
    /// Whether no manager is named by address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.managers.is_empty()
    }

    /// Returns the number of the manager with this address. A new address gets the next number.
    pub fn number(&mut self, email: &[u8]) -> u32 {
        self.set_key(email);
        let Interned { number, is_new } = self.keys.intern(&self.key);
        if is_new {
            self.managers.push(NamedManager {
                email: email.to_vec(),
                manager: Manager::Unknown,
            });
        }
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Sets who has an address, if a row names a manager by this address and its user is still unknown.
    pub fn resolve(&mut self, email: &[u8], manager: Manager) {
        self.set_key(email);
        let number = self.keys.find(&self.key);
        if let Some(named) = number.and_then(|number| self.managers.get_mut(number))
            && named.manager == Manager::Unknown
        {
            named.manager = manager;
        }
    }

    /// Sets `key` to the canonical form of an address.
    fn set_key(&mut self, email: &[u8]) {
        self.key.clear();
        self.key.extend_from_slice(email);
        make_canonical(&mut self.key);
        self.key.make_ascii_lowercase();
    }

    /// Returns what is known about the manager with this number.
    #[must_use]
    pub fn get(&self, number: u32) -> Manager {
        self.managers
            .get(number as usize)
            .map_or(Manager::Unknown, |named| named.manager)
    }

    /// Returns the address of the manager with this number, as it was written first.
    #[must_use]
    pub fn email(&self, number: u32) -> &[u8] {
        self.managers.get(number as usize).map_or(&[], |named| &named.email)
    }
}
