//! The roles of an instance, for roles that are named instead of given by id.

use crate::excerpt::excerpt;
use crate::user;
use crate::value::Value;
use domo_users_scan::case::to_lower_case;
#[cfg(feature = "streams")]
use domo_users_scan::csv::names_by_id::NamesById;
use domo_users_scan::email::visible;
#[cfg(feature = "streams")]
use domo_users_scan::number::is_number;

/// A role of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The id.
    pub id: u64,
    /// The name, without spaces around it. It is empty if the instance returned none.
    pub name: String,
}

/// The roles of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// Reads the response to a request for the roles, an array of `{id, name}`. A role without an id is left out.
    #[must_use]
    pub fn of(response: &Value) -> Self {
        let mut roles = Vec::new();
        for role in response.items() {
            if let Ok(id) = user::id(role.field("id")) {
                let name = role.field("name").as_str().unwrap_or_default().trim().to_owned();
                roles.push(Role { id, name });
            }
        }
        Self(roles)
    }

    /// Whether a role has this id.
    #[must_use]
    pub fn has(&self, id: u64) -> bool {
        self.0.iter().any(|role| role.id == id)
    }

    /// Returns the roles.
    pub fn iter(&self) -> core::slice::Iter<'_, Role> {
        self.0.iter()
    }

    /// Returns the name of the role with this id.
    #[must_use]
    pub fn name(&self, id: u64) -> Option<&str> {
        let role = self.0.iter().find(|role| role.id == id)?;
        Some(role.name.as_str()).filter(|name| !name.is_empty())
    }

    /// Returns the names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|role| role.name.as_str())
    }

    /// Returns the ids of the roles with this name, ignoring case, surrounding spaces and invisible characters.
    pub fn with_name(&self, name: &str) -> impl Iterator<Item = u64> {
        let folded = folded(name);
        let same = move |role: &&Role| !folded.is_empty() && self::folded(&role.name) == folded;
        self.0.iter().filter(same).map(|role| role.id)
    }

    /// Whether a role has this name, ignoring case, surrounding spaces and invisible characters.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.with_name(name).next().is_some()
    }

    /// Returns the id of the role with this name, ignoring case, surrounding spaces and invisible characters. A name in exactly this spelling is preferred.
    /// Returns `None` if no role or several roles have the name.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<u64> {
        let only = |is_same: &dyn Fn(&Role) -> bool| {
            let mut same = self.0.iter().filter(|role| is_same(role));
            let role = same.next()?;
            same.next().is_none().then_some(role.id)
        };
        let (exact, folded) = (name.trim(), folded(name));
        if folded.is_empty() {
            return None;
        }
        only(&|role| role.name == exact).or_else(|| only(&|role| self::folded(&role.name) == folded))
    }

    /// Returns the names that can be written in place of ids: [`id`](Self::id) finds the role by its name, which is no number.
    #[cfg(feature = "streams")]
    #[must_use]
    pub fn names_by_id(&self) -> NamesById {
        let mut names = NamesById::default();
        for role in &self.0 {
            if self.id(&role.name) == Some(role.id) && !is_number(role.name.as_bytes()) {
                names.add(role.id.to_string().as_bytes(), role.name.as_bytes());
            }
        }
        names
    }

    /// Returns the first name that has only digits. A list with this name means the role with this id.
    #[cfg(feature = "streams")]
    #[must_use]
    pub fn name_like_an_id(&self) -> Option<&str> {
        let mut names = self.names();
        names.find(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Returns the names and ids of the first roles, such as `Admin (1), Editor (3)`.
    #[must_use]
    pub fn describe(&self) -> String {
        const MOST: usize = 20;
        let mut described = String::new();
        for (index, role) in self.0.iter().enumerate() {
            if index == MOST {
                described.push_str(&format!(", and {} more", self.0.len().saturating_sub(MOST)));
                break;
            }
            if index > 0 {
                described.push_str(", ");
            }
            described.push_str(format!("{} ({})", excerpt(&role.name, 60), role.id).trim_start());
        }
        described
    }
}

fn folded(name: &str) -> String {
    to_lower_case(visible(name).trim())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn roles() -> Roles {
        Roles::of(&Value::from_json(
            r#"[{"id":1,"name":"Admin"},{"id":"2097161234","name":" Field Sales "},{"id":7},{"name":"x"},{"id":8,"name":"editor"},{"id":3,"name":"Editor"}]"#,
        ))
    }

    #[test]
    fn a_role_is_found_by_name_ignoring_case_and_by_id() {
        for (name, id) in [
            ("Admin", Some(1)),
            (" admin ", Some(1)),
            ("ADMIN\u{200b}", Some(1)),
            ("field sales", Some(2_097_161_234)),
            ("Editor", Some(3)),
            ("editor", Some(8)),
            ("EDITOR", None),
            ("x", None),
            ("", None),
            ("\u{200b}", None),
        ] {
            assert_eq!(roles().id(name), id, "{name}");
        }
        assert_eq!(roles().name(2_097_161_234), Some("Field Sales"));
        assert_eq!(roles().name(7), None);
        assert!(roles().has(7) && !roles().has(9));
        assert!(roles().has_name("EDITOR") && !roles().has_name("") && !roles().has_name("x"));
        let twins = Roles::of(&Value::from_json(
            r#"[{"id":1,"name":"A"},{"id":2,"name":"A"},{"id":3,"name":"a"}]"#,
        ));
        assert_eq!((twins.id("A"), twins.id("a")), (None, Some(3)));
    }

    #[test]
    fn a_name_is_written_in_place_of_an_id_if_only_this_role_has_it() {
        let names = Roles::of(&Value::from_json(
            r#"[{"id":1,"name":"Admin"},{"id":"20","name":" Sales "},{"id":3,"name":"Twin"},{"id":4,"name":"Twin"},{"id":5,"name":"7"},{"id":6,"name":""},{"id":8,"name":"admin"}]"#,
        ))
        .names_by_id();
        for (id, name) in [
            ("1", Some("Admin")),
            ("20", Some("Sales")),
            ("3", None),
            ("4", None),
            ("5", None),
            ("6", None),
            ("8", Some("admin")),
            ("9", None),
        ] {
            assert_eq!(names.get(id.as_bytes()), name.map(str::as_bytes), "{id}");
        }
    }

    #[test]
    fn roles_are_listed_with_their_ids() {
        assert_eq!(
            roles().describe(),
            "Admin (1), Field Sales (2097161234), (7), editor (8), Editor (3)"
        );
        let many = (1..=23_u32)
            .map(|id| Value::from_json(&format!(r#"{{"id":{id},"name":"R"}}"#)))
            .collect();
        assert!(
            Roles::of(&Value::Array(many))
                .describe()
                .ends_with("R (20), and 3 more")
        );
        assert_eq!(Roles::of(&Value::Null).describe(), "");
    }
}
