// applyChanges with stale: "refuse", and plans of another instance.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { applyChanges, planUsers, undoPlan } = domoUsers;

const roleOf = (id, from, to) => ({ action: "update", id, changes: { roleId: to }, before: { roleId: from } });
const update = (user, key, value) => {
  const held = user.attributes.find((one) => one.key === key)?.values ?? [];
  return { action: "update", id: user.id, changes: { attributes: [{ key, values: [value] }] }, before: { attributes: [{ key, values: held }] } };
};
const set = (user, key, value) => {
  user.attributes = [...user.attributes.filter((one) => one.key !== key), { key, values: [value] }];
};
const statuses = ({ results }) => results.map(({ status, error }) => (error ? `${status} ${error.code}` : status));
const writes = (mock) => mock.requests.filter(({ method, path }) => method !== "GET" && !path.includes("search"));

test("onRead tells how many users were read, by a plan and before a run; its exceptions are ignored", async (t) => {
  const { mock, config } = await instance(t, { users: 50 });
  const body = JSON.stringify({ users: [...mock.users.values()] });
  // The users in ten pieces, whatever their borders.
  const inPieces = () => ReadableStream.from(Array.from({ length: 10 }, (_, k) => new TextEncoder().encode(body.slice((k * body.length) / 10, ((k + 1) * body.length) / 10))));
  const isList = (url, init) => init.method === "GET" && new URL(url).pathname.endsWith("/v1/users");
  const domo = { ...config, fetch: async (url, init) => (isList(url, init) ? new Response(inPieces(), { headers: { "content-type": "application/json" } }) : config.fetch(url, init)) };
  const seen = [];
  const onRead = (progress) => {
    seen.push(progress);
    throw new Error("of the callback");
  };
  const [id] = mock.users.keys();
  const plan = await planUsers(domo, [{ id, title: "Countess" }], { matchBy: "id", onRead });
  const counts = seen.splice(0).map(({ users, ...rest }) => (assert.deepEqual(rest, {}), users));
  assert.ok(counts.length >= 9, `${counts}`);
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
  assert.ok(counts[0] > 0 && counts[0] < 10, `${counts}`);
  assert.equal(counts.at(-1), 50);

  const asPlanned = await applyChanges(domo, plan, { onRead });
  assert.deepEqual([asPlanned.done, seen.length], [1, 0], "without stale, nobody is read");
  const again = await applyChanges(domo, plan, { stale: "refuse", onRead });
  assert.deepEqual([again.done, seen.at(-1)], [1, { users: 50 }]);
  await assert.rejects(planUsers(domo, [{ id }], { matchBy: "id", onRead: 7 }), /onRead must be a function/);
});

test("a change whose user was changed since the plan fails with STALE and is not sent", async (t) => {
  const { mock, config } = await instance(t);
  const users = [...mock.users.values()];
  const changes = [update(users[0], "title", "CTO"), update(users[1], "title", "CFO"), { action: "delete", id: users[2].id, before: structuredClone(users[2]) }, { action: "delete", id: users[3].id, before: structuredClone(users[3]) }];
  set(users[1], "title", "Intern");
  set(users[2], "lastActivity", 1); // nobody set this by hand
  set(users[3], "department", "Board");
  const result = await applyChanges(config, changes, { stale: "refuse" });
  assert.deepEqual(statuses(result), ["done", "failed STALE", "done", "failed STALE"]);
  assert.match(result.results[1].error.message, /"title" was .*, and is "Intern" now\. Plan again$/);
  assert.match(result.results[3].error.message, /"department" was .*, and is "Board" now/);
  assert.deepEqual(writes(mock).map(({ method }) => method), ["PATCH", "DELETE"]);
  assert.deepEqual(mock.requests.filter(({ method }) => method === "GET").map(({ path }) => path), ["/api/identity/v1/users?parts=DETAILED"]);
  assert.ok(mock.users.has(users[3].id));
  // Without the option, everything is sent.
  assert.deepEqual(statuses(await applyChanges(config, [changes[1], changes[3]])), ["done", "done"]);
});

test("a change that is in effect already is done without a request", async (t) => {
  const { mock, config } = await instance(t);
  const users = [...mock.users.values()];
  const ada = { displayName: "Ada", emailAddress: "ada@example.com", roleId: 4 };
  const plan = [
    update(users[0], "title", "CTO"), { action: "delete", id: users[1].id, before: structuredClone(users[1]) }, { action: "create", user: ada, then: { attributes: [{ key: "title", values: ["CTO"] }] } },
    { action: "update", id: users[2].id, changes: { attributes: [{ key: "reportsTo", values: ["ada@example.com"] }] }, before: {} },
  ];
  if (users[2].attributes.some(({ key }) => key === "reportsTo")) plan[3].before = { attributes: users[2].attributes.filter(({ key }) => key === "reportsTo") };
  const first = await applyChanges(config, plan, { stale: "refuse" });
  assert.deepEqual([first.done, first.failed], [4, 0], first.results.find(({ error }) => error)?.error.message);
  const sent = writes(mock).length;
  const again = await applyChanges(config, plan, { stale: "refuse" });
  assert.deepEqual([again.done, again.failed, writes(mock).length], [4, 0, sent]);
  assert.equal(again.results[0].user.id, users[0].id);
  // Undo deletes the user whom the result of a create shows, so it shows only one that this run created.
  assert.equal(again.results[2].user, undefined);
});

test("a create fails with CONFLICT if another user has the address", async (t) => {
  const { mock, config } = await instance(t);
  const [user] = mock.users.values();
  const create = { action: "create", user: { displayName: "Somebody else", emailAddress: user.emailAddress.toUpperCase(), roleId: 4 } };
  const { results } = await applyChanges(config, [create], { stale: "refuse" });
  assert.deepEqual([results[0].error.code, results[0].error.existing.id, writes(mock).length], ["CONFLICT", user.id, 0]);
});

test("an update of a user who is gone fails, and its failures count", async (t) => {
  const { mock, config } = await instance(t);
  const [one, two] = mock.users.values();
  const changes = [roleOf(7, 1, 2), roleOf(one.id, one.roleId, 5)];
  const { results } = await applyChanges(config, changes, { stale: "refuse", stopAfterFailures: 1 });
  assert.deepEqual([results[0].error.code, results[1].status, writes(mock).length], ["STALE", "skipped", 0]);
  assert.ok(two);
});

test("a user whom the list lacks is looked up by id, and gone only if there is no such user", async (t) => {
  const { mock, config } = await instance(t, { oddities: { listLimit: 1 } });
  const [, one, two, three] = mock.users.values();
  const plan = [update(one, "title", "CTO"), { action: "delete", id: two.id, before: structuredClone(two) }, { action: "delete", id: three.id, before: structuredClone(three) }, { action: "delete", id: 7, before: { displayName: "Ada" } }];
  set(three, "department", "Board");
  const result = await applyChanges(config, plan, { stale: "refuse" });
  assert.deepEqual(statuses(result), ["done", "done", "failed STALE", "done"]);
  assert.deepEqual([mock.users.has(two.id), mock.users.has(three.id)], [false, true]);
  assert.deepEqual(result.results.map(({ unsent }) => unsent), [undefined, undefined, undefined, true]);
  assert.equal(mock.requests.filter(({ method }) => method === "GET").length, 5);
  mock.addFault({ method: "GET", path: /users\/\d+/, status: 403 });
  assert.equal((await rejection(applyChanges(config, [update(one, "title", "CEO")], { stale: "refuse" }))).code, "FORBIDDEN");
});

test("a change that was in effect already is marked as unsent, and is not undone", async (t) => {
  const { mock, config } = await instance(t);
  const [one, two] = mock.users.values();
  const ada = { displayName: "Ada", emailAddress: "ada@example.com", roleId: 4 };
  const plan = { changes: [update(one, "title", "CTO"), { action: "delete", id: two.id, before: structuredClone(two) }, { action: "create", user: ada }], unchanged: 5, warnings: [] };
  await applyChanges(config, plan.changes);
  const result = JSON.parse(JSON.stringify(await applyChanges(config, plan, { stale: "refuse" })));
  assert.deepEqual(result.results.map(({ status, unsent }) => [status, unsent]), [["done", true], ["done", true], ["done", true]]);
  const undo = undoPlan(plan, result);
  // The user of the update and that of the create need no change; that of the delete is gone.
  assert.deepEqual([undo.changes, undo.warnings, undo.unchanged], [[], [], 7]);
});

test("what planUsers plans for a user without a name can be compared and undone", async (t) => {
  const { mock, config } = await instance(t, { users: [{ id: 11, roleId: 4, emailAddress: "ada@example.com", userName: "ada@example.com" }] });
  const plan = await planUsers(config, [{ emailAddress: "ada@example.com", displayName: "Ada", title: "CTO" }]);
  assert.equal(plan.changes[0].before.displayName, undefined);
  const result = await applyChanges(config, plan, { stale: "refuse" });
  assert.deepEqual(statuses(result), ["done"]);
  const undo = undoPlan(plan, result);
  assert.deepEqual(undo.changes[0].changes, { attributes: [{ key: "title", values: [null] }] });
  assert.match(undo.warnings[0], /the user had none.*\(1\): displayName of /);
  assert.equal((await applyChanges(config, undo, { stale: "refuse" })).done, 1);
  assert.equal(mock.users.get(11).displayName, "Ada");
});

test("a change without its old values is refused before anything is sent", async (t) => {
  const { mock, config } = await instance(t);
  for (const change of [{ action: "update", id: 7, changes: { roleId: 2 } }, { action: "update", id: 7, changes: { roleId: 2 }, before: null }, { action: "delete", id: 7 }]) {
    const error = await rejection(applyChanges(config, [roleOf(8, 1, 2), change], { stale: "refuse" }));
    assert.equal(error.code, "INVALID_INPUT");
    assert.match(error.message, /^changes\[1\]: stale: "refuse" needs the values before/);
  }
  const error = await rejection(applyChanges(config, [], { stale: "maybe" }));
  assert.match(error.message, /^stale must be apply or refuse; got "maybe"$/);
  assert.equal(mock.requests.length, 0);
});

test("changes that an earlier run began are looked up, not compared", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const [one, two] = mock.users.values();
  const plan = [update(one, "title", "CTO"), update(two, "title", "CFO")];
  mock.addFault({ method: "PATCH", path: `/api/identity/v1/users/${one.id}`, drop: true, afterEffect: true });
  const lines = [];
  const journal = { read: () => lines, append: (line) => void lines.push(line) };
  const first = await applyChanges(config, plan, { journal, stale: "refuse", concurrency: 1 });
  assert.deepEqual(statuses(first), ["failed NETWORK", "done"]);
  set(one, "department", "Board");
  const second = await applyChanges(config, plan, { journal, stale: "refuse" });
  assert.deepEqual(statuses(second), ["done", "done"]);
  // Nothing was left to compare, so the list was not read again.
  assert.equal(mock.requests.filter(({ path }) => path.startsWith("/api/identity/v1/users?")).length, 1);
});

test("with a cursor, a stale change is not tried again", async (t) => {
  const { mock, config } = await instance(t);
  const [one, two] = mock.users.values();
  const plan = [update(one, "title", "CTO"), update(two, "title", "CFO")];
  set(one, "title", "Intern");
  const first = await applyChanges(config, plan, { cursor: null, stale: "refuse", deadlineMs: 60_000 });
  assert.deepEqual([statuses(first), first.cursor], [["failed STALE", "done"], null]);
});

test("if the instance cannot be read, nothing is sent; an abort skips everything", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const [one] = mock.users.values();
  mock.addFault({ method: "GET", status: 403 });
  assert.equal((await rejection(applyChanges(config, [roleOf(one.id, one.roleId, 5)], { stale: "refuse" }))).code, "FORBIDDEN");
  mock.addFault({ method: "GET", stall: true });
  const aborted = await applyChanges(config, [roleOf(one.id, one.roleId, 5)], { stale: "refuse", signal: AbortSignal.timeout(20) });
  assert.deepEqual(statuses(aborted), ["skipped"]);
  mock.addFault({ method: "GET", stall: true });
  const late = await applyChanges(config, [roleOf(one.id, one.roleId, 5)], { stale: "refuse", deadlineMs: 150 });
  assert.deepEqual(statuses(late), ["skipped"]);
  assert.equal(writes(mock).length, 0);
});

test("Code Engine and axios compare, too", async (t) => {
  const { mock } = await instance(t);
  const [one, two] = mock.users.values();
  const plan = [update(one, "title", "CTO"), update(two, "title", "CFO")];
  set(two, "title", "Intern");
  const codeengine = mock.codeengine();
  assert.deepEqual(statuses(await applyChanges({ codeengine }, plan, { stale: "refuse" })), ["done", "failed STALE"]);
});

test("a plan of another instance is refused before anything is sent", async (t) => {
  const { mock, config } = await instance(t);
  const [one] = mock.users.values();
  const plan = (name) => ({ changes: [roleOf(one.id, one.roleId, 5)], unchanged: 0, warnings: [], ...(name !== undefined && { instance: name }) });
  for (const name of ["other.domo.com", "acme", "https://acme.domo.com", 7, ""]) {
    const error = await rejection(applyChanges(config, plan(name)));
    assert.equal(error.code, "INVALID_INPUT");
    assert.match(error.message, /^The plan was made for the instance .*, and this is acme\.domo\.com: ids differ/);
  }
  assert.equal(mock.requests.length, 0);
  for (const name of ["acme.domo.com", "ACME.domo.com", undefined, null]) assert.equal((await applyChanges(config, plan(name))).done, 1);
  assert.equal((await applyChanges({ codeengine: mock.codeengine() }, plan("other.domo.com"))).done, 1);
  const { baseUrl, close } = await mock.listen();
  t.after(close);
  const proxy = { baseUrl, developerToken: config.developerToken };
  assert.equal((await rejection(applyChanges(proxy, plan("acme.domo.com")))).code, "INVALID_INPUT");
  assert.equal((await applyChanges(proxy, plan(new URL(baseUrl).host))).done, 1);
});
