//! The options of `planUsers` beside those of every call.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::config;
use crate::directory::desired::header_options::{HeaderOptions, MappedHeader};
use crate::directory::desired::state::MatchBy;
use crate::directory::plan::policy::{MaxDeletes, Policy};
use crate::error::Code;
use crate::excerpt::excerpt;
use crate::joined::joined;
use crate::user;
use crate::value::Value;
use crate::wasm::convert::shallow_value;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::options::OptionReader;
use domo_users_scan::email::is_blank;

const NEW_ATTRIBUTES: &str = "an array of attribute keys such as [\"shoeSize\"]";

/// Checked options.
pub struct PlanOptions {
    /// How rows and users are matched.
    pub match_by: MatchBy,
    /// Whether an empty cell clears the value.
    pub clear_empty: bool,
    /// Whether the owner of the token is never updated or deleted.
    pub protects_owner: bool,
    /// How the headers are read.
    pub header_options: HeaderOptions,
    /// What the plan may do.
    pub policy: Policy,
    /// The option `newUsers`, as a JSON array of one object.
    pub new_users: Option<String>,
    /// How a CSV file is read.
    pub csv: CsvReadOptions,
    /// Called while the users of the instance are read.
    pub on_read: Option<JsValue>,
}

/// How a CSV file is read.
pub struct CsvReadOptions {
    /// A decoder of the host for the bytes, or `null` for UTF-8 and UTF-16.
    pub decoder: JsValue,
    /// Whether the option `encoding` is given.
    pub has_encoding: bool,
    /// The option `delimiter`.
    pub delimiter: Option<u8>,
}

impl PlanOptions {
    /// Reads and checks the options.
    ///
    /// # Errors
    /// `INVALID_INPUT` with all errors.
    pub fn read(options: &JsValue) -> Result<Self, Error> {
        let mut reader = OptionReader::new(options, Code::InvalidInput);
        let fields = [MatchBy::EmailAddress, MatchBy::Id, MatchBy::UserName];
        let mut policy = Policy {
            delete_missing: reader.flag("deleteMissing"),
            max_deletes: read_max_deletes(&mut reader),
            protect: Vec::new(),
            ignore_other_columns: reader.is_second("otherColumns", &["refuse", "ignore"]),
        };
        let protects_owner = read_protect(&mut reader, &mut policy)?;
        let names = fields.map(MatchBy::name);
        let match_by = reader.index_of("matchBy", &names, &joined(&names, " or "));
        let read = Self {
            match_by: match_by.and_then(|at| fields.get(at)).copied().unwrap_or_default(),
            clear_empty: reader.is_second("emptyCells", &["keep", "clear"]),
            protects_owner,
            header_options: HeaderOptions {
                columns: read_mapped_headers(&mut reader),
                new_attributes: reader.names("newAttributes", NEW_ATTRIBUTES, 0)?,
            },
            policy,
            new_users: read_new_users(&mut reader),
            csv: CsvReadOptions::read(&mut reader),
            on_read: reader.function("onRead"),
        };
        if let Some(field) = read.header_options.field_among_new_attributes() {
            reader.errors.push(format!(
                "newAttributes must not have \"{field}\": a column of this name is a field of Domo; give the attribute another key"
            ));
        }
        reader.finish_call()?;
        Ok(read)
    }
}

impl CsvReadOptions {
    /// Reads the options.
    pub fn read(reader: &mut OptionReader<'_>) -> Self {
        let is_known = |encoding: &JsValue| encoding.is_string() && !host::text_decoder(encoding).is_undefined();
        let expected = "an encoding that TextDecoder of this host knows, such as \"windows-1252\"";
        let encoding = reader.checked("encoding", expected, is_known);
        Self {
            has_encoding: encoding.is_given(),
            decoder: host::text_decoder(&encoding.value),
            delimiter: reader.delimiter(),
        }
    }
}

/// Reads the option `columns`: an object, or a Map, of headers with the field that each is, or `null`.
fn read_mapped_headers(reader: &mut OptionReader<'_>) -> Vec<MappedHeader> {
    let option = reader.get("columns");
    if !option.is_given() {
        return Vec::new();
    }
    let is_object = matches!(option.shallow_value(), Value::Object(_));
    let Some(entries) = is_object.then(|| host::entries(&option.value)).flatten() else {
        let expected = "an object of headers and fields such as {\"Mail\": \"emailAddress\", \"Notes\": null}";
        reader.refuse(&option, expected);
        return Vec::new();
    };
    let mut mapped = Vec::new();
    for (header, field) in entries {
        let field = match &shallow_value(&field) {
            Value::Null => None,
            Value::String(name) if !is_blank(name) => Some(name.trim().to_owned()),
            other => {
                let place = format!("columns[\"{}\"]", excerpt(&header, 60));
                let expected = "the name of a field, or null to ignore the column";
                reader.errors.push_expected(&place, expected, other);
                continue;
            }
        };
        mapped.push(MappedHeader {
            header,
            field,
            is_found: false,
        });
    }
    mapped
}

fn read_new_users(reader: &mut OptionReader<'_>) -> Option<String> {
    let option = reader.get("newUsers");
    let is_object = matches!(option.shallow_value(), Value::Object(_));
    let json = host::rows_to_json(&Array::of1(&option.value)).filter(|_| is_object);
    if json.is_none() && option.is_given() {
        let expected = "an object of plain data such as {roleId: \"Participant\"}";
        reader.refuse(&option, expected);
    }
    json.map(|text| host::to_text(&text))
}

/// Reads the most deletes of a plan: a number of users, or a percentage.
fn read_max_deletes(reader: &mut OptionReader<'_>) -> MaxDeletes {
    let value = reader.get("maxDeletes").shallow_value();
    let most = match value.as_str() {
        Some(text) => MaxDeletes::parse_percent(text),
        None => match config::integer_option("maxDeletes", &value, 0, u32::MAX) {
            Ok(most) => Some(most.map_or(MaxDeletes::default(), |most| MaxDeletes::Users(most.into()))),
            Err(_) => None,
        },
    };
    most.unwrap_or_else(|| {
        let expected = "an integer from 0 to 4294967295, or a whole percentage from \"0%\" to \"100%\"";
        reader.errors.push_expected("maxDeletes", expected, &value);
        MaxDeletes::default()
    })
}

/// Reads the ids of users who are never changed. Returns whether the owner of the token is one of them.
fn read_protect(reader: &mut OptionReader<'_>, policy: &mut Policy) -> Result<bool, Error> {
    let is_right = |id: &Value| is_me(id) || user::id(id).is_ok();
    let ids = reader
        .items("protect", "an array of user ids or \"me\"", is_right)?
        .unwrap_or_default();
    for id in &ids {
        if let Ok(id) = user::id(id) {
            policy.add_protected(id);
        }
    }
    Ok(ids.iter().any(is_me))
}

/// Whether the owner of the token is meant.
fn is_me(id: &Value) -> bool {
    id.as_str() == Some("me")
}
