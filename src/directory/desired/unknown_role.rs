//! The error of a role that the instance does not have.

use core::fmt;
use core::fmt::{Display, Formatter};

use crate::directory::desired::unknown_column::quoted;

/// A role that is not one of the instance, or that cannot be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRole {
    /// The name in quotation marks, or `with the id 7`.
    pub role: String,
    /// The roles of the instance, or `None` if it does not list them.
    pub roles: Option<String>,
    /// Whether several roles have the name.
    pub is_ambiguous: bool,
    /// The name that was probably meant; if it is ambiguous, what to give instead.
    pub suggestion: Option<String>,
    /// The header of the column, if it may be a column of another meaning.
    pub header: Option<String>,
}

impl Display for UnknownRole {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let role = self;
        match &role.roles {
            None => write!(
                f,
                "the role {} cannot be looked up, since the instance does not list its roles for this token: give the id of the role, or use a token of a \
             user who may see the roles",
                role.role
            )?,
            Some(roles) => {
                write!(
                    f,
                    "the instance has {} role {}",
                    if role.is_ambiguous { "more than one" } else { "no" },
                    role.role
                )?;
                match &role.suggestion {
                    Some(suggestion) if role.is_ambiguous => write!(f, ": give {suggestion}")?,
                    Some(suggestion) => write!(f, ": did you mean {suggestion}?")?,
                    None if role.is_ambiguous => f.write_str(": give the id")?,
                    None => {}
                }
                if !roles.is_empty() {
                    write!(f, " (its roles are {roles})")?;
                }
            }
        }
        match &role.header {
            Some(header) => write!(
                f,
                ". If the column is no role at Domo, ignore it with columns: {{{}: null}}",
                quoted(header)
            ),
            None => Ok(()),
        }
    }
}
