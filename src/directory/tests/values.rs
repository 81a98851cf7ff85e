//! Values: what keeps, sets or clears a field, and how a value is written.

use super::*;

fn one(row: Json) -> Json {
    let mut row = row;
    row["emailAddress"] = json!("ada@example.com");
    json!([row])
}

#[test]
fn an_empty_cell_keeps_the_value_unless_it_is_to_clear() {
    let csv = "email,displayName,roleId,title,department\nada@example.com,,,,\n";
    assert_unchanged(csv, &ada(), json!({}));
    assert_eq!(
        changes(csv, &ada(), json!({"emptyCells": "clear"})),
        json!([{"action": "update", "id": 1, "changes": {"attributes": [{"key": "title", "values": [null]}]}, "before": {"attributes": [{"key": "title", "values": ["Chief"]}]}}])
    );
    // An attribute of which nothing is left already.
    for empty in [json!([]), json!([null]), json!([""]), json!([" "])] {
        assert_unchanged(csv, &ada_with("title", empty), json!({"emptyCells": "clear"}));
    }
}

#[test]
fn an_empty_string_of_an_object_is_as_an_empty_cell_and_null_clears() {
    assert_unchanged(
        one(json!({"title": "", "displayName": " ", "roleId": ""})),
        &ada(),
        json!({}),
    );
    let cleared = json!([{"key": "title", "values": [null]}]);
    assert_eq!(
        attributes(one(json!({"title": ""})), &ada(), json!({"emptyCells": "clear"})),
        cleared
    );
    assert_eq!(attributes(one(json!({"title": null})), &ada(), json!({})), cleared);
    assert_eq!(attributes(one(json!({"title": []})), &ada(), json!({})), cleared);
    assert_eq!(attributes(one(json!({"title": [null]})), &ada(), json!({})), cleared);
    assert_unchanged(
        one(json!({"department": null, "id": null, "newEmail": null, "reportsTo": null, "hireDate": null})),
        &ada(),
        json!({}),
    );
    // A field that an empty cell cannot clear is kept.
    assert_unchanged(
        "email,displayName,roleId,userName\nada@example.com,,,\n",
        &ada(),
        json!({"emptyCells": "clear"}),
    );
}

#[test]
fn an_invisible_cell_is_an_empty_cell() {
    let users = json!([{"id": 1, "displayName": "Ada", "emailAddress": "ada@example.com", "attributes": [{"key": "title", "values": ["Chief"]}, {"key": "department", "values": ["\u{200b}"]}]}]);
    assert_unchanged(
        "email,title,reportsTo\nada@example.com,\u{200b},\u{2060}\n",
        &users,
        json!({}),
    );
    assert_unchanged(one(json!({"title": "\u{200b}"})), &users, json!({}));
    assert_eq!(
        attributes(
            "email,title,department\nada@example.com,\u{200b},\u{200b}\n",
            &users,
            json!({"emptyCells": "clear"})
        ),
        json!([{"key": "title", "values": [null]}])
    );
    // Text with something to see is no empty cell.
    assert_eq!(
        attributes(one(json!({"title": "\u{200b}x"})), &users, json!({}))[0]["values"],
        json!(["\u{200b}x"])
    );
}

#[test]
fn values_that_mean_the_same_are_unchanged() {
    for (held, same) in [
        (json!("7"), json!(7)),
        (json!(7), json!("7")),
        (json!(7.0), json!("7")),
        (json!(1.5), json!("1.50")),
        (json!(true), json!("TRUE")),
        (json!("x"), json!(" x ")),
        (json!(["a", 1]), json!(["a", "1"])),
        (json!(["a"]), json!("a")),
        (json!("a"), json!(["a"])),
        (json!(["a", true]), json!(["a", true])),
    ] {
        assert_unchanged(one(json!({"note": same})), &ada_with("note", held), json!({}));
    }
}

#[test]
fn a_cell_becomes_a_number_or_boolean_if_the_user_has_one_and_no_digit_is_lost() {
    for (cell, value) in [
        ("12345678901234567890", json!("12345678901234567890")),
        ("12E4", json!("12E4")),
        ("12e4", json!("12e4")),
        ("1e999", json!("1e999")),
        ("0.25", json!(0.25)),
        ("-17", json!(-17)),
        ("123456789012345", json!(123456789012345_u64)),
        ("1234567890123.45", json!("1234567890123.45")),
        ("1234567890.1234", json!(1234567890.1234)),
        ("true", json!(true)),
        ("FALSE", json!(false)),
        ("yes", json!("yes")),
        ("00712", json!("00712")),
    ] {
        let csv = format!("email,employeeNumber\nada@example.com,{cell}\n");
        let plan = plan(csv, &ada_with("employeeNumber", json!(7)), json!({}));
        assert_eq!(
            plan["changes"][0]["changes"]["attributes"],
            json!([{"key": "employeeNumber", "values": [value]}]),
            "{cell}"
        );
        let warned = plan["warnings"].as_array().unwrap().len() == 1;
        assert_eq!(warned, value.is_string(), "{cell}");
    }
    // Where the user has a string, it stays one; a JSON value keeps its own type.
    assert_eq!(
        attributes("email,title\nada@example.com,8\n", &ada(), json!({}))[0]["values"],
        json!(["8"])
    );
    assert_eq!(
        attributes("email,title\nada@example.com,true\n", &ada(), json!({}))[0]["values"],
        json!(["true"])
    );
    assert_eq!(
        attributes(one(json!({"title": 8})), &ada(), json!({}))[0]["values"],
        json!([8])
    );
    assert_eq!(
        attributes(one(json!({"title": false})), &ada(), json!({}))[0]["values"],
        json!([false])
    );
    assert_eq!(
        attributes(one(json!({"title": "8"})), &ada_with("title", json!(7)), json!({}))[0]["values"],
        json!([8])
    );
}

#[test]
fn role_ids_are_numbers_from_1() {
    assert_eq!(
        changes("email,roleId\nada@example.com,3\n", &ada(), json!({}))[0]["changes"],
        json!({"roleId": 3})
    );
    assert_eq!(
        changes(one(json!({"roleId": "3"})), &ada(), json!({}))[0]["changes"],
        json!({"roleId": 3})
    );
    assert_eq!(
        changes(one(json!({"roleId": 9007199254740991_u64})), &ada(), json!({}))[0]["changes"]["roleId"],
        json!(9007199254740991_u64)
    );
    // A role id that the instance has as a string is written as a number too.
    let mut users = ada();
    users[0]["roleId"] = json!("4");
    assert_unchanged("email,roleId\nada@example.com,4\n", &users, json!({}));
    assert_eq!(
        changes("email,roleId\nada@example.com,3\n", &users, json!({}))[0],
        json!({"action": "update", "id": 1, "changes": {"roleId": 3}, "before": {"roleId": "4"}})
    );
    for (role, got) in [
        (json!(0), "0"),
        (json!("4.0"), "\"4.0\""),
        (json!(true), "true"),
        (json!(-1), "-1"),
        (json!(9007199254740992_u64), "9007199254740992"),
        (json!([4]), "an array"),
        (json!({}), "an object"),
    ] {
        assert_eq!(
            errors(one(json!({"roleId": role})), &ada(), json!({})),
            [format!(
                "row 2, roleId: must be the id or name of a role, such as 4 or Participant; got {got}"
            )]
        );
    }
}

#[test]
fn names_and_addresses_must_be_strings() {
    for field in ["displayName", "userName"] {
        for (value, got) in [
            (json!(7), "7"),
            (json!(["x"]), "an array"),
            (json!({}), "an object"),
            (json!(true), "true"),
        ] {
            assert_eq!(
                errors(one(json!({field: value})), &ada(), json!({})),
                [format!("row 2, {field}: must be a string that is not blank; got {got}")]
            );
        }
    }
    assert_eq!(
        errors(json!([{"emailAddress": 7}]), &ada(), json!({})),
        ["row 2, emailAddress: must be an e-mail address such as jane.doe@example.com; got 7"]
    );
    assert_eq!(
        errors(
            json!([{"emailAddress": "ada@example.com", "newEmail": "x"}]),
            &ada(),
            json!({})
        ),
        ["row 2, newEmail: must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"x\""]
    );
}

#[test]
fn a_name_that_differs_in_case_only_is_a_change() {
    assert_eq!(
        changes("email,displayName\nada@example.com,ADA\n", &ada(), json!({}))[0],
        json!({"action": "update", "id": 1, "changes": {"displayName": "ADA"}, "before": {"displayName": "Ada"}})
    );
}

#[test]
fn lists_of_values_are_compared_and_written_as_lists() {
    let users = ada_with("costCenter", json!(["a", 1]));
    {
        let csv = "email,costCenter\nada@example.com,\"[\"\"a\"\",2]\"\n";
        assert_eq!(
            changes(csv, &users, json!({}))[0],
            json!({"action": "update", "id": 1, "changes": {"attributes": [{"key": "costCenter", "values": ["a", 2]}]}, "before": {"attributes": [{"key": "costCenter", "values": ["a", 1]}]}})
        );
    }
    assert_unchanged(
        "email,costCenter\nada@example.com,\"[\"\"a\"\",1]\"\n",
        &users,
        json!({}),
    );
    // A cell that only begins as a list is a string, and so is one in a column that holds no attribute.
    assert_eq!(
        attributes("email,costCenter\nada@example.com,[a]\n", &users, json!({}))[0]["values"],
        json!(["[a]"])
    );
    assert_eq!(
        changes("email,displayName\nada@example.com,[1]\n", &users, json!({}))[0]["changes"]["displayName"],
        "[1]"
    );
    for wrong in [json!({"a": 1}), json!([{"a": 1}]), json!([["a"]])] {
        assert_eq!(
            errors(one(json!({"costCenter": wrong})), &users, json!({})),
            ["row 2, costCenter: must be a string, a number, a boolean, null, or an array of these; got an object"]
        );
    }
}

#[test]
fn attributes_as_domo_returns_them_are_read_as_fields() {
    let of = |attributes: Json| one(json!({"attributes": attributes}));
    assert_eq!(
        attributes(
            of(json!([{"key": "title", "values": ["CTO"], "source": "x"}, {"key": "none"}])),
            &ada(),
            json!({})
        ),
        json!([{"key": "title", "values": ["CTO"]}])
    );
    assert_eq!(
        attributes(of(json!([{"key": "title", "values": ["a", "b"]}])), &ada(), json!({}))[0]["values"],
        json!(["a", "b"])
    );
    for nothing in [Json::Null, json!([])] {
        assert_unchanged(of(nothing), &ada(), json!({}));
    }
    for (wrong, got) in [
        (json!(7), "7"),
        (json!("x"), "\"x\""),
        (json!({"title": "CTO"}), "an object"),
        (json!([7]), "an array of other values"),
        (json!([null]), "an array of other values"),
        (
            json!([{"name": "title", "values": ["CTO"]}]),
            "an array of other values",
        ),
        (json!([{"key": 7, "values": []}]), "an array of other values"),
        (
            json!([{"key": "title", "values": ["CTO"]}, "x"]),
            "an array of other values",
        ),
    ] {
        assert_eq!(
            errors(of(wrong), &ada(), json!({})),
            [format!(
                "row 2, attributes: must be an array of {{key, values}}; got {got}"
            )]
        );
    }
    assert_eq!(
        errors("email,attributes\nada@example.com,x\n", &ada(), json!({})),
        ["row 2, attributes: must be an array of {key, values}; got \"x\""]
    );
    assert_unchanged(
        "email,attributes\nada@example.com,\n",
        &ada(),
        json!({"emptyCells": "clear"}),
    );
}

#[test]
fn a_field_counts_more_than_an_attribute_of_its_name_and_a_later_attribute_more_than_an_earlier_one() {
    let attribute = |value: &str| json!({"key": "title", "values": [value]});
    for row in [
        json!({"title": "field", "attributes": [attribute("attribute")]}),
        json!({"attributes": [attribute("attribute")], "title": "field"}),
    ] {
        assert_eq!(
            attributes(one(row), &ada(), json!({})),
            json!([{"key": "title", "values": ["field"]}])
        );
    }
    let twice = one(json!({"attributes": [attribute("a"), attribute("b")]}));
    assert_eq!(
        attributes(twice, &ada(), json!({})),
        json!([{"key": "title", "values": ["b"]}])
    );
}

#[test]
fn keys_of_attributes_are_exact() {
    let keys = ["employee_id", "Employee ID", "location", "email", "newEmail", "Title"];
    let held: Vec<Json> = keys.iter().map(|key| json!({"key": key, "values": ["x"]})).collect();
    let users = json!([{"id": 7, "emailAddress": "j@x.co", "displayName": "J", "roleId": 4, "attributes": held}]);
    assert_unchanged(users.clone(), &users, json!({}));
    let other = json!([{"emailAddress": "j@x.co", "attributes": [{"key": "title", "values": ["y"]}]}]);
    assert_eq!(
        attributes(other, &users, json!({})),
        json!([{"key": "title", "values": ["y"]}])
    );
}

#[test]
fn two_fields_of_an_object_that_name_one_field_must_agree() {
    let list = json!([{"emailAddress": "ada@example.com", "email": "bob@x.co", "title": "T"}, {"email": "cy@x.co", "roleId": 4, "roleID": 4, "displayName": "Cy"}]);
    assert_eq!(
        errors(list, &ada(), json!({})),
        ["row 2, emailAddress: two fields of the object name this field and have different values; keep one of them"]
    );
}

#[test]
fn a_number_that_lost_its_leading_zeros_is_unchanged_with_a_warning() {
    let users = json!([
        {"id": 1, "emailAddress": "ada@example.com", "attributes": [{"key": "employeeNumber", "values": ["00712"]}]},
        {"id": 2, "emailAddress": "bob@example.com", "attributes": [{"key": "employeeNumber", "values": ["007"]}]},
    ]);
    let warning = |rows: &str| {
        json!([format!(
            "The numbers of {rows} lack leading zeros, or digits behind the fifteenth, that the instance has; a spreadsheet has probably removed them. The plan keeps the numbers of the instance."
        )])
    };
    let plan_of = plan(
        "email,employeeNumber\nada@example.com,712\nbob@example.com,7\n",
        &users,
        json!({}),
    );
    assert_eq!(
        plan_of,
        json!({"changes": [], "unchanged": 2, "warnings": warning("2 rows (2 and 3)")})
    );
    let numbers = plan(one(json!({"employeeNumber": 712})), &users, json!({}));
    assert_eq!(
        numbers,
        json!({"changes": [], "unchanged": 1, "warnings": warning("1 row (row 2)")})
    );
    assert_eq!(
        attributes("email,employeeNumber\nada@example.com,000712\n", &users, json!({})),
        json!([{"key": "employeeNumber", "values": ["000712"]}])
    );
}

const DAY: i64 = 1_423_267_200_000; // 2015-02-07
const HOUR: i64 = 3_600_000;

#[test]
fn a_date_is_unchanged_if_the_instance_holds_an_instant_of_that_day() {
    let held = [
        DAY,
        DAY - 14 * HOUR,
        DAY - 14 * HOUR - 1,
        DAY + 24 * HOUR - 1,
        DAY + 24 * HOUR,
    ];
    let users: Vec<Json> = held
        .iter()
        .enumerate()
        .map(|(at, ms)| json!({"id": at + 1, "emailAddress": format!("u{at}@x.co"), "attributes": [{"key": "hireDate", "values": [ms]}]}))
        .collect();
    let users = Json::from(users);
    let changed = |date: &str| -> Vec<u64> {
        let csv: String = (0..5).map(|at| format!("u{at}@x.co,{date}\n")).collect();
        let changes = changes(format!("email,hireDate\n{csv}"), &users, json!({}));
        changes
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["id"].as_u64().unwrap())
            .collect()
    };
    for date in [
        "2015-02-07",
        "2015-02-07T00:00",
        "2015-02-07 00:00:00",
        "2015-02-07T00:00:00.000",
    ] {
        assert_eq!(changed(date), [3, 5], "{date}");
    }
    for date in ["2015-02-07T00:00:00Z", "2015-02-07 02:00+02:00", "1423267200000"] {
        assert_eq!(changed(date), [2, 3, 4, 5], "{date}");
    }
}

#[test]
fn dates_are_written_as_milliseconds_in_the_type_that_the_instance_has() {
    let csv = "email,hireDate\nada@example.com,2024-03-01\n";
    let written = |held: Json| attributes(csv, &ada_with("hireDate", held), json!({}))[0]["values"].clone();
    assert_eq!(written(json!(DAY)), json!([1709251200000_i64]));
    assert_eq!(written(json!(DAY.to_string())), json!(["1709251200000"]));
    assert_eq!(written(json!([])), json!([1709251200000_i64]));
    assert_unchanged(
        "email,hireDate\nada@example.com,2015-02-07\n",
        &ada_with("hireDate", json!(DAY.to_string())),
        json!({}),
    );
    assert_eq!(
        attributes(
            "email,hireDate\nada@example.com,\n",
            &ada_with("hireDate", json!(DAY)),
            json!({"emptyCells": "clear"})
        )[0]["values"],
        json!([null])
    );
    assert_eq!(
        attributes(
            one(json!({"hireDate": 1709251200000_i64})),
            &ada_with("hireDate", json!(DAY)),
            json!({})
        )[0]["values"],
        json!([1709251200000_i64])
    );
}

#[test]
fn dates_that_could_mean_several_days_are_refused() {
    let users = ada_with("hireDate", json!(DAY));
    for (date, got) in [
        (json!("03/01/2024"), "\"03/01/2024\""),
        (json!("42036"), "\"42036\""),
        (json!(42036), "\"42036\""),
        (json!("yesterday"), "\"yesterday\""),
        (json!(true), "\"true\""),
        (json!([1, 2]), "an array"),
        (json!({}), "an object"),
    ] {
        assert_eq!(
            errors(one(json!({"hireDate": date})), &users, json!({})),
            [format!(
                "row 2, hireDate: must be a date as 2024-03-01, a time with its offset as 2024-03-01T09:30:00Z, or milliseconds since 1970; got {got}"
            )]
        );
    }
    // One that the instance holds as it is stays.
    assert_unchanged(
        one(json!({"hireDate": 42036})),
        &ada_with("hireDate", json!(42036)),
        json!({}),
    );
}

#[test]
fn a_javascript_date_near_1970_arrives_with_its_milliseconds_and_is_one_number() {
    let marked = |ms: i64, iso: &str| format!("\u{0}{ms} {iso}");
    let row = one(
        json!({"hireDate": marked(0, "1970-01-01T00:00:00.000Z"), "title": marked(-5, "1969-12-31T23:59:59.995Z")}),
    );
    assert_eq!(
        attributes(row, &ada(), json!({})),
        json!([{"key": "hireDate", "values": [0]}, {"key": "title", "values": [-5]}])
    );
    // Anything else behind a NUL is a string.
    for text in ["5 x", "5 1970-01-01T00:00:00.000Z", "5"] {
        let marked = format!("\u{0}{text}");
        assert_eq!(
            attributes(one(json!({"title": marked})), &ada(), json!({}))[0]["values"],
            json!([text])
        );
    }
}
