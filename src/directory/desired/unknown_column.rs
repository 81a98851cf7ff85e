//! The error of a column that neither Domo nor the instance knows, and strings in messages.

use core::fmt;
use core::fmt::{Display, Formatter};

use crate::excerpt::{excerpt, string_of_bytes};
use domo_users_scan::json::escapes::escape;

/// A column that neither Domo nor the instance knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownColumn {
    /// The header in the list.
    pub header: String,
    /// The name that was looked for: the header, or the field that the option `columns` gives for it.
    pub lookup_name: String,
    /// Whether the column comes from the key of an attribute, not from a header.
    pub is_exact: bool,
    /// The known name that was probably meant.
    pub suggestion: Option<String>,
}

/// Returns the beginning of a string for an error message.
#[must_use]
pub fn shown(text: &str) -> String {
    excerpt(text, 60)
}

/// Returns a string without quotation marks around it.
#[must_use]
pub fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// Returns a string in the JSON form, for code that a person may copy from an error.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut json = Vec::new();
    escape(text.as_bytes(), &mut json);
    string_of_bytes(&json)
}

impl UnknownColumn {
    /// Returns the entry of the option `columns` that gives the column the suggested name, or ignores it.
    #[must_use]
    pub fn mapping(&self) -> String {
        let field = self.suggestion.as_deref().map_or("null".to_owned(), quoted);
        format!("{}: {field}", quoted(&self.header))
    }
}

impl Display for UnknownColumn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (header, name) = (quoted(&self.header), quoted(&self.lookup_name));
        f.write_str("neither Domo nor any user of the instance has a field of this name")?;
        if self.lookup_name != self.header {
            write!(f, " ({}, by the option columns)", shown(&self.lookup_name))?;
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, ": did you mean {suggestion}? ")?,
            None => f.write_str(". ")?,
        }
        if self.is_exact {
            return write!(
                f,
                "Correct the key of the attribute, or pass newAttributes: [{name}] to write a new one"
            );
        }
        if self.suggestion.is_some() {
            write!(f, "Map it with columns: {{{}}}. ", self.mapping())?;
        }
        write!(
            f,
            "Ignore it with columns: {{{header}: null}}, or all such columns with otherColumns: \"ignore\". Write it as a new attribute with newAttributes: \
         [{name}]"
        )
    }
}
