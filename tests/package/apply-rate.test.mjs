// applyChanges and rate limits: a 429 is not a failure of a change, which is sent again later, until the run ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byEmail, create, memory, remove, reportsTo, title, update } from "../support/changes.mjs";
import { virtualTime } from "../support/clock.mjs";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { applyChanges, connect, userAttributes } = domoUsers;
const USERS = "/api/identity/v1/users";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const counts = ({ done, failed, skipped }) => ({ done, failed, skipped });
const tooMany = (headers = {}) => new Response('{"status":429,"statusReason":"Too Many Requests"}', { status: 429, headers });

/** An instance that takes 20 ms for a request and lets `limit` requests through in each `window` of time. */
async function limited(t, clock, { limit, window, headers, ...options }) {
  const { mock, config } = await instance(t, options);
  const passed = [];
  const refused = { count: 0 };
  const fetch = async (url, init) => {
    await clock.sleep(20);
    while (passed[0] <= clock.now() - window) passed.shift();
    if (passed.length >= limit) return refused.count++, tooMany(headers);
    passed.push(clock.now());
    return mock.fetch(url, init);
  };
  return { mock, config: { ...config, fetch }, refused };
}

for (const [how, headers] of [["without Retry-After", {}], ["with Retry-After: 1", { "retry-after": "1" }], ["with Retry-After: 0", { "retry-after": "0" }]]) {
  test(`1,000 updates, 64 at a time, to an instance that allows 100 per second, ${how}`, async (t) => {
    const clock = virtualTime(t);
    const { mock, config, refused } = await limited(t, clock, { limit: 100, window: SECOND, headers, users: 1_000 });
    const result = await applyChanges(connect(config), [...mock.users.keys()].map((id) => update(id, { roleId: 2 })), { concurrency: 64 });
    assert.deepEqual(counts(result), { done: 1_000, failed: 0, skipped: 0 });
    assert.ok([...mock.users.values()].every(({ roleId }) => roleId === 2));
    assert.ok(refused.count > 0);
    t.diagnostic(`${Math.round(clock.now() / SECOND)} s, ${refused.count} times 429`);
  });
}

test("creates, managers, deletes and look-ups of a run wait in the same way, whatever maxRetries is", async (t) => {
  const clock = virtualTime(t);
  const { mock, config, refused } = await limited(t, clock, { limit: 2, window: SECOND, headers: {}, users: 30 });
  const ids = [...mock.users.keys()];
  const boss = mock.users.get(ids[0]).emailAddress;
  const changes = [
    ...Array.from({ length: 10 }, (_, k) => create(`new${k}`, { attributes: [title("x"), reportsTo(boss)] })),
    ...ids.slice(1, 6).map((id, k) => update(id, { attributes: [reportsTo(mock.users.get(ids[10 + k]).emailAddress)] })), ...ids.slice(20).map(remove),
  ];
  const result = await applyChanges(connect({ ...config, maxRetries: 0 }), changes, { concurrency: 20 });
  assert.deepEqual(counts(result), { done: changes.length, failed: 0, skipped: 0 });
  assert.equal(userAttributes(byEmail(mock, "new9@new.example")).reportsTo, String(ids[0]));
  assert.deepEqual([mock.users.size, refused.count > 20], [30, true]);
});

test("a 429 does not use up the retries of other failures, and these keep their limit", async (t) => {
  virtualTime(t);
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const sequence = [429, 503, 429, 429, 503, 429];
  for (const status of sequence) mock.addFault({ method: "PATCH", status });
  assert.deepEqual(counts(await applyChanges(config, [update(id, { roleId: 2 })])), { done: 1, failed: 0, skipped: 0 });
  assert.equal(mock.requests.length, sequence.length + 1);
  for (const status of [...sequence, 503]) mock.addFault({ method: "PATCH", status });
  const { results: [{ status, error }] } = await applyChanges(config, [update(id, { roleId: 3 })]);
  assert.deepEqual([status, error.status, error.attempts], ["failed", 503, 7]);
});

test("other calls of the same client keep maxRetries for a 429", async (t) => {
  virtualTime(t);
  const { mock, config } = await instance(t);
  const domo = connect(config);
  mock.addFault({ status: 429, times: 3 });
  const error = await rejection(domo.getUserById([...mock.users.keys()][0]));
  assert.deepEqual([error.code, error.attempts], ["RATE_LIMITED", 3]);
});

/** All ways to resume a run: each applies the changes once and keeps its state. */
const RESUMED = {
  "a journal": () => {
    const journal = memory();
    return (config, changes, options) => applyChanges(config, changes, { ...options, journal });
  },
  "a cursor": () => {
    let cursor = null;
    return async (config, changes, options) => {
      const result = await applyChanges(config, changes, { ...options, cursor });
      ({ cursor } = result);
      return result;
    };
  },
};

for (const [how, resumed] of Object.entries(RESUMED)) {
  test(`after five minutes of only 429 the run ends, and ${how} resumes it`, async (t) => {
    const clock = virtualTime(t);
    const { mock, config } = await instance(t, { users: 40 });
    const ids = [...mock.users.keys()];
    const changes = [create("anna", { attributes: [title("Boss")] }), ...ids.slice(1).map((id) => update(id, { roleId: 2 })), remove(ids[0])];
    const apply = resumed();
    const limit = { on: true, refused: 0 };
    const fetch = async (url, init) => (await clock.sleep(20), limit.on ? (limit.refused++, tooMany()) : mock.fetch(url, init));
    for (let run = 0; run < 3; run++) {
      const begun = clock.now();
      const result = await apply(connect({ ...config, fetch }), changes, { concurrency: 8 });
      assert.deepEqual(counts(result), { done: 0, failed: 0, skipped: 41 });
      const took = clock.now() - begun;
      assert.ok(took >= 5 * MINUTE && took < 6 * MINUTE, `${took} ms`);
      const { code, status, message } = result.results[0].error;
      assert.deepEqual([code, status], ["RATE_LIMITED", 429]);
      assert.match(message, /429 to every request of this run for five minutes: apply the same plan again later/);
    }
    assert.ok(limit.refused < 3 * 8 * 300, `${limit.refused} requests`);
    limit.on = false;
    assert.deepEqual(counts(await apply({ ...config, fetch }, changes)), { done: 41, failed: 0, skipped: 0 });
    assert.deepEqual([byEmail(mock, "anna@new.example").displayName, mock.users.has(ids[0])], ["anna", false]);
    assert.equal([...mock.users.values()].filter(({ emailAddress }) => emailAddress === "anna@new.example").length, 1);
  });

  test(`an abort, a deadline or a Retry-After of more than a minute ends the waiting; ${how} resumes the rest`, async (t) => {
    const clock = virtualTime(t);
    for (const [retryAfter, end, most] of [
      ["30", () => ({ signal: abortedAfter(clock, 100 * SECOND) }), 100 * SECOND],
      ["30", () => ({ deadlineMs: 100 * SECOND }), 100 * SECOND],
      ["61", () => ({}), SECOND],
    ]) {
      const { mock, config } = await instance(t);
      const ids = [...mock.users.keys()];
      const changes = [create("ben"), ...ids.slice(1).map((id) => update(id, { roleId: 2 })), remove(ids[0])];
      const apply = resumed();
      const limit = { on: true };
      const fetch = async (url, init) => (await clock.sleep(20), limit.on ? tooMany({ "retry-after": retryAfter }) : mock.fetch(url, init));
      const begun = clock.now();
      const result = await apply(connect({ ...config, fetch }), changes, end());
      assert.deepEqual(counts(result), { done: 0, failed: 0, skipped: 26 });
      assert.ok(clock.now() - begun <= most + SECOND, `${clock.now() - begun} ms`);
      assert.equal(result.results[0].error.code, "RATE_LIMITED");
      limit.on = false;
      assert.deepEqual(counts(await apply({ ...config, fetch }, changes)), { done: 26, failed: 0, skipped: 0 });
      assert.equal(mock.requests.length, 26, "nothing had to be looked up");
    }
  });

  test(`a create without a response whose look-up returns 429 is skipped; with ${how} it is looked up later and created once`, async (t) => {
    const clock = virtualTime(t);
    const { mock, config } = await instance(t);
    const limit = { on: true };
    const fetch = async (url, init) => {
      await clock.sleep(20);
      const isCreate = init.method === "POST" && !String(url).includes("search");
      return limit.on && !isCreate ? tooMany() : mock.fetch(url, init);
    };
    const apply = resumed();
    mock.addFault({ method: "POST", path: USERS, status: 502, afterEffect: true });
    for (let run = 0; run < 3; run++) assert.deepEqual(counts(await apply({ ...config, fetch }, [create("anna")])), { done: 0, failed: 0, skipped: 1 }, `run ${run}`);
    limit.on = false;
    assert.deepEqual(counts(await apply({ ...config, fetch }, [create("anna")])), { done: 1, failed: 0, skipped: 0 });
    assert.equal(mock.requests.filter(({ path }) => path === USERS).length, 1);
    assert.equal([...mock.users.values()].filter(({ emailAddress }) => emailAddress === "anna@new.example").length, 1);
  });

  test(`if the look-up of a manager returns 429, the change is skipped, and ${how} resumes it`, async (t) => {
    const clock = virtualTime(t);
    const { mock, config } = await instance(t);
    const [first, second] = mock.users.keys();
    const limit = { on: true };
    const fetch = async (url, init) => (await clock.sleep(20), limit.on && String(url).includes("search") ? tooMany() : mock.fetch(url, init));
    const apply = resumed();
    const changes = [update(first, { attributes: [reportsTo(mock.users.get(second).emailAddress)] })];
    assert.deepEqual(counts(await apply({ ...config, fetch }, changes)), { done: 0, failed: 0, skipped: 1 });
    limit.on = false;
    assert.deepEqual(counts(await apply({ ...config, fetch }, changes)), { done: 1, failed: 0, skipped: 0 });
    assert.equal(userAttributes(mock.users.get(first)).reportsTo, String(second));
  });
}

test("a run continues as long as a request succeeds every five minutes", async (t) => {
  const clock = virtualTime(t);
  const { mock, config } = await limited(t, clock, { limit: 1, window: 4 * MINUTE, headers: { "retry-after": "30" }, users: 5 });
  const result = await applyChanges(connect(config), [...mock.users.keys()].map((id) => update(id, { roleId: 2 })));
  assert.deepEqual(counts(result), { done: 5, failed: 0, skipped: 0 });
  assert.ok(clock.now() > 16 * MINUTE);
});

test("without timers there are no delays: the rest is skipped after maxRetries", async (t) => {
  const { mock, config } = await instance(t);
  const { setTimeout: real } = globalThis;
  t.after(() => (globalThis.setTimeout = real));
  globalThis.setTimeout = undefined;
  mock.addFault({ status: 429, times: Infinity });
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 2 }));
  assert.deepEqual(counts(await applyChanges(config, changes, { concurrency: 1 })), { done: 0, failed: 0, skipped: 25 });
  assert.equal(mock.requests.length, 3);
});

function abortedAfter(clock, ms) {
  const controller = new AbortController();
  clock.sleep(ms).then(() => controller.abort());
  return controller.signal;
}
