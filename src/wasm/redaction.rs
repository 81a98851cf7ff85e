//! The tokens that this instance of the module has sent, to keep them out of everything that it returns.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::redact::Redactor;
use crate::value::Value;

thread_local! {
    // Lives as long as the module: dropping it would only be code.
    static KNOWN: ManuallyDrop<RefCell<Option<Redactor>>> = const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Remembers a token, and returns a redactor for it and for the tokens that were remembered before, as [`Redactor::register`] describes.
pub fn register(token: &Rc<str>) -> Redactor {
    KNOWN.with(|known| known.borrow_mut().get_or_insert_default().register(token))
}

/// Removes all remembered tokens from a message, which may quote what the caller or the host passed.
pub fn redact(message: &str) -> String {
    KNOWN.with(|known| redact_with(known.borrow().as_ref(), message))
}

/// Returns a redactor for all remembered tokens.
#[cfg(feature = "directory")]
pub fn redactor() -> Redactor {
    KNOWN.with(|known| known.borrow().clone().unwrap_or_default())
}

/// Removes all remembered tokens from data that the caller gets, such as a path in which the caller has put a token.
pub fn redacted(value: Value) -> Value {
    KNOWN.with(|known| match known.borrow().as_ref() {
        Some(redactor) => value.redacted(redactor),
        None => value,
    })
}

/// Removes all remembered tokens from the message of a panic; `None` if the panic happened while the list of tokens changed.
pub fn try_redact(message: &str) -> Option<String> {
    KNOWN.with(|known| Some(redact_with(known.try_borrow().ok()?.as_ref(), message)))
}

fn redact_with(redactor: Option<&Redactor>, message: &str) -> String {
    redactor.map_or_else(|| message.to_owned(), |redactor| redactor.redact(message))
}
