//! The error of a file that has no column to match rows by.

use core::fmt;
use core::fmt::{Display, Formatter};

use crate::directory::desired::unknown_column::quoted;
use crate::excerpt::excerpt;
use crate::joined::joined;

/// A file without a column to match rows by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoKeyColumn {
    /// The field to match by.
    pub key: &'static str,
    /// The headers of the file.
    pub found: Vec<String>,
    /// The header that probably means the field.
    pub suggestion: Option<String>,
}

impl Display for NoKeyColumn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let key = self.key;
        write!(
            f,
            "the file has no {key} column, which is needed to match rows to users. "
        )?;
        let mut found = Vec::new();
        for header in &self.found {
            found.push(match header.contains(',') {
                true => quoted(header),
                false => header.clone(),
            });
        }
        let columns = joined(&found, ", ");
        if columns.is_empty() {
            return f.write_str("The header row is missing or empty");
        }
        write!(f, "Columns found: {}. ", excerpt(&columns, 200))?;
        if columns.contains([';', '\t', '|']) {
            f.write_str("The headers seem to be separated by another character: use one delimiter throughout, or pass or correct the option delimiter")
        } else if columns.ends_with(".csv") {
            f.write_str("A string must be the CSV itself, not the path of a file")
        } else {
            let header = quoted(self.suggestion.as_deref().unwrap_or("<header>"));
            write!(f, "Rename one to {key}, or pass columns: {{{header}: \"{key}\"}}")
        }
    }
}
