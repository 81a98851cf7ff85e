//! Which user of the instance a row is matched to, and what a row without a user creates.

use super::*;

#[test]
fn rows_match_by_email_ignoring_case_and_an_update_has_what_differs_and_what_it_was() {
    let csv = "email,displayName,roleID,title,employeeNumber,isActive,location\r\n ann@X.co ,Ann, 3 ,,,,Rome\nbob@x.co,Bob,5,,8,TRUE,";
    assert_eq!(
        plan(csv, &people(), json!({})),
        json!({
            "changes": [
                {"action": "update", "id": 11,
                    "changes": {"roleId": 3, "attributes": [{"key": "employeeLocation", "values": ["Rome"]}]},
                    "before": {"roleId": 4, "attributes": [{"key": "employeeLocation", "values": []}]}},
                {"action": "update", "id": 12,
                    "changes": {"attributes": [{"key": "employeeNumber", "values": [8]}]},
                    "before": {"attributes": [{"key": "employeeNumber", "values": [7]}]}},
            ],
            "unchanged": 0,
            "warnings": [],
        })
    );
}

#[test]
fn rows_in_any_order_match_and_changes_come_in_the_order_of_the_rows() {
    let csv = "email,title\ncy@x.co,C\nbob@x.co,B\nann@x.co,CEO\n";
    let plan = plan(csv, &people(), json!({}));
    assert_eq!(
        plan["changes"],
        json!([
            {"action": "update", "id": 13, "changes": {"attributes": [{"key": "title", "values": ["C"]}]}, "before": {"attributes": [{"key": "title", "values": []}]}},
            {"action": "update", "id": 12, "changes": {"attributes": [{"key": "title", "values": ["B"]}]}, "before": {"attributes": [{"key": "title", "values": []}]}},
        ])
    );
    assert_eq!(plan["unchanged"], 1);
}

#[test]
fn many_rows_each_find_their_own_user() {
    // More than 64 rows, so that several words of bits are in use.
    let users: Vec<Json> = (0..200)
        .map(|at| json!({"id": at + 1, "displayName": format!("U{at}"), "roleId": 4, "emailAddress": format!("u{at}@x.co")}))
        .collect();
    let mut csv = "email,displayName,roleId\n".to_owned();
    for at in (0..300).rev() {
        let role = if at % 100 == 50 { 3 } else { 4 };
        csv += &format!("u{at}@x.co,U{at},{role}\n");
    }
    let plan = plan(csv, &Json::from(users), json!({}));
    let changes = plan["changes"].as_array().unwrap();
    assert_eq!((changes.len(), plan["unchanged"].as_u64()), (102, Some(198)));
    assert_eq!(changes[0]["user"]["emailAddress"], "u299@x.co");
    let updated: Vec<&Json> = changes
        .iter()
        .filter(|change| change["action"] == "update")
        .map(|change| &change["id"])
        .collect();
    assert_eq!(updated, [151, 51]);
}

#[test]
fn a_row_without_a_user_creates_a_user_and_then_sets_the_other_fields() {
    let desired = json!([{
        "emailAddress": "new@x.co", "displayName": "New, One", "roleId": "4", "userName": "new", "title": "Chief\nof \"all\"", "employeeNumber": 7,
        "isActive": true, "skills": ["a", 2], "department": null, "reportsTo": 12, "hireDate": "2024-03-01", "created": "x", "id": 99,
    }]);
    assert_eq!(
        changes(desired, &people(), json!({"newAttributes": ["skills"]})),
        json!([{
            "action": "create",
            "user": {"displayName": "New, One", "roleId": 4, "emailAddress": "new@x.co"},
            "then": {"attributes": [
                {"key": "userName", "values": ["new"]},
                {"key": "title", "values": ["Chief\nof \"all\""]},
                {"key": "employeeNumber", "values": [7]},
                {"key": "isActive", "values": [true]},
                {"key": "skills", "values": ["a", 2]},
                {"key": "reportsTo", "values": ["12"]},
                {"key": "hireDate", "values": [1709251200000_u64]},
            ]},
        }])
    );
}

#[test]
fn a_create_without_other_fields_has_no_then() {
    // A user name that is the address is set by Domo itself.
    let csv = "email,displayName,roleId,userName,title\nnew@x.co,New,4,NEW@x.co,\n";
    assert_eq!(
        changes(csv, &people(), json!({"emptyCells": "clear"})),
        json!([{"action": "create", "user": {"displayName": "New", "roleId": 4, "emailAddress": "new@x.co"}}])
    );
}

#[test]
fn cells_of_a_new_user_stay_strings_since_their_type_is_unknown() {
    let csv = "email,displayName,roleId,employeeNumber,isActive\nnew@x.co,New,4,7,TRUE\n";
    assert_eq!(
        changes(csv, &people(), json!({}))[0]["then"]["attributes"],
        json!([{"key": "employeeNumber", "values": ["7"]}, {"key": "isActive", "values": ["TRUE"]}])
    );
}

#[test]
fn rows_match_by_id_as_number_or_string() {
    for id in [json!(11), json!("11"), json!(" 11 ")] {
        assert_eq!(
            plan(
                json!([{"id": id, "emailAddress": "new.ann@x.co"}]),
                &people(),
                json!({"matchBy": "id"})
            )["changes"],
            json!([{"action": "update", "id": 11, "changes": {"emailAddress": "new.ann@x.co"}, "before": {"emailAddress": "Ann@x.co"}}])
        );
    }
    let as_string = json!([{"id": "11", "displayName": "Ann", "roleId": 4, "emailAddress": "ann@x.co"}]);
    assert_eq!(
        changes("id,displayName\n11,Anne\n", &as_string, json!({"matchBy": "id"})),
        json!([{"action": "update", "id": 11, "changes": {"displayName": "Anne"}, "before": {"displayName": "Ann"}}])
    );
}

#[test]
fn a_row_without_an_id_creates_a_user_and_one_with_an_unknown_id_is_an_error() {
    let by_id = || json!({"matchBy": "id"});
    let csv = "id,email,displayName,roleId\n,zoe@x.co,Zoe,4\n";
    assert_eq!(
        changes(csv, &people(), by_id()),
        json!([{"action": "create", "user": {"displayName": "Zoe", "roleId": 4, "emailAddress": "zoe@x.co"}}])
    );
    assert_eq!(
        errors(json!([{"id": 99, "title": "x"}]), &people(), by_id()),
        ["row 2, id: no user of the instance has this id; correct the id, or leave it empty to create a user"]
    );
    assert_eq!(
        errors("id,email,displayName\n,zoe@x.co,Zoe\n", &people(), by_id()),
        [
            "row 2, roleId: no value: this row has no id, so it creates a new user, which needs this field; the list has no roleId column: add one, or give new users a role with newUsers: {roleId: \"Participant\"}"
        ]
    );
    // A row with an error of its own is not reported as a new user too.
    assert_eq!(
        errors("id,email\nx,zoe@x.co\n", &people(), by_id()),
        ["row 2, id: must be the id of a user, a positive integer; got \"x\""]
    );
}

#[test]
fn rows_match_by_user_name_ignoring_case() {
    let options = || json!({"matchBy": "userName"});
    assert_eq!(
        changes(
            json!([{"userName": "BOB", "displayName": "Bobby"}]),
            &people(),
            options()
        )[0]["id"],
        12
    );
    assert_unchanged("userName,displayName\n bob ,Bob\nANN@x.co,Ann\n", &people(), options());
    assert_eq!(
        errors("userName,displayName\n,Bob\n", &people(), options()),
        ["row 2, userName: no value, but rows are matched to users by this field"]
    );
    let created = changes(
        "userName,email,displayName,roleId\nzoe,z@x.co,Zoe,4\n",
        &people(),
        options(),
    );
    assert_eq!(
        created,
        json!([{"action": "create", "user": {"displayName": "Zoe", "roleId": 4, "emailAddress": "z@x.co"},
            "then": {"attributes": [{"key": "userName", "values": ["zoe"]}]}}])
    );
}

#[test]
fn a_changed_user_name_is_an_attribute_in_changes_and_a_field_in_before() {
    assert_eq!(
        changes("email,userName\nann@x.co,annie\ncy@x.co,cy\n", &people(), json!({})),
        json!([
            {"action": "update", "id": 11, "changes": {"attributes": [{"key": "userName", "values": ["annie"]}]}, "before": {"userName": "ann@x.co"}},
            {"action": "update", "id": 13, "changes": {"attributes": [{"key": "userName", "values": ["cy"]}]}, "before": {}},
        ])
    );
}

#[test]
fn an_id_in_a_list_that_is_matched_by_email_is_checked_and_not_changed() {
    assert_eq!(
        plan("email,id\nann@x.co,99\n", &people(), json!({}))["changes"],
        json!([])
    );
    assert_eq!(
        errors("email,id\nann@x.co,x\n", &people(), json!({})),
        ["row 2, id: must be the id of a user, a positive integer; got \"x\""]
    );
}

#[test]
fn new_email_renames_and_is_unchanged_once_it_is_done() {
    let csv = "email,newEmail,sendInvite,groups\nann@x.co,ann.b@x.co,yes,a\n";
    let renamed = json!([{"action": "update", "id": 11, "changes": {"emailAddress": "ann.b@x.co"}, "before": {"emailAddress": "Ann@x.co"}}]);
    assert_eq!(plan(csv, &people(), json!({}))["changes"], renamed);
    let mut after = people();
    after[0]["emailAddress"] = json!("ann.b@x.co");
    let done = plan(csv, &after, json!({"deleteMissing": true, "protect": [12, 13]}));
    assert_eq!(done, json!({"changes": [], "unchanged": 1, "warnings": []}));
    // By id, newEmail is the desired address.
    let by_id = "id,email,newEmail\n11,ann@x.co,ann.b@x.co\n12,bob@x.co,\n";
    assert_eq!(plan(by_id, &people(), json!({"matchBy": "id"}))["changes"], renamed);
    assert_eq!(
        plan("id,newEmail\n11,ann.b@x.co\n", &people(), json!({"matchBy": "id"}))["changes"],
        renamed
    );
    // A new user gets the new address.
    let created = plan(
        "email,newEmail,displayName,roleId\nzoe@x.co,z@x.co,Zoe,4\n",
        &people(),
        json!({}),
    );
    assert_eq!(
        created["changes"],
        json!([{"action": "create", "user": {"displayName": "Zoe", "roleId": 4, "emailAddress": "z@x.co"}}])
    );
}

#[test]
fn a_user_that_several_rows_or_several_users_match_is_an_error() {
    assert_eq!(
        errors("email\nann@x.co\nbob@x.co\nANN@x.co\n", &people(), json!({})),
        ["row 4, emailAddress: row 2 is for the same user; keep one of the two rows"]
    );
    let mut users = people();
    users
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 14, "displayName": "Bob 2", "roleId": 4, "emailAddress": "BOB@x.co"}));
    assert_eq!(
        errors("email\nbob@x.co\n", &users, json!({})),
        [
            "row 2, emailAddress: several users of the instance match this row, one of them with the id 14; use matchBy: \"id\""
        ]
    );
    // Users without a row, or without an address, make no difference.
    users
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 15, "displayName": "System", "roleId": 1}));
    assert_unchanged("email\nann@x.co\n", &users, json!({}));
}

#[test]
fn a_user_without_a_valid_id_cannot_be_updated_or_deleted() {
    let users = json!([
        {"id": 9007199254740993_u64, "displayName": "X", "roleId": 4, "emailAddress": "x@x.co"},
        {"id": 7, "displayName": "Y", "roleId": 4, "emailAddress": "y@x.co"},
    ]);
    assert_eq!(
        errors("email,title\nx@x.co,t\n", &users, json!({})),
        ["row 2, id: the instance returned no valid id for this user, so the user cannot be updated"]
    );
    assert_unchanged("email,displayName\nx@x.co,X\n", &users, json!({}));
    assert_unchanged("email\ny@x.co\n", &users, json!({"deleteMissing": true}));
    let largest = json!([{"id": 9007199254740991_u64, "displayName": "X", "emailAddress": "x@x.co"}]);
    assert_eq!(
        changes("email,displayName\nx@x.co,Z\n", &largest, json!({}))[0]["id"],
        9007199254740991_u64
    );
}

#[test]
fn protected_users_are_neither_updated_nor_deleted_and_count_as_unchanged() {
    let desired = json!([{"emailAddress": "ann@x.co", "title": "x"}, {"emailAddress": "bob@x.co"}]);
    let plan_of = |protect: Json| {
        plan(
            desired.clone(),
            &people(),
            json!({"protect": protect, "deleteMissing": true, "maxDeletes": 1}),
        )
    };
    assert_eq!(
        plan_of(json!([13, 11])),
        json!({"changes": [], "unchanged": 2, "warnings": []})
    );
    let warned = plan_of(json!([11, 99, 13, 98]));
    assert_eq!(
        warned["warnings"],
        json!(["The option protect has ids that no user of the instance has: 98, 99."])
    );
}

#[test]
fn users_with_escapes_in_their_keys_and_values_are_compared_by_what_they_mean() {
    let user = r#"{"id":7,"displayName":"\u0041da \"x\"","email\u0041ddress":"\u0061da@x.co","attributes":[{"key":"t\u0069tle","values":["a\u00e9"]}]}"#;
    let users = Json::Array(vec![serde_json::from_str(user).unwrap()]);
    assert_unchanged(
        "email,displayName,title\nada@x.co,\"Ada \"\"x\"\"\",aé\n",
        &users,
        json!({}),
    );
    let mut planner = Planner::new(
        desired("email,title\nada@x.co,b\n".into(), &json!({})),
        Policy::default(),
    )
    .unwrap();
    add_user(&mut planner, user.as_bytes()).unwrap();
    assert!(add_user(&mut planner, b"{no JSON").is_none());
    assert!(planner.needs().keys);
    let mut plan = planner.finish(Facts::default()).unwrap();
    let mut changes = Vec::new();
    assert!(!plan.write_changes(&mut changes, usize::MAX));
    assert_eq!(
        String::from_utf8(changes).unwrap(),
        r#"{"action":"update","id":7,"changes":{"attributes":[{"key":"title","values":["b"]}]},"before":{"attributes":[{"key":"title","values":["a\u00e9"]}]},"row":2,"who":{"displayName":"\u0041da \"x\"","emailAddress":"\u0061da@x.co"}}"#
    );
}

#[test]
fn changes_are_written_in_pieces_with_commas_within_a_piece() {
    let csv = "email,displayName\nann@x.co,A\nbob@x.co,Bob\ncy@x.co,C\n";
    let mut planner = Planner::new(desired(csv.into(), &json!({})), Policy::default()).unwrap();
    for user in people().as_array().unwrap() {
        let text = user.to_string();
        add_user(&mut planner, text.as_bytes()).unwrap();
    }
    assert_eq!(planner.needs(), Needs::default());
    let mut plan = planner.finish(Facts::default()).unwrap();
    let mut piece = Vec::new();
    assert!(plan.write_changes(&mut piece, 1));
    assert_eq!(
        piece,
        br#"{"action":"update","id":11,"changes":{"displayName":"A"},"before":{"displayName":"Ann"},"row":2,"who":{"displayName":"Ann","emailAddress":"Ann@x.co"}}"#
    );
    let length = piece.len();
    assert!(plan.write_changes(&mut piece, length), "long enough already");
    assert_eq!(piece.len(), length);
    assert!(!plan.write_changes(&mut piece, usize::MAX));
    assert_eq!(
        &piece[length..],
        br#",{"action":"update","id":13,"changes":{"displayName":"C"},"before":{"displayName":"Cy"},"row":4,"who":{"displayName":"Cy","emailAddress":"cy@x.co"}}"#
    );
}
