// Deletes of a plan: how many, never the owner of the token, and whole users in `before`. From the installed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, mockDomo, rejection } from "../support/installed.mjs";

const { applyChanges, exportUsersCsv, planUsers } = domoUsers;

const user = (id, fields) => ({ id, displayName: `U${id}`, userName: `u${id}@x.co`, roleId: 4, emailAddress: `u${id}@x.co`, ...fields });
const users = (count) => Array.from({ length: count }, (_, at) => user(at + 1));
const rows = (ids) => ["email", ...ids.map((id) => `u${id}@x.co`)].join("\n");
const deletes = ({ changes }) => changes.filter(({ action }) => action === "delete").map(({ id }) => id);
const paths = (mock) => mock.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
const ME = "GET /api/content/v2/users/me";
const LIST = "GET /api/identity/v1/users";

test("maxDeletes in percent is of the users of the instance, rounded down", async (t) => {
  const { config } = await instance(t, { users: users(39) });
  const plan = (kept, maxDeletes) => planUsers(config, rows(Array.from({ length: kept }, (_, at) => at + 1)), { deleteMissing: true, maxDeletes });
  assert.deepEqual(deletes(await plan(38, "5%")), [39]);
  const error = await rejection(plan(37, "5%"));
  assert.equal(error.code, "TOO_MANY_DELETES");
  assert.match(error.message, /would delete 2 users, such as u38@x\.co, u39@x\.co, but maxDeletes is 1 \(5% of 39 users\);/);
  assert.equal(deletes(await plan(1, "100%")).length, 38);
  assert.equal((await rejection(plan(38, "0%"))).code, "TOO_MANY_DELETES");
});

test("a maxDeletes that is neither a number of users nor a whole percentage is refused before anything is sent", async (t) => {
  const { config, mock } = await instance(t);
  for (const maxDeletes of ["5", "5 %", "2.5%", "101%", "-1%", "%", "", "ten", 1.5, -1, null, NaN, true]) {
    const error = await rejection(planUsers(config, "email\n", { maxDeletes }));
    assert.equal(error.code, "INVALID_INPUT", String(maxDeletes));
    assert.match(error.message, /maxDeletes must be an integer from 0 to \d+, or a whole percentage from "0%" to "100%"/);
  }
  assert.equal(mock.requests.length, 0);
});

test("the owner of the token is never deleted, and is asked for only if somebody is to be deleted", async (t) => {
  const { config, mock } = await instance(t, { users: users(4), owner: 3 });
  const plan = await planUsers(config, rows([1, 4]), { deleteMissing: true });
  assert.deepEqual(deletes(plan), [2]);
  assert.deepEqual(plan.warnings, ["The plan does not delete the owner of the token, U3 (id 3), although no row is for this user."]);
  assert.deepEqual(paths(mock).filter((path) => path === ME).length, 1);
  // The owner does not count as a delete.
  assert.deepEqual((await planUsers(config, rows([1, 2, 4]), { deleteMissing: true, maxDeletes: 0 })).changes, []);
  assert.equal((await rejection(planUsers(config, rows([1, 4]), { deleteMissing: true, maxDeletes: 0 }))).code, "TOO_MANY_DELETES");
  mock.requests.length = 0;
  const { changes, warnings } = await planUsers(config, rows([1, 2, 3, 4]), { deleteMissing: true });
  assert.deepEqual([changes, warnings, paths(mock)], [[], [], [LIST]]);
});

test("if the owner of the token cannot be known, a plan with deletes has a warning", async (t) => {
  for (const fault of [{ status: 403 }, { status: 404 }, { status: 401 }, { status: 400 }, { body: "[]" }, { body: "{}" }, { body: "<html>" }]) {
    const { config } = await instance(t, { users: users(3) });
    const mocked = await instance(t, { users: users(3), faults: [{ path: "/api/content/v2/users/me", times: Infinity, ...fault }] });
    const { changes, warnings } = await planUsers({ ...config, fetch: mocked.mock.fetch }, rows([1, 2]), { deleteMissing: true });
    assert.deepEqual(deletes({ changes }), [3]);
    assert.deepEqual(warnings, ["The instance does not tell who the owner of the token is, so the plan may delete that user; check the deletes, or pass your own id in the option protect."]);
  }
});

test('protect: ["me"] protects the owner from updates and deletes, in one request more', async (t) => {
  const { config, mock } = await instance(t, { users: users(4), owner: 2 });
  const list = "email,displayName\nu1@x.co,A\nu2@x.co,B\nu3@x.co,C\n";
  const plan = await planUsers(config, list, { protect: ["me", 3] });
  assert.deepEqual(plan.changes.map(({ id }) => id), [1]);
  assert.deepEqual(plan.warnings, []);
  assert.deepEqual(paths(mock), [ME, LIST]);
  mock.requests.length = 0;
  assert.deepEqual(deletes(await planUsers(config, rows([1]), { deleteMissing: true, protect: ["me"] })), [3, 4]);
  assert.equal(paths(mock).filter((path) => path === ME).length, 1);
  for (const protect of [["ME"], ["you"], "me", [""], [null]]) {
    assert.equal((await rejection(planUsers(config, list, { protect }))).code, "INVALID_INPUT", JSON.stringify(protect));
  }
});

test('protect: ["me"] is refused if the instance does not tell who that is, and any error of the request is passed on', async (t) => {
  const { config, mock } = await instance(t, { users: users(2) });
  mock.addFault({ path: "/api/content/v2/users/me", status: 404 });
  const error = await rejection(planUsers(config, rows([1]), { protect: ["me"] }));
  assert.deepEqual([error.code, /protect has "me", but the instance does not tell who the owner of the token is; pass your own id/.test(error.message)], ["INVALID_INPUT", true]);
  mock.addFault({ path: "/api/content/v2/users/me", status: 401 });
  assert.equal((await rejection(planUsers(config, rows([1]), { protect: ["me"] }))).code, "UNAUTHORIZED");
  // A list with errors is refused before anything is sent.
  mock.requests.length = 0;
  assert.equal((await rejection(planUsers(config, "email\nx\n", { protect: ["me"] }))).code, "INVALID_INPUT");
  assert.equal(mock.requests.length, 0);
});

test("before of a delete is the whole user, as the instance returned it", async (t) => {
  const { config, mock } = await instance(t, { users: 40 });
  const all = new Map((await domoUsers.getAllUsers(config, { parts: "DETAILED" })).map((one) => [one.id, one]));
  const [kept] = [...mock.users.values()].filter(({ emailAddress }) => emailAddress);
  const { changes } = await planUsers(config, [{ emailAddress: kept.emailAddress }], { deleteMissing: true, maxDeletes: 40 });
  const deleted = changes.filter(({ action }) => action === "delete");
  assert.ok(deleted.length > 30);
  for (const { id, before, who } of deleted) {
    assert.deepEqual(before, all.get(id));
    assert.equal(who.displayName, all.get(id).displayName);
  }
});

test("a plan with the new fields is applied as before", async (t) => {
  const mock = mockDomo({ users: users(6), owner: 1 });
  const config = { instance: "acme", developerToken: "t", fetch: mock.fetch };
  const list = "email,displayName,roleId,reportsTo\nu1@x.co,A,,u2@x.co\nu2@x.co,,,\nu3@x.co,,,\nu4@x.co,,,\nnew@x.co,New,4,1\n";
  const plan = JSON.parse(JSON.stringify(await planUsers(config, list, { deleteMissing: true })));
  assert.deepEqual(plan.changes.map(({ action, row, who }) => [action, row, who?.emailAddress]), [
    ["update", 2, "u1@x.co"], ["create", 6, undefined], ["delete", undefined, "u5@x.co"], ["delete", undefined, "u6@x.co"],
  ]);
  assert.deepEqual([plan.instance, plan.names.users], ["acme.domo.com", { 1: "U1", 2: "U2" }]);
  const { failed } = await applyChanges(config, plan);
  assert.equal(failed, 0);
  assert.deepEqual((await planUsers(config, list, { deleteMissing: true })).changes, []);
});

test("an exported file plans nothing, with one request", async (t) => {
  const { config, mock } = await instance(t, { users: 300 });
  const csv = await new Response(exportUsersCsv(config)).text();
  mock.requests.length = 0;
  const plan = await planUsers(config, csv, { deleteMissing: true, maxDeletes: "1%" });
  assert.deepEqual([plan.changes, paths(mock), plan.names], [[], [LIST], undefined]);
});
