//! What ends an attempt before its answer: the caller's signal or the time limit, whatever the host does.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use super::failure::Failure;
use super::host;

/// Why a wait on the host brought nothing.
pub enum Stop {
    /// The host threw or rejected with this.
    Thrown(JsValue),
    /// The time limit ended it.
    TimedOut,
    /// The caller's signal ended it; this is the signal's reason.
    Aborted(JsValue),
}

/// The caller's signal; `undefined` where none was given.
#[derive(Clone, Default)]
pub struct Signal(pub JsValue);

impl Signal {
    /// Whether there is one.
    pub fn is_given(&self) -> bool {
        !self.0.is_undefined()
    }

    /// The reason, where the signal is aborted.
    pub fn reason(&self) -> Option<JsValue> {
        if !self.is_given() {
            return None;
        }
        let reason = host::abort_reason(&self.0);
        (!reason.is_undefined()).then_some(reason)
    }

    /// An error where it is aborted already.
    pub fn check(&self) -> Result<(), Failure> {
        self.reason().map_or(Ok(()), |reason| Err(Failure::Reason(reason)))
    }
}

/// One attempt's limit, from its start until it is dropped.
pub struct Limit {
    stop: Promise,
    end: Function,
    timer: Option<JsValue>,
    controller: Option<AbortController>,
    signal: Signal,
}

impl Limit {
    /// Starts the clock; `timeout_ms` of 0 is no limit.
    pub fn start(signal: &Signal, timeout_ms: u32) -> Self {
        let (stop, end) = host::stopper();
        let timer = match timeout_ms {
            0 => None,
            ms => host::start_timer(&end, f64::from(ms)),
        };
        if signal.0.is_object() {
            host::on_abort(&signal.0, &end);
        }
        Self {
            stop,
            end,
            timer,
            controller: AbortController::new().ok(),
            signal: signal.clone(),
        }
    }

    /// For the host: aborted when the attempt ends before its answer; `undefined` where the host has no such thing.
    pub fn host_signal(&self) -> JsValue {
        self.controller
            .as_ref()
            .map_or(JsValue::UNDEFINED, |controller| host::get(controller, "signal"))
    }

    /// What the host comes up with, or why not.
    pub async fn wait_for(&self, asked: Result<JsValue, JsValue>) -> Result<JsValue, Stop> {
        let settled = match asked {
            Ok(promised) => host::first_of(&Array::of2(&promised, &self.stop)).await,
            Err(thrown) => Err(thrown),
        };
        if let Some(reason) = self.signal.reason() {
            self.abort_host(&reason);
            return Err(Stop::Aborted(reason));
        }
        match settled {
            // Only the timer's end, or a signal's that is not aborted, is this very function.
            Ok(value) if value == *AsRef::<JsValue>::as_ref(&self.end) => {
                self.abort_host(&JsValue::UNDEFINED);
                Err(Stop::TimedOut)
            }
            Ok(value) => Ok(value),
            Err(thrown) => Err(Stop::Thrown(thrown)),
        }
    }

    fn abort_host(&self, reason: &JsValue) {
        if let Some(controller) = &self.controller {
            let _ = host::call_method(controller, "abort", &Array::of1(reason));
        }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        if let Some(timer) = &self.timer {
            host::stop_timer(timer);
        }
        if self.signal.0.is_object() {
            host::off_abort(&self.signal.0, &self.end);
        }
    }
}

/// Waits, unless the signal ends it; not at all for 0 ms, or where the host has no timers.
pub async fn pause(signal: &Signal, ms: f64) -> Result<(), Failure> {
    signal.check()?; // one that is aborted already tells nobody any more
    if ms > 0.0 {
        let mut limit = Limit::start(signal, 0);
        limit.timer = host::start_timer(&limit.end, ms);
        if limit.timer.is_some() {
            let _ = limit.wait_for(Ok(limit.stop.clone().into())).await;
        }
    }
    signal.check()
}
