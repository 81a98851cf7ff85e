// Async iterators and byte streams over what the module reads chunk by chunk, and readers for what the caller passes as an async iterable.
import { domoError } from "../../src/wasm/host/errors.js";
import { abortReason, offAbort, onAbort } from "../../src/wasm/host/waits.js";
import { get } from "../../src/wasm/host/values.js";
import { withCallerStack } from "./errors.js";
import * as runtime from "./runtime.js";

// Closes streams that were garbage-collected before their end, so that the module frees their buffers. (The bundler hides the bare name.)
const unreachable = globalThis.FinalizationRegistry && new globalThis.FinalizationRegistry((close) => close());

/** Returns a signal and the function that aborts it. Works in hosts without AbortController. */
function createSignal() {
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (_, listener) => void listeners.add(listener),
    removeEventListener: (_, listener) => void listeners.delete(listener),
  };
  const abort = () => {
    signal.aborted = true;
    listeners.forEach((listener) => listener());
  };
  return { signal, abort };
}

/**
 * Opens a stream of the module: `next()` resolves with the next chunk, `close()` stops it. If the module is running, the arguments are read at once; errors are
 * thrown by the first `next()`. The stream is closed when the returned object is garbage-collected, so all code that reads chunks must refer to this object.
 * @param {() => Promise<void>} [onClose] called once, at the end too; errors are ignored
 */
export function openStream(name, args, onClose) {
  let closed = false;
  const { signal, abort } = createSignal();
  const opened = (async () => {
    const instance = runtime.running ?? (await runtime.startAsync());
    return { instance, id: runtime.callSync(instance, name, [...args, signal]) };
  })();
  opened.catch(() => {}); // thrown by the first next()
  const close = () => {
    if (closed) return;
    closed = true;
    unreachable?.unregister(close);
    abort();
    opened.then(({ instance, id }) => runtime.callSync(instance, "endStream", [id])).catch(() => {});
    onClose?.().catch(() => {});
  };
  const stream = {
    close,
    /** Resolves with the next chunk, or undefined at the end. Must not be called again before it has resolved. */
    async next() {
      if (closed) return undefined;
      try {
        const { instance, id } = await opened;
        const chunk = await runtime.callAsync(instance, "nextChunk", [id]);
        if (chunk === undefined) close();
        return closed ? undefined : chunk;
      } catch (error) {
        const wasClosed = closed;
        close();
        if (wasClosed) return undefined;
        throw withCallerStack(error);
      }
    },
  };
  unreachable?.register(stream, close, close);
  return stream;
}

/**
 * Opens a search as a stream whose chunks are pages.
 * @param {Function} readPage gets an offset, the previous page and a signal; resolves with [page, whether more pages follow]
 */
export function openSearch(readPage) {
  const { signal, abort } = createSignal();
  let closed = false;
  let [offset, page] = [0];
  return {
    close() {
      closed = true;
      abort();
    },
    async next() {
      if (closed) return undefined;
      let hasMore;
      try {
        [page, hasMore] = await readPage(offset, page, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        closed = true;
        throw error;
      }
      if (signal.aborted) return undefined;
      closed = !hasMore;
      offset += page.length;
      return page;
    },
  };
}

/** Throws the reason if the caller's signal is aborted: users that have already arrived are not returned either. */
export function throwIfAborted(options) {
  const reason = abortReason(get(options, "signal"));
  if (reason !== undefined) throw reason;
}

/** Whether a value is an async iterable, such as a Node stream, but not a ReadableStream. */
export const isAsyncIterable = (value) => typeof get(value, Symbol.asyncIterator) === "function" && typeof get(value, "getReader") !== "function";

/**
 * Opens an iterable at the first `next()`, which resolves with a step. `close()` ends the iterator, unless it has ended, failed or was closed.
 * @param {symbol} method Symbol.asyncIterator or Symbol.iterator
 */
function openIterator(iterable, method) {
  let iterator;
  let finished = false;
  const close = async () => {
    if (finished) return;
    finished = true;
    iterator ??= iterable[method]();
    await iterator.return?.();
  };
  const next = async () => {
    if (finished) return { done: true };
    try {
      iterator ??= iterable[method]();
      const step = await iterator.next();
      if (Object(step) !== step) throw new TypeError("next() of the iterator must return an object"); // as `for await` requires
      finished ||= Boolean(step.done);
      return finished ? { done: true } : { done: false, value: step.value };
    } catch (error) {
      finished = true;
      throw error;
    }
  };
  return { next, close };
}

const BATCH_SIZE = 64;

/**
 * Opens an iterable or async iterable: `next()` resolves with an array of the next items, an empty one at the end. Items before an error are returned before it is
 * thrown. Returns undefined if the value is not an iterable object.
 */
export function openBatches(iterable) {
  const method = [Symbol.asyncIterator, Symbol.iterator].find((name) => typeof get(iterable, name) === "function");
  if (method === undefined || Object(iterable) !== iterable) return undefined;
  const { next, close } = openIterator(iterable, method);
  let failure;
  return {
    close,
    async next() {
      const items = [];
      while (failure === undefined && items.length < BATCH_SIZE) {
        try {
          const { done, value } = await next();
          if (done) break;
          items.push(value);
        } catch (error) {
          failure = { error };
        }
      }
      if (failure !== undefined && items.length === 0) throw failure.error;
      return items;
    },
  };
}

/**
 * Converts an async iterable of desired users to what the module reads: a reader of CSV bytes, or an array of users. If the iterable fails, `input` fails in the
 * same way, so that the module reports the error. `close()` closes the iterable.
 * @param {Promise} checked rejects if another argument of the call is invalid; then nothing is read
 */
export async function openReader(iterable, options, checked) {
  const signal = get(options, "signal");
  const { next, close } = openIterator(iterable, Symbol.asyncIterator);
  try {
    await checked;
    throwIfAborted(options);
  } catch (error) {
    // Closes an iterable that will not be read: otherwise a file, for example, would stay open.
    close().catch(() => {});
    throw error;
  }
  let onAborted;
  const aborted = new Promise((resolve) => (onAborted = resolve));
  try {
    if (signal !== undefined) onAbort(signal, onAborted);
  } catch {
    // Not a signal: the module reports the error.
  }
  try {
    const input = await Promise.race([toInput(next, close), aborted]);
    throwIfAborted(options);
    return { input, close };
  } catch (error) {
    close().catch(() => {});
    throwIfAborted(options);
    return { input: { [Symbol.iterator]: () => { throw error; } }, close };
  } finally {
    try {
      if (signal !== undefined) offAbort(signal, onAborted);
    } catch {
      // Not a signal.
    }
  }
}

/** Resolves with a reader of bytes if the first item is CSV, otherwise with an array of all items. */
async function toInput(next, close) {
  let step = await next();
  const isCsv = ({ value }) => typeof value === "string" || ArrayBuffer.isView(value);
  if (!step.done && isCsv(step)) {
    const encoder = new TextEncoder();
    const isString = typeof step.value === "string";
    let surrogate = ""; // the first half of a surrogate pair that was split between two strings
    const encode = (string) => {
      const whole = surrogate + string;
      const end = /[\ud800-\udbff]$/.test(whole) ? whole.length - 1 : whole.length;
      surrogate = whole.slice(end);
      return encoder.encode(whole.slice(0, end));
    };
    const read = async () => {
      const { done, value } = step ?? (await next());
      step = undefined;
      if (typeof value === "string") return { done, value: encode(value) };
      const lone = surrogate;
      surrogate = "";
      return done && lone !== "" ? { done: false, value: encoder.encode(lone) } : { done, value };
    };
    return { getReader: () => ({ read, cancel: () => close() }), isString };
  }
  const users = [];
  for (; !step.done; step = await next()) users.push(step.value);
  return users;
}

// Promise.resolve as it was when this file was loaded. An async function for every user would take longer than the user itself.
const { resolve } = Promise;
const resolved = (value) => resolve.call(Promise, value);
const rejected = async (reason) => {
  throw reason;
};

/**
 * Returns an async iterator over the users of a stream whose chunks are arrays. The next chunk is read only when its first user is needed.
 * @param {Function} check called before each user; may throw
 */
export function userIterator(stream, check) {
  let remaining = []; // of the last chunk, in reverse order: users that were returned are not held, or the host's memory would grow
  let lastInQueue; // the last of the next() calls that wait for a chunk or for each other
  const step = async () => {
    while (remaining.length === 0) {
      const chunk = await stream.next();
      if (chunk === undefined) return { value: undefined, done: true };
      remaining = [...chunk].reverse();
    }
    return { value: remaining.pop(), done: false };
  };
  const enqueue = (work) => {
    const previous = lastInQueue;
    const result = (async () => {
      await previous;
      return work();
    })();
    const settled = (async () => {
      try {
        await result;
      } catch {
        // The caller of next() receives the error.
      }
      if (lastInQueue === settled) lastInQueue = undefined;
    })();
    lastInQueue = settled;
    return result;
  };
  const close = () => {
    stream.close();
    remaining = [];
  };
  const iterator = {
    next() {
      try {
        check();
      } catch (reason) {
        close();
        return rejected(reason);
      }
      return lastInQueue === undefined && remaining.length > 0 ? resolved({ value: remaining.pop(), done: false }) : enqueue(step);
    },
    async return(value) {
      close();
      return { value, done: true };
    },
    async throw(error) {
      close();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/**
 * Returns a function that calls `work` in the current async context, whoever calls the function: a `.then` callback runs in the context of the code that registered
 * it. Calls must not overlap. Both `work` and the returned function return a promise.
 */
function inCurrentContext(work) {
  let start;
  const arm = () => void new Promise((resolve) => (start = resolve)).then((settle) => {
    arm();
    settle((async () => work())());
  });
  arm();
  return () => new Promise((settle) => start(settle));
}

/** Returns a ReadableStream over a stream whose chunks are bytes. A chunk is read only on demand, in the async context in which the ReadableStream was created. */
export function byteStream(name, args, onClose) {
  if (typeof ReadableStream !== "function") {
    throw domoError(`This runtime has no ReadableStream, which ${name} returns. Use streamUsers instead`, { code: "INVALID_CONFIG" });
  }
  const stream = openStream(name, args, onClose);
  const next = inCurrentContext(() => stream.next());
  return new ReadableStream(
    {
      type: "bytes",
      async pull(controller) {
        const chunk = await next();
        if (chunk !== undefined) return controller.enqueue(chunk);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: () => stream.close(),
    },
    { highWaterMark: 0 },
  );
}
