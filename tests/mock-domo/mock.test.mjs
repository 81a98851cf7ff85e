// The mock by itself: as strict as the documentation, and each oddity and fault on request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mockDomo } from "../../pkg-template/mock-domo/index.js";

const USERS = "/api/identity/v1/users";
const TOKEN = "t";

/** A function that calls the mock, through fetch and again over HTTP, with the same answers expected. */
async function both(t, options, body) {
  const direct = mockDomo({ users: 30, developerToken: TOKEN, ...options });
  await body(direct, caller((path, init) => direct.fetch(`https://acme.domo.com${path}`, init)));
  const served = mockDomo({ users: 30, developerToken: TOKEN, ...options });
  const { baseUrl, close } = await served.listen();
  t.after(close);
  await body(served, caller((path, init) => fetch(`${baseUrl}${path}`, init)));
}

function caller(fetch) {
  return async (method, path, data, { token = TOKEN, headers = {}, raw, ...init } = {}) => {
    const body = raw ?? (data === undefined ? undefined : JSON.stringify(data));
    const all = { ...(token && { "X-DOMO-Developer-Token": token }), ...(body !== undefined && { "Content-Type": "application/json" }), ...headers };
    const response = await fetch(path, { method, body, headers: all, redirect: "manual", ...init });
    const text = await response.text();
    let json;
    try {
      json = JSON.parse(text);
    } catch {}
    return { status: response.status, headers: response.headers, text, json };
  };
}

const jane = { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 };

test("a token is needed, and only the right one will do", (t) =>
  both(t, {}, async (_, call) => {
    for (const token of ["", "wrong"]) {
      const { status, json } = await call("GET", USERS, undefined, { token });
      assert.equal(status, 401);
      assert.deepEqual(Object.keys(json), ["status", "statusReason", "path", "message", "toe"]);
    }
    assert.equal((await call("GET", USERS)).status, 200);
  }));

test("the five endpoints", (t) =>
  both(t, {}, async (mock, call) => {
    const { json: user, headers } = await call("POST", USERS, jane);
    assert.match(headers.get("content-type"), /^application\/json;charset=UTF-8$/i);
    assert.match(headers.get("x-request-id"), /^req-/);
    assert.equal(user.displayName, "Jane");
    assert.deepEqual((await call("GET", `${USERS}/${user.id}`)).json, { users: [user] });
    assert.equal((await call("GET", USERS)).json.users.length, 31);
    assert.equal((await call("PATCH", `${USERS}/${user.id}`, { roleId: 2 })).json.roleId, 2);
    assert.equal((await call("PATCH", `${USERS}/${user.id}`, { attributes: [{ key: "roleId", values: [3] }] })).json.roleId, 3);
    const gone = await call("DELETE", `${USERS}/${user.id}`);
    assert.deepEqual([gone.status, gone.text], [200, "1"]);
    assert.equal(mock.users.has(user.id), false);
  }));

test("what the documentation does not allow is refused", (t) =>
  both(t, {}, async (mock, call) => {
    const [first] = mock.users.values();
    const one = `${USERS}/${first.id}`;
    const refused = [
      [409, "POST", USERS, { ...jane, emailAddress: first.emailAddress.toUpperCase() }],
      [400, "POST", USERS, { ...jane, roleId: 99 }], [400, "POST", USERS, { ...jane, roleId: "4" }],
      [400, "POST", USERS, { ...jane, displayName: " " }], [400, "POST", USERS, { ...jane, emailAddress: "jane" }],
      [400, "POST", USERS, []], [400, "POST", USERS, null], [404, "GET", `${USERS}/5`], [404, "DELETE", `${USERS}/5`],
      [404, "PATCH", `${USERS}/5`, { roleId: 1 }], [400, "PATCH", one, {}], [400, "PATCH", one, { title: "x" }],
      [400, "PATCH", one, { roleId: 99 }], [400, "PATCH", one, { attributes: [{ key: "title" }] }],
      [400, "PATCH", one, { emailAddress: [...mock.users.values()][1].emailAddress }],
      [400, "PATCH", one, { attributes: [{ key: "reportsTo", values: ["5"] }] }], [400, "DELETE", one, {}],
      [400, "GET", `${USERS}?parts=ALL`], [404, "GET", "/api/nowhere"], [404, "GET", `${USERS}/x`], [405, "PUT", USERS, {}],
      [400, "POST", `${USERS}/search`, { limit: 10 }], [404, "PUT", "/api/authorization/v1/roles/99/users", [first.id]],
    ];
    for (const [status, method, path, data] of refused) {
      const answer = await call(method, path, data);
      assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(data)} ${answer.text}`);
    }
    assert.equal((await call("POST", USERS, undefined, { raw: "{" })).status, 400);
    assert.equal((await call("POST", USERS, jane, { headers: { "Content-Type": "text/plain" } })).status, 400);
    assert.match((await call("PUT", USERS, {})).headers.get("allow"), /GET, POST/);
  }));

test("each part shows its own fields", (t) =>
  both(t, {}, async (mock, call) => {
    const [id] = mock.users.keys();
    const keys = async (parts) => Object.keys((await call("GET", `${USERS}/${id}${parts}`)).json.users[0]).sort().join();
    assert.equal(await keys("?parts=minimal"), "displayName,id,roleId");
    assert.equal(await keys("?parts=SIMPLE"), "displayName,emailAddress,id,roleId,userName");
    assert.equal(await keys("?parts=DETAILED"), "attributes,displayName,emailAddress,id,roleId,userName");
    assert.equal(await keys(""), await keys("?parts=DETAILED"));
    assert.equal(await keys("?parts=GROUPS,ROLE"), "displayName,emailAddress,groups,id,role,roleId,userName");
    assert.equal(await keys("?parts=GROUPS&parts=ROLE"), await keys("?parts=GROUPS,ROLE"));
    assert.equal((await call("GET", `${USERS}?offset=28&limit=50`)).json.users.length, 2);
  }));

test("search, roles and me", (t) =>
  both(t, { users: 120 }, async (mock, call) => {
    const search = async (query) => (await call("POST", `${USERS}/search?explain=false`, query)).json;
    assert.equal((await search({ showCount: true })).count, 120);
    assert.equal((await search({ offset: 100, limit: 50 })).users.length, 20);
    assert.equal((await search({ filters: [{ filterType: "text", text: "USER.7@", field: "emailAddress" }] })).users.length, 1);
    assert.ok((await search({ filters: [{ filterType: "value", field: "roleId", operator: "EQ", values: [1] }] })).users.every((u) => u.roleId === 1));
    const ids = [...mock.users.keys()].slice(0, 2);
    assert.equal((await call("PUT", "/api/authorization/v1/roles/5/users", ids)).status, 204);
    assert.deepEqual(ids.map((id) => mock.users.get(id).roleId), [5, 5]);
    assert.equal((await call("GET", "/api/authorization/v1/roles")).json[0].name, "Admin");
    assert.equal((await call("GET", "/api/content/v2/users/me")).json.id, ids[0]);
  }));

test("values [null] clear an attribute", (t) =>
  both(t, {}, async (mock, call) => {
    const [{ id }] = mock.users.values();
    await call("PATCH", `${USERS}/${id}`, { attributes: [{ key: "department", values: [null] }, { key: "own", values: ["x", "y"] }] });
    const { attributes } = mock.users.get(id);
    assert.ok(!attributes.some(({ key }) => key === "department"));
    assert.deepEqual(attributes.find(({ key }) => key === "own").values, ["x", "y"]);
  }));

test("oddities that were seen in the wild", async (t) => {
  const odd = (oddities, body) => both(t, { oddities }, body);
  await odd({ unknownUser: "empty" }, async (_, call) => assert.deepEqual([(await call("GET", `${USERS}/5`)).status, (await call("GET", `${USERS}/5`)).text], [200, ""]));
  await odd({ unknownUser: "emptyList" }, async (_, call) => assert.deepEqual((await call("GET", `${USERS}/5`)).json, { users: [] }));
  await odd({ unknownUser: "text" }, async (_, call) => assert.equal((await call("GET", `${USERS}/5`)).text, "Not Found"));
  await odd({ takenEmail: 400 }, async (mock, call) => {
    const [{ emailAddress }] = mock.users.values();
    assert.equal((await call("POST", USERS, { ...jane, emailAddress })).status, 400);
  });
  for (const [blocked, status] of [["login", 200], ["page", 403], ["redirect", 303], ["notAcceptable", 406]]) {
    await odd({ blocked }, async (_, call) => {
      const answer = await call("GET", USERS);
      assert.equal(answer.status, status);
      assert.match(answer.text, /<!DOCTYPE html>/);
    });
  }
  await odd({ updates: "attributes" }, async (mock, call) => {
    const [{ id, roleId }] = mock.users.values();
    const other = (roleId % 5) + 1;
    assert.equal((await call("PATCH", `${USERS}/${id}`, { roleId: other })).json.roleId, roleId);
    assert.equal((await call("PATCH", `${USERS}/${id}`, { attributes: [{ key: "roleId", values: [other] }] })).json.roleId, other);
  });
  await odd({ ids: "text", errors: "text" }, async (mock, call) => {
    const [id] = mock.users.keys();
    assert.equal((await call("GET", `${USERS}/${id}`)).json.users[0].id, String(id));
    assert.equal((await call("GET", `${USERS}/5`)).text, "Not Found");
  });
  await odd({ managerDelay: 2, searchCount: false }, async (mock, call) => {
    const [{ id }] = mock.users.values();
    const { json: boss } = await call("POST", USERS, jane);
    const report = () => call("PATCH", `${USERS}/${id}`, { attributes: [{ key: "reportsTo", values: [String(boss.id)] }] });
    assert.equal((await report()).status, 400);
    await report();
    assert.equal((await report()).status, 200);
    assert.equal((await call("POST", `${USERS}/search`, { showCount: true })).json.count, undefined);
  });
});

test("faults: status, headers, body, times, path and method", (t) =>
  both(t, {}, async (mock, call) => {
    mock.addFault({ method: "get", path: USERS, status: 429, headers: { "Retry-After": "7" }, body: "slow", times: 2 });
    mock.addFault({ path: /users\/\d+\?parts=ROLE/, status: 500 });
    assert.equal((await call("GET", `${USERS}/5`)).status, 404);
    assert.deepEqual([(await call("GET", USERS)).headers.get("retry-after"), (await call("GET", USERS)).text], ["7", "slow"]);
    assert.equal((await call("GET", USERS)).status, 200);
    assert.equal((await call("GET", `${USERS}/5?parts=ROLE`)).status, 500);
    assert.deepEqual(mock.requests.map(({ status }) => status), [404, 429, 429, 200, 500]);
  }));

test("faults: dropped, after the effect, cut off, delayed, stalled", (t) =>
  both(t, {}, async (mock, call) => {
    mock.addFault({ drop: true });
    await assert.rejects(call("POST", USERS, jane), TypeError);
    assert.equal(mock.users.size, 30);
    mock.addFault({ drop: true, afterEffect: true });
    await assert.rejects(call("POST", USERS, jane), TypeError);
    assert.equal(mock.users.size, 31);
    mock.addFault({ cutBodyAt: 20 });
    await assert.rejects(call("GET", USERS), TypeError);
    mock.addFault({ delayMs: 5 });
    assert.equal((await call("GET", USERS)).status, 200);
    mock.addFault({ stall: true });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await assert.rejects(call("GET", USERS, undefined, { signal: controller.signal }), /enough/);
  }));

test("the same seed gives the same thousand awkward people, all different", () => {
  const emails = (mock) => [...mock.users.values()].map(({ emailAddress }) => emailAddress.toLowerCase());
  assert.deepEqual([...mockDomo().users.values()], [...mockDomo({ seed: 1 }).users.values()]);
  assert.notDeepEqual([...mockDomo().users.values()], [...mockDomo({ seed: 2 }).users.values()]);
  const mock = mockDomo();
  assert.equal(new Set(emails(mock)).size, 1000);
  const all = JSON.stringify([...mock.users.values()]);
  for (const awkward of ["é", "太郎", "الفارسي", "🙂", "Smith, Jr.", 'Bob \\"Bo\\"', "=Lead", "\\n", "CC\\\\9", "|", ";"]) assert.ok(all.includes(awkward), awkward);
});

test("a large list is streamed whole, and pages of a browser may call", async (t) => {
  const { baseUrl, close } = await mockDomo({ users: 5000 }).listen();
  t.after(close);
  const headers = { "X-DOMO-Developer-Token": "any", Origin: "https://page.example" };
  const response = await fetch(`${baseUrl}${USERS}`, { headers });
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal((await response.json()).users.length, 5000);
  const preflight = await fetch(`${baseUrl}${USERS}`, { method: "OPTIONS", headers: { "access-control-request-headers": "x-own" } });
  assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-headers")], [204, "x-own"]);
});

test("options that are wrong are named", () => {
  assert.throws(() => mockDomo({ users: -1 }), /users must be/);
  assert.throws(() => mockDomo({ developerToken: "" }), /developerToken must be/);
  assert.throws(() => mockDomo({ roles: "1" }), /roles must be/);
});
