//! Several values as `a|b`, in the form of Domo's User Management toolkit.

use super::*;

fn users() -> Json {
    json!([
        {"id": 1, "displayName": "Ann", "roleId": 4, "emailAddress": "ann@x.co", "attributes": [
            {"key": "teams", "values": ["red", "blue"]}, {"key": "title", "values": ["a|b"]}, {"key": "codes", "values": [1, 2]}]},
        {"id": 2, "displayName": "Bob", "roleId": 4, "emailAddress": "bob@x.co", "attributes": [
            {"key": "teams", "values": ["red"]}, {"key": "title", "values": ["x"]}]},
    ])
}

#[test]
fn a_pipe_separates_values_if_users_hold_several() {
    for held in ["red|blue", " red | blue ", "|red||blue|"] {
        assert_unchanged(format!("email,teams\nann@x.co,{held}\n"), &users(), json!({}));
    }
    assert_unchanged("email,codes\nann@x.co,1|2\n", &users(), json!({}));
    let csv = "email,displayName,roleId,teams\nann@x.co,,,red|\"green\"\nbob@x.co,,,red|blue\nzoe@x.co,Zoe,4,x|y\n";
    let changes = changes(csv, &users(), json!({}));
    let teams = |change: &Json| change["attributes"][0]["values"].clone();
    assert_eq!(teams(&changes[0]["changes"]), json!(["red", "\"green\""]));
    assert_eq!(teams(&changes[1]["changes"]), json!(["red", "blue"]));
    assert_eq!(teams(&changes[2]["then"]), json!(["x", "y"]));
    let objects = json!([{"emailAddress": "ann@x.co", "teams": "blue|red"}]);
    assert_eq!(
        attributes(objects, &users(), json!({})),
        json!([{"key": "teams", "values": ["blue", "red"]}])
    );
}

#[test]
fn a_pipe_in_an_attribute_with_one_value_is_written_with_a_warning() {
    assert_unchanged("email,title\nann@x.co,a|b\n", &users(), json!({}));
    let plan = plan(
        "email,displayName,title\nann@x.co,A|B,\nbob@x.co,,x|y\n",
        &users(),
        json!({}),
    );
    assert_eq!(
        plan["changes"][1]["changes"]["attributes"],
        json!([{"key": "title", "values": ["x|y"]}])
    );
    assert_eq!(
        plan["warnings"],
        json!([
            "Attributes of 1 row (row 3) have values with |, written as one value each; write several values as [\"a\",\"b\"]."
        ])
    );
}

#[test]
fn a_pipe_separates_values_if_the_instance_lists_the_attribute_with_several() {
    let keys = r#"[{"key":"skills","validator":"ANY_VALUE_MULTI"},{"key":"motto","validator":"ANY_VALUE"}]"#;
    let listed = Facts {
        keys: Some(crate::client::attribute_keys::attribute_keys(&Value::from_json(keys))),
        ..usual_facts()
    };
    let csv = "email,displayName,roleId,Skills,motto\nzoe@x.co,Zoe,4,x|y,a|b\nyan@x.co,Yan,4,x,\n";
    let plan = try_plan_with(csv, &users(), &json!({}), &listed).0.unwrap();
    assert_eq!(
        plan["changes"][0]["then"]["attributes"],
        json!([{"key": "skills", "values": ["x", "y"]}, {"key": "motto", "values": ["a|b"]}])
    );
    assert_eq!(
        plan["changes"][1]["then"]["attributes"],
        json!([{"key": "skills", "values": ["x"]}])
    );
    assert_eq!(
        plan["warnings"],
        json!([
            "Attributes of 1 row (row 2) have values with |, written as one value each; write several values as [\"a\",\"b\"]."
        ])
    );
    // The instance does not tell its keys to this token.
    let unknown = try_plan_with(
        csv,
        &users(),
        &json!({"newAttributes": ["skills", "motto"]}),
        &usual_facts(),
    )
    .0
    .unwrap();
    assert_eq!(unknown["changes"][0]["then"]["attributes"][0]["values"], json!(["x|y"]));
    assert_eq!(unknown["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn any_user_with_several_values_shows_that_a_pipe_separates_values() {
    let with = |teams: Json| {
        json!([
            {"id": 1, "displayName": "Ann", "roleId": 4, "emailAddress": "ann@x.co", "attributes": [{"key": "teams", "values": teams}]},
            {"id": 2, "displayName": "Bob", "roleId": 4, "emailAddress": "bob@x.co", "attributes": [{"key": "teams", "values": ["red"]}]},
        ])
    };
    // Ann has no row, an empty cell, the same values, or other values.
    for ann in [
        "",
        "ann@x.co,\n",
        "ann@x.co,\"[\"\"a\"\",\"\"b\"\"]\"\n",
        "ann@x.co,c\n",
    ] {
        let csv = format!("email,teams\n{ann}bob@x.co,x|y\n");
        let plan = plan(csv.as_str(), &with(json!(["a", "b"])), json!({}));
        let change = plan["changes"].as_array().unwrap().last().unwrap();
        assert_eq!(change["changes"]["attributes"][0]["values"], json!(["x", "y"]), "{ann}");
        assert_eq!(plan["warnings"], json!([]), "{ann}");
        let single = super::plan(csv.as_str(), &with(json!(["a"])), json!({}));
        let change = single["changes"].as_array().unwrap().last().unwrap();
        assert_eq!(change["changes"]["attributes"][0]["values"], json!(["x|y"]), "{ann}");
    }
}
