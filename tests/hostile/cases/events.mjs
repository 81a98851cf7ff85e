// onEvent: its errors are ignored.
import { briefly, response } from "../functions.mjs";
import { NO_RECORDS, getter, oddPromise, revoked } from "./values.mjs";

const refuse = () => {
  throw new Error("refused");
};
const HANDLERS = {
  throws: refuse,
  "throws undefined": () => {
    throw undefined;
  },
  "throws a revoked Proxy": () => {
    throw revoked();
  },
  rejects: async () => refuse(),
  "rejects with a Symbol": () => Promise.reject(Symbol("s")),
  "rejects late": () => new Promise((_, no) => setTimeout(no, 20, new Error("late"))),
  "never settles": () => new Promise(() => {}),
  "returns a thenable that throws": () => ({ then: refuse }),
  "returns a thenable that rejects": () => ({ then: (_, no) => no(new Error("no")) }),
  "returns a function with a then that throws": () => Object.assign(() => {}, { then: refuse }),
  "returns a getter of then that throws": () => getter("then", 1),
  "returns a promise whose constructor throws": () => oddPromise("constructor", { get: refuse }),
  "returns a promise whose then throws": () => oddPromise("then", { value: refuse }),
  "changes the event": (event) => {
    for (const key of Object.keys(event)) delete event[key];
    Object.freeze(event);
  },
};

export const events = [
  ...Object.entries(HANDLERS).map(([name, onEvent]) => ({ name: `onEvent ${name}`, expect: "value", make: () => ({ config: { onEvent } }) })),
  ...Object.entries(NO_RECORDS).map(([name, value]) => ({ name: `onEvent returns ${name}`, expect: "value", make: () => ({ config: { onEvent: () => value() } }) })),
  { name: "onEvent is a revoked Proxy of a function", expect: "value", make: () => ({ config: { onEvent: revoked(() => {}) } }) },
  {
    name: "onEvent enters the package again",
    expect: "value",
    make: ({ domoUsers }) => ({
      config: {
        onEvent: () => {
          domoUsers.connect({ baseUrl: "https://proxy.example", fetch: refuse });
          return domoUsers.getAllUsers({ baseUrl: "https://proxy.example", fetch: async () => response('{"users":[]}') });
        },
      },
    }),
  },
  {
    name: "onEvent throws at a retry",
    expect: "RATE_LIMITED",
    make: (kit) => ({ config: { onEvent: refuse, maxRetries: 2, fetch: async () => response("", { status: 429, headers: { "retry-after": "0" } }) }, ...briefly(kit) }),
  },
];
