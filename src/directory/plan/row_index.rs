//! The rows of a list, found by the fields that only one user may have.

use crate::directory::column::Field;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};
use domo_users_scan::rows::key_index::KeyIndex;

/// The rows of a list by the field that they are matched by, and by the e-mail address that they give to their user.
#[derive(Debug)]
pub struct RowIndex {
    /// The rows by the field that they are matched by.
    pub keys: KeyIndex,
    /// The rows by the address that they give to their user, if that is another field.
    pub addresses: Option<KeyIndex>,
    /// The column of user names, unless rows are matched by it.
    pub user_name_column: Option<usize>,
    /// The rows by their user name, as soon as a user was looked for.
    user_names: Option<KeyIndex>,
    /// Rows of existing users that give the same address. This is an error if one of the users does not have it yet.
    pub shared_addresses: Vec<SharedAddress>,
}

/// Two rows that give their users the same address.
#[derive(Clone, Copy, Debug)]
pub struct SharedAddress {
    /// The row.
    pub row: usize,
    /// The row before it.
    pub earlier: usize,
    /// How they share it.
    pub sharing: Sharing,
}

/// How two rows share an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Both give it.
    Same,
    /// Each of the two rows gives the address of the other.
    Swap,
    /// The row gives the address that the user of the other row has until that row changes it.
    Chain,
}

impl RowIndex {
    /// Indexes the rows of a list. Rows for the same user, and rows that give an address of which one is for a new user, are added as errors.
    #[must_use]
    pub fn new(desired: &mut DesiredState) -> Self {
        let by_email = desired.match_by == MatchBy::EmailAddress;
        let address_field = if by_email { Field::NewEmail } else { Field::EmailAddress };
        let (mut same_users, mut shared, mut shared_addresses) = (Vec::new(), Vec::new(), Vec::new());
        let mut keys = index_rows(desired, 0, &mut same_users);
        let address_column = desired.column_of(address_field);
        let addresses = address_column.map(|column| index_rows(desired, column, &mut shared));
        if by_email && addresses.is_some() {
            add_addresses_of_other_rows(desired, &mut keys, &mut shared);
        }
        for SharedAddress { row, earlier, .. } in same_users.iter().copied() {
            let error = RowError::SameUser {
                row: desired.row_number(earlier),
            };
            desired.add_error(row, desired.match_by.name(), error);
        }
        for shared in shared.iter().copied() {
            let is_existing = |row| desired.rows.row(row).has(0);
            if !by_email && is_existing(shared.row) && is_existing(shared.earlier) {
                shared_addresses.push(shared);
            } else {
                refuse_shared_address(desired, shared);
            }
        }
        let user_name_column = desired.column_of(Field::UserName);
        Self {
            keys,
            addresses,
            user_name_column: user_name_column.filter(|_| desired.match_by != MatchBy::UserName),
            user_names: None,
            shared_addresses,
        }
    }

    /// Returns the row of the user who has, or gets, an e-mail address.
    pub fn row_of_address(&mut self, desired: &DesiredState, email: &[u8]) -> Option<usize> {
        let by_email = desired.match_by == MatchBy::EmailAddress;
        let row = if by_email {
            self.keys.find_row(&desired.rows, email)
        } else {
            None
        };
        row.or_else(|| self.addresses.as_mut()?.find_row(&desired.rows, email))
    }

    /// Returns the row that gives a user name, unless it is the row of the user who has it. In most plans no user is looked for, so the rows are indexed
    /// for the first one.
    #[inline(never)]
    pub fn row_of_user_name(&mut self, desired: &DesiredState, name: &[u8], own_row: Option<usize>) -> Option<usize> {
        let (column, mut same) = (self.user_name_column?, Vec::new());
        let names = self
            .user_names
            .get_or_insert_with(|| index_rows(desired, column, &mut same));
        names.find_row(&desired.rows, name).filter(|row| own_row != Some(*row))
    }

    /// Returns the column of the addresses that rows give to their users, unless rows are matched by it.
    #[inline(always)]
    #[must_use]
    pub fn address_column(&self) -> Option<usize> {
        self.addresses.as_ref().map(|addresses| addresses.column)
    }
}

/// Returns the rows by the cells of a column. Adds to `same` those whose cell an earlier row has too.
#[inline(never)]
pub fn index_rows(desired: &DesiredState, column: usize, same: &mut Vec<SharedAddress>) -> KeyIndex {
    let mut index = KeyIndex::new(desired.rows.len(), column);
    let sharing = Sharing::Same;
    index.insert_all(&desired.rows, &mut |row, earlier| {
        same.push(SharedAddress { row, earlier, sharing });
    });
    index
}

/// Adds the rows whose new address is the address of the user of another row.
fn add_addresses_of_other_rows(desired: &DesiredState, keys: &mut KeyIndex, shared: &mut Vec<SharedAddress>) {
    let mut email = Vec::new();
    for row in 0..desired.rows.len() {
        desired.address(row, &mut email);
        if let Some(other) = keys.find_row(&desired.rows, &email).filter(|other| *other != row) {
            desired.address(other, &mut email);
            let (row, earlier, sharing) = match keys.find_row(&desired.rows, &email) {
                // One error for both: that of the later row.
                Some(back) if back == row && row < other => continue,
                Some(back) if back == row => (row, other, Sharing::Swap),
                Some(same) if same == other => (row.max(other), row.min(other), Sharing::Same),
                _ => (row, other, Sharing::Chain),
            };
            shared.push(SharedAddress { row, earlier, sharing });
        }
    }
}

/// Adds the error of two rows that give the same address.
pub fn refuse_shared_address(desired: &mut DesiredState, shared: SharedAddress) {
    let row = desired.row_number(shared.earlier);
    let what = "address";
    let error = match shared.sharing {
        Sharing::Same => RowError::SameAddress { row, what },
        Sharing::Swap => RowError::SwappedAddresses { row },
        Sharing::Chain => RowError::AddressOfOtherRow(row),
    };
    desired.add_error(shared.row, "emailAddress", error);
}
