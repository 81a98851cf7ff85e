//! The tokens that were given here, to keep them out of whatever is told: one that was changed meanwhile is a secret still.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::text::redact;

thread_local! {
    /// The last one first. Nothing outlives it: its own end would only be code.
    static KNOWN: ManuallyDrop<RefCell<Vec<Rc<str>>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}
/// Who changes tokens more often does not have the old ones remembered.
const MOST: usize = 16;
/// Shorter ones, which no instance gives out, may be words of ours.
const SHORTEST: usize = 8;

/// Takes note of a token; answers all that are known, one a line, this one first.
pub fn learn(token: &Rc<str>) -> Rc<str> {
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        if known.first() != Some(token) {
            known.retain(|one| one != token);
            known.truncate(MOST.saturating_sub(1));
            known.insert(0, Rc::clone(token));
        }
        match known.as_slice() {
            [only] => Rc::clone(only),
            all => lines(all),
        }
    })
}

/// Words of ours, which may quote what the caller or the host gave.
pub fn without(words: &str) -> String {
    KNOWN.with(|known| {
        let mut known = known.borrow().clone();
        known.retain(|one| one.len() >= SHORTEST);
        redact(words, Some(&lines(&known)))
    })
}

fn lines(tokens: &[Rc<str>]) -> Rc<str> {
    let mut all = String::new();
    for token in tokens {
        all.push_str(token);
        all.push('\n');
    }
    all.into()
}
