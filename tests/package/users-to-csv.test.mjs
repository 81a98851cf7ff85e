// usersToCsv, from the installed tarball.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { exportUsersCsv, getAllUsers, isDomoError, planUsers, searchUsers, streamUsers, usersToCsv } = domoUsers;

const read = (stream) => new Response(stream).text();
const id = (number) => ({ id: number });

/** Returns the CSV before the error, and the error. */
async function untilError(stream) {
  const chunks = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    return { csv: Buffer.concat(chunks).toString(), error };
  }
  throw new Error("it should have failed");
}

test("usersToCsv writes what exportUsersCsv writes, with the same options", async (t) => {
  const { config } = await instance(t, { users: 1000 });
  const users = await getAllUsers(config, { parts: "DETAILED" });
  for (const options of [undefined, {}, { delimiter: ";", dates: "iso", bom: true }, { columns: ["email", "costCenter", "hireDate"], dates: "iso" }, { rawCells: true, delimiter: "\t" }]) {
    const csv = await read(exportUsersCsv(config, options));
    assert.equal(await read(usersToCsv(users, options)), csv);
    assert.equal(await read(usersToCsv(new Set(users), options)), csv);
    assert.equal(await read(usersToCsv(streamUsers(config, { parts: "DETAILED" }), options)), csv);
  }
  for (const rawCells of [false, true]) {
    assert.deepEqual((await planUsers(config, usersToCsv(users, { rawCells }), { deleteMissing: true })).changes, [], `rawCells: ${rawCells}`);
  }
});

test("a filtered stream, and a search", async (t) => {
  const { config } = await instance(t, { users: 500 });
  async function* admins() {
    for await (const user of streamUsers(config)) if (user.roleId === 1) yield user;
  }
  const expected = (await getAllUsers(config)).filter(({ roleId }) => roleId === 1);
  const csv = ["id,roleId", ...expected.map((user) => `${user.id},1`), ""].join("\r\n");
  assert.equal(await read(usersToCsv(admins(), { columns: ["id", "roleId"] })), csv);
  const found = await read(usersToCsv(searchUsers(config, { text: "jane" }), { columns: ["displayName"] }));
  assert.ok(found.split("\r\n").length > 3 && found.startsWith("displayName\r\n"));
});

test("no users are a header", async () => {
  for (const none of [[], new Set(), (async function* () {})()]) assert.equal(await read(usersToCsv(none, { columns: ["id"], bom: true })), "id\r\n");
  const marked = new Uint8Array(await new Response(usersToCsv([], { columns: ["id"], bom: true })).arrayBuffer());
  assert.equal(Buffer.from(marked).toString(), "\ufeffid\r\n");
});

test("dates become milliseconds, or ISO 8601", async () => {
  const users = [{ id: 1, hireDate: new Date(1_709_251_200_000) }, { id: 2, attributes: [{ key: "hireDate", values: [new Date(1_709_285_400_000)] }] }];
  assert.equal(await read(usersToCsv(users, { columns: ["id", "hireDate"] })), "id,hireDate\r\n1,1709251200000\r\n2,1709285400000\r\n");
  assert.equal(await read(usersToCsv(users, { columns: ["id", "hireDate"], dates: "iso" })), "id,hireDate\r\n1,2024-03-01\r\n2,2024-03-01T09:30:00Z\r\n");
});

test("users are taken from the iterator only as they are read, and cancelling closes it", async () => {
  let [taken, closed] = [0, false];
  function* endless() {
    try {
      for (;;) yield id(++taken);
    } finally {
      closed = true;
    }
  }
  const stream = usersToCsv(endless(), { columns: ["id"] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(taken, 0);
  const reader = stream.getReader();
  const { value } = await reader.read();
  assert.match(Buffer.from(value).toString(), /^id\r\n1\r\n2\r\n/);
  assert.ok(taken > 0 && taken <= 64, `${taken} taken`);
  await reader.cancel();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(closed);
});

test("cancelling while the iterator waits ends the read", async () => {
  let closed = false;
  const iterator = { next: () => new Promise(() => {}), return: async () => void (closed = true), [Symbol.asyncIterator]: () => iterator };
  const reader = usersToCsv(iterator).getReader();
  const first = reader.read();
  await new Promise((resolve) => setTimeout(resolve, 10));
  await reader.cancel();
  assert.deepEqual([await first, closed], [{ value: undefined, done: true }, true]);
});

test("an error of the iterator reaches the reader, after the users before it", async () => {
  const reason = new Error("mine");
  const failing = [
    function* () { yield id(1); throw reason; },
    async function* () { yield id(1); throw reason; },
  ];
  for (const users of failing) {
    const { csv, error } = await untilError(usersToCsv(users(), { columns: ["id"] }));
    assert.deepEqual([csv, error], ["id\r\n1\r\n", reason]);
  }
  assert.equal(await rejection(read(usersToCsv({ [Symbol.iterator]: () => { throw reason; } }))), reason);
  const wrong = { [Symbol.iterator]: () => ({ next: () => 7 }) };
  assert.ok((await rejection(read(usersToCsv(wrong)))) instanceof TypeError);
});

test("an item that is not a user is an error that names its index, and closes the iterator", async () => {
  for (const [item, got] of [[undefined, "undefined"], [null, "null"], [7, "7"], ["x", '"x"'], [[], "an array"], [{}, "an object"], [Promise.resolve(id(2)), "an object"], [{ id: null }, "an object"]]) {
    let closed = false;
    function* users() {
      try {
        for (let number = 0; number < 70; number++) yield id(number);
        yield item;
      } finally {
        closed = true;
      }
    }
    const { csv, error } = await untilError(usersToCsv(users(), { columns: ["id"] }));
    assert.ok(isDomoError(error) && error.code === "INVALID_INPUT");
    assert.match(error.message, /^users\[70\] must be a user, an object with an id/);
    assert.ok(error.message.endsWith(`got ${got}`), error.message);
    assert.deepEqual([csv.split("\r\n").length, closed], [72, true]);
  }
});

test("data that JSON cannot hold is an error that names its place", async () => {
  for (const [value, place] of [[() => {}, "a"], [NaN, "a"], [[undefined], "a[0]"], [new Date(NaN), "a"], [1n, "a"]]) {
    const { csv, error } = await untilError(usersToCsv([id(1), { id: 2, a: value }, id(3)], { columns: ["id"] }));
    assert.deepEqual([csv, error.code], ["id\r\n1\r\n", "INVALID_INPUT"]);
    assert.match(error.message, /^users\[1\] must be plain data/);
    assert.ok(error.message.includes(`but ${place} is`), error.message);
  }
});

test("wrong arguments are reported by the first read, and the iterator is closed", async (t) => {
  const { config } = await instance(t);
  for (const users of [undefined, null, 7, "text", {}, getAllUsers(config)]) {
    assert.match((await rejection(read(usersToCsv(users)))).message, /^users must be an iterable or async iterable of users/);
  }
  let closed = false;
  const users = { next: () => ({ done: true }), return: () => ((closed = true), {}), [Symbol.iterator]: () => users };
  for (const options of [7, null, { delimiter: "x" }, { columns: ["departmnet"] }, { columns: ["id", "id"] }, { signal: AbortSignal.abort() }, { managers: "id" }, { parts: "SIMPLE" }]) {
    closed = false;
    assert.equal((await rejection(read(usersToCsv(users, options)))).code, "INVALID_INPUT", JSON.stringify(options));
    assert.ok(closed);
  }
  const { message } = await rejection(read(usersToCsv([], { delimiter: "x", columns: ["departmnet", "tittle"] })));
  for (const part of [/delimiter must be/, /did you mean department\?/, /did you mean title\?/]) assert.match(message, part);
});

test("columns are checked against Domo's own names only", async () => {
  const users = [{ id: 1, attributes: [{ key: "city", values: ["Rome"] }, { key: "Cost Center", values: ["c"] }] }];
  assert.equal(await read(usersToCsv(users, { columns: ["ID", "city", "Cost Center", "Role Name"] })), "ID,city,Cost Center,Role Name\r\n1,Rome,c,\r\n");
});

test("the iterator runs in the async context in which the stream was created", async () => {
  const context = new AsyncLocalStorage();
  const seen = [];
  async function* users() {
    seen.push(context.getStore());
    yield id(1);
  }
  const stream = context.run("mine", () => usersToCsv(users(), { columns: ["id"] }));
  await context.run("other", () => read(stream));
  assert.deepEqual(seen, ["mine"]);
});

test("later changes of the options have no effect", async () => {
  const options = { columns: ["id"] };
  await read(usersToCsv([], options)); // the module is running
  const stream = usersToCsv([id(1)], options);
  options.columns.push("title");
  options.delimiter = "wrong";
  assert.equal(await read(stream), "id\r\n1\r\n");
});
