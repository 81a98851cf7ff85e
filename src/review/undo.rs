//! Makes the plan that undoes what a run of `applyChanges` did.
//!
//! The changes are undone in the opposite order, since several may concern one user. Whoever reports to a user who is created again is given that user by
//! e-mail address, because the new id is not known yet; `applyChanges` looks it up. A value that `applyChanges` would refuse is left out, so that it does not
//! refuse the whole plan.

use crate::apply::change::{Change, ChangeErrors, list_of, parse_changes};
use crate::apply::fields::{Field, fields_of, held_value, held_values, is_set, is_set_by_people};
use crate::apply::managers::MANAGER;
use crate::client::update_check::is_same_address;
use crate::error::DomoError;
use crate::review::person::{person, plain};
use crate::user::{self, prepare_changes, prepare_new};
use crate::validation::{Errors, InvalidValue};
use crate::value::{ObjectBuilder, Value};

/// What cannot be undone, or not as it was.
#[derive(Clone, Copy)]
enum Loss {
    CreatedAgain,
    NotCreatedAgain,
    UnknownCreate,
    NoResponse,
    LostManager,
    Refused,
}

/// The warnings, by `Loss`.
const WARNINGS: [&str; 6] = [
    "Deleted users who are created again get a new id, without their groups, their content and what Domo itself records of them. Whoever reported to them and \
     was not changed by this plan still names the old id",
    "Deleted users who cannot be created again, since the plan does not hold a name, an address and a role that can be sent",
    "Created users who are not deleted, since the result does not hold their ids: an earlier run created them, or they existed already",
    "Changes that failed without a clear response, and may have taken effect. They are not undone: look at these users",
    "Users who do not get their manager back, since the manager was deleted and cannot be created again",
    "Values that are not set again, since applyChanges refuses them",
];
/// The most users that a warning names.
const MOST_NAMED: usize = 3;

/// The errors that leave open whether a change took effect.
const UNCLEAR: [&str; 6] = [
    "TIMEOUT",
    "NETWORK",
    "OUTCOME_UNKNOWN",
    "SERVER_ERROR",
    "BAD_RESPONSE",
    "INTERNAL",
];

/// A user whom the run deleted.
struct Deleted {
    id: u64,
    /// The create that brings the user back.
    create: Option<Value>,
}

/// The losses of one kind.
#[derive(Default)]
struct Noted {
    count: usize,
    named: Vec<String>,
}

#[derive(Default)]
struct Undo {
    /// In the order of the ids.
    deleted: Vec<Deleted>,
    losses: [Noted; WARNINGS.len()],
}

/// Returns the plan that undoes what `result` says was done of `plan`.
///
/// # Errors
/// `INVALID_INPUT` if `applyChanges` would refuse the plan, if the result is that of another plan, or if an update that was done has no `before`.
pub fn undo_plan(plan: &Value, result: &Value) -> Result<Value, DomoError> {
    let changes = parse_changes(plan)?;
    let originals = list_of(plan)?;
    let Value::Array(results) = result.field("results") else {
        let expected = "the awaited result of applyChanges, {done, failed, skipped, results}";
        return Err(InvalidValue::expected("result", expected, result).into());
    };
    check_same_plan(&changes, results)?;
    let (mut undo, mut errors) = (Undo::default(), ChangeErrors::default());
    let all = || originals.iter().zip(results).zip(&changes).enumerate();
    for (_, ((original, result), change)) in all() {
        if let (Change::Delete { id }, true) = (change, is_done(result)) {
            undo.add_deleted(*id, original);
        }
    }
    let (mut undone, mut untouched) = (Vec::new(), 0_u32);
    for (index, ((original, result), change)) in all().rev() {
        if is_done(result) || (matches!(change, Change::Create { .. }) && created_id(result) != Value::Undefined) {
            match undo.undo_change(original, change, result) {
                Ok(change) => undone.extend(change),
                Err(message) => errors.push(index, &message),
            }
            continue;
        }
        let code = result.field("error").field("code").as_str();
        if code.is_some_and(|code| UNCLEAR.contains(&code)) {
            undo.note(Loss::NoResponse, person_of(original));
        } else if !matches!(change, Change::Create { .. }) {
            untouched = untouched.saturating_add(1);
        }
    }
    errors.into_result()?;
    let unchanged = plan.field("unchanged").as_f64().unwrap_or_default() + f64::from(untouched);
    Ok(ObjectBuilder::default()
        .set("changes", undone)
        .set("unchanged", unchanged)
        .set("warnings", undo.warnings())
        .set("instance", plan.field("instance").clone())
        .set("names", plan.field("names").clone())
        .object())
}

fn is_done(result: &Value) -> bool {
    result.field("status").as_str() == Some("done")
}

/// Returns the id of the user in the result of a create, also of one that was only half done; `Undefined` if the result does not hold it.
fn created_id(result: &Value) -> Value {
    let id = match result.field("user").field("id") {
        Value::Undefined => result.field("userId"), // Code Engine
        id => id,
    };
    user::id(id).map_or(Value::Undefined, number)
}

#[allow(clippy::cast_precision_loss)] // an id is a safe integer
fn number(id: u64) -> Value {
    Value::Number(id as f64)
}

/// Refuses the result of another plan, as far as its length, its indexes and its users show it: the undo of a create deletes the user of the result.
fn check_same_plan(changes: &[Change], results: &[Value]) -> Result<(), DomoError> {
    let is_same = |(index, (change, result)): (u32, (&Change, &Value))| {
        let (user, id) = (result.field("user"), created_id(result));
        result.field("index").as_f64() == Some(f64::from(index))
            && match change {
                Change::Create { user: created, .. } => {
                    let addresses = [created, user].map(|user| held_value(user, "emailAddress").as_str());
                    !matches!(addresses, [Some(one), Some(other)] if !is_same_address(one, other))
                }
                Change::Update { id: planned, .. } | Change::Delete { id: planned } => {
                    id == Value::Undefined || id == number(*planned)
                }
            }
    };
    if changes.len() == results.len() && (0..).zip(changes.iter().zip(results)).all(is_same) {
        return Ok(());
    }
    Err(DomoError::input(
        "The result is not that of this plan: its results differ from the changes in number, order or users. Pass the plan that was applied, and the result of \
         its last run",
    ))
}

fn person_of(original: &Value) -> String {
    let known = ["who", "user", "before"].map(|name| original.field(name));
    let who = known.into_iter().find(|who| !who.fields().is_empty());
    person(who.unwrap_or(&Value::Null), original.field("id"))
}

impl Undo {
    fn note(&mut self, loss: Loss, who: String) {
        if let Some(noted) = self.losses.get_mut(loss as usize) {
            noted.count = noted.count.saturating_add(1);
            if noted.named.len() < MOST_NAMED {
                noted.named.push(who);
            }
        }
    }

    fn warnings(&self) -> Vec<Value> {
        let mut warnings = Vec::new();
        for (warning, Noted { count, named }) in WARNINGS.iter().zip(&self.losses) {
            let more = match count.saturating_sub(named.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            if *count > 0 {
                warnings.push(Value::String(format!(
                    "{warning} ({count}): {}{more}",
                    named.join(", ")
                )));
            }
        }
        warnings
    }

    /// Notes a user whom the run deleted, with the create that brings the user back. The attributes follow when all deleted users are known.
    fn add_deleted(&mut self, id: u64, original: &Value) {
        let before = original.field("before");
        let mut user = ObjectBuilder::default();
        for field in ["displayName", "emailAddress", "roleId"] {
            let value = held_value(before, field);
            let is_id_string = field == "roleId" && value.as_str().is_some();
            let id = user::id(value).ok().filter(|_| is_id_string);
            user.set(field, id.map_or_else(|| value.clone(), number));
        }
        let (mut user, mut errors) = (user.object(), Errors::default());
        prepare_new(&mut user, &mut errors);
        let create = errors.is_empty().then_some(user);
        let loss = if create.is_some() {
            Loss::CreatedAgain
        } else {
            Loss::NotCreatedAgain
        };
        self.note(loss, person_of(original));
        if let Err(at) = self.deleted.binary_search_by_key(&id, |deleted| deleted.id) {
            self.deleted.insert(at, Deleted { id, create });
        }
    }

    fn deleted(&self, id: u64) -> Option<&Deleted> {
        let at = self.deleted.binary_search_by_key(&id, |deleted| deleted.id).ok()?;
        self.deleted.get(at)
    }

    /// Returns the change that undoes another one; `None` if nothing is left to undo.
    fn undo_change(&mut self, original: &Value, change: &Change, result: &Value) -> Result<Option<Value>, String> {
        let mut undone = ObjectBuilder::default();
        match change {
            Change::Create { user, .. } => {
                let id = created_id(result);
                if id == Value::Undefined {
                    self.note(Loss::UnknownCreate, person_of(original));
                    return Ok(None);
                }
                let before = match result.field("user") {
                    Value::Undefined => user,
                    user => user,
                };
                undone.set("action", "delete").set("id", id);
                undone.set("before", before.clone()).set("who", who(&[before, user]));
            }
            Change::Update { id, changes, .. } => {
                // A user who was deleted later is created again as before the whole plan.
                if self.deleted(*id).is_some() {
                    return Ok(None);
                }
                let Some(back) = self.values_before(original, changes)? else {
                    return Ok(None);
                };
                undone.set("action", "update").set("id", number(*id));
                undone.set("changes", back).set("before", changes.clone());
                undone.set("who", who(&[changes, result.field("user"), original.field("who")]));
            }
            Change::Delete { id } => {
                let Some(user) = self.deleted(*id).and_then(|deleted| deleted.create.clone()) else {
                    return Ok(None);
                };
                let attributes = self.attributes_before(original);
                undone.set("action", "create").set("user", user);
                if !attributes.is_empty() {
                    undone.set("then", ObjectBuilder::default().set("attributes", attributes).object());
                }
            }
        }
        Ok(Some(undone.object()))
    }

    /// Returns the changes that give a user the values before an update; `None` if there are none.
    fn values_before(&mut self, original: &Value, changes: &Value) -> Result<Option<Value>, String> {
        let before = original.field("before");
        let (mut back, mut attributes) = (ObjectBuilder::default(), Vec::new());
        for field in fields_of(changes) {
            let held = held_values(before, &field);
            if !matches!(before, Value::Object(_)) || (field.is_top && held.is_empty()) {
                return Err(format!(
                    "before does not hold {}, so this update cannot be undone",
                    plain(&field.key.into())
                ));
            }
            let Some(changes) = self.changes_to(original, &field, held) else {
                continue;
            };
            attributes.extend_from_slice(changes.field("attributes").items());
            if field.is_top {
                back.set(field.key, changes.field(field.key).clone());
            }
        }
        if !attributes.is_empty() {
            back.set("attributes", attributes);
        }
        let back = back.object();
        Ok((!back.fields().is_empty()).then_some(back))
    }

    /// Returns the attributes of a deleted user that people set.
    fn attributes_before(&mut self, original: &Value) -> Vec<Value> {
        let before = original.field("before");
        let mut attributes = Vec::new();
        for field in fields_of(before) {
            // Of the fields of the user itself, only the user name is an attribute for updates, unless it is the address, which Domo makes it.
            let is_attribute = if field.is_top {
                field.key == "userName"
            } else {
                is_set_by_people(field.key)
            };
            let is_repeated = attributes
                .iter()
                .any(|set: &Value| set.field("key").as_str() == Some(field.key));
            let is_address = field.key == "userName"
                && matches!(
                    (field.values, held_value(before, "emailAddress")),
                    ([Value::String(name)], Value::String(email)) if is_same_address(name, email)
                );
            if is_attribute && !is_repeated && !is_address && field.values.iter().any(|value| is_set(&value)) {
                let field = Field { is_top: false, ..field };
                let changes = self.changes_to(original, &field, field.values);
                attributes.extend(
                    changes
                        .iter()
                        .flat_map(|changes| changes.field("attributes").items())
                        .cloned(),
                );
            }
        }
        attributes
    }

    /// Returns the changes that set a field to the values that were held, or clear it if there are none; `None` if they cannot be set, which becomes a warning.
    fn changes_to(&mut self, original: &Value, field: &Field<'_>, held: &[Value]) -> Option<Value> {
        let mut values: Vec<Value> = held.iter().filter(is_set).cloned().collect();
        for value in &mut values {
            let Ok(id) = user::id(value) else {
                continue;
            };
            if field.key == "roleId" {
                *value = number(id); // an instance may return it as a string
            }
            if field.key != MANAGER {
                continue;
            }
            match self.deleted(id).map(|manager| &manager.create) {
                None => {}
                Some(Some(create)) => *value = create.field("emailAddress").clone(),
                Some(None) => {
                    self.note(Loss::LostManager, person_of(original));
                    return None;
                }
            }
        }
        if values.is_empty() {
            values.push(Value::Null);
        }
        let mut changes = ObjectBuilder::default();
        match (field.is_top, values.as_slice()) {
            (true, [single]) => changes.set(field.key, single.clone()),
            (true, _) => changes.set(field.key, values),
            (false, _) => {
                let attribute = ObjectBuilder::default()
                    .set("key", field.key)
                    .set("values", values)
                    .object();
                changes.set("attributes", vec![attribute])
            }
        };
        let (mut changes, mut errors) = (changes.object(), Errors::default());
        prepare_changes("changes", &mut changes, &mut errors);
        if errors.is_empty() {
            return Some(changes);
        }
        self.note(
            Loss::Refused,
            format!("{} of {}", plain(&field.key.into()), person_of(original)),
        );
        None
    }
}

/// Returns the name and the address of a user, each from the first of these that holds it.
fn who(known: &[&Value]) -> Value {
    let mut who = ObjectBuilder::default();
    for field in ["displayName", "emailAddress"] {
        let value = known
            .iter()
            .map(|user| held_value(user, field))
            .find(|value| value.as_str().is_some());
        who.set(field, value.cloned().unwrap_or_default());
    }
    who.object()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
