//! `parts`: which fields of a user an answer holds.

use crate::error::DomoError;
use crate::given::Given;

/// The five values that Domo documents.
pub const PARTS: [&str; 5] = ["MINIMAL", "SIMPLE", "DETAILED", "GROUPS", "ROLE"];

/// The text for the query: one or several of the five, in any case, each once; `None` where none was asked for.
///
/// # Errors
/// `INVALID_INPUT` that lists the five.
pub fn parts(given: &Given) -> Result<Option<String>, DomoError> {
    let asked: &[Given] = match given {
        Given::Missing => return Ok(None),
        Given::List(items) if !items.is_empty() => items,
        one => std::slice::from_ref(one),
    };
    let mut chosen: Vec<&str> = Vec::new();
    for part in asked {
        match part.text().and_then(known) {
            Some(name) if !chosen.contains(&name) => chosen.push(name),
            Some(_) => {}
            None => {
                return Err(DomoError::input(format!(
                    "parts must be one or several of {}; got {part}",
                    PARTS.join(", ")
                )));
            }
        }
    }
    Ok(Some(chosen.join(",")))
}

fn known(part: &str) -> Option<&'static str> {
    PARTS.into_iter().find(|name| name.eq_ignore_ascii_case(part))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn text(text: &str) -> Given {
        Given::Text(text.into())
    }

    #[test]
    fn one_or_several_in_any_case() {
        assert_eq!(parts(&Given::Missing), Ok(None));
        assert_eq!(parts(&text("detailed")), Ok(Some("DETAILED".into())));
        let several = Given::List(vec![text("Groups"), text("ROLE"), text("groups")]);
        assert_eq!(parts(&several), Ok(Some("GROUPS,ROLE".into())));
    }

    #[test]
    fn nothing_else() {
        for wrong in [
            text("ALL"),
            text(""),
            text("DETAILED&x=1"),
            Given::List(vec![]),
            Given::Null,
            Given::Number(1.0),
            Given::List(vec![text("ROLE"), Given::Null]),
        ] {
            assert!(parts(&wrong).unwrap_err().message.contains("MINIMAL, SIMPLE"));
        }
    }
}
