import assert from "node:assert/strict";
import { attribute, both, jane, USERS } from "./both.mjs";

const ROLES = "/api/authorization/v1/roles";

both("a token is required, and only the right one is accepted", {}, async (mock, call) => {
  for (const token of ["", "  ", "wrong"]) {
    const { status, json, headers } = await call("GET", USERS, undefined, { token });
    assert.equal(status, 401);
    assert.deepEqual(Object.keys(json), ["status", "statusReason", "path", "message", "toe"]);
    assert.match(headers.get("x-request-id"), /./);
  }
  assert.equal((await call("GET", USERS)).status, 200);
  assert.deepEqual(mock.requests.map(({ status }) => status), [401, 401, 401, 200]);
});

both("without a configured token, any token is accepted", { developerToken: undefined }, async (_, call) => {
  assert.equal((await call("GET", USERS, undefined, { token: "any" })).status, 200);
  assert.equal((await call("GET", USERS, undefined, { token: "" })).status, 401);
});

both("create, get, list, update, delete", {}, async (mock, call) => {
  const { json: user, headers } = await call("POST", USERS, jane);
  assert.equal(headers.get("content-type"), "application/json;charset=UTF-8");
  assert.deepEqual([user.displayName, user.emailAddress, user.roleId], ["Jane", "jane@example.com", 4]);
  assert.match(String(user.id), /^\d{10}$/);
  assert.deepEqual((await call("GET", `${USERS}/${user.id}`)).json, { users: [user] });
  assert.equal((await call("GET", USERS)).json.users.length, 31);
  assert.equal((await call("PATCH", `${USERS}/${user.id}`, { roleId: 2, displayName: "J" })).json.roleId, 2);
  assert.equal((await call("PATCH", `${USERS}/${user.id}`, { emailAddress: "JANE@example.com" })).status, 200, "its own e-mail");
  assert.equal((await call("PATCH", `${USERS}/${user.id}`, { attributes: [{ key: "roleId", values: [3] }] })).json.roleId, 3);
  assert.equal((await call("PATCH", `${USERS}/${user.id}`, { roleId: 1, attributes: [{ key: "title", values: ["x"] }] })).json.roleId, 1);
  assert.deepEqual(attribute(mock.users.get(user.id), "roleId"), [1]);
  const gone = await call("DELETE", `${USERS}/${user.id}`);
  assert.deepEqual([gone.status, gone.text], [200, "1"]);
  assert.equal(mock.users.has(user.id), false);
  assert.deepEqual(mock.requests[0], { method: "POST", path: USERS, status: 200 });
});

both("attributes are set, kept and cleared", {}, async (mock, call) => {
  const [boss, user] = mock.users.values();
  const set = (attributes) => call("PATCH", `${USERS}/${user.id}`, { attributes });
  assert.equal((await set([{ key: "reportsTo", values: [String(boss.id)] }, { key: "own", values: ["a", 2, true] }])).status, 200);
  assert.deepEqual([attribute(user, "reportsTo"), attribute(user, "own")], [[String(boss.id)], ["a", 2, true]]);
  await set([{ key: "reportsTo", values: [null] }]);
  assert.deepEqual([attribute(user, "reportsTo"), attribute(user, "own")], [undefined, ["a", 2, true]]);
});

both("the user name is changed as an attribute, and only one user has it", {}, async (mock, call) => {
  const [other, user] = mock.users.values();
  const set = (value) => call("PATCH", `${USERS}/${user.id}`, { attributes: [{ key: "userName", values: [value] }] });
  assert.equal((await set("jane")).json.userName, "jane");
  assert.deepEqual([user.userName, attribute(user, "userName")], ["jane", ["jane"]]);
  assert.equal((await set("JANE")).status, 200, "its own name");
  const refused = await set(other.userName.toUpperCase());
  assert.deepEqual([refused.status, user.userName], [400, "JANE"]);
});

both("requests that the documentation does not allow are refused and have no effect", {}, async (mock, call) => {
  const [first, second] = mock.users.values();
  const before = structuredClone([...mock.users.values()]);
  const one = `${USERS}/${first.id}`;
  const attributes = (...list) => ({ roleId: (first.roleId % 5) + 1, attributes: list });
  const refused = [
    [409, "POST", USERS, { ...jane, emailAddress: first.emailAddress.toUpperCase() }],
    [400, "POST", USERS, { ...jane, roleId: 99 }], [400, "POST", USERS, { ...jane, roleId: "4" }], [400, "POST", USERS, { ...jane, displayName: " " }],
    [400, "POST", USERS, { ...jane, emailAddress: "jane" }], [400, "POST", USERS, []], [400, "POST", USERS, null], [400, "POST", USERS, {}],
    [404, "GET", `${USERS}/5`], [404, "DELETE", `${USERS}/5`], [404, "PATCH", `${USERS}/5`, { roleId: 1 }],
    [400, "PATCH", one, {}], [400, "PATCH", one, []], [400, "PATCH", one, { title: "x" }], [400, "PATCH", one, { roleId: 99 }], [400, "PATCH", one, { roleId: "1" }],
    [400, "PATCH", one, { displayName: "" }], [400, "PATCH", one, { displayName: 1 }], [400, "PATCH", one, { emailAddress: "x" }],
    [400, "PATCH", one, { emailAddress: second.emailAddress.toUpperCase() }],
    [400, "PATCH", one, attributes({ key: "title" })], [400, "PATCH", one, attributes({ key: "title", values: "x" })], [400, "PATCH", one, attributes({ key: "title", values: [{}] })],
    [400, "PATCH", one, attributes({ key: "reportsTo", values: ["5"] })], [400, "PATCH", one, attributes({ key: "roleId", values: [99] })],
    [400, "PATCH", one, attributes({ key: "displayName", values: [null] })], [400, "PATCH", one, attributes({ key: "emailAddress", values: [second.emailAddress] })],
    [400, "PATCH", one, { attributes: {} }], [400, "PATCH", one, { attributes: [] }], [400, "DELETE", one, {}],
    [400, "GET", `${USERS}?parts=ALL`], [400, "GET", `${one}?parts=SIMPLE,ALL`], [400, "GET", `${USERS}?limit=x`], [400, "GET", `${USERS}?offset=-1`],
    [404, "GET", "/api/nowhere"], [404, "GET", `${USERS}/x`], [405, "PUT", USERS, {}], [405, "POST", one, {}], [405, "GET", `${USERS}/search`],
    [405, "DELETE", "/api/content/v2/users/me"], [405, "POST", ROLES, {}], [405, "GET", `${ROLES}/1/users`],
    [400, "POST", `${USERS}/search`, { limit: 49 }], [400, "POST", `${USERS}/search`, { limit: 201 }], [400, "POST", `${USERS}/search`, { parts: "SIMPLE" }],
    [400, "POST", `${USERS}/search`, { filters: [{ filterType: "x" }] }], [400, "POST", `${USERS}/search`, { sort: { field: "id", order: "UP" } }],
    [404, "PUT", `${ROLES}/99/users`, [first.id]], [400, "PUT", `${ROLES}/1/users`, [5]], [400, "PUT", `${ROLES}/1/users`, {}],
  ];
  for (const [status, method, path, data] of refused) {
    const answer = await call(method, path, data);
    assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(data)} ${answer.text}`);
    assert.equal(answer.json.path, path.split("?")[0]);
  }
  assert.equal((await call("POST", USERS, undefined, { raw: "{" })).status, 400);
  assert.equal((await call("POST", USERS)).status, 400);
  assert.equal((await call("POST", USERS, jane, { headers: { "Content-Type": "text/plain" } })).status, 400);
  assert.equal((await call("PUT", USERS, {})).headers.get("allow"), "GET, POST, OPTIONS");
  assert.deepEqual([...mock.users.values()], before);
});

both("each part returns its own fields", {}, async (mock, call) => {
  const [id] = mock.users.keys();
  const shown = async (query) => (await call("GET", `${USERS}/${id}${query}`)).json.users[0];
  const keys = async (query) => Object.keys(await shown(query)).sort().join();
  assert.equal(await keys("?parts=minimal"), "displayName,id,roleId");
  assert.equal(await keys("?parts=SIMPLE"), "displayName,emailAddress,id,roleId,userName");
  assert.equal(await keys("?parts=Detailed"), "attributes,displayName,emailAddress,id,roleId,userName");
  assert.equal(await keys(""), await keys("?parts=DETAILED"));
  assert.equal(await keys("?parts=GROUPS,ROLE"), "displayName,emailAddress,groups,id,role,roleId,userName");
  assert.equal(await keys("?parts=GROUPS&parts=role"), await keys("?parts=GROUPS,ROLE"));
  assert.equal(await keys("?parts=MINIMAL,DETAILED"), await keys(""));
  assert.deepEqual(Object.keys((await shown("?parts=GROUPS")).groups[0]), ["id", "name", "type"]);
  assert.deepEqual(Object.keys((await shown("?parts=ROLE")).role), ["roleId", "roleName"]);
});

both("a list takes limit, offset and attributes", {}, async (mock, call) => {
  const ids = [...mock.users.keys()];
  const list = async (query) => (await call("GET", `${USERS}?${query}`)).json.users;
  assert.deepEqual((await list("offset=28&limit=50")).map(({ id }) => id), ids.slice(28));
  assert.deepEqual((await list("limit=2")).map(({ id }) => id), ids.slice(0, 2));
  assert.ok((await list("attributes=title,id")).every(({ attributes }) => attributes.every(({ key }) => ["title", "id"].includes(key))));
});

both("search pages, filters, sorts, shows", { users: 120 }, async (mock, call) => {
  const search = async (query) => (await call("POST", `${USERS}/search?explain=false`, query)).json;
  assert.deepEqual(Object.keys(await search({})), ["users"]);
  assert.equal((await search({})).users.length, 50);
  assert.equal((await search({ showCount: true })).count, 120);
  assert.equal((await search({ offset: 100, limit: 200 })).users.length, 20);
  const [{ emailAddress }] = mock.users.values();
  const text = { filterType: "text", text: emailAddress.toUpperCase() };
  assert.equal((await search({ filters: [text] })).users[0].emailAddress, emailAddress);
  assert.equal((await search({ filters: [{ ...text, field: "displayName" }] })).users.length, 0);
  const value = { filterType: "value", field: "roleId", operator: "EQ", values: [1] };
  const admins = (await search({ limit: 200, filters: [value] })).users;
  assert.ok(admins.length > 0 && admins.every(({ roleId }) => roleId === 1));
  const sorted = (await search({ limit: 200, sort: { field: "id", order: "DESC" } })).users.map(({ id }) => id);
  assert.deepEqual(sorted, [...mock.users.keys()].sort((a, b) => b - a));
  const [shown] = (await search({ parts: ["DETAILED", "GROUPS"], attributes: ["id"] })).users;
  assert.deepEqual([shown.attributes.length, "groups" in shown], [1, true]);
  await call("DELETE", `${USERS}/${sorted[0]}`);
  assert.equal((await search({ showCount: true })).count, 119);
  assert.equal((await search({ showCount: true, includeDeleted: true })).count, 120);
});

both("a role is given to several users", {}, async (mock, call) => {
  const ids = [...mock.users.keys()].slice(0, 2);
  const { status, text } = await call("PUT", `${ROLES}/5/users`, ids);
  assert.deepEqual([status, text], [204, ""]);
  assert.deepEqual(ids.map((id) => mock.users.get(id).roleId), [5, 5]);
});

both("roles are listed with their names and the number of their users", { roles: [1, { id: 4, name: "Staff", description: "d" }, 2_000_000_007] }, async (mock, call) => {
  const [{ id }] = mock.users.values();
  await call("PATCH", `${USERS}/${id}`, { roleId: 2_000_000_007 });
  const { json: roles } = await call("GET", ROLES);
  assert.deepEqual(roles.map(({ id, name }) => [id, name]), [[1, "Admin"], [4, "Staff"], [2_000_000_007, "Custom role 2000000007"]]);
  for (const role of roles) {
    assert.deepEqual(Object.keys(role).sort().join(), "authorityCount,created,description,id,modified,name,userCount");
    assert.equal(role.userCount, [...mock.users.values()].filter(({ roleId }) => roleId === role.id).length);
  }
  assert.equal(roles[1].description, "d");
  assert.deepEqual((await call("GET", `${USERS}/${id}?parts=ROLE`)).json.users[0].role, { roleId: 2_000_000_007, roleName: "Custom role 2000000007" });
  assert.equal((await call("PATCH", `${USERS}/${id}`, { roleId: 5 })).status, 400, "a role that the instance does not have");
});

both("the token's owner is the first user", {}, async (mock, call) => {
  const me = () => call("GET", "/api/content/v2/users/me");
  const [first, second] = mock.users.keys();
  await call("DELETE", `${USERS}/${second}`);
  assert.equal((await me()).json.id, first);
  await call("DELETE", `${USERS}/${first}`);
  assert.equal((await me()).status, 401, "the owner was deleted");
});

both("the token's owner is the user of the option", { users: [{ id: 7, displayName: "A", roleId: 1 }, { id: 8, displayName: "B", roleId: 1 }], owner: "8" }, async (mock, call) => {
  assert.deepEqual((await call("GET", "/api/content/v2/users/me")).json, { id: 8, displayName: "B", roleId: 1 });
  mock.users.delete(8);
  assert.equal((await call("GET", "/api/content/v2/users/me")).status, 401);
});

const attributeKeys = ["badge", { key: "shoeSize", title: "Shoe", keyspace: "idp", validator: "ANY_VALUE_MULTI" }, { key: "title", keyspace: "idp" }];
both("attribute keys are listed, whatever the filter says", { attributeKeys }, async (mock, call) => {
  await call("PATCH", `${USERS}/${[...mock.users.keys()][0]}`, { attributes: [{ key: "own", values: ["x"] }] });
  const { json: keys } = await call("GET", "/api/user/v1/properties/meta/keys?issuerTypes=idp");
  const find = (key) => keys.find((each) => each.key === key);
  for (const each of keys) assert.equal(Object.keys(each).sort().join(), "description,key,keyspace,title,validator,valueType");
  assert.equal(new Set(keys.map(({ key }) => key)).size, keys.length);
  assert.deepEqual(["department", "hireDate", "own", "badge", "shoeSize", "title"].map((key) => find(key).keyspace),
    ["domo-defined", "domo-defined", "customer-defined", "customer-defined", "idp", "idp"]);
  assert.deepEqual([find("costCenter").title, find("costCenter").validator, find("department").validator], ["Cost Center", "ANY_VALUE_MULTI", "ANY_VALUE"]);
  assert.deepEqual([find("shoeSize").title, find("shoeSize").validator], ["Shoe", "ANY_VALUE_MULTI"]);
  assert.equal((await call("POST", "/api/user/v1/properties/meta/keys", {})).status, 405);
});

both("OPTIONS, and a prefix before /api/", {}, async (mock, call, http) => {
  const preflight = await call("OPTIONS", USERS, undefined, { token: "" });
  assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, "*"]);
  assert.match(preflight.headers.get("access-control-allow-headers"), /X-DOMO-Developer-Token/);
  const { status, headers } = await call("GET", `/proxy/domo${USERS}?limit=1`);
  assert.equal(status, 200);
  if (http) assert.deepEqual([headers.get("access-control-allow-origin"), headers.get("access-control-expose-headers")], ["*", "x-request-id, retry-after"]);
  assert.deepEqual(mock.requests, [{ method: "GET", path: `${USERS}?limit=1`, status: 200 }]);
});

both("a large list is complete", { users: 2501 }, async (mock, call) => {
  assert.deepEqual((await call("GET", `${USERS}?parts=MINIMAL`)).json.users.map(({ id }) => id), [...mock.users.keys()]);
});
