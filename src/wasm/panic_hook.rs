//! Passes the description of a panic to JavaScript before the panic aborts the module with a trap.

use std::panic;

use wasm_bindgen::prelude::*;

use crate::panic_report;
use crate::wasm::{host, redaction};

/// Installs the panic hook when an instance of the module starts.
///
/// A panic inside the hook, and memory or stack that is used up, trap without a description.
#[wasm_bindgen(start)]
pub fn install() {
    panic::set_hook(Box::new(|panic| {
        if let Some(description) = redaction::try_redact(&panic_report::describe(panic)) {
            host::record_panic(&description);
        }
    }));
}
