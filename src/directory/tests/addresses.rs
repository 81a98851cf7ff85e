//! E-mail addresses: the address that a person sees counts, and no two users get the same one.

use super::*;

const INVISIBLE: &str = "\u{ad}\u{34f}\u{61c}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202e}\u{2060}\u{2064}\u{206f}\u{3164}\u{feff}";

fn two() -> Json {
    json!([
        {"id": 1, "displayName": "Ada", "userName": "ada@example.com", "roleId": 4, "emailAddress": "ada@example.com"},
        {"id": 2, "displayName": "Bob", "userName": "bob@example.com", "roleId": 4, "emailAddress": "bob@example.com"},
    ])
}

#[test]
fn invisible_characters_in_an_address_make_no_other_user_and_one_warning() {
    for odd in INVISIBLE.chars() {
        let csv = format!("email,displayName\n{odd}ada@exam{odd}ple.com{odd},Ada\nbob@example.com,Bob\n");
        let plan = plan(csv, &two(), json!({"deleteMissing": true}));
        assert_eq!(
            plan,
            json!({"changes": [], "unchanged": 2, "warnings": [
                "The list has invisible characters in, or text around, the e-mail addresses of 1 row (row 2); the plan uses the addresses without them."
            ]})
        );
    }
}

#[test]
fn what_surrounds_an_address_is_taken_off_in_every_column_of_addresses() {
    for (before, behind) in [
        ("mailto:", ""),
        ("SMTP:", ""),
        ("Ada <", ">"),
        ("(", ")"),
        ("'", "'"),
        ("“", "”"),
        ("", "/"),
        ("", ";"),
        ("[", "]"),
    ] {
        let around = |address: &str| format!("{before}{address}{behind}");
        let of = |row: Json| {
            let plan = plan(json!([row]), &two(), json!({}));
            let warnings = plan["warnings"].as_array().unwrap().iter();
            let others = warnings.filter(|warning| !warning.as_str().unwrap().contains("signs in"));
            assert_eq!(others.count(), 1, "{row}");
            plan["changes"].clone()
        };
        assert_eq!(of(json!({"emailAddress": around("ada@example.com")})), json!([]));
        let manager = of(json!({"emailAddress": "bob@example.com", "reportsTo": around("ada@example.com")}));
        assert_eq!(
            manager[0]["changes"],
            json!({"attributes": [{"key": "reportsTo", "values": ["1"]}]})
        );
        let created = of(json!({"emailAddress": around("new@example.com"), "displayName": "New", "roleId": 4}));
        assert_eq!(created[0]["user"]["emailAddress"], "new@example.com");
        let renamed = of(json!({"emailAddress": "ada@example.com", "newEmail": around("ada.b@example.com")}));
        assert_eq!(renamed[0]["changes"], json!({"emailAddress": "ada.b@example.com"}));
        let alternate = of(json!({"emailAddress": "ada@example.com", "alternateEmail": around("ada.b@example.com")}));
        assert_eq!(
            alternate[0]["changes"],
            json!({"attributes": [{"key": "alternateEmail", "values": ["ada.b@example.com"]}]})
        );
        let user_name = of(json!({"emailAddress": "ada@example.com", "userName": around("ada.b@example.com")}));
        assert_eq!(
            user_name[0]["changes"],
            json!({"attributes": [{"key": "userName", "values": ["ada.b@example.com"]}]})
        );
    }
}

#[test]
fn an_address_with_something_else_in_it_is_refused() {
    for (address, reason) in [
        (
            "“ada@example.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"“ada@example.com\"",
        ),
        (
            "o’hara@example.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"o’hara@example.com\"",
        ),
        (
            "ada@example.com, bob@example.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"ada@example.com, bob@example.com\"",
        ),
        (
            "ad\u{200b}a at example",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"ada at example\"",
        ),
        (
            "ada@example",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"ada@example\"",
        ),
        (
            "ada@.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"ada@.com\"",
        ),
        (
            "@example.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"@example.com\"",
        ),
        (
            "a\u{7}@example.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"aU+0007@example.com\"",
        ),
        (
            "a@b\u{7}.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"a@bU+0007.com\"",
        ),
        (
            "a;b@example.com",
            "must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"a;b@example.com\"",
        ),
        ("\u{200b}", "no value, but rows are matched to users by this field"),
    ] {
        let list = json!([{"emailAddress": address, "displayName": "X", "roleId": 4}]);
        assert_eq!(
            errors(list, &two(), json!({})),
            [format!("row 2, emailAddress: {reason}")]
        );
    }
    for odd in [
        "a b@example.com",
        "a@b c.com",
        "a@b@example.com",
        "a<b@example.com",
        "a>b@example.com",
        "a,b@example.com",
    ] {
        assert_eq!(
            errors(
                json!([{"emailAddress": odd, "displayName": "X", "roleId": 4}]),
                &two(),
                json!({})
            ),
            [format!(
                "row 2, emailAddress: must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"{odd}\""
            )]
        );
    }
    for legal in ["o'hara@example.com", "ada_x.com#EXT#@acme.onmicrosoft.com"] {
        let list = json!([{"emailAddress": legal, "displayName": "X", "roleId": 4}]);
        assert_eq!(changes(list, &two(), json!({}))[0]["user"]["emailAddress"], legal);
    }
}

#[test]
fn an_odd_address_that_the_instance_holds_is_not_refused() {
    let users = json!([{"id": 1, "displayName": "O", "emailAddress": "o’hara@example.com", "attributes": [{"key": "alternateEmail", "values": ["“x@example.com"]}]}]);
    let row = json!([{"id": 1, "emailAddress": "o’hara@example.com", "alternateEmail": "“x@example.com"}]);
    assert_unchanged(row.clone(), &users, json!({}));
    assert_unchanged(row, &users, json!({"matchBy": "id"}));
    let changed = json!([{"id": 1, "newEmail": "p’hara@example.com"}]);
    assert_eq!(
        errors(changed, &users, json!({"matchBy": "id"})),
        [
            "row 2, emailAddress: must be an e-mail address such as jane.doe@example.com, with nothing around it; got \"p’hara@example.com\""
        ]
    );
}

#[test]
fn an_instance_that_holds_invisible_characters_is_not_changed_and_gets_one_warning() {
    let users = json!([
        {"id": 1, "displayName": "Ada", "emailAddress": "ada@example.com\u{200b}", "userName": "ada"},
        {"id": 2, "displayName": "Bob", "emailAddress": "mailto:bob@example.com", "userName": "b\u{ad}ob"},
        {"id": 3, "displayName": "Cy", "emailAddress": "cy@example.com", "userName": "cy"},
    ]);
    let warning = |rows: &str| {
        json!([format!(
            "The e-mail addresses of {rows} differ from those in the instance only in invisible characters or in text around them; the plan does not change them."
        )])
    };
    let plan_of = plan(
        "email\nADA@example.com\nbob@example.com\ncy@example.com\n",
        &users,
        json!({"deleteMissing": true}),
    );
    assert_eq!(
        plan_of,
        json!({"changes": [], "unchanged": 3, "warnings": warning("2 rows (2 and 3)")})
    );
    let by_id = plan(
        "id,email,userName\n1,ada@example.com,ada\n2,mailto:bob@example.com,bob\n",
        &users,
        json!({"matchBy": "id"}),
    );
    assert_eq!(by_id["changes"], json!([]));
    assert_eq!(by_id["warnings"][1], warning("2 rows (2 and 3)")[0]);
    assert_eq!(
        by_id["warnings"][0],
        "The list has invisible characters in, or text around, the e-mail addresses of 1 row (row 3); the plan uses the addresses without them."
    );
    let manager = plan("email,reportsTo\ncy@example.com,ada@example.com\n", &users, json!({}));
    assert_eq!(
        manager["changes"][0]["changes"]["attributes"],
        json!([{"key": "reportsTo", "values": ["1"]}])
    );
    // The case of letters beyond ASCII makes no warning.
    let emile = json!([{"id": 1, "emailAddress": "Émile@example.com"}]);
    assert_unchanged("email\némile@example.com\n", &emile, json!({}));
}

#[test]
fn alternate_addresses_in_an_array_are_cleaned_and_checked() {
    let users = ada_with("alternateEmail", json!(["a@example.com", "b@example.com"]));
    let list = json!([{"emailAddress": "ada@example.com", "alternateEmail": ["mailto:a@example.com", null, "c\u{200b}@example.com"]}]);
    let plan_of = plan(list, &users, json!({}));
    assert_eq!(
        plan_of["changes"][0]["changes"]["attributes"],
        json!([{"key": "alternateEmail", "values": ["a@example.com", null, "c@example.com"]}])
    );
    assert_eq!(plan_of["warnings"].as_array().unwrap().len(), 1);
    assert_unchanged(
        json!([{"emailAddress": "ada@example.com", "alternateEmail": ["a@example.com", "b@example.com"]}]),
        &users,
        json!({}),
    );
    for wrong in [json!("nope"), json!(["a@example.com", "nope"])] {
        let list = json!([{"emailAddress": "ada@example.com", "alternateEmail": wrong}]);
        let error = &errors(list, &users, json!({}))[0];
        assert!(
            error.starts_with("row 2, alternateEmail: must be an e-mail address"),
            "{error}"
        );
    }
    // The same address in other letters, in an invisible spelling of the instance, and in text around it.
    for held in ["a@example.com", "A@EXAMPLE.com"] {
        let list = json!([{"emailAddress": "ada@example.com", "alternateEmail": "a@example.com"}]);
        assert_unchanged(list, &ada_with("alternateEmail", json!(held)), json!({}));
    }
    for held in ["a\u{200b}@example.com", "mailto:a@example.com"] {
        let list = json!([{"emailAddress": "ada@example.com", "alternateEmail": "a@example.com"}]);
        let plan = plan(list, &ada_with("alternateEmail", json!(held)), json!({}));
        assert_eq!(
            (&plan["unchanged"], plan["warnings"].as_array().unwrap().len()),
            (&json!(1), 1)
        );
    }
    // Around an attribute that holds no address, nothing is taken off.
    let list = json!([{"emailAddress": "ada@example.com", "title": "mailto:a@example.com"}]);
    assert_eq!(
        attributes(list, &ada(), json!({})),
        json!([{"key": "title", "values": ["mailto:a@example.com"]}])
    );
}

#[test]
fn alternate_addresses_of_a_file_are_cleaned_and_checked() {
    let users = ada_with("alternateEmail", json!("a@example.com"));
    let csv = "email,alternateEmail\nada@example.com,<b@example.com>\n";
    let plan = plan(csv, &users, json!({}));
    assert_eq!(
        plan["changes"][0]["changes"]["attributes"],
        json!([{"key": "alternateEmail", "values": ["b@example.com"]}])
    );
    let errors = errors("email,alternateEmail\nada@example.com,nope\n", &users, json!({}));
    assert!(
        errors[0].starts_with("row 2, alternateEmail: must be an e-mail address"),
        "{errors:?}"
    );
    let csv = "email,alternateEmail\nada@example.com,\n";
    assert_unchanged(csv, &users, json!({}));
    assert_eq!(
        attributes(csv, &users, json!({"emptyCells": "clear"})),
        json!([{"key": "alternateEmail", "values": [null]}])
    );
}

/// The error of an address that a user has who is deleted.
fn deleted_has(row: u32, id: u32) -> String {
    has(row, id).replace("change their address", "delete them")
}

fn has(row: u32, id: u32) -> String {
    format!(
        "row {row}, emailAddress: the user with id {id} has this address; if the row is for that user, write the id {id} in the row; otherwise change their address first, in a separate plan"
    )
}

#[test]
fn an_address_that_another_user_has_is_refused() {
    let by_id = || json!({"matchBy": "id", "deleteMissing": true});
    let zoe = json!({"emailAddress": "CY@x.co", "displayName": "Zoe", "roleId": 4});
    for (rows, expected) in [
        (json!([zoe]), vec![deleted_has(2, 13)]),
        (json!([zoe, {"id": 13, "title": "x"}]), vec![has(2, 13)]),
        (
            json!([{"id": 13, "title": "x"}, {"id": 11, "emailAddress": "bob@x.co"}]),
            vec![deleted_has(3, 12)],
        ),
        (
            json!([{"id": 11, "emailAddress": "bob@x.co"}, {"id": 12, "emailAddress": "ann@x.co"}]),
            vec![
                "row 3, emailAddress: this row and row 2 swap their addresses; give one of the users a third address first, in a separate plan"
                    .to_owned(),
            ],
        ),
        (json!([{"id": 13, "newEmail": "ann@x.co"}]), vec![deleted_has(2, 11)]),
        (
            json!([{"id": 11, "emailAddress": "cy@x.co"}, {"id": 13}]),
            vec![has(2, 13)],
        ),
        (
            json!([{"id": 12, "emailAddress": "c@x.co"}, {"id": 13, "emailAddress": "C@x.co"}]),
            vec!["row 3, emailAddress: row 2 has this address too; two users cannot have the same address".to_owned()],
        ),
    ] {
        assert_eq!(errors(rows.clone(), &people(), by_id()), expected, "{rows}");
    }
    let by_name = json!([{"userName": "zoe", "emailAddress": "CY@x.co", "displayName": "Zoe", "roleId": 4}]);
    let by_name_has = has(2, 13).replace("write the id 13 in the row", "match the row to them");
    assert_eq!(
        errors(by_name, &people(), json!({"matchBy": "userName"})),
        [by_name_has]
    );
}

#[test]
fn a_new_email_that_another_user_has_is_refused_in_whatever_order_they_come() {
    let renamed = has(2, 12)
        .replace("emailAddress", "newEmail")
        .replace("write the id 12 in the row", "match the row to them");
    let reversed = Json::from(people().as_array().unwrap().iter().rev().cloned().collect::<Vec<_>>());
    for users in [people(), reversed] {
        assert_eq!(
            errors("email,newEmail\nann@x.co,bob@x.co\n", &users, json!({})),
            [renamed.as_str()]
        );
    }
    assert_eq!(
        errors(
            "email,newEmail\nann@x.co,bob@x.co\nbob@x.co,b@x.co\n",
            &people(),
            json!({})
        ),
        [
            "row 2, emailAddress: the user of row 3 has this address; change the address of row 3 first, in a separate plan"
        ]
    );
    assert_eq!(
        errors(
            "email,newEmail\nann@x.co,b@x.co\nbob@x.co,B@x.co\n",
            &people(),
            json!({})
        ),
        ["row 3, emailAddress: row 2 has this address too; two users cannot have the same address"]
    );
    // A user may keep their own address.
    assert_unchanged("email,newEmail\nann@x.co,ANN@x.co\nbob@x.co,\n", &people(), json!({}));
}

#[test]
fn an_address_that_is_not_taken_anew_is_no_conflict() {
    // A protected user gets no address.
    let rows = json!([{"id": 11, "emailAddress": "bob@x.co"}]);
    assert_eq!(
        plan(rows, &people(), json!({"matchBy": "id", "protect": [11]})),
        json!({"changes": [], "unchanged": 1, "warnings": []})
    );
    let mut shared = people();
    shared
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 14, "displayName": "Bob 2", "roleId": 4, "emailAddress": "BOB@x.co"}));
    let rows = json!([{"id": 14, "emailAddress": "bob@x.co"}, {"id": 12, "emailAddress": "bob@x.co"}]);
    assert_eq!(
        plan(rows, &shared, json!({"matchBy": "id"})),
        json!({"changes": [], "unchanged": 2, "warnings": []})
    );
    // One of the two gets it anew.
    let rows = json!([{"id": 13, "emailAddress": "bob@x.co"}, {"id": 12, "emailAddress": "bob@x.co"}]);
    assert_eq!(
        errors(rows, &people(), json!({"matchBy": "id"})),
        ["row 3, emailAddress: row 2 has this address too; two users cannot have the same address"]
    );
    // A row whose user has the desired address, beside a user who has it too.
    assert_unchanged(
        json!([{"id": 12, "emailAddress": "bob@x.co"}]),
        &shared,
        json!({"matchBy": "id"}),
    );
    // An address column of which the row says nothing.
    assert_unchanged("id,email,displayName\n12,,Bob\n", &people(), json!({"matchBy": "id"}));
}

#[test]
fn two_new_users_cannot_have_the_same_address() {
    let csv = "id,email,displayName,roleId\n,zoe@x.co,Zoe,4\n13,c@x.co,Cy,4\n,ZOE@x.co,Zoe,4\n,C@x.co,Zed,4\n";
    assert_eq!(
        errors(csv, &people(), json!({"matchBy": "id"})),
        [
            "row 4, emailAddress: row 2 has this address too; two users cannot have the same address",
            "row 5, emailAddress: row 3 has this address too; two users cannot have the same address",
        ]
    );
}

#[test]
fn a_final_sigma_is_another_case_of_sigma() {
    let users = json!([{"id": 1, "displayName": "Ann", "userName": "ΟΔΟΣ", "roleId": 4, "emailAddress": "ΟΔΟΣ@x.com"}]);
    for by in ["emailAddress", "userName"] {
        let options = json!({"deleteMissing": true, "matchBy": by});
        assert_unchanged("email,userName\nοδος@x.com,οδος\n", &users, options.clone());
        assert_unchanged("email,userName\nΟδοσ@x.com,οδοσ\n", &users, options);
    }
}
