//! The options that tell how the headers of a list are read.

use crate::directory::column::Field;
use domo_users_scan::names::fold_name;

/// How the caller wants headers to be read.
#[derive(Debug, Default)]
pub struct HeaderOptions {
    /// The option `columns`.
    pub columns: Vec<MappedHeader>,
    /// The option `newAttributes`: keys of attributes that no user of the instance has yet.
    pub new_attributes: Vec<String>,
}

/// An entry of the option `columns`.
#[derive(Debug)]
pub struct MappedHeader {
    /// The header.
    pub header: String,
    /// The field that the column holds, or `None` to ignore the column.
    pub field: Option<String>,
    /// Whether the list has this header.
    pub is_found: bool,
}

impl HeaderOptions {
    /// Returns the entry of `columns` for a header. An entry that is spelled exactly as the header comes before one in another spelling.
    pub fn mapped(&mut self, header: &str) -> Option<&mut MappedHeader> {
        let folded = fold_name(header);
        let position = |fits: &dyn Fn(&MappedHeader) -> bool| self.columns.iter().position(fits);
        let at = position(&|mapped| mapped.header == header)
            .or_else(|| position(&|mapped| fold_name(&mapped.header) == folded))?;
        self.columns.get_mut(at)
    }

    /// Returns the new attribute that a header names, in its own spelling or in another.
    #[must_use]
    pub fn new_attribute(&self, header: &str) -> Option<&str> {
        let folded = fold_name(header);
        let mut names = self.new_attributes.iter();
        let in_other_spelling = || self.new_attributes.iter().find(|name| fold_name(name) == folded);
        let exact = names.find(|name| *name == header);
        exact.or_else(in_other_spelling).map(String::as_str)
    }

    /// Returns the first new attribute whose name means a role, or a column that is ignored.
    #[must_use]
    pub fn field_among_new_attributes(&self) -> Option<&str> {
        let is_field = |name: &&String| matches!(Field::named(name), Field::RoleId | Field::Ignored);
        self.new_attributes.iter().find(is_field).map(String::as_str)
    }

    /// Whether an attribute with exactly this name may be created.
    #[must_use]
    pub fn is_new_attribute(&self, name: &str) -> bool {
        self.new_attributes.iter().any(|new| new == name)
    }
}
