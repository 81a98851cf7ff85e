// undoPlan with the results of runs that were resumed, or that ended without a result.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byEmail, create, memory, remove, reportsTo, statuses, title } from "../support/changes.mjs";
import { domoUsers, instance } from "../support/installed.mjs";

const { applyChanges, connect, formatPlan, planUsers, undoPlan } = domoUsers;
const copy = (mock) => structuredClone([...mock.users.values()]);
const roleOf = (user, to) => ({ action: "update", id: user.id, changes: { roleId: to }, before: { roleId: user.roleId } });
const managerOf = (user) => user.attributes.find(({ key }) => key === "reportsTo")?.values[0];

test("users whom an earlier run created are deleted", async (t) => {
  const { mock, config } = await instance(t);
  const before = copy(mock);
  const plan = [create("ann"), create("bob", { attributes: [title("CTO"), reportsTo("ann@new.example")] })];
  const journal = memory();
  const first = await applyChanges(config, plan, { journal });
  const ids = first.results.map(({ user }) => user.id);
  const sent = mock.requests.length;
  const second = await applyChanges(config, plan, { journal });
  assert.deepEqual([statuses(second), second.results.map(({ user }) => user.id), mock.requests.length], [["done", "done"], ids, sent]);
  const undo = undoPlan(plan, JSON.parse(JSON.stringify(second)));
  assert.deepEqual([undo.changes.map(({ action, id }) => [action, id]), undo.warnings], [[["delete", ids[1]], ["delete", ids[0]]], []]);
  const back = await applyChanges(config, undo, { stale: "refuse" });
  assert.deepEqual([back.done, copy(mock)], [2, before]);
});

test("a user who was created in the first run of a cursor is deleted, also if the rest of the change failed", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const before = copy(mock);
  const plan = [create("ann"), create("bob", { attributes: [title("CTO")] }), create("cy")];
  mock.addFault({ method: "PATCH", status: 403 });
  const controller = new AbortController();
  const first = await applyChanges(config, plan, { cursor: null, concurrency: 1, signal: controller.signal, onProgress: ({ failed }) => failed && controller.abort() });
  assert.deepEqual(statuses(first), ["done", "failed", "skipped"]);
  const second = await applyChanges(config, plan, { cursor: first.cursor });
  assert.deepEqual(statuses(second), ["done", "failed", "done"]);
  const ids = ["ann", "bob"].map((name) => byEmail(mock, `${name}@new.example`).id);
  assert.deepEqual(second.results.slice(0, 2).map(({ user }) => user), [0, 1].map((at) => ({ id: ids[at], ...plan[at].user })));
  const undo = undoPlan(plan, second);
  assert.deepEqual([undo.changes.length, undo.warnings], [3, []]);
  assert.equal((await applyChanges(config, undo, { stale: "refuse" })).done, 3);
  assert.deepEqual(copy(mock), before);
});

test("after a crash, a run that is aborted at once tells what was done, and can be undone without sending the rest", async (t) => {
  const { mock, config } = await instance(t);
  const users = copy(mock);
  const plan = [create("ann"), create("bob", { attributes: [title("CTO")] }), roleOf(users[0], 5), roleOf(users[1], 5)];
  const journal = memory();
  // The fourth request never ends, so the run never returns: as if the process had been killed.
  let count = 0;
  const fetch = (...args) => (++count < 4 ? config.fetch(...args) : new Promise(() => {}));
  void applyChanges(connect({ ...config, fetch, timeoutMs: 0 }), plan, { journal, concurrency: 1 });
  while (!journal.lines.some((line) => line.startsWith("begin 2"))) await new Promise((done) => setTimeout(done, 5));
  const [sent, written] = [mock.requests.length, journal.lines.length];
  const appended = [];
  const lines = async function* () {
    yield* journal.lines;
  };
  const result = await applyChanges(config, plan, { journal: { read: lines, append: (line) => void appended.push(line) }, signal: AbortSignal.abort() });
  assert.deepEqual([statuses(result), mock.requests.length, journal.lines.length, appended], [["done", "done", "skipped", "skipped"], sent, written, []]);
  assert.deepEqual(result.results.slice(0, 2).map(({ user }) => user), [0, 1].map((at) => ({ id: byEmail(mock, plan[at].user.emailAddress).id, ...plan[at].user })));
  // The update may have been sent.
  assert.deepEqual([result.results[2].error.code, result.results[3].error], ["OUTCOME_UNKNOWN", undefined]);
  assert.match(result.results[2].error.message, /^An earlier run may have carried out this change\. Apply the same plan again/);
  const undo = undoPlan(plan, JSON.parse(JSON.stringify(result)));
  assert.deepEqual(undo.changes.map(({ action }) => action), ["delete", "delete"]);
  assert.match(undo.warnings[0], /may have taken effect.* \(1\): user \d+$/);
  assert.equal(undo.warnings.length, 1);
  await applyChanges(config, undo, { stale: "refuse" });
  assert.deepEqual(copy(mock), users);
});

test("what is not known, since the journal could not be read in time, is not silently left out of an undo", async (t) => {
  const { config } = await instance(t);
  const plan = [create("ann")];
  const result = await applyChanges(config, plan, { journal: { read: () => new Promise(() => {}), append() {} }, deadlineMs: 30 });
  assert.deepEqual([statuses(result), result.results[0].error.code], [["skipped"], "OUTCOME_UNKNOWN"]);
  assert.match(undoPlan(plan, result).warnings[0], /may have taken effect.*: ann <ann@new\.example>$/);
});

test("an aborted run waits for a slow journal", async (t) => {
  const { config } = await instance(t);
  const plan = [create("ann")];
  const journal = memory();
  await applyChanges(config, plan, { journal });
  const slow = { read: () => new Promise((done) => setTimeout(done, 1200, journal.lines)), append: assert.fail };
  assert.deepEqual(statuses(await applyChanges(config, plan, { journal: slow, signal: AbortSignal.abort() })), ["done"]);
});

test("people who reported to a deleted manager get the manager back, also those whom the plan does not change", async (t) => {
  const user = (id, name, manager) => ({
    id, displayName: name, emailAddress: `${name}@example.com`, userName: `${name}@example.com`, roleId: 4, attributes: manager ? [{ key: "reportsTo", values: [String(manager)] }] : [],
  });
  for (const removesManagers of [false, true]) {
    const { mock, config } = await instance(t, { users: [user(1, "owner"), user(2, "boss", 1), user(3, "ann", 2), user(4, "bob", 2), user(5, "cy", 2), user(6, "dee")] });
    const plan = await planUsers(config, [{ emailAddress: "owner@example.com" }, { emailAddress: "ann@example.com", title: "CTO" }, { emailAddress: "bob@example.com" }, { emailAddress: "cy@example.com", reportsTo: "owner@example.com" }, { emailAddress: "dee@example.com" }], { deleteMissing: true });
    const deleted = plan.changes.find(({ action }) => action === "delete");
    assert.deepEqual([deleted.id, deleted.reports], [2, [3, 4]]);
    const result = await applyChanges(config, plan, { stale: "refuse" });
    assert.equal(result.done, 3);
    if (removesManagers) for (const id of [3, 4]) mock.users.get(id).attributes = mock.users.get(id).attributes.filter(({ key }) => key !== "reportsTo");
    const undo = undoPlan(plan, result);
    assert.equal(undo.warnings.length, 1);
    assert.match(formatPlan(undo), /~ bob, id 4\n {4}manager: boss \(2\) → boss@example\.com\n/);
    const back = await applyChanges(config, undo, { stale: "refuse" });
    assert.deepEqual([back.failed, back.skipped], [0, 0], back.results.find(({ error }) => error)?.error.message);
    const boss = String(byEmail(mock, "boss@example.com").id);
    assert.deepEqual([3, 4, 5].map((id) => managerOf(mock.users.get(id))), [boss, boss, boss]);
    assert.equal(managerOf(byEmail(mock, "boss@example.com")), "1");
  }
});

test("whoever got another manager since the run keeps that manager", async (t) => {
  const { mock, config } = await instance(t);
  const [, boss, other] = mock.users.values();
  const [ann, bob] = [...mock.users.values()].slice(3, 5);
  const set = (user, manager) => (user.attributes = [...user.attributes.filter(({ key }) => key !== "reportsTo"), ...(manager ? [{ key: "reportsTo", values: [String(manager)] }] : [])]);
  for (const user of mock.users.values()) set(user, [ann, bob].includes(user) ? boss.id : undefined);
  const plan = [{ ...remove(boss.id), before: structuredClone(boss), reports: [ann.id, bob.id] }];
  const result = await applyChanges(config, plan);
  set(ann, other.id);
  const back = await applyChanges(config, undoPlan(plan, result), { stale: "refuse" });
  assert.deepEqual(back.results.map(({ status, error }) => error?.code ?? status), ["done", "STALE", "done"]);
  assert.equal(managerOf(mock.users.get(bob.id)), String(byEmail(mock, boss.emailAddress).id));
});

test("a plan with many names is formatted in a moment, and an undo names many people", async () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => at + 1);
  const users = Object.fromEntries(ids.map((id) => [id, `User ${id}`]));
  const before = { displayName: "Boss", emailAddress: "boss@example.com", roleId: 4 };
  const plan = { changes: [{ action: "delete", id: 70_000, before, reports: ids }], unchanged: ids.length, warnings: [], names: { users } };
  const undo = undoPlan(plan, { done: 1, failed: 0, skipped: 0, results: [{ index: 0, status: "done" }] });
  assert.deepEqual([undo.changes.length, undo.unchanged, undo.changes.at(-1).who], [20_001, 0, { displayName: "User 20000" }]);
  assert.equal(formatPlan({ ...undo, names: { users: { ...users, 70000: "Boss" } } }, { maxChanges: 1e9 }).match(/manager: Boss \(70000\) → boss@example\.com/g).length, 20_000);
});
