//! Reads the instance once before a run, and compares its users with the changes.

use crate::apply::change::{Change, list_of};
use crate::apply::stale::{Freshness, NamedUsers, check_comparable};
use crate::client::parts::Part;
use crate::error::{Code, DomoError};
use crate::value::Value;
use crate::wasm::apply::run::Run;
use crate::wasm::client::get::find_user;
use crate::wasm::convert::{deep_value, to_js};
use crate::wasm::errors::{Error, FailedCall};
use crate::wasm::host;
use crate::wasm::streams::byte_source::collect_soon;
use crate::wasm::streams::user_stream::UserStream;
use wasm_bindgen::prelude::*;

/// The comparison of a plan with the instance.
pub struct StaleCheck {
    users: UserStream,
    /// The values before each change.
    befores: Vec<Value>,
    named: NamedUsers,
}

impl StaleCheck {
    /// Checks that all changes can be compared. Nothing is sent. `on_read` is called while the users are read.
    pub fn new(
        domo: &JsValue,
        options: &JsValue,
        on_read: Option<JsValue>,
        plan: &Value,
        changes: &[Change],
    ) -> Result<Self, Error> {
        let befores: Vec<Value> = list_of(plan)?
            .iter()
            .map(|change| change.field("before").clone())
            .collect();
        check_comparable(changes, &befores)?;
        let mut users = UserStream::new(domo, options, Some(Part::Detailed.into()))?;
        users.on_read = on_read;
        Ok(Self {
            users,
            befores,
            named: NamedUsers::default(),
        })
    }

    /// Reads the users whom the changes name. Changes that an earlier run has begun are not compared, because this run looks them up.
    pub async fn read(&mut self, run: &Run) -> Result<(), Error> {
        for ((index, change), before) in (0..).zip(&run.changes).zip(&self.befores) {
            if !run.journal.knows(index) {
                self.named.name_users_of(change, before);
            }
        }
        if self.named.is_empty() {
            return Ok(());
        }
        let users = &mut self.users;
        users.set_deadline(run.context.deadline);
        while users.read_more().await? {
            collect_soon(users.bytes().len());
            while let Some(range) = users.next_range() {
                let Some(numbers) = self.named.numbers_of(users.bytes(), range.clone()) else {
                    return Err(users.invalid_user(range));
                };
                for &number in &numbers {
                    let Some(number) = number else { continue };
                    let text = String::from_utf8_lossy(users.bytes().get(range.clone()).unwrap_or_default());
                    let user = host::parse_json(&JsValue::from_str(&text)).and_then(|user| deep_value(&user));
                    let Some(user) = user else {
                        return Err(users.invalid_user(range));
                    };
                    self.named.set(number, user);
                }
            }
        }
        // The instance may cut the list, so a user is gone only if the id shows it.
        for (index, change) in (0..).zip(&run.changes) {
            if let Some(id) = change.user_id()
                && !run.journal.knows(index)
                && self.named.user_of(change).is_none()
            {
                if run.is_over() {
                    return Err(Error::Aborted(JsValue::UNDEFINED));
                }
                if let Some(user) = find_user(&run.context, id, Part::Detailed).await? {
                    self.named.set_user_of(change, deep_value(&user).unwrap_or_default());
                }
            }
        }
        Ok(())
    }

    /// Compares a change. Returns `None` if it is to be sent; else the user as it is now if the change is in effect already, or why it fails.
    pub fn outcome(&self, run: &Run, index: u32, change: &Change) -> Option<Result<JsValue, Error>> {
        let before = self.befores.get(index as usize).unwrap_or(&Value::Undefined);
        let user = self.named.user_of(change);
        let error = match self.named.freshness(change, before) {
            Freshness::Fresh => return None,
            Freshness::InEffect => {
                // Of a create, the user is not shown: it may be older than the plan, and an undo deletes the user that a create shows.
                let shown = user.filter(|_| change.user_id().is_some());
                return Some(Ok(shown.map_or(JsValue::UNDEFINED, to_js)));
            }
            Freshness::Stale(difference) => DomoError::new(
                Code::Stale,
                format!("Not sent, since the user was changed after the plan was made: {difference}. Plan again"),
            )
            .into(),
            Freshness::Conflict => {
                let mut failed = FailedCall::from(DomoError::new(
                    Code::Conflict,
                    "Not sent, since a user with this e-mail address exists, and is not as planned (see error.existing). Plan again",
                ));
                let existing = user.cloned().unwrap_or_default();
                failed.existing = to_js(&existing.redacted(&run.context.redactor.borrow()));
                failed.into()
            }
        };
        Some(Err(error))
    }
}
