//! Finds the user with an e-mail address: by the search, or in the list of all users if the search is not usable or may have missed the user.

use domo_users_scan::email::{EmailKey, address_in};
use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::client::parts::{Part, Parts};
use crate::client::search::{Search, is_unsupported};
use crate::client::update_check;
use crate::http::request::Request;
use crate::value::Value;
use crate::wasm::client::context::RequestContext;
use crate::wasm::convert::deep_value;
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;

/// The most pages of a search that are read. No address is part of that many other addresses, so a search with more pages does not filter by address.
const MOST_PAGES: u32 = 25;

/// What to look up.
pub struct LookUp {
    email: String,
    parts: Option<Parts>,
    /// Whether the list of all users is also read if the search finds nobody.
    reads_list: bool,
    /// Whether the search also finds deleted users. The list of all users has none, so it is not read.
    pub includes_deleted: bool,
}

impl LookUp {
    /// Returns a look-up that also finds an address that the instance holds with an invisible character inside. The search compares addresses character by
    /// character and misses such an address, so the list of all users is read if the search finds nobody.
    #[cfg(feature = "directory")]
    pub fn thorough(email: &str, parts: Option<Parts>) -> Self {
        Self {
            email: email.to_owned(),
            parts,
            reads_list: true,
            includes_deleted: false,
        }
    }

    /// Returns a look-up of an address that this package has sent in a create. The address has no invisible characters, so the search finds it; the list of all
    /// users is read only if the instance has no usable search.
    pub fn after_create(email: &str) -> Self {
        Self {
            email: email.to_owned(),
            parts: None,
            reads_list: false,
            includes_deleted: false,
        }
    }
}

/// Returns the user with an e-mail address, ignoring case and invisible characters; `None` if there is none.
pub async fn find_by_email(context: &RequestContext, look_up: &LookUp) -> Result<Option<JsValue>, Error> {
    let mut matcher = Matcher {
        key: EmailKey::of(&look_up.email),
        similar: None,
    };
    let searched = search(context, look_up, &mut matcher).await?;
    match searched {
        Searched::Found(user) => return Ok(Some(user)),
        Searched::NotFound if matcher.similar.is_some() || !look_up.reads_list => return Ok(matcher.similar),
        Searched::NotFound | Searched::Unavailable => {}
    }
    if look_up.includes_deleted {
        return Ok(None);
    }
    let simple = Parts::from(Part::Simple);
    let request = Request::get_users(look_up.parts.as_ref().or(Some(&simple)));
    let response = match context.send(&request, None).await {
        // The token may search, but not list all users: then the result of the search is final.
        Err(error) if matches!(searched, Searched::NotFound) && is_unavailable(&error) => return Ok(None),
        sent => sent?,
    };
    let exact = matcher.find(&response.users()?);
    Ok(exact.or(matcher.similar))
}

/// The result of a search.
enum Searched {
    /// This user has the address.
    Found(JsValue),
    /// No user has exactly this address.
    NotFound,
    /// The instance has no search, or does not support its pages.
    Unavailable,
}

async fn search(context: &RequestContext, look_up: &LookUp, matcher: &mut Matcher) -> Result<Searched, Error> {
    let search = Search::by_email(&look_up.email, look_up.parts.as_ref(), look_up.includes_deleted);
    let (mut offset, mut previous_first) = (0_u32, JsValue::UNDEFINED);
    for _ in 0..MOST_PAGES {
        let body = JsonBody::from(search.body(offset));
        let response = match context.send(&Request::search(), Some(&body.text)).await {
            Err(error) if is_unavailable(&error) => return Ok(Searched::Unavailable),
            sent => sent?,
        };
        let page = response.user_page()?;
        if let Some(user) = matcher.find(&page.users) {
            return Ok(Searched::Found(user));
        }
        if !search.has_next_page(offset, page.users.length(), page.count) {
            return Ok(Searched::NotFound);
        }
        let first = page.users.get(0);
        if is_same_user(&first, &previous_first) {
            return Ok(Searched::Unavailable);
        }
        previous_first = first;
        offset = offset.saturating_add(page.users.length());
    }
    Ok(Searched::Unavailable)
}

fn is_unavailable(error: &Error) -> bool {
    matches!(error, Error::Failed(failed) if is_unsupported(failed.error.status))
}

/// Compares users with an address.
struct Matcher {
    key: EmailKey,
    /// The first user whose address differs from the requested one only in invisible characters or in text around it.
    similar: Option<JsValue>,
}

impl Matcher {
    /// Returns the user with exactly the requested address, and keeps the first user with a similar address.
    fn find(&mut self, users: &Array) -> Option<JsValue> {
        for user in users.iter() {
            let email = host::get(&user, "emailAddress");
            let email = match email.is_undefined() {
                // Some instances show the address among the attributes.
                true => attribute(&user, "emailAddress"),
                false => email.as_string(),
            };
            let Some(email) = email.filter(|email| EmailKey::of(email) == self.key) else {
                continue;
            };
            if address_in(&email).len() == email.len() {
                return Some(user);
            }
            self.similar.get_or_insert(user);
        }
        None
    }
}

fn attribute(user: &JsValue, key: &str) -> Option<String> {
    let user = deep_value(user).unwrap_or_default();
    let text = update_check::field_of(&user, key).and_then(Value::as_str);
    text.map(str::to_owned)
}

/// Whether two users have the same id.
pub fn is_same_user(user: &JsValue, other: &JsValue) -> bool {
    let id = |user: &JsValue| host::get(user, "id");
    !id(user).is_undefined() && id(user) == id(other)
}
