//! Warnings of changes, and what the changes say of rows, people and names.

use super::*;
use crate::client::attribute_keys::AttributeKey;
use crate::client::roles::Roles;
use crate::value::Value;

fn warnings(list: impl Into<List>, users: &Json, options: Json) -> Vec<String> {
    warnings_with(list, users, &options, &usual_facts())
}

fn warnings_with(list: impl Into<List>, users: &Json, options: &Json, listed: &Facts) -> Vec<String> {
    let plan = whole_plan(list, users, options, listed);
    let warnings = plan["warnings"].as_array().unwrap().iter();
    warnings.map(|warning| warning.as_str().unwrap().to_owned()).collect()
}

/// Returns users with the ids 1 to `count`, `u1@x.co` and so on, who have these fields besides.
fn users(count: u32, fields: &Json) -> Json {
    (1..=count)
        .map(|id| {
            let mut user = json!({"id": id, "displayName": format!("U{id}"), "userName": format!("u{id}@x.co"), "roleId": 4, "emailAddress": format!("u{id}@x.co")});
            user.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            user
        })
        .collect()
}

fn with_attribute(attribute: Json) -> Json {
    json!({"attributes": [attribute]})
}

#[test]
fn a_create_with_the_name_of_a_deleted_user_may_be_a_change_of_the_address() {
    let list = "email,displayName,roleId\nann@x.co,,\nbob.new@x.co,Bob,4\nnew@x.co,New,4\n";
    let warned = |options: Json| {
        let warnings = warnings(list, &people(), options);
        warnings.into_iter().find(|line| line.contains("newEmail"))
    };
    assert_eq!(
        warned(json!({"deleteMissing": true})).as_deref(),
        Some(
            "The plan deletes and creates users of the same name in 1 row (row 3); if only the address has changed, give the new one as newEmail."
        )
    );
    assert_eq!(warned(json!({})), None);
    let renamed = "email,newEmail\nann@x.co,\nbob@x.co,bob.new@x.co\n";
    assert!(
        !warnings(renamed, &people(), json!({"deleteMissing": true}))
            .iter()
            .any(|line| line.contains("of the same name"))
    );
}

#[test]
fn changes_name_their_row_and_the_person_as_the_instance_has_them() {
    let list = "email,displayName,roleId,newEmail\n\nann@x.co,Anne,4,a@x.co\nzoe@x.co,Zoe,4,\ncy@x.co,,,\n";
    let plan = whole_plan(list, &people(), &json!({"deleteMissing": true}), &usual_facts());
    let described: Vec<Json> = plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| json!([change["action"], change["row"], change["who"]]))
        .collect();
    assert_eq!(
        described,
        [
            json!(["update", 3, {"displayName": "Ann", "emailAddress": "Ann@x.co"}]),
            json!(["create", 4, null]),
            json!(["delete", null, {"displayName": "Bob", "emailAddress": "bob@x.co"}]),
        ]
    );
    // A user without a name and an address has nothing to be named by.
    let users = json!([{"id": 1, "userName": "a", "roleId": 4}]);
    let plan = whole_plan(
        "userName,roleId\na,5\n",
        &users,
        &json!({"matchBy": "userName"}),
        &usual_facts(),
    );
    assert_eq!(plan["changes"][0].get("who"), None);
}

#[test]
fn the_names_of_managers_and_roles_are_those_of_the_ids_in_changes_and_before() {
    let listed = Facts {
        roles: Some(Roles::of(&Value::from_json(
            r#"[{"id":4,"name":"Participant"},{"id":5,"name":"Social"},{"id":1,"name":"Admin"},{"id":7,"name":"Other"}]"#,
        ))),
        ..usual_facts()
    };
    let names = |list: &str, options: Json| {
        let mut plan = whole_plan(list, &people(), &options, &listed);
        plan["names"].take()
    };
    // Bob was the manager, Cy becomes it.
    assert_eq!(
        names("email,reportsTo\nann@x.co,cy@x.co\n", json!({}))["users"],
        json!({"12": "Bob", "13": "Cy"})
    );
    assert_eq!(
        names("email,reportsTo,displayName,roleId\nzoe@x.co,11,Zoe,4\n", json!({}))["users"],
        json!({"11": "Ann"})
    );
    // Ann, who is deleted, reports to Bob.
    let delete = json!({"deleteMissing": true});
    assert_eq!(
        names("email\nbob@x.co\ncy@x.co\n", delete)["users"],
        json!({"12": "Bob"})
    );
    // Ann was a participant. The roles of deletes are named only if the roles are known anyway.
    assert_eq!(
        names("email,roleId\nann@x.co,1\n", json!({})),
        json!({"roles": {"1": "Admin", "4": "Participant"}})
    );
    assert_eq!(
        names("email,role,displayName\nzoe@x.co,social,Zoe\n", json!({})),
        json!({"roles": {"5": "Social"}})
    );
    assert_eq!(names("email,title\nann@x.co,x\n", json!({})), Json::Null);
    let mut nameless = people();
    nameless[1].as_object_mut().unwrap().remove("displayName");
    let plan = whole_plan(
        "email,reportsTo\nann@x.co,\n",
        &nameless,
        &json!({"emptyCells": "clear"}),
        &listed,
    );
    assert_eq!(plan["names"]["users"], json!({"12": "bob@x.co"}));
}

#[test]
fn a_sign_in_name_that_stays_the_old_address_is_a_warning() {
    let warned = "The e-mail address changes in 2 rows (2 and 4), but the user name, with which the user signs in, stays the old address; to change it \
                  too, add a column userName with the new address.";
    let list = "email,newEmail\nu1@x.co,a@x.co\nu2@x.co,\nU3@x.co,c@x.co\n";
    assert_eq!(warnings(list, &users(3, &json!({})), json!({})), [warned]);
    let by_id = "id,email\n1,a@x.co\n2,u2@x.co\n3,c@x.co\n";
    assert_eq!(
        warnings(by_id, &users(3, &json!({})), json!({"matchBy": "id"})),
        [warned]
    );
    // The list may keep the user name, but not change it.
    let kept = "id,email,userName\n1,a@x.co,U1@X.co\n";
    assert_eq!(warnings(kept, &users(1, &json!({})), json!({"matchBy": "id"})).len(), 1);
    let changed = "id,email,userName\n1,a@x.co,a@x.co\n";
    assert!(warnings(changed, &users(1, &json!({})), json!({"matchBy": "id"})).is_empty());
    for user_name in [json!("u1"), json!(""), Json::Null] {
        let users = users(1, &json!({"userName": user_name}));
        assert!(
            warnings("email,newEmail\nu1@x.co,a@x.co\n", &users, json!({})).is_empty(),
            "{user_name}"
        );
    }
}

#[test]
fn values_of_an_attribute_with_a_source_are_a_warning_if_they_change() {
    for attribute in [
        json!({"key": "department", "values": ["Sales"], "source": "scim"}),
        json!({"key": "department", "source": {"name": "idp"}, "values": ["Sales"]}),
        json!({"source": "idp", "values": ["Sales", "x"], "key": "department"}),
    ] {
        let mut users = users(3, &json!({}));
        users[1]["attributes"] =
            json!([{"key": "title", "values": ["x"]}, attribute, {"key": "team", "values": ["x"]}]);
        users[2]["attributes"] = json!([{"key": "department", "values": ["Sales"], "source": null}]);
        let list = "email,department,title,team\nu1@x.co,A,y,y\nu2@x.co,A,y,y\nu3@x.co,A,y,y\n";
        assert_eq!(
            warnings(list, &users, json!({})),
            [
                "Values of department in 1 row (row 3) come from the identity provider or another source, which may overwrite the changes at the next \
                 sign-in; change the values there."
            ],
            "{attribute}"
        );
        // What stays is no matter.
        users[1]["attributes"][1]["values"] = json!(["Sales"]);
        assert!(warnings("email,department,title\nu2@x.co,Sales,y\n", &users, json!({})).is_empty());
    }
}

#[test]
fn keys_of_the_identity_provider_are_a_warning_for_updates_and_creates() {
    let key = |key: &str, is_from_identity_provider| AttributeKey {
        key: key.to_owned(),
        is_from_identity_provider,
        holds_several: false,
    };
    let listed = Facts {
        keys: Some(vec![key("title", true), key("department", false), key("team", true)]),
        ..usual_facts()
    };
    let held = with_attribute(json!({"key": "title", "values": ["old"]}));
    let list = "email,displayName,roleId,title,department\nu1@x.co,,,new,new\nu2@x.co,,,old,new\nz@x.co,Z,4,new,new\n";
    assert_eq!(
        warnings_with(list, &users(2, &held), &json!({}), &listed),
        [
            "Values of title in 2 rows (2 and 4) come from the identity provider or another source, which may overwrite the changes at the next \
             sign-in; change the values there."
        ]
    );
}

#[test]
fn text_in_place_of_a_number_or_boolean_is_a_warning_with_one_line_for_all_attributes() {
    let held = json!({"attributes": [{"key": "badge", "values": [7]}, {"key": "isRemote", "values": [true]}, {"key": "title", "values": ["7"]}]});
    let list = "email,badge,isRemote,title\nu1@x.co,A7,true,x\nu2@x.co,8,perhaps,x\nu3@x.co,8,FALSE,x\nu4@x.co,,,\n";
    assert_eq!(
        warnings(list, &users(4, &held), json!({})),
        [
            "The list has other text for badge, isRemote in 2 rows (2 and 3), where the instance has a number, or true or false; the plan writes the text."
        ]
    );
}

#[test]
fn a_list_that_is_shorter_than_the_search_counts_is_a_warning() {
    let counted = |count| Facts {
        user_count: Some(count),
        ..usual_facts()
    };
    let create = "email,displayName,roleId\nz@x.co,Z,4\n";
    let users = users(3, &json!({}));
    assert_eq!(
        warnings_with(create, &users, &json!({}), &counted(10)),
        [
            "The instance returned a list of 3 users, but a search counts 10: the list may have been cut off, and the plan may create users who exist \
             already; apply it only if you know the reason."
        ]
    );
    for count in [0, 2, 3] {
        assert!(warnings_with(create, &users, &json!({}), &counted(count)).is_empty());
    }
    let delete = json!({"deleteMissing": true});
    assert_eq!(warnings_with("email\nu1@x.co\n", &users, &delete, &counted(4)).len(), 1);
}

#[test]
fn people_who_stay_and_whose_manager_is_deleted_are_a_warning() {
    let mut users = users(9, &with_attribute(json!({"key": "reportsTo", "values": ["9"]})));
    users[8]["attributes"] = json!([]);
    users[7]["attributes"][0]["values"] = json!([9]);
    let warned = |list: &str, options: Json| warnings(list, &users, options);
    let all_but_two: String = (1..=7).map(|id| format!("u{id}@x.co\n")).collect();
    // The user 8 is deleted too.
    assert_eq!(
        warned(&format!("email\n{all_but_two}"), json!({"deleteMissing": true})),
        ["7 users keep managers whom the plan deletes (such as U1, U2, U3); give them other managers with reportsTo."]
    );
    // A protected user stays without a row.
    assert_eq!(
        warned("email\nu1@x.co\n", json!({"deleteMissing": true, "protect": [2]})),
        ["2 users keep managers whom the plan deletes (U1, U2); give them other managers with reportsTo."]
    );
    let other_manager = "email,reportsTo\nu1@x.co,u2@x.co\nu2@x.co,\n";
    assert!(
        warned(other_manager, json!({"deleteMissing": true, "emptyCells": "clear"})).is_empty(),
        "both rows change the manager"
    );
    assert_eq!(
        warned(other_manager, json!({"deleteMissing": true})),
        ["1 user keeps a manager whom the plan deletes (U2); give them other managers with reportsTo."]
    );
}

#[test]
fn a_plan_asks_only_for_what_its_changes_need() {
    let asked = |list: &str, options: Json| {
        let (plan, needs) = try_plan_with(list, &people(), &options, &usual_facts());
        (needs.keys, needs.own_id, needs.user_count, plan.is_ok())
    };
    let delete = |most: u64| json!({"deleteMissing": true, "maxDeletes": most});
    assert_eq!(
        asked("email,title\nann@x.co,CEO\n", json!({})),
        (false, false, false, true)
    );
    assert_eq!(
        asked("email,displayName\nann@x.co,Anne\n", json!({})),
        (false, false, false, true)
    );
    assert_eq!(
        asked("email,title\nann@x.co,x\n", json!({})),
        (true, false, false, true)
    );
    assert_eq!(
        asked("email,reportsTo\nann@x.co,bob@x.co\n", json!({})),
        (false, false, false, true)
    );
    assert_eq!(
        asked("email,displayName,roleId\nz@x.co,Z,4\n", json!({})),
        (false, false, true, true)
    );
    assert_eq!(
        asked("email,displayName,roleId,title\nz@x.co,Z,4,x\n", json!({})),
        (true, false, true, true)
    );
    assert_eq!(asked("email\nann@x.co\n", delete(2)), (false, true, true, true));
    assert_eq!(
        asked("email\nann@x.co\nbob@x.co\ncy@x.co\n", delete(2)),
        (false, false, false, true)
    );
    // One of the two may be the owner of the token.
    assert_eq!(asked("email\nann@x.co\n", delete(1)), (false, true, true, false));
    assert_eq!(asked("email\nann@x.co\n", delete(0)), (false, true, false, false));
    // A list with errors asks for nothing.
    assert_eq!(
        asked("email,title\nz@x.co,x\n", json!({})),
        (false, false, false, false)
    );
}

#[test]
fn an_edited_address_in_a_file_with_ids_is_refused_if_the_user_would_be_deleted() {
    let list = "id,email,displayName,roleId\n11,ann@x.co,Ann,4\n12,robert@x.co,Bob,5\n13,cy@x.co,Cy,4\n";
    assert_eq!(
        errors(list, &people(), json!({"deleteMissing": true})),
        [
            "row 3, id: the row would create a user, but its id is that of an existing user whom no row matches and deleteMissing would delete; if the \
             address has changed, pass matchBy: \"id\"; if the ids are those of another instance, pass columns: {\"id\": null}"
        ]
    );
    // Both ways out work.
    let by_id = plan(list, &people(), json!({"deleteMissing": true, "matchBy": "id"}));
    assert_eq!(by_id["changes"][0]["changes"], json!({"emailAddress": "robert@x.co"}));
    let ignored = plan(list, &people(), json!({"deleteMissing": true, "columns": {"id": null}}));
    assert_eq!(changed_ids(&ignored), [&Json::Null, &json!(12)]);
    // Who is not deleted is only a warning, with or without deleteMissing.
    let protected = warnings(list, &people(), json!({"deleteMissing": true, "protect": [12]}));
    assert_eq!(
        protected,
        [
            "The ids of 1 row (row 3) are those of existing users whom no row matches, but the plan creates new users; if the addresses have changed, \
             pass matchBy: \"id\"; if the ids are those of another instance, map the column to null."
        ]
    );
    assert_eq!(warnings(list, &people(), json!({})), protected);
}

#[test]
fn ids_of_other_users_than_the_matched_ones_are_a_warning() {
    let list = "id,email,title\n12,ann@x.co,CEO\n11,bob@x.co,\n13,cy@x.co,\n,ann2@x.co,\n";
    let list = list.replace(",ann2@x.co,\n", "");
    assert_eq!(
        warnings(list, &people(), json!({})),
        [
            "The ids of 2 rows (2 and 3) are not those of the users with the same emailAddress; the plan does not use the ids."
        ]
    );
    let by_name = json!([{"userName": "bob", "id": "12"}, {"userName": "ann@x.co", "id": 99}]);
    assert_eq!(
        warnings(by_name, &people(), json!({"matchBy": "userName"})),
        ["The ids of 1 row (row 3) are not those of the users with the same userName; the plan does not use the ids."]
    );
    assert_unchanged("id,email\n11,ann@x.co\n", &people(), json!({}));
    // An id that nobody has says nothing about a new user.
    assert!(warnings("id,email,displayName,roleId\n99,z@x.co,Z,4\n", &people(), json!({})).is_empty());
}

#[test]
fn a_count_that_is_not_known_is_a_warning_of_a_plan_that_creates_or_deletes_users() {
    let unknown = Facts {
        user_count: None,
        ..usual_facts()
    };
    let warned = "A search for the number of users failed, so it was not checked that the list of users is complete; check the creates and deletes.";
    let users = users(3, &json!({}));
    let of = |list: &str, options: Json| warnings_with(list, &users, &options, &unknown);
    assert_eq!(of("email,displayName,roleId\nz@x.co,Z,4\n", json!({})), [warned]);
    assert_eq!(of("email\nu1@x.co\n", json!({"deleteMissing": true})), [warned]);
    assert!(of("email,displayName\nu1@x.co,Z\n", json!({})).is_empty());
}

#[test]
fn a_new_address_of_a_row_without_a_user_is_a_warning() {
    let list = "email,newEmail,displayName,roleId\nz@x.co,y@x.co,Z,4\nu1@x.co,,,\n";
    assert_eq!(
        warnings(list, &users(1, &json!({})), json!({})),
        [
            "No user of the instance has the old address of 1 row (row 2), so the plan creates new users with the addresses of newEmail; check that the old \
             addresses are right."
        ]
    );
}

#[test]
fn another_role_of_the_owner_of_the_token_is_a_warning() {
    let listed = Facts {
        own_id: Some(1),
        ..usual_facts()
    };
    let delete = json!({"deleteMissing": true});
    let of = |list: &str| warnings_with(list, &users(3, &json!({})), &delete, &listed);
    assert_eq!(
        of("email,roleId\nu1@x.co,5\nu2@x.co,5\n"),
        [
            "The plan changes the role of the owner of the token in 1 row (row 2); without the right role, the token cannot apply the rest of the plan."
        ]
    );
}
