//! A search for users: the body of its requests, and where the pages end.

use domo_users_scan::damage::has_replacement;
use domo_users_scan::email::{address_in, is_address, is_blank};

use crate::client::parts::{Part, Parts};
use crate::config::integer_option;
use crate::error::{Code, DomoError};
use crate::validation::Errors;
use crate::value::{ObjectBuilder, Value};

/// The largest page size that was seen to work, and the default.
pub const MAX_PAGE_SIZE: u32 = 200;
/// The smallest page size that was seen to work.
const MIN_PAGE_SIZE: u32 = 50;

/// A search for users.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The number of users in a page.
    pub page_size: u32,
    /// The fields of the body without `offset` and `limit`.
    fields: ObjectBuilder,
}

impl Search {
    /// Returns the search with the options of `searchUsers`.
    ///
    /// # Errors
    /// `INVALID_INPUT` with all errors.
    pub fn from_options(options: &Value) -> Result<Self, DomoError> {
        let mut errors = Errors::default();
        let include_deleted = flag(options, "includeDeleted", &mut errors);
        let include_support = flag(options, "includeSupport", &mut errors);
        let sort = options.field("sort");
        check_sort(sort, &mut errors);
        let filters = filters(options, &mut errors);
        let parts = errors.take(Parts::parse(options.field("parts")));
        let attributes = list(
            options,
            "attributes",
            &ListOption {
                expected: "an array of attribute keys",
                expected_item: "an attribute's key",
                is_valid_item: |key| key.as_str().is_some(),
            },
            &mut errors,
        );
        let page_size = integer_option("pageSize", options.field("pageSize"), MIN_PAGE_SIZE, MAX_PAGE_SIZE);
        let page_size = errors.take(page_size).unwrap_or(MAX_PAGE_SIZE);
        errors.into_result(Code::InvalidInput)?;
        let mut fields = counted(include_deleted, include_support);
        fields
            .set("sort", sort.clone())
            .set("filters", filters)
            .set("parts", part_names(parts.as_ref()))
            .set("attributes", attributes);
        Ok(Self { page_size, fields })
    }

    /// Returns the search for an e-mail address. A search matches any part of any field, so its results must be compared with the address.
    #[must_use]
    pub fn by_email(email: &str, parts: Option<&Parts>, include_deleted: bool) -> Self {
        let mut fields = counted(include_deleted, false);
        fields
            .set("filters", vec![text_filter(email)])
            .set("parts", part_names(parts));
        Self {
            page_size: MAX_PAGE_SIZE,
            fields,
        }
    }

    /// Returns the search for all users, in the smallest pages: the response to its first request has the number of users.
    #[cfg(feature = "directory")]
    #[must_use]
    pub fn all() -> Self {
        Self {
            page_size: MIN_PAGE_SIZE,
            fields: counted(false, false),
        }
    }

    /// Returns the body of the request for the page that starts at `offset`.
    #[must_use]
    pub fn body(&self, offset: u32) -> Value {
        let mut fields = self.fields.clone();
        fields
            .set("offset", f64::from(offset))
            .set("limit", f64::from(self.page_size))
            .object()
    }

    /// Whether there may be more users after a page of `users` users. `count` is the total, if the instance returns it; else a short page is the last.
    #[must_use]
    pub fn has_next_page(&self, offset: u32, users: u32, count: Option<f64>) -> bool {
        let received = f64::from(offset) + f64::from(users);
        users > 0 && count.map_or(users >= self.page_size, |count| count > received)
    }
}

/// Returns the first fields of the body of each search.
fn counted(include_deleted: bool, include_support: bool) -> ObjectBuilder {
    let mut fields = ObjectBuilder::default();
    fields
        .set("showCount", true)
        .set("includeDeleted", include_deleted)
        .set("includeSupport", include_support);
    fields
}

/// Returns a flag, which is false by default.
fn flag(options: &Value, name: &str, errors: &mut Errors) -> bool {
    let is_flag = |value: &Value| matches!(value, Value::Bool(_));
    *option(options, name, "true or false", is_flag, errors) == Value::Bool(true)
}

/// Returns a valid option. `Undefined` if it is missing or invalid.
fn option<'a>(
    options: &'a Value,
    name: &str,
    expected: &str,
    is_valid: fn(&Value) -> bool,
    errors: &mut Errors,
) -> &'a Value {
    match options.field(name) {
        Value::Undefined => &Value::Undefined,
        value if is_valid(value) => value,
        value => {
            errors.push_expected(name, expected, value);
            &Value::Undefined
        }
    }
}

/// What a list and each of its items must be.
struct ListOption<'a> {
    expected: &'a str,
    expected_item: &'a str,
    is_valid_item: fn(&Value) -> bool,
}

/// Returns a list, of which each item is checked and named by its index in errors. `Undefined` if it is missing or no list.
fn list(options: &Value, name: &str, rules: &ListOption<'_>, errors: &mut Errors) -> Value {
    let list = option(
        options,
        name,
        rules.expected,
        |list| matches!(list, Value::Array(_)),
        errors,
    );
    for (index, item) in list.items().iter().enumerate() {
        if !(rules.is_valid_item)(item) {
            errors.push_expected(&format!("{name}[{index}]"), rules.expected_item, item);
        }
    }
    list.clone()
}

/// Returns the filters of `text` and `filters` together.
fn filters(options: &Value, errors: &mut Errors) -> Vec<Value> {
    let text = option(options, "text", "a string", |text| text.as_str().is_some(), errors);
    let custom = list(
        options,
        "filters",
        &ListOption {
            expected: "an array of filter objects",
            expected_item: "a filter object such as {filterType: \"text\", text: \"jane\"}",
            is_valid_item: |filter| matches!(filter, Value::Object(_)),
        },
        errors,
    );
    let mut filters = Vec::new();
    if let Some(string) = text.as_str().filter(|string| !string.trim().is_empty()) {
        if is_blank(string) || has_replacement(string.as_bytes()) {
            errors.push_expected("text", "a string of visible characters, without U+FFFD", text);
        }
        let address = address_in(string);
        filters.push(text_filter(if is_address(&address) { &address } else { string }));
    }
    filters.extend_from_slice(custom.items());
    filters
}

fn check_sort(sort: &Value, errors: &mut Errors) {
    let (field, order) = (sort.field("field"), sort.field("order"));
    match sort {
        Value::Undefined => {}
        Value::Object(_) => {
            if field.as_str().is_none() {
                errors.push_expected("sort.field", "the name of a field, such as displayName", field);
            }
            if !matches!(order.as_str(), Some("ASC" | "DESC")) {
                errors.push_expected("sort.order", "ASC or DESC", order);
            }
        }
        _ => errors.push_expected("sort", "an object {field, order}", sort),
    }
}

fn text_filter(text: &str) -> Value {
    ObjectBuilder::default()
        .set("filterType", "text")
        .set("text", text)
        .object()
}

/// Returns the names of the parts as an array, with `SIMPLE` as the default.
fn part_names(parts: Option<&Parts>) -> Value {
    let simple = Parts::from(Part::Simple);
    let mut names = Vec::new();
    for name in parts.unwrap_or(&simple).names() {
        names.push(name.into());
    }
    Value::Array(names)
}

/// Whether the status of a response means that the instance does not have this search, which Domo does not document.
#[must_use]
pub fn is_unsupported(status: Option<u16>) -> bool {
    matches!(status, Some(400 | 403..=406 | 501))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn body(options: &str) -> String {
        serde_json::to_string(&Search::from_options(&Value::from_json(options)).unwrap().body(200)).unwrap()
    }

    #[test]
    fn the_body_has_the_shape_that_clients_send() {
        assert_eq!(
            serde_json::to_string(
                &Search::by_email("a@b.co", Parts::parse(&"SIMPLE,ROLE".into()).unwrap().as_ref(), false).body(0)
            )
            .unwrap(),
            r#"{"showCount":true,"includeDeleted":false,"includeSupport":false,"filters":[{"filterType":"text","text":"a@b.co"}],"parts":["SIMPLE","ROLE"],"offset":0.0,"limit":200.0}"#
        );
        assert_eq!(
            body("{}"),
            r#"{"showCount":true,"includeDeleted":false,"includeSupport":false,"filters":[],"parts":["SIMPLE"],"offset":200.0,"limit":200.0}"#
        );
        assert_eq!(
            body(
                r#"{"text":"jane","filters":[{"filterType":"value"}],"sort":{"field":"id","order":"ASC"},"parts":["role"],"attributes":["title"],"includeDeleted":true,"pageSize":50}"#
            ),
            r#"{"showCount":true,"includeDeleted":true,"includeSupport":false,"sort":{"field":"id","order":"ASC"},"filters":[{"filterType":"text","text":"jane"},{"filterType":"value"}],"parts":["ROLE"],"attributes":["title"],"offset":200.0,"limit":50.0}"#
        );
    }

    #[test]
    fn an_address_is_searched_without_what_surrounds_it() {
        for (text, sent) in [
            ("ada\u{200b}@x.co", "ada@x.co"),
            ("Ada <ada@x.co>", "ada@x.co"),
            ("👩\u{200d}💻 Ada ", "👩\u{200d}💻 Ada "),
        ] {
            let search = Search::from_options(&Value::object(vec![("text", text.into())])).unwrap();
            assert_eq!(search.body(0).field("filters"), &Value::Array(vec![text_filter(sent)]));
        }
        for (text, got) in [("\u{200b}", "\"U+200B\""), ("J\u{fffd}rg", "\"JU+FFFDrg\"")] {
            let error = Search::from_options(&Value::object(vec![("text", text.into())])).unwrap_err();
            assert!(
                error.message.starts_with("text must be") && error.message.ends_with(got),
                "{}",
                error.message
            );
        }
        assert_eq!(
            Search::from_options(&Value::from_json(r#"{"text":" "}"#))
                .unwrap()
                .body(0)
                .field("filters"),
            &Value::Array(vec![])
        );
    }

    #[test]
    fn all_errors_are_reported() {
        let wrong = r#"{"text":7,"filters":{},"sort":{"field":"id","order":"UP"},"parts":["x"],"attributes":"title","includeDeleted":1,"pageSize":201}"#;
        let message = Search::from_options(&Value::from_json(wrong))
            .unwrap_err()
            .message
            .clone();
        for field in [
            "text must",
            "filters must",
            "sort.order must be ASC or DESC; got \"UP\"",
            "parts must",
            "attributes must",
            "includeDeleted must",
            "pageSize must",
        ] {
            assert!(message.contains(field), "{message}");
        }
        let wrong = r#"{"filters":[{},7],"sort":{"order":"asc"},"attributes":["title",null]}"#;
        assert_eq!(
            Search::from_options(&Value::from_json(wrong)).unwrap_err().message,
            "sort.field must be the name of a field, such as displayName; got undefined; sort.order must be ASC or DESC; got \"asc\"; \
             filters[1] must be a filter object such as {filterType: \"text\", text: \"jane\"}; got 7; \
             attributes[1] must be an attribute's key; got null"
        );
    }

    #[test]
    fn the_last_page_is_recognized() {
        let search = Search::from_options(&Value::from_json(r#"{"pageSize":50}"#)).unwrap();
        assert_eq!(search.page_size, 50);
        assert!(search.has_next_page(0, 50, None));
        assert!(search.has_next_page(0, 50, Some(51.0)));
        assert!(!search.has_next_page(50, 50, Some(100.0)));
        assert!(search.has_next_page(50, 50, Some(101.0)));
        assert!(
            search.has_next_page(0, 49, Some(100.0)),
            "the instance may return fewer users than the page size"
        );
        assert!(!search.has_next_page(0, 49, None));
        assert!(!search.has_next_page(0, 0, Some(100.0)));
        assert!(!search.has_next_page(0, 0, None));
    }

    #[test]
    fn a_status_of_an_unknown_endpoint_means_that_there_is_no_search() {
        for status in [400, 403, 404, 405, 406, 501] {
            assert!(is_unsupported(Some(status)), "{status}");
        }
        for status in [401, 402, 407, 409, 429, 500, 503] {
            assert!(!is_unsupported(Some(status)), "{status}");
        }
        assert!(!is_unsupported(None));
    }
}
