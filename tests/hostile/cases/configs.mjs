// Invalid and hostile configurations and options.
import { ALL } from "../functions.mjs";
import { NO_RECORDS, everyTrapThrows, getter, textTrap } from "./values.mjs";

const WITH_CONNECT = [...ALL, "connect"];
const FIELDS = ["instance", "baseUrl", "developerToken", "codeengine", "axios", "fetch", "headers", "timeoutMs", "maxRetries", "onEvent", "allowBrowserToken"];
const from = (name, raw, expect) => ({ name: `a configuration ${name}`, on: WITH_CONNECT, expect, make: (kit) => ({ raw: (base) => raw(base, kit) }) });
const withOptions = (name, options, expect) => ({ name: `options ${name}`, expect, make: (kit) => ({ options: options(kit) }) });
const enter = (name, thrown) => Object.getOwnPropertyDescriptors(getter(name, thrown));

const noConfigs = Object.entries(NO_RECORDS).map(([name, value]) => from(`that is ${name}`, () => value(), "INVALID_CONFIG"));

const RECORDS = ["an empty object", "an empty array", "a null-prototype object", "a circle", "an Invalid Date"];
const FUNCTIONS = ["a function", "a revoked Proxy of a function"]; // its type is visible, but not that it is revoked
const TAKEN_BY = {
  instance: ["a string"], developerToken: ["a string", ...FUNCTIONS], fetch: FUNCTIONS, onEvent: FUNCTIONS, headers: RECORDS,
  timeoutMs: ["a number"], maxRetries: ["a number"], allowBrowserToken: ["true"],
};
/** Each field in turn has each invalid value; `undefined` counts as absent. The only accepted error is INVALID_CONFIG. */
const wrongFields = Object.entries(NO_RECORDS)
  .filter(([name]) => name !== "undefined")
  .flatMap(([name, value]) =>
    FIELDS.map((field) => ({
      name: `a configuration whose ${field} is ${name}`,
      on: ["connect", "getAllUsers"],
      expect: TAKEN_BY[field]?.includes(name) ? "any" : "INVALID_CONFIG",
      make: () => ({ config: { [field]: value() } }),
    })),
  );

const values = {
  "that is frozen": (base) => Object.freeze({ ...base }),
  "without a prototype": (base) => Object.assign(Object.create(null), base),
  "whose fields are inherited": (base) => Object.create(base),
  "that is a Proxy": (base) => new Proxy(base, {}),
  "that is an array with fields": (base) => Object.assign([], base),
  "with symbols, and names that stand for nothing": (base) => ({ ...base, then: undefined, constructor: undefined, [Symbol("s")]: 1 }),
  "whose headers have no prototype": (base) => ({ ...base, headers: Object.assign(Object.create(null), { "x-a": "1" }) }),
  "whose headers are a Map": (base) => ({ ...base, headers: new Map([["x-a", "1"]]) }),
  "whose headers hold __proto__": (base) => ({ ...base, headers: JSON.parse('{"__proto__":"1"}') }),
};
const refused = {
  "with conversions that throw": (base, { token }) => ({ ...base, ...textTrap(token) }),
  "with fields it does not know": (base) => ({ ...base, ["__proto__x"]: 1, constructor: 1, then: undefined, [Symbol("s")]: 1 }),
  "with a getter that throws the token": (base, { token }) => Object.defineProperties({ ...base }, enter("instance", new Error(token))),
  "with a token getter that throws the token": (base, { token }) => Object.defineProperties({ ...base }, enter("developerToken", new Error(token))),
  "with a token that holds a line break": (base, { token }) => ({ ...base, developerToken: `${token}\r\nx: y` }),
  "with a token that holds NUL": (base, { token }) => ({ ...base, developerToken: `${token}\0` }),
  "with a token beyond Latin-1": (base, { token }) => ({ ...base, developerToken: `${token}\u0142` }),
  "with a token of lone surrogates": (base, { token }) => ({ ...base, developerToken: `${token}\ud800` }),
  "with a token in a String object": (base, { token }) => ({ ...base, developerToken: new String(token) }),
  "with a token in an array": (base, { token }) => ({ ...base, developerToken: [token] }),
  "with a header that holds token and line break": (base, { token }) => ({ ...base, headers: { "x-a": `${token}\n` } }),
  "with the token's own header": (base, { token }) => ({ ...base, headers: { "X-Domo-Developer-Token": token } }),
  "with headers whose getter throws": (base, { token }) => ({ ...base, headers: getter("x-a", new Error(token)) }),
  "with headers whose entries never end": (base) => ({
    ...base,
    headers: {
      *entries() {
        for (let at = 0; ; at++) yield [`x-${at}`, "1"];
      },
    },
  }),
  "with headers whose entries throw": (base) => ({ ...base, headers: { entries: () => everyTrapThrows() } }),
  "with headers whose entries are numbers": (base) => ({ ...base, headers: { entries: () => [1, 2] } }),
  "with headers of Symbols": (base) => ({ ...base, headers: new Map([[Symbol("s"), "1"]]) }),
  "with headers whose names are traps": (base, { token }) => ({ ...base, headers: new Map([[textTrap(token), "1"]]) }),
  "with a baseUrl that is a trap": (base, { token }) => ({ ...base, instance: undefined, baseUrl: textTrap(token) }),
  "with a baseUrl whose href throws": (base, { token }) => ({ ...base, instance: undefined, baseUrl: getter("href", new Error(token)) }),
  "with a baseUrl that holds a password": (base, { token }) => ({ ...base, instance: undefined, baseUrl: `https://me:${token}@host` }),
  "with an instance of a million letters": (base) => ({ ...base, instance: "a".repeat(1e6) }),
  "with an instance that leads elsewhere": (base) => ({ ...base, instance: "acme.evil.example/" }),
  "with a codeengine whose sendRequest throws": (base, { token }) => ({ ...base, instance: undefined, fetch: undefined, codeengine: getter("sendRequest", new Error(token)) }),
  "with a timeoutMs that is a trap": (base, { token }) => ({ ...base, timeoutMs: textTrap(token) }),
};

const { undefined: _, ...NO_OPTIONS } = NO_RECORDS;
const TAKEN = ["an empty object", "an empty array", "a null-prototype object", "a sparse array", "a circle", "an array nested 100,000 deep", "an Invalid Date"];
/** Values with fields: no function has options with such names. */
const HOLDING = ["a sparse array", "a circle", "an array nested 100,000 deep"];
const noOptions = Object.entries(NO_OPTIONS).map(([name, value]) =>
  withOptions(`that are ${name}`, () => value(), TAKEN.includes(name) && !HOLDING.includes(name) ? "value" : "INVALID_INPUT"));
const wrongOptions = ["timeoutMs", "maxRetries", "headers", "signal"].flatMap((field) =>
  Object.entries(NO_OPTIONS).map(([name, value]) => withOptions(`whose ${field} is ${name}`, () => ({ [field]: value() }),
    (field === "headers" && TAKEN.includes(name)) || (field !== "signal" && field !== "headers" && name === "a number") ? ["value", "INVALID_INPUT"] : "INVALID_INPUT")),
);
const parts = Object.entries(NO_OPTIONS).map(([name, value]) => ({
  name: `parts that are ${name}`,
  on: ["getUserById", "getAllUsers"],
  expect: name === "an empty array" ? ["value", "INVALID_INPUT"] : "INVALID_INPUT",
  make: () => ({ options: { parts: value() } }),
}));

export const configs = [
  ...noConfigs,
  ...Object.entries(values).map(([name, raw]) => from(name, raw, "value")),
  ...Object.entries(refused).map(([name, raw]) => from(name, raw, "INVALID_CONFIG")),
  ...FIELDS.map((field) => from(`whose ${field} getter throws`, (base, { token }) => Object.defineProperties({ ...base }, enter(field, new Error(token))), "INVALID_CONFIG")),
  ...wrongFields,
  ...noOptions,
  ...wrongOptions,
  ...parts,
  withOptions("that are frozen", () => Object.freeze({ timeoutMs: 50 }), "value"),
  withOptions("whose getter throws the token", ({ token }) => getter("timeoutMs", new Error(token)), "INVALID_INPUT"),
  withOptions("with the token's own header", ({ token }) => ({ headers: { "x-domo-developer-token": token } }), "INVALID_INPUT"),
  withOptions("with a header that is split", ({ token }) => ({ headers: { "x-a": `a\r\n${token}` } }), "INVALID_INPUT"),
  {
    name: "a connected object in place of a configuration",
    expect: "value",
    make: ({ domoUsers }) => ({ raw: (base) => domoUsers.connect(base) }),
  },
  {
    name: "a copy of a connected object",
    expect: "INVALID_CONFIG",
    make: ({ domoUsers }) => ({ raw: (base) => ({ ...domoUsers.connect(base) }) }),
  },
  {
    name: "a Proxy of a connected object",
    expect: "INVALID_CONFIG",
    make: ({ domoUsers }) => ({ raw: (base) => new Proxy(domoUsers.connect(base), {}) }),
  },
];
