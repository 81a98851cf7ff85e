//! No pure parser panics on any input: `npm run fuzz` gives each a million inputs.
#![cfg(not(target_arch = "wasm32"))]

use domo_users::apply::journal::Journal;
use domo_users::apply::{change, managers};
use domo_users::client::create::{Ambiguity, EmailOwner, resolve};
use domo_users::client::parts::Parts;
use domo_users::client::search::Search;
use domo_users::client::update_check;
use domo_users::directory::desired::csv::CsvReader;
use domo_users::directory::desired::state::{DesiredState, MatchBy};
use domo_users::directory::plan::facts::Facts;
use domo_users::directory::plan::planner::Planner;
use domo_users::directory::plan::policy::Policy;
use domo_users::error::{Code, DomoError};
use domo_users::excerpt::excerpt;
use domo_users::http::error_response::{self, ErrorResponse};
use domo_users::http::html::is_html;
use domo_users::http::request::Request;
use domo_users::http::{code_engine, retry};
use domo_users::redact::Redactor;
use domo_users::validation::Errors;
use domo_users::value::Value;
use domo_users::{config, user};
use domo_users_scan::columns::{ATTRIBUTES, Columns, TOP_LEVEL};
use domo_users_scan::csv::writer::{WriteOptions, Writer};
use domo_users_scan::json::user_splitter::{FoundUser, UserSplitter};
use proptest::prelude::*;

/// Field names that a parser knows, and others.
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
fn value() -> impl Strategy<Value = Value> {
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
        let (mut desired, mut rows) = (DesiredState::new(match_by, clear), CsvReader::default());
        let (first, second) = csv.split_at(cut.min(csv.len()));
        for piece in [first, second] {
            rows.reader.input().extend_from_slice(piece);
            rows.read(&mut desired, false);
        }
        rows.read(&mut desired, true);
        let mut planner = Planner::new(desired, Policy { delete_missing, protect: vec![7], ..Policy::default() }).ok();
        let mut columns = Columns::new(&TOP_LEVEL);
        for key in ATTRIBUTES {
            columns.add(key.as_bytes());
        }
        let (mut writer, mut frame) = (Writer::new(columns, None, WriteOptions { raw_cells: clear, bom: delete_missing, iso_dates: clear, ..WriteOptions::default() }), UserSplitter::default());
        let (first, second) = body.split_at(cut.min(body.len()));
        for piece in [first, second] {
            frame.input().extend_from_slice(piece);
            while let Some(FoundUser { range: user, is_read }) = frame.next_user(|bytes, at| writer.cells.extract_like_earlier(bytes, at)) {
                let _ = writer.write_user(frame.bytes(), user.clone(), is_read);
                if let Some(planner) = &mut planner
                    && planner.extractor.extract(frame.bytes(), user.clone()).is_some()
                {
                    planner.add_user(frame.bytes(), user);
                }
            }
        }
        let finish = |mut planner: Planner| {
            planner.needs();
            planner.finish(Facts::default())
        };
        if let Some(Ok(mut plan)) = planner.map(finish) {
            let mut changes = Vec::new();
            while plan.write_changes(&mut changes, 64) {
                changes.clear();
            }
        }
    }

    #[test]
    fn apply_takes_any_value_and_line(input in value(), lines in prop::collection::vec(words(), 0..4)) {
        if let Ok(changes) = change::parse_changes(&input) {
            let mut journal = Journal::new(change::fingerprint(&changes), changes.len());
            for line in &lines {
                let _ = journal.read(line);
            }
        }
        let _ = (managers::names_manager(&input), managers::without_manager(&input), managers::manager_only(&input));
        let emails = managers::manager_emails(&input).len();
        prop_assert!(emails == 0 || managers::names_manager(&input));
    }

    #[test]
    fn config_takes_any_text(string in words()) {
        let input = Value::String(string.clone());
        let _ = (config::instance_origin(&input), config::base_url(&string), config::token(&string), config::header(&string, &input));
        let _ = config::is_dot_segment(&string);
    }

    #[test]
    fn config_takes_any_value(input in value(), most: u32) {
        let _ = (config::instance_origin(&input), config::header("x-a", &input), config::integer_option("x", &input, 0, most));
    }

    #[test]
    fn request_takes_any_value(method in value(), path in value(), query in value(), body in value()) {
        if let Ok(request) = Request::custom(&method, &path, &query, &body) {
            prop_assert!(request.path.starts_with('/') && !request.path.starts_with("//"));
        }
    }

    #[test]
    fn parts_takes_any_value(input in value()) {
        if let Ok(Some(parts)) = Parts::parse(&input) {
            prop_assert!(parts.names().count() > 0);
            prop_assert_eq!(Parts::parse(&parts.to_string().as_str().into()), Ok(Some(parts)));
        }
    }

    #[test]
    fn user_takes_any_value(changes in value(), response in value()) {
        if let Ok(id) = user::id(&changes) {
            prop_assert!((1..=9_007_199_254_740_991).contains(&id));
        }
        let mut errors = Errors::default();
        user::prepare_new(&mut changes.clone(), &mut errors);
        user::prepare_changes("changes", &mut changes.clone(), &mut errors);
        let is_reflected = update_check::reflects(&changes, &response);
        prop_assert!(!(is_reflected && update_check::mismatch(&changes, &response).is_some()));
        let _ = update_check::as_attributes_body(&changes);
        let owner = EmailOwner::of(Some(&response), &changes);
        for ambiguity in [Ambiguity::EmailTaken, Ambiguity::NoResponse, Ambiguity::InvalidResponse] {
            let _ = resolve(ambiguity, owner);
        }
    }

    #[test]
    fn code_engine_takes_any_value(input in value()) {
        if let Some(status) = code_engine::status_of_failure(&input) {
            prop_assert!((300..600).contains(&status));
        }
        let _ = code_engine::status_of_false_success(&input);
    }

    #[test]
    fn error_response_takes_any_status_and_body(status: u16, body in words(), json in value(), with_token: bool) {
        let error = error_response::error(&ErrorResponse { status, body: &body, json, with_token });
        prop_assert!(!error.message.is_empty());
        let _ = (error_response::unexpected(&body, "a user"), error_response::is_success(status));
        let _ = Ambiguity::of(&DomoError::new(Code::Network, body), with_token);
    }

    #[test]
    fn retry_takes_any_header(header in words(), seconds in any::<f64>()) {
        let _ = (retry::retry_after_seconds(seconds), retry::is_http_date(&header), retry::is_unreachable(&header));
    }

    #[test]
    fn any_string_is_redacted_and_shown(string in words(), secret in words()) {
        let redacted = Redactor::new(&[secret.as_str().into()]).redact(&string);
        prop_assert!(secret.is_empty() || secret == "[redacted]" || "[redacted]".contains(&secret) || !redacted.contains(&secret));
        let _ = (excerpt(&string, 7), is_html(&string));
    }

    #[test]
    fn given_is_described_and_redacted_at_any_depth(input in value(), secret in words()) {
        prop_assert!(input.describe().chars().count() < 80);
        let _ = input.redacted(&Redactor::new(&[secret.as_str().into()]));
    }

    #[test]
    fn search_takes_any_value(options in value(), email in words(), parts in value(), offset: u32) {
        let _ = Search::by_email(&email, Parts::parse(&parts).ok().flatten().as_ref(), false).body(offset);
        if let Ok(search) = Search::from_options(&options) {
            prop_assert!((50..=200).contains(&search.page_size));
            let _ = (search.body(offset), search.has_next_page(offset, offset, None));
        }
    }
}
