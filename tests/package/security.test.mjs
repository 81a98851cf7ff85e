// The token is sent to the configured origin only, and appears in no output.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { inspect } from "node:util";
import axios from "axios";
import { TOKEN, domoUsers, instance, rejection } from "../support/installed.mjs";

Math.random = () => 0.02; // fixes the jitter, so that delays are short
const { connect, createUser, deleteUser, getAllUsers, getUserById, request, updateUser } = domoUsers;
const jane = { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 };

async function listening(t, handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** An instance that redirects to another server, and the headers that the other server received. */
async function redirecting(t, status) {
  const received = [];
  const other = await listening(t, (incoming, response) => {
    received.push(incoming.headers);
    response.setHeader("content-type", "application/json");
    response.end('{"users":[{"id":7,"displayName":"Evil","roleId":1}],"id":7}');
  });
  const baseUrl = await listening(t, (incoming, response) => response.writeHead(status, { location: `${other}${incoming.url}` }).end());
  return { baseUrl, received };
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} does not send the token to another host, by fetch or axios`, async (t) => {
    const { baseUrl, received } = await redirecting(t, status);
    for (const by of [{}, { axios }]) {
      const config = { baseUrl, developerToken: TOKEN, maxRetries: 0, ...by };
      const calls = [
        getAllUsers(config), getUserById(config, 7), createUser(config, jane), updateUser(config, 7, { roleId: 1 }), deleteUser(config, 7),
        request(config, { method: "PUT", path: "/api/x", body: {} }),
      ];
      for (const { code } of await Promise.all(calls.map(rejection))) assert.equal(code, "REDIRECTED");
      assert.equal(received.length, 0);
    }
    // Checks the test itself: by default, both follow the redirect with the token.
    const headers = { "X-DOMO-Developer-Token": TOKEN };
    await fetch(baseUrl, { headers });
    await axios.get(baseUrl, { headers });
    assert.deepEqual(received.map((seen) => seen["x-domo-developer-token"]), [TOKEN, TOKEN]);
  });
}

test("a custom fetch that follows redirects is detected", async (t) => {
  const { baseUrl } = await redirecting(t, 302);
  const follows = (url, { redirect, ...init }) => fetch(url, init);
  assert.equal((await rejection(getAllUsers({ baseUrl, developerToken: TOKEN, fetch: follows }))).code, "REDIRECTED");
});

/** Returns everything that a log could contain of a value. */
function shown(thing) {
  const parts = [inspect(thing, { depth: 9, showHidden: true }), JSON.stringify(thing)];
  for (let at = thing; at instanceof Error; at = at.cause) parts.push(at.stack, at.message, String(at), JSON.stringify(Object.getOwnPropertyDescriptors(at)));
  return parts.join(" ");
}

test("the token appears nowhere, even if the server and the host echo it", async (t) => {
  const seen = [];
  const { mock, config } = await instance(t, { http: true, config: { onEvent: (event) => seen.push(event), maxRetries: 1 } });
  const escaped = [...TOKEN].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  mock.addFault({ status: 400, body: JSON.stringify({ message: `bad ${TOKEN}`, toe: TOKEN, deep: { [TOKEN]: TOKEN } }), headers: { "x-request-id": TOKEN } });
  mock.addFault({ status: 400, body: `{"message":"escaped ${escaped}","${escaped}":"${escaped}"}` });
  mock.addFault({ status: 200, body: `echo ${TOKEN}` });
  mock.addFault({ status: 500, body: `${"x".repeat(65_530)}${TOKEN}`, times: 2 });
  const errors = [];
  for (let i = 0; i < 4; i++) errors.push(await rejection(getAllUsers(config)));
  const throws = (thrown) => () => {
    throw thrown;
  };
  for (const thrown of [
    Object.assign(new TypeError(`Invalid header ${TOKEN}`), { code: TOKEN, name: TOKEN, cause: Object.assign(new Error(TOKEN), { code: TOKEN }) }),
    TOKEN, { message: TOKEN, toString: () => TOKEN }, { toString: () => TOKEN }, Symbol(TOKEN), new Error(`${"x".repeat(1995)}${TOKEN}`),
  ]) {
    errors.push(await rejection(getAllUsers({ ...config, fetch: throws(thrown) })), await rejection(createUser({ ...config, fetch: throws(thrown) }, jane)));
  }
  errors.push(await rejection(getAllUsers({ ...config, developerToken: throws(new Error(TOKEN)) })));
  errors.push(await rejection(getAllUsers({ ...config, developerToken: `${TOKEN}\r\nX-Evil: 1` })));
  const domo = connect(config);
  for (const thing of [...errors, domo, { ...domo }, Object.getOwnPropertyDescriptors(domo), seen]) {
    const text = shown(thing);
    for (let length = TOKEN.length; length >= 8; length--) assert.ok(!text.includes(TOKEN.slice(0, length)), text);
  }
  assert.ok(seen.some(({ type }) => type === "retry"));
});

test("the token appears in no error about the body of a 200 response", async () => {
  const escaped = [...TOKEN].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  const answering = (body) => ({ instance: "acme", developerToken: TOKEN, maxRetries: 0, fetch: async () => new Response(body) });
  const errors = [
    await rejection(updateUser(answering(JSON.stringify({ id: 7, displayName: TOKEN })), 7, { displayName: "x" })),
    await rejection(getAllUsers(answering(`{"a":"${escaped}"}`))),
    await rejection(getAllUsers(answering(`{"${escaped}":1}`))),
  ];
  for (const error of errors) {
    assert.equal(error.code, "BAD_RESPONSE");
    assert.ok(!shown(error).includes(TOKEN) && !shown(error).includes(escaped.slice(0, 30)), error.message);
  }
});

test("headers that the host sets are refused", async () => {
  for (const name of ["Content-Length", "transfer-encoding", "Host", "Expect", "Connection"]) {
    const config = { instance: "acme", developerToken: TOKEN, headers: { [name]: "1" }, fetch: () => assert.fail("sent") };
    const error = await rejection(createUser(config, jane));
    assert.ok(error.code === "INVALID_CONFIG" && error.message.includes(name));
  }
});

test("a token or a header that no header can carry is refused and not echoed", async () => {
  for (const odd of ["\r\n", "\n", "\0", "\u0100", "🙂", "\u007f"]) {
    const config = { instance: "acme", developerToken: `${TOKEN}${odd}${TOKEN}`, fetch: () => assert.fail("sent") };
    for (const wrong of [config, { ...config, developerToken: async () => config.developerToken }]) {
      const error = await rejection(getAllUsers(wrong));
      assert.equal(error.code, "INVALID_CONFIG");
      assert.ok(!shown(error).includes(TOKEN));
    }
    const header = await rejection(getAllUsers({ ...config, developerToken: "t", headers: { "x-a": `${TOKEN}${odd}` } }));
    assert.ok(header.message.includes("x-a") && !shown(header).includes(TOKEN));
  }
});

test("ids, parts and paths cannot break out of the URL", async () => {
  const urls = [];
  const config = { instance: "acme", developerToken: TOKEN, maxRetries: 0, fetch: (url) => void urls.push(url) };
  for (const odd of ["7/../8", "7?x", "7#", "7%2e", "//evil.com", "https://evil.com", "/../x", "/.%2e/x", "/\\evil.com", "\\\\evil.com", "/a\tb", "/a\nb", "@evil.com", ":80"]) {
    await rejection(getUserById(config, odd));
    await rejection(getUserById(config, 7, { parts: odd }));
    await rejection(request(config, { method: "GET", path: odd }));
    await rejection(request(config, { method: "GET", path: "/ok", query: { [odd]: odd } }));
  }
  for (const url of urls) {
    assert.match(url, /^https:\/\/acme\.domo\.com\/ok\?/);
    assert.deepEqual([new URL(url).origin, new URL(url).pathname], ["https://acme.domo.com", "/ok"]);
  }
});

test("a response cannot pollute prototypes", async (t) => {
  const { mock, config } = await instance(t);
  const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"id":7,"displayName":"x","roleId":1,"attributes":[{"key":"__proto__","values":[{"polluted":1}]}]}';
  for (const status of [200, 400, 500]) {
    mock.addFault({ status, body: `{"users":[${evil}],"__proto__":{"polluted":1}}` });
    const got = await getUserById(config, 7, { maxRetries: 0 }).catch((error) => error);
    if (status === 200) domoUsers.userAttributes(got);
    assert.equal({}.polluted ?? [].polluted ?? (() => {}).polluted, undefined);
  }
});

test("a token passed as another argument is not quoted, nor a token that was replaced in the meantime", async () => {
  const token = "CANARY=0123456789";
  const config = { instance: "acme", developerToken: token, fetch: async () => new Response("{}") };
  const create = { action: "create", user: jane };
  const journal = { read: () => [], append: () => Promise.reject(new Error(`no ${token}`)) };
  const failures = [
    () => connect({ ...config, instance: token }), () => getUserById(config, token), () => getAllUsers(config, { parts: token }),
    () => domoUsers.applyChanges(config, [create], { journal }), () => domoUsers.planUsers(config, `emailAddress\n${token}`),
  ];
  for (const fail of failures) {
    const error = await rejection((async () => fail())());
    assert.doesNotMatch(inspect(error, { depth: 9 }) + error.stack + JSON.stringify(error), /CANARY/);
  }
  const tokens = [`${token}-a`, `${token}-b`];
  const domo = connect({ ...config, developerToken: () => tokens.shift(), fetch: async () => new Response(`who is ${token}-a?`, { status: 400 }) });
  await rejection(getUserById(domo, 7));
  assert.doesNotMatch(inspect(await rejection(getUserById(domo, 7)), { depth: 9 }), /CANARY/);
});

test("a token in a path or a query is redacted in errors and events", async () => {
  const token = "CANARY-0123456789";
  const events = [];
  const config = { instance: "acme", developerToken: token, onEvent: (event) => events.push(event), fetch: async () => new Response("{}", { status: 404 }) };
  for (const what of [{ path: `/x/${token}` }, { path: "/x", query: { token } }]) {
    const error = await rejection(request(config, { method: "GET", ...what }));
    assert.match(error.path, /\[redacted\]/);
    assert.ok(!inspect([error, JSON.stringify(error), events], { depth: 9 }).includes(token));
  }
  assert.equal(events.length, 4);
});

test("the error of a source of desired users is redacted, its cause too", async () => {
  const token = "CANARY-0123456789";
  const config = { instance: "acme", developerToken: token, fetch: async () => new Response('{"users":[]}') };
  async function* source() {
    yield "email";
    throw new Error(`source ${token}`);
  }
  const error = await rejection(domoUsers.planUsers(config, source()));
  assert.match(error.cause.message, /source \[redacted\]/);
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(token));
});

test("a very short token, as in tests, is not redacted in users", async (t) => {
  const { mock, config } = await instance(t);
  const [{ emailAddress }] = mock.users.values();
  for (const developerToken of ["t", "any", "1", "test"]) {
    const body = JSON.stringify({ status: 404, message: "not there: 1 test", toe: "TOE-1-any" });
    const odd = { ...config, developerToken, fetch: async () => new Response(body, { status: 404 }) };
    const error = await rejection(getUserById(odd, 7));
    assert.deepEqual([error.body, error.toe], [JSON.parse(body), "TOE-1-any"]);
    const taken = await rejection(createUser({ ...config, fetch: (url, init) => mock.fetch(url, { ...init, headers: { ...init.headers, "X-DOMO-Developer-Token": TOKEN } }) }, { ...jane, emailAddress }));
    assert.equal(taken.existing.emailAddress, emailAddress);
  }
});
