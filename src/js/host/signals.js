// Signals: one listener each, however many calls wait for one; Node warns of more than ten.
import { hostError } from "./errors.js";
import { get } from "./values.js";

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
export function either(signal, other) {
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
