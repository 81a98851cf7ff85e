//! `planUsers`: takes what is desired, lets the instance's users pass by, and answers what it would take.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use crate::directory::desired::csv::CsvReader;
use crate::directory::desired::header_options::{HeaderOptions, MappedHeader};
use crate::directory::desired::objects::ObjectReader;
use crate::directory::desired::row_error::RowError;
use crate::directory::desired::state::{DesiredState, MatchBy};
use crate::directory::plan::planner::Planner;
use crate::directory::plan::policy::Policy;
use crate::directory::plan::user_plan::UserPlan;
use crate::error::{Code, DomoError};
use crate::text::{excerpt, join};
use crate::user;
use crate::validation::must;
use crate::value::Value;
use crate::wasm::context::RequestContext;
use crate::wasm::directory::byte_source::{ByteSource, Piece, collect_soon};
use crate::wasm::directory::user_stream::UserStream;
use crate::wasm::endpoint::{Work, settle};
use crate::wasm::failure::{Failed, Failure, said};
use crate::wasm::host;
use crate::wasm::input::{JsonBody, given};
use crate::wasm::option_reader::OptionReader;
use crate::wasm::wait::WaitError;
use domo_users_scan::email::is_blank;
use domo_users_scan::strings::lossy;

/// Deletes beyond this many are refused unless more are allowed.
const MAX_DELETES: u32 = 10;
/// So many objects are turned into JSON at once.
const BATCH: u32 = 256;
/// The host parses so many bytes of changes at once.
const PIECE: usize = 262_144;

/// Checks and takes everything at once, but for a stream of CSV; then a promise of the plan.
#[wasm_bindgen(js_name = planUsers)]
pub fn plan_users(domo: &JsValue, desired: &JsValue, options: &JsValue) -> Promise {
    settle(match Planning::begin(domo, desired, options) {
        Ok(planning) => Ok(Box::pin(planning.plan())),
        Err(failure) => Err(failure),
    })
}

/// Checks all but what is desired, before any of that is asked for.
#[wasm_bindgen(js_name = checkPlan)]
pub fn check_plan(domo: &JsValue, options: &JsValue) -> Promise {
    let checked = RequestContext::new(domo, options).and_then(|_| choice(options));
    settle(checked.map(|_| -> Work { Box::pin(async { Ok(JsValue::UNDEFINED) }) }))
}

/// What a plan is made of.
struct Planning {
    reading: UserStream,
    desired: DesiredState,
    policy: Policy,
    /// Where more of what is desired comes from.
    stream: Option<ByteSource>,
}

impl Planning {
    fn begin(domo: &JsValue, desired: &JsValue, options: &JsValue) -> Result<Box<Self>, Failure> {
        let reading = UserStream::new(domo, options, Some("DETAILED"))?;
        let PlanOptions {
            match_by,
            clear_empty,
            header_options,
            policy,
        } = choice(options)?;
        let mut planning = Box::new(Self {
            reading,
            desired: DesiredState::with_header_options(match_by, clear_empty, header_options),
            policy,
            stream: None,
        });
        planning.take(desired)?;
        Ok(planning)
    }

    /// Takes what is desired, but for a stream.
    fn take(&mut self, desired: &JsValue) -> Result<(), Failure> {
        let mut source = if desired.is_string() {
            ByteSource::of_text(desired.clone().unchecked_into())
        } else if let Some(bytes) = host::bytes(desired) {
            ByteSource::of_bytes(bytes)
        } else if host::get(desired, "getReader").is_function() {
            let reader = host::call_method(desired, "getReader", &Array::new()).map_err(|thrown| unread(&thrown))?;
            self.stream = Some(ByteSource::of_reader(reader, self.reading.signal()));
            return Ok(());
        } else {
            return objects(desired, &mut self.desired);
        };
        let mut csv = CsvReader::default();
        csv.reader.is_text = desired.is_string();
        while let Some(piece) = source.at_once() {
            add(&piece, &mut csv, &mut self.desired);
        }
        csv.read(&mut self.desired, true);
        Ok(())
    }

    async fn plan(mut self: Box<Self>) -> Result<JsValue, Failure> {
        if let Some(source) = self.stream.take() {
            csv_stream(source, &mut self.desired).await?;
        }
        let reading = &mut self.reading;
        let mut planner = Planner::new(self.desired, self.policy)?;
        loop {
            while reading.more().await? {
                collect_soon(reading.bytes().len());
                while let Some((user, is_read)) = reading.user(|bytes, at| planner.extractor.expected(bytes, at)) {
                    if planner.add_user(reading.bytes(), user.clone(), is_read).is_none() {
                        let failure = reading.not_json(user);
                        reading.stop();
                        return Err(failure);
                    }
                }
            }
            if !planner.starts_over() {
                break;
            }
            reading.start_again();
        }
        told(&mut planner.finish()?)
    }
}

/// The options of a plan, checked.
struct PlanOptions {
    match_by: MatchBy,
    clear_empty: bool,
    header_options: HeaderOptions,
    policy: Policy,
}

fn choice(options: &JsValue) -> Result<PlanOptions, Failure> {
    let mut asked = OptionReader::options(
        options,
        "matchBy,columns,otherColumns,newAttributes,deleteMissing,maxDeletes,protect,emptyCells",
    )?;
    let fields = [MatchBy::EmailAddress, MatchBy::Id, MatchBy::UserName];
    let names = [
        MatchBy::EmailAddress.name(),
        MatchBy::Id.name(),
        MatchBy::UserName.name(),
    ];
    let match_by = asked.choice("matchBy", "emailAddress, id or userName", &names);
    let clear_empty = asked.choice("emptyCells", "keep or clear", &["keep", "clear"]) == 1;
    let delete_missing = asked.flag("deleteMissing");
    let max_deletes = asked.limit("maxDeletes", 0, u32::MAX).unwrap_or(MAX_DELETES);
    let protect = protected(&mut asked)?;
    let ignore_other_columns = asked.choice("otherColumns", "refuse or ignore", &["refuse", "ignore"]) == 1;
    let header_options = HeaderOptions {
        columns: mapped_headers(&mut asked)?,
        new_attributes: new_attributes(&mut asked)?,
    };
    asked.settle()?;
    Ok(PlanOptions {
        match_by: fields.get(match_by).copied().unwrap_or_default(),
        clear_empty,
        header_options,
        policy: Policy {
            delete_missing,
            max_deletes: u64::from(max_deletes),
            protect,
            ignore_other_columns,
        },
    })
}

/// The option `columns`: an object of headers with the field that each is, or null.
fn mapped_headers(asked: &mut OptionReader<'_>) -> Result<Vec<MappedHeader>, Failure> {
    let expected = "an object of headers and fields such as {\"Mail\": \"emailAddress\", \"Notes\": null}";
    let value = asked.get("columns");
    if value.is_undefined() {
        return Ok(Vec::new());
    }
    // An object, or a Map.
    let entries = matches!(given(&value), Value::Object(_))
        .then(|| host::entries(&value))
        .flatten();
    let Some(entries) = entries else {
        asked.errors.push_expected("columns", expected, &given(&value));
        return Ok(Vec::new());
    };
    let mut mapped = Vec::new();
    for (header, field) in entries {
        let field = match &given(&field) {
            Value::Null => None,
            Value::String(name) if !is_blank(name) => Some(name.trim().to_owned()),
            wrong => {
                let expected = "the name of a field, or null to ignore the column";
                asked
                    .errors
                    .push_expected(&format!("columns[\"{}\"]", excerpt(&header, 60)), expected, wrong);
                continue;
            }
        };
        mapped.push(MappedHeader {
            header,
            field,
            is_found: false,
        });
    }
    Ok(mapped)
}

/// The option `newAttributes`: an array of attribute keys.
fn new_attributes(asked: &mut OptionReader<'_>) -> Result<Vec<String>, Failure> {
    let key = |key: &Value| key.text().filter(|key| !is_blank(key)).map(str::to_owned);
    items(
        asked,
        "newAttributes",
        "an array of attribute keys such as [\"shoeSize\"]",
        key,
    )
}

/// An option that is an array: what `read` makes of each item. The error of an item is that of the whole option.
fn items<T>(
    asked: &mut OptionReader<'_>,
    name: &str,
    expected: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, Failure> {
    let list = asked.checked(name, expected, host::is_array);
    let mut items = Vec::new();
    if host::is_array(&list) {
        for item in JsonBody::take(name, &list)?.given.items() {
            match read(item) {
                Some(read) => items.push(read),
                None => asked.errors.push_expected(name, expected, item),
            }
        }
    }
    Ok(items)
}

/// The ids of those who are never changed, in order.
fn protected(asked: &mut OptionReader<'_>) -> Result<Vec<u64>, Failure> {
    let mut protect = items(asked, "protect", "an array of user ids", |id| user::id(id).ok())?;
    protect.sort_unstable();
    protect.dedup();
    Ok(protect)
}

/// Every item of an iterable, in batches that the host turns into JSON.
fn objects(iterable: &JsValue, rows: &mut DesiredState) -> Result<(), Failure> {
    let iterator = host::iterator(iterable).map_err(|thrown| unread(&thrown))?;
    if iterator.is_undefined() {
        let expected = "an iterable of users, or CSV as a text, a Uint8Array or a ReadableStream";
        return Err(DomoError::input(must("desired", expected, &given(iterable))).into());
    }
    let mut objects = ObjectReader::default();
    loop {
        let batch = host::next_items(&iterator, BATCH).map_err(|thrown| unread(&thrown))?;
        match host::rows_json(&batch) {
            Some(text) => objects.read(rows, host::text_of(&text).as_bytes()),
            None => one_by_one(&batch, &mut objects, rows),
        }
        if batch.length() < BATCH {
            return Ok(());
        }
    }
}

/// Where one of a batch has no JSON, it is told which.
fn one_by_one(batch: &Array, objects: &mut ObjectReader, rows: &mut DesiredState) {
    for object in batch.iter() {
        match host::rows_json(&Array::of1(&object)) {
            Some(text) => objects.read(rows, host::text_of(&text).as_bytes()),
            None => {
                let field = host::unfit_field(&object).unwrap_or_default();
                objects.refuse(rows, &field, &RowError::NotPlainData);
            }
        }
    }
}

fn unread(thrown: &JsValue) -> Failure {
    let (words, cause, _) = said(thrown, None);
    let mut failed = Failed::from(DomoError::input(join(&["desired could not be read (", &words, ")"])));
    failed.cause = cause;
    failed.into()
}

/// The plan as plain data.
fn told(plan: &mut UserPlan) -> Result<JsValue, Failure> {
    let (changes, mut text, mut more) = (Array::new(), Vec::new(), true);
    while more {
        text.clear();
        more = plan.write_changes(&mut text, PIECE);
        let json = join(&["[", &lossy(&text), "]"]);
        let piece = host::parse(&json.into()).ok_or_else(|| {
            Failure::from(DomoError::new(
                Code::BadResponse,
                "A value of a user in the answer is not valid JSON",
            ))
        })?;
        for change in piece.unchecked_into::<Array>().iter() {
            changes.push(&change);
        }
    }
    #[allow(clippy::cast_precision_loss)] // no instance has 2^53 users
    let unchanged = plan.unchanged() as f64;
    let warnings: Array = plan.warnings().iter().map(|line| JsValue::from_str(line)).collect();
    let values = Array::of3(&changes, &unchanged.into(), &warnings);
    Ok(host::record("changes,unchanged,warnings", &values))
}

/// A piece of CSV.
fn add(piece: &Piece, csv: &mut CsvReader, desired: &mut DesiredState) {
    piece.append_to(csv.reader.room());
    csv.read(desired, false);
}

async fn csv_stream(mut source: ByteSource, desired: &mut DesiredState) -> Result<(), Failure> {
    let (mut csv, reader) = (CsvReader::default(), source.reader());
    let read = loop {
        match source.next().await {
            Ok(Some(piece)) => {
                collect_soon(piece.length());
                add(&piece, &mut csv, desired);
            }
            Ok(None) => break Ok(()),
            Err(stop) => {
                let (reason, failure) = match stop {
                    WaitError::Aborted(reason) => (reason.clone(), Failure::Aborted(reason)),
                    WaitError::Thrown(thrown) => (JsValue::UNDEFINED, unread(&thrown)),
                    // It has no limit.
                    WaitError::TimedOut => (JsValue::UNDEFINED, unread(&JsValue::UNDEFINED)),
                };
                host::cancel(&reader, &reason);
                break Err(failure);
            }
        }
    };
    csv.read(desired, true);
    // The stream is the caller's own. What stands in for one has no lock.
    let _ = host::call_method(&reader, "releaseLock", &Array::new());
    read
}
