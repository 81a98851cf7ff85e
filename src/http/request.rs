//! A request to the API: method, path and query, before it is sent.

use crate::client::parts::Parts;
use crate::config::is_dot_segment;
use crate::error::RequestLine;
use crate::validation::InvalidValue;
use crate::value::Value;

/// The path of the users endpoint.
pub const USERS: &str = "/api/identity/v1/users";

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `HEAD`
    Head,
}

impl Method {
    const ALL: [Self; 6] = [
        Method::Get,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
        Method::Head,
    ];

    /// Returns the name of the method, in upper case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Head => "HEAD",
        }
    }

    /// Returns the method with a name, ignoring case.
    fn from_name(name: &str) -> Option<Self> {
        let mut methods = Self::ALL.iter();
        methods
            .find(|method| method.as_str().eq_ignore_ascii_case(name))
            .copied()
    }
}

/// A request without its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The absolute path on the instance, query included.
    pub path: String,
    /// Whether sending the request twice has the same effect as sending it once.
    pub idempotent: bool,
}

impl Request {
    /// Returns `POST /api/identity/v1/users`.
    #[must_use]
    pub fn create_user() -> Self {
        Self::new(Method::Post, USERS.to_owned())
    }

    /// Returns `GET /api/identity/v1/users/{id}`.
    #[must_use]
    pub fn get_user(id: u64, parts: Option<&Parts>) -> Self {
        Self::new(Method::Get, with_parts(user_path(id), parts))
    }

    /// Returns `GET /api/identity/v1/users`.
    #[must_use]
    pub fn get_users(parts: Option<&Parts>) -> Self {
        Self::new(Method::Get, with_parts(USERS.to_owned(), parts))
    }

    /// Returns `PATCH /api/identity/v1/users/{id}`.
    #[must_use]
    pub fn update_user(id: u64) -> Self {
        Self::new(Method::Patch, user_path(id))
    }

    /// Returns `DELETE /api/identity/v1/users/{id}`.
    #[must_use]
    pub fn delete_user(id: u64) -> Self {
        Self::new(Method::Delete, user_path(id))
    }

    /// Returns `POST …/users/search`, which only reads and so is idempotent.
    #[must_use]
    pub fn search() -> Self {
        Self {
            idempotent: true,
            ..Self::new(Method::Post, format!("{USERS}/search?explain=false"))
        }
    }

    /// Returns `GET /api/authorization/v1/roles`.
    #[must_use]
    pub fn get_roles() -> Self {
        Self::new(Method::Get, "/api/authorization/v1/roles".to_owned())
    }

    /// Returns `GET /api/user/v1/properties/meta/keys`.
    #[must_use]
    pub fn get_attribute_keys() -> Self {
        let path = "/api/user/v1/properties/meta/keys?issuerTypes=idp,domo-defined,customer-defined";
        Self::new(Method::Get, path.to_owned())
    }

    /// Returns `GET /api/content/v2/users/me`: the owner of the token.
    #[must_use]
    pub fn get_own_user() -> Self {
        Self::new(Method::Get, "/api/content/v2/users/me".to_owned())
    }

    /// Returns a request to any other path of the instance. `query` is the query string, URL-encoded by the host.
    ///
    /// # Errors
    /// If the method, path, query or body cannot be sent, or the path could lead to another host.
    pub fn custom(method: &Value, path: &Value, query: &Value, body: &Value) -> Result<Self, InvalidValue> {
        let method = parse_method(method)?;
        let path = path_with_query(path, query)?;
        if matches!(method, Method::Get | Method::Head) && *body != Value::Undefined {
            return Err(InvalidValue::expected("body", "left out of a GET or HEAD", body));
        }
        Ok(Self::new(method, path))
    }

    fn new(method: Method, path: String) -> Self {
        Self {
            idempotent: method != Method::Post,
            method,
            path,
        }
    }

    /// Returns the method and path, for errors about the request.
    #[must_use]
    pub fn line(&self) -> RequestLine {
        RequestLine {
            method: self.method.as_str(),
            path: self.path.clone(),
        }
    }
}

fn user_path(id: u64) -> String {
    format!("{USERS}/{id}")
}

/// Appends the parts, which consist of letters and commas and so need no encoding.
fn with_parts(path: String, parts: Option<&Parts>) -> String {
    match parts {
        Some(parts) => format!("{path}?parts={parts}"),
        None => path,
    }
}

fn parse_method(value: &Value) -> Result<Method, InvalidValue> {
    value
        .as_str()
        .and_then(Method::from_name)
        .ok_or_else(|| InvalidValue::expected("method", "GET, POST, PUT, PATCH, DELETE or HEAD", value))
}

/// Returns the error for a query that is not an object, a `Map` or a `URLSearchParams`.
#[must_use]
pub fn invalid_query(query: &Value) -> InvalidValue {
    let expected = "an object, a Map or a URLSearchParams of strings, numbers and booleans";
    InvalidValue::expected("query", expected, query)
}

/// Returns the path with the query appended. Only a path that a URL parser leaves unchanged is accepted.
fn path_with_query(path: &Value, query: &Value) -> Result<String, InvalidValue> {
    let string = path.as_str().unwrap_or_default();
    let before_query = string.split('?').next().unwrap_or_default();
    let is_legal = string.starts_with('/')
        && !string.starts_with("//")
        && string
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"\\#\"<>`{}|^".contains(&b))
        && !before_query.split('/').any(is_dot_segment);
    if !is_legal {
        let expected = "a path such as /api/content/v2/users/me: one / first, no . or .. as a segment; spaces, control and non-ASCII characters and \\ # \" < > ` { } | ^ percent-encoded";
        return Err(InvalidValue::expected("path", expected, path));
    }
    match query {
        Value::Undefined => Ok(string.to_owned()),
        Value::String(query) if query.is_empty() => Ok(string.to_owned()),
        Value::String(query) if before_query.len() == string.len() => Ok(format!("{string}?{query}")),
        Value::String(query) => Ok(format!("{string}&{query}")),
        other => Err(invalid_query(other)),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::client::parts::Part;
    use proptest::prelude::*;

    fn custom(json: &str) -> Result<Request, InvalidValue> {
        of(&Value::from_json(json))
    }

    fn of(input: &Value) -> Result<Request, InvalidValue> {
        Request::custom(
            input.field("method"),
            input.field("path"),
            input.field("query"),
            input.field("body"),
        )
    }

    #[test]
    fn the_query_is_appended_to_the_path() {
        let request = custom(r#"{"method":"get","path":"/api/x?a=1","query":"q=%C3%A4&n=2"}"#).unwrap();
        assert_eq!(request.method, Method::Get);
        assert_eq!(request.path, "/api/x?a=1&q=%C3%A4&n=2");
        assert_eq!(
            custom(r#"{"method":"PUT","path":"/x","query":"n=2"}"#).unwrap().path,
            "/x?n=2"
        );
        assert_eq!(custom(r#"{"method":"PUT","path":"/x","query":""}"#).unwrap().path, "/x");
        assert!(!custom(r#"{"method":"POST","path":"/x"}"#).unwrap().idempotent);
    }

    #[test]
    fn a_path_that_could_lead_to_another_host_is_refused() {
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
            let input = Value::object(vec![("method", "GET".into()), ("path", path.into())]);
            assert!(of(&input).unwrap_err().to_string().starts_with("path must"), "{path}");
        }
    }

    #[test]
    fn a_request_that_cannot_be_sent_is_refused() {
        for wrong in [
            r#"{"path":"/a"}"#,
            r#"{"method":"TRACE","path":"/a"}"#,
            r#"{"method":"GET"}"#,
            r#"{"method":"GET","path":"/a","body":{}}"#,
            r#"{"method":"HEAD","path":"/a","body":{}}"#,
            r#"{"method":"GET","path":"/a","query":[]}"#,
        ] {
            assert!(custom(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_method_is_accepted_in_any_case() {
        for (name, method) in [
            ("get", Method::Get),
            ("Post", Method::Post),
            ("PUT", Method::Put),
            ("patch", Method::Patch),
            ("delete", Method::Delete),
            ("head", Method::Head),
        ] {
            let request = custom(&format!(r#"{{"method":"{name}","path":"/a"}}"#)).unwrap();
            assert_eq!(request.method, method);
            assert_eq!(request.line().method, name.to_ascii_uppercase());
            assert_eq!(
                (request.line().path.as_str(), request.idempotent),
                ("/a", method != Method::Post)
            );
        }
    }

    #[test]
    fn each_endpoint_has_its_documented_method_and_path() {
        for (request, method, path, idempotent) in [
            (Request::create_user(), "POST", "/api/identity/v1/users", false),
            (Request::get_user(7, None), "GET", "/api/identity/v1/users/7", true),
            (
                Request::get_user(7, Parts::parse(&"SIMPLE,ROLE".into()).unwrap().as_ref()),
                "GET",
                "/api/identity/v1/users/7?parts=SIMPLE,ROLE",
                true,
            ),
            (Request::get_users(None), "GET", "/api/identity/v1/users", true),
            (
                Request::get_users(Some(&Part::Detailed.into())),
                "GET",
                "/api/identity/v1/users?parts=DETAILED",
                true,
            ),
            (Request::update_user(7), "PATCH", "/api/identity/v1/users/7", true),
            (Request::delete_user(7), "DELETE", "/api/identity/v1/users/7", true),
            (
                Request::search(),
                "POST",
                "/api/identity/v1/users/search?explain=false",
                true,
            ),
            (Request::get_roles(), "GET", "/api/authorization/v1/roles", true),
            (
                Request::get_attribute_keys(),
                "GET",
                "/api/user/v1/properties/meta/keys?issuerTypes=idp,domo-defined,customer-defined",
                true,
            ),
            (Request::get_own_user(), "GET", "/api/content/v2/users/me", true),
        ] {
            let line = request.line();
            assert_eq!(
                (line.method, line.path.as_str(), request.idempotent),
                (method, path, idempotent)
            );
        }
    }

    proptest! {
        #[test]
        fn an_accepted_path_is_absolute_and_visible_ascii(path in "/(\\PC|[/.%?&a-z]){0,30}|[/.%2eE]{0,8}") {
            let input = Value::object(vec![("method", "GET".into()), ("path", path.as_str().into())]);
            if let Ok(request) = of(&input) {
                prop_assert!(request.path.starts_with('/') && !request.path.starts_with("//"));
                prop_assert!(request.path.bytes().all(|b| b.is_ascii_graphic() && b != b'#' && b != b'\\'));
                let before_query = request.path.split('?').next().unwrap().to_owned();
                prop_assert!(!before_query.split('/').any(is_dot_segment));
            }
        }
    }
}
