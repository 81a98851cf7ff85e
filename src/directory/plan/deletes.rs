//! The users that a plan deletes.

use crate::directory::plan::ids::Ids;
use crate::directory::plan::people::People;
use crate::directory::plan::policy::MaxDeletes;
use crate::error::{Code, DomoError};
use crate::excerpt::{excerpt, string_of_bytes};
use crate::joined::joined;

/// The most users to delete that the error about too many names.
const MOST_SAMPLES: u64 = 3;

/// The users that a plan deletes.
#[derive(Debug, Default)]
pub struct Deletes {
    /// The number of users to delete.
    count: u64,
    /// The first of these users, and one more, by the field that rows are matched by.
    samples: Vec<String>,
    /// The changes as JSON; empty for a user who is kept. If there are more than allowed, the others are only counted.
    changes: Vec<Vec<u8>>,
    /// The ids of these users.
    ids: Ids,
    /// The user who was to be deleted and is kept.
    spared: Option<u64>,
}

impl Deletes {
    /// Counts a user, unless the instance has listed the user before. Returns whether the change is to be [added](Self::add_change): `most` is the most deletes that
    /// can turn out to be allowed, and one more is added, since the owner of the token may be among them.
    pub fn count(&mut self, id: u64, sample: &[u8], most: u64) -> bool {
        if !self.ids.add(id) {
            return false;
        }
        if self.count <= MOST_SAMPLES {
            self.samples.push(string_of_bytes(sample));
        }
        self.count = self.count.saturating_add(1);
        self.count <= most.saturating_add(1)
    }

    /// Adds the change of the user who was counted last, without its closing brace.
    pub fn add_change(&mut self, change: Vec<u8>) {
        self.changes.push(change);
    }

    /// Ends the changes with `reports`: the users who keep a deleted user as their manager, unless the instance lists no managers. A deleted user can be one of
    /// them, since that delete may fail. The users are added to those that the plan mentions.
    pub fn end_changes(&mut self, people: &People, mentions: &mut Ids) {
        let (begin, end): (&[u8], &[u8]) = match people.shows_managers {
            true => (br#","reports":["#, b"]}"),
            false => (b"", b"}"),
        };
        self.append(begin);
        let mut reports = Ids::default();
        for user in people.users() {
            if let Some(manager) = user.manager.filter(|manager| self.has(*manager))
                && let Some(change) = self.ids.find(manager).and_then(|number| self.changes.get_mut(number))
                // The instance may list a user twice.
                && reports.add(user.id)
            {
                change.extend_from_slice(user.id.to_string().as_bytes());
                change.push(b',');
                mentions.add(manager);
                mentions.add(user.id);
            }
        }
        self.append(end);
    }

    /// Appends JSON to the changes, in place of a comma.
    fn append(&mut self, json: &[u8]) {
        for change in &mut self.changes {
            if change.last() == Some(&b',') {
                change.pop();
            }
            // The user of an empty change is kept.
            if !change.is_empty() {
                change.extend_from_slice(json);
            }
        }
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
        self.changes.get(index).map(Vec::as_slice)
    }

    /// Whether the plan deletes the user with this id.
    #[must_use]
    pub fn has(&self, id: u64) -> bool {
        self.spared != Some(id) && self.ids.has(id)
    }

    /// Does not delete a user. Returns whether the user was to be deleted.
    pub fn spare(&mut self, id: u64) -> bool {
        let Some(number) = self.ids.find(id) else {
            return false;
        };
        if let Some(change) = self.changes.get_mut(number) {
            change.clear();
        }
        if number < self.samples.len() {
            self.samples.remove(number);
        }
        self.spared = Some(id);
        self.count = self.count.saturating_sub(1);
        true
    }

    /// Checks that the plan does not delete more users than are allowed, in an instance with this many users. Otherwise nobody counts as deleted any more.
    ///
    /// # Errors
    /// `TOO_MANY_DELETES`, with some of the users.
    pub fn check(&mut self, max_deletes: MaxDeletes, users: u64) -> Result<(), DomoError> {
        let most = max_deletes.of(users);
        if self.count <= most {
            return Ok(());
        }
        self.ids = Ids::default();
        self.samples.truncate(MOST_SAMPLES as usize);
        let share = match max_deletes {
            MaxDeletes::Users(_) => String::new(),
            MaxDeletes::Percent(percent) => format!(" ({percent}% of {users} users)"),
        };
        let message = format!(
            "The plan would delete {} user{}, such as {}, but maxDeletes is {most}{share}; check that desired is complete, or raise maxDeletes",
            self.count,
            if self.count == 1 { "" } else { "s" },
            excerpt(&joined(&self.samples, ", "), 200),
        );
        Err(DomoError::new(Code::TooManyDeletes, message))
    }
}
