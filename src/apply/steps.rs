//! The calls that a change takes, in four phases: who must exist comes before who is named as a manager, and who goes, goes last.

use crate::apply::change::Change;
use crate::text::find;
use crate::user;
use crate::value::Value;

/// The attribute that names a user's manager.
pub const MANAGER: &str = "reportsTo";

/// The phases, each of which ends before the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Creates, each with what it cannot carry right after it.
    Create,
    /// Updates that name no manager.
    Update,
    /// Updates that do.
    Manage,
    /// Deletes.
    Delete,
}

/// In the order in which they come.
pub const PHASES: [Phase; 4] = [Phase::Create, Phase::Update, Phase::Manage, Phase::Delete];

/// A call, as a journal names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `createUser`.
    Create,
    /// `updateUser` with what the create could not carry.
    Then,
    /// `updateUser`.
    Update,
    /// `updateUser` with a manager.
    Manage,
    /// `deleteUser`.
    Delete,
    /// No call: the change has failed, and a run that goes on from a cursor leaves it at that.
    GiveUp,
}

/// All of them, in the order of their numbers.
pub const STEPS: [Step; 6] = [
    Step::Create,
    Step::Then,
    Step::Update,
    Step::Manage,
    Step::Delete,
    Step::GiveUp,
];

impl Step {
    /// As a journal spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Step::Create => "create",
            Step::Then => "then",
            Step::Update => "update",
            Step::Manage => "manage",
            Step::Delete => "delete",
            Step::GiveUp => "give-up",
        }
    }
}

/// The calls that a change makes in a phase, one after the other, and what each of them sends.
#[must_use]
pub fn calls(change: &Change, phase: Phase) -> Vec<(Step, Value)> {
    let mut calls = Vec::new();
    let (step, sent) = match (change, phase) {
        (Change::Create { user, then }, Phase::Create) => {
            calls.push((Step::Create, user.clone()));
            (Step::Then, without_manager(then))
        }
        (Change::Create { then, .. }, _) => (Step::Manage, manager_only(then)),
        (Change::Update { changes, .. }, Phase::Manage) => (Step::Manage, Some(changes.clone())),
        (Change::Update { changes, .. }, _) => (Step::Update, Some(changes.clone())),
        (Change::Delete { .. }, _) => (Step::Delete, Some(Value::Undefined)),
    };
    if let Some(sent) = sent {
        calls.push((step, sent));
    }
    calls
}

/// Whether a change makes calls in a phase.
#[must_use]
pub fn has_work(change: &Change, phase: Phase) -> bool {
    match (change, phase) {
        (Change::Create { .. }, Phase::Create) | (Change::Delete { .. }, Phase::Delete) => true,
        (Change::Create { then, .. }, Phase::Manage) => names_manager(then),
        (Change::Update { changes, .. }, Phase::Update) => !names_manager(changes),
        (Change::Update { changes, .. }, Phase::Manage) => names_manager(changes),
        _ => false,
    }
}

/// In how many phases, from this one on, a change has something to do.
#[must_use]
pub fn work_from(change: &Change, phase: Phase) -> u32 {
    let (mut work, mut is_reached) = (0_u32, false);
    for &one in &PHASES {
        is_reached |= one == phase;
        work = work.saturating_add(u32::from(is_reached && has_work(change, one)));
    }
    work
}

fn is_manager(attribute: &Value) -> bool {
    attribute.field("key").text() == Some(MANAGER)
}

/// Whether changes say who somebody's manager is; to clear it needs nobody.
#[must_use]
pub fn names_manager(changes: &Value) -> bool {
    let names = |value: &Value| !matches!(value, Value::Null | Value::Undefined);
    changes
        .field("attributes")
        .items()
        .iter()
        .any(|attribute| is_manager(attribute) && attribute.field("values").items().iter().any(names))
        || names(changes.field(MANAGER))
}

/// Changes without those of the manager; `None` where nothing is left.
#[must_use]
pub fn without_manager(changes: &Value) -> Option<Value> {
    kept(changes, &|attribute| !is_manager(attribute), &|name| name != MANAGER)
}

/// The changes of the manager alone.
#[must_use]
pub fn manager_only(changes: &Value) -> Option<Value> {
    kept(changes, &is_manager, &|name| name == MANAGER)
}

fn kept(changes: &Value, attribute: &dyn Fn(&Value) -> bool, top_level: &dyn Fn(&str) -> bool) -> Option<Value> {
    let mut fields = Vec::new();
    for (name, value) in changes.fields() {
        if name == "attributes" {
            let mut list = Vec::new();
            for item in value.items().iter().filter(|item| attribute(item)) {
                list.push(item.clone());
            }
            if !list.is_empty() {
                fields.push((name.clone(), Value::Array(list)));
            }
        } else if top_level(name) {
            fields.push((name.clone(), value.clone()));
        }
    }
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// What managers are named by.
fn managers(changes: &Value) -> Vec<&Value> {
    let mut named = vec![changes.field(MANAGER)];
    for item in changes.field("attributes").items() {
        if is_manager(item) {
            named.extend(item.field("values").items());
        }
    }
    named
}

/// The e-mail addresses by which managers are named.
#[must_use]
pub fn managers_by_email(changes: &Value) -> Vec<&str> {
    let texts = managers(changes).into_iter().filter_map(Value::text);
    texts.filter(|text| find(text, "@").is_some()).collect()
}

/// The ids by which managers are named.
#[must_use]
pub fn manager_ids(changes: &Value) -> Vec<u64> {
    managers(changes)
        .into_iter()
        .filter_map(|value| user::id(value).ok())
        .collect()
}

/// Each value of an attribute as `id` says it.
fn name_values(attribute: &mut Value, id: &dyn Fn(&Value) -> Value) {
    let Value::Object(fields) = attribute else { return };
    for (name, value) in fields {
        if let (Value::Array(values), "values") = (value, name.as_str()) {
            for value in values {
                *value = id(value);
            }
        }
    }
}

/// The same with an id in place of each e-mail address.
#[must_use]
pub fn with_managers(changes: &Value, id_of: &dyn Fn(&str) -> Option<String>) -> Value {
    let id = |value: &Value| match value.text().and_then(id_of) {
        Some(id) => Value::String(id),
        None => value.clone(),
    };
    let mut changes = changes.clone();
    let Value::Object(fields) = &mut changes else {
        return changes;
    };
    for (name, value) in fields {
        match value {
            Value::Array(items) if name == "attributes" => {
                for item in items.iter_mut().filter(|item| is_manager(item)) {
                    name_values(item, &id);
                }
            }
            other if name == MANAGER => *other = id(other),
            _ => {}
        }
    }
    changes
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn changes(json: &str) -> Value {
        Value::from_json(json)
    }

    fn update(json: &str) -> Change {
        Change::Update {
            id: 7,
            changes: changes(json),
            leaves: Vec::new(),
        }
    }

    const BOTH: &str =
        r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]},{"key":"reportsTo","values":["Boss@x.co"]}]}"#;

    #[test]
    fn managers_come_behind_all_others() {
        let create = Change::Create {
            user: Value::Null,
            then: changes(BOTH),
        };
        let phases = |change: &Change| {
            PHASES
                .into_iter()
                .filter(|phase| has_work(change, *phase))
                .collect::<Vec<_>>()
        };
        assert_eq!(phases(&create), [Phase::Create, Phase::Manage]);
        assert_eq!(phases(&update(BOTH)), [Phase::Manage]);
        assert_eq!(phases(&update(r#"{"roleId":2}"#)), [Phase::Update]);
        assert_eq!(
            phases(&update(r#"{"attributes":[{"key":"reportsTo","values":[null]}]}"#)),
            [Phase::Update]
        );
        assert_eq!(phases(&update(r#"{"reportsTo":"9"}"#)), [Phase::Manage]);
        assert_eq!(phases(&Change::Delete { id: 7 }), [Phase::Delete]);
        assert_eq!(PHASES.map(|phase| work_from(&create, phase)), [2, 1, 1, 0]);
    }

    #[test]
    fn the_two_halves_are_the_whole() {
        let both = changes(BOTH);
        assert_eq!(
            without_manager(&both),
            Some(changes(r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]}]}"#))
        );
        assert_eq!(
            manager_only(&both),
            Some(changes(
                r#"{"attributes":[{"key":"reportsTo","values":["Boss@x.co"]}]}"#
            ))
        );
        assert_eq!(without_manager(&changes(r#"{"reportsTo":"9"}"#)), None);
    }

    #[test]
    fn e_mail_addresses_become_ids() {
        let both = changes(BOTH);
        assert_eq!(managers_by_email(&both), ["Boss@x.co"]);
        let known = with_managers(&both, &|email| (email == "Boss@x.co").then(|| "9".to_owned()));
        assert_eq!(
            known,
            changes(r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]},{"key":"reportsTo","values":["9"]}]}"#)
        );
        assert!(managers_by_email(&known).is_empty());
        assert_eq!(with_managers(&both, &|_| None), both);
    }
}
