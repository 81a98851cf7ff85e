//! The errors of a list: what is wrong with a file, a header, a row or a cell. All messages are here.

use core::fmt;
use core::fmt::{Display, Formatter};

use crate::directory::desired::damage::Damage;
use crate::excerpt::excerpt;
use crate::joined::joined;
use crate::user::date;
use domo_users_scan::csv::reader::InvalidRecord;
use domo_users_scan::json::escapes::escape;

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
    /// A header is empty.
    EmptyHeader,
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
    NoKeyColumn {
        /// The field to match by.
        key: &'static str,
        /// The headers of the file.
        found: Vec<String>,
        /// The header that probably means the field.
        suggestion: Option<String>,
    },
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
        /// Whether the list has a column of role names instead of role ids.
        has_role_names: bool,
    },
    /// An object sets one field twice, to different values.
    DifferentValues,
    /// A value is not what its field holds.
    Unexpected {
        /// What the field holds.
        expected: &'static str,
        /// What the cell holds, in a few words.
        got: String,
    },
    /// A field that every user has is set to null.
    CannotBeCleared,
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
    },
    /// Another user of the instance has the e-mail address of a row.
    AddressTaken {
        /// The id of that user.
        id: Option<u64>,
    },
    /// Several users of the instance match a row.
    SeveralUsers {
        /// The id of the last of them.
        id: Option<u64>,
    },
    /// The instance returned a user without an id.
    NoUserId,
    /// No user has the e-mail address of a manager.
    UnknownManager {
        /// The address.
        email: String,
    },
    /// The plan deletes the manager of a row.
    DeletedManager {
        /// The manager's id.
        id: u64,
    },
}

/// A column that neither Domo nor the instance knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownColumn {
    /// The header in the list.
    pub header: String,
    /// The name that was looked for: the header, or the field that the option `columns` gives for it.
    pub lookup_name: String,
    /// Whether the column comes from the key of an attribute, not from a header.
    pub is_exact: bool,
    /// The known name that was probably meant.
    pub suggestion: Option<String>,
}

/// Returns the beginning of a string for an error message.
fn shown(text: &str) -> String {
    excerpt(text, 60)
}

/// Returns a string in the JSON form, for code that a person may copy from an error.
fn quoted(text: &str) -> String {
    let mut json = Vec::new();
    escape(text.as_bytes(), &mut json);
    String::from_utf8_lossy(&json).into_owned()
}

impl Display for RowError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            RowError::Csv(reason) => f.write_str(reason.message()),
            RowError::CellCount { cells, expected } => {
                let plural = if *cells == 1 { "" } else { "s" };
                write!(
                    f,
                    "the row has {cells} cell{plural}, but the header has {expected}"
                )
            }
            RowError::NotAnObject => f.write_str("must be an object such as {emailAddress, displayName, roleId}"),
            RowError::NoFields => f.write_str("the object has no fields"),
            RowError::NotPlainData => f.write_str(
                "must be plain data: no NaN, BigInt, circular reference, throwing getter or invalid date, and no function, symbol or undefined item; \
                 only null clears a value",
            ),
            RowError::TooLarge => f.write_str("the objects are too large"),
            RowError::TooManyColumns { columns, most } => {
                write!(f, "the list has {columns} columns; at most {most} are supported")
            }
            RowError::EmptyHeader => f.write_str("the header is empty; name the column, or remove it"),
            RowError::RepeatedColumn { header, field, first } => {
                let header = shown(header);
                write!(f, "\"{header}\" is the field {field}, and so is column {first}; keep one of them")
            }
            RowError::NoKeyColumn { key, found, suggestion } => write_no_key_column(f, key, found, suggestion.as_deref()),
            RowError::UnknownMappedHeader { header, found } => {
                let found: Vec<String> = found.iter().map(|header| shown(header)).collect();
                let (header, found) = (shown(header), joined(&found, ", "));
                write!(
                    f,
                    "the list has no header \"{header}\"; correct the name or remove it from columns; headers found: {found}"
                )
            }
            RowError::AmbiguousColumn { header, keys } => {
                let first = keys.first().map_or("", String::as_str);
                write!(
                    f,
                    "several attributes of the instance match this header: {}; choose one with columns: {{{}: {}}}",
                    joined(keys, ", "),
                    quoted(header),
                    quoted(first)
                )
            }
            RowError::SameAttribute { name, other } => {
                let other = shown(other);
                write!(
                    f,
                    "this column is the attribute \"{name}\", and so is the column \"{other}\"; keep one of them"
                )
            }
            RowError::UnknownColumn(column) => write_unknown_column(f, column),
            RowError::NoKey { found } => {
                f.write_str("no value, but rows are matched to users by this field")?;
                match found.as_slice() {
                    [] => Ok(()),
                    found => write!(f, ". Fields found: {}", excerpt(&joined(found, ", "), 200)),
                }
            }
            RowError::UnknownId => {
                f.write_str("no user of the instance has this id; correct the id, or leave it empty to create a user")
            }
            RowError::IncompleteNewUser {
                by_id,
                missing_column,
                has_role_names,
            } => {
                f.write_str(match by_id {
                    true => "no value: this row has no id, so it creates a new user, which needs this field",
                    false => "no value: this row creates a new user, which needs this field",
                })?;
                if let Some(name) = missing_column {
                    write!(f, "; the list has no {name} column")?;
                }
                if *has_role_names {
                    f.write_str(" (the column role is not used, since it holds names: add the ids of the roles as roleId)")?;
                }
                Ok(())
            }
            RowError::DifferentValues => {
                f.write_str("two fields of the object name this field and have different values; keep one of them")
            }
            RowError::Unexpected { expected, got } => write!(f, "must be {expected}; got {got}"),
            RowError::CannotBeCleared => {
                f.write_str("this field cannot be cleared; got null; leave it out to keep its value")
            }
            RowError::ValueWithoutHeader { key } => write!(
                f,
                "a cell without a header holds a value, so this row may have more cells than the header; correct the row, give the column a header, or \
                 ignore it with columns: {{{}: null}}",
                quoted(key)
            ),
            RowError::Damaged { damage, value } => write_damage(f, *damage, &shown(value)),
            RowError::SameUser { row } => write!(f, "row {row} is for the same user; keep one of the two rows"),
            RowError::SameAddress { row } => {
                write!(f, "row {row} has this address too; two users cannot have the same address")
            }
            RowError::AddressTaken { id } => {
                match id {
                    Some(id) => write!(f, "the user with id {id} has this address")?,
                    None => f.write_str("another user of the instance has this address")?,
                }
                f.write_str(
                    "; if the row is for that user, match the row to them; otherwise change their address first, in a separate plan",
                )
            }
            RowError::SeveralUsers { id } => {
                f.write_str("several users of the instance match this row")?;
                if let Some(id) = id {
                    write!(f, ", one of them with the id {id}")?;
                }
                f.write_str("; use matchBy: \"id\"")
            }
            RowError::NoUserId => {
                f.write_str("the instance returned no valid id for this user, so the user cannot be updated")
            }
            RowError::UnknownManager { email } => write!(
                f,
                "no user of the instance and no new user of the list has the e-mail address \"{}\"",
                shown(email)
            ),
            RowError::DeletedManager { id } => write!(
                f,
                "this plan deletes the user with id {id}; choose another manager, or keep that user"
            ),
        }
    }
}

fn write_no_key_column(f: &mut Formatter<'_>, key: &str, found: &[String], suggestion: Option<&str>) -> fmt::Result {
    write!(
        f,
        "the file has no {key} column, which is needed to match rows to users. "
    )?;
    let columns = joined(found, ", ");
    if columns.is_empty() {
        return f.write_str("The header row is missing or empty");
    }
    write!(f, "Columns found: {}. ", excerpt(&columns, 200))?;
    if columns.contains([';', '\t']) {
        f.write_str("The header row has a comma, so commas were taken as the delimiter: use one delimiter throughout")
    } else if columns.ends_with(".csv") {
        f.write_str("A string must be the CSV itself, not the path of a file")
    } else {
        let header = quoted(suggestion.unwrap_or("<header>"));
        write!(f, "Rename one to {key}, or pass columns: {{{header}: \"{key}\"}}")
    }
}

fn write_unknown_column(f: &mut Formatter<'_>, column: &UnknownColumn) -> fmt::Result {
    let (header, name) = (quoted(&column.header), quoted(&column.lookup_name));
    f.write_str("neither Domo nor any user of the instance has a field of this name")?;
    if column.lookup_name != column.header {
        write!(f, " ({}, by the option columns)", shown(&column.lookup_name))?;
    }
    match &column.suggestion {
        Some(suggestion) => write!(f, ": did you mean {suggestion}? ")?,
        None => f.write_str(". ")?,
    }
    if column.is_exact {
        return write!(
            f,
            "Correct the key of the attribute, or pass newAttributes: [{name}] to write a new one"
        );
    }
    if let Some(suggestion) = &column.suggestion {
        write!(f, "Map it with columns: {{{header}: {}}}. ", quoted(suggestion))?;
    }
    write!(
        f,
        "Ignore it with columns: {{{header}: null}}, or all such columns with otherColumns: \"ignore\". Write it as a new attribute with newAttributes: \
         [{name}]"
    )
}

fn write_damage(f: &mut Formatter<'_>, damage: Damage, value: &str) -> fmt::Result {
    match damage {
        Damage::LostCharacter => write!(
            f,
            "\"{value}\" contains U+FFFD in place of a lost character: the file was decoded with the wrong character encoding; save it as CSV UTF-8"
        ),
        Damage::SpreadsheetError => write!(
            f,
            "\"{value}\" is the error of a spreadsheet formula; correct the formula, or empty the cell"
        ),
        Damage::ShortenedNumber => write!(
            f,
            "\"{value}\" is a number that a spreadsheet has shortened, perhaps with lost digits; format the column as text and enter the number again"
        ),
        Damage::InvisibleName => write!(f, "the name has no visible characters; got \"{value}\""),
        Damage::NotAnAddress => write!(
            f,
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"{value}\""
        ),
        Damage::NotADate => write!(f, "must be {}; got \"{value}\"", date::UNDERSTOOD),
    }
}
