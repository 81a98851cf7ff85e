//! The warnings of a plan: what a person should know before applying it, one string for each kind.

use crate::directory::desired::state::DesiredState;
use crate::directory::plan::column_names::ColumnNames;
use crate::directory::plan::findings::Findings;
use crate::directory::plan::policy::Policy;
use crate::joined::joined;

/// Returns the warnings of a plan. Those about columns come first.
#[must_use]
pub fn warnings(desired: &DesiredState, policy: &Policy, findings: &Findings, names: ColumnNames) -> Vec<String> {
    let mut warnings = names.warnings;
    if let Some(rows) = desired.cleaned_addresses.describe() {
        warnings.push(format!(
            "The list has invisible characters in, or text around, the e-mail addresses of {rows}; the plan uses the addresses without them."
        ));
    }
    if let Some(rows) = findings.same_addresses.describe() {
        warnings.push(format!(
            "The e-mail addresses of {rows} differ from those in the instance only in invisible characters or in text around them; the plan treats \
             them as equal and does not change them."
        ));
    }
    let unknown_ids: Vec<String> = policy
        .protect
        .iter()
        .filter(|id| !findings.protected_ids.contains(id))
        .map(u64::to_string)
        .collect();
    if !unknown_ids.is_empty() {
        warnings.push(format!(
            "The option protect has ids that no user of the instance has: {}.",
            joined(&unknown_ids, ", ")
        ));
    }
    if !findings.kept_users.is_empty() {
        warnings.push(format!(
            "The plan does not delete users whose e-mail address is not valid, since a row may be for one of them: {}.",
            joined(&findings.kept_users, ", ")
        ));
    }
    if let Some(rows) = findings.lost_zeros.describe() {
        warnings.push(format!(
            "The numbers of {rows} lack leading zeros that the instance has; a spreadsheet has probably removed them, perhaps in other rows too. The \
             plan keeps the numbers of the instance."
        ));
    }
    if let Some(rows) = findings.other_ids.describe() {
        warnings.push(format!(
            "The ids of {rows} are not those of the users with the same {}; the plan does not use the ids.",
            desired.match_by.name()
        ));
    }
    if let Some(rows) = findings.ids_of_unmatched_users.describe() {
        warnings.push(format!(
            "The ids of {rows} are those of existing users whom no row matches, but the plan creates new users; if the addresses have changed, pass \
             matchBy: \"id\"; if the ids are those of another instance, map the column to null in the option columns."
        ));
    }
    warnings
}
