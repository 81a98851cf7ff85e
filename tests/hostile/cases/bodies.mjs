// Bodies that no instance should send, with a 200 and with error statuses.
import { briefly, ALL, response } from "../functions.mjs";

const text = (body) => () => body;
const bytes = (...list) => () => new TextDecoder().decode(Uint8Array.from(list)); // as text() decodes them

const GARBAGE = {
  HTML: text("<!DOCTYPE html><title>Log in</title>"),
  "cut off JSON": text('{"users":[{"id":7,"displayName":"Ja'),
  "bytes that are not UTF-8": bytes(0x7b, 0xff, 0xfe, 0xc0, 0x80, 0x7d),
  "two documents": text("{}{}"),
  "a lone surrogate": text('{"id":\ud800}'),
  "a million letters": text("x".repeat(1e6)),
  "only a byte order mark and half of JSON": text("\ufeff{"),
  "nested 100,000 deep and cut off": text("[".repeat(100_000)),
  "control characters": text("\0\x1b[2J\r\n\x07"),
};
const OTHERS = {
  "1": { value: "1", fits: ["deleteUser", "request"] },
  null: { value: "null", fits: ["request"] },
  "[]": { value: "[]", fits: ["request"] },
  true: { value: "true", fits: ["request"] },
  "a string": { value: '"gone"', fits: ["request"] },
  "nested 100,000 deep": { value: "[".repeat(100_000) + "]".repeat(100_000), fits: ["request"] },
  "objects nested 100,000 deep": { value: '{"users":'.repeat(100_000) + "1" + "}".repeat(100_000), fits: ["request"] },
  "users that are a number": { value: '{"users":7}', fits: ["request"] },
  "users that are not users": { value: '{"users":[null,7,[],"x"]}', fits: ["request"] },
  "a user without an id": { value: '{"displayName":"Jane"}', fits: ["request"] },
  "duplicate keys, the last without users": { value: '{"users":[{"id":7}],"users":1,"id":7,"id":[]}', fits: ["request"] },
  "__proto__ in place of fields": { value: '{"__proto__":{"id":7,"users":[{"id":7}],"polluted":true}}', fits: ["request"] },
  "an id beyond 2^53": {
    value: '{"id":90071992547409931234,"users":[{"id":90071992547409931234}],"displayName":"Jane","emailAddress":"jane@example.com","roleId":4}',
    fits: ALL.filter((name) => name !== "deleteUser"),
  },
  "an id of 1e400": { value: '{"id":1e400,"users":[{"id":-1e400}],"roleId":4}', fits: ALL.filter((name) => name !== "deleteUser") },
  "a user with __proto__ and constructor": {
    value: '{"id":7,"roleId":4,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"users":[{"id":7,"__proto__":{"polluted":1}}]}',
    fits: ALL.filter((name) => name !== "deleteUser"),
  },
  "a user nested 10,000 deep": {
    value: `{"id":7,"roleId":4,"users":[{"id":7}],"deep":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
    // A body that is nested too deeply does not show the change.
    fits: ["createUser", "getUserById", "getAllUsers", "updateUser", "request"],
  },
  "a then that is no function": { value: '{"id":7,"roleId":4,"then":1,"users":[{"id":7,"then":{}}]}', fits: ALL.filter((name) => name !== "deleteUser") },
};
const fitting = (fits) => ({ ...Object.fromEntries(fits.map((name) => [name, "value"])), else: ["BAD_RESPONSE", "NOT_FOUND"] });

const answering = (body, rest) => (kit) => ({ config: { fetch: async () => response(body(kit), rest) } });

/** Error responses whose body echoes the token in every form that JSON has. */
const ECHOES = {
  "the token as plain text": ({ token }) => `bad token ${token}`,
  "the token in every field": ({ token }) => JSON.stringify({ message: token, statusReason: token, toe: token, path: token, [token]: [{ [token]: token }] }),
  "the token in escapes": ({ token }) => `{"message":"${[...token].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}`,
  "the token in HTML": ({ token }) => `<html><body>${token}</body></html>`,
  "the token where the body is cut off": ({ token }) => "x".repeat(65_536 - 12) + token,
  "the token where the excerpt is cut": ({ token }) => JSON.stringify({ message: "x".repeat(190) + token, toe: "y".repeat(90) + token }),
  "__proto__ with fields": () => '{"__proto__":{"polluted":true,"toString":1},"message":"m"}',
  "__proto__ deep inside": () => '{"a":[{"__proto__":{"polluted":true}}],"constructor":{"prototype":{"polluted":true}}}',
  "nested 100,000 deep": () => "[".repeat(100_000) + "]".repeat(100_000),
  "fields of the wrong kinds": () => '{"message":{"a":1},"statusReason":[1],"toe":7,"status":"x"}',
  nothing: () => "",
  "half of JSON": ({ token }) => `{"message":"${token}`,
};
const inherits = ({ error }) => {
  const walk = (value) => typeof value === "object" && value !== null && (("polluted" in value && !Object.hasOwn(value, "polluted")) || Object.values(value).some(walk));
  return walk(error?.body) ? "error.body inherits what the server sent as __proto__" : "";
};
const STATUSES = { 400: ["REQUEST_REJECTED"], 401: ["UNAUTHORIZED"], 403: ["FORBIDDEN"], 404: ["NOT_FOUND"], 409: ["CONFLICT"], 429: ["RATE_LIMITED"], 500: ["SERVER_ERROR"], 303: ["REDIRECTED"] };
const failing = Object.entries(ECHOES).flatMap(([name, body]) =>
  Object.entries(STATUSES).map(([status, codes]) => ({
    name: `a ${status} with ${name}`,
    expect: { createUser: status >= 500 ? "OUTCOME_UNKNOWN" : codes, else: codes },
    make: (kit) => ({ ...answering(body, { status: Number(status), headers: { "x-request-id": kit.token, "retry-after": kit.token } })(kit), ...(status === "429" && briefly(kit)), check: inherits }),
  })),
);
const echoing = ["the token as plain text", "the token in HTML", "half of JSON", "the token where the body is cut off"].map((name) => ({
  name: `a 200 with ${name}`,
  expect: "BAD_RESPONSE",
  make: (kit) => answering(ECHOES[name], { headers: { "x-request-id": kit.token } })(kit),
}));

const RETRY_AFTER = ["", "-1", "1e9", "NaN", "0x10", "99999999999999999999", "1.5", "Wed, 99 Foo 2026 99:99:99 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "\u0661"];

export const bodies = [
  ...Object.entries(GARBAGE).map(([name, body]) => ({ name: `a body of ${name}`, expect: "BAD_RESPONSE", make: answering(body) })),
  ...Object.entries(OTHERS).map(([name, { value, fits }]) => ({ name: `a body of ${name}`, expect: fitting(fits), make: answering(() => value) })),
  ...["", " \r\n\t", "\ufeff"].map((body) => ({
    name: `an empty body ${JSON.stringify(body)}`,
    // fetch itself removes a byte order mark; from another host, a lone mark is not JSON.
    expect: body === "\ufeff" ? "BAD_RESPONSE" : { deleteUser: "value", request: "value", getUserById: "NOT_FOUND", else: "BAD_RESPONSE" },
    make: answering(() => body),
  })),
  { name: "a good body behind a byte order mark", expect: "value", make: ({ good }) => ({ config: { fetch: async (url) => response(`\ufeff${await (await good(url)).text()}`) } }) },
  ...failing,
  ...echoing,
  ...RETRY_AFTER.map((header) => ({
    name: `a 429 with Retry-After ${JSON.stringify(header)}`,
    expect: "RATE_LIMITED",
    make: (kit) => ({ ...answering(() => "", { status: 429, headers: { "retry-after": header, date: "garbage" } })(kit), ...briefly(kit) }),
  })),
  {
    name: "a redirect whose Location holds the token",
    expect: "REDIRECTED",
    make: ({ token }) => answering(() => "", { status: 302, headers: { location: `https://evil.example/${token}` } })({}),
  },
];
