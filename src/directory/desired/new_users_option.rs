//! Reads the option `newUsers`, whose values are checked like those of a row.

use crate::directory::column::Field;
use crate::directory::desired::new_user_defaults::NewUserDefaults;
use crate::directory::desired::objects::ObjectReader;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};

/// Reads the option, a JSON array of one object. Errors are added to the list, as errors of its header. No row of the list may have been read.
pub fn read_new_users(desired: &mut DesiredState, object: &[u8]) {
    // The headers of the list and the option `columns` have no meaning here.
    let mut option = DesiredState::new(MatchBy::Id, false);
    option.lacks_key_column = true;
    option.errors.option = Some("newUsers");
    // JSON leaves out fields that are undefined.
    if object != b"[{}]" {
        ObjectReader::default().read(&mut option, object);
    }
    for suspect in core::mem::take(&mut option.suspects) {
        option.refuse_suspect(&suspect);
    }
    let mut has_role = false;
    for at in 0..option.columns.len() {
        let has_value = option.rows.row(0).has(at);
        let error = match option.field(at) {
            Some(Field::EmailAddress | Field::NewEmail | Field::UserName | Field::Ignored) => RowError::NotForNewUsers,
            Some(Field::Id) if has_value => RowError::NotForNewUsers,
            Some(Field::RoleId) if has_value && core::mem::replace(&mut has_role, true) => RowError::DifferentValues,
            _ => continue,
        };
        let name = option.column_name_at(at).to_owned();
        option.add_error(0, &name, &error);
    }
    option.errors.option = None;
    desired.errors = option.errors;
    desired.managers = option.managers;
    desired.roles = option.roles;
    desired.new_users = NewUserDefaults {
        columns: option.columns,
        row: option.rows,
    };
}
