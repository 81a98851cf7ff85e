//! The path of a value inside a user, for errors.

use core::fmt;

use crate::excerpt::excerpt;

/// The path of a value, such as `attributes[0].values[1]`. It is rendered only for an error.
pub enum Path<'a> {
    /// A top-level field.
    Field(&'a str),
    /// An item of a list.
    Item(&'a Path<'a>, usize),
    /// A field of an object.
    Member(&'a Path<'a>, &'a str),
}

impl Path<'_> {
    /// Returns the last name of the path; `None` for an item of a list.
    pub fn name(&self) -> Option<&str> {
        match self {
            Path::Field(name) | Path::Member(_, name) => Some(name),
            Path::Item(..) => None,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Field(name) => f.write_str(&excerpt(name, 60)),
            Path::Item(list, index) => write!(f, "{list}[{index}]"),
            Path::Member(object, name) => write!(f, "{object}.{}", excerpt(name, 60)),
        }
    }
}
