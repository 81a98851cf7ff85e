//! Waits for the host: until its promise settles, a time limit ends, or the caller's signal is aborted, whatever the host does.
//!
//! `host/waits.js` watches for all three. It reports the end of each wait exactly once, by the number of the wait, and that wakes the task.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::cell::{RefCell, RefMut};

use wasm_bindgen::prelude::*;

use crate::wasm::errors::Error;
use crate::wasm::host::{self, WaitCallback};

/// Why a wait ended without a value.
pub enum WaitError {
    /// The host threw this value, or its promise was rejected with it.
    Thrown(JsValue),
    /// The time limit was reached.
    TimedOut,
    /// The caller's signal was aborted with this reason.
    Aborted(JsValue),
}

/// The caller's abort signal; `undefined` if none was passed.
#[derive(Clone, Default)]
pub struct Signal(pub JsValue);

impl Signal {
    /// Whether there is a signal.
    pub fn is_given(&self) -> bool {
        !self.0.is_undefined()
    }

    /// Returns a signal that is aborted as soon as this one or the other is.
    #[cfg(feature = "streams")]
    #[must_use]
    pub fn or(&self, other: &JsValue) -> Self {
        Self(host::any_signal(&self.0, other))
    }

    /// Returns the reason of an aborted signal.
    pub fn reason(&self) -> Option<JsValue> {
        if !self.is_given() {
            return None;
        }
        let reason = host::abort_reason(&self.0);
        (!reason.is_undefined()).then_some(reason)
    }

    /// Returns an error if the signal is aborted.
    pub fn check(&self) -> Result<(), Error> {
        self.reason().map_or(Ok(()), |reason| Err(Error::Aborted(reason)))
    }
}

/// How a wait ended, if not with a value or an HTTP status. The numbers are those that `host/waits.js` reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum WaitEnd {
    /// The host threw an exception, or its promise was rejected.
    Thrown = -1,
    /// The time limit was reached.
    TimedOut = -2,
    /// The signal was aborted.
    Aborted = -3,
    /// The host's function returned something that is no response: the value describes what was expected, the headers are what was returned.
    InvalidResponse = -4,
    /// The host has no `fetch`.
    NoTransport = -5,
    /// The body of a response broke off: the value is what the host threw.
    EndedEarly = -6,
}

impl WaitEnd {
    /// All ends, for the conversion from a number, and for the test that compares the numbers with `host/waits.js`.
    pub const ALL: [Self; 6] = [
        Self::Thrown,
        Self::TimedOut,
        Self::Aborted,
        Self::InvalidResponse,
        Self::NoTransport,
        Self::EndedEarly,
    ];

    /// Returns the end with this number; `None` for an HTTP status, and for 0, which is the end of a wait for anything but a response.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|end| *end as i32 == number)
    }
}

/// The end of a wait, as `host/waits.js` reports it.
pub struct WaitResult {
    /// The HTTP status, 0, or the number of a [`WaitEnd`].
    pub number: i32,
    /// A body, or whatever the promise was resolved or rejected with.
    pub value: JsValue,
    /// The headers of a response, as the host has them.
    pub headers: JsValue,
    /// The reader of a body that is streamed; else `undefined`.
    pub reader: JsValue,
}

impl WaitResult {
    /// Returns the error of a wait that ended without a value.
    pub fn into_result(self) -> Result<Self, WaitError> {
        match WaitEnd::from_number(self.number) {
            Some(WaitEnd::Thrown) => Err(WaitError::Thrown(self.value)),
            Some(WaitEnd::TimedOut) => Err(WaitError::TimedOut),
            Some(WaitEnd::Aborted) => Err(WaitError::Aborted(self.value)),
            Some(WaitEnd::InvalidResponse | WaitEnd::NoTransport | WaitEnd::EndedEarly) | None => Ok(self),
        }
    }
}

/// The state of a wait; its index in the list is its number.
enum Slot {
    Free,
    Waiting(Option<Waker>),
    Ended(WaitResult),
}

#[derive(Default)]
struct Slots {
    all: Vec<Slot>,
    free: Vec<u32>,
}

thread_local! {
    // Both live as long as the module.
    static SLOTS: &'static RefCell<Slots> = Box::leak(Box::default());
    static CALLBACK: &'static WaitCallback = Box::leak(Box::new(Closure::new(|index, number, value, headers, reader| {
        end(index, WaitResult { number, value, headers, reader });
    })));
}

#[inline(never)] // not once for each use
fn slots() -> RefMut<'static, Slots> {
    SLOTS.with(|slots| slots.borrow_mut())
}

impl Slots {
    fn reserve(&mut self) -> u32 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.all.push(Slot::Free);
            u32::try_from(self.all.len()).unwrap_or(u32::MAX).saturating_sub(1)
        });
        self.replace(index, Slot::Waiting(None));
        index
    }

    fn replace(&mut self, index: u32, slot: Slot) -> Option<Slot> {
        let place = self.all.get_mut(index as usize)?;
        Some(core::mem::replace(place, slot))
    }

    /// Returns the result of a wait that has ended, and frees its slot; else keeps the waker.
    fn poll(&mut self, index: u32, waker: &Waker) -> Option<WaitResult> {
        match self.replace(index, Slot::Free) {
            Some(Slot::Ended(result)) => {
                self.free.push(index);
                Some(result)
            }
            _ => {
                self.replace(index, Slot::Waiting(Some(waker.clone())));
                None
            }
        }
    }
}

fn end(index: u32, result: WaitResult) {
    let before = slots().replace(index, Slot::Ended(result));
    if let Some(Slot::Waiting(Some(waker))) = before {
        waker.wake();
    }
}

/// A wait that the host has begun. It must be awaited: only then is its slot free again.
#[must_use]
pub struct HostFuture(u32);

impl HostFuture {
    /// Begins a wait: `begin` passes the callback and the number of the wait to the host.
    pub fn begin(begin: &dyn Fn(&WaitCallback, u32) -> Result<(), JsValue>) -> Self {
        let index = slots().reserve();
        if let Err(value) = begin(CALLBACK.with(|callback| *callback), index) {
            let thrown = WaitResult {
                number: WaitEnd::Thrown as i32,
                value,
                headers: JsValue::UNDEFINED,
                reader: JsValue::UNDEFINED,
            };
            end(index, thrown);
        }
        Self(index)
    }
}

impl Future for HostFuture {
    type Output = WaitResult;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<WaitResult> {
        let result = slots().poll(self.0, context.waker());
        result.map_or(Poll::Pending, Poll::Ready)
    }
}

/// Returns what is left of a time limit, at least 1 ms; 0 means no limit, and stays 0.
pub fn remaining_ms(timeout_ms: u32, elapsed_ms: f64) -> u32 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
    match timeout_ms {
        0 => 0,
        ms => ms.saturating_sub(elapsed_ms as u32).max(1),
    }
}

/// Waits for what a function of the host returned, a promise or a value. A `timeout_ms` of 0 means no limit.
///
/// # Errors
/// What the function threw or its promise was rejected with, the end of the time limit, or the reason of the signal.
pub async fn wait_for(
    returned: Result<JsValue, JsValue>,
    signal: &Signal,
    timeout_ms: u32,
) -> Result<JsValue, WaitError> {
    // The function itself may have aborted the signal.
    if let Some(reason) = signal.reason() {
        return Err(WaitError::Aborted(reason));
    }
    let promise = returned.map_err(WaitError::Thrown)?;
    let wait = HostFuture::begin(&|callback, number| host::wait(callback, number, &promise, &signal.0, timeout_ms));
    wait.await.into_result().map(|result| result.value)
}

/// Sleeps for some milliseconds. Does not sleep at all if the host has no timers.
///
/// # Errors
/// The reason of the signal, if that is aborted before or meanwhile.
pub async fn sleep(signal: &Signal, ms: f64) -> Result<(), Error> {
    signal.check()?;
    if ms > 0.0 {
        HostFuture::begin(&|callback, number| host::sleep(callback, number, &signal.0, ms)).await;
    }
    signal.check()
}
