// applyChanges: every change on its own, in an order that works, at a pace that the instance bears, resumable.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

Math.random = () => 0.02; // the jitter, so that no test waits long
const { applyChanges, connect, userAttributes } = domoUsers;
const USERS = "/api/identity/v1/users";

const create = (name, then) => ({
  action: "create", user: { displayName: name, emailAddress: `${name}@new.example`, roleId: 4 }, ...(then && { then }),
});
const title = (text) => ({ key: "title", values: [text] });
const reportsTo = (who) => ({ key: "reportsTo", values: [who] });
const update = (id, changes) => ({ action: "update", id, changes });
const remove = (id) => ({ action: "delete", id });
const byEmail = (mock, email) => [...mock.users.values()].find(({ emailAddress }) => emailAddress === email);
const statuses = ({ results }) => results.map(({ status }) => status);

/** As AbortSignal.timeout, which would not keep Node running. */
function abortAfter(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

/** A journal in memory, with what it would be after a crash in the middle of a line. */
function memory(lines = []) {
  return { lines, read: () => lines, append: (line) => void lines.push(line) };
}

test("creates, what they cannot carry, updates, managers and deletes, over HTTP", async (t) => {
  const { mock, config } = await instance(t, { http: true });
  const [first, second, third] = mock.users.keys();
  const progress = [];
  const plan = {
    unchanged: 0,
    changes: [
      remove(third), update(first, { roleId: 2, attributes: [title("Chief"), reportsTo("Anna@NEW.example")] }), create("anna", { attributes: [title("Boss")] }),
      create("ben", { attributes: [title("Analyst"), reportsTo("anna@new.example")] }), update(second, { displayName: "Second" }),
    ],
  };
  const result = await applyChanges(connect(config), plan, { onProgress: (p) => progress.push(p) });
  assert.deepEqual([result.done, result.failed, result.skipped], [5, 0, 0]);
  assert.deepEqual(result.results.map(({ index, status }) => [index, status]), [0, 1, 2, 3, 4].map((index) => [index, "done"]));
  const [anna, ben] = ["anna", "ben"].map((name) => byEmail(mock, `${name}@new.example`));
  assert.equal(userAttributes(anna).title, "Boss");
  assert.deepEqual([userAttributes(ben).title, userAttributes(ben).reportsTo], ["Analyst", String(anna.id)]);
  assert.deepEqual([userAttributes(mock.users.get(first)).reportsTo, mock.users.get(first).roleId], [String(anna.id), 2]);
  assert.equal(mock.users.get(second).displayName, "Second");
  assert.ok(!mock.users.has(third));
  assert.equal(result.results[3].user.id, ben.id);
  assert.deepEqual(progress.map(({ done, failed, total }) => [done, failed, total]), [1, 2, 3, 4, 5].map((done) => [done, 0, 5]));
  assert.deepEqual([progress.at(-1).etaMs, typeof progress[0].etaMs], [0, "number"]);
  const methods = mock.requests.map(({ method }) => method);
  assert.equal(methods.at(-1), "DELETE", "who goes, goes last");
  assert.ok(methods.lastIndexOf("POST") < methods.length - 3, "creates come first");
});

test("an empty list is no work", async (t) => {
  const { mock, config } = await instance(t);
  assert.deepEqual(await applyChanges(config, []), { done: 0, failed: 0, skipped: 0, results: [] });
  assert.equal(mock.requests.length, 0);
});

test("one failure neither stops nor hides another", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const [first, second] = mock.users.keys();
  const taken = mock.users.get(first).emailAddress;
  const changes = [
    create("anna"), { action: "create", user: { displayName: "x", emailAddress: taken, roleId: 1 } }, update(5, { roleId: 1 }), update(first, { roleId: 99 }),
    remove(6), update(second, { roleId: 3 }), create("ben", { attributes: [reportsTo("nobody@new.example")] }),
  ];
  const result = await applyChanges(config, changes);
  assert.deepEqual(statuses(result), ["done", "failed", "failed", "failed", "failed", "done", "failed"]);
  assert.deepEqual(result.results.map(({ error }) => error?.code), [undefined, "CONFLICT", "NOT_FOUND", "REQUEST_REJECTED", "NOT_FOUND", undefined, "NOT_FOUND"]);
  assert.equal(result.results[1].error.existing.id, first);
  assert.match(result.results[6].error.message, /nobody@new\.example/);
  assert.equal(result.results[6].user.displayName, "ben", "he was created all the same");
  assert.ok(result.results.every(({ error }) => error === undefined || (error instanceof Error && error.name === "DomoError")));
});

test("bad changes are refused before anything is sent, all of them named", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [create("ok"), update("x", { roleId: 1 }), { action: "drop" }, create("no", {}), update(7, {})];
  const error = await rejection(applyChanges(config, changes));
  assert.equal(error.code, "INVALID_INPUT");
  for (const index of [1, 2, 3, 4]) assert.match(error.message, new RegExp(`changes\\[${index}\\]`));
  for (const wrong of [undefined, 7, {}, "x"]) assert.equal((await rejection(applyChanges(config, wrong))).code, "INVALID_INPUT");
  for (const wrong of [{ concurrency: 0 }, { concurrency: 101 }, { stopAfterFailures: 0 }, { deadlineMs: -1 }, { onProgress: 7 }, { journal: {} }, { signal: 7 }, { timeoutMs: "x" }, { dryRun: true }]) {
    const { code, message } = await rejection(applyChanges(config, [create("ok")], wrong));
    assert.ok(code === "INVALID_INPUT" && message.includes(Object.keys(wrong)[0]), message);
  }
  assert.equal(mock.requests.length, 0);
});

test("not more under way than wished for, and fewer while the instance answers 429", async (t) => {
  const { mock, config } = await instance(t, { users: 200 });
  let [now, most] = [0, 0];
  const counting = async (url, init) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    try {
      return await mock.fetch(url, init);
    } finally {
      now--;
    }
  };
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 2 }));
  await applyChanges({ ...config, fetch: counting }, changes.slice(0, 50), { concurrency: 7 });
  assert.equal(most, 7);
  [now, most] = [0, 0];
  await applyChanges({ ...config, fetch: counting }, changes.slice(0, 50));
  assert.equal(most, 4);
  mock.addFault({ status: 429, headers: { "retry-after": "0" }, times: 12 });
  const result = await applyChanges(connect({ ...config, fetch: counting, maxRetries: 20 }), changes, { concurrency: 16 });
  assert.equal(result.done, 200);
  [now, most] = [0, 0];
  let seen = 0;
  mock.addFault({ status: 429, headers: { "retry-after": "0" }, times: 40 });
  const slowed = async (url, init) => {
    const answer = await counting(url, init);
    if (++seen === 60) most = 0; // the 429s are over; what is the pace now?
    return answer;
  };
  await applyChanges(connect({ ...config, fetch: slowed, maxRetries: 50 }), changes.slice(0, 40), { concurrency: 16 });
  assert.ok(most < 16, `${most} at a time right after the 429s`);
});

test("a new user who is not yet usable as a manager is waited for", async (t) => {
  const { mock, config } = await instance(t, { oddities: { managerDelay: 3 } });
  const result = await applyChanges(config, [create("anna"), create("ben", { attributes: [reportsTo("anna@new.example")] })]);
  assert.deepEqual([result.done, result.failed], [2, 0]);
  assert.equal(userAttributes(byEmail(mock, "ben@new.example")).reportsTo, String(byEmail(mock, "anna@new.example").id));
});

test("stopAfterFailures", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  mock.addFault({ method: "DELETE", status: 500, times: Infinity });
  const result = await applyChanges(config, [...mock.users.keys()].map(remove), { concurrency: 2, stopAfterFailures: 3 });
  assert.ok(result.failed >= 3 && result.failed <= 4);
  assert.equal(result.failed + result.skipped, 25);
});

test("aborting resolves: what is in flight ends, the rest is skipped", async (t) => {
  const { mock, config } = await instance(t, { users: 40 });
  const controller = new AbortController();
  const onProgress = ({ done }) => done === 10 && controller.abort();
  const result = await applyChanges(config, [...mock.users.keys()].map((id) => update(id, { roleId: 5 })), { signal: controller.signal, onProgress });
  assert.deepEqual([result.failed, result.done + result.skipped], [0, 40]);
  assert.ok(result.done >= 10 && result.done <= 13);
  assert.deepEqual(mock.requests.length, result.done);
  const none = await applyChanges(config, [remove(1)], { signal: AbortSignal.abort() });
  assert.deepEqual([none.skipped, mock.requests.length], [1, result.done]);
});

test("a deadline: nothing is started that may not end in time", async (t) => {
  const { mock, config } = await instance(t, { users: 60 });
  mock.addFault({ delayMs: 40, times: Infinity });
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 5 }));
  const journal = memory();
  const result = await applyChanges(config, changes, { deadlineMs: 300, journal });
  assert.deepEqual([result.failed, result.done + result.skipped], [0, 60]);
  assert.ok(result.done > 0 && result.skipped > 0);
  const rest = await applyChanges(config, changes, { journal, concurrency: 30 });
  assert.deepEqual([rest.done, mock.requests.length], [60, 60]);
  mock.addFault({ stall: true, times: Infinity });
});

test("a deadline cuts off what is in flight", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ stall: true, times: Infinity });
  const result = await applyChanges(config, [...mock.users.keys()].map(remove), { deadlineMs: 120 });
  assert.deepEqual(result.results.map(({ error }) => error?.code).slice(0, 4), ["TIMEOUT", "TIMEOUT", "TIMEOUT", "TIMEOUT"]);
  assert.deepEqual([result.done, result.failed, result.skipped], [0, 0, 25], "nothing was carried to its end");
});

test("what a deadline cut off is resumed: by a journal as often as wished, by a cursor twice, then it has failed", async (t) => {
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

test("a 429 of another call that ends the run leaves what was to be tried again skipped", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  mock.addFault({ status: 429, headers: { "retry-after": "100" } });
  let [cursor, result] = [null];
  do {
    result = await applyChanges(connect(config), [create("anna"), create("ben")], { cursor });
    assert.equal(result.failed, 0);
    ({ cursor } = result);
  } while (cursor !== null);
  assert.equal(result.done, 2);
});

test("what was begun by a run that was killed is skipped as often as it is cut off", async (t) => {
  const { mock, config } = await instance(t);
  const journal = memory();
  void applyChanges(connect({ ...config, timeoutMs: 0, fetch: () => new Promise(() => {}) }), [create("anna")], { journal });
  await new Promise((done) => setTimeout(done, 20));
  mock.addFault({ status: 503, times: 2 });
  const cut = await applyChanges(config, [create("anna")], { journal, signal: abortAfter(2) });
  assert.deepEqual([cut.skipped, cut.failed], [1, 0]);
  assert.equal((await applyChanges(config, [create("anna")], { journal })).done, 1);
});

test("what the runs before did is told where the journal can be read, and no longer be written in time", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [...mock.users.keys()].slice(0, 3).map(remove);
  const journal = memory();
  assert.equal((await applyChanges(config, changes, { journal })).done, 3);
  const slow = { ...journal, append: () => new Promise((done) => setTimeout(done, 60)) };
  assert.deepEqual(statuses(await applyChanges(config, changes, { journal: slow, deadlineMs: 20 })), ["done", "done", "done"]);
});

test("where a begin cannot be noted, nothing was started", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [...mock.users.keys()].slice(0, 2).map(remove);
  const append = (line) => {
    if (line.startsWith("begin 1")) throw new Error("disk full");
  };
  const result = await applyChanges(config, changes, { concurrency: 1, journal: { read: () => [], append } });
  assert.deepEqual([statuses(result), mock.requests.length], [["done", "skipped"], 1]);
  assert.match(result.results[1].error.message, /disk full.*apply the same plan again/);
});

test("what the instance refuses has failed, at the end of the time too", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 404, times: 1 });
  const { done, failed, cursor } = await applyChanges(config, [update(id, { roleId: 3 })], { deadlineMs: 60, cursor: null });
  assert.deepEqual([done, failed, cursor], [0, 1, null]);
});

test("a run that ends before it begins tells what the runs before did as done", async (t) => {
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

test("a create that is answered by somebody else is not taken for done", async (t) => {
  const { mock, config } = await instance(t);
  const [other] = mock.users.values();
  const fetch = async (url, init) => {
    const answer = await mock.fetch(url, init);
    return init.method === "POST" && !String(url).includes("search") ? Response.json(other) : answer;
  };
  const then = { attributes: [title("Boss")] };
  // The user was created, as a look-up shows: what follows goes to her.
  const { results: [{ status, user }] } = await applyChanges({ ...config, fetch }, [create("anna", then)]);
  assert.deepEqual([status, user.emailAddress, userAttributes(user).title], ["done", "anna@new.example", "Boss"]);
  assert.notEqual(userAttributes(mock.users.get(other.id)).title, "Boss");
  const nobody = async (url, init) => (String(url).includes("search") ? mock.fetch(url, init) : Response.json(other));
  const { results: [lost] } = await applyChanges({ ...config, fetch: nobody }, [create("ben", then)]);
  assert.deepEqual([lost.status, lost.error.code], ["failed", "BAD_RESPONSE"]);
  assert.match(lost.error.message, /Whether the user was created is not known/);
});

test("who reports to somebody who is not new gets an instance's no at once", async (t) => {
  const { mock, config } = await instance(t);
  const [first, second] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 400, times: Infinity });
  const changes = [create("new"), update(first, { attributes: [reportsTo(mock.users.get(second).emailAddress)] })];
  const { results } = await applyChanges(config, changes);
  assert.deepEqual(results.map(({ status, error }) => [status, error?.status]), [["done", undefined], ["failed", 400]]);
  assert.equal(mock.requests.filter(({ method }) => method === "PATCH").length, 1);
});

test("with a journal, what is done is not sent again", async (t) => {
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

test("what earlier runs did tells nothing of the time that is left", async (t) => {
  const { mock, config } = await instance(t, { users: 6 });
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 3 }));
  const journal = memory();
  await applyChanges(config, changes, { journal, concurrency: 1 });
  const half = memory(journal.lines.slice(0, 1 + 2 * 3)); // its beginning, then two lines for each change
  const etas = [];
  const result = await applyChanges(config, changes, { journal: half, concurrency: 1, onProgress: ({ etaMs }) => etas.push(etaMs) });
  assert.deepEqual([result.done, etas.map((eta) => typeof eta), etas.at(-1)], [6, ["number", "number", "number"], 0]);
});

test("a journal is read as lines, as a text, and as pieces of one, cut anywhere", async (t) => {
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

test("with a cursor in place of a journal, each run goes on where the last one ended", async (t) => {
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

test("a plan is the same plan in whatever order its fields were kept", async (t) => {
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

test("stopAfterFailures ends a list for good, a cursor's too", async (t) => {
  const { mock, config } = await instance(t);
  const [first, second, third] = mock.users.keys();
  mock.addFault({ method: "PATCH", path: `${USERS}/${first}`, status: 400 });
  const changes = [update(first, { roleId: 3 }), update(second, { roleId: 3 }), remove(third)];
  const { done, failed, skipped, cursor } = await applyChanges(config, changes, { cursor: null, stopAfterFailures: 1, concurrency: 1 });
  assert.deepEqual([done, failed, skipped, cursor], [0, 1, 2, null]);
});

test("nobody is deleted to whom somebody still reports, as the update that was to change that failed", async (t) => {
  const { mock, config } = await instance(t, { users: 5 });
  const [boss, anna, heir, other] = mock.users.keys();
  const moves = (id) => ({ ...update(id, { attributes: [reportsTo(String(heir))] }), before: { attributes: [{ key: "reportsTo", values: [boss] }] } });
  mock.addFault({ method: "PATCH", path: `${USERS}/${anna}`, status: 400, times: 2 });
  const changes = [remove(boss), moves(anna), remove(other)];
  for (const how of [{}, { cursor: null }]) {
    const result = await applyChanges(config, changes, how);
    assert.deepEqual([statuses(result)[0], statuses(result)[1], result.results[0].error.code, mock.users.has(boss)], ["failed", "failed", "CONFLICT", true]);
    assert.match(result.results[0].error.message, /^Not deleted: the change that gives another manager/);
  }
  assert.deepEqual([(await applyChanges(config, changes.slice(0, 2))).done, mock.users.has(boss), mock.users.has(other)], [2, false, false]);
});

test("a failure that an abort made the last word is none for the next run", async (t) => {
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

test("a cursor of another plan, half of one, or one beside a journal is refused", async (t) => {
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

test("what was begun is looked up before it is sent again, wherever the journal was cut off", async (t) => {
  // A begin that is cut off was not sent: the line is written first.
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

test("a journal that cannot be read is refused, one that cannot be written starts nothing more", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [create("anna"), create("ben"), create("carl")];
  const unreadable = { read: () => Promise.reject(new Error("no such disk")), append() {} };
  const error = await rejection(applyChanges(config, changes, { journal: unreadable }));
  assert.deepEqual([error.code, /journal\.read failed.*no such disk/.test(error.message), mock.requests.length], ["INVALID_INPUT", true, 0]);
  let left = 3;
  const full = { read: () => [], append: async () => { if (left-- === 0) throw new Error("disk full"); } };
  const result = await applyChanges(config, changes, { journal: full, concurrency: 1 });
  assert.deepEqual([result.done, result.failed, result.skipped], [1, 0, 2]);
  assert.match(result.results[1].error.message, /disk full.*apply the same plan again/);
  assert.equal(mock.users.size, 26);
});

test("what is done stays done where the journal fails behind it", async (t) => {
  const { mock, config } = await instance(t);
  const ids = [...mock.users.keys()];
  let left = 2; // the first line and the begin
  const full = { read: () => [], append: () => { if (left-- === 0) throw new Error("disk full"); } };
  const result = await applyChanges(config, ids.slice(0, 3).map(remove), { journal: full, concurrency: 1 });
  assert.deepEqual(statuses(result), ["done", "skipped", "skipped"]);
  assert.match(result.results[0].error.message, /disk full/);
  assert.ok(!mock.users.has(ids[0]) && mock.users.has(ids[1]));
});

test("a file that is no journal is refused, one cut off in its first line is not", async (t) => {
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

test("a create of unknown outcome is looked up by the next run", async (t) => {
  const { mock, config } = await instance(t, { config: { maxRetries: 0 } });
  const journal = memory();
  mock.addFault({ method: "POST", drop: true, afterEffect: true, times: 2 });
  const first = await applyChanges(config, [create("anna")], { journal });
  assert.equal(first.results[0].error.code, "OUTCOME_UNKNOWN");
  const second = await applyChanges(config, [create("anna")], { journal });
  assert.deepEqual([second.done, second.results[0].user.displayName], [1, "anna"]);
  assert.equal(mock.requests.filter(({ method, path }) => method === "POST" && path === USERS).length, 1);
});

test("onProgress and its promises may fail as they like", async (t) => {
  const { mock, config } = await instance(t);
  const onProgress = async () => {
    throw new Error("mine");
  };
  const result = await applyChanges(config, [...mock.users.keys()].map(remove), { onProgress });
  assert.deepEqual([result.done, mock.users.size], [25, 0]);
});

test("an answer that cannot be read may have had its effect: the next run looks first", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const journal = memory();
  mock.addFault({ method: "DELETE", status: 200, body: "true", afterEffect: true });
  const first = await applyChanges(config, [remove(id)], { journal });
  assert.equal(first.results[0].error.code, "BAD_RESPONSE");
  assert.equal((await applyChanges(config, [remove(id)], { journal })).done, 1);
  assert.equal(mock.requests.filter(({ method }) => method === "DELETE").length, 1);
});

test("the deadline holds against a 429 and against patience", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ method: "POST", path: USERS, status: 429, headers: { "retry-after": "30" } });
  const begun = Date.now();
  const held = await applyChanges(connect(config), ["a", "b", "c"].map((name) => create(name)), { deadlineMs: 500, concurrency: 1 });
  assert.deepEqual([held.done, held.skipped >= 2, mock.requests.length], [0, true, 1]);
  const [first] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 400, times: Infinity });
  for (const [name, end] of [["x", () => ({ deadlineMs: 500 })], ["y", () => ({ signal: abortAfter(200) })]]) {
    const boss = [create(name), update(first, { attributes: [reportsTo(`${name}@new.example`)] })];
    const { results: [, { status, error }] } = await applyChanges(config, boss, end());
    assert.deepEqual([status, error.status], ["skipped", 400], "it was to be tried again");
  }
  assert.ok(Date.now() - begun < 8_000);
});

test("a 429 of more than a minute ends the run: nothing came of that change either", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ status: 429, headers: { "retry-after": "90" } });
  const changes = [...mock.users.keys()].map((id) => update(id, { roleId: 3 }));
  const { done, failed, skipped, results, cursor } = await applyChanges(connect(config), changes, { cursor: null, concurrency: 1 });
  assert.deepEqual([done, failed, skipped, mock.requests.length], [0, 0, 25, 1]);
  assert.deepEqual([results[0].error.code, results[0].error.retryAfterMs, results[1].error], ["RATE_LIMITED", 90_000, undefined]);
  assert.equal((await applyChanges(config, changes, { cursor })).done, 25);
});

test("an abort ends the wait for a 429 to be over: nothing came of that change, so it is skipped", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ method: "DELETE", status: 429, headers: { "retry-after": "30" } });
  const lines = [];
  const begun = Date.now();
  const result = await applyChanges(connect(config), [remove(id), create("late")], { journal: memory(lines), signal: abortAfter(50) });
  assert.deepEqual([statuses(result), mock.requests.filter(({ method }) => method === "DELETE").length], [["skipped", "done"], 1]);
  assert.ok(Date.now() - begun < 8_000);
  assert.equal((await applyChanges(config, [remove(id), create("late")], { journal: memory(lines) })).done, 2);
});

test("what an abort kept from being tried again is skipped, and says why it is not done", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  mock.addFault({ method: "PATCH", status: 503, headers: { "retry-after": "30" }, times: Infinity });
  const [{ status, error }] = (await applyChanges(config, [update(id, { roleId: 2 })], { signal: abortAfter(50) })).results;
  assert.deepEqual([status, error.code, error.attempts], ["skipped", "SERVER_ERROR", 1]);
});

test("a journal that never answers does not hold an abort or a deadline up", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const never = () => new Promise(() => {});
  for (const journal of [{ read: () => [], append: never }, { read: never, append() {} }]) {
    for (const how of [{ signal: abortAfter(50) }, { deadlineMs: 100 }, { signal: AbortSignal.abort() }]) {
      assert.equal((await applyChanges(config, [remove(id)], { journal, ...how })).skipped, 1);
    }
  }
  assert.equal(mock.requests.length, 0);
});

test("a create whose id cannot be used failed where something was to follow", async () => {
  const fetch = async () => new Response('{"id":90071992547409931,"displayName":"a","roleId":4}');
  const config = { instance: "acme", developerToken: "t", fetch };
  assert.equal((await applyChanges(config, [create("a")])).done, 1);
  const { results: [{ status, error }] } = await applyChanges(config, [create("a", { attributes: [title("x")] })]);
  assert.deepEqual([status, error.code], ["failed", "BAD_RESPONSE"]);
});

test("two changes of one user come one after the other", async (t) => {
  const { mock, config } = await instance(t);
  const [id, other] = mock.users.keys();
  mock.addFault({ method: "PATCH", delayMs: 50 });
  const result = await applyChanges(config, [update(id, { roleId: 2 }), update(id, { roleId: 3 }), update(other, { roleId: 5 })]);
  assert.deepEqual([result.done, mock.users.get(id).roleId, mock.users.get(other).roleId], [3, 3, 5]);
});

test("what a create cannot carry is sent after it even where the run is aborted meanwhile", async (t) => {
  const { mock, config } = await instance(t);
  const controller = new AbortController();
  const fetch = async (url, init) => {
    controller.abort();
    return mock.fetch(url, init);
  };
  const result = await applyChanges({ ...config, fetch }, [create("anna", { attributes: [title("Boss")] }), create("ben")], { signal: controller.signal, concurrency: 1 });
  assert.deepEqual(statuses(result), ["done", "skipped"]);
  assert.equal(userAttributes(byEmail(mock, "anna@new.example")).title, "Boss");
});

test("a journal that never answers fails by the time limit of a call", async (t) => {
  const { mock, config } = await instance(t, { config: { timeoutMs: 30 } });
  const [id] = mock.users.keys();
  const never = () => new Promise(() => {});
  const unread = await rejection(applyChanges(config, [remove(id)], { journal: { read: never, append() {} } }));
  assert.match(unread.message, /journal\.read failed \(no answer within timeoutMs\)/);
  const [{ status, error }] = (await applyChanges(config, [remove(id)], { journal: { read: () => [], append: never } }).catch((error) => ({ results: [{ status: "rejected", error }] }))).results;
  assert.match(error.message, /journal\.append failed/, status);
  assert.equal(mock.users.has(id), true);
});

test("a journal that is given as the text of a file is one all the same", async (t) => {
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

test("an abort while a token is awaited sends nothing more, however long that takes", async (t) => {
  const { mock, config } = await instance(t, { users: 3 });
  const changes = [update([...mock.users.keys()][0], { roleId: 3 }), create("a")];
  const never = { ...config, timeoutMs: 0, developerToken: () => new Promise(() => {}) };
  assert.deepEqual(statuses(await applyChanges(never, changes, { signal: abortAfter(20) })), ["skipped", "skipped"]);
  const late = { ...config, developerToken: () => new Promise((done) => setTimeout(done, 60, config.developerToken)) };
  assert.deepEqual(statuses(await applyChanges(late, changes, { signal: abortAfter(20) })), ["skipped", "skipped"]);
  await new Promise((done) => setTimeout(done, 80));
  assert.equal(mock.requests.length, 0);
});

test("where deadlineMs ends a call, that is what is told", async () => {
  const fetch = () => new Promise(() => {});
  const { results } = await applyChanges({ instance: "acme", developerToken: "t0ken-t0ken", fetch }, [remove(7)], { deadlineMs: 150 });
  assert.match(results[0].error.message, /^No whole answer before the run's deadlineMs was over/);
});
