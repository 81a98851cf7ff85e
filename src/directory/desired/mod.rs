//! The desired users: from a list, as CSV or objects, to checked rows.
//!
//! [`csv`] and [`objects`] read a list piece by piece into a [`state`]. [`header`] finds the columns of a CSV file, with the caller's [`header_options`].
//! [`rows`] adds a row: [`raw_cell`] reads a cell, [`clean_address`] removes what surrounds an e-mail address, [`cell_check`] checks the value by
//! the field of its column, and [`damage`] recognises cells that a spreadsheet or a wrong encoding has damaged. [`new_user`] checks that a row can create a
//! user, with the [`new_user_defaults`] that [`new_users_option`] reads. [`references`] holds the managers and roles that the list names. [`row_error`] has
//! the message of every error, with [`no_key_column`], [`unknown_column`] and [`unknown_role`]; [`row_errors`] collects them.

pub mod address_taken;
pub mod cell_check;
pub mod clean_address;
pub mod csv;
pub mod damage;
pub mod header;
pub mod header_options;
pub mod new_user;
pub mod new_user_defaults;
pub mod new_users_option;
pub mod no_key_column;
pub mod objects;
pub mod piped;
pub mod raw_cell;
pub mod references;
pub mod row_error;
pub mod row_errors;
pub mod rows;
pub mod state;
pub mod unknown_column;
pub mod unknown_role;
