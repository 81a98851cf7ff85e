//! What a plan may do.

/// What a plan may do, as the caller's options say.
#[derive(Debug, Default)]
pub struct Policy {
    /// Whether users without a row are deleted.
    pub delete_missing: bool,
    /// The most deletes of a plan. More are refused.
    pub max_deletes: u64,
    /// Ids of users who are never updated or deleted, sorted.
    pub protect: Vec<u64>,
    /// Whether columns that neither Domo nor the instance knows are ignored, with a warning. Otherwise they are refused.
    pub ignore_other_columns: bool,
}

impl Policy {
    /// Whether a user is never updated or deleted.
    #[must_use]
    pub fn protects(&self, id: u64) -> bool {
        self.protect.binary_search(&id).is_ok()
    }
}
