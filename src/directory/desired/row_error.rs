//! The errors of a list: what is wrong with a file, a header, a row or a cell. All messages are here.

use core::fmt;
use core::fmt::{Display, Formatter};

use crate::directory::desired::address_taken::AddressTaken;
use crate::directory::desired::damage::Damage;
use crate::directory::desired::no_key_column::NoKeyColumn;
pub use crate::directory::desired::unknown_column::UnknownColumn;
use crate::directory::desired::unknown_column::{quoted, shown, unquoted};
use crate::directory::desired::unknown_role::UnknownRole;
use crate::excerpt::excerpt;
use crate::joined::joined;
use domo_users_scan::csv::reader::InvalidRecord;
use domo_users_scan::strings::hash;

/// An error of a list. The row and the column are kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowError {
    /// A CSV record cannot be read, for this reason.
    Csv(InvalidRecord),
    /// A row has more or fewer cells than the header.
    CellCount {
        /// The cells of the row.
        cells: usize,
        /// The cells of the header.
        expected: usize,
        /// The value that the row is matched by.
        person: String,
    },
    /// An item of the list is no object.
    NotAnObject,
    /// An object has no fields.
    NoFields,
    /// An object has a value that JSON cannot hold.
    NotPlainData,
    /// A batch of objects is larger than the package reads.
    TooLarge,
    /// The list has too many columns.
    TooManyColumns {
        /// The columns of the list.
        columns: usize,
        /// The columns that are supported.
        most: usize,
    },
    /// Two columns of a file hold the same field.
    RepeatedColumn {
        /// The header of the second column.
        header: String,
        /// The field of both.
        field: String,
        /// The number of the first column, from 1.
        first: usize,
    },
    /// A file has no column to match rows by.
    NoKeyColumn(NoKeyColumn),
    /// The option `columns` names a header that the list does not have.
    UnknownMappedHeader {
        /// The header of the option.
        header: String,
        /// The headers of the list.
        found: Vec<String>,
    },
    /// Several attributes of the instance match a header.
    AmbiguousColumn {
        /// The header.
        header: String,
        /// The keys of the attributes.
        keys: Vec<String>,
    },
    /// Several attributes of the instance match a key of the option `newUsers`.
    AmbiguousKey {
        /// The keys of the attributes.
        keys: Vec<String>,
    },
    /// Two columns are the same attribute of the instance.
    SameAttribute {
        /// The key of the attribute.
        name: String,
        /// The header of the other column.
        other: String,
    },
    /// Neither Domo nor the instance knows a column.
    UnknownColumn(UnknownColumn),
    /// A row has no value to match it by.
    NoKey {
        /// The fields of the object, if it has no field with that name.
        found: Vec<String>,
    },
    /// No user of the instance has the id of a row.
    UnknownId,
    /// A row that creates a user lacks a field that a create needs.
    IncompleteNewUser {
        /// Whether rows are matched by id.
        by_id: bool,
        /// The field, if the list has no column for it.
        missing_column: Option<&'static str>,
    },
    /// The option `newUsers` has a field that is not the same for all new users, or that no create sets.
    NotForNewUsers,
    /// An object sets one field twice, to different values.
    DifferentValues,
    /// A value is not what its field holds.
    Unexpected {
        /// What the field holds.
        expected: &'static str,
        /// What the cell holds, in a few words.
        got: String,
    },
    /// A cell without a header holds a value.
    ValueWithoutHeader {
        /// The key that a parser gave to the cell.
        key: String,
    },
    /// A value is damaged.
    Damaged {
        /// The kind of damage.
        damage: Damage,
        /// The value.
        value: String,
    },
    /// Another row is for the same user.
    SameUser {
        /// The number of that row.
        row: u32,
    },
    /// Another row gives its user the same e-mail address.
    SameAddress {
        /// The number of that row.
        row: u32,
        /// What both rows give: an address or a user name.
        what: &'static str,
    },
    /// A row gives its user the address that the user of another row has until that row changes it.
    AddressOfOtherRow(u32),
    /// Each of two rows gives its user the address of the other's.
    SwappedAddresses {
        /// The number of the other row.
        row: u32,
    },
    /// The managers of a row form a circle.
    ReportsInCircle {
        /// The people, with arrows between them.
        people: String,
    },
    /// Another user of the instance has the e-mail address or the user name of a row.
    AddressTaken(AddressTaken),
    /// Several users of the instance match a row.
    SeveralUsers {
        /// The id of the last of them.
        id: Option<u64>,
    },
    /// The instance returned a user without an id.
    NoUserId,
    /// The role of a row is not one of the instance.
    UnknownRole(UnknownRole),
    /// The columns `roleId` and `role` of a row mean different roles.
    DifferentRoles,
    /// A manager is not one user of the instance or the list.
    UnknownManager {
        /// What is wrong.
        reason: &'static str,
        /// The address or the id.
        manager: String,
    },
    /// A row creates a user, but has the id of an existing user who would be deleted.
    IdOfUnmatchedUser {
        /// The header of the ids.
        header: String,
    },
    /// The plan deletes the manager of a row.
    DeletedManager {
        /// The manager's id.
        id: u64,
        /// The manager as the row names them.
        manager: String,
    },
}

/// The kind of a reason, and what tells apart the kinds of one variant.
pub type ReasonKind = (core::mem::Discriminant<RowError>, usize);

impl RowError {
    /// Returns the kind of the reason. Errors in one column with the same kind differ only in the value.
    #[must_use]
    pub fn kind(&self) -> ReasonKind {
        let detail = match self {
            RowError::Csv(reason) => reason.message().len(),
            RowError::Damaged { damage, .. } => *damage as usize,
            RowError::UnknownManager { reason: text, .. } | RowError::SameAddress { what: text, .. } => text.len(),
            RowError::UnknownColumn(column) => column.is_exact.into(),
            RowError::AddressTaken(taken) => taken.is_deleted.into(),
            // Each header is described by itself.
            RowError::UnknownMappedHeader { header, .. } => hash(header.as_bytes()) as usize,
            _ => 0,
        };
        (core::mem::discriminant(self), detail)
    }

    /// Returns the value that is wrong, if it is not stored, as a person can see it.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        let value = match self {
            RowError::Unexpected { got, .. } => unquoted(got),
            RowError::UnknownRole(UnknownRole { role, .. }) => {
                unquoted(role.strip_prefix("with the id ").unwrap_or(role))
            }
            RowError::Damaged { value, .. } => value,
            RowError::UnknownManager { manager, .. } | RowError::DeletedManager { manager, .. } => manager,
            RowError::UnknownMappedHeader { header, .. } => header,
            _ => return None,
        };
        Some(shown(value))
    }

    /// Returns the value that a row is matched by which is not stored; an empty string for any other row.
    #[must_use]
    pub fn person(&self) -> &str {
        match self {
            RowError::CellCount { person, .. } => person,
            _ => "",
        }
    }
}

impl Display for RowError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let message = match self {
            RowError::Csv(reason) => reason.message(),
            RowError::NotAnObject => "must be an object such as {emailAddress, displayName, roleId}",
            RowError::NoFields => "the object has no fields; a promise must be awaited first",
            RowError::NotPlainData => {
                "must be plain data: no NaN, BigInt, circular reference, throwing getter or invalid date, and no function, symbol or undefined item; \
                 only null clears a value"
            }
            RowError::TooLarge => "the objects are too large",
            RowError::UnknownId => {
                "no user of the instance has this id; correct the id, or leave it empty to create a user"
            }
            RowError::NotForNewUsers => {
                "this field cannot be set for all new users; allowed are roleId, displayName and attributes"
            }
            RowError::DifferentValues => {
                "two fields of the object name this field and have different values; keep one of them"
            }
            RowError::NoUserId => "the instance returned no valid id for this user, so the user cannot be updated",
            RowError::DifferentRoles => {
                "the columns roleId and role of this row mean different roles; keep one of them"
            }
            RowError::CellCount { cells, expected, .. } => {
                let plural = if *cells == 1 { "" } else { "s" };
                return write!(f, "the row has {cells} cell{plural}, but the header has {expected}");
            }
            RowError::TooManyColumns { columns, most } => {
                return write!(f, "the list has {columns} columns; at most {most} are supported");
            }
            RowError::RepeatedColumn { header, field, first } => {
                let header = shown(header);
                return write!(
                    f,
                    "\"{header}\" is the field {field}, and so is column {first}; keep one of them"
                );
            }
            RowError::NoKeyColumn(column) => return column.fmt(f),
            RowError::UnknownMappedHeader { header, found } => {
                let header = shown(header);
                write!(
                    f,
                    "the list has no header \"{header}\"; correct the name or remove it from columns; headers found: "
                )?;
                for (index, header) in found.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{}", shown(header))?;
                }
                ""
            }
            RowError::AmbiguousColumn { header, keys } => {
                let first = keys.first().map_or("", String::as_str);
                return write!(
                    f,
                    "several attributes of the instance match this header: {}; choose one with columns: {{{}: {}}}",
                    joined(keys, ", "),
                    quoted(header),
                    quoted(first)
                );
            }
            RowError::AmbiguousKey { keys } => {
                return write!(
                    f,
                    "several attributes of the instance have this name in another spelling; give one of the keys {}",
                    joined(keys, ", ")
                );
            }
            RowError::SameAttribute { name, other } => {
                let other = shown(other);
                return write!(
                    f,
                    "this column is the attribute \"{name}\", and so is the column \"{other}\"; keep one of them"
                );
            }
            RowError::UnknownColumn(column) => return column.fmt(f),
            RowError::NoKey { found } => {
                f.write_str("no value, but rows are matched to users by this field")?;
                if found.is_empty() {
                    return Ok(());
                }
                return write!(f, ". Fields found: {}", excerpt(&joined(found, ", "), 200));
            }
            RowError::IncompleteNewUser { by_id, missing_column } => {
                let creates = if *by_id { "has no id, so it creates" } else { "creates" };
                write!(f, "no value: this row {creates} a new user, which needs this field")?;
                if let Some(name) = missing_column {
                    write!(f, "; the list has no {name} column")?;
                }
                match missing_column {
                    Some("roleId") => ": add one, or give new users a role with newUsers: {roleId: \"Participant\"}",
                    _ => "",
                }
            }
            RowError::Unexpected { expected, got } => return write!(f, "must be {expected}; got {got}"),
            RowError::ValueWithoutHeader { key } => {
                return write!(
                    f,
                    "a cell without a header holds a value, so this row may have more cells than the header; correct the row, give the column a header, or \
                 ignore it with columns: {{{}: null}}",
                    quoted(key)
                );
            }
            RowError::Damaged { damage, value } => return damage.write_message(f, &shown(value)),
            RowError::SameUser { row } => return write!(f, "row {row} is for the same user; keep one of the two rows"),
            RowError::SameAddress { row, what } => {
                return write!(
                    f,
                    "row {row} has this {what} too; two users cannot have the same {what}"
                );
            }
            RowError::AddressOfOtherRow(row) => {
                return write!(
                    f,
                    "the user of row {row} has this address; change the address of row {row} first, in a separate plan"
                );
            }
            RowError::SwappedAddresses { row } => {
                return write!(
                    f,
                    "this row and row {row} swap their addresses; give one of the users a third address first, in a separate plan"
                );
            }
            RowError::ReportsInCircle { people } => {
                return write!(
                    f,
                    "this user would report to themselves, directly or in a circle: {}; choose another manager",
                    excerpt(people, 200)
                );
            }
            RowError::AddressTaken(taken) => return taken.fmt(f),
            RowError::SeveralUsers { id } => {
                f.write_str("several users of the instance match this row")?;
                if let Some(id) = id {
                    write!(f, ", one of them with the id {id}")?;
                }
                "; use matchBy: \"id\""
            }
            RowError::UnknownRole(role) => return write!(f, "{role}"),
            RowError::IdOfUnmatchedUser { header } => {
                return write!(
                    f,
                    "the row would create a user, but its id is that of an existing user whom no row matches and deleteMissing would delete; if the \
                 address has changed, pass matchBy: \"id\"; if the ids are those of another instance, pass columns: {{{}: null}}",
                    quoted(header)
                );
            }
            RowError::UnknownManager { reason, manager } => return write!(f, "{reason} \"{}\"", shown(manager)),
            RowError::DeletedManager { id, manager } => {
                return write!(
                    f,
                    "\"{}\" is the user with id {id}, whom this plan deletes; choose another manager, or keep that user",
                    shown(manager)
                );
            }
        };
        f.write_str(message)
    }
}
