// Configurations, hosts and single calls as real-life programs make them: each kind is understood, or refused with what to do before anything is sent.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { test } from "node:test";
import { inspect } from "node:util";
import { TOKEN, domoUsers, folder, instance, rejection, require } from "../support/installed.mjs";

const { DomoError, connect, createUser, exportUsersCsv, findUserByEmail, getAllUsers, getUserById, isDomoError, planUsers, request, searchUsers, streamUsers, updateUser } = domoUsers;

const USERS = "/api/identity/v1/users";
const ada = { id: 11, displayName: "Ada", roleId: 4, emailAddress: "ada@example.com", userName: "ada@example.com" };
const company = (t, options) => instance(t, { users: [ada, { ...ada, id: 12, displayName: "Bob", emailAddress: "bob@example.com" }], ...options });
const thrown = (call) => rejection((async () => call())());
const noFetch = () => assert.fail("nothing may be sent");

// ---- configuration

/** Runs `connect()` with only these environment variables, in a process of its own, and returns what it prints. */
function connectWith(env, code = "console.log((await connect().getAllUsers()).length)") {
  const script = `
    import { connect, isDomoError } from "domo-users";
    import { mockDomo } from "domo-users/mock";
    globalThis.fetch = mockDomo({ users: 3, developerToken: ${JSON.stringify(TOKEN)} }).fetch;
    try { ${code} } catch (error) { console.log(isDomoError(error), error.code, error.message, JSON.stringify(error)); }`;
  const { PATH } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, env: { PATH, ...env }, encoding: "utf8" });
  return `${stdout.trim()}${stderr}`;
}

test("connect() without an argument reads the address and the token from the environment", () => {
  for (const address of [{ DOMO_INSTANCE: "acme" }, { DOMO_INSTANCE: "https://acme.domo.com/admin/people\r" }, { DOMO_BASE_URL: "https://proxy.example.com/domo" }]) {
    for (const token of [{ DOMO_DEVELOPER_TOKEN: TOKEN }, { DOMO_TOKEN: ` ${TOKEN}\n` }, { DOMO_TOKEN: TOKEN, DOMO_DEVELOPER_TOKEN: TOKEN }, { DOMO_TOKEN: TOKEN, DOMO_DEVELOPER_TOKEN: "" }]) {
      assert.equal(connectWith({ ...address, ...token }), "3");
    }
  }
});

test("connect() without an argument names the variables that are missing or contradict each other, and quotes no value", () => {
  for (const [env, problem] of [
    [{}, /DOMO_INSTANCE or DOMO_BASE_URL must be set: set one, or pass a configuration to connect\(\); the environment variable DOMO_DEVELOPER_TOKEN or DOMO_TOKEN must be set: set one/],
    [{ DOMO_TOKEN: TOKEN }, /CONFIG the environment variable DOMO_INSTANCE or DOMO_BASE_URL must be set: set one, or pass a configuration to connect\(\) /],
    [{ DOMO_INSTANCE: "acme", DOMO_TOKEN: " " }, /CONFIG the environment variable DOMO_DEVELOPER_TOKEN or DOMO_TOKEN must be set: set one,/],
    [{ DOMO_BASE_URL: "https://proxy.example.com" }, /CONFIG the environment variable DOMO_DEVELOPER_TOKEN or DOMO_TOKEN must be set: set one,/],
    [{ DOMO_INSTANCE: "acme", DOMO_TOKEN: TOKEN, DOMO_DEVELOPER_TOKEN: `${TOKEN}2` }, /DOMO_DEVELOPER_TOKEN or DOMO_TOKEN must be set, not both to different values: unset one/],
    [{ DOMO_INSTANCE: "acme", DOMO_BASE_URL: "https://beta.domo.com", DOMO_TOKEN: TOKEN }, /DOMO_INSTANCE or DOMO_BASE_URL must be set, not both to different values: unset one/],
    [{ DOMO_INSTANCE: "acme.evil.com", DOMO_TOKEN: TOKEN }, /instance must be the name of a Domo instance.*got "acme\.evil\.com"/],
    [{ DOMO_INSTANCE: "acme", DOMO_TOKEN: `Bearer ${TOKEN}` }, /give the token without Bearer /],
  ]) {
    const printed = connectWith(env);
    assert.match(printed, /^true INVALID_CONFIG /);
    assert.match(printed, problem);
    assert.ok(!printed.includes(TOKEN), printed);
  }
});

test("a configuration that is undefined by mistake does not lead to the instance of the environment", () => {
  const env = { DOMO_INSTANCE: "acme", DOMO_TOKEN: TOKEN };
  for (const call of ["connect(undefined)", "await connect({}).getAllUsers()", "await connect({ instance: undefined, developerToken: 'x' }).getAllUsers()"]) {
    assert.match(connectWith(env, `console.log(${call})`), /^true INVALID_CONFIG .*the first argument must be a configuration or client/, call);
  }
  // A configuration without a token does not get the one of the environment.
  assert.match(connectWith(env, "connect({ instance: 'other' })"), /INVALID_CONFIG developerToken is required/);
});

test("the environment is read at the call, not when the package is loaded", () => {
  const code = `process.env.DOMO_INSTANCE = "acme"; process.env.DOMO_TOKEN = ${JSON.stringify(TOKEN)}; console.log((await connect().getAllUsers()).length)`;
  assert.equal(connectWith({}, code), "3");
});

test("a runtime without process is told to set the variables, or to pass a configuration", () => {
  assert.match(connectWith({}, "delete globalThis.process; connect()"), /DOMO_INSTANCE or DOMO_BASE_URL must be set: set one/);
  // Deno's environment may be closed.
  const deno = "globalThis.Deno = { env: { get(name) { throw new Error('Requires env access to ' + name); } } }; connect()";
  assert.match(connectWith({ DOMO_INSTANCE: "acme" }, deno), /DOMO_INSTANCE or DOMO_BASE_URL must be set: set one/);
  const open = `globalThis.Deno = { env: { get: (name) => ({ DOMO_INSTANCE: "acme", DOMO_TOKEN: ${JSON.stringify(TOKEN)} })[name] } }; console.log((await connect().getAllUsers()).length)`;
  assert.equal(connectWith({}, open), "3");
});

const good = { instance: "acme", developerToken: TOKEN, fetch: noFetch };

test("fields of a configuration that do not exist are refused with what to use instead", async () => {
  for (const [field, hint] of [
    ["proxy", /^proxy: no such option; to use a proxy, give a `fetch` that sends its requests through it$/], ["httpsAgent", /to use a proxy/], ["dispatcher", /to use a proxy/],
    ["maxRetry", /did you mean maxRetries\?$/], ["retry", /maxRetries\?$/], ["retries", /did you mean maxRetries\?$/],
    ["apiKey", /the token is given as developerToken$/], ["token", /did you mean developerToken\?$/], ["accessToken", /developerToken$/], ["clientSecret", /developerToken$/], ["developer_token", /developerToken/],
    ["url", /the address is given as instance or baseUrl$/], ["host", /instance or baseUrl$/], ["domain", /instance or baseUrl$/], ["baseURL", /did you mean baseUrl\?$/],
    ["timeout", /did you mean timeoutMs\?$/], ["header", /did you mean headers\?$/], ["verbose", /^verbose: no such option; the options are instance, baseUrl, developerToken,/],
  ]) {
    for (const error of [await thrown(() => connect({ ...good, [field]: "x" })), await rejection(getAllUsers({ ...good, [field]: "x" }))]) {
      assert.equal(error.code, "INVALID_CONFIG");
      assert.match(error.message, hint, field);
    }
  }
});

test("an instance as pasted from a browser is an https URL of <label>.domo.com, without user, password or port", async () => {
  const urls = [];
  const fetch = async (url) => (urls.push(url), Response.json({ users: [] }));
  const pasted = ["acme", "acme.domo.com", "https://acme.domo.com/", "https://acme.domo.com/admin/people", "https://acme.domo.com/auth/index?redirectUrl=%2Fadmin#x", " HTTPS://Acme.Domo.Com \n"];
  for (const name of pasted) await getAllUsers({ instance: name, developerToken: TOKEN, fetch });
  assert.deepEqual(urls, pasted.map(() => `https://acme.domo.com${USERS}`));
  for (const wrong of [
    "http://acme.domo.com/", "https://acme.domo.com:8443/", "https://user@acme.domo.com/", "https://u:p@acme.domo.com/", "https://acme.domo.com.evil.com/", "https://domo.com/",
    "https://a.b.domo.com/", "https://evil.com/?acme.domo.com", "//acme.domo.com", "javascript:acme.domo.com", "https://acme.domo.co", "https://xn--acme-.domo.com./",
  ]) {
    const { code, message } = await thrown(() => connect({ ...good, instance: wrong }));
    assert.deepEqual([code, /^instance must be the name of a Domo instance/.test(message)], ["INVALID_CONFIG", true], wrong);
  }
});

test("a token with Bearer in front is refused, also if a function returns it", async () => {
  for (const developerToken of [`Bearer ${TOKEN}`, `bearer ${TOKEN}`, ` BEARER  ${TOKEN}`, `Bearer: ${TOKEN}`]) {
    for (const error of [await thrown(() => connect({ ...good, developerToken })), await rejection(getAllUsers({ ...good, developerToken: async () => developerToken }))]) {
      assert.equal(error.code, "INVALID_CONFIG");
      assert.match(error.message, /give the token without Bearer$/);
      assert.ok(!inspect(error).includes(TOKEN));
    }
  }
});

// ---- clients

test("the functions of a client can be replaced and watched, as jest.spyOn does", async (t) => {
  const { config } = await company(t);
  const domo = connect(config);
  assert.equal(Object.getPrototypeOf(domo), Object.prototype);
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(domo))) {
    assert.deepEqual([typeof descriptor.value, descriptor.writable, descriptor.configurable, descriptor.enumerable], ["function", true, true, true], name);
    assert.equal(descriptor.value.name, name);
  }
  const original = domo.getUserById;
  const watched = t.mock.method(domo, "getUserById");
  assert.equal((await domo.getUserById(11)).displayName, "Ada");
  assert.deepEqual(watched.mock.calls.map((call) => call.arguments), [[11]]);
  t.mock.restoreAll();
  assert.equal(domo.getUserById, original);
  domo.getAllUsers = async () => [];
  assert.deepEqual(await domo.getAllUsers(), []);
  assert.equal((await getAllUsers(domo)).length, 2, "other functions are not affected");
});

test("a copy of a client has working functions, and neither shows the token", async (t) => {
  const { config } = await company(t);
  const domo = connect(config);
  const copy = { ...domo };
  const { getUserById: alone } = domo;
  assert.equal((await copy.getUserById(11)).displayName, "Ada");
  assert.equal((await alone(12)).displayName, "Bob");
  for (const shown of [inspect(domo, { depth: 9, showHidden: true }), JSON.stringify(domo), inspect(copy, { showHidden: true, depth: 9 }), String(Object.values(domo))]) assert.ok(!shown.includes(TOKEN));
});

test("the first argument is not needed on a client", async (t) => {
  const { mock, config } = await company(t);
  const domo = connect(config);
  const rest = {
    createUser: [ada], getUserById: [7], getAllUsers: [], updateUser: [7, { roleId: 2 }], deleteUser: [7], findUserByEmail: ["ada@example.com"], planUsers: [[ada]], applyChanges: [[]],
    request: [{ method: "GET", path: "/api/x" }], searchUsers: [], streamUsers: [], exportUsersCsv: [], listRoles: [],
  };
  assert.deepEqual(Object.keys(rest).sort(), Object.keys(domo).sort());
  for (const first of [domo, connect(config), config]) {
    for (const [name, args] of Object.entries(rest)) {
      const given = domo[name](first, ...args); // never throws by itself
      const error = await rejection(given.getReader ? given.getReader().read() : given[Symbol.asyncIterator] ? given[Symbol.asyncIterator]().next() : given);
      assert.deepEqual([error.code, error.message], ["INVALID_INPUT", "the first argument is not needed on a client"], name);
    }
  }
  assert.equal(mock.requests.length, 0);
});

test("without a client, the first argument must be a configuration or client", async () => {
  const calls = [
    () => request({ method: "GET", path: "/api/x" }), () => getUserById(7), () => createUser(ada), () => getAllUsers(), () => getAllUsers({ parts: "SIMPLE" }), () => planUsers([ada]),
    () => findUserByEmail("ada@example.com"), () => streamUsers().next(), () => searchUsers({ text: "a" })[Symbol.asyncIterator]().next(), () => exportUsersCsv().getReader().read(),
    () => getUserById(null, 7), () => getUserById("acme", 7), () => connect("acme"), () => connect(null), () => getUserById(connect, 7),
  ];
  for (const call of calls) {
    const { code, message } = await thrown(call);
    assert.equal(code, "INVALID_CONFIG", String(call));
    assert.match(message, /the first argument must be a configuration or client/, String(call));
  }
});

// ---- errors

test("errors are instances of DomoError and of Error, whichever copy of the package threw them", async (t) => {
  const { config } = await company(t);
  const errors = [await rejection(getUserById(config, 5)), await thrown(() => connect({})), await rejection(streamUsers({ ...config, instance: "a/b" }).next())];
  const other = require("domo-users/codeengine");
  errors.push(await rejection(other.getUserById(7)));
  for (const error of errors) {
    assert.ok(error instanceof DomoError && error instanceof Error && isDomoError(error), inspect(error));
    assert.match(error.stack, /^DomoError: /);
  }
  for (const not of [new Error("x"), new TypeError("x"), { name: "DomoError" }, undefined, "DomoError"]) assert.ok(!(not instanceof DomoError));
  await assert.rejects(getUserById(config, 5), DomoError);
  assert.ok(Object.assign(new Error("of another copy"), { name: "DomoError", code: "NETWORK" }) instanceof DomoError);
  class Own extends DomoError {}
  assert.ok(!(errors[0] instanceof Own) && new Own("NETWORK", "x") instanceof Own && new Own("NETWORK", "x") instanceof DomoError);
});

test("the constructor of DomoError makes errors for a user's own tests, like those of the package", async (t) => {
  const { config } = await company(t);
  const real = await rejection(getUserById(config, 5));
  const { code, message, cause, ...fields } = real;
  const made = new DomoError(real.code, real.message, fields);
  assert.deepEqual(made, real);
  assert.equal(JSON.stringify(made), JSON.stringify(real));
  assert.match(made.stack, /^DomoError: The instance returned 404/);
  assert.match(made.stack, /real-hosts\.test\.mjs/);
  const plain = new DomoError("TIMEOUT", "too late", { cause: ada });
  assert.deepEqual([Object.keys(plain), plain.name, plain.message, plain.cause, isDomoError(plain)], [["code"], "DomoError", "too late", ada, true]);
  assert.match(inspect(plain), /^DomoError: too late/);
});

// ---- hosts

test("502, 503 and 504 with a gateway's page say that the instance is unavailable", async (t) => {
  const { mock, config } = await company(t, { config: { maxRetries: 0 } });
  const pages = [
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>", "<!DOCTYPE HTML PUBLIC '-//IETF//DTD HTML 2.0//EN'>", '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>',
    "<!-- cloud -->\n<html>",
  ];
  for (const status of [502, 503, 504]) {
    for (const body of pages) {
      mock.addFault({ status, body });
      const error = await rejection(getUserById(config, 11));
      assert.deepEqual([error.code, error.status], ["SERVER_ERROR", status]);
      assert.equal(error.message, `The instance returned ${status} with a web page. The instance or a gateway in front of it is unavailable; try again later`);
    }
  }
  mock.addFault({ status: 500, body: pages[0] });
  assert.match((await rejection(getUserById(config, 11))).message, /Check the instance name/);
});

test("a body that is cut off is reported as a response that ended early", async (t) => {
  for (const http of [false, true]) {
    const { mock, config } = await company(t, { http, config: { maxRetries: 0 } });
    for (const call of [() => getAllUsers(config), () => getUserById(config, 11), () => streamUsers(config).next(), () => request(config, { method: "GET", path: `${USERS}/11` })]) {
      mock.addFault({ cutBodyAt: 20 });
      const error = await rejection(call());
      assert.equal(error.code, "NETWORK");
      assert.match(error.message, /^The response ended early \(.+\)/, String(call));
      assert.doesNotMatch(error.message, /No response/);
    }
    mock.addFault({ drop: true });
    assert.match((await rejection(getAllUsers(config))).message, /^No response from the instance/);
    mock.addFault({ method: "PATCH", cutBodyAt: 5 });
    assert.match((await rejection(updateUser(config, 11, { displayName: "A" }))).message, /^The response ended early/);
    mock.addFault({ cutBodyAt: 20 });
    assert.equal((await getAllUsers(config, { maxRetries: 1 })).length, 2, "a read is retried");
  }
});

test("a body that a proxy ends early without an error of the connection is reported as such", async (t) => {
  const { mock, config } = await company(t);
  const whole = JSON.stringify({ users: [ada] });
  for (const body of [whole.slice(0, 30), whole.slice(0, -1), whole.slice(0, -40)]) {
    mock.addFault({ body, headers: { "content-type": "application/json" }, times: 2 });
    const error = await rejection(getUserById(config, 11));
    assert.equal(error.code, "BAD_RESPONSE");
    assert.match(error.message, /the response ended early/, body);
    const streamed = (async () => { for await (const user of streamUsers(config)) assert.equal(user.id, 11); })();
    assert.match((await rejection(streamed)).message, /the response ended early/);
  }
  mock.addFault({ body: JSON.stringify({ list: "x".repeat(100_000) }) });
  assert.doesNotMatch((await rejection(getUserById(config, 11))).message, /ended early/, "a long body is not read to its end for the message");
});

/** Functions that throw for a status outside 200–299, as these libraries do. */
const THROWING = {
  // ky: an HTTPError with an unread response.
  ky: (fetch) => async (url, init) => {
    const response = await fetch(url, init);
    if (!response.ok) throw Object.assign(new Error(`Request failed with status code ${response.status}`), { name: "HTTPError", response });
    return response;
  },
  // ofetch.raw: the body is read and parsed into `_data`, of errors too.
  ofetch: (fetch) => async (url, init) => {
    const response = await fetch(url, init);
    const text = await response.text();
    try {
      response._data = JSON.parse(text);
    } catch {
      response._data = text;
    }
    if (response.ok) return response;
    throw Object.assign(new Error(`[${init.method}] "${url}": ${response.status}`), { name: "FetchError", response, data: response._data });
  },
};
for (const [library, replace] of Object.entries(THROWING)) {
  test(`${library} as fetch: the status is taken from the response of its error`, async (t) => {
    const { mock, config } = await company(t, { config: { maxRetries: 1 } });
    const domo = connect({ ...config, fetch: replace(mock.fetch) });
    assert.equal((await domo.getUserById(11)).displayName, "Ada");
    assert.equal((await domo.getAllUsers()).length, 2);
    const missing = await rejection(domo.getUserById(5));
    assert.deepEqual([missing.code, missing.status, typeof missing.toe, missing.body.status], ["NOT_FOUND", 404, "string", 404]);
    const taken = await rejection(domo.createUser({ displayName: "X", emailAddress: "ada@example.com", roleId: 4 }));
    assert.deepEqual([taken.code, taken.existing.id], ["CONFLICT", 11]);
    mock.addFault({ status: 429, headers: { "Retry-After": "0" } });
    assert.equal((await domo.getUserById(12)).displayName, "Bob", "retried");
    mock.addFault({ status: 303, headers: { Location: "https://evil.example/" } });
    assert.equal((await rejection(domo.getUserById(12))).code, "REDIRECTED");
    const names = [];
    for await (const { displayName } of domo.streamUsers()) names.push(displayName);
    assert.deepEqual(names, ["Ada", "Bob"]);
    mock.addFault({ drop: true, times: 2 });
    assert.equal((await rejection(domo.getUserById(12))).code, "NETWORK");
    assert.equal(await domo.deleteUser(12), undefined);
  });
}

test("a fraction of a second in Retry-After is rounded up", async (t) => {
  const { mock, config } = await company(t, { config: { maxRetries: 0 } });
  for (const [header, ms] of [["1.5", 2000], ["90.0", 90_000], ["0.2", 1000], ["7", 7000]]) {
    mock.addFault({ status: 503, headers: { "Retry-After": header } });
    assert.equal((await rejection(getUserById(config, 11))).retryAfterMs, ms, header);
  }
  for (const header of ["1.", "soon", "-1.5", "1.5s"]) {
    mock.addFault({ status: 503, headers: { "Retry-After": header } });
    assert.equal((await rejection(getUserById(config, 11))).retryAfterMs, undefined, header);
  }
});

test("an update that is answered with 204 is read again and compared", async (t) => {
  const { mock, config } = await company(t);
  const noContent = (fetch) => async (url, init) => {
    const response = await fetch(url, init);
    return init.method === "PATCH" && response.ok ? new Response(null, { status: 204 }) : response;
  };
  const domo = connect({ ...config, fetch: noContent(mock.fetch) });
  assert.equal((await domo.updateUser(11, { displayName: "Ada L" })).displayName, "Ada L");
  assert.equal(mock.users.get(11).displayName, "Ada L");
});

test("a real server that closes the connection inside a body", async (t) => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
    response.write('{"users":[');
    setTimeout(() => response.destroy(), 20);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { code, message } = await rejection(getAllUsers({ baseUrl: `http://127.0.0.1:${server.address().port}`, developerToken: TOKEN, maxRetries: 0 }));
  assert.deepEqual([code, /^The response ended early/.test(message)], ["NETWORK", true], message);
});

// ---- single calls

test("a create that fails because of a deleted user says so", async (t) => {
  {
    const { mock, config } = await company(t);
    const domo = connect(config);
    await domo.deleteUser(11);
    mock.addFault({ method: "POST", path: USERS, status: 409 });
    const error = await rejection(domo.createUser({ displayName: "Ada", emailAddress: "ada@example.com", roleId: 4 }));
    assert.deepEqual([error.code, error.status, error.existing, error.existingDeleted.id, error.existingDeleted.displayName], ["CONFLICT", 409, undefined, 11, "Ada"]);
    assert.match(error.message, /a deleted user has this e-mail address \(see error\.existingDeleted\)/);
    assert.equal(JSON.parse(JSON.stringify(error)).existingDeleted.id, 11);
    const searches = mock.requests.filter(({ path }) => path.includes("/search"));
    assert.equal(searches.length, 2);
    // A 400 may have another reason, such as an unknown role.
    mock.addFault({ method: "POST", path: USERS, status: 400 });
    const refused = await rejection(domo.createUser({ displayName: "Ada", emailAddress: "ada@example.com", roleId: 4 }));
    assert.deepEqual([refused.code, "existingDeleted" in refused], ["REQUEST_REJECTED", false]);
  }
});

test("if neither an active nor a deleted user has the address, a refused create keeps its error", async (t) => {
  const { mock, config } = await company(t);
  for (const [status, code] of [[400, "REQUEST_REJECTED"], [409, "CONFLICT"]]) {
    mock.addFault({ method: "POST", path: USERS, status });
    const error = await rejection(createUser(config, { displayName: "New", emailAddress: "new@example.com", roleId: 4 }));
    assert.deepEqual([error.code, error.status, "existingDeleted" in error, "existing" in error], [code, status, false, false]);
  }
  // An active user comes first.
  await connect(config).deleteUser(12);
  mock.users.set(13, { ...ada, id: 13, emailAddress: "bob@example.com" });
  const taken = await rejection(createUser(config, { displayName: "Bob", emailAddress: "bob@example.com", roleId: 4 }));
  assert.deepEqual([taken.existing.id, taken.existingDeleted], [13, undefined]);
  // A search that fails the second time does not hide the error of the create.
  mock.addFault({ method: "POST", path: USERS, status: 409 });
  mock.addFault({ method: "POST", path: `${USERS}/search`, times: 1, headers: { "x-first": "1" } });
  mock.addFault({ method: "POST", path: `${USERS}/search`, times: 9, status: 403 });
  const kept = await rejection(createUser(config, { displayName: "New", emailAddress: "new@example.com", roleId: 4 }));
  assert.deepEqual([kept.code, kept.status], ["CONFLICT", 409]);
});

const SURROUNDED = ["ada@example.com\u200b", "\ufeffada@example.com", "ad\u00ada@example.com", "mailto:ada@example.com", "SMTP:ada@example.com", "Ada <ada@example.com>", '"ada@example.com"', "(ada@example.com)", "ada@example.com/", "“ada@example.com”", " ada@example.com;"];
for (const address of SURROUNDED) {
  test(`single calls take the address from ${JSON.stringify(address).replace(/[\u00ad\u200b\ufeff]/g, (c) => `U+${c.charCodeAt(0).toString(16)}`)}`, async (t) => {
    const { mock, config } = await company(t, { users: [{ ...ada, emailAddress: "ADA@example.com" }, { ...ada, id: 12, emailAddress: "bob@example.com" }] });
    assert.equal((await findUserByEmail(config, address)).id, 11);
    assert.equal((await rejection(createUser(config, { displayName: "Twin", emailAddress: address, roleId: 4 }))).existing.id, 11);
    assert.equal((await updateUser(config, 11, { emailAddress: address })).emailAddress, "ada@example.com");
    assert.equal(mock.users.size, 2);
    mock.users.delete(11);
    assert.equal((await createUser(config, { displayName: "Ada", emailAddress: address, roleId: 4 })).emailAddress, "ada@example.com");
  });
}

test("single calls refuse an address that is none, and values that a file or a program damaged", async (t) => {
  const { mock, config } = await company(t);
  const attribute = (key, ...values) => ({ attributes: [{ key, values }] });
  for (const [what, changes] of Object.entries({
    "two addresses": { emailAddress: "ada@example.com, bob@example.com" }, "a sign beside the address": { emailAddress: "•ada@example.com" }, "no address": { emailAddress: "ada" },
    "the wrong charset": { displayName: "J\ufffdrg" }, "a name of nothing": { displayName: "\u200b\u2060" }, "an ambiguous date": attribute("hireDate", "03/01/2024"),
    "an Excel serial": attribute("hireDate", "45000"), "a day that does not exist": attribute("hireDate", "2024-02-30"), "an Excel error": attribute("title", "#N/A"),
    "undefined among values": attribute("title", undefined), "a hole": { attributes: [{ key: "title", values: [, 1] }] }, "a function": attribute("title", () => 1),
    "an empty key": attribute("", "x"), "a parser's key": attribute("__parsed_extra", "x"), "a key of an empty header": attribute("__EMPTY", "x"),
  })) {
    const error = await rejection(updateUser(config, 11, changes));
    assert.equal(error.code, "INVALID_INPUT", what);
  }
  assert.equal(mock.requests.length, 0);
  for (const [date, ms] of [["2015-02-07", 1423267200000], ["2015-02-07T09:30:00+01:00", 1423297800000], ["2015-02-07 00:00", 1423267200000], [new Date(1423267200000), 1423267200000], [1423267200000, 1423267200000]]) {
    await updateUser(config, 11, attribute("hireDate", date));
    assert.deepEqual(mock.users.get(11).attributes.find(({ key }) => key === "hireDate").values, [ms], String(date));
  }
  await updateUser(config, 11, { displayName: "Seán O’Hara" });
  assert.equal((await updateUser(config, 11, { emailAddress: "o'hara@example.com" })).emailAddress, "o'hara@example.com");
});
