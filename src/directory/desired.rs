//! What is desired: rows, and what is wrong with them.

use crate::directory::doubt::DoubtfulCell;
use crate::directory::header::{Column, Field, HeaderOptions, add_name, told};
use crate::directory::managers::Managers;
use crate::directory::raw_cell::RawCell;
use crate::directory::row_errors::RowErrors;
use crate::directory::warnings::AffectedRows;
use crate::text::join;
use domo_users_scan::rows::cell::write_key;
use domo_users_scan::rows::{cell::Cell, store::Rows};

/// By what a row and a user are known to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum MatchBy {
    /// Without case.
    #[default]
    EmailAddress,
    /// As number or text.
    Id,
    /// Without case.
    UserName,
}

impl MatchBy {
    /// As Domo names the field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MatchBy::EmailAddress => "emailAddress",
            MatchBy::Id => "id",
            MatchBy::UserName => "userName",
        }
    }
}

/// All rows, and what is wrong with them.
#[derive(Debug, Default)]
pub struct DesiredState {
    /// By what rows and users belong together.
    pub match_by: MatchBy,
    /// Whether an empty cell clears its attribute.
    pub clear_empty: bool,
    /// The first is the one to match by.
    pub columns: Vec<Column>,
    /// The rows that are no blank lines.
    pub rows: Rows,
    /// Who is named as a manager by e-mail address.
    pub managers: Managers,
    /// What is wrong.
    pub faults: RowErrors,
    /// Cells that are wrong, unless the instance already holds the same value for that user.
    pub doubts: Vec<DoubtfulCell>,
    /// How the caller wants headers to be read.
    pub header_options: HeaderOptions,
    /// Rows with an address that was taken out of text around it, or had invisible characters.
    pub cleaned_addresses: AffectedRows,
    /// The headers of the list, each once.
    pub(super) headers: Vec<String>,
    /// Whether the list is a file with a header row.
    pub(super) has_header: bool,
    /// The file has no column to match by: its rows need not be told so one by one.
    pub(super) has_no_key: bool,
    /// Before which rows there are others that are not kept, blank ones above all, and how many up to there.
    skipped: Vec<(usize, u32)>,
}

impl DesiredState {
    /// Nothing yet.
    #[must_use]
    pub fn new(match_by: MatchBy, clear_empty: bool) -> Self {
        Self::with_headers(match_by, clear_empty, HeaderOptions::default())
    }

    /// Nothing yet, of a list whose headers are read with these options.
    #[must_use]
    pub fn with_headers(match_by: MatchBy, clear_empty: bool, header_options: HeaderOptions) -> Self {
        let mut desired = Self {
            match_by,
            clear_empty,
            header_options,
            ..Self::default()
        };
        desired.exact_column(match_by.name());
        desired
    }

    /// One row of these cells, each with the number of its column.
    pub fn row(&mut self, row: u32, cells: &[(usize, RawCell<'_>)]) {
        let mut seen = Vec::with_capacity(cells.len());
        for &(column, said) in cells {
            let said = self.without_unseen(column, said);
            seen.push((column, said, self.cleaned(column, said)));
        }
        if seen.iter().any(|(_, _, cleaned)| cleaned.is_some()) {
            self.cleaned_addresses.add(row);
        }
        let mut checked: Vec<Option<Cell<'_>>> = Vec::new();
        checked.resize(self.columns.len(), None);
        let (mut blank, mut key_said, faults) = (true, false, self.faults.count());
        for &(column, said, ref cleaned) in &seen {
            let said = match (said, cleaned) {
                (RawCell::List(_), Some(list)) => RawCell::List(list.as_bytes()),
                (_, Some(text)) => RawCell::Text(text.as_bytes()),
                (said, None) => said,
            };
            if self.is_ignored(column) {
                continue;
            }
            key_said |= column == 0 && said != RawCell::Nothing;
            blank &= said == RawCell::Nothing;
            match self.check(column, said) {
                Ok(cell) => {
                    if let Some(place) = checked.get_mut(column) {
                        *place = cell;
                    }
                }
                Err(reason) => {
                    let name = self.columns.get(column).map_or("", |column| &column.name);
                    let name = if name.is_empty() {
                        "a column without a header"
                    } else {
                        name
                    };
                    self.faults.add(row, name, &reason);
                }
            }
        }
        if blank {
            return self.skip();
        }
        self.rename(&mut checked);
        self.rows.push(&checked);
        match self.match_by {
            _ if self.has_no_key => {}
            // Without an id a row stands for somebody new.
            MatchBy::Id if checked.first() == Some(&None) && faults == self.faults.count() => {
                self.check_new(self.rows.len().wrapping_sub(1));
            }
            MatchBy::EmailAddress | MatchBy::UserName if !key_said => {
                let mut found = String::new();
                // An object may have it under another name; a file's header was looked at as such.
                if cells.iter().all(|(column, _)| *column != 0) {
                    for (column, _) in cells {
                        add_name(&mut found, self.columns.get(*column).map_or("", |column| &column.name));
                    }
                }
                let reason = join(&["it is missing, and rows are matched by it", &told(&found)]);
                self.faults.add(row, self.match_by.name(), &reason);
            }
            _ => {}
        }
    }

    /// A row that cannot be read at all.
    pub fn refuse(&mut self, row: u32, column: &str, reason: &str) {
        self.faults.add(row, column, reason);
        self.skip();
    }

    /// One that says two things of a column.
    pub fn is_there_twice(&mut self, row: u32, column: usize) {
        let name = self.columns.get(column).map_or("", |column| &column.name);
        self.faults.add(row, name, "it appears twice, by two names");
    }

    /// One that is not kept.
    fn skip(&mut self) {
        let so_far = self.skipped.last().map_or(0, |(_, count)| *count);
        self.skipped.push((self.rows.len(), so_far.saturating_add(1)));
    }

    /// What is missing for the user of this row to be created.
    pub fn check_new(&mut self, row: usize) {
        let (number, by_id) = (self.row_number(row), self.match_by == MatchBy::Id);
        if by_id && self.rows.row(row).has(0) {
            let reason = "no user of the instance has this id; leave it out to create one";
            return self.faults.add(number, "id", reason);
        }
        for (name, field, or) in [
            ("displayName", Field::DisplayName, Field::DisplayName),
            ("emailAddress", Field::EmailAddress, Field::NewEmail),
            ("roleId", Field::RoleId, Field::RoleId),
        ] {
            let has = |field| self.cell_of(row, field).is_some();
            if !has(field) && !has(or) {
                let none = match by_id {
                    true => "",
                    false => " (none of the instance's matches this row)",
                };
                let mut reason = join(&["it is missing, and a new user needs it", none]);
                if self.column_of(field).is_none() {
                    let has_names = name == "roleId" && self.columns.iter().any(|column| column.name == "role");
                    reason.push_str(&join(&[
                        "; there is no ",
                        name,
                        match has_names {
                            true => " column (role is passed over: it takes a role's number)",
                            false => " column (an empty cell keeps what a user has)",
                        },
                    ]));
                }
                self.faults.add(number, name, &reason);
            }
        }
    }

    fn cell_of(&self, row: usize, field: Field) -> Option<Cell<'_>> {
        self.rows.cell_of(row, self.column_of(field)?)
    }

    /// The address that the user of a row shall have; empty where the row does not say.
    pub fn address(&self, row: usize, into: &mut Vec<u8>) {
        into.clear();
        for field in [Field::NewEmail, Field::EmailAddress] {
            if into.is_empty()
                && let Some(cell) = self.cell_of(row, field)
            {
                write_key(cell, into);
            }
        }
    }

    /// What a column is of.
    pub(super) fn field(&self, column: usize) -> Option<Field> {
        self.columns.get(column).map(|column| column.field)
    }

    /// Whether nothing is asked of a column.
    pub(super) fn is_ignored(&self, column: usize) -> bool {
        self.field(column).is_none_or(|field| field == Field::Ignored)
    }

    /// The column of the addresses that users get, where users are not matched by it.
    pub(super) fn address_column(&self) -> Option<usize> {
        match self.match_by {
            MatchBy::EmailAddress => None,
            _ => self.column_of(Field::EmailAddress),
        }
    }

    /// Where users are not matched by it, the new address is the address that is desired.
    fn rename(&mut self, checked: &mut [Option<Cell<'_>>]) {
        if self.match_by == MatchBy::EmailAddress {
            return;
        }
        if let (Some(from), Some(to)) = (self.column_of(Field::NewEmail), self.column_of(Field::EmailAddress))
            && let Some(new) = checked.get_mut(from).and_then(Option::take)
            && let Some(old) = checked.get_mut(to)
        {
            *old = Some(new);
        }
    }

    /// The number of a row as a spreadsheet counts: the header is 1, blank lines count.
    #[must_use]
    pub fn row_number(&self, row: usize) -> u32 {
        let before = self.skipped.partition_point(|(at, _)| *at <= row);
        let skipped = before.checked_sub(1).and_then(|at| self.skipped.get(at));
        let number = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(2);
        number.saturating_add(skipped.map_or(0, |(_, count)| *count))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_by_row_and_column() {
        let mut desired = DesiredState::new(MatchBy::EmailAddress, false);
        let columns = desired.header(&mut [&b"email"[..], b"roleId", b"reportsTo"].into_iter());
        for (row, cells) in [["x", "0", "nobody"], ["", "", ""], ["", "4", "7"]]
            .into_iter()
            .enumerate()
        {
            let cells = columns.iter().copied().zip(cells.map(str::as_bytes));
            let said: Vec<_> = cells
                .map(|(column, cell)| (column, desired.said(column, cell)))
                .collect();
            desired.row(row as u32 + 2, &said);
        }
        let message = desired.faults.settle().unwrap_err().message.clone();
        assert_eq!(
            message,
            "desired has 4 faults:\n\
             - row 2, emailAddress: must be an e-mail address such as jane.doe@example.com; got \"x\"\n\
             - row 2, roleId: must be the number of a role, such as 4 for Participant; got \"0\"\n\
             - row 2, reportsTo: must be the id or the e-mail address of a user; got \"nobody\"\n\
             - row 4, emailAddress: it is missing, and rows are matched by it"
        );
        assert_eq!((desired.row_number(0), desired.row_number(1)), (2, 4));
    }
}
