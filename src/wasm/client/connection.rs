//! A checked configuration: where requests go, how they are sent, and with which token.

use std::cell::{Cell, OnceCell, RefCell};
use std::mem::ManuallyDrop;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::config;
use crate::error::{Code, DomoError};
use crate::http::event::RequestEvent;
use crate::validation::must;
use crate::value::Value;
use crate::wasm::convert::{shallow_value, to_js};
use crate::wasm::errors::Error;
use crate::wasm::options::{JsOption, OptionReader, read_properties};
use crate::wasm::transport::send::{Transport, TransportKind};
use crate::wasm::{host, redaction};

/// A checked configuration.
pub struct Connection {
    /// The scheme, host and perhaps a path; empty for the page's own origin and for Code Engine.
    pub base_url: String,
    /// What sends the requests.
    pub transport: Transport,
    /// Where the token comes from.
    pub token: Token,
    /// The headers of the configuration.
    pub headers: Vec<(String, String)>,
    /// The limit of one attempt, in milliseconds; 0 for no limit.
    pub timeout_ms: u32,
    /// The retries after the first attempt.
    pub max_retries: u32,
    /// The headers of requests of calls without headers of their own.
    pub fixed_headers: FixedHeaders,
    on_event: Option<JsValue>,
    /// Until when a 429 response holds requests back, by the host's ticks.
    paused_until: Cell<Option<f64>>,
    /// The object that `connect` created. It holds the end of the pause, which therefore outlives this instance of the module.
    connected: Option<JsValue>,
    rate_limit_count: Cell<u32>,
}

/// The headers of requests that always have the same headers, created once.
#[derive(Default)]
pub struct FixedHeaders {
    /// Of requests without a body.
    pub without_body: OnceCell<Object>,
    /// Of requests with a body.
    pub with_body: OnceCell<Object>,
}

/// Where the token comes from.
pub enum Token {
    /// No token is sent: Code Engine, a proxy or the page's session authenticates the request.
    None,
    /// This token.
    Fixed(Rc<str>),
    /// This function returns the token, or a promise of it, before each attempt.
    Function(JsValue),
}

/// The fields of a configuration.
const FIELDS: [&str; 11] = [
    "instance",
    "baseUrl",
    "developerToken",
    "codeengine",
    "axios",
    "fetch",
    "headers",
    "timeoutMs",
    "maxRetries",
    "onEvent",
    "allowBrowserToken",
];

/// A configuration as the caller passed it, each field read once.
struct ConfigFields {
    instance: JsOption,
    base_url: JsOption,
    developer_token: JsOption,
    code_engine: JsOption,
    axios: JsOption,
    fetch: JsOption,
    headers: JsOption,
    timeout_ms: JsOption,
    max_retries: JsOption,
    on_event: JsOption,
    allow_browser_token: JsOption,
}

/// The field of a connected object that holds until when requests are held back: a number of the host's ticks, or `null`. No configuration has a field of
/// this name, because it begins with a space.
const PAUSED_UNTIL: &str = " pausedUntil";
/// No 429 response holds requests back for longer.
const LONGEST_PAUSE_MS: f64 = 3_600_000.0;

/// A connected object, and the connection that was read from it.
struct KnownConnection {
    connected: JsValue,
    connection: Rc<Connection>,
}

thread_local! {
    // Lives as long as the module: dropping it would only be code.
    /// The connections of connected objects, so that a call need not read the object again.
    static KNOWN: ManuallyDrop<RefCell<Vec<KnownConnection>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
    /// Whether there was a 429 response: before the first one, no pause has to be looked up.
    static WAS_PAUSED: Cell<bool> = const { Cell::new(false) };
}
/// When this many connections are known, they are forgotten, and read again when they are used.
const MOST_KNOWN: usize = 32;

impl Connection {
    /// Returns the connection of a configuration or of a connected object.
    ///
    /// # Errors
    /// `INVALID_CONFIG` with all errors.
    pub fn of(domo: &JsValue) -> Result<Rc<Self>, Error> {
        let known = KNOWN.with(|known| {
            let known = known.borrow();
            let entry = known.iter().find(|entry| &entry.connected == domo)?;
            Some(Rc::clone(&entry.connection))
        });
        if let Some(connection) = known {
            return Ok(connection);
        }
        let mut connection = Self::read(&read_fields(domo)?)?;
        let paused_until = host::get(domo, PAUSED_UNTIL);
        if paused_until.is_undefined() {
            return Ok(Rc::new(connection));
        }
        WAS_PAUSED.set(WAS_PAUSED.get() || !paused_until.is_null());
        connection.connected = Some(domo.clone());
        Ok(remember(domo.clone(), connection))
    }

    /// Returns for how many milliseconds requests are still held back.
    pub fn paused_for_ms(&self) -> f64 {
        if !WAS_PAUSED.get() {
            return 0.0;
        }
        let until = match &self.connected {
            Some(connected) => host::get(connected, PAUSED_UNTIL).as_f64(),
            None => self.paused_until.get(),
        };
        until.map_or(0.0, |until| (until - host::ticks()).max(0.0))
    }

    /// Holds all requests back for some milliseconds, unless they are held back for longer already.
    pub fn pause_for(&self, ms: f64) {
        self.rate_limit_count.set(self.rate_limit_count.get().wrapping_add(1));
        WAS_PAUSED.set(true);
        if ms > self.paused_for_ms() {
            let until = host::ticks() + ms.min(LONGEST_PAUSE_MS);
            self.paused_until.set(Some(until));
            if let Some(connected) = &self.connected {
                // Cannot fail: the object is not frozen.
                let _ = Reflect::set(connected, &PAUSED_UNTIL.into(), &until.into());
            }
        }
    }

    /// Returns how many 429 responses there were. The number wraps around.
    pub fn rate_limit_count(&self) -> u32 {
        self.rate_limit_count.get()
    }

    /// Whether the configuration has an `onEvent`.
    pub fn has_listener(&self) -> bool {
        self.on_event.is_some()
    }

    /// Calls `onEvent`. Exceptions thrown by the callback are ignored.
    pub fn notify(&self, event: &RequestEvent<'_>) {
        if let Some(listener) = &self.on_event {
            host::notify(listener, &to_js(&event.fields()));
        }
    }

    fn read(fields: &ConfigFields) -> Result<Self, Error> {
        let mut reader = OptionReader::new(Code::InvalidConfig);
        let places = [&fields.instance, &fields.base_url, &fields.code_engine];
        if places.iter().filter(|place| place.is_given()).count() != 1 {
            reader
                .errors
                .push("give exactly one of instance, baseUrl and codeengine");
        }
        let base_url = read_base_url(fields, &mut reader);
        let transport = read_transport(fields, &mut reader);
        let token = read_token(fields, &mut reader);
        let is_allowed = reader.flag(&fields.allow_browser_token);
        if !matches!(token, Token::None) && !is_allowed && host::is_browser_page() {
            reader.errors.push(
                "developerToken would be readable by everyone who opens this page: send requests through a proxy that holds it (baseUrl), or set \
                 allowBrowserToken: true",
            );
        }
        let on_event = reader.function(&fields.on_event);
        let headers = reader.headers(&fields.headers);
        let timeout_ms = reader.integer(&fields.timeout_ms, 0, config::LONGEST_TIMER_MS);
        let max_retries = reader.integer(&fields.max_retries, 0, config::MOST_RETRIES);
        reader.finish()?;
        Ok(Self {
            base_url,
            transport,
            token,
            headers,
            timeout_ms: timeout_ms.unwrap_or(config::TIMEOUT_MS),
            max_retries: max_retries.unwrap_or(config::MAX_RETRIES),
            fixed_headers: FixedHeaders::default(),
            on_event,
            paused_until: Cell::new(None),
            connected: None,
            rate_limit_count: Cell::new(0),
        })
    }
}

fn read_base_url(fields: &ConfigFields, reader: &mut OptionReader) -> String {
    if fields.instance.is_given() {
        let origin = config::instance_origin(&fields.instance.shallow_value());
        return reader.errors.take(origin);
    }
    let Some(url) = url_text(&fields.base_url.value) else {
        if fields.base_url.is_given() {
            let value = fields.base_url.shallow_value();
            reader.errors.push_expected("baseUrl", "a string or a URL", &value);
        }
        return String::new();
    };
    let has_sender = fields.fetch.is_given() || fields.axios.is_given();
    if url.is_empty() && !has_sender && !host::has_origin() {
        reader
            .errors
            .push("baseUrl '' is the page's own origin, but this is not a page");
    }
    reader.errors.take(config::base_url(&url))
}

fn read_transport(fields: &ConfigFields, reader: &mut OptionReader) -> Transport {
    let senders = [&fields.code_engine, &fields.fetch, &fields.axios];
    if senders.iter().filter(|sender| sender.is_given()).count() > 1 {
        reader
            .errors
            .push("give only one of codeengine, fetch or axios to send the requests");
    }
    reader.check(&fields.fetch, "a function", JsValue::is_function);
    reader.check(&fields.axios, "a function", JsValue::is_function);
    reader.check(
        &fields.code_engine,
        "Domo's module with its sendRequest, require('codeengine')",
        |module| host::get(module, "sendRequest").is_function(),
    );
    let (kind, sender) = if fields.code_engine.is_given() {
        (TransportKind::CodeEngine, &fields.code_engine)
    } else if fields.axios.is_given() {
        (TransportKind::Axios, &fields.axios)
    } else {
        (TransportKind::Fetch, &fields.fetch)
    };
    Transport {
        kind,
        sender: sender.value.clone(),
    }
}

fn read_token(fields: &ConfigFields, reader: &mut OptionReader) -> Token {
    let token = &fields.developer_token;
    if fields.code_engine.is_given() {
        return Token::None; // Code Engine authenticates by itself, and nothing else is ever sent
    }
    if token.value.is_function() {
        return Token::Function(token.value.clone());
    }
    match token.shallow_value() {
        Value::String(text) => {
            let token: Rc<str> = reader.errors.take(config::token(&text)).into();
            redaction::register(&token);
            Token::Fixed(token)
        }
        Value::Undefined => {
            if fields.instance.is_given() {
                reader.errors.push(
                    "developerToken is required with instance: create one in Domo under Admin > Authentication > Access tokens",
                );
            }
            Token::None
        }
        _ => {
            reader
                .errors
                .push("developerToken must be a string, or a function that returns one");
            Token::None
        }
    }
}

/// Copies a configuration, so that nobody can change it any more. Each field is read once.
///
/// # Errors
/// `INVALID_CONFIG` with all errors.
pub fn connect(config: &JsValue) -> Result<JsValue, Error> {
    let fields = read_fields(config)?;
    let mut connection = Connection::read(&fields)?;
    let headers = Object::new();
    for (name, value) in &connection.headers {
        host::set_header(&headers, name, value);
    }
    let base_url = url_text(&fields.base_url.value).map_or(fields.base_url.value, JsValue::from);
    let connected: JsValue = host::object(&[
        (fields.instance.name, fields.instance.value),
        (fields.base_url.name, base_url),
        (fields.developer_token.name, fields.developer_token.value),
        (fields.code_engine.name, fields.code_engine.value),
        (fields.axios.name, fields.axios.value),
        (fields.fetch.name, fields.fetch.value),
        (fields.headers.name, headers.into()),
        (fields.timeout_ms.name, fields.timeout_ms.value),
        (fields.max_retries.name, fields.max_retries.value),
        (fields.on_event.name, fields.on_event.value),
        (fields.allow_browser_token.name, fields.allow_browser_token.value),
        (PAUSED_UNTIL, JsValue::NULL),
    ])
    .into();
    connection.connected = Some(connected.clone());
    remember(connected.clone(), connection);
    Ok(connected)
}

fn remember(connected: JsValue, connection: Connection) -> Rc<Connection> {
    let connection = Rc::new(connection);
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.push(KnownConnection {
            connected,
            connection: Rc::clone(&connection),
        });
    });
    connection
}

fn read_fields(config: &JsValue) -> Result<ConfigFields, DomoError> {
    if !config.is_object() {
        let expected =
            "a configuration such as {instance: \"acme\", developerToken}, or the client that connect() returned";
        let message = must("the first argument", expected, &shallow_value(config));
        return Err(DomoError::config(message));
    }
    // The first Code Engine file passes its own configuration.
    #[cfg(feature = "directory")]
    {
        let known = [FIELDS.as_slice(), &[PAUSED_UNTIL]].concat();
        let unknown = host::unknown_fields(config, &known);
        if !unknown.is_empty() {
            let message = config::unknown_fields(&unknown.join("\n"), &FIELDS.join(","));
            return Err(DomoError::config(message));
        }
    }
    let [
        instance,
        base_url,
        developer_token,
        code_engine,
        axios,
        fetch,
        headers,
        timeout_ms,
        max_retries,
        on_event,
        allow_browser_token,
    ] = read_properties(config, FIELDS, Code::InvalidConfig)?;
    Ok(ConfigFields {
        instance,
        base_url,
        developer_token,
        code_engine,
        axios,
        fetch,
        headers,
        timeout_ms,
        max_retries,
        on_event,
        allow_browser_token,
    })
}

/// Returns a string as it is, and the `href` of a URL object; `None` for any other value.
fn url_text(base_url: &JsValue) -> Option<String> {
    base_url.as_string().or_else(|| host::get(base_url, "href").as_string())
}
