//! Objects into desired rows, from the JSON of a batch of them.

use core::ops::Range;

use crate::directory::desired::DesiredState;
use domo_users_scan::columns::Columns;
use domo_users_scan::json;
use domo_users_scan::json::escapes;
use domo_users_scan::json::value::{Kind, Value};

/// The fields seen so far, and which columns they are.
#[derive(Debug, Default)]
pub struct Objects {
    keys: Columns,
    columns: Vec<usize>,
    /// The fields of the object that is read: column, value, and where the text of one with escapes is.
    fields: Vec<(usize, Value, Range<usize>)>,
    unescaped: Vec<u8>,
    /// Those that do not stand among its attributes.
    own: Vec<(usize, Value)>,
    /// A column that it says two things of, by two names.
    twice: Option<usize>,
    row: u32,
}

/// Behind a key that is one of Domo's or an instance's own, not a name that somebody wrote: no UTF-8, so in no name.
const EXACT: u8 = 0xff;

impl Objects {
    /// The row that comes next, as it is told in faults: the first object is row 2, as below a header.
    #[must_use]
    pub fn next_row(&self) -> u32 {
        self.row.saturating_add(2)
    }

    /// One more that cannot be read.
    pub fn fault(&mut self, desired: &mut DesiredState, column: &str, reason: &str) {
        desired.refuse(self.next_row(), column, reason);
        self.row = self.row.saturating_add(1);
    }

    /// All objects of a JSON list.
    pub fn read(&mut self, desired: &mut DesiredState, list: &[u8]) {
        if list.len() > json::value::MAX_LENGTH {
            return self.fault(desired, "", "it is too large");
        }
        let _ = json::for_each_item(list, 0, &mut |at| {
            let (item, behind) = json::read_value(list, at)?;
            if item.kind() == Kind::Object {
                self.object(desired, list, at);
            } else {
                self.fault(
                    desired,
                    "",
                    "it must be an object such as {emailAddress, displayName, roleId}",
                );
            }
            Some(behind)
        });
    }

    fn object(&mut self, desired: &mut DesiredState, bytes: &[u8], at: usize) {
        self.fields.clear();
        self.own.clear();
        self.unescaped.clear();
        let _ = json::for_each_field(bytes, at, &mut |key, at| {
            let (value, behind) = json::read_value(bytes, at)?;
            // A user as Domo's answers have it is as good as one with its attributes as fields.
            let is_list = key.bytes_in(bytes) == b"attributes" && value.kind() == Kind::Array;
            // What is no such list is told as a field of that name.
            if !is_list || self.attributes(desired, bytes, at).is_none() {
                self.field(desired, bytes, key, value, false);
            }
            Some(behind)
        });
        if self.fields.is_empty() {
            return self.fault(desired, "", "it says nothing");
        }
        // A later field of the same name counts, and so does a field of the user itself.
        let mut cells = Vec::with_capacity(self.fields.len());
        for (column, value, text) in &self.fields {
            let text = match value.kind() {
                Kind::EscapedString => self.unescaped.get(text.clone()).unwrap_or_default(),
                _ => value.bytes_in(bytes),
            };
            cells.push((*column, desired.said_in_json(*column, bytes, *value, text)));
        }
        if let Some(column) = self.twice.take() {
            desired.is_there_twice(self.next_row(), column);
        }
        desired.row(self.next_row(), &cells);
        self.row = self.row.saturating_add(1);
    }

    fn field(&mut self, desired: &mut DesiredState, bytes: &[u8], key: Value, value: Value, is_exact: bool) {
        let mut name = Vec::new();
        escapes::unescape(key.bytes_in(bytes), &mut name);
        let length = name.len();
        if is_exact {
            name.push(EXACT);
        }
        let number = self.keys.add(&name);
        if number >= self.columns.len() {
            name.truncate(length);
            let name = String::from_utf8_lossy(&name);
            self.columns.push(match is_exact {
                true => desired.exact_column(&name),
                false => desired.column(&name),
            });
        }
        let column = self.columns.get(number).copied().unwrap_or_default();
        if !is_exact {
            for (other, said) in &self.own {
                if *other == column && said.bytes_in(bytes) != value.bytes_in(bytes) {
                    self.twice = Some(column);
                }
            }
            self.own.push((column, value));
        }
        let begin = self.unescaped.len();
        if value.kind() == Kind::EscapedString {
            escapes::unescape(value.bytes_in(bytes), &mut self.unescaped);
        }
        self.fields.push((column, value, begin..self.unescaped.len()));
    }

    /// `None` where one of them has no key.
    fn attributes(&mut self, desired: &mut DesiredState, bytes: &[u8], at: usize) -> Option<usize> {
        json::for_each_item(bytes, at, &mut |at| {
            let (item, behind) = json::read_value(bytes, at)?;
            let (mut name, mut values) = (None, None);
            json::for_each_field(bytes, item.start(), &mut |key, at| {
                let (value, behind) = json::read_value(bytes, at)?;
                match key.bytes_in(bytes) {
                    b"key" => name = Some(value),
                    b"values" => values = Some(value),
                    _ => {}
                }
                Some(behind)
            })?;
            let name = name.filter(|name: &Value| matches!(name.kind(), Kind::String | Kind::EscapedString))?;
            if let Some(values) = values {
                let value = domo_users_scan::json::field_extractor::unwrap_single(bytes, values)?;
                let first = self.fields.len();
                self.field(desired, bytes, name, value, true);
                // What the user itself has counts more than an attribute of the same name; of two attributes the later one counts.
                if let Some((column, ..)) = self.fields.get(first)
                    && self.own.iter().any(|(own, _)| own == column)
                {
                    self.fields.pop();
                }
            }
            Some(behind)
        })
    }
}
