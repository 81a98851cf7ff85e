//! What a plan may do.

use domo_users_scan::number::parse_digits;

/// What a plan may do, as the caller's options say.
#[derive(Debug, Default)]
pub struct Policy {
    /// Whether users without a row are deleted.
    pub delete_missing: bool,
    /// The most deletes of a plan. More are refused.
    pub max_deletes: MaxDeletes,
    /// Ids of users who are never updated or deleted, sorted.
    pub protect: Vec<u64>,
    /// Whether columns that neither Domo nor the instance knows are ignored, with a warning. Otherwise they are refused.
    pub ignore_other_columns: bool,
}

/// The most deletes of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxDeletes {
    /// A number of users.
    Users(u64),
    /// A percentage, from 0 to 100, of the users that the instance has.
    Percent(u64),
}

impl Default for MaxDeletes {
    fn default() -> Self {
        MaxDeletes::Users(10)
    }
}

impl MaxDeletes {
    /// Reads a percentage such as `5%`: a whole number from 0 to 100.
    #[must_use]
    pub fn parse_percent(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('%')?;
        parse_digits(digits.as_bytes())
            .filter(|percent| *percent <= 100)
            .map(MaxDeletes::Percent)
    }

    /// Returns the most deletes that may turn out to be allowed, while the number of users is not known.
    #[must_use]
    pub fn at_most(self) -> u64 {
        match self {
            MaxDeletes::Users(most) => most,
            MaxDeletes::Percent(_) => u64::MAX,
        }
    }

    /// Returns the number of deletes that are allowed if the instance has this many users. A part of a user is not counted.
    #[must_use]
    pub fn of(self, users: u64) -> u64 {
        match self {
            MaxDeletes::Users(most) => most,
            // No instance has so many users that the product overflows; `saturating_mul` would multiply 128 bits.
            MaxDeletes::Percent(percent) => users.wrapping_mul(percent) / 100,
        }
    }
}

impl Policy {
    /// Adds a user who is never updated or deleted.
    pub fn add_protected(&mut self, id: u64) {
        if let Err(at) = self.protect.binary_search(&id) {
            self.protect.insert(at, id);
        }
    }

    /// Whether a user is never updated or deleted.
    #[must_use]
    pub fn protects(&self, id: u64) -> bool {
        self.protect.binary_search(&id).is_ok()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_a_whole_number_from_0_to_100() {
        for (text, percent) in [("0%", Some(0)), ("5%", Some(5)), ("100%", Some(100))] {
            assert_eq!(
                MaxDeletes::parse_percent(text),
                percent.map(MaxDeletes::Percent),
                "{text}"
            );
        }
        for text in [
            "",
            "%",
            "5",
            "101%",
            "-1%",
            "2.5%",
            "5 %",
            " 5%",
            "5%%",
            "007%",
            "99999999999999999999%",
        ] {
            assert_eq!(MaxDeletes::parse_percent(text), None, "{text}");
        }
    }

    #[test]
    fn a_percentage_of_users_is_rounded_down() {
        for (percent, users, most) in [
            (5, 100, 5),
            (5, 99, 4),
            (5, 19, 0),
            (100, 7, 7),
            (0, 1_000, 0),
            (33, 100_000, 33_000),
        ] {
            assert_eq!(MaxDeletes::Percent(percent).of(users), most);
        }
        assert_eq!(MaxDeletes::Users(3).of(1), 3);
    }
}
