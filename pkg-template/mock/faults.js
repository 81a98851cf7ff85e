// Planned faults: the first one that fits a call and has times left is used.

const KNOWN = ["method", "path", "times", "status", "headers", "body", "delayMs", "drop", "afterEffect", "cutBodyAt", "stall"];

export class Faults {
  constructor(faults) {
    this.left = [];
    for (const fault of faults) this.add(fault);
  }

  add(fault) {
    if (typeof fault !== "object" || fault === null) throw new TypeError("mockDomo: a fault must be an object");
    for (const key of Object.keys(fault)) if (!KNOWN.includes(key)) throw new TypeError(`mockDomo: a fault has no "${key}"`);
    this.left.push({ ...fault, times: fault.times ?? 1 });
  }

  /** @returns the fault for this call, one time fewer of it left; undefined where none fits */
  take(method, path) {
    const at = this.left.findIndex((fault) => fits(fault, method, path));
    if (at < 0) return undefined;
    const fault = this.left[at];
    if (--fault.times <= 0) this.left.splice(at, 1);
    return fault;
  }
}

function fits(fault, method, path) {
  if (fault.times <= 0) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== method.toUpperCase()) return false;
  if (fault.path === undefined) return true;
  if (typeof fault.path === "string") return fault.path === path.split("?")[0];
  fault.path.lastIndex = 0; // a global pattern remembers its last hit
  return fault.path.test(path);
}

/** Returns the reason of an aborted signal; older hosts have none. */
export const reasonOf = ({ reason }) => reason ?? Object.assign(new Error("This operation was aborted"), { name: "AbortError" });

const LONGEST = 2 ** 31 - 1;

/** Waits, for ever (24 days) with Infinity; rejects with the signal's reason as soon as it is aborted. The timer keeps Node running, as an open socket would. */
export function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(reasonOf(signal));
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, Math.min(ms, LONGEST));
    const stop = () => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
