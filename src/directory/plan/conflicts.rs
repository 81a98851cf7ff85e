//! Changes that contradict each other, the instance or the policy. All users must have been read.

use crate::directory::column::Field;
use crate::directory::desired::managers::Manager;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::findings::{AddressHolder, Findings};
use crate::directory::plan::policy::Policy;
use crate::directory::plan::row_index::{RowIndex, refuse_shared_address};
use crate::error::{Code, DomoError};
use crate::excerpt::excerpt;
use crate::joined::joined;
use domo_users_scan::rows::cell::Cell;

/// Refuses suspect cells, unless their user already has the value.
pub fn check_suspects(desired: &mut DesiredState, findings: &Findings) {
    for suspect in std::mem::take(&mut desired.suspects) {
        let is_unchanged = findings.is_matched(suspect.row) && !findings.diffs.has(suspect.row, suspect.column);
        if !desired.is_ignored(suspect.column) && !is_unchanged {
            desired.refuse_suspect(&suspect);
        }
    }
}

/// Refuses rows that give their user an address which another user has, or which another row gives.
pub fn check_addresses(desired: &mut DesiredState, index: &RowIndex, findings: &Findings) {
    let Some(column) = index.address_column() else {
        return;
    };
    let gets_address = |row| !findings.is_matched(row) || findings.diffs.has(row, column);
    for holder in &findings.address_holders {
        if gets_address(holder.row) {
            refuse_taken_address(desired, "emailAddress", holder);
        }
    }
    for shared in &index.shared_addresses {
        if gets_address(shared.row) || gets_address(shared.earlier) {
            refuse_shared_address(desired, *shared);
        }
    }
}

/// Adds the error of a row whose address another user has.
pub fn refuse_taken_address(desired: &mut DesiredState, column: &str, holder: &AddressHolder) {
    desired.add_error(holder.row, column, &RowError::AddressTaken { id: holder.id });
}

/// Refuses managers who are no user of the instance or the list, and managers whom the plan deletes.
pub fn check_managers(desired: &mut DesiredState, findings: &Findings) {
    let Some(column) = desired.column_of(Field::ReportsTo) else {
        return;
    };
    // Ids of managers are not checked, except that the plan must not delete them.
    if findings.deletes.is_empty() && desired.managers.is_empty() {
        return;
    }
    for row in 0..desired.rows.len() {
        if let Some(error) = manager_error(desired, findings, row, column) {
            desired.add_error(row, "reportsTo", &error);
        }
    }
}

fn manager_error(desired: &DesiredState, findings: &Findings, row: usize, column: usize) -> Option<RowError> {
    let managers = &desired.managers;
    let id = match desired.rows.cell_of(row, column)? {
        Cell::Number(id) => id,
        Cell::Manager(number) => match managers.get(number) {
            Manager::Existing(id) => id,
            Manager::ToBeCreated => return None,
            Manager::Unknown => {
                return Some(RowError::UnknownManager {
                    email: String::from_utf8_lossy(managers.email(number)).into_owned(),
                });
            }
        },
        _ => return None,
    };
    let deleted = findings.deleted_ids.find(id.to_string().as_bytes());
    deleted.map(|_| RowError::DeletedManager { id })
}

/// Checks that the plan does not delete more users than the policy allows.
///
/// # Errors
/// `TOO_MANY_DELETES`, with some of the users.
pub fn check_deletes(policy: &Policy, findings: &Findings) -> Result<(), DomoError> {
    if findings.delete_count <= policy.max_deletes {
        return Ok(());
    }
    let message = format!(
        "The plan would delete {} user{}, such as {}, but maxDeletes is {}; check that desired is complete, or raise maxDeletes",
        findings.delete_count,
        if findings.delete_count == 1 { "" } else { "s" },
        excerpt(&joined(&findings.delete_samples, ", "), 200),
        policy.max_deletes,
    );
    Err(DomoError::new(Code::TooManyDeletes, message))
}
