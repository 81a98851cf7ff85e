// The options of exportUsersCsv: columns, delimiter, dates, managers, roles, and files that are saved with their byte order mark.
import assert from "node:assert/strict";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import fc from "fast-check";
import { domoUsers, instance, mockDomo, rejection, TOKEN } from "../support/installed.mjs";

const { exportUsersCsv, planUsers } = domoUsers;

const read = (stream) => new Response(stream).text();
const paths = (mock) => mock.requests.map(({ path }) => path.split("?")[0]);
const USERS = "/api/identity/v1/users";
const KEYS = "/api/user/v1/properties/meta/keys";
const ROLES = "/api/authorization/v1/roles";

const attribute = (key, ...values) => ({ key, values });
const user = (id, fields = {}, ...attributes) => ({ id, displayName: `User ${id}`, roleId: 4, emailAddress: `u${id}@x.co`, userName: `u${id}`, ...fields, attributes });

test("names of columns are recognised like headers", async (t) => {
  const { mock, config } = await instance(t, { users: [user(7, {}, attribute("costcenter", "A1"), attribute("title", "Boss"))] });
  const csv = await read(exportUsersCsv(config, { columns: ["E-Mail", "Cost Center", "Title"] }));
  assert.equal(csv, "E-Mail,Cost Center,Title\r\nu7@x.co,A1,Boss\r\n");
  assert.deepEqual(paths(mock), [KEYS, USERS]);
  assert.deepEqual((await planUsers(config, csv)).changes, []);
});

test("a key that is exactly the name is preferred to Domo's own field", async (t) => {
  const { config } = await instance(t, { users: [user(7, {}, attribute("location", "own"), attribute("employeeLocation", "Domo's"))] });
  const csv = await read(exportUsersCsv(config, { columns: ["emailAddress", "location"] }));
  assert.equal(csv, "emailAddress,location\r\nu7@x.co,own\r\n");
  assert.deepEqual((await planUsers(config, csv)).changes, []);
});

test("the attribute keys are requested only if a name is not Domo's own", async (t) => {
  const { mock, config } = await instance(t);
  await read(exportUsersCsv(config));
  await read(exportUsersCsv(config, { columns: ["id", "emailAddress", "title", "isSystemUser"] }));
  assert.deepEqual(paths(mock), [USERS, USERS]);
});

test("unknown and repeated names are refused, all at once, before the users are requested", async (t) => {
  const { mock, config } = await instance(t, { attributeKeys: ["costcenter"] });
  const error = await rejection(read(exportUsersCsv(config, { columns: ["id", "departmnet", "cost centre", "Birthday", "email", "E-Mail"] })));
  assert.equal(error.code, "INVALID_INPUT");
  for (const part of [/did you mean department\?/, /did you mean cost[cC]enter\?/, /got "Birthday"/, /this one is emailAddress, as email is/]) assert.match(error.message, part);
  assert.deepEqual(paths(mock), [KEYS]);
});

test("if the instance does not list its keys, only near-misses of Domo's own are refused", async (t) => {
  for (const keys of ["forbidden", "missing"]) {
    const { mock, config } = await instance(t, { users: [user(7, {}, attribute("shoeSize", 42))], oddities: { keys } });
    assert.equal(await read(exportUsersCsv(config, { columns: ["id", "shoeSize", "Badge"] })), "id,shoeSize,Badge\r\n7,42,\r\n");
    const error = await rejection(read(exportUsersCsv(config, { columns: ["departmnet"] })));
    assert.match(error.message, /did you mean department\?/);
    assert.deepEqual(paths(mock), [KEYS, USERS, KEYS]);
  }
});

test("another failure of the key list is the error of the export", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  mock.addFault({ method: "GET", path: /meta\/keys/, status: 500 });
  assert.equal((await rejection(read(exportUsersCsv(config, { columns: ["Badge"] })))).code, "SERVER_ERROR");
  assert.ok(!paths(mock).includes(USERS));
});

test("wrong options are refused before anything is sent", async (t) => {
  const { mock, config } = await instance(t);
  for (const options of [{ delimiter: "::" }, { delimiter: "" }, { delimiter: 7 }, { dates: "ISO" }, { managers: "email" }, { roles: "names" }, { columns: [] }, { columns: ["id", " "] }, { columns: [1] }]) {
    assert.equal((await rejection(read(exportUsersCsv(config, options)))).code, "INVALID_INPUT", JSON.stringify(options));
  }
  assert.match((await rejection(read(exportUsersCsv(config, { delimiter: "x", dates: "y" })))).message, /delimiter must be ",", ";", "\\t" or "\|"; got "x"; dates must be/);
  assert.equal(mock.requests.length, 0);
});

test("cells are quoted if they hold the delimiter", async (t) => {
  const { config } = await instance(t, { users: [user(7, { displayName: "Lee; PhD" }, attribute("title", "A, B"), attribute("department", "x\ty|z"))] });
  const columns = ["displayName", "title", "department"];
  const written = async (delimiter) => (await read(exportUsersCsv(config, { columns, delimiter }))).split("\r\n")[1];
  assert.equal(await written(","), 'Lee; PhD,"A, B",x\ty|z');
  assert.equal(await written(";"), '"Lee; PhD";A, B;x\ty|z');
  assert.equal(await written("\t"), 'Lee; PhD\tA, B\t"x\ty|z"');
  assert.equal(await written("|"), 'Lee; PhD|A, B|"x\ty|z"');
});

test("dates as ISO 8601", async (t) => {
  const date = 1_709_285_400_000;
  const { config } = await instance(t, {
    users: [
      user(1, {}, attribute("hireDate", 1_709_251_200_000), attribute("created", date), attribute("badgeSince", date)),
      user(2, {}, attribute("hireDate", String(date)), attribute("lastLogin", date + 250), attribute("modified", -1)),
      user(3, {}, attribute("hireDate", "soon"), attribute("lastActivity", 9e15)),
    ],
  });
  const columns = ["id", "hireDate", "created", "modified", "lastActivity", "lastLogin", "badgeSince"];
  assert.deepEqual((await read(exportUsersCsv(config, { columns, dates: "iso" }))).split("\r\n").slice(1, 4), [
    `1,2024-03-01,2024-03-01T09:30:00Z,,,,${date}`,
    "2,2024-03-01T09:30:00Z,,1969-12-31T23:59:59.999Z,,2024-03-01T09:30:00.250Z,",
    "3,soon,,,9000000000000000,,",
  ]);
});

test("managers as e-mail addresses", async (t) => {
  const { mock, config } = await instance(t, {
    users: [
      user(1, { emailAddress: "Ann@x.co" }),
      user(2, {}, attribute("reportsTo", "1")),
      user(3, {}, attribute("reportsTo", 2)),
      user(4, {}, attribute("reportsTo", "99")),
      user(5, { emailAddress: "" }),
      user(6, {}, attribute("reportsTo", "5")),
      user(7, {}, attribute("reportsTo", "ann@x.co")),
    ],
  });
  const csv = await read(exportUsersCsv(config, { columns: ["id", "reportsTo"], managers: "emailAddress" }));
  assert.equal(csv, "id,reportsTo\r\n1,\r\n2,Ann@x.co\r\n3,u2@x.co\r\n4,\r\n5,\r\n6,\r\n7,ann@x.co\r\n");
  assert.deepEqual(mock.requests.map(({ path }) => path), [`${USERS}?parts=SIMPLE`, `${USERS}?parts=DETAILED`]);
});

test("nothing more is requested if no column needs it", async (t) => {
  const { mock, config } = await instance(t);
  await read(exportUsersCsv(config, { columns: ["id"], managers: "emailAddress", roles: "name" }));
  assert.deepEqual(paths(mock), [USERS]);
});

test("roles as names; a role without a name of its own keeps its id", async (t) => {
  const roles = [{ id: 1, name: "Admin" }, { id: 21, name: "Twin" }, { id: 22, name: "Twin" }, { id: 30, name: "=Sales; EMEA" }];
  const users = [1, 21, 22, 30, 50].map((roleId, index) => user(index + 1, { roleId }));
  const { mock, config } = await instance(t, { users, roles });
  const csv = await read(exportUsersCsv(config, { columns: ["id", "Role ID"], roles: "name" }));
  assert.equal(csv, "id,Role ID\r\n1,Admin\r\n2,21\r\n3,22\r\n4,'=Sales; EMEA\r\n5,50\r\n");
  assert.deepEqual(paths(mock), [KEYS, ROLES, USERS]);
  // planUsers reads a role from a column `role` too.
  assert.equal(await read(exportUsersCsv(config, { columns: ["id", "role"], roles: "name" })), csv.replace("Role ID", "role"));
  // planUsers would read this name as the id of a role.
  const odd = await instance(t, { users, roles: [...roles, { id: 40, name: "7" }] });
  const error = await rejection(read(exportUsersCsv(odd.config, { roles: "name" })));
  assert.deepEqual([error.code, error.message], ["INVALID_INPUT", 'the role named "7" would be read as the role with this id; rename it, or export roles: "id"']);
});

test("if the token may not list roles, the error of the request reaches the reader", async (t) => {
  const { mock, config } = await instance(t, { oddities: { roles: "forbidden" } });
  const error = await rejection(read(exportUsersCsv(config, { roles: "name" })));
  assert.deepEqual([error.code, error.status, paths(mock)], ["FORBIDDEN", 403, [ROLES]]);
});

test("a failure while the addresses are read is retried as any read, and reaches the reader", async (t) => {
  const { mock, config } = await instance(t, { http: true, users: 100 });
  mock.addFault({ method: "GET", cutBodyAt: 50 });
  assert.match(await read(exportUsersCsv(config, { columns: ["reportsTo"], managers: "emailAddress" })), /^reportsTo\r\n/);
  mock.addFault({ method: "GET", cutBodyAt: 5000 });
  assert.equal((await rejection(read(exportUsersCsv(config, { managers: "emailAddress" })))).code, "NETWORK");
});

test("cancelling while the roles or the addresses are read cancels the request", async () => {
  for (const options of [{ roles: "name" }, { managers: "emailAddress" }, { columns: ["Badge"] }]) {
    let aborted = 0;
    const fetch = (_, { signal }) => new Promise(() => signal.addEventListener("abort", () => aborted++));
    const reader = exportUsersCsv({ instance: "acme", developerToken: TOKEN, fetch }, options).getReader();
    const first = reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await reader.cancel();
    assert.deepEqual([await first, aborted], [{ value: undefined, done: true }, 1]);
  }
});

test("a file with names plans nothing in its own instance, and creates the same users in another", async () => {
  const source = mockDomo({ users: 300, seed: 1, roles: [{ id: 1, name: "Admin" }, { id: 20, name: "Field Sales" }] });
  const target = mockDomo({ users: [], seed: 9, roles: [{ id: 7, name: "field sales" }, { id: 8, name: "Admin" }] });
  const config = { instance: "acme", developerToken: TOKEN, fetch: source.fetch };
  const other = { instance: "other", developerToken: TOKEN, fetch: target.fetch };
  const columns = ["displayName", "emailAddress", "roleId", "title", "department", "reportsTo", "hireDate"];
  const csv = await read(exportUsersCsv(config, { columns, managers: "emailAddress", roles: "name", dates: "iso", delimiter: ";" }));
  const outcome = async (domo) => {
    const { changes, unchanged } = await planUsers(domo, csv);
    return { changes, unchanged };
  };
  assert.deepEqual(await outcome(config), { changes: [], unchanged: 300 });

  const plan = await planUsers(other, csv);
  assert.equal(plan.changes.length, 300);
  const result = await domoUsers.applyChanges(other, plan.changes, { concurrency: 8 });
  assert.deepEqual([result.done, result.failed], [300, 0]);
  const facts = (mock, names) => {
    const users = [...mock.users.values()];
    const valuesOf = (one, key) => one.attributes.find((item) => item.key === key)?.values?.map((value) => String(value).trim());
    const address = new Map(users.map((one) => [String(one.id), one.emailAddress]));
    return users.map((one) => [one.displayName, one.emailAddress, names[one.roleId], valuesOf(one, "title"), valuesOf(one, "hireDate"), address.get(valuesOf(one, "reportsTo")?.[0])]).sort();
  };
  const [made, wanted] = [facts(target, { 7: "s", 8: "a" }), facts(source, { 1: "a", 20: "s" })].map((rows) => rows.map(String));
  assert.deepEqual(made.filter((row) => !wanted.includes(row)), []);
  assert.deepEqual(await outcome(other), { changes: [], unchanged: 300 });
});

test("an exported file plans nothing, whatever its options", async () => {
  const mock = mockDomo({ users: 1000 });
  const config = { instance: "acme", developerToken: TOKEN, fetch: mock.fetch };
  const options = fc.record({
    delimiter: fc.constantFrom(",", ";", "\t"), // "|" is read as soon as planUsers finds it in the header row
    dates: fc.constantFrom("milliseconds", "iso"),
    managers: fc.constantFrom("id", "emailAddress"),
    roles: fc.constantFrom("id", "name"),
    bom: fc.boolean(),
    columns: fc.option(fc.shuffledSubarray(["id", "displayName", "title", "department", "reportsTo", "Hire Date", "created", "Cost Center", "Role ID", "isActive"]).map((names) => ["email", ...names]), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(options, fc.constantFrom("keep", "clear"), async (chosen, emptyCells) => {
      const csv = new Uint8Array(await new Response(exportUsersCsv(config, chosen)).arrayBuffer());
      const { changes, unchanged } = await planUsers(config, csv, { deleteMissing: true, emptyCells });
      assert.deepEqual([changes, unchanged], [[], 1000]);
    }),
    { numRuns: 30 },
  );
});

test("a file of one column is read back with any delimiter", async (t) => {
  const { config } = await instance(t, { users: ["a;b", "a,b", "a|b", "a\tb"].map((userName, index) => user(index + 1, { userName })) });
  for (const delimiter of [",", ";", "\t", "|"]) {
    const csv = await read(exportUsersCsv(config, { columns: ["userName"], delimiter }));
    const { changes, unchanged } = await planUsers(config, csv, { matchBy: "userName", deleteMissing: true });
    assert.deepEqual([changes, unchanged], [[], 4], JSON.stringify(csv));
  }
});

test("a saved file keeps its byte order mark", async (t) => {
  const { config } = await instance(t, { users: 30 });
  const folder = mkdtempSync(join(tmpdir(), "csv-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "users.csv");
  const ways = [
    (stream) => writeFile(path, stream),
    (stream) => pipeline(Readable.fromWeb(stream), createWriteStream(path)),
  ];
  for (const save of ways) {
    await save(exportUsersCsv(config, { bom: true, delimiter: ";" }));
    assert.match(readFileSync(path, "latin1"), /^\u00ef\u00bb\u00bfid;displayName;/);
    const { changes, unchanged } = await planUsers(config, readFileSync(path));
    assert.deepEqual([changes, unchanged], [[], 30]);
  }
  assert.match(await read(exportUsersCsv(config, { bom: true })), /^id,/);
});
