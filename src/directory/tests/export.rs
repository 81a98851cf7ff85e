//! An exported file plans nothing, and the names of an export's columns are understood.

use super::*;
use crate::directory::column::domo_name;
use domo_users_scan::columns::Columns;
use domo_users_scan::csv::writer::{WriteOptions, Writer};

fn export(users: &Json, names: &[&str]) -> String {
    let mut columns = Columns::default();
    for name in names {
        columns.add(domo_name(name).unwrap_or(name).as_bytes());
    }
    let mut writer = Writer::new(columns, Some(&Columns::new(names)), WriteOptions::default());
    for user in users.as_array().unwrap() {
        let text = user.to_string();
        let is_read = writer.cells.extract_like_earlier(text.as_bytes(), 0) == Some(text.len());
        writer.write_user(text.as_bytes(), 0..text.len(), is_read).unwrap();
    }
    String::from_utf8(writer.out).unwrap()
}

#[test]
fn an_export_with_the_names_of_domos_people_files_plans_nothing() {
    let attributes: Vec<Json> = [
        ("deskPhoneNumber", "1"),
        ("employeeId", "2"),
        ("employeeLocation", "Rome"),
        ("costCenter", "c"),
    ]
    .iter()
    .map(|(key, value)| json!({"key": key, "values": [value]}))
    .collect();
    let users =
        json!([{"id": 11, "displayName": "Ann", "roleId": 4, "emailAddress": "ann@x.co", "attributes": attributes}]);
    let csv = export(
        &users,
        &[
            "email",
            "displayName",
            "roleID",
            "deskPhone",
            "employeeID",
            "location",
            "Role Name",
            "costCenter",
        ],
    );
    assert_eq!(
        csv,
        "email,displayName,roleID,deskPhone,employeeID,location,Role Name,costCenter\r\nann@x.co,Ann,4,1,2,Rome,,c\r\n"
    );
    assert_unchanged(csv, &users, json!({}));
}

#[test]
fn an_export_of_odd_users_plans_nothing_whatever_rows_are_matched_by() {
    let users = json!([
        {"id": 1, "displayName": "=Ada", "userName": "ada", "roleId": 4, "emailAddress": "ada@example.com\u{200b}", "attributes": [{"key": "title", "values": ["-1", "b"]}]},
        {"id": 2, "displayName": "Bob, \"B\"", "userName": "b\u{ad}ob", "roleId": 4, "emailAddress": "mailto:bob@example.com", "attributes": [{"key": "title", "values": ["'=x"]}]},
        {"id": 3, "displayName": "Cy", "userName": "cy", "roleId": 4, "emailAddress": "cy@example.com"},
    ]);
    let csv = export(
        &users,
        &["id", "displayName", "userName", "roleId", "emailAddress", "title"],
    );
    for by in ["emailAddress", "id", "userName"] {
        let plan = plan(csv.as_str(), &users, json!({"matchBy": by, "deleteMissing": true}));
        assert_eq!((&plan["changes"], &plan["unchanged"]), (&json!([]), &json!(3)), "{by}");
    }
}

#[test]
fn domos_names_of_columns() {
    for (header, name) in [
        ("email", Some("emailAddress")),
        ("E-Mail Address", Some("emailAddress")),
        ("deskPhone", Some("deskPhoneNumber")),
        ("location", Some("employeeLocation")),
        ("LOCALE", Some("locale")),
        ("last login", Some("lastLogin")),
        ("costCenter", None),
        ("", None),
    ] {
        assert_eq!(domo_name(header), name, "{header}");
    }
}
