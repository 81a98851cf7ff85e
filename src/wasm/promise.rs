//! Promises that settle whatever happens: each is settled by a task of its own, when its work is done.

use core::pin::Pin;
use core::task::{Context, Poll};

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::error::{Code, DomoError};
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::task::spawn;

/// The rest of a call, after its arguments were checked and copied.
pub type Work = Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>;

/// Checks the arguments of a call at once, and returns a promise of the result of its work.
pub fn promise_of(prepare: impl FnOnce() -> Result<Work, Error>) -> Promise {
    settled_by(prepare())
}

#[inline(never)] // not once for each function that is exported
fn settled_by(work: Result<Work, Error>) -> Promise {
    let promise = host::pending_promise();
    match work {
        Ok(work) => {
            let promise = promise.clone();
            spawn(Box::pin(Settling { work, promise }));
        }
        Err(error) => host::reject(&promise, &error.into_js()),
    }
    promise
}

/// Work whose end settles a promise.
struct Settling {
    work: Work,
    promise: Promise,
}

impl Future for Settling {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.work.as_mut().poll(context).map(|result| {
            let error = match result {
                Ok(value) if host::resolve(&self.promise, &value) => return,
                // Only a value that the host has parsed itself can have a function named `then`.
                Ok(_) => Error::from(DomoError::new(
                    Code::BadResponse,
                    "The host returned an object with a function named then instead of plain data. The request may have taken effect. Check the fetch, axios or codeengine of the configuration",
                )),
                Err(error) => error,
            };
            host::reject(&self.promise, &error.into_js());
        })
    }
}
