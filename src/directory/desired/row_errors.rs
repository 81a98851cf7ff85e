//! All errors of a list: each kind is described once, with the first rows that have it; as data, they are listed one by one.

use crate::directory::desired::row_error::RowError;
use crate::error::DomoError;
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
    /// The errors that are listed as data, in the order in which they were found.
    listed: Vec<ListedError>,
    /// The indices of these errors in the order of the rows; those of one row in the order in which they were found. Moving an index takes less time than
    /// moving an error.
    by_row: Vec<u32>,
    /// The kinds of errors, in the order of the first row of each.
    kinds: Vec<ErrorKind>,
}

#[derive(Debug)]
struct ListedError {
    row: u32,
    column: String,
    value: Option<String>,
    reason: String,
}

/// The errors with the same column and the same kind of reason.
#[derive(Debug)]
struct ErrorKind {
    column: String,
    /// The first error.
    error: RowError,
    count: usize,
    /// The first rows, each with the value that is wrong.
    rows: Vec<(u32, Option<String>)>,
}

/// What a list knows of its rows, for the errors.
pub trait RowDescriptions {
    /// Returns the e-mail address, or another value that tells a person whose row this is; an empty string if it is not known.
    fn person(&self, row: u32) -> String;
    /// Returns the header of a column in the file.
    fn header<'a>(&'a self, column: &'a str) -> &'a str;
    /// Returns the value of a row in a column; an empty string if it is not known.
    fn value(&self, row: u32, column: &str) -> String;
}

impl RowErrors {
    /// Adds an error of a row. The column is empty if the error is of the whole row.
    pub fn add(&mut self, row: u32, column: &str, error: &RowError) {
        self.count = self.count.saturating_add(1);
        let is_same = |kind: &&mut ErrorKind| kind.column == column && kind.error.is_same_kind(error);
        if let Some(kind) = self.kinds.iter_mut().find(is_same) {
            kind.count = kind.count.saturating_add(1);
            if kind.rows.len() < MOST_NAMED {
                kind.rows.push((row, error.value()));
            }
        } else if self.kinds.len() < MOST_KINDS {
            let first_row = |kind: &ErrorKind| kind.rows.first().map_or(0, |(row, _)| *row);
            let place = self.kinds.partition_point(|kind| first_row(kind) <= row);
            let kind = ErrorKind {
                column: column.to_owned(),
                error: error.clone(),
                count: 1,
                rows: vec![(row, error.value())],
            };
            self.kinds.insert(place, kind);
        }
        if self.listed.len() < MOST_LISTED {
            let is_before = |at: &u32| self.listed.get(*at as usize).is_some_and(|other| other.row <= row);
            let place = self.by_row.partition_point(is_before);
            self.by_row
                .insert(place, u32::try_from(self.listed.len()).unwrap_or(u32::MAX));
            self.listed.push(ListedError {
                row,
                column: column.to_owned(),
                value: error.value(),
                reason: error.to_string(),
            });
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
    pub fn to_result(&self, list: &dyn RowDescriptions) -> Result<(), DomoError> {
        if self.count == 0 {
            return Ok(());
        }
        let plural = if self.count == 1 { "" } else { "s" };
        let mut message = format!("desired has {} error{plural}:", self.count);
        let mut remaining = self.count;
        for kind in &self.kinds {
            remaining = remaining.saturating_sub(kind.count);
            message.push_str(&kind.describe(list));
        }
        if remaining > 0 {
            message.push_str(&format!("\n- and {remaining} more"));
        }
        let mut error = DomoError::input(message);
        let listed = self.by_row.iter().filter_map(|at| self.listed.get(*at as usize));
        error.rows = Value::Array(listed.map(|listed| listed.to_value(list)).collect());
        Err(error)
    }
}

impl ErrorKind {
    /// Returns the first error, and the number of rows with an error of this kind, if there are several.
    fn describe(&self, list: &dyn RowDescriptions) -> String {
        let Self {
            column,
            error,
            count,
            rows,
        } = self;
        let mut text = String::new();
        for (at, (row, value)) in rows.iter().enumerate() {
            let person = list.person(*row);
            let person = if person.is_empty() { error.person() } else { &person };
            let behind = if person.is_empty() {
                String::new()
            } else {
                format!(" ({person})")
            };
            if at == 0 {
                let comma = if column.is_empty() { "" } else { ", " };
                text.push_str(&format!("\n- row {row}{comma}{column}: {error}{behind}"));
                continue;
            }
            if at == 1 {
                text.push_str(&format!("\n  {count} rows have this error, also"));
            }
            let comma = if at == 1 { "" } else { "," };
            text.push_str(&format!("{comma} row {row}{behind}"));
            if let Some(value) = value {
                text.push_str(&format!(": \"{value}\""));
            }
        }
        if *count > rows.len() {
            text.push_str(" and others");
        }
        text
    }
}

impl ListedError {
    /// Returns the error as plain data.
    fn to_value(&self, list: &dyn RowDescriptions) -> Value {
        let column = list.header(&self.column);
        let stored = list.value(self.row, &self.column);
        let value = self.value.as_deref().unwrap_or(&stored);
        let not_empty = |text| Some(text).filter(|text: &&str| !text.is_empty());
        ObjectBuilder::default()
            .set("row", f64::from(self.row))
            .set("column", not_empty(column))
            .set("value", not_empty(value))
            .set("reason", self.reason.as_str())
            .object()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use domo_users_scan::csv::reader::InvalidRecord;

    struct People;

    impl RowDescriptions for People {
        fn person(&self, row: u32) -> String {
            if row % 2 == 0 {
                format!("u{row}@x.co")
            } else {
                String::new()
            }
        }
        fn header<'a>(&'a self, column: &'a str) -> &'a str {
            if column == "roleId" { "Role ID" } else { column }
        }
        fn value(&self, row: u32, column: &str) -> String {
            if column == "title" {
                format!("title {row}")
            } else {
                String::new()
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
        errors.add(3, "roleId", &unexpected("\"x\""));
        assert_eq!(
            message(&errors),
            "desired has 1 error:\n- row 3, roleId: must be a role; got \"x\""
        );
        errors.add(4, "roleId", &unexpected("7"));
        assert_eq!(
            message(&errors),
            "desired has 2 errors:\n- row 3, roleId: must be a role; got \"x\"\n  2 rows have this error, also row 4 (u4@x.co): \"7\""
        );
        for row in 5..123 {
            errors.add(row, "roleId", &unexpected("null"));
        }
        errors.add(2, "title", &RowError::NoFields);
        errors.add(9, "", &RowError::NoFields);
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
            RowError::UnknownMappedHeader {
                header: "a".to_owned(),
                found: Vec::new(),
            },
            RowError::UnknownMappedHeader {
                header: "b".to_owned(),
                found: Vec::new(),
            },
        ] {
            errors.add(1, "", &error);
        }
        assert_eq!(message(&errors).lines().count(), 5);
    }

    #[test]
    fn every_error_is_listed_as_data_in_the_order_of_the_rows() {
        let mut errors = RowErrors::default();
        errors.add(3, "roleId", &unexpected("\"x\""));
        errors.add(2, "title", &RowError::NoFields);
        errors.add(2, "", &RowError::NoFields);
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
            errors.add(row, if row % 2 == 0 { "a" } else { "b" }, &RowError::SameUser { row });
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
            errors.add(2, &format!("c{kind}"), &RowError::NoFields);
        }
        let message = message(&errors);
        assert_eq!(
            (message.lines().count(), message.lines().last()),
            (102, Some("- and 50 more"))
        );
    }
}
