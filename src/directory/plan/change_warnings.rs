//! What a person should know about the values that a plan changes, and what the plan has to ask the instance for that.

use crate::directory::affected_rows::AffectedRows;
use crate::directory::column::{Field, ROLE};
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::plan::add_warning::add_warning;
use crate::directory::plan::diff_store::{FieldDiff, UserDiff};
use crate::directory::plan::facts::{Facts, Needs};
use crate::directory::plan::findings::Findings;
use crate::directory::plan::policy::Policy;
use crate::directory::plan::values::write_value;
use crate::excerpt::excerpt;
use crate::joined::joined;
use domo_users_scan::interner::Interner;
use domo_users_scan::json::value::Kind;
use domo_users_scan::rows::cell::Cell;

/// The most names that a warning lists.
const MOST_NAMED: usize = 3;

/// A value that a plan changes.
struct ChangedValue<'a> {
    row: usize,
    /// The index of the column.
    column: usize,
    cell: Cell<'a>,
    /// The user and the value that the user has; `None` for a user who is created.
    held: Option<(&'a UserDiff, &'a FieldDiff)>,
}

/// Calls `each` for every value that the plan changes, in the order of the rows.
fn for_each_value(desired: &DesiredState, findings: &Findings, each: &mut dyn FnMut(&ChangedValue<'_>)) {
    for row in 0..desired.rows.len() {
        if !findings.is_matched(row) {
            for (column, cell) in desired.rows.row(row) {
                each(&ChangedValue {
                    row,
                    column,
                    cell,
                    held: None,
                });
            }
        } else if let Some(user) = findings.diffs.of_row(row) {
            for diff in findings.diffs.fields_of(user) {
                let column = diff.column as usize;
                if let Some(cell) = desired.rows.cell_of(row, column) {
                    each(&ChangedValue {
                        row,
                        column,
                        cell,
                        held: Some((user, diff)),
                    });
                }
            }
        }
    }
}

fn is_attribute(desired: &DesiredState, column: usize) -> bool {
    matches!(
        desired.field(column),
        Some(Field::Attribute | Field::ReportsTo | Field::HireDate)
    )
}

/// Returns what a plan needs to know for its warnings. Nothing is needed for a plan without changes, or for a list with errors.
#[must_use]
pub fn needs_of_changes(desired: &DesiredState, policy: &Policy, findings: &Findings) -> Needs {
    let mut needs = Needs::default();
    if desired.errors.count() > 0 {
        return needs;
    }
    for_each_value(desired, findings, &mut |value| {
        // A column `role` may be an attribute that no user has yet.
        needs.keys |= is_attribute(desired, value.column) || desired.column_name_at(value.column) == ROLE;
    });
    let creates = findings.has_unmatched(desired.rows.len());
    needs.keys |= creates
        && desired
            .new_users
            .columns
            .iter()
            .any(|column| column.field == Field::Attribute);
    // The owner of the token is not counted among the deletes, so the owner must be known even if there are too many.
    needs.own_id = !findings.deletes.is_empty();
    let may_delete = findings.deletes.may_be_allowed(policy.max_deletes, findings.user_count);
    needs.user_count = may_delete || creates;
    needs
}

/// Adds the warnings about the values that a plan changes, and about its creates and deletes.
pub fn add_warnings_of_changes(desired: &DesiredState, findings: &Findings, facts: &Facts, warnings: &mut Vec<String>) {
    let name = |column: usize| desired.column_name_at(column);
    let (mut sign_ins, mut new_addresses, mut own_roles) = (
        AffectedRows::default(),
        AffectedRows::default(),
        AffectedRows::default(),
    );
    let (mut provided, mut texts) = (Attributes::default(), Attributes::default());
    let mut provided_keys = Interner::default();
    for key in facts.keys.as_deref().unwrap_or_default() {
        if key.is_from_identity_provider {
            provided_keys.intern(key.key.as_bytes());
        }
    }
    let (leavers, mut same_names) = (names_of_deleted_users(findings), AffectedRows::default());
    for_each_value(desired, findings, &mut |value| {
        let (row, column) = (desired.row_number(value.row), value.column);
        let has_source = value.held.is_some_and(|(_, diff)| diff.has_source);
        let is_provided = || is_attribute(desired, column) && provided_keys.find(name(column).as_bytes()).is_some();
        if has_source || is_provided() {
            provided.add(row, name(column));
        }
        let field = desired.field(column);
        let Some((user, diff)) = value.held else {
            if let (Some(Field::DisplayName), Cell::String(name)) = (field, value.cell)
                && leavers.find(name).is_some()
            {
                same_names.add(row);
            }
            if field == Some(Field::NewEmail) && desired.match_by == MatchBy::EmailAddress {
                new_addresses.add(row);
            }
            return;
        };
        match field {
            Some(Field::RoleId) if facts.own_id == Some(user.id) => own_roles.add(row),
            Some(Field::EmailAddress | Field::NewEmail) if user.has_address_as_user_name => {
                let is_user_name = |diff: &FieldDiff| desired.field(diff.column as usize) == Some(Field::UserName);
                if !findings.diffs.fields_of(user).any(is_user_name) {
                    sign_ins.add(row);
                }
            }
            Some(field @ Field::Attribute) if diff.held_kind == Kind::Primitive => {
                let mut json = Vec::new();
                write_value(field, value.cell, diff.held_kind, &mut json, &desired.managers);
                if json.first() == Some(&b'"') {
                    texts.add(row, name(column));
                }
            }
            _ => {}
        }
    });
    add_warning(
        warnings,
        "The e-mail address changes in ",
        sign_ins.describe(),
        ", but the user name, with which the user signs in, stays the old address; to change it too, add a column userName with the new address.",
    );
    add_warning(
        warnings,
        "No user of the instance has the old address of ",
        new_addresses.describe(),
        ", so the plan creates new users with the addresses of newEmail; check that the old addresses are right.",
    );
    add_warning(
        warnings,
        "The plan deletes and creates users of the same name in ",
        same_names.describe(),
        "; if only the address has changed, give the new one as newEmail.",
    );
    add_warning(
        warnings,
        "The plan changes the role of the owner of the token in ",
        own_roles.describe(),
        "; without the right role, the token cannot apply the rest of the plan.",
    );
    add_warning(
        warnings,
        "Values of ",
        provided.describe(),
        " come from the identity provider or another source, which may overwrite the changes at the next sign-in; change the values there.",
    );
    add_warning(
        warnings,
        "The list has other text for ",
        texts.describe(),
        ", where the instance has a number, or true or false; the plan writes the text.",
    );
    add_warnings_of_deletes(findings, facts, warnings);
    match facts.user_count {
        Some(count) if count > findings.user_count => warnings.push(format!(
            "The instance returned a list of {} users, but a search counts {count}: the list may have been cut off, and the plan may create users who \
             exist already; apply it only if you know the reason.",
            findings.user_count
        )),
        None if findings.has_unmatched(desired.rows.len()) || !findings.deletes.is_empty() => warnings.push(
            "A search for the number of users failed, so it was not checked that the list of users is complete; check the creates and deletes.".to_owned(),
        ),
        _ => {}
    }
}

/// Returns the names of the users to delete as warnings show them: with at most 60 characters.
fn names_of_deleted_users(findings: &Findings) -> Interner {
    let mut names = Interner::default();
    if !findings.deletes.is_empty() {
        for (place, user) in findings.people.users().iter().enumerate() {
            if findings.deletes.has(user.id) {
                names.intern(findings.people.name_at(place).as_bytes());
            }
        }
    }
    names
}

fn add_warnings_of_deletes(findings: &Findings, facts: &Facts, warnings: &mut Vec<String>) {
    let (deletes, people) = (&findings.deletes, &findings.people);
    match facts.own_id {
        Some(id) if findings.spares_owner => warnings.push(format!(
            "The plan does not delete the owner of the token, {} (id {id}), although no row is for this user.",
            people.name(id)
        )),
        None if !deletes.is_empty() => warnings.push(
            "The instance does not tell who the owner of the token is, so the plan may delete that user; check the deletes, or pass your own id in the \
             option protect."
                .to_owned(),
        ),
        _ => {}
    }
    if deletes.is_empty() {
        return;
    }
    let mut users = people.users().iter();
    let is_deleted = |id| deletes.has(id);
    let (mut count, mut named) = (0_usize, Vec::new());
    while let Some(user) = users.find(|user| user.manager.is_some_and(is_deleted) && !is_deleted(user.id)) {
        count = count.saturating_add(1);
        if named.len() < MOST_NAMED {
            named.push(people.name(user.id));
        }
    }
    if count > 0 {
        let such_as = if count > named.len() { "such as " } else { "" };
        let users = if count == 1 {
            "user keeps a manager"
        } else {
            "users keep managers"
        };
        warnings.push(format!(
            "{count} {users} whom the plan deletes ({such_as}{}); give them other managers with reportsTo.",
            joined(&named, ", ")
        ));
    }
}

/// The attributes that a warning is about, and their rows.
#[derive(Default)]
struct Attributes {
    names: Vec<String>,
    rows: AffectedRows,
}

impl Attributes {
    fn add(&mut self, row: u32, name: &str) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
        self.rows.add(row);
    }

    /// Returns the names and the rows, such as `title, level in 1 row (row 7)`, or `None` if there are none.
    fn describe(&self) -> Option<String> {
        let rows = self.rows.describe()?;
        let mut names = Vec::new();
        for name in &self.names {
            names.push(excerpt(name, 60));
        }
        Some(joined(&[&joined(&names, ", "), " in ", &rows], ""))
    }
}
