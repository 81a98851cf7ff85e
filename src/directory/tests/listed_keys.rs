//! Columns that no user holds, of attributes that the instance lists.

use super::*;
use crate::client::attribute_keys::attribute_keys;

fn listing(keys: &[&str]) -> Facts {
    let keys: Vec<Json> = keys.iter().map(|key| json!({"key": key})).collect();
    Facts {
        roles: Some(roles()),
        keys: Some(attribute_keys(&Value::from_json(&Json::from(keys).to_string()))),
        user_count: Some(0),
        ..Facts::default()
    }
}

fn plan_of(list: impl Into<List>, keys: &[&str], options: Json) -> Result<Json, String> {
    let plan = try_plan_with(list, &ada(), &options, &listing(keys)).0;
    plan.map_err(|error| error.message.clone())
}

fn attributes_of(list: impl Into<List>, keys: &[&str], options: Json) -> Json {
    let plan = plan_of(list, keys, options).unwrap();
    assert_eq!(plan["warnings"], json!([]));
    plan["changes"][0]["changes"]["attributes"].clone()
}

#[test]
fn a_column_is_the_listed_attribute_that_no_user_holds_yet() {
    for header in ["costcenter", "Cost Center", "COST_CENTER", "Cost\u{a0}Center"] {
        let csv = format!("email,{header}\nada@example.com,7\n");
        let expected = json!([{"key": "costcenter", "values": ["7"]}]);
        assert_eq!(
            attributes_of(csv, &["title", "costcenter"], json!({})),
            expected,
            "{header}"
        );
        let object = json!([{"emailAddress": "ada@example.com", header: "7"}]);
        assert_eq!(attributes_of(object, &["costcenter"], json!({})), expected, "{header}");
    }
    let mapped = json!({"columns": {"CC": "Cost Center"}});
    assert_eq!(
        attributes_of("email,CC\nada@example.com,7\n", &["costcenter"], mapped),
        json!([{"key": "costcenter", "values": ["7"]}])
    );
    let ignore = json!({"otherColumns": "ignore"});
    assert_eq!(
        attributes_of("email,Cost Center\nada@example.com,7\n", &["costcenter"], ignore),
        json!([{"key": "costcenter", "values": ["7"]}])
    );
}

#[test]
fn an_exact_key_wins_and_two_others_are_refused() {
    let csv = "email,Cost Center\nada@example.com,7\n";
    assert_eq!(
        attributes_of(csv, &["costcenter", "Cost Center"], json!({})),
        json!([{"key": "Cost Center", "values": ["7"]}])
    );
    let error = plan_of(csv, &["costcenter", "cost-center"], json!({})).unwrap_err();
    assert!(
        error.contains(
            "row 1, Cost Center: several attributes of the instance match this header: costcenter, cost-center"
        ),
        "{error}"
    );
    let both = plan_of(
        "email,Cost Center,cost_center\nada@example.com,7,8\n",
        &["costcenter"],
        json!({}),
    )
    .unwrap_err();
    assert!(
        both.contains(
            "row 1, cost_center: this column is the attribute \"costcenter\", and so is the column \"Cost Center\""
        ),
        "{both}"
    );
}

#[test]
fn the_key_that_users_hold_is_kept() {
    let users = ada_with("costcenter", json!("7"));
    let csv = "email,Cost Center\nada@example.com,8\n";
    let plan = try_plan_with(csv, &users, &json!({}), &listing(&["Cost Center", "cost-center"]))
        .0
        .unwrap();
    assert_eq!(
        plan["changes"][0]["changes"]["attributes"],
        json!([{"key": "costcenter", "values": ["8"]}])
    );
}

#[test]
fn the_listed_keys_are_suggested() {
    let error = plan_of("email,shoesizze\nada@example.com,7\n", &["shoeSize"], json!({})).unwrap_err();
    assert!(error.contains("did you mean shoeSize?"), "{error}");
    let attribute = json!([{"emailAddress": "ada@example.com", "attributes": [{"key": "ShoeSize", "values": ["7"]}]}]);
    let error = plan_of(attribute, &["shoeSize"], json!({})).unwrap_err();
    assert!(
        error.contains("row 1, ShoeSize: neither Domo nor any user") && error.contains("did you mean shoeSize?"),
        "{error}"
    );
    let exact = json!([{"emailAddress": "ada@example.com", "attributes": [{"key": "shoeSize", "values": ["7"]}]}]);
    assert_eq!(
        attributes_of(exact, &["shoeSize"], json!({})),
        json!([{"key": "shoeSize", "values": ["7"]}])
    );
}

#[test]
fn the_keys_are_asked_for_only_if_a_column_with_values_is_unknown() {
    let asked = |csv: &str, options: Json| try_plan_with(csv, &ada(), &options, &listing(&[])).1.keys;
    assert!(asked("email,Cost Center\nada@example.com,7\n", json!({})));
    assert!(!asked("email,Cost Center\nada@example.com,\n", json!({})));
    assert!(!asked(
        "email,Cost Center\nada@example.com,\n",
        json!({"emptyCells": "clear"})
    ));
    assert!(!asked("email,title,created\nada@example.com,Chief,7\n", json!({})));
    assert!(!asked("email,roleId\nada@example.com,3\n", json!({})));
}

#[test]
fn without_a_list_of_keys_columns_that_no_user_holds_are_refused() {
    let csv = "email,Cost Center\nada@example.com,7\n";
    let error = errors(csv, &ada(), json!({}));
    assert!(
        error[0].starts_with("row 1, Cost Center: neither Domo nor any user"),
        "{error:?}"
    );
}
