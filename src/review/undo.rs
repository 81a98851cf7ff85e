//! Makes the plan that undoes what a run of `applyChanges` did.
//!
//! The changes are undone in the opposite order, since several may concern one user. Whoever reports to a user who is created again is given that user by
//! e-mail address, because the new id is not known yet; `applyChanges` looks it up. A value that `applyChanges` would refuse is left out, so that it does not
//! refuse the whole plan.

use crate::apply::change::{Change, ChangeErrors, list_of, parse_changes};
use crate::apply::fields::{Field, fields_of, held_value, held_values, is_set_by_people};
use crate::apply::managers::MANAGER;
use crate::client::update_check::{is_same_address, is_set};
use crate::directory::plan::ids::Ids;
use crate::error::DomoError;
use crate::review::person::{person_of, plain};
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
    "Deleted users who are created again get a new id, without their groups, their content and what Domo itself records. Whoever reported to them, and is not in this plan, still names the old id",
    "Deleted users who cannot be created again, since the plan holds no valid name, address and role",
    "Created users who are not deleted, since the result does not hold their ids: an earlier run created them",
    "Changes that failed without a clear response, and may have taken effect. They are not undone: look at these users",
    "Users who do not get their manager back, since the manager was deleted and cannot be created again",
    "Values that are not set back, since the user had none, or one that applyChanges refuses",
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
    /// The create that brings the user back.
    create: Option<Value>,
}

/// The losses of one kind.
#[derive(Default)]
struct Noted {
    count: usize,
    named: String,
}

#[derive(Default)]
struct Undo {
    undone: Vec<Value>,
    errors: ChangeErrors,
    deleted_ids: Ids,
    /// The users with these ids.
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
    let (mut undo, mut untouched) = (Undo::default(), 0.0);
    let mut is_same_plan = changes.len() == results.len();
    for (index, change) in changes.iter().enumerate() {
        let result = at(results, index);
        is_same_plan &= is_result_of(index, change, result);
        if let (Change::Delete { id }, true) = (change, is_done(result)) {
            undo.add_deleted(*id, at(originals, index));
        }
    }
    if !is_same_plan {
        return Err(DomoError::input(
            "The result is not that of this plan: the changes differ in number, order or users. Pass the plan that was applied, and the result of its last run",
        ));
    }
    for (index, change) in changes.iter().enumerate().rev() {
        let (original, result) = (at(originals, index), at(results, index));
        let is_create = change.user_id().is_none();
        let code = result.field("error").field("code").as_str().unwrap_or_default();
        if is_done(result) || (is_create && created_id(result) != Value::Undefined) {
            undo.undo_change(index, original, change, result);
        } else if UNCLEAR.contains(&code) {
            undo.note(Loss::NoResponse, "", original);
        } else if matches!(change, Change::Update { .. }) || is_create == is_unsent(result) {
            // The user exists and needs no change.
            untouched += 1.0;
        }
    }
    let warnings = undo.warnings();
    undo.errors.into_result()?;
    let unchanged = plan.field("unchanged").as_f64().unwrap_or_default() + untouched;
    Ok(ObjectBuilder::default()
        .set("changes", undo.undone)
        .set("unchanged", unchanged)
        .set("warnings", warnings)
        .set("instance", plan.field("instance").clone())
        .set("names", plan.field("names").clone())
        .object())
}

fn at(items: &[Value], index: usize) -> &Value {
    items.get(index).unwrap_or(&Value::Undefined)
}

/// Whether the run itself has made the change.
fn is_done(result: &Value) -> bool {
    result.field("status").as_str() == Some("done") && !is_unsent(result)
}

/// Whether the change was in effect before the run.
fn is_unsent(result: &Value) -> bool {
    *result.field("unsent") == Value::Bool(true)
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

/// Whether a result can be that of a change, as far as its index and its user show it: the undo of a create deletes the user of the result.
#[allow(clippy::cast_precision_loss)] // no plan has 2^53 changes
fn is_result_of(index: usize, change: &Change, result: &Value) -> bool {
    let (user, id) = (result.field("user"), created_id(result));
    let is_same_user = match change {
        Change::Create { user: created, .. } => {
            let (one, other) = (held_value(created, ADDRESS), held_value(user, ADDRESS));
            match (one.as_str(), other.as_str()) {
                (Some(one), Some(other)) => is_same_address(one, other),
                _ => true,
            }
        }
        Change::Update { id: planned, .. } | Change::Delete { id: planned } => {
            id == Value::Undefined || id == number(*planned)
        }
    };
    is_same_user && *result.field("index") == Value::Number(index as f64)
}

const ADDRESS: &str = "emailAddress";

impl Undo {
    #[inline(never)]
    fn note(&mut self, loss: Loss, what: &str, original: &Value) {
        if let Some(noted) = self.losses.get_mut(loss as usize) {
            noted.count = noted.count.saturating_add(1);
            if noted.count <= MOST_NAMED {
                let separator = if noted.count > 1 { ", " } else { "" };
                for part in &[separator, what, &person_of(original)] {
                    noted.named.push_str(part);
                }
            }
        }
    }

    fn warnings(&self) -> Vec<Value> {
        let mut warnings = Vec::new();
        for (warning, Noted { count, named }) in WARNINGS.iter().zip(&self.losses) {
            if *count > 0 {
                let more = if *count > MOST_NAMED { ", …" } else { "" };
                warnings.push(Value::String(
                    [warning, " (", &count.to_string(), "): ", named, more].concat(),
                ));
            }
        }
        warnings
    }

    /// Notes a user whom the run deleted, with the create that brings the user back. The attributes follow when all deleted users are known.
    fn add_deleted(&mut self, id: u64, original: &Value) {
        let (mut user, mut errors) = (ObjectBuilder::default(), Errors::default());
        for field in &["displayName", ADDRESS, "roleId"] {
            user.set(field, sendable(field, held_value(original.field("before"), field)));
        }
        let mut user = user.object();
        prepare_new(&mut user, &mut errors);
        let create = errors.is_empty().then_some(user);
        let loss = if create.is_some() {
            Loss::CreatedAgain
        } else {
            Loss::NotCreatedAgain
        };
        self.note(loss, "", original);
        let number = self.deleted_ids.find(id);
        match number.and_then(|number| self.deleted.get_mut(number)) {
            Some(deleted) => deleted.create = create,
            None => {
                self.deleted_ids.add(id);
                self.deleted.push(Deleted { create });
            }
        }
    }

    fn deleted(&self, id: u64) -> Option<&Deleted> {
        self.deleted.get(self.deleted_ids.find(id)?)
    }

    /// Adds the change that undoes another one, if there is anything to undo.
    fn undo_change(&mut self, index: usize, original: &Value, change: &Change, result: &Value) {
        let mut undo = ObjectBuilder::default();
        match change {
            Change::Create { user, .. } => {
                let id = created_id(result);
                if id == Value::Undefined {
                    return self.note(Loss::UnknownCreate, "", original);
                }
                let before = match result.field("user") {
                    Value::Undefined => user,
                    user => user,
                };
                undo.set("action", "delete").set("id", id);
                undo.set("before", before.clone()).set("who", who(&[before, user]));
            }
            Change::Update { id, changes, .. } => {
                let back = self.values_before(index, original, changes);
                // A user who was deleted later is created again as before the whole plan.
                if back == Value::Undefined || self.deleted_ids.has(*id) {
                    return;
                }
                undo.set("action", "update").set("id", number(*id));
                undo.set("changes", back).set("before", changes.clone());
                undo.set("who", who(&[changes, result.field("user"), original.field("who")]));
            }
            Change::Delete { id } => {
                let Some(user) = self.deleted(*id).and_then(|deleted| deleted.create.clone()) else {
                    return;
                };
                undo.set("action", "create").set("user", user);
                undo.set("then", self.attributes_before(original));
            }
        }
        self.undone.push(undo.object());
    }

    /// Returns the changes that give a user the values before an update; `Undefined` if there are none.
    fn values_before(&mut self, index: usize, original: &Value, changes: &Value) -> Value {
        let before = original.field("before");
        if !matches!(before, Value::Object(_)) {
            self.errors
                .push(index, "before is missing, so this update cannot be undone");
        }
        let mut fields = fields_of(changes);
        for field in &mut fields {
            field.values = held_values(before, field);
        }
        self.changes_to(original, &fields)
    }

    /// Returns the changes that give a user who is created again the attributes that people had set; `Undefined` if there are none.
    fn attributes_before(&mut self, original: &Value) -> Value {
        let before = original.field("before");
        let address = held_value(before, ADDRESS).as_str().unwrap_or_default();
        // Domo makes the address the user name.
        let is_address = |name: &Value| name.as_str().is_some_and(|name| is_same_address(name, address));
        let mut fields = Vec::new();
        for field in fields_of(before) {
            // The user name is a field of the user, but is changed as an attribute.
            let is_name = field.key == "userName";
            let is_wanted = match is_name {
                true => !field.values.iter().all(is_address),
                false => is_set_by_people(field.key) && field.values.iter().any(|value| is_set(&value)),
            };
            if is_wanted && field.is_top == is_name {
                fields.push(Field { is_top: false, ..field });
            }
        }
        self.changes_to(original, &fields)
    }

    /// Returns the changes that set these fields to their values, or clear those without values; `Undefined` if there are none. Fields that cannot be set are
    /// left out, and become warnings.
    fn changes_to(&mut self, original: &Value, fields: &[Field<'_>]) -> Value {
        let (mut changes, mut attributes) = (ObjectBuilder::default(), Vec::new());
        for field in fields {
            let Some(values) = self.sendable_values(original, field) else {
                continue;
            };
            let (mut change, mut errors) = (ObjectBuilder::default(), Errors::default());
            if field.is_top {
                let mut values = values;
                let single = if values.len() == 1 { values.pop() } else { None };
                change.set(field.key, single.unwrap_or_else(|| Value::Array(field.values.to_vec())));
            } else {
                let mut attribute = ObjectBuilder::default();
                let attribute = attribute.set("key", field.key).set("values", values).object();
                change.set("attributes", vec![attribute]);
            }
            let mut change = change.object();
            prepare_changes("changes", &mut change, &mut errors);
            if !errors.is_empty() || (field.is_top && field.values.is_empty()) {
                let what = [&plain(&field.key.into()), " of "].concat();
                self.note(Loss::Refused, &what, original);
                continue;
            }
            attributes.extend_from_slice(change.field("attributes").items());
            changes.set(field.key, change.field(field.key).clone());
        }
        if !attributes.is_empty() {
            changes.set("attributes", attributes);
        }
        match changes.object() {
            changes if changes.fields().is_empty() => Value::Undefined,
            changes => changes,
        }
    }

    /// Returns the values of a field as they can be sent, `null` if there are none; `None` if the field names a manager who is not created again. A `null`
    /// among the values stays.
    fn sendable_values(&mut self, original: &Value, field: &Field<'_>) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        for value in field.values {
            let manager = match field.key {
                MANAGER => self.deleted(user::id(value).unwrap_or_default()),
                _ => None,
            };
            values.push(match manager {
                None => sendable(field.key, value),
                Some(Deleted { create: Some(create) }) => create.field(ADDRESS).clone(),
                Some(Deleted { create: None, .. }) => {
                    self.note(Loss::LostManager, "", original);
                    return None;
                }
            });
        }
        if values.is_empty() {
            values.push(Value::Null);
        }
        Some(values)
    }
}

/// Returns a value as it can be sent: an instance may return the id of a role as a string.
fn sendable(key: &str, value: &Value) -> Value {
    match user::id(value) {
        Ok(id) if key == "roleId" => number(id),
        _ => value.clone(),
    }
}

/// Returns the name and the address of a user, each from the first of these that holds it.
fn who(known: &[&Value]) -> Value {
    let mut who = ObjectBuilder::default();
    for field in &["displayName", ADDRESS] {
        let mut held = known.iter().map(|user| held_value(user, field));
        who.set(
            field,
            held.find(|value| value.as_str().is_some()).cloned().unwrap_or_default(),
        );
    }
    who.object()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
