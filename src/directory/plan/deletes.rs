//! The users that a plan deletes.

use crate::directory::plan::policy::MaxDeletes;
use crate::error::{Code, DomoError};
use crate::excerpt::excerpt;
use domo_users_scan::interner::Interner;

/// The most users to delete that the error about too many names.
const MOST_SAMPLES: u64 = 3;

/// The users that a plan deletes.
#[derive(Debug, Default)]
pub struct Deletes {
    /// The number of users to delete.
    count: u64,
    /// The first of these users, by the field that rows are matched by.
    samples: Vec<String>,
    /// The changes. If there are more than allowed, the others are only counted.
    changes: Vec<Delete>,
    /// The ids of these users, in decimal.
    ids: Interner,
    /// The user who was to be deleted and is kept.
    spared: Option<u64>,
}

#[derive(Debug)]
struct Delete {
    id: u64,
    /// The change as JSON.
    json: Vec<u8>,
}

impl Deletes {
    /// Adds a user. `most` is the most deletes that can turn out to be allowed; one more is kept, since the owner of the token may be among them.
    pub fn add(&mut self, id: u64, sample: &[u8], most: u64, change: impl FnOnce() -> Vec<u8>) {
        if self.count < MOST_SAMPLES {
            self.samples.push(String::from_utf8_lossy(sample).into_owned());
        }
        if self.count <= most {
            self.changes.push(Delete { id, json: change() });
            self.ids.intern(id.to_string().as_bytes());
        }
        self.count = self.count.saturating_add(1);
    }

    /// Whether nobody is deleted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether users are deleted, and so few that the plan may be allowed in an instance with this many users.
    #[must_use]
    pub fn may_be_allowed(&self, max_deletes: MaxDeletes, users: u64) -> bool {
        (1..=max_deletes.of(users).saturating_add(1)).contains(&self.count)
    }

    /// Returns the change of a user as JSON, in the order of the instance.
    #[must_use]
    pub fn change(&self, index: usize) -> Option<&[u8]> {
        self.changes.get(index).map(|delete| delete.json.as_slice())
    }

    /// Whether the plan deletes the user with this id.
    #[must_use]
    pub fn has(&self, id: u64) -> bool {
        self.spared != Some(id) && self.ids.find(id.to_string().as_bytes()).is_some()
    }

    /// Keeps a user. Returns whether the user was to be deleted.
    pub fn spare(&mut self, id: u64) -> bool {
        let is_deleted = self.has(id);
        if is_deleted {
            self.spared = Some(id);
            self.count = self.count.saturating_sub(1);
            self.changes.retain(|delete| delete.id != id);
        }
        is_deleted
    }

    /// Checks that the plan does not delete more users than are allowed, in an instance with this many users. Otherwise nobody counts as deleted any more.
    ///
    /// # Errors
    /// `TOO_MANY_DELETES`, with some of the users.
    pub fn check(&mut self, max_deletes: MaxDeletes, users: u64) -> Result<(), DomoError> {
        let most = max_deletes.of(users);
        if self.count <= most && self.changes.len() as u64 == self.count {
            return Ok(());
        }
        self.ids = Interner::default();
        let share = match max_deletes {
            MaxDeletes::Users(_) => String::new(),
            MaxDeletes::Percent(percent) => format!(" ({percent}% of {users} users)"),
        };
        let message = format!(
            "The plan would delete {} user{}, such as {}, but maxDeletes is {most}{share}; check that desired is complete, or raise maxDeletes",
            self.count,
            if self.count == 1 { "" } else { "s" },
            excerpt(&self.samples.join(", "), 200),
        );
        Err(DomoError::new(Code::TooManyDeletes, message))
    }
}
