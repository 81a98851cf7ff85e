//! Makes a plan: compares each user of the instance with the row that matches it, and keeps only what differs.

use core::ops::Range;

use crate::directory::column::Field;
use crate::directory::desired::header::check_mapped_headers;
use crate::directory::desired::managers::Manager;
use crate::directory::desired::new_user::check_new_user;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::row_errors::RowErrors;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::plan::changes::delete;
use crate::directory::plan::column_names::{ColumnNames, name_columns, needs_second_reading};
use crate::directory::plan::conflicts::{
    check_addresses, check_deletes, check_managers, check_suspects, refuse_taken_address,
};
use crate::directory::plan::equivalence::{Equivalence, compare_values};
use crate::directory::plan::findings::{AddressHolder, Findings};
use crate::directory::plan::pipe_lists::mark_lists;
use crate::directory::plan::policy::Policy;
use crate::directory::plan::reporting_circles::check_circles;
use crate::directory::plan::row_index::RowIndex;
use crate::directory::plan::sources::{Reading, Sources, email_value, id_value};
use crate::directory::plan::unknown_columns::check_unknown_columns;
use crate::directory::plan::user_plan::UserPlan;
use crate::directory::plan::warnings::warnings;
use crate::error::DomoError;
use crate::excerpt::excerpt;
use domo_users_scan::email::{address_in, is_address};
use domo_users_scan::json::escapes;
use domo_users_scan::json::field_extractor::FieldExtractor;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::{MAX_SAFE_INTEGER, parse_digits};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::compare::for_each_difference;
use domo_users_scan::rows::key_index::has_key_ignoring_case;
use domo_users_scan::strings::{is_plain_address, trim};

/// The most columns of a list. A row stores one bit for each column, and the number of these bytes in one byte.
const MOST_COLUMNS: usize = 2000;
/// The most users to delete that the error about too many names.
const MOST_SAMPLES: u64 = 3;

/// Compares the users of an instance with the desired users.
///
/// Every user is added with [`add_user`](Self::add_user). If the instance must then be read again ([`starts_over`](Self::starts_over)), every user is added
/// a second time. [`finish`](Self::finish) returns the plan.
#[derive(Debug)]
pub struct Planner {
    desired: DesiredState,
    policy: Policy,
    index: RowIndex,
    /// Extracts the values of a user that are compared.
    pub extractor: FieldExtractor,
    sources: Sources,
    findings: Findings,
    names: ColumnNames,
    reading: Reading,
    unescaped: Vec<u8>,
}

/// Whether the user of a row has the address that the row gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    /// The user has the address.
    Held,
    /// The user has another address, or the row gives none.
    Other,
}

impl Planner {
    /// Checks all that can be checked before the instance is read.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every error of the list, or for an empty list that would delete every user.
    pub fn new(mut desired: DesiredState, policy: Policy) -> Result<Self, DomoError> {
        let (rows, columns) = (desired.rows.len(), desired.columns.len());
        if columns > MOST_COLUMNS {
            let most = MOST_COLUMNS;
            desired.add_header_error("", &RowError::TooManyColumns { columns, most });
        }
        let index = RowIndex::new(&mut desired);
        check_mapped_headers(&mut desired);
        desired.check()?;
        if rows == 0 && policy.delete_missing {
            return Err(DomoError::input(
                "desired is empty, so deleteMissing would delete every user; pass the users to keep",
            ));
        }
        let (sources, extractor) = Sources::new(&desired, Reading::First);
        Ok(Self {
            desired,
            policy,
            index,
            extractor,
            sources,
            findings: Findings::new(rows),
            names: ColumnNames::default(),
            reading: Reading::First,
            unescaped: Vec::new(),
        })
    }

    /// Adds a user of the instance. `is_extracted` tells whether [`extractor`](Self::extractor) has the user's values already. Returns `None` if the user
    /// is no JSON object.
    #[inline(always)]
    pub fn add_user(&mut self, bytes: &[u8], user: Range<usize>, is_extracted: bool) -> Option<()> {
        if !is_extracted {
            self.extractor.extract(bytes, user)?;
        }
        let values = core::mem::take(&mut self.extractor.values);
        self.match_user(bytes, &values);
        self.extractor.values = values;
        Some(())
    }

    #[inline(always)]
    fn match_user(&mut self, bytes: &[u8], user: &[Value]) {
        let id = id_of(bytes, id_value(user));
        if !self.desired.managers.is_empty()
            && let Some(id) = id
        {
            let email = text_of(bytes, email_value(user), &mut self.unescaped);
            self.desired.managers.resolve(email, Manager::Existing(id));
        }
        let key = self.sources.key(user);
        let key = match key.kind() {
            Kind::String | Kind::EscapedString | Kind::Primitive => text_of(bytes, key, &mut self.unescaped),
            _ => &[],
        };
        let has_key = !key.is_empty();
        let matching_row = if has_key {
            self.index.keys.find_row(&self.desired.rows, key)
        } else {
            None
        };
        if let Some(row) = matching_row
            && !self.index.keys.is_last_plain
            && !has_key_ignoring_case(&self.desired.rows, row, key)
        {
            self.findings.same_addresses.add(self.desired.row_number(row));
        }
        let is_protected = id.is_some_and(|id| self.policy.protects(id));
        if is_protected {
            self.findings.protected_ids.extend(id);
        }
        let by_email = self.desired.match_by == MatchBy::EmailAddress;
        let mut row = matching_row;
        if by_email && row.is_none() && self.index.addresses.is_some() {
            // A user who has the new address of a row may be the user of that row, renamed before. This is known when all users were read.
            row = self.note_address_holder(bytes, user, matching_row, id);
        } else if let Some(row) = row
            && !self.findings.set_matched(row)
        {
            return self.refuse_second_match(row, id);
        }
        let mut address = Address::Other;
        match row {
            Some(row) if !is_protected => address = self.compare(bytes, user, row, id),
            // A user without a key can have no row, so the row is not missing.
            None if has_key && !is_protected && self.policy.delete_missing => self.add_delete(bytes, user, id),
            _ => {}
        }
        if !by_email && address == Address::Other && self.index.addresses.is_some() {
            self.note_address_holder(bytes, user, matching_row, id);
        }
    }

    /// Notes that a user has the address which the row of another user gives, and returns that row.
    #[inline(never)]
    fn note_address_holder(
        &mut self,
        bytes: &[u8],
        user: &[Value],
        own_row: Option<usize>,
        id: Option<u64>,
    ) -> Option<usize> {
        let email = text_of(bytes, email_value(user), &mut self.unescaped);
        let row = self.index.addresses.as_mut()?.find_row(&self.desired.rows, email);
        let row = row.filter(|_| row != own_row)?;
        self.findings.address_holders.push(AddressHolder { row, id });
        Some(row)
    }

    #[inline(never)]
    fn refuse_second_match(&mut self, row: usize, id: Option<u64>) {
        let key = self.desired.match_by.name();
        self.desired.add_error(row, key, &RowError::SeveralUsers { id });
    }

    /// Compares a user with its row, and stores what differs. Returns whether the user has the address that the row gives.
    #[inline(always)]
    fn compare(&mut self, bytes: &[u8], user: &[Value], row: usize, id: Option<u64>) -> Address {
        if let (Some(place), Some(id)) = (self.findings.user_ids.get_mut(row), id) {
            *place = id;
        }
        let address_column = self.index.address_column();
        let (mut differs, mut has_same_address, mut has_lost_zeros) = (false, false, false);
        let (managers, diffs) = (&self.desired.managers, &mut self.findings.diffs);
        let list_columns = &mut self.findings.list_columns;
        let columns = &self.desired.columns;
        let cells = self.desired.rows.row(row);
        let mut address = match address_column {
            Some(column) if cells.has(column) => Address::Held,
            _ => Address::Other,
        };
        for_each_difference(
            cells,
            bytes,
            user,
            self.sources.of_columns(),
            self.sources.case_insensitive(),
            &mut |index, cell, held| {
                let Some(column) = columns.get(index).filter(|column| column.field != Field::Id) else {
                    return;
                };
                if held.kind() == Kind::Array && !list_columns.contains(&index) {
                    list_columns.push(index);
                }
                match compare_values(column, cell, bytes, held) {
                    Equivalence::Same => return,
                    Equivalence::SameAddress => return has_same_address = true,
                    Equivalence::LostZeros => return has_lost_zeros = true,
                    Equivalence::Different => {}
                }
                let manager = match cell {
                    Cell::Manager(number) => Some(managers.get(number)),
                    _ => None,
                };
                if let Some(Manager::Existing(manager)) = manager
                    && id_of(bytes, held) == Some(manager)
                {
                    return;
                }
                differs = true;
                if Some(index) == address_column {
                    address = Address::Other;
                }
                diffs.add_field(index, bytes, held, manager == Some(Manager::Unknown));
            },
        );
        if has_same_address {
            self.findings.same_addresses.add(self.desired.row_number(row));
        }
        if has_lost_zeros {
            self.findings.lost_zeros.add(self.desired.row_number(row));
        }
        if differs {
            match id {
                Some(id) => self.findings.diffs.end_user(row, id),
                None => self.refuse_user_without_id(row),
            }
        }
        address
    }

    #[inline(never)]
    fn refuse_user_without_id(&mut self, row: usize) {
        self.desired.add_error(row, "id", &RowError::NoUserId);
    }

    /// Adds the delete of a user without a row. A user without a valid id cannot be deleted.
    #[inline(never)]
    fn add_delete(&mut self, bytes: &[u8], user: &[Value], id: Option<u64>) {
        let Some(id) = id else { return };
        if self.desired.match_by == MatchBy::EmailAddress {
            let address = text_of(bytes, email_value(user), &mut self.unescaped);
            if !is_plain_address(address) && !is_address(&address_in(&String::from_utf8_lossy(address))) {
                let address = excerpt(&String::from_utf8_lossy(address), 60);
                self.findings.kept_users.push(format!("{id} ({address})"));
                return;
            }
        }
        self.findings.delete_count = self.findings.delete_count.saturating_add(1);
        if self.findings.delete_count <= MOST_SAMPLES {
            let name = text_of(bytes, self.sources.key(user), &mut self.unescaped);
            self.findings
                .delete_samples
                .push(String::from_utf8_lossy(name).into_owned());
        }
        if self.findings.delete_count <= self.policy.max_deletes
            && let Some(change) = delete(bytes, user, id)
        {
            self.findings.deletes.push(change);
            self.findings.deleted_ids.intern(id.to_string().as_bytes());
        }
    }

    /// Whether the instance must be read again, since a key that is spelled exactly as a header came after users had been compared by another key. What
    /// was found is dropped then.
    pub fn starts_over(&mut self) -> bool {
        if self.reading == Reading::Second || !needs_second_reading(self.extractor.columns()) {
            return false;
        }
        self.reading = Reading::Second;
        // The errors of single users are found again.
        self.desired.errors = RowErrors::default();
        self.names = name_columns(&mut self.desired, &self.sources, self.extractor.columns());
        (self.sources, self.extractor) = Sources::new(&self.desired, Reading::Second);
        self.findings = Findings::new(self.desired.rows.len());
        true
    }

    /// Returns the plan. All users of the instance must have been added.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every error of the list, `TOO_MANY_DELETES`.
    pub fn finish(mut self) -> Result<UserPlan, DomoError> {
        let (desired, findings) = (&mut self.desired, &mut self.findings);
        let keys = self.extractor.columns();
        if self.reading == Reading::First {
            self.names = name_columns(desired, &self.sources, keys);
        }
        check_unknown_columns(desired, &self.policy, keys, &mut self.names);
        let by_email = desired.match_by == MatchBy::EmailAddress;
        if by_email {
            match_renamed_users(desired, findings);
        }
        check_new_users(desired, findings);
        findings.diffs.resolve(desired);
        check_suspects(desired, findings);
        check_managers(desired, findings);
        check_circles(desired, &mut self.index, findings);
        if !by_email {
            check_addresses(desired, &self.index, findings);
        }
        desired.to_result()?;
        check_deletes(&self.policy, findings)?;
        let pipes = mark_lists(desired, findings);
        let mut warnings = warnings(desired, &self.policy, findings, self.names);
        if let Some(rows) = pipes.describe() {
            warnings.push(format!(
                "Attributes of {rows} have values with |, written as one value each; write several values as [\"a\",\"b\"]."
            ));
        }
        Ok(UserPlan::new(self.desired, self.findings, warnings))
    }
}

/// Matches users who already have the new address of a row to that row, unless another user matches it.
fn match_renamed_users(desired: &mut DesiredState, findings: &mut Findings) {
    for holder in core::mem::take(&mut findings.address_holders) {
        if !findings.set_matched(holder.row) {
            refuse_taken_address(desired, "newEmail", &holder);
        }
    }
}

/// Checks the rows that create a user, and resolves the managers whom the list creates or renames.
fn check_new_users(desired: &mut DesiredState, findings: &Findings) {
    let mut email = Vec::new();
    let names_managers = !desired.managers.is_empty();
    for row in 0..desired.rows.len() {
        if findings.is_matched(row) {
            continue;
        }
        check_new_user(desired, row);
        if names_managers {
            desired.address(row, &mut email);
            desired.managers.resolve(&email, Manager::ToBeCreated);
        }
    }
    if names_managers {
        findings.diffs.resolve_new_addresses(desired);
    }
}

/// Returns the id of a user, a number or a string, or `None` if JavaScript cannot hold it.
#[inline(always)]
fn id_of(bytes: &[u8], value: Value) -> Option<u64> {
    match value.kind() {
        Kind::Primitive | Kind::String => {
            parse_digits(trim(value.bytes_in(bytes))).filter(|id| *id <= MAX_SAFE_INTEGER)
        }
        _ => None,
    }
}

/// Returns a value as a string, trimmed. `unescaped` holds the string if the value has escapes.
#[inline(always)]
fn text_of<'a>(bytes: &'a [u8], value: Value, unescaped: &'a mut Vec<u8>) -> &'a [u8] {
    if value.kind() != Kind::EscapedString {
        return trim(value.bytes_in(bytes));
    }
    unescaped.clear();
    escapes::unescape(value.bytes_in(bytes), unescaped);
    trim(unescaped)
}
