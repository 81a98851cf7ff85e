// undoPlan: what cannot be set back, or may not be what it was, is named, and keeps nothing else from being set back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byEmail, create, memory, reportsTo, statuses, title } from "../support/changes.mjs";
import { domoUsers, instance } from "../support/installed.mjs";

const { applyChanges, formatPlan, planUsers, undoPlan } = domoUsers;

const noRetries = { config: { maxRetries: 0 } };
const copy = (mock) => structuredClone([...mock.users.values()]);
const managerOf = (user) => user.attributes.find(({ key }) => key === "reportsTo")?.values[0];
const user = (id, name, manager, attributes = []) => ({
  id, displayName: name, emailAddress: `${name}@example.com`, userName: `${name}@example.com`, roleId: 4,
  attributes: [...attributes, ...(manager === undefined ? [] : [{ key: "reportsTo", values: [manager] }])],
});
const row = (name, fields) => ({ emailAddress: `${name}@example.com`, ...fields });
const codes = ({ results }) => results.map(({ status, error }) => error?.code ?? status);
const NOT_SET_BACK = "Values that are not set back, since the user had none, or one that applyChanges refuses";

test("a manager who was gone before the plan keeps no other field from being set back", async (t) => {
  const { mock, config } = await instance(t, { users: [user(1, "owner"), user(2, "ann", "999", [title("Old")])] });
  const plan = await planUsers(config, [row("ann", { displayName: "Ann", title: "New", roleId: 2, reportsTo: "owner@example.com" })]);
  const undo = undoPlan(plan, await applyChanges(config, plan));
  const back = await applyChanges(config, undo, { stale: "refuse" });
  assert.deepEqual([codes(back), undo.changes.map(({ changes }) => Object.keys(changes).length)], [["done", "REQUEST_REJECTED"], [3, 1]]);
  assert.match(back.results[1].error.message, /reportsTo: 999 is not a user who can be a manager/);
  const { displayName, roleId, attributes } = mock.users.get(2);
  assert.deepEqual([displayName, roleId, attributes.find(({ key }) => key === "title").values], ["ann", 4, ["Old"]]);
});

test("a manager who is known to be in the instance is set back with the other fields, in one request", async (t) => {
  const { mock, config } = await instance(t, { users: [user(1, "owner"), user(2, "boss"), user(3, "ann", "2")] });
  const before = copy(mock);
  const plan = await planUsers(config, [row("ann", { displayName: "Ann", reportsTo: "owner@example.com" })]);
  const undo = undoPlan(plan, await applyChanges(config, plan));
  assert.equal(undo.changes.length, 1);
  assert.deepEqual(statuses(await applyChanges(config, undo, { stale: "refuse" })), ["done"]);
  assert.deepEqual(mock.users.get(3).displayName, before[2].displayName);
  assert.equal(managerOf(mock.users.get(3)), "2");
});

test("a manager whose delete was unclear keeps no other field from being set back", async (t) => {
  const { mock, config } = await instance(t, { ...noRetries, users: [user(1, "owner"), user(2, "boss"), user(3, "ann", "2")] });
  const plan = await planUsers(config, [row("owner"), row("ann", { displayName: "Ann", reportsTo: "owner@example.com" })], { deleteMissing: true });
  mock.addFault({ method: "DELETE", drop: true, afterEffect: true });
  const result = await applyChanges(config, plan);
  const undo = undoPlan(plan, result);
  assert.match(undo.warnings[0], /may have taken effect.*\(1\): boss <boss@example\.com>$/);
  assert.deepEqual(codes(await applyChanges(config, undo, { stale: "refuse" })), ["done", "REQUEST_REJECTED"]);
  assert.equal(mock.users.get(3).displayName, "ann");
});

test("what is no manager is left out and named, and an empty string is set back as no manager", async (t) => {
  for (const [old, warnings] of [["Ann Boss", [`${NOT_SET_BACK} (1): reportsTo of ann <ann@example.com>`]], ["", []]]) {
    const { mock, config } = await instance(t, { users: [user(1, "owner"), user(2, "ann", old)] });
    const plan = await planUsers(config, [row("ann", { displayName: "Ann", reportsTo: "owner@example.com" })]);
    const undo = undoPlan(plan, await applyChanges(config, plan));
    assert.deepEqual(undo.warnings, warnings);
    assert.deepEqual(statuses(await applyChanges(config, undo, { stale: "refuse" })), ["done"]);
    assert.equal(mock.users.get(2).displayName, "ann");
    if (old === "") assert.ok(!managerOf(mock.users.get(2)));
  }
});

test("a half-done user is deleted, whether what was to follow the create took effect or not", async (t) => {
  for (const afterEffect of [true, false]) {
    const { mock, config } = await instance(t, noRetries);
    const before = copy(mock);
    const [boss, other] = before;
    const plan = [create("ann", { attributes: [title("T"), { key: "userName", values: ["ann"] }, reportsTo(String(boss.id))] })];
    mock.addFault({ method: "PATCH", drop: true, afterEffect });
    const result = await applyChanges(config, plan);
    assert.deepEqual([codes(result), result.results[0].unclear], [["NETWORK"], true]);
    const undo = undoPlan(plan, JSON.parse(JSON.stringify(result)));
    const ann = byEmail(mock, "ann@new.example");
    const attributes = structuredClone(ann.attributes);
    // Somebody else has changed the user.
    ann.attributes = [...attributes.filter(({ key }) => key !== "reportsTo"), reportsTo(String(other.id))];
    assert.deepEqual(codes(await applyChanges(config, undo, { stale: "refuse" })), ["STALE"]);
    ann.attributes = attributes;
    assert.deepEqual(codes(await applyChanges(config, undo, { stale: "refuse" })), ["done"]);
    assert.deepEqual(copy(mock), before);
  }
});

test("every change that may have taken effect is unclear and named, whatever its error is", async (t) => {
  const cases = [
    [[{ status: 408, afterEffect: true }], "REQUEST_REJECTED", true],
    [[{ status: 500 }], "SERVER_ERROR", true],
    [[{ drop: true, afterEffect: true }], "NETWORK", true],
    [[{ status: 403 }], "FORBIDDEN", undefined],
    [[{ status: 503, headers: { "retry-after": "0" } }], "SERVER_ERROR", undefined],
    // The first attempt may have taken effect, and the second did not.
    [[{ drop: true, afterEffect: true }, { status: 403 }], "FORBIDDEN", true],
  ];
  for (const [faults, code, unclear] of cases) {
    const { mock, config } = await instance(t, { config: { maxRetries: faults.length - 1 } });
    const [ann, bob] = copy(mock);
    const plan = [
      { action: "update", id: ann.id, changes: { displayName: "Ann" }, before: { displayName: ann.displayName }, who: ann },
      { action: "delete", id: bob.id, before: bob, reports: [] },
    ];
    for (const at of [0, 1]) {
      for (const fault of faults) mock.addFault({ method: ["PATCH", "DELETE"][at], ...fault });
      const result = await applyChanges(config, [plan[at]]);
      assert.deepEqual([codes(result), result.results[0].unclear], [[code], unclear], JSON.stringify(faults));
      const undo = undoPlan([plan[at]], result);
      assert.equal(undo.changes.length, 0);
      assert.equal(undo.warnings.some((line) => /may have taken effect.*\(1\): /.test(line)), unclear === true, JSON.stringify(faults));
    }
  }
});

test("an update whose second form was refused may have taken effect in its first form", async (t) => {
  const { mock, config } = await instance(t, { ...noRetries, oddities: { updates: "attributes" } });
  const [ann] = copy(mock);
  let count = 0;
  const fetch = (url, init) => (init.method === "PATCH" && ++count === 2 ? new Response("{}", { status: 403 }) : mock.fetch(url, init));
  const plan = [{ action: "update", id: ann.id, changes: { roleId: 5, attributes: [title("CTO")] }, before: { roleId: ann.roleId, attributes: [title("CEO")] }, who: ann }];
  const result = await applyChanges({ ...config, fetch }, plan);
  assert.deepEqual([codes(result), result.results[0].unclear, count], [["FORBIDDEN"], true, 2]);
  assert.match(undoPlan(plan, result).warnings[0], /may have taken effect/);
});

test("the undo of an undo asks for no manager whose id is gone", async (t) => {
  const { mock, config } = await instance(t, { users: [user(1, "owner"), user(2, "boss"), user(3, "ann", "2"), user(4, "bob", "2")] });
  const plan = await planUsers(config, [row("owner"), row("ann", { displayName: "Ann" }), row("bob")], { deleteMissing: true });
  const undo = undoPlan(plan, await applyChanges(config, plan));
  const undone = await applyChanges(config, undo, { stale: "refuse" });
  assert.deepEqual([undone.failed, undo.changes.find(({ action }) => action === "create").formerId], [0, 2]);
  const redo = undoPlan(JSON.parse(JSON.stringify(undo)), undone);
  const redone = await applyChanges(config, redo, { stale: "refuse" });
  assert.deepEqual([redone.done, redone.failed], [2, 0]);
  assert.deepEqual([...mock.users.values()].map(({ displayName }) => displayName), ["owner", "Ann", "bob"]);
  assert.match(redo.warnings.join(), /do not get their manager back, .* \(2\): bob, ann$|\(2\): ann, bob$/);
});

test("a change that a later run found to have had no effect, and that is then refused, is not unclear", async (t) => {
  const { mock, config } = await instance(t, noRetries);
  const [ann] = copy(mock);
  const plan = [{ action: "update", id: ann.id, changes: { displayName: "Ann" }, before: { displayName: ann.displayName } }];
  const journal = memory();
  mock.addFault({ method: "PATCH", drop: true });
  assert.equal((await applyChanges(config, plan, { journal })).results[0].unclear, true);
  mock.addFault({ method: "PATCH", status: 403 });
  const { results } = await applyChanges(config, plan, { journal });
  assert.deepEqual([results[0].error.code, results[0].unclear], ["FORBIDDEN", undefined]);
});

test("a user name that the user did not have is named, and not cleared", async (t) => {
  const { userName, ...ann } = user(2, "ann");
  const { mock, config } = await instance(t, { users: [user(1, "owner"), ann] });
  const plan = await planUsers(config, [row("ann", { userName: "zed", displayName: "Ann" })]);
  const undo = undoPlan(plan, await applyChanges(config, plan));
  assert.deepEqual(undo.warnings, [`${NOT_SET_BACK} (1): userName of ann <ann@example.com>`]);
  assert.deepEqual(undo.changes.map(({ changes }) => changes), [{ displayName: "ann" }]);
});

test("the warning about unclear changes names twenty users, in formatPlan too", async (t) => {
  const users = Array.from({ length: 25 }, (_, at) => user(at + 1, `someone.with.a.long.name.${at + 1}`));
  const { mock, config } = await instance(t, { ...noRetries, users });
  const plan = await planUsers(config, users.map(({ emailAddress }, at) => ({ emailAddress, displayName: `A new and equally long name ${at + 1}` })));
  mock.addFault({ method: "PATCH", drop: true, afterEffect: true, times: 25 });
  const undo = undoPlan(plan, await applyChanges(config, plan));
  for (const text of [undo.warnings[0], formatPlan(undo)]) {
    assert.equal(text.match(/<someone\.with\.a\.long\.name\.\d+@example\.com>/g).length, 20);
    assert.match(text, /look at these users \(25\): .*, …\n?$/);
  }
});

test("a create that was interrupted twice is not said to be found out by a later run", async (t) => {
  const { mock, config } = await instance(t, noRetries);
  let hangs = true;
  const never = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const fetch = (url, init) => (hangs && init.method === "POST" ? never(init.signal) : mock.fetch(url, init));
  const options = { deadlineMs: 60, concurrency: 1 };
  const plan = [create("ann"), create("bob")];
  const keep = setInterval(() => {}, 1000); // only timers of the package are pending
  t.after(() => clearInterval(keep));
  const first = await applyChanges({ ...config, fetch }, plan, { ...options, cursor: null });
  const second = await applyChanges({ ...config, fetch }, plan, { ...options, cursor: first.cursor });
  hangs = false;
  const third = await applyChanges({ ...config, fetch }, plan, { cursor: second.cursor });
  assert.deepEqual([statuses(first), statuses(second), statuses(third), third.cursor], [["skipped", "skipped"], ["failed", "skipped"], ["failed", "done"], null]);
  const messages = [second, third].map(({ results }) => results[0].error.message);
  for (const message of messages) {
    assert.doesNotMatch(message, /apply the same plan again/i);
    assert.match(message, /look at the user, and plan again/i);
  }
  for (const { results } of [first, second, third]) assert.equal(results[0].unclear, true);
  assert.match(undoPlan(plan, third).warnings[0], /may have taken effect.*\(1\): ann <ann@new\.example>$/);
});

test("whoever reported to a deleted manager is not moved to a stranger who has taken the address", async (t) => {
  for (const stale of ["refuse", "apply"]) {
    const { mock, config } = await instance(t, { users: [user(1, "owner"), user(2, "boss"), user(3, "ann", "2"), user(4, "bob", "2")] });
    const plan = await planUsers(config, [row("owner"), row("ann", { displayName: "Ann", reportsTo: "owner@example.com" }), row("bob")], { deleteMissing: true });
    const undo = undoPlan(plan, await applyChanges(config, plan));
    mock.users.set(77, { ...user(77, "boss"), displayName: "Stranger" });
    const back = await applyChanges(config, undo, { stale });
    const outcome = undo.changes.map(({ action, id, changes }, at) => [action, id, changes && Object.keys(changes)[0], back.results[at].error?.code ?? back.results[at].status]);
    assert.deepEqual(outcome, [
      ["create", undefined, undefined, "CONFLICT"],
      ["update", 3, "displayName", "done"],
      ["update", 3, "attributes", "CONFLICT"],
      ["update", 4, "attributes", "CONFLICT"],
    ], stale);
    assert.equal(back.results[3].error.message, 'reportsTo: not sent, since the change that creates the manager "boss@example.com" failed. Look at its error, and plan again');
    assert.deepEqual([3, 4].map((id) => [mock.users.get(id).displayName, managerOf(mock.users.get(id))]), [["ann", "1"], ["bob", "2"]]);
  }
});

test("whoever waits for a manager whose create failed in an earlier run of a cursor is not moved to somebody else", async (t) => {
  const { mock, config } = await instance(t, noRetries);
  const [ann] = mock.users.values();
  const plan = [create("boss"), create("cy"), { action: "update", id: ann.id, changes: { attributes: [reportsTo("boss@new.example")] } }];
  const controller = new AbortController();
  mock.addFault({ method: "POST", path: /users$/, status: 403 });
  const first = await applyChanges(config, plan, { cursor: null, concurrency: 1, signal: controller.signal, onProgress: () => controller.abort() });
  assert.deepEqual(codes(first), ["FORBIDDEN", "skipped", "skipped"]);
  mock.users.set(77, { ...user(77, "boss"), emailAddress: "boss@new.example" });
  const manager = managerOf(ann);
  assert.deepEqual(codes(await applyChanges(config, plan, { cursor: first.cursor })), ["failed", "done", "CONFLICT"]);
  assert.equal(managerOf(mock.users.get(ann.id)), manager);
});
