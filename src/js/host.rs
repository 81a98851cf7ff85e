//! The JavaScript host, asked so that nothing it does can go through us: every call that could throw returns a `Result`.

use js_sys::{Array, ArrayBuffer, Function, JsString, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(target: &JsValue, key: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(function: &JsValue, this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn json_parse(text: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = stringify)]
    fn json_stringify(value: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Object, js_name = entries)]
    fn object_entries(value: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn array_from(value: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_name = String)]
    fn to_text(value: &JsValue) -> Result<JsString, JsValue>;
    #[wasm_bindgen(catch, js_name = encodeURIComponent)]
    fn encode_uri_component(text: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64, argument: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = Date, js_name = parse)]
    fn date_parse(text: &str) -> Result<f64, JsValue>;
}

/// A property, or `undefined` where there is none, its getter throws or `target` is no object.
pub fn get(target: &JsValue, key: &str) -> JsValue {
    try_get(target, key).unwrap_or(JsValue::UNDEFINED)
}

/// A property; an error where its getter throws.
pub fn try_get(target: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    if target.is_object() || target.is_function() {
        reflect_get(target, &JsValue::from_str(key))
    } else {
        Ok(JsValue::UNDEFINED)
    }
}

/// A global of the host, such as `fetch`; `undefined` where it has none.
pub fn global(name: &str) -> JsValue {
    get(&js_sys::global(), name)
}

/// Calls a function; an error where it throws or is none.
pub fn call(function: &JsValue, this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue> {
    reflect_apply(function, this, arguments)
}

/// Calls a method; an error where it throws or there is none.
pub fn call_method(target: &JsValue, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    call(&try_get(target, name)?, target, arguments)
}

/// Whatever JSON text says; the host's own error where it is none.
pub fn parse(text: &JsValue) -> Result<JsValue, JsValue> {
    json_parse(text)
}

/// JSON text; `None` where the value has none, cannot be turned into it, or throws while asked.
pub fn stringify(value: &JsValue) -> Option<JsValue> {
    json_stringify(value).ok().filter(JsValue::is_string)
}

/// Name and value of an object's own fields, or of a `Headers`, `Map` or the like; `None` where it cannot be read.
pub fn entries(value: &JsValue) -> Option<Vec<(String, JsValue)>> {
    let pairs = if get(value, "entries").is_function() {
        array_from(value).ok()?
    } else {
        object_entries(value).ok()?
    };
    let mut entries = Vec::new();
    for pair in pairs.iter() {
        entries.push((text_of(&get(&pair, "0")), get(&pair, "1")));
    }
    Some(entries)
}

/// The items of an array; `None` where it is none.
pub fn items(array: &JsValue) -> Option<Array> {
    if Array::is_array(array) {
        array_from(array).ok()
    } else {
        None
    }
}

/// A text, or a number as text; empty for anything else.
pub fn scalar_text(value: &JsValue) -> String {
    if value.is_string() || value.as_f64().is_some() {
        text_of(value)
    } else {
        String::new()
    }
}

/// Any value as text, as `String(value)` gives it; empty where even that throws.
pub fn text_of(value: &JsValue) -> String {
    value
        .as_string()
        .or_else(|| to_text(value).ok().map(String::from))
        .unwrap_or_default()
}

/// The first characters of a text of any length.
pub fn beginning(value: &JsValue, most: u32) -> String {
    match value.dyn_ref::<JsString>() {
        Some(text) => String::from(text.slice(0, most)),
        None => String::new(),
    }
}

/// Bytes in whatever view of a buffer they come; `None` where it is none.
pub fn bytes(value: &JsValue) -> Option<Uint8Array> {
    if value.is_instance_of::<Uint8Array>() {
        return Some(value.unchecked_ref::<Uint8Array>().clone());
    }
    if !ArrayBuffer::is_view(value) {
        return None;
    }
    let place = Array::of3(
        &get(value, "buffer"),
        &get(value, "byteOffset"),
        &get(value, "byteLength"),
    );
    let class: Function = global("Uint8Array").unchecked_into();
    let view = js_sys::Reflect::construct(&class, &place).ok()?;
    Some(view.unchecked_into())
}

/// What goes through the items of a value, as `for … of` would; `None` where it has no items.
pub fn iterator(value: &JsValue) -> Option<Result<JsValue, JsValue>> {
    if !value.is_object() {
        return None;
    }
    let method = match reflect_get(value, &js_sys::Symbol::iterator()) {
        Ok(method) if method.is_function() => method,
        Ok(_) => return None,
        Err(thrown) => return Some(Err(thrown)),
    };
    Some(call(&method, value, &Array::new()))
}

/// Text as one piece of a URL; `None` where it is no whole text.
pub fn url_encode(text: &str) -> Option<String> {
    encode_uri_component(text).ok()
}

/// Milliseconds since 1970.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// A date in any form that the host reads, as milliseconds since 1970.
pub fn date(text: &str) -> Option<f64> {
    date_parse(text).ok().filter(|ms| ms.is_finite())
}

/// Whether this is the main thread of a browser page, where everyone who opens it can read a token.
pub fn is_browser_page() -> bool {
    let window = global("window");
    get(&window, "document").is_object() && global("navigator").is_object()
}

/// Starts a timer that resolves `resolve` with `value`; `None` where the host has no timers.
pub fn start_timer(resolve: &Function, ms: f64, value: &JsValue) -> Option<JsValue> {
    set_timeout(resolve, ms, value).ok()
}

/// Ends a timer.
pub fn stop_timer(timer: &JsValue) {
    // A host whose clearTimeout throws keeps its timer; there is nothing else to do about it.
    let _ = clear_timeout(timer);
}

/// Waits for the first of these to settle. Whatever stands in the array is taken as a promise, thenables and plain
/// values too: the host's `Promise.race` never throws, and answers with a promise of its own.
pub async fn first_of(values: &Array) -> Result<JsValue, JsValue> {
    let race: Promise = Promise::race(values);
    JsFuture::from(race).await
}
