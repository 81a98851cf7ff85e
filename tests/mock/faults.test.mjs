import assert from "node:assert/strict";
import { test } from "node:test";
import { mockDomo } from "../../pkg-template/mock/index.js";
import { both, jane, TOKEN, USERS } from "./both.mjs";

both("status, headers, body, times, path and method", {}, async (mock, call) => {
  mock.addFault({ method: "get", path: USERS, status: 429, headers: { "Retry-After": "7" }, body: "slow", times: 2 });
  mock.addFault({ path: /users\/\d+\?parts=ROLE/g, status: 500 });
  mock.addFault({ method: "POST", headers: { "X-Extra": "yes" } });
  assert.equal((await call("GET", `${USERS}/5`)).status, 404);
  assert.deepEqual([(await call("GET", `${USERS}?limit=1`)).headers.get("retry-after"), (await call("GET", USERS)).text], ["7", "slow"]);
  assert.equal((await call("GET", USERS)).status, 200);
  const failed = await call("GET", `${USERS}/5?parts=ROLE`);
  assert.deepEqual([failed.status, failed.json.statusReason], [500, "Internal Server Error"]);
  const created = await call("POST", USERS, jane);
  assert.deepEqual([created.status, created.headers.get("x-extra"), mock.users.size], [200, "yes", 31]);
  assert.deepEqual(mock.requests.map(({ status }) => status), [404, 429, 429, 200, 500, 200]);
});

both("a status replaces the effect, or follows it", { faults: [{ status: 503 }, { status: 503, afterEffect: true }] }, async (mock, call) => {
  assert.deepEqual([(await call("POST", USERS, jane)).status, mock.users.size], [503, 30]);
  assert.deepEqual([(await call("POST", USERS, jane)).status, mock.users.size], [503, 31]);
  assert.equal((await call("POST", USERS, jane)).status, 409);
});

both("drop", {}, async (mock, call) => {
  mock.addFault({ drop: true });
  await assert.rejects(call("POST", USERS, jane), { name: "TypeError", message: "fetch failed" });
  assert.equal(mock.users.size, 30);
  mock.addFault({ drop: true, afterEffect: true });
  await assert.rejects(call("POST", USERS, jane), TypeError);
  assert.equal(mock.users.size, 31);
  assert.deepEqual(mock.requests.map(({ status }) => status), [0, 0]);
});

for (const users of [30, 1500]) {
  both(`a body of ${users} users that breaks off`, { users }, async (mock, call) => {
    for (const cutBodyAt of [0, 20, 5000, 1e9]) {
      mock.addFault({ cutBodyAt });
      await assert.rejects(call("GET", USERS), TypeError, String(cutBodyAt));
    }
    assert.equal((await call("GET", USERS)).status, 200);
  });
}

both("the announced number of bytes arrives before the body breaks off", {}, async (_, __, http) => {
  const mock = mockDomo({ users: 1500, faults: [{ cutBodyAt: 300_001 }, { cutBodyAt: 3, body: "né!" }] });
  const server = http && (await mock.listen());
  const get = () => (server ? fetch(`${server.baseUrl}${USERS}`, { headers: { "X-DOMO-Developer-Token": "x" } }) : mock.fetch(USERS, { headers: { "X-DOMO-Developer-Token": "x" } }));
  for (const expected of [300_001, 3]) {
    let length = 0;
    await assert.rejects(async () => {
      for await (const chunk of (await get()).body) length += chunk.length;
    }, TypeError);
    assert.equal(length, expected);
  }
  if (server) await server.close();
});

both("delay and stall end when the caller cancels", {}, async (mock, call) => {
  const began = performance.now();
  mock.addFault({ delayMs: 30 });
  assert.equal((await call("GET", USERS)).status, 200);
  assert.ok(performance.now() - began >= 29);
  for (const fault of [{ delayMs: 60_000 }, { stall: true }, { stall: true, afterEffect: true }]) {
    mock.addFault(fault);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await assert.rejects(call("POST", USERS, jane, { signal: controller.signal }), /enough/);
    assert.equal(mock.users.size, fault.afterEffect ? 31 : 30);
    assert.equal(mock.requests.at(-1).status, 0);
  }
});

test("fetch: signals, redirects, inputs", async () => {
  const { fetch, addFault, requests } = mockDomo({ users: 3, developerToken: TOKEN });
  const headers = { "X-DOMO-Developer-Token": TOKEN };
  const reason = new Error("mine");
  await assert.rejects(fetch(USERS, { headers, signal: AbortSignal.abort(reason) }), (error) => error === reason);
  assert.equal(requests.length, 0);
  for (const input of [USERS, new URL(`https://a.example${USERS}`), new Request(`https://a.example${USERS}`)]) {
    const response = await fetch(input, { headers });
    assert.ok(response instanceof Response);
    assert.equal((await response.json()).users.length, 3);
  }
  const created = await fetch(new Request(`https://a.example${USERS}`, { method: "POST", body: JSON.stringify(jane), headers: { ...headers, "Content-Type": "application/json" } }));
  assert.equal(created.status, 200);
  addFault({ status: 302, headers: { Location: "/x" }, times: 3 });
  assert.equal((await fetch(USERS, { headers, redirect: "manual" })).status, 302);
  await assert.rejects(fetch(USERS, { headers, redirect: "error" }), TypeError);
  await assert.rejects(fetch(USERS, { headers }), TypeError);
  const controller = new AbortController();
  const response = await fetch(USERS, { headers, signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(response.text(), (error) => error === reason);
});

test("close ends stalled requests and half-read responses", { timeout: 20_000 }, async () => {
  const mock = mockDomo({ users: 20_000, faults: [{ method: "DELETE", stall: true }] });
  const { baseUrl, close } = await mock.listen();
  assert.match(baseUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
  const headers = { "X-DOMO-Developer-Token": "x" };
  const stalled = assert.rejects(fetch(`${baseUrl}${USERS}/1`, { method: "DELETE", headers }), TypeError);
  const half = await fetch(`${baseUrl}${USERS}`, { headers });
  while (mock.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await close();
  await close();
  await stalled;
  await assert.rejects(half.text(), TypeError);
  await assert.rejects(fetch(baseUrl), TypeError);
});
