//! Users as CSV, RFC 4180, written straight from the bytes of the body.
//!
//! Several values of one attribute stand in their cell as JSON, `["a","b"]`, and so does a single text of an attribute that begins with `[`:
//! whatever else a cell holds, it is one value as it is.

use core::ops::Range;

use crate::columns::{Columns, TOP};
use crate::json::escapes;
use crate::json::field_extractor::FieldExtractor;
use crate::json::value as json;
use crate::json::value::{Kind, Value};
use crate::simd;
use crate::strings::trim;

/// What spreadsheets would run: these at the beginning, whatever apostrophes stand before.
#[inline(always)]
#[must_use]
pub fn is_formula(text: &[u8]) -> bool {
    match text.first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => true,
        Some(b'\'') => {
            let first = text.iter().find(|byte| **byte != b'\'');
            matches!(first, Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
        }
        _ => false,
    }
}

/// What a spreadsheet is spared, or given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Cells are left as they are, formulas too.
    pub raw_cells: bool,
    /// A byte order mark stands in front, by which Excel knows UTF-8.
    pub bom: bool,
}

/// Users into rows.
#[derive(Debug)]
pub struct Writer {
    raw_cells: bool,
    /// What the user has that is written.
    pub cells: FieldExtractor,
    scratch: Vec<u8>,
    /// What was written and not taken yet.
    pub out: Vec<u8>,
}

impl Writer {
    /// Begins with the header row, of the `header`'s names where it has its own.
    #[must_use]
    pub fn new(columns: Columns, header: Option<&Columns>, style: Style) -> Self {
        let mut writer = Self {
            raw_cells: style.raw_cells,
            cells: FieldExtractor::default(),
            scratch: Vec::new(),
            out: Vec::new(),
        };
        if style.bom {
            writer.out.extend_from_slice("\u{feff}".as_bytes());
        }
        let header = header.unwrap_or(&columns);
        for column in 0..header.count() {
            if column > 0 {
                writer.out.push(b',');
            }
            writer.text(header.name(column));
        }
        writer.out.extend_from_slice(b"\r\n");
        writer.cells = FieldExtractor::new(columns);
        writer
    }

    /// One user more, whose cells are read already or are to be; `None`, and no row, where it is no JSON object.
    #[inline(never)]
    pub fn user(&mut self, bytes: &[u8], user: Range<usize>, is_read: bool) -> Option<()> {
        if !is_read {
            self.cells.read(bytes, user)?;
        }
        let values = core::mem::take(&mut self.cells.values);
        for (column, value) in values.iter().enumerate() {
            match value.kind() {
                Kind::Unset => {}
                Kind::Text if !may_open_list(json::byte(bytes, value.start())) => {
                    self.place(bytes, value.start(), value.end());
                }
                Kind::Word if self.raw_cells || json::byte(bytes, value.start()) != b'-' => {
                    self.copy(bytes, value.start(), value.end());
                }
                _ => self.other(column, bytes, *value),
            }
            self.out.push(b',');
        }
        self.cells.values = values;
        // The comma behind the last cell ends the row.
        self.out.pop();
        self.out.extend_from_slice(b"\r\n");
        Some(())
    }

    /// A text that stands within the body as it is.
    #[inline(always)]
    fn place(&mut self, bytes: &[u8], start: usize, end: usize) {
        let length = end.wrapping_sub(start);
        let Some(sixteen) = simd::at(bytes, start).filter(|_| length <= simd::SIZE) else {
            return self.text(bytes.get(start..end).unwrap_or_default());
        };
        let odd = simd::any_of(sixteen, [b'"', b',', b'\r', b'\n']) & !(u32::MAX << length);
        if odd != 0 || (!self.raw_cells && is_formula(bytes.get(start..end).unwrap_or_default())) {
            return self.text(bytes.get(start..end).unwrap_or_default());
        }
        self.copy(bytes, start, end);
    }

    /// Most cells are short: sixteen bytes are copied faster than counted.
    #[inline(always)]
    fn copy(&mut self, bytes: &[u8], start: usize, end: usize) {
        let length = end.wrapping_sub(start);
        match simd::at(bytes, start) {
            Some(sixteen) if length <= simd::SIZE => {
                let kept = self.out.len().wrapping_add(length);
                self.out.extend_from_slice(sixteen);
                self.out.truncate(kept);
            }
            _ => self.out.extend_from_slice(bytes.get(start..end).unwrap_or_default()),
        }
    }

    /// Whatever is no plain text.
    #[inline(never)]
    fn other(&mut self, column: usize, bytes: &[u8], value: Value) {
        let mut text = core::mem::take(&mut self.scratch);
        text.clear();
        let raw = value.of(bytes);
        match value.kind() {
            Kind::List | Kind::Object => compact(raw, &mut text),
            Kind::Escaped => escapes::unescape(raw, &mut text),
            _ => text.extend_from_slice(raw),
        }
        let is_text = matches!(value.kind(), Kind::Text | Kind::Escaped);
        if is_text && trim(&text).first() == Some(&b'[') && self.may_be_several(column) {
            text.clear();
            text.extend_from_slice(b"[\"");
            text.extend_from_slice(raw);
            text.extend_from_slice(b"\"]");
        }
        self.text(&text);
        self.scratch = text;
    }

    /// A field at the top of a user only ever has one value, so that its cell is never taken for a list.
    fn may_be_several(&self, column: usize) -> bool {
        let name = self.cells.columns().name(column);
        !TOP.iter().any(|top| top.as_bytes() == name)
    }

    /// One cell of text, quoted where need be.
    fn text(&mut self, text: &[u8]) {
        let guard = !self.raw_cells && is_formula(text);
        if !text.iter().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
            if guard {
                self.out.push(b'\'');
            }
            self.out.extend_from_slice(text);
            return;
        }
        self.out.push(b'"');
        if guard {
            self.out.push(b'\'');
        }
        for &byte in text {
            if byte == b'"' {
                self.out.push(b'"');
            }
            self.out.push(byte);
        }
        self.out.push(b'"');
    }
}

/// Whether a text that begins so may be taken for a list: by a bracket, or by what is trimmed before one.
fn may_open_list(first: u8) -> bool {
    matches!(first, b'[' | 0..=b' ' | 0xc2)
}

/// JSON without the blanks between its parts.
pub fn compact(json: &[u8], into: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = json.get(at) {
        if byte == b'"' {
            let behind = json::text(json, at.wrapping_add(1)).map_or(json.len(), |(_, behind)| behind);
            into.extend_from_slice(json.get(at..behind).unwrap_or_default());
            at = behind;
            continue;
        }
        if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            into.push(byte);
        }
        at = at.wrapping_add(1);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn row(user: &str, raw_cells: bool) -> String {
        let mut writer = Writer::new(Columns::new(&["id", "a"]), None, Style { raw_cells, bom: false });
        let is_read = writer.cells.expected(user.as_bytes(), 0) == Some(user.len());
        writer.user(user.as_bytes(), 0..user.len(), is_read).unwrap();
        String::from_utf8(writer.out).unwrap()
    }

    #[test]
    fn cells_as_spreadsheets_take_them() {
        for (value, cell) in [
            ("\"x\"", "x"),
            ("\"\"", ""),
            ("null", ""),
            ("7", "7"),
            ("-7", "'-7"),
            ("true", "true"),
            (r#""a,b""#, "\"a,b\""),
            (r#""a\"b""#, "\"a\"\"b\""),
            (r#""a\r\nb""#, "\"a\r\nb\""),
            (r#""=1+1""#, "'=1+1"),
            (r#""'=x""#, "''=x"),
            (r#""'x""#, "'x"),
            (r#""\tx""#, "'\tx"),
            (r#""\u003d\"x\"""#, "\"'=\"\"x\"\"\""),
            (
                r#""-a text of more than sixteen bytes""#,
                "'-a text of more than sixteen bytes",
            ),
            (r#""[a""#, "\"[\"\"[a\"\"]\""),
            (r#"" [a""#, "\"[\"\" [a\"\"]\""),
            (r#""\t[]""#, "\"[\"\"\\t[]\"\"]\""),
            ("\"\u{a0}[]\"", "\"[\"\"\u{a0}[]\"\"]\""),
            (r#"[ "a", 1,null ]"#, "\"[\"\"a\"\",1,null]\""),
            (r#"[1, 2]"#, "\"[1,2]\""),
            (r#""é🙂""#, "é🙂"),
        ] {
            let user = format!(r#"{{"id":1,"a":{value}}}"#);
            assert_eq!(row(&user, false), format!("id,a\r\n1,{cell}\r\n"), "{value}");
        }
        assert_eq!(row(r#"{"id":1,"a":"=x"}"#, true), "id,a\r\n1,=x\r\n");
        assert_eq!(row(r#"{"id":1,"a":-1}"#, true), "id,a\r\n1,-1\r\n");
    }
}
