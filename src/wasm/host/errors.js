// Errors: what a host threw, and ours.
import { get } from "./values.js";

// As they were when we were loaded: an error must come about whatever was done to them since.
const { assign, defineProperty } = Object;

/** Any value as text, not more than 2,000 characters of it; "" where it throws or is no scalar. */
function words(value) {
  const scalar = value !== null && typeof value !== "object" && typeof value !== "function" && value !== undefined;
  return scalar ? String(value).slice(0, 2000) : "";
}

/** What a host threw: [name, message, code, its cause's message, its cause's code]. */
export function describeThrown(thrown) {
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
  hide(error, "stack", name ? `${name}: ${message}` : message);
  return error;
}

/** What the module's panic hook recorded and nobody has taken yet. */
let panic;

/** Keeps the description of a panic; the trap that follows at once makes the loader take it. */
export function recordPanic(words) {
  panic = words;
}

/** Returns the description of the panic that ended the module, once; undefined if it was no panic. */
export function takePanic() {
  const words = panic;
  panic = undefined;
  return words;
}
