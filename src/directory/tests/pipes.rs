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

#[test]
fn damaged_values_between_pipes_are_refused_as_in_an_array() {
    let formula = "is the error of a spreadsheet formula; correct the formula, or empty the cell";
    let shortened = "is a number that a spreadsheet has shortened, perhaps with lost digits; format the column as text and enter the number again";
    for (cell, reason) in [
        ("a|#N/A", formula),
        ("#N/A|#REF!", formula),
        (" #n/a | b", formula),
        ("4.91701E+11|1", shortened),
        ("1|4.91701E+11", shortened),
    ] {
        for column in ["teams", "title"] {
            let expected = [format!("row 2, {column}: \"{}\" {reason}", cell.trim())];
            for object in [false, true] {
                let of = |email: &str| match object {
                    true => {
                        List::from(json!([{"emailAddress": email, column: cell, "displayName": "Zoe", "roleId": 4}]))
                    }
                    false => List::from(format!("email,displayName,roleId,{column}\n{email},Zoe,4,{cell}\n")),
                };
                assert_eq!(errors(of("ann@x.co"), &users(), json!({})), expected);
                assert_eq!(errors(of("zoe@x.co"), &users(), json!({})), expected);
            }
        }
    }
    let lost = errors("email,teams\nann@x.co,a|\u{fffd}\n", &users(), json!({}));
    assert!(lost.len() == 1 && lost[0].contains("U+FFFD in place"), "{lost:?}");
    let held = ada_with("teams", json!(["a", "#N/A"]));
    assert_unchanged("email,teams\nada@example.com,a|#N/A\n", &held, json!({}));
    assert_unchanged(
        "email,title\nada@example.com,a|#N/A\n",
        &ada_with("title", json!("a|#N/A")),
        json!({}),
    );
}

#[test]
fn values_of_a_list_that_lost_digits_or_letters_are_unchanged_with_a_warning() {
    let digits = "The numbers of 1 row (row 2) lack leading zeros";
    let letters = "The values of 1 row (row 2) have ? where the instance has letters";
    for (held, lists, warning) in [
        (
            json!(["00712", "1"]),
            ["712|1", r#"["712","1"]"#, r#"["712",1]"#],
            digits,
        ),
        (
            json!(["Łukasz", "x"]),
            ["?ukasz|x", r#"["?ukasz","x"]"#, r#"["?ukasz","x"]"#],
            letters,
        ),
    ] {
        for cell in lists {
            let csv = format!("email,teams\nada@example.com,\"{}\"\n", cell.replace('"', "\"\""));
            let objects = json!([{"emailAddress": "ada@example.com", "teams": cell}]);
            for list in [List::from(csv), List::from(objects)] {
                // A string in an object is no array.
                if matches!(&list, List::Objects(_)) && cell.starts_with('[') {
                    continue;
                }
                let plan = plan(list, &ada_with("teams", held.clone()), json!({}));
                assert_eq!(plan["changes"], json!([]), "{cell}");
                let warnings = plan["warnings"].as_array().unwrap();
                assert!(
                    warnings.len() == 1 && warnings[0].as_str().unwrap().starts_with(warning),
                    "{warnings:?}"
                );
            }
        }
    }
    let array = json!([{"emailAddress": "ada@example.com", "teams": ["712", 1]}]);
    let plan = plan(array, &ada_with("teams", json!(["00712", "1"])), json!({}));
    assert_eq!(plan["changes"], json!([]));
    for other in ["712|2", "712", "712|1|1", "1|712"] {
        let csv = format!("email,teams\nada@example.com,{other}\n");
        let changes = changes(csv, &ada_with("teams", json!(["00712", "1"])), json!({}));
        assert_eq!(changes.as_array().unwrap().len(), 1, "{other}");
    }
}

#[test]
fn the_option_new_users_reads_pipes_as_rows_do() {
    let keys = r#"[{"key":"skills","validator":"ANY_VALUE_MULTI"},{"key":"motto","validator":"ANY_VALUE"}]"#;
    let listed = Facts {
        keys: Some(crate::client::attribute_keys::attribute_keys(&Value::from_json(keys))),
        ..usual_facts()
    };
    let of = |csv: &str, defaults: Json, facts: &Facts| {
        let options = json!({"newUsers": defaults, "newAttributes": ["skills", "motto"]});
        let (plan, asked) = try_plan_with(csv, &users(), &options, facts);
        (plan.map_err(|error| error.message.clone()), asked)
    };
    let new = "email,displayName,roleId\nzoe@x.co,Zoe,4\n";
    let (created, asked) = of(new, json!({"skills": "x|y", "motto": "a|b"}), &listed);
    let created = created.unwrap();
    assert!(asked.keys);
    assert_eq!(
        created["changes"][0]["then"]["attributes"],
        json!([{"key": "skills", "values": ["x", "y"]}, {"key": "motto", "values": ["a|b"]}])
    );
    let warning = json!([
        "Attributes of the option newUsers have values with |, written as one value each; write several values as [\"a\",\"b\"]."
    ]);
    assert_eq!(created["warnings"], warning);
    let (unlisted, _) = of(new, json!({"skills": "x|y"}), &usual_facts());
    assert_eq!(unlisted.unwrap()["warnings"], warning);
    // The list has a column of the attribute, and users hold several values.
    let (held, _) = of(
        "email,displayName,roleId,teams\nzoe@x.co,Zoe,4,\n",
        json!({"teams": "x|y"}),
        &usual_facts(),
    );
    assert_eq!(
        held.unwrap()["changes"][0]["then"]["attributes"],
        json!([{"key": "teams", "values": ["x", "y"]}])
    );
    let (unused, asked) = of("email,displayName\nann@x.co,Ann\n", json!({"skills": "x|y"}), &listed);
    assert_eq!((&unused.unwrap()["warnings"], asked.keys), (&json!([]), false));
    let (damaged, _) = of(new, json!({"skills": "x|#N/A"}), &listed);
    assert!(
        damaged
            .unwrap_err()
            .contains("row 1, newUsers.skills: \"x|#N/A\" is the error")
    );
}
