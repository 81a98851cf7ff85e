//! The tokens that were given here, to keep them out of whatever is told: one that was changed meanwhile is a secret still.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::text::{join, pieces, redact};

thread_local! {
    /// One a line, the last one first. Nothing outlives it: its own end would only be code.
    static KNOWN: ManuallyDrop<RefCell<String>> = const { ManuallyDrop::new(RefCell::new(String::new())) };
}
/// Who changes tokens so often does not have the old ones remembered.
const MOST_BYTES: usize = 4096;
/// Shorter ones, which no instance gives out, may be words of ours.
const SHORTEST: usize = 8;
/// Shorter ones, such as a mock's, are letters that any user's name may have.
const NO_SECRET: usize = 5;

/// Takes note of a token; answers all that are known, one a line.
pub fn register(token: &Rc<str>) -> Rc<str> {
    match token.len() {
        0..NO_SECRET => return "".into(),
        NO_SECRET..SHORTEST => return Rc::clone(token),
        SHORTEST.. => {}
    }
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        if known.len() > MOST_BYTES {
            known.clear();
        }
        if !pieces(&known, "\n").any(|one| *one == **token) {
            *known = join(&[token, "\n", &known]);
        }
        known.as_str().into()
    })
}

/// Words of ours, which may quote what the caller or the host gave.
pub fn without(words: &str) -> String {
    KNOWN.with(|known| redact(words, Some(&known.borrow())))
}

/// The same for a panic, which may have happened while the known tokens changed: `None` if they cannot be read.
pub fn try_without(words: &str) -> Option<String> {
    KNOWN.with(|known| Some(redact(words, Some(&*known.try_borrow().ok()?))))
}
