// streamUsers and exportUsersCsv, from the installed tarball.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { domoUsers, instance, rejection, TOKEN, planUsers } from "../support/installed.mjs";

const { exportUsersCsv, getAllUsers, searchUsers, streamUsers } = domoUsers;

async function all(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

/** Returns the users before the error, and the error. */
async function untilError(iterable) {
  const items = [];
  try {
    for await (const item of iterable) items.push(item);
  } catch (error) {
    return { items, error };
  }
  throw new Error("it should have failed");
}

/** A fetch that returns these bytes in chunks of this size, and records what was read and cancelled. */
function inPieces(body, size, { wait } = {}) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const seen = { read: 0, cancelled: false };
  const fetch = async (_url, { signal }) =>
    new Response(
      new ReadableStream(
        {
          async pull(controller) {
            if (wait) await wait(seen.read, signal);
            if (seen.read >= bytes.length) return controller.close();
            controller.enqueue(bytes.slice(seen.read, seen.read + size));
            seen.read += size;
          },
          cancel: () => void (seen.cancelled = true),
        },
        { highWaterMark: 0 },
      ),
    );
  return { config: { instance: "acme", developerToken: TOKEN, fetch, maxRetries: 0 }, seen };
}

const awkward = { id: 1, displayName: '🙂 "\\ }]{[ é\ud83d\ude00', roleId: 4, nested: { a: [1, { b: "]}" }] }, attributes: [] };

test("streamUsers returns the users of getAllUsers", async (t) => {
  const { config } = await instance(t, { http: true, users: 1500 });
  assert.deepEqual(await all(streamUsers(config, { parts: "DETAILED" })), await getAllUsers(config, { parts: "DETAILED" }));
});

test("the users do not depend on how the body is split into chunks", async () => {
  const users = [awkward, { ...awkward, id: -1.5e3 }, {}];
  for (const body of [JSON.stringify({ count: 3, users, more: "}" }), `\ufeff${JSON.stringify({ users }, null, 2)}\n`]) {
    for (const size of [1, 2, 3, 7, 64, 1000]) assert.deepEqual(await all(streamUsers(inPieces(body, size).config)), users);
  }
});

test("nothing is sent before the first next(), and nothing is read ahead", async (t) => {
  const { mock, config } = await instance(t);
  streamUsers(config);
  exportUsersCsv(config);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(mock.requests.length, 0);
  const users = Array.from({ length: 1000 }, (_, id) => ({ ...awkward, id }));
  const { config: piecewise, seen } = inPieces(JSON.stringify({ users }), 1000);
  const iterator = streamUsers(piecewise)[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).value.id, 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(seen.read <= 2000, `${seen.read} bytes for the first user`);
  await iterator.return();
});

test("leaving the loop cancels the request", async () => {
  const users = Array.from({ length: 1000 }, (_, id) => ({ ...awkward, id }));
  const { config, seen } = inPieces(JSON.stringify({ users }), 1000);
  for await (const { id } of streamUsers(config)) if (id === 5) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(seen.cancelled);
  const stream = inPieces(JSON.stringify({ users }), 1000);
  const reader = exportUsersCsv(stream.config).getReader();
  await reader.cancel();
  const second = exportUsersCsv(stream.config).getReader();
  await second.read();
  await second.cancel();
});

test("return() during next(), and several next() at the same time", async () => {
  const { config, seen } = inPieces(JSON.stringify({ users: [awkward, awkward, awkward] }), 30, { wait: (read) => read > 400 && new Promise(() => {}) });
  const iterator = streamUsers(config)[Symbol.asyncIterator]();
  const asked = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
  assert.deepEqual((await asked[0]).value, awkward);
  assert.deepEqual((await asked[1]).value, awkward);
  assert.deepEqual(await iterator.return(7), { value: 7, done: true });
  assert.deepEqual(await asked[3], { value: undefined, done: true });
  assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  assert.ok(seen.read > 0);
});

test("an incomplete body is an error after its complete users", async (t) => {
  const { mock, config } = await instance(t, { http: true, users: 100 });
  mock.addFault({ method: "GET", cutBodyAt: 20_000 });
  const { items, error } = await untilError(streamUsers(config, { parts: "DETAILED" }));
  assert.ok(items.length > 10 && items.length < 100);
  assert.equal(error.code, "NETWORK");
  assert.match(error.message, new RegExp(`after ${items.length} whole users`));
  assert.equal(mock.requests.length, 1);
  const ended = await untilError(streamUsers(inPieces('{"users":[{"id":1},{"id":2', 5).config));
  assert.deepEqual([ended.items, ended.error.code], [[{ id: 1 }], "BAD_RESPONSE"]);
});

test("a failure before the first user is retried as any GET", async (t) => {
  const events = [];
  const { mock, config } = await instance(t, { http: true, users: 100, config: { onEvent: (event) => events.push(event.type) } });
  mock.addFault({ method: "GET", cutBodyAt: 50 });
  mock.addFault({ method: "GET", status: 503, headers: { "retry-after": "0" } });
  assert.equal((await all(streamUsers(config))).length, 100);
  assert.equal(events.filter((type) => type === "retry").length, 2);
  mock.addFault({ method: "GET", cutBodyAt: 50, times: 9 });
  const error = await rejection(all(streamUsers(config, { maxRetries: 1 })));
  assert.deepEqual([error.code, error.attempts], ["NETWORK", 2]);
});

test("bodies that are not a list of users", async () => {
  for (const [body, message] of [
    ["<html><title>Log in</title>", /web page/], ["", /empty body/], ["[]", /what the endpoint returns/], ['{"users":7}', /what the endpoint returns/], ['{"users":[7]}', /what the endpoint returns/], ["{}", /what the endpoint returns/],
  ]) {
    const error = await rejection(all(streamUsers(inPieces(body, 4).config)));
    assert.equal(error.code, "BAD_RESPONSE", body);
    assert.match(error.message, message);
    assert.equal(error.status, 200);
  }
  const { items, error } = await untilError(streamUsers(inPieces('{"users":[{"id":1},{"id":2} {"id":3}]}', 100).config));
  assert.deepEqual([items.length, error.code], [2, "BAD_RESPONSE"]);
  const inner = await untilError(streamUsers(inPieces('{"users":[{"id":1},{"id":2},{"id":03},{"id":4}]}', 100).config));
  assert.deepEqual([inner.items, inner.error.code], [[{ id: 1 }, { id: 2 }], "BAD_RESPONSE"]);
});

test("an item that is not a user is reported with its value by every function", async () => {
  const ways = [
    (config) => untilError(streamUsers(config)),
    (config) => untilError(exportUsersCsv(config, { columns: ["id"] })),
    async (config) => ({ items: [], error: await rejection(planUsers(config, "email\nann@x.co\n")) }),
  ];
  for (const entry of ["null", "7", '"x"', "[]"]) {
    for (const [before, size] of [["", 1000], ['{"id":1},', 1000], ['{"id":1},', 9]]) {
      for (const way of ways) {
        const { error } = await way(inPieces(`{"note":"${"-".repeat(60)}","users":[${before}${entry},{"id":3}]}`, size, { wait: (read) => read > 120 && new Promise(() => {}) }).config);
        assert.equal(error.code, "BAD_RESPONSE", error.message);
        assert.match(error.message, /what the endpoint returns/);
        assert.ok(error.message.includes(size > 9 ? entry : entry[0]), error.message);
        assert.ok(!error.message.includes("too early"), error.message);
        assert.deepEqual([error.status, error.method, error.attempts], [200, "GET", 1]);
      }
    }
  }
  for (const way of ways) {
    const { error } = await way(inPieces('{"users":[{"id":1},{"id":2,x},{"id":3}]}', 1000).config);
    assert.deepEqual([error.code, error.status, error.method], ["BAD_RESPONSE", 200, "GET"]);
    assert.match(error.message, /A user in the response is not valid JSON: \{"id":2,x\}/);
  }
});

test("the time limit applies to each wait on the host, not to the caller's own time", async () => {
  const users = [awkward, awkward, awkward];
  const slow = inPieces(JSON.stringify({ users }), 200, { wait: () => new Promise((resolve) => setTimeout(resolve, 30)) });
  for await (const user of streamUsers({ ...slow.config, timeoutMs: 120 })) {
    assert.ok(user);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  const stalled = inPieces(JSON.stringify({ users }), 200, { wait: (read) => read > 300 && new Promise(() => {}) });
  const { items, error } = await untilError(streamUsers({ ...stalled.config, timeoutMs: 60 }));
  assert.deepEqual([items.length > 0, error.code], [true, "TIMEOUT"]);
});

test("the caller's signal ends the stream with its reason", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const { config, seen } = inPieces(JSON.stringify({ users: [awkward, awkward, awkward] }), 200, { wait: (read) => read > 300 && new Promise(() => {}) });
  setTimeout(() => controller.abort(reason), 30);
  const { error } = await untilError(streamUsers(config, { signal: controller.signal }));
  assert.equal(error, reason);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(seen.cancelled);
});

test("invalid arguments are reported by the first next(), not before", async (t) => {
  const { config } = await instance(t);
  const users = streamUsers({ instance: "acme" });
  assert.equal((await rejection(all(users))).code, "INVALID_CONFIG");
  assert.equal((await rejection(all(streamUsers(config, { parts: "ALL" })))).code, "INVALID_INPUT");
  for (const options of [{ columns: [] }, { columns: ["id", "id"] }, { columns: "id" }, { rawCells: 1 }, { bom: "yes" }, { rawCell: true }]) {
    assert.equal((await rejection(new Response(exportUsersCsv(config, options)).text())).code, "INVALID_INPUT");
  }
});

test("hosts without streams read the whole body", async (t) => {
  const { mock, config } = await instance(t, { users: 30 });
  const { axios, sendRequest } = mock.codeengine();
  const { fetch, ...rest } = config;
  const users = await getAllUsers(config);
  assert.deepEqual(await all(streamUsers({ ...rest, axios })), users);
  assert.deepEqual(await all(streamUsers({ codeengine: { sendRequest } })), users);
  const textOnly = async (...args) => {
    const response = await fetch(...args);
    return { status: response.status, headers: response.headers, text: () => response.text() };
  };
  assert.deepEqual(await all(streamUsers({ ...config, fetch: textOnly })), users);
});

test("garbage collection does not end a stream in use", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const users = Array.from({ length: 5000 }, (_, id) => ({ ...awkward, id }));
  const { config } = inPieces(JSON.stringify({ users }), 20_000);
  let [count, length] = [0, 0];
  for await (const user of streamUsers(config)) if (user.id % 500 === 0) collect();
  else count++;
  const again = inPieces(JSON.stringify({ users }), 20_000).config;
  for await (const piece of exportUsersCsv(again, { columns: ["id"] })) {
    collect();
    length += piece.length;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.deepEqual([count, length], [4990, ["id", ...users.map(({ id }) => id)].join("\r\n").length + 2]);
});

test("the token is in no error", async () => {
  const fetch = async () => new Response(new ReadableStream({ pull: () => Promise.reject(new Error(`boom ${TOKEN}`)) }));
  const error = await rejection(all(streamUsers({ instance: "acme", developerToken: TOKEN, fetch, maxRetries: 0 })));
  assert.ok(!JSON.stringify([error.message, error.cause?.message, error.stack, error]).includes(TOKEN));
  assert.equal(error.code, "NETWORK");
});

test("the CSV follows RFC 4180, and formulas get an apostrophe", async (t) => {
  const { mock, config } = await instance(t, { http: true, users: 1000 });
  const keys = ["title", "department", "phoneNumber", "costCenter"];
  const csv = await new Response(exportUsersCsv(config, { columns: ["id", "displayName", ...keys] })).text();
  const rows = parse(csv);
  assert.deepEqual(rows.shift(), ["id", "displayName", ...keys]);
  assert.equal(rows.length, 1000);
  [...mock.users.values()].forEach((user, index) => {
    const cell = (key) => {
      const values = user.attributes.find((attribute) => attribute.key === key)?.values ?? [];
      const text = values.length > 1 ? JSON.stringify(values) : String(values[0] ?? "");
      return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    };
    assert.deepEqual(rows[index], [String(user.id), user.displayName, ...keys.map(cell)]);
  });
});

test("columns of an export, and rawCells", async (t) => {
  const { config } = await instance(t, { users: [{ id: 7, displayName: "=1+1", roleId: 4, attributes: [{ key: "title", values: ["[x"] }] }] });
  const [header] = (await new Response(exportUsersCsv(config)).text()).split("\r\n");
  assert.equal(
    header,
    "id,displayName,userName,roleId,emailAddress,department,title,phoneNumber,deskPhoneNumber,employeeId,employeeNumber,employeeLocation,hireDate," +
      "created,modified,lastActivity,lastLogin,reportsTo,timeZone,locale,alternateEmail,avatarKey,invitorUserId,isActive,isAnonymous,isPending,isSystemUser",
  );
  const raw = await new Response(exportUsersCsv(config, { columns: ["displayName", "title", "department"], rawCells: true })).text();
  assert.equal(raw, 'displayName,title,department\r\n=1+1,"[""[x""]",\r\n');
  // For Excel; planUsers removes the mark.
  const marked = new Uint8Array(await new Response(exportUsersCsv(config, { columns: ["id", "title"], bom: true })).arrayBuffer());
  assert.equal(Buffer.from(marked).toString(), '\ufeffid,title\r\n7,"[""[x""]"\r\n');
  assert.deepEqual(await planUsers(config, marked, { matchBy: "id" }), { changes: [], unchanged: 1, warnings: [] });
});

test("an export without users is a header, and rows before a broken connection are written", async (t) => {
  const { mock, config } = await instance(t, { http: true, users: 0 });
  assert.equal(await new Response(exportUsersCsv(config, { columns: ["id"] })).text(), "id\r\n");
  const other = await instance(t, { http: true, users: 100 });
  other.mock.addFault({ method: "GET", cutBodyAt: 20_000 });
  const reader = exportUsersCsv(other.config).getReader();
  const { value } = await reader.read();
  assert.ok(value.length > 1000);
  assert.equal((await rejection(reader.read())).code, "NETWORK");
  assert.ok(mock);
});

test("an exported file makes an empty plan", async (t) => {
  const { config } = await instance(t, { users: 1000 });
  const csv = await new Response(exportUsersCsv(config)).text();
  for (const matchBy of ["emailAddress", "id", "userName"]) {
    for (const emptyCells of ["keep", "clear"]) {
      const plan = await planUsers(config, csv, { matchBy, emptyCells, deleteMissing: true });
      assert.deepEqual(plan, { changes: [], unchanged: 1000, warnings: [] });
    }
  }
});

/** A CSV reader that is independent of the package. */
function parse(csv) {
  const rows = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === "" && plain === "" && rows.at(-1).length === 0) break;
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") rows.push([]);
  }
  if (rows.at(-1).length === 0) rows.pop();
  return rows;
}

test("leaving before the first user cancels the request, without a retry", async () => {
  const never = () => new Promise(() => {});
  for (const timeoutMs of [40, 0]) {
    let [asked, aborted] = [0, 0];
    const hung = (_, { signal }) => {
      asked++;
      signal.addEventListener("abort", () => aborted++);
      return never();
    };
    const config = { instance: "acme", developerToken: TOKEN, fetch: hung, timeoutMs, maxRetries: 2 };
    const reader = exportUsersCsv(config).getReader();
    const read = reader.read();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await reader.cancel();
    assert.deepEqual(await read, { value: undefined, done: true });
    for (const users of [streamUsers(config), searchUsers(config)]) {
      const iterator = users[Symbol.asyncIterator]();
      const next = iterator.next();
      await new Promise((resolve) => setTimeout(resolve, 10));
      await iterator.return();
      assert.deepEqual(await next, { value: undefined, done: true });
      assert.deepEqual(await iterator.next(), { value: undefined, done: true });
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.deepEqual([asked, aborted], [3, 3]);
  }
});

test("a stream removes its listener from the caller's signal", async () => {
  const controller = new AbortController();
  const reason = { mine: true };
  const config = { instance: "acme", developerToken: TOKEN, fetch: () => new Promise(() => {}), timeoutMs: 0 };
  const next = streamUsers(config, { signal: controller.signal }).next();
  await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort(reason);
  assert.equal(await rejection(next), reason);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("empty chunks do not prolong the time limit", async () => {
  const pull = async (controller) => {
    await new Promise((done) => setTimeout(done, 10));
    controller.enqueue(new Uint8Array(0));
  };
  const fetch = async () => new Response(new ReadableStream({ pull }));
  const { error } = await untilError(streamUsers({ instance: "acme", developerToken: TOKEN, fetch, maxRetries: 0, timeoutMs: 100 }));
  assert.equal(error.code, "TIMEOUT");
});

test("an incomplete literal in the body is an error after the users before it", async () => {
  for (const word of ["nul", "n", "tru", "fals", "nulll", "truex"]) {
    const body = `{"users":[{"id":1,"emailAddress":"a@x.co"},{"id":2,"emailAddress":${word},"isActive":true}]}`;
    for (const size of [7, 1000]) {
      const { items, error } = await untilError(exportUsersCsv(inPieces(body, size).config, { columns: ["id", "isActive"] }));
      assert.deepEqual([Buffer.concat(items).toString(), error.code], ["id,isActive\r\n1,\r\n", "BAD_RESPONSE"], word);
      assert.equal((await rejection(planUsers(inPieces(body, size).config, "email,displayName,roleId\nb@x.co,B,4\n"))).code, "BAD_RESPONSE");
    }
  }
});

test("rows are written as the body arrives", async () => {
  let body;
  const fetch = async () => new Response(new ReadableStream({ start: (controller) => void (body = controller) }));
  const reader = exportUsersCsv({ instance: "acme", developerToken: "any", fetch }, { columns: ["id"] }).getReader();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const next = async (piece) => {
    const read = reader.read();
    while (body === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    if (piece !== undefined) body.enqueue(encoder.encode(piece));
    const { value, done } = await read;
    return done || decoder.decode(value);
  };
  assert.equal(await next('{"users":[{"id":1},{"id":2},{"i'), "id\r\n1\r\n2\r\n");
  assert.equal(await next('d":3},'), "3\r\n");
  body.enqueue(encoder.encode('{"id":4}]}'));
  body.close();
  assert.deepEqual([await next(), await next()], ["4\r\n", true]);
});
