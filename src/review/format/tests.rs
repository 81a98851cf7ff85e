use super::*;
use domo_users_scan::email::is_invisible;
use proptest::prelude::*;

const PLAN: &str = include_str!("../../../tests/golden/plan.json");
const OLDER_PLAN: &str = include_str!("../../../tests/golden/older-plan.json");

fn format(plan: &str, color: bool, max_changes: u32) -> String {
    format_plan(&Value::from_json(plan), color, max_changes).unwrap()
}

/// Compares with a file in `tests/golden`. With UPDATE_GOLDEN set, writes the file instead.
fn assert_golden(name: &str, expected: &str, text: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
        return std::fs::write(path, text).unwrap();
    }
    assert_eq!(text, expected, "{text}");
}

#[test]
fn a_plan_is_written_for_people() {
    assert_golden(
        "plan.txt",
        include_str!("../../../tests/golden/plan.txt"),
        &format(PLAN, false, 100),
    );
}

#[test]
fn a_plan_is_written_in_colour() {
    let text = format(PLAN, true, 100);
    assert_golden(
        "plan-in-colour.txt",
        include_str!("../../../tests/golden/plan-in-colour.txt"),
        &text,
    );
    let mut plain = text;
    for code in ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[0m"] {
        plain = plain.replace(code, "");
    }
    assert_eq!(plain, format(PLAN, false, 100));
}

#[test]
fn a_list_without_names_and_old_values_is_written_by_ids() {
    assert_golden(
        "older-plan.txt",
        include_str!("../../../tests/golden/older-plan.txt"),
        &format(OLDER_PLAN, false, 100),
    );
}

#[test]
fn an_empty_plan_has_no_changes() {
    assert_eq!(
        format(r#"{"changes":[],"unchanged":1,"warnings":[]}"#, false, 100),
        "No changes; 1 user unchanged\n"
    );
    assert_eq!(format("[]", false, 100), "No changes\n");
}

#[test]
fn deletes_are_the_last_to_be_left_out() {
    let text = format(PLAN, false, 3);
    assert!(
        text.contains("\nDelete (2)\n") && text.contains("\nUpdate, with another role (1)\n"),
        "{text}"
    );
    assert!(
        !text.contains("\nUpdate (2)\n") && !text.contains("\nCreate (1)\n"),
        "{text}"
    );
    assert!(text.ends_with("\n… and 3 more\n"), "{text}");
    let counts = format(PLAN, false, 0);
    assert!(
        counts
            .starts_with("6 changes: 2 deletes, 3 updates, 1 create; 1,204 users unchanged\nChanges of the role: 1\n"),
        "{counts}"
    );
    assert!(
        counts.contains("! 1 manager is deleted")
            && counts.ends_with("\n\n… and 6 more\n")
            && !counts.contains("Ada <"),
        "{counts}"
    );
    assert!(!format(PLAN, false, 6).contains("more"));
}

#[test]
fn values_that_begin_alike_are_shown_until_they_differ() {
    let plan = |old: &str, new: &str| {
        format(
            &serde_json::json!([{"action": "update", "id": 7, "changes": {"attributes": [{"key": "note", "values": [new]}]},
                "before": {"attributes": [{"key": "note", "values": [old]}]}}])
            .to_string(),
            false,
            100,
        )
    };
    let long = "x".repeat(100);
    let line = format!("    note: {long}a → {long}b\n");
    assert!(plan(&format!("{long}a"), &format!("{long}b")).ends_with(&line));
    let short = format!("    note: {}… → y\n", "x".repeat(60));
    assert!(plan(&long, "y").ends_with(&short));
    let far = "x".repeat(1000);
    assert!(plan(&far, &format!("{far}b")).ends_with("… (different in spaces, line breaks or what is not shown)\n"));
    assert!(plan("a b", "a\tb").ends_with("    note: a b → aU+0009b\n"));
    assert!(plan("a\u{2800}b", "a\nb").ends_with("    note: aU+2800b → aU+000Ab\n"));
    assert!(
        plan("Jose\u{301}", "José")
            .ends_with("    note: Jose\u{301} → José (different in spaces, line breaks or what is not shown)\n")
    );
    assert!(plan("Jose\u{301}", "Jana").ends_with("    note: Jose\u{301} → Jana\n"));
}

#[test]
fn changes_that_could_not_be_applied_are_refused() {
    for plan in [
        "null",
        "{}",
        "7",
        r#"{"changes":{}}"#,
        r#"[{"action":"drop"}]"#,
        r#"[{"action":"delete"}]"#,
    ] {
        let error = format_plan(&Value::from_json(plan), false, 100).unwrap_err();
        assert_eq!(error.code, crate::error::Code::InvalidInput, "{plan}");
    }
}

#[test]
fn numbers_have_commas_between_thousands() {
    for (number, text) in [
        (0, "0 users"),
        (1, "1 user"),
        (999, "999 users"),
        (1000, "1,000 users"),
        (12_345, "12,345 users"),
        (1_234_567, "1,234,567 users"),
    ] {
        let plan = format!(r#"{{"changes":[],"unchanged":{number}}}"#);
        assert_eq!(format(&plan, false, 100), format!("No changes; {text} unchanged\n"));
    }
}

fn any_string() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2028}\u{2029}\u{2066}-\u{2069}\u{feff}a]{0,8}"
    ]
}

proptest! {
    #[test]
    fn no_character_of_the_data_can_control_a_terminal(text in any_string(), key in any_string(), name in any_string()) {
        let attributes = |value: &str| serde_json::json!([{"key": key, "values": [value]}, {"key": "reportsTo", "values": ["7"]}, {"key": "list", "values": [value, "x"]}]);
        // Strings that `applyChanges` would refuse are refused here, too.
        let plan = serde_json::json!({
            "changes": [
                {"action": "update", "id": 7, "changes": {"attributes": attributes(&text), "roleId": 4}, "before": {"attributes": attributes(&name), &key: text},
                    "who": {"displayName": name, "emailAddress": text}, "row": text},
                {"action": "delete", "id": 7, "before": {"displayName": text, "roleId": name}, "who": {"displayName": text}},
                {"action": "create", "user": {"displayName": "x", "emailAddress": "x@x.co", "roleId": 4, "x": text}, "then": {"attributes": attributes(&text)}},
            ],
            "warnings": [text, name], "instance": text, "names": {"roles": {"4": text}, "users": {"7": name}},
        });
        if let Ok(text) = format_plan(&Value::from_json(&plan.to_string()), false, 100) {
            let is_safe = |c: char| c == '\n' || !(c.is_control() || is_invisible(c) || (c.is_whitespace() && c != ' ') || c == '\u{fffd}');
            prop_assert!(text.chars().all(is_safe), "{:?}", text);
            // No data makes a line of its own.
            prop_assert_eq!(text.lines().filter(|line| !line.is_empty()).count(), 21, "{}", text);
        }
    }
}

#[test]
fn a_long_list_of_values_is_cut() {
    let values = |prefix: &str| {
        let values: Vec<String> = (0..3000).map(|number| format!(r#""{prefix}{number}""#)).collect();
        values.join(",")
    };
    let update = |old: &str, new: &str| {
        let plan = format!(
            r#"[{{"action":"update","id":1,"changes":{{"attributes":[{{"key":"a","values":[{new}]}}]}},"before":{{"attributes":[{{"key":"a","values":[{old}]}}]}}}}]"#
        );
        format(&plan, false, 100)
    };
    let text = update(&values("v"), &values("w"));
    assert!(text.contains(r#" → "w0", "w1", "#) && text.len() < 300, "{text}");
    assert_eq!(text.matches(", …").count(), 2, "{text}");
    // Lists that differ late are still told apart.
    let text = update(&values("v"), &[&values("v"), r#","x""#].concat());
    assert!(
        text.len() < 1300 && text.contains("(different in spaces, line breaks or what is not shown)"),
        "{text}"
    );
    let short = update(r#""a","b""#, r#""a",null,"c""#);
    assert!(short.contains(r#"a: "a", "b" → "a", "c""#), "{short}");
}
