// The Code Engine file where there is nothing but the language, and the shape that the editor wants.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, mockDomo, rejection } from "../support/installed.mjs";
import { load, source } from "../support/bare.mjs";

const FUNCTIONS = ["createUser", "getUserById", "getAllUsers", "updateUser", "deleteUser", "getUserAttributes", "describeRuntime"];
const jane = ["Jané 太郎 🙂", "jane@example.com", 4];

test("its only top-level functions are the seven, each described, and a flat module.exports ends it", () => {
  const top = source.split("\n").filter((line) => /^(async\s+function|function|const|let|var)\b/.test(line));
  assert.deepEqual(top.map((line) => line.match(/function (\w+)/)?.[1]), FUNCTIONS);
  assert.match(source, new RegExp(`\\nmodule\\.exports = \\{\\n${FUNCTIONS.map((name) => `  ${name},\\n`).join("")}\\};\\n$`));
  for (const name of FUNCTIONS) {
    const [, comment] = source.match(new RegExp(`/\\*\\*\\n((?: \\*.*\\n)+) \\*/\\nasync function ${name}\\(`));
    assert.match(comment, /@summary/);
    assert.match(comment, /@returns \{\S+\} \w+ - /);
    const parameters = source.match(new RegExp(`function ${name}\\(([^)]*)\\)`))[1].split(", ").filter(Boolean);
    assert.deepEqual([...comment.matchAll(/@param \{\S+\} (\w+) - /g)].map(([, parameter]) => parameter), parameters, name);
  }
  assert.ok(source.length <= 100_000, `${source.length} characters`);
  assert.ok(!/^\s*(import|export)\b/m.test(source));
});

test("nothing is required until a function is called", async () => {
  const mock = mockDomo({ users: 3 });
  const engine = load(mock.codeengine());
  assert.deepEqual(engine.required, []);
  await engine.getAllUsers();
  assert.deepEqual([...new Set(engine.required)], ["codeengine"]);
});

test("the context is as bare as it should be", () => {
  const { globals } = load();
  for (const name of ["fetch", "TextEncoder", "TextDecoder", "atob", "Buffer", "URL", "Headers", "setTimeout", "console", "queueMicrotask", "process"]) {
    assert.ok(!globals.includes(name), name);
  }
});

test("all seven functions work there", async () => {
  const mock = mockDomo({ users: 30 });
  const engine = load(mock.codeengine());
  const user = await engine.createUser(...jane);
  assert.equal(user.displayName, jane[0]);
  assert.equal((await engine.getUserById(String(user.id), null)).emailAddress, "jane@example.com");
  assert.deepEqual(Object.keys(await engine.getUserById(user.id, "minimal")), ["id", "displayName", "roleId"]);
  assert.ok((await engine.getUserById(user.id, "GROUPS, ROLE")).groups);
  assert.equal((await engine.getAllUsers("")).length, 31);
  assert.equal((await engine.updateUser(user.id, { roleId: 2 })).roleId, 2);
  assert.equal((await engine.getUserAttributes(user.id)).roleId, 2);
  assert.equal(await engine.deleteUser(user.id), true);
  assert.ok(!mock.users.has(user.id));
  const runtime = await engine.describeRuntime();
  assert.equal(runtime.WebAssembly, true);
  assert.equal(runtime.fetch, false);
  assert.equal(runtime['require("codeengine")'], true);
  assert.equal(runtime['require("axios")'], false);
});

for (const failures of ["response", "status", "statusCode", "code", "message", "string", "success"]) {
  test(`sendRequest's failures as ${failures} become the same codes`, async () => {
    const mock = mockDomo({ users: 3 });
    const engine = load(mock.codeengine({ failures }));
    const error = await rejection(engine.getUserById(5));
    assert.ok(domoUsers.isDomoError(error), String(error));
    assert.deepEqual([error.name, error.code, error.status], ["DomoError", "NOT_FOUND", 404]);
    assert.equal((await rejection(engine.deleteUser(5))).code, "NOT_FOUND");
    const [{ emailAddress }] = mock.users.values();
    assert.equal((await rejection(engine.createUser("J", emailAddress, 1))).code, "CONFLICT");
    assert.equal((await rejection(engine.createUser("J", "j@example.com", 99))).code, "REQUEST_REJECTED");
  });
}

test("bad input is refused, a failure without a status is NETWORK, and a create's is unknown", async () => {
  const engine = load({ sendRequest: async () => { throw new Error("socket hang up"); } });
  assert.equal((await rejection(engine.createUser("", "x", null))).code, "INVALID_INPUT");
  const error = await rejection(engine.createUser(...jane));
  assert.deepEqual([error.code, error.attempts], ["OUTCOME_UNKNOWN", 1]);
  const repeated = await rejection(engine.getAllUsers());
  assert.deepEqual([repeated.code, repeated.attempts], ["NETWORK", 3]);
});

test("an empty answer and a page are told apart", async () => {
  assert.equal((await rejection(load({ sendRequest: async () => null }).getUserById(5))).code, "NOT_FOUND");
  assert.equal((await rejection(load({ sendRequest: async () => "<!DOCTYPE html>" }).getAllUsers())).code, "BAD_RESPONSE");
});

test("without WebAssembly it says so, and describeRuntime still answers", async () => {
  const engine = load(mockDomo().codeengine(), { without: ["WebAssembly"] });
  assert.match((await rejection(engine.getAllUsers())).message, /no WebAssembly/);
  assert.equal((await engine.describeRuntime()).WebAssembly, false);
});

test("the package itself takes codeengine as its transport", async () => {
  const mock = mockDomo({ users: 3, developerToken: "held-by-domo" });
  const domo = domoUsers.connect({ codeengine: mock.codeengine() });
  assert.equal((await domo.getAllUsers()).length, 3);
});
