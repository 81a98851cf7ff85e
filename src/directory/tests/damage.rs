//! Cells that a spreadsheet or a wrong encoding has damaged: refused as new values, kept if the instance holds them.

use super::*;

fn users() -> Json {
    json!([{"id": 1, "displayName": "Ada", "userName": "ada", "roleId": 4, "emailAddress": "ada@example.com", "attributes": [
        {"key": "title", "values": ["Chief"]}, {"key": "phoneNumber", "values": ["491701234567"]},
    ]}])
}

const LOST: &str = "contains U+FFFD in place of a lost character: the file was decoded with the wrong character encoding; save it as CSV UTF-8";
const FORMULA: &str = "is the error of a spreadsheet formula; correct the formula, or empty the cell";

#[test]
fn damaged_cells_are_refused_with_row_column_value_and_remedy() {
    for (column, cell, reason) in [
        ("displayName", "J\u{fffd}rg M\u{fffd}ller", format!("\"JU+FFFDrg MU+FFFDller\" {LOST}")),
        ("title", "\u{fffd}", format!("\"U+FFFD\" {LOST}")),
        ("title", "#N/A", format!("\"#N/A\" {FORMULA}")),
        ("userName", "#NV", format!("\"#NV\" {FORMULA}")),
        ("displayName", "#REF!", format!("\"#REF!\" {FORMULA}")),
        (
            "phoneNumber",
            "4.91701E+11",
            "\"4.91701E+11\" is a number that a spreadsheet has shortened, perhaps with lost digits; format the column as text and enter the number again".to_owned(),
        ),
        ("displayName", "\u{200b}\u{2060}", "the name has no visible characters; got \"U+200BU+2060\"".to_owned()),
    ] {
        let expected = [format!("row 2, {column}: {reason}")];
        assert_eq!(errors(format!("email,{column}\nada@example.com,{cell}\n"), &users(), json!({})), expected);
        assert_eq!(errors(json!([{"emailAddress": "ada@example.com", column: cell}]), &users(), json!({})), expected);
    }
    let created = format!("email,displayName,roleId,title\nnew@example.com,New,4,{}\n", "#N/A");
    assert_eq!(
        errors(created, &users(), json!({})),
        [format!("row 2, title: \"#N/A\" {FORMULA}")]
    );
    let list = json!([{"emailAddress": "ada@example.com", "title": ["a", "#N/A"]}]);
    assert_eq!(
        errors(list, &users(), json!({})),
        [format!("row 2, title: \"[\"a\",\"#N/A\"]\" {FORMULA}")]
    );
}

#[test]
fn values_that_only_look_damaged_are_written() {
    for (column, value) in [
        ("title", "12E4"),
        ("title", "C#"),
        ("title", "#1"),
        ("title", "N/A"),
        ("displayName", "4.91701E+11"),
    ] {
        let csv = format!("email,{column}\nada@example.com,{value}\n");
        let change = changes(csv, &users(), json!({}))[0]["changes"].clone();
        let written = if column == "title" {
            &change["attributes"][0]["values"][0]
        } else {
            &change["displayName"]
        };
        assert_eq!(written, value);
    }
}

#[test]
fn a_damaged_value_that_the_instance_holds_for_that_user_is_unchanged() {
    let held = json!([{"id": 1, "displayName": "\u{200b}", "emailAddress": "ada@example.com", "attributes": [
        {"key": "title", "values": ["#N/A"]}, {"key": "department", "values": ["M\u{fffd}ller"]}, {"key": "phoneNumber", "values": ["4.9E+11"]},
        {"key": "hireDate", "values": ["1.3.2024"]}, {"key": "costCenter", "values": ["#REF!", "x"]},
    ]}, {"id": 2, "displayName": "Bob", "emailAddress": "bob@example.com"}]);
    assert_unchanged(json!([held[0]]), &held, json!({}));
    // For another user the same values are new.
    let mut row = held[0].clone();
    row["emailAddress"] = json!("bob@example.com");
    row["id"] = json!(2);
    let errors = errors(json!([row]), &held, json!({}));
    let columns: Vec<&str> = errors.iter().map(|error| error.split(": ").next().unwrap()).collect();
    assert_eq!(
        columns,
        [
            "row 2, displayName",
            "row 2, title",
            "row 2, department",
            "row 2, phoneNumber",
            "row 2, hireDate",
            "row 2, costCenter"
        ]
    );
}

#[test]
fn a_damaged_cell_is_judged_after_the_instance_was_read() {
    let csv = "email,title,roleId\nada@example.com,#N/A,-1\n";
    let role = "row 2, roleId: must be the id or name of a role, such as 4 or Participant; got \"-1\"";
    assert_eq!(errors(csv, &users(), json!({})), [role]);
}

#[test]
fn values_of_addresses_and_managers_that_are_not_valid_are_unchanged_if_the_user_holds_them() {
    let user = |id: u32, email: &str, manager: Json| {
        json!({"id": id, "displayName": "A", "userName": email, "roleId": 4, "emailAddress": email,
            "attributes": [{"key": "reportsTo", "values": [manager]}]})
    };
    let held = json!([
        user(1, "no addr@x", json!("-7")),
        user(2, "a,b@x.com", json!("0")),
        user(3, "c@x.com", json!(-1)),
        user(4, "d@x.com", json!("C@x.com")),
        user(5, "e@x.com", json!("1.5")),
    ]);
    let csv = "id,email,reportsTo\n1,no addr@x,-7\n2,\"a,b@x.com\",0\n3,c@x.com,-1\n4,d@x.com,c@x.com\n5,e@x.com,1.5\n";
    for options in [json!({}), json!({"matchBy": "id"})] {
        assert_unchanged(csv, &held, options.clone());
        let objects = json!([{"id": 1, "emailAddress": "no addr@x", "reportsTo": "-7"}, {"id": 2, "emailAddress": "a,b@x.com", "reportsTo": 0},
            {"id": 3, "emailAddress": "c@x.com", "reportsTo": -1}]);
        assert_unchanged(objects, &held, options);
    }
    let manager = "must be the id or e-mail address of a user; got";
    assert_eq!(
        errors(
            "email,reportsTo\nc@x.com,-7\nd@x.com,0\ne@x.com,1.6\n",
            &held,
            json!({})
        ),
        [
            format!("row 2, reportsTo: {manager} \"-7\""),
            format!("row 3, reportsTo: {manager} \"0\""),
            format!("row 4, reportsTo: {manager} \"1.6\""),
        ]
    );
    // No user has these.
    assert_eq!(
        errors("email,reportsTo\nc@x.com,abc\nd@x.com,#NV\n", &held, json!({})),
        [
            format!("row 2, reportsTo: {manager} \"abc\""),
            format!("row 3, reportsTo: \"#NV\" {FORMULA}"),
        ]
    );
    let address = "must be an e-mail address such as jane.doe@example.com, with nothing around it; got";
    assert_eq!(
        errors("id,email\n3,c@x\n", &held, json!({"matchBy": "id"})),
        [format!("row 2, emailAddress: {address} \"c@x\"")]
    );
}

#[test]
fn errors_of_spreadsheets_in_columns_of_roles_and_ids_are_named() {
    for (column, cell) in [("role", "#N/A"), ("roleId", "#NV"), ("id", "#REF!")] {
        assert_eq!(
            errors(format!("email,{column}\nada@example.com,{cell}\n"), &users(), json!({})),
            [format!("row 2, {column}: \"{cell}\" {FORMULA}")]
        );
    }
}

#[test]
fn null_in_a_field_that_cannot_be_cleared_is_an_empty_cell() {
    let object = json!([{"emailAddress": "ada@example.com", "id": null, "displayName": null, "roleId": null, "userName": null, "title": null}]);
    let change = &changes(object, &users(), json!({}))[0]["changes"];
    assert_eq!(*change, json!({"attributes": [{"key": "title", "values": [null]}]}));
    let new = json!([{"emailAddress": "new@example.com", "displayName": "New", "roleId": null}]);
    let created = &changes(new, &users(), json!({"newUsers": {"roleId": 3}}))[0];
    assert_eq!(created["user"]["roleId"], 3);
    assert_eq!(
        errors(json!([{"emailAddress": null, "title": "x"}]), &users(), json!({})),
        ["row 2, emailAddress: no value, but rows are matched to users by this field"]
    );
}

#[test]
fn damaged_cells_are_refused_whatever_rows_are_matched_by() {
    let csv = "id,email,title\n1,ada@example.com,#N/A\n";
    assert_eq!(
        errors(csv, &users(), json!({"matchBy": "id"})),
        [format!("row 2, title: \"#N/A\" {FORMULA}")]
    );
    let not_an_address =
        "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"“b@example.com\"";
    let csv = "id,email,newEmail\n1,ada@example.com,“b@example.com\n";
    assert_eq!(
        errors(csv, &users(), json!({})),
        [format!("row 2, newEmail: {not_an_address}")]
    );
    assert_eq!(
        errors(csv, &users(), json!({"matchBy": "id"})),
        [format!("row 2, emailAddress: {not_an_address}")]
    );
}

#[test]
fn a_value_that_lost_letters_or_digits_in_a_spreadsheet_is_unchanged_with_a_warning() {
    let users = json!([{"id": 1, "displayName": "Łukasz Doe", "emailAddress": "ada@example.com", "attributes": [
        {"key": "title", "values": ["太郎"]}, {"key": "badge", "values": ["1234567890123456"]},
    ]}]);
    let csv = "email,displayName,title,badge\nada@example.com,?ukasz Doe,??,1234567890123450\n";
    assert_eq!(
        plan(csv, &users, json!({})),
        json!({"changes": [], "unchanged": 1, "warnings": [
            "The numbers of 1 row (row 2) lack leading zeros, or digits behind the fifteenth, that the instance has; a spreadsheet has probably removed them. \
             The plan keeps the numbers of the instance.",
            "The values of 1 row (row 2) have ? where the instance has letters; the file was probably saved in an encoding without these letters. The plan \
             keeps the values of the instance.",
        ]})
    );
    // A question mark that somebody wrote is a change.
    let changed = changes("email,displayName\nada@example.com,Łukasz Doe?\n", &users, json!({}));
    assert_eq!(changed[0]["changes"]["displayName"], "Łukasz Doe?");
}
