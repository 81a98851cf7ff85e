//! The js layer against the mock over loopback: the same tests in Node, Chrome and Firefox.

mod boundary;

use domo_users::wasm::exports::users;
use gloo_net::http::Request;
use js_sys::{Array, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// See tests/support/mock-server.mjs.
const DOOR: &str = "http://127.0.0.1:47113";
const TOKEN: &str = "token-for-tests";

fn js(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

/// A configuration for one of the mock's instances.
fn domo(name: &str) -> JsValue {
    js(&format!(
        r#"{{"baseUrl":"{DOOR}/{name}","developerToken":"{TOKEN}","allowBrowserToken":true}}"#
    ))
}

async fn done(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap()
}

async fn code(promise: Promise) -> String {
    text(&JsFuture::from(promise).await.unwrap_err(), "code")
}

fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap()
}

fn text_of(value: &JsValue) -> String {
    domo_users::wasm::host::to_text(value)
}

fn text(value: &JsValue, key: &str) -> String {
    get(value, key).as_string().unwrap()
}

const NO_OPTIONS: JsValue = JsValue::UNDEFINED;

#[wasm_bindgen_test]
async fn a_user_is_created_read_listed_changed_and_deleted() {
    let domo = domo("documented");
    let email = format!("jane.{}@example.com", js_sys::Date::now());
    let new_user = js(&format!(
        r#"{{"displayName":"Jané Ünïcode 🙂","emailAddress":"{email}","roleId":4}}"#
    ));
    let user = done(users::create_user(&domo, &new_user, &NO_OPTIONS)).await;
    let id = get(&user, "id");

    let read = done(users::get_user_by_id(&domo, &id, &js(r#"{"parts":"detailed"}"#))).await;
    assert_eq!(text(&read, "displayName"), "Jané Ünïcode 🙂");

    let all: Array = done(users::get_all_users(&domo, &NO_OPTIONS)).await.unchecked_into();
    assert!(all.iter().any(|user| get(&user, "id") == id));

    let changed = done(users::update_user(&domo, &id, &js(r#"{"roleId":2}"#), &NO_OPTIONS)).await;
    assert_eq!(get(&changed, "roleId").as_f64(), Some(2.0));
    assert_eq!(
        get(&users::user_attributes(&changed).unwrap(), "roleId").as_f64(),
        Some(2.0)
    );

    assert!(done(users::delete_user(&domo, &id, &NO_OPTIONS)).await.is_undefined());
    assert_eq!(code(users::get_user_by_id(&domo, &id, &NO_OPTIONS)).await, "NOT_FOUND");
}

#[wasm_bindgen_test]
async fn another_client_sees_what_we_did() {
    let domo = domo("documented");
    let me = done(users::request(
        &domo,
        &js(r#"{"method":"get","path":"/api/content/v2/users/me"}"#),
        &NO_OPTIONS,
    ))
    .await;
    done(users::update_user(
        &domo,
        &get(&me, "id"),
        &js(r#"{"displayName":"Seen by both"}"#),
        &NO_OPTIONS,
    ))
    .await;
    let witness = Request::get(&format!("{DOOR}/documented/api/content/v2/users/me"))
        .header("X-DOMO-Developer-Token", TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(witness.status(), 200);
    assert!(witness.text().await.unwrap().contains("Seen by both"));
}

#[wasm_bindgen_test]
async fn an_update_falls_back_to_the_attributes_form() {
    let domo = domo("attributes");
    let all: Array = done(users::get_all_users(&domo, &js(r#"{"parts":"MINIMAL"}"#)))
        .await
        .unchecked_into();
    let id = text_of(&get(&all.get(0), "id"));
    let changed = done(users::update_user(
        &domo,
        &JsValue::from_str(&id),
        &js(r#"{"roleId":1,"displayName":"By attributes"}"#),
        &NO_OPTIONS,
    ))
    .await;
    assert_eq!(get(&changed, "roleId").as_f64(), Some(1.0));
    assert_eq!(text(&changed, "displayName"), "By attributes");
}

#[wasm_bindgen_test]
async fn failures_have_their_codes() {
    let wrong_token = js(&format!(
        r#"{{"baseUrl":"{DOOR}/documented","developerToken":"wrong","allowBrowserToken":true}}"#
    ));
    let expect = async |expected: &str, promise: Promise| assert_eq!(code(promise).await, expected);
    let all = |name: &str| users::get_all_users(&domo(name), &NO_OPTIONS);
    let id = |name: &str, id: JsValue| users::get_user_by_id(&domo(name), &id, &NO_OPTIONS);
    expect("UNAUTHORIZED", users::get_all_users(&wrong_token, &NO_OPTIONS)).await;
    expect("NOT_FOUND", id("documented", 5.into())).await;
    expect("NOT_FOUND", id("empty", 5.into())).await;
    expect("BAD_RESPONSE", all("login")).await;
    expect("REDIRECTED", all("moved")).await;
    expect("INVALID_INPUT", id("documented", "x".into())).await;
    let nothing = users::update_user(&domo("documented"), &7.into(), &js("{}"), &NO_OPTIONS);
    expect("INVALID_INPUT", nothing).await;
    let evil = js(r#"{"instance":"a/b","developerToken":"t"}"#);
    expect("INVALID_CONFIG", users::get_all_users(&evil, &NO_OPTIONS)).await;
    let quick = js(r#"{"timeoutMs":50,"maxRetries":1}"#);
    expect("TIMEOUT", users::get_all_users(&domo("stalled"), &quick)).await;
    let error = users::connect(&js(r#"{"instance":"acme"}"#)).unwrap_err();
    assert_eq!(text(&error, "name"), "DomoError");
}

#[wasm_bindgen_test]
async fn what_may_be_repeated_is_repeated() {
    let domo = domo("flaky");
    let all: Array = done(users::get_all_users(&domo, &NO_OPTIONS)).await.unchecked_into();
    assert!(all.length() >= 18);
}

#[wasm_bindgen_test]
async fn a_lost_create_is_looked_up() {
    let domo = domo("lost");
    let new_user = js(r#"{"displayName":"Lost","emailAddress":"lost@example.com","roleId":4}"#);
    let user = done(users::create_user(&domo, &new_user, &js(r#"{"timeoutMs":300}"#))).await;
    assert_eq!(text(&user, "emailAddress"), "lost@example.com");
    assert_eq!(
        code(users::create_user(&domo, &new_user, &NO_OPTIONS)).await,
        "CONFLICT"
    );
}

#[wasm_bindgen_test]
async fn an_aborted_call_rejects_with_the_signals_own_reason() {
    let controller = web_sys::AbortController::new().unwrap();
    let options = js_sys::Object::new();
    Reflect::set(&options, &"signal".into(), &controller.signal()).unwrap();
    let stalled = users::get_all_users(&domo("stalled"), &options);
    controller.abort_with_reason(&"enough".into());
    assert_eq!(JsFuture::from(stalled).await.unwrap_err(), JsValue::from_str("enough"));
}
