// Aborts in every phase, with every reason, and values that are not signals.
import { response } from "../functions.mjs";
import { everyTrapThrows, getter, revoked } from "./values.mjs";
import { withoutResponse } from "./responses.mjs";

const never = () => new Promise(() => {});

/** Phase → the configuration that aborts in it. */
const PHASES = {
  before: (abort) => (abort(), {}),
  "in the token function": (abort) => ({ developerToken: () => (abort(), never()) }),
  "as the token is there": (abort, { token }) => ({ developerToken: async () => (abort(), token) }),
  "in fetch, which never settles": (abort) => ({ fetch: () => (abort(), never()) }),
  "in fetch, which returns a response": (abort, { good }) => ({ fetch: (url) => (abort(), good(url)) }),
  "inside fetch, which throws": (abort) => ({
    fetch: () => {
      abort();
      throw new Error("late");
    },
  }),
  "while headers come": (abort) => ({ fetch: () => (queueMicrotask(abort), never()) }),
  "while the body comes": (abort) => ({ fetch: async () => response("", { text: () => (abort(), never()) }) }),
  "as the body is there": (abort) => ({ fetch: async () => response("", { text: async () => (abort(), "garbage") }) }),
  "as the host's own signal": (abort) => ({
    fetch: (_, { signal }) => new Promise((_, no) => (signal?.addEventListener("abort", () => no(new Error("the host's own words"))), abort())),
  }),
  "between retries": (abort) => ({
    maxRetries: 5,
    fetch: async () => response("", { status: 429, headers: { "retry-after": "30" } }),
    onEvent: ({ type }) => type === "retry" && queueMicrotask(abort),
  }),
  "in onEvent of a retry": (abort) => ({
    maxRetries: 5,
    fetch: async () => response("", { status: 429, headers: { "retry-after": "30" } }),
    onEvent: ({ type }) => type === "retry" && abort(),
  }),
  "in onEvent of the request": (abort) => ({ fetch: never, onEvent: () => abort() }),
};
const REASONS = {
  "a string": () => "enough",
  null: () => null,
  zero: () => 0,
  "a Symbol": () => Symbol("enough"),
  "a frozen object": () => Object.freeze({ name: "DomoError", code: "MINE" }),
  "a revoked Proxy": () => revoked(),
  "a Proxy whose traps throw": () => everyTrapThrows(),
  "a thenable": () => ({ then() {} }),
  "an Error of another realm": ({ realm }) => new realm.Error("enough"),
};

const phases = Object.entries(PHASES).map(([name, config]) => ({
  name: `aborted ${name}`,
  expect: "reason",
  make: (kit) => {
    const controller = new AbortController();
    const reason = { is: { mine: true } };
    return { config: config(() => controller.abort(reason.is), kit), options: { signal: controller.signal }, reason };
  },
}));
const reasons = Object.entries(REASONS).map(([name, made]) => ({
  name: `aborted with ${name}`,
  expect: "reason",
  make: (kit) => {
    const controller = new AbortController();
    const reason = { is: made(kit) };
    return { config: { fetch: () => (controller.abort(reason.is), never()) }, options: { signal: controller.signal }, reason };
  },
}));

/** An object with the form of a signal. */
const signal = (rest) => Object.defineProperties({ aborted: false, addEventListener() {}, removeEventListener() {} }, Object.getOwnPropertyDescriptors(rest));
const refuse = () => {
  throw new Error("refused");
};
const HARMLESS = {
  "whose addEventListener throws": () => signal({ addEventListener: refuse }),
  "whose removeEventListener throws": () => signal({ removeEventListener: refuse }),
  "whose aborted getter throws": () => signal(getter("aborted", new Error("no"))),
  "whose removeEventListener is missing": () => signal({ removeEventListener: undefined }),
  "that never lets go": () => signal({ addEventListener: (_, listener) => setTimeout(listener, 150), removeEventListener() {} }),
};
const CALLS_BACK = {
  "that calls its listener at once with a thenable that never calls back": (listener) => listener({ then() {} }),
  "that calls its listener at once with nothing": (listener) => listener(),
  "that calls its listener with a revoked Proxy": (listener) => listener(revoked()),
  "that calls its listener with itself": (listener) => listener(listener),
  "that calls its listener with an array like a response": (listener) => listener([200, {}, "{}"]),
  "that calls its listener a thousand times": (listener) => Array.from({ length: 1000 }, () => listener(1)),
};

export const signals = [
  ...phases,
  ...reasons,
  ...Object.entries(HARMLESS).map(([name, made]) => ({ name: `a signal ${name}`, expect: "value", make: () => ({ options: { signal: made() } }) })),
  ...Object.entries(CALLS_BACK).map(([name, call]) => ({
    name: `a signal ${name}, though it is not aborted`,
    expect: withoutResponse("TIMEOUT"),
    make: () => ({ config: { fetch: never }, options: { signal: signal({ addEventListener: (_, listener) => call(listener) }) } }),
  })),
  {
    name: "a signal whose reason getter throws",
    make: () => ({ options: { signal: Object.defineProperty(signal({ aborted: true }), "reason", { get: refuse }) }, own: "AbortError" }),
    expect: "AbortError",
  },
  {
    name: "a signal of a host that knows no reasons",
    make: () => ({ options: { signal: signal({ aborted: true }) }, own: "AbortError" }),
    expect: "AbortError",
  },
  {
    name: "a signal of another realm",
    expect: "reason",
    make: ({ realm }) => {
      const controller = new (realm.AbortController ?? AbortController)();
      const reason = { is: { theirs: true } };
      return { config: { fetch: () => (controller.abort(reason.is), never()) }, options: { signal: controller.signal }, reason };
    },
  },
];
