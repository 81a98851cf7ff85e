//! Tests of whole plans: a list of desired users, the users of an instance and options go in, a plan or errors come out.

mod addresses;
mod circles;
mod columns;
mod csv;
mod damage;
mod deletes;
mod errors;
mod export;
mod listed_keys;
mod managers;
mod matching;
mod new_users;
mod pipes;
mod properties;
mod roles;
mod user_names;
mod values;
mod warnings;

use crate::client::roles::Roles;
use crate::directory::column::domo_name;
use crate::directory::desired::csv::CsvReader;
use crate::directory::desired::header_options::{HeaderOptions, MappedHeader};
use crate::directory::desired::new_users_option::read_new_users;
use crate::directory::desired::objects::ObjectReader;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::plan::facts::{Facts, Needs};
use crate::directory::plan::planner::Planner;
use crate::directory::plan::policy::{MaxDeletes, Policy};
use crate::error::DomoError;
use crate::value::Value;
use serde_json::{Value as Json, json};

/// Desired users: a string is CSV, an array holds objects.
enum List {
    Csv(Vec<u8>),
    Objects(Json),
}

impl From<&str> for List {
    fn from(csv: &str) -> Self {
        List::Csv(csv.as_bytes().to_vec())
    }
}

impl From<String> for List {
    fn from(csv: String) -> Self {
        List::Csv(csv.into_bytes())
    }
}

impl From<&[u8]> for List {
    fn from(csv: &[u8]) -> Self {
        List::Csv(csv.to_vec())
    }
}

impl From<Json> for List {
    fn from(objects: Json) -> Self {
        List::Objects(objects)
    }
}

/// Returns the desired state of a list. CSV is read in pieces of 7 bytes.
fn desired(list: List, options: &Json) -> DesiredState {
    let match_by = match options["matchBy"].as_str() {
        None | Some("emailAddress") => MatchBy::EmailAddress,
        Some("id") => MatchBy::Id,
        Some("userName") => MatchBy::UserName,
        Some(other) => panic!("{other}"),
    };
    let mapped = |(header, field): (&String, &Json)| MappedHeader {
        header: header.clone(),
        field: field.as_str().map(str::to_owned),
        is_found: false,
    };
    let header_options = HeaderOptions {
        columns: options["columns"]
            .as_object()
            .map_or(Vec::new(), |columns| columns.iter().map(mapped).collect()),
        new_attributes: strings(&options["newAttributes"]),
    };
    let mut desired = DesiredState::with_header_options(match_by, options["emptyCells"] == "clear", header_options);
    if let Some(new_users) = options.get("newUsers") {
        read_new_users(&mut desired, json!([new_users]).to_string().as_bytes());
    }
    match list {
        List::Csv(csv) => {
            let mut rows = CsvReader::default();
            for piece in csv.chunks(7) {
                rows.reader.input().extend_from_slice(piece);
                rows.read(&mut desired, false);
            }
            rows.read(&mut desired, true);
        }
        List::Objects(objects) => ObjectReader::default().read(&mut desired, objects.to_string().as_bytes()),
    }
    desired
}

fn strings(list: &Json) -> Vec<String> {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// Adds a user of the instance, as a stream of users does. Returns `None` if the user is no JSON object.
fn add_user(planner: &mut Planner, json: &[u8]) -> Option<()> {
    if planner.extractor.extract_like_earlier(json, 0) != Some(json.len()) {
        planner.extractor.extract(json, 0..json.len())?;
    }
    planner.add_user(json, 0..json.len());
    Some(())
}

/// Returns the plan `{changes, unchanged, warnings}`, or the error, of a list, the users of an instance (an array of users as Get All Users returns
/// them), and options as `planUsers` takes them. The instance tells the owner of the token and lists [`roles`], but no attribute keys. The changes are without
/// `row` and `who`, and the plan is without `names`.
fn try_plan(list: impl Into<List>, users: &Json, options: &Json) -> Result<Json, DomoError> {
    try_plan_with(list, users, options, &usual_facts()).0
}

/// Returns the plan, or the error, for an instance that lists these facts when it is asked, and what it was asked for.
fn try_plan_with(
    list: impl Into<List>,
    users: &Json,
    options: &Json,
    listed: &Facts,
) -> (Result<Json, DomoError>, Needs) {
    let mut asked = Needs::default();
    let mut plan = plan_asking(list.into(), users, options, listed, &mut asked);
    if let Ok(plan) = &mut plan {
        for change in plan["changes"].as_array_mut().unwrap() {
            let change = change.as_object_mut().unwrap();
            change.remove("row");
            change.remove("who");
        }
        plan.as_object_mut().unwrap().remove("names");
    }
    (plan, asked)
}

/// Returns what an instance lists: its [`roles`] and the owner of the token, who is none of its users, but no attribute keys.
fn usual_facts() -> Facts {
    Facts {
        roles: Some(roles()),
        own_id: Some(1_000_000),
        user_count: Some(0),
        ..Facts::default()
    }
}

/// Returns the whole plan, with `names`, and with `row` and `who` of the changes, for an instance that lists these facts.
fn whole_plan(list: impl Into<List>, users: &Json, options: &Json, listed: &Facts) -> Json {
    plan_asking(list.into(), users, options, listed, &mut Needs::default()).unwrap()
}

fn plan_asking(list: List, users: &Json, options: &Json, listed: &Facts, asked: &mut Needs) -> Result<Json, DomoError> {
    let known = [
        "matchBy",
        "columns",
        "otherColumns",
        "newAttributes",
        "newUsers",
        "deleteMissing",
        "maxDeletes",
        "protect",
        "emptyCells",
    ];
    for name in options.as_object().unwrap().keys() {
        assert!(known.contains(&name.as_str()), "{name}");
    }
    let mut protect: Vec<u64> = options["protect"]
        .as_array()
        .map_or(Vec::new(), |ids| ids.iter().filter_map(Json::as_u64).collect());
    protect.sort_unstable();
    let policy = Policy {
        delete_missing: options["deleteMissing"] == true,
        max_deletes: match &options["maxDeletes"] {
            Json::Null => MaxDeletes::default(),
            Json::String(percent) => MaxDeletes::parse_percent(percent).unwrap(),
            number => MaxDeletes::Users(number.as_u64().unwrap()),
        },
        protect,
        ignore_other_columns: options["otherColumns"] == "ignore",
    };
    let mut planner = Planner::new(desired(list, options), policy)?;
    let mut facts = Facts::default();
    asked.roles = planner.names_roles();
    if asked.roles {
        facts.roles.clone_from(&listed.roles);
    }
    planner.resolve_roles(&facts);
    loop {
        for user in users.as_array().unwrap() {
            let text = user.to_string();
            add_user(&mut planner, text.as_bytes()).unwrap();
        }
        if !planner.starts_over() {
            break;
        }
    }
    let needs = planner.needs();
    assert!(!(asked.roles && needs.roles), "the roles are asked for once");
    *asked = Needs {
        roles: asked.roles || needs.roles,
        ..needs
    };
    if needs.roles {
        facts.roles.clone_from(&listed.roles);
    }
    if needs.keys {
        facts.keys.clone_from(&listed.keys);
    }
    if needs.own_id {
        facts.own_id = listed.own_id;
    }
    if needs.user_count {
        facts.user_count = listed.user_count;
    }
    let mut plan = planner.finish(facts)?;
    // Written in pieces: each call writes one change at least.
    let (mut changes, mut more) = (Vec::new(), true);
    while more {
        let mut piece = Vec::new();
        more = plan.write_changes(&mut piece, 1);
        let piece = format!("[{}]", String::from_utf8(piece).unwrap());
        changes.extend(serde_json::from_str::<Vec<Json>>(&piece).unwrap());
    }
    let names = match plan.names().as_slice() {
        [] => Json::Null,
        names => serde_json::from_slice(names).unwrap(),
    };
    Ok(json!({"changes": changes, "unchanged": plan.unchanged(), "warnings": plan.warnings(), "names": names}))
}

/// Returns the plan of a list that has no errors.
fn plan(list: impl Into<List>, users: &Json, options: Json) -> Json {
    try_plan(list, users, &options).unwrap()
}

/// Returns the ids of the users that a plan changes.
fn changed_ids(plan: &Json) -> Vec<&Json> {
    let changes = plan["changes"].as_array().unwrap();
    changes.iter().map(|change| &change["id"]).collect()
}

/// Returns the changes of a plan without warnings.
fn changes(list: impl Into<List>, users: &Json, options: Json) -> Json {
    let plan = plan(list, users, options);
    assert_eq!(plan["warnings"], json!([]));
    plan["changes"].clone()
}

/// Asserts that a list changes nothing, without a warning.
#[track_caller]
fn assert_unchanged(list: impl Into<List>, users: &Json, options: Json) {
    let plan = plan(list, users, options);
    assert_eq!((&plan["changes"], &plan["warnings"]), (&json!([]), &json!([])));
}

/// Returns the attributes that the first change of a plan sets.
fn attributes(list: impl Into<List>, users: &Json, options: Json) -> Json {
    let change = changes(list, users, options)[0].clone();
    change["changes"]["attributes"].clone()
}

/// Returns the message of the error of a list.
fn error(list: impl Into<List>, users: &Json, options: Json) -> String {
    try_plan(list, users, &options).unwrap_err().message.clone()
}

/// Returns the errors of a list, as its data tell them, one for each row and column, with Domo's name of the column: `row 2, roleId: …`.
fn errors(list: impl Into<List>, users: &Json, options: Json) -> Vec<String> {
    let error = try_plan(list, users, &options).unwrap_err();
    let rows = error.rows.items();
    let plural = if rows.len() == 1 { "" } else { "s" };
    let start = format!("desired has {} error{plural}:\n- ", rows.len());
    assert!(error.message.starts_with(&start), "{}", error.message);
    let line = |row: &Value| {
        let number = row.field("row").as_f64().unwrap();
        let column = row.field("column").as_str().map_or(String::new(), |header| {
            format!(", {}", domo_name(header).unwrap_or(header))
        });
        format!("row {number}{column}: {}", row.field("reason").as_str().unwrap())
    };
    rows.iter().map(line).collect()
}

/// The roles of an instance: Domo's own, and two custom roles.
fn roles() -> Roles {
    Roles::of(&crate::value::Value::from_json(
        r#"[{"id":1,"name":"Admin"},{"id":2,"name":"Privileged"},{"id":3,"name":"Editor"},{"id":4,"name":"Participant"},{"id":5,"name":"Social"},
            {"id":2097161234,"name":"Field Sales"},{"id":9007199254740991,"name":"Last"}]"#,
    ))
}

/// Three users of an instance: Ann (id 11, reports to Bob), Bob (12) and Cy (13).
fn people() -> Json {
    json!([
        {"id": 11, "displayName": "Ann", "userName": "ann@x.co", "roleId": 4, "emailAddress": "Ann@x.co", "attributes": [
            {"key": "title", "values": ["CEO"]}, {"key": "reportsTo", "values": ["12"]},
        ]},
        {"id": 12, "displayName": "Bob", "userName": "bob", "roleId": 5, "emailAddress": "bob@x.co", "attributes": [
            {"key": "employeeNumber", "values": [7]}, {"key": "isActive", "values": [true]}, {"key": "costCenter", "values": ["a", 1]},
        ]},
        {"id": 13, "displayName": "Cy", "roleId": 4, "emailAddress": "cy@x.co"},
    ])
}

/// A user of an instance with one attribute: Ada, id 1, ada@example.com.
fn ada_with(key: &str, value: Json) -> Json {
    let values = match value {
        Json::Array(values) => values,
        one => vec![one],
    };
    json!([{"id": 1, "displayName": "Ada", "userName": "ada@example.com", "roleId": 4, "emailAddress": "ada@example.com",
        "attributes": [{"key": key, "values": values}]}])
}

/// Ada with the title Chief.
fn ada() -> Json {
    ada_with("title", json!("Chief"))
}
