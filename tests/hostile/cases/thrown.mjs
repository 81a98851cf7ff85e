// Values that a host may throw or reject with: anything, also with the token in the message.
import { getter, revoked, textTrap, everyTrapThrows } from "./values.mjs";
import { withoutResponse } from "./responses.mjs";

const THROWN = {
  undefined: () => undefined,
  null: () => null,
  "a string": ({ token }) => `invalid header ${token}`,
  "a Symbol": ({ token }) => Symbol(token),
  "a BigInt": () => 42n,
  NaN: () => NaN,
  "a function": () => () => {},
  "an empty object": () => ({}),
  "a null-prototype object": () => Object.create(null),
  "a frozen Error": ({ token }) => Object.freeze(new Error(token)),
  "an Error that quotes the token everywhere": ({ token }) =>
    Object.assign(new Error(`bad ${token}`, { cause: Object.assign(new Error(token), { code: token }) }), { name: token, code: token, stack: token, config: { headers: { token } } }),
  "an Error whose words are cut inside the token": ({ token }) =>
    new Error("x".repeat(1990) + token, { cause: Object.assign(new Error("y".repeat(1985) + token), { code: "z".repeat(1990) + token }) }),
  "an Error of another realm": ({ token, realm }) => new realm.Error(token),
  "an Error whose message throws": ({ token }) => Object.defineProperties(new Error("x"), Object.getOwnPropertyDescriptors(getter("message", new Error(token)))),
  "an Error whose cause throws": ({ token }) => Object.defineProperties(new Error("x"), Object.getOwnPropertyDescriptors(getter("cause", new Error(token)))),
  "an Error whose conversions throw": ({ token }) => Object.assign(new Error("x"), textTrap(token), { message: textTrap(token), name: textTrap(token), code: textTrap(token) }),
  "an Error that is its own cause": () => {
    const error = new Error("round");
    return Object.assign(error, { cause: error });
  },
  "an Error of a million letters": ({ token }) => new Error(`${token} ${"é".repeat(1e6)}${token}`),
  "an Error with lone surrogates": ({ token }) => new Error(`\ud800${token}\udc00`),
  "what looks like a DomoError": ({ token }) => ({ name: "DomoError", code: "NOT_FOUND", message: token }),
  "a revoked Proxy": () => revoked(),
  "a revoked Proxy of an array": () => revoked([]),
  "a revoked Proxy of an Error": () => revoked(new Error("x")),
  "a Proxy whose traps throw": () => everyTrapThrows(),
  "a thenable": () => ({ then() {} }),
  "an AbortError without an abort": () => Object.assign(new Error("aborted"), { name: "AbortError" }),
};
const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

const ways = {
  "throws at once": (what) => () => {
    throw what;
  },
  "rejects with": (what) => () => Promise.reject(what),
  "returns a body that rejects with": (what) => async () => ({ status: 200, headers: {}, text: () => Promise.reject(what) }),
};

export const thrown = [
  ...Object.entries(ways).flatMap(([way, made]) =>
    Object.entries(THROWN).map(([name, what]) => ({
      name: `fetch ${way} ${name}`,
      expect: withoutResponse("NETWORK"),
      make: (kit) => ({ config: { fetch: made(what(kit)) } }),
    })),
  ),
  { name: "fetch gets a refused connection", expect: "NETWORK", make: () => ({ config: { fetch: () => Promise.reject(refused) } }) },
];
