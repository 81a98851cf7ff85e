//! Suggests the known name that somebody probably meant by an unknown one.

use crate::directory::column::domo_name;
use domo_users_scan::columns::{ATTRIBUTES, TOP_LEVEL};
use domo_users_scan::names::fold_name;

/// A field, and the words that people use for it in their lists.
struct Synonyms {
    field: &'static str,
    /// The words, as [`fold_name`] returns them, separated by spaces.
    words: &'static str,
}

const fn synonyms(field: &'static str, words: &'static str) -> Synonyms {
    Synonyms { field, words }
}

#[rustfmt::skip]
const SYNONYMS: [Synonyms; 13] = [
    synonyms("displayName", "name fullname employeename personname anzeigename"),
    synonyms("emailAddress", "mail mailaddress emailid workemail businessemail primaryemail companyemail corporateemail"),
    synonyms("reportsTo", "manager manageremail manageremailaddress managerid managername supervisor supervisoremail boss bossemail linemanager lead \
        reportstoemail vorgesetzter"),
    synonyms("title", "jobtitle position jobname function occupation"),
    synonyms("department", "dept deptname departmentname abteilung"),
    synonyms("phoneNumber", "phone mobile mobilephone cell cellphone telephone tel"),
    synonyms("deskPhoneNumber", "officephone workphone desk extension"),
    synonyms("employeeLocation", "office site city workplace worklocation standort"),
    synonyms("hireDate", "startdate datehired hired hiredon joindate joiningdate datejoined entrydate"),
    synonyms("employeeId", "empid staffid personnelid workerid"),
    synonyms("employeeNumber", "empno empnumber employeeno staffnumber personnelnumber"),
    synonyms("alternateEmail", "secondaryemail privateemail personalemail otheremail"),
    synonyms("locale", "language lang"),
];

/// Names of Domo's own files that are near to what people mistype.
const FILE_NAMES: [&str; 3] = ["email", "deskPhone", "location"];

/// Returns the name that was probably meant: the field for a word that people use for it, else the known name that differs in the fewest letters, or
/// `None` if all differ in more than a third. `keys` are the attributes of the instance.
#[must_use]
pub fn nearest(name: &str, keys: &[String]) -> Option<String> {
    synonym(name).or_else(|| nearest_spelling(name, keys))
}

#[inline(never)]
fn synonym(name: &str) -> Option<String> {
    let folded = fold_name(name);
    let synonyms = SYNONYMS
        .iter()
        .find(|synonyms| synonyms.words.split(' ').any(|word| word == folded))?;
    Some(synonyms.field.to_owned())
}

/// Returns the known name that differs in the fewest letters, or `None` if all differ in more than a third.
#[must_use]
pub fn nearest_spelling(name: &str, keys: &[String]) -> Option<String> {
    let mut nearest = Nearest::new(name);
    for own in [&TOP_LEVEL[..], &ATTRIBUTES, &FILE_NAMES] {
        for known in own {
            nearest.consider(known, domo_name(known).unwrap_or(known));
        }
    }
    for key in keys {
        nearest.consider(key, key);
    }
    nearest.name()
}

/// The known name that is nearest to another name, of those that were considered so far.
#[derive(Debug)]
pub struct Nearest<'a> {
    folded: String,
    known: Option<&'a str>,
    /// The letters in which the spelling of the known name differs.
    distance: usize,
}

impl<'a> Nearest<'a> {
    /// Begins the search for the name that is nearest to this one.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folded = fold_name(name);
        // A name that differs in more than a third is not near. Of a short name, one letter may differ, but not the only one.
        let count = folded.chars().count();
        let most = (count / 3).max(1).min(count.saturating_sub(1));
        Self {
            folded,
            known: None,
            distance: most.saturating_add(1),
        }
    }

    /// Considers a known name in a spelling of it.
    #[inline(never)]
    pub fn consider(&mut self, spelling: &str, known: &'a str) {
        let distance = strsim::osa_distance(&self.folded, &fold_name(spelling));
        if distance < self.distance {
            (self.known, self.distance) = (Some(known), distance);
        }
    }

    /// Returns the nearest name, or `None` if all differ in more than a third.
    #[must_use]
    pub fn name(self) -> Option<String> {
        self.known.map(str::to_owned)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_a_synonym_or_differs_in_few_letters() {
        for (name, meant) in [
            ("departmnet", Some("department")),
            ("Deparment", Some("department")),
            ("Manager E-Mail", Some("reportsTo")),
            ("Full Name", Some("displayName")),
            ("Start Date", Some("hireDate")),
            ("emial address", Some("emailAddress")),
            ("shoesize", Some("shoeSize")),
            ("shoe sizes", Some("shoeSize")),
            ("emial", Some("emailAddress")),
            ("lcoation", Some("employeeLocation")),
            ("desk phne", Some("deskPhoneNumber")),
            ("title", Some("title")),
            ("tittle", Some("title")),
            ("tiltel", Some("title")),
            ("tilteels", None),
            ("Birthday", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(
                nearest(name, &["shoeSize", "costCenter"].map(str::to_owned)).as_deref(),
                meant,
                "{name}"
            );
        }
    }
}
