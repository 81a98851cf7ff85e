//! Searching the users of an instance: what is sent, and when the pages end.

use crate::given::Given;

/// Users asked for in one page: the most that was seen to work.
pub const PAGE: u32 = 200;

/// The body of a search for one e-mail address. The search matches any part of any text: what comes back must be compared.
#[must_use]
pub fn by_email(email: &str, parts: Option<&str>, offset: u32) -> Given {
    let filter = Given::object(vec![("filterType", "text".into()), ("text", email.into())]);
    let parts = parts.unwrap_or("SIMPLE").split(',').map(Given::from).collect();
    Given::object(vec![
        ("showCount", Given::Bool(true)),
        ("includeDeleted", Given::Bool(false)),
        ("includeSupport", Given::Bool(false)),
        ("offset", f64::from(offset).into()),
        ("limit", f64::from(PAGE).into()),
        ("filters", Given::List(vec![filter])),
        ("parts", Given::List(parts)),
    ])
}

/// Whether an answer's status says that the instance has no such search, which Domo does not document.
#[must_use]
pub fn is_missing(status: Option<u16>) -> bool {
    matches!(status, Some(400 | 404 | 405 | 406 | 501))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_body_has_the_shape_that_clients_send() {
        assert_eq!(
            serde_json::to_string(&by_email("a@b.co", Some("SIMPLE,ROLE"), 200)).unwrap(),
            r#"{"showCount":true,"includeDeleted":false,"includeSupport":false,"offset":200.0,"limit":200.0,"filters":[{"filterType":"text","text":"a@b.co"}],"parts":["SIMPLE","ROLE"]}"#
        );
    }
}
