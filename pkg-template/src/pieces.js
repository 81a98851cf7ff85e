// What the module reads piece by piece, as JavaScript takes it: an async iterator, a byte stream.
import { domoError } from "../../src/wasm/host/errors.js";
import { abortReason, offAbort, onAbort } from "../../src/wasm/host/waits.js";
import { get } from "../../src/wasm/host/values.js";
import { fromHere } from "./errors.js";
import * as runtime from "./runtime.js";

// Whoever drops an iterator or a stream half-way without ending it must not leave its buffers behind. (The bundler hides the bare name.)
const dropped = globalThis.FinalizationRegistry && new globalThis.FinalizationRegistry((end) => end());

/** A signal of our own, for hosts without AbortController too, and the function that aborts it. */
function leaving() {
  const listeners = new Set();
  const left = {
    aborted: false,
    addEventListener: (_, listener) => void listeners.add(listener),
    removeEventListener: (_, listener) => void listeners.delete(listener),
  };
  const leave = () => {
    left.aborted = true;
    listeners.forEach((listener) => listener());
  };
  return { left, leave };
}

/**
 * Something that the module gives out in pieces, taken at once where the module runs already. Its errors come with the first piece.
 * It is ended when nobody holds what is answered here any more, so everything that asks for pieces must hold it.
 */
export function pieces(name, args) {
  let ended = false;
  const { left, leave } = leaving();
  const begun = (async () => {
    const instance = runtime.running ?? (await runtime.startAnywhere());
    return { instance, number: runtime.answer(instance, name, [...args, left]) };
  })();
  begun.catch(() => {}); // told with the first piece
  const end = () => {
    if (ended) return;
    ended = true;
    dropped?.unregister(end);
    leave();
    begun.then(({ instance, number }) => runtime.answer(instance, "endStream", [number])).catch(() => {});
  };
  const source = {
    end,
    /** The next piece; undefined behind the last. One at a time. */
    async next() {
      if (ended) return undefined;
      try {
        const { instance, number } = await begun;
        const piece = await runtime.promise(instance, "nextChunk", [number]);
        if (piece === undefined) end();
        return ended ? undefined : piece;
      } catch (error) {
        const wasEnded = ended;
        end();
        if (wasEnded) return undefined;
        throw fromHere(error);
      }
    },
  };
  dropped?.register(source, end, end);
  return source;
}

/** The pages of a search as such pieces: `ask` gives one from an offset on, and whether there are more; it gets the page before too, and what ends it. */
export function pages(ask) {
  const { left, leave } = leaving();
  let ended = false;
  let [offset, users] = [0];
  return {
    end() {
      ended = true;
      leave();
    },
    async next() {
      if (ended) return undefined;
      let more;
      try {
        [users, more] = await ask(offset, users, left);
      } catch (error) {
        if (left.aborted) return undefined;
        ended = true;
        throw error;
      }
      if (left.aborted) return undefined;
      ended = !more;
      offset += users.length;
      return users;
    },
  };
}

/** What an aborted signal says; users that came already are not given out any more. */
export function throwIfAborted(options) {
  const reason = abortReason(get(options, "signal"));
  if (reason !== undefined) throw reason;
}

/** An async iterable that is no stream of the web's, such as Node's own streams. */
export const isAsync = (desired) => typeof get(desired, Symbol.asyncIterator) === "function" && typeof get(desired, "getReader") !== "function";

/**
 * The same as what the module reads: pieces of CSV by a reader, users as an array. `end` lets go of what is not wanted any more.
 * `checked` is a promise of whether the rest of the call is right. Where the iterator fails, what is answered fails the same way, for the module to tell.
 */
export async function readable(desired, options, checked) {
  const signal = get(options, "signal");
  let iterator;
  let over = false; // it ended by itself, or was told to
  const end = async (unread) => {
    iterator ??= unread?.[Symbol.asyncIterator]();
    if (iterator === undefined || over) return;
    over = true;
    await iterator.return?.();
  };
  const next = async () => {
    try {
      iterator ??= desired[Symbol.asyncIterator]();
      const step = await iterator.next();
      if (Object(step) !== step) throw new TypeError("its iterator gave no object"); // as for await does
      over ||= Boolean(step.done);
      return over ? { done: true } : { done: false, value: step.value };
    } catch (error) {
      over = true;
      throw error;
    }
  };
  try {
    await checked;
    throwIfAborted(options);
  } catch (error) {
    // What nobody will read is let go: a file, for one, stays open else.
    end(desired).catch(() => {});
    throw error;
  }
  let stop;
  const aborted = new Promise((resolve) => (stop = resolve));
  try {
    if (signal !== undefined) onAbort(signal, stop);
  } catch {
    // It is no signal: the module says so.
  }
  try {
    const given = await Promise.race([gathered(next, end), aborted]);
    throwIfAborted(options);
    return { given, end };
  } catch (error) {
    end().catch(() => {});
    throwIfAborted(options);
    return { given: { [Symbol.iterator]: () => { throw error; } }, end };
  } finally {
    try {
      if (signal !== undefined) offAbort(signal, stop);
    } catch {
      // Nor can it be let go.
    }
  }
}

async function gathered(next, end) {
  let step = await next();
  const isCsv = ({ value }) => typeof value === "string" || ArrayBuffer.isView(value);
  if (!step.done && isCsv(step)) {
    const encoder = new TextEncoder();
    let half = ""; // of a surrogate pair that was cut between two strings
    const encode = (text) => {
      const whole = half + text;
      const cut = /[\ud800-\udbff]$/.test(whole) ? whole.length - 1 : whole.length;
      half = whole.slice(cut);
      return encoder.encode(whole.slice(0, cut));
    };
    const read = async () => {
      const { done, value } = step ?? (await next());
      step = undefined;
      if (typeof value === "string") return { done, value: encode(value) };
      const rest = half;
      half = "";
      return done && rest !== "" ? { done: false, value: encoder.encode(rest) } : { done, value };
    };
    return { getReader: () => ({ read, cancel: () => end() }) };
  }
  const users = [];
  for (; !step.done; step = await next()) users.push(step.value);
  return users;
}

// As it was when we were loaded; an async function for every item would cost more than the item.
const { resolve } = Promise;
const resolved = (value) => resolve.call(Promise, value);
const failed = async (reason) => {
  throw reason;
};

/** One item at a time of pieces that are arrays; the next piece is only asked for when its first item is. `check` may throw before each. */
export function items(source, check) {
  let left = []; // of the last piece, last first: what was given out is not held any more, or the host's memory would grow by it
  let turn; // the last of the calls that wait for a piece, or for each other
  const step = async () => {
    while (left.length === 0) {
      const next = await source.next();
      if (next === undefined) return { value: undefined, done: true };
      left = [...next].reverse();
    }
    return { value: left.pop(), done: false };
  };
  const queue = (work) => {
    const before = turn;
    const mine = (async () => {
      await before;
      return work();
    })();
    const after = (async () => {
      try {
        await mine;
      } catch {
        // told to whoever asked for it
      }
      if (turn === after) turn = undefined;
    })();
    turn = after;
    return mine;
  };
  const over = () => {
    source.end();
    left = [];
  };
  const iterator = {
    next() {
      try {
        check();
      } catch (reason) {
        over();
        return failed(reason);
      }
      return turn === undefined && left.length > 0 ? resolved({ value: left.pop(), done: false }) : queue(step);
    },
    async return(value) {
      over();
      return { value, done: true };
    },
    async throw(error) {
      over();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/**
 * Returns a function that calls `work` in the async context of this moment, whoever calls it: a `.then` callback runs in the context of the code that registered it.
 * One call at a time. `work` returns a promise, and so does the function.
 */
function inThisContext(work) {
  let ask;
  const arm = () => void new Promise((resolve) => (ask = resolve)).then((settle) => {
    arm();
    settle((async () => work())());
  });
  arm();
  return () => new Promise((settle) => ask(settle));
}

/** Pieces that are bytes; each is only asked for when it is read, in the async context in which the stream was created. */
export function byteStream(name, args) {
  if (typeof ReadableStream !== "function") {
    throw domoError("This runtime has no ReadableStream, which exportUsersCsv answers: use streamUsers here", { code: "INVALID_CONFIG" });
  }
  const source = pieces(name, args);
  const next = inThisContext(() => source.next());
  return new ReadableStream(
    {
      type: "bytes",
      async pull(controller) {
        const piece = await next();
        if (piece !== undefined) return controller.enqueue(piece);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: () => source.end(),
    },
    { highWaterMark: 0 },
  );
}
