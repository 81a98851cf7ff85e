// The search: all pages, no more requests than needed, and the user with an e-mail address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { connect, findUserByEmail, searchUsers } = domoUsers;

async function all(users) {
  const seen = [];
  for await (const user of users) seen.push(user);
  return seen;
}

for (const searchCount of [true, false]) {
  test(`a search reads all pages${searchCount ? "" : ", also without a count"}`, async (t) => {
    for (const [users, pages] of [[0, 1], [49, 1], [50, searchCount ? 1 : 2], [120, 3], [150, searchCount ? 3 : 4]]) {
      const { mock, config } = await instance(t, { http: users === 120, users, oddities: { searchCount } });
      const found = await all(searchUsers(config, { pageSize: 50, sort: { field: "id", order: "ASC" } }));
      assert.deepEqual(found.map(({ id }) => id), [...mock.users.keys()].sort((a, b) => a - b));
      assert.equal(mock.requests.length, pages, `${users} users`);
    }
  });
}

test("leaving the loop stops the requests", async (t) => {
  const { mock, config } = await instance(t, { users: 500 });
  for await (const user of connect(config).searchUsers({ pageSize: 50 })) {
    assert.ok(user.emailAddress);
    break;
  }
  assert.equal(mock.requests.length, 1);
});

test("text, filters, parts and attributes", async (t) => {
  const { mock, config } = await instance(t, { users: 60 });
  const [, { displayName }] = mock.users.values();
  assert.ok((await all(searchUsers(config, { text: displayName.toUpperCase() }))).some((user) => user.displayName === displayName));
  const filters = [{ filterType: "value", field: "roleId", operator: "EQ", values: [2] }];
  const [first] = await all(searchUsers(config, { filters, parts: ["ROLE", "GROUPS"] }));
  assert.deepEqual([first.roleId, first.role.roleId, Array.isArray(first.groups)], [2, 2, true]);
  const titled = await all(searchUsers(config, { parts: ["DETAILED"], attributes: ["title"] }));
  assert.ok(titled.every(({ attributes }) => attributes.every(({ key }) => key === "title")));
});

test("invalid options are refused before anything is sent, and all are named", async (t) => {
  const { mock, config } = await instance(t);
  const error = await rejection(all(searchUsers(config, { pageSize: 10, sort: "id", parts: ["ALL"], text: 7, timeoutMs: 5 })));
  assert.equal(error.code, "INVALID_INPUT");
  for (const field of ["pageSize", "sort", "parts", "text"]) assert.match(error.message, new RegExp(`${field} must`));
  assert.equal((await rejection(all(searchUsers({}, {})))).code, "INVALID_CONFIG");
  assert.match((await rejection(all(searchUsers(config, { includeDelted: true })))).message, /includeDelted: no such option; did you mean includeDeleted\?$/);
  assert.equal(mock.requests.length, 0);
});

test("an instance that does not page is detected", async () => {
  const users = Array.from({ length: 50 }, (_, id) => ({ id: id + 1, displayName: "x", roleId: 1 }));
  const fetch = async () => new Response(JSON.stringify({ users }));
  const config = { instance: "acme", developerToken: "t", fetch };
  await assert.rejects(all(searchUsers(config, { pageSize: 50 })), { code: "BAD_RESPONSE", message: /same page twice/ });
});

test("a page that fails is an error after the users before it", async (t) => {
  const { mock, config } = await instance(t, { users: 120, config: { maxRetries: 0 } });
  const seen = [];
  const error = await rejection((async () => {
    for await (const user of searchUsers(config, { pageSize: 50 })) {
      if (seen.push(user) === 50) mock.addFault({ status: 500 });
    }
  })());
  assert.deepEqual([error.code, seen.length], ["SERVER_ERROR", 50]);
});

test("a search is retried as a read, and aborted by the caller's signal", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ status: 503, headers: { "retry-after": "0" } });
  assert.equal((await all(searchUsers(config))).length, 25);
  assert.equal(await all(searchUsers(config, { signal: AbortSignal.abort("mine") })).catch((reason) => reason), "mine");
});

test("findUserByEmail returns the exact match, ignoring case, or undefined", async (t) => {
  const { mock, config } = await instance(t, { http: true, users: 300 });
  const [{ id, emailAddress }] = [...mock.users.values()].slice(-1);
  const found = await findUserByEmail(config, ` ${emailAddress.toUpperCase()} `);
  assert.deepEqual([found.id, mock.requests.length], [id, 1]);
  assert.equal(await findUserByEmail(config, emailAddress.slice(1)), undefined, "a part of it is no match");
  assert.equal(await findUserByEmail(config, "nobody@example.com"), undefined);
  assert.ok((await connect(config).findUserByEmail(emailAddress, { parts: ["ROLE"] })).role);
  assert.equal((await findUserByEmail(config, emailAddress, { parts: "MINIMAL" })).id, id);
  for (const wrong of ["", "x", undefined, 7]) await assert.rejects(findUserByEmail(config, wrong), { code: "INVALID_INPUT", message: /email must/ });
});

test("findUserByEmail works without the search", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ path: /\/search/, status: 405, times: Infinity });
  const [{ id, emailAddress }] = mock.users.values();
  assert.equal((await findUserByEmail(config, emailAddress)).id, id);
  assert.equal(await findUserByEmail(config, "nobody@example.com"), undefined);
});

test("after an abort no more users are returned, and a search can be iterated again", async (t) => {
  const { config } = await instance(t, { users: 120 });
  for (const list of [searchUsers, domoUsers.streamUsers]) {
    const controller = new AbortController();
    const users = list(config, { signal: controller.signal });
    const seen = [];
    const reason = await rejection((async () => {
      for await (const user of users) if (seen.push(user) === 10) controller.abort("mine");
    })()).catch((thrown) => thrown);
    assert.deepEqual([reason, seen.length], ["mine", 10]);
  }
  const twice = searchUsers(config);
  assert.deepEqual([(await all(twice)).length, (await all(twice)).length], [120, 120]);
});

test("if the instance returns smaller pages than requested, the search continues up to the count", async () => {
  const users = Array.from({ length: 250 }, (_, id) => ({ id: id + 1, displayName: "x", roleId: 1, emailAddress: `${id}@x.co` }));
  const fetch = async (_, { body }) => {
    const { offset } = JSON.parse(body);
    return new Response(JSON.stringify({ users: users.slice(offset, offset + 100), count: 250 }));
  };
  const config = { instance: "acme", developerToken: "t", fetch };
  assert.equal((await all(searchUsers(config))).length, 250);
  assert.equal((await findUserByEmail(config, "249@x.co")).id, 250);
});

test("if the search is forbidden, the look-up reads the list", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ path: /\/search/, status: 403, times: Infinity });
  const [{ id, emailAddress }] = mock.users.values();
  assert.equal((await findUserByEmail(config, emailAddress)).id, id);
});

test("if the instance repeats the first page, the look-up reads the list", async () => {
  const users = Array.from({ length: 450 }, (_, id) => ({ id: id + 1, displayName: "x", roleId: 1, emailAddress: `jane${id}@x.co` }));
  const asked = [];
  const answering = (pageOf) => async (url, { method, body }) => {
    asked.push(method);
    return new Response(JSON.stringify({ users: method === "GET" ? users : pageOf(JSON.parse(body).offset) }));
  };
  const first = { instance: "acme", developerToken: "t", fetch: answering(() => users.slice(0, 200)) };
  assert.equal((await findUserByEmail(first, "jane420@x.co")).id, 421);
  assert.equal(await findUserByEmail(first, "jane450@x.co"), undefined);
  assert.deepEqual(asked, ["POST", "POST", "GET", "POST", "POST", "GET"]);
  // Endless full pages, each different from the one before.
  const endless = { ...first, fetch: answering((offset) => users.slice(0, 200).map((user) => ({ ...user, id: offset + user.id }))) };
  assert.equal((await findUserByEmail(endless, "jane420@x.co")).id, 421);
});

test("an address that is only in the attributes is found", async () => {
  const user = { id: 7, displayName: "x", roleId: 1, attributes: [{ key: "emailAddress", values: ["Jane@x.co"] }] };
  const fetch = async () => Response.json({ users: [{ ...user, id: 6, attributes: undefined }, user] });
  assert.deepEqual(await findUserByEmail({ instance: "acme", developerToken: "any", fetch }, "jane@X.co"), user);
});
