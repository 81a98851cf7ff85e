//! Imports from the JavaScript host. The files in `host/` touch values of callers and hosts; nothing else does. A function that may throw returns a
//! `Result`; all others catch what the host throws.
//!
//! There are at most four such files: a page of `wasm-pack test` fetches all of them at once, and the server of these tests may never respond to a fifth
//! connection while the browser keeps the others open (a race in the thread pool of `tiny_http`, which begins with four threads).

#[cfg(feature = "directory")]
use js_sys::JsString;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

/// Reports the end of a wait: its number, a code (see `wait::WaitEnd`), a value, the headers of a response, and the reader of its body.
pub type WaitCallback = Closure<dyn Fn(u32, i32, JsValue, JsValue, JsValue)>;

/// Polls the task with this number.
pub type PollCallback = Closure<dyn Fn(u32)>;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(function: &JsValue, this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/wasm/host/values.js")]
extern "C" {
    /// Returns a property; `undefined` if there is none or its getter throws.
    pub fn get(target: &JsValue, key: &str) -> JsValue;
    /// Returns a property.
    #[wasm_bindgen(catch, js_name = tryGet)]
    pub fn try_get(target: &JsValue, key: &str) -> Result<JsValue, JsValue>;
    /// Returns the kind of a value, as a number of `convert::JsKind`.
    pub fn kind(value: &JsValue) -> u32;
    #[wasm_bindgen(js_name = parseJson)]
    fn parse_json_or_undefined(text: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = toJson)]
    fn to_json_or_undefined(value: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = usersToJson)]
    fn users_to_json_or_undefined(value: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = findUnsendable)]
    fn find_unsendable_or_undefined(value: &JsValue) -> JsValue;
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = rowsToJson)]
    fn rows_to_json_or_undefined(rows: &Array) -> JsValue;
    /// Returns the name of the field of a row that JSON cannot hold; `None` if no single field is the reason.
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = unsendableField)]
    pub fn unsendable_field(row: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_name = copyArray)]
    fn copy_array_or_undefined(array: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = parseDate)]
    fn parse_date_or_nan(text: &str) -> f64;
    /// Returns `String(value)`; an empty string if that throws.
    #[wasm_bindgen(js_name = toText)]
    pub fn to_text(value: &JsValue) -> String;
    /// Returns the first characters of a string; an empty string for any other value.
    pub fn prefix(value: &JsValue, length: u32) -> String;
    /// Whether a value is a user: an object with an id that is a number or a string.
    #[wasm_bindgen(js_name = isUser)]
    pub fn is_user(value: &JsValue) -> bool;
    /// Returns `users` of a response if it is an array of objects, else `undefined`. With `copy`, a copy of the array.
    pub fn users(json: &JsValue, copy: bool) -> JsValue;
    /// Whether a value is an array.
    #[wasm_bindgen(js_name = isArray)]
    pub fn is_array(value: &JsValue) -> bool;
    /// Writes a part of a string as UTF-8 into a buffer that is large enough, and returns the number of bytes.
    #[cfg(feature = "directory")]
    pub fn encode(text: &JsString, from: u32, to: u32, buffer: &mut [u8]) -> u32;
    /// Returns a decoder of the host for an encoding; `null` for UTF-8 and UTF-16, and without an encoding; `undefined` if the host does not know it.
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = textDecoder)]
    pub fn text_decoder(encoding: &JsValue) -> JsValue;
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = unknownFields)]
    fn unknown_field_names(target: &JsValue, known: &Array) -> Array;
    /// Whether an object has an own property of this name.
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = hasOwn)]
    pub fn has_own(target: &JsValue, name: &str) -> bool;
    /// Returns the attributes by their keys, a single value instead of an array of one. If a key is no string, returns an array of that key alone.
    #[wasm_bindgen(js_name = attributesByKey)]
    pub fn attributes_by_key(attributes: &Array) -> JsValue;
    #[wasm_bindgen(js_name = entries)]
    fn entries_or_undefined(value: &JsValue) -> JsValue;
    #[wasm_bindgen(catch, js_name = bytes)]
    fn bytes_or_undefined(value: &JsValue) -> Result<JsValue, JsValue>;
    /// Returns the iterator of a value; `undefined` if the value is not iterable.
    #[wasm_bindgen(catch)]
    pub fn iterator(value: &JsValue) -> Result<JsValue, JsValue>;
    /// Returns the next items, at most `count`; fewer at the end.
    #[wasm_bindgen(catch, js_name = nextItems)]
    pub fn next_items(iterator: &JsValue, count: u32) -> Result<Array, JsValue>;
    /// Returns the milliseconds since 1970.
    pub fn now() -> f64;
    /// Returns the milliseconds of a monotonic clock, if the host has one, else those since 1970.
    pub fn ticks() -> f64;
    /// Returns a random number from 0 to 1.
    pub fn random() -> f64;
    /// Whether this is the main thread of a browser page, where everyone who opens the page can read a token.
    #[wasm_bindgen(js_name = isBrowserPage)]
    pub fn is_browser_page() -> bool;
    /// Whether the host has an origin of its own.
    #[wasm_bindgen(js_name = hasOrigin)]
    pub fn has_origin() -> bool;
    /// Returns the value of an environment variable; empty if it is not set or the host does not let it be read.
    #[cfg(feature = "streams")]
    #[wasm_bindgen(js_name = environmentVariable)]
    pub fn environment_variable(name: &str) -> String;
    /// Creates the result of a change, with those of the values that are neither `false` nor `undefined`.
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = changeResult)]
    pub fn change_result(
        index: u32,
        status: &str,
        is_unsent: bool,
        is_unclear: bool,
        user: &JsValue,
        error: &JsValue,
    ) -> JsValue;
    #[wasm_bindgen(catch, js_name = warnOnce)]
    fn try_warn_once(text: &str) -> Result<(), JsValue>;
}

#[wasm_bindgen(module = "/src/wasm/host/errors.js")]
extern "C" {
    #[wasm_bindgen(js_name = describeThrown)]
    fn describe_thrown(thrown: &JsValue) -> Array;
    /// Creates an `Error` named `DomoError` with these details, and with those of the other values that are not `undefined`.
    #[wasm_bindgen(js_name = domoError)]
    pub fn domo_error(
        message: &str,
        details: &JsValue,
        cause: &JsValue,
        body: &JsValue,
        existing: &JsValue,
        is_existing_deleted: bool,
    ) -> JsValue;
    /// Creates an `Error` that holds only these strings.
    #[wasm_bindgen(js_name = hostError)]
    pub fn host_error(name: &str, message: &str, code: &str) -> JsValue;
    /// Keeps the description of a panic for the loader, which takes it when the module traps.
    #[wasm_bindgen(js_name = recordPanic)]
    pub fn record_panic(description: &str);
}

#[wasm_bindgen(module = "/src/wasm/host/waits.js")]
extern "C" {
    /// Waits for a promise of the host, at most for `timeout_ms` (0: without limit), until the signal is aborted.
    #[wasm_bindgen(catch)]
    pub fn wait(
        callback: &WaitCallback,
        number: u32,
        promise: &JsValue,
        signal: &JsValue,
        timeout_ms: u32,
    ) -> Result<(), JsValue>;
    /// Whether the host has timers.
    #[wasm_bindgen(js_name = hasTimers)]
    pub fn has_timers() -> bool;
    /// Waits for some milliseconds, or until the signal is aborted. Does not wait if the host has no timers.
    #[wasm_bindgen(catch)]
    pub fn sleep(callback: &WaitCallback, number: u32, signal: &JsValue, ms: f64) -> Result<(), JsValue>;
    /// Starts a task in the current async context, and returns its handle.
    #[wasm_bindgen(js_name = startTask)]
    pub fn start_task(poll: &PollCallback, number: u32) -> JsValue;
    /// Polls a task again, in the task's own async context.
    #[wasm_bindgen(js_name = wakeTask)]
    pub fn wake_task(handle: &JsValue);
    #[wasm_bindgen(catch, js_name = notify)]
    fn try_notify(listener: &JsValue, event: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = cancelReader)]
    fn try_cancel_reader(reader: &JsValue, reason: &JsValue) -> Result<(), JsValue>;
    /// The numbers of `wait::WaitEnd`, by their names in JavaScript; for the test that compares both sides.
    #[wasm_bindgen(thread_local_v2, js_name = WAIT_ENDS)]
    pub static WAIT_ENDS: Object;
    /// Returns the reason of an aborted signal; `undefined` if the signal is not aborted.
    #[wasm_bindgen(js_name = abortReason)]
    pub fn abort_reason(signal: &JsValue) -> JsValue;
    /// Returns a signal that is aborted as soon as one of the two is. The first may be `undefined`.
    #[wasm_bindgen(js_name = anySignal)]
    pub fn any_signal(signal: &JsValue, other: &JsValue) -> JsValue;
    /// Creates a promise, to be settled by [`resolve`] or [`reject`].
    #[wasm_bindgen(js_name = pendingPromise)]
    pub fn pending_promise() -> Promise;
    /// Resolves the promise. Returns `false` if the value has a `then` method: a promise would call it, and it might never call back.
    pub fn resolve(promise: &Promise, value: &JsValue) -> bool;
    /// Rejects the promise.
    pub fn reject(promise: &Promise, error: &JsValue);
    /// Returns the promise of the lines that a caller's journal holds.
    #[cfg(feature = "directory")]
    #[wasm_bindgen(catch, js_name = journalLines)]
    pub fn journal_lines(journal: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/wasm/host/transports.js")]
extern "C" {
    /// The functions of `transport::send::TransportKind`, by their numbers; for the test that compares both sides.
    #[wasm_bindgen(thread_local_v2, js_name = TRANSPORTS)]
    pub static TRANSPORTS: Array;
    /// Sets a header, in place of one whose name differs only in case.
    #[wasm_bindgen(js_name = setHeader)]
    pub fn set_header(headers: &Object, name: &str, value: &str);
    /// Returns a header.
    pub fn header(headers: &JsValue, name: &str) -> Option<String>;
    /// Sends a request by one of the transports (a number of `transport::TransportKind`) and reports the response.
    #[wasm_bindgen(catch, js_name = send)]
    #[allow(clippy::too_many_arguments)] // one crossing into JavaScript for a request
    pub fn send(
        callback: &WaitCallback,
        number: u32,
        transport: u32,
        sender: &JsValue,
        method: &str,
        url: &str,
        headers: &JsValue,
        body: &JsValue,
        controller: &JsValue,
        signal: &JsValue,
        timeout_ms: u32,
        stream_body: bool,
    ) -> Result<(), JsValue>;
}

/// Returns an array of strings.
pub fn strings(texts: &[&str]) -> Array {
    texts.iter().map(|text| JsValue::from_str(text)).collect()
}

/// Returns the names of an object's own fields that are not `undefined` and not known.
#[cfg(feature = "directory")]
pub fn unknown_fields(target: &JsValue, known: &[&str]) -> Vec<String> {
    let names = unknown_field_names(target, &strings(known));
    names.iter().filter_map(|name| name.as_string()).collect()
}

/// Creates an object with these fields.
pub fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Cannot fail on a new object.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// Calls a function.
///
/// # Errors
/// What the function throws, or a `TypeError` if it is no function.
pub fn call(function: &JsValue, this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue> {
    reflect_apply(function, this, arguments)
}

/// Calls a method.
///
/// # Errors
/// What the method throws, or a `TypeError` if there is no such method.
pub fn call_method(target: &JsValue, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    call(&get(target, name), target, arguments)
}

/// Parses JSON; `None` if it is not valid.
pub fn parse_json(text: &JsValue) -> Option<JsValue> {
    defined(parse_json_or_undefined(text))
}

/// Returns a value as JSON; `None` if JSON cannot hold the value or a getter throws.
pub fn to_json(value: &JsValue) -> Option<JsValue> {
    defined(to_json_or_undefined(value))
}

/// Returns a user, or changes of a user, as JSON, with dates as milliseconds, as Domo stores them; `None` if a value in it cannot be sent.
pub fn users_to_json(value: &JsValue) -> Option<JsValue> {
    defined(users_to_json_or_undefined(value))
}

/// A value that JSON cannot hold, and where it is, such as `attributes[0].values[1]`.
pub struct Unsendable {
    /// Where the value is.
    pub path: String,
    /// The value.
    pub value: JsValue,
}

/// Returns the value that [`users_to_json`] refuses; `None` if the host cannot find it.
pub fn find_unsendable(value: &JsValue) -> Option<Unsendable> {
    let found = defined(find_unsendable_or_undefined(value))?;
    Some(Unsendable {
        path: get(&found, "path").as_string()?,
        value: get(&found, "value"),
    })
}

/// Returns a list of desired users as JSON, with dates as milliseconds; `None` if a value in it cannot be planned.
#[cfg(feature = "directory")]
pub fn rows_to_json(rows: &Array) -> Option<JsValue> {
    defined(rows_to_json_or_undefined(rows))
}

fn defined(value: JsValue) -> Option<JsValue> {
    (!value.is_undefined()).then_some(value)
}

/// Returns the names and values of an object's own fields, or of a `Headers`, a `Map` or the like; `None` if they cannot be read.
pub fn entries(value: &JsValue) -> Option<Entries> {
    defined(entries_or_undefined(value)).map(|names_and_values| Entries {
        names_and_values: names_and_values.unchecked_into(),
        next: 0,
    })
}

/// An iterator over names and values.
#[derive(Default)]
pub struct Entries {
    names_and_values: Array,
    next: u32,
}

impl Iterator for Entries {
    type Item = (String, JsValue);

    #[inline(never)]
    fn next(&mut self) -> Option<(String, JsValue)> {
        let name = self.names_and_values.get(self.next).as_string()?;
        let value = self.names_and_values.get(self.next.saturating_add(1));
        self.next = self.next.saturating_add(2);
        Some((name, value))
    }
}

/// Returns a copy of an array; `None` if the value is no array.
pub fn copy_array(array: &JsValue) -> Option<Array> {
    defined(copy_array_or_undefined(array)).map(JsCast::unchecked_into)
}

/// The strings of what the host threw, each at most 2,000 characters; empty if there is none.
pub struct Thrown {
    /// The name of the error, such as `TypeError`.
    pub name: String,
    /// Its message.
    pub message: String,
    /// Its code, such as `ECONNRESET`.
    pub code: String,
    /// The message of its cause.
    pub cause: String,
    /// The code of its cause.
    pub cause_code: String,
}

impl Thrown {
    /// Reads the strings of what the host threw. They may quote headers, so they have to be redacted.
    pub fn read(thrown: &JsValue) -> Self {
        let strings = describe_thrown(thrown);
        let text = |at| strings.get(at).as_string().unwrap_or_default();
        Self {
            name: text(0),
            message: text(1),
            code: text(2),
            cause: text(3),
            cause_code: text(4),
        }
    }
}

/// Returns the bytes of any view of a buffer; `None` for any other value.
pub fn bytes(value: &JsValue) -> Option<Uint8Array> {
    let bytes = bytes_or_undefined(value).ok().and_then(defined)?;
    Some(bytes.unchecked_into())
}

/// Calls a callback of the caller. Exceptions thrown by the callback are ignored.
pub fn notify(listener: &JsValue, event: &JsValue) {
    let _ = try_notify(listener, event);
}

/// Cancels the reader of a body, which ends the request.
#[cfg(feature = "directory")]
pub fn cancel_reader(reader: &JsValue, reason: &JsValue) {
    let _ = try_cancel_reader(reader, reason);
}

/// Parses a date in any form that the host understands, as milliseconds since 1970.
pub fn parse_date(text: &str) -> Option<f64> {
    Some(parse_date_or_nan(text)).filter(|ms| ms.is_finite())
}

/// Writes a warning to the console, if there is one; only the first time.
pub fn warn_once(text: &str) {
    let _ = try_warn_once(text);
}
