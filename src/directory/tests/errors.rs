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
            "row 4, emailAddress: must be an e-mail address such as jane.doe@example.com; got \"x\"".to_owned(),
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
            "row 4: the object has no fields",
            "row 5, title: must be a string, a number, a boolean, null, or an array of these; got an object",
            "row 6: must be an object such as {emailAddress, displayName, roleId}",
        ]
    );
}

#[test]
fn objects_that_come_in_batches_are_numbered_on() {
    let mut desired = DesiredState::new(MatchBy::EmailAddress, false);
    let mut objects = ObjectReader::default();
    objects.read(&mut desired, br#"[{"email":"a@x.co"},{"email":"x"}]"#);
    assert_eq!(objects.next_row(), 4);
    objects.refuse(&mut desired, "self", &RowError::NotPlainData);
    objects.read(&mut desired, br#"[{"email":"y","title":"a\u0062"}]"#);
    let message = Planner::new(desired, Policy::default()).unwrap_err().message.clone();
    let rows: Vec<&str> = message
        .lines()
        .skip(1)
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        rows,
        ["- row 3, emailAddress", "- row 4, self", "- row 5, emailAddress"]
    );
}

#[test]
fn errors_that_repeat_are_counted_behind_the_first_hundred() {
    let rows: Vec<String> = (0..500)
        .map(|at| {
            if at % 2 == 1 {
                "x".to_owned()
            } else {
                format!("same{}@x.co", at % 4)
            }
        })
        .collect();
    let message = error(format!("email\n{}", rows.join("\n")), &people(), json!({}));
    let lines: Vec<&str> = message.lines().skip(1).collect();
    assert_eq!(
        (lines.len(), &lines[0][..8], &lines[1][..8]),
        (303, "- row 3,", "- row 5,")
    );
    assert_eq!(
        lines[300..],
        [
            "- 150 more rows, emailAddress: must be an e-mail address such as jane.doe@example.com; got \"x\"",
            "- 24 more rows, emailAddress: row 2 is for the same user; keep one of the two rows",
            "- 24 more rows, emailAddress: row 4 is for the same user; keep one of the two rows",
        ]
    );
}
