//! What the result of a run says about a change.

use crate::apply::change::Change;
use crate::apply::fields::held_value;
use crate::client::update_check::is_same_address;
use crate::user;
use crate::value::Value;

/// The field of an e-mail address.
pub const ADDRESS: &str = "emailAddress";

/// Whether the change is in effect: by the run, or since before it.
#[must_use]
pub fn is_in_effect(result: &Value) -> bool {
    result.field("status").as_str() == Some("done")
}

/// Whether the run says that the change may have taken effect, although it is not done.
#[must_use]
pub fn is_unclear(result: &Value) -> bool {
    *result.field("unclear") == Value::Bool(true)
}

/// Whether the run itself has made the change.
#[must_use]
pub fn is_done(result: &Value) -> bool {
    is_in_effect(result) && !is_unsent(result)
}

/// Whether the change was in effect before the run.
#[must_use]
pub fn is_unsent(result: &Value) -> bool {
    *result.field("unsent") == Value::Bool(true)
}

/// Returns the id of the user in the result of a create, also of one that was only half done; `Undefined` if the result does not hold it.
#[must_use]
pub fn created_id(result: &Value) -> Value {
    let id = match result.field("user").field("id") {
        Value::Undefined => result.field("userId"), // Code Engine
        id => id,
    };
    user::id(id).map_or(Value::Undefined, number)
}

/// Returns an id as a number.
#[allow(clippy::cast_precision_loss)] // an id is a safe integer
#[must_use]
pub fn number(id: u64) -> Value {
    Value::Number(id as f64)
}

/// Whether a result can be that of a change, as far as its index and its user show it: the undo of a create deletes the user of the result.
#[allow(clippy::cast_precision_loss)] // no plan has 2^53 changes
#[must_use]
pub fn is_result_of(index: usize, change: &Change, result: &Value) -> bool {
    let (user, id) = (result.field("user"), created_id(result));
    let is_same_user = match change {
        Change::Create { user: created, .. } => {
            let (one, other) = (held_value(created, ADDRESS), held_value(user, ADDRESS));
            match (one.as_str(), other.as_str()) {
                (Some(one), Some(other)) => is_same_address(one, other),
                _ => true,
            }
        }
        Change::Update { id: planned, .. } | Change::Delete { id: planned, .. } => {
            id == Value::Undefined || id == number(*planned)
        }
    };
    is_same_user && *result.field("index") == Value::Number(index as f64)
}
