//! One user of the body: where the fields stand that are wanted, at the top or among the attributes.

use core::ops::Range;

use crate::columns::Columns;
use crate::json::shape_cache::ShapeCache;
use crate::json::value as json;
use crate::json::value::{Kind, Value, byte};

/// So many users that are not as those before may come, more than others, before none is expected to be any more.
const PATIENCE: u32 = 64;

/// What a user has in each column.
#[derive(Debug, Default)]
pub struct FieldExtractor {
    columns: Columns,
    /// Wherever nothing was found, `Unset`.
    pub values: Vec<Value>,
    /// Which columns were found at the top, and so are not looked for among the attributes.
    at_top: Vec<bool>,
    shapes: ShapeCache,
    patience: u32,
}

impl FieldExtractor {
    /// To look for these columns.
    #[must_use]
    pub fn new(columns: Columns) -> Self {
        Self {
            columns,
            values: Vec::new(),
            at_top: Vec::new(),
            shapes: ShapeCache::default(),
            patience: PATIENCE,
        }
    }

    /// What is looked for.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Finds the fields of the user that begins there, where it is like those before: the place behind it. Any other is to be [`read`](Self::read).
    #[inline(never)]
    pub fn expected(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        if self.patience == 0 {
            return None;
        }
        self.clear();
        let (values, at_top) = (&mut self.values, &mut self.at_top);
        let end = self
            .shapes
            .user(bytes, start, &mut self.columns, |is_top, column, value| {
                set(values, at_top, bytes, is_top, Some(column), value)
            });
        self.patience = match end {
            Some(_) => self.patience.wrapping_add(1).min(PATIENCE),
            None => self.patience.saturating_sub(2),
        };
        end.filter(|end| end.wrapping_sub(start) <= json::LONGEST)
    }

    fn clear(&mut self) {
        let count = self.columns.count();
        self.values.clear();
        self.values.resize(count, Value::default());
        self.at_top.clear();
        self.at_top.resize(count, false);
    }

    /// Finds the fields of any user, one by one; `None` where that is no JSON object.
    #[inline(never)]
    pub fn read(&mut self, bytes: &[u8], user: Range<usize>) -> Option<()> {
        if user.len() > json::LONGEST {
            return None;
        }
        self.clear();
        let (values, at_top, columns) = (&mut self.values, &mut self.at_top, &mut self.columns);
        let behind = json::fields(bytes, user.start, &mut |key, at| {
            if key.of(bytes) == b"attributes" && byte(bytes, at) == b'[' {
                return json::items(bytes, at, &mut |at| {
                    let (name, value, behind) = attribute(bytes, at)?;
                    let column = name.and_then(|name| columns.find(bytes, name));
                    set(values, at_top, bytes, false, column, value)?;
                    Some(behind)
                });
            }
            let (value, behind) = json::value(bytes, at)?;
            set(values, at_top, bytes, true, columns.find(bytes, key), value)?;
            Some(behind)
        })?;
        (behind == user.end).then_some(())
    }
}

/// What stands at the top counts, but for `null` there; `None` where a list is broken.
#[inline(always)]
fn set(
    values: &mut [Value],
    at_top: &mut [bool],
    bytes: &[u8],
    is_top: bool,
    column: Option<usize>,
    value: Value,
) -> Option<()> {
    let value = single(bytes, value)?;
    if let Some(column) = column
        && let (Some(cell), Some(at_top)) = (values.get_mut(column), at_top.get_mut(column))
        && (*at_top == is_top || is_top && value.kind() != Kind::Unset)
    {
        (*cell, *at_top) = (value, is_top);
    }
    Some(())
}

/// An item of the list of attributes, `{"key": …, "values": […]}` with whatever else is in it: its key, where it has one, its value, and the
/// place behind it.
fn attribute(bytes: &[u8], at: usize) -> Option<(Option<Value>, Value, usize)> {
    let (mut name, mut held) = (None, Value::default());
    if byte(bytes, at) != b'{' {
        return Some((name, held, json::value(bytes, at)?.1));
    }
    let behind = json::fields(bytes, at, &mut |key, at| {
        let (value, behind) = json::value(bytes, at)?;
        match key.of(bytes) {
            b"key" if matches!(value.kind(), Kind::Text | Kind::Escaped) => name = Some(value),
            b"values" => held = value,
            _ => {}
        }
        Some(behind)
    })?;
    Some((name, held, behind))
}

/// A list of one is that one, an empty list nothing; all else stays.
#[inline(always)]
#[must_use]
pub fn single(bytes: &[u8], value: Value) -> Option<Value> {
    match value.kind() {
        Kind::List => single_of(bytes, value),
        _ => Some(value),
    }
}

#[inline(never)]
fn single_of(bytes: &[u8], value: Value) -> Option<Value> {
    let (mut count, mut first) = (0_usize, Value::default());
    json::items(bytes, value.start(), &mut |at| {
        let (item, behind) = json::value(bytes, at)?;
        if count == 0 {
            first = item;
        }
        count = count.wrapping_add(1);
        Some(behind)
    })?;
    Some(if count > 1 || first.kind() == Kind::List {
        value
    } else {
        first
    })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As a `UserSplitter` does: by what is expected, else read.
    fn find(cells: &mut FieldExtractor, bytes: &[u8], user: Range<usize>) -> Option<()> {
        match cells.expected(bytes, user.start) {
            Some(end) if end == user.end => Some(()),
            _ => cells.read(bytes, user),
        }
    }

    fn cell(user: &str, key: &str) -> Option<(Kind, String)> {
        let mut cells = FieldExtractor::new(Columns::new(&["x", key]));
        find(&mut cells, user.as_bytes(), 0..user.len())?;
        let value = cells.values[if key == "x" { 0 } else { 1 }];
        Some((
            value.kind(),
            String::from_utf8_lossy(value.of(user.as_bytes())).into_owned(),
        ))
    }

    #[test]
    fn at_the_top_or_among_the_attributes() {
        for (user, kind, raw) in [
            (r#"{"a":"v"}"#, Kind::Text, "v"),
            (r#"{ "a" : -1.5 }"#, Kind::Word, "-1.5"),
            (r#"{"a":null}"#, Kind::Unset, ""),
            (r#"{"attributes":[{"key":"a","values":["v"]}]}"#, Kind::Text, "v"),
            (r#"{"attributes":[{"key":"a","values":[7]}],"b":1}"#, Kind::Word, "7"),
            (
                r#"{"attributes":[{"values":["\""],"key":"a","source":{"key":"b"}}]}"#,
                Kind::Escaped,
                "\\\"",
            ),
            (
                r#"{"attributes":[ { "key" : "a" , "values" : [ 1, 2 ] } ] }"#,
                Kind::List,
                "[ 1, 2 ]",
            ),
            (r#"{"attributes":[{"key":"a","values":[]}]}"#, Kind::Unset, ""),
            (r#"{"attributes":[{"key":"a","values":[null]}]}"#, Kind::Unset, "null"),
            (r#"{"attributes":[{"key":"a","values":[{}]}]}"#, Kind::Object, "{}"),
            (r#"{"attributes":[{"key":"\u0061","values":[1]}]}"#, Kind::Word, "1"),
            (
                r#"{"attributes":[{"key":"a","values":[1]},{"key":"a","values":[2]}],"a":3}"#,
                Kind::Word,
                "3",
            ),
            (r#"{"a":3,"attributes":[{"key":"a","values":[1]}]}"#, Kind::Word, "3"),
            (r#"{"a":null,"attributes":[{"key":"a","values":[1]}]}"#, Kind::Word, "1"),
            (r#"{"attributes":null,"a":1}"#, Kind::Word, "1"),
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

    /// What is found in each of some users by who remembers those before, and by who reads every one as any.
    fn found(users: &[String], keys: &[&str]) -> [Vec<Option<Vec<Value>>>; 2] {
        [PATIENCE, 0].map(|patience| {
            let mut cells = FieldExtractor::new(Columns::new(keys));
            cells.patience = patience;
            let both = |user: &String| {
                // With something behind it, and without.
                let padded = format!("{user},{{\"id\":1}}                 ");
                let found = find(&mut cells, padded.as_bytes(), 0..user.len()).map(|()| cells.values.clone());
                let alone = find(&mut cells, user.as_bytes(), 0..user.len()).map(|()| cells.values.clone());
                assert_eq!(found, alone, "{user}");
                found
            };
            users.iter().map(both).collect()
        })
    }

    /// Users as they may be: some fields or none, in some order, with blanks or without, nearly right or all wrong.
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
        fn who_remembers_finds_the_same(
            kinds in proptest::collection::vec(user(), 1..6), turns in proptest::collection::vec(any::<proptest::sample::Index>(), 1..40),
        ) {
            let users: Vec<String> = turns.iter().map(|turn| kinds[turn.index(kinds.len())].clone()).collect();
            let [remembering, reading] = found(&users, &["c", "a", "b", "a long name of an attribute"]);
            prop_assert_eq!(remembering, reading);
        }

        #[test]
        fn any_bytes_can_be_asked(bytes in r#"\{("a"|:|,|\[|\]|\{|\}|1|null|"attributes":\[|"key":"a"|"values":\[| ){0,20}"#) {
            let _ = cell(&bytes, "a");
        }
    }

    #[test]
    fn users_that_are_never_alike_are_read_all_the_same() {
        // More gaps than are kept, then users that are not plain until patience is out, then plain ones again.
        let many =
            (0..2000).map(|n| format!(r#"{{"k{n}":{n},"a":"x{n}","attributes":[{{"key":"b{n}","values":[1]}}]}}"#));
        let odd = (0..100).map(|n| format!(r#"{{"attributes":[{{"values":[{n}],"key":"a"}}]}}"#));
        let plain = (0..10).map(|n| format!(r#"{{"attributes":[{{"key":"a","values":["{n}"]}}]}}"#));
        let users: Vec<String> = many.chain(odd).chain(plain).collect();
        let [remembering, reading] = found(&users, &["a", "k1999", "b1999"]);
        assert_eq!(remembering, reading);
        assert!(reading.iter().all(Option::is_some));
    }
}
