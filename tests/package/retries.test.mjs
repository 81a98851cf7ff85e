// What is retried and when, and what a 429 means for other calls.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

Math.random = () => 0.02; // fixes the jitter, so that delays are short

const { connect, deleteUser, getAllUsers, getUserById, request, updateUser } = domoUsers;
const now = { "retry-after": "0" };

for (const fault of [{ drop: true }, ...[408, 429, 500, 502, 503, 504].map((status) => ({ status }))]) {
  test(`after ${fault.status ?? "a network failure"}: GET, PATCH and DELETE are retried maxRetries times`, async (t) => {
    const { mock, config } = await instance(t);
    const [id, other] = mock.users.keys();
    const twice = { ...fault, ...(fault.status && { headers: now }), times: 2 };
    for (const call of [() => getUserById(config, id), () => updateUser(config, id, { roleId: 5 }), () => deleteUser(config, id), () => getAllUsers(config)]) {
      mock.addFault(twice);
      const before = mock.requests.length;
      await call();
      assert.equal(mock.requests.length - before, 3);
    }
    mock.addFault({ ...twice, times: 9 });
    const error = await rejection(deleteUser(config, other, { maxRetries: 1 }));
    assert.deepEqual([error.attempts, mock.users.has(other)], [2, true]);
  });
}

test("a time limit counts as a network failure", async (t) => {
  const { mock, config } = await instance(t, { config: { timeoutMs: 60 } });
  mock.addFault({ stall: true });
  assert.equal((await getAllUsers(config)).length, 25);
  assert.equal(mock.requests.length, 2);
});

test("nothing else is retried, and no POST of request()", async (t) => {
  const { mock, config } = await instance(t);
  for (const status of [301, 400, 401, 403, 404, 409, 501, 505]) {
    mock.addFault({ status });
    assert.equal((await rejection(getAllUsers(config))).attempts, 1, status);
  }
  mock.addFault({ drop: true });
  const error = await rejection(request(config, { method: "POST", path: "/api/content/v1/anything", body: {} }));
  assert.deepEqual([error.code, error.attempts], ["NETWORK", 1]);
});

for (const fault of [{ drop: true }, { status: 502 }, { cutBodyAt: 0 }]) {
  test(`after a delete without a response (${JSON.stringify(fault)}), a 404 counts as deleted`, async (t) => {
    const { mock, config } = await instance(t, { http: true });
    const [id] = mock.users.keys();
    mock.addFault({ method: "DELETE", afterEffect: true, ...fault });
    assert.equal(await deleteUser(config, id), undefined);
    assert.deepEqual(mock.requests.map(({ status }) => status).slice(1), [404]);
  });
}

test("a 404 does not count as deleted if no earlier attempt can have taken effect", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ method: "DELETE", status: 429, headers: now });
  await assert.rejects(deleteUser(config, 5), { code: "NOT_FOUND", attempts: 2 });
  await assert.rejects(deleteUser(config, 5), { code: "NOT_FOUND", attempts: 1 });
});

test("Retry-After is obeyed, in seconds and as a date", async (t) => {
  const waits = [];
  const onEvent = ({ type, delayMs }) => type === "retry" && waits.push(delayMs);
  const { mock, config } = await instance(t, { config: { onEvent } });
  const soon = new Date(Date.now() + 1_900).toUTCString(); // without milliseconds
  for (const retryAfter of [soon, "1", "Sun, 06 Nov 1994 08:49:37 GMT", "nonsense", "-1"]) {
    mock.addFault({ status: 503, headers: { "retry-after": retryAfter } });
    await getAllUsers(config);
  }
  const [date, seconds, past, nonsense, negative] = waits;
  assert.equal(seconds, 1000);
  assert.ok(date > 0 && date <= 1900, String(date));
  assert.equal(past, 0);
  assert.ok(nonsense <= 500 && negative <= 500);
});

test("a Retry-After of more than a minute rejects the call, and until then nothing is sent", async (t) => {
  for (const retryAfter of ["61", new Date(Date.now() + 3_600_000).toUTCString()]) {
    const { mock, config } = await instance(t);
    const domo = connect(config);
    mock.addFault({ status: 429, headers: { "retry-after": retryAfter } });
    const error = await rejection(domo.getAllUsers());
    assert.deepEqual([error.code, error.attempts, error.status, error.retryAfterMs > 60_000], ["RATE_LIMITED", 1, 429, true]);
    const held = await rejection(domo.getAllUsers());
    assert.deepEqual([held.code, held.attempts, held.retryAfterMs > 50_000, mock.requests.length], ["RATE_LIMITED", undefined, true, 1]);
    await getAllUsers(config); // a separate configuration
  }
});

test("a Retry-After date is compared with the server's clock", async (t) => {
  const waits = [];
  const { mock, config } = await instance(t, { config: { onEvent: ({ type, delayMs }) => type === "retry" && waits.push(delayMs) } });
  const headers = { date: "Sun, 06 Nov 1994 08:49:37 GMT", "retry-after": "Sun, 06 Nov 1994 08:49:38 GMT" };
  mock.addFault({ status: 503, headers });
  await getAllUsers(config);
  assert.deepEqual(waits, [1000]);
});

test("one 429 pauses all calls of the same client, and no others", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const domo = connect(config);
  mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  const first = domo.getAllUsers();
  while (mock.requests[0]?.status !== 429) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const held = [domo.getUserById(id), domo.getAllUsers(), domo.updateUser(id, { roleId: 2 })];
  await getUserById(config, id); // a separate configuration
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(mock.requests.length, 2, "nothing more is sent while the 429 lasts");
  await Promise.all([first, ...held]);
  assert.equal(mock.requests.length, 6);
});

test("a paused call can be aborted", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const domo = connect(config);
  mock.addFault({ status: 429, headers: { "retry-after": "30" } });
  await rejection(domo.getAllUsers());
  for (const wait of [0, 20]) {
    const reason = new Error("mine");
    const controller = new AbortController();
    const held = domo.getAllUsers({ signal: controller.signal });
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    controller.abort(reason);
    const begun = Date.now();
    assert.equal(await rejection(held), reason);
    assert.ok(Date.now() - begun < 20_000, "and at once");
  }
  assert.equal(mock.requests.length, 1);
});

test("a 429 is remembered for each of many clients", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const held = connect(config);
  mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  await rejection(held.getAllUsers());
  const others = Array.from({ length: 100 }, () => connect(config));
  await Promise.all(others.map((domo) => domo.getAllUsers({ parts: "MINIMAL" })));
  const before = mock.requests.length;
  const begun = Date.now();
  await held.getAllUsers();
  assert.equal(mock.requests.length, before + 1);
  assert.ok(Date.now() - begun > 300, "it waited for the end of the 429");
});

test("a 429 that arrives during a pause prolongs the pause", async () => {
  const sent = [];
  const begun = Date.now();
  const answers = [[429, "0"], [429, "1"]];
  const fetch = async () => {
    sent.push(Date.now() - begun);
    const [status, after] = answers.shift() ?? [200];
    if (sent.length === 2) await new Promise((resolve) => setTimeout(resolve, 200));
    return new Response('{"users":[]}', { status, headers: after ? { "retry-after": after } : {} });
  };
  const domo = connect({ instance: "acme", developerToken: "t", fetch, maxRetries: 1 });
  const both = [domo.getAllUsers({ maxRetries: 0 }).catch(() => {}), domo.getAllUsers()];
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all(both);
  assert.ok(sent.at(-1) >= 1000, String(sent));
});

test("one 429 pauses a client even if many clients were created since", async (t) => {
  const { mock, config } = await instance(t);
  const first = connect(config);
  for (let i = 0; i < 100; i++) connect(config);
  mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  const both = [first.getAllUsers(), new Promise((resolve) => setTimeout(resolve, 50)).then(() => first.getAllUsers())];
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal(mock.requests.length, 1);
  await Promise.all(both);
});

test("a clock that is set back does not prolong a pause", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const domo = connect(config);
  mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  await rejection(domo.getAllUsers());
  const real = Date.now;
  Date.now = () => real() - 3_600_000;
  t.after(() => (Date.now = real));
  assert.equal((await domo.getAllUsers()).length, 25);
});

test("Retry-After is read in any case, as a string or number", async () => {
  for (const headers of [{ "Retry-After": "0" }, { "retry-after": 0 }]) {
    let tries = 0;
    const waits = [];
    const axios = async () => (tries++ ? { status: 200, headers: {}, data: '{"users":[]}' } : { status: 503, headers, data: "" });
    await getAllUsers({ instance: "acme", developerToken: "t", axios, onEvent: ({ delayMs }) => delayMs !== undefined && waits.push(delayMs) });
    assert.deepEqual(waits, [0]);
  }
});

test("many calls with one signal add one listener, and Node does not warn", async (t) => {
  const { config } = await instance(t);
  const domo = connect(config);
  const { signal } = new AbortController();
  const warned = [];
  process.on("warning", ({ name }) => warned.push(name));
  await Promise.all(Array.from({ length: 200 }, () => domo.getAllUsers({ signal, parts: "MINIMAL" })));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(warned, []);
  const { getEventListeners } = await import("node:events");
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a 404 also counts as deleted for a DELETE of request(), if an earlier attempt may have taken effect", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ status: 500, afterEffect: true });
  assert.equal(await request(config, { method: "DELETE", path: `/api/identity/v1/users/${id}` }), null);
});

test("if the token function fails, nothing was sent: nothing is looked up, and a 404 is an error", async () => {
  const sent = [];
  const fetch = async (url) => {
    sent.push(url);
    return new Response("", { status: 404 });
  };
  const never = { instance: "acme", fetch, timeoutMs: 30, developerToken: () => new Promise(() => {}) };
  const create = await rejection(domoUsers.createUser(never, { displayName: "J", emailAddress: "j@x.co", roleId: 1 }));
  assert.deepEqual([create.code, sent.length], ["TIMEOUT", 0]);
  let asked = 0;
  const late = { ...never, developerToken: () => (asked++ ? "t" : new Promise(() => {})) };
  assert.deepEqual([(await rejection(deleteUser(late, 999))).code, sent.length], ["NOT_FOUND", 1]);
});

test("a Retry-After that is too large for a number is infinite, not zero", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ status: 429, headers: { "retry-after": "99999999999999999999" } });
  const error = await rejection(getUserById(config, id));
  assert.deepEqual([error.code, error.attempts, error.retryAfterMs > 60_000], ["RATE_LIMITED", 1, true]);
});

test("an error after an attempt without a response mentions that attempt", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ drop: true });
  mock.addFault({ status: 403 });
  const error = await rejection(updateUser(config, id, { roleId: 2 }));
  assert.deepEqual([error.code, error.attempts], ["FORBIDDEN", 2]);
  assert.match(error.message, /An earlier attempt got no clear response and may have taken effect/);
  mock.addFault({ drop: true });
  mock.addFault({ status: 403 });
  assert.doesNotMatch((await rejection(getUserById(config, id))).message, /lost/);
});

test("on a host whose setTimeout throws, nothing waits and nothing spins", async (t) => {
  const { mock, config } = await instance(t);
  const domo = connect(config);
  mock.addFault({ status: 429, headers: { "retry-after": "2" } });
  const { setTimeout } = globalThis;
  const { warn } = console;
  t.after(() => Object.assign(globalThis, { setTimeout }) && Object.assign(console, { warn }));
  console.warn = () => {};
  globalThis.setTimeout = () => {
    throw new Error("no timers");
  };
  const error = await rejection(domo.getAllUsers({ timeoutMs: 0 }));
  assert.deepEqual([error.code, error.retryAfterMs], ["RATE_LIMITED", 2000]);
  await domo.getAllUsers({ timeoutMs: 0 });
  assert.equal(mock.requests.length, 2);
});
