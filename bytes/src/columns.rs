//! Names of columns, and which of them a key of the body is. Names are user fields and attribute keys alike.

use super::escapes;
use super::json::{Kind, Value};
use super::known::Known;

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

/// Columns, found by their key.
#[derive(Debug, Default)]
pub struct Columns(Known);

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
        self.0.number(name).0
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// The name of one.
    #[must_use]
    pub fn name(&self, number: usize) -> &[u8] {
        self.0.text(number)
    }

    /// Which column a key of the body is.
    #[inline(never)]
    #[must_use]
    pub fn find(&self, bytes: &[u8], key: Value) -> Option<usize> {
        let mut name = Vec::new();
        if key.kind() == Kind::Text {
            return self.0.find(key.of(bytes)).1;
        }
        escapes::unescape(key.of(bytes), &mut name);
        self.0.find(&name).1
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::json;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_is_found_and_no_other(names in proptest::collection::vec("[a-cA]{0,20}|.{0,20}", 0..40), other in "[a-cA]{0,20}") {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let columns = Columns::new(&names);
            for name in names.iter().copied().chain([other.as_str()]) {
                let units: String = name.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
                for key in [serde_json::to_string(name).unwrap(), format!("\"{units}\"")] {
                    let (value, _) = json::value(key.as_bytes(), 0).unwrap();
                    let found = columns.find(key.as_bytes(), value);
                    prop_assert_eq!(found, (0..columns.count()).find(|number| columns.name(*number) == name.as_bytes()));
                    prop_assert_eq!(found.is_some(), names.contains(&name));
                }
            }
        }
    }
}
