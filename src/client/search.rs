//! Searching the users of an instance: what is sent, and when the pages end.

use domo_users_scan::damage::has_replacement;
use domo_users_scan::email::{address_in, is_address, is_blank};

use crate::config::integer_option;
use crate::error::{Code, DomoError};
use crate::text::{digits, join, pieces};
use crate::validation::Errors;
use crate::value::{ObjectBuilder, Value};

/// Users asked for in one page: the most that was seen to work.
pub const PAGE: u32 = 200;
/// The fewest that were seen to work.
const SMALLEST_PAGE: u32 = 50;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// Users in one page.
    pub page_size: u32,
    /// Of the body, all but the offset.
    fields: ObjectBuilder,
}

impl Search {
    /// Checks the options of `searchUsers`.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every fault.
    pub fn of(options: &Value) -> Result<Self, DomoError> {
        let mut errors = Errors::default();
        let mut fields = ObjectBuilder::default();
        fields.set("showCount", Value::Bool(true));
        for name in &["includeDeleted", "includeSupport"] {
            let is_flag = |value: &Value| matches!(value, Value::Bool(_));
            fields.set(
                name,
                match fitting(options, name, "true or false", is_flag, &mut errors) {
                    Value::Undefined => Value::Bool(false),
                    flag => flag,
                },
            );
        }
        let sort = options.field("sort");
        check_sort(sort, &mut errors);
        fields.set("sort", sort.clone());
        fields.set("filters", filters(options, &mut errors));
        match crate::client::parts::parts(options.field("parts")) {
            Ok(parts) => {
                fields.set("parts", names(parts.as_deref()));
            }
            Err(error) => errors.push(&error.message),
        }
        let is_key = |key: &Value| key.text().is_some();
        let expected = ["an array of attribute keys", "an attribute's key"];
        fields.set("attributes", list(options, "attributes", expected, is_key, &mut errors));
        let page_size = integer_option("pageSize", options.field("pageSize"), SMALLEST_PAGE, PAGE);
        let page_size = errors.take(page_size).unwrap_or(PAGE);
        errors.into_result(Code::InvalidInput)?;
        Ok(Self { page_size, fields })
    }

    /// A search for one e-mail address. The search matches any part of any text: what comes back must be compared.
    #[must_use]
    pub fn by_email(email: &str, parts: Option<&str>) -> Self {
        let mut fields = ObjectBuilder::default();
        fields
            .set("showCount", Value::Bool(true))
            .set("includeDeleted", Value::Bool(false))
            .set("includeSupport", Value::Bool(false))
            .set("filters", Value::Array(vec![text_filter(email)]))
            .set("parts", names(parts));
        Self {
            page_size: PAGE,
            fields,
        }
    }

    /// The body that asks for the page at `offset`.
    #[must_use]
    pub fn body(&self, offset: u32) -> Value {
        let mut fields = self.fields.clone();
        fields
            .number("offset", Some(f64::from(offset)))
            .number("limit", Some(f64::from(self.page_size)))
            .object()
    }

    /// Whether there may be users behind a page: by `count`, how many there are in all, where it is known; else a short page is the end.
    #[must_use]
    pub fn goes_on(&self, offset: u32, users: u32, count: Option<f64>) -> bool {
        let seen = f64::from(offset) + f64::from(users);
        users > 0 && count.map_or(users >= self.page_size, |count| count > seen)
    }
}

/// An option, which must fit where it is given; `Missing` where it does not.
fn fitting(options: &Value, name: &str, expected: &str, fits: fn(&Value) -> bool, errors: &mut Errors) -> Value {
    match options.field(name) {
        Value::Undefined => Value::Undefined,
        value if fits(value) => value.clone(),
        value => {
            errors.push_expected(name, expected, value);
            Value::Undefined
        }
    }
}

/// A list, and each of it, told by its number; what is `expected` of both.
fn list(options: &Value, name: &str, expected: [&str; 2], fits: fn(&Value) -> bool, errors: &mut Errors) -> Value {
    let [all, each] = expected;
    let list = fitting(options, name, all, |list| matches!(list, Value::Array(_)), errors);
    for (index, item) in list.items().iter().enumerate() {
        if !fits(item) {
            errors.push_expected(&join(&[name, "[", &digits(index as u64), "]"]), each, item);
        }
    }
    list
}

/// `text` and `filters` together.
fn filters(options: &Value, errors: &mut Errors) -> Value {
    let is_text = |text: &Value| text.text().is_some();
    let text = fitting(options, "text", "a text", is_text, errors);
    let is_filter = |filter: &Value| matches!(filter, Value::Object(_));
    let each = "a filter object such as {filterType: \"text\", text: \"jane\"}";
    let own = list(
        options,
        "filters",
        ["an array of filter objects", each],
        is_filter,
        errors,
    );
    let mut filters = Vec::new();
    if let Some(given) = text.text().filter(|given| !given.trim().is_empty()) {
        if is_blank(given) || has_replacement(given.as_bytes()) {
            errors.push_expected("text", "a text of characters that can be seen, without U+FFFD", &text);
        }
        let address = address_in(given);
        filters.push(text_filter(if is_address(&address) { &address } else { given }));
    }
    for filter in own.items() {
        filters.push(filter.clone());
    }
    Value::Array(filters)
}

fn check_sort(sort: &Value, errors: &mut Errors) {
    let (field, order) = (sort.field("field"), sort.field("order"));
    match sort {
        Value::Undefined => {}
        Value::Object(_) => {
            if field.text().is_none() {
                errors.push_expected("sort.field", "the name of a field, such as displayName", field);
            }
            if !["ASC", "DESC"].contains(&order.text().unwrap_or_default()) {
                errors.push_expected("sort.order", "ASC or DESC", order);
            }
        }
        _ => errors.push_expected("sort", "an object {field, order}", sort),
    }
}

fn text_filter(text: &str) -> Value {
    let mut filter = ObjectBuilder::default();
    filter
        .text("filterType", Some("text"))
        .text("text", Some(text))
        .object()
}

/// The parts as an array, which the search wants.
fn names(parts: Option<&str>) -> Value {
    let mut names = Vec::new();
    for name in pieces(parts.unwrap_or("SIMPLE"), ",") {
        names.push(name.into());
    }
    Value::Array(names)
}

/// Whether an answer's status says that the instance has no such search, which Domo does not document.
#[must_use]
pub fn is_missing(status: Option<u16>) -> bool {
    matches!(status, Some(400 | 403..=406 | 501))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn body(options: &str) -> String {
        serde_json::to_string(&Search::of(&Value::from_json(options)).unwrap().body(200)).unwrap()
    }

    #[test]
    fn the_body_has_the_shape_that_clients_send() {
        assert_eq!(
            serde_json::to_string(&Search::by_email("a@b.co", Some("SIMPLE,ROLE")).body(0)).unwrap(),
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
    fn an_address_is_searched_as_a_person_sees_it() {
        for (text, sent) in [
            ("ada\u{200b}@x.co", "ada@x.co"),
            ("Ada <ada@x.co>", "ada@x.co"),
            ("👩\u{200d}💻 Ada ", "👩\u{200d}💻 Ada "),
        ] {
            let search = Search::of(&Value::object(vec![("text", text.into())])).unwrap();
            assert_eq!(search.body(0).field("filters"), &Value::Array(vec![text_filter(sent)]));
        }
        for (text, shown) in [("\u{200b}", "\"U+200B\""), ("J\u{fffd}rg", "\"JU+FFFDrg\"")] {
            let error = Search::of(&Value::object(vec![("text", text.into())])).unwrap_err();
            assert!(
                error.message.starts_with("text must be") && error.message.ends_with(shown),
                "{}",
                error.message
            );
        }
        assert_eq!(
            Search::of(&Value::from_json(r#"{"text":" "}"#))
                .unwrap()
                .body(0)
                .field("filters"),
            &Value::Array(vec![])
        );
    }

    #[test]
    fn every_fault_is_named() {
        let wrong = r#"{"text":7,"filters":{},"sort":{"field":"id","order":"UP"},"parts":["x"],"attributes":"title","includeDeleted":1,"pageSize":201}"#;
        let message = Search::of(&Value::from_json(wrong)).unwrap_err().message.clone();
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
            Search::of(&Value::from_json(wrong)).unwrap_err().message,
            "sort.field must be the name of a field, such as displayName; got nothing; sort.order must be ASC or DESC; got \"asc\"; \
             filters[1] must be a filter object such as {filterType: \"text\", text: \"jane\"}; got 7; \
             attributes[1] must be an attribute's key; got null"
        );
    }

    #[test]
    fn the_pages_end() {
        let search = Search::of(&Value::from_json(r#"{"pageSize":50}"#)).unwrap();
        assert!(search.goes_on(0, 50, None));
        assert!(search.goes_on(0, 50, Some(51.0)));
        assert!(!search.goes_on(50, 50, Some(100.0)));
        assert!(
            search.goes_on(0, 49, Some(100.0)),
            "the instance may give less in a page than asked for"
        );
        assert!(!search.goes_on(0, 49, None));
        assert!(!search.goes_on(0, 0, Some(100.0)));
        assert!(!search.goes_on(0, 0, None));
    }
}
