//! Roles, by id and by name.

use super::*;

/// The error of a role that the instance does not have.
fn no_role(role: &str) -> String {
    format!(
        "the instance has no role {role} (its roles are Admin (1), Privileged (2), Editor (3), Participant (4), Social (5), Field Sales (2097161234), \
         Last (9007199254740991))"
    )
}

fn listing(json: &str) -> Facts {
    Facts {
        roles: Some(Roles::of(&crate::value::Value::from_json(json))),
        user_count: Some(0),
        ..Facts::default()
    }
}

/// Returns the new and the old values of each change of a plan without warnings.
fn old_and_new(list: impl Into<List>, users: &Json) -> Json {
    let changes = changes(list, users, json!({}));
    let each = |change: &Json| json!([change["changes"], change["before"]]);
    changes.as_array().unwrap().iter().map(each).collect()
}

#[test]
fn a_role_is_an_id_or_a_name_in_either_column() {
    for header in ["roleId", "roleID", "Role", "role", "ROLE ID", "Role\u{a0}"] {
        for (role, id) in [
            ("Editor", 3),
            (" editor ", 3),
            ("EDI\u{200b}TOR", 3),
            ("field sales", 2_097_161_234_u64),
            ("3", 3),
        ] {
            let expected = json!([[{"roleId": id}, {"roleId": 4}]]);
            let csv = format!("email,{header}\nada@example.com,{role}\n");
            assert_eq!(old_and_new(csv, &ada()), expected, "{header} {role}");
            let object = json!([{"emailAddress": "ada@example.com", header: role}]);
            assert_eq!(old_and_new(object, &ada()), expected, "{header} {role}");
        }
        assert_unchanged(
            format!("email,{header}\nada@example.com,participant\n"),
            &ada(),
            json!({}),
        );
        assert_unchanged(
            format!("email,{header}\nada@example.com,\n"),
            &ada(),
            json!({"emptyCells": "clear"}),
        );
    }
    let number = json!([{"emailAddress": "ada@example.com", "role": 3}]);
    assert_eq!(changes(number, &ada(), json!({}))[0]["changes"], json!({"roleId": 3}));
    let created = changes("email,displayName,Role\nnew@x.co,New,Admin\n", &ada(), json!({}));
    assert_eq!(
        created[0]["user"],
        json!({"displayName": "New", "roleId": 1, "emailAddress": "new@x.co"})
    );
    let mapped = json!({"columns": {"Level": "role"}});
    assert_unchanged("email,Level\nada@example.com,Participant\n", &ada(), mapped);
}

#[test]
fn the_role_of_a_user_of_a_search_is_ignored() {
    let user = json!([{"id": 1, "emailAddress": "ada@example.com", "roleId": 4, "role": {"roleId": 4, "roleName": "Participant"}}]);
    assert_unchanged(user, &ada(), json!({}));
    assert_unchanged(
        json!([{"emailAddress": "ada@example.com", "role": null}]),
        &ada(),
        json!({}),
    );
    let attribute = json!([{"emailAddress": "ada@example.com", "attributes": [{"key": "role", "values": ["Chief"]}]}]);
    assert_unchanged(attribute, &ada(), json!({}));
}

#[test]
fn a_role_that_the_instance_does_not_have_is_refused_with_the_roles() {
    let of = |role: &str| errors(format!("email,roleId\nada@example.com,{role}\n"), &ada(), json!({}));
    assert_eq!(of("Nurse"), [format!("row 2, roleId: {}", no_role("\"Nurse\""))]);
    assert_eq!(of("9"), [format!("row 2, roleId: {}", no_role("with the id 9"))]);
    let near = &of("Particpant")[0];
    assert!(
        near.contains("no role \"Particpant\": did you mean Participant? (its roles are Admin (1)"),
        "{near}"
    );
    let column = errors("email,Role\nada@example.com,Nurse\n", &ada(), json!({}));
    let hint = "If the column is no role at Domo, ignore it with columns: {\"Role\": null}";
    assert_eq!(column, [format!("row 2, role: {}. {hint}", no_role("\"Nurse\""))]);
    // Together with the other errors of the list, and for new users.
    let two = errors("email,displayName,roleId,x\nnew@x.co,New,Nobody,1\n", &ada(), json!({}));
    assert_eq!(
        (two.len(), two[1].as_str()),
        (2, format!("row 2, roleId: {}", no_role("\"Nobody\"")).as_str())
    );
    // For a user who is not changed, nothing is refused.
    assert_unchanged(
        "email,roleId\nada@example.com,Nobody\n",
        &ada(),
        json!({"protect": [1]}),
    );
}

#[test]
fn a_role_that_the_user_has_is_never_refused() {
    let mut users = ada();
    users[0]["roleId"] = json!(77);
    assert_unchanged("email,roleId\nada@example.com,77\n", &users, json!({}));
    let other = json!([users[0], {"id": 2, "displayName": "Bob", "roleId": 4, "emailAddress": "bob@example.com"}]);
    let csv = "email,roleId\nada@example.com,77\nbob@example.com,77\n";
    assert_eq!(
        errors(csv, &other, json!({})),
        [format!("row 3, roleId: {}", no_role("with the id 77"))]
    );
}

#[test]
fn a_name_that_several_roles_have_is_refused() {
    let same = listing(
        r#"[{"id":4,"name":"Editor"},{"id":8,"name":"editor"},{"id":9,"name":"Twin"},{"id":10,"name":"Twin"}]"#,
    );
    let plan = |role: &str| {
        let csv = format!("email,roleId\nada@example.com,{role}\n");
        let mut users = ada();
        users[0]["roleId"] = json!(1);
        try_plan_with(csv, &users, &json!({}), &same).0
    };
    assert_eq!(plan("Editor").unwrap()["changes"][0]["changes"], json!({"roleId": 4}));
    assert_eq!(plan("editor").unwrap()["changes"][0]["changes"], json!({"roleId": 8}));
    for name in ["EDITOR", "Twin"] {
        let error = plan(name).unwrap_err().message.clone();
        let expected = format!(
            "the instance has more than one role \"{name}\": give the id (its roles are Editor (4), editor (8)"
        );
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn roles_are_asked_for_only_if_a_name_is_used_or_a_role_is_set() {
    let asked = |csv: &str, options: Json| try_plan_with(csv, &ada(), &options, &listing("[]")).1.roles;
    assert!(!asked("email,roleId,title\nada@example.com,4,Boss\n", json!({})));
    assert!(!asked("email,title\nada@example.com,Boss\n", json!({})));
    assert!(!asked("email,roleId\nada@example.com,3\n", json!({"protect": [1]})));
    assert!(
        !asked("email,newEmail,roleId\nold@example.com,ada@example.com,4\n", json!({})),
        "renamed before"
    );
    assert!(asked("email,roleId\nada@example.com,3\n", json!({})));
    assert!(asked("email,role\nada@example.com,Participant\n", json!({})));
    assert!(asked("email,displayName,roleId\nnew@example.com,New,4\n", json!({})));
}

#[test]
fn without_a_list_of_roles_ids_are_set_with_a_warning_and_names_are_refused() {
    let plan = |csv: &str| try_plan_with(csv, &ada(), &json!({}), &Facts::default()).0;
    let warning = "The ids of the roles that the plan sets were not checked, since the instance does not list its roles for this token.";
    let set = plan("email,roleId\nada@example.com,9\n").unwrap();
    assert_eq!(
        (&set["changes"][0]["changes"], &set["warnings"]),
        (&json!({"roleId": 9}), &json!([warning]))
    );
    let unchanged = plan("email,roleId\nada@example.com,4\n").unwrap();
    assert_eq!(unchanged["warnings"], json!([]));
    let error = plan("email,roleId\nada@example.com,Admin\n")
        .unwrap_err()
        .message
        .clone();
    assert!(
        error.contains("row 2, roleId: the role \"Admin\" cannot be looked up, since the instance does not list its roles for this token: give the id"),
        "{error}"
    );
}

#[test]
fn two_columns_of_the_role_must_mean_the_same() {
    let users = json!([ada()[0], {"id": 2, "displayName": "Bob", "roleId": 4, "emailAddress": "bob@example.com"}]);
    let both = "email,roleId,Role\nada@example.com,3,Editor\nbob@example.com,,editor\n";
    let expected = json!([[{"roleId": 3}, {"roleId": 4}], [{"roleId": 3}, {"roleId": 4}]]);
    assert_eq!(old_and_new(both, &users), expected);
    let objects = json!([
        {"emailAddress": "ada@example.com", "roleId": 3, "role": "Editor"},
        {"emailAddress": "bob@example.com", "roleId": "Editor", "role": {"roleId": 4}},
    ]);
    assert_eq!(old_and_new(objects, &users), expected);
    let different = "row 2, role: the columns roleId and role of this row mean different roles; keep one of them";
    for csv in [
        "email,roleId,role\nada@example.com,4,Editor\n",
        "email,role,roleId\nada@example.com,4,Editor\n",
    ] {
        let name = if csv.contains("role,roleId") { "roleId" } else { "role" };
        let expected = different.replacen("role:", &format!("{name}:"), 1);
        assert_eq!(errors(csv, &users, json!({})), [expected]);
    }
    let ignored = json!({"columns": {"role": null}});
    assert_unchanged("email,roleId,role\nada@example.com,4,Editor\n", &users, ignored);
    let created = changes(
        "email,displayName,role,roleId\nnew@x.co,New,Editor,3\nold@x.co,Old,,4\n",
        &users,
        json!({}),
    );
    assert_eq!(
        (&created[0]["user"]["roleId"], &created[1]["user"]["roleId"]),
        (&json!(3), &json!(4))
    );
}

#[test]
fn a_column_role_is_ignored_if_users_have_an_attribute_of_this_name() {
    let users = ada_with("role", json!("Engineer"));
    let plan = plan("email,Role\nada@example.com,Engineer\n", &users, json!({}));
    assert_eq!(
        (&plan["changes"], &plan["warnings"]),
        (
            &json!([]),
            &json!([
                "Ignored the column Role, since the instance has an attribute of this name: if it holds roles of Domo, name it roleId."
            ])
        )
    );
    let mapped = json!({"columns": {"Role": "roleId"}});
    assert_eq!(
        changes("email,Role\nada@example.com,Editor\n", &users, mapped)[0]["changes"],
        json!({"roleId": 3})
    );
}

#[test]
fn a_column_role_is_ignored_if_the_instance_lists_an_attribute_of_this_name() {
    for key in ["role", "Role"] {
        let keys = format!(r#"[{{"key":"{key}","validator":"ANY_VALUE"}}]"#);
        let listed = Facts {
            keys: Some(crate::client::attribute_keys::attribute_keys(&Value::from_json(&keys))),
            ..usual_facts()
        };
        let warning = |header: &str| {
            json!([format!(
                "Ignored the column {header}, since the instance has an attribute of this name: if it holds roles of Domo, name it roleId."
            )])
        };
        for (header, options) in [
            ("role", json!({})),
            ("Role", json!({})),
            ("Funktion", json!({"columns": {"Funktion": "role"}})),
        ] {
            for role in ["Admin", "Engineer"] {
                let csv = format!("email,{header}\nada@example.com,{role}\n");
                let plan = try_plan_with(csv, &ada(), &options, &listed).0.unwrap();
                assert_eq!(
                    (&plan["changes"], &plan["warnings"]),
                    (&json!([]), &warning(header)),
                    "{key}"
                );
            }
        }
        // The role of a new user is missing then, as it is if users hold the attribute.
        let csv = "email,displayName,role\nnew@x.co,New,Admin\n";
        let of_listed = try_plan_with(csv, &ada(), &json!({}), &listed).0.unwrap_err();
        assert!(
            of_listed.message.contains("row 2, roleId: no value"),
            "{}",
            of_listed.message
        );
        assert_eq!(of_listed.message, error(csv, &ada_with(key, json!("x")), json!({})));
    }
}

#[test]
fn the_attribute_keys_are_asked_for_only_if_a_column_role_sets_a_role() {
    let asked = |csv: &str| try_plan_with(csv, &ada(), &json!({}), &usual_facts()).1.keys;
    assert!(asked("email,role\nada@example.com,Admin\n"));
    assert!(!asked("email,role\nada@example.com,Participant\n"));
    assert!(!asked("email,roleId\nada@example.com,Admin\n"));
}

#[test]
fn a_header_that_a_new_attribute_names_never_sets_a_role() {
    let new = json!({"newAttributes": ["Role"]});
    for header in ["Role", "role", "ROLE"] {
        let csv = format!("email,{header}\nada@example.com,Admin\n");
        assert_eq!(
            attributes(csv, &ada(), new.clone()),
            json!([{"key": "Role", "values": ["Admin"]}]),
            "{header}"
        );
    }
    for field in ["role", "Role"] {
        let options = json!({"newAttributes": ["Role"], "columns": {"Funktion": field}});
        let csv = "email,Funktion\nada@example.com,Admin\n";
        assert_eq!(attributes(csv, &ada(), options)[0]["key"], "Role", "{field}");
    }
}

#[test]
fn a_role_that_the_user_has_is_unchanged_although_another_role_has_the_same_name() {
    let listed = listing(r#"[{"id":4,"name":"Sales"},{"id":5,"name":"sales "},{"id":6,"name":"Other"}]"#);
    let of = |held: u32| {
        let mut users = ada();
        users[0]["roleId"] = json!(held);
        try_plan_with("email,role\nada@example.com,SALES\n", &users, &json!({}), &listed).0
    };
    for held in [4, 5] {
        assert_eq!(
            of(held).unwrap(),
            json!({"changes": [], "unchanged": 1, "warnings": []})
        );
    }
    assert!(of(6).unwrap_err().message.contains("more than one role"));
}

#[test]
fn a_role_that_is_named_by_digits_is_found_by_its_name_unless_they_are_the_id_of_a_role() {
    let cohorts =
        r#"[{"id":4,"name":"Participant"},{"id":77,"name":" 2024 "},{"id":78,"name":"007"},{"id":5,"name":"5"}]"#;
    let of = |csv: &str, options: Json| {
        try_plan_with(csv, &ada(), &options, &listing(cohorts))
            .0
            .map_err(|error| error.message.clone())
    };
    for header in ["roleId", "role"] {
        let plan = of(&format!("email,{header}\nada@example.com,2024\n"), json!({})).unwrap();
        assert_eq!(plan["changes"][0]["changes"], json!({"roleId": 77}), "{header}");
        assert_eq!(plan["warnings"], json!([]));
    }
    let plan = of("email,displayName,roleId\na@x.co,A,2024\nb@x.co,B,5\n", json!({})).unwrap();
    assert_eq!(
        (
            &plan["changes"][0]["user"]["roleId"],
            &plan["changes"][1]["user"]["roleId"]
        ),
        (&json!(77), &json!(5))
    );
    let default = json!({"newUsers": {"roleId": "2024"}});
    let plan = of("email,displayName\na@x.co,A\n", default).unwrap();
    assert_eq!(plan["changes"][0]["user"]["roleId"], json!(77));
    assert!(
        of("email,roleId\nada@example.com,7\n", json!({}))
            .unwrap_err()
            .contains("no role with the id 7")
    );
    // Both columns mean the same role.
    let plan = of("email,roleId,role\nada@example.com,77,2024\n", json!({})).unwrap();
    assert_eq!(plan["changes"][0]["changes"], json!({"roleId": 77}));
    assert_eq!(
        whole_plan(
            "email,roleId\nada@example.com,2024\n",
            &ada(),
            &json!({}),
            &listing(cohorts)
        )["names"]["roles"],
        json!({"4": "Participant", "77": "2024"})
    );
}

#[test]
fn a_user_with_the_role_that_digits_name_is_unchanged() {
    let mut users = ada();
    users[0]["roleId"] = json!(77);
    let cohorts = listing(r#"[{"id":4,"name":"Participant"},{"id":77,"name":"2024"}]"#);
    let (plan, asked) = try_plan_with("email,roleId\nada@example.com,2024\n", &users, &json!({}), &cohorts);
    let plan = plan.unwrap();
    assert_eq!(
        (&plan["changes"], &plan["unchanged"], asked.roles),
        (&json!([]), &json!(1), true)
    );
    // No role is set, so the roles are not needed.
    assert!(
        !try_plan_with("email,roleId\nada@example.com,77\n", &users, &json!({}), &cohorts)
            .1
            .roles
    );
}

#[test]
fn digits_that_are_the_id_of_a_role_and_the_name_of_another_are_refused_unless_the_user_has_the_role() {
    let both = r#"[{"id":4,"name":"Participant"},{"id":77,"name":"2024"},{"id":2024,"name":"Sales"}]"#;
    let csv = "email,roleId\nada@example.com,2024\n";
    let refused = try_plan_with(csv, &ada(), &json!({}), &listing(both))
        .0
        .unwrap_err()
        .message
        .clone();
    assert!(
        refused.contains(
            "the instance has more than one role \"2024\": give the id 77 for the role with this name, or the name Sales for the role with this id \
             (its roles are Participant (4), 2024 (77), Sales (2024))"
        ),
        "{refused}"
    );
    let mut users = ada();
    users[0]["roleId"] = json!(2024);
    assert_eq!(
        try_plan_with(csv, &users, &json!({}), &listing(both)).0.unwrap()["changes"],
        json!([])
    );
    for (role, id) in [("77", 77), ("sales", 2024)] {
        let plan = try_plan_with(
            format!("email,role\nada@example.com,{role}\n"),
            &ada(),
            &json!({}),
            &listing(both),
        )
        .0
        .unwrap();
        assert_eq!(plan["changes"][0]["changes"], json!({"roleId": id}));
    }
    let twins = r#"[{"id":77,"name":"2024"},{"id":78,"name":"2024"}]"#;
    let refused = try_plan_with(csv, &ada(), &json!({}), &listing(twins))
        .0
        .unwrap_err()
        .message
        .clone();
    assert!(
        refused.contains("more than one role \"2024\": give the id (its roles"),
        "{refused}"
    );
}

#[test]
fn a_number_is_always_the_id_of_a_role_and_never_a_name() {
    let both =
        listing(r#"[{"id":4,"name":"Participant"},{"id":77,"name":"2"},{"id":2,"name":"Sales"},{"id":78,"name":"9"}]"#);
    let of = |list: Json, options: Json| {
        try_plan_with(list, &ada(), &options, &both)
            .0
            .map_err(|error| error.message.clone())
    };
    for header in ["roleId", "role"] {
        let plan = of(json!([{"emailAddress": "ada@example.com", header: 2}]), json!({})).unwrap();
        assert_eq!(plan["changes"][0]["changes"], json!({"roleId": 2}), "{header}");
        let string = of(json!([{"emailAddress": "ada@example.com", header: "2"}]), json!({})).unwrap_err();
        assert!(string.contains("more than one role \"2\""), "{string}");
        let unknown = of(json!([{"emailAddress": "ada@example.com", header: 9}]), json!({})).unwrap_err();
        assert!(unknown.contains("no role with the id 9 (its roles"), "{unknown}");
        let named = of(json!([{"emailAddress": "ada@example.com", header: "9"}]), json!({})).unwrap();
        assert_eq!(named["changes"][0]["changes"], json!({"roleId": 78}), "{header}");
    }
    let new = json!([{"emailAddress": "new@x.co", "displayName": "New"}]);
    let created = of(new, json!({"newUsers": {"roleId": 2}})).unwrap();
    assert_eq!(created["changes"][0]["user"]["roleId"], json!(2));
    let same = of(
        json!([{"emailAddress": "ada@example.com", "roleId": 2, "role": "Sales"}]),
        json!({}),
    )
    .unwrap();
    assert_eq!(same["changes"][0]["changes"], json!({"roleId": 2}));
    assert_eq!(
        of(json!([{"emailAddress": "ada@example.com", "roleId": 4}]), json!({})).unwrap()["unchanged"],
        1
    );
}

#[test]
fn a_name_of_one_letter_is_not_near_to_another() {
    let listed = listing(r#"[{"id":4,"name":"2"},{"id":5,"name":"A"}]"#);
    for role in ["１", "B", "-"] {
        let csv = format!("email,roleId\nada@example.com,{role}\n");
        let error = try_plan_with(csv, &ada(), &json!({}), &listed).0.unwrap_err();
        assert!(
            error.message.contains("no role") && !error.message.contains("did you mean"),
            "{}",
            error.message
        );
    }
}
