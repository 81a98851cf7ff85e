// Mistakes of an admin: each is understood, or reported with what to do, before anything is sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, errorLines, instance, planUsers, rejection } from "../support/installed.mjs";

const { connect, getAllUsers, searchUsers } = domoUsers;

const people = () => [
  { id: 11, displayName: "Ann", roleId: 4, emailAddress: "ann@x.co", attributes: [{ key: "employeeId", values: ["7"] }] },
  { id: 12, displayName: "Bob", roleId: 5, emailAddress: "bob@x.co" },
  { id: 13, displayName: "Cy", roleId: 4, emailAddress: "cy@x.co" },
];
const company = (t, options) => instance(t, { users: people(), ...options });

test("headers are understood in usual spellings, in files and in objects", async (t) => {
  const { config } = await company(t);
  const csv = "Email Address, Role ID ,display name,Reports To,Employee ID,Send Invite,Groups,Cost Center\nann@x.co,3,Ann B,12,8,yes,a,x\n";
  const expected = {
    changes: [
      {
        action: "update",
        id: 11,
        changes: { roleId: 3, displayName: "Ann B", attributes: [{ key: "reportsTo", values: ["12"] }, { key: "employeeId", values: ["8"] }, { key: "Cost Center", values: ["x"] }] },
        before: { roleId: 4, displayName: "Ann", attributes: [{ key: "reportsTo", values: [] }, { key: "employeeId", values: ["7"] }, { key: "Cost Center", values: [] }] },
      },
    ],
    unchanged: 0,
    warnings: [],
  };
  const object = { "E-MAIL": "ann@x.co", role_id: 3, DISPLAY_NAME: "Ann B", reports_to: 12, "employee-id": "8", "Cost Center": "x" };
  for (const desired of [csv, new TextEncoder().encode(csv), [object]]) assert.deepEqual(await planUsers(config, desired, { newAttributes: ["Cost Center"] }), expected);
  assert.match((await rejection(planUsers(config, "email,Email Address\nann@x.co,ann@x.co"))).message, /row 1, column 2: "Email Address" is the field emailAddress, and so is column 1; keep one of them/);
});

test("attribute keys of users in the list are not changed", async (t) => {
  const attributes = ["employee_id", "Employee ID", "location", "email"].map((key) => ({ key, values: ["x"] }));
  const { config } = await instance(t, { users: [{ ...people()[1], attributes }] });
  assert.deepEqual(await planUsers(config, await domoUsers.getAllUsers(config, { parts: "DETAILED" })), { changes: [], unchanged: 1, warnings: [] });
});

test("planUsers has no option parts, and an unknown option is named once", async (t) => {
  const { mock, config } = await company(t);
  for (const work of [planUsers(config, "email\nann@x.co\n", { parts: "MINIMAL" }), domoUsers.applyChanges(config, [], { parts: "ROLE" })]) {
    const { code, message } = await rejection(work);
    assert.deepEqual([code, /^parts: no such option; the options are /.test(message)], ["INVALID_INPUT", true], message);
  }
  const { message } = await rejection(searchUsers(config, { x: 1 })[Symbol.asyncIterator]().next());
  assert.equal(message.match(/\bparts\b/g)?.length, 1, message);
  assert.equal(mock.requests.length, 0);
});

test("if a user has an attribute twice, the later one counts", async (t) => {
  const { mock, config } = await company(t);
  const user = [...mock.users.values()][0];
  user.attributes.push({ key: "shoe", values: ["a"] }, { key: "shoe", values: ["b"] });
  assert.deepEqual((await planUsers(config, await domoUsers.getAllUsers(config, { parts: "DETAILED" }))).changes, []);
  const { changes: [{ changes }] } = await planUsers(config, [{ emailAddress: user.emailAddress, attributes: [{ key: "shoe", values: ["b"] }, { key: "shoe", values: ["a"] }] }]);
  assert.deepEqual(changes.attributes, [{ key: "shoe", values: ["a"] }]);
});

test("NaN and invalid dates are refused, and so is a field under two names", async (t) => {
  const { mock, config } = await company(t);
  for (const wrong of [NaN, Infinity, new Date(NaN), [1, NaN]]) {
    const { message } = await rejection(planUsers(config, [{ emailAddress: "ann@x.co", employeeId: wrong }]));
    assert.match(message, /row 2, employeeId: must be plain data: no NaN/);
    const { code } = await rejection(domoUsers.updateUser(config, 11, { attributes: [{ key: "employeeId", values: [wrong] }] }));
    assert.equal(code, "INVALID_INPUT");
  }
  const twice = await rejection(planUsers(config, [{ emailAddress: "ann@x.co", email: "bob@x.co", title: "T" }, { email: "cy@x.co", roleId: 4, roleID: 4, title: null }]));
  assert.match(twice.message, /^desired has 1 error:\n- row 2, emailAddress: two fields of the object name this field and have different values; keep one of them \(bob@x\.co\)$/);
  assert.equal(mock.requests.length, 0);
  await assert.rejects(domoUsers.streamUsers(config, "x")[Symbol.asyncIterator]().next(), /options must be an object/);
});

test("a file path instead of CSV, and a missing column for new users, are reported as such", async (t) => {
  const { config } = await company(t);
  assert.match((await rejection(planUsers(config, "lists/users.csv"))).message, /A string must be the CSV itself, not the path of a file/);
  const { message } = await rejection(planUsers(config, "email,Name,roleId\nzoe@x.co,Zoe,4\n"));
  assert.match(message, /row 2, displayName: no value: this row creates a new user, which needs this field; the list has no displayName column/);
  const role = await rejection(planUsers(config, "email,displayName\nnew@x.co,New"));
  assert.match(role.message, /row 2, roleId: .*; the list has no roleId column: add one, or give new users a role with newUsers: \{roleId: "Participant"\}/);
});

test("a missing key column is reported with the columns found", async (t) => {
  const { config, mock } = await company(t);
  const fault = async (...given) => errorLines(await rejection(planUsers(config, ...given)));
  assert.deepEqual(await fault("emial,Title,role\nann@x.co,x,4\n"), [
    "- row 1, emailAddress: the file has no emailAddress column, which is needed to match rows to users. Columns found: emial, Title, role. Rename one to emailAddress, or pass columns: {\"emial\": \"emailAddress\"}",
  ]);
  assert.deepEqual(await fault("email;title,x\nann@x.co;x,y\n"), [
    "- row 1, emailAddress: the file has no emailAddress column, which is needed to match rows to users. Columns found: email;title, x. The headers seem to be separated by another character: use one delimiter throughout, or pass or correct the option delimiter",
  ]);
  assert.deepEqual(await fault("email\nann@x.co\n", { matchBy: "id" }), ["- row 1, id: the file has no id column, which is needed to match rows to users. Columns found: email. Rename one to id, or pass columns: {\"<header>\": \"id\"}"]);
  assert.deepEqual(await fault([{ emial: "ann@x.co", title: "x" }]), [
    "- row 2, emailAddress: no value, but rows are matched to users by this field. Fields found: emial, title",
  ]);
  assert.deepEqual(await fault("email,title\n,x\n"), ["- row 2, emailAddress: no value, but rows are matched to users by this field"]);
  assert.equal(mock.requests.length, 0);
});

test("a manager whom the same plan deletes is an error of the row that names the manager", async (t) => {
  const { config } = await company(t);
  const fault = async (rows, options) => errorLines(await rejection(planUsers(config, rows, { deleteMissing: true, ...options })));
  const gone = (row, id, cell = id) => `- row ${row}, reportsTo: "${cell}" is the user with id ${id}, whom this plan deletes; choose another manager, or keep that user`;
  const [ann, zoe] = [{ emailAddress: "ann@x.co" }, { emailAddress: "zoe@x.co", displayName: "Zoe", roleId: 4 }];
  for (const manager of [12, "12", "BOB@x.co"]) assert.deepEqual(await fault([{ ...ann, reportsTo: manager }, { ...zoe, reportsTo: 13 }]), [gone(2, 12, manager), gone(3, 13)]);
  assert.deepEqual(await fault("id,reportsTo\n11,cy@x.co\n12,11\n", { matchBy: "id" }), [gone(2, 13, "cy@x.co")]);
  assert.deepEqual(await fault([{ ...ann, reportsTo: "no@x.co" }, { ...zoe, reportsTo: 13 }]), [
    '- row 2, reportsTo: no user of the instance and no new user of the list has the e-mail address "no@x.co"',
    gone(3, 13),
  ]);
  // A manager who stays may be named.
  const kept = await planUsers(config, [{ ...ann, reportsTo: 12 }, { emailAddress: "cy@x.co", reportsTo: "bob@x.co" }], { deleteMissing: true, protect: [12] });
  assert.deepEqual(kept.changes.map(({ action, id }) => [action, id]), [["update", 11], ["update", 13]]);
  assert.equal((await planUsers(config, [{ ...ann, reportsTo: 12 }])).changes.length, 1, "without deletes");
  assert.equal((await rejection(planUsers(config, [{ ...ann, reportsTo: 12 }], { deleteMissing: true, maxDeletes: 0 }))).code, "TOO_MANY_DELETES");
});

test("an export understands the headers of Domo's people files, and writes them as requested", async (t) => {
  const attributes = [["deskPhoneNumber", "1"], ["employeeId", "2"], ["employeeLocation", "Rome"], ["costCenter", "c"]].map(([key, value]) => ({ key, values: [value] }));
  const { config } = await instance(t, { users: [{ ...people()[0], attributes }] });
  const columns = ["email", "displayName", "roleID", "deskPhone", "employeeID", "location", "Cost Center"];
  const csv = await new Response(domoUsers.exportUsersCsv(config, { columns })).text();
  assert.equal(csv, `${columns}\r\nann@x.co,Ann,4,1,2,Rome,c\r\n`);
  assert.deepEqual(await planUsers(config, csv), { changes: [], unchanged: 1, warnings: [] });
  const twice = (async () => new Response(domoUsers.exportUsersCsv(config, { columns: ["email", "emailAddress"] })).text())();
  assert.match((await rejection(twice)).message, /^columns must be different columns \(this one is emailAddress, as email is\); got "emailAddress"$/);
});

test("invalid search options are reported by field, with the expected and the received value", async (t) => {
  const { mock, config } = await company(t);
  const fault = async (options) => {
    const error = await rejection((async () => { for await (const user of searchUsers(config, options)) assert.ok(user); })());
    assert.equal(error.code, "INVALID_INPUT");
    return error.message;
  };
  assert.equal(await fault({ sort: { field: "id", order: "asc" } }), 'sort.order must be ASC or DESC; got "asc"');
  assert.equal(await fault({ sort: { feild: "id", order: "ASC" } }), "sort.field must be the name of a field, such as displayName; got undefined");
  assert.equal(await fault({ sort: "displayName" }), 'sort must be an object {field, order}; got "displayName"');
  assert.match(await fault({ filters: [{ filterType: "text", text: "x" }, "roleId = 4"] }), /^filters\[1\] must be a filter object .*; got "roleId = 4"$/);
  assert.equal(await fault({ filters: { filterType: "text" } }), "filters must be an array of filter objects; got an object");
  assert.equal(await fault({ attributes: ["title", 7] }), "attributes[1] must be an attribute's key; got 7");
  assert.match(await fault({ parts: ["SIMPLE", "EMAIL"] }), /^parts must be one or several of MINIMAL, .*; got "EMAIL"$/);
  assert.match(await fault({ limit: 50 }), /^limit: no such option; the options are text, filters, sort, .*pageSize/);
  assert.equal(await fault({ pagesize: 50 }), "pagesize: no such option; did you mean pageSize?");
  assert.match(await fault("jane"), /^options must be an object; got "jane"$/);
  assert.equal(mock.requests.length, 0);
});

test("the error of a 429 says in seconds when to try again", async (t) => {
  const { mock, config } = await company(t, { config: { maxRetries: 0 } });
  mock.addFault({ status: 429, headers: { "retry-after": "90" } });
  const domo = connect(config);
  const first = await rejection(domo.getUserById(11));
  assert.deepEqual([first.code, first.retryAfterMs], ["RATE_LIMITED", 90_000]);
  assert.match(first.message, /^The instance returned 429.*Wait, or send fewer requests at a time.*\. Try again in 90 s$/);
  const held = await rejection(domo.getUserById(11));
  assert.deepEqual([held.code, held.retryAfterMs > 80_000], ["RATE_LIMITED", true]);
  assert.match(held.message, new RegExp(`it was not sent.*\\. Try again in ${Math.ceil(held.retryAfterMs / 1000)} s$`));
  mock.addFault({ status: 503, headers: { "retry-after": "120" } });
  assert.match((await rejection(domoUsers.getUserById(config, 11))).message, /Try again later.*\. Try again in 120 s$/);
  mock.addFault({ status: 429 });
  assert.doesNotMatch((await rejection(domoUsers.getUserById(config, 11))).message, /Try again in/);
});

test("errors about the network and about permissions say what to do next", async (t) => {
  const { mock, config } = await company(t, { config: { maxRetries: 0 } });
  const told = async (fault, own) => {
    if (fault) mock.addFault(fault);
    return (await rejection(domoUsers.getAllUsers({ ...config, ...own }))).message;
  };
  assert.match(await told({ drop: true }), /^No response from the instance \(.*\): check the instance name, your network, and any proxy or firewall$/);
  assert.match(await told({ stall: true }, { timeoutMs: 20 }), /^The response was not complete within 20 ms: try again, or allow more time with timeoutMs$/);
  assert.match(await told({ status: 401 }), /The token is wrong, expired or revoked: create one under Admin > Authentication > Access tokens/);
  assert.match(await told({ status: 403 }), /needs a grant: Manage All Users, Add New People or Manage All Roles\. A wrong instance name returns 403, too/);
  const engine = { codeengine: { sendRequest: async () => { throw Object.assign(new Error("no"), { status: 401 }); } }, maxRetries: 0 };
  assert.match((await rejection(domoUsers.getAllUsers(engine))).message, /check what signs the request \(a proxy, the page's session, Code Engine\)/);
});

test("a misspelt option is refused by every call, and by a configuration", async (t) => {
  const { mock, config } = await company(t);
  const jane = { displayName: "Jane", emailAddress: "jane@x.co", roleId: 4 };
  const calls = {
    createUser: [jane], getUserById: [11], getAllUsers: [], updateUser: [11, { roleId: 2 }], deleteUser: [11], findUserByEmail: ["ann@x.co"],
    planUsers: [[jane]], applyChanges: [[]], request: [{ method: "GET", path: "/api/content/v2/users/me" }],
  };
  for (const [misspelt, meant] of [["timeout", "timeoutMs"], ["retries", "maxRetries"], ["Signal", "signal"], ["header", "headers"]]) {
    const told = `${misspelt}: no such option; did you mean ${meant}?`;
    for (const [name, args] of Object.entries(calls)) {
      const error = await rejection(domoUsers[name](config, ...args, { [misspelt]: 1 }));
      assert.deepEqual([error.code, error.message], ["INVALID_INPUT", told], name);
    }
    const streamed = await rejection(domoUsers.streamUsers(config, { [misspelt]: 1 }).next());
    assert.deepEqual([streamed.code, streamed.message], ["INVALID_INPUT", told]);
  }
  for (const [misspelt, meant] of [["timeout", "timeoutMs"], ["token", "developerToken"], ["Instance", "instance"], ["baseURL", "baseUrl"]]) {
    for (const call of [async () => connect({ ...config, [misspelt]: "x" }), () => domoUsers.getAllUsers({ ...config, [misspelt]: "x" })]) {
      const { code, message } = await rejection(call());
      assert.deepEqual([code, message], ["INVALID_CONFIG", `${misspelt}: no such option; did you mean ${meant}?`]);
    }
  }
  assert.match((await rejection(domoUsers.getAllUsers(config, { limit: 5 }))).message, /^limit: no such option; the options are parts, signal, timeoutMs, maxRetries, headers$/);
  assert.equal((await rejection(domoUsers.getAllUsers(config, { page: 1, timeout: 5 }))).message, "timeout: no such option; did you mean timeoutMs?");
  assert.equal(mock.requests.length, 0);
  for (const [unknown, hint] of [["name", /^name: no such option; the options are instance,/], ["proxy", /^proxy: no such option; to use a proxy, give a `fetch`/], ["apiKey", /the token is given as developerToken$/], ["domain", /instance or baseUrl$/]]) {
    for (const call of [async () => connect({ ...config, [unknown]: "x" }), () => domoUsers.getAllUsers({ ...config, [unknown]: "x" })]) {
      const { code, message } = await rejection(call());
      assert.equal(code, "INVALID_CONFIG");
      assert.match(message, hint);
    }
  }
  assert.equal(mock.requests.length, 0);
  // Undefined fields are left out.
  assert.equal((await connect({ ...config, timeout: undefined }).getAllUsers({ retries: undefined })).length, 3);
});

test("newAttributes with a field of Domo is refused: a column role would set roles", async (t) => {
  const config = { instance: "acme", developerToken: "t", fetch: () => assert.fail("nothing is sent") };
  for (const [name, csv] of [["role", "email,role\nann@x.co,Admin\n"], ["roleId", "email\nann@x.co\n"], ["groups", "email\nann@x.co\n"]]) {
    await assert.rejects(planUsers(config, csv, { newAttributes: ["shoeSize", name] }), (error) => error.code === "INVALID_INPUT"
      && error.message.includes(`newAttributes must not have "${name}"`) && error.message.includes("give the attribute another key"), name);
  }
});
