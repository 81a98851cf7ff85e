// Hostile forms of axios. Its errors contain the configuration, and so the token.
import { PROMISING } from "../functions.mjs";
import { NO_RECORDS, everyTrapThrows, getter, oddPromise, passesAwait, revoked } from "./values.mjs";
import { withoutResponse } from "./responses.mjs";

const from = (name, axios, expect) => ({
  name: `axios ${name}`,
  expect,
  make: (kit) => ({ config: { fetch: undefined, axios: axios(kit) } }),
});
const good = (on) => async ({ url }) => ({ status: 200, headers: {}, data: JSON.stringify(url.includes("/search") ? { users: [] } : PROMISING[on].good) });
const refuse = () => {
  throw new Error("refused");
};
const axiosError = (config, rest = {}) => Object.assign(new Error(`Request failed ${JSON.stringify(config.headers)}`), { name: "AxiosError", code: "ERR_X", config, request: { config }, ...rest });

const { "a revoked Proxy": _, "a revoked Proxy of an array": __, "a revoked Proxy of a function": ___, "a Proxy whose traps throw": ____, ...PLAIN } = NO_RECORDS;
const STATUSES = [undefined, null, NaN, "200", 1e9, -1, 200n, 200.5, Symbol("s"), {}];

export const axios = [
  ...Object.entries(PLAIN).map(([name, value]) => from(`returns ${name}`, () => async () => value(), withoutResponse("BAD_RESPONSE"))),
  ...STATUSES.map((status) => from(`returns the status ${String(status)} (${typeof status})`, () => async () => ({ status, data: "1" }), withoutResponse("BAD_RESPONSE"))),
  ...Object.entries(PLAIN).map(([name, value]) => from(`gives data that is ${name}`, () => async () => ({ status: 200, data: value() }), { deleteUser: ["value", "BAD_RESPONSE"], request: ["value", "BAD_RESPONSE"], else: ["BAD_RESPONSE", "NOT_FOUND"] })),
  from("returns data that is a revoked Proxy", () => async () => ({ status: 200, data: revoked([]) }), { request: "any", else: ["BAD_RESPONSE", "NOT_FOUND"] }),
  from("returns data whose users are a revoked Proxy", () => async () => ({ status: 200, data: { users: revoked([]) } }), { request: "value", else: ["BAD_RESPONSE", "NOT_FOUND"] }),
  from("returns a user that is a thenable", () => async () => ({ status: 200, data: { id: 7, roleId: 4, users: [{ id: 7, then() {} }], then() {} } }), { getAllUsers: "value", else: ["BAD_RESPONSE", "NOT_FOUND"] }),
  from("returns a data getter that throws", () => async () => Object.assign(getter("data", 1), { status: 200 }), ["value", "BAD_RESPONSE", "NOT_FOUND"]),
  from("throws at once", () => refuse, withoutResponse("NETWORK")),
  from("throws an error that carries the token", () => (config) => { throw axiosError(config); }, withoutResponse("NETWORK")),
  from("rejects for a status, the token everywhere", ({ token }) => async (config) => { throw axiosError(config, { response: { status: 400, data: { message: token }, headers: { "x-request-id": token }, config } }); }, "REQUEST_REJECTED"),
  from("rejects with a response that is a Proxy", () => async (config) => { throw axiosError(config, { response: everyTrapThrows() }); }, withoutResponse("BAD_RESPONSE")),
  from("rejects with a response that throws", () => async (config) => { throw Object.defineProperty(axiosError(config), "response", { get: refuse }); }, withoutResponse("NETWORK")),
  from("rejects with a revoked Proxy", () => () => Promise.reject(revoked()), withoutResponse("NETWORK")),
  from("never settles", () => () => new Promise(() => {}), withoutResponse("TIMEOUT")),
  from("returns a thenable that throws", () => () => ({ then: refuse }), withoutResponse("NETWORK")),
  from("returns a promise whose constructor throws", () => () => oddPromise("constructor", { get: refuse }), withoutResponse("NETWORK")),
  from("returns an object that throws for everything but await", () => async () => passesAwait(), withoutResponse("BAD_RESPONSE")),
  from("returns headers that throw", ({ on }) => async (config) => ({ ...(await good(on)(config)), headers: { get: refuse } }), "value"),
  from("changes the configuration it is given", ({ on }) => async (config) => {
    const answer = await good(on)(config);
    for (const key of Object.keys(config.headers)) delete config.headers[key];
    for (const key of Object.keys(config)) delete config[key];
    return answer;
  }, "value"),
  from("returns parsed data of another realm", ({ on, realm }) => async (config) => {
    const { data } = await good(on)(config);
    return { status: 200, headers: {}, data: realm.JSON.parse(data) };
  }, "value"),
];
