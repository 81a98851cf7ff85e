//! Waiting for the host: until it has an answer, or the time limit or the caller's signal ends the wait, whatever the host does.
//!
//! `host/waits.js` watches for all three and tells once how a wait ended, by the number under which it is kept here; that wakes the task.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::cell::RefCell;
use std::mem::ManuallyDrop;

use wasm_bindgen::prelude::*;

use crate::wasm::failure::Failure;
use crate::wasm::host;

/// Why a wait on the host brought nothing.
pub enum WaitError {
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

    /// Ends what the signal ends as soon as `left` is aborted too: nobody wants it any more.
    #[must_use]
    pub fn or(&self, left: &JsValue) -> Self {
        Self(host::either(&self.0, left))
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
        self.reason().map_or(Ok(()), |reason| Err(Failure::Aborted(reason)))
    }
}

/// How a wait ended, as `host/waits.js` tells it: an HTTP status, 0 for what is none, or one of these.
pub mod how {
    /// The host threw; the value is what.
    pub const THROWN: i32 = -1;
    /// The time was over.
    pub const OVER: i32 = -2;
    /// The signal was aborted; the value is its reason.
    pub const ABORTED: i32 = -3;
    /// What came is no answer: the value is what was expected, the headers are what came.
    pub const GARBLED: i32 = -4;
    /// The host has nothing to ask with.
    pub const UNABLE: i32 = -5;
}

/// What was told of a wait.
pub struct WaitResult {
    /// See [`how`].
    pub how: i32,
    /// What came: a body, or whatever was waited for.
    pub value: JsValue,
    /// The answer's headers, as the host has them.
    pub headers: JsValue,
    /// In place of a body, the reader of it; else `undefined`.
    pub reader: JsValue,
}

impl WaitResult {
    /// What came, or why nothing did.
    pub fn settled(self) -> Result<Self, WaitError> {
        match self.how {
            how::THROWN => Err(WaitError::Thrown(self.value)),
            how::OVER => Err(WaitError::TimedOut),
            how::ABORTED => Err(WaitError::Aborted(self.value)),
            _ => Ok(self),
        }
    }
}

/// By which `host/waits.js` tells of a wait: its number, then what [`WaitResult`] holds.
pub type Tell = Closure<dyn Fn(u32, i32, JsValue, JsValue, JsValue)>;

/// Where a wait stands; its place in the list is its number.
enum Place {
    Free,
    Waiting(Option<Waker>),
    Told(WaitResult),
}

struct Places {
    all: Vec<Place>,
    free: Vec<u32>,
}

thread_local! {
    // Nothing outlives these: their own end would only be code.
    static PLACES: ManuallyDrop<RefCell<Places>> = const {
        ManuallyDrop::new(RefCell::new(Places { all: Vec::new(), free: Vec::new() }))
    };
    static TELL: ManuallyDrop<Tell> = ManuallyDrop::new(Closure::new(|number, how, value, headers, reader| {
        tell(number, WaitResult { how, value, headers, reader });
    }));
}

impl Places {
    fn take(&mut self) -> u32 {
        let number = self.free.pop().unwrap_or_else(|| {
            self.all.push(Place::Free);
            u32::try_from(self.all.len()).unwrap_or(u32::MAX).saturating_sub(1)
        });
        self.set(number, Place::Waiting(None));
        number
    }

    fn set(&mut self, number: u32, now: Place) -> Option<Place> {
        let place = self.all.get_mut(number as usize)?;
        Some(core::mem::replace(place, now))
    }

    /// What was told, if it was; its place is free then.
    fn told(&mut self, number: u32, waker: &Waker) -> Option<WaitResult> {
        match self.set(number, Place::Free) {
            Some(Place::Told(told)) => {
                self.free.push(number);
                Some(told)
            }
            _ => {
                self.set(number, Place::Waiting(Some(waker.clone())));
                None
            }
        }
    }
}

/// `host/waits.js` tells of each wait just once.
fn tell(number: u32, told: WaitResult) {
    let before = PLACES.with(|places| places.borrow_mut().set(number, Place::Told(told)));
    if let Some(Place::Waiting(Some(waker))) = before {
        waker.wake();
    }
}

/// A wait under way, by its number. It is to be awaited: its place is free only then.
#[must_use]
pub struct Wait(u32);

impl Wait {
    /// Asks the host for something that it will tell of.
    pub fn begin(ask: &dyn Fn(&Tell, u32) -> Result<(), JsValue>) -> Self {
        let number = PLACES.with(|places| places.borrow_mut().take());
        if let Err(value) = TELL.with(|tell| ask(tell, number)) {
            // A broken host: even the asking failed.
            let how = how::THROWN;
            let (headers, reader) = (JsValue::UNDEFINED, JsValue::UNDEFINED);
            tell(
                number,
                WaitResult {
                    how,
                    value,
                    headers,
                    reader,
                },
            );
        }
        Self(number)
    }
}

impl Future for Wait {
    type Output = WaitResult;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<WaitResult> {
        PLACES
            .with(|places| places.borrow_mut().told(self.0, context.waker()))
            .map_or(Poll::Pending, Poll::Ready)
    }
}

/// What is left of a time limit; 0 is none, and stays none.
pub fn left(timeout_ms: u32, took_ms: f64) -> u32 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
    match timeout_ms {
        0 => 0,
        ms => ms.saturating_sub(took_ms as u32).max(1),
    }
}

/// Waits for what the host promised; `timeout_ms` of 0 is no limit.
pub fn promised(asked: Result<JsValue, JsValue>, signal: &Signal, timeout_ms: u32) -> Result<Wait, WaitError> {
    // What was asked may have aborted the signal itself.
    if let Some(reason) = signal.reason() {
        return Err(WaitError::Aborted(reason));
    }
    let promised = asked.map_err(WaitError::Thrown)?;
    Ok(Wait::begin(&|tell, number| {
        host::wait(tell, number, &promised, &signal.0, timeout_ms)
    }))
}

/// What the host promised, or why not; `timeout_ms` of 0 is no limit.
pub async fn wait_for(asked: Result<JsValue, JsValue>, signal: &Signal, timeout_ms: u32) -> Result<JsValue, WaitError> {
    let told = promised(asked, signal, timeout_ms)?.await;
    told.settled().map(|told| told.value)
}

/// Waits so long; `None` for 0 ms, and where the signal is aborted already.
pub fn rest(signal: &Signal, ms: f64) -> Option<Wait> {
    (ms > 0.0 && signal.reason().is_none())
        .then(|| Wait::begin(&|tell, number| host::rest(tell, number, &signal.0, ms)))
}

/// Waits, unless the signal ends it; not at all for 0 ms, or where the host has no timers.
pub async fn pause(signal: &Signal, ms: f64) -> Result<(), Failure> {
    if let Some(wait) = rest(signal, ms) {
        wait.await;
    }
    signal.check()
}
