//! Which columns of a list are known: those of Domo's own, those that a user of the instance holds, and those that the caller names.

use crate::directory::desired::DesiredState;
use crate::directory::doubt::{DoubtfulCell, shown};
use crate::directory::header::Field;
use crate::directory::plan::Plan;
use crate::directory::raw_cell::{ATTRIBUTES_FIELD, json_string};
use crate::directory::suggest::nearest;
use crate::error::DomoError;
use domo_users_scan::columns::{ATTRIBUTES, TOP_LEVEL};
use domo_users_scan::rows::cell::Cell;

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contents {
    /// No row says anything.
    Nothing,
    /// Rows only clear it.
    Clears,
    /// Some row has a value.
    Values,
}

impl DesiredState {
    /// Refuses entries of the option `columns` whose header the list does not have.
    pub fn check_mapped_headers(&mut self) {
        // A list without any object has no headers that could be missing.
        if !self.has_header && self.rows.is_empty() {
            return;
        }
        for mapped in self.header_options.columns.iter().filter(|mapped| !mapped.is_found) {
            let found: Vec<String> = self.headers.iter().map(|header| shown(header)).collect();
            let reason = format!(
                "the list has no header \"{}\"; correct the name or remove it from columns; headers found: {}",
                shown(&mapped.header),
                found.join(", ")
            );
            self.faults.add(1, "columns", &reason);
        }
    }

    /// Returns an error before the instance is read, if something is wrong whatever it holds. Doubtful cells are reported with it.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every fault of the rows.
    pub fn settle_before_reading(&mut self) -> Result<(), DomoError> {
        if self.faults.count() > 0 {
            for doubtful in std::mem::take(&mut self.doubts) {
                self.refuse_doubtful(&doubtful);
            }
        }
        self.faults.settle()
    }

    fn refuse_doubtful(&mut self, doubtful: &DoubtfulCell) {
        let number = self.row_number(doubtful.row);
        let name = self.columns.get(doubtful.column).map_or("", |column| &column.name);
        self.faults.add(number, name, &doubtful.doubt.reason(&doubtful.text));
    }

    fn contents(&self, column: usize) -> Contents {
        let mut contents = Contents::Nothing;
        for row in 0..self.rows.len() {
            match self.rows.cell_of(row, column) {
                None => {}
                Some(Cell::Clear) => contents = Contents::Clears,
                Some(_) => return Contents::Values,
            }
        }
        contents
    }
}

impl Plan {
    /// Gives each column the name of the instance's key that it fits.
    pub(super) fn name_columns(&mut self) {
        let (mut names, mut ambiguous) = (Vec::new(), Vec::new());
        for loose in self.cells.columns().loose() {
            let Some(at) = self.attribute_with_source(loose.column) else {
                continue;
            };
            if loose.is_header_held {
                if loose.is_built_in {
                    self.warnings.push(format!(
                        "The column {header} is written to the attribute \"{header}\" of the instance, not to \"{own}\".",
                        header = shown(&loose.header),
                        own = String::from_utf8_lossy(self.cells.columns().name(loose.column)),
                    ));
                }
                names.push((at, loose.header.clone()));
                continue;
            }
            match loose.other_spellings.as_slice() {
                [] => {}
                _ if self.cells.columns().is_wanted_held(loose.column) => {}
                [key] => names.push((at, key.clone())),
                [first, ..] => {
                    let header = self.desired.columns.get(at).map_or("", |column| &column.header);
                    let reason = format!(
                        "several attributes of the instance have this name: {}; name one with columns: {{{}: {}}}",
                        loose.other_spellings.join(", "),
                        json_string(header),
                        json_string(first),
                    );
                    ambiguous.push(at);
                    let header = shown(header);
                    self.desired.faults.add(1, &header, &reason);
                }
            }
        }
        self.ambiguous_columns = ambiguous;
        for (at, name) in names {
            let other = self
                .desired
                .columns
                .iter()
                .find(|column| column.name == name && column.field != Field::Ignored);
            let reason = other.map(|other| {
                format!(
                    "the column {} is the attribute \"{name}\" too; keep one of them",
                    shown(&other.header)
                )
            });
            let Some(column) = self.desired.columns.get_mut(at) else {
                continue;
            };
            column.name = name;
            if let Some(reason) = reason {
                let header = column.header.clone();
                self.desired.faults.add(1, &header, &reason);
            }
        }
    }

    fn attribute_with_source(&self, source: usize) -> Option<usize> {
        let mut columns = self.desired.columns.iter().enumerate();
        columns.find_map(|(at, column)| {
            (column.field == Field::Attribute && self.source_of(at) == Some(source)).then_some(at)
        })
    }

    /// Refuses or ignores columns with values that nobody knows. Is called when all users of the instance were seen.
    pub(super) fn check_columns(&mut self) {
        let mut ignored = Vec::new();
        let mut cleared = Vec::new();
        for at in 0..self.desired.columns.len() {
            if self.is_known(at) || self.ambiguous_columns.contains(&at) {
                continue;
            }
            let contents = self.desired.contents(at);
            let is_refused = contents == Contents::Values && !self.choice.ignore_other_columns;
            let Some(column) = self.desired.columns.get_mut(at) else {
                continue;
            };
            let header = shown(&column.header);
            if is_refused {
                let reason = self.unknown_column(at);
                self.desired.faults.add(1, &header, &reason);
                continue;
            }
            column.field = Field::Ignored;
            match contents {
                Contents::Values => ignored.push(header),
                Contents::Clears => cleared.push(header),
                Contents::Nothing => {}
            }
        }
        if !ignored.is_empty() {
            let names = ignored.join(", ");
            self.warnings.push(format!(
                "Columns that neither Domo nor the instance knows were ignored: {names}."
            ));
        }
        if !cleared.is_empty() {
            let names = cleared.join(", ");
            self.warnings.push(format!(
                "Columns that would only clear an attribute that no user has were ignored: {names}."
            ));
        }
    }

    fn is_known(&self, at: usize) -> bool {
        self.desired.columns.get(at).is_none_or(|column| {
            let name = column.name.as_str();
            column.field != Field::Attribute
                || name == ATTRIBUTES_FIELD
                || TOP_LEVEL.contains(&name)
                || ATTRIBUTES.contains(&name)
                || self.desired.header_options.new_attributes.contains(&column.name)
                || self.cells.columns().is_held(name)
        })
    }

    fn unknown_column(&self, at: usize) -> String {
        let Some(column) = self.desired.columns.get(at) else {
            return String::new();
        };
        let keys: Vec<String> = self
            .cells
            .columns()
            .other_keys()
            .map(std::borrow::Cow::into_owned)
            .collect();
        let wanted = self.desired.columns.iter().map(|column| column.name.as_str());
        let held = wanted.filter(|name| self.cells.columns().is_held(name));
        let meant = nearest(&column.wanted, keys.iter().map(String::as_str).chain(held));
        let guess = meant
            .as_ref()
            .map_or(String::new(), |name| format!(": did you mean {name}?"));
        let what = if column.wanted == column.header {
            String::new()
        } else {
            format!(" ({}, by the option columns)", shown(&column.wanted))
        };
        let reason = format!("neither Domo nor any user of the instance has a field of this name{what}{guess}");
        let separator = if guess.is_empty() { ". " } else { " " };
        if column.is_exact {
            let remedy = format!(
                "Correct the key of the attribute, or pass newAttributes: [{}] to write a new one",
                json_string(&column.name)
            );
            return format!("{reason}{separator}{remedy}");
        }
        let header = json_string(&column.header);
        let mapping = meant.map_or(String::new(), |name| {
            format!("Map it with columns: {{{header}: {}}}. ", json_string(&name))
        });
        format!(
            "{reason}{separator}{mapping}Ignore it with columns: {{{header}: null}}, or all such columns with otherColumns: \"ignore\". Write it as a new \
             attribute with newAttributes: [{}]",
            json_string(&column.wanted)
        )
    }

    /// Refuses doubtful cells, unless the user already holds the value.
    pub(super) fn check_doubts(&mut self) {
        for doubtful in std::mem::take(&mut self.desired.doubts) {
            let is_ignored = self.desired.is_ignored(doubtful.column);
            let stays = self.is_matched(doubtful.row) && !self.findings.diffs.has(doubtful.row, doubtful.column);
            if !is_ignored && !stays {
                self.desired.refuse_doubtful(&doubtful);
            }
        }
    }

    /// Returns what a person should know before applying the plan: one line a kind.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        if let Some(rows) = self.desired.cleaned_addresses.describe() {
            warnings.push(format!(
                "E-mail addresses of {rows} had invisible characters or text around them in the list; the address that a person sees is used."
            ));
        }
        if let Some(rows) = self.findings.same_addresses.describe() {
            warnings.push(format!(
                "E-mail addresses of {rows} differ from those in the instance only in invisible characters or in text around them; they count as the \
                 same and are not changed."
            ));
        }
        let unknown: Vec<String> = self
            .choice
            .protect
            .iter()
            .filter(|id| !self.findings.protected.contains(id))
            .map(u64::to_string)
            .collect();
        if !unknown.is_empty() {
            warnings.push(format!(
                "protect lists ids that no user of the instance has: {}.",
                unknown.join(", ")
            ));
        }
        if !self.findings.kept.is_empty() {
            warnings.push(format!(
                "Users without a usual e-mail address, who may be the ones that a row means, are not deleted: {}.",
                self.findings.kept.join(", ")
            ));
        }
        if let Some(rows) = self.findings.lost_zeros.describe() {
            warnings.push(format!(
                "Numbers of {rows} lack zeros in front that the instance holds: a spreadsheet has probably removed them, also in other rows. The stored \
                 numbers are kept."
            ));
        }
        warnings
    }
}
