// Values, asked so that nothing they do can go through the module. As everywhere here: no decisions, and what may throw says so.

// As it was when we were loaded, whatever was done to it since.
const { defineProperty } = Object;

/** Does something that may throw, and that nobody can do anything about. */
export function quietly(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** A property; undefined where there is none or its getter throws. */
export function get(target, key) {
  try {
    return target?.[key];
  } catch {
    return undefined;
  }
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

/** Whether it has a property of this name of its own. */
export const hasOwn = (target, name) => quietly(() => Object.prototype.hasOwnProperty.call(target, name)) === true;

/** An object with these values under these names. */
export function record(names, values) {
  const made = {};
  names.split(",").forEach((name, at) => (made[name] = values[at]));
  return made;
}

/** What became of a change. */
export function outcome(index, status, user, error) {
  return { index, status, ...(user !== undefined && { user }), ...(error !== undefined && { error }) };
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

/** JSON text; undefined where the value has none, cannot be turned into it, or throws while asked. `dated`: dates are milliseconds, as Domo keeps them. */
export function jsonOf(value, dated) {
  let text = quietly(() => JSON.stringify(value));
  // What JSON makes null of would clear what it stands for.
  const isDoubtful = typeof text === "string" && (text.includes("null") || (dated && text.includes('Z"')));
  if (isDoubtful) text = quietly(() => JSON.stringify(value, dated ? inMilliseconds : soundly));
  return typeof text === "string" ? text : undefined;
}

/** As `soundly`; a date becomes its number. */
function inMilliseconds(key, value) {
  const isDate = Object.prototype.toString.call(this[key]) === "[object Date]";
  return soundly.call(this, key, isDate ? Number(this[key]) : value);
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
    return all.every((one) => typeof one === "object" && one !== null && !Array.isArray(one)) ? all : undefined;
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

const encoder = new TextEncoder();
/** Writes a text, from one place up to the other, as UTF-8, for which there is room: how many bytes that takes. */
export const encode = (text, from, to, room) => encoder.encodeInto(text.slice(from, to), room).written;

// What the host has.

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
const steady = () => globalThis.performance.now();

/** Milliseconds since 1970. */
export const now = () => number(clock);
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
