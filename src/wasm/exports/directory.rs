//! The functions for whole directories.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::apply::change;
use crate::client::parts::Part;
#[cfg(feature = "streams")]
use crate::client::search::Search;
#[cfg(feature = "streams")]
use crate::error::Code;
use crate::validation::InvalidValue;
use crate::wasm::apply::executor::Executor;
use crate::wasm::apply::options::ApplyOptions;
use crate::wasm::apply::stale::StaleCheck;
use crate::wasm::client::context::RequestContext;
use crate::wasm::client::find_by_email::{LookUp, find_by_email};
#[cfg(feature = "streams")]
use crate::wasm::client::instance_lists;
use crate::wasm::convert::shallow_value;
#[cfg(feature = "streams")]
use crate::wasm::directory::options::PlanOptions;
use crate::wasm::directory::plan::Planning;
#[cfg(feature = "streams")]
use crate::wasm::errors::Error;
use crate::wasm::json_body::JsonBody;
#[cfg(feature = "streams")]
use crate::wasm::options::OptionReader;
use crate::wasm::options::parts;
use crate::wasm::promise::promise_of;
#[cfg(feature = "streams")]
use crate::wasm::streams::{csv::CsvExport, csv_of_users::CsvOfUsers, registry, users::UserBatches};
use domo_users_scan::email::{address_in, is_address};

/// Finds the user with this e-mail address, ignoring case and invisible characters; resolves with `undefined` if there is none.
#[wasm_bindgen(js_name = findUserByEmail)]
pub fn find_user_by_email(domo: &JsValue, email: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &["parts"])?;
        let email = shallow_value(email);
        let address = address_in(email.as_str().unwrap_or_default());
        if !is_address(&address) {
            let expected = "an e-mail address such as jane.doe@example.com";
            return Err(InvalidValue::expected("email", expected, &email).into());
        }
        let mut parts = parts(options)?;
        // Without one of these, the response holds no e-mail address.
        if let Some(parts) = &mut parts
            && !parts.contains(Part::Detailed)
        {
            parts.insert(Part::Simple);
        }
        let look_up = LookUp::thorough(&address, parts);
        Ok(Box::pin(async move {
            let user = find_by_email(&context, &look_up).await?;
            Ok(user.unwrap_or(JsValue::UNDEFINED))
        }))
    })
}

/// Lists the roles of the instance: `GET /api/authorization/v1/roles`.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = listRoles)]
pub fn list_roles(domo: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let context = RequestContext::for_call(domo, options, &[])?;
        Ok(Box::pin(async move { instance_lists::roles_json(&context).await }))
    })
}

/// Compares the desired users with the instance. Everything but a stream is checked and copied at once.
#[wasm_bindgen(js_name = planUsers)]
pub fn plan_users(domo: &JsValue, desired: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let planning = Planning::new(domo, desired, options)?;
        Ok(Box::pin(planning.plan()))
    })
}

/// Checks the arguments of `planUsers` except the desired users, before these are read.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = checkPlan)]
pub fn check_plan(domo: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        RequestContext::new(domo, options)?;
        PlanOptions::read(options)?;
        Ok(Box::pin(async { Ok(JsValue::UNDEFINED) }))
    })
}

/// Applies a list of changes, or a plan; resolves with the result of each change.
#[wasm_bindgen(js_name = applyChanges)]
pub fn apply_changes(domo: &JsValue, changes: &JsValue, options: &JsValue) -> Promise {
    promise_of(|| {
        let (context, raw_options) = (RequestContext::new(domo, options)?, options);
        let mut options = ApplyOptions::read(options)?;
        let plan = JsonBody::copy_users("changes", changes)?.value;
        change::check_instance(&plan, context.connection.instance())?;
        let changes = change::parse_changes(&plan)?;
        let stale = match options.refuse_stale {
            true => Some(StaleCheck::new(
                domo,
                raw_options,
                options.on_read.take(),
                &plan,
                &changes,
            )?),
            false => None,
        };
        Ok(Box::pin(Executor::new(context, options, changes, stale).run()))
    })
}

/// Returns a page of a search as `[users, whether there may be more]`. `previous` is the page before, `undefined` for the first. `abandoned` is a signal that
/// is aborted when nobody reads any more.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = searchPage)]
pub fn search_page(domo: &JsValue, options: &JsValue, offset: u32, previous: &JsValue, abandoned: &JsValue) -> Promise {
    promise_of(|| {
        let mut context = RequestContext::new(domo, options)?;
        context.options.signal = context.options.signal.or(abandoned);
        let search = search(options)?;
        let page = crate::wasm::client::search::search_page(context, search, offset, previous.clone());
        Ok(Box::pin(page))
    })
}

#[cfg(feature = "streams")]
fn search(options: &JsValue) -> Result<Search, Error> {
    let mut reader = OptionReader::new(options, Code::InvalidInput);
    // Only these: a signal, for one, is no plain data.
    let own = [
        "text",
        "filters",
        "sort",
        "parts",
        "attributes",
        "includeDeleted",
        "includeSupport",
        "pageSize",
    ]
    .map(|name| (name, reader.get(name).value));
    reader.finish_call()?;
    let options = JsonBody::copy("options", &crate::wasm::host::object(&own))?;
    Ok(Search::from_options(&options.value)?)
}

/// Starts to stream users, and returns the number of the stream. Its chunks are arrays of users.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = streamUsers)]
pub fn stream_users(domo: &JsValue, options: &JsValue, abandoned: &JsValue) -> Result<u32, JsValue> {
    registry::register(UserBatches::open(domo, options, abandoned))
}

/// Starts to export users as CSV, and returns the number of the stream. Its chunks are bytes.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = exportUsersCsv)]
pub fn export_users_csv(domo: &JsValue, options: &JsValue, abandoned: &JsValue) -> Result<u32, JsValue> {
    registry::register(CsvExport::open(domo, options, abandoned))
}

/// Starts to write users of the caller as CSV, and returns the number of the stream. Its chunks are bytes. `batches` is an object whose method `next` resolves
/// with an array of users, an empty one at the end; `undefined` if `users` is not iterable.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = usersToCsv)]
pub fn users_to_csv(
    users: &JsValue,
    batches: &JsValue,
    options: &JsValue,
    abandoned: &JsValue,
) -> Result<u32, JsValue> {
    registry::register(CsvOfUsers::open(users, batches, options, abandoned))
}

/// Returns the rows of a CSV file that failed, with their errors.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = rejectedRows)]
pub fn rejected_rows(csv: &JsValue, errors: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    let copied = crate::wasm::directory::rejected_rows::rejected_rows(csv, errors, options);
    copied.map(JsValue::from).map_err(Error::into_js)
}

/// Reads the next chunk of the stream with this number; `undefined` at the end, and for a stream that has ended already.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = nextChunk)]
pub fn next_chunk(stream: u32) -> Promise {
    promise_of(|| Ok(Box::pin(registry::next_chunk(stream))))
}

/// Ends the stream with this number: nothing more of it is fetched or kept.
#[cfg(feature = "streams")]
#[wasm_bindgen(js_name = endStream)]
pub fn end_stream(stream: u32) {
    registry::end(stream);
}
