//! Deletes: who is deleted, and when a plan with deletes is refused.

use super::*;
use crate::error::Code;

#[test]
fn users_without_a_row_are_deleted_only_if_asked_for() {
    let csv = "email\nann@x.co\n";
    assert_unchanged(csv, &people(), json!({}));
    assert_eq!(
        plan(csv, &people(), json!({"deleteMissing": true, "protect": [13]}))["changes"],
        json!([{"action": "delete", "id": 12, "before": people()[1], "reports": [11]}])
    );
}

#[test]
fn deletes_come_behind_the_other_changes_in_the_order_of_the_instance() {
    let plan = plan("email,title\nann@x.co,x\n", &people(), json!({"deleteMissing": true}));
    assert_eq!(changed_ids(&plan), [11, 12, 13]);
}

#[test]
fn the_before_of_a_delete_is_the_whole_user_as_the_instance_returned_it() {
    let whole = json!({"id": 8, "emailAddress": "c@x.co", "roleId": "2", "avatarKey": "c.png", "x": {"y": [1]},
        "attributes": [{"key": "title", "values": ["a", "\u{1f600}"], "source": "scim"}, {"key": "b", "values": []}]});
    let users = json!([{"id": "7", "emailAddress": "a\"b@x.co"}, whole, {"id": 9, "emailAddress": "k@x.co"}]);
    assert_eq!(
        plan("email\nk@x.co\n", &users, json!({"deleteMissing": true}))["changes"],
        json!([{"action": "delete", "id": 8, "before": whole}])
    );
    let as_string = json!([{"id": "7", "emailAddress": "a@x.co"}, {"id": 9, "emailAddress": "k@x.co"}]);
    assert_eq!(
        changes("email\nk@x.co\n", &as_string, json!({"deleteMissing": true})),
        json!([{"action": "delete", "id": 7, "before": {"id": "7", "emailAddress": "a@x.co"}}])
    );
}

#[test]
fn more_deletes_than_max_deletes_are_refused_with_samples() {
    let csv = "email\nann@x.co\n";
    assert_eq!(
        error(csv, &people(), json!({"deleteMissing": true, "maxDeletes": 1})),
        "The plan would delete 2 users, such as bob@x.co, cy@x.co, but maxDeletes is 1; check that desired is complete, or raise maxDeletes"
    );
    let result = try_plan(csv, &people(), &json!({"deleteMissing": true, "maxDeletes": 1}));
    assert_eq!(result.unwrap_err().code, Code::TooManyDeletes);
    assert_eq!(
        plan(csv, &people(), json!({"deleteMissing": true, "maxDeletes": 2}))["changes"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let one = json!([people()[0], people()[1]]);
    assert!(
        error(csv, &one, json!({"deleteMissing": true, "maxDeletes": 0}))
            .starts_with("The plan would delete 1 user, such as bob@x.co, but")
    );
}

#[test]
fn three_users_that_would_be_deleted_are_named() {
    let users: Vec<Json> = (0..9)
        .map(|at| json!({"id": at + 1, "userName": format!("name{at}"), "emailAddress": format!("u{at}@x.co")}))
        .collect();
    let users = Json::from(users);
    let options = |by: &str| json!({"deleteMissing": true, "maxDeletes": 3, "matchBy": by});
    assert!(
        error("email\nu0@x.co\n", &users, options("emailAddress"))
            .contains("8 users, such as u1@x.co, u2@x.co, u3@x.co, but")
    );
    assert!(error("id\n1\n", &users, options("id")).contains("8 users, such as 2, 3, 4, but"));
    assert!(
        error("userName\nname0\n", &users, options("userName")).contains("8 users, such as name1, name2, name3, but")
    );
}

#[test]
fn an_empty_list_never_deletes_everybody() {
    for list in ["email\n", "email,title\n\n,\n"] {
        assert_eq!(
            error(list, &people(), json!({"deleteMissing": true, "maxDeletes": 1000000})),
            "desired is empty, so deleteMissing would delete every user; pass the users to keep"
        );
        assert_eq!(
            plan(list, &people(), json!({})),
            json!({"changes": [], "unchanged": 0, "warnings": []})
        );
    }
    assert!(error(json!([]), &people(), json!({"deleteMissing": true})).contains("delete every user"));
}

#[test]
fn users_whose_address_is_not_valid_are_kept_with_a_warning() {
    let users = json!([
        {"id": 1, "emailAddress": "sip:ada@example.com"}, {"id": 2, "emailAddress": "jose\u{301}@example.com"}, {"id": 3, "emailAddress": "bob@example.com"},
        {"id": 4, "emailAddress": "mailto:cy@example.com"}, {"id": 5, "emailAddress": "x\u{200b}y"},
        {"id": 6, "emailAddress": ""}, {"id": 7},
    ]);
    let plan_by = |csv: &str, by: &str| plan(csv, &users, json!({"deleteMissing": true, "matchBy": by}));
    let plan = plan_by("email\nbob@example.com\n", "emailAddress");
    assert_eq!(
        plan["changes"],
        json!([{"action": "delete", "id": 4, "before": {"id": 4, "emailAddress": "mailto:cy@example.com"}}])
    );
    assert_eq!(
        plan["warnings"],
        json!([
            "The plan does not delete users whose e-mail address is not valid, since a row may be for one of them: 1 (sip:ada@example.com), 2 (jose\u{301}@example.com), 5 (xU+200By), 6 (no address), 7 (no address)."
        ])
    );
    // By id, an address plays no part.
    assert_eq!(plan_by("id\n3\n", "id")["changes"].as_array().unwrap().len(), 6);
}

#[test]
fn max_deletes_in_percent_is_of_the_users_of_the_instance_rounded_down() {
    let users: Json = (1..=39)
        .map(|id| json!({"id": id, "emailAddress": format!("u{id}@x.co")}))
        .collect();
    let list = |kept: u32| (1..=kept).fold("email\n".to_owned(), |list, id| format!("{list}u{id}@x.co\n"));
    let deletes = |kept, percent: &str| {
        let plan = try_plan(
            list(kept),
            &users,
            &json!({"deleteMissing": true, "maxDeletes": percent}),
        );
        plan.map(|plan| plan["changes"].as_array().unwrap().len())
    };
    // 5 % of 39 users is 1.95.
    assert_eq!(deletes(38, "5%").unwrap(), 1);
    assert_eq!(
        deletes(37, "5%").unwrap_err().message,
        "The plan would delete 2 users, such as u38@x.co, u39@x.co, but maxDeletes is 1 (5% of 39 users); check that desired is complete, or raise maxDeletes"
    );
    assert_eq!(deletes(1, "100%").unwrap(), 38);
    assert_eq!(deletes(1, "97%").unwrap_err().code, Code::TooManyDeletes);
    assert_eq!(deletes(39, "0%").unwrap(), 0);
    assert!(
        deletes(38, "0%")
            .unwrap_err()
            .message
            .contains("maxDeletes is 0 (0% of 39 users)")
    );
}

#[test]
fn deletes_that_come_first_are_kept_until_a_percentage_is_known() {
    // The users to delete come before the others, so that they are more than the percentage at first.
    let users: Json = (1..=100)
        .map(|id| json!({"id": id, "emailAddress": format!("u{id}@x.co")}))
        .collect();
    let list = (11..=100).fold("email\n".to_owned(), |list, id| format!("{list}u{id}@x.co\n"));
    let plan = plan(list, &users, json!({"deleteMissing": true, "maxDeletes": "10%"}));
    assert_eq!(plan["changes"].as_array().unwrap().len(), 10);
}

#[test]
fn the_owner_of_the_token_is_never_deleted() {
    let owner = |own_id| Facts {
        own_id,
        user_count: Some(0),
        ..Facts::default()
    };
    let delete = |most: u64| json!({"deleteMissing": true, "maxDeletes": most});
    let plan_of =
        |own_id, most| try_plan_with("email\nann@x.co\ncy@x.co\n", &people(), &delete(most), &owner(own_id)).0;
    let warned = "The plan does not delete the owner of the token, Bob (id 12), although no row is for this user.";
    assert_eq!(
        plan_of(Some(12), 10).unwrap(),
        json!({"changes": [], "unchanged": 2, "warnings": [warned]})
    );
    // The owner does not count as a delete.
    assert_eq!(plan_of(Some(12), 0).unwrap()["warnings"], json!([warned]));
    assert!(
        plan_of(Some(11), 0)
            .unwrap_err()
            .message
            .contains("would delete 1 user")
    );
    let unknown = plan_of(None, 10).unwrap();
    assert_eq!(changed_ids(&unknown), [12]);
    assert!(
        unknown["warnings"][0]
            .as_str()
            .unwrap()
            .starts_with("The instance does not tell who the owner of the token is, so the plan may delete that user;")
    );
    // The owner may be named as a manager.
    let list = "email,reportsTo\nann@x.co,bob@x.co\ncy@x.co,bob@x.co\n";
    let plan = try_plan_with(list, &people(), &delete(10), &owner(Some(12))).0.unwrap();
    assert_eq!(changed_ids(&plan), [13]);
}

#[test]
fn a_protected_owner_is_neither_updated_nor_deleted() {
    let mut planner = Planner::new(
        desired("email,title\nann@x.co,x\ncy@x.co,y\n".into(), &json!({})),
        Policy {
            delete_missing: true,
            ..Policy::default()
        },
    )
    .unwrap();
    planner.protect(12);
    planner.protect(11);
    for user in people().as_array().unwrap() {
        let text = user.to_string();
        add_user(&mut planner, text.as_bytes()).unwrap();
    }
    assert!(!planner.needs().own_id);
    let mut plan = planner.finish(Facts::default()).unwrap();
    let mut changes = Vec::new();
    plan.write_changes(&mut changes, usize::MAX);
    assert_eq!(serde_json::from_slice::<Json>(&changes).unwrap()["id"], 13);
    assert_eq!(plan.warnings(), [] as [&str; 0]);
}

#[test]
fn the_owner_of_the_token_is_not_counted_or_named_if_there_are_too_many_deletes() {
    let users: Json = (1..=6)
        .map(|id| json!({"id": id, "emailAddress": format!("u{id}@x.co")}))
        .collect();
    let message = |own_id, most: u64| {
        let listed = Facts {
            own_id: Some(own_id),
            ..usual_facts()
        };
        let options = json!({"deleteMissing": true, "maxDeletes": most});
        let (plan, needs) = try_plan_with("email\nu1@x.co\n", &users, &options, &listed);
        assert!(needs.own_id);
        plan.unwrap_err().message.clone()
    };
    assert!(message(2, 0).contains("would delete 4 users, such as u3@x.co, u4@x.co, u5@x.co, but maxDeletes is 0"));
    assert!(message(6, 2).contains("would delete 4 users, such as u2@x.co, u3@x.co, u4@x.co, but maxDeletes is 2"));
    assert!(message(1, 2).contains("would delete 5 users, such as u2@x.co, u3@x.co, u4@x.co, but"));
}

#[test]
fn a_user_whom_the_instance_lists_twice_counts_once() {
    let mut users = people();
    let twice = [users[0].clone(), users[2].clone()];
    users.as_array_mut().unwrap().extend(twice);
    let plan = plan(
        "email,title\nann@x.co,x\nbob@x.co,\n",
        &users,
        json!({"deleteMissing": true, "maxDeletes": 1}),
    );
    assert_eq!(changed_ids(&plan), [11, 13]);
    assert_unchanged("email,title\nann@x.co,CEO\n", &users, json!({}));
}

#[test]
fn a_delete_names_whoever_keeps_the_deleted_manager() {
    let manager = |id: &str| json!([{"key": "reportsTo", "values": [id]}]);
    let users = json!([
        {"id": 1, "displayName": "Ann", "emailAddress": "u1@x.co", "attributes": manager("5")},
        {"id": "2", "displayName": "Bob", "emailAddress": "u2@x.co", "attributes": manager("6")},
        {"id": 3, "emailAddress": "u3@x.co", "attributes": manager("5")},
        {"id": 4, "emailAddress": "u4@x.co", "attributes": manager("5")},
        {"id": 5, "displayName": "Eve", "emailAddress": "u5@x.co", "attributes": manager("5")},
        {"id": 6, "emailAddress": "u6@x.co", "attributes": manager("5")},
        {"id": 7, "emailAddress": "u7@x.co"},
        {"id": 4, "emailAddress": "u4@x.co", "attributes": manager("5")},
        {"id": 6, "emailAddress": "u6@x.co", "attributes": manager("5")},
    ]);
    let list = "email,reportsTo,title\nu1@x.co,,x\nu2@x.co,,\nu3@x.co,u1@x.co,\n";
    let options = json!({"deleteMissing": true, "protect": [4]});
    let plan = whole_plan(list, &users, &options, &usual_facts());
    let changes = plan["changes"].as_array().unwrap();
    let deletes: Vec<&Json> = changes.iter().filter(|change| change["action"] == "delete").collect();
    let reports: Vec<(&Json, &Json)> = deletes
        .iter()
        .map(|delete| (&delete["id"], &delete["reports"]))
        .collect();
    assert_eq!(
        reports,
        [
            (&json!(5), &json!([1, 4, 5, 6])),
            (&json!(6), &json!([2])),
            (&json!(7), &json!([]))
        ]
    );
    for (id, name) in [
        ("1", "Ann"),
        ("2", "Bob"),
        ("4", "u4@x.co"),
        ("5", "Eve"),
        ("6", "u6@x.co"),
    ] {
        assert_eq!(plan["names"]["users"][id], name, "{plan}");
    }
    // The owner of the token stays.
    let owner = Facts {
        own_id: Some(6),
        ..usual_facts()
    };
    let plan = whole_plan(list, &users, &options, &owner);
    assert_eq!(plan["changes"][2]["reports"], json!([1, 4, 5, 6]));
    assert_eq!(plan["changes"][3]["id"], 7);
}

#[test]
fn a_delete_names_no_reports_if_the_instance_lists_no_managers() {
    for attributes in [json!(null), json!([]), json!([{"key": "title", "values": ["x"]}])] {
        let users = json!([{"id": 1, "emailAddress": "u1@x.co"}, {"id": 2, "emailAddress": "u2@x.co", "attributes": attributes}]);
        let plan = plan("email\nu1@x.co\n", &users, json!({"deleteMissing": true}));
        assert_eq!(plan["changes"][0].get("reports"), None);
    }
}
