//! Writes a plan for people: how many changes of each kind, the warnings, then each change with its old and new values.
//!
//! What cannot be taken back comes first: deletes, then updates that change the role, then other updates, then creates. All strings of the plan pass through
//! [`excerpt`], so that no control, bidirectional or invisible character of the data reaches a terminal.

use crate::apply::change::{list_of, parse_changes};
use crate::apply::fields::{Field, described, fields_of, held_value, held_values, is_set};
use crate::apply::managers::MANAGER;
use crate::error::DomoError;
use crate::excerpt::excerpt;
use crate::review::person::{person_of, plain};
use crate::user::date::{self, Date};
use crate::value::Value;

/// The default of `maxChanges`.
pub const MAX_CHANGES: u32 = 100;
/// The most characters of a value.
const LONGEST: usize = 60;
/// The most characters of a value whose beginning is the same before and after the change.
const LONGEST_LIKE_OTHER: usize = 500;
/// The most characters of a warning.
const LONGEST_WARNING: usize = 1000;

/// The attributes that hold a date in milliseconds.
const DATES: [&str; 5] = [date::HIRE_DATE, "created", "modified", "lastActivity", "lastLogin"];

const ROLE: &str = "roleId";

/// A kind of changes, which has a section of its own.
struct Section {
    title: &'static str,
    mark: &'static str,
    colour: &'static str,
}

impl Section {
    const fn new(title: &'static str, mark: &'static str, colour: &'static str) -> Self {
        Self { title, mark, colour }
    }
}

/// The sections in their order, by the numbers below.
const SECTIONS: [Section; 4] = [
    Section::new("Delete", "-", "31"),
    Section::new("Update, with another role", "~", "33"),
    Section::new("Update", "~", "33"),
    Section::new("Create", "+", "32"),
];
const DELETES: usize = 0;
const ROLES: usize = 1;
const UPDATES: usize = 2;
const CREATES: usize = 3;

fn section_of(change: &Value) -> usize {
    match change.field("action").as_str() {
        Some("delete") => DELETES,
        Some("create") => CREATES,
        _ if fields_of(change.field("changes")).iter().any(|field| field.key == ROLE) => ROLES,
        _ => UPDATES,
    }
}

/// Returns a plan as text for people. At most `max_changes` changes are written; `color` adds ANSI colours.
///
/// # Errors
/// `INVALID_INPUT` if `applyChanges` would refuse the changes.
pub fn format_plan(plan: &Value, color: bool, max_changes: u32) -> Result<String, DomoError> {
    parse_changes(plan)?;
    let changes = list_of(plan)?;
    let sections: Vec<usize> = changes.iter().map(section_of).collect();
    let count = |section: usize| sections.iter().filter(|other| **other == section).count();
    let mut text = PlanText {
        text: String::new(),
        names: plan.field("names"),
        color,
    };
    text.write_head(plan, changes.len(), &count);
    let mut left = max_changes as usize;
    for (number, section) in SECTIONS.iter().enumerate() {
        let in_section = sections.iter().zip(changes).filter(|(other, _)| **other == number);
        for (index, (_, change)) in in_section.take(left).enumerate() {
            if index == 0 {
                text.push(&["\n"]);
                text.push_coloured(section, &[section.title, " (", &thousands(count(number)), ")"]);
            }
            left = left.saturating_sub(1);
            text.write_change(section, change);
        }
    }
    let more = changes.len().saturating_sub(max_changes as usize);
    if more > 0 {
        text.push(&["\n… and ", &thousands(more), " more\n"]);
    }
    Ok(text.text)
}

/// The text that was written so far.
struct PlanText<'a> {
    text: String,
    /// The names of roles and users.
    names: &'a Value,
    color: bool,
}

impl PlanText<'_> {
    #[inline(never)]
    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.push_str(part);
        }
    }

    /// Writes a line in the colour of a section.
    fn push_coloured(&mut self, section: &Section, parts: &[&str]) {
        if self.color {
            self.push(&["\u{1b}[", section.colour, "m"]);
        }
        self.push(parts);
        self.push(&[if self.color { "\u{1b}[0m\n" } else { "\n" }]);
    }

    /// Writes the counts, the instance and the warnings.
    fn write_head(&mut self, plan: &Value, total: usize, count: &dyn Fn(usize) -> usize) {
        match total {
            0 => self.push(&["No changes"]),
            total => self.push_count(total, "change"),
        }
        let (roles, mut separator) = (count(ROLES), ": ");
        for (count, noun) in [
            (count(DELETES), "delete"),
            (roles.saturating_add(count(UPDATES)), "update"),
            (count(CREATES), "create"),
        ] {
            if count > 0 {
                self.push(&[separator]);
                self.push_count(count, noun);
                separator = ", ";
            }
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        if let Some(unchanged) = plan.field("unchanged").as_f64() {
            self.push(&["; "]);
            self.push_count(unchanged as usize, "user");
            self.push(&[" unchanged"]);
        }
        self.push(&["\n"]);
        if roles > 0 {
            self.push(&["Changes of the role: ", &thousands(roles), "\n"]);
        }
        if let Some(instance) = plan.field("instance").as_str() {
            self.push(&["Instance: ", &excerpt(instance, LONGEST), "\n"]);
        }
        let mut heading = "\nWarnings\n! ";
        for warning in plan.field("warnings").items() {
            let warning = warning.as_str().unwrap_or_default();
            self.push(&[heading, &excerpt(warning, LONGEST_WARNING), "\n"]);
            heading = "! ";
        }
    }

    /// Writes a number with its noun, such as `1 change` or `1,204 changes`.
    fn push_count(&mut self, count: usize, noun: &str) {
        self.push(&[&thousands(count), " ", noun, if count == 1 { "" } else { "s" }]);
    }

    /// Writes whom a change is about, then one line a field.
    fn write_change(&mut self, section: &Section, change: &Value) {
        let (before, id) = (change.field("before"), change.field("id"));
        let mut about = String::new();
        if *id != Value::Undefined {
            about = [", id ", &plain(id)].concat();
        }
        let role = held_value(before, ROLE);
        if section.title == "Delete" && *role != Value::Undefined {
            about = [&about, ", role ", &self.value(ROLE, role, LONGEST)].concat();
        }
        let row = change.field("row");
        if *row != Value::Undefined {
            about = [&about, ", row ", &plain(row)].concat();
        }
        self.push_coloured(section, &[section.mark, " ", &person_of(change), &about]);
        for user in [change.field("user"), change.field("then")] {
            for field in fields_of(user) {
                if !matches!(field.key, "displayName" | "emailAddress") {
                    let value = self.values(field.key, field.values, LONGEST, "(none)");
                    self.write_field(field.key, &value);
                }
            }
        }
        for field in fields_of(change.field("changes")) {
            let value = self.transition(&field, before);
            self.write_field(field.key, &value);
        }
    }

    fn write_field(&mut self, key: &str, value: &str) {
        let label = match key {
            ROLE => "role",
            MANAGER => "manager",
            key => key,
        };
        self.push(&["    ", &excerpt(label, LONGEST), ": ", value, "\n"]);
    }

    /// Returns the old and the new value of a field. If their beginnings are the same, more of them is shown.
    fn transition(&self, field: &Field<'_>, before: &Value) -> String {
        let (mut longest, mut note) = (LONGEST, "");
        loop {
            let old = match before {
                Value::Object(_) => self.values(field.key, held_values(before, field), longest, "(none)"),
                _ => "(unknown)".to_owned(),
            };
            let new = self.values(field.key, field.values, longest, "(cleared)");
            let is_different = old != new;
            if !is_different && longest == LONGEST_LIKE_OTHER {
                note = " (different in spaces, line breaks or what is not shown)";
            }
            if is_different || longest == LONGEST_LIKE_OTHER {
                return [&old, " → ", &new, note].concat();
            }
            longest = LONGEST_LIKE_OTHER;
        }
    }

    /// Returns the values of a field, or `none` if there are none.
    fn values(&self, key: &str, values: &[Value], longest: usize, none: &str) -> String {
        let mut set = values.iter().filter(is_set);
        let (first, second) = (set.next(), set.next());
        match (first, second) {
            (None, _) => none.to_owned(),
            (Some(first), None) => self.value(key, first, longest),
            _ => described(values),
        }
    }

    fn value(&self, key: &str, value: &Value, longest: usize) -> String {
        let names = match key {
            ROLE => self.names.field("roles"),
            MANAGER => self.names.field("users"),
            _ if DATES.contains(&key) => return shown_date(value).unwrap_or_else(|| shown(value, longest)),
            _ => return shown(value, longest),
        };
        let id = plain(value);
        match names.field(&id).as_str() {
            Some(name) => [&excerpt(name, LONGEST), " (", &id, ")"].concat(),
            None => id,
        }
    }
}

/// Returns a date in milliseconds as a day, with its time if it is not midnight.
fn shown_date(value: &Value) -> Option<String> {
    match Date::parse(plain(value).as_bytes())? {
        Date::Instant(ms) => date::in_words(ms),
        Date::Day(_) => None,
    }
}

/// Returns a value; in quotes if it could be taken for something else.
fn shown(value: &Value, longest: usize) -> String {
    let Value::String(string) = value else {
        return value.describe();
    };
    let shown = excerpt(string, longest);
    let is_clear = string.trim() == string && !string.is_empty() && !string.starts_with(['(', '"']);
    if is_clear && string.chars().all(|c| c != '→') {
        return shown;
    }
    ["\"", &shown, "\""].concat()
}

/// Returns a number with commas between thousands.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let (mut text, mut left) = (String::new(), digits.len());
    for digit in digits.chars() {
        if !text.is_empty() && left.rem_euclid(3) == 0 {
            text.push(',');
        }
        text.push(digit);
        left = left.saturating_sub(1);
    }
    text
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
