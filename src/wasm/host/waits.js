// Waits: how each ends is told once, to the module that waits: tell(its number, how, value, headers, reader).
import { hostError } from "./errors.js";
import { get, quietly } from "./values.js";

// As src/wasm/wait.rs names them; else an HTTP status, or 0 for what is none.
export const [THROWN, TIMED_OUT, ABORTED, INVALID_RESPONSE, NO_TRANSPORT] = [-1, -2, -3, -4, -5];

/**
 * The function that ends a wait, unless its time is over or the caller's signal aborted before; undefined where that is so already.
 * An end without answer aborts the host's own controller. `timed` says that the wait is for the time alone.
 */
export function ending(tell, number, signal, ms, controller, timed) {
  let open = true;
  let timer;
  let ticking = false;
  const end = (how, value, headers, reader) => {
    if (!open) return;
    open = false;
    if (ticking) quietly(() => clearTimeout(timer));
    if (signal !== undefined) quietly(() => offAbort(signal, over));
    const reason = signal === undefined ? undefined : abortReason(signal);
    if (reason !== undefined) [how, value, headers, reader] = [ABORTED, reason];
    if (how === TIMED_OUT || how === ABORTED) quietly(() => controller?.abort(value));
    tell(number, how, value, headers, reader);
  };
  const over = () => end(TIMED_OUT);
  if (signal !== undefined) {
    quietly(() => onAbort(signal, over));
    if (abortReason(signal) !== undefined) over();
  }
  if (open && ms > 0) {
    try {
      timer = setTimeout(over, ms);
      ticking = true;
    } catch {
      if (timed) over(); // a host without timers
    }
  }
  return open ? end : undefined;
}

/** Ends a wait as the promise does. */
export async function awaited(promised, end) {
  try {
    end(0, await promised);
  } catch (thrown) {
    end(THROWN, thrown);
  }
}

/** Waits for what the host promised; whatever else it gave is taken as it is. */
export function wait(tell, number, promised, signal, ms) {
  const end = ending(tell, number, signal, ms);
  if (end !== undefined) awaited(promised, end);
}

/** Waits so long. */
export const sleep = (tell, number, signal, ms) => void ending(tell, number, signal, ms, undefined, true);

/** Tells a function of the caller's something; whatever comes of it, now or later, is nobody's. */
export async function notify(listener, what) {
  try {
    await listener(what);
  } catch {
    // its own
  }
}

/** Tells a reader that nothing more is wanted, and why. */
export async function cancelReader(reader, reason) {
  try {
    await reader.cancel(reason);
  } catch {
    // the body had failed already
  }
}

/** The lines that a caller's journal holds. May throw. */
export async function journalLines(journal) {
  const given = (await journal.read()) ?? [];
  // A file's text as well as its lines: letter by letter it would say nothing.
  const whole = typeof given === "string" || ArrayBuffer.isView(given);
  const decoder = new TextDecoder();
  const items = [];
  for await (const item of whole ? [given] : given) items.push(ArrayBuffer.isView(item) ? decoder.decode(item) : String(item));
  // A line holds no line break: these are pieces of a text, cut anywhere.
  return whole || items.some((item) => item.includes("\n")) ? items.join("").replace(/^\ufeff/, "").split(/\r?\n/) : items;
}

// Tasks, as src/wasm/task.rs starts them.

const resolved = Promise.resolve(); // for microtasks that fake timers do not hold back

/**
 * Starts a task: polls it in the next microtask, and again after each wake-up. A `.then` callback runs in the async context of the code that registered it, and this
 * registers each one in the context of the task's own call. What wakes the task only resolves a promise, so its context does not matter.
 */
export function startTask(poll, number) {
  const task = { wake: undefined };
  const arm = (resolve) => void (task.wake = resolve);
  const turn = () => {
    new Promise(arm).then(turn);
    poll(number);
  };
  resolved.then(turn);
  return task;
}

export const wakeTask = (task) => task.wake();

// Signals: one listener each, however many calls wait for one; Node warns of more than ten.

/** Why a signal is aborted; undefined where it is not. A host that knows no reasons, or whose getter throws, gets what `fetch` would reject with. */
export function abortReason(signal) {
  if (!get(signal, "aborted")) return undefined;
  const reason = get(signal, "reason");
  return reason === undefined ? hostError("AbortError", "This operation was aborted") : reason;
}

const listening = new WeakMap();

/** Calls back when the signal is aborted. May throw. */
export function onAbort(signal, callback) {
  let waiting = listening.get(signal);
  if (waiting === undefined) {
    const callbacks = new Set();
    waiting = { callbacks, all: () => callbacks.forEach((one) => one()) };
    signal.addEventListener("abort", waiting.all);
    listening.set(signal, waiting);
  }
  waiting.callbacks.add(callback);
}

/** Calls back no more. May throw. */
export function offAbort(signal, callback) {
  const waiting = listening.get(signal);
  if (waiting === undefined) return;
  waiting.callbacks.delete(callback);
  if (waiting.callbacks.size > 0) return;
  listening.delete(signal);
  signal.removeEventListener("abort", waiting.all);
}

/** A signal that is aborted as soon as one of two is; the first may be missing. */
export function anySignal(signal, other) {
  if (signal === undefined) return other;
  const aborted = () => [signal, other].find((one) => get(one, "aborted"));
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

// Promises of ours, and by what each is settled.

/**
 * A promise, for `resolve` or `reject`, by its `settler`, which it has until then. The loader shows it to nobody. A WeakMap in place of the property would
 * keep all answers for a while.
 */
export function pendingPromise() {
  let settler;
  const promise = new Promise((resolve, reject) => (settler = { resolve, reject, waiting: undefined }));
  promise.settler = settler;
  return promise;
}

/** Keeps it in a Set for as long as it is not settled. */
export function keep(promise, waiting) {
  const { settler } = promise;
  if (settler === undefined) return;
  settler.waiting = waiting;
  waiting.add(promise);
}

/** Settles it; false for what a promise would ask for another value, and perhaps for ever. */
export function resolve(promise, value) {
  try {
    if (typeof value?.then === "function") return false;
  } catch {
    return false;
  }
  settlerOf(promise)?.resolve(value);
  return true;
}

export const reject = (promise, error) => settlerOf(promise)?.reject(error);

function settlerOf(promise) {
  const { settler } = promise;
  promise.settler = undefined;
  settler?.waiting?.delete(promise);
  return settler;
}
