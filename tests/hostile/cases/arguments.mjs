// Arguments that a caller may pass by mistake or on purpose.
import { JANE } from "../functions.mjs";
import { NO_RECORDS, everyTrapThrows, getter, passesAwait, revoked, textTrap } from "./values.mjs";

const BY_ID = ["getUserById", "updateUser", "deleteUser"];
const rest = { getUserById: [], deleteUser: [], updateUser: [{ roleId: 4 }] };
const id = (name, value, expect = "INVALID_INPUT") => ({ name: `an id that is ${name}`, on: BY_ID, expect, make: (kit) => ({ args: [value(kit), ...rest[kit.on]] }) });

/** The position at which each function takes an object, and a valid object. */
const RECORDS = {
  createUser: (record) => [record],
  updateUser: (record) => [7, record],
  request: (record) => [record],
};
const RIGHT = { createUser: JANE, updateUser: { roleId: 4 }, request: { method: "GET", path: "/api/x" } };
const record = (name, value, expect = "INVALID_INPUT") => ({
  name: `a record that is ${name}`,
  on: Object.keys(RECORDS),
  expect,
  make: (kit) => ({ args: RECORDS[kit.on](value(RIGHT[kit.on], kit)) }),
});
const field = (name, value, expect = "INVALID_INPUT") => record(`right, but with ${name}`, (right, kit) => ({ ...right, ...value(kit) }), expect);
const inBody = (name, value, expect = "INVALID_INPUT") => ({
  name: `a body of request that is ${name}`,
  on: ["request"],
  expect,
  make: (kit) => ({ args: [{ method: "POST", path: "/api/x", body: value(kit) }] }),
});
const { undefined: _undefined, ...SOMETHING } = NO_RECORDS;

const ids = [
  ...Object.entries(NO_RECORDS).filter(([name]) => name !== "a number").map(([name, value]) => id(name, value)),
  id("-0", () => -0), id("1.5", () => 1.5), id("2^53", () => 2 ** 53), id("Infinity", () => Infinity), id("a string that leaves the path", () => "7/../8"),
  id("a string of a million digits", () => "7".repeat(1e6)), id("lone surrogates", () => "\ud800"), id("conversions that throw", ({ token }) => textTrap(token)),
  id("a Number object", () => new Number(7)), id("digits of another script", () => "\u0667"), id("a string with NUL", () => "7\0"),
];

const records = [
  ...Object.entries(NO_RECORDS).map(([name, value]) => record(name, value)),
  record("conversions and JSON that throw", (_, { token }) => textTrap(token)),
  record("a getter that throws the token", (right, { token }) => ({ ...right, get method() { throw new Error(token); }, get roleId() { throw new Error(token); } })),
  record("right and frozen", (right) => Object.freeze({ ...right }), "value"),
  record("right and without a prototype", (right) => Object.assign(Object.create(null), right), "value"),
  record("a Proxy of a right one", (right) => new Proxy(right, {}), "value"),
  record("right, of another realm", (right, { realm }) => realm.Object.assign(new realm.Object(), right), "value"),
  field("a million letters", () => ({ displayName: "x".repeat(1e6), path: `/api/${"x".repeat(1e6)}` }), "any"),
  field("lone surrogates", () => ({ displayName: "\ud800Jane\udc00", path: "/api/\ud800" }), "any"),
  field("__proto__ as its own", () => JSON.parse('{"__proto__":{"polluted":true}}'), "any"),
  field("a Symbol among its keys", () => ({ [Symbol("s")]: 1 }), "value"),
  field("a then that is no function", () => ({ then: 1 }), "value"),
  ...["toJSON", "then"].map((name) => record(`right, but with a ${name} that throws`, (right, { token }) => Object.defineProperties({ ...right }, Object.getOwnPropertyDescriptors(getter(name, new Error(token)))), "any")),
];

const bodies = [
  ...Object.entries(SOMETHING).map(([name, value]) => inBody(name, value, "any")),
  inBody("a trap for JSON", ({ token }) => textTrap(token)),
  inBody("a BigInt inside", () => ({ a: [1n] })),
  inBody("nested 33 deep", () => JSON.parse("[".repeat(33) + "]".repeat(33))),
  inBody("a toJSON that returns a function", () => ({ toJSON: () => () => {} })),
];

const paths = ["", "x", "//evil.example", "/\\evil.example", "/..", "/a/%2e%2E/b", "https://evil.example/", "/a\r\nX: y", "/a\0", "/a b", "/#", "/\ud800", "/\u2028", "\t/a", "/a?b#c"].map((path) => ({
  name: `a path ${JSON.stringify(path)}`,
  on: ["request"],
  expect: ["INVALID_INPUT"],
  make: () => ({ args: [{ method: "GET", path }] }),
}));
const queries = [
  ...Object.entries(SOMETHING).map(([name, value]) => ({
    name: `a query that is ${name}`, on: ["request"], expect: "any", make: () => ({ args: [{ method: "GET", path: "/a", query: value() }] }),
  })),
  { name: "a query with lone surrogates", on: ["request"], expect: "any", make: () => ({ args: [{ method: "GET", path: "/a", query: { "\ud800": "\udc00", __proto__x: 1 } }] }) },
];

/** Synchronous functions: they return a value or throw INVALID_INPUT. */
const attributes = (name, user, expect) => ({ name: `userAttributes of ${name}`, on: ["userAttributes"], expect, make: (kit) => ({ args: [user(kit)] }) });
const atOnce = [
  ...Object.entries(NO_RECORDS).map(([name, value]) => attributes(name, value, ["value", "INVALID_INPUT"])),
  ...Object.entries(SOMETHING).flatMap(([name, value]) => [
    attributes(`attributes that are ${name}`, () => ({ attributes: value() }), ["value", "INVALID_INPUT"]),
    attributes(`an attribute that is ${name}`, () => ({ attributes: [value()] }), ["value", "INVALID_INPUT"]),
    attributes(`a key that is ${name}`, () => ({ attributes: [{ key: value(), values: [1] }] }), ["value", "INVALID_INPUT"]),
    attributes(`values that are ${name}`, () => ({ attributes: [{ key: "a", values: value() }] }), ["value", "INVALID_INPUT"]),
  ]),
  attributes("a key that is a trap", ({ token }) => ({ attributes: [{ key: textTrap(token), values: [1] }] }), ["value", "INVALID_INPUT"]),
  attributes("keys of prototypes", () => ({ attributes: [{ key: "__proto__", values: [{ polluted: true }] }, { key: "constructor", values: [1] }] }), "value"),
  attributes("a Proxy of an array", () => ({ attributes: passesAwait([]) }), ["value", "INVALID_INPUT"]),
  attributes("an array whose iteration throws", () => ({ attributes: Object.assign([], { [Symbol.iterator]: () => everyTrapThrows() }) }), ["value", "INVALID_INPUT"]),
  attributes("a getter that throws", ({ token }) => getter("attributes", new Error(token)), ["value", "INVALID_INPUT"]),
  ...[...Object.entries(NO_RECORDS), ["a getter of its name that throws", () => getter("name", 1)], ["a revoked Proxy of an Error", () => revoked(new Error("x"))]].map(([name, value]) => ({
    name: `isDomoError of ${name}`,
    on: ["isDomoError"],
    expect: "value",
    make: () => ({ args: [value()], check: ({ value: is }) => (is === false ? "" : "took it for one of ours") }),
  })),
];

const PLAN = { changes: [{ action: "update", id: 7, changes: { roleId: 4 }, before: { roleId: 5 } }], unchanged: 0, warnings: [] };
const RESULT = { done: 1, failed: 0, skipped: 0, results: [{ index: 0, status: "done" }] };
const review = (on, what, args, expect = ["value", "INVALID_INPUT"]) => ({ name: `${on} of ${what}`, on: [on], expect, make: (kit) => ({ args: args(kit) }) });
const plans = [
  review("formatPlan", "a plan", () => [PLAN, { color: true, maxChanges: 1 }], "value"),
  review("undoPlan", "a plan and its result", () => [PLAN, RESULT], "value"),
  ...Object.entries(NO_RECORDS).flatMap(([name, value]) => [
    review("formatPlan", name, () => [value()]),
    review("formatPlan", `a plan with options that are ${name}`, () => [PLAN, value()]),
    review("formatPlan", `changes that are ${name}`, () => [{ changes: value() }]),
    review("formatPlan", `a change that is ${name}`, () => [[value()]], "INVALID_INPUT"),
    review("formatPlan", `names and warnings that are ${name}`, () => [{ ...PLAN, names: value(), warnings: value(), instance: value(), unchanged: value() }]),
    review("undoPlan", name, () => [value(), RESULT]),
    review("undoPlan", `a result that is ${name}`, () => [PLAN, value()], "INVALID_INPUT"),
    review("undoPlan", `results that are ${name}`, () => [PLAN, { results: value() }], "INVALID_INPUT"),
    review("undoPlan", `a result of a change that is ${name}`, () => [PLAN, { results: [value()] }], "INVALID_INPUT"),
    review("undoPlan", `a user of a result that is ${name}`, () => [PLAN, { results: [{ index: 0, status: "done", user: value(), error: value() }] }]),
  ]),
  review("formatPlan", "a getter that throws the token", ({ token }) => [getter("changes", new Error(token))], "INVALID_INPUT"),
  review("undoPlan", "a getter that throws the token", ({ token }) => [PLAN, getter("results", new Error(token))], "INVALID_INPUT"),
  review("undoPlan", "conversions that throw", ({ token }) => [PLAN, textTrap(token)], "INVALID_INPUT"),
];

const rejected = (what, args, expect = ["value", "INVALID_INPUT"]) => ({ name: `rejectedRows of ${what}`, on: ["rejectedRows"], expect, make: (kit) => ({ args: args(kit) }) });
const ROWS = [{ row: 2, error: "x" }];
const rejections = [
  rejected("a file", () => ["id\n7\n", ROWS], "value"),
  ...Object.entries(NO_RECORDS).flatMap(([name, value]) => [
    rejected(name, () => [value(), ROWS]),
    rejected(`errors that are ${name}`, () => ["id\n7\n", value()]),
    rejected(`an error that is ${name}`, () => ["id\n7\n", [value()]], "INVALID_INPUT"),
    rejected(`options that are ${name}`, () => ["id\n7\n", ROWS, value()]),
    rejected(`an encoding that is ${name}`, () => [new Uint8Array(), [], { encoding: value() }]),
  ]),
  rejected("a getter that throws the token", ({ token }) => ["id\n7\n", [getter("row", new Error(token))]], "INVALID_INPUT"),
  rejected("conversions that throw", ({ token }) => ["id\n7\n", [{ row: textTrap(token), error: "x" }]], "INVALID_INPUT"),
];

/** A stream whose errors come with its first read. */
const csv = (name, args, expect) => ({ name: `usersToCsv of ${name}`, on: ["usersToCsv"], expect, make: (kit) => ({ args: args(kit) }) });
const csvs = [
  ...Object.entries(SOMETHING).flatMap(([name, value]) => [
    csv(`users that are ${name}`, () => [value()], "any"),
    csv(`a user that is ${name}`, () => [[{ id: 1 }, value()]], "INVALID_INPUT"),
    csv(`a field that is ${name}`, () => [[{ id: 1, title: value() }]], ["value", "INVALID_INPUT"]),
    csv(`options that are ${name}`, () => [[{ id: 1 }], value()], ["value", "INVALID_INPUT"]),
    csv(`columns that are ${name}`, () => [[{ id: 1 }], { columns: value() }], ["value", "INVALID_INPUT"]),
  ]),
  csv("a user that is a trap", ({ token }) => [[textTrap(token)]], "INVALID_INPUT"),
  {
    name: "usersToCsv of users whose iteration throws",
    on: ["usersToCsv"],
    expect: "reason",
    make: () => {
      const is = new Error("of the iterator");
      return { reason: { is }, args: [{ [Symbol.iterator]: () => { throw is; } }] };
    },
  },
  csv("a user with a getter that throws", ({ token }) => [[Object.assign(getter("title", new Error(token)), { id: 1 })]], "INVALID_INPUT"),
  csv("options with a getter that throws", ({ token }) => [[{ id: 1 }], getter("columns", new Error(token))], "INVALID_INPUT"),
];

export const args = [...ids, ...records, ...bodies, ...paths, ...queries, ...atOnce, ...plans, ...rejections, ...csvs];
