//! A configuration, as JavaScript gave it, into where and how calls go.

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
use crate::wasm::failure::{Failure, to_js};
use crate::wasm::input::given;
use crate::wasm::option_reader::OptionReader;
use crate::wasm::transport::Transport;
use crate::wasm::{host, secrets};

/// Where calls go, how, and with what.
pub struct Connection {
    /// Scheme and host, perhaps a path; empty for the page's own origin and for Code Engine.
    pub base: String,
    /// How the host is asked.
    pub transport: Transport,
    /// What is sent as the token.
    pub token: Token,
    /// The caller's own headers.
    pub headers: Vec<(String, String)>,
    /// One attempt, in milliseconds; 0 is no limit.
    pub timeout_ms: u32,
    /// Retries after the first attempt.
    pub max_retries: u32,
    /// The headers of calls without headers of their own, once they are known to stay the same: without a body, and with one.
    pub known_headers: [OnceCell<Object>; 2],
    on_event: Option<JsValue>,
    /// No call is made before this, by the host's ticks: a 429 holds them all back.
    held_until: Cell<f64>,
    /// Where that is kept for all calls of a connected object, whatever is remembered of it here; else `undefined`.
    shared: JsValue,
    slowed: Cell<u32>,
}

/// Where the token comes from.
pub enum Token {
    /// None is sent: Code Engine, a proxy or the page's session signs.
    None,
    /// This one.
    Fixed(Rc<str>),
    /// Whatever this function answers, before every attempt.
    Function(JsValue),
}

/// The fields of a configuration.
const FIELDS: &str =
    "instance,baseUrl,developerToken,codeengine,axios,fetch,headers,timeoutMs,maxRetries,onEvent,allowBrowserToken";
const BASE_URL: &str = "baseUrl";
const HEADERS: &str = "headers";
/// A connected object, and what that was read into.
type Known = (JsValue, Rc<Connection>);

thread_local! {
    /// What connected objects were read into, so that a call need not read them again.
    /// Nothing outlives it: its own end would only be code.
    static KEPT: ManuallyDrop<RefCell<Vec<Known>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}
/// So many are remembered; then all are read again.
const MOST_KEPT: usize = 32;
/// The field by which [`keep`] knows its own copies, and that holds `held_until`.
const HELD: &str = " held until";
thread_local! {
    /// Whether there was a 429 yet: until then nothing has to be asked for.
    static EVER_HELD: Cell<bool> = const { Cell::new(false) };
}
/// No 429 is believed to last longer.
const LONGEST_HOLD_MS: f64 = 3_600_000.0;

impl Connection {
    /// Checks a configuration, every fault is told; what [`keep`] made of one is known already.
    pub fn of(domo: &JsValue) -> Result<Rc<Self>, Failure> {
        let known = KEPT.with(|kept| {
            let kept = kept.borrow();
            let (_, connection) = kept.iter().find(|(key, _)| key == domo)?;
            Some(Rc::clone(connection))
        });
        if let Some(connection) = known {
            return Ok(connection);
        }
        let mut connection = Self::taken(&mut read(domo)?)?;
        match host::get(domo, HELD).as_f64() {
            None => return Ok(Rc::new(connection)),
            Some(until) => EVER_HELD.set(EVER_HELD.get() || until > 0.0),
        }
        connection.shared = domo.clone();
        Ok(remember(domo.clone(), connection))
    }

    /// For how long calls are still held back, in milliseconds.
    pub fn paused_for_ms(&self) -> f64 {
        if !EVER_HELD.get() {
            return 0.0;
        }
        let until = match host::get(&self.shared, HELD).as_f64() {
            Some(until) => until,
            None => self.held_until.get(),
        };
        match until {
            0.0 => 0.0,
            until => (until - host::ticks()).max(0.0),
        }
    }

    /// Content all calls back for so long from now on, where they are not for longer already.
    pub fn pause_for(&self, ms: f64) {
        self.slowed.set(self.slowed.get().wrapping_add(1));
        EVER_HELD.set(true);
        if ms > self.paused_for_ms() {
            let until = host::ticks() + ms.min(LONGEST_HOLD_MS);
            self.held_until.set(until);
            if self.shared.is_object() {
                let _ = Reflect::set(&self.shared, &HELD.into(), &until.into());
            }
        }
    }

    /// A number that changes with every 429.
    pub fn times_slowed(&self) -> u32 {
        self.slowed.get()
    }

    /// Whether anyone wants to know of attempts.
    pub fn is_watched(&self) -> bool {
        self.on_event.is_some()
    }

    fn taken(asked: &mut OptionReader<'_>) -> Result<Self, Failure> {
        let (instance, base_url) = (&asked.get("instance"), &asked.get(BASE_URL));
        let (code_engine, token) = (&asked.get("codeengine"), &asked.get("developerToken"));
        let mut places = 0_u8;
        for place in &[instance, base_url, code_engine] {
            places = places.saturating_add(u8::from(!place.is_undefined()));
        }
        if places != 1 {
            asked
                .errors
                .push("give exactly one of instance, baseUrl and codeengine");
        }
        let (fetch, axios) = (&asked.function("fetch"), &asked.function("axios"));
        let on_event = asked.function("onEvent");
        let base = if !instance.is_undefined() {
            asked.errors.take(config::instance_origin(&given(instance)))
        } else if let Some(url) = url_text(base_url) {
            if url.is_empty() && fetch.is_undefined() && axios.is_undefined() && !host::is_page() {
                asked
                    .errors
                    .push("baseUrl '' is the page's own origin, but this is not a page");
            }
            asked.errors.take(config::base_url(&url))
        } else {
            if !base_url.is_undefined() {
                asked
                    .errors
                    .push_expected("baseUrl", "a text or a URL", &given(base_url));
            }
            String::new()
        };
        let hosts = [code_engine, fetch, axios];
        if hosts.iter().filter(|host| !host.is_undefined()).count() > 1 {
            asked
                .errors
                .push("give only one of codeengine, fetch or axios to make the calls");
        }
        asked.checked(
            "codeengine",
            "Domo's module with its sendRequest, require('codeengine')",
            |module| host::get(module, "sendRequest").is_function(),
        );
        let transport = if !code_engine.is_undefined() {
            Transport::CodeEngine(code_engine.clone())
        } else if !axios.is_undefined() {
            Transport::Axios(axios.clone())
        } else {
            Transport::Fetch(fetch.clone())
        };
        let token = match given(token) {
            _ if !code_engine.is_undefined() => Token::None, // it signs by itself, and nothing else is ever sent
            _ if token.is_function() => Token::Function(token.clone()),
            Value::String(text) => {
                let token: Rc<str> = asked.errors.take(config::token(&text)).into();
                if !token.is_empty() {
                    secrets::register(&token);
                }
                Token::Fixed(token)
            }
            Value::Undefined => {
                if !instance.is_undefined() {
                    asked.errors.push(
                        "developerToken is required with instance: make one in Domo under Admin > Authentication > Access tokens",
                    );
                }
                Token::None
            }
            _ => {
                asked
                    .errors
                    .push("developerToken must be a text, or a function that answers one");
                Token::None
            }
        };
        let is_allowed = asked.flag("allowBrowserToken");
        if !matches!(token, Token::None) && !is_allowed && host::is_browser_page() {
            asked.errors.push(
                "developerToken would be readable by everyone who opens this page: call through a proxy that holds it (baseUrl), or set \
                 allowBrowserToken: true",
            );
        }
        let headers = headers(asked);
        let timeout_ms = asked.limit("timeoutMs", 0, config::LONGEST_TIMER_MS);
        let max_retries = asked.limit("maxRetries", 0, config::MOST_RETRIES);
        asked.settle()?;
        Ok(Self {
            base,
            transport,
            token,
            headers,
            timeout_ms: timeout_ms.unwrap_or(config::TIMEOUT_MS),
            max_retries: max_retries.unwrap_or(config::MAX_RETRIES),
            known_headers: Default::default(),
            on_event: Some(on_event).filter(|given| !given.is_undefined()),
            held_until: Cell::new(0.0),
            shared: JsValue::UNDEFINED,
            slowed: Cell::new(0),
        })
    }

    /// Tells `onEvent`, whose own failures are nobody's.
    pub fn tell(&self, event: &RequestEvent<'_>) {
        if let Some(listener) = &self.on_event {
            host::tell(listener, &to_js(&event.fields()));
        }
    }
}

/// A copy of a configuration that nobody can change any more, each field read once.
pub fn keep(given_config: &JsValue) -> Result<JsValue, Failure> {
    let mut asked = read(given_config)?;
    let mut connection = Connection::taken(&mut asked)?;
    if let Some(url) = url_text(&asked.get(BASE_URL)) {
        asked.put(BASE_URL, url.into());
    }
    let own = Object::new();
    for (name, value) in &connection.headers {
        host::set_header(&own, name, value);
    }
    asked.put(HEADERS, own.into());
    let copy = asked.record();
    let _ = Reflect::set(&copy, &HELD.into(), &0.into());
    connection.shared = copy.clone();
    remember(copy.clone(), connection);
    Ok(copy)
}

fn remember(copy: JsValue, connection: Connection) -> Rc<Connection> {
    let connection = Rc::new(connection);
    KEPT.with(|kept| {
        let mut kept = kept.borrow_mut();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.push((copy, Rc::clone(&connection)));
    });
    connection
}

/// Every field of a configuration, asked once.
fn read(given_config: &JsValue) -> Result<OptionReader<'_>, DomoError> {
    if !given_config.is_object() {
        let expected = "a configuration such as {instance: \"acme\", developerToken}, or what connect() made of one";
        return Err(DomoError::config(must(
            "the first argument",
            expected,
            &given(given_config),
        )));
    }
    // Code Engine's first file gives it by itself.
    #[cfg(feature = "directory")]
    if let Some(names) = host::strangers(given_config, &format!("{FIELDS},{HELD}")) {
        return Err(DomoError::config(config::unknown_fields(&names, FIELDS)));
    }
    OptionReader::of(given_config, FIELDS, Code::InvalidConfig)
}

/// A text, or the `href` of a URL object.
fn url_text(base_url: &JsValue) -> Option<String> {
    base_url.as_string().or_else(|| host::get(base_url, "href").as_string())
}

/// The caller's own headers, checked.
pub fn headers(asked: &mut OptionReader<'_>) -> Vec<(String, String)> {
    let own = asked.get(HEADERS);
    let mut checked = Vec::new();
    if own.is_undefined() {
        return checked;
    }
    let Some(entries) = host::entries(&own).filter(|_| own.is_object()) else {
        asked.errors.push("headers must be an object of names and texts");
        return checked;
    };
    for (name, value) in entries {
        match config::header(&name, &given(&value)) {
            Ok(text) => checked.push((name, text)),
            Err(fault) => {
                asked.errors.push(&fault);
                break;
            }
        }
    }
    checked
}
