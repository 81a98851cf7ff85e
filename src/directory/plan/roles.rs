//! The roles that a plan sets: each must be one of the instance.

use crate::client::attribute_keys::AttributeKey;
use crate::client::roles::Roles;
use crate::directory::column::{Column, Field, ROLE, domo_name};
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::DesiredState;
use crate::directory::desired::unknown_role::UnknownRole;
use crate::directory::plan::column_names::ColumnNames;
use crate::directory::plan::findings::Findings;
use crate::directory::plan::unknown_columns::all_keys;
use crate::directory::suggest::Nearest;
use crate::excerpt::{excerpt, string_of_bytes};
use domo_users_scan::columns::Columns;
use domo_users_scan::rows::cell::Cell;

/// The warning about roles that could not be checked.
pub const UNCHECKED: &str = "The ids of the roles that the plan sets were not checked, since the instance does not list its roles for this token.";

/// Whether the plan sets the role of a user, as far as is known before the managers are. All users must have been compared.
#[must_use]
pub fn sets_role(desired: &DesiredState, findings: &Findings) -> bool {
    findings.has_unmatched(desired.rows.len())
        || findings
            .diffs
            .any_column(|column| desired.field(column) == Some(Field::RoleId))
}

/// Ignores a column `role` if the instance has an attribute with this key in any spelling, held by users or only listed: its cells may be values of the
/// attribute. Returns whether a column is ignored now.
pub fn ignore_role_attribute(
    desired: &mut DesiredState,
    keys: &Columns,
    listed: &[AttributeKey],
    names: &mut ColumnNames,
) -> bool {
    let is_role = |column: &Column| column.field == Field::RoleId && column.name == ROLE;
    let Some(at) = desired.columns.iter().position(is_role) else {
        return false;
    };
    if !all_keys(desired, keys, listed)
        .iter()
        .any(|key| domo_name(key) == Some(ROLE))
    {
        return false;
    }
    if let Some(column) = desired.columns.get_mut(at) {
        column.field = Field::Ignored;
        names.warnings.push(format!(
            "Ignored the column {}, since the instance has an attribute of this name: if it holds roles of Domo, name it roleId.",
            excerpt(&column.header, 60)
        ));
    }
    true
}

/// Refuses roles that the plan sets and that are none of the instance. Returns whether roles could not be checked. The differences must be
/// resolved.
pub fn check_roles(desired: &mut DesiredState, findings: &Findings, roles: Option<&Roles>) -> bool {
    let mut is_unchecked = false;
    let (mut columns, mut unknown_names) = (Vec::new(), Vec::new());
    for column in 0..desired.columns.len() {
        if desired.field(column) == Some(Field::RoleId) {
            columns.push(column);
        }
    }
    for row in 0..desired.rows.len() {
        let mut first = None;
        for &column in &columns {
            let is_set = findings.sets(row, column);
            if !is_set && columns.len() == 1 {
                continue;
            }
            let Some(cell) = desired.rows.cell_of(row, column) else {
                continue;
            };
            let id = desired.roles.id_of(cell);
            let is_other = *first.get_or_insert(id) != id;
            is_unchecked |= is_set && roles.is_none();
            let of_column = desired.columns.get(column);
            if is_set && let Some(error) = role_error(desired, cell, of_column, roles, &mut unknown_names) {
                desired.add_cell_error(row, column, error);
            } else if is_other {
                desired.add_cell_error(row, column, RowError::DifferentRoles);
            }
        }
    }
    let default = desired
        .new_users
        .cells()
        .find(|(column, _)| column.field == Field::RoleId);
    if let Some((column, cell)) = default {
        is_unchecked |= roles.is_none() && findings.has_unmatched(desired.rows.len());
        // An id is known to be wrong only if the roles were needed.
        if let Some(error) = role_error(desired, cell, None, roles, &mut unknown_names) {
            let name = column.name.clone();
            desired.add_new_users_error(&name, error);
        }
    }
    is_unchecked
}

/// Returns the error of a cell if its role is none of the instance. `unknown_names` has the errors of names that were looked for before: a file may have the
/// same wrong name in every row, and the search for a similar name takes long.
fn role_error(
    desired: &DesiredState,
    cell: Cell<'_>,
    column: Option<&Column>,
    roles: Option<&Roles>,
    unknown_names: &mut Vec<Option<UnknownRole>>,
) -> Option<RowError> {
    let id = desired.roles.id_of(cell);
    if id.is_some_and(|id| roles.is_none_or(|roles| roles.has(id))) {
        return None;
    }
    let known = match (id, cell) {
        (None, Cell::Reference(number)) => {
            let place = number as usize;
            while unknown_names.len() <= place {
                unknown_names.push(None);
            }
            let name = || string_of_bytes(desired.roles.name(number));
            let place = unknown_names.get_mut(place);
            place.map(|known| known.get_or_insert_with(|| unknown_name(&name(), roles)).clone())
        }
        // The number is also the name of a role.
        (None, Cell::Number(number)) => Some(ambiguous_number(number, roles?)),
        _ => None,
    };
    let mut unknown = known.unwrap_or_else(|| UnknownRole {
        role: format!("with the id {}", id.unwrap_or_default()),
        is_ambiguous: false,
        suggestion: None,
        roles: roles.map(Roles::describe),
        header: None,
    });
    let header = column.filter(|column| column.name == ROLE);
    unknown.header = header.map(|column| column.header.clone());
    Some(RowError::UnknownRole(unknown))
}

/// Returns the error of a number that is the name of a role, and the id or the name of another.
fn ambiguous_number(number: u64, roles: &Roles) -> UnknownRole {
    let name = number.to_string();
    let named = roles.id(&name).zip(roles.name(number));
    let suggestion = |(id, other)| {
        let other = excerpt(other, 60);
        format!("the id {id} for the role with this name, or the name {other} for the role with this id")
    };
    UnknownRole {
        role: format!("\"{name}\""),
        is_ambiguous: true,
        suggestion: named.map(suggestion),
        roles: Some(roles.describe()),
        header: None,
    }
}

fn unknown_name(name: &str, roles: Option<&Roles>) -> UnknownRole {
    let is_ambiguous = roles.is_some_and(|roles| roles.has_name(name));
    let mut nearest = Nearest::new(name);
    for role in roles.iter().flat_map(|roles| roles.iter()) {
        nearest.consider(&role.name, &role.name);
    }
    UnknownRole {
        role: format!("\"{}\"", excerpt(name, 60)),
        is_ambiguous,
        suggestion: nearest.name().filter(|_| !is_ambiguous),
        roles: roles.map(Roles::describe),
        header: None,
    }
}
