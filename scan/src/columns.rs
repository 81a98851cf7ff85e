//! Names of columns, and which of them a key of the body is. Names are user fields and attribute keys alike.

use std::borrow::Cow;

use crate::interner::Interner;
use crate::json::escapes;
use crate::json::value::{Kind, Value};
use crate::names::fold_name;
use crate::strings::lossy;

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

/// The columns that are looked for, found by their key.
#[derive(Debug, Default)]
pub struct Columns {
    /// The wanted names; behind them, if they are collected, the other keys that users hold.
    names: Interner,
    /// `None` unless the keys of users are collected.
    held: Option<HeldKeys>,
}

/// More keys than any instance has: what comes behind them is not collected.
const MOST_KEYS: usize = 50_000;

/// The keys that users of the instance hold, for columns whose headers are not written exactly as the keys.
#[derive(Debug, Default)]
struct HeldKeys {
    /// How many names are wanted.
    wanted: usize,
    /// For each wanted name, whether a user holds a key that is written just so.
    is_held: Vec<bool>,
    /// For each key behind the wanted names, the column whose values it holds.
    columns: Vec<Option<usize>>,
    /// Columns that a key in another spelling may fill.
    loose: Vec<LooseColumn>,
}

/// A column that takes its values from a key in another spelling, if no key is written exactly as its header.
#[derive(Debug)]
pub struct LooseColumn {
    /// The number of the column.
    pub column: usize,
    /// The header as it was written.
    pub header: String,
    /// The header as [`fold_name`] gives it.
    folded: String,
    /// Whether only a key that is written exactly as the header replaces the column's name, since that is one of Domo's own.
    pub is_domos_own: bool,
    /// The keys in another spelling that users hold.
    pub fitting: Vec<String>,
    /// Whether a user holds a key that is written exactly as the header, while the column has another name.
    pub is_header_held: bool,
}

impl LooseColumn {
    /// A column by its number and its header.
    #[must_use]
    pub fn new(column: usize, header: &str, is_domos_own: bool) -> Self {
        Self {
            column,
            header: header.to_owned(),
            folded: fold_name(header),
            is_domos_own,
            fitting: Vec::new(),
            is_header_held: false,
        }
    }
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
        self.names.number(name).0
    }

    /// Collects the keys that users hold from now on. No column is added afterwards.
    pub fn collect_keys(&mut self, loose: Vec<LooseColumn>) {
        let wanted = self.names.count();
        self.held = Some(HeldKeys {
            wanted,
            is_held: vec![false; wanted],
            columns: Vec::new(),
            loose,
        });
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held
            .as_ref()
            .map_or_else(|| self.names.count(), |held| held.wanted)
    }

    /// The name of one.
    #[must_use]
    pub fn name(&self, number: usize) -> &[u8] {
        self.names.text(number)
    }

    /// Returns whether a user holds a key that is written exactly as this name.
    #[must_use]
    pub fn is_held(&self, name: &str) -> bool {
        let number = self.names.find(name.as_bytes()).1;
        number.is_some_and(|number| match &self.held {
            Some(held) => number >= held.wanted || held.is_wanted_held(number),
            None => false,
        })
    }

    /// The same of the wanted name with this number.
    #[must_use]
    pub fn is_wanted_held(&self, number: usize) -> bool {
        self.held.as_ref().is_some_and(|held| held.is_wanted_held(number))
    }

    /// The keys that users hold beside the wanted names.
    pub fn other_keys(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let wanted = self.held.as_ref().map_or(usize::MAX, |held| held.wanted);
        (wanted..self.names.count()).map(|number| lossy(self.names.text(number)))
    }

    /// The columns that keys in another spelling may fill, with the keys that were found for them.
    #[must_use]
    pub fn loose(&self) -> &[LooseColumn] {
        self.held.as_ref().map_or(&[], |held| &held.loose)
    }

    /// Which column a key of the body is.
    #[inline(never)]
    #[must_use]
    pub fn find(&mut self, bytes: &[u8], key: Value) -> Option<usize> {
        if key.kind() == Kind::Text {
            return self.find_name(key.of(bytes));
        }
        let mut name = Vec::new();
        escapes::unescape(key.of(bytes), &mut name);
        self.find_name(&name)
    }

    fn find_name(&mut self, name: &[u8]) -> Option<usize> {
        let number = self.names.find(name).1;
        let Some(held) = &mut self.held else {
            return number;
        };
        match number {
            Some(number) if number < held.wanted => {
                if let Some(is_held) = held.is_held.get_mut(number) {
                    *is_held = true;
                }
                Some(number)
            }
            Some(number) => held.columns.get(number.wrapping_sub(held.wanted)).copied().flatten(),
            None if self.names.count() >= MOST_KEYS => None,
            None => {
                self.names.number(name);
                let column = held.column_for(&lossy(name));
                held.columns.push(column);
                column
            }
        }
    }
}

impl HeldKeys {
    fn is_wanted_held(&self, number: usize) -> bool {
        self.is_held.get(number) == Some(&true)
    }

    /// The column that a new key fills, if one alone may take its values from it.
    fn column_for(&mut self, key: &str) -> Option<usize> {
        let folded = fold_name(key);
        let mut found = None;
        for loose in self.loose.iter_mut().filter(|loose| loose.folded == folded) {
            if loose.header == key {
                loose.is_header_held = true;
                // A column of another name is compared by that name, until the instance is read again.
                found = (!loose.is_domos_own && loose.fitting.is_empty()).then_some(loose.column);
            } else if !loose.is_domos_own {
                loose.fitting.push(key.to_owned());
                let is_exact_held = loose.is_header_held || self.is_held.get(loose.column) == Some(&true);
                let is_taken = is_exact_held || loose.fitting.len() > 1;
                found = (!is_taken).then_some(loose.column);
            }
        }
        found
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::json::value as json;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_is_found_and_no_other(names in proptest::collection::vec("[a-cA]{0,20}|.{0,20}", 0..40), other in "[a-cA]{0,20}") {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut columns = Columns::new(&names);
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

    fn find(columns: &mut Columns, key: &str) -> Option<usize> {
        let json = serde_json::to_string(key).unwrap();
        let (value, _) = json::value(json.as_bytes(), 0).unwrap();
        columns.find(json.as_bytes(), value)
    }

    fn collecting(headers: &[&str]) -> Columns {
        let mut columns = Columns::new(headers);
        let loose = headers
            .iter()
            .enumerate()
            .map(|(column, header)| LooseColumn::new(column, header, false));
        columns.collect_keys(loose.collect());
        columns
    }

    #[test]
    fn a_key_in_another_spelling_fills_the_column() {
        let mut columns = collecting(&["Cost Center", "shoeSize"]);
        assert_eq!(find(&mut columns, "costcenter"), Some(0));
        assert_eq!(find(&mut columns, "costcenter"), Some(0), "the second time too");
        assert_eq!(find(&mut columns, "shoeSize"), Some(1));
        assert_eq!(find(&mut columns, "title"), None);
        assert_eq!(columns.count(), 2);
        assert_eq!(columns.other_keys().collect::<Vec<_>>(), ["costcenter", "title"]);
        assert!(columns.is_held("shoeSize") && columns.is_held("title") && !columns.is_held("Cost Center"));
        assert_eq!(columns.loose()[0].fitting, ["costcenter"]);
    }

    #[test]
    fn an_exact_key_wins_and_a_second_spelling_is_noted() {
        let mut columns = collecting(&["Cost Center"]);
        assert_eq!(find(&mut columns, "Cost Center"), Some(0));
        assert_eq!(find(&mut columns, "costcenter"), None);
        let mut columns = collecting(&["Cost Center"]);
        assert_eq!(find(&mut columns, "costcenter"), Some(0));
        assert_eq!(find(&mut columns, "cost_center"), None);
        assert_eq!(columns.loose()[0].fitting, ["costcenter", "cost_center"]);
    }

    #[test]
    fn an_exact_header_may_have_characters_that_the_name_has_not() {
        let mut columns = Columns::new(&["odd"]);
        columns.collect_keys(vec![LooseColumn::new(0, "od\u{200b}d", false)]);
        assert_eq!(find(&mut columns, "od\u{200b}d"), Some(0));
        assert_eq!(find(&mut columns, "ODD"), None);
        assert!(columns.loose()[0].is_header_held);
    }

    #[test]
    fn only_the_exact_header_replaces_a_name_of_domos_own() {
        let mut columns = Columns::new(&["department"]);
        columns.collect_keys(vec![LooseColumn::new(0, "Department", true)]);
        assert_eq!(find(&mut columns, "DEPARTMENT"), None);
        assert!(!columns.loose()[0].is_header_held);
        assert_eq!(find(&mut columns, "Department"), None);
        assert!(columns.loose()[0].is_header_held && columns.loose()[0].fitting.is_empty());
    }
}
