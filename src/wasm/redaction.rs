//! The tokens that this instance of the module has sent, to keep them out of everything that it returns.

use std::cell::RefCell;
use std::rc::Rc;

use crate::redact::Redactor;
use crate::value::Value;

thread_local! {
    // Lives as long as the module.
    static KNOWN: &'static RefCell<Redactor> = Box::leak(Box::default());
}

#[inline(never)] // not once for each use
fn known() -> &'static RefCell<Redactor> {
    KNOWN.with(|known| *known)
}

/// Remembers a token, and returns a redactor for it and for the tokens that were remembered before, as [`Redactor::register`] describes.
pub fn register(token: &Rc<str>) -> Redactor {
    known().borrow_mut().register(token)
}

/// Removes all remembered tokens from a message, which may quote what the caller or the host passed.
pub fn redact(message: &str) -> String {
    redactor().redact(message)
}

/// Returns a redactor for all remembered tokens.
pub fn redactor() -> Redactor {
    known().borrow().clone()
}

/// Removes all remembered tokens from data that the caller gets, such as a path in which the caller has put a token.
pub fn redacted(value: Value) -> Value {
    value.redacted(&redactor())
}

/// Removes all remembered tokens from the message of a panic; `None` if the panic happened while the list of tokens changed.
pub fn try_redact(message: &str) -> Option<String> {
    Some(known().try_borrow().ok()?.redact(message))
}
