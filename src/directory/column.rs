//! Columns of a list, and the field of a user that each holds.

use domo_users_scan::columns::{ATTRIBUTES, TOP_LEVEL};
use domo_users_scan::damage::is_artefact;
use domo_users_scan::names::fold_name;

/// The field of a user, or the kind of field, that a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `id`, which no plan changes.
    Id,
    /// `displayName`.
    DisplayName,
    /// `emailAddress`.
    EmailAddress,
    /// `newEmail` of Domo's import files: the e-mail address that the user gets.
    NewEmail,
    /// `roleId`, an id or the name of a role. The header `role` has a column of its own.
    RoleId,
    /// `userName`.
    UserName,
    /// `reportsTo`, an id or an e-mail address.
    ReportsTo,
    /// `hireDate`, in any of the forms that [`Date`](crate::user::date::Date) reads.
    HireDate,
    /// Any other attribute.
    Attribute,
    /// A name that a CSV parser gives to cells without a header.
    ParserArtefact,
    /// A column that is never written: fields that only Domo sets, columns that are no field of a user, and columns that the caller ignores.
    Ignored,
}

/// The field of a user that holds an array of attributes. It is never an attribute itself.
pub const ATTRIBUTES_FIELD: &str = "attributes";

/// The other name for `roleId`. In users of a search, this field holds an object.
pub const ROLE: &str = "role";

impl Field {
    /// Returns the field that has this name at Domo.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "id" => Field::Id,
            "displayName" => Field::DisplayName,
            "emailAddress" => Field::EmailAddress,
            "newEmail" => Field::NewEmail,
            "roleId" | ROLE => Field::RoleId,
            "userName" => Field::UserName,
            "reportsTo" => Field::ReportsTo,
            "hireDate" => Field::HireDate,
            // Domo sets these itself. A list that was exported earlier would reset them.
            "created" | "modified" | "lastActivity" | "lastLogin" => Field::Ignored,
            // Columns of Domo's import files that are no fields of a user. Users of a search have the first as well.
            "groups" | "sendInvite" | "edit" => Field::Ignored,
            name if is_artefact(name) => Field::ParserArtefact,
            _ => Field::Attribute,
        }
    }
}

/// A column of a list.
#[derive(Debug)]
pub struct Column {
    /// The name of the field or attribute at Domo, or in the instance.
    pub name: String,
    /// The header in the list.
    pub header: String,
    /// The name to look for among the attributes of the instance: the header, or the field that the option `columns` gives for it.
    pub lookup_name: String,
    /// The field that the column holds.
    pub field: Field,
    /// Whether the name is exact, as the key of an attribute is. Headers are compared ignoring case, spaces and punctuation.
    pub is_exact: bool,
    /// Whether users of the instance hold several values of this attribute.
    pub is_list: bool,
}

impl Column {
    /// Returns a column of a list, with the name that the field or attribute has at Domo.
    #[must_use]
    pub fn new(name: &str, header: &str, lookup_name: &str) -> Self {
        Self {
            name: name.to_owned(),
            header: header.to_owned(),
            lookup_name: lookup_name.to_owned(),
            field: Field::named(name),
            is_exact: false,
            is_list: false,
        }
    }

    /// Whether the column is the attribute for a second e-mail address.
    #[must_use]
    pub fn is_alternate_email(&self) -> bool {
        self.field == Field::Attribute && self.name == "alternateEmail"
    }

    /// Returns a column for tests.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn of(field: Field, name: &str) -> Self {
        Self {
            field,
            ..Self::new(name, name, name)
        }
    }
}

/// Returns Domo's name for the field of a header, or `None` if Domo has no such field. Case, spaces and punctuation are ignored, and the names that
/// Domo's own import and export files use are understood.
#[must_use]
pub fn domo_name(header: &str) -> Option<&'static str> {
    const FILE_NAMES: [(&str, &str); 8] = [
        ("email", "emailAddress"),
        ("deskPhone", "deskPhoneNumber"),
        ("location", "employeeLocation"),
        ("newEmail", "newEmail"),
        ("sendInvite", "sendInvite"),
        ("groups", "groups"),
        ("role", "role"),
        ("edit", "edit"),
    ];
    let folded = fold_name(header);
    // Domo's names have only ASCII letters.
    let is_header = |name: &str| name.eq_ignore_ascii_case(&folded);
    for (name, domo) in FILE_NAMES {
        if is_header(name) {
            return Some(domo);
        }
    }
    let find = |names: &[&'static str]| names.iter().copied().find(|name| is_header(name));
    find(&TOP_LEVEL).or_else(|| find(&ATTRIBUTES))
}
