import assert from "node:assert/strict";
import { test } from "node:test";
import { mockDomo } from "../../pkg-template/mock/index.js";

const KEYS = `id displayName userName emailAddress roleId department title phoneNumber deskPhoneNumber employeeId employeeNumber employeeLocation hireDate created
  modified lastActivity lastLogin reportsTo timeZone locale alternateEmail avatarKey invitorUserId isActive isAnonymous isPending isSystemUser costCenter`.split(/\s+/);
const all = (options) => [...mockDomo(options).users.values()];

test("the same seed gives the same users", () => {
  assert.deepEqual(all(), all({ seed: 1 }));
  assert.notDeepEqual(all(), all({ seed: 2 }));
  assert.deepEqual(all({ users: 10 }), all().slice(0, 10));
});

test("ids and e-mails are unique", () => {
  const users = all({ users: 20_000, seed: 7 });
  assert.equal(new Set(users.map(({ id }) => id)).size, 20_000);
  assert.ok(users.every(({ id }) => /^\d{10}$/.test(String(id))));
  assert.equal(new Set(users.map(({ emailAddress }) => emailAddress.toLowerCase())).size, 20_000);
  assert.ok(users.some(({ emailAddress }) => /[A-Z]/.test(emailAddress)));
});

test("a thousand users have all awkward values", () => {
  const users = all();
  const attributes = users.flatMap((user) => user.attributes);
  const text = users.flatMap((user) => [user.displayName, ...user.attributes.flatMap(({ values }) => values)]).join("\u0000");
  for (const awkward of ["é", "'", ",", '"', "太郎", "الفارسي", "🙂", "=1+1", "\n", "|", ";", "\\"]) assert.ok(text.includes(awkward), awkward);
  assert.deepEqual([...new Set(attributes.map(({ key }) => key))].sort(), [...KEYS].sort());
  assert.ok(attributes.some(({ values }) => values.length > 1));
  assert.ok(attributes.some(({ source }) => source));
  for (const type of ["number", "boolean", "string"]) assert.ok(attributes.some(({ values }) => typeof values[0] === type), type);
  assert.ok(attributes.some(({ values }) => values[0] === null));
  const ids = new Set(users.map(({ id }) => String(id)));
  assert.ok(attributes.filter(({ key }) => key === "reportsTo").every(({ values }) => ids.has(values[0])));
});

test("users in the options are copied, and the map is live", async () => {
  const given = [{ id: 7, displayName: "A", roleId: 1, emailAddress: "a@example.com" }];
  const mock = mockDomo({ users: given });
  mock.users.get(7).displayName = "B";
  mock.users.set(8, { id: 8, displayName: "C", roleId: 1 });
  assert.equal(given[0].displayName, "A");
  const { users } = await (await mock.fetch("/api/identity/v1/users?parts=MINIMAL", { headers: { "X-DOMO-Developer-Token": "x" } })).json();
  assert.deepEqual(users, [{ id: 7, displayName: "B", roleId: 1 }, { id: 8, displayName: "C", roleId: 1 }]);
});

test("invalid options are named", () => {
  for (const [options, name] of [[{ users: -1 }, /users/], [{ users: [{}] }, /users/], [{ developerToken: "" }, /developerToken/], [{ roles: "1" }, /roles/], [{ faults: {} }, /faults/],
    [{ faults: [{ statsu: 1 }] }, /statsu/], [{ seed: 0.5 }, /seed/], [{ oddities: { ids: "x" } }, /oddities.ids/], [{ oddities: { own: 1 } }, /oddities.own/],
    [{ roles: [{ id: 1 }] }, /roles/], [{ roles: [1, { id: 1, name: "A" }] }, /roles/], [{ owner: 5 }, /owner/], [{ attributeKeys: [""] }, /attributeKeys/],
    [{ attributeKeys: [{ key: "a", keyspace: "x" }] }, /keyspaces/], [{ oddities: { listLimit: -1 } }, /listLimit/], [{ oddities: { keys: "x" } }, /oddities.keys/]]) {
    assert.throws(() => mockDomo(options), { name: "TypeError", message: name });
  }
  assert.throws(() => mockDomo().codeengine({ failures: "x" }), TypeError);
});
