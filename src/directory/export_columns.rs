//! The columns of a CSV file that is written, from the names that the caller chose: they are understood as the headers of a list are.

use crate::directory::column::{ROLE, domo_name};
use crate::directory::key_match::{KeyMatch, match_key};
use crate::directory::suggest::nearest_spelling;
use crate::excerpt::excerpt;
use crate::joined::joined;
use crate::validation::Errors;
use domo_users_scan::columns::{ATTRIBUTES, Columns, TOP_LEVEL};
use domo_users_scan::csv::writer::{WriteOptions, Writer};

/// Whether the attribute keys of the instance have a say: any name is not exactly one of Domo's.
#[must_use]
pub fn need_keys(names: &[String]) -> bool {
    let is_domos = |name: &String| TOP_LEVEL.contains(&name.as_str()) || ATTRIBUTES.contains(&name.as_str());
    !names.iter().all(is_domos)
}

/// Returns the writer of a file with these columns, or with all that are known of Domo if there are no names. `keys` are the attribute keys that the instance
/// lists, `None` if they are unknown: then only names that are nearly Domo's own are refused. Every name that is refused is an error.
#[must_use]
pub fn new_writer(names: &[String], keys: Option<&[String]>, options: WriteOptions, errors: &mut Errors) -> Writer {
    if names.is_empty() {
        let mut columns = Columns::new(&TOP_LEVEL);
        for key in &ATTRIBUTES {
            columns.add(key.as_bytes());
        }
        return Writer::new(columns, None, options);
    }
    let (mut columns, mut header) = (Columns::default(), Columns::default());
    for (index, name) in names.iter().enumerate() {
        header.add(name.as_bytes());
        let expected = match meant_by(name, keys) {
            Ok(key) => match columns.add(key.as_bytes()) {
                column if column == index => continue,
                earlier => {
                    let first = names.get(earlier).map_or("", String::as_str);
                    format!("different columns (this one is {key}, as {} is)", excerpt(first, 60))
                }
            },
            Err(expected) => expected,
        };
        errors.push_expected("columns", &expected, &name.as_str().into());
        // Keeps the numbers of the columns those of the names.
        columns.add(format!("\0{index}").as_bytes());
    }
    Writer::new(columns, Some(&header), options)
}

/// Returns the field or the attribute key that a name means, or else what is expected.
fn meant_by(name: &str, keys: Option<&[String]>) -> Result<String, String> {
    let listed = keys.unwrap_or_default();
    // The exact key of the instance is preferred to another spelling of Domo's names, as in a plan.
    if !listed.iter().any(|key| key == name)
        && let Some(own) = domo_name(name)
    {
        // A list may name the role in a column `role`; users have it in `roleId`.
        return Ok(if own == ROLE { "roleId" } else { own }.to_owned());
    }
    let suggestion = match match_key(name, listed) {
        KeyMatch::Key(key) => return Ok(key),
        KeyMatch::Ambiguous(keys) => {
            return Err(format!(
                "exact keys, here one of {}",
                excerpt(&joined(&keys, ", "), 200)
            ));
        }
        KeyMatch::Unknown(suggestion) if keys.is_some() => suggestion,
        KeyMatch::Unknown(_) => match nearest_spelling(name, &[]) {
            None => return Ok(name.to_owned()),
            suggestion => suggestion,
        },
    };
    let hint = suggestion.map_or(String::new(), |suggestion| format!(" (did you mean {suggestion}?)"));
    Err(format!("names of fields, or attribute keys of the instance{hint}"))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::error::Code;

    /// Returns the columns that the names mean, or the message of the error.
    fn check(names: &[&str], keys: Option<&[&str]>) -> Result<Vec<String>, String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        let (names, keys) = (owned(names), keys.map(owned));
        let mut errors = Errors::default();
        let writer = new_writer(&names, keys.as_deref(), WriteOptions::default(), &mut errors);
        errors
            .into_result(Code::InvalidInput)
            .map_err(|error| error.message.clone())?;
        assert_eq!(String::from_utf8_lossy(&writer.out), names.join(",") + "\r\n");
        let columns = writer.cells.columns();
        let name = |number| String::from_utf8_lossy(columns.name(number)).into_owned();
        Ok((0..columns.count()).map(name).collect())
    }

    #[test]
    fn names_are_understood_as_headers_are() {
        let keys = ["title", "costcenter", "Location", "shoe_size", "shoeSize"];
        for (name, meant) in [
            ("id", "id"),
            ("E-Mail", "emailAddress"),
            ("Role ID", "roleId"),
            ("Role", "roleId"),
            ("Cost Center", "costcenter"),
            ("costcenter", "costcenter"),
            ("location", "employeeLocation"),
            ("Location", "Location"),
            ("Title", "title"),
            ("shoeSize", "shoeSize"),
        ] {
            assert_eq!(check(&[name], Some(&keys)), Ok(vec![meant.to_owned()]), "{name}");
        }
        assert_eq!(
            check(&["Shoe Size"], Some(&keys)).unwrap_err(),
            "columns must be exact keys, here one of shoe_size, shoeSize; got \"Shoe Size\""
        );
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest_one() {
        let keys = Some(&["costCenter"][..]);
        for (name, hint) in [
            ("departmnet", " (did you mean department?)"),
            ("Manager E-Mail", " (did you mean reportsTo?)"),
            ("cost centre", " (did you mean costCenter?)"),
            ("Birthday", ""),
        ] {
            let message =
                format!("columns must be names of fields, or attribute keys of the instance{hint}; got \"{name}\"");
            assert_eq!(check(&["id", name], keys).unwrap_err(), message);
        }
    }

    #[test]
    fn without_the_keys_of_the_instance_only_misspelt_names_of_domo_are_refused() {
        let message = "columns must be names of fields, or attribute keys of the instance (did you mean department?); got \"departmnet\"";
        assert_eq!(check(&["departmnet"], None).unwrap_err(), message);
        for name in ["Birthday", "Cost Center", "office", "manager"] {
            assert_eq!(check(&[name], None), Ok(vec![name.to_owned()]));
        }
    }

    #[test]
    fn each_column_is_given_once_and_all_errors_are_reported_at_once() {
        let names = ["tittle", "email", "id", "E-Mail", "email", "Cost Center", "costCenter"];
        assert_eq!(
            check(&names, Some(&["costCenter"])).unwrap_err(),
            "columns must be names of fields, or attribute keys of the instance (did you mean title?); got \"tittle\"; \
             columns must be different columns (this one is emailAddress, as email is); got \"E-Mail\"; \
             columns must be different columns (this one is emailAddress, as email is); got \"email\"; \
             columns must be different columns (this one is costCenter, as Cost Center is); got \"costCenter\""
        );
        assert_eq!(
            check(&["Cost Center", "costCenter"], None).map(|columns| columns.len()),
            Ok(2)
        );
    }

    #[test]
    fn the_keys_of_the_instance_are_needed_unless_all_names_are_exactly_domos() {
        let need = |names: &[&str]| need_keys(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert!(!need(&[]) && !need(&["id", "emailAddress", "isSystemUser", "title"]));
        assert!(need(&["id", "costCenter"]) && need(&["location"]) && need(&["Title"]));
        let mut errors = Errors::default();
        let writer = new_writer(&[], None, WriteOptions::default(), &mut errors);
        assert_eq!(
            (writer.cells.columns().count(), errors.into_result(Code::InvalidInput)),
            (27, Ok(()))
        );
    }
}
