// The talking: every host object is touched here, so that nothing it does can go through the module. No decisions.
// What may throw says so; the module catches it.

// As they were when we were loaded: an error must come about whatever was done to them since.
const { assign, defineProperty } = Object;

/** A property; undefined where there is none or its getter throws. */
export function get(target, key) {
  try {
    return target?.[key];
  } catch {
    return undefined;
  }
}

/** Why a signal is aborted; undefined where it is not. A host that knows no reasons, or whose getter throws, gets what `fetch` would reject with. */
export function abortReason(signal) {
  if (!get(signal, "aborted")) return undefined;
  const reason = get(signal, "reason");
  return reason === undefined ? hostError("AbortError", "This operation was aborted") : reason;
}

/** The properties named in `names`, each asked once; the name of the first whose getter throws in their place. */
export function fields(target, names) {
  const values = [];
  for (const name of names.split(",")) {
    try {
      values.push(target?.[name]);
    } catch {
      return name;
    }
  }
  return values;
}

/** Its own names that are none of these and stand for something, one a line; undefined where there are none. */
export function strangers(target, names) {
  const known = names.split(",");
  return quietly(() => Object.keys(target).filter((name) => !known.includes(name) && target[name] !== undefined).join("\n") || undefined);
}

/** An object with these values under these names. */
export function record(names, values) {
  const made = {};
  names.split(",").forEach((name, at) => (made[name] = values[at]));
  return made;
}

/** Attributes by their keys, one value unwrapped; where a key is no text, an array of it alone. */
export function unwrapped(attributes) {
  const made = {};
  for (let at = 0; at < attributes.length; at++) {
    const key = get(attributes[at], "key");
    if (typeof key !== "string") return [key];
    const values = get(attributes[at], "values");
    const value = get(values, "length") === 1 ? get(values, 0) : values;
    // Its own field, even of a key such as __proto__.
    defineProperty(made, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return made;
}

/** Sets a header of ours, in place of one of that name, whatever its case. */
export function setHeader(headers, name, value) {
  for (const known of Object.keys(headers)) if (known.toLowerCase() === name.toLowerCase()) delete headers[known];
  Reflect.set(headers, name, value);
}

/** What a value is, by a number as src/js/input.rs reads them. */
export function kind(value) {
  switch (typeof value) {
    case "undefined":
      return 0;
    case "boolean":
      return value ? 3 : 2;
    case "number":
      return 4;
    case "string":
      return 5;
    case "object":
      return value === null ? 1 : isArray(value) ? 6 : 7;
    default:
      return 8;
  }
}

/** What JSON text says; undefined where it is none. */
export const parseJson = (text) => quietly(() => JSON.parse(text));

/** JSON text; undefined where the value has none, cannot be turned into it, or throws while asked. */
export function jsonOf(value) {
  let text = quietly(() => JSON.stringify(value));
  // What JSON makes null of would clear what it stands for.
  if (typeof text === "string" && text.includes("null")) text = quietly(() => JSON.stringify(value, soundly));
  return typeof text === "string" ? text : undefined;
}

/** Throws for a number or a date that is none. */
function soundly(key, value) {
  if ((value === null && this[key] !== null) || (typeof value === "number" && value - value !== 0)) throw value;
  return value;
}

/** The items of an array; undefined where it is none. */
export const copied = (array) => (isArray(array) ? quietly(() => Array.from(array)) : undefined);

/** Milliseconds since 1970; NaN for what is no date. */
export const parseDate = (text) => quietly(() => Number(Date.parse(text))) ?? NaN;

/** Any value as text; empty where even that throws. */
export const textOf = (value) => (typeof value === "string" ? value : (quietly(() => String(value)) ?? ""));

/** The first characters of a text of any length; empty for what is no text. */
export const beginning = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");

/** Empty for what is no text. */
export const lowerCase = (text) => (typeof text === "string" ? text.toLowerCase() : "");

/** Whether it is a user: an object with an id, as number or text. */
export function isUser(value) {
  const id = get(value, "id");
  return typeof value === "object" && (typeof id === "number" || typeof id === "string");
}

/** `users` of an answer, an array of objects, or a copy of it; undefined where it is none. */
export function users(json, copied) {
  try {
    const list = json.users;
    if (!Array.isArray(list)) return undefined;
    const all = copied ? Array.from(list) : list;
    return all.every((one) => typeof one === "object" && one !== null) ? all : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is an array; not so where it is a revoked Proxy, which throws even at this question. */
export function isArray(value) {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

// ---- promises of ours, and by what each is settled

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

const MOST_ENTRIES = 100_000; // some never end

/** Names and values in turn: of an object's own fields, or of a Headers, Map or the like; undefined where it cannot be read. */
export function entries(value) {
  try {
    const all = [];
    for (const [name, one] of typeof value.entries === "function" ? value.entries() : Object.entries(value)) {
      if (all.push(String(name), one) > 2 * MOST_ENTRIES) return undefined;
    }
    return all;
  } catch {
    return undefined;
  }
}

/** Any value as text, not more than 2,000 characters of it; "" where it throws or is no scalar. */
function words(value) {
  const scalar = value !== null && typeof value !== "object" && typeof value !== "function" && value !== undefined;
  return scalar ? String(value).slice(0, 2000) : "";
}

/** What a host threw: [name, message, code, its cause's message, its cause's code]. */
export function reported(thrown) {
  const cause = get(thrown, "cause");
  let message = words(get(thrown, "message")) || words(thrown);
  try {
    message ||= String(thrown).slice(0, 2000);
  } catch {
    // It has no words.
  }
  return [words(get(thrown, "name")), message, words(get(thrown, "code")), words(get(cause, "message")), words(get(cause, "code"))];
}

/** Sets a field that loops and JSON pass over, as `message` and `stack` are. */
function hide(error, name, value) {
  defineProperty(error, name, { value, writable: true, configurable: true });
}

/** For logs and reports: an Error's own JSON would lack its name and message. */
function toJSON() {
  return { name: this.name, message: this.message, ...this };
}

/** A real Error named DomoError. */
export function domoError(message, details, cause, body, existing) {
  const error = assign(new Error(message), details, body !== undefined && { body }, existing !== undefined && { existing });
  hide(error, "name", "DomoError");
  hide(error, "toJSON", toJSON);
  if (cause !== undefined) hide(error, "cause", cause);
  return error;
}

/** What a host threw as a new Error with nothing else in it. Its own stack would begin in wasm, which helps nobody. */
export function hostError(name, message, code) {
  const error = assign(new Error(message), code && { code });
  if (name) hide(error, "name", name);
  hide(error, "stack", `${name}: ${message}`);
  return error;
}

// ---- waits: how each ends is told once, to the module that waits: tell(its number, how, value, headers, reader)

// As src/js/limit.rs names them; else an HTTP status, or 0 for what is none.
const [THROWN, OVER, ABORTED, GARBLED, UNABLE] = [-1, -2, -3, -4, -5];

/** Does something that may throw, and that nobody can do anything about. */
function quietly(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/**
 * The function that ends a wait, unless its time is over or the caller's signal aborted before; undefined where that is so already.
 * An end without answer aborts the host's own controller. `timed` says that the wait is for the time alone.
 */
function ending(tell, number, signal, ms, controller, timed) {
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

/** Waits for what the host promised; whatever else it gave is taken as it is. */
export function wait(tell, number, promised, signal, ms) {
  const end = ending(tell, number, signal, ms);
  if (end !== undefined) awaited(promised, end);
}
async function awaited(promised, end) {
  try {
    end(0, await promised);
  } catch (thrown) {
    end(THROWN, thrown);
  }
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

// ---- answers

const isStatus = (status) => Number.isInteger(status) && status >= 0 && status < 1000;

/** Asks for an answer in one of three ways; `host` is who is asked. Whoever is given the headers may change them. */
export function ask(tell, number, way, host, method, url, headers, body, controller, signal, ms, asItComes) {
  const end = ending(tell, number, signal, ms, controller);
  if (end !== undefined) WAYS[way](end, host, method, url, { ...headers }, body, controller, ms, asItComes);
}
// By the numbers that src/js/transport/mod.rs gives them.
const WAYS = [viaFetch, viaAxios, viaCodeEngine];

/** By `fetch`: the host's own, or one that was given. The response is only ever asked, never taken for one of this realm. */
function viaFetch(end, own, method, url, headers, body, controller, ms, asItComes) {
  // A redirect would take the token to another place.
  const init = { method, headers, redirect: "manual" };
  if (body !== undefined) init.body = body;
  const ended = get(controller, "signal");
  if (ended !== undefined) init.signal = ended;
  fetched(own ?? globalThis.fetch, url, init, asItComes, end);
}
async function fetched(fetch, url, init, asItComes, end) {
  try {
    if (typeof fetch !== "function") return end(UNABLE);
    const response = await fetch(url, init);
    const redirected = get(response, "type") === "opaqueredirect" || get(response, "redirected") === true;
    const status = redirected ? 0 : get(response, "status");
    if (!isStatus(status) || (status === 0 && !redirected) || typeof get(response, "text") !== "function") return end(GARBLED, "a Response", response);
    const headers = get(response, "headers");
    const stream = asItComes && status >= 200 && status < 300 ? get(response, "body") : undefined;
    // A host without streams has only whole bodies.
    if (typeof get(stream, "getReader") === "function") return end(status, undefined, headers, stream.getReader());
    const text = await response.text();
    return typeof text === "string" ? end(status, text, headers) : end(GARBLED, "a Response whose text() is a text", text);
  } catch (thrown) {
    end(THROWN, thrown);
  }
}

/** By axios, set up so that it neither follows redirects, nor judges the status, nor touches the body. */
function viaAxios(end, axios, method, url, headers, data, controller, timeout) {
  const own = { method, url, headers, data, timeout, signal: get(controller, "signal") };
  asked(axios, { ...own, responseType: "text", transformResponse: [], validateStatus: null, maxRedirects: 0 }, end);
}
async function asked(axios, config, end) {
  try {
    let response;
    try {
      response = await axios(config);
    } catch (error) {
      // Some builds reject for a status all the same.
      response = get(error, "response");
      if (typeof response !== "object" || response === null) throw error;
    }
    const status = get(response, "status");
    if (isStatus(status)) end(status, get(response, "data"), get(response, "headers"));
    else end(GARBLED, "{status, headers, data}", response);
  } catch (thrown) {
    end(THROWN, thrown);
  }
}

/** By Code Engine's module, which takes the body as data and writes the JSON itself. */
function viaCodeEngine(end, module, method, path, headers, body) {
  awaited(sent(module, method, path, headers, body), end);
}
async function sent(module, method, path, headers, body) {
  const data = body === undefined ? undefined : JSON.parse(body);
  return module.sendRequest(method, path, data, headers, data && "application/json");
}

// ---- signals: one listener each, however many calls wait for one; Node warns of more than ten

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

/** A header's text; undefined where there is none. */
export function header(headers, name) {
  try {
    const plain = () => headers[Object.keys(headers ?? {}).find((key) => key.toLowerCase() === name)];
    const value = typeof headers?.get === "function" ? headers.get(name) : plain();
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes in whatever view of a buffer they come, of whatever realm; undefined where it is none. May throw. */
export function bytes(value) {
  if (value instanceof Uint8Array) return value;
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : undefined;
}

/** What goes through the items of a value, as `for … of` would; undefined where it has no items. May throw. */
export function iterator(value) {
  const method = typeof value === "object" && value !== null ? value[Symbol.iterator] : undefined;
  return typeof method === "function" ? method.call(value) : undefined;
}

/** The next items, so many at the most; fewer where there are no more. May throw. */
export function nextItems(iterator, most) {
  const items = [];
  while (items.length < most) {
    const step = iterator.next();
    if (typeof step !== "object" || step === null || get(step, "done")) break;
    items.push(get(step, "value"));
  }
  return items;
}

/** What became of a change. */
export function outcome(index, status, user, error) {
  return { index, status, ...(user !== undefined && { user }), ...(error !== undefined && { error }) };
}

/** The lines that a caller's journal holds. May throw. */
export async function journalLines(journal) {
  const given = await journal.read();
  // A file's text as well as its lines: letter by letter it would say nothing.
  const text = ArrayBuffer.isView(given) ? new TextDecoder().decode(given) : given;
  if (typeof text === "string") return text.split(/\r?\n/);
  const lines = [];
  for await (const line of text ?? []) lines.push(String(line));
  return lines;
}

// ---- what the host has

/** A number that a host has at hand; 0 where it fails to. */
function number(ask) {
  try {
    const answer = ask();
    return typeof answer === "number" ? answer : 0;
  } catch {
    return 0;
  }
}
const clock = () => Date.now();
const dice = () => Math.random();
/** Milliseconds since 1970. */
export const now = () => number(clock);
const steady = () => globalThis.performance.now();
/** Milliseconds of a clock that nobody sets back, where the host has one. */
export const ticks = () => number(steady) || number(clock);
/** From 0 to 1. */
export const random = () => number(dice);

export const has = (name) => typeof globalThis[name] === "function";
/** Whether this is the main thread of a page, where everyone who opens it can read a token. */
export const isBrowserPage = () => typeof get(get(globalThis, "window"), "document") === "object" && typeof get(globalThis, "navigator") === "object";
export const isPage = () => typeof get(globalThis, "location") === "object";

let warned = false;
/** Says something on the console, if there is one; the first time only. */
export function warnOnce(text) {
  if (!warned) globalThis.console?.warn?.(text);
  warned = true;
}
