//! One call of the API: method, path and body, before any host is asked to send it.

use gloo_net::http::Method;

use crate::config::is_dot_segment;
use crate::error::DomoError;
use crate::text::{digits, is_one_of, join, pieces};
use crate::validation::must;
use crate::value::Value;

/// The endpoint that four of the five documented calls share.
pub const USERS: &str = "/api/identity/v1/users";

static GET: Method = Method::GET;
static POST: Method = Method::POST;
static PUT: Method = Method::PUT;
static PATCH: Method = Method::PATCH;
static DELETE: Method = Method::DELETE;
static HEAD: Method = Method::HEAD;

/// What is sent, and what may be done when its answer is lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The HTTP method.
    pub method: &'static Method,
    /// Absolute path on the instance, query included.
    pub path: String,
    /// Whether sending it twice does no more than sending it once.
    pub idempotent: bool,
}

impl Request {
    /// `POST /api/identity/v1/users`.
    #[must_use]
    pub fn create_user() -> Self {
        Self::new(&POST, USERS.to_owned())
    }

    /// `GET /api/identity/v1/users/{id}`.
    #[must_use]
    pub fn get_user(id: u64, parts: Option<&str>) -> Self {
        Self::new(&GET, with_parts(one(id), parts))
    }

    /// `GET /api/identity/v1/users`.
    #[must_use]
    pub fn get_users(parts: Option<&str>) -> Self {
        Self::new(&GET, with_parts(USERS.to_owned(), parts))
    }

    /// `PATCH /api/identity/v1/users/{id}`.
    #[must_use]
    pub fn update_user(id: u64) -> Self {
        Self::new(&PATCH, one(id))
    }

    /// `DELETE /api/identity/v1/users/{id}`.
    #[must_use]
    pub fn delete_user(id: u64) -> Self {
        Self::new(&DELETE, one(id))
    }

    /// Any other path of the instance. `query` comes as the host's own URL encoding writes it.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a method, path or query that could not be sent, or could lead off the instance.
    pub fn other(verb: &Value, target: &Value, query: &Value, body: &Value) -> Result<Self, DomoError> {
        let method = method(verb)?;
        let path = path(target, query)?;
        if matches!(method.as_str(), "GET" | "HEAD") && *body != Value::Undefined {
            return Err(DomoError::input(must("body", "left out of a GET or HEAD", body)));
        }
        Ok(Self::new(method, path))
    }

    /// `POST …/users/search`: reads, whatever its method says.
    #[must_use]
    pub fn search() -> Self {
        Self {
            idempotent: true,
            ..Self::new(&POST, join(&[USERS, "/search?explain=false"]))
        }
    }

    fn new(method: &'static Method, path: String) -> Self {
        Self {
            idempotent: method.as_str() != "POST",
            method,
            path,
        }
    }

    /// The method and the path, for whoever asks what was called.
    #[must_use]
    pub fn call(&self) -> (&'static str, String) {
        (self.verb(), self.path.clone())
    }

    /// The method's name.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        self.method.as_str()
    }
}

fn one(id: u64) -> String {
    join(&[USERS, "/", &digits(id)])
}

/// `parts` holds upper-case letters and commas only.
fn with_parts(path: String, parts: Option<&str>) -> String {
    match parts {
        Some(parts) => join(&[&path, "?parts=", parts]),
        None => path,
    }
}

fn method(given: &Value) -> Result<&'static Method, DomoError> {
    let name = given.text().unwrap_or_default();
    [&GET, &POST, &PUT, &PATCH, &DELETE, &HEAD]
        .iter()
        .find(|method| method.as_str().eq_ignore_ascii_case(name))
        .copied()
        .ok_or_else(|| DomoError::input(must("method", "GET, POST, PUT, PATCH, DELETE or HEAD", given)))
}

/// The error for what is no query.
#[must_use]
pub fn no_query(given: &Value) -> DomoError {
    DomoError::input(must("query", "an object of texts, numbers and booleans", given))
}

/// Only what a URL parser neither drops, nor changes, nor walks up with.
fn path(given: &Value, query: &Value) -> Result<String, DomoError> {
    let text = given.text().unwrap_or_default();
    let plain = pieces(text, "?").next().unwrap_or_default();
    let legal = text.starts_with("/")
        && !text.starts_with("//")
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && !is_one_of(b, b"\\#\"<>`{}|^"))
        && !pieces(plain, "/").any(is_dot_segment);
    if !legal {
        let expected = "an absolute path on the instance, such as /api/content/v2/users/me: one / first, no . or .. as a segment, \
                        no #, backslash or blank, everything beyond ASCII percent-encoded";
        return Err(DomoError::input(must("path", expected, given)));
    }
    let query = match query {
        Value::Undefined => return Ok(text.to_owned()),
        Value::String(query) if query.is_empty() => return Ok(text.to_owned()),
        Value::String(query) => query,
        other => return Err(no_query(other)),
    };
    let separator = if plain.len() == text.len() { "?" } else { "&" };
    Ok(join(&[text, separator, query]))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn other(json: &str) -> Result<Request, DomoError> {
        of(&Value::from_json(json))
    }

    fn of(given: &Value) -> Result<Request, DomoError> {
        Request::other(
            given.field("method"),
            given.field("path"),
            given.field("query"),
            given.field("body"),
        )
    }

    #[test]
    fn a_path_with_its_query() {
        let request = other(r#"{"method":"get","path":"/api/x?a=1","query":"q=%C3%A4&n=2"}"#).unwrap();
        assert_eq!(request.method, Method::GET);
        assert_eq!(request.path, "/api/x?a=1&q=%C3%A4&n=2");
        assert_eq!(
            other(r#"{"method":"PUT","path":"/x","query":"n=2"}"#).unwrap().path,
            "/x?n=2"
        );
        assert_eq!(other(r#"{"method":"PUT","path":"/x","query":""}"#).unwrap().path, "/x");
        assert!(!other(r#"{"method":"POST","path":"/x"}"#).unwrap().idempotent);
    }

    #[test]
    fn nothing_that_leads_off_the_instance() {
        for path in [
            "",
            "api",
            "//evil.com",
            "https://evil.com/x",
            "/a/../b",
            "/..",
            "/a/%2e%2E/b",
            "/a\\b",
            "/a#b",
            "/a\nb",
            "/./a",
            "\\\\evil",
            "/é",
            "/a b",
        ] {
            let given = Value::object(vec![("method", "GET".into()), ("path", path.into())]);
            assert!(of(&given).unwrap_err().message.starts_with("path must"), "{path}");
        }
        for wrong in [
            r#"{"path":"/a"}"#,
            r#"{"method":"TRACE","path":"/a"}"#,
            r#"{"method":"GET"}"#,
            r#"{"method":"GET","path":"/a","body":{}}"#,
            r#"{"method":"GET","path":"/a","query":[]}"#,
        ] {
            assert!(other(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_legal_path_stays_one_visible_ascii_path(path in "/(\\PC|[/.%?&a-z]){0,30}|[/.%2eE]{0,8}") {
            let given = Value::object(vec![("method", "GET".into()), ("path", path.as_str().into())]);
            if let Ok(request) = of(&given) {
                prop_assert!(request.path.starts_with('/') && !request.path.starts_with("//"));
                prop_assert!(request.path.bytes().all(|b| b.is_ascii_graphic() && b != b'#' && b != b'\\'));
                let before_query = request.path.split('?').next().unwrap().to_owned();
                prop_assert!(!before_query.split('/').any(is_dot_segment));
            }
        }
    }
}
