//! `parts`: which fields of a user an answer holds.

use crate::error::DomoError;
use crate::text::pieces;
use crate::validation::must;
use crate::value::Value;

/// The five values that Domo documents.
pub const PARTS: &str = "MINIMAL,SIMPLE,DETAILED,GROUPS,ROLE";

/// The text for the query: one or several of the five, in any case, each once; `None` where none was asked for.
/// A text may name several, with commas between.
///
/// # Errors
/// `INVALID_INPUT` that lists the five.
pub fn parts(given: &Value) -> Result<Option<String>, DomoError> {
    if *given == Value::Undefined {
        return Ok(None);
    }
    let wrong = |got| {
        let expected = "one or several of MINIMAL, SIMPLE, DETAILED, GROUPS and ROLE";
        DomoError::input(must("parts", expected, got))
    };
    let mut chosen = String::new();
    let asked = match given {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    };
    for one in asked {
        for part in pieces(one.text().unwrap_or_default(), ",") {
            let name = known(part.trim()).ok_or_else(|| wrong(one))?;
            if !pieces(&chosen, ",").any(|seen| seen == name) {
                if !chosen.is_empty() {
                    chosen.push(',');
                }
                chosen.push_str(name);
            }
        }
    }
    if chosen.is_empty() {
        Err(wrong(given))
    } else {
        Ok(Some(chosen))
    }
}

fn known(part: &str) -> Option<&'static str> {
    pieces(PARTS, ",").find(|name| name.eq_ignore_ascii_case(part))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    #[test]
    fn one_or_several_in_any_case() {
        assert_eq!(parts(&Value::Undefined), Ok(None));
        assert_eq!(parts(&text("detailed")), Ok(Some("DETAILED".into())));
        assert_eq!(parts(&text("simple, ROLE")), Ok(Some("SIMPLE,ROLE".into())));
        let several = Value::Array(vec![text("Groups"), text("ROLE"), text("groups")]);
        assert_eq!(parts(&several), Ok(Some("GROUPS,ROLE".into())));
    }

    #[test]
    fn nothing_else() {
        for wrong in [
            text("ALL"),
            text(""),
            text("DETAILED&x=1"),
            Value::Array(vec![]),
            Value::Null,
            Value::Number(1.0),
            Value::Array(vec![text("ROLE"), Value::Null]),
        ] {
            assert!(
                parts(&wrong).unwrap_err().message.contains("MINIMAL, SIMPLE"),
                "{wrong:?}"
            );
        }
    }
}
