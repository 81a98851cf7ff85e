//! A checked configuration: where requests go, how they are sent, and with which token.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::config;
use crate::error::{Code, DomoError};
use crate::http::event::RequestEvent;
use crate::validation::InvalidValue;
use crate::value::Value;
use crate::wasm::convert::{shallow_value, to_js};
use crate::wasm::errors::Error;
use crate::wasm::options::{JsOption, OptionReader};
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

/// The fields of a configuration that say where requests go and who sends them.
struct Target {
    instance: JsOption,
    base_url: JsOption,
    developer_token: JsOption,
    code_engine: JsOption,
    axios: JsOption,
    fetch: JsOption,
}

/// A configuration that was read.
struct ReadConfig {
    target: Target,
    connection: Connection,
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
    // Lives as long as the module.
    /// The connections of connected objects, so that a call need not read the object again.
    static KNOWN: &'static RefCell<Vec<KnownConnection>> = Box::leak(Box::default());
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
        let known = KNOWN.with(|known| known.borrow());
        if let Some(known) = known.iter().find(|known| &known.connected == domo) {
            return Ok(Rc::clone(&known.connection));
        }
        drop(known);
        let mut connection = read(domo)?.connection;
        let paused_until = host::get(domo, PAUSED_UNTIL);
        if paused_until.is_undefined() {
            return Ok(Rc::new(connection));
        }
        WAS_PAUSED.set(WAS_PAUSED.get() || !paused_until.is_null());
        connection.connected = Some(domo.clone());
        Ok(remember(domo.clone(), connection))
    }

    /// Returns the name of the instance in plans: its host, with a port if the base URL has one. `None` if the host is unknown: in Code Engine, and for the
    /// page's own origin.
    #[cfg(feature = "directory")]
    pub fn instance(&self) -> Option<String> {
        config::instance_host(&self.base_url)
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
            host::notify(listener, &to_js(&redaction::redacted(event.to_value())));
        }
    }
}

/// Reads and checks a configuration.
///
/// # Errors
/// `INVALID_CONFIG` with all errors.
fn read(config: &JsValue) -> Result<ReadConfig, DomoError> {
    // The loader passes this symbol if the first argument of a client's function is itself a client or a configuration.
    #[cfg(feature = "streams")]
    if config.is_symbol() && *config == *js_sys::Symbol::for_("domo-users client") {
        return Err(DomoError::input("the first argument is not needed on a client"));
    }
    if !config.is_object() {
        let expected = "a configuration or client, such as {instance: \"acme\", developerToken}";
        let error = InvalidValue::expected("the first argument", expected, &shallow_value(config));
        return Err(DomoError::config(error));
    }
    let mut reader = OptionReader::new(config, Code::InvalidConfig);
    let target = Target {
        instance: reader.get("instance"),
        base_url: reader.get("baseUrl"),
        developer_token: reader.get("developerToken"),
        code_engine: reader.checked(
            "codeengine",
            "Domo's module with its sendRequest, require('codeengine')",
            |module| host::get(module, "sendRequest").is_function(),
        ),
        axios: reader.checked("axios", "a function", JsValue::is_function),
        fetch: reader.checked("fetch", "a function", JsValue::is_function),
    };
    let places = [&target.instance, &target.base_url, &target.code_engine];
    if places.iter().filter(|place| place.is_given()).count() != 1 {
        reader
            .errors
            .push("give exactly one of instance, baseUrl and codeengine: the first argument must be a configuration or client");
    }
    let base_url = read_base_url(&target, &mut reader);
    let transport = read_transport(&target, &mut reader);
    let token = read_token(&target, &mut reader);
    let is_allowed = reader.flag("allowBrowserToken");
    if !matches!(token, Token::None) && !is_allowed && host::is_browser_page() {
        reader.errors.push(
            "developerToken would be readable by everyone who opens this page: use a proxy that holds it (baseUrl), or set allowBrowserToken: true",
        );
    }
    let connection = Connection {
        base_url,
        transport,
        token,
        headers: reader.headers("headers"),
        timeout_ms: reader
            .integer("timeoutMs", 0, config::LONGEST_TIMER_MS)
            .unwrap_or(config::DEFAULT_TIMEOUT_MS),
        max_retries: reader
            .integer("maxRetries", 0, config::MOST_RETRIES)
            .unwrap_or(config::DEFAULT_MAX_RETRIES),
        fixed_headers: FixedHeaders::default(),
        on_event: reader.function("onEvent"),
        paused_until: Cell::new(None),
        connected: None,
        rate_limit_count: Cell::new(0),
    };
    reader.get(PAUSED_UNTIL);
    reader.finish_config()?;
    Ok(ReadConfig { target, connection })
}

fn read_base_url(target: &Target, reader: &mut OptionReader<'_>) -> String {
    if target.instance.is_given() {
        let origin = config::instance_origin(&target.instance.shallow_value());
        return reader.errors.take(origin);
    }
    let Some(url) = url_text(&target.base_url.value) else {
        if target.base_url.is_given() {
            let value = target.base_url.shallow_value();
            reader.errors.push_expected("baseUrl", "a string or a URL", &value);
        }
        return String::new();
    };
    let has_sender = target.fetch.is_given() || target.axios.is_given();
    if url.is_empty() && !has_sender && !host::has_origin() {
        reader
            .errors
            .push("baseUrl '' is the page's own origin, but this is not a page");
    }
    reader.errors.take(config::base_url(&url))
}

fn read_transport(target: &Target, reader: &mut OptionReader<'_>) -> Transport {
    let senders = [&target.code_engine, &target.fetch, &target.axios];
    if senders.iter().filter(|sender| sender.is_given()).count() > 1 {
        reader
            .errors
            .push("give only one of codeengine, fetch or axios to send the requests");
    }
    let (kind, sender) = if target.code_engine.is_given() {
        (TransportKind::CodeEngine, &target.code_engine)
    } else if target.axios.is_given() {
        (TransportKind::Axios, &target.axios)
    } else {
        (TransportKind::Fetch, &target.fetch)
    };
    Transport {
        kind,
        sender: sender.value.clone(),
    }
}

fn read_token(target: &Target, reader: &mut OptionReader<'_>) -> Token {
    let token = &target.developer_token;
    if target.code_engine.is_given() {
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
            if target.instance.is_given() {
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
    let ReadConfig { target, mut connection } = read(config)?;
    let headers = Object::new();
    for (name, value) in &connection.headers {
        host::set_header(&headers, name, value);
    }
    let base_url = url_text(&target.base_url.value).map_or(target.base_url.value, JsValue::from);
    let connected: JsValue = host::object(&[
        (target.instance.name, target.instance.value),
        (target.base_url.name, base_url),
        (target.developer_token.name, target.developer_token.value),
        (target.code_engine.name, target.code_engine.value),
        (target.axios.name, target.axios.value),
        (target.fetch.name, target.fetch.value),
        ("headers", headers.into()),
        ("timeoutMs", connection.timeout_ms.into()),
        ("maxRetries", connection.max_retries.into()),
        ("onEvent", connection.on_event.clone().unwrap_or_default()),
        // Was checked here, and is not checked again.
        ("allowBrowserToken", JsValue::TRUE),
        (PAUSED_UNTIL, JsValue::NULL),
    ])
    .into();
    connection.connected = Some(connected.clone());
    remember(connected.clone(), connection);
    Ok(connected)
}

/// Returns a checked configuration from the environment variables of the host.
///
/// # Errors
/// `INVALID_CONFIG` with all errors.
#[cfg(feature = "streams")]
pub fn connect_from_environment() -> Result<JsValue, Error> {
    let environment = config::from_environment(&host::environment_variable)?;
    connect(&host::object(&[
        (environment.address_field, environment.address.into()),
        ("developerToken", environment.token.into()),
    ]))
}

fn remember(connected: JsValue, connection: Connection) -> Rc<Connection> {
    let connection = Rc::new(connection);
    let mut known = KNOWN.with(|known| known.borrow_mut());
    if known.len() >= MOST_KNOWN {
        known.clear();
    }
    known.push(KnownConnection {
        connected,
        connection: Rc::clone(&connection),
    });
    connection
}

/// Returns a string as it is, and the `href` of a URL object; `None` for any other value.
fn url_text(base_url: &JsValue) -> Option<String> {
    base_url.as_string().or_else(|| host::get(base_url, "href").as_string())
}
