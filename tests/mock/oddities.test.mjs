import assert from "node:assert/strict";
import { attribute, both, jane, USERS } from "./both.mjs";

const odd = (oddities, body) => both(`oddity ${JSON.stringify(oddities)}`, { oddities }, body);
const seen = ({ status, text }) => [status, text];

for (const [unknownUser, expected] of [["text", [404, "Not Found"]], ["empty", [200, ""]], ["emptyList", [200, '{"users":[]}']]]) {
  odd({ unknownUser }, async (_, call) => {
    assert.deepEqual(seen(await call("GET", `${USERS}/5`)), expected);
    assert.deepEqual(seen(await call("PATCH", `${USERS}/5`, { roleId: 1 })), expected);
    assert.equal((await call("DELETE", `${USERS}/5`)).status, 404);
  });
}

odd({ takenEmail: 400 }, async (mock, call) => {
  const [{ emailAddress }] = mock.users.values();
  assert.equal((await call("POST", USERS, { ...jane, emailAddress })).status, 400);
});

for (const [blocked, status, title] of [["login", 200, /Log in/], ["page", 403, /Domo - Blocked/], ["redirect", 303, /./], ["notAcceptable", 406, /./]]) {
  odd({ blocked }, async (mock, call) => {
    const answer = await call("POST", USERS, jane);
    assert.equal(answer.status, status);
    assert.match(answer.text, title);
    assert.match(answer.headers.get("content-type"), /^text\/html/);
    assert.equal(answer.headers.has("location"), status === 303);
    assert.equal(mock.users.size, 30);
  });
}

odd({ updates: "attributes" }, async (mock, call) => {
  const [{ id, roleId }] = mock.users.values();
  const other = (roleId % 5) + 1;
  const update = async (changes) => (await call("PATCH", `${USERS}/${id}`, changes)).json;
  const mixed = await update({ roleId: other, attributes: [{ key: "title", values: ["x"] }] });
  assert.deepEqual([mixed.roleId, attribute(mixed, "title")], [roleId, ["x"]]);
  assert.equal((await update({ attributes: [{ key: "roleId", values: [other] }] })).roleId, other);
});

odd({ ids: "text" }, async (mock, call) => {
  const [id] = mock.users.keys();
  assert.equal((await call("GET", `${USERS}/${id}`)).json.users[0].id, String(id));
  assert.equal(typeof (await call("POST", USERS, jane)).json.id, "string");
});

odd({ errors: "text" }, async (_, call) => {
  assert.deepEqual(seen(await call("GET", USERS, undefined, { token: "" })), [401, "Unauthorized"]);
});

odd({ searchCount: false }, async (_, call) => {
  assert.deepEqual(Object.keys((await call("POST", `${USERS}/search`, { showCount: true })).json), ["users"]);
});

odd({ managerDelay: 2 }, async (mock, call) => {
  const [{ id }] = mock.users.values();
  const { json: boss } = await call("POST", USERS, jane);
  const report = async () => (await call("PATCH", `${USERS}/${id}`, { attributes: [{ key: "reportsTo", values: [String(boss.id)] }] })).status;
  assert.deepEqual([await report(), await report(), await report()], [400, 400, 200]);
});

odd({ listLimit: 20 }, async (_, call) => {
  const ids = async (query) => (await call("GET", `${USERS}${query}`)).json.users.length;
  assert.deepEqual([await ids(""), await ids("?limit=25"), await ids("?limit=5"), await ids("?offset=15")], [20, 20, 5, 15]);
  assert.equal((await call("POST", `${USERS}/search`, { showCount: true, limit: 200 })).json.count, 30);
});

odd({ roles: "forbidden" }, async (_, call) => {
  const { status, json } = await call("GET", "/api/authorization/v1/roles");
  assert.deepEqual([status, json.statusReason], [403, "Forbidden"]);
});

for (const [keys, status] of [["forbidden", 403], ["missing", 404]]) {
  odd({ keys }, async (_, call) => {
    assert.equal((await call("GET", "/api/user/v1/properties/meta/keys")).status, status);
  });
}
