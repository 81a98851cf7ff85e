//! The names of columns in the instance: a header also means an attribute whose key is spelled in another way.

use crate::directory::column::{Column, Field};
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::DesiredState;
use crate::directory::key_match::KeyMatch;
use crate::directory::plan::sources::Sources;
use crate::excerpt::excerpt;
use domo_users_scan::columns::{Columns, LooseColumn};

/// What was found about the names of columns.
#[derive(Debug, Default)]
pub struct ColumnNames {
    /// Columns that several attributes of the instance match.
    pub ambiguous: Vec<usize>,
    /// Warnings for the caller.
    pub warnings: Vec<String>,
}

/// Whether the instance has to be read again: a key that is spelled exactly as a header came after users had been compared by another key.
#[must_use]
pub fn needs_second_reading(keys: &Columns) -> bool {
    keys.loose().iter().any(|loose| {
        let has_other_spelling = !loose.other_spellings.is_empty();
        let is_name_held = keys.is_wanted_held(loose.column);
        (loose.is_header_held && (loose.is_built_in || has_other_spelling || is_name_held))
            || (is_name_held && has_other_spelling)
    })
}

/// Gives each column the key of the attribute that it means. Columns that mean several attributes, or the same as another column, are errors.
pub fn name_columns(desired: &mut DesiredState, sources: &Sources, keys: &Columns) -> ColumnNames {
    let (mut found, mut new_names) = (ColumnNames::default(), Vec::new());
    for loose in keys.loose() {
        let Some(at) = sources.attribute_at(desired, loose.column) else {
            continue;
        };
        match matching_key(loose, keys) {
            KeyMatch::Unknown(_) => {}
            KeyMatch::Key(name) => {
                if loose.is_header_held && loose.is_built_in {
                    found.warnings.push(format!(
                        "The column {header} is written to the attribute \"{header}\" of the instance, not to \"{name}\".",
                        header = excerpt(&loose.header, 60),
                        name = String::from_utf8_lossy(keys.name(loose.column)),
                    ));
                }
                new_names.push(NewName { column: at, name });
            }
            KeyMatch::Ambiguous(keys) => {
                found.ambiguous.push(at);
                refuse_ambiguous(desired, at, keys);
            }
        }
    }
    for new_name in new_names {
        rename(desired, new_name);
    }
    found
}

/// The key of the instance that a column gets as its name.
pub struct NewName {
    /// The index of the column.
    pub column: usize,
    /// The key.
    pub name: String,
}

/// Adds the error of a column whose header several attributes match.
pub fn refuse_ambiguous(desired: &mut DesiredState, column: usize, keys: Vec<String>) {
    let header = desired.header_at(column).to_owned();
    let place = excerpt(&header, 60);
    desired.add_header_error(&place, RowError::AmbiguousColumn { header, keys });
}

/// Returns the key that a column gets as its name. It is unknown if the column keeps its name.
fn matching_key(loose: &LooseColumn, keys: &Columns) -> KeyMatch {
    if loose.is_header_held {
        return KeyMatch::Key(loose.header.clone());
    }
    match loose.other_spellings.as_slice() {
        [key] if !keys.is_wanted_held(loose.column) => KeyMatch::Key(key.clone()),
        several @ [_, ..] if !keys.is_wanted_held(loose.column) => KeyMatch::Ambiguous(several.to_vec()),
        _ => KeyMatch::Unknown(None),
    }
}

/// Renames a column. If another column has the name already, this is an error.
pub fn rename(desired: &mut DesiredState, NewName { column, name }: NewName) {
    if desired.column_name_at(column) == name {
        return;
    }
    let is_other = |other: &&Column| other.name == name && other.field != Field::Ignored;
    let other = desired.columns.iter().find(is_other).map(|other| other.header.clone());
    let Some(column) = desired.columns.get_mut(column) else {
        return;
    };
    column.name.clone_from(&name);
    if let Some(other) = other {
        let header = excerpt(&column.header, 60);
        desired.add_header_error(&header, RowError::SameAttribute { name, other });
    }
}
