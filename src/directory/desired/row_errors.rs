//! All errors of a list: they are counted, and those of the first rows are listed.

use crate::directory::desired::row_error::RowError;
use crate::error::DomoError;

/// The most errors that are listed one by one.
const MOST_LISTED: usize = 1000;
/// The most errors with the same column and message that are listed. The others are only counted.
const MOST_REPEATED: usize = 100;
/// The most kinds of errors that are counted.
const MOST_KINDS: usize = 100;

/// The errors of a list.
#[derive(Debug, Default)]
pub struct RowErrors {
    count: usize,
    /// The option that the errors are of, if they are not of the list.
    pub option: Option<&'static str>,
    /// The errors that are listed, in the order of the rows; those of one row in the order in which they were found.
    listed: Vec<ListedError>,
    /// How often each column and message occurred.
    kinds: Vec<ErrorKind>,
}

#[derive(Debug)]
struct ListedError {
    row: u32,
    /// `, column: message`.
    text: String,
}

#[derive(Debug)]
struct ErrorKind {
    /// `, column: message`.
    text: String,
    count: usize,
}

impl RowErrors {
    /// Adds an error of a row. The column is empty if the error is of the whole row.
    pub fn add(&mut self, row: u32, column: &str, error: &RowError) {
        if let Some(option) = self.option {
            self.option = None;
            self.add(1, &format!("{option}.{column}"), error);
            self.option = Some(option);
            return;
        }
        self.count = self.count.saturating_add(1);
        let comma = if column.is_empty() { "" } else { ", " };
        let text = format!("{comma}{column}: {error}");
        if let Some(kind) = self.kinds.iter_mut().find(|kind| kind.text == text) {
            kind.count = kind.count.saturating_add(1);
            if kind.count > MOST_REPEATED {
                return;
            }
        } else if self.kinds.len() < MOST_KINDS {
            self.kinds.push(ErrorKind {
                text: text.clone(),
                count: 1,
            });
        }
        let place = self.listed.partition_point(|listed| listed.row <= row);
        if place < MOST_LISTED {
            self.listed.insert(place, ListedError { row, text });
            self.listed.truncate(MOST_LISTED);
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
    pub fn to_result(&self) -> Result<(), DomoError> {
        if self.count == 0 {
            return Ok(());
        }
        let mut message = format!("desired has {} error{}:", self.count, plural(self.count));
        for ListedError { row, text } in &self.listed {
            message.push_str(&format!("\n- row {row}{text}"));
        }
        let mut remaining = self.count.saturating_sub(self.listed.len());
        for kind in &self.kinds {
            if let Some(more @ 1..) = kind.count.checked_sub(MOST_REPEATED) {
                message.push_str(&format!("\n- {more} more row{}{}", plural(more), kind.text));
                remaining = remaining.saturating_sub(more);
            }
        }
        if remaining > 0 {
            message.push_str(&format!("\n- and {remaining} more"));
        }
        Err(DomoError::input(message))
    }
}

/// Returns the ending of a noun behind a number.
fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use domo_users_scan::csv::reader::InvalidRecord;

    fn message(errors: &RowErrors) -> String {
        errors.to_result().unwrap_err().message.clone()
    }

    #[test]
    fn errors_are_listed_in_the_order_of_the_rows_and_repeated_ones_are_counted() {
        let mut errors = RowErrors::default();
        assert_eq!(errors.to_result(), Ok(()));
        let unclosed = RowError::Csv(InvalidRecord::UnclosedQuote);
        let not_utf8 = RowError::Csv(InvalidRecord::NotUtf8);
        errors.add(3, "roleId", &unclosed);
        assert_eq!(
            message(&errors),
            format!("desired has 1 error:\n- row 3, roleId: {unclosed}")
        );
        for row in (0..500).rev() {
            errors.add(row, "", &not_utf8);
        }
        errors.add(700, "title", &RowError::NoFields);
        assert_eq!(errors.count(), 502);
        let message = message(&errors);
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(lines[0], "desired has 502 errors:");
        assert_eq!(lines[1], format!("- row 3, roleId: {unclosed}"));
        assert_eq!(lines[2], format!("- row 400: {not_utf8}"));
        assert_eq!(lines[101], format!("- row 499: {not_utf8}"));
        assert_eq!(
            lines[102..],
            [
                format!("- row 700, title: {}", RowError::NoFields),
                format!("- 400 more rows: {not_utf8}")
            ]
        );
    }

    #[test]
    fn the_first_thousand_rows_are_listed() {
        let mut errors = RowErrors::default();
        for row in (0..1_200).rev() {
            errors.add(row, "", &RowError::SameUser { row });
        }
        let message = message(&errors);
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(lines[0], "desired has 1200 errors:");
        assert!(lines[1].starts_with("- row 0: row 0 is for"));
        assert!(lines[1_000].starts_with("- row 999: row 999 is for"));
        assert_eq!(lines[1_001..], ["- and 200 more"]);
    }

    #[test]
    fn a_hundred_errors_of_a_kind_are_listed_and_the_next_is_counted() {
        let mut errors = RowErrors::default();
        for row in 0..100 {
            errors.add(row, "x", &RowError::NoFields);
        }
        assert_eq!(message(&errors).lines().count(), 101);
        errors.add(100, "x", &RowError::NoFields);
        assert_eq!(
            message(&errors).lines().last(),
            Some("- 1 more row, x: the object has no fields")
        );
        assert_eq!(message(&errors).lines().count(), 102);
    }

    #[test]
    fn a_hundred_kinds_of_errors_are_counted_and_others_are_listed_one_by_one() {
        let mut errors = RowErrors::default();
        for kind in 0..100 {
            errors.add(2, &format!("c{kind}"), &RowError::NoFields);
        }
        for row in 0..150 {
            errors.add(row + 3, "other", &RowError::NoFields);
        }
        assert_eq!(message(&errors).lines().count(), 251);
        for row in 0..150 {
            errors.add(row + 3, "c99", &RowError::NoFields);
        }
        assert_eq!(
            message(&errors).lines().last(),
            Some("- 51 more rows, c99: the object has no fields")
        );
    }
}
