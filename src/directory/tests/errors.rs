//! Errors: all are reported, in the order of the rows, with repeated ones counted.

use super::*;
use crate::directory::desired::row_error::RowError;

#[test]
fn errors_of_every_kind_are_reported_together_in_the_order_of_the_rows() {
    let own =
        "id,email,displayName,roleId\n,zoe@x.co,Zoe\n,zoe@x.co,,4\n11,x,,\nx,,,4\n11,,Ann,4\n,,Jo,5\n,ZOE@x.co,Zoe,4\n";
    let missing = "no value: this row has no id, so it creates a new user, which needs this field";
    assert_eq!(
        errors(own, &people(), json!({"matchBy": "id"})),
        [
            "row 2: the row has 3 cells, but the header has 4".to_owned(),
            format!("row 3, displayName: {missing}"),
            "row 4, emailAddress: must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"x\"".to_owned(),
            "row 5, id: must be the id of a user, a positive integer; got \"x\"".to_owned(),
            "row 6, id: row 4 is for the same user; keep one of the two rows".to_owned(),
            format!("row 7, emailAddress: {missing}"),
            "row 8, emailAddress: row 3 has this address too; two users cannot have the same address".to_owned(),
        ]
    );
    let mut users = people();
    users
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 14, "displayName": "Bob 2", "roleId": 4, "emailAddress": "BOB@x.co"}));
    let theirs = "email,displayName,roleId,reportsTo\nann@x.co,,,nobody@x.co\nnew@x.co,New,,\nbob@x.co,,,\n";
    assert_eq!(
        errors(theirs, &users, json!({})),
        [
            "row 2, reportsTo: no user of the instance and no new user of the list has the e-mail address \"nobody@x.co\"",
            "row 3, roleId: no value: this row creates a new user, which needs this field",
            "row 4, emailAddress: several users of the instance match this row, one of them with the id 14; use matchBy: \"id\"",
        ]
    );
}

#[test]
fn a_new_user_needs_a_name_an_address_and_a_role() {
    let needs = "no value: this row creates a new user, which needs this field";
    assert_eq!(
        errors(
            "email,Name,roleId\nzoe@x.co,Zoe,4\n",
            &people(),
            json!({"columns": {"Name": null}})
        ),
        [format!(
            "row 2, displayName: {needs}; the list has no displayName column"
        )]
    );
    assert_eq!(
        errors("email,displayName\nnew@x.co,New\n", &people(), json!({})),
        [format!(
            "row 2, roleId: {needs}; the list has no roleId column: add one, or give new users a role with newUsers: {{roleId: \"Participant\"}}"
        )]
    );
    assert_eq!(
        errors(
            "userName,displayName,roleId,email\nzoe,Zoe,4,\n",
            &people(),
            json!({"matchBy": "userName"})
        ),
        [format!("row 2, emailAddress: {needs}")]
    );
    assert_eq!(
        errors("email,displayName,roleId\nzoe@x.co,,\n", &people(), json!({})),
        [
            format!("row 2, displayName: {needs}"),
            format!("row 2, roleId: {needs}")
        ]
    );
}

#[test]
fn objects_that_cannot_be_read_are_reported_by_row() {
    let list = json!([{"emailAddress": "bob@x.co"}, 7, {}, {"emailAddress": "c@x.co", "title": {"a": 1}}, null]);
    assert_eq!(
        errors(list, &people(), json!({})),
        [
            "row 3: must be an object such as {emailAddress, displayName, roleId}",
            "row 4: the object has no fields; a promise must be awaited first",
            "row 5, title: must be a string, a number, a boolean, null, or an array of these; got an object",
            "row 6: must be an object such as {emailAddress, displayName, roleId}",
        ]
    );
}

#[test]
fn objects_that_come_in_batches_are_numbered_on() {
    let mut desired = DesiredState::new(MatchBy::EmailAddress, false);
    let mut objects = ObjectReader::default();
    objects.read(&mut desired, br#"[{"email":"a@x.co"},{"email":7}]"#);
    assert_eq!(objects.next_row(), 4);
    objects.refuse(&mut desired, "self", RowError::NotPlainData);
    objects.read(&mut desired, br#"[{"email":8,"title":"a\u0062"}]"#);
    let error = Planner::new(desired, Policy::default()).unwrap_err();
    let rows = error.rows.items().iter();
    let rows: Vec<(f64, &str)> = rows
        .map(|row| {
            (
                row.field("row").as_f64().unwrap(),
                row.field("column").as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(rows, [(3.0, "email"), (4.0, "self"), (5.0, "email")]);
}

#[test]
fn the_same_reason_is_described_once_with_its_rows_and_people() {
    let rows: Vec<String> = (0..120).map(|at| format!("u{at}@x.co,-{at},x")).collect();
    let csv = format!("E-Mail,Role ID,title\n{}\nann@x.co,4\nann@x.co,\n", rows.join("\n"));
    let error = try_plan(csv, &people(), &json!({})).unwrap_err();
    let lines: Vec<&str> = error.message.lines().collect();
    assert_eq!(
        lines,
        [
            "desired has 122 errors:",
            "- row 2, roleId: must be the id or name of a role, such as 4 or Participant; got \"-0\" (u0@x.co)",
            "  120 rows have this error, also row 3 (u1@x.co): \"-1\", row 4 (u2@x.co): \"-2\", row 5 (u3@x.co): \"-3\" and others",
            "- row 122: the row has 2 cells, but the header has 3 (ann@x.co)",
            "  2 rows have this error, also row 123 (ann@x.co)",
        ]
    );
    assert_eq!(error.rows.items().len(), 122);
    assert_eq!(
        error.rows.items()[1],
        Value::from_json(
            r#"{"row":3,"column":"Role ID","value":"-1","reason":"must be the id or name of a role, such as 4 or Participant; got \"-1\""}"#
        )
    );
}

#[test]
fn an_error_names_the_header_of_the_file_if_an_option_maps_it() {
    let message = |csv: &str, options: Json| try_plan(csv, &people(), &options).unwrap_err().message.clone();
    let boss = message("email,Boss\nann@x.co,Bob\n", json!({"columns": {"Boss": "reportsTo"}}));
    assert!(boss.contains("row 2, Boss (reportsTo): must be"), "{boss}");
    let known = message("E-Mail,Hire Date\nann@x.co,1.3.2024\n", json!({}));
    assert!(known.contains("row 2, hireDate: must be"), "{known}");
}

#[test]
fn an_error_as_data_has_the_header_and_the_value_as_a_person_sees_them() {
    let rows = |csv: &str, options: Json| try_plan(csv, &people(), &options).unwrap_err().rows.clone();
    for (csv, options, row, column, value) in [
        (
            "\n\nMail,x\nann@x.co,\nANN@x.co,\n",
            json!({"columns": {"Mail": "emailAddress"}}),
            5.0,
            Some("Mail"),
            Some("ANN@x.co"),
        ),
        (
            "email,Hire Date\nann@x.co,1.3.2024\n",
            json!({}),
            2.0,
            Some("Hire Date"),
            Some("1.3.2024"),
        ),
        (
            "email,Boss\nann@x.co,no@x.co\n",
            json!({"columns": {"Boss": "reportsTo"}}),
            2.0,
            Some("Boss"),
            Some("no@x.co"),
        ),
        (
            "email,roleId\nann@x.co,-4\u{200b}\n",
            json!({}),
            2.0,
            Some("roleId"),
            Some("-4U+200B"),
        ),
        (
            "\nemail,departmnet\nann@x.co,x\n",
            json!({}),
            2.0,
            Some("departmnet"),
            None,
        ),
        ("email,title\nann@x.co\n", json!({}), 2.0, None, None),
        ("email\nnew@x.co\n", json!({}), 2.0, Some("displayName"), None),
    ] {
        let rows = rows(csv, options);
        let first = &rows.items()[0];
        let got = (
            first.field("row").as_f64(),
            first.field("column").as_str(),
            first.field("value").as_str(),
        );
        assert_eq!(got, (Some(row), column, value), "{csv}");
    }
}

#[test]
fn rows_of_one_kind_of_error_have_their_own_counterpart_and_suggestion() {
    let csv = "email,role\na@x.co,Partcipant\na@x.co,Partcipant\nchef@x.de,Edtor\nchef@x.de,Edtor\n";
    let message = try_plan(csv, &people(), &json!({})).unwrap_err().message.clone();
    assert!(message.contains("also row 5 (chef@x.de): like row 4"), "{message}");
    let csv = "email,role\nann@x.co,Partcipant\nbob@x.co,Edtor\n";
    let message = try_plan(csv, &people(), &json!({})).unwrap_err().message.clone();
    assert!(
        message.contains("also row 3 (bob@x.co): \"Edtor\": did you mean Editor?"),
        "{message}"
    );
}

#[test]
fn unknown_columns_are_one_error_with_a_line_to_paste() {
    let csv = "email,Job Title,Notes,Badge\nann@x.co,a,b,c\n";
    let error = try_plan(csv, &people(), &json!({})).unwrap_err();
    assert_eq!(
        error.message,
        "desired has 3 errors:\n- row 1: neither Domo nor any user of the instance has fields of these names:\n  Job Title: did you mean title?\n  Notes\n  Badge\n  \
         Map or ignore them with columns: {\"Job Title\": \"title\", \"Notes\": null, \"Badge\": null}, ignore all with otherColumns: \"ignore\", or write them as \
         new attributes with newAttributes: [...]"
    );
    assert_eq!(error.rows.items().len(), 3);
}
