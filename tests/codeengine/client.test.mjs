// The first Code Engine file, in a context with only the language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, mockDomo, rejection } from "../support/installed.mjs";
import { load as loadFile } from "../support/bare.mjs";

const load = (...given) => loadFile("domo-users.js", ...given);
const jane = ["Jané 太郎 🙂", "jane@example.com", 4];

test("all seven functions work", async () => {
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
  test(`failures of sendRequest in the form ${failures} get the same codes`, async () => {
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

test("invalid input is refused, a failure without a status is NETWORK, and of a create OUTCOME_UNKNOWN", async () => {
  const engine = load({ sendRequest: async () => { throw new Error("socket hang up"); } });
  assert.equal((await rejection(engine.createUser("", "x", null))).code, "INVALID_INPUT");
  const error = await rejection(engine.createUser(...jane));
  assert.deepEqual([error.code, error.attempts], ["OUTCOME_UNKNOWN", 1]);
  const repeated = await rejection(engine.getAllUsers());
  assert.deepEqual([repeated.code, repeated.attempts], ["NETWORK", 3]);
});

test("an error names the parameter as the editor shows it", async () => {
  const mock = mockDomo({ users: 3 });
  const engine = load(mock.codeengine());
  const wrong = [
    [engine.createUser(), /^displayName must .*got undefined; emailAddress must .*got undefined; roleId must .*got undefined$/],
    [engine.createUser("Jane", "jane@example.com", "4"), /^roleId must .*got "4"$/],
    [engine.getUserById(), /^userId must .*got undefined$/],
    [engine.getUserById("jane@example.com"), /^userId must .*got "jane@example.com"$/],
    [engine.getUserById(7, "ALL"), /^parts must .*got "ALL"$/],
    [engine.updateUser(7, "roleId: 2"), /^changes must be an object .*got "roleId: 2"$/],
    [engine.updateUser(7, ""), /^changes must .*got undefined$/],
    [engine.updateUser(null, { roleId: 2 }), /^userId must .*got undefined$/],
    [engine.deleteUser(), /^userId must .*got undefined$/],
    [engine.getUserAttributes(0), /^userId must .*got 0$/],
  ];
  for (const [call, message] of wrong) {
    const error = await rejection(call);
    assert.deepEqual([error.code, error.stack.includes(error.message)], ["INVALID_INPUT", true]);
    assert.match(error.message, message);
  }
  assert.equal(mock.requests.length, 0);
});

test("an empty response and an HTML page get different errors", async () => {
  assert.equal((await rejection(load({ sendRequest: async () => null }).getUserById(5))).code, "NOT_FOUND");
  assert.equal((await rejection(load({ sendRequest: async () => "<!DOCTYPE html>" }).getAllUsers())).code, "BAD_RESPONSE");
});

test("describeRuntime works without WebAssembly", async () => {
  assert.equal((await load(mockDomo().codeengine(), { without: ["WebAssembly"] }).describeRuntime()).WebAssembly, false);
});

test("the package itself accepts codeengine as its transport", async () => {
  const mock = mockDomo({ users: 3, developerToken: "held-by-domo" });
  const domo = domoUsers.connect({ codeengine: mock.codeengine() });
  assert.equal((await domo.getAllUsers()).length, 3);
});

test("outside Code Engine the error says so", async () => {
  const error = await rejection(load().getUserById(7));
  assert.ok(domoUsers.isDomoError(error));
  assert.equal(error.code, "INVALID_CONFIG");
  assert.match(error.message, /runs only in Domo Code Engine: its module "codeengine" was not found \(Cannot find module 'codeengine'\)/);
});
