//! Finds the values of one user for a list of columns, at the top of the user or among its attributes.
//!
//! There are two ways with one result. [`extract_like_earlier`](FieldExtractor::extract_like_earlier) asks the
//! [`ShapeCache`], which compares the JSON between the values with that of earlier users and is several times faster;
//! it gives up on a user that has an unusual form or is cut. [`extract`](FieldExtractor::extract) reads any user field
//! by field. A balance of hits and misses (`Confidence`) stops asking the cache for instances whose users never look
//! alike.
//!
//! A value at the top wins over an attribute with the same key, unless it is `null`; among attributes the last wins.

use core::ops::Range;

use crate::columns::{Columns, SOURCE};
use crate::json::reader::{byte_at, for_each_field, for_each_item, read_value};
use crate::json::shape_cache::ShapeCache;
use crate::json::value::{Kind, MAX_LENGTH, Value};

/// Whether the shape cache is worth asking: a hit adds one up to the maximum, a miss takes two, and at zero it is never
/// asked again.
#[derive(Debug)]
struct Confidence(u32);

impl Confidence {
    const MAX: u32 = 64;

    fn is_lost(&self) -> bool {
        self.0 == 0
    }

    fn add(&mut self, is_hit: bool) {
        self.0 = if is_hit {
            self.0.wrapping_add(1).min(Self::MAX)
        } else {
            self.0.saturating_sub(2)
        };
    }
}

impl Default for Confidence {
    fn default() -> Self {
        Self(Self::MAX)
    }
}

/// Finds the values of users, one user after the other.
#[derive(Debug, Default)]
pub struct FieldExtractor {
    columns: Columns,
    /// The value of each column for the user that was extracted last; `Unset` if the user has none.
    pub values: Vec<Value>,
    /// For each column, whether its value was found at the top, so that an attribute does not replace it.
    is_at_top: Vec<bool>,
    shapes: ShapeCache,
    confidence: Confidence,
}

impl FieldExtractor {
    /// Creates an extractor for these columns.
    #[must_use]
    pub fn new(columns: Columns) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    /// Returns the columns.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Extracts the user that begins at `start` if it looks like earlier users, and returns the position after it.
    /// `None` says nothing about the user: it is then to be [extracted](Self::extract) as soon as it is whole.
    #[inline(never)]
    pub fn extract_like_earlier(&mut self, json: &[u8], start: usize) -> Option<usize> {
        if self.confidence.is_lost() {
            return None;
        }
        self.clear();
        let mut found = Found {
            values: &mut self.values,
            is_at_top: &mut self.is_at_top,
        };
        let end = self
            .shapes
            .read_user(json, start, &mut self.columns, |is_top, column, value| {
                found.set(json, is_top, column, value)
            });
        self.confidence.add(end.is_some());
        end.filter(|end| end.wrapping_sub(start) <= MAX_LENGTH)
    }

    /// Extracts any user; returns `None` if it is not a JSON object.
    #[inline(never)]
    pub fn extract(&mut self, json: &[u8], user: Range<usize>) -> Option<()> {
        if user.len() > MAX_LENGTH {
            return None;
        }
        self.clear();
        let columns = &mut self.columns;
        let mut found = Found {
            values: &mut self.values,
            is_at_top: &mut self.is_at_top,
        };
        let end = for_each_field(json, user.start, &mut |key, at| {
            if key.bytes_in(json) == b"attributes" && byte_at(json, at) == b'[' {
                return for_each_item(json, at, &mut |at| {
                    let attribute = read_attribute(json, at)?;
                    let column = attribute.key.and_then(|key| columns.find(json, key));
                    columns.has_sources |= attribute.has_source;
                    found.set(json, false, column, attribute.values)?;
                    let value = column.and_then(|column| found.values.get(column));
                    if value.is_some_and(|value| value.kind() == Kind::Array) {
                        columns.note_several(column);
                    }
                    Some(attribute.end)
                });
            }
            let (value, value_end) = read_value(json, at)?;
            found.set(json, true, columns.find(json, key), value)?;
            Some(value_end)
        })?;
        (end == user.end).then_some(())
    }

    fn clear(&mut self) {
        let count = self.columns.count();
        self.values.clear();
        self.values.resize(count, Value::default());
        self.is_at_top.clear();
        self.is_at_top.resize(count, false);
    }
}

/// What was found of the current user.
struct Found<'a> {
    values: &'a mut [Value],
    is_at_top: &'a mut [bool],
}

impl Found<'_> {
    /// Notes the value of a column, unless a value that is there wins; returns `None` if the value is a broken array.
    #[inline(always)]
    fn set(&mut self, json: &[u8], is_top: bool, column: Option<usize>, value: Value) -> Option<()> {
        let value = unwrap_single(json, value)?;
        if let Some(column) = column
            && let (Some(cell), Some(is_at_top)) = (self.values.get_mut(column), self.is_at_top.get_mut(column))
            && (*is_at_top == is_top || is_top && value.kind() != Kind::Unset)
        {
            (*cell, *is_at_top) = (value, is_top);
        }
        Some(())
    }
}

/// An item of the attributes: `{"key": …, "values": […]}`, perhaps with other fields.
#[derive(Default)]
struct Attribute {
    /// `None` if there is no key that is a string.
    key: Option<Value>,
    values: Value,
    /// Whether it has a field [`SOURCE`] with a value.
    has_source: bool,
    /// The position after the item.
    end: usize,
}

fn read_attribute(json: &[u8], at: usize) -> Option<Attribute> {
    let mut attribute = Attribute::default();
    if byte_at(json, at) != b'{' {
        attribute.end = read_value(json, at)?.1;
        return Some(attribute);
    }
    attribute.end = for_each_field(json, at, &mut |key, at| {
        let (value, value_end) = read_value(json, at)?;
        match key.bytes_in(json) {
            b"key" if value.kind().is_string() => attribute.key = Some(value),
            b"values" => attribute.values = value,
            SOURCE => attribute.has_source = value.kind() != Kind::Unset,
            _ => {}
        }
        Some(value_end)
    })?;
    Some(attribute)
}

/// Whether the values at the position `at` are those of an attribute that has a [`SOURCE`]. The user begins at `user`.
#[inline(never)]
#[must_use]
pub fn has_source(json: &[u8], user: usize, at: usize) -> bool {
    let mut has_source = false;
    for_each_field(json, user, &mut |key, start| {
        if key.bytes_in(json) == b"attributes" && byte_at(json, start) == b'[' {
            return for_each_item(json, start, &mut |item| {
                let attribute = read_attribute(json, item)?;
                has_source |= attribute.has_source && (item..attribute.end).contains(&at);
                Some(attribute.end)
            });
        }
        Some(read_value(json, start)?.1)
    });
    has_source
}

/// Returns the item of an array that has only one, `Unset` for an empty array, and any other value unchanged; `None` if
/// the array is broken. An array within an array stays.
#[inline(always)]
#[must_use]
pub fn unwrap_single(json: &[u8], value: Value) -> Option<Value> {
    match value.kind() {
        Kind::Array => unwrap_single_of_array(json, value),
        _ => Some(value),
    }
}

#[inline(never)]
fn unwrap_single_of_array(json: &[u8], array: Value) -> Option<Value> {
    let (mut count, mut first) = (0_usize, Value::default());
    for_each_item(json, array.start(), &mut |at| {
        let (item, item_end) = read_value(json, at)?;
        if count == 0 {
            first = item;
        }
        count = count.wrapping_add(1);
        Some(item_end)
    })?;
    let has_one_value = count <= 1 && first.kind() != Kind::Array;
    Some(if has_one_value { first } else { array })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Extracts a user as with a `UserSplitter`: through the cache if it is like earlier ones, else field by field.
    fn find(cells: &mut FieldExtractor, json: &[u8], user: Range<usize>) -> Option<()> {
        match cells.extract_like_earlier(json, user.start) {
            Some(end) if end == user.end => Some(()),
            _ => cells.extract(json, user),
        }
    }

    fn cell(user: &str, key: &str) -> Option<(Kind, String)> {
        let mut cells = FieldExtractor::new(Columns::new(&["x", key]));
        find(&mut cells, user.as_bytes(), 0..user.len())?;
        let value = cells.values[if key == "x" { 0 } else { 1 }];
        Some((
            value.kind(),
            String::from_utf8_lossy(value.bytes_in(user.as_bytes())).into_owned(),
        ))
    }

    #[test]
    fn the_source_of_an_attribute_is_found_wherever_it_stands() {
        for (attribute, has) in [
            (r#"{"key":"a","values":["v"],"source":"scim"}"#, true),
            (r#"{"source":"scim","key":"a","values":["v"]}"#, true),
            (r#"{"key":"a", "source" : {"x":[1]} ,"values":["v"]}"#, true),
            (r#"{"values":["v", 1],"key":"a","source":1}"#, true),
            (r#"{"key":"a","values":["v"],"source":null}"#, false),
            (r#"{"key":"a","values":["v"],"sources":"x"}"#, false),
            (r#"{"key":"a","values":["v"]}"#, false),
        ] {
            let other = r#"{"key":"b","values":["source"]}"#;
            let user = format!(r#"{{"id":1,"attributes":[{other},{attribute},{other}],"x":{{"source":1}}}}"#);
            let mut cells = FieldExtractor::new(Columns::new(&["a", "b"]));
            for _ in 0..2 {
                find(&mut cells, user.as_bytes(), 0..user.len()).unwrap();
                let [a, b] = [cells.values[0], cells.values[1]];
                assert!(cells.columns().has_sources || !has, "{attribute}");
                assert_eq!(has_source(user.as_bytes(), 0, a.start()), has, "{attribute}");
                assert!(!has_source(user.as_bytes(), 0, b.start()), "{attribute}");
            }
        }
        assert!(!has_source(b"{\"a\":", 0, 5) && !has_source(b"7", 0, 0));
    }

    #[test]
    fn a_column_of_which_a_user_holds_several_values_is_noted() {
        for (values, several) in [
            (r#"["v"]"#, false),
            (r#"["v",1]"#, true),
            (r#"[ 1 , 2 ]"#, true),
            ("[]", false),
            ("[null,null]", true),
        ] {
            let other = r#"{"key":"b","values":["x","y"]}"#;
            let usual = r#"{"attributes":[{"key":"a","values":["v"]}]}"#;
            for user in [
                format!(r#"{{"attributes":[{{"key":"a","values":{values}}},{other}]}}"#),
                format!(r#"{{"attributes":[{other},{{"values":{values},"key":"a"}}]}}"#),
            ] {
                let mut columns = Columns::new(&["a", "c"]);
                columns.collect_keys(Vec::new());
                let mut cells = FieldExtractor::new(columns);
                for user in [usual, &user, usual, &user] {
                    find(&mut cells, user.as_bytes(), 0..user.len()).unwrap();
                }
                let columns = cells.columns();
                assert_eq!(
                    (columns.holds_several(0), columns.holds_several(1)),
                    (several, false),
                    "{user}"
                );
            }
        }
    }

    #[test]
    fn a_value_is_found_at_the_top_or_among_the_attributes() {
        for (user, kind, raw) in [
            (r#"{"a":"v"}"#, Kind::String, "v"),
            (r#"{ "a" : -1.5 }"#, Kind::Primitive, "-1.5"),
            (r#"{"a":null}"#, Kind::Unset, ""),
            (r#"{"attributes":[{"key":"a","values":["v"]}]}"#, Kind::String, "v"),
            (
                r#"{"attributes":[{"key":"a","values":[7]}],"b":1}"#,
                Kind::Primitive,
                "7",
            ),
            (
                r#"{"attributes":[{"values":["\""],"key":"a","source":{"key":"b"}}]}"#,
                Kind::EscapedString,
                "\\\"",
            ),
            (
                r#"{"attributes":[ { "key" : "a" , "values" : [ 1, 2 ] } ] }"#,
                Kind::Array,
                "[ 1, 2 ]",
            ),
            (r#"{"attributes":[{"key":"a","values":[]}]}"#, Kind::Unset, ""),
            (r#"{"attributes":[{"key":"a","values":[null]}]}"#, Kind::Unset, "null"),
            (r#"{"attributes":[{"key":"a","values":[{}]}]}"#, Kind::Object, "{}"),
            (
                r#"{"attributes":[{"key":"\u0061","values":[1]}]}"#,
                Kind::Primitive,
                "1",
            ),
            (
                r#"{"attributes":[{"key":"a","values":[1]},{"key":"a","values":[2]}],"a":3}"#,
                Kind::Primitive,
                "3",
            ),
            (
                r#"{"a":3,"attributes":[{"key":"a","values":[1]}]}"#,
                Kind::Primitive,
                "3",
            ),
            (
                r#"{"a":null,"attributes":[{"key":"a","values":[1]}]}"#,
                Kind::Primitive,
                "1",
            ),
            (r#"{"attributes":null,"a":1}"#, Kind::Primitive, "1"),
            (
                r#"{"attributes":[7,{"key":7,"values":[1]},{"key":"b"}],"a":[]}"#,
                Kind::Unset,
                "",
            ),
        ] {
            assert_eq!(cell(user, "a"), Some((kind, raw.to_owned())), "{user}");
        }
        for broken in [
            r#"{"a"}"#,
            r#"{"a":1"#,
            r#"{"a":}"#,
            "[]",
            r#"{"attributes":[{"key":"a","values":[1]]}"#,
        ] {
            assert_eq!(cell(broken, "a"), None, "{broken}");
        }
    }

    /// Returns the values of some users, first with the cache, then without it.
    fn found(users: &[String], keys: &[&str]) -> [Vec<Option<Vec<Value>>>; 2] {
        [Confidence::MAX, 0].map(|confidence| {
            let mut cells = FieldExtractor::new(Columns::new(keys));
            cells.confidence = Confidence(confidence);
            let both = |user: &String| {
                // With something after the user, and without.
                let padded = format!("{user},{{\"id\":1}}                 ");
                let found = find(&mut cells, padded.as_bytes(), 0..user.len()).map(|()| cells.values.clone());
                let alone = find(&mut cells, user.as_bytes(), 0..user.len()).map(|()| cells.values.clone());
                assert_eq!(found, alone, "{user}");
                found
            };
            users.iter().map(both).collect()
        })
    }

    /// Users with some fields or none, in any order, with whitespace or without, valid or nearly valid.
    fn user() -> impl Strategy<Value = String> {
        let value = || {
            prop_oneof![
                4 => r#""[a-z]{0,20}""#,
                2 => r#"[1-9][0-9]{0,17}|true|null|-1\.5e3"#,
                1 => r#""(\\["\\nu]|é|[{}\[\]]){0,6}""#,
                1 => r#"\{"a":1\}|\[\]|\[1\]|\["x", "y"\]|\[\["x"\]\]|\{|\]|"#,
            ]
        };
        let values = prop_oneof![
            6 => value().prop_map(|value| format!("[{value}]")),
            1 => Just("[]".to_owned()),
            1 => (value(), value()).prop_map(|(one, other)| format!("[{one},{other}]")),
            1 => value(),
        ];
        let attribute = (
            r#"a|b|key|values|source|\\u0061|a long name of an attribute"#,
            values,
            value(),
            0..16,
        )
            .prop_map(|(key, values, other, form)| match form {
                0 => format!(r#"{{"key":"{key}","source":{other},"values":{values}}}"#),
                1 => format!(r#"{{"key":"{key}","values":{values},"source":{other}}}"#),
                2 => format!(r#"{{"values":{values},"key":"{key}"}}"#),
                3 => format!(r#"{{"key":"{key}"}}"#),
                4 => format!(r#"{{ "key" : "{key}" , "values" : {values} }}"#),
                5 => other,
                6 => format!(r#"{{"key":"b","key":"{key}","values":[1],"values":{values}}}"#),
                _ => format!(r#"{{"key":"{key}","values":{values}}}"#),
            });
        let field = prop_oneof![
            3 => ("a|b|c|attributes|a long name of an attribute", value()).prop_map(|(key, value)| format!(r#""{key}":{value}"#)),
            2 => proptest::collection::vec(attribute, 0..5).prop_map(|all| format!(r#""attributes":[{}]"#, all.join(","))),
        ];
        let blank = prop_oneof![8 => Just(""), 1 => Just(" "), 1 => Just("\n  ")];
        (proptest::collection::vec(field, 0..5), blank)
            .prop_map(|(fields, blank)| format!("{{{blank}{}{blank}}}", fields.join(&format!("{blank},{blank}"))))
    }

    proptest! {
        #[test]
        fn the_cache_finds_what_reading_field_by_field_finds(
            kinds in proptest::collection::vec(user(), 1..6), turns in proptest::collection::vec(any::<proptest::sample::Index>(), 1..40),
        ) {
            let users: Vec<String> = turns.iter().map(|turn| kinds[turn.index(kinds.len())].clone()).collect();
            let [cached, read] = found(&users, &["c", "a", "b", "a long name of an attribute"]);
            prop_assert_eq!(cached, read);
        }

        #[test]
        fn any_bytes_can_be_extracted(bytes in r#"\{("a"|:|,|\[|\]|\{|\}|1|null|"attributes":\[|"key":"a"|"values":\[| ){0,20}"#) {
            let _ = cell(&bytes, "a");
        }
    }

    #[test]
    fn users_that_are_never_alike_are_extracted_as_well() {
        // More gaps than the cache holds, then users of an unusual form until confidence is lost, then usual ones again.
        let many =
            (0..2000).map(|n| format!(r#"{{"k{n}":{n},"a":"x{n}","attributes":[{{"key":"b{n}","values":[1]}}]}}"#));
        let odd = (0..100).map(|n| format!(r#"{{"attributes":[{{"values":[{n}],"key":"a"}}]}}"#));
        let plain = (0..10).map(|n| format!(r#"{{"attributes":[{{"key":"a","values":["{n}"]}}]}}"#));
        let users: Vec<String> = many.chain(odd).chain(plain).collect();
        let [cached, read] = found(&users, &["a", "k1999", "b1999"]);
        assert_eq!(cached, read);
        assert!(read.iter().all(Option::is_some));
    }

    /// Whether each of these users is read through the cache.
    fn are_cached<'a>(cells: &mut FieldExtractor, users: impl IntoIterator<Item = &'a str>) -> Vec<bool> {
        let is_cached = |user: &str| {
            let padded = format!("{user}{}", " ".repeat(16));
            let end = cells.extract_like_earlier(padded.as_bytes(), 0);
            assert!(end.is_none_or(|end| end == user.len()), "{user}");
            end.is_some()
        };
        users.into_iter().map(is_cached).collect()
    }

    #[test]
    fn usual_users_are_read_through_the_cache_and_unusual_ones_are_not() {
        let mut cells = FieldExtractor::new(Columns::new(&["a", "id"]));
        for (user, is_cached) in [
            ("{}", true),
            (r#"{"id":1}"#, true),
            (r#"{ "id" : "x" , "b" : { "c" : [ 1 ] } }"#, true),
            (r#"{"id":1,"attributes":[]}"#, true),
            (
                r#"{"attributes":[{"key":"a","values":["x"]},{"key":"b","values":[]}],"id":1}"#,
                true,
            ),
            (
                r#"{"attributes":[{"key":"a","source":"idp","values":["x",2,"y"],"more":null}]}"#,
                true,
            ),
            (r#"{"attributes":[{"values":["x"],"key":"a"}]}"#, false),
            (r#"{"attributes":[{"key":"a","values":["x"],"values":[]}]}"#, false),
            (r#"{"attributes":[{"key":"a","values":[["x"]]}]}"#, false),
            (r#"{"attributes":[{"key":"a","values":[{}]}]}"#, false),
            (r#"{"attributes":[{"key":"a","values":"x"}]}"#, false),
            (r#"{"attributes":[{"key":"a","\u0076alues":["x"]}]}"#, false),
            (r#"{"attributes":[{"key":7,"values":["x"]}]}"#, false),
            (r#"{"attributes":{}}"#, false),
            (
                r#"{"attributes":[{"key":"a","values":["x"]} {"key":"b","values":[]}]}"#,
                false,
            ),
            ("[]", false),
            (r#"{"id"}"#, false),
            (r#"{"id":}"#, false),
        ] {
            assert_eq!(are_cached(&mut cells, [user, user]), [is_cached; 2], "{user}");
        }
    }

    #[test]
    fn the_cache_is_no_longer_asked_after_many_misses_in_a_row() {
        let (usual, unusual) = (r#"{"id":1}"#, r#"{"attributes":[{"values":[],"key":"a"}]}"#);
        let is_asked_after = |users: &[&str]| {
            let mut cells = FieldExtractor::new(Columns::new(&["id"]));
            are_cached(&mut cells, users.iter().copied());
            are_cached(&mut cells, [usual]) == [true]
        };
        assert!(is_asked_after(&[unusual; 31]));
        assert!(!is_asked_after(&[unusual; 32]));
        // A hit makes up for half a miss, and no more than all misses.
        assert!(is_asked_after(&[&[usual; 9][..], &[unusual; 31]].concat()));
        assert!(!is_asked_after(&[&[usual; 9][..], &[unusual; 32]].concat()));
        assert!(is_asked_after(
            &[&[unusual; 31][..], &[usual; 2], &[unusual; 1]].concat()
        ));
        assert!(!is_asked_after(
            &[&[unusual; 31][..], &[usual; 2], &[unusual; 2]].concat()
        ));
    }

    #[test]
    fn only_gaps_at_the_same_place_are_the_same() {
        // The same bytes `","values":["` and `"]},{…` follow the keys of different columns.
        let user = |first: &str, second: &str| {
            format!(
                r#"{{"attributes":[{{"key":"{first}","values":["1"]}},{{"key":"{second}","values":["2"]}}],"c":"3"}}"#
            )
        };
        let keys = ["a", "b", "c", "d"];
        let users: Vec<String> = keys
            .iter()
            .flat_map(|first| keys.map(|second| user(first, second)))
            .collect();
        let users: Vec<String> = users.iter().chain(&users).cloned().collect();
        let [cached, read] = found(&users, &["b", "c", "a"]);
        assert_eq!(cached, read);
    }

    #[test]
    fn one_value_is_taken_out_of_its_array() {
        for (array, kind, bytes) in [
            ("[]", Some(Kind::Unset), ""),
            ("[null]", Some(Kind::Unset), "null"),
            (r#"["x"]"#, Some(Kind::String), "x"),
            ("[1,2]", Some(Kind::Array), "[1,2]"),
            ("[[1]]", Some(Kind::Array), "[[1]]"),
            ("[1 2]", None, ""),
        ] {
            let value = unwrap_single(array.as_bytes(), Value::new(Kind::Array, 0, array.len()));
            assert_eq!(value.map(Value::kind), kind, "{array}");
            assert_eq!(
                value.unwrap_or_default().bytes_in(array.as_bytes()),
                bytes.as_bytes(),
                "{array}"
            );
        }
    }
}
