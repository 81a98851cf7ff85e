//! Looking up who has an e-mail address: by the search, or in the list of all users where the instance has none that can be gone through.

use domo_users_scan::email::{EmailKey, address_in};
use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::client::parts::{Part, Parts};
use crate::client::search::{Search, is_unsupported};
use crate::client::update_check;
#[cfg(feature = "streams")]
use crate::error::{Code, DomoError};
use crate::http::request::Request;
use crate::value::Value;
use crate::wasm::context::Sent;
#[cfg(feature = "directory")]
use crate::wasm::endpoint::{Endpoint, ResponseKind};
use crate::wasm::failure::{Failure, to_js};
use crate::wasm::host;
use crate::wasm::input;
#[cfg(feature = "directory")]
use crate::wasm::input::JsonBody;
#[cfg(feature = "streams")]
use crate::wasm::response::Response;

/// No address is part of so many others that its search would have more.
const MOST_PAGES: u32 = 25;

/// Finds the user with this e-mail address, ignoring case and what nobody sees. The search compares texts as they are, so it does not find an
/// address that the instance holds with an invisible character inside: if the search finds nobody, the list of all users is read too. `parts` as
/// the query wants them.
#[cfg(feature = "directory")]
pub fn who_has(email: &str, parts: Option<&Parts>) -> Endpoint {
    let mut look_up = LookUp::new(email, parts);
    look_up.is_thorough = true;
    begun(look_up)
}

/// The same by the search alone: a user whom this package created has an address without invisible characters.
#[cfg(feature = "directory")]
pub fn who_was_created(email: &str) -> Endpoint {
    begun(LookUp::new(email, None))
}

#[cfg(feature = "directory")]
fn begun(look_up: Box<LookUp>) -> Endpoint {
    let body = JsonBody::of(look_up.search.body(0));
    (Request::search(), Some(body), ResponseKind::UserByEmail(look_up))
}

/// A look-up under way.
pub struct LookUp {
    wanted: EmailKey,
    search: Search,
    /// Whether the list of all users is read if the search finds nobody.
    is_thorough: bool,
    /// Whether the search has found nobody.
    is_searched: bool,
    /// A user whose address is the wanted one but for what nobody sees; one with just that address is preferred.
    near: JsValue,
    /// For the list of all users.
    parts: Parts,
    /// Whether that is read, as the search tells nothing.
    is_list: bool,
    offset: u32,
    pages: u32,
    /// Of the page before.
    first: JsValue,
}

impl LookUp {
    /// Nothing is sent yet.
    pub fn new(email: &str, parts: Option<&Parts>) -> Box<Self> {
        Box::new(Self {
            wanted: EmailKey::of(email),
            search: Search::by_email(email, parts),
            is_thorough: false,
            is_searched: false,
            near: JsValue::UNDEFINED,
            parts: parts.cloned().unwrap_or(Part::Simple.into()),
            is_list: false,
            offset: 0,
            pages: 0,
            first: JsValue::UNDEFINED,
        })
    }

    /// What is to be sent next.
    pub fn call(&self) -> (Request, Option<JsValue>) {
        match self.is_list {
            true => (Request::get_users(Some(&self.parts)), None),
            false => (
                Request::search(),
                host::stringify(&to_js(&self.search.body(self.offset))),
            ),
        }
    }

    /// The user, `undefined` where there is none; `None` where it takes another call to tell.
    pub fn take(&mut self, sent: Sent) -> Result<Option<JsValue>, Failure> {
        let answer = match sent {
            Err(Failure::Error(failed)) if !self.is_list && is_unsupported(failed.error.status) => {
                self.is_list = true;
                return Ok(None);
            }
            // Who may search may not always list: the search then has the last word.
            Err(Failure::Error(failed)) if self.is_searched && is_unsupported(failed.error.status) => {
                return Ok(Some(JsValue::UNDEFINED));
            }
            sent => sent?,
        };
        let (users, count) = answer.page()?;
        if let Some(user) = self.user_among(&users) {
            return Ok(Some(user));
        }
        if self.is_list || !self.search.has_next_page(self.offset, users.length(), count) {
            let is_over = self.is_list || !self.is_thorough || !self.near.is_undefined();
            (self.is_list, self.is_searched) = (true, true);
            return Ok(is_over.then(|| self.near.clone()));
        }
        // Pages without an end tell nothing: such an instance cannot page.
        let first = users.get(0);
        self.pages = self.pages.saturating_add(1);
        self.is_list = self.pages == MOST_PAGES || is_same(&first, &self.first);
        self.first = first;
        self.offset = self.offset.saturating_add(users.length());
        Ok(None)
    }
}

impl LookUp {
    /// Returns the user with just the wanted address, and keeps the first whose address differs in what nobody sees.
    fn user_among(&mut self, users: &Array) -> Option<JsValue> {
        for user in users.iter() {
            let email = host::get(&user, "emailAddress");
            // Some instances may show it among the attributes.
            let email = match email.is_undefined() {
                true => attribute(&user, "emailAddress"),
                false => email,
            };
            let Some(email) = email.as_string().filter(|email| EmailKey::of(email) == self.wanted) else {
                continue;
            };
            if address_in(&email).len() == email.len() {
                return Some(user);
            }
            if self.near.is_undefined() {
                self.near = user;
            }
        }
        None
    }
}

/// The text of an attribute; `undefined` where there is none.
fn attribute(user: &JsValue, key: &str) -> JsValue {
    let user = input::read(user).unwrap_or_default();
    let text = update_check::field_of(&user, key).and_then(Value::as_str);
    text.map_or(JsValue::UNDEFINED, JsValue::from_str)
}

/// Whether two users are one.
pub fn is_same(user: &JsValue, other: &JsValue) -> bool {
    let id = |user: &JsValue| host::get(user, "id");
    !id(user).is_undefined() && id(user) == id(other)
}

/// A page of a search: `[users, whether there may be more]`. `before` is the page before it, `undefined` for the first.
#[cfg(feature = "streams")]
pub fn page(answer: &Response, search: &Search, offset: u32, before: &JsValue) -> Result<JsValue, DomoError> {
    let (users, count) = answer.page()?;
    // An instance that does not know `offset` would give its first page for ever.
    if is_same(&users.get(0), &host::get(before, "0")) {
        return Err(DomoError::new(
            Code::BadResponse,
            "The search returned the same page twice, so this instance has no pages: use getAllUsers",
        ));
    }
    let more = search.has_next_page(offset, users.length(), count);
    Ok(Array::of2(&users, &more.into()).into())
}
