//! Makes a plan: compares each user of the instance with the row that matches it, and keeps only what differs.

use core::num::NonZeroU64;
use core::ops::Range;

use crate::directory::column::Field;
use crate::directory::desired::header::check_mapped_headers;
use crate::directory::desired::references::Reference;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::row_errors::RowErrors;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::plan::change_warnings::{add_warnings_of_changes, needs_of_changes};
use crate::directory::plan::changes::delete;
use crate::directory::plan::column_names::{ColumnNames, name_columns, needs_second_reading};
use crate::directory::plan::conflicts::{
    check_addresses, check_ids, check_managers, check_suspects, check_user_names, match_renamed_users, names_managers,
    users_if_managers_change,
};
use crate::directory::plan::equivalence::{Equivalence, compare_values};
use crate::directory::plan::facts::{Facts, Needs};
use crate::directory::plan::findings::{Comparison, Findings, Holder};
use crate::directory::plan::list_warnings::list_warnings;
use crate::directory::plan::new_users::{check_new_users, has_unknown_keys, name_new_user_keys};
use crate::directory::plan::people::id_in;
use crate::directory::plan::pipe_lists::mark_lists;
use crate::directory::plan::policy::Policy;
use crate::directory::plan::reporting_circles::check_circles;
use crate::directory::plan::roles::{UNCHECKED, check_roles, ignore_role_attribute, sets_role};
use crate::directory::plan::row_index::RowIndex;
use crate::directory::plan::sources::{Reading, Sources, email_of, id_value, manager_value, role_value, user_name_of};
use crate::directory::plan::unknown_columns::{check_unknown_columns, has_unknown_columns};
use crate::directory::plan::user_plan::UserPlan;
use crate::directory::plan::user_value::{id_of, text_of};
use crate::error::DomoError;
use crate::excerpt::excerpt_of_bytes;
use domo_users_scan::email::{address_in, is_address};
use domo_users_scan::json::field_extractor::{FieldExtractor, has_source};
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::compare::for_each_difference;
use domo_users_scan::rows::key_index::has_key_ignoring_case;
use domo_users_scan::strings::is_plain_address;

/// The most columns of a list. A row stores one bit for each column, and the number of these bytes in one byte.
const MOST_COLUMNS: usize = 2000;

/// Compares the users of an instance with the desired users.
///
/// Every user is added with [`add_user`](Self::add_user). If the instance must then be read again ([`starts_over`](Self::starts_over)), every user is added
/// a second time. Then [`needs`](Self::needs) tells what else the plan must know, and [`finish`](Self::finish) returns the plan.
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
    /// Whether the list has ids that rows are not matched by.
    has_ids: bool,
    /// Whether the names of users are kept, since changes may mention managers.
    keeps_names: bool,
    unescaped: Vec<u8>,
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
            desired.add_header_error("", RowError::TooManyColumns { columns, most });
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
            has_ids: desired.match_by != MatchBy::Id && desired.column_of(Field::Id).is_some(),
            keeps_names: policy.delete_missing || names_managers(&desired),
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

    /// Adds a user of the instance, whose values [`extractor`](Self::extractor) has extracted.
    #[inline(always)]
    pub fn add_user(&mut self, bytes: &[u8], user: Range<usize>) {
        let values = core::mem::take(&mut self.extractor.values);
        self.match_user(bytes, user, &values);
        self.extractor.values = values;
    }

    #[inline(always)]
    fn match_user(&mut self, bytes: &[u8], whole: Range<usize>, user: &[Value]) {
        let id = id_of(bytes, id_value(user));
        self.findings.user_count = self.findings.user_count.saturating_add(1);
        if !self.desired.managers.is_empty()
            && let Some(id) = id
        {
            let email = email_of(bytes, user, &mut self.unescaped);
            self.desired.managers.resolve(email, Reference::Existing(id));
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
            self.findings.note_same_key(&self.desired, row);
        }
        let is_protected = id.is_some_and(|id| self.policy.protects(id));
        if is_protected {
            self.findings.protected_ids.add_any(id);
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
        let mut compared = Comparison::default();
        match row {
            Some(row) if !is_protected => compared = self.compare(bytes, whole.start, user, row, id),
            // A user without an id or a user name can have no row, so the row is not missing. One without an address is mentioned.
            None if (has_key || by_email) && !is_protected && self.policy.delete_missing => {
                self.add_delete(bytes, whole, user, id)
            }
            _ => {}
        }
        if row.is_none() && self.has_ids {
            self.findings.unmatched_ids.add_any(id);
        }
        if self.keeps_names
            && let Some(id) = id
        {
            self.findings.people.add(id, bytes, user, compared.changes_manager);
        }
        if !by_email && !compared.has_address && self.index.addresses.is_some() {
            self.note_address_holder(bytes, user, matching_row, id);
        }
        if !compared.has_user_name && self.index.user_name_column.is_some() {
            let name = user_name_of(bytes, user, &mut self.unescaped);
            if let Some(row) = self.index.row_of_user_name(&self.desired, name, row) {
                self.findings.user_name_holders.push(Holder { row, id });
            }
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
        let email = email_of(bytes, user, &mut self.unescaped);
        let row = self.index.addresses.as_mut()?.find_row(&self.desired.rows, email);
        let row = row.filter(|_| row != own_row)?;
        self.findings.address_holders.push(Holder { row, id });
        Some(row)
    }

    #[inline(never)]
    fn refuse_second_match(&mut self, row: usize, id: Option<u64>) {
        let first = self.findings.user_ids.get(row).copied().flatten();
        if first.is_some() && first.map(NonZeroU64::get) == id {
            // The instance has listed the user twice.
            return;
        }
        let key = self.desired.match_by.name();
        self.desired.add_error(row, key, RowError::SeveralUsers { id });
    }

    /// Compares a user with its row, and stores what differs. The user begins at `start`.
    #[inline(always)]
    fn compare(&mut self, bytes: &[u8], start: usize, user: &[Value], row: usize, id: Option<u64>) -> Comparison {
        if let Some(place) = self.findings.user_ids.get_mut(row) {
            *place = id.and_then(NonZeroU64::new);
        }
        let (address_column, user_name_column) = (self.index.address_column(), self.index.user_name_column);
        let mut differs = false;
        let has_sources = self.extractor.columns().has_sources;
        let (managers, roles, diffs) = (&self.desired.managers, &self.desired.roles, &mut self.findings.diffs);
        let columns = &self.desired.columns;
        let cells = self.desired.rows.row(row);
        let mut compared = Comparison {
            has_address: address_column.is_some_and(|column| cells.has(column)),
            has_user_name: user_name_column.is_some_and(|column| cells.has(column)),
            ..Comparison::default()
        };
        for_each_difference(
            cells,
            bytes,
            user,
            self.sources.of_columns(),
            self.sources.case_insensitive(),
            &mut |index, cell, held| {
                let Some(column) = columns.get(index) else { return };
                // An id is never changed.
                if column.field == Field::Id {
                    return compared.has_other_id = true;
                }
                match compare_values(column, cell, bytes, held) {
                    Equivalence::Same => return,
                    Equivalence::SameAddress if column.field == Field::UserName => {
                        return compared.has_same_user_name = true;
                    }
                    Equivalence::SameAddress => return compared.has_same_address = true,
                    Equivalence::LostDigits => return compared.has_lost_digits = true,
                    Equivalence::LostLetters => return compared.has_lost_letters = true,
                    Equivalence::Different => {}
                }
                let mut reference = None;
                if let Cell::Reference(number) = cell {
                    let references = if column.field == Field::RoleId { roles } else { managers };
                    if id_of(bytes, held).is_some_and(|id| references.may_be(number, id)) {
                        return;
                    }
                    reference = Some(references.get(number));
                }
                differs = true;
                if Some(index) == address_column {
                    compared.has_address = false;
                }
                if Some(index) == user_name_column {
                    compared.has_user_name = false;
                }
                compared.changes_manager |= column.field == Field::ReportsTo;
                let has_source = has_sources && held.kind() != Kind::Unset && has_source(bytes, start, held.start());
                diffs.add_field(index, bytes, held, reference == Some(Reference::Unknown), has_source);
            },
        );
        self.findings.note(compared, &self.desired, row);
        if differs {
            match id {
                Some(id) => self.findings.diffs.end_user(row, id, bytes, user),
                None => self.desired.add_error(row, "id", RowError::NoUserId),
            }
        }
        compared
    }

    /// Adds the delete of a user without a row. A user without a valid id cannot be deleted.
    #[inline(never)]
    fn add_delete(&mut self, bytes: &[u8], whole: Range<usize>, user: &[Value], id: Option<u64>) {
        let Some(id) = id else { return };
        let key = text_of(bytes, self.sources.key(user), &mut self.unescaped);
        if self.desired.match_by == MatchBy::EmailAddress
            && !is_plain_address(key)
            && !is_address(&address_in(&String::from_utf8_lossy(key)))
        {
            let key = if key.is_empty() { b"no address" } else { key };
            let kept = format!("{id} ({})", excerpt_of_bytes(key, 60));
            return self.findings.kept_users.push(kept);
        }
        let most = self.policy.max_deletes.at_most();
        let Findings { deletes, mentions, .. } = &mut self.findings;
        if deletes.count(id, key, most) {
            deletes.add_change(delete(bytes, whole, user, id));
            mentions.roles.add_any(id_in(role_value(user).bytes_in(bytes)));
            mentions.users.add_any(id_in(manager_value(user).bytes_in(bytes)));
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

    /// Protects the user with this id. No user may have been added yet.
    pub fn protect(&mut self, id: u64) {
        self.policy.add_protected(id);
    }

    /// Whether the list names a role. The roles must then be known before the first user is added.
    #[must_use]
    pub fn names_roles(&self) -> bool {
        !self.desired.roles.is_empty()
    }

    /// Sets the ids of the roles that the list names. A name that is not known is an error of the plan later.
    pub fn resolve_roles(&mut self, facts: &Facts) {
        if let Some(roles) = &facts.roles {
            self.desired.roles.resolve_roles(roles);
        }
    }

    /// Ends the comparison, and returns what the plan needs to know besides. All users of the instance must have been added.
    pub fn needs(&mut self) -> Needs {
        let (desired, findings) = (&mut self.desired, &mut self.findings);
        if self.reading == Reading::First {
            self.names = name_columns(desired, &self.sources, self.extractor.columns());
        }
        if desired.match_by == MatchBy::EmailAddress {
            match_renamed_users(desired, findings);
        }
        ignore_role_attribute(desired, self.extractor.columns(), &[], &mut self.names);
        check_new_users(desired, findings);
        findings.ids_of_unmatched_users = check_ids(desired, &self.policy, findings);
        findings.diffs.resolve(desired);
        let keys = self.extractor.columns();
        let needs = needs_of_changes(desired, &self.policy, findings);
        Needs {
            // Roles that the list names are known already.
            roles: desired.roles.is_empty() && sets_role(desired, findings),
            keys: needs.keys || has_unknown_columns(desired, keys, &self.names) || has_unknown_keys(desired, keys),
            ..needs
        }
    }

    /// Returns the plan. [`needs`](Self::needs) must have been called.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every error of the list, `TOO_MANY_DELETES`.
    pub fn finish(mut self, facts: Facts) -> Result<UserPlan, DomoError> {
        let (desired, findings) = (&mut self.desired, &mut self.findings);
        let listed = facts.keys.as_deref().unwrap_or_default();
        let keys = self.extractor.columns();
        if ignore_role_attribute(desired, keys, listed, &mut self.names) {
            check_new_users(desired, findings);
        }
        name_new_user_keys(desired, keys, listed);
        check_unknown_columns(desired, &self.policy, keys, listed, &mut self.names);
        if let Some(roles) = &facts.roles {
            desired.roles.resolve_numeric_names(roles);
        }
        findings.diffs.resolve(desired);
        findings.spares_owner = facts.own_id.is_some_and(|id| findings.deletes.spare(id));
        let allowed = findings.deletes.check(self.policy.max_deletes, findings.user_count);
        check_suspects(desired, findings);
        let users = users_if_managers_change(desired, findings);
        check_managers(desired, findings, users.as_ref());
        let has_unchecked_roles = check_roles(desired, findings, facts.roles.as_ref());
        if let Some(users) = &users {
            check_circles(desired, &mut self.index, findings, users);
        }
        check_user_names(desired, &self.index, findings);
        if desired.match_by != MatchBy::EmailAddress {
            check_addresses(desired, &self.index, findings);
        }
        desired.to_result()?;
        allowed?;
        findings.end_deletes();
        let mut warnings = list_warnings(desired, &self.policy, findings, self.names);
        mark_lists(desired, findings, listed, &self.sources, keys, &mut warnings);
        if has_unchecked_roles {
            warnings.push(UNCHECKED.to_owned());
        }
        add_warnings_of_changes(desired, findings, &facts, &mut warnings);
        Ok(UserPlan::new(self.desired, self.findings, facts, warnings))
    }
}
