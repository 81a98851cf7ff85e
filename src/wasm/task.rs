//! Runs futures, each in the async context of the call that it belongs to.
//!
//! A host such as Node keeps a context (`AsyncLocalStorage`) for every chain of calls. A `.then` callback runs in the context of the code that registered it; a microtask
//! that a waker queues, or an `abort` listener, runs in the context of the code that woke the task. One queue for all tasks, as `wasm_bindgen_futures::spawn_local` has,
//! would therefore poll a call in the context of another call. Here each task has a promise of its own: `host/waits.js` registers the callback that polls the task while
//! it is in the task's context, and a wake-up only resolves that promise.

use core::pin::Pin;
use core::task::{Context, Waker};
use std::cell::{RefCell, RefMut};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Wake;

use wasm_bindgen::prelude::*;

use crate::wasm::host::{PollCallback, start_task, wake_task};

/// A future that a task runs.
pub type Work = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    /// `None` while the task is being polled.
    work: Option<Work>,
    waker: Waker,
    /// The task's handle in `host/waits.js`. A clone of the `Rc` costs no call into JavaScript.
    handle: Rc<JsValue>,
}

#[derive(Default)]
struct Tasks {
    /// The tasks by their numbers; `None` if a number is free.
    all: Vec<Option<Task>>,
    free: Vec<u32>,
}

thread_local! {
    // Both live as long as the module.
    static TASKS: &'static RefCell<Tasks> = Box::leak(Box::default());
    static POLL: &'static PollCallback = Box::leak(Box::new(Closure::new(poll)));
}

#[inline(never)] // not once for each use
fn tasks() -> RefMut<'static, Tasks> {
    TASKS.with(|tasks| tasks.borrow_mut())
}

/// Wakes the task with this number.
struct TaskWaker(u32);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let handle = tasks().get(self.0).map(|task| Rc::clone(&task.handle));
        if let Some(handle) = handle {
            wake_task(&handle);
        }
    }
}

impl Tasks {
    fn get(&mut self, number: u32) -> Option<&mut Task> {
        self.all.get_mut(number as usize)?.as_mut()
    }

    fn set(&mut self, number: u32, task: Option<Task>) {
        if let Some(place) = self.all.get_mut(number as usize) {
            *place = task;
        }
    }

    fn free_number(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.all.push(None);
            u32::try_from(self.all.len()).unwrap_or(u32::MAX).saturating_sub(1)
        })
    }
}

/// Starts a task in the current async context. It is polled first in a microtask of its own.
pub fn spawn(work: Work) {
    let number = tasks().free_number();
    let handle = start_task(POLL.with(|poll| *poll), number);
    let task = Task {
        work: Some(work),
        waker: Waker::from(Arc::new(TaskWaker(number))),
        handle: Rc::new(handle),
    };
    tasks().set(number, Some(task));
}

fn poll(number: u32) {
    let taken = tasks()
        .get(number)
        .and_then(|task| Some((task.work.take()?, task.waker.clone())));
    let Some((mut work, waker)) = taken else {
        return;
    };
    // The list is not borrowed here: the work may start or wake other tasks.
    let is_ready = work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
    let mut tasks = tasks();
    if is_ready {
        tasks.set(number, None);
        tasks.free.push(number);
    } else if let Some(task) = tasks.get(number) {
        task.work = Some(work);
    }
}
