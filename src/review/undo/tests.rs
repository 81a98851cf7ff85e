use super::*;
use serde_json::{Value as Json, json};

fn value(json: Json) -> Value {
    json.into()
}

/// Returns the undo of changes, each with its result, as JSON.
fn undo(items: &[(Json, Json)]) -> Result<Json, DomoError> {
    let changes: Vec<&Json> = items.iter().map(|(change, _)| change).collect();
    let results: Vec<Json> = (0..)
        .zip(items)
        .map(|(index, (_, result))| {
            let mut result = result.clone();
            result["index"] = json!(index);
            result
        })
        .collect();
    let plan = json!({"changes": changes, "unchanged": 3, "warnings": ["old"], "instance": "acme.domo.com", "names": {"roles": {"4": "Participant"}}});
    let undone = undo_plan(&value(plan), &value(json!({"results": results})))?;
    Ok(with_integers(serde_json::to_value(&undone).unwrap()))
}

fn with_integers(json: Json) -> Json {
    match json {
        Json::Number(number) => json!(number.as_f64().unwrap() as i64),
        Json::Array(items) => items.into_iter().map(with_integers).collect(),
        Json::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, with_integers(value)))
            .collect(),
        other => other,
    }
}

fn changes(items: &[(Json, Json)]) -> Json {
    undo(items).unwrap()["changes"].clone()
}

fn warnings(items: &[(Json, Json)]) -> Vec<String> {
    let undone = undo(items).unwrap();
    let lines = undone["warnings"].as_array().unwrap().iter();
    lines.map(|line| line.as_str().unwrap().to_owned()).collect()
}

fn done() -> Json {
    json!({"status": "done"})
}

fn failed(code: &str) -> Json {
    json!({"status": "failed", "error": {"code": code}})
}

fn unclear() -> Json {
    json!({"status": "failed", "unclear": true, "error": {"code": "TIMEOUT"}})
}

fn ada(attributes: Json) -> Json {
    json!({"action": "delete", "id": 7, "before":
        {"id": 7, "displayName": "Ada", "userName": "ADA@x.co", "emailAddress": "ada@x.co", "roleId": 4, "attributes": attributes}})
}

fn update(id: u32, changes: Json, before: Json) -> Json {
    json!({"action": "update", "id": id, "changes": changes, "before": before, "who": {"displayName": "Bob", "emailAddress": "bob@x.co"}})
}

fn attribute(key: &str, values: Json) -> Json {
    json!({"key": key, "values": values})
}

#[test]
fn an_update_is_set_back_field_by_field() {
    let change = update(
        8,
        json!({"roleId": 1, "emailAddress": "robert@x.co", "attributes": [attribute("title", json!(["CTO"])), attribute("new", json!([1])),
            attribute("list", json!(["a"])), attribute("userName", json!(["rob"])), attribute("gone", json!([null]))]}),
        json!({"roleId": "4", "emailAddress": "bob@x.co", "userName": "bob", "attributes": [attribute("title", json!(["CFO"])),
            attribute("list", json!(["x", "y", null])), attribute("new", json!([])), attribute("gone", json!([true]))]}),
    );
    let undone = undo(&[(change.clone(), done())]).unwrap();
    assert_eq!(
        undone,
        json!({
            "changes": [{
                "action": "update", "id": 8,
                "changes": {"roleId": 4, "emailAddress": "bob@x.co", "attributes": [attribute("title", json!(["CFO"])), attribute("new", json!([null])),
                    attribute("list", json!(["x", "y", null])), attribute("userName", json!(["bob"])), attribute("gone", json!([true]))]},
                "before": change["changes"],
                "who": {"displayName": "Bob", "emailAddress": "robert@x.co"},
            }],
            "unchanged": 3, "warnings": [], "instance": "acme.domo.com", "names": {"roles": {"4": "Participant"}},
        })
    );
}

#[test]
fn an_update_without_its_old_values_is_refused_and_named() {
    let change = update(8, json!({"roleId": 1}), Json::Null);
    let mut without = update(8, json!({"attributes": [attribute("title", json!(["x"]))]}), Json::Null);
    without.as_object_mut().unwrap().remove("before");
    let error = undo(&[(ada(json!([])), done()), (change.clone(), done()), (without, done())]).unwrap_err();
    assert_eq!(error.code, crate::error::Code::InvalidInput);
    for index in [1, 2] {
        let message = format!("changes[{index}]: before is missing, so this update cannot be undone");
        assert!(error.message.contains(&message), "{error:?}");
    }
    // It was not done, so there is nothing to undo.
    assert_eq!(changes(&[(change, failed("FORBIDDEN"))]), json!([]));
}

#[test]
fn a_field_that_the_user_lacked_is_not_set_back() {
    let changed = json!({"displayName": "Bob", "roleId": 1, "attributes": [attribute("title", json!(["x"]))]});
    let items = [
        (update(8, changed, json!({"roleId": 4})), done()),
        (update(9, json!({"displayName": "Bob"}), json!({})), done()),
    ];
    assert_eq!(
        changes(&items),
        json!([{"action": "update", "id": 8, "changes": {"roleId": 4, "attributes": [attribute("title", json!([null]))]},
            "before": items[0].0["changes"], "who": {"displayName": "Bob", "emailAddress": "bob@x.co"}}])
    );
    assert_eq!(
        warnings(&items),
        [
            "Values that are not set back, since the user had none, or one that applyChanges refuses (2): displayName of Bob <bob@x.co>, displayName of Bob <bob@x.co>"
        ]
    );
}

#[test]
fn a_user_name_that_the_user_lacked_is_named_and_not_cleared() {
    let changed = json!({"attributes": [attribute("userName", json!(["zed"])), attribute("title", json!(["x"]))]});
    let title = json!({"attributes": [attribute("title", json!([null]))]});
    for before in [
        json!({}),
        json!({"userName": null}),
        json!({"attributes": [attribute("userName", json!([]))]}),
    ] {
        let items = [(update(8, changed.clone(), before), done())];
        assert_eq!(changes(&items)[0]["changes"], title);
        assert!(warnings(&items)[0].ends_with("refuses (1): userName of Bob <bob@x.co>"));
    }
    for key in ["displayName", "emailAddress", "roleId"] {
        let changed = json!({"attributes": [attribute(key, json!(["x@y.co"]))]});
        assert_eq!(changes(&[(update(8, changed, json!({})), done())]), json!([]), "{key}");
    }
}

#[test]
fn a_list_keeps_its_empty_values() {
    let before =
        json!({"attributes": [attribute("list", json!([null, "a"])), attribute("empty", json!([null, null]))]});
    let changed = json!({"attributes": [attribute("list", json!(["b"])), attribute("empty", json!(["b"]))]});
    assert_eq!(
        changes(&[(update(8, changed, before), done())])[0]["changes"]["attributes"],
        json!([
            attribute("list", json!([null, "a"])),
            attribute("empty", json!([null, null]))
        ])
    );
}

#[test]
fn what_was_in_effect_before_the_run_is_not_undone() {
    let unsent = json!({"status": "done", "unsent": true});
    let create = json!({"action": "create", "user": {"displayName": "Ann", "emailAddress": "ann@x.co", "roleId": 4}});
    let items = [
        (update(8, json!({"roleId": 2}), json!({"roleId": 1})), unsent.clone()),
        (ada(json!([])), unsent.clone()),
        (create, unsent),
    ];
    let undone = undo(&items).unwrap();
    assert_eq!(
        (&undone["changes"], &undone["warnings"], &undone["unchanged"]),
        (&json!([]), &json!([]), &json!(5)) // the users of the update and of the create need no change
    );
}

#[test]
fn a_created_user_is_deleted_even_if_it_was_only_half_done() {
    let create = json!({"action": "create", "user": {"displayName": "Ann", "emailAddress": "ann@x.co", "roleId": 4}});
    let user = json!({"id": "11", "displayName": "Ann", "emailAddress": "ann@x.co", "roleId": 4});
    let who = json!({"displayName": "Ann", "emailAddress": "ann@x.co"});
    let delete = json!([{"action": "delete", "id": 11, "before": user, "who": who}]);
    for status in ["done", "failed", "skipped"] {
        assert_eq!(
            changes(&[(create.clone(), json!({"status": status, "user": user}))]),
            delete,
            "{status}"
        );
    }
    // As the functions for Code Engine return it.
    assert_eq!(
        changes(&[(create.clone(), json!({"status": "done", "userId": 11}))]),
        json!([{"action": "delete", "id": 11, "before": create["user"], "who": who}])
    );
    assert_eq!(changes(&[(create.clone(), json!({"status": "skipped"}))]), json!([]));
    assert_eq!(changes(&[(create.clone(), done())]), json!([]));
    assert!(warnings(&[(create, done())])[0].ends_with("(1): Ann <ann@x.co>"));
}

#[test]
fn the_delete_of_a_half_done_user_tells_what_the_user_may_have() {
    let then = json!({"attributes": [attribute("title", json!(["CTO"]))]});
    let create = json!({"action": "create", "user": {"displayName": "Ann", "emailAddress": "ann@x.co", "roleId": 4}, "then": then});
    let delete =
        |status| changes(&[(create.clone(), json!({"status": status, "user": {"id": 11}}))])[0]["then"].clone();
    assert_eq!(
        ["done", "failed", "skipped"].map(delete),
        [Json::Null, then.clone(), then]
    );
}

#[test]
fn a_deleted_user_is_created_again_with_what_people_set() {
    let held = json!([
        attribute("id", json!([7])), attribute("displayName", json!(["Ada"])), attribute("roleId", json!([4])), attribute("created", json!([1])),
        attribute("isActive", json!([true])), attribute("lastLogin", json!([1])), attribute("avatarKey", json!([null])),
        {"key": "title", "values": ["CTO"], "source": "scim"}, attribute("list", json!(["a", null, 1])), attribute("empty", json!([])),
    ]);
    assert_eq!(
        changes(&[(ada(held), done())]),
        json!([{"action": "create", "user": {"displayName": "Ada", "emailAddress": "ada@x.co", "roleId": 4}, "formerId": 7,
            "then": {"attributes": [attribute("title", json!(["CTO"])), attribute("list", json!(["a", null, 1]))]}}])
    );
    let mut other_name = ada(json!([]));
    other_name["before"]["userName"] = json!("lovelace");
    assert_eq!(
        changes(&[(other_name, done())])[0]["then"],
        json!({"attributes": [attribute("userName", json!(["lovelace"]))]})
    );
    assert_eq!(changes(&[(ada(json!([])), done())])[0].get("then"), None);
    assert!(warnings(&[(ada(json!([])), done())])[0].ends_with("(1): Ada <ada@x.co>"));
    assert_eq!(changes(&[(ada(json!([])), failed("FORBIDDEN"))]), json!([]));
}

#[test]
fn a_user_who_cannot_be_created_again_is_in_the_warnings() {
    let mut without = ada(json!([]));
    without["before"].as_object_mut().unwrap().remove("roleId");
    let items = [(without, done()), (json!({"action": "delete", "id": 9}), done())];
    assert_eq!(changes(&items), json!([]));
    let lines = warnings(&items);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("(2): Ada <ada@x.co>, user 9"), "{lines:?}");
}

#[test]
fn people_get_a_deleted_manager_back_by_address() {
    let boss = update(
        8,
        json!({"attributes": [attribute("reportsTo", json!(["9"]))]}),
        json!({"attributes": [attribute("reportsTo", json!([7]))]}),
    );
    let own = ada(json!([attribute("reportsTo", json!(["7"]))]));
    let undone = changes(&[(boss.clone(), done()), (own, done())]);
    let attributes = json!({"attributes": [attribute("reportsTo", json!(["ada@x.co"]))]});
    assert_eq!((&undone[0]["then"], &undone[1]["changes"]), (&attributes, &attributes));
    // The manager cannot come back.
    let items = [(boss, done()), (json!({"action": "delete", "id": 7}), done())];
    assert_eq!(changes(&items), json!([]));
    assert!(
        warnings(&items)[1].ends_with("(1): Bob <bob@x.co>"),
        "{:?}",
        warnings(&items)
    );
}

#[test]
fn changes_are_undone_in_the_opposite_order_and_not_for_users_who_are_gone() {
    let first = update(8, json!({"roleId": 2}), json!({"roleId": 1}));
    let second = update(8, json!({"roleId": 3}), json!({"roleId": 2}));
    let undone = changes(&[(first, done()), (second, done())]);
    assert_eq!(
        (&undone[0]["changes"]["roleId"], &undone[1]["changes"]["roleId"]),
        (&json!(2), &json!(1))
    );
    let undone = changes(&[
        (update(7, json!({"roleId": 3}), json!({"roleId": 2})), done()),
        (ada(json!([])), done()),
    ]);
    assert_eq!(undone.as_array().unwrap().len(), 1);
}

#[test]
fn a_failure_without_a_clear_response_is_in_the_warnings() {
    let change = || update(8, json!({"roleId": 2}), json!({"roleId": 1}));
    let skipped = json!({"status": "skipped", "unclear": true});
    for result in [unclear(), skipped] {
        let items = [
            (change(), result.clone()),
            (change(), failed("CONFLICT")),
            (change(), json!({"status": "skipped"})),
        ];
        let undone = undo(&items).unwrap();
        assert_eq!(
            (&undone["changes"], &undone["unchanged"]),
            (&json!([]), &json!(5)),
            "{result}"
        );
        assert_eq!(undone["warnings"].as_array().unwrap().len(), 1, "{result}");
    }
    // All whom a person must look at are named, up to twenty.
    let named = |count| warnings(&vec![(change(), unclear()); count])[0].matches("Bob").count();
    assert_eq!([8, 20, 21].map(named), [8, 20, 20]);
    assert!(warnings(&vec![(change(), unclear()); 20])[0].ends_with("Bob <bob@x.co>"));
    assert!(warnings(&vec![(change(), unclear()); 21])[0].ends_with("Bob <bob@x.co>, …"));
    let created_again = warnings(&vec![(with_reports(json!([])), done()); 5]);
    assert!(created_again[0].ends_with("(5): Ada <ada@x.co>, Ada <ada@x.co>, Ada <ada@x.co>, …"));
}

#[test]
fn a_value_that_would_be_refused_is_left_out_and_named() {
    let change = update(
        8,
        json!({"attributes": [attribute("title", json!(["CTO"])), attribute("department", json!(["Sales"]))]}),
        json!({"attributes": [attribute("title", json!(["#N/A"])), attribute("department", json!(["IT"]))]}),
    );
    let items = [
        (change, done()),
        (
            ada(json!([
                attribute("alternateEmail", json!(["none"])),
                attribute("title", json!(["x"]))
            ])),
            done(),
        ),
    ];
    let undone = undo(&items).unwrap();
    assert_eq!(
        undone["changes"][0]["then"],
        json!({"attributes": [attribute("title", json!(["x"]))]})
    );
    assert_eq!(
        undone["changes"][1]["changes"],
        json!({"attributes": [attribute("department", json!(["IT"]))]})
    );
    assert!(
        warnings(&items)[2].ends_with("(2): alternateEmail of Ada <ada@x.co>, title of Bob <bob@x.co>"),
        "{undone}"
    );
    assert!(parse_changes(&value(undone)).is_ok());
}

#[test]
fn the_result_of_another_plan_is_refused() {
    let create = json!({"action": "create", "user": {"displayName": "Ann", "emailAddress": "ann@x.co", "roleId": 4}});
    let plan = value(json!([create, update(8, json!({"roleId": 2}), json!({"roleId": 1}))]));
    for results in [
        json!([]),
        json!([{"index": 0, "status": "done"}]),
        json!([{"index": 1, "status": "done"}, {"index": 0, "status": "done"}]),
        json!([{"index": 0, "status": "done"}, {"index": 2, "status": "done"}]),
        json!([{"index": 0, "status": "done"}, {"status": "done"}]),
        json!([{"index": 0, "status": "done", "user": {"id": 11, "emailAddress": "bob@x.co"}}, {"index": 1, "status": "done"}]),
        json!([{"index": 0, "status": "done"}, {"index": 1, "status": "done", "user": {"id": 9}}]),
    ] {
        let error = undo_plan(&plan, &value(json!({"results": results}))).unwrap_err();
        assert!(
            error.message.starts_with("The result is not that of this plan"),
            "{results}"
        );
    }
    for result in [json!(null), json!({}), json!([]), json!({"results": {}})] {
        let error = undo_plan(&plan, &value(result)).unwrap_err();
        assert!(
            error
                .message
                .starts_with("result must be the awaited result of applyChanges"),
            "{error:?}"
        );
    }
    assert!(undo_plan(&value(json!({})), &value(json!({"results": []}))).is_err());
}

fn with_reports(reports: Json) -> Json {
    let mut delete = ada(json!([]));
    delete["reports"] = reports;
    delete
}

fn manager(name: &str) -> Json {
    json!({"attributes": [attribute("reportsTo", json!([name]))]})
}

#[test]
fn whoever_kept_a_deleted_manager_is_put_back_by_address() {
    let items = [(with_reports(json!([8, "9"])), done())];
    let plan = json!({"changes": [items[0].0], "unchanged": 3, "names": {"users": {"8": "Bob"}}});
    let result = json!({"results": [{"index": 0, "status": "done"}]});
    let undone = with_integers(serde_json::to_value(undo_plan(&value(plan), &value(result)).unwrap()).unwrap());
    let put_back = |id: u32, who: Json| json!({"action": "update", "id": id, "changes": manager("ada@x.co"), "before": manager("7"), "who": who});
    assert_eq!(undone["changes"][1], put_back(8, json!({"displayName": "Bob"})));
    assert_eq!(undone["changes"][2], put_back(9, json!({})));
    // Both needed no change in the plan, and need one in the undo.
    assert_eq!(
        (undone["changes"].as_array().unwrap().len(), &undone["unchanged"]),
        (3, &json!(1))
    );
    let lines = warnings(&items);
    assert!(lines.len() == 1 && !lines[0].contains("reported"), "{lines:?}");
    assert!(parse_changes(&value(undone)).is_ok());
}

#[test]
fn whoever_was_deleted_too_or_has_another_manager_is_not_put_back() {
    let mut also_deleted = ada(json!([attribute("reportsTo", json!(["7"]))]));
    also_deleted["id"] = json!(8);
    also_deleted["before"]["emailAddress"] = json!("bob@x.co");
    also_deleted["reports"] = json!([]);
    let to_other = |id| update(id, manager("5"), manager("7"));
    let put_back = |results: [Json; 3]| {
        let [eight, nine, ten] = results;
        let items = [
            (with_reports(json!([7, 8, 9, 10])), done()),
            (also_deleted.clone(), eight),
            (to_other(9), nine),
            (update(10, json!({"roleId": 2}), json!({"roleId": 1})), ten),
        ];
        let undone = changes(&items);
        let ids = undone.as_array().unwrap().iter();
        ids.filter(|change| change["before"] == manager("7"))
            .map(|change| change["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(put_back([done(), done(), done()]), [10]);
    let unsent = json!({"status": "done", "unsent": true});
    assert_eq!(
        put_back([done(), unsent, done()]),
        [10],
        "the user had the other manager before the run"
    );
    assert_eq!(
        put_back([failed("FORBIDDEN"), failed("FORBIDDEN"), json!({"status": "skipped"})]),
        [8, 9, 10]
    );
    // Perhaps the user has the other manager: a warning names the user.
    assert_eq!(put_back([done(), unclear(), done()]), [10]);
    assert_eq!(
        changes(&[(with_reports(json!([8])), failed("FORBIDDEN"))]),
        json!([]),
        "the manager is not deleted"
    );
}

#[test]
fn whoever_reported_to_a_user_who_cannot_come_back_is_in_the_warnings() {
    let items = [(json!({"action": "delete", "id": 7, "reports": [8, 9]}), done())];
    assert_eq!(changes(&items), json!([]));
    assert!(
        warnings(&items)[1].ends_with("(2): user 8, user 9"),
        "{:?}",
        warnings(&items)
    );
}

#[test]
fn a_delete_that_does_not_know_the_reports_is_in_the_warnings() {
    let lines = warnings(&[(ada(json!([])), done()), (with_reports(json!([])), done())]);
    assert_eq!(lines.len(), 2);
    assert!(lines[1].starts_with("Deleted users for whom the plan does not know who reported to them"));
    assert!(lines[1].ends_with("(1): Ada <ada@x.co>"), "{lines:?}");
}

#[test]
fn reports_that_are_no_ids_are_refused() {
    for (reports, got) in [(json!(["x"]), "\"x\""), (json!([8, null]), "null")] {
        let error = undo(&[(with_reports(reports), done())]).unwrap_err();
        let message = format!(
            "changes[0]: reports: id must be a user's id: a positive integer up to 2^53 - 1, or its decimal string; got {got}"
        );
        assert!(error.message.contains(&message), "{error:?}");
    }
}

#[test]
fn a_created_user_of_whom_only_the_id_is_known_is_deleted_with_the_values_of_the_plan() {
    let create = json!({"action": "create", "user": {"displayName": "Ann", "emailAddress": "ann@x.co", "roleId": 4}});
    assert_eq!(
        changes(&[(create.clone(), json!({"status": "skipped", "user": {"id": 11}}))]),
        json!([{"action": "delete", "id": 11, "before": create["user"], "who": {"displayName": "Ann", "emailAddress": "ann@x.co"}}])
    );
}

/// Returns the undo of an update of the name and the manager in a plan that names these users.
fn undo_of_manager(old: Json, others: &[(Json, Json)], users: Json) -> Json {
    let update = update(
        8,
        json!({"displayName": "New", "attributes": [attribute("reportsTo", json!(["9"]))]}),
        json!({"displayName": "Bob", "attributes": [attribute("reportsTo", old)]}),
    );
    let (mut changes, mut results) = (vec![update], vec![json!({"index": 0, "status": "done"})]);
    for (change, result) in others {
        let mut result = result.clone();
        result["index"] = json!(changes.len());
        changes.push(change.clone());
        results.push(result);
    }
    let plan = json!({"changes": changes, "unchanged": 0, "warnings": [], "names": {"users": users}});
    let undone = undo_plan(&value(plan), &value(json!({"results": results}))).unwrap();
    assert!(parse_changes(&undone).is_ok());
    with_integers(serde_json::to_value(undone).unwrap())
}

#[test]
fn an_old_manager_who_may_be_gone_is_set_back_apart_from_the_other_fields() {
    let sent = |undone: &Json| {
        let updates = undone["changes"].as_array().unwrap().iter();
        updates
            .filter(|change| change["id"] == json!(8))
            .map(|change| (change["changes"].clone(), change["before"].clone()))
            .collect::<Vec<_>>()
    };
    let whole = json!({"displayName": "Bob", "attributes": [attribute("reportsTo", json!(["7"]))]});
    let before = json!({"displayName": "New", "attributes": [attribute("reportsTo", json!(["9"]))]});
    let apart = |name: &str| {
        [
            (json!({"displayName": "Bob"}), json!({"displayName": "New"})),
            (manager(name), manager("9")),
        ]
    };
    let known = json!({"7": "Ada", "9": "Eve"});
    assert_eq!(
        sent(&undo_of_manager(json!(["7"]), &[], known.clone())),
        [(whole, before)]
    );
    assert_eq!(
        sent(&undo_of_manager(json!(["7"]), &[], json!({"9": "Eve"}))),
        apart("7")
    );
    let delete = |result| (ada(json!([])), result);
    assert_eq!(
        sent(&undo_of_manager(json!(["7"]), &[delete(unclear())], known.clone())),
        apart("7")
    );
    // Who is created again must exist first.
    assert_eq!(
        sent(&undo_of_manager(json!(["7"]), &[delete(done())], known.clone())),
        apart("ada@x.co")
    );
    assert_eq!(sent(&undo_of_manager(json!([null]), &[], json!({}))).len(), 1);
}

#[test]
fn what_cannot_be_a_manager_is_not_set_back_and_an_empty_string_clears() {
    for old in [json!(["Ann Boss"]), json!(["EMP-7"]), json!([7.5]), json!([true])] {
        let undone = undo_of_manager(old, &[], json!({}));
        assert_eq!(undone["changes"][0]["changes"], json!({"displayName": "Bob"}));
        let warning = "Values that are not set back, since the user had none, or one that applyChanges refuses (1): reportsTo of Bob <bob@x.co>";
        assert_eq!(undone["warnings"], json!([warning]));
    }
    for old in [json!([""]), json!([" "])] {
        let undone = undo_of_manager(old, &[], json!({}));
        let cleared = json!({"displayName": "Bob", "attributes": [attribute("reportsTo", json!([null]))]});
        assert_eq!(
            (&undone["changes"][0]["changes"], &undone["warnings"]),
            (&cleared, &json!([]))
        );
    }
    let deleted = |manager: &str| {
        let own = ada(json!([
            attribute("reportsTo", json!([manager])),
            attribute("title", json!(["x"]))
        ]));
        let items = [(own, done())];
        (changes(&items)[0]["then"].clone(), warnings(&items).len())
    };
    let title = json!({"attributes": [attribute("title", json!(["x"]))]});
    assert_eq!(deleted("Ann Boss"), (title.clone(), 2 + 1));
    assert_eq!(deleted(""), (title, 2));
}

#[test]
fn the_undo_of_an_undo_sets_nobody_back_to_the_former_id_of_a_manager() {
    let undone = undo(&[(with_reports(json!([8])), done())]).unwrap();
    let create = undone["changes"][0].clone();
    assert_eq!(create["formerId"], json!(7));
    let created =
        json!({"status": "done", "user": {"id": 12, "displayName": "Ada", "emailAddress": "ada@x.co", "roleId": 4}});
    let both = update(
        9,
        json!({"displayName": "New", "attributes": [attribute("reportsTo", json!(["ada@x.co"]))]}),
        json!({"displayName": "Old", "attributes": [attribute("reportsTo", json!([7]))]}),
    );
    let items = [
        (create, created),
        (undone["changes"][1].clone(), done()),
        (both, done()),
    ];
    let redone = undo(&items).unwrap();
    let sent: Vec<_> = redone["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (&change["id"], &change["changes"]))
        .collect();
    assert_eq!(
        sent,
        [(&json!(9), &json!({"displayName": "Old"})), (&json!(12), &Json::Null)]
    );
    let line = "Users who do not get their manager back, since the manager was deleted and is not created again (2): Bob <bob@x.co>, user 8";
    assert_eq!(redone["warnings"], json!([line]));
}
