// The warnings of a plan, and the requests that they cost. From the installed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { exportUsersCsv, planUsers } = domoUsers;

const user = (id, fields) => ({ id, displayName: `U${id}`, userName: `u${id}@x.co`, roleId: 4, emailAddress: `u${id}@x.co`, ...fields });
const people = (count, fields = () => ({})) => Array.from({ length: count }, (_, at) => user(at + 1, fields(at + 1)));
const paths = (mock) => mock.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
const LIST = "GET /api/identity/v1/users";
const KEYS = "GET /api/user/v1/properties/meta/keys";
const ROLES = "GET /api/authorization/v1/roles";
const SEARCH = "POST /api/identity/v1/users/search";
const ME = "GET /api/content/v2/users/me";

test("a sign-in name that stays the old address is a warning", async (t) => {
  const { config } = await instance(t, { users: people(3, (id) => (id === 3 ? { userName: "three" } : {})) });
  const list = "email,newEmail\nu1@x.co,a@x.co\nu2@x.co,b@x.co\nu3@x.co,c@x.co\n";
  assert.deepEqual((await planUsers(config, list)).warnings, [
    "The e-mail address changes in 2 rows (2 and 3), but the user name, with which the user signs in, stays the old address; to change it too, add a column userName with the new address.",
  ]);
  const both = "email,newEmail,userName\nu1@x.co,a@x.co,a@x.co\nu3@x.co,c@x.co,\n";
  assert.deepEqual((await planUsers(config, both)).warnings, []);
});

test("values with a source, and keys of the identity provider, are a warning if the plan changes them", async (t) => {
  const attributes = (id) => ({ attributes: [{ key: "department", values: ["Sales"], ...(id === 2 && { source: "scim" }) }, { key: "title", values: ["x"] }] });
  const { config, mock } = await instance(t, { users: people(4, attributes), attributeKeys: [{ key: "title", keyspace: "idp" }] });
  const warned = (names, rows) => [`Values of ${names} in ${rows} come from the identity provider or another source, which may overwrite the changes at the next sign-in; change the values there.`];
  const plan = (list) => planUsers(config, list);
  assert.deepEqual((await plan("email,department\nu1@x.co,A\nu2@x.co,A\nu3@x.co,A\n")).warnings, warned("department", "1 row (row 3)"));
  assert.deepEqual((await plan("email,title,department\nu1@x.co,y,\nu2@x.co,,\nu3@x.co,y,A\n")).warnings, warned("title", "2 rows (2 and 4)"));
  assert.deepEqual((await plan("email,displayName,roleId,title\nz@x.co,Z,4,y\n")).warnings, warned("title", "1 row (row 2)"));
  mock.requests.length = 0;
  assert.deepEqual((await plan("email,title,department,displayName\nu2@x.co,x,Sales,Two\n")).warnings, []);
  assert.deepEqual(paths(mock), [LIST], "no attribute changes");
});

test("an instance that does not list its keys has no warning for them", async (t) => {
  for (const keys of ["forbidden", "missing"]) {
    const { config } = await instance(t, { users: people(2), attributeKeys: [{ key: "title", keyspace: "idp" }], oddities: { keys } });
    const { changes, warnings } = await planUsers(config, "email,title\nu1@x.co,y\n");
    assert.deepEqual([changes.length, warnings], [1, []]);
  }
});

test("text where the instance holds numbers or booleans is one warning for all attributes", async (t) => {
  const { config } = await instance(t, { users: people(3, () => ({ attributes: [{ key: "badge", values: [7] }, { key: "isRemote", values: [true] }] })) });
  assert.deepEqual((await planUsers(config, "email,badge,isRemote\nu1@x.co,A7,\nu2@x.co,8,FALSE\nu3@x.co,,maybe\n")).warnings, [
    "The list has other text for badge, isRemote in 2 rows (2 and 4), where the instance has a number, or true or false; the plan writes the text.",
  ]);
});

test("a list that is shorter than the search counts is a warning, if the plan creates or deletes users", async (t) => {
  const { config, mock } = await instance(t, { users: people(20), oddities: { listLimit: 12 } });
  const cut = "The instance returned a list of 12 users, but a search counts 20: the list may have been cut off, and the plan may create users who exist already; apply it only if you know the reason.";
  const create = "email,displayName,roleId\nu15@x.co,U15,4\n";
  assert.deepEqual((await planUsers(config, create)).warnings, [cut]);
  assert.deepEqual(paths(mock), [LIST, ROLES, SEARCH]);
  const kept = ["email", ...Array.from({ length: 11 }, (_, at) => `u${at + 1}@x.co`)].join("\n");
  mock.requests.length = 0;
  assert.deepEqual((await planUsers(config, kept, { deleteMissing: true })).warnings, [cut]);
  assert.deepEqual(paths(mock), [LIST, ME, SEARCH]);
  mock.requests.length = 0;
  assert.deepEqual((await planUsers(config, "email,displayName\nu1@x.co,One\n")).warnings, []);
  assert.deepEqual(paths(mock), [LIST]);
});

test("a search that is not there, fails or counts nothing is a warning", async (t) => {
  const search = "/api/identity/v1/users/search?explain=false";
  const unchecked = "A search for the number of users failed, so it was not checked that the list of users is complete; check the creates and deletes.";
  for (const options of [
    { oddities: { listLimit: 2, searchCount: false } },
    ...[{ status: 404 }, { status: 403 }, { status: 400 }, { body: "<html>" }].map((fault) => ({ oddities: { listLimit: 2 }, faults: [{ path: /\/users\/search/, times: Infinity, ...fault }] })),
  ]) {
    const { config } = await instance(t, { users: people(4), ...options });
    const { changes, warnings } = await planUsers(config, "email,displayName,roleId\nz@x.co,Z,4\n");
    assert.deepEqual([changes.length, warnings], [1, [unchecked]], search);
  }
  // Aborting ends it.
  const controller = new AbortController();
  const { config, mock } = await instance(t, { users: people(4), faults: [{ path: /\/users\/search/, delayMs: 60_000 }] });
  const plan = planUsers({ ...config, fetch: (url, init) => { if (url.includes("search")) setTimeout(() => controller.abort(new Error("enough"))); return mock.fetch(url, init); } },
    "email,displayName,roleId\nz@x.co,Z,4\n", { signal: controller.signal });
  assert.equal((await rejection(plan)).message, "enough");
});

test("people who stay and whose manager is deleted are a warning", async (t) => {
  const { config } = await instance(t, { users: people(6, (id) => (id < 6 ? { attributes: [{ key: "reportsTo", values: ["6"] }] } : {})), owner: 1 });
  const { warnings } = await planUsers(config, "email,reportsTo\nu1@x.co,u2@x.co\nu2@x.co,\nu3@x.co,\nu4@x.co,\nu5@x.co,\n", { deleteMissing: true });
  assert.deepEqual(warnings, ["4 users keep managers whom the plan deletes (such as U2, U3, U4); give them other managers with reportsTo."]);
});

test("an edited address in an exported file is refused, or is a warning without deleteMissing", async (t) => {
  const { config, mock } = await instance(t, { users: people(5), owner: 1 });
  const csv = (await new Response(exportUsersCsv(config, { columns: ["id", "displayName", "emailAddress", "roleId"] })).text()).replace("u3@x.co", "three@x.co");
  const error = await rejection(planUsers(config, csv, { deleteMissing: true }));
  assert.equal(error.code, "INVALID_INPUT");
  assert.match(error.message, /row 4.*its id is that of an existing user whom no row matches.*matchBy: "id".*columns: \{"id": null\}/s);
  mock.requests.length = 0;
  const { changes, warnings } = await planUsers(config, csv);
  assert.deepEqual(changes.map(({ action }) => action), ["create"]);
  assert.match(warnings.join("\n"), /^The ids of 1 row \(row 4\) are those of existing users whom no row matches, but the plan creates new users;/);
  const byId = await planUsers(config, csv, { deleteMissing: true, matchBy: "id" });
  assert.deepEqual(byId.changes.map(({ action, id, changes }) => [action, id, changes.emailAddress]), [["update", 3, "three@x.co"]]);
  const ignored = await planUsers(config, csv, { deleteMissing: true, columns: { id: null } });
  assert.deepEqual(ignored.changes.map(({ action, id }) => [action, id]), [["create", undefined], ["delete", 3]]);
});

test("ids of other users than the matched ones are one warning", async (t) => {
  const { config } = await instance(t, { users: people(9) });
  const rows = Array.from({ length: 9 }, (_, at) => ({ id: at + 101, emailAddress: `u${at + 1}@x.co` }));
  assert.deepEqual((await planUsers(config, rows)).warnings, [
    "The ids of 9 rows (such as 2, 3 and 4) are not those of the users with the same emailAddress; the plan does not use the ids.",
  ]);
});

test("a thousand rows with every kind of warning make one line a kind", async (t) => {
  const attributes = [{ key: "department", values: ["A"], source: "idp" }, { key: "badge", values: [1] }, { key: "reportsTo", values: ["1001"] }];
  const { config } = await instance(t, { users: people(1001, () => ({ attributes })), owner: 1 });
  const rows = people(1000).map(({ id, emailAddress }) => ({ id: id + 5000, emailAddress, newEmail: `new${id}@x.co`, department: "B", badge: "none" }));
  const { warnings } = await planUsers(config, rows, { deleteMissing: true });
  assert.equal(warnings.length, 5);
  for (const warning of warnings) assert.ok(warning.length < 300 && !warning.includes("\n"), warning);
});

test("names are those of the roles and managers that the changes mention", async (t) => {
  const { config } = await instance(t, { users: people(4, (id) => (id === 2 ? { attributes: [{ key: "reportsTo", values: ["3"] }] } : {})), roles: [{ id: 4, name: "Participant" }, { id: 9, name: "Boss" }, 1] });
  const { names } = await planUsers(config, "email,roleId,reportsTo\nu1@x.co,9,\nu2@x.co,,4\n");
  assert.deepEqual(names, { roles: { 4: "Participant", 9: "Boss" }, users: { 3: "U3", 4: "U4" } });
  assert.equal((await planUsers(config, "email,displayName\nu1@x.co,One\n")).names, undefined);
});

test("a plan needs neither the attribute keys, nor the roles of a list of ids, nor the count", async (t) => {
  const list = "email,displayName,roleId,title\nnew@x.co,New,4,Chief\n";
  for (const fault of [{ status: 401 }, { status: 500 }, { status: 403 }, { body: "<html>" }]) {
    for (const [path, warning] of [
      ["/api/authorization/v1/roles", /^The ids of the roles that the plan sets were not checked/],
      [/\/properties\/meta\/keys/, undefined],
      [/\/users\/search/, /^A search for the number of users failed/],
    ]) {
      const { config } = await instance(t, { faults: [{ path, times: Infinity, ...fault }] });
      const { changes, warnings } = await planUsers({ ...config, maxRetries: 0 }, list);
      assert.equal(changes.length, 1);
      if (warning) assert.match(warnings.join("\n"), warning);
    }
  }
});
