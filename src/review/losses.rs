//! What an undo cannot bring back, or not as it was: one warning for each kind, with the first users.

use crate::review::person::person_of;
use crate::value::Value;

/// What cannot be undone, or not as it was.
#[derive(Clone, Copy)]
pub enum Loss {
    /// A deleted user is created again.
    CreatedAgain,
    /// A deleted user cannot be created again.
    NotCreatedAgain,
    /// The plan does not know who reported to a deleted user.
    UnknownReports,
    /// The id of a created user is not known.
    UnknownCreate,
    /// It is not known whether a change took effect.
    NoResponse,
    /// A user does not get the manager back.
    LostManager,
    /// A value is not set back.
    Refused,
}

/// The warnings, by `Loss`.
const WARNINGS: [&str; 7] = [
    "Deleted users who are created again get a new id, without their groups, their content and what Domo itself records",
    "Deleted users who cannot be created again, since the plan holds no valid name, address and role",
    "Deleted users for whom the plan does not know who reported to them. Whoever did, and is not in this plan, still names the old id or has no manager",
    "Created users who are not deleted, since the result does not hold their ids",
    "Changes that failed without a clear response, and may have taken effect. They are not undone: look at these users",
    "Users who do not get their manager back, since the manager was deleted and is not created again",
    "Values that are not set back, since the user had none, or one that applyChanges refuses",
];

impl Loss {
    /// Returns the most users that the warning names: more if a person must look at each of them.
    fn most_named(self) -> usize {
        match self {
            Loss::NoResponse => MOST_UNCLEAR,
            _ => MOST_NAMED,
        }
    }
}

/// The most users that a warning names.
const MOST_NAMED: usize = 3;
/// The most users that the warning about unclear changes names.
const MOST_UNCLEAR: usize = 20;

/// The losses of one kind.
#[derive(Default)]
struct Noted {
    count: usize,
    named: String,
    /// What follows the names.
    more: &'static str,
}

/// The losses of an undo.
#[derive(Default)]
pub struct Losses([Noted; WARNINGS.len()]);

impl Losses {
    /// Notes the loss of `what`, which may be empty, of the user of a change.
    #[inline(never)]
    pub fn note(&mut self, loss: Loss, what: &str, change: &Value) {
        if let Some(noted) = self.0.get_mut(loss as usize) {
            noted.count = noted.count.saturating_add(1);
            let most = loss.most_named();
            if noted.count > most {
                noted.more = ", …";
            } else {
                let separator = if noted.count > 1 { ", " } else { "" };
                for part in &[separator, what, &person_of(change)] {
                    noted.named.push_str(part);
                }
            }
        }
    }

    /// Returns the warnings.
    #[must_use]
    pub fn warnings(&self) -> Vec<Value> {
        let mut warnings = Vec::new();
        for (warning, Noted { count, named, more }) in WARNINGS.iter().zip(&self.0) {
            if *count > 0 {
                warnings.push(Value::String(
                    [warning, " (", &count.to_string(), "): ", named, more].concat(),
                ));
            }
        }
        warnings
    }
}
