// Waits: how each ends is told once, to the module that waits: tell(its number, how, value, headers, reader).
import { abortReason, offAbort, onAbort } from "./signals.js";
import { quietly } from "./values.js";

// As src/js/limit.rs names them; else an HTTP status, or 0 for what is none.
export const [THROWN, OVER, ABORTED, GARBLED, UNABLE] = [-1, -2, -3, -4, -5];

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
    if (how === OVER || how === ABORTED) quietly(() => controller?.abort(value));
    tell(number, how, value, headers, reader);
  };
  const over = () => end(OVER);
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
export const rest = (tell, number, signal, ms) => void ending(tell, number, signal, ms, undefined, true);

/** Tells a function of the caller's something; whatever comes of it, now or later, is nobody's. */
export async function tellQuietly(listener, what) {
  try {
    await listener(what);
  } catch {
    // its own
  }
}

/** Tells a reader that nothing more is wanted, and why. */
export async function cancel(reader, reason) {
  try {
    await reader.cancel(reason);
  } catch {
    // the body had failed already
  }
}
