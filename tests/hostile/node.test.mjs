// The hostile-host matrix in Node with the installed package: one test for each case, with all its functions.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { inspect } from "node:util";
import vm from "node:vm";
import { domoUsers, require } from "../support/installed.mjs";
import { cases, runMatrix } from "./matrix.mjs";
import { watchProcess } from "./process.mjs";

/** A minimal Response, since Node has none in other realms. */
const realm = vm.runInContext(
  `globalThis.Response = class Response {
    constructor(body, { status, headers }) { Object.assign(this, { status, headers: new Map(Object.entries(headers)), text: async () => body }); }
  };
  globalThis`,
  vm.createContext(),
);
const everything = (value) => inspect(value, { showHidden: true, depth: 9, maxStringLength: null });
const unhandled = watchProcess();

test("the names of the cases are unique, and their number does not shrink", () => {
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  assert.ok(cases.length >= 80);
});

for (const { name } of cases) {
  test(name, async () => {
    const rows = await runMatrix({ domoUsers, realm, inspect: everything, only: (other) => other === name });
    assert.deepEqual(rows.filter(({ ok }) => !ok), []);
    assert.deepEqual(await unhandled(), []);
  });
}

test("the module in another realm than its host", async () => {
  // A copy of the module in a realm with its own Promise, Error and Array, called with values of this realm, and the reverse.
  const { readFileSync } = await import("node:fs");
  const context = vm.createContext({ console, setTimeout, clearTimeout, AbortController });
  const entry = require.resolve("domo-users");
  const source = readFileSync(entry, "utf8");
  const module = { exports: {} };
  vm.runInContext(`(function (module, exports, require) {${source}\n})`, context)(module, module.exports, createRequire(entry));
  const theirs = module.exports;
  const onlyRealms = (other) => /another realm/.test(other);
  // Its errors are Errors of its realm, not of this one.
  const rows = await runMatrix({ domoUsers: theirs, realm: globalThis, inspect: everything, Error: vm.runInContext("Error", context), only: onlyRealms });
  assert.deepEqual(rows.filter(({ ok }) => !ok), []);
  assert.ok(rows.length > 30);
  assert.deepEqual(await unhandled(), []);
});
