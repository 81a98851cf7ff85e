//! Users and roles that the list names instead of giving their ids: managers by e-mail address, roles by name. Their ids become known later: those of users
//! while the instance is read, those of roles when the instance has listed its roles.

use crate::client::roles::Roles;
use domo_users_scan::interner::{Interned, Interner};
use domo_users_scan::number::parse_digits;
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::key_index::make_canonical;

/// What is known about a user or a role that the list names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reference {
    /// Nothing with this name was found.
    #[default]
    Unknown,
    /// A user or a role of the instance, by id.
    Existing(u64),
    /// A user whom the plan creates.
    ToBeCreated,
    /// Several users of the instance have the address.
    Several,
}

/// A name with what it refers to.
#[derive(Debug)]
struct Named {
    /// The name as it was written first.
    name: Vec<u8>,
    reference: Reference,
}

/// The users, or the roles, that the list names, each once.
#[derive(Debug, Default)]
pub struct References {
    /// The names as they are compared. Their numbers are the places in `named`.
    keys: Interner,
    key: Vec<u8>,
    named: Vec<Named>,
    /// The roles of which several have the same name: the number of the name, and the id.
    namesakes: Vec<(u32, u64)>,
    /// The roles whose names are numbers, which look like ids.
    numeric_names: Vec<NumericName>,
}

/// A role whose name is a number.
#[derive(Debug)]
struct NumericName {
    number: u64,
    /// The id of the role, or `None` if another role has this id or this name.
    id: Option<u64>,
}

impl References {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Returns the number of the user with this e-mail address. A new address gets the next number.
    pub fn number_of_address(&mut self, email: &[u8]) -> u32 {
        self.set_key(email);
        self.number(email)
    }

    /// Returns the number of the role with this name. A name in another spelling gets another number, since the instance may have both.
    pub fn number_of_role(&mut self, name: &[u8]) -> u32 {
        self.key.clear();
        self.key.extend_from_slice(name);
        self.number(name)
    }

    /// Returns the number of the key in `key`.
    fn number(&mut self, name: &[u8]) -> u32 {
        let Interned { number, is_new } = self.keys.intern(&self.key);
        if is_new {
            self.named.push(Named {
                name: name.to_vec(),
                reference: Reference::Unknown,
            });
        }
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Sets who has an e-mail address, if a row names a user by this address who is still unknown. Another user of the instance with the same address makes
    /// it ambiguous.
    pub fn resolve(&mut self, email: &[u8], reference: Reference) {
        self.set_key(email);
        let number = self.keys.find(&self.key);
        if let Some(named) = number.and_then(|number| self.named.get_mut(number)) {
            match (named.reference, reference) {
                (Reference::Unknown, _) => named.reference = reference,
                (Reference::Existing(id), Reference::Existing(other)) if id != other => {
                    named.reference = Reference::Several;
                }
                _ => {}
            }
        }
    }

    /// Sets the ids of the roles that are named.
    pub fn resolve_roles(&mut self, roles: &Roles) {
        for (number, named) in (0..).zip(&mut self.named) {
            let name = String::from_utf8_lossy(&named.name);
            match roles.id(&name) {
                Some(id) => named.reference = Reference::Existing(id),
                None => self.namesakes.extend(roles.with_name(&name).map(|id| (number, id))),
            }
        }
    }

    /// Finds the roles whose names are numbers. Such a number in a list is the name, unless it is the id of a role.
    pub fn resolve_numeric_names(&mut self, roles: &Roles) {
        for role in roles.iter() {
            let number = parse_digits(role.name.as_bytes());
            if let Some(number) = number.filter(|number| *number != role.id && number.to_string() == role.name) {
                let id = roles.id(&role.name).filter(|_| !roles.has(number));
                self.numeric_names.push(NumericName { number, id });
            }
        }
    }

    /// Whether the name with this number may mean the role or user with this id.
    #[inline(never)]
    #[must_use]
    pub fn may_be(&self, number: u32, id: u64) -> bool {
        self.get(number) == Reference::Existing(id) || self.namesakes.contains(&(number, id))
    }

    /// Sets `key` to the canonical form of an address.
    fn set_key(&mut self, email: &[u8]) {
        self.key.clear();
        self.key.extend_from_slice(email);
        make_canonical(&mut self.key);
        self.key.make_ascii_lowercase();
    }

    /// Returns what is known about the name with this number.
    #[must_use]
    pub fn get(&self, number: u32) -> Reference {
        self.named
            .get(number as usize)
            .map_or(Reference::Unknown, |named| named.reference)
    }

    /// Returns the id that a cell holds or refers to, if it is known.
    #[must_use]
    pub fn id_of(&self, cell: Cell<'_>) -> Option<u64> {
        match cell {
            Cell::Number(id) => match self.numeric_names.iter().find(|name| name.number == id) {
                Some(name) => name.id,
                None => Some(id),
            },
            Cell::Primitive(id) => parse_digits(id),
            Cell::Reference(number) => match self.get(number) {
                Reference::Existing(id) => Some(id),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the name with this number, as it was written first.
    #[must_use]
    pub fn name(&self, number: u32) -> &[u8] {
        self.named.get(number as usize).map_or(&[], |named| &named.name)
    }
}
