//! Writes a plan for people: how many changes of each kind, the warnings, then each change with its old and new values.
//!
//! What cannot be taken back comes first: deletes, then updates that change the role, then other updates, then creates. All strings of the plan pass through
//! [`excerpt`], so that no control, bidirectional or invisible character of the data reaches a terminal.

use crate::apply::change::{list_of, parse_changes};
use crate::apply::fields::{Field, fields_of, held_value, held_values, is_set};
use crate::apply::managers::MANAGER;
use crate::error::DomoError;
use crate::excerpt::excerpt;
use crate::review::person::{person, plain};
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
    mark: char,
    colour: &'static str,
}

/// The sections in their order; [`section_of`] returns their indexes.
const SECTIONS: [Section; 4] = [
    Section {
        title: "Delete",
        mark: '-',
        colour: "31",
    },
    Section {
        title: "Update, with another role",
        mark: '~',
        colour: "33",
    },
    Section {
        title: "Update",
        mark: '~',
        colour: "33",
    },
    Section {
        title: "Create",
        mark: '+',
        colour: "32",
    },
];

fn section_of(change: &Value) -> usize {
    match change.field("action").as_str() {
        Some("delete") => 0,
        Some("create") => 3,
        _ => {
            let changes = change.field("changes");
            2_usize.saturating_sub(usize::from(fields_of(changes).iter().any(|field| field.key == ROLE)))
        }
    }
}

/// Returns a plan as text for people. At most `max_changes` changes are written; `color` adds ANSI colours.
///
/// # Errors
/// `INVALID_INPUT` if `applyChanges` would refuse the changes.
pub fn format_plan(plan: &Value, color: bool, max_changes: u32) -> Result<String, DomoError> {
    parse_changes(plan)?;
    let changes = list_of(plan)?;
    let mut sections: [Vec<&Value>; SECTIONS.len()] = Default::default();
    for change in changes {
        if let Some(section) = sections.get_mut(section_of(change)) {
            section.push(change);
        }
    }
    let mut text = PlanText {
        text: String::new(),
        names: plan.field("names"),
        color,
    };
    text.write_head(plan, &sections.each_ref().map(Vec::len), changes.len());
    let mut left = max_changes as usize;
    for (section, changes) in SECTIONS.iter().zip(&sections) {
        if changes.is_empty() || left == 0 {
            continue;
        }
        text.push("\n");
        text.push_coloured(section, &format!("{} ({})", section.title, thousands(changes.len())));
        for change in changes.iter().take(left) {
            text.write_change(section, change);
        }
        left = left.saturating_sub(changes.len());
    }
    let more = changes.len().saturating_sub(max_changes as usize);
    if more > 0 {
        text.push(&format!("\n… and {} more\n", thousands(more)));
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
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a line in the colour of a section.
    fn push_coloured(&mut self, section: &Section, line: &str) {
        match self.color {
            true => self.push(&format!("\u{1b}[{}m{line}\u{1b}[0m\n", section.colour)),
            false => self.push(&format!("{line}\n")),
        }
    }

    /// Writes the counts, the instance and the warnings.
    fn write_head(&mut self, plan: &Value, [deletes, roles, updates, creates]: &[usize; SECTIONS.len()], total: usize) {
        self.push(&match total {
            0 => "No changes".to_owned(),
            total => counted(total, "change"),
        });
        let mut separator = ": ";
        for (count, noun) in [
            (*deletes, "delete"),
            (roles.saturating_add(*updates), "update"),
            (*creates, "create"),
        ] {
            if count > 0 {
                self.push(separator);
                self.push(&counted(count, noun));
                separator = ", ";
            }
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        if let Some(unchanged) = plan.field("unchanged").as_f64() {
            self.push("; ");
            self.push(&counted(unchanged as usize, "user"));
            self.push(" unchanged");
        }
        self.push("\n");
        if *roles > 0 {
            self.push(&format!("Changes of the role: {}\n", thousands(*roles)));
        }
        if let Some(instance) = plan.field("instance").as_str() {
            self.push(&format!("Instance: {}\n", excerpt(instance, LONGEST)));
        }
        for (index, warning) in plan.field("warnings").items().iter().enumerate() {
            if index == 0 {
                self.push("\nWarnings\n");
            }
            let warning = warning.as_str().unwrap_or_default();
            self.push(&format!("! {}\n", excerpt(warning, LONGEST_WARNING)));
        }
    }

    /// Writes whom a change is about, then one line a field.
    fn write_change(&mut self, section: &Section, change: &Value) {
        let (user, before, id) = (change.field("user"), change.field("before"), change.field("id"));
        let known = [change.field("who"), user, before];
        let who = known.into_iter().find(|who| !who.fields().is_empty());
        let who = who.unwrap_or(&Value::Null);
        let mut line = format!("{} {}", section.mark, person(who, id));
        if !matches!(id, Value::Undefined) {
            line.push_str(&format!(", id {}", plain(id)));
        }
        if change.field("action").as_str() == Some("delete") {
            let role = held_value(before, ROLE);
            if !matches!(role, Value::Undefined) {
                line.push_str(&format!(", role {}", self.value(ROLE, role, LONGEST)));
            }
        }
        if let Some(row) = change.field("row").as_f64() {
            line.push_str(&format!(", row {}", Value::Number(row).describe()));
        }
        self.push_coloured(section, &line);
        for field in [user, change.field("then")].into_iter().flat_map(fields_of) {
            if !matches!(field.key, "displayName" | "emailAddress") {
                let value = self.values(field.key, field.values, LONGEST);
                self.write_field(field.key, value.as_deref().unwrap_or("(none)"));
            }
        }
        for field in fields_of(change.field("changes")) {
            let value = self.transition(&field, before);
            self.write_field(field.key, &value);
        }
    }

    fn write_field(&mut self, key: &str, value: &str) {
        let label = match key {
            ROLE => "role".to_owned(),
            MANAGER => "manager".to_owned(),
            key => excerpt(key, LONGEST),
        };
        self.push(&format!("    {label}: {value}\n"));
    }

    /// Returns the old and the new value of a field.
    fn transition(&self, field: &Field<'_>, before: &Value) -> String {
        let held = held_values(before, field);
        for longest in [LONGEST, LONGEST_LIKE_OTHER] {
            let old = match before {
                Value::Object(_) => self.values(field.key, held, longest),
                _ => Some("(unknown)".to_owned()),
            };
            let old = old.as_deref().unwrap_or("(none)");
            let new = self.values(field.key, field.values, longest);
            let new = new.as_deref().unwrap_or("(cleared)");
            if old != new {
                return format!("{old} → {new}");
            }
            if longest == LONGEST_LIKE_OTHER {
                return format!("{old} → {new} (different in spaces, line breaks or what is not shown)");
            }
        }
        String::new()
    }

    /// Returns the values of a field; `None` if there are none.
    fn values(&self, key: &str, values: &[Value], longest: usize) -> Option<String> {
        let set: Vec<&Value> = values.iter().filter(is_set).collect();
        match set.as_slice() {
            [] => None,
            [one] => Some(self.value(key, one, longest)),
            several => {
                let several: Vec<String> = several.iter().map(|value| value.describe()).collect();
                Some(several.join(", "))
            }
        }
    }

    fn value(&self, key: &str, value: &Value, longest: usize) -> String {
        let names = match key {
            ROLE => self.names.field("roles"),
            MANAGER => self.names.field("users"),
            _ => {
                return if DATES.contains(&key) { shown_date(value) } else { None }
                    .unwrap_or_else(|| shown(value, longest));
            }
        };
        let id = plain(value);
        match names.field(&id).as_str() {
            Some(name) => format!("{} ({id})", excerpt(name, LONGEST)),
            None => id,
        }
    }
}

/// Returns a date in milliseconds as a day, with its time if it is not midnight.
fn shown_date(value: &Value) -> Option<String> {
    let Date::Instant(ms) = Date::parse(plain(value).as_bytes())? else {
        return None;
    };
    date::in_words(ms)
}

/// Returns a value; in quotes if it could be taken for something else.
fn shown(value: &Value, longest: usize) -> String {
    let Value::String(string) = value else {
        return value.describe();
    };
    let shown = excerpt(string, longest);
    if string.trim() != string || string.is_empty() || string.starts_with(['(', '"']) || string.contains('→') {
        return format!("\"{shown}\"");
    }
    shown
}

/// Returns a number with its noun, such as `1 change` or `1,204 changes`.
fn counted(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// Returns a number with commas between thousands.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).rem_euclid(3) == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
