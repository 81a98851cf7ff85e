//! All errors of a list: each kind is described once, with the first rows that have it; as data, they are listed one by one.

use core::fmt::Write as _;
use std::borrow::Cow;

use crate::directory::column::domo_name;
use crate::directory::desired::row_error::{ReasonKind, RowError, UnknownColumn};
use crate::directory::desired::unknown_role::UnknownRole;
use crate::error::DomoError;
use crate::joined::joined;
use crate::value::{ObjectBuilder, Value};

/// The most errors that are listed as data.
const MOST_LISTED: usize = 10_000;
/// The most kinds of errors that are described.
const MOST_KINDS: usize = 100;
/// The most rows that are named for each kind of error.
const MOST_NAMED: usize = 4;

/// The errors of a list.
#[derive(Debug, Default)]
pub struct RowErrors {
    count: usize,
    /// The first errors, and the first of each kind, in the order in which they were found.
    listed: Vec<ListedError>,
    kinds: Vec<ErrorKind>,
}

#[derive(Debug)]
struct ListedError {
    row: u32,
    column: String,
    value: Option<String>,
    reason: String,
    /// What is said of this error where only its kind is described.
    detail: String,
    /// The entry of the option `columns` that maps or ignores an unknown column.
    mapping: Option<String>,
    /// Whose row this is, if the row is not stored.
    person: String,
    /// The index of its kind. Errors of kinds that are not described have an index behind the last.
    kind: usize,
}

/// The errors with the same column and the same kind of reason.
#[derive(Debug)]
struct ErrorKind {
    /// The index of the first error.
    first: usize,
    reason: ReasonKind,
    count: usize,
}

/// What a list knows of its rows and columns, for the errors.
pub trait ListDescription {
    /// Returns the header of a column in the file.
    fn header<'a>(&'a self, column: &'a str) -> &'a str;
    /// Returns the beginning of the value of a row in a column, or in the column that rows are matched by if there is no name. It is empty if there is no value.
    fn value(&self, row: u32, column: Option<&str>) -> String;
    /// Returns the value that tells a person whose row this is.
    fn person(&self, row: u32) -> String {
        let mut person = String::new();
        for column in [Some("emailAddress"), None, Some("displayName")] {
            if person.is_empty() {
                person = self.value(row, column);
            }
        }
        person
    }
}

impl RowErrors {
    /// Adds an error of a row. The column is empty if the error is of the whole row.
    pub fn add(&mut self, row: u32, column: &str, error: RowError) {
        self.count = self.count.saturating_add(1);
        let (reason, mapping) = (error.kind(), mapping(&error));
        let is_same = |kind: &ErrorKind| {
            let first = self.listed.get(kind.first);
            // All unknown columns are one kind.
            kind.reason == reason && first.is_some_and(|first| first.column == column || mapping.is_some())
        };
        let at = self.kinds.iter().position(is_same).unwrap_or(self.kinds.len());
        if at == self.kinds.len() && at < MOST_KINDS {
            let first = self.listed.len();
            self.kinds.push(ErrorKind {
                first,
                reason,
                count: 0,
            });
        }
        let mut is_named = false;
        if let Some(kind) = self.kinds.get_mut(at) {
            is_named = kind.count < MOST_NAMED;
            kind.count = kind.count.saturating_add(1);
        }
        if is_named || self.listed.len() < MOST_LISTED {
            self.listed.push(ListedError {
                row,
                column: column.to_owned(),
                value: error.value(),
                reason: error.to_string(),
                detail: detail(&error),
                mapping,
                person: error.person().to_owned(),
                kind: at,
            });
        }
    }

    /// Makes the errors those of an option with an object: errors of the header of the list, with the option before the name of the field.
    pub fn move_to_option(&mut self, option: &str) {
        for error in &mut self.listed {
            error.row = 1;
            error.column = format!("{option}.{}", error.column);
        }
    }

    /// Returns the number of errors.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns an error with all errors of the list, if there are any.
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn to_result(&self, list: &dyn ListDescription) -> Result<(), DomoError> {
        if self.count == 0 {
            return Ok(());
        }
        // In the order of the rows. Most errors were found in this order.
        let mut listed: Vec<&ListedError> = Vec::with_capacity(self.listed.len());
        for error in &self.listed {
            let before = listed.iter().rposition(|other| other.row <= error.row);
            listed.insert(before.map_or(0, |at| at.saturating_add(1)), error);
        }
        let plural = if self.count == 1 { "" } else { "s" };
        let mut message = format!("desired has {} error{plural}:", self.count);
        let (mut remaining, mut rows) = (self.count, Vec::new());
        // The number of errors of each kind, or 0 if the kind was described.
        let mut counts = Vec::new();
        for kind in &self.kinds {
            counts.push(kind.count);
        }
        for (at, error) in listed.iter().enumerate() {
            if at < MOST_LISTED {
                rows.push(error.to_value(list));
            }
            let count = counts.get_mut(error.kind).map_or(0, core::mem::take);
            if count == 0 {
                continue;
            }
            remaining = remaining.saturating_sub(count);
            let ListedError {
                row, reason, column, ..
            } = error;
            let comma = if column.is_empty() { "" } else { ", " };
            if count > 1 && error.mapping.is_some() {
                let of_kind = listed.iter().filter(|other| other.kind == error.kind);
                write_unknown_columns(&mut message, *row, of_kind);
                continue;
            }
            let (column, person) = (shown_column(list, column), error.person(list));
            let _ = write!(message, "\n- row {row}{comma}{column}: {reason}{person}");
            let mut named = 1;
            for other in listed.get(at.saturating_add(1)..).unwrap_or_default() {
                if named == MOST_NAMED {
                    break;
                }
                if other.kind != error.kind {
                    continue;
                }
                match named {
                    1 => {
                        let _ = write!(message, "\n  {count} rows have this error, also");
                    }
                    _ => message.push(','),
                }
                let _ = write!(message, " row {}{}", other.row, other.person(list));
                if let Some(value) = &other.value {
                    let _ = write!(message, ": \"{value}\"");
                }
                message.push_str(&other.detail);
                named = named.saturating_add(1);
            }
            if count > MOST_NAMED {
                message.push_str(" and others");
            }
        }
        if remaining > 0 {
            let _ = write!(message, "\n- and {remaining} more");
        }
        let mut error = DomoError::input(message);
        error.rows = Value::Array(rows);
        Err(error)
    }
}

/// Returns the name of a column, with its header in the file before it if the header is a word of the caller's.
fn shown_column<'a>(list: &'a dyn ListDescription, column: &'a str) -> Cow<'a, str> {
    let header = list.header(column);
    match header == column || domo_name(header).is_some() {
        true => column.into(),
        false => format!("{header} ({column})").into(),
    }
}

/// Returns what tells an error apart from others of its kind, to be written behind the value.
fn detail(error: &RowError) -> String {
    match error {
        RowError::SameUser { row } | RowError::SameAddress { row, .. } | RowError::SwappedAddresses { row } => {
            format!(": like row {row}")
        }
        RowError::UnknownRole(UnknownRole {
            suggestion,
            is_ambiguous: false,
            ..
        })
        | RowError::UnknownColumn(UnknownColumn { suggestion, .. }) => match suggestion {
            Some(suggestion) => format!(": did you mean {suggestion}?"),
            None => String::new(),
        },
        _ => String::new(),
    }
}

/// Returns the entry of the option `columns` for an unknown column.
fn mapping(error: &RowError) -> Option<String> {
    match error {
        RowError::UnknownColumn(column) if !column.is_exact => Some(column.mapping()),
        _ => None,
    }
}

/// Describes unknown columns: each in one line, and what to do once.
fn write_unknown_columns<'a>(message: &mut String, row: u32, columns: impl Iterator<Item = &'a &'a ListedError>) {
    let _ = write!(
        message,
        "\n- row {row}: neither Domo nor any user of the instance has fields of these names:"
    );
    let mut mappings = Vec::new();
    for error in columns {
        let _ = write!(message, "\n  {}{}", error.column, error.detail);
        mappings.extend(error.mapping.clone());
    }
    let _ = write!(
        message,
        "\n  Map or ignore them with columns: {{{}}}, ignore all with otherColumns: \"ignore\", or write them as new attributes with newAttributes: [...]",
        joined(&mappings, ", ")
    );
}

impl ListedError {
    /// Returns in parentheses whose row this is, or an empty string if that is not known.
    fn person(&self, list: &dyn ListDescription) -> String {
        let person = if self.person.is_empty() {
            list.person(self.row)
        } else {
            self.person.clone()
        };
        if person.is_empty() {
            person
        } else {
            format!(" ({person})")
        }
    }

    /// Returns the error as plain data.
    fn to_value(&self, list: &dyn ListDescription) -> Value {
        let mut fields = ObjectBuilder::default();
        fields.set("row", f64::from(self.row));
        if !self.column.is_empty() {
            fields.set("column", list.header(&self.column));
            let value = self
                .value
                .clone()
                .unwrap_or_else(|| list.value(self.row, Some(&self.column)));
            fields.set("value", Some(value.as_str()).filter(|value| !value.is_empty()));
        }
        fields.set("reason", self.reason.as_str()).object()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::directory::desired::damage::Damage;
    use domo_users_scan::csv::reader::InvalidRecord;

    struct People;

    impl ListDescription for People {
        fn header<'a>(&'a self, column: &'a str) -> &'a str {
            if column == "roleId" { "Role ID" } else { column }
        }
        fn value(&self, row: u32, column: Option<&str>) -> String {
            match column {
                None if row.is_multiple_of(2) => format!("u{row}@x.co"),
                Some("title") => format!("title {row}"),
                _ => String::new(),
            }
        }
    }

    fn message(errors: &RowErrors) -> String {
        errors.to_result(&People).unwrap_err().message.clone()
    }

    fn unexpected(got: &str) -> RowError {
        RowError::Unexpected {
            expected: "a role",
            got: got.to_owned(),
        }
    }

    #[test]
    fn a_kind_of_error_is_described_once_with_its_first_rows() {
        let mut errors = RowErrors::default();
        assert_eq!(errors.to_result(&People), Ok(()));
        errors.add(3, "roleId", unexpected("\"x\""));
        assert_eq!(
            message(&errors),
            "desired has 1 error:\n- row 3, roleId: must be a role; got \"x\""
        );
        errors.add(4, "roleId", unexpected("7"));
        assert_eq!(
            message(&errors),
            "desired has 2 errors:\n- row 3, roleId: must be a role; got \"x\"\n  2 rows have this error, also row 4 (u4@x.co): \"7\""
        );
        for row in 5..123 {
            errors.add(row, "roleId", unexpected("null"));
        }
        errors.add(2, "title", RowError::NoFields);
        errors.add(9, "", RowError::NoFields);
        assert_eq!(
            message(&errors),
            "desired has 122 errors:\n- row 2, title: the object has no fields; a promise must be awaited first (u2@x.co)\n\
             - row 3, roleId: must be a role; got \"x\"\n  120 rows have this error, also row 4 (u4@x.co): \"7\", row 5: \"null\", row 6 (u6@x.co): \"null\" and others\n\
             - row 9: the object has no fields; a promise must be awaited first"
        );
    }

    #[test]
    fn errors_of_another_kind_are_described_by_themselves() {
        let mut errors = RowErrors::default();
        for error in [
            RowError::Csv(InvalidRecord::UnclosedQuote),
            RowError::Csv(InvalidRecord::NotUtf8),
            RowError::NoFields,
            RowError::Damaged {
                damage: Damage::NotADate,
                value: String::new(),
            },
            RowError::Damaged {
                damage: Damage::InvisibleName,
                value: String::new(),
            },
        ] {
            errors.add(1, "", error);
        }
        assert_eq!(message(&errors).lines().count(), 6);
    }

    #[test]
    fn every_error_is_listed_as_data_in_the_order_of_the_rows() {
        let mut errors = RowErrors::default();
        errors.add(3, "roleId", unexpected("\"x\""));
        errors.add(2, "title", RowError::NoFields);
        errors.add(2, "", RowError::NoFields);
        let rows = errors.to_result(&People).unwrap_err().rows.clone();
        assert_eq!(
            rows,
            Value::from_json(
                r#"[{"row":2,"column":"title","value":"title 2","reason":"the object has no fields; a promise must be awaited first"},
                {"row":2,"reason":"the object has no fields; a promise must be awaited first"},
                {"row":3,"column":"Role ID","value":"x","reason":"must be a role; got \"x\""}]"#
            )
        );
    }

    #[test]
    fn a_million_errors_take_little_memory() {
        let mut errors = RowErrors::default();
        for row in (0..1_000_000).rev() {
            errors.add(row, if row % 2 == 0 { "a" } else { "b" }, RowError::SameUser { row });
        }
        assert_eq!(
            (errors.count(), errors.listed.len(), errors.kinds.len()),
            (1_000_000, MOST_LISTED, 2)
        );
        let error = errors.to_result(&People).unwrap_err();
        assert!(error.message.len() < 1000, "{}", error.message);
        assert_eq!(error.rows.items().len(), MOST_LISTED);
    }

    #[test]
    fn a_hundred_kinds_of_errors_are_described_and_others_are_counted() {
        let mut errors = RowErrors::default();
        for kind in 0..150 {
            errors.add(2, &format!("c{kind}"), RowError::NoFields);
        }
        let message = message(&errors);
        assert_eq!(
            (message.lines().count(), message.lines().last()),
            (102, Some("- and 50 more"))
        );
    }
}
