// Every error code, and the fields of the error.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { inspect } from "node:util";
import { TOKEN, domoUsers, instance, rejection } from "../support/installed.mjs";

const { connect, createUser, deleteUser, getAllUsers, getUserById, isDomoError, request, updateUser } = domoUsers;
const jane = { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 };

const byStatus = [
  [400, "REQUEST_REJECTED"], [401, "UNAUTHORIZED"], [403, "FORBIDDEN"], [404, "NOT_FOUND"], [406, "REQUEST_REJECTED"],
  [409, "CONFLICT"], [418, "REQUEST_REJECTED"], [429, "RATE_LIMITED"], [500, "SERVER_ERROR"], [503, "SERVER_ERROR"],
  [301, "REDIRECTED"], [303, "REDIRECTED"],
];
for (const [status, code] of byStatus) {
  test(`${status} is ${code}`, async (t) => {
    const { mock, config } = await instance(t, { http: true, config: { maxRetries: 0 } });
    const toe = "TOE-1-2-3";
    const body = JSON.stringify({ status, message: "The API's own words.", toe });
    mock.addFault({ status, body, headers: { "x-request-id": "req-9", ...(status < 400 && { location: "https://evil.example/" }) } });
    const error = await rejection(getUserById(config, 7));
    assert.ok(isDomoError(error) && error instanceof Error);
    assert.equal(error.name, "DomoError");
    const { path, method, requestId, attempts } = error;
    assert.deepEqual([error.code, error.status, error.toe, path, method, requestId, attempts], [
      code, status, toe, "/api/identity/v1/users/7", "GET", "req-9", 1,
    ]);
    assert.match(error.message, /The API's own words/);
    assert.match(error.message, /TOE-1-2-3/);
    assert.equal(error.body.message, "The API's own words.");
  });
}

test("errors of the mock get the right codes", async (t) => {
  const { mock, config } = await instance(t);
  const [{ id, emailAddress }] = mock.users.values();
  await assert.rejects(createUser({ ...config, developerToken: "wrong" }, jane), { code: "UNAUTHORIZED" });
  await assert.rejects(createUser(config, { ...jane, emailAddress: emailAddress.toUpperCase() }), { code: "CONFLICT" });
  await assert.rejects(createUser(config, { ...jane, roleId: 99 }), { code: "REQUEST_REJECTED", status: 400 });
  await assert.rejects(updateUser(config, id, { roleId: 99 }), { code: "REQUEST_REJECTED" });
  await assert.rejects(updateUser(config, 5, { roleId: 1 }), { code: "NOT_FOUND" });
  await assert.rejects(deleteUser(config, 5), { code: "NOT_FOUND" });
  await assert.rejects(request(config, { method: "GET", path: "/api/nowhere" }), { code: "NOT_FOUND" });
});

for (const unknownUser of ["json", "text", "empty", "emptyList"]) {
  test(`an unknown id, reported as ${unknownUser}, is NOT_FOUND`, async (t) => {
    const { config } = await instance(t, { http: true, oddities: { unknownUser } });
    const expected = { name: "DomoError", code: "NOT_FOUND", path: "/api/identity/v1/users/5" };
    await assert.rejects(getUserById(config, 5), expected);
    const code = unknownUser === "empty" ? "BAD_RESPONSE" : "NOT_FOUND"; // an update with this response may have taken effect
    await assert.rejects(domoUsers.updateUser(config, 5, { roleId: 2 }), { ...expected, code });
  });
}

test("an HTML page as the response: the code, and what to check", async (t) => {
  for (const [blocked, code] of [["login", "BAD_RESPONSE"], ["page", "FORBIDDEN"], ["redirect", "REDIRECTED"], ["notAcceptable", "REQUEST_REJECTED"]]) {
    const { config } = await instance(t, { http: true, oddities: { blocked } });
    const error = await rejection(getAllUsers(config));
    assert.equal(error.code, code, blocked);
    assert.match(error.message, /instance name/);
    assert.match(error.message, /address/);
  }
});

test("an unexpected body is BAD_RESPONSE, with an excerpt", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const calls = [
    [() => getAllUsers(config), ["", "null", "[]", "1", "{}", '{"users":{}}', '{"users":[', "text"]],
    [() => getUserById(config, id), ["{}", "[]", '{"users":[7]}', '{"users":[{}]}', "<html>"]],
    [() => createUser(config, jane), ["", "null", "[]", "1", "{}", '{"id":null}']],
    [() => updateUser(config, id, { roleId: 2 }), ["", "null", "{}", '"x"']],
    [() => deleteUser(config, id), ["0", "{}", "[]", "gone", "true"]],
    [() => request(config, { method: "GET", path: "/api/authorization/v1/roles" }), ["{", "<!doctype html>"]],
  ];
  for (const [call, bodies] of calls) {
    for (const body of bodies) {
      mock.addFault({ status: 200, body, headers: { "content-type": "application/json" } });
      await assert.rejects(call(), { code: "BAD_RESPONSE", status: 200 }, `${call} ${body}`);
    }
  }
  mock.addFault({ status: 200, body: "Maintenance tonight".repeat(100) });
  const { message } = await rejection(getAllUsers(config));
  assert.match(message, /Maintenance tonight/);
  assert.ok(message.length < 500);
});

test("a refused connection is NETWORK, with the host's error as cause", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  const error = await rejection(getAllUsers({ baseUrl: `http://127.0.0.1:${port}`, maxRetries: 0 }));
  assert.equal(error.code, "NETWORK");
  assert.match(error.message, /ECONNREFUSED/);
  assert.ok(error.cause instanceof Error);
});

test("TIMEOUT covers headers and body together", async (t) => {
  const { mock, config } = await instance(t, { http: true, config: { timeoutMs: 60, maxRetries: 0 } });
  mock.addFault({ stall: true });
  assert.equal((await rejection(getAllUsers(config))).code, "TIMEOUT");
  const stuck = { status: 200, headers: new Headers(), text: () => new Promise(() => {}) };
  const error = await rejection(getAllUsers({ instance: "acme", developerToken: "t", fetch: () => stuck, timeoutMs: 30, maxRetries: 0 }));
  assert.equal(error.code, "TIMEOUT");
});

test("an aborted call rejects with the signal's own reason", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const reason = { mine: true };
  assert.equal(await rejection(getAllUsers(config, { signal: AbortSignal.abort(reason) })), reason);
  assert.equal(mock.requests.length, 0);
  const controller = new AbortController();
  mock.addFault({ stall: true });
  const pending = rejection(getAllUsers(config, { signal: controller.signal }));
  setTimeout(() => controller.abort("enough"), 20);
  assert.equal(await pending, "enough");
});

test("invalid input is refused before anything is sent, naming field and value", async (t) => {
  const { mock, config } = await instance(t);
  const wrong = [
    [() => getUserById(config, 0), /id must.*got 0/],
    [() => getUserById(config, "7/../8"), /id must.*got "7\/\.\.\/8"/],
    [() => getUserById(config, 2 ** 53), /id must/],
    [() => getUserById(config), /id must.*got undefined/],
    [() => getUserById(config, 7, { parts: "ALL" }), /parts must.*MINIMAL.*got "ALL"/],
    [() => getUserById(config, 7, { timeoutMs: -1 }), /timeoutMs must.*got -1/],
    [() => getUserById(config, 7, { maxRetries: 1.5 }), /maxRetries must.*got 1\.5/],
    [() => getUserById(config, 7, { signal: {} }), /signal must/],
    [() => getUserById(config, 7, 8), /options must/],
    [() => getUserById(config, 7, { headers: { "x-a": "a\nb" } }), /headers\.x-a/],
    [() => createUser(config, { ...jane, displayName: "  " }), /displayName must/],
    [() => createUser(config, { ...jane, emailAddress: "nope" }), /emailAddress must.*got "nope"/],
    [() => createUser(config, { ...jane, roleId: "5" }), /roleId must.*got "5"/],
    [() => createUser(config, { ...jane, big: 1n }), /user must be plain data/],
    [() => createUser(config, null), /user must be an object/],
    [() => createUser(config), /user must be an object.*got undefined/],
    [() => updateUser(config, 7), /changes must be an object.*got undefined/],
    [() => updateUser(config, 7, {}), /changes must.*at least one field/],
    [() => updateUser(config, 7, { roleId: undefined }), /at least one field/],
    [() => updateUser(config, 7, { attributes: [{ key: "a" }] }), /attributes\[0\]\.values/],
    [() => request(config, { method: "GET", path: "//evil.com" }), /path must/],
    [() => request(config, { method: "GET", path: "/a/../b" }), /path must/],
    [() => request(config, { method: "BREW", path: "/a" }), /method must/],
    [() => request(config, { method: "GET", path: "/a", body: {} }), /body must/],
    [() => request(config, { method: "GET", path: "/a", query: { x: {} } }), /query\.x must/],
    [() => request(config), /request must/],
  ];
  for (const [call, message] of wrong) {
    const error = await rejection(call());
    assert.equal(error.code, "INVALID_INPUT", String(call));
    assert.match(error.message.replaceAll("\n", " "), message);
  }
  assert.equal(mock.requests.length, 0);
});

test("a bad configuration is refused, by connect at once and by a call as a rejection", async () => {
  const fetch = () => assert.fail("nothing may be sent");
  const good = { instance: "acme", developerToken: TOKEN, fetch };
  const wrong = [
    [undefined, /configuration/], ["acme", /configuration/], [{ fetch }, /exactly one/],
    [{ ...good, baseUrl: "https://a.b" }, /exactly one/], [{ ...good, developerToken: undefined }, /developerToken is required/],
    [{ ...good, developerToken: "" }, /developerToken must not be empty/], [{ ...good, developerToken: 7 }, /developerToken must be/],
    [{ ...good, developerToken: `${TOKEN}\n` }, /developerToken holds a line break/], [{ ...good, instance: 7 }, /instance must/],
    [{ ...good, fetch: "x" }, /fetch must be a function/], [{ ...good, timeoutMs: "1" }, /timeoutMs/], [{ ...good, maxRetries: -1 }, /maxRetries/],
    [{ ...good, headers: { "a b": "1" } }, /headers/], [{ ...good, headers: { "X-Domo-Developer-Token": TOKEN } }, /give it as developerToken/],
    [{ ...good, onEvent: 1 }, /onEvent/], [{ ...good, axios: () => {} }, /fetch or axios/], [{ codeengine: {} }, /sendRequest/],
    [{ baseUrl: "ftp://x", fetch }, /baseUrl/], [{ baseUrl: "", developerToken: TOKEN }, /page/], [{ baseUrl: 5 }, /baseUrl/],
    [{ ...good, allowBrowserToken: "yes" }, /allowBrowserToken/],
    ...[
      "a/b", "a@b", "acme:443", "acme#", "a\\b", "acme.evil.com", "acme.domo.com.evil.com", "http://acme.domo.com", "", " ", "ac me", "https://acme",
      "evil.com/acme.domo.com", "https://evil.com/acme.domo.com", "https://acme.domo.com:443/", "https://acme.domo.com./", "https://acme%2edomo.com/",
      "https://acme.domo.com@evil.com/", "https://acme.domo.com\\@evil.com/", "https://acme.domo.com/a b", `https://u:${TOKEN}@acme.domo.com/`,
      `http://acme.domo.com/?token=${TOKEN}`, `https://evil.com/#${TOKEN}`,
    ].map((instance) => [{ ...good, instance }, /instance must/]),
  ];
  for (const [config, message] of wrong) {
    for (const error of [await rejection(getAllUsers(config)), await rejection((async () => connect(config))())]) {
      assert.equal(error.code, "INVALID_CONFIG", String(message));
      assert.match(error.message, message);
      assert.ok(!`${inspect(error, { depth: 9 })}${error.stack}${JSON.stringify(error)}`.includes(TOKEN));
    }
  }
});

test("an instance is accepted as copied from a browser, and the token is sent to <label>.domo.com only", async () => {
  const urls = [];
  const fetch = async (url) => {
    urls.push(url);
    return Response.json({ users: [] });
  };
  const pasted = [
    "acme", "ACME", " acme\n", "acme.domo.com", "acme.domo.com/", "Acme.Domo.com", "https://acme.domo.com", "https://acme.domo.com/", "HTTPS://ACME.DOMO.COM/",
    "https://acme.domo.com/admin/people?x=1#y", "https://acme.domo.com/people?who=ada@example.com", "\ufeffhttps://acme.domo.com/admin/people\u200b",
  ];
  for (const instance of pasted) await getAllUsers({ instance, developerToken: TOKEN, fetch });
  assert.deepEqual(urls, pasted.map(() => "https://acme.domo.com/api/identity/v1/users"));
});

test("the stack of an error starts at the caller's line", async (t) => {
  const { config } = await instance(t);
  async function offboard() {
    await getUserById(config, 5);
  }
  const { stack } = await rejection(offboard());
  assert.match(stack, /^DomoError: The instance returned 404/);
  assert.match(stack, /at async offboard/);
  assert.ok(!stack.includes("wasm:"));
});

test("the JSON of an error has its name and message", async (t) => {
  const { config } = await instance(t);
  const error = await rejection(getUserById(config, 5));
  const { name, message, code, status } = JSON.parse(JSON.stringify(error));
  assert.deepEqual([name, message, code, status], ["DomoError", error.message, "NOT_FOUND", 404]);
  assert.ok(!Object.keys(error).includes("message") && !Object.keys(error).includes("toJSON"));
});

test("isDomoError never throws and accepts errors of other realms", () => {
  const hostile = new Proxy({}, { get() { throw new Error("no"); } });
  for (const other of [undefined, null, 7, "DomoError", {}, new Error("x"), hostile, { name: "DomoError" }]) assert.equal(isDomoError(other), false);
  assert.equal(isDomoError({ name: "DomoError", code: "NETWORK" }), true);
});
