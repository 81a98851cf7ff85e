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
pub fn nearest<'a>(name: &str, mut keys: impl Iterator<Item = &'a str>) -> Option<String> {
    synonym(name).or_else(|| nearest_spelling(name, &mut keys))
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
pub fn nearest_spelling(name: &str, keys: &mut dyn Iterator<Item = &str>) -> Option<String> {
    let folded = fold_name(name);
    let own = TOP_LEVEL.iter().chain(&ATTRIBUTES).chain(&FILE_NAMES).copied();
    let own = own.map(|known| Candidate::new(&folded, known, domo_name(known).unwrap_or(known)));
    let keys = keys.map(|key| Candidate::new(&folded, key, key));
    nearest_of(&folded, &mut own.chain(keys))
}

/// Returns the name of a list that differs in the fewest letters, or `None` if all differ in more than a third.
#[must_use]
pub fn nearest_name(name: &str, names: &mut dyn Iterator<Item = &str>) -> Option<String> {
    let folded = fold_name(name);
    nearest_of(&folded, &mut names.map(|known| Candidate::new(&folded, known, known)))
}

fn nearest_of<'a>(folded: &str, candidates: &mut dyn Iterator<Item = Candidate<'a>>) -> Option<String> {
    let nearest = candidates.min_by_key(|candidate| candidate.distance)?;
    // Of a short name, one letter may differ.
    let most = (folded.chars().count() / 3).max(1);
    (nearest.distance <= most).then(|| nearest.name.to_owned())
}

struct Candidate<'a> {
    name: &'a str,
    /// The letters in which the spelling differs.
    distance: usize,
}

impl<'a> Candidate<'a> {
    fn new(folded: &str, spelling: &str, name: &'a str) -> Self {
        let distance = strsim::osa_distance(folded, &fold_name(spelling));
        Self { name, distance }
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
                nearest(name, ["shoeSize", "costCenter"].into_iter()).as_deref(),
                meant,
                "{name}"
            );
        }
    }
}
