//! The JavaScript host, asked so that nothing it does can go through us: what may throw returns a `Result`, what the files in `host/` guard
//! does not. What callers and hosts give is touched by those files and nowhere else.
//!
//! Four files at most: a page of `wasm-pack test` fetches them all at once, and the server of its tests may leave a fifth connection waiting
//! for as long as the browser keeps the others open (a race in the thread pool of `tiny_http`, which begins with four threads).

#[cfg(feature = "directory")]
use js_sys::JsString;
use js_sys::{Array, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::text::redact;
use crate::wasm::wait::Tell;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(function: &JsValue, this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/wasm/host/values.js")]
extern "C" {
    /// A property, or `undefined` where there is none or its getter throws.
    pub fn get(target: &JsValue, key: &str) -> JsValue;
    /// What a value is, by a number; see `input::given`.
    pub fn kind(value: &JsValue) -> u32;
    #[wasm_bindgen(js_name = parseJson)]
    fn parse_json(text: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = jsonOf)]
    fn json_of(value: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = usersJson)]
    fn users_json_of(value: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = unfitPlace)]
    fn find_unfit(value: &JsValue) -> JsValue;
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = rowsJson)]
    fn rows_json_of(rows: &Array) -> JsValue;
    /// The field of a row that JSON text cannot hold; `None` if no single field is the reason.
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = unfitField)]
    pub fn unfit_field(row: &JsValue) -> Option<String>;
    fn copied(array: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = parseDate)]
    fn parse_date(text: &str) -> f64;
    /// Any value as text, as `String(value)` gives it; empty where even that throws.
    #[wasm_bindgen(js_name = textOf)]
    pub fn text_of(value: &JsValue) -> String;
    /// The first characters of a text of any length; empty for what is no text.
    pub fn beginning(value: &JsValue, most: u32) -> String;
    /// Whether it is a user: an object with an id, as number or text.
    #[wasm_bindgen(js_name = isUser)]
    pub fn is_user(value: &JsValue) -> bool;
    /// `users` of an answer, an array of objects; `undefined` where it is none.
    pub fn users(json: &JsValue, copied: bool) -> JsValue;
    /// Whether it is an array.
    #[wasm_bindgen(js_name = isArray)]
    pub fn is_array(value: &JsValue) -> bool;
    /// Writes a text, from one place up to the other, as UTF-8, for which there is room: how many bytes that takes.
    #[cfg(feature = "directory")]
    pub fn encode(text: &JsString, from: u32, to: u32, room: &mut [u8]) -> u32;
    #[wasm_bindgen(js_name = fields)]
    fn read_fields(target: &JsValue, names: &str) -> JsValue;
    /// Its own names that are none of these and stand for something, one a line; `None` where there are none.
    #[cfg(feature = "directory")]
    pub fn strangers(target: &JsValue, names: &str) -> Option<String>;
    /// Whether it has a property of this name of its own.
    #[cfg(feature = "directory")]
    #[wasm_bindgen(js_name = hasOwn)]
    pub fn has_own(target: &JsValue, name: &str) -> bool;
    /// An object with these values under these names.
    pub fn record(names: &str, values: &Array) -> JsValue;
    /// Attributes by their keys, one value unwrapped; where a key is no text, an array of it alone.
    pub fn unwrapped(attributes: &Array) -> JsValue;
    #[wasm_bindgen(js_name = entries)]
    fn read_entries(value: &JsValue) -> JsValue;
    #[wasm_bindgen(catch, js_name = bytes)]
    fn view_bytes(value: &JsValue) -> Result<JsValue, JsValue>;
    /// What goes through the items of a value, as `for … of` would; `undefined` where it has no items.
    #[wasm_bindgen(catch)]
    pub fn iterator(value: &JsValue) -> Result<JsValue, JsValue>;
    /// The next items, so many at the most; fewer where there are no more.
    #[wasm_bindgen(catch, js_name = nextItems)]
    pub fn next_items(iterator: &JsValue, most: u32) -> Result<Array, JsValue>;
    /// Milliseconds since 1970.
    pub fn now() -> f64;
    /// Milliseconds of a clock that nobody sets back, where the host has one.
    pub fn ticks() -> f64;
    /// From 0 to 1.
    pub fn random() -> f64;
    /// Whether the host has a global function of this name.
    pub fn has(name: &str) -> bool;
    /// Whether this is the main thread of a browser page, where everyone who opens it can read a token.
    #[wasm_bindgen(js_name = isBrowserPage)]
    pub fn is_browser_page() -> bool;
    /// Whether the host has an origin of its own.
    #[wasm_bindgen(js_name = isPage)]
    pub fn is_page() -> bool;
    #[wasm_bindgen(catch, js_name = warnOnce)]
    fn warn(words: &str) -> Result<(), JsValue>;
}

#[wasm_bindgen(module = "/src/wasm/host/errors.js")]
extern "C" {
    fn reported(thrown: &JsValue) -> Array;
    /// A real `Error` named `DomoError` with these details, and what of the others is not `undefined`.
    #[wasm_bindgen(js_name = domoError)]
    pub fn domo_error(message: &str, details: &JsValue, cause: &JsValue, body: &JsValue, existing: &JsValue)
    -> JsValue;
    /// A real `Error` with nothing of the host in it.
    #[wasm_bindgen(js_name = hostError)]
    pub fn host_error(name: &str, message: &str, code: &str) -> JsValue;
    /// Keeps the description of a panic for the loader, which takes it when the module traps.
    #[wasm_bindgen(js_name = recordPanic)]
    pub fn record_panic(words: &str);
}

#[wasm_bindgen(module = "/src/wasm/host/waits.js")]
extern "C" {
    /// Tells of what the host promised.
    #[wasm_bindgen(catch)]
    pub fn wait(tell: &Tell, number: u32, promised: &JsValue, signal: &JsValue, ms: u32) -> Result<(), JsValue>;
    /// Tells when so many milliseconds are over; at once where the host has no timers.
    #[wasm_bindgen(catch)]
    pub fn rest(tell: &Tell, number: u32, signal: &JsValue, ms: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = tellQuietly)]
    fn tell_quietly(listener: &JsValue, what: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = cancel)]
    fn cancel_reader(reader: &JsValue, reason: &JsValue) -> Result<(), JsValue>;
    /// Why a signal is aborted; `undefined` where it is not.
    #[wasm_bindgen(js_name = abortReason)]
    pub fn abort_reason(signal: &JsValue) -> JsValue;
    /// A signal that is aborted as soon as one of two is; the first may be `undefined`.
    pub fn either(signal: &JsValue, other: &JsValue) -> JsValue;
    /// A promise, for [`resolve`] or [`reject`].
    pub fn pending() -> Promise;
    /// Settles it; `false` where no promise can hold the value: its `then` would be called, and might never call back.
    pub fn resolve(promise: &Promise, value: &JsValue) -> bool;
    /// Settles it with an error.
    pub fn reject(promise: &Promise, error: &JsValue);
}

#[wasm_bindgen(module = "/src/wasm/host/transports.js")]
extern "C" {
    /// Sets a header of ours, in place of one of that name, whatever its case.
    #[wasm_bindgen(js_name = setHeader)]
    pub fn set_header(headers: &Object, name: &str, value: &str);
    /// A header's text.
    pub fn header(headers: &JsValue, name: &str) -> Option<String>;
}

/// The properties of these names, each asked once, as a JavaScript array.
///
/// # Errors
/// The name of the first whose getter throws.
pub fn fields(target: &JsValue, names: &str) -> Result<Array, String> {
    let read = read_fields(target, names);
    match read.as_string() {
        Some(thrower) => Err(thrower),
        None => Ok(read.unchecked_into()),
    }
}

/// Calls a function; an error where it throws or is none.
pub fn call(function: &JsValue, this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue> {
    reflect_apply(function, this, arguments)
}

/// Calls a method; an error where it throws or there is none.
pub fn call_method(target: &JsValue, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    call(&get(target, name), target, arguments)
}

/// Whatever JSON text says; `None` where it is none.
pub fn parse(text: &JsValue) -> Option<JsValue> {
    known(parse_json(text))
}

/// JSON text; `None` where the value has none, cannot be turned into it, or throws while asked.
pub fn stringify(value: &JsValue) -> Option<JsValue> {
    known(json_of(value))
}

/// Returns the JSON text of a user, or of changes of users, with dates as milliseconds, as Domo keeps them; `None` if anything in it cannot be sent.
pub fn users_json(value: &JsValue) -> Option<JsValue> {
    known(users_json_of(value))
}

/// Returns the place and the value of what [`users_json`] refused; `None` if the host cannot tell.
pub fn unfit_place(value: &JsValue) -> Option<(String, JsValue)> {
    let found = known(find_unfit(value))?;
    Some((get(&found, "0").as_string()?, get(&found, "1")))
}

/// Returns the JSON text of a list of desired users, with dates as milliseconds; `None` if anything in them cannot be planned.
#[cfg(feature = "directory")]
pub fn rows_json(rows: &Array) -> Option<JsValue> {
    known(rows_json_of(rows))
}

fn known(value: JsValue) -> Option<JsValue> {
    (!value.is_undefined()).then_some(value)
}

/// Name and value of an object's own fields, or of a `Headers`, `Map` or the like; `None` where it cannot be read.
pub fn entries(value: &JsValue) -> Option<Entries> {
    let all = read_entries(value);
    (!all.is_undefined()).then(|| Entries {
        all: all.unchecked_into(),
        next: 0,
    })
}

/// Names and values in turn.
#[derive(Default)]
pub struct Entries {
    all: Array,
    next: u32,
}

impl Iterator for Entries {
    type Item = (String, JsValue);

    #[inline(never)]
    fn next(&mut self) -> Option<(String, JsValue)> {
        let name = self.all.get(self.next).as_string()?;
        let value = self.all.get(self.next.saturating_add(1));
        self.next = self.next.saturating_add(2);
        Some((name, value))
    }
}

/// The items of an array; `None` where it is none.
pub fn items(array: &JsValue) -> Option<Array> {
    known(copied(array)).map(JsCast::unchecked_into)
}

/// What the host threw, in its own words, each of them short; empty where it has none.
pub struct Reported {
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

impl Reported {
    /// Asks what the host threw for its words, and takes the secret out of each: a cut may have left half of it at an end.
    pub fn of(thrown: &JsValue, secret: Option<&str>) -> Self {
        let all = reported(thrown);
        let text = |at| redact(&text_of(&all.get(at)), secret);
        Self {
            name: text(0),
            message: text(1),
            code: text(2),
            cause: text(3),
            cause_code: text(4),
        }
    }
}

/// Bytes in whatever view of a buffer they come; `None` where it is none.
pub fn bytes(value: &JsValue) -> Option<Uint8Array> {
    let bytes = view_bytes(value).ok().filter(|bytes| !bytes.is_undefined())?;
    Some(bytes.unchecked_into())
}

/// Tells a function of the caller's something; its own failures are nobody's.
pub fn tell(function: &JsValue, what: &JsValue) {
    let _ = tell_quietly(function, what);
}

/// Tells a reader that nothing more is wanted, which ends the request, and why.
pub fn cancel(reader: &JsValue, reason: &JsValue) {
    let _ = cancel_reader(reader, reason);
}

/// A date in any form that the host reads, as milliseconds since 1970.
pub fn date(text: &str) -> Option<f64> {
    Some(parse_date(text)).filter(|ms| ms.is_finite())
}

/// Says something on the console, if there is one; the first time only.
pub fn warn_once(words: &str) {
    let _ = warn(words);
}
