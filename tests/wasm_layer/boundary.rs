//! The numbers that cross between Rust and JavaScript mean the same on both sides.

use domo_users::wasm::convert::JsKind;
use domo_users::wasm::host;
use domo_users::wasm::transport::send::TransportKind;
use domo_users::wasm::wait::WaitEnd;
use js_sys::{Array, BigInt, Object, Symbol};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_kinds_of_values_are_the_same() {
    let symbol: JsValue = Symbol::for_("x").into();
    for (kind, values) in [
        (JsKind::Undefined, vec![JsValue::UNDEFINED]),
        (JsKind::Null, vec![JsValue::NULL]),
        (JsKind::False, vec![JsValue::FALSE]),
        (JsKind::True, vec![JsValue::TRUE]),
        (JsKind::Number, vec![1.5.into(), f64::NAN.into()]),
        (JsKind::String, vec!["".into(), "x".into()]),
        (JsKind::Array, vec![Array::new().into()]),
        (JsKind::Object, vec![Object::new().into(), js_sys::Date::new_0().into()]),
        (JsKind::Other, vec![symbol, BigInt::from(1).into(), parse_int()]),
    ] {
        for value in values {
            assert_eq!(JsKind::of(&value), kind, "{value:?}");
        }
    }
    for (number, kind) in (0_u32..).zip(JsKind::ALL) {
        assert_eq!(kind as u32, number);
    }
}

/// A function of the host.
fn parse_int() -> JsValue {
    host::get(&js_sys::global(), "parseInt")
}

#[wasm_bindgen_test]
fn the_ends_of_waits_are_the_same() {
    host::WAIT_ENDS.with(|ends| {
        for (name, end) in [
            ("THROWN", WaitEnd::Thrown),
            ("TIMED_OUT", WaitEnd::TimedOut),
            ("ABORTED", WaitEnd::Aborted),
            ("INVALID_RESPONSE", WaitEnd::InvalidResponse),
            ("NO_TRANSPORT", WaitEnd::NoTransport),
        ] {
            assert_eq!(host::get(ends, name).as_f64(), Some(f64::from(end as i32)), "{name}");
            assert_eq!(WaitEnd::from_number(end as i32), Some(end));
        }
        assert_eq!(Object::keys(ends).length() as usize, WaitEnd::ALL.len());
    });
    assert_eq!(WaitEnd::from_number(0), None);
    assert_eq!(WaitEnd::from_number(200), None);
}

#[wasm_bindgen_test]
fn the_transports_are_the_same() {
    host::TRANSPORTS.with(|transports| {
        for (kind, name) in [
            (TransportKind::Fetch, "sendByFetch"),
            (TransportKind::Axios, "sendByAxios"),
            (TransportKind::CodeEngine, "sendByCodeEngine"),
        ] {
            let function = transports.get(kind as u32);
            assert_eq!(host::get(&function, "name").as_string().as_deref(), Some(name));
        }
        assert_eq!(transports.length(), 3);
    });
}
