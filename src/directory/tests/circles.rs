//! People who would report to themselves or in a circle, and rows that swap addresses.

use super::*;

/// Ann reports to Bob, Bob to Cy; the boss reports to herself, and Dee and Eve report to each other.
fn company() -> Json {
    let user = |id: u64, name: &str, manager: u64| {
        json!({"id": id, "displayName": name, "roleId": 4, "emailAddress": format!("{name}@x.co"),
            "attributes": [{"key": "reportsTo", "values": [manager.to_string()]}, {"key": "title", "values": [name]}]})
    };
    json!([
        user(1, "ann", 2),
        user(2, "bob", 3),
        json!({"id": 3, "displayName": "cy", "roleId": 4, "emailAddress": "cy@x.co"}),
        user(4, "boss", 4),
        user(5, "dee", 6),
        user(6, "eve", 5),
    ])
}

#[test]
fn reporting_to_oneself_is_refused_unless_the_instance_has_it() {
    let own = "row 2, reportsTo: this user would report to themselves, directly or in a circle: ";
    for csv in [
        "email,reportsTo\nann@x.co,ANN@x.co\n",
        "email,reportsTo\nann@x.co,1\n",
        "email,reportsTo\nann@x.co,mailto:ann@x.co\n",
        "email,newEmail,reportsTo\nann@x.co,new@x.co,new@x.co\n",
    ] {
        assert_eq!(
            errors(csv, &company(), json!({})),
            [format!("{own}ann@x.co → ann@x.co; choose another manager")],
            "{csv}"
        );
    }
    let new = "email,displayName,roleId,reportsTo\nzoe@x.co,Zoe,4,zoe@x.co\n";
    assert_eq!(
        errors(new, &company(), json!({})),
        [format!("{own}zoe@x.co → zoe@x.co; choose another manager")]
    );
    let by_id = "id,email,displayName,roleId,reportsTo\n1,,,,1\n,zoe@x.co,Zoe,4,zoe@x.co\n";
    assert_eq!(
        errors(by_id, &company(), json!({"matchBy": "id"})),
        [
            format!("{own}1 → 1; choose another manager"),
            "row 3, reportsTo: this user would report to themselves, directly or in a circle: zoe@x.co → zoe@x.co; choose another manager"
                .to_owned()
        ]
    );
    assert_unchanged(
        "email,reportsTo\nboss@x.co,4\ndee@x.co,eve@x.co\neve@x.co,dee@x.co\n",
        &company(),
        json!({}),
    );
    // Another change of the boss, and a user who reports to her.
    let plan = plan(
        "email,title,reportsTo\nboss@x.co,CEO,4\nann@x.co,,boss@x.co\n",
        &company(),
        json!({}),
    );
    assert_eq!(changed_ids(&plan), [4, 1]);
}

#[test]
fn a_circle_is_one_error_that_names_its_people() {
    // The row that changes something has the error.
    for (csv, row, people) in [
        (
            "email,reportsTo\nann@x.co,bob@x.co\nbob@x.co,cy@x.co\ncy@x.co,ann@x.co\n",
            4,
            "cy@x.co → ann@x.co → bob@x.co → cy@x.co",
        ),
        (
            "email,reportsTo\nann@x.co,2\nbob@x.co,1\n",
            3,
            "bob@x.co → ann@x.co → bob@x.co",
        ),
    ] {
        assert_eq!(
            errors(csv, &company(), json!({})),
            [format!(
                "row {row}, reportsTo: this user would report to themselves, directly or in a circle: {people}; choose another manager"
            )]
        );
    }
    // Users to be created, and a row that leads into the circle.
    let new =
        "email,displayName,roleId,reportsTo\ncy@x.co,,,zoe@x.co\nzoe@x.co,Zoe,4,yan@x.co\nyan@x.co,Yan,4,ZOE@x.co\n";
    assert_eq!(
        errors(new, &company(), json!({})),
        [
            "row 3, reportsTo: this user would report to themselves, directly or in a circle: zoe@x.co → yan@x.co → zoe@x.co; choose another manager"
        ]
    );
    // Half of the circle is in the instance already.
    assert_eq!(
        errors(
            "email,reportsTo\ncy@x.co,1\nann@x.co,2\nbob@x.co,3\n",
            &company(),
            json!({})
        )
        .len(),
        1
    );
    assert_unchanged("email,reportsTo\nann@x.co,2\nbob@x.co,3\n", &company(), json!({}));
    let long: Vec<String> = (0..9)
        .map(|at| format!("u{at}@x.co,U,4,u{}@x.co", (at + 1) % 9))
        .collect();
    let long = errors(
        format!("email,displayName,roleId,reportsTo\n{}\n", long.join("\n")),
        &company(),
        json!({}),
    );
    assert!(
        long[0].contains("u0@x.co → u1@x.co → ") && long[0].ends_with("u8@x.co → u0@x.co; choose another manager"),
        "{long:?}"
    );
}

#[test]
fn a_circle_through_users_without_a_row_or_without_a_manager_in_their_row_is_refused() {
    let circle = |people: &str| {
        [format!(
            "row 2, reportsTo: this user would report to themselves, directly or in a circle: {people}; choose another manager"
        )]
    };
    // Ann reports to Bob, and Bob to Cy.
    assert_eq!(
        errors("email,reportsTo\ncy@x.co,ann@x.co\n", &company(), json!({})),
        circle("cy@x.co → ann → bob → cy@x.co")
    );
    assert_eq!(
        errors("email,reportsTo\ncy@x.co,1\nann@x.co,\n", &company(), json!({})),
        circle("cy@x.co → ann@x.co → bob → cy@x.co")
    );
    // Bob keeps his manager, since the plan does not change a protected user.
    assert_eq!(
        errors(
            "email,reportsTo\ncy@x.co,2\nbob@x.co,4\n",
            &company(),
            json!({"protect": [2]})
        ),
        circle("cy@x.co → bob → cy@x.co")
    );
    // The circle of Dee and Eve is in the instance, and so is the manager of Bob; a row that leads into a circle closes none.
    for csv in [
        "email,reportsTo\nann@x.co,5\n",
        "email,reportsTo\ndee@x.co,6\n",
        "email,reportsTo\nbob@x.co,5\n",
    ] {
        try_plan(csv, &company(), &json!({})).unwrap();
    }
    // The row opens the circle.
    try_plan("email,reportsTo\ncy@x.co,1\nbob@x.co,4\n", &company(), &json!({})).unwrap();
    let default = json!({"newUsers": {"roleId": 4, "reportsTo": "cy@x.co"}});
    assert_eq!(
        errors(
            "email,displayName,reportsTo\ncy@x.co,,zoe@x.co\nzoe@x.co,Zoe,\n",
            &company(),
            default
        ),
        circle("cy@x.co → zoe@x.co → cy@x.co")
    );
}

#[test]
fn a_protected_user_is_in_no_circle_since_the_user_is_not_changed() {
    let csv = "email,reportsTo\nann@x.co,2\nbob@x.co,1\n";
    assert_eq!(plan(csv, &company(), json!({"protect": [2]}))["changes"], json!([]));
}

#[test]
fn two_rows_that_swap_addresses_are_one_error_that_names_both() {
    let swap = "row 4, emailAddress: this row and row 2 swap their addresses; give one of the users a third address first, in a separate plan";
    let by_email = "email,newEmail\nann@x.co,bob@x.co\ncy@x.co,\nbob@x.co,ANN@x.co\n";
    assert_eq!(errors(by_email, &company(), json!({})), [swap]);
    let by_id = "id,email\n1,bob@x.co\n3,\n2,ann@x.co\n";
    assert_eq!(errors(by_id, &company(), json!({"matchBy": "id"})), [swap]);
    // A chain is no swap.
    assert_eq!(
        errors("id,email\n1,bob@x.co\n2,cy@x.co\n3,new@x.co\n", &company(), json!({"matchBy": "id"})),
        [2, 3].map(|id| format!(
            "row {id}, emailAddress: the user with id {id} has this address; if the row is for that user, write the id {id} in the row; otherwise change \
             their address first, in a separate plan"
        ))
    );
}

#[test]
fn a_row_that_gives_the_address_of_another_row_before_that_changes_names_the_row_to_change_first() {
    let first = "the user of row 3 has this address; change the address of row 3 first, in a separate plan";
    let chain = "email,newEmail\nann@x.co,bob@x.co\nbob@x.co,bob2@x.co\n";
    assert_eq!(
        errors(chain, &company(), json!({})),
        [format!("row 2, emailAddress: {first}")]
    );
    let taken = "email,newEmail\nann@x.co,bob@x.co\nbob@x.co,\n";
    assert_eq!(
        errors(taken, &company(), json!({})),
        ["row 3, emailAddress: row 2 has this address too; two users cannot have the same address"]
    );
}

#[test]
fn two_rows_cannot_set_the_same_user_name() {
    let csv = "email,userName\nann@x.co,same\nbob@x.co,SAME\ncy@x.co,\n";
    assert_eq!(
        errors(csv, &company(), json!({})),
        ["row 3, userName: row 2 has this user name too; two users cannot have the same user name"]
    );
    let mut users = company();
    users[0]["userName"] = json!("same");
    users[1]["userName"] = json!("same");
    assert_unchanged(csv, &users, json!({}));
}
