//! What it takes to make an instance as desired: its users stream past the rows, and nothing is kept of one that is right already.

use core::ops::Range;

use crate::directory::alike::{Alike, alike};
use crate::directory::change;
use crate::directory::conflicts::{enter, known_id};
use crate::directory::desired::{DesiredState, MatchBy};
use crate::directory::diff_store::DiffStore;
use crate::directory::doubt::shown;
use crate::directory::header::{Field, add_name, domo_name};
use crate::directory::managers::Who;
use crate::directory::raw_cell::ATTRIBUTES_FIELD;
use crate::directory::row_errors::RowErrors;
use crate::directory::warnings::AffectedRows;
use crate::error::DomoError;
use crate::text::{digits, join};
use domo_users_scan::columns::{Columns, LooseColumn};
use domo_users_scan::email::{address_in, is_address};
use domo_users_scan::interner::Interner;
use domo_users_scan::json::escapes;
use domo_users_scan::json::field_extractor::FieldExtractor;
use domo_users_scan::json::value::{Kind, Value};
use domo_users_scan::number::{MAX_SAFE_INTEGER, parse_digits};
use domo_users_scan::rows::cell::Cell;
use domo_users_scan::rows::compare::for_each_difference;
use domo_users_scan::rows::key_index::{KeyIndex, has_key_ignoring_case};
use domo_users_scan::strings::{is_plain_address, trim};

/// What the caller chose.
#[derive(Debug, Default)]
pub struct Choice {
    /// Whether users that no row stands for are to be deleted.
    pub delete_missing: bool,
    /// More deletes are refused.
    pub max_deletes: u64,
    /// Ids that are left alone, in order.
    pub protect: Vec<u64>,
    /// Whether columns that neither Domo nor the instance knows are ignored, with a warning; they are refused otherwise.
    pub ignore_other_columns: bool,
}

/// Fields of the instance's users that are always looked for, in this order.
const ALWAYS: [&str; 5] = ["id", "displayName", "emailAddress", "roleId", "userName"];
const ID: usize = 0;
const EMAIL: usize = 2;
/// A row says of eight columns in a byte, and of these bytes there are 255 at most.
const MOST_COLUMNS: usize = 2000;
/// So many of those who would be deleted are named.
const SHOWN: u64 = 3;

/// A plan in the making.
#[derive(Debug)]
pub struct Plan {
    pub(super) desired: DesiredState,
    pub(super) choice: Choice,
    /// Where it is found there, for each column of what is desired.
    sources: Vec<usize>,
    /// Which of those columns hold e-mail addresses, whose case does not count; bit by bit.
    addresses: u64,
    keys: KeyIndex,
    /// The rows by the addresses that they desire, where those are not what users are matched by.
    pub(super) wanted: Option<KeyIndex>,
    /// Two rows that desire the same address, the later one first. That is a fault where one of them does not have it yet.
    pub(super) same: Vec<(usize, usize)>,
    /// What the user has that is looked at.
    pub cells: FieldExtractor,
    unescaped: Vec<u8>,
    pub(super) findings: Findings,
    /// The next row, or delete, to be told of.
    pub(super) told: usize,
    /// Columns that several attributes of the instance fit.
    pub(super) ambiguous_columns: Vec<usize>,
    /// One line a kind.
    pub(super) warnings: Vec<String>,
    /// Whether the instance is read for the second time, with all its keys known.
    pub(super) is_second_reading: bool,
}

/// What one reading of the instance has found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Which rows have found their user; bit by bit.
    matched: Vec<u64>,
    matched_count: u64,
    /// Rows that want an address which another user of the instance has now, and that user's id.
    pub(super) holders: Vec<(usize, Option<u64>)>,
    pub(super) diffs: DiffStore,
    pub(super) deletes: u64,
    /// The first of those who would be deleted, for the error about too many.
    pub(super) leavers: String,
    pub(super) deleted: Vec<Vec<u8>>,
    /// Their ids: none of them may be anybody's manager.
    pub(super) gone: Interner,
    /// Protected ids that a user of the instance has.
    pub(super) protected: Vec<u64>,
    /// Users who are not deleted since nobody can say whether a row means them: their ids and addresses.
    pub(super) kept: Vec<String>,
    /// Rows whose users hold an address that looks otherwise only by what nobody sees, or by text around it.
    pub(super) same_addresses: AffectedRows,
    /// Rows whose users hold a number with zeros in front that the list has lost.
    pub(super) lost_zeros: AffectedRows,
}

impl Findings {
    /// Nothing yet, of a list with so many rows.
    fn new(rows: usize) -> Self {
        Self {
            matched: vec![0; rows.div_ceil(64)],
            ..Self::default()
        }
    }
}

/// Where each column is found in a user, and which columns hold addresses, bit by bit.
struct Sources {
    columns: Columns,
    sources: Vec<usize>,
    addresses: u64,
}

impl Sources {
    fn of(desired: &DesiredState, is_second_reading: bool) -> Self {
        let mut columns = Columns::new(&ALWAYS);
        let (mut sources, mut loose, mut addresses) = (Vec::new(), Vec::new(), 0_u64);
        for (number, column) in desired.columns.iter().enumerate() {
            let source = match column.field {
                Field::NewEmail => EMAIL,
                _ => columns.add(column.name.as_bytes()),
            };
            sources.push(source);
            if matches!(column.field, Field::EmailAddress | Field::NewEmail | Field::UserName) && number < 64 {
                addresses |= 1 << number;
            }
            let is_new = desired.header_options.new_attributes.contains(&column.name);
            let is_loose = column.field == Field::Attribute
                && !column.is_exact
                && column.name != ATTRIBUTES_FIELD
                && !(is_new && column.name == column.wanted);
            if is_loose && !is_second_reading {
                // Only a key that is written exactly as the header takes the place of a name of Domo's own, or of the caller's.
                let has_own_name = is_new || domo_name(&column.wanted) == Some(column.name.as_str());
                loose.push(LooseColumn::new(source, &column.wanted, has_own_name));
            }
        }
        columns.collect_keys(loose);
        Self {
            columns,
            sources,
            addresses,
        }
    }
}

impl Plan {
    /// All that can be known before the instance is asked.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every fault of the rows.
    pub fn new(mut desired: DesiredState, choice: Choice) -> Result<Self, DomoError> {
        let rows = desired.rows.len();
        if desired.columns.len() > MOST_COLUMNS {
            desired.faults.add(1, "", "there are more than 2,000 columns");
        }
        let by_email = desired.match_by == MatchBy::EmailAddress;
        let wanted = match by_email {
            true => Field::NewEmail,
            false => Field::EmailAddress,
        };
        let mut keys = KeyIndex::new(rows, 0);
        let mut wanted = desired.column_of(wanted).map(|column| KeyIndex::new(rows, column));
        let same = enter(&mut desired, &mut keys, wanted.as_mut());
        desired.check_mapped_headers();
        desired.settle_before_reading()?;
        if rows == 0 && choice.delete_missing {
            return Err(DomoError::input(
                "desired is empty, and deleteMissing would delete everybody: give the users that shall stay",
            ));
        }
        let Sources {
            columns,
            sources,
            addresses,
        } = Sources::of(&desired, false);
        Ok(Self {
            sources,
            addresses,
            keys,
            wanted,
            same,
            cells: FieldExtractor::new(columns),
            unescaped: Vec::new(),
            findings: Findings::new(rows),
            told: 0,
            ambiguous_columns: Vec::new(),
            warnings: Vec::new(),
            is_second_reading: false,
            desired,
            choice,
        })
    }

    /// Returns whether the instance has to be read again: a key that is written exactly as a header came after users had been compared by another key.
    /// Everything that was found is forgotten then.
    pub fn starts_again(&mut self) -> bool {
        if self.is_second_reading || !self.has_late_key() {
            return false;
        }
        self.is_second_reading = true;
        // What was found of single users is found again.
        self.desired.faults = RowErrors::default();
        self.name_columns();
        let Sources {
            columns,
            sources,
            addresses,
        } = Sources::of(&self.desired, true);
        self.cells = FieldExtractor::new(columns);
        (self.sources, self.addresses) = (sources, addresses);
        self.findings = Findings::new(self.desired.rows.len());
        true
    }

    fn has_late_key(&self) -> bool {
        let columns = self.cells.columns();
        columns.loose().iter().any(|loose| {
            let has_other_spelling = !loose.other_spellings.is_empty();
            (loose.is_header_held && (loose.is_built_in || has_other_spelling))
                || (columns.is_wanted_held(loose.column) && has_other_spelling)
        })
    }

    /// Where the values of a column are found in a user.
    pub(super) fn source_of(&self, column: usize) -> Option<usize> {
        self.sources.get(column).copied()
    }

    /// One user of the instance, whose cells are read already or are to be; `None` where it is no JSON object.
    #[inline(always)]
    pub fn user(&mut self, bytes: &[u8], user: Range<usize>, is_read: bool) -> Option<()> {
        if !is_read {
            self.cells.extract(bytes, user)?;
        }
        let values = core::mem::take(&mut self.cells.values);
        self.found(bytes, &values);
        self.cells.values = values;
        Some(())
    }

    #[inline(always)]
    fn found(&mut self, bytes: &[u8], user: &[Value]) {
        let at = |column: usize| user.get(column).copied().unwrap_or_default();
        let id = id_of(bytes, at(ID));
        if !self.desired.managers.is_empty()
            && let Some(id) = id
        {
            let email = said(bytes, at(EMAIL), &mut self.unescaped);
            self.desired.managers.note(email, Who::Id(id));
        }
        let key = at(self.sources.first().copied().unwrap_or_default());
        let key = match key.kind() {
            Kind::String | Kind::EscapedString | Kind::Primitive => said(bytes, key, &mut self.unescaped),
            _ => &[],
        };
        let is_named = !key.is_empty();
        let mut row = match is_named {
            true => self.keys.find_row(&self.desired.rows, key),
            false => None,
        };
        if let Some(row) = row
            && !self.keys.is_last_plain
            && !has_key_ignoring_case(&self.desired.rows, row, key)
        {
            self.findings.same_addresses.add(self.desired.row_number(row));
        }
        let is_protected = id.is_some_and(|id| self.choice.protect.binary_search(&id).is_ok());
        if is_protected {
            self.findings.protected.extend(id);
        }
        let (own, mut may_move) = (row, true);
        if row.is_none() && self.desired.match_by == MatchBy::EmailAddress && self.wanted.is_some() {
            // It has the new address of a row: whether that is well is known when all users were seen.
            row = self.note_holder(bytes, at(EMAIL), own, id);
        } else if let Some(row) = row
            && !self.set_matched(row)
        {
            return self.matched_twice(row, id);
        }
        match row {
            Some(row) if !is_protected => may_move = self.compare(bytes, user, row, id),
            // Whoever cannot be named in a row is nobody that a row could miss.
            None if is_named && !is_protected && self.choice.delete_missing => self.missing(bytes, user, id),
            _ => {}
        }
        if may_move && self.desired.match_by != MatchBy::EmailAddress && self.wanted.is_some() {
            self.note_holder(bytes, at(EMAIL), own, id);
        }
    }

    /// The row that desires the address of this user, and is not the user's own.
    #[inline(never)]
    fn note_holder(&mut self, bytes: &[u8], email: Value, own: Option<usize>, id: Option<u64>) -> Option<usize> {
        let email = said(bytes, email, &mut self.unescaped);
        let row = self.wanted.as_mut()?.find_row(&self.desired.rows, email);
        let row = row.filter(|_| row != own)?;
        self.findings.holders.push((row, id));
        Some(row)
    }

    /// Whether it is the first user of this row.
    #[inline(always)]
    pub(super) fn set_matched(&mut self, row: usize) -> bool {
        let bit = 1 << (row & 63);
        let Some(bits) = self.findings.matched.get_mut(row >> 6) else {
            return false;
        };
        let first = *bits & bit == 0;
        *bits |= bit;
        self.findings.matched_count = self.findings.matched_count.saturating_add(u64::from(first));
        first
    }

    pub(super) fn is_matched(&self, row: usize) -> bool {
        self.findings
            .matched
            .get(row >> 6)
            .is_some_and(|bits| bits & (1 << (row & 63)) != 0)
    }

    #[inline(never)]
    fn matched_twice(&mut self, row: usize, id: Option<u64>) {
        let reason = join(&[
            "more than one user of the instance has it, including the one with id ",
            &known_id(id),
            ": use matchBy: \"id\"",
        ]);
        let (number, name) = (self.desired.row_number(row), self.desired.match_by.name());
        self.desired.faults.add(number, name, &reason);
    }

    /// Notes what differs. Answers whether the user may have another address than the row desires.
    #[inline(always)]
    fn compare(&mut self, bytes: &[u8], user: &[Value], row: usize, id: Option<u64>) -> bool {
        let mut differs = false;
        let address = self.address_column();
        let (mut is_same_address, mut has_lost_zeros) = (false, false);
        let (managers, pool) = (&self.desired.managers, &mut self.findings.diffs);
        let columns = &self.desired.columns;
        let row_cells = self.desired.rows.row(row);
        let mut moves = !row_cells.has(address);
        for_each_difference(
            row_cells,
            bytes,
            user,
            &self.sources,
            self.addresses,
            &mut |column, cell, value| {
                let Some(of) = columns.get(column) else {
                    return;
                };
                if of.field == Field::Id {
                    return;
                }
                match alike(of, cell, bytes, value) {
                    Alike::Same => return,
                    Alike::SameAddress => return is_same_address = true,
                    Alike::LostZeros => return has_lost_zeros = true,
                    Alike::Different => {}
                }
                let who = match cell {
                    Cell::Manager(number) => Some(managers.who(number)),
                    _ => None,
                };
                if let Some(Who::Id(manager)) = who
                    && id_of(bytes, value) == Some(manager)
                {
                    return;
                }
                differs = true;
                moves |= column == address;
                pool.differs(column, bytes, value, who == Some(Who::Unknown));
            },
        );
        if is_same_address {
            self.findings.same_addresses.add(self.desired.row_number(row));
        }
        if has_lost_zeros {
            self.findings.lost_zeros.add(self.desired.row_number(row));
        }
        if differs {
            match id {
                Some(id) => self.findings.diffs.end(row, id),
                None => self.no_id(row),
            }
        }
        moves
    }

    #[inline(never)]
    fn no_id(&mut self, row: usize) {
        let number = self.desired.row_number(row);
        self.desired.faults.add(
            number,
            "id",
            "the instance shows no id of this user, by which it could be changed",
        );
    }

    #[inline(never)]
    fn missing(&mut self, bytes: &[u8], user: &[Value], id: Option<u64>) {
        // Whom the instance shows without an id, nothing could delete.
        let Some(id) = id else { return };
        if self.desired.match_by == MatchBy::EmailAddress {
            let key = user.get(EMAIL).copied().unwrap_or_default();
            let address = said(bytes, key, &mut self.unescaped);
            if !is_plain_address(address) && !is_address(&address_in(&String::from_utf8_lossy(address))) {
                self.findings
                    .kept
                    .push(format!("{id} ({})", shown(&String::from_utf8_lossy(address))));
                return;
            }
        }
        self.findings.deletes = self.findings.deletes.saturating_add(1);
        if self.findings.deletes <= SHOWN {
            let key = user.get(self.sources.first().copied().unwrap_or_default());
            let name = said(bytes, key.copied().unwrap_or_default(), &mut self.unescaped);
            add_name(&mut self.findings.leavers, &String::from_utf8_lossy(name));
        }
        if self.findings.deletes <= self.choice.max_deletes
            && let Some(text) = change::delete(bytes, user, id)
        {
            self.findings.deleted.push(text);
            self.findings.gone.intern(digits(id).as_bytes());
        }
    }

    /// The column of the addresses that rows desire; one that there is not where users are matched by them.
    pub(super) fn address_column(&self) -> usize {
        self.wanted.as_ref().map_or(usize::MAX, |wanted| wanted.column)
    }

    /// How many users are as desired already.
    #[must_use]
    pub fn unchanged(&self) -> u64 {
        self.findings
            .matched_count
            .saturating_sub(self.findings.diffs.len() as u64)
    }
}

/// The id of a user, as number or text.
#[inline(always)]
pub(super) fn id_of(bytes: &[u8], value: Value) -> Option<u64> {
    match value.kind() {
        Kind::Primitive | Kind::String => {
            parse_digits(trim(value.bytes_in(bytes))).filter(|id| *id <= MAX_SAFE_INTEGER)
        }
        _ => None,
    }
}

/// What a value says, without the blanks around.
#[inline(always)]
fn said<'a>(bytes: &'a [u8], value: Value, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    if value.kind() != Kind::EscapedString {
        return trim(value.bytes_in(bytes));
    }
    scratch.clear();
    escapes::unescape(value.bytes_in(bytes), scratch);
    trim(scratch)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::directory::csv_rows::CsvRows;
    use crate::directory::objects::Objects;
    use domo_users_scan::columns::ATTRIBUTES;
    use domo_users_scan::csv::writer::{WriteOptions, Writer};
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    /// The plan for these desired rows, against these users.
    fn plan_of(desired: DesiredState, choice: Choice, users: &[Json]) -> Result<Json, DomoError> {
        let mut plan = Plan::new(desired, choice)?;
        for user in users {
            let text = user.to_string();
            let is_read = plan.cells.extract_like_earlier(text.as_bytes(), 0) == Some(text.len());
            plan.user(text.as_bytes(), 0..text.len(), is_read).unwrap();
        }
        plan.finish()?;
        let (mut changes, unchanged) = (Vec::new(), plan.unchanged());
        plan.tell(&mut changes, usize::MAX);
        let changes: Json = serde_json::from_str(&format!("[{}]", String::from_utf8(changes).unwrap())).unwrap();
        Ok(json!({"changes": changes, "unchanged": unchanged}))
    }

    fn from_csv(csv: &[u8], piece: usize, match_by: MatchBy, clear_empty: bool) -> DesiredState {
        let (mut desired, mut rows) = (DesiredState::new(match_by, clear_empty), CsvRows::default());
        for piece in csv.chunks(piece) {
            rows.reader.input().extend_from_slice(piece);
            rows.read(&mut desired, false);
        }
        rows.read(&mut desired, true);
        desired
    }

    fn from_objects(objects: &Json) -> DesiredState {
        let mut desired = DesiredState::new(MatchBy::EmailAddress, false);
        Objects::default().read(&mut desired, objects.to_string().as_bytes());
        desired
    }

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

    proptest! {
        #[test]
        fn what_is_exported_makes_an_empty_plan(users in users(), piece in 1usize..200, by in 0usize..3, clear: bool, seen in 0usize..3) {
            let names = ["id", "displayName", "userName", "roleId", "emailAddress", "title", "costCenter", "phoneNumber", "[own, key"];
            let mut columns = Columns::new(&names);
            columns.add(ATTRIBUTES[seen].as_bytes());
            let style = WriteOptions { bom: seen == 2, ..WriteOptions::default() };
            let mut writer = Writer::new(columns, None, style);
            for user in &users {
                let text = user.to_string();
                let is_read = writer.cells.extract_like_earlier(text.as_bytes(), 0) == Some(text.len());
                writer.write_user(text.as_bytes(), 0..text.len(), is_read).unwrap();
            }
            let by = [MatchBy::EmailAddress, MatchBy::Id, MatchBy::UserName][by];
            let desired = from_csv(&writer.out, piece, by, clear);
            let choice = Choice { delete_missing: !users.is_empty(), ..Choice::default() };
            let plan = plan_of(desired, choice, &users).unwrap();
            prop_assert_eq!(plan, json!({"changes": [], "unchanged": users.len()}));
        }

        #[test]
        fn users_as_they_are_desired_make_an_empty_plan(users in users()) {
            let plan = plan_of(from_objects(&Json::from(users.clone())), Choice::default(), &users).unwrap();
            prop_assert_eq!(plan, json!({"changes": [], "unchanged": users.len()}));
        }

        #[test]
        fn keys_of_attributes_are_as_they_are(key in "email|location|Title|employee_id|Employee ID|id|[a-z_ ]{1,9}", field in "title|Job Title|note") {
            let user = json!({"id": 7, "emailAddress": "j@x.co", field.as_str(): "x", "attributes": [{"key": key, "values": ["1"]}]});
            let has = json!({"id": 7, "emailAddress": "j@x.co", "attributes": [{"key": key, "values": ["1"]}, {"key": field, "values": ["x"]}]});
            prop_assume!(key != field && key != "id");
            let plan = plan_of(from_objects(&json!([user])), Choice::default(), &[has]).unwrap();
            prop_assert_eq!(plan, json!({"changes": [], "unchanged": 1}));
        }

        #[test]
        fn what_differs_is_what_is_changed(role in 1u32..9, title in "[a-z]{1,5}", old in "[a-z]{1,5}") {
            let user = json!({"id": 7, "displayName": "J", "roleId": 4, "emailAddress": "j@x.co", "attributes": [{"key": "title", "values": [old]}]});
            let plan = plan_of(from_objects(&json!([{"emailAddress": "J@x.co", "roleId": role, "title": title}])), Choice::default(), &[user]).unwrap();
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
            let users = [json!({"id": 7, "displayName": "J", "roleId": 4, "emailAddress": "a@b.cc"}), json!({"id": "8"})];
            let choice = Choice { delete_missing: delete, max_deletes: 1, protect: vec![8], ..Choice::default() };
            let _ = plan_of(from_csv(csv.as_bytes(), 7, MatchBy::EmailAddress, delete), choice, &users);
        }
    }
}
