//! The known name that somebody meant who wrote an unknown one.

use domo_users_scan::columns::{ATTRIBUTES, TOP_LEVEL};
use domo_users_scan::names::fold_name;

/// What people call Domo's fields in lists of their own, as [`fold_name`] gives it.
#[rustfmt::skip]
const OTHER_WORDS: [(&str, &[&str]); 13] = [
    ("displayName", &["name", "fullname", "employeename", "personname", "anzeigename"]),
    ("emailAddress", &["mail", "mailaddress", "emailid", "workemail", "businessemail", "primaryemail", "companyemail", "corporateemail"]),
    ("reportsTo", &[
        "manager", "manageremail", "manageremailaddress", "managerid", "managername", "supervisor", "supervisoremail", "boss", "bossemail",
        "linemanager", "lead", "reportstoemail", "vorgesetzter",
    ]),
    ("title", &["jobtitle", "position", "jobname", "function", "occupation"]),
    ("department", &["dept", "deptname", "departmentname", "abteilung"]),
    ("phoneNumber", &["phone", "mobile", "mobilephone", "cell", "cellphone", "telephone", "tel"]),
    ("deskPhoneNumber", &["officephone", "workphone", "desk", "extension"]),
    ("employeeLocation", &["office", "site", "city", "workplace", "worklocation", "standort"]),
    ("hireDate", &["startdate", "datehired", "hired", "hiredon", "joindate", "joiningdate", "datejoined", "entrydate"]),
    ("employeeId", &["empid", "staffid", "personnelid", "workerid"]),
    ("employeeNumber", &["empno", "empnumber", "employeeno", "staffnumber", "personnelnumber"]),
    ("alternateEmail", &["secondaryemail", "privateemail", "personalemail", "otheremail"]),
    ("locale", &["language", "lang"]),
];

/// Returns the name that was probably meant: a word that people use for a field of Domo's, else the known name that differs in the fewest letters.
/// `keys` are the attributes of the instance.
#[must_use]
pub fn nearest<'a>(name: &str, keys: impl Iterator<Item = &'a str>) -> Option<String> {
    let folded = fold_name(name);
    let word = OTHER_WORDS.iter().find(|(_, words)| words.contains(&folded.as_str()));
    if let Some((field, _)) = word {
        return Some((*field).to_owned());
    }
    let known = TOP_LEVEL.iter().chain(&ATTRIBUTES).copied().chain(keys);
    let nearest = known
        .map(|known| (strsim::osa_distance(&folded, &fold_name(known)), known))
        .min_by_key(|(distance, _)| *distance)?;
    // A third of the letters may be wrong; of short names, one.
    let most = (folded.chars().count() / 3).max(1);
    (nearest.0 <= most).then(|| nearest.1.to_owned())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant() {
        for (name, meant) in [
            ("departmnet", Some("department")),
            ("Deparment", Some("department")),
            ("Manager E-Mail", Some("reportsTo")),
            ("Full Name", Some("displayName")),
            ("Start Date", Some("hireDate")),
            ("emial address", Some("emailAddress")),
            ("shoesize", Some("shoeSize")),
            ("shoe sizes", Some("shoeSize")),
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
