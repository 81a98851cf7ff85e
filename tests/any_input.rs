//! Whatever is fed to the pure parsers, none of them panics: `npm run fuzz` gives each a million inputs.
#![cfg(not(target_arch = "wasm32"))]

use domo_users::apply::journal::Journal;
use domo_users::apply::{change, steps};
use domo_users::client::create::{Ambiguity, Found, verdict};
use domo_users::client::search::Search;
use domo_users::client::{parts, update_check};
use domo_users::directory::csv_rows::CsvRows;
use domo_users::directory::desired::{DesiredState, MatchBy};
use domo_users::directory::plan::{Choice, Plan};
use domo_users::error::{Code, DomoError};
use domo_users::http::error_response::{self, ErrorResponse};
use domo_users::http::request::Request;
use domo_users::http::{code_engine, retry};
use domo_users::redact::Redactor;
use domo_users::validation::Errors;
use domo_users::value::Value;
use domo_users::{config, text, user};
use domo_users_scan::columns::{ATTRIBUTES, Columns, TOP};
use domo_users_scan::csv::write::{Style, Writer};
use domo_users_scan::json::user_splitter::UserSplitter;
use proptest::prelude::*;

/// Field names that some parser looks for, and others.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(vec![
            "id", "users", "attributes", "key", "values", "displayName", "emailAddress", "roleId", "status", "statusCode", "code",
            "message", "response", "method", "path", "query", "body", "toe", "statusReason", "__proto__",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[A-Za-z0-9 .:/@%?#\\\\_-]{0,40}",
        "(GET|post|/api/x|404|a@b\\.co|MINIMAL,role|acme\\.domo\\.com|https://a)",
    ]
}

/// Any value, three levels deep.
fn given() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Undefined),
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(Value::Number),
        (0u16..700).prop_map(|n| Value::Number(f64::from(n))),
        words().prop_map(Value::String),
        Just(Value::Other("symbol".to_owned())),
    ];
    scalar.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((name(), inner), 0..6).prop_map(Value::Object),
        ]
    })
}

/// Bytes that are nearly the body of Get All Users, or nearly CSV, cut and mixed up.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u00e9",
            "\\ud83d",
            "\"users\":[",
            "\"id\":",
            "\"emailAddress\":\"a@b.co\"",
            "\"attributes\":[{\"key\":\"title\",\"values\":[\"x\"]}]",
            "7",
            "-1.5e3",
            "null",
            "true",
            " ",
            "\r\n",
            "\n",
            "email,title,reportsTo",
            "a@b.co",
            "=1",
            "'",
            "é",
            "\u{feff}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn bodies_and_csv_of_any_bytes(body in bytes(), csv in bytes(), cut in 0usize..200, clear: bool, delete_missing: bool, by in 0usize..3) {
        let match_by = [MatchBy::EmailAddress, MatchBy::Id, MatchBy::UserName][by];
        let (mut desired, mut rows) = (DesiredState::new(match_by, clear), CsvRows::default());
        let (first, second) = csv.split_at(cut.min(csv.len()));
        for piece in [first, second] {
            rows.reader.room().extend_from_slice(piece);
            rows.read(&mut desired, false);
        }
        rows.read(&mut desired, true);
        let mut plan = Plan::new(desired, Choice { delete_missing, max_deletes: 10, protect: vec![7], ..Choice::default() }).ok();
        let mut columns = Columns::new(&TOP);
        for key in ATTRIBUTES {
            columns.add(key.as_bytes());
        }
        let (mut writer, mut frame) = (Writer::new(columns, None, Style { raw_cells: clear, bom: delete_missing }), UserSplitter::default());
        let (first, second) = body.split_at(cut.min(body.len()));
        for piece in [first, second] {
            frame.room().extend_from_slice(piece);
            while let Some((user, is_read)) = frame.user(|bytes, at| writer.cells.expected(bytes, at)) {
                let _ = writer.user(frame.bytes(), user.clone(), is_read);
                let _ = plan.as_mut().map(|plan| plan.user(frame.bytes(), user, false));
            }
        }
        if let Some(plan) = &mut plan {
            let mut told = Vec::new();
            if plan.finish().is_ok() {
                while plan.tell(&mut told, 64) {}
            }
        }
    }

    #[test]
    fn apply_takes_any_value_and_line(given in given(), lines in prop::collection::vec(words(), 0..4)) {
        if let Ok(changes) = change::read(&given) {
            let mut journal = Journal::new(change::fingerprint(&changes), changes.len());
            for line in &lines {
                let _ = journal.read(line);
            }
        }
        let _ = (steps::names_manager(&given), steps::without_manager(&given), steps::manager_only(&given));
        let named = steps::managers_by_email(&given).len();
        prop_assert!(named == 0 || steps::names_manager(&given));
    }

    #[test]
    fn config_takes_any_text(text in words()) {
        let given = Value::String(text.clone());
        let _ = (config::instance_origin(&given), config::base_url(&text), config::token(&text), config::header(&text, &given));
        let _ = config::is_dot_segment(&text);
    }

    #[test]
    fn config_takes_any_value(given in given(), most: u32) {
        let _ = (config::instance_origin(&given), config::header("x-a", &given), config::integer_option("x", &given, 0, most));
    }

    #[test]
    fn request_takes_any_value(method in given(), path in given(), query in given(), body in given()) {
        if let Ok(request) = Request::other(&method, &path, &query, &body) {
            prop_assert!(request.path.starts_with('/') && !request.path.starts_with("//"));
        }
    }

    #[test]
    fn parts_takes_any_value(given in given()) {
        if let Ok(Some(text)) = parts::parts(&given) {
            prop_assert!(text.split(',').all(|part| parts::PARTS.split(',').any(|known| known == part)));
        }
    }

    #[test]
    fn user_takes_any_value(wanted in given(), answer in given()) {
        if let Ok(id) = user::id(&wanted) {
            prop_assert!((1..=9_007_199_254_740_991).contains(&id));
        }
        let mut errors = Errors::default();
        user::prepare_new(&mut wanted.clone(), &mut errors);
        user::prepare_changes("changes", &mut wanted.clone(), &mut errors);
        let shown = update_check::reflects(&wanted, &answer);
        prop_assert!(!(shown && update_check::mismatch(&wanted, &answer).is_some()));
        let _ = update_check::as_attributes_body(&wanted);
        let found = Found::of(Some(&answer), &wanted);
        for doubt in [Ambiguity::Taken, Ambiguity::Lost, Ambiguity::Unreadable] {
            let _ = verdict(doubt, found);
        }
    }

    #[test]
    fn code_engine_takes_any_value(given in given()) {
        if let Some(status) = code_engine::status_of_failure(&given) {
            prop_assert!((300..600).contains(&status));
        }
        let _ = code_engine::status_of_false_success(&given);
    }

    #[test]
    fn answer_takes_any_status_and_body(status: u16, body in words(), json in given(), with_token: bool) {
        let error = error_response::error(&ErrorResponse { status, body: &body, json, with_token });
        prop_assert!(!error.message.is_empty());
        let _ = (error_response::unexpected(&body, "a user"), error_response::is_success(status));
        let _ = Ambiguity::of(&DomoError::new(Code::Network, body), with_token);
    }

    #[test]
    fn retry_takes_any_header(header in words()) {
        let _ = (retry::retry_after_seconds(&header), retry::is_http_date(&header), retry::is_unreachable(&header));
    }

    #[test]
    fn text_takes_any_text(text in words(), secret in words(), number: f64) {
        let clean = text::redact(&text, Some(&secret));
        prop_assert!(secret.is_empty() || "[redacted]".contains(&secret) || !clean.contains(&secret) || clean.contains("[redacted]"));
        let _ = (text::excerpt(&text, 7), text::is_html(&text), text::find(&text, &secret), text::number(number));
        prop_assert!(text::percent_encoded(&text).is_ascii());
    }

    #[test]
    fn given_is_described_and_redacted_at_any_depth(given in given(), secret in words()) {
        prop_assert!(given.describe().chars().count() < 80);
        let _ = given.redacted(&Redactor::new(&[secret.as_str().into()]));
    }

    #[test]
    fn search_takes_any_value(options in given(), email in words(), parts in words(), offset: u32) {
        let _ = Search::by_email(&email, Some(&parts)).body(offset);
        if let Ok(search) = Search::of(&options) {
            prop_assert!((50..=200).contains(&search.page_size));
            let _ = (search.body(offset), search.goes_on(offset, offset, None));
        }
    }
}
