// Resuming applyChanges by a journal or a cursor: changes that are done are not sent again, and changes that were started are looked up first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { abortAfter, byEmail, create, memory, remove, reportsTo, statuses, title, update } from "../support/changes.mjs";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { applyChanges, connect, userAttributes } = domoUsers;
const USERS = "/api/identity/v1/users";

test("a change cancelled by a deadline is resumed by a journal without limit, by a cursor twice; then it has failed", async (t) => {
  const { mock, config } = await instance(t, { users: 8 });
  const ids = [...mock.users.keys()];
  const changes = [create("hangs"), ...ids.map((id) => update(id, { roleId: 3 }))];
  mock.addFault({ method: "POST", path: USERS, stall: true, times: Infinity });
  const journal = memory();
  for (let run = 1; run <= 3; run++) {
    const { failed, skipped, results } = await applyChanges(config, changes, { deadlineMs: 300, journal });
    assert.deepEqual([failed, skipped], [0, 9]);
    assert.equal(results[0].error.code, "OUTCOME_UNKNOWN");
  }
  let [cursor, runs, result] = [null, 0];
  do {
    result = await applyChanges(config, changes, { deadlineMs: 300, cursor, concurrency: 2 });
    ({ cursor } = result);
    assert.ok(++runs < 9);
  } while (cursor !== null);
  assert.deepEqual([result.done, result.failed, result.skipped, result.results[0].status], [8, 1, 0, "failed"]);
});

test("a change that a killed run started is skipped each time it is cancelled", async (t) => {
  const { mock, config } = await instance(t);
  const journal = memory();
  void applyChanges(connect({ ...config, timeoutMs: 0, fetch: () => new Promise(() => {}) }), [create("anna")], { journal });
  await new Promise((done) => setTimeout(done, 20));
  mock.addFault({ status: 503, times: 2 });
  const cut = await applyChanges(config, [create("anna")], { journal, signal: abortAfter(2) });
  assert.deepEqual([cut.skipped, cut.failed], [1, 0]);
  assert.equal((await applyChanges(config, [create("anna")], { journal })).done, 1);
});

test("results of earlier runs are reported if the journal can be read but not written in time", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [...mock.users.keys()].slice(0, 3).map(remove);
  const journal = memory();
  assert.equal((await applyChanges(config, changes, { journal })).done, 3);
  const slow = { ...journal, append: () => new Promise((done) => setTimeout(done, 60)) };
  assert.deepEqual(statuses(await applyChanges(config, changes, { journal: slow, deadlineMs: 20 })), ["done", "done", "done"]);
});

test("if the start of a change cannot be recorded, it is not started", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [...mock.users.keys()].slice(0, 2).map(remove);
  const append = (line) => {
    if (line.startsWith("begin 1")) throw new Error("disk full");
  };
  const result = await applyChanges(config, changes, { concurrency: 1, journal: { read: () => [], append } });
  assert.deepEqual([statuses(result), mock.requests.length], [["done", "skipped"], 1]);
  assert.match(result.results[1].error.message, /disk full.*apply the same plan again/);
});

test("a run that is aborted at once reports the results of earlier runs as done", async (t) => {
  const { mock, config } = await instance(t);
  const ids = [...mock.users.keys()];
  const changes = [create("boss"), create("anna", { attributes: [reportsTo("boss@new.example")] }), update(ids[0], { roleId: 3 }), update(ids[1], { roleId: 3 }), remove(ids[2])];
  const journal = memory();
  const onProgress = ({ done }) => done === 2 && controller.abort();
  const controller = new AbortController();
  const { done, skipped } = await applyChanges(config, changes, { journal, concurrency: 1, signal: controller.signal, onProgress });
  assert.deepEqual([done, skipped], [2, 3]);
  const sent = mock.requests.length;
  for (const end of [{ deadlineMs: 0 }, { signal: AbortSignal.abort() }]) {
    const again = await applyChanges(config, changes, { journal: memory([...journal.lines]), ...end });
    assert.deepEqual([statuses(again), again.done, mock.requests.length], [["done", "skipped", "done", "skipped", "skipped"], 2, sent]);
  }
  const progress = [];
  const rest = await applyChanges(config, changes, { journal, concurrency: 1, onProgress: (p) => progress.push(p.done) });
  assert.deepEqual([rest.done, progress], [5, [3, 4, 5]]);
  assert.equal(userAttributes(byEmail(mock, "anna@new.example")).reportsTo, String(byEmail(mock, "boss@new.example").id));
  assert.equal(mock.requests.filter(({ path }) => path.includes("search")).length, 0, "the journal knows whom it made");
});

test("with a journal, changes that are done are not sent again", async (t) => {
  const { mock, config } = await instance(t);
  const [first, second] = mock.users.keys();
  const changes = [create("anna", { attributes: [title("Boss")] }), create("ben", { attributes: [reportsTo("anna@new.example")] }), update(first, { roleId: 5 }), remove(second)];
  const journal = memory();
  assert.equal((await applyChanges(config, changes, { journal })).done, 4);
  const sent = mock.requests.length;
  const again = await applyChanges(config, changes, { journal: { ...journal, read: async function* () { yield* journal.lines; } } });
  assert.deepEqual([again.done, mock.requests.length], [4, sent]);
  const other = await rejection(applyChanges(config, changes.slice(1), { journal }));
  assert.match(other.message, /another plan/);
});

test("changes of earlier runs do not count for the estimated time", async (t) => {
  const { mock, config } = await instance(t, { users: 6 });
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 3 }));
  const journal = memory();
  await applyChanges(config, changes, { journal, concurrency: 1 });
  const half = memory(journal.lines.slice(0, 1 + 2 * 3)); // the first line, then two lines for each change
  const etas = [];
  const result = await applyChanges(config, changes, { journal: half, concurrency: 1, onProgress: ({ etaMs }) => etas.push(etaMs) });
  assert.deepEqual([result.done, etas.map((eta) => typeof eta), etas.at(-1)], [6, ["number", "number", "number"], 0]);
});

test("a journal is read as lines, as one string, and as chunks of a file", async (t) => {
  const { mock, config } = await instance(t);
  const ids = [...mock.users.keys()];
  const changes = [create("new"), ...ids.slice(0, 6).map((id) => update(id, { roleId: 2 })), remove(ids[7])];
  const journal = memory();
  assert.equal((await applyChanges(config, changes, { journal })).done, changes.length);
  const [text, sent] = [journal.lines.map((line) => `${line}\n`).join(""), mock.requests.length];
  const pieces = (size) => text.match(new RegExp(`[^]{1,${size}}`, "g"));
  const forms = [text, `\ufeff${text}`, Buffer.from(text), [text], journal.lines, journal.lines.map((line) => `${line}\r\n`)];
  for (let size = 1; size < text.length; size += 7) forms.push(pieces(size), pieces(size).map((piece) => Buffer.from(piece)));
  for (const form of forms) {
    const again = await applyChanges(config, changes, { journal: { append() {}, read: async () => form } });
    assert.deepEqual([again.done, mock.requests.length], [changes.length, sent]);
  }
});

test("with a cursor instead of a journal, each run continues the one before", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  mock.addFault({ method: "POST", path: USERS, status: 400 });
  const changes = [create("boss"), ...["a", "b", "c", "d"].map((name) => create(name, { attributes: [title("T"), reportsTo("a@new.example")] }))];
  changes.push(...[...mock.users.keys()].slice(0, 5).map((id) => update(id, { roleId: 3 })));
  const progress = [];
  let [cursor, runs, result] = [null, 0];
  do {
    const controller = new AbortController();
    const before = mock.requests.length;
    const onProgress = (p) => {
      progress.push(p);
      if (mock.requests.length > before + 3) controller.abort();
    };
    result = await applyChanges(config, changes, { cursor, concurrency: 1, signal: controller.signal, onProgress });
    ({ cursor } = result);
    assert.ok(++runs < 20);
  } while (cursor !== null);
  assert.ok(runs > 2, String(runs));
  assert.deepEqual([result.done, result.failed, result.skipped, statuses(result)[0]], [9, 1, 0, "failed"]);
  assert.deepEqual(progress.at(-1).failed, 1);
  const sent = (method) => mock.requests.filter((one) => one.method === method && one.path.startsWith(USERS) && !one.path.includes("search")).length;
  assert.deepEqual([sent("POST"), sent("PATCH")], [5, 4 + 4 + 5]);
  assert.deepEqual(byEmail(mock, "d@new.example") && userAttributes(byEmail(mock, "d@new.example")).reportsTo, String(byEmail(mock, "a@new.example").id));
});

test("the order of the fields does not matter for recognising a plan", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const changes = [create("anna", { attributes: [title("Boss")] }), update(id, { roleId: 3, displayName: "X" })];
  const turned = (value) => (Array.isArray(value) ? value.map(turned) : typeof value !== "object" ? value : Object.fromEntries(Object.entries(value).reverse().map(([key, one]) => [key, turned(one)])));
  const { cursor } = await applyChanges(config, changes, { cursor: null, signal: AbortSignal.abort() });
  assert.equal((await applyChanges(config, turned(changes), { cursor })).done, 2);
  const other = [changes[0], update(id, { roleId: 3, displayName: "Y" })];
  await assert.rejects(applyChanges(config, other, { cursor }), /another plan/);
  await assert.rejects(domoUsers.updateUser(config, id, { attributes: [] }), { code: "INVALID_INPUT" });
});

test("stopAfterFailures also ends the later runs of a cursor", async (t) => {
  const { mock, config } = await instance(t);
  const [first, second, third] = mock.users.keys();
  mock.addFault({ method: "PATCH", path: `${USERS}/${first}`, status: 400 });
  const changes = [update(first, { roleId: 3 }), update(second, { roleId: 3 }), remove(third)];
  const { done, failed, skipped, cursor } = await applyChanges(config, changes, { cursor: null, stopAfterFailures: 1, concurrency: 1 });
  assert.deepEqual([done, failed, skipped, cursor], [0, 1, 2, null]);
});

test("a failure whose retry was prevented by an abort does not count in the next run", async (t) => {
  const controller = new AbortController();
  const onEvent = ({ type }) => type === "response" && controller.abort();
  const { mock, config } = await instance(t, { config: { onEvent } });
  mock.addFault({ method: "PATCH", status: 503 });
  const changes = [update([...mock.users.keys()][0], { roleId: 3 })];
  const { done, cursor } = await applyChanges(config, changes, { cursor: null, signal: controller.signal });
  assert.deepEqual([done, typeof cursor], [0, "string"]);
  const next = await applyChanges(config, changes, { cursor });
  assert.deepEqual([next.done, next.cursor], [1, null]);
});

test("a cursor of another plan, an incomplete cursor, or a cursor beside a journal is refused", async (t) => {
  const { mock, config } = await instance(t);
  const controller = new AbortController();
  controller.abort();
  const { cursor, skipped } = await applyChanges(config, [create("a")], { cursor: "", signal: controller.signal });
  assert.deepEqual([typeof cursor, skipped], ["string", 1]);
  for (const [changes, options] of [[[create("b")], { cursor }], [[create("a")], { cursor: cursor.slice(1) }], [[create("a")], { cursor: cursor.slice(0, -1) }], [[create("a")], { cursor, journal: memory() }], [[create("a")], { cursor: 7 }]]) {
    const error = await rejection(applyChanges(config, changes, options));
    assert.deepEqual([error.code, /cursor/.test(error.message)], ["INVALID_INPUT", true], error.message);
  }
  assert.equal(mock.requests.length, 0);
  assert.ok(!("cursor" in (await applyChanges(config, []))), "only where it was asked for");
  assert.equal((await applyChanges(config, [create("a")], { cursor })).cursor, null);
});

test("a change that was started is looked up before it is sent again, wherever the journal was cut off", async (t) => {
  // If the line of a start is cut off, the request was not sent: the line is written first.
  for (const [happened, cut] of [[true, 0], [false, 0], [false, 1], [false, 2]]) {
    const { mock, config } = await instance(t);
    const before = structuredClone(mock.users);
    const [first, second] = mock.users.keys();
    const changes = [create("anna"), update(first, { displayName: "First", attributes: [title("x")] }), remove(second)];
    const whole = memory();
    await applyChanges(config, changes, { journal: whole });
    if (!happened) {
      mock.users.clear();
      for (const [id, user] of before) mock.users.set(id, user);
    }
    mock.requests.length = 0;
    const begun = whole.lines.filter((line) => !line.startsWith("done"));
    const last = begun.pop();
    const result = await applyChanges(config, changes, { journal: memory([...begun, last.slice(0, last.length - cut)]) });
    assert.equal(result.done, 3);
    const creates = mock.requests.filter(({ method, path }) => method === "POST" && path === USERS).length;
    assert.equal(creates, happened ? 0 : 1);
    assert.ok(mock.requests.some(({ path }) => path.includes("/search")));
    assert.deepEqual([mock.users.get(first).displayName, mock.users.has(second), byEmail(mock, "anna@new.example")?.displayName], ["First", false, "anna"]);
  }
});

test("a journal that cannot be read is refused; after a write error no change is started", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [create("anna"), create("ben"), create("carl")];
  const unreadable = { read: () => Promise.reject(new Error("no such disk")), append() {} };
  const error = await rejection(applyChanges(config, changes, { journal: unreadable }));
  assert.deepEqual([error.code, /journal\.read failed.*no such disk/.test(error.message), mock.requests.length], ["INVALID_INPUT", true, 0]);
  let remaining = 3;
  const full = { read: () => [], append: async () => { if (remaining-- === 0) throw new Error("disk full"); } };
  const result = await applyChanges(config, changes, { journal: full, concurrency: 1 });
  assert.deepEqual([result.done, result.failed, result.skipped], [1, 0, 2]);
  assert.match(result.results[1].error.message, /disk full.*apply the same plan again/);
  assert.equal(mock.users.size, 26);
});

test("a change that is done stays done if the journal fails after it", async (t) => {
  const { mock, config } = await instance(t);
  const ids = [...mock.users.keys()];
  let remaining = 2; // the first line and the start of the change
  const full = { read: () => [], append: () => { if (remaining-- === 0) throw new Error("disk full"); } };
  const result = await applyChanges(config, ids.slice(0, 3).map(remove), { journal: full, concurrency: 1 });
  assert.deepEqual(statuses(result), ["done", "skipped", "skipped"]);
  assert.match(result.results[0].error.message, /disk full/);
  assert.ok(!mock.users.has(ids[0]) && mock.users.has(ids[1]));
});

test("a file that is not a journal is refused; a journal cut off in its first line is not", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const changes = [update(id, { roleId: 2 })];
  const written = [];
  const other = await rejection(applyChanges(config, changes, { journal: { read: () => ["id,email", "1,a@b"], append: (line) => written.push(line) } }));
  assert.deepEqual([other.code, /journal/.test(other.message), written.length, mock.requests.length], ["INVALID_INPUT", true, 0, 0]);
  const journal = memory();
  await applyChanges(config, changes, { journal });
  for (const cut of [0, 5, 20]) assert.equal((await applyChanges(config, changes, { journal: memory([journal.lines[0].slice(0, cut)]) })).done, 1);
});

test("a create with an unknown outcome is looked up by the next run", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const journal = memory();
  mock.addFault({ method: "POST", drop: true, afterEffect: true, times: 2 });
  const first = await applyChanges(config, [create("anna")], { journal });
  assert.equal(first.results[0].error.code, "OUTCOME_UNKNOWN");
  const second = await applyChanges(config, [create("anna")], { journal });
  assert.deepEqual([second.done, second.results[0].user.displayName], [1, "anna"]);
  assert.equal(mock.requests.filter(({ method, path }) => method === "POST" && path === USERS).length, 1);
});

test("a change with an unreadable response may have taken effect: the next run looks it up first", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const journal = memory();
  mock.addFault({ method: "DELETE", status: 200, body: "true", afterEffect: true });
  const first = await applyChanges(config, [remove(id)], { journal });
  assert.equal(first.results[0].error.code, "BAD_RESPONSE");
  assert.equal((await applyChanges(config, [remove(id)], { journal })).done, 1);
  assert.equal(mock.requests.filter(({ method }) => method === "DELETE").length, 1);
});

test("a journal that never settles fails after the time limit of a call", async (t) => {
  const { mock, config } = await instance(t, { config: { timeoutMs: 30 } });
  const [id] = mock.users.keys();
  const never = () => new Promise(() => {});
  const unread = await rejection(applyChanges(config, [remove(id)], { journal: { read: never, append() {} } }));
  assert.match(unread.message, /journal\.read failed \(it did not finish within timeoutMs\)/);
  const [{ status, error }] = (await applyChanges(config, [remove(id)], { journal: { read: () => [], append: never } }).catch((error) => ({ results: [{ status: "rejected", error }] }))).results;
  assert.match(error.message, /journal\.append failed/, status);
  assert.equal(mock.users.has(id), true);
});

test("a journal can be the content of a file as one string", async (t) => {
  const { mock, config } = await instance(t);
  const lines = [];
  const changes = [create("a"), create("b")];
  assert.equal((await applyChanges(config, changes, { journal: memory(lines) })).done, 2);
  const text = lines.map((line) => `${line}\r\n`).join("");
  const before = mock.requests.length;
  for (const read of [() => text, () => Buffer.from(text), async () => text.replaceAll("\r", "")]) {
    assert.equal((await applyChanges(config, changes, { journal: { read, append() {} } })).done, 2);
  }
  assert.equal(mock.requests.length, before, "nothing was sent again");
});

test("a cursor given as undefined starts a plan, as null does", async (t) => {
  const { mock, config } = await instance(t, { users: 8 });
  const changes = [...mock.users.keys()].map(remove);
  const event = {};
  const first = await applyChanges(config, changes, { cursor: event.cursor, signal: AbortSignal.abort() });
  assert.equal(typeof first.cursor, "string");
  assert.equal((await applyChanges(config, changes, { cursor: first.cursor })).cursor, null);
  assert.ok(!("cursor" in (await applyChanges(config, changes))));
  assert.ok(!("cursor" in (await applyChanges(config, changes, { cursor: undefined, journal: memory() }))));
});
