//! The requests of a change, in four phases: managers are set after all users exist, and users are deleted last.

use crate::apply::change::Change;
use crate::apply::managers::{manager_only, names_manager, without_manager};
use crate::value::Value;

/// A phase of a run; each ends before the next starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Creates, each followed by the fields that Create User does not take.
    Create,
    /// Updates that name no manager.
    Update,
    /// Updates that name a manager.
    Manage,
    /// Deletes.
    Delete,
}

/// The phases in their order.
pub const PHASES: [Phase; 4] = [Phase::Create, Phase::Update, Phase::Manage, Phase::Delete];

/// A step of a change, as a journal names it. Each but the last calls one endpoint function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `createUser`.
    Create,
    /// `updateUser` with the fields that Create User does not take.
    Then,
    /// `updateUser`.
    Update,
    /// `updateUser` with a manager.
    Manage,
    /// `deleteUser`.
    Delete,
    /// No request: marks a change that has failed. A run with a cursor does not try the change again. This step is part of cursors, but never of journals.
    GiveUp,
}

/// All steps, in the order of their discriminants.
pub const STEPS: [Step; 6] = [
    Step::Create,
    Step::Then,
    Step::Update,
    Step::Manage,
    Step::Delete,
    Step::GiveUp,
];

impl Step {
    /// Returns the name of the step in a journal.
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

/// A request of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRequest {
    /// The step that the request carries out.
    pub step: Step,
    /// What is sent; `Undefined` for a delete.
    pub body: Value,
}

/// Returns the requests that a change makes in a phase, in their order.
#[must_use]
pub fn requests_of(change: &Change, phase: Phase) -> Vec<StepRequest> {
    let (step, body) = match (change, phase) {
        (Change::Create { user, then }, Phase::Create) => {
            let create = StepRequest {
                step: Step::Create,
                body: user.clone(),
            };
            let mut requests = vec![create];
            if let Some(body) = without_manager(then) {
                requests.push(StepRequest { step: Step::Then, body });
            }
            return requests;
        }
        (Change::Create { then, .. }, _) => (Step::Manage, manager_only(then)),
        (Change::Update { changes, .. }, Phase::Manage) => (Step::Manage, Some(changes.clone())),
        (Change::Update { changes, .. }, _) => (Step::Update, Some(changes.clone())),
        (Change::Delete { .. }, _) => (Step::Delete, Some(Value::Undefined)),
    };
    match body {
        Some(body) => vec![StepRequest { step, body }],
        None => Vec::new(),
    }
}

/// Whether a change makes requests in a phase.
#[must_use]
pub fn change_has_phase(change: &Change, phase: Phase) -> bool {
    match (change, phase) {
        (Change::Create { .. }, Phase::Create) | (Change::Delete { .. }, Phase::Delete) => true,
        (Change::Create { then, .. }, Phase::Manage) => names_manager(then),
        (Change::Update { changes, .. }, Phase::Update) => !names_manager(changes),
        (Change::Update { changes, .. }, Phase::Manage) => names_manager(changes),
        _ => false,
    }
}

/// Returns the number of phases, from this one on, in which a change makes requests.
#[must_use]
pub fn phases_left(change: &Change, phase: Phase) -> u32 {
    PHASES
        .into_iter()
        .skip_while(|one| *one != phase)
        .map(|phase| u32::from(change_has_phase(change, phase)))
        .sum()
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
            previous_managers: Vec::new(),
        }
    }

    const DELETE: Change = Change::Delete {
        id: 7,
        then: Value::Undefined,
    };

    const BOTH: &str =
        r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]},{"key":"reportsTo","values":["Boss@x.co"]}]}"#;

    #[test]
    fn managers_are_set_after_all_creates_and_updates() {
        let create = Change::Create {
            user: Value::Null,
            then: changes(BOTH),
        };
        let phases = |change: &Change| {
            PHASES
                .into_iter()
                .filter(|phase| change_has_phase(change, *phase))
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
        assert_eq!(phases(&DELETE), [Phase::Delete]);
        assert_eq!(PHASES.map(|phase| phases_left(&create, phase)), [2, 1, 1, 0]);
    }

    #[test]
    fn each_phase_of_a_change_has_its_requests_in_order() {
        let create = Change::Create {
            user: changes(r#"{"displayName":"J"}"#),
            then: changes(BOTH),
        };
        let steps = |change: &Change, phase| {
            let requests = requests_of(change, phase).into_iter();
            requests.map(|request| (request.step, request.body)).collect::<Vec<_>>()
        };
        assert_eq!(
            steps(&create, Phase::Create),
            [
                (Step::Create, changes(r#"{"displayName":"J"}"#)),
                (
                    Step::Then,
                    changes(r#"{"roleId":2,"attributes":[{"key":"title","values":["x"]}]}"#)
                )
            ]
        );
        assert_eq!(
            steps(&create, Phase::Manage),
            [(
                Step::Manage,
                changes(r#"{"attributes":[{"key":"reportsTo","values":["Boss@x.co"]}]}"#)
            )]
        );
        let plain_create = Change::Create {
            user: Value::Null,
            then: Value::Undefined,
        };
        assert_eq!(steps(&plain_create, Phase::Create), [(Step::Create, Value::Null)]);
        assert_eq!(steps(&update(BOTH), Phase::Manage), [(Step::Manage, changes(BOTH))]);
        assert_eq!(
            steps(&update(r#"{"roleId":2}"#), Phase::Update),
            [(Step::Update, changes(r#"{"roleId":2}"#))]
        );
        assert_eq!(steps(&DELETE, Phase::Delete), [(Step::Delete, Value::Undefined)]);
    }
}
