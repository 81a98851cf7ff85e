//! Collects what a comparison finds while it reads the users of the instance.

use core::num::NonZeroU64;

use crate::directory::affected_rows::AffectedRows;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::plan::deletes::Deletes;
use crate::directory::plan::diff_store::DiffStore;
use crate::directory::plan::ids::Ids;
use crate::directory::plan::people::{Mentions, People};

/// What a comparison has found while it read the users of the instance once.
#[derive(Debug, Default)]
pub struct Findings {
    /// One bit for each row: whether a user matches it.
    matched: Vec<u64>,
    matched_count: u64,
    /// Rows that give their user an address which another user of the instance has.
    pub address_holders: Vec<Holder>,
    /// Rows that give their user a user name which another user of the instance has.
    pub user_name_holders: Vec<Holder>,
    /// The differences between rows and users.
    pub diffs: DiffStore,
    /// The number of users of the instance.
    pub user_count: u64,
    /// The users to delete.
    pub deletes: Deletes,
    /// Whether the owner of the token was to be deleted, and is kept.
    pub spares_owner: bool,
    /// The ids of users without a row, if the list has ids that rows are not matched by.
    pub unmatched_ids: Ids,
    /// Rows with the id of another user than the one that they match.
    pub other_ids: AffectedRows,
    /// Rows that create a user, with the id of an existing user whom no row matches.
    pub ids_of_unmatched_users: AffectedRows,
    /// The users by id, as far as changes may mention them.
    pub people: People,
    /// The roles and users that the changes mention. It is filled while they are written.
    pub mentions: Mentions,
    /// The protected ids that users of the instance have.
    pub protected_ids: Ids,
    /// Users who are not deleted because their address is not valid, with id and address.
    pub kept_users: Vec<String>,
    /// Rows whose address differs from the user's only in invisible characters or in text around it.
    pub same_addresses: AffectedRows,
    /// Rows with such a user name.
    pub same_user_names: AffectedRows,
    /// The id of the user of each row.
    pub user_ids: Vec<Option<NonZeroU64>>,
    /// Rows with a number that lacks leading zeros of the user's number.
    pub lost_digits: AffectedRows,
    /// Rows with `?` in place of letters that the user's value has.
    pub lost_letters: AffectedRows,
}

/// A user of the instance who has the address or the user name that a row gives to another user.
#[derive(Debug)]
pub struct Holder {
    /// The row.
    pub row: usize,
    /// The id of the user who has it.
    pub id: Option<u64>,
}

/// The result of a comparison of a user with their row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Comparison {
    /// Whether the user has the address that the row gives.
    pub has_address: bool,
    /// Whether the user has the user name that the row gives.
    pub has_user_name: bool,
    /// Whether the row changes the manager.
    pub changes_manager: bool,
    /// Whether an address differs only in invisible characters or in text around it.
    pub has_same_address: bool,
    /// Whether the user name does.
    pub has_same_user_name: bool,
    /// Whether the row has another id than the user.
    pub has_other_id: bool,
    /// Whether a number of the row lacks digits of the user's number.
    pub has_lost_digits: bool,
    /// Whether a value of the row has `?` in place of letters of the user's value.
    pub has_lost_letters: bool,
}

/// The users of the instance by id: the row of each, or behind the rows the place among the [people](Findings::people).
#[derive(Debug, Default)]
pub struct UserPlaces {
    ids: Ids,
    places: Vec<usize>,
    managers: Vec<Option<u64>>,
}

impl UserPlaces {
    /// Returns the users that were found.
    #[must_use]
    pub fn new(findings: &Findings) -> Self {
        let mut users = Self::default();
        for (row, id) in findings.user_ids.iter().enumerate() {
            if let Some(id) = id {
                users.add(id.get(), row, None);
            }
        }
        for (place, person) in (findings.user_ids.len()..).zip(findings.people.users()) {
            users.add(person.id, place, person.manager);
        }
        users
    }

    #[inline(never)]
    fn add(&mut self, id: u64, place: usize, manager: Option<u64>) {
        if self.ids.add(id) {
            self.places.push(place);
            self.managers.push(manager);
        } else if let Some(known) = self.ids.find(id).and_then(|number| self.managers.get_mut(number)) {
            *known = manager;
        }
    }

    /// Returns the id of the manager that a user keeps, since no row changes the manager.
    #[must_use]
    pub fn manager(&self, id: u64) -> Option<u64> {
        *self.managers.get(self.ids.find(id)?)?
    }

    /// Returns the place of the user with an id.
    #[must_use]
    pub fn find(&self, id: u64) -> Option<usize> {
        self.places.get(self.ids.find(id)?).copied()
    }
}

impl Findings {
    /// Returns the findings before the first user of the instance, for a list with this number of rows.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        let mut findings = Self::default();
        findings.matched.resize(rows.div_ceil(64), 0);
        findings.user_ids.resize(rows, None);
        findings
    }

    /// Completes the changes of the users who are deleted, with whoever reports to them.
    pub fn end_deletes(&mut self) {
        self.deletes.end_changes(&self.people, &mut self.mentions.users);
    }

    /// Notes that a user matches a row. Returns whether this is the first user of the row.
    #[inline(always)]
    pub fn set_matched(&mut self, row: usize) -> bool {
        let bit = 1 << (row & 63);
        let Some(bits) = self.matched.get_mut(row >> 6) else {
            return false;
        };
        let is_first = *bits & bit == 0;
        *bits |= bit;
        self.matched_count = self.matched_count.saturating_add(u64::from(is_first));
        is_first
    }

    /// Notes what a warning tells about a comparison with a row.
    #[inline]
    pub fn note(&mut self, compared: Comparison, desired: &DesiredState, row: usize) {
        if compared.has_same_address
            || compared.has_same_user_name
            || compared.has_other_id
            || compared.has_lost_digits
            || compared.has_lost_letters
        {
            self.note_row(compared, desired.row_number(row));
        }
    }

    /// Notes that the key of a row differs from the user's only in invisible characters or in text around it.
    #[inline(never)]
    pub fn note_same_key(&mut self, desired: &DesiredState, row: usize) {
        let mut same = Comparison::default();
        match desired.match_by {
            MatchBy::UserName => same.has_same_user_name = true,
            _ => same.has_same_address = true,
        }
        self.note_row(same, desired.row_number(row));
    }

    #[inline(never)]
    fn note_row(&mut self, compared: Comparison, row: u32) {
        if compared.has_same_address {
            self.same_addresses.add(row);
        }
        if compared.has_same_user_name {
            self.same_user_names.add(row);
        }
        if compared.has_other_id {
            self.other_ids.add(row);
        }
        if compared.has_lost_digits {
            self.lost_digits.add(row);
        }
        if compared.has_lost_letters {
            self.lost_letters.add(row);
        }
    }

    /// Whether a user matches a row.
    #[must_use]
    pub fn is_matched(&self, row: usize) -> bool {
        let bits = self.matched.get(row >> 6).copied().unwrap_or_default();
        bits & (1 << (row & 63)) != 0
    }

    /// Whether the plan creates or updates the user of a row.
    #[must_use]
    pub fn changes(&self, row: usize) -> bool {
        !self.is_matched(row) || self.diffs.of_row(row).is_some()
    }

    /// Whether the plan sets the value of a row in a column: the row creates a user, or its user has another value.
    #[inline(never)]
    #[must_use]
    pub fn sets(&self, row: usize, column: usize) -> bool {
        !self.is_matched(row) || self.diffs.has(row, column)
    }

    /// Whether a row of a list with this number of rows has no user.
    #[must_use]
    pub fn has_unmatched(&self, rows: usize) -> bool {
        self.matched_count < rows as u64
    }

    /// Returns the number of matched users that need no change.
    #[must_use]
    pub fn unchanged(&self) -> u64 {
        self.matched_count.saturating_sub(self.diffs.count() as u64)
    }
}
