//! The plan: the changes that make an instance match the desired users.
//!
//! A [`planner`] compares each user of the instance with the row of the [`row_index`] that matches it: [`sources`] tells where the value of a column stands
//! in a user, [`user_value`] reads it, and [`equivalence`] tells which different values mean the same. It keeps only what it found ([`findings`]) and what
//! differs ([`diff_store`]). When all users were read, [`column_names`] and [`unknown_columns`] compare the columns with the attributes of the instance,
//! [`new_users`] those of the option `newUsers`, [`roles`] checks the roles, and [`conflicts`] finds changes that contradict each other or the [`policy`],
//! with the [`facts`] that the instance lists beside its users, [`reporting_circles`] people who would report to themselves, and [`pipe_lists`] values such
//! as `a|b`. The result is a [`user_plan`]: [`changes`] and [`values`] write it as JSON, with [`json_object`], and [`list_warnings`] and [`change_warnings`], with [`mod@add_warning`], are
//! for the person who applies it. [`deletes`] are the users to delete, [`people`] the names that the plan mentions, [`ids`] sets of ids.

pub mod add_warning;
pub mod change_warnings;
pub mod changes;
pub mod column_names;
pub mod conflicts;
pub mod deletes;
pub mod diff_store;
pub mod equivalence;
pub mod facts;
pub mod findings;
pub mod ids;
pub mod json_object;
pub mod list_warnings;
pub mod new_users;
pub mod people;
pub mod pipe_lists;
pub mod planner;
pub mod policy;
pub mod reporting_circles;
pub mod roles;
pub mod row_index;
pub mod sources;
pub mod unknown_columns;
pub mod user_plan;
pub mod user_value;
pub mod values;
