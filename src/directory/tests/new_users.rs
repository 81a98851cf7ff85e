//! The option `newUsers`.

use super::*;
use crate::client::attribute_keys::attribute_keys;

const CSV: &str =
    "email,displayName,roleId,title\nada@example.com,,,\nnew@example.com,New,,\nboss@example.com,Boss,Admin,Boss\n";

fn new_users(new_users: Json) -> Json {
    json!({"newUsers": new_users})
}

#[test]
fn fields_that_a_new_user_leaves_empty_get_the_values_of_the_option() {
    for role in [json!(4), json!("4"), json!("Participant"), json!(" participant")] {
        let options =
            new_users(json!({"roleId": role, "title": "Intern", "department": ["a", "b"], "Hire Date": "2024-03-01"}));
        assert_eq!(
            changes(CSV, &ada(), options),
            json!([
                {"action": "create", "user": {"displayName": "New", "roleId": 4, "emailAddress": "new@example.com"}, "then": {"attributes": [
                    {"key": "title", "values": ["Intern"]}, {"key": "department", "values": ["a", "b"]}, {"key": "hireDate", "values": [1_709_251_200_000_u64]}]}},
                {"action": "create", "user": {"displayName": "Boss", "roleId": 1, "emailAddress": "boss@example.com"}, "then": {"attributes": [
                    {"key": "title", "values": ["Boss"]}, {"key": "department", "values": ["a", "b"]}, {"key": "hireDate", "values": [1_709_251_200_000_u64]}]}},
            ])
        );
    }
}

#[test]
fn a_list_needs_no_column_for_a_field_of_the_option() {
    let options =
        |match_by: &str| json!({"matchBy": match_by, "newUsers": {"role": "Editor", "displayName": "New colleague"}});
    let created = json!({"displayName": "New colleague", "roleId": 3, "emailAddress": "new@example.com"});
    for (list, match_by) in [
        (List::from("email\nnew@example.com\nada@example.com\n"), "emailAddress"),
        (List::from("id,email\n,new@example.com\n1,ada@example.com\n"), "id"),
        (List::from(json!([{"email": "new@example.com"}, {"id": 1}])), "id"),
        (
            List::from(json!([{"userName": "new@example.com", "email": "new@example.com"}])),
            "userName",
        ),
    ] {
        let changes = changes(list, &ada(), options(match_by));
        assert_eq!(
            (changes.as_array().unwrap().len(), &changes[0]["user"]),
            (1, &created),
            "{match_by}"
        );
    }
}

#[test]
fn the_option_changes_no_existing_user() {
    let (plan, asked) = try_plan_with(
        "email,title\nada@example.com,\n",
        &ada(),
        &new_users(json!({"roleId": 9, "title": "Intern"})),
        &Facts::default(),
    );
    assert_eq!(plan.unwrap()["changes"], json!([]));
    assert!(!asked.roles, "no role is set, and none is named");
}

#[test]
fn an_empty_option_and_undefined_values_change_nothing() {
    for option in [json!({}), json!({"roleId": ""}), json!({"title": null, "roleId": ""})] {
        assert_unchanged("email\nada@example.com\n", &ada(), new_users(option));
    }
    // With emptyCells: "clear", an empty cell of a new user is still empty.
    let options = json!({"emptyCells": "clear", "newUsers": {"title": "Intern"}});
    let created = changes(
        "email,displayName,roleId,title\nnew@example.com,New,4,\n",
        &ada(),
        options,
    );
    assert_eq!(
        created[0]["then"]["attributes"],
        json!([{"key": "title", "values": ["Intern"]}])
    );
}

#[test]
fn values_are_checked_like_those_of_a_row_and_named_by_the_option() {
    let of = |option: Json| errors(CSV, &ada(), new_users(option));
    assert_eq!(
        of(json!({"roleId": 0, "title": "#N/A", "hireDate": "03/01/2024", "reportsTo": "boss", "displayName": null}))
            .iter()
            .map(|error| error.split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>(),
        [
            "row 1, newUsers.roleId",
            "row 1, newUsers.reportsTo",
            "row 1, newUsers.title",
            "row 1, newUsers.hireDate"
        ]
    );
    let role = &of(json!({"roleId": "Partcipant"}))[0];
    assert!(
        role.starts_with("row 1, newUsers.roleId: the instance has no role \"Partcipant\": did you mean Participant?"),
        "{role}"
    );
    let role = &of(json!({"roleId": 9}))[0];
    assert!(
        role.starts_with("row 1, newUsers.roleId: the instance has no role with the id 9"),
        "{role}"
    );
    for name in [
        "emailAddress",
        "email",
        "id",
        "userName",
        "newEmail",
        "created",
        "groups",
    ] {
        let error = &of(json!({name: "7@x.co", "roleId": 4}))[0];
        let refused = if name == "id" {
            "must be the id"
        } else {
            "this field cannot be set for all new users; allowed are roleId, displayName and attributes"
        };
        assert!(
            error.starts_with("row 1, newUsers.") && error.contains(refused),
            "{name}: {error}"
        );
    }
    let error = &of(json!({"id": 7, "roleId": 4}))[0];
    assert!(
        error.starts_with("row 1, newUsers.id: this field cannot be set"),
        "{error}"
    );
    let two = &of(json!({"role": "Editor", "roleId": 4}))[0];
    assert!(two.contains("two fields of the object name this field"), "{two}");
}

#[test]
fn the_manager_of_new_users_may_be_named_by_address() {
    let of = |option: Json| {
        changes("email,displayName\nnew@example.com,New\n", &ada(), new_users(option))[0]["then"].clone()
    };
    assert_eq!(
        of(json!({"roleId": 4, "reportsTo": "Ada <ADA@example.com>"})),
        json!({"attributes": [{"key": "reportsTo", "values": ["1"]}]})
    );
    let unknown = errors(
        "email,displayName\nnew@example.com,New\n",
        &ada(),
        new_users(json!({"roleId": 4, "reportsTo": "no@example.com"})),
    );
    assert_eq!(
        unknown,
        [
            "row 1, newUsers.reportsTo: no user of the instance and no new user of the list has the e-mail address \"no@example.com\""
        ]
    );
}

#[test]
fn the_manager_of_new_users_is_not_their_own_manager() {
    let list = "email,displayName\nboss@example.com,Boss\nnew@example.com,New\n";
    let option = new_users(json!({"roleId": 4, "reportsTo": "Boss@example.com"}));
    let changes = changes(list, &ada(), option);
    assert_eq!(changes[0].get("then"), None);
    assert_eq!(
        changes[1]["then"]["attributes"][0]["values"],
        json!(["Boss@example.com"])
    );
}

#[test]
fn attributes_must_be_known() {
    let users = ada_with("costcenter", json!("7"));
    let listed = Facts {
        roles: Some(roles()),
        keys: Some(attribute_keys(&Value::from_json(
            r#"[{"key":"shoeSize"},{"key":"x-y"},{"key":"x_y"}]"#,
        ))),
        user_count: Some(0),
        ..Facts::default()
    };
    let plan = |option: Json, options: Json| {
        let mut options = options;
        options["newUsers"] = option;
        let csv = "email,displayName,roleId\nnew@example.com,New,4\n";
        let (plan, asked) = try_plan_with(csv, &users, &options, &listed);
        let plan = plan.map(|plan| plan["changes"][0]["then"]["attributes"][0]["key"].clone());
        (plan.map_err(|error| error.message.clone()), asked.keys)
    };
    let key = |key: &str| Ok(json!(key));
    assert_eq!(plan(json!({"Cost Center": "1"}), json!({})).0, key("costcenter"));
    assert_eq!(plan(json!({"Shoe Size": "1"}), json!({})).0, key("shoeSize"));
    assert_eq!(
        plan(json!({"Hat": "1"}), json!({"newAttributes": ["hat"]})).0,
        key("hat")
    );
    let (unknown, asked) = plan(json!({"shoesizes": "1"}), json!({}));
    let unknown = unknown.unwrap_err();
    assert!(asked && unknown.contains("row 1, newUsers.shoesizes: neither Domo nor any user of the instance has a field of this name: did you mean shoeSize? Correct the key"), "{unknown}");
    let ambiguous = plan(json!({"X Y": "1"}), json!({"otherColumns": "ignore"}))
        .0
        .unwrap_err();
    assert!(ambiguous.contains("row 1, newUsers.X Y: several attributes of the instance have this name in another spelling; give one of the keys x-y, x_y"), "{ambiguous}");
    let exact = plan(json!({"attributes": [{"key": "Shoesize", "values": ["1"]}]}), json!({}))
        .0
        .unwrap_err();
    assert!(
        exact.contains("newUsers.Shoesize: neither Domo") && exact.contains("did you mean shoeSize?"),
        "{exact}"
    );
}
