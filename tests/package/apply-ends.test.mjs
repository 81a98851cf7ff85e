// applyChanges: how a run ends early: by an abort, a deadline or a lasting 429.
import assert from "node:assert/strict";
import { test } from "node:test";
import { abortAfter, byEmail, create, memory, remove, reportsTo, statuses, title, update } from "../support/changes.mjs";
import { domoUsers, instance } from "../support/installed.mjs";

const { applyChanges, connect, userAttributes } = domoUsers;
const USERS = "/api/identity/v1/users";

test("after an abort the run resolves: requests in flight finish, the rest is skipped", async (t) => {
  const { mock, config } = await instance(t, { users: 40 });
  const controller = new AbortController();
  const onProgress = ({ done }) => done === 10 && controller.abort();
  const result = await applyChanges(config, [...mock.users.keys()].map((id) => update(id, { roleId: 5 })), { signal: controller.signal, onProgress });
  assert.deepEqual([result.failed, result.done + result.skipped], [0, 40]);
  assert.ok(result.done >= 10 && result.done <= 13);
  assert.deepEqual(mock.requests.length, result.done);
  const none = await applyChanges(config, [remove(1)], { signal: AbortSignal.abort() });
  assert.deepEqual([none.skipped, mock.requests.length], [1, result.done]);
});

test("a deadline: no change is started that may not end in time", async (t) => {
  const { mock, config } = await instance(t, { users: 60 });
  mock.addFault({ delayMs: 40, times: Infinity });
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 5 }));
  const journal = memory();
  const result = await applyChanges(config, changes, { deadlineMs: 300, journal });
  assert.deepEqual([result.failed, result.done + result.skipped], [0, 60]);
  assert.ok(result.done > 0 && result.skipped > 0);
  const rest = await applyChanges(config, changes, { journal, concurrency: 30 });
  assert.deepEqual([rest.done, mock.requests.length], [60, 60]);
  mock.addFault({ stall: true, times: Infinity });
});

test("a deadline cancels requests in flight", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ stall: true, times: Infinity });
  const result = await applyChanges(config, [...mock.users.keys()].map(remove), { deadlineMs: 120 });
  assert.deepEqual(result.results.map(({ error }) => error?.code).slice(0, 4), ["TIMEOUT", "TIMEOUT", "TIMEOUT", "TIMEOUT"]);
  assert.deepEqual([result.done, result.failed, result.skipped], [0, 0, 25], "nothing was carried to its end");
});

test("if a 429 of another change ends the run, a change that waited for a retry is skipped", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  mock.addFault({ status: 429, headers: { "retry-after": "100" } });
  let [cursor, result] = [null];
  do {
    result = await applyChanges(connect(config), [create("anna"), create("ben")], { cursor });
    assert.equal(result.failed, 0);
    ({ cursor } = result);
  } while (cursor !== null);
  assert.equal(result.done, 2);
});

test("a change that the instance refuses has failed, at the deadline too", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 404, times: 1 });
  const { done, failed, cursor } = await applyChanges(config, [update(id, { roleId: 3 })], { deadlineMs: 60, cursor: null });
  assert.deepEqual([done, failed, cursor], [0, 1, null]);
});

test("the deadline ends waits for a rate limit and for a new manager", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ method: "POST", path: USERS, status: 429, headers: { "retry-after": "30" } });
  const begun = Date.now();
  const held = await applyChanges(connect(config), ["a", "b", "c"].map((name) => create(name)), { deadlineMs: 500, concurrency: 1 });
  assert.deepEqual([held.done, held.skipped >= 2, mock.requests.length], [0, true, 1]);
  const [first] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 400, times: Infinity });
  for (const [name, end] of [["x", () => ({ deadlineMs: 500 })], ["y", () => ({ signal: abortAfter(200) })]]) {
    const boss = [create(name), update(first, { attributes: [reportsTo(`${name}@new.example`)] })];
    const { results: [, { status, error }] } = await applyChanges(config, boss, end());
    assert.deepEqual([status, error.status], ["skipped", 400], "it was to be tried again");
  }
  assert.ok(Date.now() - begun < 8_000);
});

test("a Retry-After of more than a minute ends the run, and its change had no effect", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ status: 429, headers: { "retry-after": "90" } });
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 3 }));
  const { done, failed, skipped, results, cursor } = await applyChanges(connect(config), changes, { cursor: null, concurrency: 1 });
  assert.deepEqual([done, failed, skipped, mock.requests.length], [0, 0, 25, 1]);
  assert.deepEqual([results[0].error.code, results[0].error.retryAfterMs, results[1].error], ["RATE_LIMITED", 90_000, undefined]);
  assert.equal((await applyChanges(config, changes, { cursor })).done, 25);
});

test("an abort ends the wait for a rate limit; the change had no effect and is skipped", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ method: "DELETE", status: 429, headers: { "retry-after": "30" } });
  const lines = [];
  const begun = Date.now();
  const result = await applyChanges(connect(config), [remove(id), create("late")], { journal: memory(lines), signal: abortAfter(50) });
  assert.deepEqual([statuses(result), mock.requests.filter(({ method }) => method === "DELETE").length], [["skipped", "done"], 1]);
  assert.ok(Date.now() - begun < 8_000);
  assert.equal((await applyChanges(config, [remove(id), create("late")], { journal: memory(lines) })).done, 2);
});

test("a change whose retry was prevented by an abort is skipped, with the error", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 503, headers: { "retry-after": "30" }, times: Infinity });
  const [{ status, error }] = (await applyChanges(config, [update(id, { roleId: 2 })], { signal: abortAfter(50) })).results;
  assert.deepEqual([status, error.code, error.attempts], ["skipped", "SERVER_ERROR", 1]);
});

test("a journal that never settles does not delay an abort or a deadline", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const never = () => new Promise(() => {});
  for (const journal of [{ read: () => [], append: never }, { read: never, append() {} }]) {
    for (const how of [{ signal: abortAfter(50) }, { deadlineMs: 100 }, { signal: AbortSignal.abort() }]) {
      assert.equal((await applyChanges(config, [remove(id)], { journal, ...how })).skipped, 1);
    }
  }
  assert.equal(mock.requests.length, 0);
});

test("the update after a create is sent even if the run is aborted in between", async (t) => {
  const { mock, config } = await instance(t);
  const controller = new AbortController();
  const fetch = async (url, init) => {
    controller.abort();
    return mock.fetch(url, init);
  };
  const result = await applyChanges({ ...config, fetch }, [create("anna", { attributes: [title("Boss")] }), create("ben")], { signal: controller.signal, concurrency: 1 });
  assert.deepEqual(statuses(result), ["done", "skipped"]);
  assert.equal(userAttributes(byEmail(mock, "anna@new.example")).title, "Boss");
});

test("after an abort while the token function runs, nothing is sent", async (t) => {
  const { mock, config } = await instance(t, { users: 3 });
  const changes = [update([...mock.users.keys()][0], { roleId: 3 }), create("a")];
  const never = { ...config, timeoutMs: 0, developerToken: () => new Promise(() => {}) };
  assert.deepEqual(statuses(await applyChanges(never, changes, { signal: abortAfter(20) })), ["skipped", "skipped"]);
  const late = { ...config, developerToken: () => new Promise((done) => setTimeout(done, 60, config.developerToken)) };
  assert.deepEqual(statuses(await applyChanges(late, changes, { signal: abortAfter(20) })), ["skipped", "skipped"]);
  await new Promise((done) => setTimeout(done, 80));
  assert.equal(mock.requests.length, 0);
});

test("a request cancelled by deadlineMs reports the deadline", async () => {
  const fetch = () => new Promise(() => {});
  const { results } = await applyChanges({ instance: "acme", developerToken: "t0ken-t0ken", fetch }, [remove(7)], { deadlineMs: 150 });
  assert.match(results[0].error.message, /^The response was not complete when deadlineMs was over/);
});
