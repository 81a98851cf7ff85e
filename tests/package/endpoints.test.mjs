// Each function over real HTTP, from the installed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance } from "../support/installed.mjs";

const { applyChanges, connect, createUser, deleteUser, getAllUsers, getUserById, request, updateUser, userAttributes } = domoUsers;

test("createUser returns the new user, and the instance has it", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const user = await createUser(config, { displayName: "Jané 太郎", emailAddress: "jane@example.com", roleId: 4 });
  assert.equal(user.displayName, "Jané 太郎");
  assert.deepEqual(mock.users.get(user.id), user);
});

test("getUserById returns the user with the id if the response contains several", async (t) => {
  const { mock, config } = await instance(t);
  const [one, two] = mock.users.values();
  const answering = (...users) => ({ ...config, fetch: async () => Response.json({ users }) });
  assert.equal((await getUserById(answering(one, two), two.id)).id, two.id);
  await assert.rejects(getUserById(answering(one, one), two.id), { code: "BAD_RESPONSE" });
  assert.equal((await getUserById(answering({ ...one, id: String(one.id) }), one.id)).displayName, one.displayName);
});

test("getUserById returns the user, by number or string, with the requested parts", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const [expected] = mock.users.values();
  assert.deepEqual(await getUserById(config, expected.id), expected);
  assert.deepEqual(await getUserById(config, String(expected.id)), expected);
  const minimal = await getUserById(config, expected.id, { parts: "minimal" });
  assert.deepEqual(Object.keys(minimal), ["id", "displayName", "roleId"]);
  const both = await getUserById(config, expected.id, { parts: ["GROUPS", "Role"] });
  assert.ok(both.groups && both.role);
  assert.match(mock.requests.at(-1).path, /\?parts=GROUPS,ROLE$/);
});

test("getAllUsers returns all users unchanged", async (t) => {
  const { mock, config } = await instance(t, { http: true, users: 1500 });
  const users = await getAllUsers(config, { parts: "DETAILED" });
  assert.deepEqual(users, [...mock.users.values()]);
});

test("updateUser changes the given fields, in the documented form", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const [{ id, displayName }] = mock.users.values();
  const attributes = [{ key: "title", values: ["Chief"] }, { key: "department", values: [null] }];
  const user = await updateUser(config, id, { roleId: 2, attributes });
  assert.equal(user.roleId, 2);
  assert.equal(mock.users.get(id).displayName, displayName);
  const flat = userAttributes(mock.users.get(id));
  assert.equal(flat.title, "Chief");
  assert.ok(!("department" in flat));
  assert.equal(mock.requests.length, 1);
});

test("updateUser sends the attributes form once if the response does not show the change", async (t) => {
  const { mock, config } = await instance(t, { oddities: { updates: "attributes" } });
  const [{ id }] = mock.users.values();
  const user = await updateUser(config, id, { displayName: "New Name", roleId: 3 });
  assert.equal(user.displayName, "New Name");
  assert.equal(mock.users.get(id).roleId, 3);
  assert.deepEqual(mock.requests.map(({ method }) => method), ["PATCH", "PATCH"]);
});

test("a change of case or spaces is a change", async (t) => {
  const { mock, config } = await instance(t, { oddities: { updates: "attributes" } });
  const [{ id, displayName }] = mock.users.values();
  await updateUser(config, id, { displayName: `${displayName.toUpperCase()}  II` });
  assert.equal(mock.users.get(id).displayName, `${displayName.toUpperCase()}  II`);
  assert.equal(mock.requests.length, 2);
});

test("updateUser rejects if neither form has an effect", async (t) => {
  const { mock, config } = await instance(t);
  const [{ id, ...user }] = mock.users.values();
  const body = JSON.stringify({ ...user, id, roleId: 1 });
  mock.addFault({ method: "PATCH", status: 200, body, times: 2 });
  await assert.rejects(updateUser(config, id, { roleId: 5 }), { code: "BAD_RESPONSE", message: /still shows roleId as 1/ });
});

test("a user name that the instance does not change is BAD_RESPONSE, and is not sent twice", async (t) => {
  const { mock, config } = await instance(t);
  const [user] = mock.users.values();
  const changes = (name) => ({ attributes: [{ key: "userName", values: [name] }] });
  mock.addFault({ method: "PATCH", status: 200, body: JSON.stringify({ ...user, attributes: changes("jane").attributes }) });
  await assert.rejects(updateUser(config, user.id, changes("jane")), { code: "BAD_RESPONSE", message: /still shows userName as "/ });
  assert.equal(mock.requests.length, 1);
  assert.equal((await updateUser(config, user.id, changes("jane"))).userName, "jane");
  mock.addFault({ method: "PATCH", status: 200, body: JSON.stringify(user) });
  const create = { action: "create", user: { displayName: "Ann", emailAddress: "ann@example.com", roleId: 4 }, then: changes("ann") };
  const [{ status, error }] = (await applyChanges(config, [create])).results;
  assert.deepEqual([status, error.code], ["failed", "BAD_RESPONSE"]);
});

test("deleteUser returns nothing, and the user is deleted", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const [{ id }] = mock.users.values();
  assert.equal(await deleteUser(config, String(id)), undefined);
  assert.ok(!mock.users.has(id));
});

test("userAttributes unwraps one value and keeps several", () => {
  const attributes = [
    { key: "department", values: ["Sales"] },
    { key: "costCenter", values: ["a", "b"] },
    { key: "reportsTo", values: [null] },
    { key: "__proto__", values: ["own"] },
  ];
  const flat = userAttributes({ id: 7, displayName: "J", roleId: 1, attributes });
  assert.equal(JSON.stringify(flat), '{"department":"Sales","costCenter":["a","b"],"reportsTo":null,"__proto__":"own"}');
  assert.equal({}.own, undefined);
  assert.deepEqual(userAttributes({ id: 7, displayName: "J", roleId: 1 }), {});
  const odd = [7, {}, [{ id: 7 }], Promise.resolve({ id: 7 }), undefined, { attributes: 7 }, { attributes: [7] }, { attributes: [{ key: [{ __proto__: null }], values: [] }] }];
  for (const wrong of odd) assert.throws(() => userAttributes(wrong), { name: "DomoError", code: "INVALID_INPUT" });
});

test("request sends to any other path", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const me = await request(config, { method: "get", path: "/api/content/v2/users/me", query: { "a b": "ä&=", n: 2.5, yes: true } });
  assert.equal(me.id, [...mock.users.keys()][0]);
  assert.equal(mock.requests.at(-1).path, "/api/content/v2/users/me?a%20b=%C3%A4%26%3D&n=2.5&yes=true");
  const ids = [...mock.users.keys()].slice(0, 3);
  assert.equal(await request(config, { method: "PUT", path: "/api/authorization/v1/roles/2/users", body: ids }), null);
  assert.equal(mock.users.get(ids[2]).roleId, 2);
});

test("a client has every function and shows no token", async (t) => {
  const { config } = await instance(t, { http: true });
  const domo = connect(config);
  const user = await domo.createUser({ displayName: "J", emailAddress: "j@example.com", roleId: 1 });
  assert.equal((await domo.getUserById(user.id)).id, user.id);
  assert.equal((await domo.updateUser(user.id, { roleId: 2 })).roleId, 2);
  await domo.deleteUser(user.id);
  assert.equal((await domo.getAllUsers({ parts: ["SIMPLE"] })).length, 25);
  assert.ok(await domo.request({ method: "GET", path: "/api/authorization/v1/roles" }));
  assert.equal((await getAllUsers(domo)).length, 25);
  assert.deepEqual(Object.keys(domo).sort(), [
    "applyChanges", "createUser", "deleteUser", "exportUsersCsv", "findUserByEmail", "getAllUsers", "getUserById", "listRoles", "planUsers", "request", "searchUsers", "streamUsers", "updateUser",
  ]);
  assert.equal(connect(domo), domo);
});

test("a client keeps its configuration if the original object is changed", async (t) => {
  const { mock, config } = await instance(t, { config: { headers: { "x-a": "1" } } });
  const domo = connect(config);
  config.instance = "evil";
  config.headers["x-a"] = "2";
  config.developerToken = "other";
  assert.equal((await domo.getAllUsers()).length, mock.users.size);
});

test("arguments are read at the call, not later", async (t) => {
  const { mock, config } = await instance(t);
  await getAllUsers(config); // starts the module
  const user = { displayName: "Before", emailAddress: "before@example.com", roleId: 1 };
  const created = createUser(config, user);
  user.displayName = "After";
  assert.equal((await created).displayName, "Before");
  assert.ok(mock);
});

test("a token function is called before every attempt", async (t) => {
  let asked = 0;
  const tokens = ["old", "canary-token-0123456789"];
  const { mock, config } = await instance(t);
  mock.addFault({ status: 503 });
  await getAllUsers({ ...config, developerToken: async () => tokens[asked++] });
  assert.equal(asked, 2);
});

test("if a token function fails at a retry, the error also reports the earlier attempt", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  let asked = 0;
  mock.addFault({ drop: true, afterEffect: true });
  const token = () => {
    if (asked++ > 0) throw new Error("no vault");
    return config.developerToken;
  };
  const error = await domoUsers.deleteUser({ ...config, developerToken: token }, id).catch((thrown) => thrown);
  assert.deepEqual([error.code, error.attempts], ["NETWORK", 1]);
  assert.match(error.message, /developerToken threw/);
});

test("events contain the reason of a retry, but nothing from the response body", async (t) => {
  const events = [];
  const { mock, config } = await instance(t, { config: { onEvent: (event) => events.push(event) } });
  mock.addFault({ status: 503, body: JSON.stringify({ message: "Jane Doe is unknown", toe: "T-1" }) });
  await getAllUsers(config);
  const { reason, delayMs } = events.find(({ type }) => type === "retry");
  assert.match(reason, /503/);
  assert.ok(!JSON.stringify(events).includes("Jane") && Number.isInteger(delayMs));
});

test("events report attempts, responses and retries", async (t) => {
  const events = [];
  const { mock, config } = await instance(t, { config: { onEvent: (event) => events.push(event) } });
  mock.addFault({ status: 503, headers: { "retry-after": "0" } });
  await getUserById(config, [...mock.users.keys()][0]);
  assert.deepEqual(events.map(({ type, attempt, status }) => [type, attempt, status]), [
    ["request", 1, undefined], ["response", 1, 503], ["retry", 1, undefined], ["request", 2, undefined], ["response", 2, 200],
  ]);
  assert.equal(typeof events.at(-1).durationMs, "number");
  assert.match(events.at(-1).requestId, /^req-/);
  assert.equal(events[2].delayMs, 0);
});

test("headers of the call replace those of the configuration", async () => {
  let seen;
  const fetch = async (url, init) => {
    seen = { url, init };
    return new Response('{"users":[]}');
  };
  const config = { instance: "acme", developerToken: "t", fetch, headers: { "X-Team": "a", Accept: "application/json;v=1" } };
  await getAllUsers(config, { headers: new Headers({ "x-team": "b" }) });
  assert.equal(seen.url, "https://acme.domo.com/api/identity/v1/users");
  const headers = new Headers(seen.init.headers);
  assert.equal(headers.get("x-team"), "b");
  assert.equal(headers.get("accept"), "application/json;v=1");
  assert.equal(headers.get("x-domo-developer-token"), "t");
  assert.equal(seen.init.redirect, "manual");
});

test("axios instead of fetch", async (t) => {
  const { mock } = await instance(t);
  const { axios } = mock.codeengine();
  const config = { instance: "acme", developerToken: "canary-token-0123456789", axios };
  assert.equal((await getAllUsers(config)).length, 25);
  await assert.rejects(getUserById(config, 5), { code: "NOT_FOUND", status: 404 });
  await assert.rejects(getUserById({ ...config, developerToken: "x" }, 5), { code: "UNAUTHORIZED" });
});

test("real axios works the same", async (t) => {
  const { default: axios } = await import("axios");
  const { config } = await instance(t, { http: true });
  assert.equal((await getAllUsers({ ...config, axios })).length, 25);
  await assert.rejects(getUserById({ ...config, axios }, 5), { code: "NOT_FOUND", status: 404, requestId: /^req-/ });
});

test("a list with an item that is not a user is BAD_RESPONSE", async () => {
  for (const users of ['[{"id":1},null]', "[7]", '[{"id":1},"x"]', "[[]]"]) {
    const fetch = async () => new Response(`{"users":${users}}`);
    await assert.rejects(getAllUsers({ instance: "acme", developerToken: "token", fetch }), { code: "BAD_RESPONSE" });
  }
});

test("if the second form of an update fails, the error also reports the first", async () => {
  let calls = 0;
  const fetch = async () => (++calls === 1 ? new Response('{"id":7,"displayName":"New","roleId":1}') : new Response("{}", { status: 400 }));
  const developerToken = () => (calls === 0 ? "token" : Promise.reject(new Error("no")));
  for (const token of ["token", developerToken]) {
    calls = 0;
    const update = updateUser({ instance: "acme", developerToken: token, fetch }, 7, { displayName: "New", roleId: 5 });
    await assert.rejects(update, /This concerns the second request of the update: the response to the first did not show the new values, but the first may have changed some of them/);
  }
});

test("a Date is sent as milliseconds in every field of a user", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const hireDate = { key: "hireDate", values: [new Date(86_400_000)] };
  const kept = () => userAttributes(mock.users.get(id)).hireDate;
  await updateUser(config, id, { attributes: [hireDate] });
  assert.equal(kept(), 86_400_000);
  const { done } = await domoUsers.applyChanges(config, [{ action: "update", id, changes: { attributes: [{ ...hireDate, values: [new Date(5)] }] } }]);
  assert.deepEqual([done, kept()], [1, 5]);
  const wrong = { attributes: [hireDate, { key: "title", values: ["x", { a: 1 }] }] };
  await assert.rejects(updateUser(config, id, wrong), { message: "attributes[1].values[1] must be a string, a number, a boolean or null; got an object" });
  await assert.rejects(updateUser(config, id, { attributes: [{ key: "hireDate", values: [new Date(NaN)] }] }), { code: "INVALID_INPUT", message: /invalid date/ });
});

test("a query is an object, a URLSearchParams or a Map; invalid values are named", async () => {
  const paths = [];
  const fetch = async (url) => {
    paths.push(url.slice("https://acme.domo.com".length));
    return new Response("{}");
  };
  const get = (query) => request({ instance: "acme", developerToken: "any", fetch }, { method: "GET", path: "/a", query });
  for (const query of [{ x: 1, y: "é", z: undefined }, new URLSearchParams("x=1&y=é"), new Map([["x", 1], ["y", "é"]])]) await get(query);
  assert.deepEqual(paths, Array(3).fill("/a?x=1&y=%C3%A9"));
  for (const [query, message] of [
    ["x=1", 'query must be an object, a Map or a URLSearchParams of strings, numbers and booleans; got "x=1"'], [[1], "query must be an object, a Map or a URLSearchParams of strings, numbers and booleans; got an array"],
    [{ x: NaN }, "query.x must be a string, a number or a boolean; got NaN"], [{ y: null }, "query.y must be a string, a number or a boolean; got null"],
  ]) await assert.rejects(get(query), { code: "INVALID_INPUT", message });
  assert.equal(paths.length, 3);
});

test("a custom fetch may return only status and json()", async () => {
  const user = { id: 7, displayName: "x", roleId: 1, emailAddress: "x@x.co" };
  const config = (body, status = 200) => ({ instance: "acme", developerToken: "any", fetch: async () => ({ status, json: async () => body }) });
  assert.deepEqual(await getUserById(config({ users: [user] }), 7), user);
  assert.deepEqual(await getAllUsers(config({ users: [user] })), [user]);
  for await (const one of domoUsers.streamUsers(config({ users: [user] }))) assert.deepEqual(one, user);
  await deleteUser(config(1), 7);
  await assert.rejects(getUserById(config({ message: "no", toe: "T-1" }, 404), 7), { code: "NOT_FOUND", toe: "T-1" });
});
