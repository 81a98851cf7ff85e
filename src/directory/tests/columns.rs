//! Columns: headers as people write them, unknown columns, and the options that name columns.

use super::*;

#[test]
fn headers_are_understood_as_people_write_them() {
    let csv = "Email Address, Role ID ,display name,Reports To,Employee ID,Send Invite,Groups,Cost Center\nann@x.co,3,Ann B,12,8,yes,a,x\n";
    let users = json!([{"id": 11, "displayName": "Ann", "roleId": 4, "emailAddress": "ann@x.co", "attributes": [{"key": "employeeId", "values": ["7"]}]}, people()[1]]);
    let expected = json!([{
        "action": "update", "id": 11,
        "changes": {"roleId": 3, "displayName": "Ann B", "attributes": [{"key": "reportsTo", "values": ["12"]}, {"key": "employeeId", "values": ["8"]}, {"key": "Cost Center", "values": ["x"]}]},
        "before": {"roleId": 4, "displayName": "Ann", "attributes": [{"key": "reportsTo", "values": []}, {"key": "employeeId", "values": ["7"]}, {"key": "Cost Center", "values": []}]},
    }]);
    let new = || json!({"newAttributes": ["Cost Center"]});
    assert_eq!(changes(csv, &users, new()), expected);
    let object = json!([{"E-MAIL": "ann@x.co", "role_id": 3, "DISPLAY_NAME": "Ann B", "reports_to": 12, "employee-id": "8", "Cost Center": "x"}]);
    assert_eq!(changes(object, &users, new()), expected);
}

#[test]
fn two_columns_of_one_field_are_an_error_unless_they_are_ignored() {
    assert_eq!(
        errors("email,Email Address\nann@x.co,ann@x.co\n", &people(), json!({})),
        ["row 1, column 2: \"Email Address\" is the field emailAddress, and so is column 1; keep one of them"]
    );
    assert_eq!(
        errors(
            "x,email,title,Title\nx,ann@x.co,a,b\n",
            &people(),
            json!({"columns": {"x": null}})
        ),
        ["row 1, column 4: \"Title\" is the field title, and so is column 3; keep one of them"]
    );
    assert_unchanged("email,groups,Groups\nann@x.co,a,b\n", &people(), json!({}));
}

#[test]
fn a_header_row_without_the_key_is_an_error_that_names_what_was_found() {
    let needs = "row 1, emailAddress: the file has no emailAddress column, which is needed to match rows to users";
    assert_eq!(
        errors("emial,Title,role\nann@x.co,x,4\n", &people(), json!({})),
        [format!(
            "{needs}. Columns found: emial, Title, role. Rename one to emailAddress, or pass columns: {{\"emial\": \"emailAddress\"}}"
        )]
    );
    assert_eq!(
        errors("email;title,x\nann@x.co;x,y\n", &people(), json!({})),
        [format!(
            "{needs}. Columns found: email;title, x. The headers seem to be separated by another character: use one delimiter throughout, or pass or correct the option delimiter"
        )]
    );
    assert_eq!(
        errors("lists/users.csv", &people(), json!({})),
        [format!(
            "{needs}. Columns found: lists/users.csv. A string must be the CSV itself, not the path of a file"
        )]
    );
    assert_eq!(
        errors("", &people(), json!({})),
        [format!("{needs}. The header row is missing or empty")]
    );
    assert_eq!(
        errors("email\nann@x.co\n", &people(), json!({"matchBy": "id"})),
        [
            "row 1, id: the file has no id column, which is needed to match rows to users. Columns found: email. Rename one to id, or pass columns: {\"<header>\": \"id\"}"
        ]
    );
    assert_eq!(
        errors(json!([{"emial": "ann@x.co", "title": "x"}]), &people(), json!({})),
        ["row 2, emailAddress: no value, but rows are matched to users by this field. Fields found: emial, title"]
    );
    assert_eq!(
        errors("email,title\n,x\n", &people(), json!({})),
        ["row 2, emailAddress: no value, but rows are matched to users by this field"]
    );
    // A long header row is cut.
    let names: Vec<String> = (0..100).map(|at| format!("column{at}")).collect();
    let error = &errors(format!("{}\n", names.join(",")), &people(), json!({}))[0];
    assert!(
        error.contains(". Columns found: column0, column1") && error.contains("column20, …. Rename"),
        "{error}"
    );
}

#[test]
fn broken_headers_are_errors() {
    let errors = errors("email,T\u{fffd}tle\nann@x.co,x\n", &people(), json!({}));
    assert_eq!(
        errors[0],
        "row 1, column 2: \"TU+FFFDtle\" contains U+FFFD in place of a lost character: the file was decoded with the wrong character encoding; save it as CSV UTF-8"
    );
}

#[test]
fn a_list_may_have_2000_columns() {
    let csv = |count: usize| {
        let columns: Vec<String> = (0..count).map(|at| format!("c{at}")).collect();
        format!("email,{}\nann@x.co,{}\n", columns.join(","), vec![""; count].join(","))
    };
    assert_unchanged(csv(1999), &people(), json!({}));
    assert_eq!(
        errors(csv(2000), &people(), json!({})),
        ["row 1: the list has 2001 columns; at most 2000 are supported"]
    );
}

#[test]
fn an_unknown_column_is_refused_with_the_name_that_was_meant() {
    let users = ada_with("shoeSize", json!("38"));
    for (header, meant) in [
        ("departmnet", "department"),
        ("Manager E-Mail", "reportsTo"),
        ("Full Name", "displayName"),
        ("shoesize2", "shoeSize"),
        ("Start Date", "hireDate"),
    ] {
        assert_eq!(
            errors(format!("email,{header}\nada@example.com,x\n"), &users, json!({})),
            [format!(
                "row 1, {header}: neither Domo nor any user of the instance has a field of this name: did you mean {meant}? Map it with columns: {{\"{header}\": \"{meant}\"}}. \
                 Ignore it with columns: {{\"{header}\": null}}, or all such columns with otherColumns: \"ignore\". Write it as a new attribute with newAttributes: [\"{header}\"]"
            )]
        );
    }
    assert_eq!(
        errors("email,Birthday,x1\nada@example.com,1,2\n", &users, json!({}))[0],
        "row 1, Birthday: neither Domo nor any user of the instance has a field of this name. Ignore it with columns: {\"Birthday\": null}, or all such columns with \
         otherColumns: \"ignore\". Write it as a new attribute with newAttributes: [\"Birthday\"]"
    );
    assert_eq!(
        errors(
            json!([{"emailAddress": "ada@example.com", "attributes": [{"key": "departmnet", "values": ["x"]}]}]),
            &users,
            json!({})
        ),
        [
            "row 1, departmnet: neither Domo nor any user of the instance has a field of this name: did you mean department? Correct the key of the attribute, or pass newAttributes: [\"departmnet\"] to write a new one"
        ]
    );
    assert_eq!(
        errors(
            "email,shoe\nada@example.com,x\n",
            &users,
            json!({"columns": {"shoe": "shoesiz"}})
        ),
        [
            "row 1, shoe: neither Domo nor any user of the instance has a field of this name (shoesiz, by the option columns): did you mean shoeSize? Map it with columns: {\"shoe\": \"shoeSize\"}. \
          Ignore it with columns: {\"shoe\": null}, or all such columns with otherColumns: \"ignore\". Write it as a new attribute with newAttributes: [\"shoesiz\"]"
        ]
    );
}

#[test]
fn a_held_column_of_the_same_list_may_be_the_one_that_was_meant() {
    let users = ada_with("shoeSize", json!("38"));
    let error = &errors("email,shoeSize,shoeSizee\nada@example.com,38,x\n", &users, json!({}))[0];
    assert!(error.contains("did you mean shoeSize?"), "{error}");
}

#[test]
fn an_unknown_column_without_values_is_ignored() {
    assert_unchanged("email,unheard of,edit\nada@example.com,,TRUE\n", &ada(), json!({}));
    let cleared = plan(
        "email,unheard of\nada@example.com,\n",
        &ada(),
        json!({"emptyCells": "clear"}),
    );
    assert_eq!(
        cleared,
        json!({"changes": [], "unchanged": 1, "warnings": ["Ignored columns that would only clear an attribute that no user has: unheard of."]})
    );
    let mixed = errors(
        "email,unheard of\nada@example.com,\nbob@example.com,x\n",
        &json!([ada()[0], {"id": 2, "emailAddress": "bob@example.com"}]),
        json!({"emptyCells": "clear"}),
    );
    assert!(mixed[0].starts_with("row 1, unheard of: neither"), "{mixed:?}");
}

#[test]
fn other_columns_are_ignored_with_a_warning_if_asked_for() {
    let ignore = || json!({"otherColumns": "ignore", "newAttributes": ["shoeSize"]});
    let csv = "email,Notes,title,Shoe Size,More\nada@example.com,x,Boss,38,y\n";
    let ignored = plan(csv, &ada(), ignore());
    assert_eq!(
        ignored["changes"][0]["changes"]["attributes"],
        json!([{"key": "title", "values": ["Boss"]}, {"key": "shoeSize", "values": ["38"]}])
    );
    assert_eq!(
        ignored["warnings"],
        json!(["Ignored columns that neither Domo nor the instance knows: Notes, More."])
    );
    let only = plan("email,Notes\nada@example.com,#N/A\n", &ada(), ignore());
    assert_eq!(
        (&only["changes"], &only["unchanged"]),
        (&json!([]), &json!(1)),
        "a damaged cell that is ignored is no error"
    );
    let created = plan(
        "email,displayName,roleId,Notes\nnew@example.com,New,4,x\n",
        &ada(),
        ignore(),
    );
    assert_eq!(
        created["changes"],
        json!([{"action": "create", "user": {"displayName": "New", "roleId": 4, "emailAddress": "new@example.com"}}])
    );
}

#[test]
fn headers_are_mapped_by_the_option_columns() {
    let users = json!([ada()[0], {"id": 2, "displayName": "Boss", "emailAddress": "boss@example.com"}]);
    let csv = "Mail,Boss,Notes,Shoe Size\nada@example.com,boss@example.com,likes tea,38\n";
    let columns = json!({"Mail": "emailAddress", "boss": "reportsTo", "Notes": null, "shoe size": "shoeSize"});
    let options = json!({"columns": columns, "newAttributes": ["shoeSize"]});
    let expected = json!([{"key": "reportsTo", "values": ["2"]}, {"key": "shoeSize", "values": ["38"]}]);
    assert_eq!(attributes(csv, &users, options.clone()), expected);
    // Domo's other names for a field, and a mapping that is written exactly comes before one in another spelling.
    let exact = json!({"columns": {"mail": "title", "Mail": "email"}});
    let plan_of = plan("Mail,mail\nada@example.com,Boss\n", &users, exact);
    assert_eq!(
        plan_of["changes"][0]["changes"]["attributes"],
        json!([{"key": "title", "values": ["Boss"]}])
    );
    assert_unchanged(
        "email,title\nada@example.com,x\n",
        &ada(),
        json!({"columns": {"title": null}}),
    );
}

#[test]
fn a_mapped_header_that_the_list_does_not_have_is_an_error() {
    let columns = json!({"Mail": "emailAddress", "Boss": null, "Bos": "title"});
    let expected = [
        "row 1, columns: the list has no header \"Bos\"; correct the name or remove it from columns; headers found: Mail, Boss",
    ];
    assert_eq!(
        errors("Mail,Boss\nada@example.com,x\n", &ada(), json!({"columns": columns})),
        expected
    );
    assert_eq!(
        errors(
            json!([{"Mail": "ada@example.com", "Boss": "x"}]),
            &ada(),
            json!({"columns": columns})
        ),
        expected
    );
    assert_eq!(
        errors(
            "Mail\n",
            &ada(),
            json!({"columns": {"Mail": "emailAddress", "x": null}})
        ),
        [
            "row 1, columns: the list has no header \"x\"; correct the name or remove it from columns; headers found: Mail"
        ]
    );
    // A list without objects has no headers that could be missing.
    assert_unchanged(json!([]), &ada(), json!({"columns": {"x": "title"}}));
}

#[test]
fn new_attributes_are_written_under_the_name_that_the_option_gives() {
    for header in ["Shoe Size", "shoeSize", "SHOE_SIZE"] {
        let csv = format!("email,{header}\nada@example.com,38\n");
        assert_eq!(
            attributes(csv, &ada(), json!({"newAttributes": ["shoeSize"]})),
            json!([{"key": "shoeSize", "values": ["38"]}])
        );
    }
    // Exactly as written comes before another spelling, and before one of Domo's own names.
    let both = json!({"newAttributes": ["shoe size", "shoeSize"]});
    assert_eq!(
        attributes("email,shoeSize\nada@example.com,38\n", &ada(), both),
        json!([{"key": "shoeSize", "values": ["38"]}])
    );
    assert_eq!(
        attributes(
            "email,Title\nada@example.com,x\n",
            &ada(),
            json!({"newAttributes": ["Title"]})
        ),
        json!([{"key": "Title", "values": ["x"]}])
    );
    assert_eq!(
        attributes(
            "email,TITLE\nada@example.com,x\n",
            &ada(),
            json!({"newAttributes": ["Title"]})
        ),
        json!([{"key": "title", "values": ["x"]}])
    );
    // Never in place of a key that the instance holds.
    let users = ada_with("costcenter", json!("5"));
    let plan = plan(
        "email,costcenter\nada@example.com,9\n",
        &users,
        json!({"newAttributes": ["Cost Center"]}),
    );
    assert_eq!(
        plan["changes"][0]["changes"]["attributes"],
        json!([{"key": "costcenter", "values": ["9"]}])
    );
    assert_eq!(
        plan["warnings"],
        json!([
            "The column costcenter is written to the attribute \"costcenter\" of the instance, not to \"Cost Center\"."
        ])
    );
}

fn with_key(id: u32, key: &str, value: &str) -> Json {
    json!({"id": id, "displayName": "U", "emailAddress": format!("u{id}@x.co"), "attributes": [{"key": key, "values": [value]}]})
}

#[test]
fn a_key_of_the_instance_in_another_spelling_is_meant() {
    let users =
        json!([{"id": 1, "emailAddress": "u1@x.co"}, with_key(2, "costcenter", "7"), with_key(3, "costcenter", "8")]);
    for header in [
        "Cost Center",
        "cost_center",
        "COST-CENTER",
        "costCenter",
        "Cost\u{a0}Center",
        "cost\u{2011}center",
        "\u{feff}Cost Center\u{200b}",
        "\"Cost\nCenter\"",
    ] {
        let csv = format!("email,{header}\nu1@x.co,7\nu2@x.co,7\nu3@x.co,7\n");
        let plan = plan(csv, &users, json!({}));
        let written: Vec<(&Json, &Json)> = plan["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| (&change["id"], &change["changes"]["attributes"][0]["key"]))
            .collect();
        assert_eq!(
            written,
            [(&json!(1), &json!("costcenter")), (&json!(3), &json!("costcenter"))],
            "{header}"
        );
        assert_eq!((&plan["unchanged"], &plan["warnings"]), (&json!(1), &json!([])));
    }
}

#[test]
fn a_key_that_is_written_exactly_as_the_header_wins_wherever_it_comes() {
    let csv = "email,Cost Center\nu1@x.co,7\nu2@x.co,7\n";
    let users = [with_key(1, "costcenter", "7"), with_key(2, "Cost Center", "7")];
    for order in [[0, 1], [1, 0]] {
        let users = Json::from(order.map(|at: usize| users[at].clone()).to_vec());
        let plan = plan(csv, &users, json!({}));
        assert_eq!(
            plan,
            json!({"changes": [{"action": "update", "id": 1, "changes": {"attributes": [{"key": "Cost Center", "values": ["7"]}]}, "before": {"attributes": [{"key": "Cost Center", "values": []}]}}],
                "unchanged": 1, "warnings": []})
        );
    }
}

#[test]
fn the_instance_is_read_again_only_if_a_key_came_after_users_had_been_compared_by_another() {
    let read_twice = |csv: &str, users: &[Json], options: Json| {
        let mut planner = Planner::new(desired(csv.into(), &options), Policy::default()).unwrap();
        for user in users {
            let text = user.to_string();
            add_user(&mut planner, text.as_bytes()).unwrap();
        }
        let again = planner.starts_over();
        assert!(!planner.starts_over(), "a third time");
        again
    };
    let csv = "email,Cost Center\nu1@x.co,7\nu2@x.co,7\n";
    let [other, exact] = [with_key(1, "costcenter", "7"), with_key(2, "Cost Center", "7")];
    assert!(read_twice(csv, &[other.clone(), exact.clone()], json!({})));
    assert!(!read_twice(csv, std::slice::from_ref(&other), json!({})));
    assert!(!read_twice(csv, std::slice::from_ref(&exact), json!({})));
    assert!(!read_twice(csv, &[], json!({})));
    let csv = "email,Department\nu1@x.co,b\nu2@x.co,b\n";
    assert!(read_twice(
        csv,
        &[with_key(1, "department", "a"), with_key(2, "Department", "b")],
        json!({})
    ));
    assert!(!read_twice(csv, &[with_key(1, "department", "a")], json!({})));
    let csv = "email,od\u{200b}d\nu1@x.co,b\n";
    assert!(!read_twice(csv, &[with_key(1, "od\u{200b}d", "a")], json!({})));
    assert!(read_twice(
        csv,
        &[with_key(1, "odd", "a"), with_key(2, "od\u{200b}d", "a")],
        json!({})
    ));
}

#[test]
fn a_second_reading_forgets_what_the_first_has_found() {
    // Errors, deletes and matches of the first reading are found again, once.
    let users = json!([with_key(1, "costcenter", "7"), with_key(2, "Cost Center", "7"), {"id": 3, "emailAddress": "u3@x.co"}, {"id": 4, "emailAddress": "U1@x.co"}]);
    assert_eq!(
        errors(
            "email,Cost Center\nu1@x.co,7\nu2@x.co,7\n",
            &users,
            json!({"deleteMissing": true})
        ),
        [
            "row 2, emailAddress: several users of the instance match this row, one of them with the id 4; use matchBy: \"id\""
        ]
    );
    let users =
        json!([with_key(1, "costcenter", "7"), with_key(2, "Cost Center", "7"), {"id": 3, "emailAddress": "u3@x.co"}]);
    let plan = plan(
        "email,Cost Center\nu1@x.co,7\nu2@x.co,7\n",
        &users,
        json!({"deleteMissing": true, "maxDeletes": 1, "protect": [2]}),
    );
    let actions: Vec<&Json> = plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["action"])
        .collect();
    assert_eq!(
        (actions, &plan["unchanged"], &plan["warnings"]),
        (
            vec!["update", "delete"]
                .into_iter()
                .map(Json::from)
                .collect::<Vec<_>>()
                .iter()
                .collect(),
            &json!(1),
            &json!([])
        )
    );
}

#[test]
fn a_key_with_invisible_characters_is_meant_by_a_header_with_the_same_ones() {
    let users = json!([with_key(1, "od\u{200b}d", "a")]);
    assert_eq!(
        attributes("email,od\u{200b}d\nu1@x.co,b\n", &users, json!({})),
        json!([{"key": "od\u{200b}d", "values": ["b"]}])
    );
    assert_eq!(
        attributes("email,odd\nu1@x.co,b\n", &users, json!({})),
        json!([{"key": "od\u{200b}d", "values": ["b"]}])
    );
}

#[test]
fn several_keys_of_the_instance_that_match_a_header_are_an_error() {
    let users = json!([with_key(1, "costcenter", "7"), with_key(2, "cost_center", "7")]);
    let csv = "email,Cost Center\nu1@x.co,7\nu2@x.co,7\n";
    assert_eq!(
        errors(csv, &users, json!({})),
        [
            "row 1, Cost Center: several attributes of the instance match this header: costcenter, cost_center; choose one with columns: {\"Cost Center\": \"costcenter\"}"
        ]
    );
    assert_eq!(
        changes(csv, &users, json!({"columns": {"Cost Center": "cost_center"}}))[0]["id"],
        1
    );
    assert_eq!(
        errors(
            "email,Cost-Center,CostCenter\nu1@x.co,1,2\n",
            &json!([with_key(1, "costcenter", "7")]),
            json!({})
        ),
        [
            "row 1, CostCenter: this column is the attribute \"costcenter\", and so is the column \"Cost-Center\"; keep one of them"
        ]
    );
}

#[test]
fn an_exact_attribute_wins_over_domos_own_field_with_a_warning() {
    let users = json!([with_key(1, "department", "a"), with_key(2, "Department", "b")]);
    let plan_of = plan("email,Department\nu1@x.co,b\nu2@x.co,b\n", &users, json!({}));
    assert_eq!(plan_of["changes"].as_array().unwrap().len(), 1);
    assert_eq!(
        plan_of["changes"][0]["changes"]["attributes"],
        json!([{"key": "Department", "values": ["b"]}])
    );
    assert_eq!(
        plan_of["warnings"],
        json!([
            "The column Department is written to the attribute \"Department\" of the instance, not to \"department\"."
        ])
    );
    // In another spelling it is Domo's own.
    let other = json!([with_key(1, "DEPARTMENT", "b")]);
    assert_eq!(
        attributes("email,Department\nu1@x.co,b\n", &other, json!({})),
        json!([{"key": "department", "values": ["b"]}])
    );
}

#[test]
fn cells_for_which_a_parser_found_no_header_are_refused_if_they_hold_a_value() {
    for key in ["", "__parsed_extra", "__EMPTY", "__EMPTY_1", "\u{200b}"] {
        for value in [json!("x"), json!(7), json!(["x"])] {
            let list = json!([{"emailAddress": "ada@example.com", key: value}]);
            let name = match key {
                "" => "a column without a header".to_owned(),
                "\u{200b}" => "a column without a header".to_owned(),
                key => key.to_owned(),
            };
            assert_eq!(
                errors(list, &ada(), json!({})),
                [format!(
                    "row 2, {name}: a cell without a header holds a value, so this row may have more cells than the header; correct the row, give the column a header, or ignore it with columns: {{{}: null}}",
                    Json::from(if key == "\u{200b}" { "" } else { key })
                )]
            );
        }
        for nothing in [json!(""), Json::Null, json!([]), json!([""])] {
            assert_unchanged(
                json!([{"emailAddress": "ada@example.com", key: nothing}]),
                &ada(),
                json!({}),
            );
        }
    }
}

#[test]
fn attribute_keys_that_need_escapes_are_written_with_them() {
    let users = json!([with_key(1, "q\"uo\\te", "y")]);
    assert_eq!(
        attributes(
            json!([{"emailAddress": "u1@x.co", "Q\"uo\\te": "z"}]),
            &users,
            json!({})
        ),
        json!([{"key": "q\"uo\\te", "values": ["z"]}])
    );
}

#[test]
fn case_does_not_count_in_addresses_and_user_names_of_any_column() {
    // The 64 columns before it are attributes without values.
    for before in [0, 1, 61, 62, 63, 64, 100] {
        let empty: Vec<String> = (0..before).map(|at| format!("c{at}")).collect();
        let headers = [&["email".to_owned()], empty.as_slice(), &["userName".to_owned()]]
            .concat()
            .join(",");
        let cells = vec![""; before + 1].join(",");
        let csv = format!("{headers}\nbob@x.co{cells},{}\n", "BOB");
        assert_unchanged(csv, &people(), json!({}));
    }
}

#[test]
fn a_header_row_is_read_with_the_apostrophes_of_an_export() {
    assert_unchanged("email,'=x\nann@x.co,\n", &people(), json!({"newAttributes": ["=x"]}));
    assert_eq!(
        attributes("email,'=x\nann@x.co,1\n", &people(), json!({"newAttributes": ["=x"]})),
        json!([{"key": "=x", "values": ["1"]}])
    );
}

#[test]
fn a_key_of_an_attribute_in_the_list_and_a_new_attribute_mean_no_key_in_another_spelling() {
    let users = ada_with("costcenter", json!("5"));
    let list = json!([{"emailAddress": "ada@example.com", "attributes": [{"key": "CostCenter", "values": ["9"]}]}]);
    let errors = errors(list.clone(), &users, json!({}));
    assert!(
        errors[0].starts_with("row 1, CostCenter: neither Domo nor any user"),
        "{errors:?}"
    );
    let new = json!({"newAttributes": ["CostCenter"]});
    let written = json!([{"key": "CostCenter", "values": ["9"]}]);
    assert_eq!(attributes(list, &users, new.clone()), written);
    assert_eq!(
        attributes("email,CostCenter\nada@example.com,9\n", &users, new),
        written
    );
}
