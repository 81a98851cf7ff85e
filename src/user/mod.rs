//! A user, as a caller gives it: cleaned and checked before it is sent.

mod check;
mod clean;
pub mod date;
mod id;
mod path;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use id::id;

use crate::validation::Errors;
use crate::value::Value;

/// Prepares a new user for Create User: cleans addresses, names and dates, and checks the required fields. Returns whether it changed anything.
pub fn prepare_new(user: &mut Value, errors: &mut Errors) -> bool {
    if !matches!(user, Value::Object(_)) {
        errors.push_expected("user", "an object {displayName, emailAddress, roleId}", user);
        return false;
    }
    let is_changed = clean::user(user);
    check::new_user(user, errors);
    is_changed
}

/// Prepares the changes of a user for Update User: cleans addresses, names and dates, and checks that there is at least one field, each as its
/// endpoint takes it. `name` is the name of the argument, for errors. Returns whether it changed anything.
pub fn prepare_changes(name: &str, changes: &mut Value, errors: &mut Errors) -> bool {
    let is_changed = clean::user(changes);
    check::changes(name, changes, errors);
    is_changed
}
