//! Where the values of a column stand in a user of the instance.

use crate::directory::column::{ATTRIBUTES_FIELD, Column, Field, domo_name};
use crate::directory::desired::header_options::HeaderOptions;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::user_value::text_of;
use domo_users_scan::columns::{Columns, LooseColumn};
use domo_users_scan::json::field_extractor::FieldExtractor;
use domo_users_scan::json::value::Value;

/// Which reading of the instance this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The keys of the instance are not known yet: a header also matches a key in another spelling.
    First,
    /// The keys are known, and every column has its final name.
    Second,
}

/// The fields of a user that every plan reads, in the order of their values.
const ALWAYS_READ: [&str; 6] = ["id", "displayName", "emailAddress", "roleId", "userName", "reportsTo"];
/// The place of the id among the values of a user.
const ID: usize = 0;
/// The place of the display name among the values of a user.
const NAME: usize = 1;
/// The place of the e-mail address among the values of a user.
const EMAIL: usize = 2;
/// The place of the role's id among the values of a user.
const ROLE: usize = 3;
/// The place of the user name among the values of a user.
const USER_NAME: usize = 4;
/// The place of the manager among the values of a user.
const MANAGER: usize = 5;

/// Where the values of each column stand among the values that are read of a user.
#[derive(Debug)]
pub struct Sources {
    of_columns: Vec<usize>,
    case_insensitive: u64,
}

impl Sources {
    /// Returns the sources of the columns of a list, and what extracts the values of a user.
    #[must_use]
    pub fn new(desired: &DesiredState, reading: Reading) -> (Self, FieldExtractor) {
        let mut fields = Columns::new(&ALWAYS_READ);
        let (mut of_columns, mut loose, mut case_insensitive) = (Vec::new(), Vec::new(), 0_u64);
        for (index, column) in desired.columns.iter().enumerate() {
            let source = match column.field {
                Field::NewEmail => EMAIL,
                Field::RoleId => ROLE,
                _ => fields.add(column.name.as_bytes()),
            };
            of_columns.push(source);
            if matches!(column.field, Field::EmailAddress | Field::NewEmail | Field::UserName) && index < 64 {
                case_insensitive |= 1 << index;
            }
            if reading == Reading::First
                && let Some(column) = loose_column(column, source, &desired.header_options)
            {
                loose.push(column);
            }
        }
        fields.collect_keys(loose);
        let sources = Self {
            of_columns,
            case_insensitive,
        };
        (sources, FieldExtractor::new(fields))
    }

    /// Returns the place of each column's value among the values of a user.
    #[inline(always)]
    #[must_use]
    pub fn of_columns(&self) -> &[usize] {
        &self.of_columns
    }

    /// Returns the columns of addresses and user names, whose case does not count, as one bit each. Columns behind the 64th have none.
    #[inline(always)]
    #[must_use]
    pub fn case_insensitive(&self) -> u64 {
        self.case_insensitive
    }

    /// Returns the value by which a user is matched to a row.
    #[inline(always)]
    #[must_use]
    pub fn key(&self, user: &[Value]) -> Value {
        value_at(user, self.of_columns.first().copied().unwrap_or_default())
    }

    /// Returns the index of the column of an attribute whose values stand at this place.
    #[must_use]
    pub fn attribute_at(&self, desired: &DesiredState, place: usize) -> Option<usize> {
        (0..self.of_columns.len()).find(|column| {
            self.of_columns.get(*column) == Some(&place) && desired.field(*column) == Some(Field::Attribute)
        })
    }
}

/// Returns the column as one that a key in another spelling may fill, if it is an attribute whose name is not exact.
fn loose_column(column: &Column, source: usize, options: &HeaderOptions) -> Option<LooseColumn> {
    let is_new = options.is_new_attribute(&column.name);
    let is_loose = column.field == Field::Attribute
        && !column.is_exact
        && column.name != ATTRIBUTES_FIELD
        && !(is_new && column.name == column.lookup_name);
    // Only a key that is spelled exactly as the header replaces a name of Domo's, or of the option `newAttributes`.
    let has_given_name = is_new || domo_name(&column.lookup_name) == Some(column.name.as_str());
    is_loose.then(|| LooseColumn::new(source, &column.lookup_name, has_given_name))
}

/// Returns the id of a user.
#[inline(always)]
#[must_use]
pub fn id_value(user: &[Value]) -> Value {
    value_at(user, ID)
}

/// Returns the e-mail address of a user.
#[inline(always)]
#[must_use]
pub fn email_value(user: &[Value]) -> Value {
    value_at(user, EMAIL)
}

/// Returns the e-mail address of a user as a string. `unescaped` holds the string if the address has escapes.
#[must_use]
pub fn email_of<'a>(bytes: &'a [u8], user: &[Value], unescaped: &'a mut Vec<u8>) -> &'a [u8] {
    string_of(bytes, email_value(user), unescaped)
}

/// Returns the user name of a user as a string. `unescaped` holds the string if the name has escapes.
#[must_use]
pub fn user_name_of<'a>(bytes: &'a [u8], user: &[Value], unescaped: &'a mut Vec<u8>) -> &'a [u8] {
    string_of(bytes, user_name_value(user), unescaped)
}

#[inline(never)] // not once for each field
fn string_of<'a>(bytes: &'a [u8], value: Value, unescaped: &'a mut Vec<u8>) -> &'a [u8] {
    text_of(bytes, value, unescaped)
}

/// Returns the display name of a user.
#[must_use]
pub fn name_value(user: &[Value]) -> Value {
    value_at(user, NAME)
}

/// Returns the id of the role of a user.
#[must_use]
pub fn role_value(user: &[Value]) -> Value {
    value_at(user, ROLE)
}

/// Returns the user name of a user.
#[must_use]
pub fn user_name_value(user: &[Value]) -> Value {
    value_at(user, USER_NAME)
}

/// Returns the manager of a user.
#[must_use]
pub fn manager_value(user: &[Value]) -> Value {
    value_at(user, MANAGER)
}

#[inline(always)]
fn value_at(user: &[Value], place: usize) -> Value {
    user.get(place).copied().unwrap_or_default()
}
