//! The error of an e-mail address or a user name that another user of the instance has.

use core::fmt;
use core::fmt::{Display, Formatter};

/// Another user of the instance has the e-mail address or the user name of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressTaken {
    /// The id of that user.
    pub id: Option<u64>,
    /// What that user has: an address or a user name.
    pub what: &'static str,
    /// Whether rows are matched by id.
    pub by_id: bool,
    /// Whether the plan deletes that user.
    pub is_deleted: bool,
}

impl Display for AddressTaken {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (id, what) = (self.id, self.what);
        match id {
            Some(id) => write!(f, "the user with id {id}")?,
            None => f.write_str("another user of the instance")?,
        }
        write!(f, " has this {what}; if the row is for that user, ")?;
        match id {
            Some(id) if self.by_id => write!(f, "write the id {id} in the row")?,
            _ => f.write_str("match the row to them")?,
        }
        match self.is_deleted {
            true => f.write_str("; otherwise delete them")?,
            false => write!(f, "; otherwise change their {what}")?,
        }
        f.write_str(" first, in a separate plan")
    }
}
