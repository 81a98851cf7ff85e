// Errors that the host threw, and errors that this package creates.
import { get } from "./values.js";

// Saved when this file was loaded, so that errors can be created even if the globals were changed later.
const { assign, defineProperty } = Object;

const MAX_LENGTH = 2000;

/** Returns a scalar as a string, cut off after MAX_LENGTH characters; "" for an object, a function or undefined. */
function scalarString(value) {
  const isScalar = value !== null && typeof value !== "object" && typeof value !== "function" && value !== undefined;
  return isScalar ? String(value).slice(0, MAX_LENGTH) : "";
}

/** Describes what the host threw: [name, message, code, message of its cause, code of its cause]. */
export function describeThrown(thrown) {
  const cause = get(thrown, "cause");
  let message = scalarString(get(thrown, "message")) || scalarString(thrown);
  try {
    message ||= String(thrown).slice(0, MAX_LENGTH);
  } catch {
    // The value cannot be converted to a string.
  }
  return [scalarString(get(thrown, "name")), message, scalarString(get(thrown, "code")), scalarString(get(cause, "message")), scalarString(get(cause, "code"))];
}

/** Sets a field that is not enumerable, as `message` and `stack` are. */
function setHidden(error, name, value) {
  defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });
}

/** The JSON of an Error would otherwise lack its name and message. */
function toJSON() {
  return { name: this.name, message: this.message, ...this, ...(this.rows !== undefined && { rows: this.rows }) };
}

/** Returns a DomoError: an Error with this name, these details and, if they are not undefined, the other fields. */
export function domoError(message, details, cause, body, existing) {
  const error = assign(new Error(message), details, body !== undefined && { body }, existing !== undefined && { existing });
  setHidden(error, "name", "DomoError");
  setHidden(error, "toJSON", toJSON);
  if (cause !== undefined) setHidden(error, "cause", cause);
  // The console would print hundreds of lines, and the message says the same.
  if (error.rows !== undefined) setHidden(error, "rows", error.rows);
  return error;
}

/** Returns a new Error with this name, message and code, and nothing else of what the host threw. It has no stack frames, since they would be inside WebAssembly. */
export function hostError(name, message, code) {
  const error = assign(new Error(message), code && { code });
  if (name) setHidden(error, "name", name);
  setHidden(error, "stack", name ? `${name}: ${message}` : message);
  return error;
}

/** The description of a panic that the loader has not taken yet. */
let panicDescription;

/** Records the description of a panic. The panic traps, and then the loader takes the description. */
export function recordPanic(description) {
  panicDescription = description;
}

/** Returns the description of the last panic, once; undefined if there was none. */
export function takePanic() {
  const description = panicDescription;
  panicDescription = undefined;
  return description;
}
