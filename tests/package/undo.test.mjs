// undoPlan: after a run and its undo, the instance is as before, except for the ids, groups and content of users who were deleted.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { memory } from "../support/changes.mjs";
import { TOKEN, domoUsers, mockDomo } from "../support/installed.mjs";

const { applyChanges, formatPlan, isDomoError, planUsers, undoPlan } = domoUsers;

const KEYS = ["title", "department", "employeeNumber", "phoneNumber", "costCenter", "hireDate", "shoeSize"];
// Set by the instance, or lost with the user: not part of what an undo restores.
const OWN = ["created", "modified", "lastActivity", "lastLogin", "avatarKey", "invitorUserId", "isActive", "isAnonymous", "isPending", "isSystemUser", "id"];
const RECORDED = { ...Object.fromEntries(OWN.map((key) => [key, true])), displayName: true, emailAddress: true, roleId: true };

const newInstance = (users) => {
  const mock = mockDomo({ users, developerToken: TOKEN });
  return { mock, config: { instance: "acme", developerToken: TOKEN, fetch: mock.fetch, maxRetries: 0 } };
};

/** The users as people see them: by address, without what the instance records itself. Managers who exist, or perhaps do, are shown by the address that they had `before`. */
function seen(users, before = users, perhaps = []) {
  const earlier = new Map(before.map((user) => [user.id, user.emailAddress]));
  const addresses = new Map(users.map(({ id, emailAddress }) => [String(id), earlier.get(id) ?? emailAddress]));
  for (const { id } of perhaps) addresses.set(String(id), earlier.get(id));
  const shown = users.map(({ displayName, roleId, emailAddress, userName, attributes }) => {
    const byKey = Object.fromEntries(
      attributes.filter(({ key, values }) => !RECORDED[key] && values.some((value) => value !== null)).map(({ key, values }) => [key, values.filter((value) => value !== null)]),
    );
    if (byKey.reportsTo) byKey.reportsTo = byKey.reportsTo.map((id) => addresses.get(String(id)) ?? id);
    byKey.userName = [userName];
    return [emailAddress.toLowerCase(), { displayName, roleId, emailAddress, ...Object.fromEntries(Object.entries(byKey).sort()) }];
  });
  return Object.fromEntries(shown.sort());
}

const copy = (mock) => structuredClone([...mock.users.values()]);
const heldBy = (user, key) => user.attributes.find((one) => one.key === key)?.values;
const managerOf = (user) => Number(heldBy(user, "reportsTo")?.[0]);
const setsManager = ({ changes }) => changes?.attributes?.some(({ key }) => key === "reportsTo");

/** Removes the managers who are gone from whoever reported to them, as an instance may do. */
function removeLostManagers(mock, before) {
  for (const user of mock.users.values()) {
    const manager = managerOf(user);
    if (before.some(({ id }) => id === manager) && !mock.users.has(manager)) user.attributes = user.attributes.filter(({ key }) => key !== "reportsTo");
  }
}
const isPutBack = ({ action, before, changes }, { id, emailAddress }) =>
  action === "update" && managerOf({ attributes: [], ...before }) === id && heldBy({ attributes: [], ...changes }, "reportsTo")?.[0] === emailAddress;
const putBack = (plan, undo) =>
  undo.changes.filter((change) => plan.changes.some(({ action, before }) => action === "delete" && isPutBack(change, before))).length;

/** A random plan for the users, as planUsers makes it. Every user is changed at most once. */
function planOf({ users, picks: given }) {
  // One in ten users is a manager, one of the first hundred.
  const picks = given.map((one) => (one.kind === "delete" && one.other % 2 ? { ...one, number: 1 + (one.number % 99) } : one));
  const [changes, deleted, taken] = [[], new Set(), new Set()];
  const at = (number) => users[number % users.length];
  for (const { kind, number } of picks) if (kind === "delete") deleted.add(at(number).id);
  // Whoever gets another address and user name cannot be named by the old address any more.
  const moved = new Set(picks.filter(({ fields }) => fields.email).map(({ number }) => at(number).id));
  const nameOf = (manager, other) => (other % 2 && !moved.has(manager.id) ? manager.emailAddress : String(manager.id));
  for (const { kind, number, other, text, key, fields } of picks) {
    const value = key === "hireDate" ? 1_500_000_000_000 + other : text;
    const user = at(number);
    const boss = at(other);
    const manager = deleted.has(boss.id) || boss.id === user.id ? undefined : boss;
    if (kind === "create") {
      const emailAddress = `new.${number}@example.com`;
      if (taken.has(emailAddress)) continue;
      taken.add(emailAddress);
      const attributes = [{ key, values: [value] }, ...(manager ? [{ key: "reportsTo", values: [nameOf(manager, other)] }] : [])];
      changes.push({ action: "create", user: { displayName: `New ${text}`, emailAddress, roleId: 1 + (number % 5) }, ...(fields.attribute && { then: { attributes } }) });
    } else if (!taken.has(user.id)) {
      taken.add(user.id);
      if (deleted.has(user.id)) {
        changes.push({ action: "delete", id: user.id, before: structuredClone(user) });
        continue;
      }
      const [sent, before] = [{ attributes: [] }, { attributes: [] }];
      const set = (name, value) => ([sent[name], before[name]] = [value, user[name]]);
      const setAttribute = (name, values) => {
        sent.attributes.push({ key: name, values });
        before.attributes.push({ key: name, values: heldBy(user, name) ?? [] });
      };
      if (fields.name) set("displayName", `Renamed ${text}`);
      if (fields.role) set("roleId", 1 + ((user.roleId + 1) % 5));
      if (fields.email) set("emailAddress", `moved.${user.id}@example.com`);
      if (fields.userName) setAttribute("userName", [`name.${user.id}`]);
      if (fields.attribute) setAttribute(key, number % 2 ? [null] : key === "hireDate" ? [value] : [value, 7]);
      if (fields.manager && manager) setAttribute("reportsTo", [nameOf(manager, other)]);
      if (before.attributes.length === 0) delete before.attributes;
      if (sent.attributes.length === 0) delete sent.attributes;
      if (Object.keys(sent).length > 0) changes.push({ action: "update", id: user.id, changes: sent, before, who: { displayName: user.displayName, emailAddress: user.emailAddress } });
    }
  }
  const moves = new Set(changes.filter(setsManager).map(({ id }) => id));
  const reportsOf = (manager) => users.filter((user) => managerOf(user) === manager && !moves.has(user.id)).map(({ id }) => id);
  for (const change of changes) if (change.action === "delete") change.reports = reportsOf(change.id);
  return { changes, unchanged: 1000 - changes.length, warnings: [], instance: "acme.domo.com" };
}

const pick = fc.record({
  kind: fc.constantFrom("create", "update", "update", "update", "delete"),
  number: fc.nat(999), other: fc.nat(999), text: fc.constantFrom("Sales", "=1+1", "R&D", "007", "日本", "a,b", "'x"), key: fc.constantFrom(...KEYS),
  fields: fc.record({ name: fc.boolean(), role: fc.boolean(), email: fc.boolean(), userName: fc.boolean(), attribute: fc.boolean(), manager: fc.boolean() }),
});

/** Checks a property. A failure shows the seed and the smallest counterexample. */
const check = (property, numRuns) => fc.assert(property, { numRuns, endOnFailure: true, includeErrorInReport: true });

/** Everyone with one of the addresses that a change of the plan has or had. */
const addressesOf = (changes) =>
  new Set(changes.flatMap(({ user, before, who, changes }) => [user, before, who, changes].map((one) => one?.emailAddress?.toLowerCase()).filter(Boolean)));

test("after a run and its undo, a thousand awkward users are as before", async () => {
  let [undone, returned] = [0, 0];
  const property = async (picks, removesManagers) => {
    const { mock, config } = newInstance(1000);
    const before = copy(mock);
    const plan = planOf({ users: before, picks });
    const result = await applyChanges(config, plan);
    assert.deepEqual([result.failed, result.skipped], [0, 0], result.results.find(({ error }) => error)?.error.message);
    const saved = JSON.parse(JSON.stringify({ plan, result })); // a plan and its result can be saved in the meantime
    const undo = undoPlan(saved.plan, saved.result);
    assert.equal(typeof formatPlan(undo), "string");
    assert.ok(!undo.warnings.some((line) => line.includes("who reported to them")));
    if (removesManagers) removeLostManagers(mock, before);
    const back = await applyChanges(config, undo, { stale: "refuse" });
    assert.deepEqual([back.failed, back.skipped], [0, 0], back.results.find(({ error }) => error)?.error.message);
    assert.deepEqual(seen(copy(mock), before), seen(before));
    undone += undo.changes.length;
    returned += putBack(plan, undo);
  };
  await check(fc.asyncProperty(fc.array(pick, { minLength: 1, maxLength: 40 }), fc.boolean(), property), 40);
  assert.ok(undone > 200 && returned > 20, `${undone} changes, ${returned} reports of deleted managers`);
});

test("a run that was only half done is undone as far as it went", async () => {
  const faults = fc.array(
    fc.record({ method: fc.constantFrom("POST", "PATCH", "DELETE"), status: fc.constantFrom(400, 403, 408, 500, 429, undefined), afterEffect: fc.boolean(), times: fc.integer({ min: 1, max: 4 }) }),
    { maxLength: 4 },
  );
  const end = fc.oneof(fc.record({ stopAfterFailures: fc.integer({ min: 1, max: 2 }) }), fc.record({ abortAfter: fc.nat(20) }), fc.constant({}));
  let [warned, undone] = [0, 0];
  const property = async (picks, faults, { abortAfter, ...options }, losesResult) => {
    const { mock, config } = newInstance(1000);
    const before = copy(mock);
    const plan = planOf({ users: before, picks });
    // A fault with a status from 400 on had no effect, unless the response was lost.
    for (const { status, afterEffect, ...fault } of faults) mock.addFault({ ...fault, path: /users(\/\d+)?$/, ...(status ? { status, ...((status === 500 || status === 408) && { afterEffect }) } : { drop: true, afterEffect }) });
    const controller = new AbortController();
    let count = 0;
    const onProgress = () => void (count++ === abortAfter && controller.abort());
    const journal = memory();
    let result = await applyChanges(config, plan, { ...options, journal, onProgress, signal: controller.signal, deadlineMs: 5000 });
    // After a crash, only the journal knows what was done.
    if (losesResult) result = await applyChanges(config, plan, { journal, signal: AbortSignal.abort() });
    // The same users without the faults. Made with more users first, so that no id is given twice.
    const { mock: clean, config: cleanConfig } = newInstance(1100);
    clean.users.clear();
    for (const user of copy(mock)) clean.users.set(user.id, user);
    const undo = undoPlan(plan, result);
    const back = await applyChanges(cleanConfig, undo);
    // What became of a request without a clear response cannot be known: the warnings say so.
    const isUnclear = ({ error, user }) => user === undefined && ["NETWORK", "TIMEOUT", "OUTCOME_UNKNOWN", "SERVER_ERROR", "BAD_RESPONSE", 408].some((one) => one === error?.code || one === error?.status);
    const unclear = plan.changes.filter((_, at) => isUnclear(result.results[at]));
    assert.equal(undo.warnings.some((line) => line.includes(`without a clear response, and may have taken effect. They are not undone: look at these users (${unclear.length}): `)), unclear.length > 0);
    warned += unclear.length;
    // A manager who was perhaps deleted is given back by a change of the manager alone, which fails if the manager is gone.
    const perhapsDeleted = new Set(unclear.filter(({ action }) => action === "delete").map(({ id }) => id));
    const isOfLostManager = ({ action, changes }) => action === "update" && Object.keys(changes).join() === "attributes" && changes.attributes.length === 1 && perhapsDeleted.has(managerOf(changes));
    const failed = undo.changes.filter((_, at) => back.results[at].error);
    assert.deepEqual([failed.filter((change) => !isOfLostManager(change)), back.skipped], [[], 0], back.results.find(({ error }) => error)?.error.message);
    for (const change of failed) assert.ok(!clean.users.has(managerOf(change.changes)));
    const withoutManager = new Set(failed.map(({ id }) => before.find((user) => user.id === id).emailAddress.toLowerCase()));
    const open = addressesOf(unclear);
    const without = (users) => {
      const shown = Object.entries(seen(users, before, unclear)).filter(([email]) => !open.has(email));
      return Object.fromEntries(shown.map(([email, { reportsTo, ...user }]) => [email, { ...user, reportsTo: withoutManager.has(email) ? "lost" : reportsTo }]));
    };
    assert.deepEqual(without(copy(clean)), without(before));
    undone += undo.changes.length;
  };
  await check(fc.asyncProperty(fc.array(pick, { minLength: 1, maxLength: 25 }), faults, end, fc.boolean(), property), 50);
  assert.ok(warned > 5 && undone > 100, `${warned} ${undone}`);
});

test("the plan of a random list is undone", async () => {
  const row = fc.record(
    { displayName: fc.constantFrom("Ann", "=x"), roleId: fc.integer({ min: 1, max: 5 }), title: fc.constantFrom("CTO", "=1+1", "R&D", ""), shoeSize: fc.constantFrom("40", "41"), moves: fc.boolean(), boss: fc.nat(299) },
    { requiredKeys: ["displayName", "roleId"] },
  );
  let [deleted, undone, returned] = [0, 0, 0];
  const property = async (edits, missing, newcomers, emptyCells, removesManagers) => {
    const { mock, config } = newInstance(300);
    const before = copy(mock);
    // The first user is the owner of the token.
    const isManager = new Map(before.slice(1).map((user) => [managerOf(user), true]));
    const managers = before.slice(1).filter(({ id }) => isManager.has(id));
    const gone = new Set(missing.map((number) => (number % 2 ? managers[number % managers.length] : before[number]).id));
    const listed = before.filter(({ id, attributes }) => !gone.has(id) && !gone.has(Number(attributes.find(({ key }) => key === "reportsTo")?.values[0])));
    const address = (number) => listed[number % listed.length].emailAddress;
    const rows = new Map(before.filter(({ id }) => !gone.has(id)).map(({ emailAddress }) => [emailAddress, { emailAddress }]));
    for (const [number, { moves, boss, ...fields }] of [...edits, ...newcomers.map((one, at) => [1000 + at, one])]) {
      const emailAddress = number < 1000 ? address(number) : `new.${number}@example.com`;
      const manager = boss !== undefined && number < 1000 && boss % listed.length < number % listed.length && { reportsTo: address(boss) };
      rows.set(emailAddress, { emailAddress, ...fields, ...manager, ...(moves && number < 1000 && { newEmail: `moved.${number}@example.com` }) });
    }
    let plan;
    try {
      plan = await planUsers(config, [...rows.values()], { deleteMissing: true, emptyCells, newAttributes: ["shoeSize"] });
    } catch (error) {
      if (error.code !== "INVALID_INPUT") throw error; // managers in a circle, or of people who stay
      return;
    }
    const result = await applyChanges(config, plan);
    assert.deepEqual([result.failed, result.skipped], [0, 0], result.results.find(({ error }) => error)?.error.message);
    const undo = undoPlan(plan, result);
    if (removesManagers) removeLostManagers(mock, before);
    const back = await applyChanges(config, undo, { stale: "refuse" });
    assert.deepEqual([back.failed, back.skipped], [0, 0], back.results.find(({ error }) => error)?.error.message);
    const whole = plan.changes.filter(({ action, before }) => action !== "delete" || before.attributes).length === plan.changes.length;
    const compared = (users) => Object.entries(seen(users, before)).filter(([email]) => whole || !before.some(({ id, emailAddress }) => gone.has(id) && emailAddress.toLowerCase() === email));
    assert.deepEqual(compared(copy(mock)), compared(before));
    deleted += gone.size;
    undone += undo.changes.length;
    returned += putBack(plan, undo);
  };
  const edits = fc.array(fc.tuple(fc.nat(299), row), { maxLength: 20 });
  await check(fc.asyncProperty(edits, fc.uniqueArray(fc.nat(299), { maxLength: 3 }), fc.array(row, { maxLength: 4 }), fc.constantFrom("keep", "clear"), fc.boolean(), property), 50);
  assert.ok(deleted > 5 && undone > 100 && returned > 20, `${deleted} ${undone} ${returned}`);
});

test("wrong arguments are refused at once", () => {
  const plan = { changes: [{ action: "delete", id: 7 }], unchanged: 0, warnings: [] };
  const result = { done: 1, failed: 0, skipped: 0, results: [{ index: 0, status: "done" }] };
  const other = { ...result, results: [...result.results, { index: 1, status: "done" }] };
  for (const args of [[], [plan], [plan, null], [plan, {}], [plan, Promise.resolve(result)], [Promise.resolve(plan), result], [plan, other], [{}, result]]) {
    assert.throws(() => undoPlan(...args), (error) => isDomoError(error) && error.code === "INVALID_INPUT", JSON.stringify(args));
  }
  assert.equal(undoPlan(plan, result).warnings.length, 1);
});

test("formatPlan takes a plan or a list, and refuses everything else", () => {
  const changes = [{ action: "delete", id: 7, before: { displayName: "Ada", emailAddress: "ada@example.com" } }];
  assert.equal(formatPlan({ changes, unchanged: 4, warnings: [] }), "1 change: 1 delete; 4 users unchanged\n\nDelete (1)\n- Ada <ada@example.com>, id 7\n");
  assert.equal(formatPlan(changes, { color: true }), "1 change: 1 delete\n\n\u001b[31mDelete (1)\u001b[0m\n\u001b[31m- Ada <ada@example.com>, id 7\u001b[0m\n");
  assert.equal(formatPlan(changes, { maxChanges: 0 }), "1 change: 1 delete\n\n… and 1 more\n");
  const plan = { changes, unchanged: 4, warnings: [] };
  const wrong = [[], [null], [Promise.resolve(plan)], ["plan"], [{ changes: 7 }], [[{ action: "drop" }]], [plan, { colour: true }], [plan, { signal: AbortSignal.timeout(1) }], [plan, { color: 1 }], [plan, { maxChanges: -1 }], [plan, 7], [plan, null]];
  for (const args of wrong) assert.throws(() => formatPlan(...args), (error) => isDomoError(error) && error.code === "INVALID_INPUT", JSON.stringify(args));
});
