//! The columns of an export, from the names that the caller chose: they are understood as the headers of a list are.

use crate::client::attribute_keys::AttributeKey;
use crate::directory::column::domo_name;
use crate::directory::suggest::{nearest, nearest_spelling};
use crate::excerpt::excerpt;
use crate::validation::Errors;
use crate::value::Value;
use domo_users_scan::columns::{ATTRIBUTES, Columns, TOP_LEVEL};
use domo_users_scan::names::fold_name;

/// Returns the columns of an export for which the caller chose none.
#[must_use]
pub fn default_columns() -> Columns {
    let mut columns = Columns::new(&TOP_LEVEL);
    for key in &ATTRIBUTES {
        columns.add(key.as_bytes());
    }
    columns
}

/// Whether the attribute keys of the instance have a say: any name is not exactly one of Domo's.
#[must_use]
pub fn need_keys(names: &[String]) -> bool {
    let is_domos = |name: &String| TOP_LEVEL.contains(&name.as_str()) || ATTRIBUTES.contains(&name.as_str());
    !names.iter().all(is_domos)
}

/// Returns the fields and attribute keys that these names mean, in their order. `keys` are those that the instance lists, `None` if they are unknown: then only
/// names that are nearly Domo's own are refused. Every name that is refused is an error.
pub fn columns_of(names: &[String], keys: Option<&[AttributeKey]>, errors: &mut Errors) -> Columns {
    let mut columns = Columns::default();
    for (index, name) in names.iter().enumerate() {
        let key = meant_by(name, keys).unwrap_or_else(|problem| {
            errors.push(format!("columns: {problem}"));
            name.clone()
        });
        let earlier = columns.add(key.as_bytes());
        if let Some(first) = names.get(earlier).filter(|_| earlier < index) {
            errors.push(format!(
                "columns: {} and {} are the same column, {}; give each column once",
                quoted(first),
                quoted(name),
                quoted(&key)
            ));
            // Keeps the numbers of the columns those of the names.
            columns.add(format!("{key}\0{index}").as_bytes());
        }
    }
    columns
}

fn quoted(name: &str) -> String {
    Value::from(name).describe()
}

/// Returns the field or the attribute key that a name means, or why it means none.
fn meant_by(name: &str, keys: Option<&[AttributeKey]>) -> Result<String, String> {
    let listed = || keys.unwrap_or_default().iter().map(|key| key.key.as_str());
    // The exact key of the instance is preferred to another spelling of Domo's names, as in a plan.
    if listed().any(|key| key == name) {
        return Ok(name.to_owned());
    }
    if let Some(own) = domo_name(name) {
        return Ok(own.to_owned());
    }
    let folded = fold_name(name);
    let same: Vec<&str> = listed().filter(|key| fold_name(key) == folded).collect();
    let suggestion = match (same.as_slice(), keys) {
        ([key], _) => return Ok((*key).to_owned()),
        ([], Some(_)) => nearest(name, listed()),
        ([], None) => match nearest_spelling(name, core::iter::empty()) {
            None => return Ok(name.to_owned()),
            suggestion => suggestion,
        },
        (several, _) => {
            let keys = excerpt(&several.join(", "), 200);
            return Err(format!("{} could be any of {keys}; give the exact key", quoted(name)));
        }
    };
    let hint = suggestion.map_or_else(
        || {
            format!(
                ". The attribute keys of the instance are {}",
                excerpt(&listed().collect::<Vec<_>>().join(", "), 300)
            )
        },
        |suggestion| format!(": did you mean {suggestion}?"),
    );
    Err(format!("no field or attribute is named {}{hint}", quoted(name)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::client::attribute_keys::attribute_keys;
    use crate::error::Code;

    /// Returns the columns that the names mean, or the message of the error.
    fn check(names: &[&str], keys: Option<&[&str]>) -> Result<Vec<String>, String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let keys = keys.map(|keys| {
            let items: Vec<String> = keys.iter().map(|key| format!(r#"{{"key":"{key}"}}"#)).collect();
            attribute_keys(&Value::from_json(&format!("[{}]", items.join(","))))
        });
        let mut errors = Errors::default();
        let columns = columns_of(&names, keys.as_deref(), &mut errors);
        errors
            .into_result(Code::InvalidInput)
            .map_err(|error| error.message.clone())?;
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
            "columns: \"Shoe Size\" could be any of shoe_size, shoeSize; give the exact key"
        );
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest_one() {
        let keys = Some(&["costCenter"][..]);
        for (name, hint) in [
            ("departmnet", ": did you mean department?"),
            ("Manager E-Mail", ": did you mean reportsTo?"),
            ("cost centre", ": did you mean costCenter?"),
            ("Birthday", ". The attribute keys of the instance are costCenter"),
        ] {
            let message = format!("columns: no field or attribute is named \"{name}\"{hint}");
            assert_eq!(check(&["id", name], keys).unwrap_err(), message);
        }
    }

    #[test]
    fn without_the_keys_of_the_instance_only_misspelt_names_of_domo_are_refused() {
        let message = "columns: no field or attribute is named \"departmnet\": did you mean department?";
        assert_eq!(check(&["departmnet"], None).unwrap_err(), message);
        for name in ["Birthday", "Cost Center", "office", "manager"] {
            assert_eq!(check(&[name], None), Ok(vec![name.to_owned()]));
        }
    }

    #[test]
    fn each_column_is_given_once_and_all_errors_are_reported_at_once() {
        assert_eq!(
            check(
                &["tittle", "email", "id", "E-Mail", "email", "Cost Center", "costCenter"],
                Some(&["costCenter"])
            )
            .unwrap_err(),
            "columns: no field or attribute is named \"tittle\": did you mean title?; \
             columns: \"email\" and \"E-Mail\" are the same column, \"emailAddress\"; give each column once; \
             columns: \"email\" and \"email\" are the same column, \"emailAddress\"; give each column once; \
             columns: \"Cost Center\" and \"costCenter\" are the same column, \"costCenter\"; give each column once"
        );
        assert_eq!(
            check(&["Cost Center", "costCenter"], None).map(|columns| columns.len()),
            Ok(2)
        );
    }

    #[test]
    fn the_keys_of_the_instance_are_needed_unless_all_names_are_exactly_domos() {
        let need = |names: &[&str]| need_keys(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert!(!need(&["id", "emailAddress", "isSystemUser", "title"]));
        assert!(need(&["id", "costCenter"]) && need(&["location"]) && need(&["Title"]));
        assert_eq!(default_columns().count(), 27);
    }
}
