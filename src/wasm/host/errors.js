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

/** Whether a value is a DomoError, by name and code instead of its class: true across realms and across two copies of the package. */
export function isDomoError(error) {
  try {
    return typeof error === "object" && error !== null && error.name === "DomoError" && typeof error.code === "string";
  } catch {
    return false; // a getter threw
  }
}

/** The errors of this package. `instanceof` is {@link isDomoError}, except for a subclass. */
export class DomoError extends Error {
  static {
    setHidden(this.prototype, "name", "DomoError");
  }
  static [Symbol.hasInstance](value) {
    const isSubclass = !Object.prototype.hasOwnProperty.call(this, Symbol.hasInstance);
    return isSubclass ? Function.prototype[Symbol.hasInstance].call(this, value) : isDomoError(value);
  }
  constructor(code, message, { cause, rows, ...fields } = {}) {
    super(message);
    assign(this, { code }, fields);
    if (cause !== undefined) setHidden(this, "cause", cause);
    // The console would print hundreds of lines, and the message says the same.
    if (rows !== undefined) setHidden(this, "rows", rows);
  }
  /** The JSON of an Error would otherwise lack its name and message. */
  toJSON() {
    return { name: this.name, message: this.message, ...this, ...(this.rows !== undefined && { rows: this.rows }) };
  }
}

/** Returns a DomoError with these details and, if they are not undefined, the other fields. */
export function domoError(message, { code, ...details }, cause, body, existing, isExistingDeleted) {
  const user = existing !== undefined && { [isExistingDeleted ? "existingDeleted" : "existing"]: existing };
  return new DomoError(code, message, { ...details, ...(body !== undefined && { body }), ...user, cause });
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
