//! Reads desired users that are objects, batch by batch, into the desired state.

use core::ops::Range;

use crate::directory::desired::raw_cell::ColumnCell;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::rows::{add_row, refuse_row};
use crate::directory::desired::state::DesiredState;
use domo_users_scan::columns::Columns;
use domo_users_scan::json;
use domo_users_scan::json::escapes;
use domo_users_scan::json::field_extractor::unwrap_single;
use domo_users_scan::json::value::{Kind, Value};

/// Reads objects from JSON.
#[derive(Debug, Default)]
pub struct ObjectReader {
    /// The names of fields that were seen. The key of an attribute ends with [`EXACT`].
    names: Columns,
    /// The index of the column of each name.
    columns: Vec<usize>,
    /// The fields of the current object.
    fields: Vec<ObjectField>,
    /// The strings of the current object that have escapes, without them.
    unescaped: Vec<u8>,
    /// The fields of the current object that are not among its attributes.
    own: Vec<OwnField>,
    /// A column for which the current object has two values.
    conflicting: Option<usize>,
    /// The objects read so far.
    count: u32,
}

#[derive(Debug)]
struct ObjectField {
    column: usize,
    value: Value,
    /// The place of the value in `unescaped`, if it has escapes.
    unescaped: Range<usize>,
}

#[derive(Debug)]
struct OwnField {
    column: usize,
    value: Value,
}

/// Whether the name of a field is a header, or the key of an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NameKind {
    Header,
    AttributeKey,
}

/// Ends the key of an attribute in `names`. No name has this byte, as it is not UTF-8.
const EXACT: u8 = 0xff;

impl ObjectReader {
    /// Returns the number of the next row: the first object is row 2, as below a header.
    #[must_use]
    pub fn next_row(&self) -> u32 {
        self.count.saturating_add(2)
    }

    /// Adds an error of an object that cannot be read.
    pub fn refuse(&mut self, desired: &mut DesiredState, field: &str, error: RowError) {
        refuse_row(desired, self.next_row(), field, error);
        self.count = self.count.saturating_add(1);
    }

    /// Reads the objects of a JSON array.
    pub fn read(&mut self, desired: &mut DesiredState, array: &[u8]) {
        if array.len() > json::value::MAX_LENGTH {
            return self.refuse(desired, "", RowError::TooLarge);
        }
        let _ = json::for_each_item(array, 0, &mut |at| {
            let (item, behind) = json::read_value(array, at)?;
            if item.kind() == Kind::Object {
                self.read_object(desired, array, at);
            } else {
                self.refuse(desired, "", RowError::NotAnObject);
            }
            Some(behind)
        });
    }

    fn read_object(&mut self, desired: &mut DesiredState, bytes: &[u8], at: usize) {
        self.fields.clear();
        self.own.clear();
        self.unescaped.clear();
        let _ = json::for_each_field(bytes, at, &mut |key, at| {
            let (value, behind) = json::read_value(bytes, at)?;
            // A user as Domo returns it has an array of attributes. Any other value is read as a field of that name, and refused.
            let may_be_attributes = key.bytes_in(bytes) == b"attributes" && value.kind() == Kind::Array;
            if !may_be_attributes || self.read_attributes(desired, bytes, at).is_none() {
                self.add_field(desired, bytes, key, value, NameKind::Header);
            }
            Some(behind)
        });
        if self.fields.is_empty() {
            return self.refuse(desired, "", RowError::NoFields);
        }
        if let Some(column) = self.conflicting.take() {
            let name = desired.column_name_at(column).to_owned();
            desired.errors.add(self.next_row(), &name, RowError::DifferentValues);
        }
        let mut cells = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let text = match field.value.kind() {
                Kind::EscapedString => self.unescaped.get(field.unescaped.clone()).unwrap_or_default(),
                _ => field.value.bytes_in(bytes),
            };
            let column = field.column;
            let cell = desired.cell_reader(column).json_cell(bytes, field.value, text);
            cells.push(ColumnCell { column, cell });
        }
        add_row(desired, self.next_row(), &cells);
        self.count = self.count.saturating_add(1);
    }

    fn add_field(&mut self, desired: &mut DesiredState, bytes: &[u8], key: Value, value: Value, kind: NameKind) {
        let column = self.column(desired, bytes, key, kind);
        if kind == NameKind::Header {
            let differs = |own: &OwnField| own.column == column && own.value.bytes_in(bytes) != value.bytes_in(bytes);
            if self.own.iter().any(differs) {
                self.conflicting = Some(column);
            }
            self.own.push(OwnField { column, value });
        }
        let begin = self.unescaped.len();
        if value.kind() == Kind::EscapedString {
            escapes::unescape(value.bytes_in(bytes), &mut self.unescaped);
        }
        self.fields.push(ObjectField {
            column,
            value,
            unescaped: begin..self.unescaped.len(),
        });
    }

    /// Returns the index of the column for the name of a field.
    fn column(&mut self, desired: &mut DesiredState, bytes: &[u8], key: Value, kind: NameKind) -> usize {
        let mut name = Vec::new();
        escapes::unescape(key.bytes_in(bytes), &mut name);
        let length = name.len();
        if kind == NameKind::AttributeKey {
            name.push(EXACT);
        }
        let number = self.names.add(&name);
        if number >= self.columns.len() {
            name.truncate(length);
            let name = String::from_utf8_lossy(&name);
            self.columns.push(match kind {
                NameKind::AttributeKey => desired.exact_column(&name),
                NameKind::Header => desired.column(&name),
            });
        }
        self.columns.get(number).copied().unwrap_or_default()
    }

    /// Reads an array of attributes. Returns `None` if one of its items is no `{key, values}`.
    fn read_attributes(&mut self, desired: &mut DesiredState, bytes: &[u8], at: usize) -> Option<usize> {
        json::for_each_item(bytes, at, &mut |at| {
            let (item, behind) = json::read_value(bytes, at)?;
            let (mut key, mut values) = (None, None);
            json::for_each_field(bytes, item.start(), &mut |name, at| {
                let (value, behind) = json::read_value(bytes, at)?;
                match name.bytes_in(bytes) {
                    b"key" => key = Some(value),
                    b"values" => values = Some(value),
                    _ => {}
                }
                Some(behind)
            })?;
            let key = key.filter(|key: &Value| matches!(key.kind(), Kind::String | Kind::EscapedString))?;
            if let Some(values) = values {
                let value = unwrap_single(bytes, values)?;
                self.add_field(desired, bytes, key, value, NameKind::AttributeKey);
                // A field of the object itself wins over an attribute of the same name. Of two attributes, the later one wins.
                if let Some(field) = self.fields.last()
                    && self.own.iter().any(|own| own.column == field.column)
                {
                    self.fields.pop();
                }
            }
            Some(behind)
        })
    }
}
