//! What holds for any list and any instance.

use super::*;
use domo_users_scan::columns::{ATTRIBUTES, Columns};
use domo_users_scan::csv::writer::{WriteOptions, Writer};
use domo_users_scan::strings::trim;
use proptest::prelude::*;

/// Values of every kind, with what CSV, spreadsheets and JSON find hard.
fn value() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e6f64..1e6).prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
        r#"['=+\-@\t\r\n,"\[\]\\\\ |;a1é🙂]{0,6}"#.prop_map(Json::from),
    ]
}

fn users() -> impl Strategy<Value = Vec<Json>> {
    let attribute = || proptest::collection::vec(value(), 0..3);
    proptest::collection::vec((".{0,20}", proptest::collection::vec(attribute(), 4)), 0..12).prop_map(|people| {
        let user = |(at, (name, values)): (usize, (String, Vec<Vec<Json>>))| {
            let keys = ["title", "costCenter", "phoneNumber", "[own, key"];
            let attributes: Vec<Json> = keys.iter().zip(values).map(|(key, values)| json!({"key": key, "values": values})).collect();
            let name = if trim(name.as_bytes()).is_empty() { "x".to_owned() } else { name };
            let email = format!("{}{at}@Example.com", if at % 2 == 0 { "A" } else { "é" });
            json!({"attributes": attributes, "id": at + 1, "displayName": name, "userName": email, "roleId": at % 5 + 1, "emailAddress": email})
        };
        people.into_iter().enumerate().map(user).collect()
    })
}

/// Returns the changes and the number of unchanged users of a plan. There may be warnings.
fn outcome(list: impl Into<List>, users: &[Json], options: Json) -> Json {
    let plan = plan(list, &Json::from(users.to_vec()), options);
    json!({"changes": plan["changes"], "unchanged": plan["unchanged"]})
}

proptest! {
    #[test]
    fn an_export_plans_nothing(users in users(), by in 0usize..3, clear: bool, seen in 0usize..3, raw_cells: bool) {
        let names = ["id", "displayName", "userName", "roleId", "emailAddress", "title", "costCenter", "phoneNumber", "[own, key"];
        let mut columns = Columns::new(&names);
        columns.add(ATTRIBUTES[seen].as_bytes());
        let style = WriteOptions { bom: seen == 2, raw_cells, ..WriteOptions::default() };
        let mut writer = Writer::new(columns, None, style);
        for user in &users {
            let text = user.to_string();
            let is_read = writer.cells.extract_like_earlier(text.as_bytes(), 0) == Some(text.len());
            writer.write_user(text.as_bytes(), 0..text.len(), is_read).unwrap();
        }
        let match_by = ["emailAddress", "id", "userName"][by];
        let options = json!({
            "matchBy": match_by, "emptyCells": if clear { "clear" } else { "keep" },
            "deleteMissing": !users.is_empty(), "maxDeletes": 0,
        });
        let outcome = outcome(writer.out.as_slice(), &users, options);
        prop_assert_eq!(outcome, json!({"changes": [], "unchanged": users.len()}));
    }

    #[test]
    fn the_users_of_the_instance_plan_nothing(users in users()) {
        let outcome = outcome(Json::from(users.clone()), &users, json!({}));
        prop_assert_eq!(outcome, json!({"changes": [], "unchanged": users.len()}));
    }

    #[test]
    fn a_key_of_an_attribute_is_taken_as_it_is(key in "email|location|Title|employee_id|Employee ID|id|[a-z_ ]{1,9}", field in "title|Job Title|note") {
        let user = json!({"id": 7, "emailAddress": "j@x.co", field.as_str(): "x", "attributes": [{"key": key, "values": ["1"]}]});
        let has = json!({"id": 7, "emailAddress": "j@x.co", "attributes": [{"key": key, "values": ["1"]}, {"key": field, "values": ["x"]}]});
        prop_assume!(key != field && key != "id");
        prop_assert_eq!(outcome(json!([user]), &[has], json!({})), json!({"changes": [], "unchanged": 1}));
    }

    #[test]
    fn exactly_the_fields_that_differ_are_changed(role in 1u32..6, title in "[a-z]{1,5}", old in "[a-z]{1,5}") {
        let user = json!({"id": 7, "displayName": "J", "roleId": 4, "emailAddress": "j@x.co", "attributes": [{"key": "title", "values": [old]}]});
        let plan = outcome(json!([{"emailAddress": "J@x.co", "roleId": role, "title": title}]), &[user], json!({}));
        let (role_differs, title_differs) = (role != 4, title != old);
        let changes = plan["changes"].as_array().unwrap();
        prop_assert_eq!(changes.len(), usize::from(role_differs || title_differs));
        if let Some(change) = changes.first() {
            prop_assert_eq!(change["changes"].get("roleId").is_some(), role_differs);
            prop_assert_eq!(change["changes"].get("attributes").is_some(), title_differs);
            prop_assert_eq!(change["before"].as_object().unwrap().len(), usize::from(role_differs) + usize::from(title_differs));
        }
    }

    #[test]
    fn any_csv_is_read_or_refused(csv in r#"(email|id|title|reportsTo|newEmail|a@b\.cc|c@d\.ee|7|,|"|\n|'=|\[1\]| ){0,40}"#, delete: bool) {
        let users = json!([{"id": 7, "displayName": "J", "roleId": 4, "emailAddress": "a@b.cc"}, {"id": "8"}]);
        let options = json!({"deleteMissing": delete, "maxDeletes": 1, "protect": [8], "emptyCells": if delete { "clear" } else { "keep" }});
        let _ = try_plan(csv, &users, &options);
    }
}

/// Any letter whose upper case is another letter, and some ASCII.
fn letters() -> impl Strategy<Value = String> {
    let in_case = ('\0'..='\u{1ffff}').filter(|c| c.to_uppercase().count() == 1 && !c.to_uppercase().eq([*c]));
    // `ı` is no other case of `i`. Combining marks and letters in circles cannot stand in an address.
    let is_letter = |c: &char| c.is_alphabetic() && !matches!(*c, 'ı' | '\u{345}' | '\u{2190}'..='\u{2bff}');
    let cased: Vec<char> = in_case.filter(is_letter).collect();
    proptest::collection::vec(
        prop_oneof![proptest::sample::select(cased), proptest::char::range('a', 'z')],
        1..6,
    )
    .prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #[test]
    fn strings_that_differ_only_in_case_are_the_same_user(name in letters(), domain in letters(), cases in any::<u64>(), by in 0usize..2) {
        let mut cases = cases;
        let mut other_case = |text: &str| -> String {
            text.chars().map(|c| {
                cases = cases.rotate_right(1);
                if cases & 1 == 0 { c } else { c.to_uppercase().next().unwrap() }
            }).collect()
        };
        let address = format!("a{name}@{domain}.co");
        let (one, other) = (address.clone(), other_case(&address));
        for (listed, held) in [(&one, &other), (&other, &one)] {
            let users = json!([{"id": 1, "displayName": "Ann", "roleId": 4, "emailAddress": held, "userName": held}]);
            let match_by = ["emailAddress", "userName"][by];
            let options = json!({"deleteMissing": true, "matchBy": match_by});
            let row = json!([{"emailAddress": listed, "userName": listed}]);
            let unchanged = json!({"changes": [], "unchanged": 1, "warnings": []});
            prop_assert_eq!(plan(row, &users, options.clone()), unchanged.clone());
            prop_assert_eq!(plan(format!("email,userName\n{listed},{listed}\n"), &users, options), unchanged);
            let manager = json!([
                users[0],
                {"id": 2, "displayName": "Bob", "roleId": 4, "emailAddress": "bob@x.co", "attributes": [{"key": "reportsTo", "values": ["1"]}]},
            ]);
            prop_assert_eq!(&plan(format!("email,reportsTo\nbob@x.co,{listed}\n"), &manager, json!({}))["changes"], &json!([]));
        }
    }
}
