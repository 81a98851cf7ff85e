//! User names: no two users may have the same.

use super::*;

const REMEDY: &str = "has this user name; if the row is for that user, match the row to them; otherwise change their user name first, in a separate plan";

#[test]
fn a_user_name_that_another_user_has_is_refused() {
    // Bob (12) signs in as bob; he has no row, an empty cell, or another value.
    for csv in [
        "email,userName\nann@x.co,BOB\n",
        "email,userName\nann@x.co,bob\nbob@x.co,\n",
        "email,userName\nbob@x.co,robert\nann@x.co, bob\u{200b}\n",
        "email,userName,displayName,roleId\nnew@x.co,bob,New,4\n",
    ] {
        for delete in [false, true] {
            let row = if csv.contains("robert") { 3 } else { 2 };
            let found = errors(csv, &people(), json!({"deleteMissing": delete}));
            let remedy = match delete && !csv.contains("bob@x.co") {
                true => REMEDY.replace("change their user name first", "delete them first"),
                false => REMEDY.to_owned(),
            };
            assert_eq!(
                found,
                [format!("row {row}, userName: the user with id 12 {remedy}")],
                "{csv}"
            );
        }
    }
}

#[test]
fn a_user_name_is_refused_whichever_field_matches_rows() {
    let by_id = "id,userName\n11,bob\n";
    assert_eq!(
        errors(by_id, &people(), json!({"matchBy": "id"})),
        [
            "row 2, userName: the user with id 12 has this user name; if the row is for that user, write the id 12 in the row; otherwise change their user \
          name first, in a separate plan"
        ]
    );
    // A row that is matched by the user name is for the user who has it.
    let by_name = "userName,displayName\nbob,Bobby\n";
    assert_eq!(
        changed_ids(&plan(by_name, &people(), json!({"matchBy": "userName"}))),
        [12]
    );
    let renamed = "email,newEmail,userName\nold@x.co,bob@x.co,bob\n";
    assert_unchanged(renamed, &people(), json!({}));
}

#[test]
fn two_users_cannot_swap_their_user_names() {
    let csv = "email,userName\nann@x.co,bob\nbob@x.co,ann@x.co\n";
    assert_eq!(
        errors(csv, &people(), json!({})),
        [
            format!("row 2, userName: the user with id 12 {REMEDY}"),
            format!("row 3, userName: the user with id 11 {REMEDY}")
        ]
    );
}

#[test]
fn a_user_name_that_the_instance_already_holds_is_never_refused() {
    let mut users = people();
    users[2]["userName"] = json!("Bob");
    assert_unchanged("email,userName\nbob@x.co,bob\n", &users, json!({}));
    assert_unchanged("email,userName\ncy@x.co,bob\nbob@x.co,bob\n", &users, json!({}));
    assert_eq!(
        errors("email,userName\nann@x.co,bob\n", &users, json!({})).len(),
        2,
        "two users have it already"
    );
    assert_eq!(
        changed_ids(&plan("email,userName\nbob@x.co,robert\n", &users, json!({}))),
        [12]
    );
}

#[test]
fn two_new_users_cannot_have_the_same_user_name() {
    let csv = "email,userName,displayName,roleId\na@x.co,same,A,4\nb@x.co,Same,B,4\n";
    assert_eq!(
        errors(csv, &people(), json!({})),
        ["row 3, userName: row 2 has this user name too; two users cannot have the same user name"]
    );
}

#[test]
fn warnings_about_cleaned_user_names_speak_of_user_names() {
    let warnings = |csv: &str, by: &str| plan(csv, &people(), json!({"matchBy": by}))["warnings"].clone();
    let cleaned = "The list has invisible characters in, or text around, the user names of 1 row (row 2); the plan uses the names without them.";
    assert_eq!(
        warnings("email,userName\nbob@x.co,b\u{200b}ob\n", "emailAddress"),
        json!([cleaned])
    );
    assert_eq!(
        warnings("userName,title\nb\u{200b}ob,Boss\n", "userName"),
        json!([cleaned])
    );
    let mut users = people();
    users[1]["userName"] = json!("b\u{200b}ob");
    let same = "The user names of 1 row (row 2) differ from those in the instance only in invisible characters or in text around them; the plan does not \
                change them.";
    for (csv, by) in [
        ("email,userName\nbob@x.co,bob\n", "emailAddress"),
        ("userName\nbob\n", "userName"),
    ] {
        let plan = plan(csv, &users, json!({"matchBy": by}));
        assert_eq!(
            (&plan["changes"], &plan["warnings"]),
            (&json!([]), &json!([same])),
            "{by}"
        );
    }
}

#[test]
fn an_address_of_a_user_whom_the_plan_deletes_is_refused_with_the_order_of_the_plans() {
    let error = |options: Json| errors("id,email\n11,bob@x.co\n", &people(), options);
    assert!(
        error(json!({"matchBy": "id", "deleteMissing": true}))[0]
            .ends_with("otherwise delete them first, in a separate plan")
    );
    assert!(error(json!({"matchBy": "id"}))[0].ends_with("otherwise change their address first, in a separate plan"));
}
