//! What a run reports about each change.

use wasm_bindgen::prelude::*;

use crate::apply::change::Change;
use crate::wasm::errors::Error;
use crate::wasm::host;

/// The result of a change.
#[derive(Default)]
pub struct ChangeResult {
    /// The id of the user whom the change is about; `None` before a create is done.
    pub id: Option<u64>,
    /// The user as the instance returned it; `undefined` if it did not.
    pub user: JsValue,
    /// Why the change failed, or what went wrong after it was done; else `undefined`.
    pub error: JsValue,
    /// Whether the change was in effect already, so that nothing was sent.
    pub is_unsent: bool,
    /// Whether the step that was carried out last may have taken effect, although it is not done.
    pub is_unclear: bool,
    /// Whether this run has sent anything for the change.
    pub is_worked_on: bool,
    /// Whether an earlier run began the step that was carried out last.
    pub was_begun: bool,
}

impl ChangeResult {
    /// Creates the result of a change that has not begun.
    pub fn of(change: &Change) -> Self {
        Self {
            id: change.user_id(),
            ..Self::default()
        }
    }

    /// Notes why the change failed, or what went wrong after it was done.
    pub fn set_error(&mut self, error: Error) {
        self.error = error.into_js();
    }

    /// Returns the result as the caller gets it.
    pub fn to_js(&self, index: u32, status: &str, is_unclear: bool, error: &JsValue) -> JsValue {
        host::change_result(index, status, self.is_unsent, is_unclear, &self.user, error)
    }
}
