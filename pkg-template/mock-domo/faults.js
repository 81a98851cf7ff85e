// Faults that a test plans: the first one that fits a call and has times left is used.

export class Faults {
  constructor(faults) {
    this.left = [];
    for (const fault of faults) this.add(fault);
  }

  add(fault) {
    this.left.push({ ...fault, times: fault.times ?? 1 });
  }

  /** @returns the fault for this call, one time fewer of it left; undefined where none fits */
  take(method, path) {
    const plain = path.split("?")[0];
    const fault = this.left.find(
      (f) =>
        f.times > 0 &&
        (f.method === undefined || f.method.toUpperCase() === method) &&
        (f.path === undefined || (f.path instanceof RegExp ? new RegExp(f.path.source, f.path.flags.replace(/[gy]/g, "")).test(path) : f.path === plain)),
    );
    if (fault) fault.times--;
    return fault;
  }
}

/** Waits; ends early, with the signal's reason, where the signal is aborted. */
export function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = ms === Infinity ? undefined : setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
