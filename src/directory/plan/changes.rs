//! The changes of a plan as JSON, in the form that `planUsers` returns.

use crate::directory::column::{Column, Field};
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::diff_store::{DiffStore, UserDiff, write_json};
use crate::directory::plan::json_object::JsonObject;
use crate::directory::plan::values::{values, write_value};
use domo_users_scan::fold::equal_ignoring_case;
use domo_users_scan::json::escapes::escape;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::cell::write_key;

/// Returns the delete of a user, with the fields that identify the user. `user` holds the values that every plan reads.
#[must_use]
pub fn delete(bytes: &[u8], user: &[Value], id: u64) -> Option<Vec<u8>> {
    let [id_value, name, email, role, ..] = user else {
        return None;
    };
    let mut before = JsonObject::default();
    for &(field, value) in &[
        ("id", id_value),
        ("displayName", name),
        ("emailAddress", email),
        ("roleId", role),
    ] {
        if value.kind() != Kind::Unset {
            write_json(bytes, *value, before.field(field));
        }
    }
    let mut change = format!(r#"{{"action":"delete","id":{id},"before":"#).into_bytes();
    before.write(&mut change);
    change.push(b'}');
    Some(change)
}

/// Writes the create of the user of a row. Fields that Create User does not take are in `then`.
pub fn write_create(desired: &DesiredState, row: usize, into: &mut Vec<u8>) {
    let (mut user, mut then) = (JsonObject::default(), JsonObject::default());
    let mut email = Vec::new();
    desired.address(row, &mut email);
    for (column, cell) in desired.rows.row(row) {
        let Some(column @ Column { field, name, .. }) = desired.columns.get(column) else {
            continue;
        };
        let values = || values(column, cell, Kind::Unset, &desired.managers);
        match field {
            Field::DisplayName | Field::RoleId => {
                write_value(*field, cell, Kind::Unset, user.field(name), &desired.managers);
            }
            Field::EmailAddress | Field::NewEmail | Field::Id | Field::Ignored | Field::ParserArtefact => {}
            Field::UserName => {
                let mut text = Vec::new();
                write_key(cell, &mut text);
                // Domo makes the e-mail address the user name.
                if !equal_ignoring_case(&text, &email) {
                    then.attribute(name, &values());
                }
            }
            Field::ReportsTo | Field::HireDate | Field::Attribute => {
                if cell != Cell::Clear {
                    then.attribute(name, &values());
                }
            }
        }
    }
    escape(&email, user.field("emailAddress"));
    into.extend_from_slice(br#"{"action":"create","user":"#);
    user.write(into);
    if !then.is_empty() {
        into.extend_from_slice(br#","then":"#);
        then.write(into);
    }
    into.push(b'}');
}

/// Writes the update of a user: the fields that differ, and their values before.
pub fn write_update(desired: &DesiredState, diffs: &DiffStore, user: &UserDiff, into: &mut Vec<u8>) {
    let (mut changes, mut before) = (JsonObject::default(), JsonObject::default());
    for diff in diffs.fields_of(user) {
        let cell = desired.rows.cell_of(user.row as usize, diff.column as usize);
        let (Some(cell), Some(column)) = (cell, desired.columns.get(diff.column as usize)) else {
            continue;
        };
        let (field, name, held) = (column.field, column.name.as_str(), diffs.json(diff));
        match field {
            Field::DisplayName | Field::RoleId | Field::EmailAddress | Field::NewEmail => {
                let name = if field == Field::NewEmail { "emailAddress" } else { name };
                write_value(field, cell, diff.held_kind, changes.field(name), &desired.managers);
                if diff.held_kind != Kind::Unset {
                    before.field(name).extend_from_slice(held);
                }
            }
            // A user name is a field of a user, but is changed as an attribute.
            Field::UserName => {
                changes.attribute(name, &values(column, cell, diff.held_kind, &desired.managers));
                if diff.held_kind != Kind::Unset {
                    before.field(name).extend_from_slice(held);
                }
            }
            _ => {
                changes.attribute(name, &values(column, cell, diff.held_kind, &desired.managers));
                if diff.held_kind == Kind::Array {
                    before.attribute(name, held);
                } else {
                    before.attribute(name, &[b"[", held, b"]"].concat());
                }
            }
        }
    }
    into.extend_from_slice(format!(r#"{{"action":"update","id":{},"changes":"#, user.id).as_bytes());
    changes.write(into);
    into.extend_from_slice(br#","before":"#);
    before.write(into);
    into.push(b'}');
}
