// Promises of ours, and by what each is settled.

/**
 * A promise, for `resolve` or `reject`, by its `settler`, which it has until then. The loader shows it to nobody. A WeakMap in place of the property would
 * keep all answers for a while.
 */
export function pending() {
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
