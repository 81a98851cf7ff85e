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

/** A property. May throw. */
export const tryGet = (target, key) => target?.[key];

/** Returns the names of own fields that are not undefined and not in `known`; none if they cannot be read. */
export function unknownFields(target, known) {
  return quietly(() => Object.keys(target).filter((name) => !known.includes(name) && target[name] !== undefined)) ?? [];
}

/** Whether it has a property of this name of its own. */
export const hasOwn = (target, name) => quietly(() => Object.prototype.hasOwnProperty.call(target, name)) === true;

/** What became of a change. */
export function changeResult(index, status, user, error) {
  return { index, status, ...(user !== undefined && { user }), ...(error !== undefined && { error }) };
}

/** Attributes by their keys, one value unwrapped; where a key is no text, an array of it alone. */
export function attributesByKey(attributes) {
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

/** What a value is, by a number as src/wasm/input.rs reads them. */
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
export function toJson(value) {
  const text = jsonText(value);
  // What JSON makes null of would clear what it stands for.
  return text?.includes("null") ? jsonText(value, soundly) : text;
}

function jsonText(value, replacer) {
  const text = quietly(() => JSON.stringify(value, replacer));
  return typeof text === "string" ? text : undefined;
}

const isNoNumber = (value) => typeof value === "number" && value - value !== 0;

/** Throws for a number or a date that is none. */
function soundly(key, value) {
  if ((value === null && this[key] !== null) || isNoNumber(value)) throw value;
  return value;
}

/**
 * A replacer for JSON.stringify: a date becomes its milliseconds, as Domo keeps them. Throws for what JSON would leave out, or would turn into null,
 * which clears: functions, symbols, undefined items of arrays and holes, numbers and dates that are none. An undefined field is no field.
 */
function sendable(key, value) {
  // Of an object with toJSON, a date for one, the value is what that returned.
  const own = value === null || typeof value === "string" ? this[key] : value;
  const sent = Object.prototype.toString.call(own) === "[object Date]" ? Number(own) : value;
  if (!isLeftOut(sent) ? isNoNumber(sent) || (sent === null && own !== null) : sent !== undefined || isArray(this)) throw own;
  return sent;
}

const isLeftOut = (value) => value === undefined || typeof value === "function" || typeof value === "symbol";

/** JSON text of a user or of changes; undefined if anything in it cannot be sent, or if asking it throws. */
export const usersToJson = (value) => jsonText(value, sendable);

/** Place and value of what `usersToJson` refuses, such as ["attributes[0].values[1]", undefined]; undefined if that is the whole or cannot be told. */
export function findUnsendable(value) {
  const places = new WeakMap();
  let found;
  quietly(() =>
    JSON.stringify(value, function (key, one) {
      const outer = places.get(this) ?? "";
      const place = isArray(this) ? `${outer}[${key}]` : outer === "" ? key : `${outer}.${key}`;
      if (place !== "") found = { path: place, value: this[key] };
      const sent = sendable.call(this, key, one);
      if (typeof sent !== "bigint") found = undefined;
      if (typeof sent === "object" && sent !== null) places.set(sent, place);
      return sent;
    }),
  );
  return found;
}

/** JSON text of desired users, with dates as milliseconds; undefined if anything in a row cannot be planned. An undefined field of a row is no field. */
export function rowsToJson(rows) {
  const text = jsonText(rows);
  if (text === undefined || quietly(() => rows.some(isUnfitRow)) !== false) return undefined;
  // What is no row at all is told by its number, later.
  const row = (value) => (isLeftOut(value) ? null : value);
  if (!text.includes("null") && !text.includes('Z"')) return text;
  const own = new Set(rows);
  // `said_in_json` of src/directory/raw_cell.rs reads this: as a number alone, so early a date would look like a spreadsheet's count of days.
  const early = (date) => `\0${Number(date)} ${date.toISOString()}`;
  const plannable = function (key, value) {
    const sent = sendable.call(this, key, value);
    return typeof sent === "number" && typeof value === "string" && Math.abs(sent) < 1e9 && own.has(this) ? early(this[key]) : sent;
  };
  return quietly(() => jsonText(rows.map(row), plannable));
}

const isUnfitRow = (row) => isRecord(row) && Object.keys(row).some((name) => row[name] !== undefined && isUnfit(row[name]));
const isRecord = (value) => typeof value === "object" && value !== null && typeof value.toJSON !== "function";

/** Whether JSON would leave out a part of a value of a row: a function, a symbol, undefined in an array. What has a toJSON of its own is asked for that. */
function isUnfit(value) {
  if (!isRecord(value)) return isLeftOut(value);
  // Whole directories pass by here: loops take half the time of array methods.
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) if (isUnfit(value[at])) return true;
    return false;
  }
  for (const name of Object.keys(value)) if (value[name] === undefined ? name === "values" : isUnfit(value[name])) return true;
  return false;
}

/** The field of a row that has no JSON text; undefined if no single field is the reason. */
export const unsendableField = (row) => quietly(() => Object.entries(row).find(([name, value]) => rowsToJson([{ [name]: value }]) === undefined)?.[0]);

/** The items of an array; undefined where it is none. */
export const copyArray = (array) => (isArray(array) ? quietly(() => Array.from(array)) : undefined);

/** Milliseconds since 1970; NaN for what is no date. */
export const parseDate = (text) => quietly(() => Number(Date.parse(text))) ?? NaN;

/** Any value as text; empty where even that throws. */
export const toText = (value) => (typeof value === "string" ? value : (quietly(() => String(value)) ?? ""));

/** The first characters of a text of any length; empty for what is no text. */
export const prefix = (value, length) => (typeof value === "string" ? value.slice(0, length) : "");

/** Whether it is a user: an object with an id, as number or text. */
export function isUser(value) {
  const id = get(value, "id");
  return typeof value === "object" && (typeof id === "number" || typeof id === "string");
}

/** `users` of an answer, an array of objects, or a copy of it; undefined where it is none. */
export function users(json, copy) {
  try {
    const list = json.users;
    if (!Array.isArray(list)) return undefined;
    const all = copy ? Array.from(list) : list;
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

export const hasFunction = (name) => typeof globalThis[name] === "function";
/** Whether this is the main thread of a page, where everyone who opens it can read a token. */
export const isBrowserPage = () => typeof get(get(globalThis, "window"), "document") === "object" && typeof get(globalThis, "navigator") === "object";
export const hasOrigin = () => typeof get(globalThis, "location") === "object";

let warned = false;
/** Says something on the console, if there is one; the first time only. */
export function warnOnce(text) {
  if (!warned) globalThis.console?.warn?.(text);
  warned = true;
}
