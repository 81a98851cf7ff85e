//! The e-mail addresses of all users by their ids, for an export that names managers by address.

use domo_users_scan::columns::Columns;
use domo_users_scan::csv::names_by_id::NamesById;
use domo_users_scan::email::{address_in, is_address};
use domo_users_scan::interner::{Interned, Interner};
use domo_users_scan::json::escapes::unescape;
use domo_users_scan::json::field_extractor::FieldExtractor;
use domo_users_scan::rows::key_index::make_canonical;

/// Collects the addresses of users. A plan must be able to find the user by the address: one that several users have, ignoring case and invisible characters, is
/// left out, and so is one that is no e-mail address.
#[derive(Debug)]
pub struct ManagerAddresses {
    /// Finds the id and the address of a user.
    pub cells: FieldExtractor,
    /// The addresses.
    addresses: NamesById,
    /// The addresses as they are compared.
    keys: Interner,
    /// The number in `addresses` of the first user with each key.
    owners: Vec<usize>,
    address: Vec<u8>,
}

impl Default for ManagerAddresses {
    fn default() -> Self {
        Self {
            cells: FieldExtractor::new(Columns::new(&["id", "emailAddress"])),
            addresses: NamesById::default(),
            keys: Interner::default(),
            owners: Vec::new(),
            address: Vec::new(),
        }
    }
}

impl ManagerAddresses {
    /// Adds the user whose values `cells` has extracted; `json` are the bytes in which it was found.
    pub fn add_user(&mut self, json: &[u8]) {
        let [id, email] = self.cells.values.as_slice() else {
            return;
        };
        self.address.clear();
        unescape(email.bytes_in(json), &mut self.address);
        if !is_address(&address_in(&String::from_utf8_lossy(&self.address))) {
            return;
        }
        let number = self.addresses.add(id.bytes_in(json), &self.address);
        make_canonical(&mut self.address);
        self.address.make_ascii_lowercase();
        match self.keys.intern(&self.address) {
            Interned { is_new: true, .. } => self.owners.push(number),
            Interned { number: key, .. } => {
                let owner = self.owners.get(key).copied().unwrap_or_default();
                if owner != number {
                    self.addresses.clear_name(owner);
                    self.addresses.clear_name(number);
                }
            }
        }
    }

    /// Returns the addresses by id.
    #[must_use]
    pub fn finish(self) -> NamesById {
        self.addresses
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_if_it_means_one_user() {
        let mut addresses = ManagerAddresses::default();
        for user in [
            r#"{"id":1,"emailAddress":"Ann@x.co"}"#,
            r#"{"id":"2","emailAddress":"bob\u0040x.co"}"#,
            r#"{"id":3,"emailAddress":""}"#,
            r#"{"id":4,"emailAddress":"twin@x.co"}"#,
            r#"{"id":5,"emailAddress":"TWIN\u200b@x.co"}"#,
            r#"{"id":6,"emailAddress":"twin@x.co"}"#,
            r#"{"id":7}"#,
            r#"{"id":8,"emailAddress":"nobody"}"#,
            r#"{"id":1,"emailAddress":"Ann@x.co"}"#,
            r#"{"id":9,"emailAddress":"mailto:cy@x.co"}"#,
        ] {
            addresses.cells.extract(user.as_bytes(), 0..user.len()).unwrap();
            addresses.add_user(user.as_bytes());
        }
        let addresses = addresses.finish();
        let found: Vec<_> = (1..=10)
            .map(|id: u32| addresses.get(id.to_string().as_bytes()))
            .collect();
        let mut expected = vec![None; 10];
        (expected[0], expected[1], expected[8]) = (
            Some(&b"Ann@x.co"[..]),
            Some(&b"bob@x.co"[..]),
            Some(&b"mailto:cy@x.co"[..]),
        );
        assert_eq!(found, expected);
    }
}
