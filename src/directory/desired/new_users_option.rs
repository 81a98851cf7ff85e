//! Reads the option `newUsers`, whose values are checked like those of a row.

use core::mem::{replace, swap};

use crate::directory::column::Field;
use crate::directory::desired::objects::ObjectReader;
use crate::directory::desired::piped::add_suspects;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};

/// Reads the option, a JSON array of one object. Errors are added to the list, as errors of its header. No row of the list may have been read.
pub fn read_new_users(desired: &mut DesiredState, object: &[u8]) {
    // The headers of the list and the option `columns` have no meaning here.
    let mut option = DesiredState::new(MatchBy::Id, false);
    option.lacks_key_column = true;
    // JSON leaves out fields that are undefined.
    if object != b"[{}]" {
        ObjectReader::default().read(&mut option, object);
    }
    add_suspects(&mut option, 0);
    option.refuse_suspects(&|_, _, _| true);
    let mut has_role = false;
    for at in 0..option.columns.len() {
        let has_value = option.rows.row(0).has(at);
        let error = match option.field(at) {
            Some(Field::EmailAddress | Field::NewEmail | Field::UserName | Field::Ignored) => RowError::NotForNewUsers,
            Some(Field::Id) if has_value => RowError::NotForNewUsers,
            Some(Field::RoleId) if has_value && replace(&mut has_role, true) => RowError::DifferentValues,
            _ => continue,
        };
        option.add_cell_error(0, at, error);
    }
    option.errors.move_to_option("newUsers");
    // Swapped, so that the rest of the option is dropped as a whole.
    swap(&mut desired.errors, &mut option.errors);
    swap(&mut desired.managers, &mut option.managers);
    swap(&mut desired.roles, &mut option.roles);
    swap(&mut desired.new_users.columns, &mut option.columns);
    swap(&mut desired.new_users.row, &mut option.rows);
}
