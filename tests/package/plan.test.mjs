// planUsers, from the installed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { planUsers } = domoUsers;

const people = () => [
  { id: 11, displayName: "Ann", userName: "ann@x.co", roleId: 4, emailAddress: "Ann@x.co", attributes: [{ key: "title", values: ["CEO"] }, { key: "reportsTo", values: ["12"] }] },
  { id: 12, displayName: "Bob", userName: "bob", roleId: 5, emailAddress: "bob@x.co", attributes: [{ key: "employeeNumber", values: [7] }, { key: "isActive", values: [true] }, { key: "costCenter", values: ["a", 1] }] },
  { id: 13, displayName: "Cy", roleId: 4, emailAddress: "cy@x.co" },
];
const company = (t, options) => instance(t, { users: people(), ...options });

test("an update holds what differs, and what it was", async (t) => {
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
  });
  assert.deepEqual(mock.requests.map(({ method }) => method), ["GET"]);
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

test("text, bytes, a stream and objects say the same", async (t) => {
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
  };
  for (const desired of [csv, bytes, stream(), objects(), new Set(objects())]) assert.deepEqual(await planUsers(config, desired), expected);
});

test("null clears an attribute, and so does an empty cell where it is told to", async (t) => {
  const { config } = await company(t);
  const cleared = { action: "update", id: 11, changes: { attributes: [{ key: "title", values: [null] }] }, before: { attributes: [{ key: "title", values: ["CEO"] }] } };
  assert.deepEqual((await planUsers(config, [{ emailAddress: "ann@x.co", title: null, none: null }])).changes, [cleared]);
  const csv = "email,displayName,title,none\nann@x.co,,,";
  assert.deepEqual(await planUsers(config, csv), { changes: [], unchanged: 1 });
  assert.deepEqual((await planUsers(config, csv, { emptyCells: "clear" })).changes, [cleared]);
  assert.match((await rejection(planUsers(config, [{ emailAddress: "ann@x.co", roleId: null }]))).message, /row 2, roleId: this field cannot be cleared/);
});

test("managers by id, by address, and ones that are yet to be created", async (t) => {
  const { config } = await company(t);
  const rows = (manager) => [{ emailAddress: "ann@x.co", reportsTo: manager }];
  for (const same of [12, "12", "BOB@x.co"]) assert.deepEqual(await planUsers(config, rows(same)), { changes: [], unchanged: 1 });
  const [update] = (await planUsers(config, rows("cy@x.co"))).changes;
  assert.deepEqual(update.changes.attributes, [{ key: "reportsTo", values: ["13"] }]);
  const boss = { emailAddress: "boss@x.co", displayName: "Boss", roleId: 1 };
  const plan = await planUsers(config, [...rows("boss@x.co"), { ...boss }]);
  assert.deepEqual(plan.changes[0].changes.attributes, [{ key: "reportsTo", values: ["boss@x.co"] }]);
  assert.match((await rejection(planUsers(config, rows("nobody@x.co")))).message, /row 2, reportsTo: nobody has this e-mail address/);
});

test("deletes are asked for, capped, and never of the protected", async (t) => {
  const { config } = await company(t);
  const csv = "email\nann@x.co\n";
  assert.deepEqual(await planUsers(config, csv), { changes: [], unchanged: 1 });
  const { changes } = await planUsers(config, csv, { deleteMissing: true, protect: ["13"] });
  assert.deepEqual(changes, [{ action: "delete", id: 12, before: { id: 12, displayName: "Bob", emailAddress: "bob@x.co", roleId: 5 } }]);
  const error = await rejection(planUsers(config, csv, { deleteMissing: true, maxDeletes: 1 }));
  assert.deepEqual([error.code, /delete 2 users/.test(error.message)], ["TOO_MANY_DELETES", true]);
  const protectedOne = await planUsers(config, [{ emailAddress: "ann@x.co", title: "x" }], { protect: [11] });
  assert.deepEqual(protectedOne, { changes: [], unchanged: 1 });
});

test("an empty list never plans the deletion of everybody", async (t) => {
  const { config, mock } = await company(t);
  for (const empty of [[], "email\n", "email,title\n\n,\n"]) {
    assert.match((await rejection(planUsers(config, empty, { deleteMissing: true, maxDeletes: 1e6 }))).message, /delete everybody/);
    assert.deepEqual(await planUsers(config, empty), { changes: [], unchanged: 0 });
  }
  assert.ok(mock.requests.length === 3);
});

test("matched by id or user name", async (t) => {
  const { config } = await company(t);
  const byId = await planUsers(config, "id,email\n11,new.ann@x.co\n,zoe@x.co", { matchBy: "id" }).catch((error) => error);
  assert.match(byId.message, /row 3, displayName: it is missing, and a new user needs it/);
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
  assert.deepEqual(await planUsers(after.config, csv), { changes: [], unchanged: 1 });
});

test("every fault is told, by row, column and reason, and nothing is sent", async (t) => {
  const { config, mock } = await company(t);
  const csv = "email,roleId,title\nx,4,\n\nann@x.co,no,\nbob@x.co,5\nANN@x.co,4,x\n\"cy@x.co\"?,4,x\n";
  const { code, message } = await rejection(planUsers(config, csv));
  assert.equal(code, "INVALID_INPUT");
  for (const part of ["4 faults", "row 2, emailAddress: must be an e-mail", "row 4, roleId: must be the number", "row 5: it has 2 cells, and the header 3", "row 7: text stands behind a closing quote"]) {
    assert.ok(message.includes(part), `${part}: ${message}`);
  }
  assert.match((await rejection(planUsers(config, "email\na@x.co\nA@x.co"))).message, /row 3, emailAddress: row 2 stands for the same user/);
  assert.match((await rejection(planUsers(config, "title\nx"))).message, /row 1, emailAddress: there is no such column/);
  assert.match((await rejection(planUsers(config, "email;title\na@x.co;x"))).message, /separated by commas/);
  assert.match((await rejection(planUsers(config, Uint8Array.of(0x65, 0x6d, 0x61, 0x69, 0x6c, 10, 0xfc, 10)))).message, /row 2: it is not UTF-8/);
  const circle = { emailAddress: "a@x.co" };
  circle.self = circle;
  const objects = await rejection(planUsers(config, [{ emailAddress: "bob@x.co" }, 7, circle, {}, { emailAddress: "c@x.co", title: { a: 1 } }]));
  for (const part of ["row 3: it must be an object", "row 4: it must be plain data", "row 5: it says nothing", "row 6, title: must be a text"]) {
    assert.ok(objects.message.includes(part), objects.message);
  }
  assert.equal(mock.requests.length, 0);
});

test("arguments that cannot be", async (t) => {
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

test("an instance with oddities: addresses that differ in case only, users without one, ids as text", async (t) => {
  const users = [...people(), { id: 14, displayName: "Bob 2", roleId: 4, emailAddress: "BOB@x.co" }, { id: 15, displayName: "System", roleId: 1 }];
  const { config } = await instance(t, { users, oddities: { ids: "text" } });
  assert.match((await rejection(planUsers(config, "email\nbob@x.co"))).message, /more than one user of the instance has it, the one with id 14 too/);
  const { changes } = await planUsers(config, "email,title\nann@x.co,x", { deleteMissing: true });
  assert.deepEqual(changes.map(({ action, id }) => [action, id]), [["update", 11], ["delete", 12], ["delete", 13], ["delete", 14]]);
});

test("a misspelt option is refused: it might have protected somebody", async (t) => {
  const { mock, config } = await company(t);
  const error = await rejection(planUsers(config, [{ emailAddress: "bob@x.co" }], { deleteMissing: true, protected: [11] }));
  assert.equal(error.code, "INVALID_INPUT");
  assert.match(error.message, /no "protected"; it has matchBy.*protect/);
  assert.equal(mock.requests.length, 0);
});
