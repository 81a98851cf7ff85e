//! The changes of a plan as JSON, in the form that `planUsers` returns.

use core::ops::Range;

use crate::directory::column::{Column, Field};
use crate::directory::desired::state::DesiredState;
use crate::directory::plan::diff_store::{DiffStore, UserDiff, write_who};
use crate::directory::plan::json_object::JsonObject;
use crate::directory::plan::people::{Mentions, id_in};
use crate::directory::plan::values::{values, write_value};
use domo_users_scan::fold::is_same_ignoring_case;
use domo_users_scan::json::escapes::escape;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::cell::write_key;

/// Domo's name for the field of a role.
const ROLE_ID: &str = "roleId";

/// Returns the delete of a user without its closing brace, with the whole user as the instance returned it.
#[must_use]
pub fn delete(bytes: &[u8], whole: Range<usize>, user: &[Value], id: u64) -> Vec<u8> {
    let mut change = format!(r#"{{"action":"delete","id":{id},"before":"#).into_bytes();
    change.extend_from_slice(bytes.get(whole).unwrap_or_default());
    write_who(bytes, user, &mut change);
    change
}

/// Writes the create of the user of a row. Fields that Create User does not take are in `then`.
pub fn write_create(desired: &DesiredState, row: usize, mentions: &mut Mentions, into: &mut Vec<u8>) {
    let (mut user, mut then) = (JsonObject::default(), JsonObject::default());
    let mut email = Vec::new();
    desired.address(row, &mut email);
    let role_column = desired.role_column(row).map(|column| desired.column_name_at(column));
    let write_cell: &mut dyn FnMut(&Column, Cell<'_>) = &mut |column, cell| {
        let (field, name) = (column.field, column.name.as_str());
        mention_ids(mentions, desired, field, cell, &[]);
        let is_attribute = match field {
            Field::DisplayName => {
                write_value(field, cell, Kind::Unset, user.field(name), &desired.managers);
                false
            }
            Field::RoleId => {
                if role_column.is_none_or(|column| column == name) {
                    write_value(field, cell, Kind::Unset, user.field(ROLE_ID), &desired.roles);
                }
                false
            }
            Field::EmailAddress | Field::NewEmail | Field::Id | Field::Ignored | Field::ParserArtefact => false,
            Field::UserName => {
                let mut text = Vec::new();
                write_key(cell, &mut text);
                // Domo makes the e-mail address the user name.
                !is_same_ignoring_case(&text, &email)
            }
            Field::ReportsTo | Field::HireDate | Field::Attribute => cell != Cell::Clear,
        };
        if is_attribute {
            then.attribute(name, &values(column, cell, Kind::Unset, &desired.managers));
        }
    };
    for (column, cell) in desired.rows.row(row) {
        if let Some(column) = desired.columns.get(column) {
            write_cell(column, cell);
        }
    }
    for (column, cell) in desired.new_users.cells() {
        let is_own = column.field == Field::ReportsTo && desired.is_address_of(cell, row);
        if !is_own && !desired.has_value(row, column) {
            write_cell(column, cell);
        }
    }
    escape(&email, user.field("emailAddress"));
    into.extend_from_slice(br#"{"action":"create","user":"#);
    user.write(into);
    if !then.is_empty() {
        into.extend_from_slice(br#","then":"#);
        then.write(into);
    }
    into.extend_from_slice(format!(r#","row":{}}}"#, desired.row_number(row)).as_bytes());
}

/// Writes the update of a user: the fields that differ, and their values before.
pub fn write_update(
    desired: &DesiredState,
    diffs: &DiffStore,
    user: &UserDiff,
    mentions: &mut Mentions,
    into: &mut Vec<u8>,
) {
    let (mut changes, mut before) = (JsonObject::default(), JsonObject::default());
    for diff in diffs.fields_of(user) {
        let cell = desired.rows.cell_of(user.row as usize, diff.column as usize);
        let (Some(cell), Some(column)) = (cell, desired.columns.get(diff.column as usize)) else {
            continue;
        };
        let (field, name, held) = (column.field, column.name.as_str(), diffs.json(diff));
        mention_ids(mentions, desired, field, cell, held);
        match field {
            // The column `role` says the same as the column `roleId` of the row.
            Field::RoleId if desired.role_column(user.row as usize) != Some(diff.column as usize) => {}
            Field::DisplayName | Field::RoleId | Field::EmailAddress | Field::NewEmail => {
                let name = match field {
                    Field::NewEmail => "emailAddress",
                    Field::RoleId => ROLE_ID,
                    _ => name,
                };
                write_value(
                    field,
                    cell,
                    diff.held_kind,
                    changes.field(name),
                    desired.references(field),
                );
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
                    let mut array = vec![b'['];
                    array.extend_from_slice(held);
                    array.push(b']');
                    before.attribute(name, &array);
                }
            }
        }
    }
    into.extend_from_slice(format!(r#"{{"action":"update","id":{},"changes":"#, user.id).as_bytes());
    changes.write(into);
    into.extend_from_slice(br#","before":"#);
    before.write(into);
    into.extend_from_slice(format!(r#","row":{}"#, desired.row_number(user.row as usize)).as_bytes());
    into.extend_from_slice(diffs.who(user));
    into.push(b'}');
}

/// Notes the roles and managers of a change: those of the cell, and those that the user has.
fn mention_ids(mentions: &mut Mentions, desired: &DesiredState, field: Field, cell: Cell<'_>, held: &[u8]) {
    let ids = match field {
        Field::RoleId => &mut mentions.roles,
        Field::ReportsTo => &mut mentions.users,
        _ => return,
    };
    ids.add_any(desired.references(field).id_of(cell));
    ids.add_any(id_in(held));
}
