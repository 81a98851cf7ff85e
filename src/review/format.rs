//! Writes a plan for people: how many changes of each kind, the warnings, then each change with its old and new values.
//!
//! What cannot be taken back comes first: deletes, then updates that change the role, then other updates, then creates. All strings of the plan pass through
//! [`excerpt_with_breaks`], so that no control, bidirectional or invisible character of the data reaches a terminal.

use crate::apply::change::{list_of, parse_changes};
use crate::apply::fields::{Field, described, fields_of, held_value, held_values};
use crate::apply::managers::MANAGER;
use crate::client::update_check::is_set;
use crate::error::DomoError;
use crate::excerpt::excerpt_with_breaks;
use crate::review::names::Names;
use crate::review::person::{person_of, plain};
use crate::user::date::{self, Date};
use crate::value::Value;
use domo_users_scan::columns::DATES;

/// The default of `maxChanges`.
pub const MAX_CHANGES: u32 = 100;
/// The most characters of a value.
const LONGEST: usize = 60;
/// The most characters of a value whose beginning is the same before and after the change.
const LONGEST_LIKE_OTHER: usize = 500;
/// The most characters of a warning, which may name twenty users.
const LONGEST_WARNING: usize = 4000;

const ROLE: &str = "roleId";

/// How a section of the text is written.
struct Style {
    title: &'static str,
    mark: &'static str,
    colour: &'static str,
}

impl Style {
    const fn new(title: &'static str, mark: &'static str, colour: &'static str) -> Self {
        Self { title, mark, colour }
    }
}

const DELETES: Style = Style::new("Delete", "- ", "\u{1b}[31m");
const ROLE_UPDATES: Style = Style::new("Update, with another role", "~ ", "\u{1b}[33m");
const OTHER_UPDATES: Style = Style::new("Update", "~ ", "\u{1b}[33m");
const CREATES: Style = Style::new("Create", "+ ", "\u{1b}[32m");

/// The changes of each section.
#[derive(Default)]
struct Sections<'a> {
    deletes: Vec<&'a Value>,
    role_updates: Vec<&'a Value>,
    other_updates: Vec<&'a Value>,
    creates: Vec<&'a Value>,
}

impl<'a> Sections<'a> {
    fn add(&mut self, change: &'a Value) {
        let section = match change.field("action").as_str() {
            Some("delete") => &mut self.deletes,
            Some("create") => &mut self.creates,
            _ if *held_value(change.field("changes"), ROLE) != Value::Undefined => &mut self.role_updates,
            _ => &mut self.other_updates,
        };
        section.push(change);
    }

    /// Returns the sections in the order of the text.
    fn in_order(&self) -> [(&'static Style, &[&'a Value]); 4] {
        [
            (&DELETES, &self.deletes),
            (&ROLE_UPDATES, &self.role_updates),
            (&OTHER_UPDATES, &self.other_updates),
            (&CREATES, &self.creates),
        ]
    }
}

/// Returns a plan as text for people. At most `max_changes` changes are written; `color` adds ANSI colours.
///
/// # Errors
/// `INVALID_INPUT` if `applyChanges` would refuse the changes.
pub fn format_plan(plan: &Value, color: bool, max_changes: u32) -> Result<String, DomoError> {
    parse_changes(plan)?;
    let changes = list_of(plan)?;
    let mut sections = Sections::default();
    for change in changes {
        sections.add(change);
    }
    let mut text = PlanText {
        text: String::new(),
        roles: Names::of(plan, "roles"),
        users: Names::of(plan, "users"),
        color,
    };
    text.write_head(plan, changes.len(), &sections);
    let mut left = max_changes as usize;
    for (style, changes) in sections.in_order() {
        let shown = changes.get(..left).unwrap_or(changes);
        left = left.saturating_sub(shown.len());
        if !shown.is_empty() {
            text.put("\n");
            text.begin_colour(style);
            text.put(style.title);
            text.put_number(" (", changes.len());
            text.put(")");
            text.end_colour();
        }
        for change in shown {
            text.write_change(style, change);
        }
    }
    let more = changes.len().saturating_sub(max_changes as usize);
    if more > 0 {
        text.put_number("\n… and ", more);
        text.put(" more\n");
    }
    Ok(text.text)
}

/// The text that was written so far.
struct PlanText<'a> {
    text: String,
    roles: Names<'a>,
    users: Names<'a>,
    color: bool,
}

impl PlanText<'_> {
    #[inline(never)]
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a string of the data.
    #[inline(never)]
    fn put_data(&mut self, text: &str, longest: usize) {
        self.put(&excerpt_with_breaks(text, longest));
    }

    /// Writes a number with commas between thousands.
    #[inline(never)]
    fn put_number(&mut self, before: &str, number: usize) {
        self.put(before);
        let digits = number.to_string();
        let mut left = digits.len();
        for digit in digits.chars() {
            if left != digits.len() && left.rem_euclid(3) == 0 {
                self.text.push(',');
            }
            self.text.push(digit);
            left = left.saturating_sub(1);
        }
    }

    /// Writes a number with its noun, such as `1 change` or `1,204 changes`.
    fn put_count(&mut self, before: &str, count: usize, noun: &str) {
        self.put_number(before, count);
        self.put(noun);
        if count != 1 {
            self.put("s");
        }
    }

    fn begin_colour(&mut self, style: &Style) {
        if self.color {
            self.put(style.colour);
        }
    }

    /// Ends a line in colour.
    fn end_colour(&mut self) {
        self.put(if self.color { "\u{1b}[0m\n" } else { "\n" });
    }

    /// Writes the counts, the instance and the warnings.
    fn write_head(&mut self, plan: &Value, total: usize, sections: &Sections<'_>) {
        match total {
            0 => self.put("No changes"),
            total => self.put_count("", total, " change"),
        }
        let role_updates = sections.role_updates.len();
        let mut before = ": ";
        for (count, noun) in [
            (sections.deletes.len(), " delete"),
            (role_updates.saturating_add(sections.other_updates.len()), " update"),
            (sections.creates.len(), " create"),
        ] {
            if count > 0 {
                self.put_count(before, count, noun);
                before = ", ";
            }
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        if let Some(unchanged) = plan.field("unchanged").as_f64() {
            self.put_count("; ", unchanged as usize, " user");
            self.put(" unchanged");
        }
        if role_updates > 0 {
            self.put_number("\nChanges of the role: ", role_updates);
        }
        if let Some(instance) = plan.field("instance").as_str() {
            self.put("\nInstance: ");
            self.put_data(instance, LONGEST);
        }
        let mut before = "\n\nWarnings\n! ";
        for warning in plan.field("warnings").items() {
            self.put(before);
            self.put_data(warning.as_str().unwrap_or_default(), LONGEST_WARNING);
            before = "\n! ";
        }
        self.put("\n");
    }

    /// Writes whom a change is about, then one line a field.
    fn write_change(&mut self, style: &Style, change: &Value) {
        let before = change.field("before");
        self.begin_colour(style);
        self.put(style.mark);
        self.put(&person_of(change));
        self.put_fact(", id ", "id", change.field("id"));
        if change.field("action").as_str() == Some("delete") {
            self.put_fact(", role ", ROLE, held_value(before, ROLE));
        }
        self.put_fact(", row ", "row", change.field("row"));
        self.end_colour();
        for user in &[change.field("user"), change.field("then")] {
            for field in fields_of(user) {
                if !matches!(field.key, "displayName" | "emailAddress") {
                    self.begin_field(field.key);
                    self.put_values(field.key, field.values, LONGEST, "(none)");
                    self.put("\n");
                }
            }
        }
        for field in fields_of(change.field("changes")) {
            self.begin_field(field.key);
            self.write_transition(&field, before);
            self.put("\n");
        }
    }

    /// Writes a value that may be missing.
    fn put_fact(&mut self, before: &str, key: &str, value: &Value) {
        if *value != Value::Undefined {
            self.put(before);
            self.put_value(key, value, LONGEST);
        }
    }

    fn begin_field(&mut self, key: &str) {
        let label = match key {
            ROLE => "role",
            MANAGER => "manager",
            key => key,
        };
        self.put("    ");
        self.put_data(label, LONGEST);
        self.put(": ");
    }

    /// Writes the old and the new value of a field. If their beginnings are the same, more of them is shown.
    fn write_transition(&mut self, field: &Field<'_>, before: &Value) {
        let begin = self.text.len();
        for longest in [LONGEST, LONGEST_LIKE_OTHER] {
            self.text.truncate(begin);
            let none = match before {
                Value::Object(_) => "(none)",
                _ => "(unknown)",
            };
            self.put_values(field.key, held_values(before, field), longest, none);
            let end = self.text.len();
            self.put(" → ");
            let begin_new = self.text.len();
            self.put_values(field.key, field.values, longest, "(cleared)");
            let old = self.text.get(begin..end).unwrap_or_default();
            let new = self.text.get(begin_new..).unwrap_or_default();
            if !look_alike(old, new) {
                return;
            }
        }
        self.put(" (different in spaces, line breaks or what is not shown)");
    }

    /// Writes the values of a field, or `none` if there are none.
    fn put_values(&mut self, key: &str, values: &[Value], longest: usize, none: &str) {
        let mut set = values.iter().filter(is_set);
        match (set.next(), set.next()) {
            (None, _) => self.put(none),
            (Some(only), None) => self.put_value(key, only, longest),
            _ => self.put(&described(values, longest)),
        }
    }

    fn put_value(&mut self, key: &str, value: &Value, longest: usize) {
        let id = plain(value);
        let names = match key {
            ROLE => &self.roles,
            MANAGER => &self.users,
            _ => match date_in_words(key, &id) {
                Some(date) => return self.put(&date),
                None => return self.put_string(value, longest),
            },
        };
        match names.get(value) {
            Some(name) => {
                self.put_data(name, LONGEST);
                self.put(" (");
                self.put(&id);
                self.put(")");
            }
            None => self.put(&id),
        }
    }

    /// Writes a value; in quotes if it could be taken for something else.
    fn put_string(&mut self, value: &Value, longest: usize) {
        let Value::String(string) = value else {
            return self.put(&value.describe());
        };
        let is_unclear = string.trim() != string
            || string.is_empty()
            || string.starts_with(['(', '"'])
            || string.chars().any(|c| c == '→');
        let quote = if is_unclear { "\"" } else { "" };
        self.put(quote);
        self.put_data(string, longest);
        self.put(quote);
    }
}

/// Whether two strings are the same for a reader: equal, or one of them writes accents as characters of their own.
fn look_alike(one: &str, other: &str) -> bool {
    let (one_base, one_is_split) = without_accents(one);
    let (other_base, other_is_split) = without_accents(other);
    one == other || (one_is_split != other_is_split && one_base == other_base)
}

/// Returns a string with `*` for each letter with an accent, and whether an accent is a character of its own.
fn without_accents(string: &str) -> (String, bool) {
    let (mut base, mut is_split) = (String::new(), false);
    for c in string.chars() {
        let is_accent = matches!(c, '\u{300}'..='\u{36f}');
        if is_accent {
            base.pop();
            is_split = true;
        }
        let is_accented = is_accent || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
        base.push(if is_accented { '*' } else { c });
    }
    (base, is_split)
}

/// Returns a date in milliseconds as a day, with its time if it is not midnight; `None` for the value of any other field.
fn date_in_words(key: &str, value: &str) -> Option<String> {
    match Date::parse(value.as_bytes()) {
        Some(Date::Instant(ms)) if DATES.contains(&key) => date::in_words(ms),
        _ => None,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
