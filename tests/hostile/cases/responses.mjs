// Values that a host's fetch may return instead of a Response.
import { response } from "../functions.mjs";
import { NO_RECORDS, everyTrapThrows, getter, oddPromise, passesAwait, revoked, textTrap } from "./values.mjs";

/** A create without a response is looked up; if that fails too, the outcome is unknown. */
export const withoutResponse = (code) => ({ createUser: "OUTCOME_UNKNOWN", else: code });
const from = (name, fetch, expect) => ({ name: `fetch ${name}`, expect, make: (kit) => ({ config: { fetch: fetch(kit) } }) });

const noResponses = Object.entries(NO_RECORDS)
  // A Proxy that throws for `then` makes its promise reject, which is a network error.
  .filter(([name]) => !name.includes("Proxy"))
  .flatMap(([name, value]) => [
    from(`returns ${name}`, () => () => value(), withoutResponse("BAD_RESPONSE")),
    from(`resolves to ${name}`, () => async () => value(), withoutResponse("BAD_RESPONSE")),
  ]);

const untouchable = ["a revoked Proxy", "a revoked Proxy of an array", "a revoked Proxy of a function", "a Proxy whose traps throw"].map((name) =>
  from(`returns ${name}`, () => () => NO_RECORDS[name](), withoutResponse("NETWORK")),
);

const STATUSES = [undefined, null, NaN, "200", 1e9, -0, 0, -200, 200.5, 200n, Infinity, Symbol("s"), {}, [200], true, 65_736];
const statuses = STATUSES.map((status) =>
  from(`returns the status ${Object.is(status, -0) ? "-0" : typeof status === "object" ? JSON.stringify(status) : `${String(status)} (${typeof status})`}`,
    () => async () => ({ ...response("1"), status }), withoutResponse("BAD_RESPONSE")),
);
const odd = [1, 100, 199, 300, 600, 999].map((status) =>
  from(`returns the status ${status}`, () => async () => response("1", { status }), status === 300 ? "REDIRECTED" : { createUser: ["BAD_RESPONSE", "OUTCOME_UNKNOWN"], else: "BAD_RESPONSE" }),
);

const TEXTS = {
  "no text()": { text: undefined },
  "a text that is not a function": { text: "body" },
};
const texts = Object.entries(TEXTS).map(([name, rest]) => from(`resolves to a Response with ${name}`, () => async () => response("", rest), withoutResponse("BAD_RESPONSE")));
const badTexts = Object.entries(NO_RECORDS)
  .filter(([name]) => name !== "a string" && !name.includes("Proxy"))
  .map(([name, value]) => from(`has a body whose text() is ${name}`, () => async () => response("", { text: async () => value() }), withoutResponse("BAD_RESPONSE")));

const never = { then() {} };
const refuse = () => {
  throw new Error("refused");
};
const THENABLES = {
  "that throws": [() => ({ then: refuse }), "NETWORK"],
  "that never calls back": [() => never, "TIMEOUT"],
  "whose then is a getter that throws": [() => getter("then", new Error("no")), "NETWORK"],
  "that rejects with another such thenable": [() => ({ then: (_, no) => no(never) }), "NETWORK"],
  "that resolves to one that never calls back": [() => ({ then: (yes) => yes({ then() {} }) }), "TIMEOUT"],
  "that is a function and never calls back": [() => Object.assign(() => {}, never), "TIMEOUT"],
};
const thenables = Object.entries(THENABLES).map(([name, [value, code]]) => from(`returns a thenable ${name}`, () => () => value(), withoutResponse(code)));

const fine = {
  "returns a thenable that calls back twice, the second time with a failure": ({ good }) => (url) => ({ then: (yes, no) => (yes(good(url)), no(new Error("late")), yes(), refuse()) }),
  "returns no promise but the Response itself": ({ on, good }) => (url) => ({ then: (yes) => good(url).then(yes) }),
  "returns status and json() alone": ({ good }) => async (url) => {
    const { status, text } = await good(url);
    const body = await text();
    return { status, json: async () => JSON.parse(body) };
  },
  "returns headers whose get throws": ({ good }) => async (url) => ({ ...(await good(url)), headers: { get: refuse } }),
  "returns no headers": ({ good }) => async (url) => ({ ...(await good(url)), headers: undefined }),
  "returns headers that are a revoked Proxy": ({ good }) => async (url) => ({ ...(await good(url)), headers: revoked() }),
  "returns headers whose get returns a value that is not a string": ({ good }) => async (url) => ({ ...(await good(url)), headers: { get: () => textTrap("") } }),
  "returns a type and redirected that throw": ({ good }) => async (url) => Object.assign(getter("type", 1), Object.assign(Object.create(getter("redirected", 1)), await good(url))),
  "returns a frozen Response": ({ good }) => async (url) => Object.freeze(await good(url)),
  "changes the init object": ({ good }) => (url, init) => {
    for (const key of Object.keys(init)) delete init[key];
    return good(url);
  },
  "changes the headers it was given": ({ good }) => (url, init) => {
    for (const key of Object.keys(init.headers)) init.headers[key] = textTrap("");
    return good(url);
  },
  "calls the package before it returns": ({ good, domoUsers }) => async (url) => {
    await domoUsers.getAllUsers({ baseUrl: "https://proxy.example", fetch: async () => response('{"users":[]}') });
    domoUsers.connect({ baseUrl: "https://proxy.example", fetch: refuse });
    domoUsers.userAttributes({ id: 7 });
    return good(url);
  },
  "is a Proxy of a function": ({ good }) => new Proxy(good, {}),
  "returns a Response of another realm": ({ good, realm }) => async (url) => {
    const { text } = await good(url);
    return new realm.Response(await text(), { status: 200, headers: { "content-type": "application/json" } });
  },
  "returns a promise of another realm": ({ good, realm }) => (url) => new realm.Promise((yes) => yes(good(url))),
};

const lost = {
  "returns an object that await accepts and whose getters throw": [() => async () => passesAwait(), "BAD_RESPONSE"],
  "returns a Response whose text() never settles": [() => async () => response("", { text: () => new Promise(() => {}) }), "TIMEOUT"],
  "returns a Response that has json() alone, which never settles": [() => async () => response("", { text: undefined, json: () => new Promise(() => {}) }), "TIMEOUT"],
  "returns a Response whose text() throws": [() => async () => response("", { text: refuse }), "NETWORK"],
  "returns a Response whose text() rejects with undefined": [() => async () => response("", { text: () => Promise.reject() }), "NETWORK"],
  "returns a Response whose text exists only once": [
    () => async () => {
      let asked = 0;
      return Object.defineProperty(response(""), "text", { get: () => (asked++ === 0 ? async () => "" : undefined) });
    },
    ["NETWORK", "BAD_RESPONSE"],
  ],
  "returns a promise whose constructor throws": [() => () => oddPromise("constructor", { get: refuse }), "NETWORK"],
  "is a Proxy whose apply throws": [() => new Proxy(() => {}, { apply: refuse }), "NETWORK"],
  "is a revoked Proxy of a function": [() => revoked(() => {}), "NETWORK"],
  "is a class": [() => class {}, "NETWORK"],
  "returns a Proxy that takes every trap": [() => async () => everyTrapThrows(), "NETWORK"],
};
const lostOnes = Object.entries(lost).map(([name, [fetch, code]]) => from(name, fetch, withoutResponse(code)));

export const responses = [
  ...noResponses, ...untouchable, ...statuses, ...odd, ...texts, ...badTexts, ...thenables, ...lostOnes,
  ...Object.entries(fine).map(([name, fetch]) => from(name, fetch, "value")),
  from("shows a redirect", () => async () => ({ ...response(""), type: "opaqueredirect", status: 0 }), "REDIRECTED"),
  from("has followed a redirect", ({ good }) => async (url) => ({ ...(await good(url)), redirected: true }), "REDIRECTED"),
  { name: "fetch is missing", expect: "INVALID_CONFIG", make: () => ({ config: { fetch: undefined }, poison: [[globalThis, "fetch"]] }) },
  { name: "fetch is no function", expect: "INVALID_CONFIG", make: () => ({ config: { fetch: undefined }, poison: [[globalThis, "fetch", 42]] }) },
];
