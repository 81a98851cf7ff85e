// planUsers, from the installed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TOKEN, domoUsers, errorLines, instance, planUsers, rejection } from "../support/installed.mjs";

const people = () => [
  { id: 11, displayName: "Ann", userName: "ann@x.co", roleId: 4, emailAddress: "Ann@x.co", attributes: [{ key: "title", values: ["CEO"] }, { key: "reportsTo", values: ["12"] }] },
  { id: 12, displayName: "Bob", userName: "bob", roleId: 5, emailAddress: "bob@x.co", attributes: [{ key: "employeeNumber", values: [7] }, { key: "isActive", values: [true] }, { key: "costCenter", values: ["a", 1] }] },
  { id: 13, displayName: "Cy", roleId: 4, emailAddress: "cy@x.co" },
];
const company = (t, options) => instance(t, { users: people(), ...options });

test("an update holds the fields that differ, and their old values", async (t) => {
  const { config, mock } = await company(t);
  const plan = await planUsers(config, "email,displayName,roleID,title,employeeNumber,isActive,location\r\n ann@X.co ,Ann, 3 ,,,,Rome\nbob@x.co,Bob,5,,8,TRUE,");
  assert.deepEqual(plan, {
    changes: [
      {
        action: "update", id: 11,
        changes: { roleId: 3, attributes: [{ key: "employeeLocation", values: ["Rome"] }] },
        before: { roleId: 4, attributes: [{ key: "employeeLocation", values: [] }] },
      },
      { action: "update", id: 12, changes: { attributes: [{ key: "employeeNumber", values: [8] }] }, before: { attributes: [{ key: "employeeNumber", values: [7] }] } },
    ],
    unchanged: 0,
    warnings: [],
  });
  // The list, the roles, since a role is set, and the attribute keys, since attributes change.
  assert.deepEqual(mock.requests.map(({ method }) => method), ["GET", "GET", "GET"]);
});

test("Node's own streams and async iterables too", async (t) => {
  const { Readable } = await import("node:stream");
  const { config } = await company(t);
  const csv = "email,title\nbob@x.co,é\n";
  const expected = await planUsers(config, csv);
  const users = async function* () {
    yield { emailAddress: "bob@x.co", title: "é" };
  };
  for (const desired of [Readable.from([Buffer.from(csv)]), Readable.from([csv.slice(0, 15), csv.slice(15)]), users()]) {
    assert.deepEqual(await planUsers(config, desired), expected);
  }
  const empty = Readable.from([]);
  assert.deepEqual((await planUsers(config, empty)).changes, []);
  const broken = Readable.from((async function* () { yield csv; throw new Error("no such file"); })());
  const error = await rejection(planUsers(config, broken));
  assert.deepEqual([error.code, error.cause.message], ["INVALID_INPUT", "no such file"]);
});

test("a string, bytes, a stream and objects make the same plan", async (t) => {
  const { config } = await company(t);
  const csv = '\ufeffemailAddress,displayName,roleId,title,costCenter\nnew@x.co,"New, One",4,"Chief\nof ""all""",\nbob@x.co,Bob,5,,"[""a"",2]"\n';
  const bytes = new TextEncoder().encode(csv);
  const stream = () => new ReadableStream({ start(controller) { for (const byte of bytes) controller.enqueue(Uint8Array.of(byte)); controller.close(); } });
  function* objects() {
    yield { emailAddress: "new@x.co", displayName: "New, One", roleId: 4, title: 'Chief\nof "all"' };
    yield { emailAddress: "bob@x.co", displayName: "Bob", roleId: 5, title: undefined, costCenter: ["a", 2] };
  }
  const expected = {
    changes: [
      { action: "create", user: { displayName: "New, One", emailAddress: "new@x.co", roleId: 4 }, then: { attributes: [{ key: "title", values: ['Chief\nof "all"'] }] } },
      { action: "update", id: 12, changes: { attributes: [{ key: "costCenter", values: ["a", 2] }] }, before: { attributes: [{ key: "costCenter", values: ["a", 1] }] } },
    ],
    unchanged: 0,
    warnings: [],
  };
  for (const desired of [csv, bytes, stream(), objects(), new Set(objects())]) assert.deepEqual(await planUsers(config, desired), expected);
});

test("null clears an attribute, and so does an empty cell with emptyCells: clear", async (t) => {
  const { config } = await company(t);
  const cleared = { action: "update", id: 11, changes: { attributes: [{ key: "title", values: [null] }] }, before: { attributes: [{ key: "title", values: ["CEO"] }] } };
  assert.deepEqual((await planUsers(config, [{ emailAddress: "ann@x.co", title: null, none: null }])).changes, [cleared]);
  const csv = "email,displayName,title,none\nann@x.co,,,";
  assert.deepEqual(await planUsers(config, csv), { changes: [], unchanged: 1, warnings: [] });
  assert.deepEqual((await planUsers(config, csv, { emptyCells: "clear" })).changes, [cleared]);
  // A field that cannot be cleared keeps its value.
  assert.deepEqual((await planUsers(config, [{ emailAddress: "ann@x.co", roleId: null, displayName: null }])).changes, []);
});

test("managers by id, by address, and managers still to be created", async (t) => {
  const { config } = await company(t);
  const rows = (manager) => [{ emailAddress: "ann@x.co", reportsTo: manager }];
  for (const same of [12, "12", "BOB@x.co"]) assert.deepEqual(await planUsers(config, rows(same)), { changes: [], unchanged: 1, warnings: [] });
  const [update] = (await planUsers(config, rows("cy@x.co"))).changes;
  assert.deepEqual(update.changes.attributes, [{ key: "reportsTo", values: ["13"] }]);
  const boss = { emailAddress: "boss@x.co", displayName: "Boss", roleId: 1 };
  const plan = await planUsers(config, [...rows("boss@x.co"), { ...boss }]);
  assert.deepEqual(plan.changes[0].changes.attributes, [{ key: "reportsTo", values: ["boss@x.co"] }]);
  assert.match((await rejection(planUsers(config, rows("nobody@x.co")))).message, /row 2, reportsTo: no user of the instance and no new user of the list has the e-mail address "nobody@x.co"/);
});

test("deletes need deleteMissing, are limited, and never include protected users", async (t) => {
  const { config } = await company(t, { owner: 11 });
  const csv = "email\nann@x.co\n";
  assert.deepEqual(await planUsers(config, csv), { changes: [], unchanged: 1, warnings: [] });
  const { changes } = await planUsers(config, csv, { deleteMissing: true, protect: ["13"] });
  assert.deepEqual(changes, [{ action: "delete", id: 12, before: people()[1], reports: [11] }]);
  const error = await rejection(planUsers(config, csv, { deleteMissing: true, maxDeletes: 1 }));
  assert.deepEqual([error.code, /delete 2 users, such as bob@x\.co, cy@x\.co, but maxDeletes is 1;/.test(error.message)], ["TOO_MANY_DELETES", true]);
  const protectedOne = await planUsers(config, [{ emailAddress: "ann@x.co", title: "x" }], { protect: [11] });
  assert.deepEqual(protectedOne, { changes: [], unchanged: 1, warnings: [] });
});

test("an empty list never deletes all users", async (t) => {
  const { config, mock } = await company(t);
  for (const empty of [[], "email\n", "email,title\n\n,\n"]) {
    assert.match((await rejection(planUsers(config, empty, { deleteMissing: true, maxDeletes: 1e6 }))).message, /delete every user/);
    assert.deepEqual(await planUsers(config, empty), { changes: [], unchanged: 0, warnings: [] });
  }
  assert.ok(mock.requests.length === 3);
});

test("matched by id or user name", async (t) => {
  const { config } = await company(t);
  const byId = await planUsers(config, "id,email\n11,new.ann@x.co\n,zoe@x.co", { matchBy: "id" }).catch((error) => error);
  assert.match(byId.message, /row 3, displayName: no value: this row has no id, so it creates a new user, which needs this field/);
  const { changes } = await planUsers(config, [{ id: "11", emailAddress: "new.ann@x.co" }], { matchBy: "id" });
  assert.deepEqual(changes, [{ action: "update", id: 11, changes: { emailAddress: "new.ann@x.co" }, before: { emailAddress: "Ann@x.co" } }]);
  assert.match((await rejection(planUsers(config, [{ id: 99, title: "x" }], { matchBy: "id" }))).message, /row 2, id: no user of the instance has this id/);
  assert.equal((await planUsers(config, [{ userName: "BOB", displayName: "Bob" }], { matchBy: "userName" })).unchanged, 1);
});

test("newEmail of Domo's import files", async (t) => {
  const { config } = await company(t);
  const csv = "email,newEmail,sendInvite,groups\nann@x.co,ann.b@x.co,yes,a\n";
  const { changes } = await planUsers(config, csv);
  assert.deepEqual(changes, [{ action: "update", id: 11, changes: { emailAddress: "ann.b@x.co" }, before: { emailAddress: "Ann@x.co" } }]);
  const done = people();
  done[0].emailAddress = "ann.b@x.co";
  const after = await instance(t, { users: done });
  assert.deepEqual(await planUsers(after.config, csv), { changes: [], unchanged: 1, warnings: [] });
});

test("a Date in desired users becomes milliseconds", async (t) => {
  const { config } = await company(t);
  const hired = new Date(1_600_000_000_000);
  const { changes: [{ changes }] } = await planUsers(config, [{ emailAddress: "ann@x.co", hireDate: hired, title: hired.toISOString(), x: [hired, null] }], { newAttributes: ["x"] });
  assert.deepEqual(changes.attributes.map(({ values }) => values), [[1_600_000_000_000], [hired.toISOString()], [1_600_000_000_000, null]]);
  assert.match((await rejection(planUsers(config, [{ emailAddress: "ann@x.co", hireDate: new Date("x") }]))).message, /row 2, hireDate: must be plain data/);
});

test("a cell equals a stored number only if it is the same number", async (t) => {
  const { config, mock } = await company(t);
  const [{ id }] = mock.users.values();
  const email = mock.users.get(id).emailAddress;
  for (const [cell, value] of [["12345678901234567890", "12345678901234567890"], ["12E4", "12E4"], ["1e999", "1e999"], ["0.25", 0.25], ["-17", -17], ["1234567890123.456", "1234567890123.456"]]) {
    await domoUsers.updateUser(config, id, { attributes: [{ key: "employeeNumber", values: [7] }] });
    const csv = `email,employeeNumber\n${email},${cell}\n`;
    const plan = await planUsers(config, csv);
    assert.deepEqual(plan.changes[0].changes.attributes, [{ key: "employeeNumber", values: [value] }]);
    assert.equal((await domoUsers.applyChanges(config, plan)).done, 1);
    assert.deepEqual((await planUsers(config, csv)).changes, [], cell);
  }
});

test("files with semicolons or tabs are read like files with commas", async (t) => {
  const { config } = await company(t);
  const file = (separator) => [["E-Mail", "title", "Role"], ["ann@x.co", '"Lead, of all; ""x"""', "Admin"], ["bob@x.co", "1,5", ""]].map((row) => row.join(separator)).join("\r\n");
  const plan = await planUsers(config, file(";"));
  assert.deepEqual(plan.changes.map(({ changes }) => changes.attributes), [[{ key: "title", values: ['Lead, of all; "x"'] }], [{ key: "title", values: ["1,5"] }]]);
  const pieces = new ReadableStream({ start: (to) => [...Buffer.from(file("\t"))].forEach((byte) => to.enqueue(Uint8Array.of(byte))) || to.close() });
  assert.deepEqual([await planUsers(config, pieces), await planUsers(config, `\ufeff${file(";")}`)], [plan, plan]);
});

test("all errors are reported by row, column and reason, and nothing is sent", async (t) => {
  const { config, mock } = await company(t);
  const csv = "email,roleId,title\nx,4,\n\nann@x.co,-1,\nbob@x.co,5\nANN@x.co,4,x\n\"cy@x.co\"?,4,x\n";
  const { code, message } = await rejection(planUsers(config, csv));
  assert.equal(code, "INVALID_INPUT");
  assert.deepEqual(message.split("\n- ").map((line) => line.split(/ must| the row has| row 4 is for| characters follow/)[0]), [
    "desired has 5 errors:", "row 2, emailAddress:", "row 4, roleId:", "row 5:", "row 6, emailAddress:", "row 7:",
  ]);
  assert.match((await rejection(planUsers(config, "email\na@x.co\nA@x.co"))).message, /row 3, emailAddress: row 2 is for the same user; keep one of the two rows/);
  assert.match((await rejection(planUsers(config, "title\nx"))).message, /row 1, emailAddress: the file has no emailAddress column.* Columns found: title\. Rename one to emailAddress/);
  assert.match((await rejection(planUsers(config, "email;title,x\na@x.co;x,y"))).message, /seem to be separated by another character: use one delimiter throughout/);
  assert.match((await rejection(planUsers(config, Uint8Array.of(0x65, 0x6d, 0x61, 0x69, 0x6c, 10, 0xfc, 10)))).message, /row 2: the bytes are not UTF-8; save the file as CSV UTF-8/);
  const circle = { emailAddress: "a@x.co" };
  circle.self = circle;
  const objects = await rejection(planUsers(config, [{ emailAddress: "bob@x.co" }, 7, circle, {}, { emailAddress: "c@x.co", title: { a: 1 } }]));
  for (const part of ["row 3: must be an object", "row 4, self: must be plain data", "row 5: the object has no fields", "row 6, title: must be a string"]) {
    assert.ok(objects.message.includes(part), objects.message);
  }
  assert.equal(mock.requests.length, 0);
});

test("errors of every kind are reported together, in the order of the rows", async (t) => {
  const { mock, config } = await company(t);
  const lines = errorLines;
  const own = "id,email,displayName,roleId\n,zoe@x.co,Zoe\n,zoe@x.co,,4\n11,x,,\nx,,,4\n11,,Ann,4\n,,Jo,5\n,ZOE@x.co,Zoe,4\n";
  assert.deepEqual(lines(await rejection(planUsers(config, own, { matchBy: "id" }))), [
    "- row 2: the row has 3 cells, but the header has 4",
    "- row 3, displayName: no value: this row has no id, so it creates a new user, which needs this field",
    '- row 4, emailAddress: must be an e-mail address such as jane.doe@example.com, with nothing around it; got "x"',
    '- row 5, id: must be the id of a user, a positive integer; got "x"',
    "- row 6, id: row 4 is for the same user; keep one of the two rows",
    "- row 7, emailAddress: no value: this row has no id, so it creates a new user, which needs this field",
    "- row 8, emailAddress: row 3 has this address too; two users cannot have the same address",
  ]);
  assert.match((await rejection(planUsers(config, "title\nx\ny"))).message, /^desired has 1 error:\n- row 1, emailAddress: the file has no emailAddress column[^\n]*$/);
  assert.equal(mock.requests.length, 0);
  const twice = await company(t, { users: [...people(), { id: 14, displayName: "Bob 2", roleId: 4, emailAddress: "BOB@x.co" }] });
  const theirs = "email,displayName,roleId,reportsTo\nann@x.co,,,nobody@x.co\nnew@x.co,New,,\nbob@x.co,,,\n";
  assert.deepEqual(lines(await rejection(planUsers(twice.config, theirs))), [
    '- row 2, reportsTo: no user of the instance and no new user of the list has the e-mail address "nobody@x.co"',
    "- row 3, roleId: no value: this row creates a new user, which needs this field",
    "- row 4, emailAddress: several users of the instance match this row, one of them with the id 14; use matchBy: \"id\"",
  ]);
  const many = Array.from({ length: 500 }, (_, at) => `${at % 2 ? "x" : `same${at % 4}@x.co`}`);
  const { message, rows } = await rejection(planUsers(config, ["email", ...many].join("\n")));
  const told = message.split("\n");
  assert.deepEqual([told.length, told[1].slice(0, 8), rows.length], [5, "- row 3,", 498]);
  assert.match(told[2], /^ {2}250 rows have this error, also row 5: "x", row 7: "x", row 9: "x" and others$/);
  assert.match(told[4], /^ {2}248 rows have this error, also row 8 \(same2@x\.co\): like row 4, /);
});

test("an address of another user is refused, even if the plan changes or deletes that user", async (t) => {
  const { config } = await company(t);
  const fault = async (rows, options) => errorLines(await rejection(planUsers(config, rows, options)));
  const has = (row, id) => `- row ${row}, emailAddress: the user with id ${id} has this address; if the row is for that user, write the id ${id} in the row; otherwise change their address first, in a separate plan`;
  const byName = (message) => message.replace(/write the id \d+ in the row/, "match the row to them");
  const zoe = { emailAddress: "CY@x.co", displayName: "Zoe", roleId: 4 };
  const byId = { matchBy: "id", deleteMissing: true };
  assert.deepEqual(await fault([zoe], byId), [has(2, 13).replace("change their address", "delete them")]);
  assert.deepEqual(await fault([zoe, { id: 13, title: "x" }], byId), [has(2, 13)]);
  assert.deepEqual(await fault([{ id: 13, title: "x" }, { id: 11, emailAddress: "bob@x.co" }], { matchBy: "id" }), [has(3, 12)]);
  const swapped = [{ id: 11, emailAddress: "bob@x.co" }, { id: 12, emailAddress: "ann@x.co" }];
  assert.deepEqual(await fault(swapped, { matchBy: "id" }), ["- row 3, emailAddress: this row and row 2 swap their addresses; give one of the users a third address first, in a separate plan"]);
  assert.deepEqual(await fault([{ userName: "zoe", ...zoe }], { matchBy: "userName" }), [byName(has(2, 13))]);
  assert.deepEqual(await fault([{ id: 13, newEmail: "ann@x.co" }], { matchBy: "id" }), [has(2, 11)]);
  assert.deepEqual(await fault([{ id: 11, emailAddress: "cy@x.co" }, { id: 13 }], { matchBy: "id" }), [has(2, 13)]);
  assert.deepEqual(await fault([{ id: 12, emailAddress: "c@x.co" }, { id: 13, emailAddress: "C@x.co" }], { matchBy: "id" }), ["- row 3, emailAddress: row 2 has this address too; two users cannot have the same address"]);
  const renamed = (row, id) => byName(has(row, id)).replace("emailAddress", "newEmail");
  for (const users of [people(), people().reverse()]) {
    const { config: either } = await company(t, { users });
    assert.equal(errorLines(await rejection(planUsers(either, "email,newEmail\nann@x.co,bob@x.co")))[0], renamed(2, 12));
  }
  assert.deepEqual(await fault("email,newEmail\nann@x.co,bob@x.co\nbob@x.co,b@x.co"), ["- row 2, emailAddress: the user of row 3 has this address; change the address of row 3 first, in a separate plan"]);
  // A protected user takes no address, and a user who already has the address may keep it.
  assert.deepEqual(await planUsers(config, [{ id: 11, emailAddress: "bob@x.co" }], { matchBy: "id", protect: [11] }), { changes: [], unchanged: 1, warnings: [] });
  const shared = await company(t, { users: [...people(), { id: 14, displayName: "Bob 2", roleId: 4, emailAddress: "BOB@x.co" }] });
  const same = await planUsers(shared.config, [{ id: 14, emailAddress: "bob@x.co" }, { id: 12, emailAddress: "bob@x.co" }], { matchBy: "id" });
  assert.deepEqual(same, { changes: [], unchanged: 2, warnings: [] });
});

test("a manager may be named by the address that the same list gives the manager", async (t) => {
  const { config } = await company(t);
  const rows = [{ emailAddress: "ann@x.co", reportsTo: "cyrus@x.co" }, { emailAddress: "cy@x.co", newEmail: "cyrus@x.co" }];
  const { changes } = await planUsers(config, rows);
  assert.deepEqual(changes[0].changes.attributes, [{ key: "reportsTo", values: ["13"] }]);
});

test("too many columns, and an id beyond 2^53", async (t) => {
  const columns = Array.from({ length: 2100 }, (_, at) => `c${at}`);
  const { config } = await company(t);
  const csv = `email,${columns}\nann@x.co,${columns}\n`;
  assert.match((await rejection(planUsers(config, csv))).message, /row 1: the list has 2101 columns; at most 2000 are supported/);
  const body = '{"users":[{"id":9007199254740993,"displayName":"X","roleId":4,"emailAddress":"x@x.co"},{"id":7,"displayName":"Y","roleId":4,"emailAddress":"y@x.co"}]}';
  const large = { ...config, fetch: async () => new Response(body) };
  assert.match((await rejection(planUsers(large, "email,title\nx@x.co,t"))).message, /row 2, id: the instance returned no valid id/);
  const { changes } = await planUsers(large, "email\ny@x.co", { deleteMissing: true });
  assert.deepEqual(changes, []);
});

test("attributes in the form of Domo's responses, and similar objects", async (t) => {
  const { config } = await company(t);
  const plan = (attributes) => planUsers(config, [{ emailAddress: "ann@x.co", attributes }]);
  const { changes } = await plan([{ key: "title", values: ["CTO"], source: "x" }, { key: "none" }]);
  assert.deepEqual(changes[0].changes, { attributes: [{ key: "title", values: ["CTO"] }] });
  for (const nothing of [null, undefined, []]) assert.deepEqual(await plan(nothing), { changes: [], unchanged: 1, warnings: [] });
  for (const wrong of [7, "x", { title: "CTO" }, [7], [null], [{ name: "title", values: ["CTO"] }], [{ key: 7, values: [] }], [{ key: "title", values: ["CTO"] }, "x"]]) {
    assert.match((await rejection(plan(wrong))).message, /row 2, attributes: must be an array of \{key, values\}/, JSON.stringify(wrong));
  }
  assert.match((await rejection(planUsers(config, "email,attributes\nann@x.co,x"))).message, /row 2, attributes: must be/);
});

test("the desired iterable is closed if the plan ends early", async (t) => {
  const { mock, config } = await company(t);
  const enough = new Error("enough");
  const aborted = { signal: AbortSignal.abort(enough) };
  const later = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(enough), 20);
    return { signal: controller.signal };
  };
  const csv = new TextEncoder().encode("email\nann@x.co\n");
  const streamOf = (pull) => {
    const seen = {};
    return [new ReadableStream({ pull, cancel: (reason) => void (seen.reason = reason) }, { highWaterMark: 0 }), seen];
  };
  for (const options of [aborted, later()]) {
    const [stream, seen] = streamOf((controller) => (controller.enqueue(csv), new Promise(() => {})));
    assert.equal(await rejection(planUsers(config, stream, options)), enough);
    assert.deepEqual([stream.locked, seen.reason], [false, enough]);
  }
  assert.equal(mock.requests.length, 0);
  const failing = { ...config, maxRetries: 0, fetch: async () => new Response("", { status: 500 }) };
  for (const [given, text, code] of [[config, csv, undefined], [config, Uint8Array.of(255, 254, 97, 0), "INVALID_INPUT"], [failing, csv, "SERVER_ERROR"]]) {
    const [stream] = streamOf((controller) => (controller.enqueue(text), controller.close()));
    assert.equal((await planUsers(given, stream).catch((error) => error)).code, code);
    assert.equal(stream.locked, false);
  }
  const users = async function* (seen, value, wait) {
    try {
      for (;;) {
        yield value;
        await wait;
      }
    } finally {
      seen.ended = true;
    }
  };
  for (const value of [csv, { emailAddress: "ann@x.co" }]) {
    const seen = {};
    const waits = new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(await rejection(planUsers(config, users(seen, value, waits), later())), enough);
    await new Promise((resolve) => setTimeout(resolve, 80));
    assert.ok(seen.ended);
    assert.equal(await rejection(planUsers(config, users({}, value), aborted)), enough);
    const hanging = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: async () => void (seen.returned = true) }) };
    assert.equal(await rejection(planUsers(config, hanging, later())), enough);
    assert.ok(seen.returned);
  }
  const unwanted = users({}, csv);
  assert.equal((await rejection(planUsers(config, unwanted, { matchBy: "no" }))).code, "INVALID_INPUT");
  assert.deepEqual(await unwanted.next(), { value: undefined, done: true });
  const broken = async function* () {
    yield { emailAddress: "ann@x.co" };
    throw new Error("no such row");
  };
  for (const desired of [broken(), { [Symbol.asyncIterator]: () => ({ next: () => 7 }) }, { [Symbol.asyncIterator]() { throw new Error("no"); } }]) {
    assert.equal((await rejection(planUsers(config, desired))).code, "INVALID_INPUT");
  }
  assert.equal((await rejection(planUsers(config, broken()))).cause.message, "no such row");
});

test("invalid arguments", async (t) => {
  const { config } = await company(t);
  for (const desired of [undefined, null, 7, {}, () => {}]) assert.equal((await rejection(planUsers(config, desired))).code, "INVALID_INPUT");
  for (const options of [{ matchBy: "email" }, { maxDeletes: -1 }, { protect: 7 }, { protect: ["x"] }, { emptyCells: "drop" }, { deleteMissing: 1 }]) {
    assert.equal((await rejection(planUsers(config, [], options))).code, "INVALID_INPUT", JSON.stringify(options));
  }
  const failing = new ReadableStream({ pull: () => Promise.reject(new Error("disk")) });
  const error = await rejection(planUsers(config, failing));
  assert.deepEqual([error.code, error.cause.message], ["INVALID_INPUT", "disk"]);
  const throwing = { *[Symbol.iterator]() { throw new Error("generator"); } };
  assert.equal((await rejection(planUsers(config, throwing))).code, "INVALID_INPUT");
});

test("an instance with oddities: addresses that differ only in case, users without an address, ids as strings", async (t) => {
  const users = [...people(), { id: 14, displayName: "Bob 2", roleId: 4, emailAddress: "BOB@x.co" }, { id: 15, displayName: "System", roleId: 1 }];
  const { config } = await instance(t, { users, oddities: { ids: "text" } });
  assert.match((await rejection(planUsers(config, "email\nbob@x.co"))).message, /several users of the instance match this row, one of them with the id 14/);
  const { changes } = await planUsers(config, "email,title\nann@x.co,x", { deleteMissing: true });
  assert.deepEqual(changes.map(({ action, id }) => [action, id]), [["update", 11], ["delete", 12], ["delete", 13], ["delete", 14]]);
});

test("a misspelt option is refused, since it might have protected a user", async (t) => {
  const { mock, config } = await company(t);
  const error = await rejection(planUsers(config, [{ emailAddress: "bob@x.co" }], { deleteMissing: true, protected: [11] }));
  assert.equal(error.code, "INVALID_INPUT");
  assert.match(error.message, /protected: no such option; did you mean protect\?$/);
  assert.equal(mock.requests.length, 0);
});

test("an invalid configuration or option is reported before an iterable is read, and the iterable is closed", async () => {
  let returned = 0;
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: async () => void returned++ }) };
  const config = { instance: "acme", developerToken: TOKEN, fetch: async () => new Response('{"users":[]}') };
  assert.equal((await rejection(planUsers({}, never))).code, "INVALID_CONFIG");
  assert.equal((await rejection(planUsers(config, never, { matchBy: "x" }))).code, "INVALID_INPUT");
  assert.equal(await rejection(planUsers(config, never, { signal: AbortSignal.abort("enough") })), "enough");
  assert.equal(returned, 3);
});

test("an empty string in an object means the same as an empty cell", async (t) => {
  const { config } = await company(t);
  const who = { emailAddress: "ann@x.co" };
  assert.deepEqual((await planUsers(config, [{ ...who, title: "", displayName: " ", roleId: "" }])).changes, []);
  const cleared = { action: "update", id: 11, changes: { attributes: [{ key: "title", values: [null] }] } };
  for (const [desired, options] of [[[{ ...who, title: "" }], { emptyCells: "clear" }], [[{ ...who, title: null }], {}]]) {
    const [{ before, ...change }] = (await planUsers(config, desired, options)).changes;
    assert.deepEqual(change, cleared);
  }
});

test("strings are split only between characters", async () => {
  for (let shift = 0; shift < 4; shift++) {
    // Characters of two UTF-16 units, at every place where a chunk may end.
    const people = Array.from({ length: 2000 }, (_, at) => ({ id: at + 1, displayName: `${"😀".repeat(40)}${"é".repeat((at + shift) % 4)}`, roleId: 4, emailAddress: `u${at}@x.co` }));
    const csv = `email,displayName\n${people.map(({ emailAddress, displayName }) => `${emailAddress},${displayName}\n`).join("")}`;
    const axios = async () => ({ status: 200, data: JSON.stringify({ users: people }), headers: {} });
    assert.deepEqual(await planUsers({ instance: "acme", developerToken: "t", axios }, csv), { changes: [], unchanged: 2000, warnings: [] });
  }
  const fetch = async () => new Response('{"users":[{"id":7,"displayName":"a\ufffdb","emailAddress":"a@x.co"}]}');
  assert.deepEqual(await planUsers({ instance: "acme", developerToken: "t", fetch }, "email,displayName\na@x.co,a\ud83db\n"), { changes: [], unchanged: 1, warnings: [] });
});
