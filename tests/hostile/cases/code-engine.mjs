// Hostile forms of sendRequest of Code Engine: no status, no headers, anything thrown and anything returned.
import { briefly, PROMISING } from "../functions.mjs";
import { NO_RECORDS, everyTrapThrows, getter, oddPromise, passesAwait, revoked, textTrap } from "./values.mjs";
import { withoutResponse } from "./responses.mjs";

const from = (name, sendRequest, expect, rest = {}) => ({
  name: `sendRequest ${name}`,
  expect,
  make: (kit) => ({ raw: ({ fetch, instance, developerToken, ...base }) => ({ ...base, codeengine: { sendRequest: sendRequest(kit) }, ...rest }), ...(expect === "RATE_LIMITED" && briefly(kit)) }),
});
const data = (on) => (path) => (path.includes("/search") ? { users: [] } : structuredClone(PROMISING[on].good));
const refuse = () => {
  throw new Error("refused");
};

const THROWN = {
  "the string 404": ["404", "NOT_FOUND"],
  "the number 404": [404, "NOT_FOUND"],
  "a status as a string": [Object.assign(new Error("x"), { statusCode: "403" }), "FORBIDDEN"],
  "a status in its message": [new Error("Request failed with status code 429"), "RATE_LIMITED"],
  "a status of another realm's kind": [{ response: { status: 401, data: "no" } }, "UNAUTHORIZED"],
  "a status beyond all": [{ status: 1e9 }, "NETWORK"],
  "a status that is a BigInt": [{ status: 404n }, "NETWORK"],
  "a status that is NaN": [{ status: NaN }, "NETWORK"],
  undefined: [undefined, "NETWORK"],
  null: [null, "NETWORK"],
  "a Symbol": [Symbol("404"), "any"],
  "a function": [() => {}, "NETWORK"],
  "an empty object": [{}, "NETWORK"],
  "getters that throw": [getter("status", new Error("no")), "any"],
  "a response that throws": [Object.assign(getter("response", 1), { status: 404 }), "NOT_FOUND"],
  "data that throws": [{ status: 404, response: getter("data", 1) }, "NOT_FOUND"],
  "data that is a trap": [{ status: 404, response: { data: textTrap("") } }, "NOT_FOUND"],
  "data that is a circle": [{ status: 404, data: NO_RECORDS["a circle"]() }, "NOT_FOUND"],
  "data with __proto__": [{ status: 404, data: JSON.parse('{"__proto__":{"polluted":1}}') }, "NOT_FOUND"],
  "data that is a revoked Proxy": [{ status: 404, data: revoked([]) }, "NOT_FOUND"],
  "headers that throw": [{ status: 404, response: { headers: { get: refuse } } }, "NOT_FOUND"],
  "a revoked Proxy": [revoked(), "NETWORK"],
  "a revoked Proxy of an array": [revoked([]), "NETWORK"],
  "a Proxy whose traps throw": [everyTrapThrows(), "NETWORK"],
};
const ways = { "throws at once": (what) => () => { throw what; }, "rejects with": (what) => () => Promise.reject(what) };
const certain = ["REDIRECTED", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "RATE_LIMITED"];
const expected = (code) => (certain.includes(code) ? code : code === "any" ? "any" : withoutResponse(code));

/** Responses, and the functions that may accept them. */
const { "a revoked Proxy": _, "a revoked Proxy of an array": __, "a revoked Proxy of a function": ___, "a Proxy whose traps throw": ____, ...PLAIN } = NO_RECORDS;
const BAD = ["BAD_RESPONSE", "NOT_FOUND"];
const answered = (fits) => ({ ...Object.fromEntries(fits.map((name) => [name, ["value"]])), else: BAD });
const ANSWERED = {
  "a false success": [() => ({ status: 404, message: "x" }), { else: "NOT_FOUND" }],
  "a false success of 500": [() => ({ statusCode: "500" }), { createUser: "OUTCOME_UNKNOWN", else: "SERVER_ERROR" }],
  HTML: [() => "<html>", { else: "BAD_RESPONSE" }],
  "what await takes and refuses all else": [() => passesAwait(), { request: "value", else: BAD }],
  "users whose traps throw": [() => ({ users: everyTrapThrows([{ id: 7 }]) }), { request: "value", else: [...BAD, "value"] }],
  "users that are a revoked Proxy": [() => ({ users: revoked([]) }), { request: "value", else: BAD }],
  "users that throw": [() => getter("users", new Error("no")), { request: "value", else: BAD }],
  "a user whose id is a BigInt": [() => ({ id: 7n, users: [{ id: 7n }] }), { request: "value", getAllUsers: "value", else: BAD }],
  "a user whose id throws": [() => ({ ...Object.create(null, { id: { get: refuse, enumerable: false } }), users: [getter("id", 1)] }), { request: "value", getAllUsers: "value", else: BAD }],
  "a user that is a thenable": [() => ({ users: [{ id: 7, then() {} }] }), { request: "value", getAllUsers: "value", else: BAD }],
  "a user whose then throws": [() => ({ users: [Object.defineProperty({ id: 7 }, "then", { get: refuse })] }), { request: "value", getAllUsers: "value", getUserById: ["BAD_RESPONSE"], else: BAD }],
  "users that are a thenable": [() => ({ users: Object.assign([{ id: 7 }], { then() {} }) }), { request: "value", getUserById: "value", getAllUsers: "value", else: BAD }],
  "a thenable that shows itself late": [
    () => {
      let asked = 0;
      return Object.defineProperty({ id: 7, roleId: 4 }, "then", { get: () => (asked++ < 1 ? undefined : () => {}) });
    },
    withoutResponse(["TIMEOUT", "BAD_RESPONSE"]),
  ],
  "a user whose fields throw": [() => Object.defineProperty({ id: 7, roleId: 4 }, "displayName", { enumerable: true, get: refuse }), "any"],
  "a user that is a circle": [() => Object.assign(NO_RECORDS["a circle"](), { id: 7, roleId: 4 }), answered(["createUser", "updateUser", "request"])],
  "a user of 40 levels": [() => ({ id: 7, roleId: 4, deep: JSON.parse("[".repeat(40) + "]".repeat(40)) }), answered(["createUser", "updateUser", "request"])],
  "a Map": [() => new Map([["users", []]]), answered(["request"])],
};

export const codeEngine = [
  ...Object.entries(ways).flatMap(([way, made]) => Object.entries(THROWN).map(([name, [what, code]]) => from(`${way} ${name}`, () => made(what), expected(code)))),
  ...Object.entries(PLAIN).map(([name, value]) => from(`returns ${name}`, () => async () => value(), { request: name === "a string" ? "BAD_RESPONSE" : "value", deleteUser: ["value", "BAD_RESPONSE"], else: BAD })),
  ...Object.entries(ANSWERED).map(([name, [value, expect]]) => from(`returns ${name}`, () => async () => value(), expect)),
  from("never settles", () => () => new Promise(() => {}), withoutResponse("TIMEOUT")),
  from("returns a thenable that never calls back", () => () => ({ then() {} }), withoutResponse("TIMEOUT")),
  from("returns a thenable that throws", () => () => ({ then: refuse }), withoutResponse("NETWORK")),
  from("returns a promise whose constructor throws", () => () => oddPromise("constructor", { get: refuse }), withoutResponse("NETWORK")),
  from("is a revoked Proxy", () => revoked(() => {}), withoutResponse("NETWORK")),
  from("returns data of another realm", ({ on, realm }) => async (_, path) => realm.JSON.parse(JSON.stringify(data(on)(path))), "value"),
  from("returns frozen data", ({ on }) => async (_, path) => Object.freeze(data(on)(path)), "value"),
  from("changes what it is given", ({ on }) => async (_, path, body, headers) => {
    for (const given of [body, headers]) for (const key of Object.keys(given ?? {})) delete given[key];
    return data(on)(path);
  }, "value"),
  from("calls the package", ({ on, domoUsers }) => async (_, path) => {
    await domoUsers.deleteUser({ codeengine: { sendRequest: async () => 1 } }, 7);
    return data(on)(path);
  }, "value"),
  {
    name: "sendRequest is there once only",
    expect: withoutResponse(["value", "NETWORK"]),
    make: ({ on }) => ({
      raw: () => {
        let asked = 0;
        return { maxRetries: 0, timeoutMs: 100, codeengine: Object.defineProperty({}, "sendRequest", { get: () => (asked++ === 0 ? async (_, path) => data(on)(path) : undefined) }) };
      },
    }),
  },
];
