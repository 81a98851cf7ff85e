//! Managers: named by id or by e-mail address, of the instance, of the list, or still to be created.

use super::*;

fn with_manager(manager: &Json) -> Json {
    json!([{"emailAddress": "ann@x.co", "reportsTo": manager}])
}

fn manager_of_first_change(list: Json) -> Json {
    changes(list, &people(), json!({}))[0]["changes"]["attributes"].clone()
}

#[test]
fn a_manager_that_the_user_has_already_is_unchanged_however_it_is_named() {
    for same in [json!(12), json!("12"), json!("BOB@x.co"), json!("Bob <bob@x.co>")] {
        let plan = plan(with_manager(&same), &people(), json!({}));
        assert_eq!(
            (&plan["changes"], &plan["unchanged"]),
            (&json!([]), &json!(1)),
            "{same}"
        );
    }
    // Wherever the manager comes in the instance.
    let reversed = Json::from(people().as_array().unwrap().iter().rev().cloned().collect::<Vec<_>>());
    assert_unchanged(with_manager(&json!("bob@x.co")), &reversed, json!({}));
    let mut number = people();
    number[0]["attributes"][1]["values"] = json!([12]);
    assert_unchanged(with_manager(&json!("bob@x.co")), &number, json!({}));
    assert_unchanged(with_manager(&json!(12)), &number, json!({}));
}

#[test]
fn a_manager_is_written_as_an_id() {
    let cy = json!([{"key": "reportsTo", "values": ["13"]}]);
    assert_eq!(manager_of_first_change(with_manager(&json!("cy@x.co"))), cy);
    assert_eq!(manager_of_first_change(with_manager(&json!(13))), cy);
    assert_eq!(
        changes(
            "email,reportsTo\nann@x.co,\n",
            &people(),
            json!({"emptyCells": "clear"})
        )[0],
        json!({"action": "update", "id": 11, "changes": {"attributes": [{"key": "reportsTo", "values": [null]}]},
            "before": {"attributes": [{"key": "reportsTo", "values": ["12"]}]}})
    );
}

#[test]
fn a_manager_who_is_to_be_created_is_written_as_an_address() {
    let boss = json!({"emailAddress": "Boss@x.co", "displayName": "Boss", "roleId": 1});
    let list = json!([{"emailAddress": "ann@x.co", "reportsTo": "boss@x.co"}, boss, {"emailAddress": "zoe@x.co", "displayName": "Zoe", "roleId": 4, "reportsTo": "BOSS@x.co"}]);
    let plan = plan(list, &people(), json!({}));
    assert_eq!(
        plan["changes"][0]["changes"]["attributes"],
        json!([{"key": "reportsTo", "values": ["boss@x.co"]}])
    );
    assert_eq!(
        plan["changes"][2]["then"]["attributes"],
        json!([{"key": "reportsTo", "values": ["boss@x.co"]}])
    );
}

#[test]
fn a_manager_may_be_named_by_the_address_that_the_list_gives_them() {
    let list = json!([{"emailAddress": "ann@x.co", "reportsTo": "cyrus@x.co"}, {"emailAddress": "cy@x.co", "newEmail": "cyrus@x.co"}]);
    assert_eq!(
        manager_of_first_change(list),
        json!([{"key": "reportsTo", "values": ["13"]}])
    );
    // The user who gets the address is the one that Ann reports to: no change for Ann.
    let list = json!([{"emailAddress": "ann@x.co", "reportsTo": "robert@x.co"}, {"emailAddress": "bob@x.co", "newEmail": "robert@x.co"}]);
    let plan = plan(list, &people(), json!({}));
    assert_eq!((changed_ids(&plan), &plan["unchanged"]), (vec![&json!(12)], &json!(1)));
    // The user who has the address now comes before a user of the list who only gets it.
    let mut after = people();
    after[1]["emailAddress"] = json!("cy2@x.co");
    let list = json!([{"emailAddress": "ann@x.co", "reportsTo": "cy2@x.co"}]);
    assert_unchanged(list, &after, json!({}));
}

#[test]
fn an_unknown_or_wrong_manager_is_an_error() {
    let error_of = |manager: Json| errors(with_manager(&manager), &people(), json!({}));
    assert_eq!(
        error_of(json!("nobody@x.co")),
        [
            "row 2, reportsTo: no user of the instance and no new user of the list has the e-mail address \"nobody@x.co\""
        ]
    );
    let must_be = |got: &str| {
        vec![format!(
            "row 2, reportsTo: must be the id or e-mail address of a user; got {got}"
        )]
    };
    for (manager, got) in [
        (json!("Bob"), "\"Bob\""),
        (json!(0), "\"0\""),
        (json!("0"), "\"0\""),
        (json!(-1), "\"-1\""),
        (json!(1.5), "\"1.5\""),
        (json!(true), "\"true\""),
        (json!([12]), "an array"),
        (json!({"id": 12}), "an object"),
    ] {
        assert_eq!(error_of(manager), must_be(got));
    }
    // A new row that names somebody unknown.
    let new = json!([{"emailAddress": "z@x.co", "displayName": "Z", "roleId": 4, "reportsTo": "no@x.co"}]);
    assert_eq!(
        errors(new, &people(), json!({})),
        ["row 2, reportsTo: no user of the instance and no new user of the list has the e-mail address \"no@x.co\""]
    );
}

#[test]
fn a_manager_by_an_address_that_several_users_have_is_an_error() {
    for other in ["bob@x.co", "BOB@X.CO", "bob\u{200b}@x.co"] {
        let mut users = people();
        users[2]["emailAddress"] = json!(other);
        assert_eq!(
            errors("email,reportsTo\nann@x.co,Bob@x.co\n", &users, json!({})),
            [
                "row 2, reportsTo: several users of the instance have this e-mail address, so give the id of the manager instead: \"Bob@x.co\""
            ]
        );
        // The same user twice is one user.
        users[2]["id"] = json!(12);
        assert_unchanged("email,reportsTo\nann@x.co,Bob@x.co\n", &users, json!({}));
    }
}

#[test]
fn an_id_that_no_user_has_is_an_error_if_the_row_changes_the_manager() {
    let of = |csv: &str, users: &Json| errors(csv, users, json!({}));
    let unknown = |place: &str| [format!("{place}: no user of the instance has the id \"999\"")];
    assert_eq!(
        of("email,reportsTo\nann@x.co,999\n", &people()),
        unknown("row 2, reportsTo")
    );
    let new = "email,displayName,roleId,reportsTo\nzoe@x.co,Zoe,4,999\n";
    assert_eq!(of(new, &people()), unknown("row 2, reportsTo"));
    let default = json!({"newUsers": {"reportsTo": 999}});
    assert_eq!(
        errors("email,displayName,roleId\nzoe@x.co,Zoe,4\n", &people(), default),
        unknown("row 1, newUsers.reportsTo")
    );
    let mut users = people();
    users[0]["attributes"][1]["values"] = json!(["999"]);
    assert_unchanged("email,reportsTo\nann@x.co,999\n", &users, json!({}));
}

#[test]
fn a_manager_whom_the_plan_deletes_is_an_error_of_each_row_that_names_them() {
    let deleted_as = |row: u32, manager: &str, id: u32| {
        format!(
            "row {row}, reportsTo: \"{manager}\" is the user with id {id}, whom this plan deletes; choose another manager, or keep that user"
        )
    };
    let deleted = |row: u32, id: u32| deleted_as(row, &id.to_string(), id);
    let ann = |manager: Json| json!({"emailAddress": "ann@x.co", "reportsTo": manager});
    let zoe = json!({"emailAddress": "zoe@x.co", "displayName": "Zoe", "roleId": 4, "reportsTo": 13});
    let delete = || json!({"deleteMissing": true});
    for (manager, name) in [(json!(12), "12"), (json!("12"), "12"), (json!("BOB@x.co"), "BOB@x.co")] {
        assert_eq!(
            errors(json!([ann(manager), zoe]), &people(), delete()),
            [deleted_as(2, name, 12), deleted(3, 13)]
        );
    }
    assert_eq!(
        errors(
            "id,reportsTo\n11,cy@x.co\n12,11\n",
            &people(),
            json!({"matchBy": "id", "deleteMissing": true})
        ),
        [deleted_as(2, "cy@x.co", 13)]
    );
    assert_eq!(
        errors(json!([ann(json!("no@x.co")), zoe]), &people(), delete()),
        [
            "row 2, reportsTo: no user of the instance and no new user of the list has the e-mail address \"no@x.co\""
                .to_owned(),
            deleted(3, 13)
        ]
    );
    // A manager who stays, and a row that clears.
    let kept = json!([ann(json!(12)), {"emailAddress": "cy@x.co", "reportsTo": "bob@x.co"}]);
    let options = json!({"deleteMissing": true, "protect": [12]});
    let plan_of = plan(kept, &people(), options);
    assert_eq!(plan_of["changes"].as_array().unwrap().len(), 1);
    assert_eq!(
        plan(json!([ann(Json::Null)]), &people(), delete())["changes"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    // Too many deletes are reported as such, even if one of them is a manager.
    assert!(
        error(
            json!([ann(json!(12))]),
            &people(),
            json!({"deleteMissing": true, "maxDeletes": 0})
        )
        .contains("maxDeletes is 0")
    );
}
