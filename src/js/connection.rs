//! A configuration, as JavaScript gave it, into where and how calls go.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::failure::{Failure, to_js};
use super::host;
use super::input::given;
use super::transport::Transport;
use crate::config;
use crate::error::DomoError;
use crate::event::RequestEvent;
use crate::given::Given;

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
    on_event: JsValue,
}

/// Where the token comes from.
pub enum Token {
    /// None is sent: Code Engine, a proxy or the page's session signs.
    None,
    /// This one.
    Fixed(String),
    /// Whatever this function answers, before every attempt.
    Asked(JsValue),
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

impl Connection {
    /// Checks a configuration.
    pub fn new(given_config: &JsValue) -> Result<Self, Failure> {
        if !given_config.is_object() {
            return Err(wrong(format!(
                "the first argument must be a configuration such as {{instance: \"acme\", developerToken}}, or what connect() \
                 made of one; got {}",
                given(given_config)
            )));
        }
        let field = |name: &str| read(given_config, name);
        let (instance, base_url, code_engine) = (field("instance")?, field("baseUrl")?, field("codeengine")?);
        let places = [&instance, &base_url, &code_engine];
        if places.into_iter().filter(|place| !place.is_undefined()).count() != 1 {
            return Err(wrong("give exactly one of instance, baseUrl and codeengine"));
        }
        let fetch = function(&field("fetch")?, "fetch")?;
        let axios = function(&field("axios")?, "axios")?;
        let own_host_call = fetch.is_some() || axios.is_some();
        let base = match (given(&instance), base_text(&base_url)) {
            (Given::Missing, Given::Missing) => String::new(),
            (Given::Missing, Given::Text(url)) => config::base_url(&url)?,
            (Given::Text(name), _) => config::instance_origin(&name)?,
            (Given::Missing, other) => return Err(wrong(format!("baseUrl must be a text or a URL; got {other}"))),
            (other, _) => return Err(wrong(format!("instance must be a text such as \"acme\"; got {other}"))),
        };
        if base_url.as_string().is_some_and(|url| url.is_empty())
            && !own_host_call
            && !host::global("location").is_object()
        {
            return Err(wrong(
                "baseUrl '' is the page's own origin, but this is not a page: give instance or a full baseUrl",
            ));
        }
        let transport = if code_engine.is_undefined() {
            match (fetch, axios) {
                (Some(_), Some(_)) => return Err(wrong("give fetch or axios, not both")),
                (fetch, None) => Transport::Fetch(fetch),
                (None, Some(axios)) => Transport::Axios(axios),
            }
        } else {
            if !host::get(&code_engine, "sendRequest").is_function() {
                return Err(wrong(
                    "codeengine must be Domo's module, with its function sendRequest: require('codeengine')",
                ));
            }
            if own_host_call {
                return Err(wrong(
                    "give codeengine alone, or fetch or axios with an instance and a token",
                ));
            }
            Transport::CodeEngine(code_engine.clone())
        };
        let token = if matches!(transport, Transport::CodeEngine(_)) {
            Token::None // it signs by itself, and nothing else is ever sent
        } else {
            token(&field("developerToken")?, &instance)?
        };
        let allowed = given(&field("allowBrowserToken")?);
        if !matches!(allowed, Given::Missing | Given::Bool(_)) {
            return Err(wrong(format!("allowBrowserToken must be true or false; got {allowed}")));
        }
        if !matches!(token, Token::None) && allowed != Given::Bool(true) && host::is_browser_page() {
            return Err(wrong(
                "developerToken would be readable by everyone who opens this page: call Domo from a server or through a \
                 proxy that holds the token (baseUrl), or set allowBrowserToken: true where all who open it may have it",
            ));
        }
        Ok(Self {
            base,
            transport,
            token,
            headers: headers(&field("headers")?).map_err(wrong)?,
            timeout_ms: config::timeout_ms(&given(&field("timeoutMs")?), config::TIMEOUT_MS).map_err(wrong)?,
            max_retries: config::max_retries(&given(&field("maxRetries")?), config::MAX_RETRIES).map_err(wrong)?,
            on_event: function(&field("onEvent")?, "onEvent")?.unwrap_or(JsValue::UNDEFINED),
        })
    }

    /// Tells `onEvent`, whose own failures are nobody's.
    pub fn tell(&self, event: &RequestEvent<'_>) {
        if self.on_event.is_undefined() {
            return;
        }
        let answer = host::call(
            &self.on_event,
            &JsValue::UNDEFINED,
            &Array::of1(&to_js(&event.fields())),
        );
        if let Ok(promise) = answer
            && promise.is_object()
        {
            // An async handler's rejection must not become an unhandled one.
            wasm_bindgen_futures::spawn_local(async move {
                let _ = host::first_of(&Array::of1(&promise)).await;
            });
        }
    }
}

/// A copy of a configuration that nobody can change any more, each field read once.
pub fn keep(given_config: &JsValue) -> Result<JsValue, Failure> {
    let copy = Object::new();
    if !given_config.is_object() {
        Connection::new(given_config)?;
    }
    for name in FIELDS {
        let value = read(given_config, name)?;
        let kept = match name {
            "headers" if !value.is_undefined() => {
                let own = Object::new();
                for (name, value) in headers(&value).map_err(wrong)? {
                    let _ = Reflect::set(&own, &name.into(), &value.into());
                }
                own.into()
            }
            "baseUrl" => match base_text(&value) {
                Given::Text(url) => url.into(),
                _ => value,
            },
            _ => value,
        };
        let _ = Reflect::set(&copy, &name.into(), &kept);
    }
    Connection::new(&copy)?;
    Ok(copy.into())
}

fn wrong(message: impl Into<String>) -> Failure {
    DomoError::config(message).into()
}

fn read(config: &JsValue, name: &str) -> Result<JsValue, Failure> {
    host::try_get(config, name).map_err(|_| wrong(format!("{name} could not be read: its getter throws")))
}

/// A URL object counts by its `href`.
fn base_text(base_url: &JsValue) -> Given {
    if base_url.is_object() {
        match given(&host::get(base_url, "href")) {
            Given::Text(href) => Given::Text(href),
            _ => given(base_url),
        }
    } else {
        given(base_url)
    }
}

fn function(value: &JsValue, name: &str) -> Result<Option<JsValue>, Failure> {
    match value {
        value if value.is_undefined() => Ok(None),
        value if value.is_function() => Ok(Some(value.clone())),
        other => Err(wrong(format!("{name} must be a function; got {}", given(other)))),
    }
}

fn token(value: &JsValue, instance: &JsValue) -> Result<Token, Failure> {
    if value.is_function() {
        return Ok(Token::Asked(value.clone()));
    }
    match given(value) {
        Given::Text(text) => Ok(Token::Fixed(config::token(&text)?)),
        Given::Missing if instance.is_undefined() => Ok(Token::None),
        Given::Missing => Err(wrong(
            "developerToken is required with instance: make one in Domo under Admin > Authentication > Access tokens",
        )),
        _ => Err(wrong(
            "developerToken must be a text, or a function that answers one; it is not shown here",
        )),
    }
}

/// The caller's own headers, checked.
pub fn headers(value: &JsValue) -> Result<Vec<(String, String)>, String> {
    if value.is_undefined() {
        return Ok(Vec::new());
    }
    if !value.is_object() {
        return Err("headers must be an object of names and texts".to_owned());
    }
    host::entries(value)
        .map_err(|_| "headers could not be read: it throws".to_owned())?
        .into_iter()
        .map(|(name, value)| Ok((name.clone(), config::header(&name, &given(&value))?)))
        .collect()
}
