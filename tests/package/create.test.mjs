// A create is never sent twice; a look-up finds out whether it took effect.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

Math.random = () => 0.02; // fixes the jitter, so that delays are short

const { createUser } = domoUsers;
const USERS = "/api/identity/v1/users";
const jane = { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 };
const creates = (mock) => mock.requests.filter(({ method, path }) => method === "POST" && path === USERS).length;
const lookUps = (mock) => mock.requests.filter(({ path }) => path.startsWith(`${USERS}/search`)).length;

const LOST = {
  "a broken connection": { drop: true },
  "a time limit": { stall: true },
  "a body cut off": { cutBodyAt: 10 },
  408: { status: 408 },
  500: { status: 500 },
  502: { status: 502 },
  503: { status: 503 },
  504: { status: 504 },
  "a 200 that says nothing": { status: 200, body: "{}" },
};

for (const [name, fault] of Object.entries(LOST)) {
  for (const http of [false, true]) {
    test(`${name}: the create took effect, and its user is found${http ? " (HTTP)" : ""}`, async (t) => {
      const { mock, config } = await instance(t, { http, config: { timeoutMs: 150 } });
      mock.addFault({ method: "POST", path: USERS, afterEffect: true, ...fault });
      const user = await createUser(config, jane);
      assert.equal(user.emailAddress, jane.emailAddress);
      assert.ok(mock.users.has(user.id));
      assert.deepEqual([mock.users.size, creates(mock), lookUps(mock)], [26, 1, 1]);
    });
  }

  if (fault.cutBodyAt) continue; // it always took effect
  test(`${name}: the create did not happen, which the package cannot know`, async (t) => {
    const { mock, config } = await instance(t, { config: { timeoutMs: 150 } });
    mock.addFault({ method: "POST", path: USERS, ...fault });
    const error = await rejection(createUser(config, jane));
    assert.equal(error.code, fault.status === 200 ? "BAD_RESPONSE" : "OUTCOME_UNKNOWN");
    assert.match(error.message, /before you create the user again/);
    assert.deepEqual([mock.users.size, creates(mock), lookUps(mock), error.path], [25, 1, 1, USERS]);
    if (fault.status) assert.equal(error.status, fault.status);
  });
}

test("if the look-up fails too, the outcome is unknown", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  mock.addFault({ drop: true, afterEffect: true, times: 2 });
  const error = await rejection(createUser(config, jane));
  assert.equal(error.code, "OUTCOME_UNKNOWN");
  assert.match(error.message, /the look-up by e-mail failed, too/);
  assert.deepEqual([mock.users.size, creates(mock)], [26, 1]);
});

for (const takenEmail of [409, 400]) {
  test(`a taken e-mail address, reported as ${takenEmail}, is CONFLICT with the user that has it`, async (t) => {
    const { mock, config } = await instance(t, { oddities: { takenEmail } });
    const [owner] = mock.users.values();
    const error = await rejection(createUser(config, { ...jane, emailAddress: owner.emailAddress.toUpperCase() }));
    assert.deepEqual([error.code, error.status, error.existing?.id], ["CONFLICT", takenEmail, owner.id]);
    assert.match(error.message, /existing/);
    assert.match(error.message, /TOE-/);
    assert.equal(creates(mock), 1);
  });
}

test("a 400 for another reason stays REQUEST_REJECTED", async (t) => {
  const { mock, config } = await instance(t);
  const error = await rejection(createUser(config, { ...jane, roleId: 99 }));
  assert.deepEqual([error.code, error.status, error.existing, lookUps(mock)], ["REQUEST_REJECTED", 400, undefined, 1]);
});

test("a create without a response is CONFLICT if another user has the e-mail address", async (t) => {
  const { mock, config } = await instance(t);
  const [owner] = mock.users.values();
  mock.addFault({ method: "POST", path: USERS, drop: true });
  const error = await rejection(createUser(config, { ...jane, emailAddress: owner.emailAddress }));
  assert.deepEqual([error.code, error.existing.id], ["CONFLICT", owner.id]);
});

test("if the instance has no search, the look-up reads all users", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ path: /\/search/, status: 404, times: Infinity });
  mock.addFault({ method: "POST", path: USERS, drop: true, afterEffect: true });
  assert.ok(mock.users.has((await createUser(config, jane)).id));
  assert.equal(mock.requests.at(-1).path, `${USERS}?parts=SIMPLE`);
});

test("a create is sent again only if the response proves that it had no effect", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ method: "POST", path: USERS, status: 429, headers: { "retry-after": "0" } });
  mock.addFault({ method: "POST", path: USERS, status: 503, headers: { "retry-after": "0" } });
  const user = await createUser(config, jane);
  assert.deepEqual([mock.users.get(user.id).displayName, creates(mock), lookUps(mock)], ["Jane", 3, 0]);
});

test("if the connection is refused, nothing was created: NETWORK, without a look-up", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const { baseUrl, close } = await mock.listen();
  await close();
  const error = await rejection(createUser({ ...config, baseUrl }, jane));
  assert.deepEqual([error.code, error.attempts, error.cause.message.includes("ECONNREFUSED")], ["NETWORK", 1, true]);
});

test("aborting during the look-up rejects with the signal's reason", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ method: "POST", path: USERS, drop: true });
  mock.addFault({ path: /\/search/, stall: true });
  const controller = new AbortController();
  const pending = createUser(config, jane, { signal: controller.signal });
  while (lookUps(mock) === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  controller.abort("enough");
  assert.equal(await pending.catch((reason) => reason), "enough");
});

test("a look-up ends whatever pages the instance returns", async () => {
  let pages = 0;
  const everNew = async (url) => {
    if (!url.includes("/search")) throw new Error("reset");
    const users = Array.from({ length: 200 }, () => ({ id: ++pages, emailAddress: "z@z.zz" }));
    return new Response(JSON.stringify({ users }));
  };
  const error = await rejection(createUser({ instance: "acme", developerToken: "t", fetch: everNew }, jane));
  assert.deepEqual([error.code, pages <= 200 * 25], ["OUTCOME_UNKNOWN", true]);
});

test("an HTML page as the response is BAD_RESPONSE, since the request did not reach the API", async (t) => {
  const { mock, config } = await instance(t, { oddities: { blocked: "login" } });
  assert.deepEqual([(await rejection(createUser(config, jane))).code, lookUps(mock)], ["BAD_RESPONSE", 0]);
});

test("an unreadable response and a failed look-up are BAD_RESPONSE that says what to do", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  mock.addFault({ method: "POST", path: USERS, status: 200, body: '{"id":1000,"displa' });
  mock.addFault({ status: 500, times: Infinity });
  const { code, message } = await rejection(createUser(config, jane));
  assert.equal(code, "BAD_RESPONSE");
  assert.match(message, /before you create the user again/);
});

test("Code Engine: numbers in the message of a connection error are not a status", async () => {
  for (const [message, code] of [["read ECONNRESET 10.0.0.1:443", "ECONNRESET"], ["socket hang up: POST /api (took 429 ms)"], ["upstream timed out after 429 ms"], ["hung up on /users/404"]]) {
    let sent = 0;
    const sendRequest = async (method, url) => {
      if (url.includes("/search")) return { users: [] };
      sent++;
      throw Object.assign(new Error(message), code && { code });
    };
    const error = await rejection(createUser({ codeengine: { sendRequest } }, jane));
    assert.deepEqual([error.code, sent], ["OUTCOME_UNKNOWN", 1], message);
  }
});

test("an instance may store an address in lower case, beyond ASCII too", async (t) => {
  const { mock, config } = await instance(t);
  const lowered = async (url, init) => mock.fetch(url, { ...init, body: init.body.replace("É", "é") });
  const user = await createUser({ ...config, fetch: lowered }, { ...jane, emailAddress: "Émile@x.co" });
  assert.equal(user.emailAddress, "émile@x.co");
  const updated = await domoUsers.updateUser({ ...config, fetch: lowered }, user.id, { emailAddress: "Émile@x.com" });
  assert.equal(updated.emailAddress, "émile@x.com");
  assert.deepEqual(mock.requests.map(({ method }) => method), ["POST", "PATCH"]);
});
