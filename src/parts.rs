//! `parts`: which fields of a user an answer holds.

use crate::error::DomoError;
use crate::faults::must;
use crate::given::Given;
use crate::text::pieces;

/// The five values that Domo documents.
pub const PARTS: [&str; 5] = ["MINIMAL", "SIMPLE", "DETAILED", "GROUPS", "ROLE"];

/// The text for the query: one or several of the five, in any case, each once; `None` where none was asked for.
/// A text may name several, with commas between.
///
/// # Errors
/// `INVALID_INPUT` that lists the five.
pub fn parts(given: &Given) -> Result<Option<String>, DomoError> {
    if *given == Given::Missing {
        return Ok(None);
    }
    let wrong = || {
        let expected = "one or several of MINIMAL, SIMPLE, DETAILED, GROUPS and ROLE";
        DomoError::input(must("parts", expected, given))
    };
    let mut chosen = String::new();
    let asked = match given {
        Given::List(items) => items,
        one => std::slice::from_ref(one),
    };
    for part in asked {
        for part in pieces(part.text().unwrap_or_default(), ",") {
            let name = known(part.trim()).ok_or_else(wrong)?;
            if !pieces(&chosen, ",").any(|seen| seen == name) {
                if !chosen.is_empty() {
                    chosen.push(',');
                }
                chosen.push_str(name);
            }
        }
    }
    if chosen.is_empty() {
        Err(wrong())
    } else {
        Ok(Some(chosen))
    }
}

fn known(part: &str) -> Option<&'static str> {
    PARTS.iter().find(|name| name.eq_ignore_ascii_case(part)).copied()
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
        assert_eq!(parts(&text("simple, ROLE")), Ok(Some("SIMPLE,ROLE".into())));
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
            assert!(
                parts(&wrong).unwrap_err().message.contains("MINIMAL, SIMPLE"),
                "{wrong:?}"
            );
        }
    }
}
