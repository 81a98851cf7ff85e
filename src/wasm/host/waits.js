// Waits of the module on the host: promises, timers, aborts. Each wait ends once, with report(id, result, value, headers, reader).
import { hostError } from "./errors.js";
import { get, quietly } from "./values.js";

// Results of a wait; src/wasm/wait.rs has the same numbers. Any other result is an HTTP status, or 0 for a value that is not a response.
export const [THROWN, TIMED_OUT, ABORTED, INVALID_RESPONSE, NO_TRANSPORT, ENDED_EARLY] = [-1, -2, -3, -4, -5, -6];
export const WAIT_ENDS = { THROWN, TIMED_OUT, ABORTED, INVALID_RESPONSE, NO_TRANSPORT, ENDED_EARLY }; // for the test that compares both sides

/**
 * Starts a wait with a time limit (0 is no limit) and the caller's signal. Returns the function that ends the wait; undefined if the wait has ended already.
 * A time limit or an abort also aborts `controller`. `isTimer` says that the wait is only for the time.
 */
export function startWait(report, id, signal, ms, controller, isTimer) {
  let isOpen = true;
  let timer;
  let hasTimer = false;
  const end = (result, value, headers, reader) => {
    if (!isOpen) return;
    isOpen = false;
    if (hasTimer) quietly(() => clearTimeout(timer));
    if (signal !== undefined) quietly(() => offAbort(signal, stop));
    const reason = signal === undefined ? undefined : abortReason(signal);
    if (reason !== undefined) [result, value, headers, reader] = [ABORTED, reason];
    if (result === TIMED_OUT || result === ABORTED) quietly(() => controller?.abort(value));
    report(id, result, value, headers, reader);
  };
  const stop = () => end(TIMED_OUT); // or ABORTED, if the signal is aborted
  if (signal !== undefined) {
    quietly(() => onAbort(signal, stop));
    if (abortReason(signal) !== undefined) stop();
  }
  if (isOpen && ms > 0) {
    try {
      timer = setTimeout(stop, ms);
      hasTimer = true;
    } catch {
      if (isTimer) stop(); // a host without timers
    }
  }
  return isOpen ? end : undefined;
}

/** Ends a wait with the result of a promise. */
export async function awaitInto(promise, end) {
  try {
    end(0, await promise);
  } catch (thrown) {
    end(THROWN, thrown);
  }
}

/** Waits for a promise of the host, or for any other value. */
export function wait(report, id, promise, signal, ms) {
  const end = startWait(report, id, signal, ms);
  if (end !== undefined) awaitInto(promise, end);
}

/** Whether the host has timers: `setTimeout` may be missing, or throw. */
export const hasTimers = () => quietly(() => (clearTimeout(setTimeout(() => {}, 0)), true)) === true;

/** Waits for a number of milliseconds. */
export const sleep = (report, id, signal, ms) => void startWait(report, id, signal, ms, undefined, true);

/** Calls a callback of the caller. What it throws, or rejects with later, is ignored. */
export async function notify(callback, event) {
  try {
    await callback(event);
  } catch {
    // ignored
  }
}

/** Cancels a reader. */
export async function cancelReader(reader, reason) {
  try {
    await reader.cancel(reason);
  } catch {
    // the body has already failed
  }
}

/** Returns the lines of a caller's journal. May throw. */
export async function journalLines(journal) {
  const content = (await journal.read()) ?? [];
  // The content of a file is accepted too; iterating over a string would return single characters.
  const isWhole = typeof content === "string" || ArrayBuffer.isView(content);
  const decoder = new TextDecoder();
  const items = [];
  for await (const item of isWhole ? [content] : content) items.push(ArrayBuffer.isView(item) ? decoder.decode(item) : String(item));
  // If an item contains a line break, the items are not lines but chunks of a file.
  return isWhole || items.some((item) => item.includes("\n")) ? items.join("").replace(/^\ufeff/, "").split(/\r?\n/) : items;
}

// Tasks, started by src/wasm/task.rs.

const resolved = Promise.resolve(); // for microtasks that fake timers do not delay

/**
 * Starts a task: polls it in the next microtask, and again after each wake-up. A `.then` callback runs in the async context of the code that registered it, and this
 * function registers each callback in the context of the task's own call. Code that wakes the task only resolves a promise, so its context does not matter.
 */
export function startTask(poll, id) {
  const task = { wake: undefined };
  const arm = (resolve) => void (task.wake = resolve);
  const turn = () => {
    new Promise(arm).then(turn);
    poll(id);
  };
  resolved.then(turn);
  return task;
}

export const wakeTask = (task) => task.wake();

// Signals get one listener each, however many calls wait for them: Node warns about more than ten listeners.

/** Returns the reason of an aborted signal; undefined if it is not aborted. If the host has no reasons, or the getter throws, the reason is an AbortError, as in `fetch`. */
export function abortReason(signal) {
  if (!get(signal, "aborted")) return undefined;
  const reason = get(signal, "reason");
  return reason === undefined ? hostError("AbortError", "This operation was aborted") : reason;
}

/** Signal → its callbacks and the listener that calls them. */
const listeners = new WeakMap();

/** Calls `callback` when the signal is aborted. May throw. */
export function onAbort(signal, callback) {
  let entry = listeners.get(signal);
  if (entry === undefined) {
    const callbacks = new Set();
    entry = { callbacks, listener: () => callbacks.forEach((each) => each()) };
    signal.addEventListener("abort", entry.listener);
    listeners.set(signal, entry);
  }
  entry.callbacks.add(callback);
}

/** Removes a callback of `onAbort`. May throw. */
export function offAbort(signal, callback) {
  const entry = listeners.get(signal);
  if (entry === undefined) return;
  entry.callbacks.delete(callback);
  if (entry.callbacks.size > 0) return;
  listeners.delete(signal);
  signal.removeEventListener("abort", entry.listener);
}

/** Returns a signal that is aborted as soon as one of two signals is; the first may be undefined. */
export function anySignal(signal, other) {
  if (signal === undefined) return other;
  const aborted = () => [signal, other].find((each) => get(each, "aborted"));
  return {
    get aborted() {
      return aborted() !== undefined;
    },
    get reason() {
      return abortReason(aborted());
    },
    addEventListener(_, listener) {
      onAbort(other, listener);
      onAbort(signal, listener);
    },
    removeEventListener(_, listener) {
      offAbort(other, listener);
      offAbort(signal, listener);
    },
  };
}

// Promises that the module settles.

/**
 * Returns a promise for `resolve` or `reject`. Until then it has a property `settler`; the loader does not pass this promise to the caller. A WeakMap instead of the
 * property would hold results in memory for a while.
 */
export function pendingPromise() {
  let settler;
  const promise = new Promise((resolve, reject) => (settler = { resolve, reject, pending: undefined }));
  promise.settler = settler;
  return promise;
}

/** Keeps a promise in the Set `pending` until it is settled. */
export function keep(promise, pending) {
  const { settler } = promise;
  if (settler === undefined) return;
  settler.pending = pending;
  pending.add(promise);
}

/** Resolves a promise. Returns false for a value with a `then` method: the promise would call the method and might never settle. */
export function resolve(promise, value) {
  try {
    if (typeof value?.then === "function") return false;
  } catch {
    return false;
  }
  takeSettler(promise)?.resolve(value);
  return true;
}

/** Rejects a promise. */
export const reject = (promise, error) => takeSettler(promise)?.reject(error);

/** Removes the settler of a promise and returns it; undefined if the promise is already settled. */
function takeSettler(promise) {
  const { settler } = promise;
  promise.settler = undefined;
  settler?.pending?.delete(promise);
  return settler;
}
