// developerToken as a hostile function.
import { response } from "../functions.mjs";
import { NO_RECORDS, everyTrapThrows, getter, revoked, textTrap } from "./values.mjs";

const from = (name, developerToken, expect = "INVALID_CONFIG", rest = () => ({})) => ({
  name: `a token function that ${name}`,
  expect,
  make: (kit) => ({ config: { developerToken: developerToken(kit), ...rest(kit) } }),
});
const refuse = (what) => () => {
  throw what;
};

export const tokens = [
  ...Object.entries(NO_RECORDS)
    .filter(([name]) => name !== "a string")
    .map(([name, value]) => from(`returns ${name}`, () => () => value())),
  from("throws the token", ({ token }) => refuse(new Error(token))),
  from("throws a revoked Proxy", () => refuse(revoked())),
  from("throws a Symbol", ({ token }) => refuse(Symbol(token))),
  from("rejects with the token", ({ token }) => () => Promise.reject(token)),
  from("rejects with a Proxy", () => () => Promise.reject(everyTrapThrows())),
  from("returns a string with a line break", ({ token }) => () => `${token}\n`),
  from("returns an empty string", () => () => ""),
  from("returns a String object", ({ token }) => () => new String(token)),
  from("returns a trap", ({ token }) => () => textTrap(token)),
  from("returns a thenable that throws the token", ({ token }) => () => ({ then: refuse(new Error(token)) })),
  from("returns a thenable whose then throws", ({ token }) => () => getter("then", token)),
  from("never settles", () => () => new Promise(() => {}), { createUser: ["TIMEOUT", "OUTCOME_UNKNOWN"], else: "TIMEOUT" }),
  from("returns a thenable that never calls back", () => () => ({ then() {} }), { createUser: ["TIMEOUT", "OUTCOME_UNKNOWN"], else: "TIMEOUT" }),
  from("returns a thenable that calls back twice", ({ token }) => () => ({ then: (yes, no) => (yes(token), no(token), yes("other")) }), "value"),
  from("calls the package", ({ token, domoUsers }) => async () => {
    await domoUsers.getAllUsers({ baseUrl: "https://proxy.example", fetch: async () => response('{"users":[]}') });
    return token;
  }, "value"),
  from("is a revoked Proxy", () => revoked(() => {})),
  from("returns another token at the retry, and the server echoes the first", ({ token }) => {
    const all = [token, "another-token-altogether"];
    return () => all.shift() ?? "a-third-token";
  }, ["REQUEST_REJECTED"], ({ token }) => {
    let asked = 0;
    return { maxRetries: 1, fetch: async () => (asked++ === 0 ? response("", { status: 429, headers: { "retry-after": "0" } }) : response(`old: ${token}`, { status: 400 })) };
  }),
  {
    name: "a token in the user that has the e-mail address",
    on: ["createUser"],
    expect: "CONFLICT",
    make: ({ token }) => ({
      config: {
        fetch: async (url) =>
          /\/search/.test(url)
            ? response(JSON.stringify({ users: [{ id: 8, emailAddress: "jane@example.com", displayName: token, attributes: [{ key: token, values: [token] }] }] }))
            : response("", { status: 409 }),
      },
      check: ({ error }) => (error?.existing?.id === 8 ? "" : "without the user"),
    }),
  },
  from("returns another token at the retry, which the server echoes", ({ token }) => {
    const all = ["the-first-token-of-all", token];
    return () => all.shift() ?? token;
  }, "any", ({ token }) => {
    let asked = 0;
    return { maxRetries: 1, fetch: async () => (asked++ === 0 ? response("", { status: 429, headers: { "retry-after": "0" } }) : response(`old: ${token}`, { status: 400 })) };
  }),
];
