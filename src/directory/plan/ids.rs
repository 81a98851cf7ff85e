//! Ids of users or roles, each once.

use domo_users_scan::interner::Interner;

/// Ids, numbered from 0 in the order in which they were added.
#[derive(Debug, Default)]
pub struct Ids(Interner);

impl Ids {
    /// Adds an id. Returns whether it is new.
    #[inline(never)]
    pub fn add(&mut self, id: u64) -> bool {
        self.0.intern(&id.to_le_bytes()).is_new
    }

    /// Adds an id if there is one.
    #[inline(never)]
    pub fn add_any(&mut self, id: Option<u64>) {
        if let Some(id) = id {
            self.add(id);
        }
    }

    /// Returns the number of an id, or `None` if it was not added.
    #[inline(never)]
    #[must_use]
    pub fn find(&self, id: u64) -> Option<usize> {
        self.0.find(&id.to_le_bytes())
    }

    /// Returns the number of ids.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// Whether an id was added.
    #[must_use]
    pub fn has(&self, id: u64) -> bool {
        self.find(id).is_some()
    }
}
