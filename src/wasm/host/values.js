// Reads values of the caller and the host so that their exceptions do not reach the module. Functions that may throw say so.

// Saved when this file was loaded, in case the global is changed later.
const { defineProperty } = Object;

/** Calls a function and returns its result; undefined if it throws. */
export function quietly(callback) {
  try {
    return callback();
  } catch {
    return undefined;
  }
}

/** Returns a property; undefined if it does not exist or its getter throws. */
export function get(target, key) {
  try {
    return target?.[key];
  } catch {
    return undefined;
  }
}

/** Returns a property. May throw. */
export const tryGet = (target, key) => target?.[key];

/** Returns the names of own fields that are not undefined and not in `known`; none if they cannot be read. */
export function unknownFields(target, known) {
  return quietly(() => Object.keys(target).filter((name) => !known.includes(name) && target[name] !== undefined)) ?? [];
}

/** Whether a value has an own property of this name. */
export const hasOwn = (target, name) => quietly(() => Object.prototype.hasOwnProperty.call(target, name)) === true;

/** Returns the result of a change, as applyChanges returns it. */
export function changeResult(index, status, unsent, unclear, user, error) {
  return { index, status, ...(unsent && { unsent }), ...(unclear && { unclear }), ...(user !== undefined && { user }), ...(error !== undefined && { error }) };
}

/** Returns attributes by their keys, with a single value unwrapped; or, if a key is not a string, an array with only that key. */
export function attributesByKey(attributes) {
  const byKey = {};
  for (let i = 0; i < attributes.length; i++) {
    const key = get(attributes[i], "key");
    if (typeof key !== "string") return [key];
    const values = get(attributes[i], "values");
    const value = get(values, "length") === 1 ? get(values, 0) : values;
    // Defines an own property even if the key is __proto__.
    defineProperty(byKey, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return byKey;
}

/** Returns the kind of a value as a number; src/wasm/convert.rs has the same numbers. */
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

/** Parses JSON; undefined if the string is not valid JSON. */
export const parseJson = (text) => quietly(() => JSON.parse(text));

/** Returns a value as JSON; undefined if it has no JSON or throws while it is read. */
export function toJson(value) {
  const json = stringify(value);
  // JSON.stringify turns NaN and invalid dates into null, which would clear the value.
  return json?.includes("null") ? stringify(value, rejectLoss) : json;
}

function stringify(value, replacer) {
  const json = quietly(() => JSON.stringify(value, replacer));
  return typeof json === "string" ? json : undefined;
}

const isNotFinite = (value) => typeof value === "number" && value - value !== 0;

/** A replacer for JSON.stringify that throws for NaN, infinite numbers and invalid dates. */
function rejectLoss(key, value) {
  if ((value === null && this[key] !== null) || isNotFinite(value)) throw value;
  return value;
}

/**
 * A replacer for JSON.stringify that turns dates into milliseconds, as Domo stores them. Throws for values that JSON.stringify would leave out or turn into null,
 * which would clear the value in Domo: functions, symbols, undefined array items and holes, NaN, infinite numbers and invalid dates. Undefined fields are left out.
 */
function sendable(key, value) {
  // If the object has a toJSON (a Date, for example), `value` is the result of toJSON.
  const original = value === null || typeof value === "string" ? this[key] : value;
  const sent = Object.prototype.toString.call(original) === "[object Date]" ? Number(original) : value;
  if (!isLeftOut(sent) ? isNotFinite(sent) || (sent === null && original !== null) : sent !== undefined || isArray(this)) throw original;
  return sent;
}

/** Whether JSON.stringify leaves a value out. */
const isLeftOut = (value) => value === undefined || typeof value === "function" || typeof value === "symbol";

/** Returns a user, or changes of a user, as JSON; undefined if a value in it cannot be sent or throws while it is read. */
export const usersToJson = (value) => stringify(value, sendable);

/** Returns the path and the value that `usersToJson` refuses, such as {path: "attributes[0].values[1]", value: undefined}; undefined if that is the whole value or unknown. */
export function findUnsendable(value) {
  const paths = new WeakMap();
  let refused;
  quietly(() =>
    JSON.stringify(value, function (key, item) {
      const outer = paths.get(this) ?? "";
      const path = isArray(this) ? `${outer}[${key}]` : outer === "" ? key : `${outer}.${key}`;
      if (path !== "") refused = { path, value: this[key] };
      const sent = sendable.call(this, key, item);
      if (typeof sent !== "bigint") refused = undefined;
      if (typeof sent === "object" && sent !== null) paths.set(sent, path);
      return sent;
    }),
  );
  return refused;
}

/** Returns desired users as JSON, with dates as milliseconds; undefined if a value of a row cannot be planned. Undefined fields are left out. */
export function rowsToJson(rows) {
  const json = stringify(rows);
  if (json === undefined || quietly(() => rows.some(isUnsendableRow)) !== false) return undefined;
  // An item that is not a row becomes null; the plan reports it with its row number.
  const row = (value) => (isLeftOut(value) ? null : value);
  if (!json.includes("null") && !json.includes('Z"')) return json;
  const rowSet = new Set(rows);
  // `json_cell` of src/directory/desired/raw_cell.rs reads this: as a number alone, so early a date would look like a spreadsheet's count of days.
  const earlyDate = (date) => `\0${Number(date)} ${date.toISOString()}`;
  const plannable = function (key, value) {
    const sent = sendable.call(this, key, value);
    return typeof sent === "number" && typeof value === "string" && Math.abs(sent) < 1e9 && rowSet.has(this) ? earlyDate(this[key]) : sent;
  };
  return quietly(() => stringify(rows.map(row), plannable));
}

const isUnsendableRow = (row) => isRecord(row) && Object.keys(row).some((name) => row[name] !== undefined && isUnsendable(row[name]));
const isRecord = (value) => typeof value === "object" && value !== null && typeof value.toJSON !== "function";

/** Whether JSON.stringify would leave out a part of a value: a function, a symbol, undefined in an array. Objects with a toJSON are not examined. */
function isUnsendable(value) {
  if (!isRecord(value)) return isLeftOut(value);
  // Whole directories pass through here, and loops take half the time of array methods.
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (isUnsendable(value[i])) return true;
    return false;
  }
  for (const name of Object.keys(value)) if (value[name] === undefined ? name === "values" : isUnsendable(value[name])) return true;
  return false;
}

/** Returns the name of the first field of a row that has no JSON; undefined if no single field is the reason. */
export const unsendableField = (row) => quietly(() => Object.entries(row).find(([name, value]) => rowsToJson([{ [name]: value }]) === undefined)?.[0]);

/** Returns a copy of an array; undefined if the value is not an array. */
export const copyArray = (array) => (isArray(array) ? quietly(() => Array.from(array)) : undefined);

/** Parses a date string to milliseconds since 1970; NaN if the string is not a date. */
export const parseDate = (string) => quietly(() => Number(Date.parse(string))) ?? NaN;

/** Returns any value as a string; "" if the conversion throws. */
export const toText = (value) => (typeof value === "string" ? value : (quietly(() => String(value)) ?? ""));

/** Returns the first characters of a string; "" for any other value. */
export const prefix = (value, length) => (typeof value === "string" ? value.slice(0, length) : "");

/** Whether a value is a user: an object with an id that is a number or a string. */
export function isUser(value) {
  const id = get(value, "id");
  return typeof value === "object" && (typeof id === "number" || typeof id === "string");
}

/** Returns the field `users` of a response body, or a copy of it; undefined if it is not an array of objects. */
export function users(json, copy) {
  try {
    const list = json.users;
    if (!Array.isArray(list)) return undefined;
    const items = copy ? Array.from(list) : list;
    return items.every((item) => typeof item === "object" && item !== null && !Array.isArray(item)) ? items : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is an array. False for a revoked Proxy, for which Array.isArray throws. */
export function isArray(value) {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

const MAX_ENTRIES = 100_000; // an iterator may never end

/** Returns names and values alternately: of the own fields of an object, or of a Headers, Map or similar object; undefined if it cannot be read. */
export function entries(value) {
  try {
    const flat = [];
    for (const [name, item] of typeof value.entries === "function" ? value.entries() : Object.entries(value)) {
      if (flat.push(String(name), item) > 2 * MAX_ENTRIES) return undefined;
    }
    return flat;
  } catch {
    return undefined;
  }
}

/** Returns the bytes of a typed array or DataView of any realm; undefined for any other value. May throw. */
export function bytes(value) {
  if (value instanceof Uint8Array) return value;
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : undefined;
}

/** Returns an iterator over a value, as `for … of` uses it; undefined if the value is not an iterable object. May throw. */
export function iterator(value) {
  const method = typeof value === "object" && value !== null ? value[Symbol.iterator] : undefined;
  return typeof method === "function" ? method.call(value) : undefined;
}

/** Returns at most `limit` next items of an iterator; fewer only at its end. May throw. */
export function nextItems(iterator, limit) {
  const items = [];
  while (items.length < limit) {
    const step = iterator.next();
    if (typeof step !== "object" || step === null || get(step, "done")) break;
    items.push(get(step, "value"));
  }
  return items;
}

/**
 * Returns a decoder of the host for an encoding; null for UTF-8 and UTF-16, which are told apart by the bytes, and without an encoding; undefined if the host does
 * not know the encoding, or has no decoders.
 */
export const textDecoder = (encoding) =>
  quietly(() => {
    const decoder = encoding === undefined ? null : new globalThis.TextDecoder(encoding);
    return decoder?.encoding.startsWith("utf-") ? null : decoder;
  });

const encoder = new TextEncoder();
/** Writes a part of a string as UTF-8 into `buffer`, which must have room for it; returns the number of bytes. */
export const encode = (string, from, to, buffer) => encoder.encodeInto(string.slice(from, to), buffer).written;

// The host: clocks, random numbers, features.

/** Returns the number that a function of the host returns; 0 if it throws or returns something else. */
function hostNumber(read) {
  try {
    const value = read();
    return typeof value === "number" ? value : 0;
  } catch {
    return 0;
  }
}
const wallClock = () => Date.now();
const randomNumber = () => Math.random();
const monotonicClock = () => globalThis.performance.now();

/** Returns milliseconds since 1970. */
export const now = () => hostNumber(wallClock);
/** Returns milliseconds of a monotonic clock, or of the wall clock if the host has no other. */
export const ticks = () => hostNumber(monotonicClock) || hostNumber(wallClock);
/** Returns a random number from 0 to 1. */
export const random = () => hostNumber(randomNumber);

/** Whether this is the main thread of a browser page, where everyone who opens the page can read a token. */
export const isBrowserPage = () => typeof get(get(globalThis, "window"), "document") === "object" && typeof get(globalThis, "navigator") === "object";
/** Whether the host has an origin of its own, as pages and their workers have. */
export const hasOrigin = () => typeof get(globalThis, "location") === "object";

/** Returns an environment variable (of Node, Bun, workerd or Deno), without the spaces that files of variables leave around it; "" if it is not set, or may not be read. */
export function environmentVariable(name) {
  const { Deno, process } = globalThis;
  const value = quietly(() => (Deno === undefined ? process.env[name] : Deno.env.get(name)));
  return typeof value === "string" ? value.trim() : "";
}

let hasWarned = false;
/** Prints a warning on the console, if there is one; only the first call does. May throw. */
export function warnOnce(message) {
  if (!hasWarned) globalThis.console?.warn?.(message);
  hasWarned = true;
}
