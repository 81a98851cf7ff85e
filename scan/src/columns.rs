//! Column names, and which of them a JSON key of a user is. A name is a field of the user or an attribute key.
//!
//! Exact names are found through an [`Interner`]: one hash and one comparison for a key. For a plan, the keys that
//! users hold are collected as well, after the wanted names in the same interner: a key that was met before has its
//! column noted, so that the search for another spelling, which folds the key, happens once for every key of the
//! instance. The shape cache asks only once for each gap, so that this is off the hot path.

use std::borrow::Cow;

use crate::interner::Interner;
use crate::json::escapes;
use crate::json::value::{Kind, Value};
use crate::names::fold_name;

/// The fields at the top of a user, in the order of an export.
pub const TOP_LEVEL: [&str; 5] = ["id", "displayName", "userName", "roleId", "emailAddress"];

/// The attribute keys that are known of Domo, in the order of an export.
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

/// The attributes that hold a date, as milliseconds since 1970. Any other attribute may hold numbers that look alike.
pub const DATES: [&str; 5] = ["hireDate", "created", "modified", "lastActivity", "lastLogin"];

/// The wanted columns, found by the keys of users.
#[derive(Debug, Default)]
pub struct Columns {
    /// The wanted names; after them, if keys are collected, the other keys that users hold.
    names: Interner,
    /// `None` unless the keys of users are collected.
    held: Option<HeldKeys>,
    /// Whether an attribute of a user had a field [`SOURCE`].
    pub has_sources: bool,
}

/// The field of an attribute whose values come from elsewhere, such as an identity provider.
pub const SOURCE: &[u8] = b"source";

/// The most keys that are collected, more than any instance has, so that a body of random keys cannot use up the
/// memory.
const MAX_KEYS: usize = 50_000;

/// The keys that users of the instance hold, for columns whose headers are not written exactly as the keys.
#[derive(Debug, Default)]
struct HeldKeys {
    /// The number of wanted names.
    wanted: usize,
    /// For each wanted name, whether a user holds exactly this key.
    is_held: Vec<bool>,
    /// For each wanted name, whether a user holds several values of this key.
    has_several: Vec<bool>,
    /// For each key after the wanted names, the column whose values it holds.
    columns: Vec<Option<usize>>,
    /// The columns that a key in another spelling may fill.
    loose: Vec<LooseColumn>,
}

/// A column that takes its values from a key in another spelling, unless a key is exactly its header.
#[derive(Debug)]
pub struct LooseColumn {
    /// The number of the column.
    pub column: usize,
    /// The header as the file has it.
    pub header: String,
    /// The header as [`fold_name`] gives it.
    folded: String,
    /// Whether the column's name is one of Domo's own, so that only a key that is exactly the header replaces it.
    pub is_built_in: bool,
    /// The keys in another spelling that users hold.
    pub other_spellings: Vec<String>,
    /// Whether a user holds a key that is exactly the header, although the column has another name.
    pub is_header_held: bool,
}

impl LooseColumn {
    /// Creates a column from its number and its header.
    #[must_use]
    pub fn new(column: usize, header: &str, is_built_in: bool) -> Self {
        Self {
            column,
            header: header.to_owned(),
            folded: fold_name(header),
            is_built_in,
            other_spellings: Vec::new(),
            is_header_held: false,
        }
    }
}

impl Columns {
    /// Creates columns with these names; a name that is repeated is one column.
    #[must_use]
    pub fn new(names: &[&str]) -> Self {
        let mut columns = Self::default();
        for name in names {
            columns.add(name.as_bytes());
        }
        columns
    }

    /// Adds a name unless it is there; returns its number.
    pub fn add(&mut self, name: &[u8]) -> usize {
        self.names.intern(name).number
    }

    /// Starts to collect the keys that users hold. No column may be added afterwards.
    pub fn collect_keys(&mut self, loose: Vec<LooseColumn>) {
        let wanted = self.names.count();
        self.held = Some(HeldKeys {
            wanted,
            is_held: vec![false; wanted],
            has_several: vec![false; wanted],
            columns: Vec::new(),
            loose,
        });
    }

    /// Returns the number of columns.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held
            .as_ref()
            .map_or_else(|| self.names.count(), |held| held.wanted)
    }

    /// Returns the name of a column.
    #[must_use]
    pub fn name(&self, number: usize) -> &[u8] {
        self.names.get(number)
    }

    /// Returns the number of the column with this name.
    #[inline(never)]
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        let number = self.names.find(name.as_bytes());
        number.filter(|number| *number < self.count())
    }

    /// Whether a user holds exactly this key.
    #[must_use]
    pub fn is_held(&self, name: &str) -> bool {
        let number = self.names.find(name.as_bytes());
        number.is_some_and(|number| match &self.held {
            Some(held) => number >= held.wanted || held.is_wanted_held(number),
            None => false,
        })
    }

    /// Whether a user holds a key that is exactly the name of this column.
    #[must_use]
    pub fn is_wanted_held(&self, number: usize) -> bool {
        self.held.as_ref().is_some_and(|held| held.is_wanted_held(number))
    }

    /// Notes that a user holds several values of a column, if keys are collected.
    #[inline(never)]
    pub fn note_several(&mut self, column: Option<usize>) {
        let several = self.held.as_mut().map(|held| &mut held.has_several);
        if let Some(place) = several
            .zip(column)
            .and_then(|(several, column)| several.get_mut(column))
        {
            *place = true;
        }
    }

    /// Whether a user holds several values of this column.
    #[must_use]
    pub fn holds_several(&self, column: usize) -> bool {
        let held = self.held.as_ref();
        held.is_some_and(|held| held.has_several.get(column) == Some(&true))
    }

    /// Returns the keys that users hold, except for the wanted names.
    pub fn other_keys(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let count = self.names.count();
        let first = self.held.as_ref().map_or(count, |held| held.wanted);
        (first..count).map(|number| String::from_utf8_lossy(self.names.get(number)))
    }

    /// Returns the columns that a key in another spelling may fill, with the keys that were found for them.
    #[must_use]
    pub fn loose(&self) -> &[LooseColumn] {
        self.held.as_ref().map_or(&[], |held| &held.loose)
    }

    /// Returns the column of a JSON key, or `None` if it is not wanted; `json` is the buffer in which the key was
    /// found.
    #[inline(never)]
    #[must_use]
    pub fn find(&mut self, json: &[u8], key: Value) -> Option<usize> {
        if key.kind() == Kind::String {
            return self.find_name(key.bytes_in(json));
        }
        let mut name = Vec::new();
        escapes::unescape(key.bytes_in(json), &mut name);
        self.find_name(&name)
    }

    fn find_name(&mut self, name: &[u8]) -> Option<usize> {
        let number = self.names.find(name);
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
            None if self.names.count() >= MAX_KEYS => None,
            None => {
                self.names.intern(name);
                let column = held.column_for(&String::from_utf8_lossy(name));
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

    /// Returns the column that a new key fills: one whose header is another spelling of the key, unless another key has
    /// filled it.
    fn column_for(&mut self, key: &str) -> Option<usize> {
        let folded = fold_name(key);
        let mut found = None;
        for loose in self.loose.iter_mut().filter(|loose| loose.folded == folded) {
            if loose.header == key {
                loose.is_header_held = true;
                // A column of another name is compared by that name, until the instance is read again.
                found = (!loose.is_built_in && loose.other_spellings.is_empty()).then_some(loose.column);
            } else if !loose.is_built_in {
                loose.other_spellings.push(key.to_owned());
                let is_exact_held = loose.is_header_held || self.is_held.get(loose.column) == Some(&true);
                let is_taken = is_exact_held || loose.other_spellings.len() > 1;
                found = (!is_taken).then_some(loose.column);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::reader::read_value;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_is_found_by_its_key_and_no_other(names in proptest::collection::vec("[a-cA]{0,20}|.{0,20}", 0..40), other in "[a-cA]{0,20}") {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut columns = Columns::new(&names);
            for name in names.iter().copied().chain([other.as_str()]) {
                let units: String = name.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
                for key in [serde_json::to_string(name).unwrap(), format!("\"{units}\"")] {
                    let (value, _) = read_value(key.as_bytes(), 0).unwrap();
                    let found = columns.find(key.as_bytes(), value);
                    prop_assert_eq!(found, (0..columns.count()).find(|number| columns.name(*number) == name.as_bytes()));
                    prop_assert_eq!(found.is_some(), names.contains(&name));
                }
            }
        }
    }

    fn find(columns: &mut Columns, key: &str) -> Option<usize> {
        let json = serde_json::to_string(key).unwrap();
        let (value, _) = read_value(json.as_bytes(), 0).unwrap();
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
        assert_eq!(columns.loose()[0].other_spellings, ["costcenter"]);
    }

    #[test]
    fn an_exact_key_wins_and_a_second_spelling_is_reported() {
        let mut columns = collecting(&["Cost Center"]);
        assert_eq!(find(&mut columns, "Cost Center"), Some(0));
        assert_eq!(find(&mut columns, "costcenter"), None);
        let mut columns = collecting(&["Cost Center"]);
        assert_eq!(find(&mut columns, "costcenter"), Some(0));
        assert_eq!(find(&mut columns, "cost_center"), None);
        assert_eq!(columns.loose()[0].other_spellings, ["costcenter", "cost_center"]);
    }

    #[test]
    fn an_exact_header_may_have_characters_that_the_name_does_not_have() {
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
        assert!(columns.loose()[0].is_header_held && columns.loose()[0].other_spellings.is_empty());
    }

    #[test]
    fn a_wanted_key_and_another_spelling_of_it_do_not_fill_two_columns() {
        let mut columns = collecting(&["Cost Center", "costCenter"]);
        assert_eq!(find(&mut columns, "costCenter"), Some(1));
        assert_eq!(
            find(&mut columns, "costcenter"),
            None,
            "it is another spelling of both, and one has its own key"
        );
        assert!(columns.is_wanted_held(1) && !columns.is_wanted_held(0) && !columns.is_wanted_held(2));
        assert_eq!(columns.name(0), b"Cost Center");
    }

    #[test]
    fn without_collecting_no_key_is_held() {
        let mut columns = Columns::new(&["a", "b", "a"]);
        assert_eq!(columns.count(), 2);
        assert_eq!(columns.add(b"b"), 1);
        assert_eq!(find(&mut columns, "b"), Some(1));
        assert_eq!(find(&mut columns, "B"), None);
        assert!(!columns.is_held("a") && !columns.is_held("b") && !columns.is_wanted_held(1));
        assert_eq!(columns.other_keys().count(), 0);
        assert!(columns.loose().is_empty());
    }

    #[test]
    fn a_body_of_random_keys_is_collected_up_to_a_limit() {
        let mut columns = collecting(&["Cost Center", "title"]);
        for number in 0..MAX_KEYS + 10 {
            find(&mut columns, &format!("key{number}"));
        }
        assert_eq!(columns.other_keys().count(), MAX_KEYS - 2);
        assert_eq!(find(&mut columns, "title"), Some(1));
        assert_eq!(find(&mut columns, "costCenter"), None);
        assert_eq!(find(&mut columns, "key1"), None);
    }
}
