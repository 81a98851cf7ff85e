//! A finished plan.

use crate::directory::desired::state::DesiredState;
use crate::directory::plan::changes::{write_create, write_update};
use crate::directory::plan::facts::Facts;
use crate::directory::plan::findings::Findings;
use crate::directory::plan::json_object::JsonObject;
use domo_users_scan::json::escapes::escape;

/// The changes that make an instance match the desired users.
#[derive(Debug)]
pub struct UserPlan {
    desired: DesiredState,
    findings: Findings,
    facts: Facts,
    warnings: Vec<String>,
    /// The number of rows, then of deletes, whose changes were written.
    written: usize,
}

impl UserPlan {
    /// Returns the plan of what was found.
    #[must_use]
    pub fn new(desired: DesiredState, findings: Findings, facts: Facts, warnings: Vec<String>) -> Self {
        Self {
            desired,
            findings,
            facts,
            warnings,
            written: 0,
        }
    }

    /// Appends more changes as JSON, with commas between, until the buffer has at least this number of bytes. Returns whether changes may remain.
    pub fn write_changes(&mut self, into: &mut Vec<u8>, at_least: usize) -> bool {
        let rows = self.desired.rows.len();
        while into.len() < at_least {
            let (next, begin) = (self.written, into.len());
            if begin > 0 {
                into.push(b',');
            }
            let behind_comma = into.len();
            if next < rows {
                if !self.findings.is_matched(next) {
                    write_create(&self.desired, next, &mut self.findings.mentions, into);
                } else if let Some(user) = self.findings.diffs.of_row(next) {
                    let mentions = &mut self.findings.mentions;
                    write_update(&self.desired, &self.findings.diffs, user, mentions, into);
                }
            } else if let Some(delete) = self.findings.deletes.change(next.saturating_sub(rows)) {
                into.extend_from_slice(delete);
            } else {
                into.truncate(begin);
                return false;
            }
            if into.len() == behind_comma {
                into.truncate(begin);
            }
            self.written = next.saturating_add(1);
        }
        true
    }

    /// Returns the number of matched users that need no change.
    #[must_use]
    pub fn unchanged(&self) -> u64 {
        self.findings.unchanged()
    }

    /// Returns the names of the roles and users that the changes mention, `{roles, users}` as JSON, or nothing if none is known. The changes must have been
    /// written.
    #[must_use]
    pub fn names(&self) -> Vec<u8> {
        let (mut names, mut json) = (JsonObject::default(), Vec::new());
        let (mut roles, mut users) = (JsonObject::default(), JsonObject::default());
        let Findings { mentions, people, .. } = &self.findings;
        if let Some(all) = &self.facts.roles {
            for role in all.iter() {
                if mentions.roles.has(role.id) {
                    escape(role.name.as_bytes(), roles.field(&role.id.to_string()));
                }
            }
        }
        people.for_each_named(&mentions.users, &mut |id, name| {
            users.field(&id.to_string()).extend_from_slice(name);
        });
        for (field, object) in [("roles", &mut roles), ("users", &mut users)] {
            if !object.is_empty() {
                object.write(names.field(field));
            }
        }
        if !names.is_empty() {
            names.write(&mut json);
        }
        json
    }

    /// Returns what the instance said about itself, as far as the plan needed it.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns what a person should know before applying the plan.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
