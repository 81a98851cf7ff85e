//! What a person should know about the list before applying a plan, one string for each kind of warning. `change_warnings` has those about the changes.

use crate::directory::desired::state::DesiredState;
use crate::directory::plan::add_warning::{add_warning, list};
use crate::directory::plan::column_names::ColumnNames;
use crate::directory::plan::findings::Findings;
use crate::directory::plan::policy::Policy;

/// Returns the warnings about the list. Those about columns come first.
#[must_use]
pub fn list_warnings(desired: &DesiredState, policy: &Policy, findings: &Findings, names: ColumnNames) -> Vec<String> {
    let mut warnings = names.warnings;
    add_warning(
        &mut warnings,
        "The list has invisible characters in, or text around, the e-mail addresses of ",
        desired.cleaned_addresses.describe(),
        "; the plan uses the addresses without them.",
    );
    add_warning(
        &mut warnings,
        "The list has invisible characters in, or text around, the user names of ",
        desired.cleaned_user_names.describe(),
        "; the plan uses the names without them.",
    );
    let same = " differ from those in the instance only in invisible characters or in text around them; the plan does not change them.";
    add_warning(
        &mut warnings,
        "The e-mail addresses of ",
        findings.same_addresses.describe(),
        same,
    );
    add_warning(
        &mut warnings,
        "The user names of ",
        findings.same_user_names.describe(),
        same,
    );
    let mut unknown_ids = Vec::new();
    for id in &policy.protect {
        if !findings.protected_ids.has(*id) {
            unknown_ids.push(id.to_string());
        }
    }
    add_warning(
        &mut warnings,
        "The option protect has ids that no user of the instance has: ",
        list(&unknown_ids),
        ".",
    );
    add_warning(
        &mut warnings,
        "The plan does not delete users whose e-mail address is not valid, since a row may be for one of them: ",
        list(&findings.kept_users),
        ".",
    );
    add_warning(
        &mut warnings,
        "The numbers of ",
        findings.lost_digits.describe(),
        " lack leading zeros, or digits behind the fifteenth, that the instance has; a spreadsheet has probably removed them. The plan keeps the numbers of the instance.",
    );
    add_warning(
        &mut warnings,
        "The values of ",
        findings.lost_letters.describe(),
        " have ? where the instance has letters; the file was probably saved in an encoding without these letters. The plan keeps the values of the instance.",
    );
    add_warning(
        &mut warnings,
        "The ids of ",
        findings.other_ids.describe(),
        &format!(
            " are not those of the users with the same {}; the plan does not use the ids.",
            desired.match_by.name()
        ),
    );
    add_warning(
        &mut warnings,
        "The ids of ",
        findings.ids_of_unmatched_users.describe(),
        " are those of existing users whom no row matches, but the plan creates new users; if the addresses have changed, pass matchBy: \"id\"; if the ids \
         are those of another instance, map the column to null.",
    );
    warnings
}
