//! The names of columns in the instance: a header also means an attribute whose key is spelled in another way.

use crate::directory::column::{Column, Field};
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::DesiredState;
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

/// The key of the instance that a column has.
enum Match {
    /// The column keeps its name.
    Unchanged,
    /// The column is the attribute with this key.
    Renamed(String),
    /// Several attributes match the header.
    Ambiguous(Vec<String>),
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
            Match::Unchanged => {}
            Match::Renamed(name) => {
                if loose.is_header_held && loose.is_built_in {
                    found.warnings.push(format!(
                        "The column {header} is written to the attribute \"{header}\" of the instance, not to \"{name}\".",
                        header = excerpt(&loose.header, 60),
                        name = String::from_utf8_lossy(keys.name(loose.column)),
                    ));
                }
                new_names.push(NewName { column: at, name });
            }
            Match::Ambiguous(keys) => {
                let header = desired.columns.get(at).map_or("", |column| &column.header).to_owned();
                found.ambiguous.push(at);
                let place = excerpt(&header, 60);
                desired
                    .errors
                    .add(1, &place, &RowError::AmbiguousColumn { header, keys });
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

fn matching_key(loose: &LooseColumn, keys: &Columns) -> Match {
    if loose.is_header_held {
        return Match::Renamed(loose.header.clone());
    }
    match loose.other_spellings.as_slice() {
        [] => Match::Unchanged,
        _ if keys.is_wanted_held(loose.column) => Match::Unchanged,
        [key] => Match::Renamed(key.clone()),
        several => Match::Ambiguous(several.to_vec()),
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
        desired.errors.add(1, &header, &RowError::SameAttribute { name, other });
    }
}
