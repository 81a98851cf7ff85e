//! Makes the plan that undoes what a run of `applyChanges` did.
//!
//! The changes are undone in the opposite order, since several may concern one user. A manager who is created again is named by
//! e-mail address, because the new id is not known yet; `applyChanges` looks it up. A value that `applyChanges` would refuse is left out, so that it does not
//! refuse the whole plan.
//!
//! Whoever kept a manager whom the run deleted is not among the changes of the plan: the delete lists them in `reports`.

use crate::apply::change::{Change, ChangeErrors, list_of, parse_changes};
use crate::apply::fields::{Field, fields_of, held_value, held_values, is_set_by_people};
use crate::apply::managers::{MANAGER, manager_emails, manager_ids, manager_only, without_manager};
use crate::client::update_check::{is_same_address, is_set};
use crate::directory::plan::ids::Ids;
use crate::error::DomoError;
use crate::review::losses::{Loss, Losses};
use crate::review::names::Names;
use crate::review::outcome::{ADDRESS, created_id, is_done, is_in_effect, is_result_of, is_unclear, is_unsent, number};
use crate::review::person::plain;
use crate::review::undo_values::{is_manager, is_no_manager, sendable, who, with_attribute};
use crate::user::{self, prepare_changes, prepare_new};
use crate::validation::{Errors, InvalidValue};
use crate::value::{ObjectBuilder, Value};

/// A user whom the run deleted.
struct Deleted {
    /// The create that brings the user back.
    create: Option<Value>,
}

struct Undo<'a> {
    /// The names of users in the plan. Whoever is in it was in the instance when the plan was made.
    users: Names<'a>,
    undone: Vec<Value>,
    errors: ChangeErrors,
    deleted_ids: Ids,
    /// The users with these ids.
    deleted: Vec<Deleted>,
    /// The users whom the run may have deleted.
    perhaps_deleted: Ids,
    /// The users whose manager was changed, or may have been.
    with_other_manager: Ids,
    /// The users whom the undo updates.
    updated: Ids,
    losses: Losses,
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
    let (mut undo, mut untouched) = (Undo::new(plan), 0.0);
    let mut is_same_plan = changes.len() == results.len();
    for (index, change) in changes.iter().enumerate() {
        let result = at(results, index);
        is_same_plan &= is_result_of(index, change, result);
        if let Change::Delete { id, .. } = change {
            if is_done(result) {
                undo.add_deleted(*id, at(originals, index));
            } else if is_unclear(result) {
                undo.perhaps_deleted.add(*id);
            }
        }
        if let Ok(id) = user::id(at(originals, index).field(FORMER_ID)) {
            undo.note_deleted(id, None);
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
        undo.note_other_manager(change, is_in_effect(result) || is_unclear(result));
        if is_done(result) || (is_create && created_id(result) != Value::Undefined) {
            undo.undo_change(index, original, change, result);
        } else if is_unclear(result) {
            undo.losses.note(Loss::NoResponse, "", original);
        } else if matches!(change, Change::Update { .. }) || is_create == is_unsent(result) {
            // The user exists and needs no change.
            untouched += 1.0;
        }
    }
    let updated = undo.updated.count();
    for (index, change) in changes.iter().enumerate() {
        if let (Change::Delete { id, .. }, true) = (change, is_done(at(results, index))) {
            undo.put_back_reports(index, *id, at(originals, index));
        }
    }
    let warnings = undo.losses.warnings();
    undo.errors.into_result()?;
    #[allow(clippy::cast_precision_loss)] // no plan has 2^53 changes
    let put_back = undo.updated.count().saturating_sub(updated) as f64;
    let unchanged = plan.field("unchanged").as_f64().unwrap_or_default() + untouched - put_back;
    Ok(ObjectBuilder::default()
        .set("changes", undo.undone)
        .set("unchanged", unchanged.max(0.0))
        .set("warnings", warnings)
        .set("instance", plan.field("instance").clone())
        .set("names", plan.field("names").clone())
        .object())
}

fn at(items: &[Value], index: usize) -> &Value {
    items.get(index).unwrap_or(&Value::Undefined)
}

/// The field of a create that brings a deleted user back: the id that the user had, and that nobody has any more.
const FORMER_ID: &str = "formerId";
/// The field of a delete that lists the users who keep the deleted user as their manager.
const REPORTS: &str = "reports";

impl<'a> Undo<'a> {
    fn new(plan: &'a Value) -> Self {
        Self {
            users: Names::of(plan, "users"),
            undone: Vec::new(),
            errors: ChangeErrors::default(),
            deleted_ids: Ids::default(),
            deleted: Vec::new(),
            perhaps_deleted: Ids::default(),
            with_other_manager: Ids::default(),
            updated: Ids::default(),
            losses: Losses::default(),
        }
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
        self.losses.note(loss, "", original);
        if create.is_some() && !matches!(original.field(REPORTS), Value::Array(_)) {
            self.losses.note(Loss::UnknownReports, "", original);
        }
        self.note_deleted(id, create);
    }

    fn note_deleted(&mut self, id: u64, create: Option<Value>) {
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

    /// Whether a manager was in the instance when the plan was made, and was not deleted by the run.
    fn is_in_instance(&self, id: u64) -> bool {
        self.users.get(&number(id)).is_some() && !self.deleted_ids.has(id) && !self.perhaps_deleted.has(id)
    }

    /// Adds the change that undoes another one, if there is anything to undo.
    fn undo_change(&mut self, index: usize, original: &Value, change: &Change, result: &Value) {
        let mut undo = ObjectBuilder::default();
        match change {
            Change::Create { user, then } => {
                let id = created_id(result);
                if id == Value::Undefined {
                    return self.losses.note(Loss::UnknownCreate, "", original);
                }
                let before = match result.field("user") {
                    // Of a user whom an earlier run created, only the id is known.
                    created if *held_value(created, ADDRESS) == Value::Undefined => user,
                    created => created,
                };
                undo.set("action", "delete").set("id", id);
                undo.set("before", before.clone()).set("who", who(&[before, user]));
                if !is_in_effect(result) {
                    // The user may have some of these values.
                    undo.set("then", then.clone());
                }
            }
            Change::Update { id, changes, .. } => {
                let back = self.values_before(index, original, changes);
                // A user who was deleted later is created again as before the whole plan.
                if back == Value::Undefined || self.deleted_ids.has(*id) {
                    return;
                }
                let is_in_instance =
                    manager_emails(&back).is_empty() && manager_ids(&back).iter().all(|id| self.is_in_instance(*id));
                self.updated.add(*id);
                let who = who(&[changes, result.field("user"), original.field("who")]);
                // An instance refuses the whole update if the manager does not exist.
                let parts: &[fn(&Value) -> Option<Value>] = match is_in_instance {
                    true => &[|all| Some(all.clone())],
                    false => &[without_manager, manager_only],
                };
                for part in parts {
                    let Some(back) = part(&back) else { continue };
                    undo.set("action", "update").set("id", number(*id)).set("changes", back);
                    undo.set("before", part(changes).unwrap_or_default())
                        .set("who", who.clone());
                    self.undone.push(undo.object());
                }
                return;
            }
            Change::Delete { id, .. } => {
                let Some(user) = self.deleted(*id).and_then(|deleted| deleted.create.clone()) else {
                    return;
                };
                undo.set("action", "create")
                    .set("user", user)
                    .set(FORMER_ID, number(*id));
                undo.set("then", self.attributes_before(original));
            }
        }
        self.undone.push(undo.object());
    }

    /// Notes that a user's manager was changed, or may have been, if the change names a manager.
    fn note_other_manager(&mut self, change: &Change, may_be_done: bool) {
        if let (Change::Update { id, changes, .. }, true) = (change, may_be_done)
            && fields_of(changes).iter().any(|field| field.key == MANAGER)
        {
            self.with_other_manager.add(*id);
        }
    }

    /// Restores a deleted manager for the users who still have the old id as their manager.
    fn put_back_reports(&mut self, index: usize, manager: u64, original: &Value) {
        let held = with_attribute(MANAGER, vec![Value::String(manager.to_string())]);
        for report in original.field(REPORTS).items() {
            let id = match user::id(report) {
                Ok(id) => id,
                Err(error) => {
                    self.errors.push(index, &["reports: ", &error.to_string()].concat());
                    continue;
                }
            };
            if self.with_other_manager.has(id) {
                continue;
            }
            let name = self.users.get(report).map_or(Value::Undefined, Value::from);
            let who = ObjectBuilder::default().set("displayName", name).object();
            let mut kept = ObjectBuilder::default();
            let kept = kept
                .set("id", number(id))
                .set("before", held.clone())
                .set("who", who)
                .object();
            let (changes, previous_managers) = (held.clone(), Vec::new());
            let change = Change::Update {
                id,
                changes,
                previous_managers,
            };
            self.undo_change(index, &kept, &change, &Value::Undefined);
        }
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
                false => {
                    let is_value = |value| is_set(&value) && !is_no_manager(field.key, value);
                    is_set_by_people(field.key) && field.values.iter().any(is_value)
                }
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
            let mut errors = Errors::default();
            let mut change = if field.is_top {
                let mut values = values;
                let single = if values.len() == 1 { values.pop() } else { None };
                let value = single.unwrap_or_else(|| Value::Array(field.values.to_vec()));
                ObjectBuilder::default().set(field.key, value).object()
            } else {
                with_attribute(field.key, values)
            };
            prepare_changes("changes", &mut change, &mut errors);
            // Every user has a user name, for example.
            let is_missing = match is_set_by_people(field.key) {
                true => field.is_top && field.values.is_empty(),
                false => !field.values.iter().any(|value| is_set(&value)),
            };
            if !errors.is_empty() || is_missing {
                self.note_refused(field, original);
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

    fn note_refused(&mut self, field: &Field<'_>, original: &Value) {
        let what = [&plain(&field.key.into()), " of "].concat();
        self.losses.note(Loss::Refused, &what, original);
    }

    /// Returns the values of a field as they can be sent, `null` if there are none; `None` if the field names a manager who is not created again, or nobody who
    /// can be a manager. A `null` among the values stays.
    fn sendable_values(&mut self, original: &Value, field: &Field<'_>) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        for value in field.values {
            if field.key == MANAGER && !is_manager(value) {
                // The instance would refuse the whole update.
                self.note_refused(field, original);
                return None;
            }
            let manager = match field.key {
                MANAGER => self.deleted(user::id(value).unwrap_or_default()),
                _ => None,
            };
            values.push(match manager {
                None if is_no_manager(field.key, value) => Value::Null,
                None => sendable(field.key, value),
                Some(Deleted { create: Some(create) }) => create.field(ADDRESS).clone(),
                Some(Deleted { create: None }) => {
                    self.losses.note(Loss::LostManager, "", original);
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
