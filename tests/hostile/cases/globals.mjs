// Host globals that are broken or missing.
import { response } from "../functions.mjs";
import { revoked } from "./values.mjs";

const refuse = () => {
  throw new Error("a broken global");
};
const g = globalThis;
const broken = (name, poison, expect = ["value", "INTERNAL"], rest = () => ({})) => ({
  name,
  expect,
  make: (kit) => ({ poison, ...rest(kit) }),
});
const retried = () => {
  let asked = 0;
  return async () => (asked++ === 0 ? response("", { status: 503, headers: { "retry-after": "0" } }) : undefined);
};
/** Causes a retry, so that timers and Math.random are used. */
const withRetry = ({ good }) => {
  const first = retried();
  return { config: { maxRetries: 1, fetch: async (url) => (await first()) ?? good(url) } };
};

export const globals = [
  broken("Date.now throws", [[Date, "now", refuse]], "value"),
  broken("Date.now returns a BigInt", [[Date, "now", () => 1n]], "value"),
  broken("Date.now returns a string", [[Date, "now", () => "now"]], "value"),
  broken("Date.now returns NaN", [[Date, "now", () => NaN]], "value"),
  broken("Math.random throws", [[Math, "random", refuse]], "value", withRetry),
  broken("Math.random returns NaN", [[Math, "random", () => NaN]], "value", withRetry),
  broken("Math.random returns a Symbol", [[Math, "random", () => Symbol("s")]], "value", withRetry),
  broken("setTimeout throws", [[g, "setTimeout", refuse]], "value", withRetry),
  broken("setTimeout returns a value that cannot be cleared", [[g, "setTimeout", () => revoked()]], "value"),
  broken("setTimeout calls back at once", [[g, "setTimeout", (call, _, ...rest) => call(...rest)]], "any"),
  broken("clearTimeout throws", [[g, "clearTimeout", refuse]], "value"),
  broken("there are no timers", [[g, "setTimeout"], [g, "clearTimeout"]], "value", withRetry),
  broken("there are no timers and the console throws", [[g, "setTimeout"], [g, "clearTimeout"], [g, "console", { warn: refuse }]], "value", withRetry),
  broken("there is no console", [[g, "console"]], "value"),
  broken("AbortController throws", [[g, "AbortController", class { constructor() { refuse(); } }]], "value"),
  broken("AbortController is missing", [[g, "AbortController"]], "value"),
  broken("AbortController gives no signal", [[g, "AbortController", class { get signal() { return refuse(); } abort() { refuse(); } }]], "value"),
  broken("an abort throws at a time-out", [[g, "AbortController", class { abort() { refuse(); } }]], { createUser: "OUTCOME_UNKNOWN", else: "TIMEOUT" }, () => ({ config: { fetch: () => new Promise(() => {}), timeoutMs: 20 } })),
  broken("Promise.race throws", [[Promise, "race", refuse]]),
  broken("Promise.race returns 42", [[Promise, "race", () => 42]]),
  broken("Promise.resolve throws", [[Promise, "resolve", refuse]], "any"),
  broken("Promise.reject throws", [[Promise, "reject", refuse]], "any", () => ({ options: 7 })),
  broken("JSON.stringify throws", [[JSON, "stringify", refuse]], "any"),
  broken("JSON.parse throws", [[JSON, "parse", refuse]], ["value", "INTERNAL", "INVALID_INPUT", "BAD_RESPONSE"]),
  broken("JSON.parse returns a revoked Proxy", [[JSON, "parse", () => revoked()]], "any"),
  broken("Object.assign throws", [[Object, "assign", refuse]]),
  broken("Object.assign throws as an error is made", [[Object, "assign", refuse]], ["NOT_FOUND", "INTERNAL"], () => ({ config: { fetch: async () => response("", { status: 404 }) } })),
  broken("Object.defineProperty throws as an error is made", [[Object, "defineProperty", refuse]], ["NOT_FOUND", "INTERNAL"], () => ({ config: { fetch: async () => response("", { status: 404 }) } })),
  broken("Object.entries throws", [[Object, "entries", refuse]], "any"),
  broken("Reflect.apply throws", [[Reflect, "apply", refuse]], "any"),
  broken("Reflect.set throws", [[Reflect, "set", refuse]]),
  broken("Array.isArray throws", [[Array, "isArray", refuse]], "any"),
  broken("Array.from throws", [[Array, "from", refuse]], "any"),
  broken("Array.of throws", [[Array, "of", refuse]], "any"),
  broken("String throws", [[g, "String", refuse]], "any"),
  broken("Number.isInteger throws", [[Number, "isInteger", refuse]], "any"),
  broken("Error.captureStackTrace throws", [[Error, "captureStackTrace", refuse]], "NOT_FOUND", () => ({ config: { fetch: async () => response("", { status: 404 }) } })),
  broken("queueMicrotask throws", [[g, "queueMicrotask", refuse]], "value"),
  broken("TextDecoder and TextEncoder are gone", [[g, "TextDecoder"], [g, "TextEncoder"]], "value"),
  broken("FinalizationRegistry is gone", [[g, "FinalizationRegistry"]], "value"),
];
