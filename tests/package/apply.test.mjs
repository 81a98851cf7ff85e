// applyChanges: each change has its own result, in an order that works, at a rate that the instance allows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byEmail, create, remove, reportsTo, statuses, title, update } from "../support/changes.mjs";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { applyChanges, connect, userAttributes } = domoUsers;
const USERS = "/api/identity/v1/users";

test("creates with attributes, updates, managers and deletes, over HTTP", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const [first, second, third] = mock.users.keys();
  const progress = [];
  const plan = {
    unchanged: 0,
    warnings: [],
    changes: [
      remove(third), update(first, { roleId: 2, attributes: [title("Chief"), reportsTo("Anna@NEW.example")] }), create("anna", { attributes: [title("Boss")] }),
      create("ben", { attributes: [title("Analyst"), reportsTo("anna@new.example")] }), update(second, { displayName: "Second" }),
    ],
  };
  const result = await applyChanges(connect(config), plan, { onProgress: (p) => progress.push(p) });
  assert.deepEqual([result.done, result.failed, result.skipped], [5, 0, 0]);
  assert.deepEqual(result.results.map(({ index, status }) => [index, status]), [0, 1, 2, 3, 4].map((index) => [index, "done"]));
  const [anna, ben] = ["anna", "ben"].map((name) => byEmail(mock, `${name}@new.example`));
  assert.equal(userAttributes(anna).title, "Boss");
  assert.deepEqual([userAttributes(ben).title, userAttributes(ben).reportsTo], ["Analyst", String(anna.id)]);
  assert.deepEqual([userAttributes(mock.users.get(first)).reportsTo, mock.users.get(first).roleId], [String(anna.id), 2]);
  assert.equal(mock.users.get(second).displayName, "Second");
  assert.ok(!mock.users.has(third));
  assert.equal(result.results[3].user.id, ben.id);
  assert.deepEqual(progress.map(({ done, failed, total }) => [done, failed, total]), [1, 2, 3, 4, 5].map((done) => [done, 0, 5]));
  assert.deepEqual([progress.at(-1).etaMs, typeof progress[0].etaMs], [0, "number"]);
  const methods = mock.requests.map(({ method }) => method);
  assert.equal(methods.at(-1), "DELETE", "who goes, goes last");
  assert.ok(methods.lastIndexOf("POST") < methods.length - 3, "creates come first");
});

test("an empty list has no changes", async (t) => {
  const { mock, config } = await instance(t);
  assert.deepEqual(await applyChanges(config, []), { done: 0, failed: 0, skipped: 0, results: [] });
  assert.equal(mock.requests.length, 0);
});

test("one failure does not stop or hide another", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const [first, second] = mock.users.keys();
  const taken = mock.users.get(first).emailAddress;
  const changes = [
    create("anna"), { action: "create", user: { displayName: "x", emailAddress: taken, roleId: 1 } }, update(5, { roleId: 1 }), update(first, { roleId: 99 }),
    remove(6), update(second, { roleId: 3 }), create("ben", { attributes: [reportsTo("nobody@new.example")] }),
  ];
  const result = await applyChanges(config, changes);
  assert.deepEqual(statuses(result), ["done", "failed", "failed", "failed", "failed", "done", "failed"]);
  assert.deepEqual(result.results.map(({ error }) => error?.code), [undefined, "CONFLICT", "NOT_FOUND", "REQUEST_REJECTED", "NOT_FOUND", undefined, "NOT_FOUND"]);
  assert.equal(result.results[1].error.existing.id, first);
  assert.match(result.results[6].error.message, /nobody@new\.example/);
  assert.equal(result.results[6].user.displayName, "ben", "he was created all the same");
  assert.ok(result.results.every(({ error }) => error === undefined || (error instanceof Error && error.name === "DomoError")));
});

test("invalid changes are refused before anything is sent, and all are named", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [create("ok"), update("x", { roleId: 1 }), { action: "drop" }, create("no", {}), update(7, {})];
  const error = await rejection(applyChanges(config, changes));
  assert.equal(error.code, "INVALID_INPUT");
  for (const index of [1, 2, 3, 4]) assert.match(error.message, new RegExp(`changes\\[${index}\\]`));
  for (const wrong of [undefined, 7, {}, "x"]) assert.equal((await rejection(applyChanges(config, wrong))).code, "INVALID_INPUT");
  for (const wrong of [{ concurrency: 0 }, { concurrency: 101 }, { stopAfterFailures: 0 }, { deadlineMs: -1 }, { onProgress: 7 }, { onRead: 7 }, { journal: {} }, { signal: 7 }, { timeoutMs: "x" }, { dryRun: true }]) {
    const { code, message } = await rejection(applyChanges(config, [create("ok")], wrong));
    assert.ok(code === "INVALID_INPUT" && message.includes(Object.keys(wrong)[0]), message);
  }
  assert.equal(mock.requests.length, 0);
});

test("at most `concurrency` changes are in progress, and fewer while the instance returns 429", async (t) => {
  const { mock, config } = await instance(t, { users: 200 });
  let [now, most] = [0, 0];
  const counting = async (url, init) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    try {
      return await mock.fetch(url, init);
    } finally {
      now--;
    }
  };
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 2 }));
  await applyChanges({ ...config, fetch: counting }, changes.slice(0, 50), { concurrency: 7 });
  assert.equal(most, 7);
  [now, most] = [0, 0];
  await applyChanges({ ...config, fetch: counting }, changes.slice(0, 50));
  assert.equal(most, 4);
  mock.addFault({ status: 429, headers: { "retry-after": "0" }, times: 12 });
  const result = await applyChanges(connect({ ...config, fetch: counting, maxRetries: 20 }), changes, { concurrency: 16 });
  assert.equal(result.done, 200);
  [now, most] = [0, 0];
  let seen = 0;
  mock.addFault({ status: 429, headers: { "retry-after": "0" }, times: 40 });
  const slowed = async (url, init) => {
    const answer = await counting(url, init);
    if (++seen === 60) most = 0; // no more 429 responses: measures the concurrency from here
    return answer;
  };
  await applyChanges(connect({ ...config, fetch: slowed, maxRetries: 50 }), changes.slice(0, 40), { concurrency: 16 });
  assert.ok(most < 16, `${most} at a time right after the 429s`);
});

test("a new user who is not yet usable as a manager is waited for", async (t) => {
  const { mock, config } = await instance(t, { oddities: { managerDelay: 3 } });
  const result = await applyChanges(config, [create("anna"), create("ben", { attributes: [reportsTo("anna@new.example")] })]);
  assert.deepEqual([result.done, result.failed], [2, 0]);
  assert.equal(userAttributes(byEmail(mock, "ben@new.example")).reportsTo, String(byEmail(mock, "anna@new.example").id));
});

test("stopAfterFailures", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  mock.addFault({ method: "DELETE", status: 500, times: Infinity });
  const result = await applyChanges(config, [...mock.users.keys()].map(remove), { concurrency: 2, stopAfterFailures: 3 });
  assert.ok(result.failed >= 3 && result.failed <= 4);
  assert.equal(result.failed + result.skipped, 25);
});

test("a create whose response contains another user is not done", async (t) => {
  const { mock, config } = await instance(t);
  const [other] = mock.users.values();
  const fetch = async (url, init) => {
    const answer = await mock.fetch(url, init);
    return init.method === "POST" && !String(url).includes("search") ? Response.json(other) : answer;
  };
  const then = { attributes: [title("Boss")] };
  // The look-up shows that the user was created: the update that follows is sent to this user.
  const { results: [{ status, user }] } = await applyChanges({ ...config, fetch }, [create("anna", then)]);
  assert.deepEqual([status, user.emailAddress, userAttributes(user).title], ["done", "anna@new.example", "Boss"]);
  assert.notEqual(userAttributes(mock.users.get(other.id)).title, "Boss");
  const nobody = async (url, init) => (String(url).includes("search") ? mock.fetch(url, init) : Response.json(other));
  const { results: [lost] } = await applyChanges({ ...config, fetch: nobody }, [create("ben", then)]);
  assert.deepEqual([lost.status, lost.error.code], ["failed", "BAD_RESPONSE"]);
  assert.match(lost.error.message, /It is unknown whether the user was created/);
});

test("an error about a manager who is not new is reported at once", async (t) => {
  const { mock, config } = await instance(t);
  const [first, second] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 400, times: Infinity });
  const changes = [create("new"), update(first, { attributes: [reportsTo(mock.users.get(second).emailAddress)] })];
  const { results } = await applyChanges(config, changes);
  assert.deepEqual(results.map(({ status, error }) => [status, error?.status]), [["done", undefined], ["failed", 400]]);
  assert.equal(mock.requests.filter(({ method }) => method === "PATCH").length, 1);
});

test("a manager is not deleted if the update that changes a report's manager failed", async (t) => {
  const { mock, config } = await instance(t, { users: 5 });
  const [boss, anna, heir, other] = mock.users.keys();
  const moves = (id) => ({ ...update(id, { attributes: [reportsTo(String(heir))] }), before: { attributes: [{ key: "reportsTo", values: [boss] }] } });
  mock.addFault({ method: "PATCH", path: `${USERS}/${anna}`, status: 400, times: 2 });
  const changes = [remove(boss), moves(anna), remove(other)];
  for (const how of [{}, { cursor: null }]) {
    const result = await applyChanges(config, changes, how);
    assert.deepEqual([statuses(result)[0], statuses(result)[1], result.results[0].error.code, mock.users.has(boss)], ["failed", "failed", "CONFLICT", true]);
    assert.match(result.results[0].error.message, /^Not deleted: the change that gives another manager/);
  }
  assert.deepEqual([(await applyChanges(config, changes.slice(0, 2))).done, mock.users.has(boss), mock.users.has(other)], [2, false, false]);
});

test("errors of onProgress and of its promises are ignored", async (t) => {
  const { mock, config } = await instance(t);
  const onProgress = async () => {
    throw new Error("mine");
  };
  const result = await applyChanges(config, [...mock.users.keys()].map(remove), { onProgress });
  assert.deepEqual([result.done, mock.users.size], [25, 0]);
});

test("a create with an unusable id has failed if an update follows", async () => {
  const fetch = async () => new Response('{"id":90071992547409931,"displayName":"a","roleId":4}');
  const config = { instance: "acme", developerToken: "t", fetch };
  assert.equal((await applyChanges(config, [create("a")])).done, 1);
  const { results: [{ status, error }] } = await applyChanges(config, [create("a", { attributes: [title("x")] })]);
  assert.deepEqual([status, error.code], ["failed", "BAD_RESPONSE"]);
});

test("two changes of the same user are sent one after the other", async (t) => {
  const { mock, config } = await instance(t);
  const [id, other] = mock.users.keys();
  mock.addFault({ method: "PATCH", delayMs: 50 });
  const result = await applyChanges(config, [update(id, { roleId: 2 }), update(id, { roleId: 3 }), update(other, { roleId: 5 })]);
  assert.deepEqual([result.done, mock.users.get(id).roleId, mock.users.get(other).roleId], [3, 3, 5]);
});
