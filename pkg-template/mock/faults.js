// Planned faults: a request gets the first fault that matches it.

const FIELDS = ["method", "path", "times", "status", "headers", "body", "delayMs", "drop", "afterEffect", "cutBodyAt", "stall"];

export class Faults {
  constructor(faults) {
    this.planned = [];
    for (const fault of faults) this.add(fault);
  }

  add(fault) {
    if (typeof fault !== "object" || fault === null) throw new TypeError(`mockDomo: a fault must be an object; got ${fault}`);
    for (const key of Object.keys(fault)) if (!FIELDS.includes(key)) throw new TypeError(`mockDomo: a fault has no field "${key}". Fields: ${FIELDS.join(", ")}`);
    this.planned.push({ ...fault, times: fault.times ?? 1 });
  }

  /** Returns the fault for this request and counts it as used; undefined if none matches. */
  take(method, path) {
    const index = this.planned.findIndex((fault) => matches(fault, method, path));
    if (index < 0) return undefined;
    const fault = this.planned[index];
    if (--fault.times <= 0) this.planned.splice(index, 1);
    return fault;
  }
}

function matches(fault, method, path) {
  if (fault.times <= 0) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== method.toUpperCase()) return false;
  if (fault.path === undefined) return true;
  if (typeof fault.path === "string") return fault.path === path.split("?")[0];
  fault.path.lastIndex = 0; // a global pattern remembers its last match
  return fault.path.test(path);
}

/** Returns the reason of an aborted signal, or an AbortError in hosts whose signals have no reason. */
export const reasonOf = ({ reason }) => reason ?? Object.assign(new Error("This operation was aborted"), { name: "AbortError" });

const MAX_DELAY_MS = 2 ** 31 - 1;

/** Waits; Infinity is 24 days. Rejects with the signal's reason as soon as the signal is aborted. The timer keeps Node running, as an open socket would. */
export function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(reasonOf(signal));
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", cancel);
      resolve();
    }, Math.min(ms, MAX_DELAY_MS));
    const cancel = () => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    signal?.addEventListener("abort", cancel, { once: true });
  });
}
